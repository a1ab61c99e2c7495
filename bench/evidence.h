/* The evidence that benches take in, and what it is measured against. */
#ifndef SHODO_BENCH_EVIDENCE_H
#define SHODO_BENCH_EVIDENCE_H

#include <glib.h>

#define EVIDENCE_SIZE ((gsize)256 << 20)

/* Write a file of EVIDENCE_SIZE random bytes, another each time. */
void evidence_file(const char *path);
/* The seconds that sha256sum, cp and sync of it take. */
double evidence_peer(const char *from, const char *to);

#endif
