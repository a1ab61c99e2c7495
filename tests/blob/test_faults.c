/* The store when the machine fails: the Nth open, write, fsync, rename and mkdir of
 * an upload fails, for every N, with each cause.  There is never a false success,
 * and a success is on disk in the right order.
 *
 * The system calls below take the place of libc's, the store being linked statically. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "office.h"

enum { CALL_OPEN, CALL_WRITE, CALL_SYNC, CALL_RENAME, CALL_MKDIR, CALLS };

static struct {
  int call;      /* which is to fail; -1 none */
  guint nth;     /* from 1 */
  gboolean once; /* or this one and all after it */
  int errnum;    /* 0: a short write of one byte, not a failure */
  guint seen;
  guint fired;
  GString *trace;
} fault = { .call = -1 };

static gboolean
fails(int call, char mark)
{
  if (fault.trace && (!fault.trace->len || fault.trace->str[fault.trace->len - 1] != mark || mark != 'w'))
    g_string_append_c(fault.trace, mark);
  if (call != fault.call)
    return FALSE;
  fault.seen++;
  if (fault.seen < fault.nth || (fault.once && fault.seen > fault.nth))
    return FALSE;
  fault.fired++;
  errno = fault.errnum;
  return TRUE;
}

static char
sync_mark(int fd)
{
  struct stat st;
  return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) ? 'D' : 'F';
}

int openat64(int dir, const char *path, int flags, ...);
ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset);

int
openat64(int dir, const char *path, int flags, ...)
{
  va_list args;
  va_start(args, flags);
  mode_t mode = (flags & O_CREAT) ? va_arg(args, mode_t) : 0;
  va_end(args);
  return fails(CALL_OPEN, 'o') ? -1 : (int)syscall(SYS_openat, dir, path, flags, mode);
}

ssize_t
pwrite64(int fd, const void *data, size_t bytes, off64_t offset)
{
  if (!fails(CALL_WRITE, 'w'))
    return syscall(SYS_pwrite64, fd, data, bytes, offset);
  return fault.errnum ? -1 : syscall(SYS_pwrite64, fd, data, 1, offset);
}

int
fsync(int fd)
{
  return fails(CALL_SYNC, sync_mark(fd)) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
renameat(int from, const char *old, int to, const char *new)
{
  return fails(CALL_RENAME, 'R') ? -1 : (int)syscall(SYS_renameat, from, old, to, new);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
  return fails(CALL_MKDIR, 'M') ? -1 : (int)syscall(SYS_mkdirat, dir, path, mode);
}

#define COUNT ((gsize)3 * 65536 + 9)

/* One upload under the fault; whether it was said to have succeeded. */
static gboolean
upload(const Office *office, const guint8 *bytes, BlobCommit how, char address[BLOB_ADDRESS + 1], GError **error)
{
  g_autoptr(BlobWriter) writer = blob_writer_new(office->store, (gint64)COUNT, error);

  return writer && blob_writer_write(writer, bytes, COUNT, error) &&
         blob_writer_commit(g_steal_pointer(&writer), how, address, error);
}

static void
expect_whole_or_absent(const Office *office, gboolean said_yes, const char *expected)
{
  BlobState state = blob_check(office->store, expected, NULL);

  g_assert_true(state == BLOB_SOUND || (!said_yes && state == BLOB_MISSING));
  g_assert_cmpuint(office_count(office), ==, state == BLOB_SOUND ? 1 : 0);
  g_assert_cmpuint(office_temps(office), ==, 0);
}

/* Fail call number N of one kind for N = 1, 2, … until the upload no longer meets it. */
static guint
fail_each(int call, int errnum, gboolean once, BlobCommit how)
{
  g_autofree guint8 *bytes = office_bytes(COUNT, 11);
  g_autofree char *expected = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, COUNT);

  for (guint nth = 1;; nth++) {
    Office office = office_new();
    g_autoptr(GError) error = NULL;
    char address[BLOB_ADDRESS + 1] = "";

    fault.call = call, fault.nth = nth, fault.once = once, fault.errnum = errnum;
    fault.seen = fault.fired = 0;
    gboolean yes = upload(&office, bytes, how, address, &error);
    fault.call = -1;

    g_assert_cmpint(yes, ==, fault.fired == 0 || errnum == 0);
    if (yes)
      g_assert_cmpstr(address, ==, expected);
    else
      g_assert_nonnull(error);
    expect_whole_or_absent(&office, yes, expected);

    char second[BLOB_ADDRESS + 1];
    g_assert_true(upload(&office, bytes, how, second, NULL)); /* the machine is well again */
    expect_whole_or_absent(&office, TRUE, expected);
    office_end(&office);
    if (fault.fired == 0)
      return nth - 1;
  }
}

