#include "door_grammar.h"

#include <string.h>

#include "act/act.h"
#include "base/limits.h"
#include "engine/tables.h"

guint
bytes_next(Bytes *bytes, guint below)
{
  guint value = 0;
  for (guint i = 0; i < (below > 256 ? 2u : 1u); i++) {
    value = value << 8 | (bytes->left ? *bytes->at : 0);
    if (bytes->left) {
      bytes->at++;
      bytes->left--;
    }
  }
  return value % below;
}

/* --- words --- */

#define PICK(bytes, words) ((words)[bytes_next(bytes, G_N_ELEMENTS(words))])

static const char *const lines[] = { "端末の画面に覚えのない表示", "x", "", " ", "0", "-1", "<script>alert(1)</script>", "'\"\\", "{{7*7}}",
                                     "葛\U000E0100飾 𠮷", "\u202e右から左", "a\nb", "../../etc/passwd", "%00", "\xef\xbb\xbf", "😀﷽" };
static const char *const ids[] = { "h1", "p2", "n1", "r1", "e1", "l1", "m1", "system-staff", "chief-security-officer", "ciso", "b1", "c1", "k1", "t1",
                                   "P1", "w1", "1", "0", "x999", "report-1", "critical-system", "yes", "administrator", "triage", "response" };
static const char *const instants[] = { "2026-11-20T17:00", "2026-11-20T17:05:00+09:00", "2026-11-22", "0001-01-01T00:00", "9999-12-31T23:59",
                                        "2026-02-30T10:00", "いま", "" };
