/* The store that may be lost, and the clock that nobody sets back. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "scratch/scratch.h"

#define BOOT_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BOOT_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

typedef struct {
  char *dir;
  Steady now; /* what the clock reads */
  Scratch *scratch;
} Desk;

static void
read_desk(Steady *now, gpointer data)
{
  *now = ((Desk *)data)->now;
}

static char *
desk_open(Desk *desk)
{
  char *note;
  desk->scratch = scratch_open(desk->dir, &(SteadyClock){ read_desk, desk }, &note);
  g_assert_nonnull(desk->scratch);
  return note;
}

static void
desk_again(Desk *desk)
{
  g_clear_pointer(&desk->scratch, scratch_close);
  g_autofree char *note = desk_open(desk);
  g_assert_null(note);
}

static Desk *
desk_new(void)
{
  g_autoptr(GError) error = NULL;
  Desk *desk = g_new0(Desk, 1);
  desk->dir = g_dir_make_tmp("shodo-scratch-XXXXXX", &error);
  g_assert_no_error(error);
  desk->now = (Steady){ .up = 1000000, .wall = 5000000000, .boot = BOOT_A };
  g_autofree char *note = desk_open(desk);
  g_assert_null(note);
  return desk;
}

static char *
desk_path(const Desk *desk, const char *name)
{
  return g_build_filename(desk->dir, name, NULL);
}

static void
desk_free(Desk *desk)
{
  static const char *const names[] = { "scratch.db", "scratch.db-wal", "scratch.db-shm" };
  scratch_close(desk->scratch);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = desk_path(desk, names[i]);
    if (g_rmdir(path) != 0)
      g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(desk->dir), ==, 0);
  g_free(desk->dir);
  g_free(desk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

static void
put(Desk *desk, ScratchKind kind, const char *key, const char *owner, const char *value, gint64 end)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new(value, strlen(value));
  gboolean done = scratch_put(desk->scratch, kind, key, owner, bytes, end, &error);
  g_assert_no_error(error);
  g_assert_true(done);
}

static void
assert_holds(Desk *desk, ScratchKind kind, const char *key, const char *value)
{
  g_autoptr(GBytes) there = scratch_get(desk->scratch, kind, key);
  if (!value) {
    g_assert_null(there);
    return;
  }
  g_assert_nonnull(there);
  g_autoptr(GBytes) wanted = g_bytes_new(value, strlen(value));
  g_assert_true(g_bytes_equal(there, wanted));
}

static void
join(const char *key, const char *owner, GBytes *value G_GNUC_UNUSED, gpointer data)
{
  g_string_append_printf(data, "%s/%s ", owner, key);
}

static char *
listed(Desk *desk, ScratchKind kind, const char *owner)
{
  GString *text = g_string_new(NULL);
  scratch_list(desk->scratch, kind, owner, join, text);
  return g_string_free(text, FALSE);
}

/* --- values --- */

static void
test_values(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_assert_true(scratch_is_new(desk->scratch));
  put(desk, SCRATCH_SESSION, "a", "p1", "one", G_MAXINT64);
  put(desk, SCRATCH_SESSION, "b", "p2", "", G_MAXINT64);
  put(desk, SCRATCH_DRAFT, "a", "p1", "draft", G_MAXINT64);
  put(desk, SCRATCH_SESSION, "a", "p1", "two", G_MAXINT64);
  assert_holds(desk, SCRATCH_SESSION, "a", "two");
  assert_holds(desk, SCRATCH_SESSION, "b", "");
  assert_holds(desk, SCRATCH_SESSION, "c", NULL);
  g_autofree char *all = listed(desk, SCRATCH_SESSION, NULL);
  g_assert_cmpstr(all, ==, "p2/b p1/a ");
  g_autofree char *mine = listed(desk, SCRATCH_SESSION, "p1");
  g_assert_cmpstr(mine, ==, "p1/a ");

  desk_again(desk);
  g_assert_false(scratch_is_new(desk->scratch));
  assert_holds(desk, SCRATCH_SESSION, "a", "two");
  scratch_delete(desk->scratch, SCRATCH_SESSION, "a");
  assert_holds(desk, SCRATCH_SESSION, "a", NULL);
  assert_holds(desk, SCRATCH_DRAFT, "a", "draft");
}

static void
test_mode(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *path = desk_path(desk, "scratch.db");
  struct stat there;
  g_assert_cmpint(stat(path, &there), ==, 0);
  g_assert_cmpuint(there.st_mode & 0777, ==, 0600);
  g_clear_pointer(&desk->scratch, scratch_close);
  g_assert_cmpint(chmod(path, 0644), ==, 0); /* a copy somebody put back carelessly */
  desk_again(desk);
  g_assert_cmpint(stat(path, &there), ==, 0);
  g_assert_cmpuint(there.st_mode & 0777, ==, 0600);
}

/* --- ends --- */

