#include "base/yaml.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"

#include <string.h>
#include <yaml.h>

#define WIDE_SPACE "\xe3\x80\x80" /* U+3000 */
#define WIDE_COLON "\xef\xbc\x9a" /* U+FF1A */
#define BOM "\xef\xbb\xbf"

#define SAY_WIDE_INDENT "字下げに全角の空白が使われています。半角の空白に直してください。"
#define SAY_WIDE_COLON "コロンが全角「：」です。半角の「:」と空白に直してください。文章の一部なら値全体を引用符「\"」で囲んでください。"

struct YamlNode {
  const YamlDoc *doc;
  YamlKind kind;
  guint line;
  guint column;
  guint length;
  union {
    const char *text;
    const YamlNode **items;
  };
  const YamlNode **keys;
};

struct YamlDoc {
  Arena *arena;
  const char *name;
  const YamlNode *root;
};

/* Where a node stands decides what a full-width colon in it can mean. */
typedef enum {
  ROLE_KEY,
  ROLE_VALUE, /* of a key on line key_line */
  ROLE_ITEM,
  ROLE_ROOT,
} Role;

typedef struct {
  YamlDoc *doc;
  yaml_parser_t parser;
  const char *source; /* UTF-8 without BOM, NUL after its end */
  gsize bytes;
  GArray *lines; /* gsize: where each line starts */
  guint nodes;
  guint depth;
  guint key_line;
} Loader;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(yaml_event_t, yaml_event_delete)

static void G_GNUC_PRINTF(6, 0)
set_at_va(GError **error, ShodoError code, const char *name, gsize line, gsize column, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf(format, args);

  g_set_error(error, SHODO_ERROR, (gint)code, "%s:%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s", name, line, column, text);
}

static void G_GNUC_PRINTF(5, 6)
set_at(GError **error, const Loader *loader, gsize line, gsize column, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  set_at_va(error, SHODO_ERROR_INVALID, loader->doc->name, line, column, format, args);
  va_end(args);
}

static void G_GNUC_PRINTF(4, 5)
set_limit(GError **error, const Loader *loader, const yaml_event_t *event, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  set_at_va(error, SHODO_ERROR_LIMIT, loader->doc->name, event->start_mark.line + 1, event->start_mark.column + 1, format, args);
  va_end(args);
}

static void
set_mark(GError **error, const Loader *loader, const yaml_mark_t *mark, const char *message)
{
  set_at(error, loader, mark->line + 1, mark->column + 1, "%s", message);
}

/* ---- the source, before libyaml sees it ---- */

