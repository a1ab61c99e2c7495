/* The document's JSON: docs/papers.md.  What has its ordinary value is left out;
 * a cell that is nothing but text is a string, since a long annex is made of them. */
#include "paper/document.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"

#define VERSION 1

/* --- out --- */

static void
put(json_t *object, const char *key, const char *text)
{
  if (text)
    json_object_set_new_nocheck(object, key, json_string_nocheck(text));
}

static void
put_number(json_t *object, const char *key, guint64 number, guint64 ordinary)
{
  if (number != ordinary)
    json_object_set_new_nocheck(object, key, json_integer((json_int_t)number));
}

static json_t *
cell_out(const Cell *cell)
{
  if (cell->columns == 1 && cell->rows == 1 && cell->align == ALIGN_LEFT && !cell->head)
    return json_string_nocheck(cell->text);
  json_t *object = json_object();
  put(object, "text", cell->text);
  put_number(object, "columns", cell->columns, 1);
  put_number(object, "rows", cell->rows, 1);
  put(object, "align", cell->align == ALIGN_LEFT ? NULL : choice_token(align_choices, (int)cell->align));
  if (cell->head)
    json_object_set_new_nocheck(object, "head", json_true());
  return object;
}

static json_t *
table_out(const Table *table)
{
  json_t *object = json_object(), *widths = json_array(), *rows = json_array();
  for (gsize i = 0; i < table->widths.length; i++)
    json_array_append_new(widths, json_integer(*list_item(table->widths, guint, i)));
  for (gsize i = 0; i < table->rows.length; i++) {
    const Row *row = list_item(table->rows, Row, i);
    json_t *cells = json_array();
    for (gsize at = 0; at < row->cells.length; at++)
      json_array_append_new(cells, cell_out(list_item(row->cells, Cell, at)));
    json_array_append_new(rows, cells);
  }
  json_object_set_new_nocheck(object, "widths", widths);
  put_number(object, "heads", table->heads, 0);
  json_object_set_new_nocheck(object, "rows", rows);
  return object;
}

static json_t *
block_out(const Block *block)
{
  json_t *object = json_object();
  put(object, "kind", choice_token(block_choices, (int)block->kind));
  put_number(object, "level", block->level, 0);
  put(object, "label", block->label);
  put(object, "text", block->text);
  put(object, "state", block->state);
  put(object, "change", block->change);
  if (block->table)
    json_object_set_new_nocheck(object, "table", table_out(block->table));
  return object;
}

static json_t *
witness_out(const Witness *witness)
{
  json_t *object = json_object();
  put(object, "origin", witness->origin);
  put_number(object, "entry", witness->entry, G_MAXUINT64);
  put_number(object, "size", witness->size, G_MAXUINT64);
  put(object, "root", witness->root);
  return object;
}

json_t *
document_encode(const Document *document)
{
  json_t *object = json_object();
  json_t *marks = json_array(), *blocks = json_array();
  put_number(object, "paper", VERSION, 0);
  put(object, "title", document->title);
  put(object, "owner", document->owner);
  put(object, "label", document->label);
  json_object_set_new_nocheck(object, "made", json_integer(document->made));
  for (gsize i = 0; i < document->marks.length; i++)
    json_array_append_new(marks, json_string_nocheck(list_string(document->marks, i)));
  for (gsize i = 0; i < document->blocks.length; i++)
    json_array_append_new(blocks, block_out(list_pointer(document->blocks, Block, i)));
  json_object_set_new_nocheck(object, "marks", marks);
  json_object_set_new_nocheck(object, "blocks", blocks);
  if (document->witness.origin)
    json_object_set_new_nocheck(object, "witness", witness_out(&document->witness));
  return object;
}

GBytes *
document_to_json(const Document *document)
{
  g_autoptr(json_t) object = document_encode(document);
  char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
  return g_bytes_new_with_free_func(text, strlen(text), free, text);
}

/* --- in --- */

typedef struct {
  Arena *arena;
  gboolean bad; /* something is not of its type or out of range */
} Reader;

static const char *
text_in(Reader *reader, const json_t *object, const char *key)
{
  const json_t *value = json_object_get(object, key);
  reader->bad |= value && !json_is_string(value);
  return arena_strdup(reader->arena, json_string_value(value));
}

static guint64
number_in(Reader *reader, const json_t *object, const char *key, guint64 ordinary, guint64 most)
{
  const json_t *value = json_object_get(object, key);
  if (!value)
    return ordinary;
  json_int_t number = json_integer_value(value);
  gboolean fits = json_is_integer(value) && number >= 0 && (guint64)number <= most;
  reader->bad |= !fits;
  return fits ? (guint64)number : ordinary;
}

static int
choice_in(Reader *reader, const json_t *object, const char *key, const Choice *choices, int ordinary)
{
  const char *token = text_in(reader, object, key);
  const Choice *choice = token ? choice_by_token(choices, token) : NULL;
  reader->bad |= token && !choice;
  return choice ? choice->value : ordinary;
}