static void
test_ends(void)
{
  g_autoptr(Desk) desk = desk_new();
  put(desk, SCRATCH_SESSION, "short", "p1", "x", desk->now.up + 1000);
  put(desk, SCRATCH_SESSION, "long", "p1", "x", desk->now.up + 5000);
  desk->now.up += 999;
  desk->now.wall -= 4000000000; /* set back by weeks */
  assert_holds(desk, SCRATCH_SESSION, "short", "x");
  desk->now.up += 1;
  assert_holds(desk, SCRATCH_SESSION, "short", NULL);
  g_autofree char *left = listed(desk, SCRATCH_SESSION, "p1");
  g_assert_cmpstr(left, ==, "p1/long ");
  desk->now.wall += 9000000000; /* and forward: nobody is thrown out */
  assert_holds(desk, SCRATCH_SESSION, "long", "x");
  g_assert_cmpuint(scratch_expire(desk->scratch), ==, 1);
  desk_again(desk);
  assert_holds(desk, SCRATCH_SESSION, "long", "x");
}

/* After a reboot the wall clock counts, and only what it can shorten. */
static void
test_reboot(void)
{
  static const struct {
    gint64 wall; /* how far the wall clock went */
    gint64 lives; /* milliseconds left of 10,000, 0: dead */
  } rows[] = { { 0, 10000 }, { 4000, 6000 }, { 9999, 1 }, { 10000, 0 }, { 50000, 0 }, { -1, 0 }, { -900000, 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Desk) desk = desk_new();
    put(desk, SCRATCH_SESSION, "s", "p1", "x", desk->now.up + 10000);
    put(desk, SCRATCH_CODE, "p1", "p1", "x", G_MAXINT64);
    desk->now = (Steady){ .up = 50, .wall = desk->now.wall + rows[i].wall, .boot = BOOT_B };
    desk_again(desk);
    assert_holds(desk, SCRATCH_CODE, "p1", "x");
    assert_holds(desk, SCRATCH_SESSION, "s", rows[i].lives ? "x" : NULL);
    desk->now.wall -= 100000; /* what is carried over no longer heeds it */
    desk->now.up += rows[i].lives - 1;
    assert_holds(desk, SCRATCH_SESSION, "s", rows[i].lives ? "x" : NULL);
    desk->now.up += 1;
    assert_holds(desk, SCRATCH_SESSION, "s", NULL);
  }
}

static void
test_steady(void)
{
  Steady first = steady_now(&steady_clock), second = steady_now(&steady_clock);
  g_assert_cmpint(first.up, >, 0);
  g_assert_cmpint(second.up, >=, first.up);
  g_assert_cmpuint(strlen(first.boot), ==, STEADY_BOOT);
  g_assert_cmpstr(first.boot, ==, second.boot);
}

/* --- bounds --- */

static void
test_oldest_goes(void)
{
  g_autoptr(Desk) desk = desk_new();
  for (guint i = 0; i < LIMIT_SESSIONS_OF_ONE + 3; i++) {
    g_autofree char *key = g_strdup_printf("s%u", i);
    put(desk, SCRATCH_SESSION, key, "p1", "x", G_MAXINT64);
    put(desk, SCRATCH_SESSION, "s0", "p1", "x", G_MAXINT64); /* in use: never the oldest */
  }
  put(desk, SCRATCH_SESSION, "other", "p2", "x", G_MAXINT64);
  assert_holds(desk, SCRATCH_SESSION, "s0", "x");
  assert_holds(desk, SCRATCH_SESSION, "s1", NULL);
  assert_holds(desk, SCRATCH_SESSION, "s3", NULL);
  assert_holds(desk, SCRATCH_SESSION, "s4", "x");
  assert_holds(desk, SCRATCH_SESSION, "other", "x");
}

/* The bound of all, reached and passed; with what another start finds there. */
static void
test_bound_of_all(void)
{
  g_autoptr(Desk) desk = desk_new();
  for (guint i = 0; i < LIMIT_DELAYS + 500; i++) {
    g_autofree char *key = g_strdup_printf("d%u", i);
    put(desk, SCRATCH_DELAY, key, "", "x", G_MAXINT64);
    if (i == LIMIT_DELAYS - 5)
      desk_again(desk);
  }
  g_autofree char *all = listed(desk, SCRATCH_DELAY, NULL);
  guint count = 0;
  for (const char *c = all; *c; c++)
    count += *c == ' ' ? 1 : 0;
  g_assert_cmpuint(count, <=, LIMIT_DELAYS);
  g_assert_cmpuint(count, >=, LIMIT_DELAYS - LIMIT_DELAYS / 16);
  assert_holds(desk, SCRATCH_DELAY, "d499", NULL);
  assert_holds(desk, SCRATCH_DELAY, "d2000", "x");
}