static const char *
character_fault(const char *at)
{
  gunichar c = g_utf8_get_char(at);

  if (c == '\t')
    return "タブ文字があります。半角の空白に直してください。";
  if (c == '\r')
    return at[1] == '\n' ? NULL : "改行が CR だけです。改行を LF か CRLF にして保存し直してください。";
  if (c == 0x85 || c == 0x2028 || c == 0x2029)
    return "特殊な改行文字があります。ふつうの改行に直してください。";
  if ((c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c == 0xfffe || c == 0xffff)
    return "目に見えない制御文字があります。その文字を消してください。";
  return NULL;
}

/* The place of a byte on the last line noted. */
static void
set_byte(GError **error, const Loader *loader, const char *at, const char *message)
{
  const char *start = loader->source + g_array_index(loader->lines, gsize, loader->lines->len - 1);

  set_at(error, loader, loader->lines->len, (gsize)g_utf8_strlen(start, at - start) + 1, "%s", message);
}

/* Checks every character and notes where lines start. */
static gboolean
scan_characters(Loader *loader, const char *end, GError **error)
{
  gsize start = 0;

  g_array_append_val(loader->lines, start);
  for (const char *at = loader->source; at < end; at = g_utf8_next_char(at)) {
    const char *fault = character_fault(at);
    if (fault) {
      set_byte(error, loader, at, fault);
      return FALSE;
    }
    if (*at == '\n') {
      start = (gsize)(at - loader->source) + 1;
      g_array_append_val(loader->lines, start);
    }
  }
  return TRUE;
}

static gboolean
scan_source(Loader *loader, GError **error)
{
  const char *valid;
  gboolean all = g_utf8_validate_len(loader->source, loader->bytes, &valid);

  if (!scan_characters(loader, valid, error))
    return FALSE;
  if (!all)
    set_byte(error, loader, valid,
             *valid == '\0' ? "NUL 文字があります。文字のファイルとして保存し直してください。"
                            : "UTF-8 ではない文字があります。文字コードを UTF-8 にして保存し直してください。");
  return all;
}

/* The line counted from 0, or the empty text. */
static const char *
line_at(const Loader *loader, gsize line)
{
  return line < loader->lines->len ? loader->source + g_array_index(loader->lines, gsize, line) : "";
}

/* The column, from 1, of U+3000 in the indentation of a line; or 0. */
static gsize
wide_indent(const Loader *loader, gsize line)
{
  const char *start = line_at(loader, line);
  gsize spaces = strspn(start, " ");

  return g_str_has_prefix(start + spaces, WIDE_SPACE) ? spaces + 1 : 0;
}

/* The column, from 1, of U+FF1A that ends the first word of a line; or 0. */
static gsize
wide_colon(const Loader *loader, gsize line)
{
  const char *start = line_at(loader, line);
  gsize indent = strspn(start, " -");
  const char *word = start + indent;
  const char *end = word + strcspn(word, " \"'#:\r\n");
  const char *colon = g_strstr_len(word, end - word, WIDE_COLON);

  return colon && colon > word ? indent + (gsize)g_utf8_strlen(word, colon - word) + 1 : 0;
}

/* ---- errors of libyaml ---- */

static const struct {
  const char *problem;
  gboolean at_context; /* the context's place is nearer to the mistake */
  const char *message;
} faults[] = {
  { "could not find expected ':'", TRUE,
    "「キー: 値」の形になっていません。キーの後に半角の「:」と空白を入れてください。" },
  { "mapping values are not allowed", FALSE,
    "ここに「:」は置けません。字下げと前の行の「:」の後の空白を確かめ、文章なら値全体を引用符「\"」で囲んでください。" },
  { "block sequence entries are not allowed", FALSE,
    "ここに「- 」は置けません。改行して字下げを直すか、文章なら引用符「\"」で囲んでください。" },
  { "did not find expected '-' indicator", FALSE,
    "箇条の並びが崩れています。「- 」の字下げをそろえてください。" },
  { "did not find expected key", FALSE,
    "項目の並びが崩れています。前の行と字下げをそろえ、引用符の後に余分な文字がないか確かめてください。" },
  { "found unexpected end of stream", TRUE, "引用符が閉じられていません。終わりの引用符を書いてください。" },
  { "found unexpected document indicator", TRUE, "引用符が閉じられていません。終わりの引用符を書いてください。" },
  { "found unknown escape character", FALSE,
    "「\\」の後の文字が正しくありません。「\\\\」と書くか、引用符を「'」に替えてください。" },
  { "found character that cannot start any token", FALSE,
    "この文字で値を始めることはできません。値全体を引用符「\"」で囲んでください。" },
  { "did not find expected ',' or ']'", TRUE, "「[」に対応する「]」がありません。「,」と「]」を確かめてください。" },
  { "did not find expected ',' or '}'", TRUE, "「{」に対応する「}」がありません。「,」と「}」を確かめてください。" },
  { "did not find expected node content", FALSE, "値がありません。括弧の閉じ忘れや余分な「,」がないか確かめてください。" },
  { "did not find expected <document start>", FALSE,
    "一つのまとまりとして読めません。前の行と字下げをそろえてください。" },
  { "alias", FALSE, "「*」は使えません。文章なら値全体を引用符「\"」で囲んでください。" },
  { "anchor", FALSE, "「&」は使えません。文章なら値全体を引用符「\"」で囲んでください。" },
  { "tag", FALSE, "「!」で始まる型の指定は使えません。文章なら値全体を引用符「\"」で囲んでください。" },
  { "", FALSE, "YAML として読めません。この行と前の行の字下げと記号を確かめてください。" },
};

static gboolean
set_wide(GError **error, const Loader *loader, gsize line)
{
  gsize indent = wide_indent(loader, line);
  gsize column = indent ? indent : wide_colon(loader, line);

  if (column)
    set_at(error, loader, line + 1, column, "%s", indent ? SAY_WIDE_INDENT : SAY_WIDE_COLON);
  return column != 0;
}

/* Full-width characters near the place explain most of libyaml's complaints. */
static void
set_parser_error(GError **error, const Loader *loader)
{
  const yaml_parser_t *parser = &loader->parser;
  const char *problem = parser->problem ? parser->problem : "";
  gsize i = 0;

  while (!strstr(problem, faults[i].problem))
    i++;
  gboolean at_context = faults[i].at_context && parser->context;
  const yaml_mark_t *mark = at_context ? &parser->context_mark : &parser->problem_mark;
  if (set_wide(error, loader, mark->line) || set_wide(error, loader, parser->problem_mark.line))
    return;
  if (mark->line > 0 && set_wide(error, loader, mark->line - 1))
    return;
  set_mark(error, loader, mark, faults[i].message);
}

static gboolean
next_event(Loader *loader, yaml_event_t *event, GError **error)
{
  if (yaml_parser_parse(&loader->parser, event))
    return TRUE;
  g_assert(loader->parser.error != YAML_MEMORY_ERROR);
  set_parser_error(error, loader);
  return FALSE;
}

/* ---- full-width characters that libyaml takes for text ---- */

/* "[a-z][a-z0-9_-]*：": our keys are such words, so this is one. */
static gboolean
looks_like_key(const char *text)
{
  if (!g_ascii_islower(*text))
    return FALSE;
  while (g_ascii_islower(*text) || g_ascii_isdigit(*text) || *text == '_' || *text == '-')
    text++;
  return g_str_has_prefix(text, WIDE_COLON);
}

static gboolean
colon_is_meant(const Loader *loader, const yaml_event_t *event, Role role, const char *text)
{
  gboolean below = role == ROLE_ROOT || (role == ROLE_VALUE && event->start_mark.line + 1 > loader->key_line);
  gboolean several = event->end_mark.line > event->start_mark.line;

  return role == ROLE_KEY || below || several || looks_like_key(text);
}

/* A plain scalar stands in the source as it is, so the colon is found there. */
static void
set_colon(GError **error, const Loader *loader, const yaml_mark_t *start)
{
  gsize line = start->line;
  const char *at = g_utf8_offset_to_pointer(line_at(loader, line), (glong)start->column);
  const char *colon = strstr(at, WIDE_COLON);

  g_assert(colon);
  while (line + 1 < loader->lines->len && line_at(loader, line + 1) <= colon)
    line++;
  const char *begin = line_at(loader, line);
  set_at(error, loader, line + 1, (gsize)g_utf8_strlen(begin, colon - begin) + 1, "%s", SAY_WIDE_COLON);
}

static gboolean
check_colon(const Loader *loader, const yaml_event_t *event, Role role, GError **error)
{
  const char *text = (const char *)event->data.scalar.value;

  if (!strstr(text, WIDE_COLON) || !colon_is_meant(loader, event, role, text))
    return TRUE;
  set_colon(error, loader, &event->start_mark);
  return FALSE;
}

static gboolean
has_wide_edge(const char *text)
{
  return g_str_has_prefix(text, WIDE_SPACE) || g_str_has_suffix(text, WIDE_SPACE) || g_str_has_prefix(text, "-" WIDE_SPACE) ||
         strstr(text, ":" WIDE_SPACE) || strstr(text, WIDE_SPACE "#");
}

static gboolean
check_spaces(const Loader *loader, const yaml_event_t *event, GError **error)
{
  for (gsize line = event->start_mark.line; line <= event->end_mark.line; line++) {
    gsize column = wide_indent(loader, line);
    if (column && (line > event->start_mark.line || column == event->start_mark.column + 1)) {
      set_at(error, loader, line + 1, column, SAY_WIDE_INDENT);
      return FALSE;
    }
  }
  if (!has_wide_edge((const char *)event->data.scalar.value))
    return TRUE;
  set_mark(error, loader, &event->start_mark,
           "値やキーの端、または「:」「-」の後に全角の空白があります。半角の空白に直すか、文章の一部なら値全体を引用符「\"」で囲んでください。");
  return FALSE;
}

static gboolean
check_plain(const Loader *loader, const yaml_event_t *event, Role role, GError **error)
{
  return check_spaces(loader, event, error) && check_colon(loader, event, role, error);
}

/* ---- the tree ---- */

static gboolean load_node(Loader *loader, const yaml_event_t *event, Role role, YamlNode **loaded, GError **error);

static YamlNode *
add_node(Loader *loader, const yaml_event_t *event, YamlKind kind)
{
  YamlNode *node = arena_new0(loader->doc->arena, YamlNode);

  node->doc = loader->doc;
  node->kind = kind;
  node->line = (guint)event->start_mark.line + 1;
  node->column = (guint)event->start_mark.column + 1;
  loader->nodes++;
  return node;
}

static gboolean
refuse(const Loader *loader, const yaml_event_t *event, const char *message, GError **error)
{
  set_mark(error, loader, &event->start_mark, message);
  return FALSE;
}

static gboolean
load_scalar(Loader *loader, const yaml_event_t *event, Role role, YamlNode **loaded, GError **error)
{
  const char *text = (const char *)event->data.scalar.value;
  gsize bytes = event->data.scalar.length;

  if (memchr(text, '\0', bytes))
    return refuse(loader, event, "「\\0」は使えません。消してください。", error);
  if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !check_plain(loader, event, role, error))
    return FALSE;
  *loaded = add_node(loader, event, YAML_SCALAR);
  (*loaded)->text = arena_strndup(loader->doc->arena, text, bytes);
  return TRUE;
}