static const char *const dates[] = { "2026-11-20", "2027-03-31", "0000-00-00", "9999-12-31", "2026-13-01", "x" };
static const char *const hashes[] = { "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "0", "E3B0", "" };
static const gint64 numbers[] = { 1, 0, 2, 500, -1, FIELD_INT_MAX, FIELD_INT_MAX + 1, G_MAXINT64 };
static const char *const segments[] = { "1", "2", "3", "p2", "report-1", "record.add", "triage.judge", "1.pdf", "now.html", "chief-security-officer.ics",
                                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "0", "x", "%E3%81%82", "%2F", "%00", "..",
                                        "99999999999999999999" };
static const char *const queries[] = { "", "?ask=1", "?from=0&limit=2", "?from=-1&limit=9999999", "?q=%E7%AB%AF", "?log=facts&before=9", "?done=3",
                                       "?host=h1&notices=n1", "?on=2026-11-20", "?%zz", "?a=%FF", "?to=//evil.example/", "?all=1", "?wrong=room" };

static char *
line_of(Bytes *bytes)
{
  guint kind = bytes_next(bytes, 8);
  if (kind == 6)
    return g_strnfill(bytes_next(bytes, 65536), 'a');
  if (kind == 7) { /* as it comes */
    gsize wanted = bytes_next(bytes, 64), length = MIN(bytes->left, wanted);
    char *text = g_strndup((const char *)bytes->at, length);
    bytes->at += length;
    bytes->left -= length;
    return text;
  }
  return g_strdup(PICK(bytes, lines));
}

/* --- values of fields --- */

static json_t *object_of(const Field *fields, Bytes *bytes, guint depth);

/* Not of the field's type now and then. */
static json_t *
wrong_value(Bytes *bytes)
{
  switch (bytes_next(bytes, 6)) {
  case 0:
    return json_null();
  case 1:
    return json_integer(numbers[bytes_next(bytes, G_N_ELEMENTS(numbers))]);
  case 2:
    return json_array();
  case 3:
    return json_object();
  case 4:
    return json_true();
  default:
    return json_real(0.5);
  }
}

static json_t *
text_value(char *taken)
{
  g_autofree char *text = taken;
  json_t *value = json_string(text);
  return value ? value : json_string("");
}

static json_t *
choice_value(const Field *field, Bytes *bytes)
{
  guint count = 0;
  while (field->choices[count].token)
    count++;
  guint at = bytes_next(bytes, count + 1);
  return json_string(at < count ? field->choices[at].token : "bogus");
}

static json_t *
value_of(const Field *field, Bytes *bytes, guint depth);

static json_t *
array_value(const Field *field, Bytes *bytes, guint depth)
{
  static const guint lengths[] = { 1, 0, 2, 3, 1200 };
  guint length = PICK(bytes, lengths);
  json_t *array = json_array();
  for (guint i = 0; i < length; i++) {
    if (field->type == FIELD_LIST)
      json_array_append_new(array, object_of(field->of, bytes, depth + 1));
    else if (field->type == FIELD_INTS)
      json_array_append_new(array, json_integer(PICK(bytes, numbers)));
    else
      json_array_append_new(array, field->ref ? json_string(PICK(bytes, ids)) : text_value(line_of(bytes)));
  }
  return array;
}

static json_t *
value_of(const Field *field, Bytes *bytes, guint depth)
{
  if (bytes_next(bytes, 32) == 31)
    return wrong_value(bytes);
  switch (field->type) {
  case FIELD_HASH:
    return json_string(PICK(bytes, hashes));
  case FIELD_CHOICE:
    return choice_value(field, bytes);
  case FIELD_INT:
    return json_integer(PICK(bytes, numbers));
  case FIELD_BOOL:
    return json_boolean(bytes_next(bytes, 2) == 0);
  case FIELD_INSTANT:
    return json_string(PICK(bytes, instants));
  case FIELD_DATE:
    return json_string(PICK(bytes, dates));
  case FIELD_REF:
    return json_string(PICK(bytes, ids));
  case FIELD_LINES:
  case FIELD_INTS:
  case FIELD_LIST:
    return array_value(field, bytes, depth);
  default:
    return text_value(line_of(bytes));
  }
}

static json_t *
object_of(const Field *fields, Bytes *bytes, guint depth)
{
  json_t *object = json_object();
  for (const Field *field = fields; depth < 4 && field && field->name; field++)
    if (bytes_next(bytes, 8) < ((field->flags & FIELD_REQUIRED) ? 7 : 3))
      json_object_set_new(object, field->name, value_of(field, bytes, depth));
  if (bytes_next(bytes, 64) == 63)
    json_object_set_new(object, "nobody", json_string("knows"));
  return object;
}

/* --- bodies --- */

static void
put_json(DoorRequest *request, json_t *taken)
{
  char *text = json_dumps(taken, JSON_COMPACT | JSON_ENCODE_ANY);
  json_decref(taken);
  g_string_assign(request->type, "application/json");
  g_string_append(request->body, text ? text : "");
  free(text);
}

static void
put_act(DoorRequest *request, const ActKind *act, Bytes *bytes)
{
  json_t *body = json_object();
  json_object_set_new(body, "fields", object_of(act->fields, bytes, 0));
  if (bytes_next(bytes, 4) == 1)
    json_object_set_new(body, "post", json_string(PICK(bytes, ids)));
  if (bytes_next(bytes, 8) == 1)
    json_object_set_new(body, "proxy", text_value(line_of(bytes)));
  if (bytes_next(bytes, 8) == 1)
    json_object_set_new(body, "happened", json_string(PICK(bytes, instants)));
  if (bytes_next(bytes, 16) == 1)
    json_object_set_new(body, "precision", json_string(PICK(bytes, ids)));
  put_json(request, body);
}

static void
put_pair(GString *body, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_bytes((const guint8 *)value, strlen(value), NULL);
  g_string_append_printf(body, "%s%s=%s", body->len ? "&" : "", name, escaped);
}

static void
put_field_pairs(GString *body, const char *before, const Field *fields, Bytes *bytes, guint depth)
{
  for (const Field *field = fields; depth < 3 && field && field->name; field++) {
    g_autofree char *name = g_strconcat(before, field->name, NULL);
    if (bytes_next(bytes, 8) >= ((field->flags & FIELD_REQUIRED) ? 7 : 3))
      continue;
    if (field->type == FIELD_LIST) {
      g_autofree char *inner = g_strdup_printf("%s[%u].", name, 1 + bytes_next(bytes, 3));
      put_field_pairs(body, inner, field->of, bytes, depth + 1);
      continue;
    }
    json_t *value = value_of(field, bytes, depth);
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    put_pair(body, name, json_is_string(value) ? json_string_value(value) : text);
    json_decref(value);
    free(text);
  }
}

/* Of a page: the fields of the act in its address, or those that the program's own forms have. */
static void
put_form(DoorRequest *request, const char *act, Bytes *bytes)
{
  static const char *const names[] = { "text", "name", "password", "code", "to", "present", "wanted", "again", "post", "person", "reason", "subject",
                                       "sender", "title", "class", "sort", "scopes", "expires", "key" };
  const ActKind *kind = act ? tables_act(act) : NULL;

  g_string_assign(request->type, "application/x-www-form-urlencoded");
  if (kind)
    put_field_pairs(request->body, "", kind->fields, bytes, 0);
  for (guint i = 0; i < G_N_ELEMENTS(names) && !kind; i++)
    if (bytes_next(bytes, 2) == 0) {
      g_autofree char *value = line_of(bytes);
      put_pair(request->body, names[i], value);
    }
  if (bytes_next(bytes, 4) == 1)
    put_pair(request->body, "_post", PICK(bytes, ids));
  if (bytes_next(bytes, 4) == 1)
    put_pair(request->body, "_key", PICK(bytes, ids));
  if (bytes_next(bytes, 8) == 1)
    put_pair(request->body, "_happened", PICK(bytes, instants));
  if (bytes_next(bytes, 8) == 1)
    put_pair(request->body, "_proxy", "理由");
}

static void
put_other_json(DoorRequest *request, Bytes *bytes)
{
  static const char *const names[] = { "name", "password", "code", "present", "wanted", "person", "reason", "scopes", "expires", "post" };
  json_t *body = json_object();
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (bytes_next(bytes, 4) == 1)
      json_object_set_new(body, names[i], bytes_next(bytes, 8) == 7 ? wrong_value(bytes) : text_value(line_of(bytes)));
  put_json(request, body);
}

/* --- the request --- */

static void
put_path(DoorRequest *request, const Route *route, Bytes *bytes)
{
  g_auto(GStrv) parts = g_strsplit(route->pattern + 1, "/", 0);
  const Domain *const *domains = tables_domains();

  for (gsize i = 0; parts[i]; i++) {
    const char *value = parts[i];
    if (strcmp(value, "{case}") == 0)
      value = segments[bytes_next(bytes, 4) % 3];
    else if (strcmp(value, "{act}") == 0) {
      guint d = 0;
      while (domains[d])
        d++;
      const Domain *domain = domains[bytes_next(bytes, d)];
      value = domain->n_acts ? domain->acts[bytes_next(bytes, (guint)domain->n_acts)].name : "x";
    } else if (*value == '{')
      value = PICK(bytes, segments);
    g_string_append_printf(request->path, "/%s", value);
  }
  g_string_append(request->path, PICK(bytes, queries));
}

DoorRequest *
door_request(const GPtrArray *routes, guint n, Bytes *bytes)
{
  const Route *route = g_ptr_array_index(routes, n % routes->len);
  const ActKind *act = g_str_has_prefix(route->pattern, "/api/") ? route->about : NULL;
  DoorRequest *request = g_new0(DoorRequest, 1);

  *request = (DoorRequest){ route->method, g_string_new(NULL), g_string_new(NULL), g_string_new(NULL), bytes_next(bytes, 16) };
  put_path(request, route, bytes);
  if (!route->limit)
    return request;
  const char *last = strrchr(request->path->str, '/') + 1;
  g_autofree char *name = g_strndup(last, strcspn(last, "?"));
  if (act)
    put_act(request, act, bytes);
  else if (g_str_has_prefix(route->pattern, "/api/"))
    put_other_json(request, bytes);
  else
    put_form(request, name, bytes);
  if (bytes_next(bytes, 16) == 15 && request->body->len) /* cut or spoiled */
    request->body->str[bytes_next(bytes, 65536) % request->body->len] = (char)bytes_next(bytes, 256);
  return request;
}

void
door_request_free(DoorRequest *request)
{
  if (!request)
    return;
  g_string_free(request->path, TRUE);
  g_string_free(request->type, TRUE);
  g_string_free(request->body, TRUE);
  g_free(request);
}
