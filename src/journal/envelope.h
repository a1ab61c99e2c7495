/* The envelope: the leaf of the tree, ASCII lines of at most LIMIT_LEAF bytes
 * (docs/formats.md 2).  What is stored is exactly what is hashed. */
#ifndef SHODO_JOURNAL_ENVELOPE_H
#define SHODO_JOURNAL_ENVELOPE_H

#include <glib.h>

#include "journal/tree.h"

#define ENVELOPE_TOKEN 40                    /* bytes of a token */
#define ENVELOPE_KIND (ENVELOPE_TOKEN + 4)   /* a token, "/", up to 999 */
#define ENVELOPE_BOOT 32                     /* hex digits of a boot id */
#define ENVELOPE_LATEST G_GINT64_CONSTANT(253402300799999) /* 9999-12-31T23:59:59.999Z */

typedef struct {
  guint64 number; /* both below 2^63 */
  guint64 stream;
  gint64 recorded;
  gint64 monotonic;
  char kind[ENVELOPE_KIND + 1];
  char boot[ENVELOPE_BOOT + 1];
  char person[ENVELOPE_TOKEN + 1];
  char post[ENVELOPE_TOKEN + 1];
  char capacity[ENVELOPE_TOKEN + 1];
  gboolean has_personal;
  guint8 structural[TREE_HASH];
  guint8 personal[TREE_HASH]; /* when has_personal */
} Envelope;

/* [a-z0-9][a-z0-9._-]{0,39} or "-" */
gboolean envelope_is_token(const char *text);
gboolean envelope_is_kind(const char *text);
gboolean envelope_is_boot(const char *text);
gboolean envelope_is_capacity(const char *text);

/* The bytes of a valid ENVELOPE. */
GBytes *envelope_format(const Envelope *envelope);
/* Read bytes back; CORRUPT unless they are what envelope_format gives. */
gboolean envelope_parse(const void *leaf, gsize length, Envelope *envelope, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