static const YamlNode **
keep_list(Loader *loader, const GPtrArray *list)
{
  const YamlNode **kept = arena_alloc(loader->doc->arena, list->len * sizeof(*kept));

  if (list->len > 0)
    memcpy(kept, list->pdata, list->len * sizeof(*kept));
  return kept;
}

static gboolean
load_sequence(Loader *loader, const yaml_event_t *event, Role role, YamlNode **loaded, GError **error)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new();
  YamlNode *node = add_node(loader, event, YAML_SEQUENCE);

  (void)role;
  for (;;) {
    g_auto(yaml_event_t) item = { 0 };
    YamlNode *child;
    if (!next_event(loader, &item, error))
      return FALSE;
    if (item.type == YAML_SEQUENCE_END_EVENT)
      break;
    if (!load_node(loader, &item, ROLE_ITEM, &child, error))
      return FALSE;
    g_ptr_array_add(items, child);
  }
  node->length = items->len;
  node->items = keep_list(loader, items);
  *loaded = node;
  return TRUE;
}

static gboolean
load_key(Loader *loader, const yaml_event_t *event, GHashTable *seen, YamlNode **loaded, GError **error)
{
  if (!load_node(loader, event, ROLE_KEY, loaded, error))
    return FALSE;
  if ((*loaded)->kind != YAML_SCALAR)
    return refuse(loader, event, "キーには文字だけを書いてください。", error);
  if (*(*loaded)->text == '\0')
    return refuse(loader, event, "キーがありません。「:」の前にキーを書いてください。", error);
  const YamlNode *first = g_hash_table_lookup(seen, (*loaded)->text);
  if (first) {
    set_at(error, loader, (*loaded)->line, (*loaded)->column, "キー「%s」が重複しています（%u 行目にもあります）。一方を消してください。",
           first->text, first->line);
    return FALSE;
  }
  g_hash_table_insert(seen, (gpointer)(*loaded)->text, *loaded);
  return TRUE;
}

