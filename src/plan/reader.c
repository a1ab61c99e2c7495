#include "plan/reader.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "plan/condition.h"
#include "plan/fold.h"

#define COMPLAINTS_KEPT 4096 /* then reading goes on without noting any more */

typedef struct {
  guint line, column;
  char *text;
} Complaint;

typedef struct {
  NameKind kind;
  const char *id;
  const YamlNode *node;
  const char **label;
} Reference;

typedef struct {
  gpointer item;
  guint line;
  gsize title;
} Definition;

struct Reader {
  const Vocabulary *vocabulary;
  Arena *arena;
  GArray *complaints;
  GArray *references;
  GHashTable *defined[NAME_DEFINED]; /* id -> Definition */
  GHashTable *acts;                  /* name -> ActKind */
  GHashTable *places;                /* slot -> YamlNode, which outlives the reading */
};

static const struct {
  const char *label, *section;
} name_words[] = {
  [NAME_POST] = { "職", "posts" },
  [NAME_ROLE] = { "役割", "roles" },
  [NAME_CLASS] = { "対象の種類", "classes" },
  [NAME_PRIORITY] = { "優先順位", "priorities" },
  [NAME_CLAUSE] = { "条項", "clauses" },
  [NAME_PHASE] = { "段階", "phases" },
  [NAME_SUBJECT] = { "文書", "subjects" },
  [NAME_ROUTE] = { "経路", "routes" },
  [NAME_FORM] = { "様式", "forms" },
  [NAME_RECIPIENT] = { "連絡の相手", "recipients" },
  [NAME_EXEMPTION] = { "公表しない理由", "publication の exemptions" },
  [NAME_ACT] = { "操作", NULL },
  [NAME_ITEM] = { "様式の項目", NULL },
};

static void
clear_complaint(gpointer complaint)
{
  g_free(((Complaint *)complaint)->text);
}

Reader *
reader_new(const Vocabulary *vocabulary, Arena *arena)
{
  Reader *reader = g_new0(Reader, 1);
  reader->vocabulary = vocabulary;
  reader->arena = arena;
  reader->complaints = g_array_new(FALSE, FALSE, sizeof(Complaint));
  g_array_set_clear_func(reader->complaints, clear_complaint);
  reader->references = g_array_new(FALSE, FALSE, sizeof(Reference));
  for (gsize i = 0; i < NAME_DEFINED; i++)
    reader->defined[i] = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  reader->acts = g_hash_table_new(g_str_hash, g_str_equal);
  reader->places = g_hash_table_new(NULL, NULL);
  for (gsize i = 0; i < vocabulary->n_acts; i++)
    g_hash_table_insert(reader->acts, (gpointer)vocabulary->acts[i]->name, (gpointer)vocabulary->acts[i]);
  return reader;
}

void
reader_free(Reader *reader)
{
  if (!reader)
    return;
  g_array_unref(reader->complaints);
  g_array_unref(reader->references);
  for (gsize i = 0; i < NAME_DEFINED; i++)
    g_hash_table_unref(reader->defined[i]);
  g_hash_table_unref(reader->acts);
  g_hash_table_unref(reader->places);
  g_free(reader);
}

Arena *
reader_arena(const Reader *reader)
{
  return reader->arena;
}

const Vocabulary *
reader_vocabulary(const Reader *reader)
{
  return reader->vocabulary;
}

static void
complain(Reader *reader, guint line, guint column, char *text)
{
  Complaint complaint = { line, column, text };

  if (reader->complaints->len < COMPLAINTS_KEPT)
    g_array_append_val(reader->complaints, complaint);
  else
    g_free(text);
}

void
reader_complain_of(Reader *reader, const void *slot, const char *format, ...)
{
  const YamlNode *node = g_hash_table_lookup(reader->places, slot);
  va_list args;

  g_assert(node);
  va_start(args, format);
  complain(reader, yaml_line(node), yaml_column(node), g_strdup_vprintf(format, args));
  va_end(args);
}

void
reader_complain(Reader *reader, const YamlNode *node, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  complain(reader, yaml_line(node), yaml_column(node), g_strdup_vprintf(format, args));
  va_end(args);
}

static int
by_place(gconstpointer a, gconstpointer b)
{
  const Complaint *x = a, *y = b;

  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  if (x->column != y->column)
    return x->column < y->column ? -1 : 1;
  return strcmp(x->text, y->text);
}

gboolean
reader_sound(const Reader *reader)
{
  return reader->complaints->len == 0;
}

