/* A strict reader of envelopes (docs/formats.md 2) and of the ground of an
 * erasure (docs/formats.md 6), written apart from the journal's. */
#ifndef SHODO_VERIFY_LEAF_H
#define SHODO_VERIFY_LEAF_H

#include <glib.h>

#include "journal/tree.h"

/* What an entry's kind says of the files under blobs/ (docs/formats-blob.md). */
typedef enum {
  REFER_NONE,
  REFER_LASTING,   /* refers to one that must stay */
  REFER_PAPER,     /* refers to one that must stay until its stream's papers are destroyed */
  REFER_DESTROYED, /* the papers of its stream so far are destroyed (廃棄) */
} Refer;

typedef struct {
  guint64 number;
  guint64 stream;
  guint64 monotonic;
  char boot[32];    /* hex digits, not terminated */
  gboolean erasing; /* its kind is office.erased/… */
  Refer refer;
  const char *member; /* of the structural body: holds the address when it refers to a file; else NULL */
  gboolean has_personal;
  guint8 structural[TREE_HASH];
  guint8 personal[TREE_HASH];
} Leaf;

gboolean leaf_parse(const char *data, gsize length, Leaf *leaf);

/* Whether BODY, a JSON object, has one member "entries", a list of numbers, with every one of the COUNT NUMBERS in it. */
gboolean leaf_ground_lists(const char *body, gsize length, const guint64 *numbers, gsize count);

/* The only top-level member NAME of BODY, a JSON object: a string of 64 lower-case hex digits. */
gboolean leaf_member_hash(const char *body, gsize length, const char *name, guint8 hash[TREE_HASH]);

#endif