static gboolean
load_value(Loader *loader, const YamlNode *key, YamlNode **loaded, GError **error)
{
  g_auto(yaml_event_t) event = { 0 };

  if (!next_event(loader, &event, error))
    return FALSE;
  loader->key_line = key->line;
  return load_node(loader, &event, ROLE_VALUE, loaded, error);
}

static gboolean
load_mapping(Loader *loader, const yaml_event_t *event, Role role, YamlNode **loaded, GError **error)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new();
  g_autoptr(GPtrArray) values = g_ptr_array_new();
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  YamlNode *node = add_node(loader, event, YAML_MAPPING);

  (void)role;
  for (;;) {
    g_auto(yaml_event_t) next = { 0 };
    YamlNode *key, *value;
    if (!next_event(loader, &next, error))
      return FALSE;
    if (next.type == YAML_MAPPING_END_EVENT)
      break;
    if (!load_key(loader, &next, seen, &key, error) || !load_value(loader, key, &value, error))
      return FALSE;
    g_ptr_array_add(keys, key);
    g_ptr_array_add(values, value);
  }
  node->length = keys->len;
  node->keys = keep_list(loader, keys);
  node->items = keep_list(loader, values);
  *loaded = node;
  return TRUE;
}

/* Anchor and tag lie at different places of the three kinds of event. */
static gboolean
check_decoration(const Loader *loader, const yaml_event_t *event, GError **error)
{
  const yaml_char_t *anchor = NULL, *tag = NULL;

  if (event->type == YAML_SCALAR_EVENT) {
    anchor = event->data.scalar.anchor;
    tag = event->data.scalar.tag;
  } else if (event->type == YAML_SEQUENCE_START_EVENT) {
    anchor = event->data.sequence_start.anchor;
    tag = event->data.sequence_start.tag;
  } else if (event->type == YAML_MAPPING_START_EVENT) {
    anchor = event->data.mapping_start.anchor;
    tag = event->data.mapping_start.tag;
  }
  if (anchor)
    return refuse(loader, event, "「&」による名付けは使えません。文章なら値全体を引用符「\"」で囲んでください。", error);
  if (tag)
    return refuse(loader, event, "「!」による型の指定は使えません。文章なら値全体を引用符「\"」で囲んでください。", error);
  return TRUE;
}

