/* The field codec.  One row of a table per FieldType says how a value is read
 * from JSON, written to it, and when it counts as not given. */
#include "act/field.h"

#include <string.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/text.h"

typedef struct {
  Arena *arena;
  const ActContext *context;
  Findings *findings;
  const char *path; /* of the enclosing list item, "" at the top */
} Reader;

typedef struct {
  gsize size;
  gboolean (*read)(Reader *reader, const Field *field, const json_t *json, void *at);
  json_t *(*write)(const Field *field, const void *at);
  gboolean (*given)(const void *at);
  void (*clear)(void *at); /* sets "not given" when that is not all zero; NULL: zero */
} TypeRow;

static void *decode(Reader *reader, const Field *fields, gsize size, const json_t *json);
static void decode_into(Reader *reader, const Field *fields, const json_t *json, void *body);
static json_t *encode_part(const Field *fields, const void *body, gboolean personal, gboolean all);

/* --- choices --- */

const Choice *
choice_by_token(const Choice *choices, const char *token)
{
  for (const Choice *choice = choices; choice->token; choice++)
    if (g_str_equal(choice->token, token))
      return choice;
  return NULL;
}

static const Choice *
choice_by_value(const Choice *choices, int value)
{
  for (const Choice *choice = choices; choice->token; choice++)
    if (choice->value == value)
      return choice;
  return NULL;
}

const char *
choice_label(const Choice *choices, int value)
{
  const Choice *choice = choice_by_value(choices, value);
  return choice ? choice->label : "";
}

const char *
choice_token(const Choice *choices, int value)
{
  const Choice *choice = choice_by_value(choices, value);
  return choice ? choice->token : "";
}

/* --- reading --- */

static gboolean G_GNUC_PRINTF(4, 5)
wrong(Reader *reader, const Field *field, const char *code, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);

  Finding *finding = findings_addf(reader->findings, FINDING_INVALID, code, "%s", text);
  finding->field = arena_printf(reader->arena, "%s%s", reader->path, field->name);
  return FALSE;
}

static guint
limit_of(const Field *field)
{
  if (field->limit)
    return field->limit;
  switch (field->type) {
  case FIELD_TEXT:
    return LIMIT_TEXT;
  case FIELD_LINES:
  case FIELD_INTS:
  case FIELD_LIST:
    return LIMIT_LIST;
  default:
    return LIMIT_LINE;
  }
}

static const char *
read_string(Reader *reader, const Field *field, const json_t *json, TextShape shape)
{
  if (!json_is_string(json)) {
    wrong(reader, field, "field.type", "「%s」は文字列で入力してください。", field->label);
    return NULL;
  }
  const char *text = json_string_value(json);
  gsize bytes = json_string_length(json);
  g_autoptr(GError) why = NULL;

  if (shape == TEXT_LINES && memchr(text, '\r', bytes)) {
    text = text_lines(reader->arena, text);
    bytes = strlen(text);
  }
  if (!text_valid(text, bytes, shape, &why)) {
    wrong(reader, field, "field.text", "「%s」：%s", field->label, why->message);
    return NULL;
  }
  guint limit = field->type == FIELD_LINES ? LIMIT_LINE : limit_of(field); /* that of LINES counts its items */
  if (bytes > limit && text_length(text) > limit) {
    wrong(reader, field, "field.limit", "「%s」は%u文字までです。短くするか、分けて記録してください。",
          field->label, limit);
    return NULL;
  }
  return arena_strndup(reader->arena, text, bytes);
}

static gboolean
read_line(Reader *reader, const Field *field, const json_t *json, void *at)
{
  const char *text = read_string(reader, field, json, field->type == FIELD_TEXT ? TEXT_LINES : TEXT_LINE);
  *(const char **)at = text;
  return text != NULL;
}

/* *ID may be a name that people use; the id takes its place. */
static gboolean
known(Reader *reader, const Field *field, const char **id)
{
  if (!reader->context || field->ref->exists(reader->context, *id))
    return TRUE;
  const char *meant = field->ref->resolve ? field->ref->resolve(reader->context, *id) : NULL;
  if (meant) {
    *id = meant;
    return TRUE;
  }
  return wrong(reader, field, "ref.unknown", "「%s」に指定された%s「%s」が見つかりません。",
               field->label, field->ref->label, *id);
}

static gboolean
read_ref(Reader *reader, const Field *field, const json_t *json, void *at)
{
  return read_line(reader, field, json, at) && known(reader, field, at);
}

