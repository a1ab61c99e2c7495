#include "web/page_fields.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "case/case.h"
#include "engine/tables.h"
#include "web/page_refs.h"

#define RADIOS 6      /* choices shown all at once; more go into a list */
#define BLANK_ROWS 3

/* --- what was sent --- */

static gboolean
blank(const char *text)
{
  for (; text && *text; text = g_utf8_next_char(text))
    if (!g_unichar_isspace(g_utf8_get_char(text)))
      return FALSE;
  return TRUE;
}

/* Numbers as people type them: full-width digits, commas. */
static json_t *
number_of(const char *text)
{
  g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
  g_autoptr(GString) digits = g_string_new(NULL);
  gint64 number;
  for (const char *p = plain; *p; p++)
    if (*p != ',' && !g_ascii_isspace(*p))
      g_string_append_c(digits, *p);
  return g_ascii_string_to_signed(digits->str, 10, 0, FIELD_INT_MAX, &number, NULL) ? json_integer(number) : json_string(text);
}

static json_t *
read_text(const Field *field G_GNUC_UNUSED, const GArray *sent, const char *name, Arena *arena G_GNUC_UNUSED)
{
  const char *value = request_sent(sent, name);
  return blank(value) ? NULL : json_string(value);
}

/* A line that was pasted with a break at its end is still a line. */
static json_t *
read_line(const Field *field G_GNUC_UNUSED, const GArray *sent, const char *name, Arena *arena)
{
  const char *value = request_sent(sent, name);
  return blank(value) ? NULL : json_string(g_strstrip(arena_strdup(arena, value)));
}

static json_t *
read_int(const Field *field G_GNUC_UNUSED, const GArray *sent, const char *name, Arena *arena G_GNUC_UNUSED)
{
  const char *value = request_sent(sent, name);
  return blank(value) ? NULL : number_of(value);
}

static json_t *
read_bool(const Field *field G_GNUC_UNUSED, const GArray *sent, const char *name, Arena *arena G_GNUC_UNUSED)
{
  return request_sent(sent, name) ? json_true() : NULL;
}

/* Boxes that were ticked, or lines of one text. */
static json_t *
read_lines(const Field *field, const GArray *sent, const char *name, Arena *arena G_GNUC_UNUSED)
{
  json_t *array = json_array();
  for (guint i = 0; i < sent->len; i++) {
    const FormPair *one = &g_array_index(sent, FormPair, i);
    if (!g_str_equal(one->name, name))
      continue;
    g_auto(GStrv) lines = g_strsplit_set(one->value, "\n", -1);
    for (gsize j = 0; lines[j]; j++)
      if (!blank(lines[j]))
        json_array_append_new(array, field->type == FIELD_INTS ? number_of(lines[j]) : json_string(g_strstrip(lines[j])));
  }
  if (json_array_size(array))
    return array;
  json_decref(array);
  return NULL;
}

static json_t *read_fields(const Field *fields, const GArray *sent, const char *prefix, Arena *arena);

/* Rows stand in the order of their numbers; one in which nothing was typed is left out: its key is the form's own. */
static json_t *
read_list(const Field *field, const GArray *sent, const char *name, Arena *arena)
{
  json_t *array = json_array();
  const char *count = request_sent(sent, arena_printf(arena, "%s[]", name));
  guint64 rows = 0;
  if (!count || !g_ascii_string_to_unsigned(count, 10, 0, LIMIT_LIST, &rows, NULL))
    rows = 0;
  for (guint64 i = 1; i <= rows; i++) {
    json_t *row = read_fields(field->of, sent, arena_printf(arena, "%s[%" G_GUINT64_FORMAT "].", name, i), arena);
    if (json_object_size(row) > (json_object_get(row, "key") ? 1 : 0))
      json_array_append(array, row);
    json_decref(row);
  }
  if (json_array_size(array))
    return array;
  json_decref(array);
  return NULL;
}

static json_t *
read_fields(const Field *fields, const GArray *sent, const char *prefix, Arena *arena)
{
  static json_t *(*const readers[])(const Field *field, const GArray *sent, const char *name, Arena *arena) = {
    [FIELD_LINE] = read_line, [FIELD_TEXT] = read_text,    [FIELD_HASH] = read_line, [FIELD_CHOICE] = read_line,
    [FIELD_INT] = read_int,   [FIELD_BOOL] = read_bool,    [FIELD_INSTANT] = read_line, [FIELD_DATE] = read_line,
    [FIELD_REF] = read_line,  [FIELD_LINES] = read_lines,  [FIELD_INTS] = read_lines, [FIELD_LIST] = read_list,
  };
  json_t *object = json_object();
  for (const Field *field = fields; field->name; field++) {
    json_t *value = readers[field->type](field, sent, arena_printf(arena, "%s%s", prefix, field->name), arena);
    if (value)
      json_object_set_new(object, field->name, value);
  }
  return object;
}

