/* The writer thread tells its outcomes in the thread that owns the state, and nowhere else. */
#include <glib/gstdio.h>

#include "base/limits.h"
#include "engine/writer.h"

typedef struct {
  GThread *thread;
  guint64 size;
  guint times;
} Told;

static void
take(const JournalHead *head, gpointer data)
{
  Told *told = data;
  g_assert_cmpuint(head->size, >, told->size);
  *told = (Told){ .thread = g_thread_self(), .size = head->size, .times = told->times + 1 };
}

static GPtrArray *
drafts(guint count)
{
  g_autoptr(GBytes) body = g_bytes_new_static("{}", 2);
  JournalDraft draft = { .stream = 1, .kind = "record.added/1", .recorded = 1, .monotonic = 1,
                         .boot = "0123456789abcdef0123456789abcdef", .person = "p1", .post = "staff", .capacity = "self",
                         .structural = body };
  GPtrArray *given = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add(given, draft_new(&draft));
  return given;
}

static guint64
size_on_disk(JournalReader *reader)
{
  JournalHead head = { 0 };
  g_autoptr(GError) error = NULL;
  gboolean read = journal_reader_head(reader, &head, &error);
  g_assert_no_error(error);
  return read ? head.size : 0;
}

static void
remove_dir(const char *dir)
{
  static const char *const names[] = { "journal.db", "journal.db-wal", "journal.db-shm", "lock" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(dir, names[i], NULL);
    (void)g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* The loop is not running while the commit ends: an outcome told at once would run in the writer's thread. */
static void
test_told_by_the_loop(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp("shodo-writer-XXXXXX", &error);
  gboolean made = journal_create(dir, "test.invalid/journal", &error);
  g_assert_no_error(error);
  g_assert_true(made);
  Journal *journal = journal_open(dir, &error);
  JournalReader *reader = journal_reader_open(dir, &error);
  g_assert_no_error(error);
  Told told = { 0 };
  Writer *writer = writer_new(journal, dir, g_main_context_default(), take, &told);

  writer_write(writer, 0, drafts(1), NULL);
  while (size_on_disk(reader) == 0)
    g_usleep(1000);
  g_usleep(20000);
  g_assert_null(told.thread);
  g_assert_true(writer_busy(writer));

  while (writer_busy(writer))
    g_main_context_iteration(NULL, TRUE);
  g_assert_true(told.thread == g_thread_self());
  g_assert_cmpuint(told.size, ==, 1);
  writer_free(writer);
  journal_reader_close(reader);
  journal_close(journal);
  remove_dir(dir);
}

/* More than one commit takes: all of it is written in order, in few commits. */
static void
test_gathers_what_waits(void)
{
  enum { GIVEN = LIMIT_BATCH + LIMIT_BATCH / 2 };
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp("shodo-writer-XXXXXX", &error);
  gboolean made = journal_create(dir, "test.invalid/journal", &error);
  g_assert_no_error(error);
  g_assert_true(made);
  Journal *journal = journal_open(dir, &error);
  g_assert_no_error(error);
  Told told = { 0 };
  Writer *writer = writer_new(journal, dir, g_main_context_default(), take, &told);

  for (guint64 i = 0; i < GIVEN; i++)
    writer_write(writer, i, drafts(1), NULL);
  g_assert_true(writer_busy(writer));
  while (writer_busy(writer))
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(told.size, ==, GIVEN);
  g_assert_cmpuint(told.times, >=, 2);
  g_assert_cmpuint(told.times, <, GIVEN);

  writer_write(writer, GIVEN, drafts(GIVEN), NULL); /* of one act */
  while (writer_busy(writer))
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(told.size, ==, 2 * GIVEN);
  writer_free(writer);
  journal_close(journal);
  remove_dir(dir);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/writer/told-by-the-loop", test_told_by_the_loop);
  g_test_add_func("/engine/writer/gathers-what-waits", test_gathers_what_waits);
  return g_test_run();
}