static gboolean
load_node(Loader *loader, const yaml_event_t *event, Role role, YamlNode **loaded, GError **error)
{
  static gboolean (*const load[])(Loader *, const yaml_event_t *, Role, YamlNode **, GError **) = {
    [YAML_SCALAR_EVENT] = load_scalar,
    [YAML_SEQUENCE_START_EVENT] = load_sequence,
    [YAML_MAPPING_START_EVENT] = load_mapping,
  };

  if (event->type == YAML_ALIAS_EVENT)
    return refuse(loader, event, "「*」による参照は使えません。内容をもう一度書くか、文章なら引用符「\"」で囲んでください。", error);
  if (!check_decoration(loader, event, error))
    return FALSE;
  if (loader->nodes >= LIMIT_YAML_NODES) {
    set_limit(error, loader, event, "項目が多すぎます。全体で %d 個以下にしてください。", LIMIT_YAML_NODES);
    return FALSE;
  }
  if (event->type != YAML_SCALAR_EVENT && loader->depth >= LIMIT_YAML_DEPTH) {
    set_limit(error, loader, event, "入れ子が深すぎます。%d 段以下にしてください。", LIMIT_YAML_DEPTH);
    return FALSE;
  }
  g_assert((gsize)event->type < G_N_ELEMENTS(load) && load[event->type]);
  loader->depth++;
  gboolean done = load[event->type](loader, event, role, loaded, error);
  loader->depth--;
  return done;
}

/* ---- the document ---- */

static gboolean
expect_document(Loader *loader, GError **error)
{
  g_auto(yaml_event_t) stream = { 0 }, start = { 0 };

  if (!next_event(loader, &stream, error) || !next_event(loader, &start, error))
    return FALSE;
  if (start.type != YAML_DOCUMENT_START_EVENT)
    return refuse(loader, &start, "内容がありません。ファイルを確かめてください。", error);
  if (start.data.document_start.version_directive ||
      start.data.document_start.tag_directives.start != start.data.document_start.tag_directives.end)
    return refuse(loader, &start, "「%」で始まる指示は使えません。その行を消してください。", error);
  return TRUE;
}

static gboolean
expect_end(Loader *loader, GError **error)
{
  g_auto(yaml_event_t) end = { 0 }, after = { 0 };

  if (!next_event(loader, &end, error) || !next_event(loader, &after, error))
    return FALSE;
  g_assert(end.type == YAML_DOCUMENT_END_EVENT);
  if (after.type != YAML_STREAM_END_EVENT)
    return refuse(loader, &after, "「---」で区切った二つ目の文書があります。ファイルを分けてください。", error);
  return TRUE;
}