gboolean
reader_error(const Reader *reader, const char *name, GError **error)
{
  GArray *all = reader->complaints;

  if (all->len == 0)
    return TRUE;
  g_array_sort(all, by_place);
  g_autoptr(GString) text = g_string_new(NULL);
  guint shown = MIN(all->len, LIMIT_PLAN_ERRORS);
  for (guint i = 0; i < shown; i++) {
    const Complaint *at = &g_array_index(all, Complaint, i);
    g_string_append_printf(text, "%s%s:%u:%u: %s", i ? "\n" : "", name, at->line, at->column, at->text);
  }
  if (all->len > shown)
    g_string_append_printf(text, "\nほかに %u 件あります。上から直して、もう一度確かめてください。", all->len - shown);
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID, text->str);
  return FALSE;
}

/* ── near misses ── */

#define NEAR_LENGTH 64 /* characters of an id that are compared */

static guint
distance(const gunichar *a, glong a_length, const gunichar *b, glong b_length)
{
  guint row[NEAR_LENGTH + 1];

  for (glong j = 0; j <= b_length; j++)
    row[j] = (guint)j;
  for (glong i = 1; i <= a_length; i++) {
    guint diagonal = row[0];
    row[0] = (guint)i;
    for (glong j = 1; j <= b_length; j++) {
      guint change = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
    }
  }
  return row[b_length];
}

static guint
distance_of(const char *a, const char *b)
{
  glong a_length, b_length;
  g_autofree gunichar *x = g_utf8_to_ucs4_fast(a, -1, &a_length);
  g_autofree gunichar *y = g_utf8_to_ucs4_fast(b, -1, &b_length);

  return distance(x, MIN(a_length, NEAR_LENGTH), y, MIN(b_length, NEAR_LENGTH));
}

const char *
reader_nearest(GHashTable *names, const char *id)
{
  const char *nearest = NULL;
  guint least = 3; /* three slips or more make another word */
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init(&iter, names);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    guint apart = distance_of(id, key);
    if (apart < least || (apart == least && nearest && strcmp(key, nearest) < 0)) {
      least = apart;
      nearest = key;
    }
  }
  return nearest;
}

/* ── names ── */

static gboolean
id_well_made(const char *id)
{
  for (const char *at = id; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if (c < 0x80 ? !g_ascii_isalnum((gchar)c) && !strchr("-_.:", (int)c) : !g_unichar_isalnum(c))
      return FALSE;
  }
  return !fold_is_wide(id);
}

static void
define(Reader *reader, const Key *key, const Shape *shape, const char *id, const YamlNode *node, void *item)
{
  const char *what = name_words[key->names].label;
  const Definition *before = g_hash_table_lookup(reader->defined[key->names], id);

  if (before) {
    reader_complain(reader, node, "%sの id「%s」が重なっています。%u行目にもあります。どちらかを別の id にしてください。",
                    what, id, before->line);
    return;
  }
  Definition *definition = g_new(Definition, 1);
  *definition = (Definition){ item, yaml_line(node), shape->title };
  g_hash_table_insert(reader->defined[key->names], (gpointer)id, definition);
}

void
reader_refer(Reader *reader, NameKind kind, const char *id, const YamlNode *node, const char **label)
{
  Reference reference = { kind, id, node, label };
  g_array_append_val(reader->references, reference);
}

static const char *
definition_title(const Definition *definition)
{
  if (definition->title == SHAPE_NO)
    return NULL;
  return *(const char **)(gpointer)((char *)definition->item + definition->title);
}

/* The id of what is called TITLE, or NULL. */
static const char *
by_title(GHashTable *names, const char *title)
{
  GHashTableIter each;
  gpointer id, definition;
  g_hash_table_iter_init(&each, names);
  while (g_hash_table_iter_next(&each, &id, &definition))
    if (g_strcmp0(definition_title(definition), title) == 0)
      return id;
  return NULL;
}

static void
unknown(Reader *reader, const Reference *at, GHashTable *names)
{
  const char *near = reader_nearest(names, at->id);
  const char *what = name_words[at->kind].label, *section = name_words[at->kind].section;

  const char *named = section ? by_title(names, at->id) : NULL; /* acts have no section */

  if (named)
    reader_complain(reader, at->node, "%s「%s」はありません。名称でなく、id「%s」を書いてください。", what, at->id, named);
  else if (near)
    reader_complain(reader, at->node, "%s「%s」はありません。「%s」の誤りではありませんか。", what, at->id, near);
  else if (section)
    reader_complain(reader, at->node, "%s「%s」はありません。%s に足すか、そこにある id に直してください。",
                       what, at->id, section);
  else
    reader_complain(reader, at->node, "%s「%s」はありません。shodo help acts の一覧にある名前に直してください。",
                       what, at->id);
}

