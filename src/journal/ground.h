/* The ground of an erasure (docs/formats.md 6): the structural body of an
 * "office.erased/…" entry is a JSON object whose member "entries" lists the
 * numbers of the entries that it erases.  Pure.  verify reads it with a parser of its own.
 * Other members are passed over; that they are well-formed is not its concern. */
#ifndef SHODO_JOURNAL_GROUND_H
#define SHODO_JOURNAL_GROUND_H

#include <glib.h>

#define GROUND_KIND "office.erased/"

/* The numbers (guint64, each below 2^63) listed by BODY, or NULL when it is not such a body. */
GArray *ground_parse(const void *body, gsize length);

#endif
