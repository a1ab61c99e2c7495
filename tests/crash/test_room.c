/* A full disk, a directory that may not be written, and a clock that steps back.
 *
 * The full disk is a tmpfs of 40 MiB in a mount namespace of the child's own, filled by a file:
 * below LIMIT_DISK_FREE acts are refused with a message while reading goes on, and they are taken
 * again once the file is gone.  Where no file system can be mounted the test fails. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "case/notice.h"
#include "powercut.h"
#include "station.h"

#define ROOM "size=40m,mode=0700"
#define ACTS_UNTIL_SEEN 80 /* the engine looks at the disk at every 64th act */

static void
found(const char *dir, Ledger *ledger)
{
  GError *error = NULL;

  g_assert_true(station_found(dir, ledger, &error));
  g_assert_no_error(error);
}

static Engine *
start(const char *dir)
{
  GError *error = NULL;
  Engine *engine = engine_open(dir, &error);

  g_assert_no_error(error);
  return engine;
}

/* Leave LEFT bytes free. */
static void
fill(const char *path, const char *dir, guint64 left)
{
  g_autofree char *block = g_malloc0(65536);
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  g_autoptr(GFile) file = g_file_new_for_path(dir);

  g_assert_cmpint(fd, >=, 0);
  for (;;) {
    g_autoptr(GFileInfo) info = g_file_query_filesystem_info(file, "filesystem::free", NULL, NULL);
    if (g_file_info_get_attribute_uint64(info, "filesystem::free") <= left || write(fd, block, 65536) <= 0)
      break;
  }
  g_assert_cmpint(close(fd), ==, 0);
}

static gsize
shown(Engine *engine)
{
  return notices_all(world_notices(engine_world(engine))).length;
}

static void
expect_taken(Engine *engine, Ledger *ledger)
{
  g_autofree char *why = NULL;

  g_assert_true(station_notice(engine, ledger, &why));
}

/* Acts until one is refused; each that was taken is acknowledged. */
static char *
refusal(Engine *engine, Ledger *ledger)
{
  char *why = NULL;

  for (guint i = 0; i < ACTS_UNTIL_SEEN; i++)
    if (!station_notice(engine, ledger, &why))
      return why;
  g_assert_not_reached();
}

static void
fill_and_free(const char *dir, Ledger *ledger)
{
  g_autofree char *filler = g_build_filename(dir, "filler", NULL);
  Engine *engine = start(dir);

  expect_taken(engine, ledger);
  fill(filler, dir, LIMIT_DISK_FREE / 2);
  g_autofree char *why = refusal(engine, ledger);
  g_assert_cmpstr(why, ==, "ディスクの空きが少ないため、記録を受け付けられません。空きを増やすと自動で再開します。");
  g_assert_cmpuint(shown(engine), ==, ledger->notices);
  g_assert_cmpint(g_unlink(filler), ==, 0);
  expect_taken(engine, ledger);
  g_assert_cmpuint(shown(engine), ==, ledger->notices);
  engine_close(engine);
}

/* Evidence that does not fit is refused by the store itself; the office goes on. */
static void
upload_too_much(const char *dir, Ledger *ledger)
{
  g_autofree guint8 *bytes = g_malloc0(30 * 1024 * 1024);
  g_autofree char *filler = g_build_filename(dir, "filler", NULL);
  char address[BLOB_ADDRESS + 1];
  g_autoptr(GError) error = NULL;
  Engine *engine = start(dir);

  fill(filler, dir, (guint64)20 * 1024 * 1024);
  g_assert_false(blob_put_bytes(engine_blobs(engine), bytes, 30 * 1024 * 1024, address, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_nonnull(strstr(error->message, "空き容量がありません"));
  expect_taken(engine, ledger);
  g_assert_cmpint(g_unlink(filler), ==, 0);
  engine_close(engine);
}

static void
on_small_disk(gpointer data)
{
  const char *dir = data;
  Ledger *ledger = station_ledger();

  g_assert_cmpint(unshare(CLONE_NEWNS), ==, 0);
  g_assert_cmpint(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  g_assert_cmpint(mount("shodo-test", dir, "tmpfs", 0, ROOM), ==, 0);
  found(dir, ledger);
  fill_and_free(dir, ledger);
  upload_too_much(dir, ledger);
  g_autofree char *loss = station_examine(dir, ledger);
  g_assert_cmpstr(loss, ==, NULL);
}

static void
test_disk_full(void)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-room-XXXXXX", NULL);

  g_assert_cmpint(station_child(on_small_disk, dir), ==, 0);
  g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* ---- read only ---- */

static void
on_read_only_disk(gpointer data)
{
  const char *dir = data;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint(unshare(CLONE_NEWNS), ==, 0);
  g_assert_cmpint(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  g_assert_cmpint(mount(dir, dir, NULL, MS_BIND, NULL), ==, 0);
  g_assert_cmpint(mount(NULL, dir, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), ==, 0);
  g_assert_null(engine_open(dir, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_cmpint(shodo_error_exit_status(error), ==, 3);
  g_assert_true(g_str_has_suffix(error->message, "ください。"));
}

static void
found_in_child(gpointer data)
{
  Ledger *ledger = station_ledger();
  found(data, ledger);
}

static void
test_read_only(void)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-room-XXXXXX", NULL);

  g_assert_cmpint(station_child(found_in_child, dir), ==, 0);
  g_assert_cmpint(station_child(on_read_only_disk, dir), ==, 0);
  powercut_empty(dir);
  g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* ---- the clock ---- */

typedef struct {
  guint64 next;
  gint64 recorded;
  guint back; /* how often it is earlier than the entry before */
} Order;

static gboolean
follow(const JournalEntry *entry, gpointer data, GError **error)
{
  Order *order = data;

  (void)error;
  g_assert_cmpuint(entry->number, ==, order->next++);
  order->back += entry->recorded < order->recorded ? 1 : 0;
  order->recorded = entry->recorded;
  return TRUE;
}

static void
with_clock(gpointer data)
{
  static const gint64 steps[] = { 0, -3600 * 1000, 24 * 3600 * 1000, -2 * 24 * 3600 * 1000, 1000 };
  const char *dir = data;
  Ledger *ledger = station_ledger();
  Order order = { 0 };
  GError *error = NULL;

  found(dir, ledger);
  Engine *engine = start(dir);
  Instant now = engine_now(engine);
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    now += steps[i];
    g_assert_true(engine_set_clock(engine, now, &error));
    expect_taken(engine, ledger);
  }
  g_assert_true(journal_walk(engine_reader(engine), JOURNAL_ALL_STREAMS, 0, G_MAXUINT64, follow, &order, &error));
  g_assert_cmpuint(order.next, ==, engine_head(engine).size);
  g_assert_cmpuint(order.back, ==, 2);
  g_assert_cmpuint(shown(engine), ==, ledger->notices);
  engine_close(engine);
  g_autofree char *loss = station_examine(dir, ledger);
  g_assert_cmpstr(loss, ==, NULL);
}

static void
test_clock_back(void)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-room-XXXXXX", NULL);

  g_assert_cmpint(station_child(with_clock, dir), ==, 0);
  powercut_empty(dir);
  g_assert_cmpint(g_rmdir(dir), ==, 0);
}

int
main(int argc, char **argv)
{
  int status;

  if (station_is_signer(argc, argv, &status))
    return status;
  setlocale(LC_CTYPE, "C.UTF-8");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/crash/room/disk-full", test_disk_full);
  g_test_add_func("/crash/room/read-only", test_read_only);
  g_test_add_func("/crash/room/clock-back", test_clock_back);
  return g_test_run();
}
