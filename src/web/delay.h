/* Waiting after failures: the source that fails waits, twice as long each time; nobody else does.
 * Kept in scratch.db, so that a restart forgets nothing. */
#ifndef SHODO_WEB_DELAY_H
#define SHODO_WEB_DELAY_H

#include "scratch/scratch.h"

typedef struct {
  guint free;   /* failures before the first wait */
  guint most;   /* seconds of the longest wait */
  guint forget; /* seconds without a failure after which all is forgotten */
} DelayRule;

extern const DelayRule delay_of_account; /* one account from one source */
extern const DelayRule delay_of_source;  /* one source, whatever it tries */

/* A key for scratch.db of what is told, whatever its length; to free. */
char *delay_key(const char *what, const char *who, const char *from);
/* Seconds still to wait; 0: go on. */
guint delay_left(Scratch *scratch, const char *key);
/* One more failure. */
void delay_fail(Scratch *scratch, const char *key, const DelayRule *rule);
void delay_forget(Scratch *scratch, const char *key);

#endif
