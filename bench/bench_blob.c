/* Taking in evidence: blob_writer over a file of 256 MiB, hashed, encrypted and synced, against
 * sha256sum, cp and sync of the same file; and the memory it takes. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob/blob.h"
#include "evidence.h"
#include "measure.h"

#define ROUNDS 5
#define PIECE ((gsize)64 << 10)
#define LEAST_HELD 0.8
#define MEMORY_MOST 32.0 /* MiB */

static void
take_in(BlobStore *store, const char *from, char address[BLOB_ADDRESS + 1])
{
  static guint8 piece[PIECE];
  g_autoptr(GError) error = NULL;
  BlobWriter *writer = blob_writer_new(store, (gint64)EVIDENCE_SIZE, &error);
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
  evidence_file(from);
  for (guint i = 0; i < ROUNDS; i++) {
    double blob[2];
    double peer = evidence_peer(from, to);
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
