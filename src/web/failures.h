/* What was tried in vain (failed log-ins, what was not one's to do) as one entry per account and LIMIT_FAILURES_WINDOW: nobody can grow the journal by trying
 * (promise 9).  Names that nobody has are counted together.  A crash loses the counts of the present window. */
#ifndef SHODO_WEB_FAILURES_H
#define SHODO_WEB_FAILURES_H

#include "engine/engine.h"
#include "scratch/scratch.h"

typedef struct Failures Failures;

/* ENTRY, whose body is AccountFailures; what is ripe is entered about once a minute. */
Failures *failures_new(Engine *engine, Scratch *scratch, const EntryKind *entry);
void failures_free(Failures *failures);                   /* enters all */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Failures, failures_free)

void failures_count(Failures *failures, const char *person); /* NULL: nobody's name */
/* Enter the windows that are over. */
void failures_flush(Failures *failures);

#endif
