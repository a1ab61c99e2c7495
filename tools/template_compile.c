#include "template_compile.h"

#include <string.h>

#include "template_html.h"

typedef struct Struct Struct;
typedef enum { TYPE_TEXT, TYPE_INT, TYPE_BOOL, TYPE_LIST, TYPE_STRUCT } TypeKind;

typedef struct {
  TypeKind kind;
  TypeKind of;      /* of a list */
  const Struct *as; /* of a struct, or a list of them */
} Type;

typedef struct {
  char *name;
  Type type;
} Named;

struct Struct {
  char *name;
  GArray *members; /* of Named */
};

typedef struct {
  const TemplateSource *source;
  GArray *params; /* of Named */
} Template;

typedef enum { BLOCK_IF, BLOCK_FOR } BlockKind;

typedef struct {
  BlockKind kind;
  guint line;
  guint scope; /* how many names there were outside */
  Html start;
  Html end;    /* of the first branch */
  gboolean branched, otherwise;
} Block;

typedef struct {
  GHashTable *structs;   /* name -> Struct */
  GPtrArray *order;      /* of Struct */
  GHashTable *templates; /* name -> Template */
  const char *const *assets;
  /* of the file being read */
  const Template *now;
  const char *at;
  guint line;
  Html html;
  GArray *scope;         /* of Named: C name is v_ and the name */
  GArray *blocks;        /* of Block */
  GString *literal;
  gboolean written;
  GString *code;
  char *message;
} Compiler;

/* --- errors --- */

