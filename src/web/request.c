#include "web/request.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "web/kept.h"
#include "web/page.h"

const char *
request_value(const WebRequest *request, guint i)
{
  return g_ptr_array_index(request->match.values, i);
}

gboolean
request_number(const WebRequest *request, guint i, guint64 *number)
{
  return g_ascii_string_to_unsigned(request_value(request, i), 10, 1, G_MAXINT64, number, NULL);
}

/* --- forms and queries --- */

/* What a field of a table takes is for the table to say, beside the field; what is the form's own begins with "_". */
static gboolean
is_value(const FormPair *pair, gboolean typed)
{
  return (typed && *pair->name != '_' && g_utf8_validate(pair->value, -1, NULL)) || text_valid(pair->value, strlen(pair->value), TEXT_LINES, NULL);
}

/* application/x-www-form-urlencoded.  FALSE: a pair that is no text. */
static gboolean
read_pairs(WebRequest *request, const char *text, gsize length, gboolean typed, GArray *pairs)
{
  GUriParamsIter iter;
  char *name, *value;
  g_autoptr(GError) error = NULL;
  gboolean fine = TRUE;

  g_uri_params_iter_init(&iter, text, (gssize)length, "&", G_URI_PARAMS_WWW_FORM);
  while (fine && g_uri_params_iter_next(&iter, &name, &value, &error)) {
    FormPair pair = { arena_strdup(request->arena, name), text_lines(request->arena, value) };
    fine = text_valid(name, strlen(name), TEXT_LINE, NULL) && is_value(&pair, typed) && pairs->len < LIMIT_LIST * 2;
    g_array_append_val(pairs, pair);
    g_free(name);
    g_free(value);
  }
  return fine && !error;
}

const char *
request_sent(const GArray *form, const char *name)
{
  for (guint i = 0; i < form->len; i++)
    if (g_str_equal(g_array_index(form, FormPair, i).name, name))
      return g_array_index(form, FormPair, i).value;
  return NULL;
}

const char *
request_sent_text(const GArray *form, const char *name)
{
  const char *value = request_sent(form, name);
  return value ? value : "";
}

gboolean
request_was_sent(const GArray *form, const char *name, const char *value)
{
  for (guint i = 0; i < form->len; i++)
    if (g_str_equal(g_array_index(form, FormPair, i).name, name) && g_str_equal(g_array_index(form, FormPair, i).value, value))
      return TRUE;
  return FALSE;
}

const char *
request_parameter(WebRequest *request, const char *name)
{
  const char *query = http_query(request->exchange);
  g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(FormPair));

  if (!read_pairs(request, query, strlen(query), FALSE, pairs))
    return NULL;
  return request_sent(pairs, name);
}

static gboolean
is_type(const WebRequest *request, const char *wanted)
{
  const char *type = http_field(request->exchange, "Content-Type");
  gsize length = strlen(wanted);
  return type && g_ascii_strncasecmp(type, wanted, length) == 0 && (type[length] == '\0' || type[length] == ';' || type[length] == ' ');
}

static GArray *
read_form(WebRequest *request, gboolean typed)
{
  gsize length;
  const char *body = http_body(request->exchange, &length);
  g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(FormPair));

  if (length && !is_type(request, "application/x-www-form-urlencoded"))
    answer_status(request, 415);
  else if (!read_pairs(request, body, length, typed, pairs))
    answer_problem(request, problem_of_status(400), "送られた入力を文字として読み取れません。画面を開き直して、もう一度入力してください。");
  else
    return g_steal_pointer(&pairs);
  return NULL;
}

GArray *
request_form(WebRequest *request)
{
  return read_form(request, FALSE);
}

GArray *
request_typed(WebRequest *request)
{
  return read_form(request, TRUE);
}

json_t *
request_json(WebRequest *request)
{
  gsize length;
  const char *body = http_body(request->exchange, &length);
  g_autoptr(GError) error = NULL;

  if (length && !is_type(request, "application/json")) {
    answer_status(request, 415);
    return NULL;
  }
  json_t *json = length ? shodo_json_parse("要求の本文", body, length, &error) : json_object();
  if (json && json_is_object(json))
    return json;
  json_decref(json);
  answer_problem(request, problem_of_status(400), error ? error->message : "要求の本文は JSON のオブジェクトにしてください。");
  return NULL;
}

