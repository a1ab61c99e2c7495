/* A paper: one model, drawn as HTML, PDF, DOCX and XLSX (paper.h).
 *
 * A document is a flow of blocks in the order in which they are read, with
 * what stands on every page.  It holds words and structure and no measures:
 * how a block looks is each face's own table.  It lives in an arena; texts are
 * UTF-8 that passed text_valid, LF between lines.  The JSON form is what is
 * stored at issue and what a process that draws is fed; docs/papers.md. */
#ifndef SHODO_PAPER_DOCUMENT_H
#define SHODO_PAPER_DOCUMENT_H

#include <jansson.h>

#include "act/field.h"
#include "base/arena.h"
#include "base/instant.h"
#include "base/list.h"

typedef enum {
  BLOCK_FORM = 1,  /* 報告様式1: name of the form, top left */
  BLOCK_NUMBER,    /* 文書番号, right */
  BLOCK_DATE,      /* right */
  BLOCK_ADDRESSEE, /* 宛名, left */
  BLOCK_SENDER,    /* 差出人, right */
  BLOCK_TITLE,     /* the subject, centred; once at most on a page */
  BLOCK_HEADING,   /* level 1 to 3 */
  BLOCK_PARAGRAPH, /* level: indent; a sentence begins with U+3000 of its own */
  BLOCK_ITEM,      /* level 0 to 3: 1, (1), ア, (ア) */
  BLOCK_VALUE,     /* what was filled in under an item of the same level */
  BLOCK_NOTE,      /* small */
  BLOCK_BEGIN,     /* 記 */
  BLOCK_END,       /* 以上 */
  BLOCK_TABLE,
  BLOCK_PAGE,      /* a new page begins */
} BlockKind;
extern const Choice block_choices[];

typedef enum { ALIGN_LEFT = 1, ALIGN_CENTRE, ALIGN_RIGHT } Align;
extern const Choice align_choices[];

typedef struct {
  const char *text;
  guint columns, rows; /* it spans; 1 and up */
  Align align;
  gboolean head;       /* a label, not a value */
} Cell;

typedef struct {
  List cells; /* of Cell; those covered by a span from above are not listed */
} Row;

typedef struct {
  List widths;  /* of guint: parts of the whole, one for each column */
  guint heads;  /* rows at the top that are repeated on every page */
  List rows;    /* of Row */
} Table;

typedef struct {
  BlockKind kind;
  guint level;
  const char *label;  /* of an item: 「(1)」; or NULL */
  const char *text;   /* of a table its caption; may be NULL */
  const char *state;  /* 未判明, 調査中…: how the value stands; NULL: it is filled in */
  const char *change; /* 第2報からの変更; NULL: as before */
  Table *table;       /* of BLOCK_TABLE */
} Block;

/* The witness: where in the journal this paper stands (promise 7). */
typedef struct {
  const char *origin; /* of the journal; NULL: no witness */
  guint64 entry;      /* the entry that issued it */
  guint64 size;       /* entries before it, and their root, base64 */
  const char *root;
} Witness;

typedef struct {
  Arena *arena;
  const char *title;  /* for lists, files and the window */
  const char *owner;  /* 〇〇市 */
  const char *label;  /* on every page: R8-003 報告様式1 第2報 */
  Instant made;       /* the same for the same paper: it is in the file */
  List marks;         /* strings, on every page: 訓練, 写, 取扱注意, TLP:AMBER */
  Witness witness;
  List blocks;        /* of Block * */
  guint counts[4];    /* items so far, for document_item */
} Document;

Document *document_new(Arena *arena); /* lives in the arena */

/* Add a block; TEXT is copied, and NULL adds an empty one. */
Block *document_add(Document *document, BlockKind kind, const char *text);
Block *document_heading(Document *document, guint level, const char *text);
/* An item with the next number of its level: 1, (1), ア, (ア); after the
 * 44th kana it goes on in figures. */
Block *document_item(Document *document, guint level, const char *text);
/* Begin numbering at 1 again. */
void document_restart(Document *document);

/* A table of COUNT columns.  HEADS, or NULL, are the labels of one head row. */
Table *document_table(Document *document, const char *caption, const guint *widths, gsize count,
                      const char *const *heads);
Row *document_row(Document *document, Table *table);
/* A cell of one column and one row; good until the next is added to the row. */
Cell *document_cell(Document *document, Row *row, const char *text);
/* A row of texts, as many as the table has columns. */
void document_cells(Document *document, Table *table, const char *const *texts);

/* Is it whole: kinds, levels, spans that fill every row, text that XML can
 * hold, and the limits LIMIT_PAPER_*?  INVALID, LIMIT. */
gboolean document_check(const Document *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Canonical JSON (base/json.h), and back into ARENA, checked.  INVALID, LIMIT. */
GBytes *document_to_json(const Document *document);
Document *document_from_json(Arena *arena, const void *data, gsize bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same as a value, a new reference, and back. */
json_t *document_encode(const Document *document);
Document *document_decode(Arena *arena, const json_t *object, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SHA-256 of that JSON without the witness, in hexadecimal: what a paper is known by. */
const char *document_digest(const Document *document);

/* The witness as text, also in the QR: a C2SP checkpoint body (origin, size, root)
 * and the digest, four lines.  NULL: none. */
const char *document_witness(const Document *document);

#endif
