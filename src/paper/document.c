#include "paper/document.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"

#define LEVELS 4 /* 1, (1), ア, (ア) */

const Choice block_choices[] = {
  { BLOCK_FORM, "form", "様式名" },           { BLOCK_NUMBER, "number", "文書番号" },
  { BLOCK_DATE, "date", "日付" },             { BLOCK_ADDRESSEE, "addressee", "宛名" },
  { BLOCK_SENDER, "sender", "差出人" },       { BLOCK_TITLE, "title", "件名" },
  { BLOCK_HEADING, "heading", "見出し" },     { BLOCK_PARAGRAPH, "paragraph", "段落" },
  { BLOCK_ITEM, "item", "項目" },             { BLOCK_VALUE, "value", "記載" },
  { BLOCK_NOTE, "note", "注" },               { BLOCK_BEGIN, "begin", "記" },
  { BLOCK_END, "end", "以上" },               { BLOCK_TABLE, "table", "表" },
  { BLOCK_PAGE, "page", "改ページ" },         { 0, NULL, NULL },
};

const Choice align_choices[] = {
  { ALIGN_LEFT, "left", "左" }, { ALIGN_CENTRE, "centre", "中央" }, { ALIGN_RIGHT, "right", "右" }, { 0, NULL, NULL },
};

/* --- building --- */

Document *
document_new(Arena *arena)
{
  Document *document = arena_new0(arena, Document);
  document->arena = arena;
  document->title = "";
  return document;
}

Block *
document_add(Document *document, BlockKind kind, const char *text)
{
  Block *block = arena_new0(document->arena, Block);
  block->kind = kind;
  block->text = arena_strdup(document->arena, text);
  list_add(document->arena, &document->blocks, block);
  return block;
}

Block *
document_heading(Document *document, guint level, const char *text)
{
  Block *block = document_add(document, BLOCK_HEADING, text);
  block->level = level;
  return block;
}

/* The n-th kana of the order in which papers count. */
static char *
kana(Arena *arena, guint n)
{
  static const char letters[] = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ";
  const gsize each = strlen("ア");
  if (n > (sizeof letters - 1) / each)
    return arena_printf(arena, "%u", n);
  return arena_strndup(arena, letters + (n - 1) * each, each);
}

static char *
number_of(Arena *arena, guint level, guint n)
{
  const char *text = level < 2 ? arena_printf(arena, "%u", n) : kana(arena, n);
  return arena_printf(arena, level % 2 ? "(%s)" : "%s", text);
}

Block *
document_item(Document *document, guint level, const char *text)
{
  Block *block = document_add(document, BLOCK_ITEM, text);
  block->level = MIN(level, LEVELS - 1);
  document->counts[block->level]++;
  for (guint deeper = block->level + 1; deeper < LEVELS; deeper++)
    document->counts[deeper] = 0;
  block->label = number_of(document->arena, block->level, document->counts[block->level]);
  return block;
}

void
document_restart(Document *document)
{
  memset(document->counts, 0, sizeof document->counts);
}

Row *
document_row(Document *document, Table *table)
{
  return list_push(document->arena, &table->rows, sizeof(Row));
}

Cell *
document_cell(Document *document, Row *row, const char *text)
{
  Cell *cell = list_push(document->arena, &row->cells, sizeof(Cell));
  *cell = (Cell){ .text = arena_strdup(document->arena, text ? text : ""), .columns = 1, .rows = 1, .align = ALIGN_LEFT };
  return cell;
}

void
document_cells(Document *document, Table *table, const char *const *texts)
{
  Row *row = document_row(document, table);
  for (gsize i = 0; i < table->widths.length; i++)
    document_cell(document, row, texts[i]);
}

Table *
document_table(Document *document, const char *caption, const guint *widths, gsize count, const char *const *heads)
{
  Arena *arena = document->arena;
  Table *table = arena_new0(arena, Table);
  document_add(document, BLOCK_TABLE, caption)->table = table;
  for (gsize i = 0; i < count; i++)
    *(guint *)list_push(arena, &table->widths, sizeof(guint)) = widths[i];
  if (!heads)
    return table;
  Row *row = document_row(document, table);
  for (gsize i = 0; i < count; i++) {
    Cell *cell = document_cell(document, row, heads[i]);
    cell->head = TRUE;
    cell->align = ALIGN_CENTRE;
  }
  table->heads = 1;
  return table;
}

/* --- checking --- */

static gboolean
bad(GError **error, ShodoError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean
bad(GError **error, ShodoError code, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error_literal(error, SHODO_ERROR, code, text);
  return FALSE;
}

/* What XML 1.0 can hold, in a text of LF-separated lines. */
static gboolean
check_text(const char *text, GError **error)
{
  if (!text)
    return TRUE;
  if (!g_utf8_validate(text, -1, NULL))
    return bad(error, SHODO_ERROR_INVALID, "書類に UTF-8 ではない文字があります。");
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) || (c & 0xfffe) == 0xfffe)
      return bad(error, SHODO_ERROR_INVALID, "書類に書けない文字（U+%04X）があります。取り除いてください。", c);
  }
  return TRUE;
}