static void
test_nth_call(void)
{
  static const struct {
    int call;
    int errnum;
    guint least; /* calls of this kind that an upload makes at least */
  } cases[] = {
    { CALL_OPEN, EMFILE, 2 }, { CALL_OPEN, EIO, 2 },   { CALL_WRITE, EIO, 5 }, { CALL_WRITE, ENOSPC, 5 },
    { CALL_WRITE, 0, 5 },     { CALL_SYNC, EIO, 3 },  { CALL_SYNC, ENOSPC, 3 },
    { CALL_RENAME, EIO, 1 },  { CALL_RENAME, ENOSPC, 1 }, { CALL_MKDIR, ENOSPC, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    for (int once = 0; once < 2; once++) {
      guint met = fail_each(cases[i].call, cases[i].errnum, once, BLOB_COMMIT_PLAIN);
      g_assert_cmpuint(met, >=, cases[i].least);
      fail_each(cases[i].call, cases[i].errnum, once, BLOB_COMMIT_VERIFY);
    }
  }
}

/* An interrupted write goes on. */
static void
test_interrupted(void)
{
  Office office = office_new();
  g_autofree guint8 *bytes = office_bytes(COUNT, 11);
  char address[BLOB_ADDRESS + 1];

  fault.call = CALL_WRITE, fault.nth = 2, fault.once = TRUE, fault.errnum = EINTR, fault.seen = fault.fired = 0;
  g_assert_true(upload(&office, bytes, BLOB_COMMIT_PLAIN, address, NULL));
  fault.call = -1;
  g_assert_cmpuint(fault.fired, ==, 1);
  expect_whole_or_absent(&office, TRUE, address);
  office_end(&office);
}

/* What makes it survive a power cut is the order: all writes, fsync of the file, the
 * directory made, rename, fsync of both directories, and only then the answer. */
static void
test_order(void)
{
  Office office = office_new();
  g_autofree guint8 *bytes = office_bytes(COUNT, 11);
  char address[BLOB_ADDRESS + 1];

  for (int again = 0; again < 2; again++) {
    fault.trace = g_string_new(NULL);
    g_assert_true(upload(&office, bytes, BLOB_COMMIT_PLAIN, address, NULL));
    g_autofree char *trace = g_string_free(g_steal_pointer(&fault.trace), FALSE);
    g_assert_cmpstr(trace, ==, "owFMRoDD");
  }
  office_end(&office);
}

/* An upload that fails over an address that is there leaves it as it was. */
static void
test_existing_survives(void)
{
  g_autofree guint8 *bytes = office_bytes(COUNT, 11);
  char address[BLOB_ADDRESS + 1], again[BLOB_ADDRESS + 1];

  for (int call = 0; call < CALLS; call++)
    for (guint nth = 1; nth <= 6; nth++) {
      Office office = office_new();
      g_assert_true(upload(&office, bytes, BLOB_COMMIT_PLAIN, address, NULL));
      fault.call = call, fault.nth = nth, fault.once = FALSE, fault.errnum = EIO, fault.seen = fault.fired = 0;
      gboolean yes = upload(&office, bytes, BLOB_COMMIT_PLAIN, again, NULL);
      fault.call = -1;
      g_assert_cmpint(yes, ==, fault.fired == 0);
      expect_whole_or_absent(&office, TRUE, address);
      office_end(&office);
    }
}

/* Removal: said to be done only when it is. */
static void
test_remove(void)
{
  static const int calls[] = { CALL_OPEN, CALL_WRITE, CALL_SYNC };
  g_autofree guint8 *bytes = office_bytes(COUNT, 11);
  char address[BLOB_ADDRESS + 1];

  for (gsize i = 0; i < G_N_ELEMENTS(calls); i++)
    for (guint nth = 1; nth <= 3; nth++) {
      Office office = office_new();
      g_assert_true(upload(&office, bytes, BLOB_COMMIT_PLAIN, address, NULL));
      fault.call = calls[i], fault.nth = nth, fault.once = TRUE, fault.errnum = EIO, fault.seen = fault.fired = 0;
      gboolean yes = blob_remove(office.store, address, NULL);
      fault.call = -1;
      g_assert_cmpint(yes, ==, fault.fired == 0);
      if (yes)
        g_assert_cmpint(blob_check(office.store, address, NULL), ==, BLOB_MISSING);
      else if (blob_check(office.store, address, NULL) != BLOB_MISSING)
        g_assert_true(blob_remove(office.store, address, NULL)); /* it can be done again */
      office_end(&office);
    }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/blob-faults/nth-call", test_nth_call);
  g_test_add_func("/blob-faults/interrupted", test_interrupted);
  g_test_add_func("/blob-faults/order", test_order);
  g_test_add_func("/blob-faults/existing-survives", test_existing_survives);
  g_test_add_func("/blob-faults/remove", test_remove);
  return g_test_run();
}