static gboolean
form_has_item(const PlanForm *form, const char *key)
{
  for (gsize i = 0; i < form->items.length; i++)
    if (g_strcmp0(list_item(form->items, PlanItem, i)->key, key) == 0)
      return TRUE;
  return FALSE;
}

/* "form1/1" or "form1/1..5" */
static void
resolve_item(Reader *reader, const Reference *at)
{
  g_auto(GStrv) halves = g_strsplit(at->id, "/", 2);
  const Definition *form = halves[0] ? g_hash_table_lookup(reader->defined[NAME_FORM], halves[0]) : NULL;

  if (!form || !halves[1]) {
    reader_complain(reader, at->node,
                       "「%s」は様式の項目ではありません。「様式のid/項目」又は「様式のid/項目..項目」と書いてください。", at->id);
    return;
  }
  g_auto(GStrv) keys = g_strsplit(halves[1], "..", 2);
  for (guint i = 0; keys[i]; i++)
    if (!form_has_item(form->item, keys[i]))
      reader_complain(reader, at->node, "様式「%s」に項目「%s」はありません。", halves[0], keys[i]);
  const char *name = definition_title(form);
  if (at->label)
    *at->label = keys[0] && keys[1]
      ? arena_printf(reader->arena, "%s 第%s項～第%s項", name ? name : halves[0], keys[0], keys[1])
      : arena_printf(reader->arena, "%s 第%s項", name ? name : halves[0], halves[1]);
}

static void
resolve_act(Reader *reader, const Reference *at)
{
  const ActKind *act = g_hash_table_lookup(reader->acts, at->id);

  if (!act)
    unknown(reader, at, reader->acts);
  else if (at->label)
    *at->label = act->title;
}

static void
resolve_defined(Reader *reader, const Reference *at)
{
  const Definition *definition = g_hash_table_lookup(reader->defined[at->kind], at->id);

  if (!definition)
    unknown(reader, at, reader->defined[at->kind]);
  else if (at->label)
    *at->label = definition_title(definition);
}

void
reader_resolve(Reader *reader)
{
  for (guint i = 0; i < reader->references->len; i++) {
    const Reference *at = &g_array_index(reader->references, Reference, i);
    if (at->kind == NAME_ACT)
      resolve_act(reader, at);
    else if (at->kind == NAME_ITEM)
      resolve_item(reader, at);
    else
      resolve_defined(reader, at);
  }
}

GHashTable *
reader_names(const Reader *reader, NameKind kind)
{
  GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer id, definition;

  g_hash_table_iter_init(&iter, reader->defined[kind]);
  while (g_hash_table_iter_next(&iter, &id, &definition))
    g_hash_table_insert(names, id, ((Definition *)definition)->item);
  return names;
}

/* ── values ── */

const char *
reader_text(Reader *reader, const YamlNode *node, guint most)
{
  if (yaml_kind(node) != YAML_SCALAR) {
    reader_complain(reader, node, "ここには文字列を一つ書きます。");
    return NULL;
  }
  char *text = arena_strdup(reader->arena, yaml_text(node));
  g_strchomp(text);
  if (!*text) {
    reader_complain(reader, node, "値が空です。値を書くか、この項目を消してください。");
    return NULL;
  }
  g_autoptr(GError) error = NULL;
  if (!text_valid(text, strlen(text), TEXT_LINES, &error)) {
    reader_complain(reader, node, "%s", error->message);
    return NULL;
  }
  if (g_utf8_strlen(text, -1) > (glong)most) {
    reader_complain(reader, node, "長すぎます（%ld文字）。%u文字以内で書いてください。", g_utf8_strlen(text, -1), most);
    return NULL;
  }
  return text;
}

/* A text that people type in half width: ids, numbers, days. */
static const char *
narrow_text(Reader *reader, const YamlNode *node)
{
  const char *text = reader_text(reader, node, LIMIT_LINE);

  if (text && fold_is_wide(text)) {
    reader_complain(reader, node, "「%s」に全角の英数字か記号があります。半角で書いてください。", text);
    return NULL;
  }
  return text;
}

static void
read_line(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  (void)key;
  const char *text = reader_text(reader, node, LIMIT_LINE);

  g_autoptr(GError) error = NULL;
  if (text && strchr(text, '\n'))
    reader_complain(reader, node, "一行で書いてください。");
  else if (text && !text_valid(text, strlen(text), TEXT_LINE, &error))
    reader_complain(reader, node, "%s", error->message);
  *(const char **)slot = text;
}