/* --- answers --- */

void
answer_field(WebRequest *request, const char *name, const char *value)
{
  HttpField field = { name, arena_strdup(request->arena, value) };
  g_array_append_val(request->fields, field);
}

static gboolean
has_field(const WebRequest *request, const char *name)
{
  for (guint i = 0; i < request->fields->len; i++)
    if (g_ascii_strcasecmp(g_array_index(request->fields, HttpField, i).name, name) == 0)
      return TRUE;
  return FALSE;
}

/* What every answer has; a handler's own field of the name stands instead. */
static void
add_common_fields(WebRequest *request)
{
  static const HttpField common[] = {
    { "Cache-Control", "no-store" },
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
      "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Strict-Transport-Security", "max-age=31536000; includeSubDomains" },
    { "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(common); i++)
    if (!has_field(request, common[i].name))
      g_array_append_val(request->fields, common[i]);
}

static void
send_durable(const Answer *answer, gpointer data)
{
  WebRequest *request = data;
  answer_field(request, "Shodo-Head", arena_printf(request->arena, "%" G_GUINT64_FORMAT, answer->head));
  http_answer(request->exchange, &(HttpAnswer){
                                   .status = request->status,
                                   .fields = (const HttpField *)(const void *)request->fields->data,
                                   .n_fields = request->fields->len,
                                   .body = request->body,
                                 });
}

void
answer_with(WebRequest *request, guint status, const char *type, GBytes *body, const HttpField *fields, gsize n_fields)
{
  g_assert(!request->answered);
  if (request->keep && status == 200 && type && body && !n_fields && !request->fields->len) {
    kept_put(request, type, body);
    return;
  }
  request->answered = TRUE;
  request->status = status;
  request->body = body ? g_bytes_ref(body) : NULL;
  if (type)
    answer_field(request, "Content-Type", type);
  for (gsize i = 0; i < n_fields; i++)
    answer_field(request, fields[i].name, fields[i].value);
  add_common_fields(request);
  engine_hold(request->engine, send_durable, request);
}

static void
answer_dumped(WebRequest *request, guint status, const char *type, json_t *value)
{
  char *text = json_dumps(value, JSON_COMPACT);
  json_decref(value);
  gsize length = text ? strlen(text) : 0;
  g_autoptr(GBytes) body = g_bytes_new_with_free_func(text ? text : "", length, text ? free : NULL, text);
  answer_with(request, text ? status : 500, type, body, NULL, 0);
}

void
answer_json(WebRequest *request, guint status, json_t *value)
{
  answer_dumped(request, status, "application/json", value);
}

void
answer_text(WebRequest *request, guint status, const char *type, const char *text)
{
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  answer_with(request, status, type, body, NULL, 0);
}

/* People look at what is no part of the API. */
static gboolean
wants_page(const WebRequest *request)
{
  const char *path = http_path(request->exchange);
  return request->route ? request->route->face == FACE_PAGE : !g_str_has_prefix(path, "/api/") && strcmp(path, "/healthz") != 0;
}

void
answer_problem_json(WebRequest *request, guint status, json_t *problem)
{
  if (status == 401) /* RFC 9110 15.5.2 */
    answer_field(request, "WWW-Authenticate", "Bearer realm=\"shodo\"");
  answer_dumped(request, status, "application/problem+json", problem);
}

void
answer_problem(WebRequest *request, const Problem *problem, const char *detail)
{
  if (wants_page(request)) {
    page_problem(request, problem, detail);
    return;
  }
  answer_problem_json(request, problem->status, problem_json(problem, detail));
}

void
answer_error(WebRequest *request, const GError *error)
{
  answer_problem(request, problem_of_error(error), error->message);
}

void
answer_status(WebRequest *request, guint status)
{
  answer_problem(request, problem_of_status(status), NULL);
}

void
answer_missing(WebRequest *request)
{
  answer_problem(request, problem_of_status(404), "お探しのものはありません。番号を確かめてください。");
}

void
answer_see_other(WebRequest *request, const char *where)
{
  const HttpField location = { "Location", where };
  answer_with(request, 303, NULL, NULL, &location, 1);
}
