/* Failed log-ins as one entry per account and LIMIT_FAILURES_WINDOW: strangers cannot grow the journal
 * (promise 9).  Names that nobody has are counted together.  A crash loses the counts of the present window. */
#ifndef SHODO_WEB_FAILURES_H
#define SHODO_WEB_FAILURES_H

#include "engine/engine.h"
#include "scratch/scratch.h"

typedef struct Failures Failures;

Failures *failures_new(Engine *engine, Scratch *scratch); /* enters what is ripe about once a minute */
void failures_free(Failures *failures);                   /* enters all */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Failures, failures_free)

void failures_count(Failures *failures, const char *person); /* NULL: nobody's name */
/* Enter the windows that are over. */
void failures_flush(Failures *failures);

#endif