static gboolean
load_document(Loader *loader, GError **error)
{
  g_auto(yaml_event_t) event = { 0 };
  YamlNode *root;

  if (!scan_source(loader, error) || !expect_document(loader, error) || !next_event(loader, &event, error) ||
      !load_node(loader, &event, ROLE_ROOT, &root, error) || !expect_end(loader, error))
    return FALSE;
  loader->doc->root = root;
  return TRUE;
}

YamlDoc *
yaml_load_bytes(const char *name, const void *data, gsize bytes, GError **error)
{
  if (bytes > LIMIT_YAML) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "%s: ファイルが大きすぎます。%d バイト以下にしてください。", name, LIMIT_YAML);
    return NULL;
  }
  gsize bom = bytes >= strlen(BOM) && memcmp(data, BOM, strlen(BOM)) == 0 ? strlen(BOM) : 0;
  g_autoptr(YamlDoc) doc = g_new0(YamlDoc, 1);
  doc->arena = arena_new();
  doc->name = arena_strdup(doc->arena, name);

  g_autofree char *source = g_malloc0(bytes - bom + 1);
  if (bytes > bom)
    memcpy(source, (const char *)data + bom, bytes - bom);
  g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(gsize));
  Loader loader = { .doc = doc, .source = source, .bytes = bytes - bom, .lines = lines };
  g_assert(yaml_parser_initialize(&loader.parser));
  yaml_parser_set_encoding(&loader.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&loader.parser, (const guchar *)source, loader.bytes);
  gboolean loaded = load_document(&loader, error);
  yaml_parser_delete(&loader.parser);
  return loaded ? g_steal_pointer(&doc) : NULL;
}

YamlDoc *
yaml_load_file(const char *path, GError **error)
{
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_YAML, error);
  gsize length;

  if (!bytes)
    return NULL;
  const void *data = g_bytes_get_data(bytes, &length);
  return yaml_load_bytes(path, data, length, error);
}

void
yaml_doc_free(YamlDoc *doc)
{
  if (!doc)
    return;
  arena_free(doc->arena);
  g_free(doc);
}

const char *
yaml_name(const YamlDoc *doc)
{
  return doc->name;
}

const YamlNode *
yaml_root(const YamlDoc *doc)
{
  return doc->root;
}

YamlKind
yaml_kind(const YamlNode *node)
{
  return node->kind;
}

guint
yaml_line(const YamlNode *node)
{
  return node->line;
}

guint
yaml_column(const YamlNode *node)
{
  return node->column;
}

const char *
yaml_text(const YamlNode *scalar)
{
  g_assert(scalar->kind == YAML_SCALAR);
  return scalar->text;
}

guint
yaml_length(const YamlNode *node)
{
  g_assert(node->kind != YAML_SCALAR);
  return node->length;
}

const YamlNode *
yaml_at(const YamlNode *node, guint index)
{
  g_assert(node->kind != YAML_SCALAR && index < node->length);
  return node->items[index];
}

const YamlNode *
yaml_key_at(const YamlNode *mapping, guint index)
{
  g_assert(mapping->kind == YAML_MAPPING && index < mapping->length);
  return mapping->keys[index];
}

const YamlNode *
yaml_get(const YamlNode *mapping, const char *key)
{
  g_assert(mapping->kind == YAML_MAPPING);
  for (guint i = 0; i < mapping->length; i++)
    if (g_str_equal(mapping->keys[i]->text, key))
      return mapping->items[i];
  return NULL;
}

void
yaml_error(GError **error, const YamlNode *node, const char *format, ...)
{
  va_list args;

  va_start(args, format);
  set_at_va(error, SHODO_ERROR_INVALID, node->doc->name, node->line, node->column, format, args);
  va_end(args);
}

gboolean
yaml_check_keys(const YamlNode *mapping, const char *const *known, GError **error)
{
  for (guint i = 0; i < yaml_length(mapping); i++) {
    const YamlNode *key = yaml_key_at(mapping, i);
    if (g_strv_contains(known, key->text))
      continue;
    g_autofree char *names = g_strjoinv("、", (char **)known);
    yaml_error(error, key, "「%s」という項目はありません。使えるのは %s です。", key->text, names);
    return FALSE;
  }
  return TRUE;
}
