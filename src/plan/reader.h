/* Reading a YAML tree into structs by tables, and complaining about all of it.
 *
 * A Shape describes a struct: one Key per field.  Names (ids of roles, phases,
 * acts…) are defined and referred to while reading and resolved at the end, so
 * that sections may stand in any order.  Every complaint is kept with its place;
 * reader_error answers with all of them in the order of the file. */
#ifndef SHODO_PLAN_READER_H
#define SHODO_PLAN_READER_H

#include "base/yaml.h"
#include "plan/plan.h"

/* What an id may be the id of. */
typedef enum {
  NAME_POST,
  NAME_ROLE,
  NAME_CLASS,
  NAME_PRIORITY,
  NAME_CLAUSE,
  NAME_PHASE,
  NAME_SUBJECT,
  NAME_ROUTE,
  NAME_FORM,
  NAME_RECIPIENT,
  NAME_EXEMPTION,
  NAME_DEFINED, /* those above are defined by the plan */
  NAME_ACT = NAME_DEFINED,
  NAME_ITEM, /* "form1/1", "form1/1..5" */
  NAME_NONE,
} NameKind;

typedef enum {
  KEY_LINE,      /* const char *, LIMIT_LINE characters */
  KEY_TEXT,      /* const char *, LIMIT_TEXT characters */
  KEY_ID,        /* const char *; defines a name */
  KEY_BOOL,      /* gboolean */
  KEY_INT,       /* gint32, least..most */
  KEY_MINUTES,   /* gint32: "8:30" is 510 */
  KEY_DATE,      /* Date */
  KEY_CHOICE,    /* int: the value whose label is written */
  KEY_REF,       /* const char *: id of something */
  KEY_REFS,      /* List of const char * */
  KEY_LINES,     /* List of const char *, LIMIT_TEXT characters each */
  KEY_CONDITION, /* const Condition * */
  KEY_LIST,      /* List of structs of the shape .of */
  KEY_ONE,       /* one struct of the shape .of, in place */
} KeyType;

enum { KEY_REQUIRED = 1 };

typedef struct Reader Reader;
typedef struct Shape Shape;

typedef struct {
  const char *name; /* NULL ends the table */
  KeyType type;
  gsize offset;
  guint flags;
  NameKind names;
  const Choice *choices;
  int fallback; /* of a KEY_CHOICE that is not written */
  int least, most;
  const Shape *of;
} Key;

struct Shape {
  const char *label; /* Japanese: 条項 */
  const Key *keys;
  gsize size;
  gsize line;  /* offset of a guint for the line, or SHAPE_NO */
  gsize title; /* offset of the const char * that names it to people, or SHAPE_NO */
  /* What a table cannot say; NULL: nothing. */
  void (*finish)(Reader *reader, const YamlNode *node, void *item);
};
#define SHAPE_NO G_MAXSIZE

Reader *reader_new(const Vocabulary *vocabulary, Arena *arena);
void reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

Arena *reader_arena(const Reader *reader);
const Vocabulary *reader_vocabulary(const Reader *reader);

void reader_complain(Reader *reader, const YamlNode *node, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* At the place where SLOT was read: a field of an item, an element of a list, or an item itself. */
void reader_complain_of(Reader *reader, const void *slot, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Fill ITEM, zeroed, of SHAPE from NODE. */
void reader_fill(Reader *reader, const Shape *shape, const YamlNode *node, void *item);

/* The text of a scalar, not empty and of at most MOST characters, in the arena; NULL after complaining. */
const char *reader_text(Reader *reader, const YamlNode *node, guint most);

/* NODE says that the thing ID exists; *LABEL, if any, gets its Japanese name in reader_resolve. */
void reader_refer(Reader *reader, NameKind kind, const char *id, const YamlNode *node, const char **label);

/* Complains about every reference to nothing. */
void reader_resolve(Reader *reader);

/* What was defined: id -> item.  New reference. */
GHashTable *reader_names(const Reader *reader, NameKind kind);

gboolean reader_sound(const Reader *reader); /* no complaint so far */

/* TRUE when there was no complaint; else all of them, each "NAME:line:column: …". */
gboolean reader_error(const Reader *reader, const char *name, GError **error);

/* The nearest of the keys of NAMES to ID, when one is near enough; else NULL. */
const char *reader_nearest(GHashTable *names, const char *id);

#endif