static void
read_text(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  (void)key;
  *(const char **)slot = reader_text(reader, node, LIMIT_TEXT);
}

static void
read_bool(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  (void)key;
  const char *text = narrow_text(reader, node);

  if (!text)
    return;
  *(gboolean *)slot = strcmp(text, "true") == 0;
  if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
    reader_complain(reader, node, "「%s」は使えません。true か false と書いてください。", text);
}

static void
read_int(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  const char *text = narrow_text(reader, node);
  guint64 value = 0;

  if (!text)
    return;
  if (g_ascii_string_to_unsigned(text, 10, (guint64)key->least, (guint64)key->most, &value, NULL))
    *(gint32 *)slot = (gint32)value;
  else
    reader_complain(reader, node, "「%s」は使えません。%d から %d までの数を書いてください。", text, key->least, key->most);
}

static gboolean
parse_minutes(const char *text, gint32 *minutes)
{
  g_auto(GStrv) parts = g_strsplit(text, ":", 2);
  guint64 hour, minute;

  if (!parts[0] || !parts[1] || strlen(parts[1]) != 2 ||
      !g_ascii_string_to_unsigned(parts[0], 10, 0, 23, &hour, NULL) ||
      !g_ascii_string_to_unsigned(parts[1], 10, 0, 59, &minute, NULL))
    return FALSE;
  *minutes = (gint32)(hour * 60 + minute);
  return TRUE;
}

static void
read_minutes(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  (void)key;
  const char *text = narrow_text(reader, node);

  if (text && !parse_minutes(text, slot))
    reader_complain(reader, node, "「%s」は時刻ではありません。\"8:30\" のように書いてください。", text);
}

static void
read_date(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  (void)key;
  g_autoptr(GError) error = NULL;
  const char *text = narrow_text(reader, node);

  *(Date *)slot = DATE_NONE;
  if (text && !date_parse(text, slot, &error)) {
    *(Date *)slot = DATE_NONE;
    reader_complain(reader, node, "「%s」という日は暦にありません。2023-03-01 のように、ある日を書いてください。（%s）", text, error->message);
  }
}

static void
read_choice(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  const char *text = reader_text(reader, node, LIMIT_LINE);
  g_autoptr(GString) list = g_string_new(NULL);

  *(int *)slot = key->fallback ? key->fallback : key->choices->value;
  if (!text)
    return;
  for (const Choice *choice = key->choices; choice->token; choice++) {
    if (strcmp(text, choice->label) == 0) {
      *(int *)slot = choice->value;
      return;
    }
    g_string_append_printf(list, "%s%s", list->len ? "、" : "", choice->label);
  }
  reader_complain(reader, node, "%s に「%s」は使えません。書けるのは %s です。", key->name, text, list->str);
}

static const char *
read_id_text(Reader *reader, const YamlNode *node)
{
  const char *text = narrow_text(reader, node);

  if (text && !id_well_made(text)) {
    reader_complain(reader, node, "id「%s」に使えない文字があります。英数字、かな、漢字と - _ . : だけで書いてください。", text);
    return NULL;
  }
  return text;
}

static void
read_ref(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  const char *id = read_id_text(reader, node);

  *(const char **)slot = id;
  if (id)
    reader_refer(reader, key->names, id, node, NULL);
}

/* TRUE when NODE is a sequence with something in it. */
static gboolean
is_list(Reader *reader, const Key *key, const YamlNode *node)
{
  if (yaml_kind(node) != YAML_SEQUENCE) {
    reader_complain(reader, node, "%s は一覧です。「- 」で始まる行か、[ , ] で書いてください。", key->name);
    return FALSE;
  }
  if (yaml_length(node) == 0) {
    reader_complain(reader, node, "%s の一覧が空です。書くか、この項目を消してください。", key->name);
    return FALSE;
  }
  if (yaml_length(node) > LIMIT_LIST) {
    reader_complain(reader, node, "%s が %u 件あります。%d 件以内にしてください。", key->name, yaml_length(node), LIMIT_LIST);
    return FALSE;
  }
  return TRUE;
}

static void
read_refs(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  if (!is_list(reader, key, node))
    return;
  const char **ids = arena_alloc(reader->arena, yaml_length(node) * sizeof(char *));
  gsize n = 0;
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < yaml_length(node); i++) {
    const char *id = NULL;
    read_ref(reader, key, yaml_at(node, i), &id);
    if (id && !g_hash_table_add(seen, (gpointer)id)) {
      reader_complain(reader, yaml_at(node, i), "「%s」が %s に二度書かれています。一つにしてください。", id, key->name);
    } else if (id) {
      g_hash_table_insert(reader->places, &ids[n], (gpointer)yaml_at(node, i));
      ids[n++] = id;
    }
  }
  *(List *)slot = (List){ n, ids };
}

