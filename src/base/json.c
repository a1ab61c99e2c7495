#include "base/json.h"

#include "base/error.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  enum json_error_code code;
  const char *message;
} faults[] = {
  { json_error_invalid_utf8, "UTF-8 ではない文字があります。UTF-8 で送り直してください。" },
  { json_error_premature_end_of_input, "途中で終わっています。括弧と引用符が閉じているか確かめてください。" },
  { json_error_end_of_input_expected, "終わりの括弧の後に余分な文字があります。消してください。" },
  { json_error_null_character, "NUL 文字（\\u0000）は使えません。消してください。" },
  { json_error_null_byte_in_key, "キーに NUL 文字（\\u0000）は使えません。消してください。" },
  { json_error_duplicate_key, "同じキーが二度あります。一方を消してください。" },
  { json_error_numeric_overflow, "数が大きすぎます。64 ビットの整数に収めてください。" },
};

static const char *
message_of(const json_error_t *fault)
{
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
    if (faults[i].code == json_error_code(fault))
      return faults[i].message;
  return "JSON として読めません。この位置の記号を確かめてください。";
}

/* Finds the first bracket beyond the depth limit; jansson would recurse into 2,048. */
static const char *
too_deep(const char *at, const char *end)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  for (; at < end; at++) {
    if (quoted && *at == '\\')
      at++;
    else if (*at == '"')
      quoted = !quoted;
    else if (!quoted && (*at == '[' || *at == '{') && ++depth > LIMIT_JSON_DEPTH)
      return at;
    else if (!quoted && (*at == ']' || *at == '}') && depth > 0)
      depth--;
  }
  return NULL;
}

/* Columns count characters: bytes that do not continue one. */
static void G_GNUC_PRINTF(6, 7)
set_at(GError **error, ShodoError code, const char *name, const char *start, const char *at, const char *format, ...)
{
  guint line = 1, column = 1;
  va_list args;

  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  for (; start < at; start++) {
    column = *start == '\n' ? 1 : column + ((*start & 0xc0) != 0x80);
    line += *start == '\n';
  }
  g_set_error(error, SHODO_ERROR, code, "%s:%u:%u: %s", name, line, column, text);
}

json_t *
shodo_json_parse(const char *name, const void *data, gsize bytes, GError **error)
{
  json_error_t fault;

  if (bytes > LIMIT_JSON) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "%s: 大きすぎます。%d バイト以下にしてください。", name, LIMIT_JSON);
    return NULL;
  }
  const char *text = bytes > 0 ? data : "";
  const char *deep = too_deep(text, text + bytes);
  if (deep) {
    set_at(error, SHODO_ERROR_LIMIT, name, text, deep, "入れ子が深すぎます。%d 段以下にしてください。", LIMIT_JSON_DEPTH);
    return NULL;
  }
  const char *nul = memchr(text, '\0', bytes);
  if (nul) { /* jansson passes over one that stands after a number */
    set_at(error, SHODO_ERROR_INVALID, name, text, nul, "NUL 文字があります。取り除いてください。");
    return NULL;
  }
  json_t *json = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &fault);
  if (!json)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s:%d:%d: %s", name, MAX(fault.line, 1), MAX(fault.column, 1), message_of(&fault));
  return json;
}

static gboolean
invalid(GError **error, const char *message)
{
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID, message);
  return FALSE;
}

/* ---- the canonical form ---- */

typedef struct {
  const char *key;
  gsize length;
  const json_t *value;
} Member;

typedef struct {
  GString *text;
  GArray *members; /* of the objects being written, the innermost last */
  guint depth;
  GError **error;
} Writer;

static gboolean put_value(Writer *writer, const json_t *json);

/* What stands after the backslash; 0: \u00XX. */
static const char escapes[] = {
  ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\',
};

static gboolean
is_escaped(char c)
{
  return (guchar)c < 0x20 || c == '"' || c == '\\';
}

static void
put_escape(GString *text, char c)
{
  if (escapes[(guchar)c]) {
    g_string_append_c(text, '\\');
    g_string_append_c(text, escapes[(guchar)c]);
  } else
    g_string_append_printf(text, "\\u%04X", (guint)(guchar)c);
}

static gboolean
put_text(Writer *writer, const char *text, gsize bytes)
{
  const char *end = text + bytes, *at = text;

  if (!g_utf8_validate_len(text, bytes, NULL))
    return invalid(writer->error, memchr(text, '\0', bytes) ? "NUL 文字は記録できません。消してください。"
                                                            : "UTF-8 ではない文字は記録できません。入力し直してください。");
  g_string_append_c(writer->text, '"');
  while (at < end) {
    const char *from = at;
    while (at < end && !is_escaped(*at))
      at++;
    g_string_append_len(writer->text, from, at - from);
    if (at < end)
      put_escape(writer->text, *at++);
  }
  g_string_append_c(writer->text, '"');
  return TRUE;
}

