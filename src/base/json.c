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

static gboolean
check_text(const char *text, gsize bytes, GError **error)
{
  if (memchr(text, '\0', bytes))
    return invalid(error, "NUL 文字は記録できません。消してください。");
  return g_utf8_validate_len(text, bytes, NULL) || invalid(error, "UTF-8 ではない文字は記録できません。入力し直してください。");
}

static gboolean check_value(const json_t *json, guint depth, GError **error);

static gboolean
check_object(const json_t *json, guint depth, GError **error)
{
  json_t *object = (json_t *)json; /* jansson's iterators take no const */

  for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at))
    if (!check_text(json_object_iter_key(at), json_object_iter_key_len(at), error) ||
        !check_value(json_object_iter_value(at), depth, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_array(const json_t *json, guint depth, GError **error)
{
  for (gsize i = 0; i < json_array_size(json); i++)
    if (!check_value(json_array_get(json, i), depth, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_value(const json_t *json, guint depth, GError **error)
{
  if (json_is_real(json))
    return invalid(error, "小数は記録できません。整数か文字にしてください。");
  if (json_is_string(json))
    return check_text(json_string_value(json), json_string_length(json), error);
  if (!json_is_object(json) && !json_is_array(json))
    return TRUE;
  if (depth >= LIMIT_JSON_DEPTH) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "入れ子が深すぎます。%d 段以下にしてください。", LIMIT_JSON_DEPTH);
    return FALSE;
  }
  return json_is_object(json) ? check_object(json, depth + 1, error) : check_array(json, depth + 1, error);
}

GBytes *
shodo_json_canonical(const json_t *json, GError **error)
{
  if (!json_is_object(json) && !json_is_array(json)) {
    invalid(error, "記録できるのはオブジェクトか配列だけです。");
    return NULL;
  }
  if (!check_value(json, 0, error))
    return NULL;

  char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
  g_assert(text);
  g_autoptr(GBytes) canonical = g_bytes_new_with_free_func(text, strlen(text), free, text);
  if (g_bytes_get_size(canonical) <= LIMIT_JSON)
    return g_steal_pointer(&canonical);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "記録が大きすぎます。%d バイト以下にしてください。", LIMIT_JSON);
  return NULL;
}