/* COVERED: rows still covered in each column by a span from above. */
static gboolean
check_row(const Row *row, gsize columns, guint *covered, GError **error)
{
  gsize at = 0;
  for (gsize i = 0; i < row->cells.length; i++) {
    const Cell *cell = list_item(row->cells, Cell, i);
    while (at < columns && covered[at])
      covered[at++]--;
    if (!cell->columns || !cell->rows || cell->rows > LIMIT_PAPER_ROWS || cell->columns > columns - MIN(at, columns))
      return bad(error, SHODO_ERROR_INVALID, "書類の表で、欄の数が列の数と合いません。");
    if (!choice_token(align_choices, (int)cell->align) || !cell->text)
      return bad(error, SHODO_ERROR_INVALID, "書類の表の欄が正しくありません。");
    if (!check_text(cell->text, error))
      return FALSE;
    for (guint span = 0; span < cell->columns; span++, at++) {
      if (covered[at])
        return bad(error, SHODO_ERROR_INVALID, "書類の表で、欄が重なっています。");
      covered[at] = cell->rows - 1;
    }
  }
  while (at < columns && covered[at])
    covered[at++]--;
  return at == columns || bad(error, SHODO_ERROR_INVALID, "書類の表で、欄の数が列の数に足りません。");
}

static gboolean
check_table(const Table *table, GError **error)
{
  guint covered[LIMIT_PAPER_COLUMNS] = { 0 };
  gsize columns = table->widths.length;

  if (!columns || columns > LIMIT_PAPER_COLUMNS)
    return bad(error, SHODO_ERROR_LIMIT, "書類の表の列は1列から%d列までです。", LIMIT_PAPER_COLUMNS);
  if (table->rows.length > LIMIT_PAPER_ROWS)
    return bad(error, SHODO_ERROR_LIMIT, "書類の表の行は%d行までです。分けてください。", LIMIT_PAPER_ROWS);
  if (table->heads > table->rows.length)
    return bad(error, SHODO_ERROR_INVALID, "書類の表の見出しの行が、表の行より多くあります。");
  for (gsize i = 0; i < columns; i++)
    if (*list_item(table->widths, guint, i) < 1 || *list_item(table->widths, guint, i) > 10000)
      return bad(error, SHODO_ERROR_INVALID, "書類の表の列の幅は1から10000までです。");
  for (gsize i = 0; i < table->rows.length; i++)
    if (!check_row(list_item(table->rows, Row, i), columns, covered, error))
      return FALSE;
  for (gsize i = 0; i < columns; i++)
    if (covered[i])
      return bad(error, SHODO_ERROR_INVALID, "書類の表で、欄が表の下にはみ出しています。");
  return TRUE;
}

static gboolean
check_block(const Block *block, GError **error)
{
  if (!choice_token(block_choices, (int)block->kind) || block->level >= LEVELS || (block->kind == BLOCK_TABLE) != (block->table != NULL))
    return bad(error, SHODO_ERROR_INVALID, "書類の部分の種類か段が正しくありません。");
  return check_text(block->text, error) && check_text(block->label, error) && check_text(block->state, error) &&
         check_text(block->change, error) && (!block->table || check_table(block->table, error));
}

gboolean
document_check(const Document *document, GError **error)
{
  const Witness *witness = &document->witness;
  const char *const texts[] = { document->title, document->owner, document->label, witness->origin, witness->root };

  if (document->blocks.length > LIMIT_PAPER_BLOCKS)
    return bad(error, SHODO_ERROR_LIMIT, "書類が長すぎます。部分は%dまでです。", LIMIT_PAPER_BLOCKS);
  if (!instant_valid(document->made))
    return bad(error, SHODO_ERROR_INVALID, "書類の作成日時がありません。");
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    if (!check_text(texts[i], error))
      return FALSE;
  for (gsize i = 0; i < document->marks.length; i++)
    if (!check_text(list_string(document->marks, i), error))
      return FALSE;
  for (gsize i = 0; i < document->blocks.length; i++)
    if (!check_block(list_pointer(document->blocks, Block, i), error))
      return FALSE;
  return TRUE;
}

/* --- the witness --- */

const char *
document_digest(const Document *document)
{
  Document bare = *document;
  bare.witness = (Witness){ 0 };
  g_autoptr(GBytes) json = document_to_json(&bare);
  g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, json);
  return arena_strdup(document->arena, digest);
}

const char *
document_witness(const Document *document)
{
  const Witness *witness = &document->witness;
  if (!witness->origin)
    return NULL;
  return arena_printf(document->arena, "%s\n%" G_GUINT64_FORMAT "\n%s\n%s\n", witness->origin, witness->size,
                      witness->root ? witness->root : "", document_digest(document));
}
