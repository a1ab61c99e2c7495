#include "journal_fixture.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>

#include "base/limits.h"

static const char *store_url, *store_owner;

void
fixture_use_postgres(const char *url, const char *owner_url)
{
  store_url = url;
  store_owner = owner_url;
}

static void
create_in_postgres(const char *dir)
{
  PGconn *owner = PQconnectdb(store_owner);
  PGresult *result = PQexec(owner, "SET client_min_messages = error; DROP SCHEMA IF EXISTS shodo CASCADE");
  GError *error = NULL;

  g_assert_cmpint(PQresultStatus(result), ==, PGRES_COMMAND_OK);
  PQclear(result);
  PQfinish(owner);
  g_assert_true(journal_create_in(dir, store_url, store_owner, FIXTURE_ORIGIN, &error));
  g_assert_no_error(error);
}

char *
fixture_new(void)
{
  GError *error = NULL;
  char *dir = g_dir_make_tmp("shodo-journal-XXXXXX", &error);
  g_assert_no_error(error);
  g_autofree char *keys = g_build_filename(dir, "keys", NULL);
  g_autofree char *vkey = g_build_filename(keys, "log.vkey", NULL);

  g_assert_cmpint(g_mkdir(keys, 0700), ==, 0);
  g_assert_true(g_file_set_contents(vkey, FIXTURE_VKEY "\n", -1, &error));
  if (store_url)
    create_in_postgres(dir);
  else
    g_assert_true(journal_create(dir, FIXTURE_ORIGIN, &error));
  g_assert_no_error(error);
  return dir;
}

static void
remove_tree(const char *path)
{
  g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_tree(child);
  }
  g_assert_cmpint(g_remove(path), ==, 0);
}

void
fixture_remove(char *dir)
{
  remove_tree(dir);
  g_free(dir);
}

static GBytes *
body(const char *what, guint64 number)
{
  char *text = g_strdup_printf("{\"%s\":\"事案の記録 %" G_GUINT64_FORMAT "\"}", what, number);

  return g_bytes_new_take(text, strlen(text));
}

static JournalDraft
draft(guint64 number)
{
  return (JournalDraft){
    .stream = number % 4,
    .kind = "record.added/1",
    .recorded = 1795323933123 + (gint64)number,
    .monotonic = (gint64)number,
    .boot = "0123456789abcdef0123456789abcdef",
    .person = "p-sato",
    .post = "csirt-lead",
    .capacity = "self",
    .structural = body("note", number),
    .personal = number % 3 == 0 ? body("name", number) : NULL,
  };
}

static void
clear(JournalDraft *drafts, guint64 count)
{
  for (guint64 i = 0; i < count; i++) {
    g_bytes_unref(drafts[i].structural);
    g_clear_pointer(&drafts[i].personal, g_bytes_unref);
  }
}

void
fixture_append(Journal *journal, guint64 count)
{
  while (count > 0) {
    guint64 first = journal_head(journal).size;
    guint64 batch = MIN(count, LIMIT_BATCH);
    g_autofree JournalDraft *drafts = g_new0(JournalDraft, batch);
    GError *error = NULL;
    for (guint64 i = 0; i < batch; i++)
      drafts[i] = draft(first + i);
    g_assert_true(journal_append(journal, first, drafts, batch, &error));
    g_assert_no_error(error);
    clear(drafts, batch);
    count -= batch;
  }
}

guint64
fixture_enter(Journal *journal, guint64 stream, const char *kind, const char *text)
{
  guint64 number = journal_head(journal).size;
  GError *error = NULL;
  JournalDraft entry = draft(number);

  clear(&entry, 1);
  entry.stream = stream;
  entry.kind = kind;
  entry.structural = g_bytes_new(text, strlen(text));
  g_assert_true(journal_append(journal, number, &entry, 1, &error));
  g_assert_no_error(error);
  clear(&entry, 1);
  return number;
}

guint64
fixture_erase(Journal *journal, const guint64 *numbers, gsize count)
{
  guint64 by = journal_head(journal).size;
  g_autoptr(GString) text = g_string_new("{\"entries\":[");
  GError *error = NULL;

  for (gsize i = 0; i < count; i++)
    g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, i ? "," : "", numbers[i]);
  g_string_append(text, "]}");
  g_assert_cmpuint(fixture_enter(journal, 0, "office.erased/1", text->str), ==, by);
  g_assert_true(journal_erase(journal, by, numbers, count, &error));
  g_assert_no_error(error);
  return by;
}

char *
fixture_sign(Journal *journal)
{
  GError *error = NULL;
  JournalHead head = journal_head(journal);
  g_autoptr(NoteSigner) signer = note_signer_parse(FIXTURE_SKEY, &error);
  g_assert_no_error(error);
  g_autofree char *text = checkpoint_format(FIXTURE_ORIGIN, head.size, head.root);
  char *note = note_sign(signer, text, &error);

  g_assert_no_error(error);
  g_assert_true(journal_store_checkpoint(journal, note, &error));
  g_assert_no_error(error);
  return note;
}