static gboolean
read_hash(Reader *reader, const Field *field, const json_t *json, void *at)
{
  if (!read_line(reader, field, json, at))
    return FALSE;
  const char *text = *(const char **)at;
  if (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64)
    return TRUE;
  return wrong(reader, field, "field.hash", "「%s」はSHA-256の16進64桁（小文字）で入力してください。",
               field->label);
}

static gboolean
read_choice(Reader *reader, const Field *field, const json_t *json, void *at)
{
  const Choice *choice =
      json_is_string(json) ? choice_by_token(field->choices, json_string_value(json)) : NULL;
  if (choice) {
    *(int *)at = choice->value;
    return TRUE;
  }
  g_autoptr(GString) labels = g_string_new(NULL);
  for (const Choice *row = field->choices; row->token; row++)
    g_string_append_printf(labels, "%s%s（%s）", labels->len ? "、" : "", row->token, row->label);
  return wrong(reader, field, "field.choice", "「%s」は次から選んでください：%s。", field->label,
               labels->str);
}

static gboolean
read_int(Reader *reader, const Field *field, const json_t *json, void *at)
{
  gint64 value = json_is_integer(json) ? json_integer_value(json) : -1;
  if (value < 0 || value > FIELD_INT_MAX)
    return wrong(reader, field, "field.int", "「%s」は0以上の整数で入力してください。", field->label);
  *(gint64 *)at = value;
  return TRUE;
}

static gboolean
read_bool(Reader *reader, const Field *field, const json_t *json, void *at)
{
  if (!json_is_boolean(json))
    return wrong(reader, field, "field.bool", "「%s」は「はい」か「いいえ」（true、false）で入力してください。",
                 field->label);
  *(gboolean *)at = json_is_true(json);
  return TRUE;
}

static gboolean
read_instant(Reader *reader, const Field *field, const json_t *json, void *at)
{
  g_autoptr(GError) error = NULL;
  if (json_is_string(json) && instant_parse(json_string_value(json), at, &error))
    return TRUE;
  return wrong(reader, field, "field.instant",
               "「%s」は日時で入力してください（例 2026-11-22T14:05）。", field->label);
}

static gboolean
read_date(Reader *reader, const Field *field, const json_t *json, void *at)
{
  g_autoptr(GError) error = NULL;
  if (json_is_string(json) && date_parse(json_string_value(json), at, &error))
    return TRUE;
  return wrong(reader, field, "field.date",
               "「%s」は日付で入力してください（例 2026-11-22、令和8年11月22日）。", field->label);
}

static gboolean
read_array(Reader *reader, const Field *field, const json_t *json, gsize item_size, List *list)
{
  if (!json_is_array(json))
    return wrong(reader, field, "field.type", "「%s」は一覧（配列）で入力してください。", field->label);
  if (json_array_size(json) > limit_of(field))
    return wrong(reader, field, "field.limit", "「%s」は%u件までです。", field->label, limit_of(field));
  list->length = json_array_size(json);
  list->items = list->length ? arena_alloc(reader->arena, list->length * item_size) : NULL;
  return TRUE;
}

static gboolean
read_lines(Reader *reader, const Field *field, const json_t *json, void *at)
{
  List *list = at;
  if (!read_array(reader, field, json, sizeof(char *), list))
    return FALSE;
  gboolean good = TRUE;
  for (gsize i = 0; i < list->length; i++) {
    const char **line = &((const char **)list->items)[i];
    *line = read_string(reader, field, json_array_get(json, i), TEXT_LINE);
    good = good && *line && (!field->ref || known(reader, field, line));
  }
  return good;
}