json_t *
page_fields_read(const Field *fields, const GArray *sent, Arena *arena)
{
  return read_fields(fields, sent, "", arena);
}

/* --- what is shown --- */

const char *
page_fields_moment(Arena *arena, Instant at)
{
  return at == INSTANT_NONE ? NULL : arena_strndup(arena, instant_print_japan(arena, at), 16);
}

static const char *
limit_text(const Field *field, Arena *arena)
{
  guint limit = field->limit;
  if (field->type == FIELD_LINE)
    return arena_printf(arena, "%u文字まで", limit ? limit : LIMIT_LINE);
  if (field->type == FIELD_TEXT)
    return arena_printf(arena, "%u文字まで", limit ? limit : LIMIT_TEXT);
  if (field->type == FIELD_LINES && !field->ref)
    return "1行に一つ";
  return NULL;
}

static void
put_wrong(TplInput *input, const FieldForm *form)
{
  Arena *arena = form->context->arena;
  for (gsize i = 0; form->findings && i < findings_length(form->findings); i++) {
    const Finding *finding = findings_at(form->findings, i);
    if (finding->weight != FINDING_ADVISE && g_strcmp0(finding->field, input->name) == 0)
      list_add(arena, &input->wrong, finding->text);
  }
}

static gboolean
chosen(const json_t *value, const char *id)
{
  if (json_is_string(value))
    return g_str_equal(json_string_value(value), id);
  for (gsize i = 0; i < json_array_size(value); i++)
    if (g_strcmp0(json_string_value(json_array_get(value, i)), id) == 0)
      return TRUE;
  return FALSE;
}

static void
add_option(TplInput *input, Arena *arena, const char *id, const char *label, const json_t *value)
{
  TplOption *option = list_push(arena, &input->options, sizeof *option);
  *option = (TplOption){ .value = id, .label = label, .chosen = chosen(value, id),
                         .id = arena_printf(arena, "%s-%" G_GSIZE_FORMAT, input->id, input->options.length) };
}

static void
put_choices(TplInput *input, const Field *field, const FieldForm *form, const json_t *value)
{
  for (const Choice *choice = field->choices; choice->token; choice++)
    add_option(input, form->context->arena, choice->token, choice->label, value);
  input->kind = input->options.length > RADIOS ? "select" : "radio";
}

/* Where what a form cannot do without comes to be. */
static void
put_way(TplInput *input, const RefKind *ref, const ActContext *context)
{
  const char *act = page_refs_way(ref);
  if (!context->kase || !act)
    return;
  input->way = arena_printf(context->arena, "/cases/%" G_GUINT64_FORMAT "/do/%s", case_number(context->kase), act);
  input->way_title = tables_act(act)->title;
}

static const char *
word_of(const RefKind *ref, const ActContext *context, const char *id)
{
  const char *name = ref->name_of ? ref->name_of(context, id) : NULL;
  return name ? name : id;
}

/* Many are typed, by name or id, with suggestions; few are chosen. */
static void
put_references(TplInput *input, const Field *field, const FieldForm *form, const json_t *value)
{
  List refs = page_refs(form->world, form->viewer, form->context, field->ref);
  gboolean several = field->type == FIELD_LINES, known = FALSE;
  for (gsize i = 0; i < refs.length; i++) {
    const RefOption *ref = list_item(refs, RefOption, i);
    add_option(input, form->context->arena, ref->id, ref->name, value);
    known = known || chosen(value, ref->id);
  }
  /* A line may be of something that is in no list. */
  if (field->type == FIELD_LINE && refs.length && !known && json_is_string(value))
    add_option(input, form->context->arena, json_string_value(value), word_of(field->ref, form->context, json_string_value(value)), value);
  input->none = refs.length == 0 && page_refs_listed(field->ref);
  input->what = field->ref->label;
  if (input->none && input->required)
    put_way(input, field->ref, form->context);
  if (refs.length > PAGE_REFS_CHOSEN || refs.length == 0)
    input->kind = several ? "text" : "suggest";
  else
    input->kind = several ? "checks" : "select";
}