static void
read_lines(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  if (!is_list(reader, key, node))
    return;
  const char **lines = arena_alloc(reader->arena, yaml_length(node) * sizeof(char *));
  gsize n = 0;
  for (guint i = 0; i < yaml_length(node); i++) {
    const char *text = reader_text(reader, yaml_at(node, i), LIMIT_TEXT);
    if (text)
      lines[n++] = text;
  }
  *(List *)slot = (List){ n, lines };
}

static void
read_condition(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  (void)key;
  *(const Condition **)slot = condition_read(reader, node);
}

static void
read_list(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  if (!is_list(reader, key, node))
    return;
  guint n = yaml_length(node);
  char *items = arena_alloc(reader->arena, n * key->of->size);
  *(List *)slot = (List){ n, items };
  for (guint i = 0; i < n; i++)
    reader_fill(reader, key->of, yaml_at(node, i), items + i * key->of->size);
}

static void
read_one(Reader *reader, const Key *key, const YamlNode *node, void *slot)
{
  reader_fill(reader, key->of, node, slot);
}

static void (*const read_value[])(Reader *, const Key *, const YamlNode *, void *) = {
  [KEY_LINE] = read_line,       [KEY_TEXT] = read_text,   [KEY_BOOL] = read_bool,
  [KEY_INT] = read_int,         [KEY_MINUTES] = read_minutes, [KEY_DATE] = read_date,
  [KEY_CHOICE] = read_choice,   [KEY_REF] = read_ref,     [KEY_REFS] = read_refs,
  [KEY_LINES] = read_lines,     [KEY_CONDITION] = read_condition, [KEY_LIST] = read_list,
  [KEY_ONE] = read_one,
};

/* ── mappings ── */

static void
unknown_key(Reader *reader, const Shape *shape, const YamlNode *node)
{
  g_autoptr(GString) list = g_string_new(NULL);

  for (const Key *key = shape->keys; key->name; key++)
    g_string_append_printf(list, "%s%s", list->len ? "、" : "", key->name);
  reader_complain(reader, node, "%sに「%s」という項目はありません。書けるのは %s です。", shape->label, yaml_text(node), list->str);
}

static void
check_known(Reader *reader, const Shape *shape, const YamlNode *node)
{
  for (guint i = 0; i < yaml_length(node); i++) {
    const YamlNode *name = yaml_key_at(node, i);
    const Key *key = shape->keys;
    while (key->name && strcmp(key->name, yaml_text(name)) != 0)
      key++;
    if (!key->name)
      unknown_key(reader, shape, name);
  }
}

static void
fill_absent(Reader *reader, const Shape *shape, const Key *key, const YamlNode *node, void *slot)
{
  if (key->flags & KEY_REQUIRED)
    reader_complain(reader, node, "%sに %s がありません。書き足してください。", shape->label, key->name);
  if (key->type == KEY_CHOICE)
    *(int *)slot = key->fallback ? key->fallback : key->choices->value;
  if (key->type == KEY_DATE)
    *(Date *)slot = DATE_NONE;
}

static void
fill_key(Reader *reader, const Shape *shape, const Key *key, const YamlNode *node, void *item)
{
  void *slot = (char *)item + key->offset;
  const YamlNode *value = yaml_get(node, key->name);

  if (value)
    g_hash_table_insert(reader->places, slot, (gpointer)value);
  if (!value) {
    fill_absent(reader, shape, key, node, slot);
  } else if (key->type == KEY_ID) {
    const char *id = read_id_text(reader, value);
    *(const char **)slot = id;
    if (id && key->names < NAME_DEFINED)
      define(reader, key, shape, id, value, item);
  } else {
    read_value[key->type](reader, key, value, slot);
  }
}

void
reader_fill(Reader *reader, const Shape *shape, const YamlNode *node, void *item)
{
  if (shape->line != SHAPE_NO)
    *(guint *)(gpointer)((char *)item + shape->line) = yaml_line(node);
  gboolean mapping = yaml_kind(node) == YAML_MAPPING;
  g_hash_table_insert(reader->places, item, (gpointer)node);
  if (mapping)
    check_known(reader, shape, node);
  else
    reader_complain(reader, node, "%sは「項目: 値」の形で書きます。", shape->label);
  for (const Key *key = shape->keys; mapping && key->name; key++)
    fill_key(reader, shape, key, node, item);
  if (mapping && shape->finish)
    shape->finish(reader, node, item);
}
