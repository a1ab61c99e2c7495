/* Taking in evidence: blob_writer over a file of 256 MiB, hashed, encrypted and synced, against
 * sha256sum, cp and sync of the same file; and the memory it takes. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob/blob.h"
#include "measure.h"

#define ROUNDS 5
#define SIZE ((gsize)256 << 20)
#define PIECE ((gsize)64 << 10)
#define LEAST_HELD 0.8
#define MEMORY_MOST 32.0 /* MiB */

static void
make_file(const char *path)
{
  g_autofree guint32 *piece = g_malloc(PIECE);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert(fd >= 0);
  for (gsize at = 0; at < SIZE; at += PIECE) {
    for (gsize i = 0; i < PIECE / sizeof *piece; i++)
      piece[i] = g_random_int();
    g_assert(write(fd, piece, PIECE) == (gssize)PIECE);
  }
  g_assert(fsync(fd) == 0 && close(fd) == 0);
}

static void
run(char **argv)
{
  int status;
  g_autoptr(GError) error = NULL;
  gboolean ran = g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  measure_check(ran && g_spawn_check_wait_status(status, &error), argv[0], &error);
}

static double
peer_seconds(char *from, char *to)
{
  double began = measure_now();
  run((char *[]){ "sha256sum", from, NULL });
  run((char *[]){ "cp", from, to, NULL });
  run((char *[]){ "sync", to, NULL });
  return measure_now() - began;
}

static void
take_in(BlobStore *store, const char *from, char address[BLOB_ADDRESS + 1])
{
  static guint8 piece[PIECE];
  g_autoptr(GError) error = NULL;
  BlobWriter *writer = blob_writer_new(store, (gint64)SIZE, &error);
  int fd = open(from, O_RDONLY | O_CLOEXEC);

  measure_check(writer && fd >= 0, "beginning a blob", &error);
  for (gssize got; (got = read(fd, piece, sizeof piece)) > 0;)
    measure_check(blob_writer_write(writer, piece, (gsize)got, &error), "writing a blob", &error);
  measure_check(blob_writer_commit(writer, BLOB_COMMIT_PLAIN, address, &error), "committing a blob", &error);
  (void)close(fd);
}

/* In a process of its own, whose peak of memory is then that of the upload. */
static void
blob_round(const char *dir, const char *from, double figures[2])
{
  int ends[2];
  g_assert(pipe(ends) == 0);
  pid_t child = fork();
  g_assert(child >= 0);
  if (child == 0) {
    g_autoptr(GError) error = NULL;
    char address[BLOB_ADDRESS + 1];
    g_autoptr(Keyring) keyring = keyring_open(dir, &error);
    g_autoptr(BlobStore) store = keyring ? blob_open(dir, keyring, &error) : NULL;
    measure_check(store != NULL, "opening the store", &error);
    double began = measure_now();
    take_in(store, from, address);
    double told[2] = { measure_now() - began, (double)measure_memory(getpid(), "VmHWM") / 1024 };
    g_assert(write(ends[1], told, sizeof told) == sizeof told);
    measure_check(blob_remove(store, address, &error), "removing a blob", &error);
    _exit(0);
  }
  g_assert(close(ends[1]) == 0);
  g_assert(read(ends[0], figures, 2 * sizeof(double)) == 2 * sizeof(double));
  g_assert(close(ends[0]) == 0);
  g_assert(waitpid(child, NULL, 0) == child);
}

int
main(void)
{
  g_autofree char *dir = measure_scratch("blob");
  g_autofree char *from = g_build_filename(dir, "original", NULL);
  g_autofree char *to = g_build_filename(dir, "copy", NULL);
  g_autoptr(GError) error = NULL;
  char *sheet = NULL;
  double ratio[ROUNDS], memory[ROUNDS];

  measure_check(keyring_create(dir, &sheet, &error), "making a key", &error);
  keyring_sheet_free(sheet);
  make_file(from);
  for (guint i = 0; i < ROUNDS; i++) {
    double blob[2];
    double peer = peer_seconds(from, to);
    g_assert(g_unlink(to) == 0);
    blob_round(dir, from, blob);
    ratio[i] = peer / blob[0];
    memory[i] = blob[1];
    measure_say("blob %.2f s, sha256sum + cp + sync %.2f s, %.1f MiB", blob[0], peer, blob[1]);
  }
  measure_hold("taking in a file of 256 MiB", measure_share(ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  measure_hold("its peak of memory, MiB", measure_share(memory, ROUNDS, 1), "<=", MEMORY_MOST);
  measure_remove(dir);
  return 0;
}
