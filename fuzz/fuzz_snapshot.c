/* A snapshot whose seal is right: it is passed over, or its cards are written and read the same.
 *
 * The input is JSON; "build" and "root", where it has them, become this program's and the
 * journal's, so that what lies behind them is reached.  Input that is no object is sealed as it is. */
#include "common.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/json.h"
#include "case/case.h"
#include "engine/snapshot.h"

static const guint8 master[32] = "the key of this target, 32 bytes";
static Keyring *keyring;
static JournalReader *reader;
static char *build; /* of this program, as snapshot_write tells it */

static void
put(const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename(fuzz_dir(), name, NULL);
  g_assert_true(g_file_set_contents_full(path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static char *
own_build(void)
{
  g_autoptr(GPtrArray) none = g_ptr_array_new();
  g_autoptr(Outbox) no_mail = outbox_new();
  g_autofree char *path = g_build_filename(fuzz_dir(), "snapshot", NULL), *text = NULL;
  gsize length;
  JournalHead head = { 0 };

  g_assert_true(snapshot_write(fuzz_dir(), keyring, &head, none, no_mail, NULL));
  g_assert_true(g_file_get_contents(path, &text, &length, NULL) && length > KEYRING_MAC);
  g_autoptr(json_t) json = shodo_json_parse("snapshot", text, length - KEYRING_MAC, NULL);
  return g_strdup(json_string_value(json_object_get(json, "build")));
}

static void
open_office(void)
{
  g_autofree char *keys = g_build_filename(fuzz_dir(), "keys", NULL);
  g_autoptr(GError) error = NULL;

  if (reader)
    return;
  g_assert_cmpint(g_mkdir(keys, 0700), ==, 0);
  put("keys/master.key", master, sizeof master);
  keyring = keyring_open(fuzz_dir(), &error);
  g_assert_no_error(error);
  g_assert_true(journal_create(fuzz_dir(), "shodo.invalid/journal", &error));
  reader = journal_reader_open(fuzz_dir(), &error);
  g_assert_no_error(error);
  build = own_build();
}

static void
seal(const void *data, gsize size)
{
  g_autofree guint8 *file = g_malloc(size + KEYRING_MAC);

  if (size)
    memcpy(file, data, size);
  keyring_mac(keyring, data, size, file + size);
  put("snapshot", file, size + KEYRING_MAC);
}

static void
store(const guint8 *data, gsize size)
{
  g_autoptr(json_t) json = shodo_json_parse("a", data, size, NULL);
  g_autoptr(GString) root = g_string_new(NULL);
  JournalHead head;

  if (!json_is_object(json)) {
    seal(data, size);
    return;
  }
  g_assert_true(journal_reader_head(reader, &head, NULL));
  for (gsize i = 0; i < TREE_HASH; i++)
    g_string_append_printf(root, "%02x", head.root[i]);
  if (json_object_get(json, "build"))
    json_object_set_new(json, "build", json_string(build));
  if (json_object_get(json, "root"))
    json_object_set_new(json, "root", json_string(root->str));
  g_autofree char *text = json_dumps(json, JSON_COMPACT);
  seal(text, strlen(text));
}

static GPtrArray *
read_cards(GPtrArray *arenas, Outbox *outbox)
{
  GPtrArray *cards = g_ptr_array_new();
  guint64 size = G_MAXUINT64;

  if (snapshot_read(fuzz_dir(), keyring, reader, cards, arenas, outbox, &size)) {
    g_assert_cmpuint(size, ==, 0);
    return cards;
  }
  g_assert_true(cards->len == 0 && arenas->len == 0 && size == G_MAXUINT64);
  g_ptr_array_unref(cards);
  return NULL;
}

static void
same(const Card *a, const Card *b)
{
  json_t *one, *two, *personal;

  fields_encode(card_fields, a, &one, &personal);
  g_assert_null(personal);
  fields_encode(card_fields, b, &two, &personal);
  g_assert_true(json_equal(one, two));
  json_decref(one);
  json_decref(two);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GPtrArray) arenas = g_ptr_array_new_with_free_func((GDestroyNotify)arena_free);
  g_autoptr(GPtrArray) arenas_again = g_ptr_array_new_with_free_func((GDestroyNotify)arena_free);
  g_autoptr(Outbox) mails = outbox_new(), mails_again = outbox_new();
  JournalHead head;

  open_office();
  store(data, size);
  g_autoptr(GPtrArray) cards = read_cards(arenas, mails);
  if (!cards)
    return 0;
  g_assert_true(journal_reader_head(reader, &head, NULL));
  g_assert_true(snapshot_write(fuzz_dir(), keyring, &head, cards, mails, NULL));
  g_autoptr(GPtrArray) again = read_cards(arenas_again, mails_again);
  g_assert_true(again && again->len == cards->len);
  g_autofree char *saved = outbox_save(mails), *saved_again = outbox_save(mails_again);
  g_assert_cmpstr(saved, ==, saved_again);
  for (guint i = 0; i < cards->len; i++)
    same(cards->pdata[i], again->pdata[i]);
  return 0;
}