/* The array under KEY; anything else is bad and empty. */
static const json_t *
array_in(Reader *reader, const json_t *object, const char *key)
{
  const json_t *array = json_object_get(object, key);
  reader->bad |= !json_is_array(array);
  return array;
}

static void
cell_in(Reader *reader, const json_t *value, Cell *cell)
{
  *cell = (Cell){ .columns = 1, .rows = 1, .align = ALIGN_LEFT };
  if (json_is_string(value)) {
    cell->text = arena_strdup(reader->arena, json_string_value(value));
    return;
  }
  reader->bad |= !json_is_object(value);
  cell->text = text_in(reader, value, "text");
  cell->columns = (guint)number_in(reader, value, "columns", 1, LIMIT_PAPER_COLUMNS);
  cell->rows = (guint)number_in(reader, value, "rows", 1, LIMIT_PAPER_ROWS);
  cell->align = (Align)choice_in(reader, value, "align", align_choices, ALIGN_LEFT);
  cell->head = json_is_true(json_object_get(value, "head"));
}

static Table *
table_in(Reader *reader, const json_t *object)
{
  Table *table = arena_new0(reader->arena, Table);
  const json_t *widths = array_in(reader, object, "widths"), *rows = array_in(reader, object, "rows");
  for (gsize i = 0; i < json_array_size(widths); i++)
    *(guint *)list_push(reader->arena, &table->widths, sizeof(guint)) =
        (guint)CLAMP(json_integer_value(json_array_get(widths, i)), 0, 10001);
  table->heads = (guint)number_in(reader, object, "heads", 0, LIMIT_PAPER_ROWS);
  for (gsize i = 0; i < json_array_size(rows); i++) {
    const json_t *cells = json_array_get(rows, i);
    Row *row = list_push(reader->arena, &table->rows, sizeof(Row));
    for (gsize at = 0; at < json_array_size(cells); at++)
      cell_in(reader, json_array_get(cells, at), list_push(reader->arena, &row->cells, sizeof(Cell)));
  }
  return table;
}

static Block *
block_in(Reader *reader, const json_t *object)
{
  Block *block = arena_new0(reader->arena, Block);
  const json_t *table = json_object_get(object, "table");
  block->kind = (BlockKind)choice_in(reader, object, "kind", block_choices, 0);
  block->level = (guint)number_in(reader, object, "level", 0, 3);
  block->label = text_in(reader, object, "label");
  block->text = text_in(reader, object, "text");
  block->state = text_in(reader, object, "state");
  block->change = text_in(reader, object, "change");
  block->table = table ? table_in(reader, table) : NULL;
  return block;
}

static void
document_in(Reader *reader, const json_t *object, Document *document)
{
  const json_t *marks = array_in(reader, object, "marks"), *blocks = array_in(reader, object, "blocks");
  const json_t *witness = json_object_get(object, "witness");

  reader->bad |= number_in(reader, object, "paper", 0, G_MAXINT) != VERSION;
  document->title = text_in(reader, object, "title");
  document->owner = text_in(reader, object, "owner");
  document->label = text_in(reader, object, "label");
  document->made = json_integer_value(json_object_get(object, "made"));
  for (gsize i = 0; i < json_array_size(marks); i++) {
    reader->bad |= !json_is_string(json_array_get(marks, i));
    list_add(reader->arena, &document->marks, arena_strdup(reader->arena, json_string_value(json_array_get(marks, i))));
  }
  for (gsize i = 0; i < json_array_size(blocks); i++)
    list_add(reader->arena, &document->blocks, block_in(reader, json_array_get(blocks, i)));
  if (!witness)
    return;
  document->witness = (Witness){
    .origin = text_in(reader, witness, "origin"),
    .entry = number_in(reader, witness, "entry", 0, G_MAXINT64),
    .size = number_in(reader, witness, "size", 0, G_MAXINT64),
    .root = text_in(reader, witness, "root"),
  };
}

Document *
document_decode(Arena *arena, const json_t *object, GError **error)
{
  Reader reader = { .arena = arena };
  Document *document = document_new(arena);
  document_in(&reader, object, document);
  if (!reader.bad)
    return document_check(document, error) ? document : NULL;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "書類の内容が正しくありません。");
  return NULL;
}

Document *
document_from_json(Arena *arena, const void *data, gsize bytes, GError **error)
{
  json_error_t fault;

  if (bytes > LIMIT_PAPER) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "書類が大きすぎます。%d バイトまでです。", LIMIT_PAPER);
    return NULL;
  }
  g_autoptr(json_t) object = json_loadb(bytes ? data : "", bytes, JSON_REJECT_DUPLICATES, &fault);
  if (object)
    return document_decode(arena, object, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "書類を JSON として読めません。");
  return NULL;
}
