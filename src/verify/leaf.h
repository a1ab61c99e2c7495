/* A strict reader of envelopes (docs/formats.md 2) and of the ground of an
 * erasure (docs/formats.md 6), written apart from the journal's. */
#ifndef SHODO_VERIFY_LEAF_H
#define SHODO_VERIFY_LEAF_H

#include <glib.h>

#include "journal/tree.h"

typedef struct {
  guint64 number;
  guint64 stream;
  guint64 monotonic;
  char boot[32];    /* hex digits, not terminated */
  gboolean erasing; /* its kind is office.erased/… */
  gboolean has_personal;
  guint8 structural[TREE_HASH];
  guint8 personal[TREE_HASH];
} Leaf;

gboolean leaf_parse(const char *data, gsize length, Leaf *leaf);

/* Whether BODY, a JSON object, has one member "entries", a list of numbers, with every one of the COUNT NUMBERS in it. */
gboolean leaf_ground_lists(const char *body, gsize length, const guint64 *numbers, gsize count);

#endif
