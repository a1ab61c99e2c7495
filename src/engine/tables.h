/* The two tables of the program, joined from every domain.
 *
 * Built once at start; the checks of tables_check hold for every row, so that
 * a mistake in a table stops the tests and not a user. */
#ifndef SHODO_ENGINE_TABLES_H
#define SHODO_ENGINE_TABLES_H

#include "plan/predicate.h"

const ActKind *tables_act(const char *name);                 /* or NULL; O(1) */
const EntryKind *tables_entry(const char *name, guint version); /* or NULL; O(1) */
const Domain *const *tables_domains(void);                   /* NULL at the end */
const Vocabulary *tables_vocabulary(void);

/* Names unique and well formed, every entry of an act known, fields inside
 * their structs.  NULL, or what is wrong. */
char *tables_check(void);

#endif