static gboolean fail(Compiler *c, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean
fail(Compiler *c, const char *format, ...)
{
  va_list args;
  if (c->message)
    return FALSE;
  va_start(args, format);
  g_autofree char *why = g_strdup_vprintf(format, args);
  va_end(args);
  c->message = g_strdup_printf("%s:%u: %s", c->now->source->file, c->line, why);
  return FALSE;
}

/* --- words of a tag --- */

typedef struct {
  const char *p;
} Words;

static void
skip_space(Words *words)
{
  while (g_ascii_isspace(*words->p))
    words->p++;
}

/* A name, with dots when PATH.  NULL: there is none. */
static char *
take_name(Words *words, gboolean path)
{
  skip_space(words);
  const char *start = words->p;
  if (!g_ascii_isalpha(*start))
    return NULL;
  while (g_ascii_isalnum(*words->p) || *words->p == '_' || (path && *words->p == '.'))
    words->p++;
  return g_strndup(start, (gsize)(words->p - start));
}

static gboolean
take(Words *words, const char *token)
{
  skip_space(words);
  gsize length = strlen(token);
  gboolean word = g_ascii_isalpha(token[0]);
  if (strncmp(words->p, token, length) != 0 || (word && (g_ascii_isalnum(words->p[length]) || words->p[length] == '_')))
    return FALSE;
  words->p += length;
  return TRUE;
}

/* A text in double quotes, without escapes.  NULL: there is none. */
static char *
take_quoted(Words *words)
{
  skip_space(words);
  const char *end = *words->p == '"' ? strchr(words->p + 1, '"') : NULL;
  if (!end)
    return NULL;
  char *text = g_strndup(words->p + 1, (gsize)(end - words->p - 1));
  words->p = end + 1;
  return text;
}

static gboolean
at_end(Compiler *c, Words *words)
{
  skip_space(words);
  return *words->p == '\0' || fail(c, "what stands after the tag was not understood: %s", words->p);
}

/* --- types --- */

static gboolean
take_type(Compiler *c, Words *words, Type *type)
{
  static const char *const plain[] = { [TYPE_TEXT] = "text", [TYPE_INT] = "int", [TYPE_BOOL] = "bool" };
  gboolean list = take(words, "list");
  g_autofree char *name = take_name(words, FALSE);

  *type = (Type){ .kind = TYPE_STRUCT };
  if (!name)
    return fail(c, "a type is missing");
  for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
    if (strcmp(name, plain[i]) == 0)
      type->kind = i;
  if (type->kind == TYPE_STRUCT) {
    type->as = g_hash_table_lookup(c->structs, name);
    if (!type->as)
      return fail(c, "there is no type '%s' before this line", name);
  }
  if (list)
    *type = (Type){ .kind = TYPE_LIST, .of = type->kind, .as = type->as };
  return TRUE;
}

static const Named *
find_named(const GArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (strcmp(g_array_index(names, Named, i).name, name) == 0)
      return &g_array_index(names, Named, i);
  return NULL;
}

static gboolean
take_named(Compiler *c, Words *words, GArray *names)
{
  Named named = { .name = take_name(words, FALSE) };
  if (!named.name)
    return fail(c, "a name is missing");
  gboolean twice = find_named(names, named.name) != NULL;
  gboolean fine = !twice && take(words, ":") && take_type(c, words, &named.type);
  if (!fine) {
    fail(c, twice ? "'%s' is declared twice" : "'%s' must be followed by ':' and a type", named.name);
    g_free(named.name);
    return FALSE;
  }
  g_array_append_val(names, named);
  return TRUE;
}

static void
named_clear(gpointer data)
{
  g_free(((Named *)data)->name);
}

static GArray *
names_new(void)
{
  GArray *names = g_array_new(FALSE, TRUE, sizeof(Named));
  g_array_set_clear_func(names, named_clear);
  return names;
}

static void
struct_free(gpointer data)
{
  Struct *s = data;
  g_free(s->name);
  g_array_unref(s->members);
  g_free(s);
}

static gboolean
declare_struct(Compiler *c, Words *words)
{
  Struct *s = g_new0(Struct, 1);
  s->name = take_name(words, FALSE);
  s->members = names_new();
  g_ptr_array_add(c->order, s);
  if (!s->name || !g_ascii_isupper(s->name[0]))
    return fail(c, "the name of a struct begins with a capital letter");
  if (!g_hash_table_insert(c->structs, s->name, s))
    return fail(c, "the struct '%s' is declared twice", s->name);
  if (!take(words, "{"))
    return fail(c, "'{' is missing");
  while (!take(words, "}"))
    if (!take_named(c, words, s->members) || (!take(words, ";") && !g_str_has_prefix(words->p, "}")))
      return fail(c, "a member of a struct is 'name: type;'");
  return at_end(c, words);
}

static const char *
c_type(const Type *type, char buffer[128])
{
  static const char *const plain[] = {
    [TYPE_TEXT] = "const char *", [TYPE_INT] = "gint64 ", [TYPE_BOOL] = "gboolean ", [TYPE_LIST] = "List ",
  };
  if (type->kind != TYPE_STRUCT)
    return plain[type->kind];
  g_snprintf(buffer, 128, "const Tpl%s *", type->as->name);
  return buffer;
}

/* --- expressions --- */

/* The C of PATH and its type.  NULL: refused. */
static char *
resolve(Compiler *c, const char *path, Type *type)
{
  g_auto(GStrv) parts = g_strsplit(path, ".", 0);
  g_autoptr(GString) text = g_string_new("v_");
  const Named *named = find_named(c->scope, parts[0]);

  if (!named) {
    fail(c, "there is no parameter '%s'", parts[0]);
    return NULL;
  }
  g_string_append(text, parts[0]);
  *type = named->type;
  for (guint i = 1; parts[i]; i++) {
    const Named *member = type->kind == TYPE_STRUCT ? find_named(type->as->members, parts[i]) : NULL;
    if (!member) {
      fail(c, "'%s' has no member '%s'", parts[i - 1], parts[i]);
      return NULL;
    }
    g_string_append_printf(text, "->%s", parts[i]);
    *type = member->type;
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
take_path(Compiler *c, Words *words, Type *type)
{
  g_autofree char *path = take_name(words, TRUE);
  if (!path) {
    fail(c, "the name of a parameter is missing");
    return NULL;
  }
  return resolve(c, path, type);
}

static void
append_c_string(GString *code, const char *text, gsize length)
{
  g_string_append_c(code, '"');
  for (gsize i = 0; i < length; i++) {
    guchar b = (guchar)text[i];
    if (b == '"' || b == '\\')
      g_string_append_printf(code, "\\%c", b);
    else if (b == '\n')
      g_string_append(code, "\\n");
    else if (b < 0x20 || b >= 0x7f)
      g_string_append_printf(code, "\\%03o", b);
    else
      g_string_append_c(code, (char)b);
  }
  g_string_append_c(code, '"');
}

static void
flush(Compiler *c)
{
  if (!c->literal->len)
    return;
  g_string_append(c->code, "  g_string_append_len(out, ");
  append_c_string(c->code, c->literal->str, c->literal->len);
  g_string_append_printf(c->code, ", %" G_GSIZE_FORMAT ");\n", c->literal->len);
  g_string_truncate(c->literal, 0);
}

/* The writer of an output where the document stands, or NULL: refused. */
static const char *
writer_for(Compiler *c, const char *filter)
{
  static const struct {
    const char *filter;
    gboolean begun; /* the address has begun already */
    const char *writer;
  } urls[] = {
    { "path", TRUE, "template_path" },
    { "query", TRUE, "template_query" },
    { "url", FALSE, "template_url" },
  };
  if (c->html.state == HTML_TEXT && !filter)
    return "template_text";
  if (html_wants_url(&c->html)) {
    for (guint i = 0; i < G_N_ELEMENTS(urls); i++)
      if (filter && strcmp(filter, urls[i].filter) == 0) {
        if (urls[i].begun ? html_url_begun(&c->html) : !c->html.value[0] && !c->html.computed)
          return urls[i].writer;
        fail(c, "an address begins with '/', '#', '?', 'tel:', 'mailto:', or is one output with '|url'");
        return NULL;
      }
    fail(c, "in '%s' an output needs '|path', '|query' or '|url'", c->html.attribute);
    return NULL;
  }
  if (c->html.state == HTML_VALUE && !filter)
    return "template_attribute";
  if (filter)
    fail(c, "the filter '%s' does not belong here", filter);
  else
    fail(c, "nothing can be escaped for this place (inside a tag, a script or a style)");
  return NULL;
}

static gboolean
output(Compiler *c, const char *tag)
{
  Words words = { tag };
  Type type;
  g_autofree char *path = take_path(c, &words, &type);
  g_autofree char *filter = path && take(&words, "|") ? take_name(&words, FALSE) : NULL;

  if (!path || !at_end(c, &words))
    return FALSE;
  if (type.kind != TYPE_TEXT && type.kind != TYPE_INT)
    return fail(c, "only a text or an int can be written");
  if (type.kind == TYPE_INT && !filter && (c->html.state == HTML_TEXT || c->html.state == HTML_VALUE)) {
    flush(c);
    g_string_append_printf(c->code, "  template_int(out, %s);\n", path);
  } else {
    const char *writer = type.kind == TYPE_INT ? NULL : writer_for(c, filter);
    if (!writer)
      return fail(c, "an int takes no filter, and stands in text or in a value");
    flush(c);
    g_string_append_printf(c->code, "  %s(out, %s);\n", writer, path);
  }
  c->html.computed = TRUE;
  c->written = TRUE;
  return TRUE;
}

/* --- blocks --- */

static gboolean
take_condition(Compiler *c, Words *words, GString *condition)
{
  static const char *const given[] = {
    [TYPE_TEXT] = "template_given(%s)", [TYPE_INT] = "(%s != 0)", [TYPE_BOOL] = "%s", [TYPE_LIST] = "(%s.length > 0)",
    [TYPE_STRUCT] = "(%s != NULL)",
  };
  Type type;
  gboolean no = take(words, "not");
  g_autofree char *path = take_path(c, words, &type);

  if (!path)
    return FALSE;
  if (no)
    g_string_append_c(condition, '!');
  if (take(words, "is")) {
    g_autofree char *text = take_quoted(words);
    if (!text || type.kind != TYPE_TEXT)
      return fail(c, "'is' compares a text with a text in double quotes");
    g_string_append_printf(condition, "template_is(%s, ", path);
    append_c_string(condition, text, strlen(text));
    g_string_append_c(condition, ')');
  } else {
    g_auto(GStrv) around = g_strsplit(given[type.kind], "%s", 2);
    g_string_append_printf(condition, "%s%s%s", around[0], path, around[1]);
  }
  return at_end(c, words);
}

static Block *
push_block(Compiler *c, BlockKind kind)
{
  Block block = { .kind = kind, .line = c->line, .scope = c->scope->len };
  flush(c);
  html_settle(&c->html);
  block.start = c->html;
  g_array_append_val(c->blocks, block);
  return &g_array_index(c->blocks, Block, c->blocks->len - 1);
}

static gboolean
tag_if(Compiler *c, Words *words)
{
  g_autoptr(GString) condition = g_string_new(NULL);
  push_block(c, BLOCK_IF);
  if (!take_condition(c, words, condition))
    return FALSE;
  g_string_append_printf(c->code, "  if (%s) {\n", condition->str);
  return TRUE;
}

/* A branch ends: every branch must leave the document in the same state. */
static gboolean
end_branch(Compiler *c, Block *block)
{
  flush(c);
  html_settle(&c->html);
  if (block->branched && !html_equal(&block->end, &c->html))
    return fail(c, "the branches that begin in line %u end in different places of the document", block->line);
  block->branched = TRUE;
  block->end = c->html;
  c->html = block->start;
  return TRUE;
}

static Block *
inner_block(Compiler *c, BlockKind kind, const char *tag)
{
  Block *block = c->blocks->len ? &g_array_index(c->blocks, Block, c->blocks->len - 1) : NULL;
  if (block && block->kind == kind && !block->otherwise)
    return block;
  fail(c, "'%s' stands outside an 'if'", tag);
  return NULL;
}

static gboolean
tag_elif(Compiler *c, Words *words)
{
  g_autoptr(GString) condition = g_string_new(NULL);
  Block *block = inner_block(c, BLOCK_IF, "elif");
  if (!block || !end_branch(c, block) || !take_condition(c, words, condition))
    return FALSE;
  g_string_append_printf(c->code, "  } else if (%s) {\n", condition->str);
  return TRUE;
}

static gboolean
tag_else(Compiler *c, Words *words)
{
  Block *block = inner_block(c, BLOCK_IF, "else");
  if (!block || !end_branch(c, block) || !at_end(c, words))
    return FALSE;
  block->otherwise = TRUE;
  g_string_append(c->code, "  } else {\n");
  return TRUE;
}

static void
emit_for(Compiler *c, const char *list, const Named *item)
{
  guint n = c->blocks->len;
  char buffer[128];
  static const char *const items[] = {
    [TYPE_TEXT] = "list_string(%s, i%u)", [TYPE_INT] = "*list_item(%s, gint64, i%u)", [TYPE_BOOL] = "*list_item(%s, gboolean, i%u)",
  };
  g_string_append_printf(c->code, "  for (gsize i%u = 0; i%u < %s.length; i%u++) {\n  %sv_%s = ", n, n, list, n,
                         c_type(&item->type, buffer), item->name);
  if (item->type.kind == TYPE_STRUCT)
    g_string_append_printf(c->code, "list_item(%s, Tpl%s, i%u);\n", list, item->type.as->name, n);
  else {
    g_auto(GStrv) around = g_strsplit(items[item->type.kind], "%s", 2);
    g_auto(GStrv) rest = g_strsplit(around[1], "%u", 2);
    g_string_append_printf(c->code, "%s%s%s%u%s;\n", around[0], list, rest[0], n, rest[1]);
  }
  g_string_append_printf(c->code, "  (void)v_%s;\n", item->name);
}

static gboolean
tag_for(Compiler *c, Words *words)
{
  Type type;
  push_block(c, BLOCK_FOR);
  g_autofree char *name = take_name(words, FALSE);
  if (!name || !take(words, "in"))
    return fail(c, "a loop is 'for name in list'");
  g_autofree char *list = take_path(c, words, &type);
  if (!list || !at_end(c, words))
    return FALSE;
  if (type.kind != TYPE_LIST)
    return fail(c, "a loop goes over a list");
  if (find_named(c->scope, name))
    return fail(c, "the name '%s' is taken already", name);
  Named item = { g_steal_pointer(&name), { .kind = type.of, .as = type.as } };
  emit_for(c, list, &item);
  g_array_append_val(c->scope, item);
  return TRUE;
}

static gboolean
tag_end(Compiler *c, Words *words)
{
  if (!at_end(c, words))
    return FALSE;
  if (!c->blocks->len)
    return fail(c, "'end' without a beginning");
  Block *block = &g_array_index(c->blocks, Block, c->blocks->len - 1);
  Html start = block->start;
  if (!end_branch(c, block))
    return FALSE;
  gboolean whole = block->kind == BLOCK_IF && block->otherwise;
  if (!whole && !html_equal(&start, &block->end))
    return fail(c, "the block that begins in line %u ends in another place of the document than it began", block->line);
  c->html = block->end;
  c->html.computed = TRUE;
  g_string_append(c->code, "  }\n");
  g_array_set_size(c->scope, block->scope);
  g_array_set_size(c->blocks, c->blocks->len - 1);
  return TRUE;
}

/* --- include, asset --- */

static gboolean
same_type(const Type *a, const Type *b)
{
  return a->kind == b->kind && a->as == b->as && (a->kind != TYPE_LIST || a->of == b->of);
}

static gboolean
take_argument(Compiler *c, Words *words, const Named *param, GString *call)
{
  Type type = { .kind = TYPE_TEXT };
  g_autofree char *quoted = take_quoted(words);
  g_autofree char *path = quoted ? NULL : take_path(c, words, &type);

  if (!quoted && !path)
    return FALSE;
  if (!same_type(&type, &param->type))
    return fail(c, "the parameter '%s' has another type", param->name);
  g_string_append(call, ", ");
  if (quoted)
    append_c_string(call, quoted, strlen(quoted));
  else
    g_string_append(call, path);
  return TRUE;
}

static gboolean
tag_include(Compiler *c, Words *words)
{
  g_autofree char *name = take_name(words, FALSE);
  const Template *other = name ? g_hash_table_lookup(c->templates, name) : NULL;
  g_autoptr(GString) call = g_string_new(NULL);

  if (!other)
    return fail(c, "there is no template '%s'", name ? name : "");
  if (c->html.state != HTML_TEXT)
    return fail(c, "a template can be included in text only");
  if (!take(words, "("))
    return fail(c, "'(' is missing");
  for (guint i = 0; i < other->params->len; i++)
    if ((i && !take(words, ",")) || !take_argument(c, words, &g_array_index(other->params, Named, i), call))
      return fail(c, "'%s' takes %u parameters", name, other->params->len);
  if (!take(words, ")"))
    return fail(c, "'%s' takes %u parameters", name, other->params->len);
  flush(c);
  g_string_append_printf(c->code, "  template_%s(out%s);\n", name, call->str);
  c->written = TRUE;
  return at_end(c, words);
}

static gboolean
tag_asset(Compiler *c, Words *words)
{
  g_autofree char *name = take_quoted(words);
  if (!name || !g_strv_contains(c->assets, name))
    return fail(c, "there is no asset '%s'", name ? name : "");
  if (c->html.state != HTML_VALUE || c->html.value[0] || c->html.computed)
    return fail(c, "an asset is the whole value of an attribute");
  flush(c);
  g_string_append_printf(c->code, "  g_string_append(out, asset_path(\"%s\"));\n", name);
  c->html.computed = TRUE;
  return at_end(c, words);
}

/* --- a file --- */

typedef gboolean (*Tag)(Compiler *c, Words *words);

static gboolean
tag_param(Compiler *c, Words *words)
{
  return c->written ? fail(c, "a parameter is declared before anything is written")
                    : take_named(c, words, c->now->params) && at_end(c, words);
}

/* Declarations were read in the first pass, all else is read in the second. */
static gboolean
tag_nothing(Compiler *c G_GNUC_UNUSED, Words *words G_GNUC_UNUSED)
{
  return TRUE;
}

static const struct {
  const char *word;
  Tag first, second;
} tags[] = {
  { "struct", declare_struct, tag_nothing }, { "param", tag_param, tag_nothing }, { "if", tag_nothing, tag_if },
  { "elif", tag_nothing, tag_elif },         { "else", tag_nothing, tag_else },   { "end", tag_nothing, tag_end },
  { "for", tag_nothing, tag_for },           { "include", tag_nothing, tag_include }, { "asset", tag_nothing, tag_asset },
};

static gboolean
read_tag(Compiler *c, const char *tag, gboolean second)
{
  Words words = { tag };
  for (guint i = 0; i < G_N_ELEMENTS(tags); i++)
    if (take(&words, tags[i].word))
      return (second ? tags[i].second : tags[i].first)(c, &words);
  return fail(c, "there is no such tag: %s", tag);
}

static void
count_lines(Compiler *c, const char *from, const char *to)
{
  for (const char *p = from; p < to; p++)
    c->line += *p == '\n';
}

/* What stands between two tags of the template. */
static gboolean
read_literal(Compiler *c, const char *end)
{
  while (c->at < end) {
    gsize space = strspn(c->at, " \t\n");
    if (c->at + space > end)
      space = (gsize)(end - c->at);
    gboolean broken = memchr(c->at, '\n', space) != NULL && c->html.state != HTML_VALUE;
    gsize length = MAX(space, 1);
    for (gsize i = 0; i < length; i++) {
      const char *why = html_feed(&c->html, c->at[i]);
      c->line += c->at[i] == '\n';
      if (why)
        return fail(c, "%s", why);
      if (!broken)
        g_string_append_c(c->literal, c->at[i]);
    }
    if (broken && c->html.state == HTML_IN_TAG)
      g_string_append_c(c->literal, ' ');
    c->written = c->written || space == 0;
    c->at += length;
  }
  return TRUE;
}

static gboolean
read_marked(Compiler *c, gboolean second)
{
  static const struct {
    const char *open, *close;
  } marks[] = { { "{#", "#}" }, { "{%", "%}" }, { "{{", "}}" } };
  guint kind = c->at[1] == '#' ? 0 : c->at[1] == '%' ? 1 : 2;
  const char *close = strstr(c->at + 2, marks[kind].close);

  if (!close)
    return fail(c, "'%s' without '%s'", marks[kind].open, marks[kind].close);
  if (second && kind != 0 && c->html.state == HTML_EQUALS)
    return fail(c, "the value of an attribute must stand in double quotes");
  g_autofree char *inside = g_strndup(c->at + 2, (gsize)(close - c->at - 2));
  gboolean fine = kind == 0 || (kind == 1 ? read_tag(c, inside, second) : !second || output(c, inside));
  count_lines(c, c->at, close);
  c->at = close + 2;
  return fine;
}

static const char *
next_mark(const char *p)
{
  while (*p && !(p[0] == '{' && (p[1] == '{' || p[1] == '%' || p[1] == '#')))
    p++;
  return p;
}

static gboolean
read_file(Compiler *c, const Template *template, gboolean second)
{
  c->now = template;
  c->at = template->source->text;
  c->line = 1;
  c->html = (Html){ 0 };
  c->written = FALSE;
  while (*c->at) {
    const char *mark = next_mark(c->at);
    if (second && !read_literal(c, mark))
      return FALSE;
    if (!second) {
      c->written = c->written || strspn(c->at, " \t\n") < (gsize)(mark - c->at);
      count_lines(c, c->at, mark);
      c->at = mark;
    }
    if (*mark && !read_marked(c, second))
      return FALSE;
  }
  return TRUE;
}

static void
put_signature(const Template *template, GString *to)
{
  char buffer[128];
  g_string_append_printf(to, "template_%s(GString *out", template->source->name);
  for (guint i = 0; i < template->params->len; i++) {
    const Named *param = &g_array_index(template->params, Named, i);
    g_string_append_printf(to, ", %sv_%s", c_type(&param->type, buffer), param->name);
  }
  g_string_append(to, ")");
}

static gboolean
compile_file(Compiler *c, const Template *template)
{
  g_array_set_size(c->scope, 0);
  for (guint i = 0; i < template->params->len; i++) {
    Named param = g_array_index(template->params, Named, i);
    param.name = g_strdup(param.name);
    g_array_append_val(c->scope, param);
  }
  g_string_append(c->code, "void\n");
  put_signature(template, c->code);
  g_string_append(c->code, "\n{\n  (void)out;\n");
  for (guint i = 0; i < template->params->len; i++)
    g_string_append_printf(c->code, "  (void)v_%s;\n", g_array_index(template->params, Named, i).name);
  if (!read_file(c, template, TRUE))
    return FALSE;
  flush(c);
  g_string_append(c->code, "}\n\n");
  if (c->blocks->len)
    return fail(c, "the block that begins in line %u has no 'end'", g_array_index(c->blocks, Block, c->blocks->len - 1).line);
  return c->html.state == HTML_TEXT || fail(c, "the template ends inside a tag");
}

static void
put_structs(const Compiler *c, GString *header)
{
  char buffer[128];
  for (guint i = 0; i < c->order->len; i++) {
    const Struct *s = g_ptr_array_index(c->order, i);
    g_string_append(header, "typedef struct {\n");
    for (guint j = 0; j < s->members->len; j++) {
      const Named *member = &g_array_index(s->members, Named, j);
      g_string_append_printf(header, "  %s%s;\n", c_type(&member->type, buffer), member->name);
    }
    g_string_append_printf(header, "} Tpl%s;\n\n", s->name);
  }
}

static void
template_free(gpointer data)
{
  Template *template = data;
  g_array_unref(template->params);
  g_free(template);
}

static Template *
add_template(Compiler *c, const TemplateSource *source)
{
  Template *template = g_new0(Template, 1);
  template->source = source;
  template->params = names_new();
  g_hash_table_insert(c->templates, (gpointer)source->name, template);
  return template;
}

static gboolean
compile_all(Compiler *c, const TemplateSource *sources, gsize n, GString *header)
{
  for (gsize i = 0; i < n; i++)
    if (!read_file(c, add_template(c, &sources[i]), FALSE))
      return FALSE;
  put_structs(c, header);
  for (gsize i = 0; i < n; i++) {
    const Template *template = g_hash_table_lookup(c->templates, sources[i].name);
    g_string_append(header, "void ");
    put_signature(template, header);
    g_string_append(header, ";\n");
    if (!compile_file(c, template))
      return FALSE;
  }
  return TRUE;
}

gboolean
template_compile(const TemplateSource *sources, gsize n, const char *const *assets, GString *header, GString *code,
                 char **message)
{
  Compiler c = {
    .structs = g_hash_table_new(g_str_hash, g_str_equal),
    .order = g_ptr_array_new_with_free_func(struct_free),
    .templates = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, template_free),
    .assets = assets,
    .scope = names_new(),
    .blocks = g_array_new(FALSE, TRUE, sizeof(Block)),
    .literal = g_string_new(NULL),
    .code = code,
  };
  gboolean fine = compile_all(&c, sources, n, header);
  *message = c.message;
  g_hash_table_unref(c.structs);
  g_hash_table_unref(c.templates);
  g_ptr_array_unref(c.order);
  g_array_unref(c.scope);
  g_array_unref(c.blocks);
  g_string_free(c.literal, TRUE);
  return fine;
}