static void
test_drafts_are_refused(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) small = g_bytes_new_static("x", 1);
  g_autofree guint8 *many = g_malloc0(LIMIT_DRAFT + 1);
  g_autoptr(GBytes) large = g_bytes_new(many, LIMIT_DRAFT + 1), most = g_bytes_new(many, LIMIT_DRAFT);

  g_assert_false(scratch_put(desk->scratch, SCRATCH_DRAFT, "k", "p1", large, G_MAXINT64, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  g_clear_error(&error);
  g_assert_true(scratch_put(desk->scratch, SCRATCH_DRAFT, "k", "p1", most, G_MAXINT64, NULL));
  for (guint i = 1; i < LIMIT_DRAFTS_OF_ONE; i++) {
    g_autofree char *key = g_strdup_printf("d%u", i);
    put(desk, SCRATCH_DRAFT, key, "p1", "x", G_MAXINT64);
  }
  g_assert_false(scratch_put(desk->scratch, SCRATCH_DRAFT, "more", "p1", small, G_MAXINT64, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  put(desk, SCRATCH_DRAFT, "d7", "p1", "changed", G_MAXINT64); /* over its own old text there is room */
  put(desk, SCRATCH_DRAFT, "p2-d1", "p2", "x", G_MAXINT64);
  assert_holds(desk, SCRATCH_DRAFT, "d1", "x");
}

/* --- damage --- */

static void
overwrite(const Desk *desk, const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = desk_path(desk, name);
  g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

static void
spoil_middle(const Desk *desk)
{
  g_autofree char *path = desk_path(desk, "scratch.db");
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  memset(bytes + 4096, 0x5a, length - 4096);
  overwrite(desk, "scratch.db", bytes, length);
}

static void
spoil_format(const Desk *desk)
{
  g_autofree char *path = desk_path(desk, "scratch.db");
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  bytes[63] = 99; /* user_version */
  overwrite(desk, "scratch.db", bytes, length);
}

static void
spoil_all(const Desk *desk)
{
  overwrite(desk, "scratch.db", "this is no database, but it is long enough to look at", 53);
}

static void
make_link(const Desk *desk)
{
  g_autofree char *path = desk_path(desk, "scratch.db");
  g_assert_cmpint(g_unlink(path), ==, 0);
  g_assert_cmpint(symlink("/nonexistent", path), ==, 0);
}

/* Never an obstacle; a note, and an empty store that works. */
static void
test_damage(void)
{
  static void (*const spoilers[])(const Desk *) = { spoil_middle, spoil_format, spoil_all, make_link };
  for (gsize i = 0; i < G_N_ELEMENTS(spoilers); i++) {
    g_autoptr(Desk) desk = desk_new();
    put(desk, SCRATCH_SESSION, "s", "p1", "x", G_MAXINT64);
    g_clear_pointer(&desk->scratch, scratch_close);
    spoilers[i](desk);
    g_autofree char *note = desk_open(desk);
    g_assert_nonnull(note);
    g_assert_true(scratch_is_new(desk->scratch));
    assert_holds(desk, SCRATCH_SESSION, "s", NULL);
    put(desk, SCRATCH_SESSION, "t", "p1", "x", G_MAXINT64);
    desk_again(desk);
    assert_holds(desk, SCRATCH_SESSION, "t", "x");
  }
}

static void
test_deleted(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *path = desk_path(desk, "scratch.db");
  put(desk, SCRATCH_SESSION, "s", "p1", "x", G_MAXINT64);
  g_clear_pointer(&desk->scratch, scratch_close);
  g_assert_cmpint(g_unlink(path), ==, 0);
  desk_again(desk);
  g_assert_true(scratch_is_new(desk->scratch));
  assert_holds(desk, SCRATCH_SESSION, "s", NULL);
}

/* A directory of that name cannot be removed: the store lives in memory. */
static void
test_no_file(void)
{
  g_autoptr(Desk) desk = desk_new();
  g_autofree char *path = desk_path(desk, "scratch.db");
  g_clear_pointer(&desk->scratch, scratch_close);
  g_assert_cmpint(g_unlink(path), ==, 0);
  g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
  g_autofree char *note = desk_open(desk);
  g_assert_nonnull(note);
  put(desk, SCRATCH_SESSION, "s", "p1", "x", G_MAXINT64);
  assert_holds(desk, SCRATCH_SESSION, "s", "x");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/scratch/values", test_values);
  g_test_add_func("/scratch/mode", test_mode);
  g_test_add_func("/scratch/ends", test_ends);
  g_test_add_func("/scratch/reboot", test_reboot);
  g_test_add_func("/scratch/steady", test_steady);
  g_test_add_func("/scratch/oldest-goes", test_oldest_goes);
  g_test_add_func("/scratch/bound-of-all", test_bound_of_all);
  g_test_add_func("/scratch/drafts-are-refused", test_drafts_are_refused);
  g_test_add_func("/scratch/damage", test_damage);
  g_test_add_func("/scratch/deleted", test_deleted);
  g_test_add_func("/scratch/no-file", test_no_file);
  return g_test_run();
}