static gboolean
read_ints(Reader *reader, const Field *field, const json_t *json, void *at)
{
  List *list = at;
  if (!read_array(reader, field, json, sizeof(gint64), list))
    return FALSE;
  for (gsize i = 0; i < list->length; i++)
    if (!read_int(reader, field, json_array_get(json, i), &((gint64 *)list->items)[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_list(Reader *reader, const Field *field, const json_t *json, void *at)
{
  List *list = at;
  if (!read_array(reader, field, json, field->of_size, list))
    return FALSE;
  const char *outer = reader->path;
  for (gsize i = 0; i < list->length; i++) {
    reader->path = arena_printf(reader->arena, "%s%s[%" G_GSIZE_FORMAT "].", outer, field->name, i + 1);
    decode_into(reader, field->of, json_array_get(json, i), (guint8 *)list->items + i * field->of_size);
  }
  reader->path = outer;
  return TRUE;
}

/* --- writing --- */

static json_t *
write_line(const Field *field G_GNUC_UNUSED, const void *at)
{
  return json_string(*(const char *const *)at);
}

static json_t *
write_choice(const Field *field, const void *at)
{
  return json_string(choice_token(field->choices, *(const int *)at));
}

static json_t *
write_int(const Field *field G_GNUC_UNUSED, const void *at)
{
  return json_integer(*(const gint64 *)at);
}

static json_t *
write_bool(const Field *field G_GNUC_UNUSED, const void *at)
{
  return json_boolean(*(const gboolean *)at);
}

static json_t *
write_instant(const Field *field G_GNUC_UNUSED, const void *at)
{
  g_autoptr(Arena) scratch = arena_new();
  return json_string(instant_print_utc(scratch, *(const Instant *)at));
}

static json_t *
write_date(const Field *field G_GNUC_UNUSED, const void *at)
{
  g_autoptr(Arena) scratch = arena_new();
  return json_string(date_print_iso(scratch, *(const Date *)at));
}

static json_t *
write_lines(const Field *field G_GNUC_UNUSED, const void *at)
{
  const List *list = at;
  json_t *array = json_array();
  for (gsize i = 0; i < list->length; i++)
    json_array_append_new(array, json_string(list_string(*list, i)));
  return array;
}

static json_t *
write_ints(const Field *field G_GNUC_UNUSED, const void *at)
{
  const List *list = at;
  json_t *array = json_array();
  for (gsize i = 0; i < list->length; i++)
    json_array_append_new(array, json_integer(*list_item(*list, gint64, i)));
  return array;
}

static json_t *
write_list(const Field *field, const void *at)
{
  const List *list = at;
  json_t *array = json_array();
  for (gsize i = 0; i < list->length; i++)
    json_array_append_new(
        array, encode_part(field->of, (const guint8 *)list->items + i * field->of_size, FALSE, TRUE));
  return array;
}

/* --- given or not --- */

static gboolean
given_string(const void *at)
{
  return *(const char *const *)at != NULL;
}

static gboolean
given_choice(const void *at)
{
  return *(const int *)at != 0;
}

static gboolean
given_int(const void *at)
{
  return *(const gint64 *)at != FIELD_NO_INT;
}

static void
clear_int(void *at)
{
  *(gint64 *)at = FIELD_NO_INT;
}

static gboolean
given_bool(const void *at)
{
  return *(const gboolean *)at;
}

static gboolean
given_instant(const void *at)
{
  return *(const Instant *)at != INSTANT_NONE;
}

static void
clear_instant(void *at)
{
  *(Instant *)at = INSTANT_NONE;
}

static gboolean
given_date(const void *at)
{
  return *(const Date *)at != DATE_NONE;
}

static void
clear_date(void *at)
{
  *(Date *)at = DATE_NONE;
}

static gboolean
given_list(const void *at)
{
  return ((const List *)at)->length > 0;
}

static const TypeRow types[] = {
  [FIELD_LINE] = { sizeof(char *), read_line, write_line, given_string, NULL },
  [FIELD_TEXT] = { sizeof(char *), read_line, write_line, given_string, NULL },
  [FIELD_HASH] = { sizeof(char *), read_hash, write_line, given_string, NULL },
  [FIELD_CHOICE] = { sizeof(int), read_choice, write_choice, given_choice, NULL },
  [FIELD_INT] = { sizeof(gint64), read_int, write_int, given_int, clear_int },
  [FIELD_BOOL] = { sizeof(gboolean), read_bool, write_bool, given_bool, NULL },
  [FIELD_INSTANT] = { sizeof(Instant), read_instant, write_instant, given_instant, clear_instant },
  [FIELD_DATE] = { sizeof(Date), read_date, write_date, given_date, clear_date },
  [FIELD_REF] = { sizeof(char *), read_ref, write_line, given_string, NULL },
  [FIELD_LINES] = { sizeof(List), read_lines, write_lines, given_list, NULL },
  [FIELD_INTS] = { sizeof(List), read_ints, write_ints, given_list, NULL },
  [FIELD_LIST] = { sizeof(List), read_list, write_list, given_list, NULL },
};

gboolean
field_given(const Field *field, const void *at)
{
  return types[field->type].given(at);
}

/* --- whole structs --- */

static gboolean
is_blank(const json_t *json)
{
  return !json || json_is_null(json) || (json_is_string(json) && json_string_length(json) == 0);
}

void
fields_clear(const Field *fields, void *body)
{
  for (const Field *field = fields; field->name; field++)
    if (types[field->type].clear)
      types[field->type].clear((guint8 *)body + field->offset);
}

static void
refuse_unknown_keys(Reader *reader, const Field *fields, const json_t *json)
{
  const char *key;
  json_t *value;
  json_object_foreach ((json_t *)json, key, value) {
    const Field *field = fields;
    while (field->name && !g_str_equal(field->name, key))
      field++;
    if (!field->name) {
      Field unknown = { .name = key, .label = key };
      wrong(reader, &unknown, "field.unknown", "「%s」という項目はありません。", key);
    }
  }
}

static void
decode_into(Reader *reader, const Field *fields, const json_t *json, void *body)
{
  static const Field whole = { .name = "", .label = "" };

  fields_clear(fields, body);
  if (!json_is_object(json)) {
    wrong(reader, &whole, "field.type", "項目の組（オブジェクト）で入力してください。");
    return;
  }
  refuse_unknown_keys(reader, fields, json);
  for (const Field *field = fields; field->name; field++) {
    const json_t *value = json_object_get(json, field->name);
    guint8 *at = (guint8 *)body + field->offset;
    if (is_blank(value)) {
      if (field->flags & FIELD_REQUIRED)
        wrong(reader, field, "field.missing", "「%s」が未記入です。", field->label);
      continue;
    }
    if (types[field->type].read(reader, field, value, at) && (field->flags & FIELD_REQUIRED) &&
        field->type != FIELD_BOOL && !types[field->type].given(at))
      wrong(reader, field, "field.missing", "「%s」が未記入です。", field->label);
  }
}

static void *
decode(Reader *reader, const Field *fields, gsize size, const json_t *json)
{
  void *body = arena_alloc(reader->arena, size);
  decode_into(reader, fields, json, body);
  return body;
}

void *
fields_decode(const Field *fields, gsize size, const json_t *json, const ActContext *context,
              Arena *arena, Findings *findings)
{
  Reader reader = { .arena = arena, .context = context, .findings = findings, .path = "" };
  gsize before = findings_length(findings);
  void *body = decode(&reader, fields, size, json);
  return findings_length(findings) == before ? body : NULL;
}

/* The fields that are personal, or those that are not; ALL: both, inside a list. */
static json_t *
encode_part(const Field *fields, const void *body, gboolean personal, gboolean all)
{
  json_t *object = json_object();
  for (const Field *field = fields; field->name; field++) {
    const guint8 *at = (const guint8 *)body + field->offset;
    if ((all || !(field->flags & FIELD_PERSONAL) == !personal) && types[field->type].given(at))
      json_object_set_new(object, field->name, types[field->type].write(field, at));
  }
  return object;
}

void
fields_encode(const Field *fields, const void *body, json_t **structural, json_t **personal)
{
  *structural = encode_part(fields, body, FALSE, FALSE);
  *personal = encode_part(fields, body, TRUE, FALSE);
  if (json_object_size(*personal) == 0) {
    json_decref(*personal);
    *personal = NULL;
  }
}

void
fields_text(const Field *fields, const void *body, GString *text)
{
  json_t *parts[2];
  fields_encode(fields, body, &parts[0], &parts[1]);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    char *bytes = parts[i] ? json_dumps(parts[i], JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    g_string_append(text, bytes ? bytes : "-");
    free(bytes);
    json_decref(parts[i]);
  }
}

void *
fields_restore(const Field *fields, gsize size, const json_t *structural, const json_t *personal,
               Arena *arena, GError **error)
{
  Reader reader = { .arena = arena, .findings = findings_new(arena), .path = "" };
  guint8 *body = arena_alloc(arena, size);

  fields_clear(fields, body);
  for (const Field *field = fields; field->name; field++) {
    const json_t *from = field->flags & FIELD_PERSONAL ? personal : structural;
    const json_t *value = from ? json_object_get(from, field->name) : NULL;
    if (value && !types[field->type].read(&reader, field, value, body + field->offset))
      break;
  }
  if (findings_length(reader.findings) == 0)
    return body;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "記録の内容が読み取れません：%s",
              findings_at(reader.findings, 0)->text);
  return NULL;
}
