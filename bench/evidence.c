#include "evidence.h"

#include <fcntl.h>
#include <unistd.h>

#include "measure.h"

#define PIECE ((gsize)64 << 10)

void
evidence_file(const char *path)
{
  g_autofree guint32 *piece = g_malloc(PIECE);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert(fd >= 0);
  for (gsize at = 0; at < EVIDENCE_SIZE; at += PIECE) {
    for (gsize i = 0; i < PIECE / sizeof *piece; i++)
      piece[i] = g_random_int();
    g_assert(write(fd, piece, PIECE) == (gssize)PIECE);
  }
  g_assert(fsync(fd) == 0 && close(fd) == 0);
}

double
evidence_peer(const char *from, const char *to)
{
  double began = measure_now();
  g_free(measure_run((const char *[]){ "sha256sum", from, NULL }));
  g_free(measure_run((const char *[]){ "cp", from, to, NULL }));
  g_free(measure_run((const char *[]){ "sync", to, NULL }));
  return measure_now() - began;
}