static const char *
text_of(const json_t *value, Arena *arena)
{
  g_autoptr(GString) text = g_string_new(NULL);
  if (json_is_string(value))
    return arena_strdup(arena, json_string_value(value));
  if (json_is_integer(value))
    return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  for (gsize i = 0; i < json_array_size(value); i++)
    g_string_append_printf(text, "%s%s", i ? "\n" : "", text_of(json_array_get(value, i), arena));
  return arena_strdup(arena, text->str);
}

static const char *
moment_of(const json_t *value, Arena *arena)
{
  Instant at;
  const char *text = json_string_value(value);
  return text && instant_parse(text, &at, NULL) ? page_fields_moment(arena, at) : text;
}

static void
put_value(TplInput *input, const Field *field, const FieldForm *form, const json_t *value)
{
  static const char *const kinds[] = {
    [FIELD_LINE] = "line", [FIELD_TEXT] = "text", [FIELD_HASH] = "line", [FIELD_INT] = "int", [FIELD_BOOL] = "bool",
    [FIELD_INSTANT] = "instant", [FIELD_DATE] = "date", [FIELD_LINES] = "text", [FIELD_INTS] = "text",
  };
  Arena *arena = form->context->arena;

  if (field->type == FIELD_CHOICE)
    put_choices(input, field, form, value);
  else if (field->ref)
    put_references(input, field, form, value);
  else
    input->kind = kinds[field->type];
  if (g_str_equal(input->kind, "select"))
    input->limit = NULL;
  input->value = field->type == FIELD_INSTANT ? moment_of(value, arena) : text_of(value, arena);
  if (g_str_equal(input->kind, "text") && input->value && input->value[0] == '\n')
    input->value = arena_printf(arena, "\n%s", input->value); /* the first line break of a textarea is not part of it */
  input->on = json_is_true(value);
}

static void
put_input(TplInput *input, const Field *field, const FieldForm *form, const char *prefix, const json_t *values)
{
  Arena *arena = form->context->arena;
  const json_t *value = json_object_get(values, field->name);

  *input = (TplInput){
    .name = arena_printf(arena, "%s%s", prefix, field->name),
    .label = field->label,
    .help = field->help,
    .limit = limit_text(field, arena),
    .required = (field->flags & FIELD_REQUIRED) != 0,
    .personal = (field->flags & FIELD_PERSONAL) != 0,
  };
  input->id = g_strdelimit(arena_printf(arena, "f-%s", input->name), "[].", '-');
  put_wrong(input, form);
  put_value(input, field, form, value);
}

static void
put_rows(TplField *shown, const Field *field, const FieldForm *form)
{
  Arena *arena = form->context->arena;
  const json_t *rows = json_object_get(form->values, field->name);
  gsize n = json_array_size(rows) ? json_array_size(rows) : BLANK_ROWS;

  for (gsize i = 0; i < n; i++) {
    TplRow *row = list_push(arena, &shown->rows, sizeof *row);
    const json_t *values = json_array_get(rows, i);
    const char *prefix = arena_printf(arena, "%s[%" G_GSIZE_FORMAT "].", field->name, i + 1);
    row->number = (gint64)i + 1;
    row->label = json_string_value(json_object_get(values, "@label"));
    row->note = json_string_value(json_object_get(values, "@note"));
    row->above = json_string_value(json_object_get(values, "@above"));
    row->anchor = json_string_value(json_object_get(values, "@anchor"));
    row->key = json_string_value(json_object_get(values, "key"));
    row->theirs = json_string_value(json_object_get(values, "@theirs"));
    row->theirs_head = json_string_value(json_object_get(values, "@theirs_head"));
    for (const Field *one = field->of; one->name; one++) {
      TplInput *input = list_push(arena, &row->inputs, sizeof *input);
      put_input(input, one, form, prefix, values);
      input->typed = json_object_get(values, "@typed") != NULL;
      if (row->label && g_str_equal(one->name, "key"))
        input->kind = "hidden";
    }
  }
  shown->n_rows = (gint64)n;
}

List
page_fields_show(const Field *fields, const FieldForm *form)
{
  List shown = { 0 };
  for (const Field *field = fields; field->name; field++) {
    TplField *one = list_push(form->context->arena, &shown, sizeof *one);
    TplInput *input = arena_new0(form->context->arena, TplInput);
    if (field->type == FIELD_LIST) {
      *input = (TplInput){ .name = field->name, .label = field->label, .help = field->help };
      input->id = arena_printf(form->context->arena, "f-%s", field->name);
      put_wrong(input, form);
      put_rows(one, field, form);
      one->many = TRUE;
    } else
      put_input(input, field, form, "", form->values);
    one->input = input;
  }
  return shown;
}