static int
by_key(const void *a, const void *b)
{
  const Member *left = a, *right = b;
  int order = memcmp(left->key, right->key, MIN(left->length, right->length));

  return order ? order : (left->length > right->length) - (left->length < right->length);
}

/* Adds the members of OBJECT in the order of their keys. */
static void
push_members(GArray *members, json_t *object)
{
  guint first = members->len;

  for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
    Member member = { json_object_iter_key(at), json_object_iter_key_len(at), json_object_iter_value(at) };
    g_array_append_val(members, member);
  }
  if (members->len > first)
    qsort(&g_array_index(members, Member, first), members->len - first, sizeof(Member), by_key);
}

static gboolean
put_object(Writer *writer, const json_t *json)
{
  guint first = writer->members->len;

  push_members(writer->members, (json_t *)json); /* jansson's iterators take no const */
  guint end = writer->members->len;
  g_string_append_c(writer->text, '{');
  for (guint i = first; i < end; i++) {
    Member member = g_array_index(writer->members, Member, i); /* a copy: the array grows with what is inside */
    if (i > first)
      g_string_append_c(writer->text, ',');
    if (!put_text(writer, member.key, member.length))
      return FALSE;
    g_string_append_c(writer->text, ':');
    if (!put_value(writer, member.value))
      return FALSE;
  }
  g_string_append_c(writer->text, '}');
  g_array_set_size(writer->members, first);
  return TRUE;
}

static gboolean
put_array(Writer *writer, const json_t *json)
{
  g_string_append_c(writer->text, '[');
  for (gsize i = 0; i < json_array_size(json); i++) {
    if (i > 0)
      g_string_append_c(writer->text, ',');
    if (!put_value(writer, json_array_get(json, i)))
      return FALSE;
  }
  g_string_append_c(writer->text, ']');
  return TRUE;
}

static gboolean
put_nested(Writer *writer, const json_t *json)
{
  if (writer->depth >= LIMIT_JSON_DEPTH) {
    g_set_error(writer->error, SHODO_ERROR, SHODO_ERROR_LIMIT, "入れ子が深すぎます。%d 段以下にしてください。", LIMIT_JSON_DEPTH);
    return FALSE;
  }
  writer->depth++;
  gboolean put = json_is_object(json) ? put_object(writer, json) : put_array(writer, json);
  writer->depth--;
  return put;
}

static gboolean
put_string(Writer *writer, const json_t *json)
{
  return put_text(writer, json_string_value(json), json_string_length(json));
}

static gboolean
put_integer(Writer *writer, const json_t *json)
{
  g_string_append_printf(writer->text, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
  return TRUE;
}

static gboolean
refuse_real(Writer *writer, const json_t *json G_GNUC_UNUSED)
{
  return invalid(writer->error, "小数は記録できません。整数か文字にしてください。");
}

static gboolean
put_word(Writer *writer, const json_t *json)
{
  g_string_append(writer->text, json_is_null(json) ? "null" : json_is_true(json) ? "true" : "false");
  return TRUE;
}

static gboolean
put_value(Writer *writer, const json_t *json)
{
  static gboolean (*const put[])(Writer *, const json_t *) = {
    [JSON_OBJECT] = put_nested, [JSON_ARRAY] = put_nested, [JSON_STRING] = put_string, [JSON_INTEGER] = put_integer,
    [JSON_REAL] = refuse_real,  [JSON_TRUE] = put_word,    [JSON_FALSE] = put_word,    [JSON_NULL] = put_word,
  };
  return put[json_typeof(json)](writer, json);
}

GBytes *
shodo_json_canonical(const json_t *json, GError **error)
{
  if (!json_is_object(json) && !json_is_array(json)) {
    invalid(error, "記録できるのはオブジェクトか配列だけです。");
    return NULL;
  }
  g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(Member));
  Writer writer = { .text = g_string_sized_new(512), .members = members, .error = error };
  gboolean put = put_value(&writer, json);

  if (put && writer.text->len <= LIMIT_JSON)
    return g_string_free_to_bytes(writer.text);
  g_string_free(writer.text, TRUE);
  if (put)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "記録が大きすぎます。%d バイト以下にしてください。", LIMIT_JSON);
  return NULL;
}
