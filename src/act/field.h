/* Field tables: one row per field of an act or an entry.
 *
 * From a row come the decoder, the encoder, the checks, the form, the API
 * description and the manual.  A struct described by a table lives in an
 * Arena; strings in it are valid UTF-8.  No JSON reaches guard, decide or
 * apply (ARCHITECTURE.md). */
#ifndef SHODO_ACT_FIELD_H
#define SHODO_ACT_FIELD_H

#include <glib.h>
#include <jansson.h>
#include <stddef.h>

#include "act/finding.h"
#include "base/arena.h"
#include "base/list.h"

typedef enum {
  FIELD_LINE,    /* const char *  one line; NULL when not given */
  FIELD_TEXT,    /* const char *  lines of text; NULL when not given */
  FIELD_HASH,    /* const char *  64 lower-case hex digits; NULL when not given */
  FIELD_CHOICE,  /* int           a Choice's value; 0 when not given */
  FIELD_INT,     /* gint64        FIELD_NO_INT when not given; else 0..2^53 */
  FIELD_BOOL,    /* gboolean      FALSE when not given */
  FIELD_INSTANT, /* Instant       INSTANT_NONE when not given */
  FIELD_DATE,    /* Date          DATE_NONE when not given */
  FIELD_REF,     /* const char *  id of a thing that must exist (RefKind); NULL when not given */
  FIELD_LINES,   /* List of const char *: lines, or ids when .ref is set */
  FIELD_INTS,    /* List of gint64 */
  FIELD_LIST,    /* List of structs described by .of, each .of_size bytes, one after the other */
} FieldType;

#define FIELD_NO_INT G_MININT64
#define FIELD_INT_MAX G_GINT64_CONSTANT(9007199254740992)

enum {
  FIELD_REQUIRED = 1 << 0, /* missing or empty is refused */
  FIELD_PERSONAL = 1 << 1, /* goes into the personal, erasable body; may be absent in apply */
  FIELD_SECRET = 1 << 2,   /* a hash or a sealed secret: no view shows it */
  FIELD_BOOK = 1 << 3,     /* the program's own reckoning: in the journal and the API, in no line for people */
  FIELD_BLOB = 1 << 4,     /* a hash: the address of a file that is kept here (docs/formats-blob.md); verify knows it too */
};

/* One of a closed set.  Tables end with a row whose token is NULL; values start at 1. */
typedef struct {
  int value;
  const char *token; /* in JSON and in the journal; never changes */
  const char *label; /* Japanese */
} Choice;

/* The kinds of thing a field may point at: "post", "host", "plan.class"…
 * The domain that owns the thing exports the row. */
typedef struct ActContext ActContext;
typedef struct {
  const char *name;
  const char *label; /* Japanese: 職, 影響ホスト */
  gboolean (*exists)(const ActContext *context, const char *id);
  /* The id of the one thing people call NAME, or NULL; the row may leave it out. */
  const char *(*resolve)(const ActContext *context, const char *name);
  /* What people call the thing, for views; NULL, or left out: the id serves. */
  const char *(*name_of)(const ActContext *context, const char *id);
} RefKind;

typedef struct Field Field;
struct Field {
  const char *name;  /* JSON key; NULL ends the table */
  const char *label; /* Japanese */
  FieldType type;
  guint flags;
  gsize offset;
  guint limit; /* characters or items; 0: LIMIT_LINE, LIMIT_TEXT, LIMIT_LIST */
  const Choice *choices;
  const RefKind *ref;
  const Field *of;
  gsize of_size;
  const char *help; /* Japanese: why it is asked */
};

/* Decode JSON into a new struct of SIZE bytes.  Everything wrong is added to
 * FINDINGS as a refusal that names the field; then NULL.  Unknown keys are
 * refused.  CONTEXT, when given, is asked whether references exist. */
void *fields_decode(const Field *fields, gsize size, const json_t *json, const ActContext *context,
                    Arena *arena, Findings *findings);

/* Encode a struct as two JSON objects; *personal is NULL when no personal field is given.
 * New references; what is not given is left out. */
void fields_encode(const Field *fields, const void *body, json_t **structural, json_t **personal);

/* The same as text, for comparing two: what is alike gives the same. */
void fields_text(const Field *fields, const void *body, GString *text);

/* Decode what fields_encode wrote.  PERSONAL may be NULL: erased, its fields are then not given. */
void *fields_restore(const Field *fields, gsize size, const json_t *structural,
                     const json_t *personal, Arena *arena, GError **error);

/* Whether the value of FIELD, at AT in its struct, was given. */
gboolean field_given(const Field *field, const void *at);

/* Set every field of a zeroed struct to "not given". */
void fields_clear(const Field *fields, void *body);

const Choice *choice_by_token(const Choice *choices, const char *token);
const char *choice_label(const Choice *choices, int value); /* "" when unknown */
const char *choice_token(const Choice *choices, int value); /* "" when unknown */

#endif
