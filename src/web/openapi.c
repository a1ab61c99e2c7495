#include "web/openapi.h"

#include <string.h>

#include "act/act.h"
#include "base/limits.h"
#include "web/openapi_answers.h"
#include "web/openapi_queries.h"
#include "web/problem.h"

/* --- JSON Schema of fields --- */

static json_t *
of_type(const char *type)
{
  return json_pack("{s:s}", "type", type);
}

static json_t *
text_of(const Field *field, guint most)
{
  return json_pack("{s:s, s:i}", "type", "string", "maxLength", (int)(field->limit ? field->limit : most));
}

static json_t *
line_schema(const Field *field)
{
  return text_of(field, LIMIT_LINE);
}

static json_t *
text_schema(const Field *field)
{
  return text_of(field, LIMIT_TEXT);
}

static json_t *
hash_schema(const Field *field G_GNUC_UNUSED)
{
  return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9a-f]{64}$");
}

static json_t *
choice_schema(const Field *field)
{
  json_t *tokens = json_array(), *labels = json_object();
  for (const Choice *choice = field->choices; choice->token; choice++) {
    json_array_append_new(tokens, json_string(choice->token));
    json_object_set_new(labels, choice->token, json_string(choice->label));
  }
  return json_pack("{s:s, s:o, s:o}", "type", "string", "enum", tokens, "x-labels", labels);
}

static json_t *
int_schema(const Field *field G_GNUC_UNUSED)
{
  return json_pack("{s:s, s:i, s:I}", "type", "integer", "minimum", 0, "maximum", (json_int_t)FIELD_INT_MAX);
}

static json_t *
bool_schema(const Field *field G_GNUC_UNUSED)
{
  return of_type("boolean");
}

static json_t *
instant_schema(const Field *field G_GNUC_UNUSED)
{
  return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
}

static json_t *
date_schema(const Field *field G_GNUC_UNUSED)
{
  return json_pack("{s:s, s:s}", "type", "string", "format", "date");
}

static json_t *
ref_schema(const Field *field)
{
  return json_pack("{s:s, s:s}", "type", "string", "x-names", field->ref->name);
}

static json_t *
array_of(const Field *field, json_t *items)
{
  return json_pack("{s:s, s:i, s:o}", "type", "array", "maxItems", (int)(field->limit ? field->limit : LIMIT_LIST), "items", items);
}

static json_t *
lines_schema(const Field *field)
{
  return array_of(field, field->ref ? ref_schema(field) : json_pack("{s:s, s:i}", "type", "string", "maxLength", LIMIT_LINE));
}

static json_t *
ints_schema(const Field *field)
{
  return array_of(field, of_type("integer"));
}

static json_t *
list_schema(const Field *field)
{
  return array_of(field, openapi_fields(field->of));
}

static json_t *(*const schemas[])(const Field *) = {
  [FIELD_LINE] = line_schema,       [FIELD_TEXT] = text_schema, [FIELD_HASH] = hash_schema, [FIELD_CHOICE] = choice_schema,
  [FIELD_INT] = int_schema,         [FIELD_BOOL] = bool_schema, [FIELD_INSTANT] = instant_schema,
  [FIELD_DATE] = date_schema,       [FIELD_REF] = ref_schema,   [FIELD_LINES] = lines_schema,
  [FIELD_INTS] = ints_schema,       [FIELD_LIST] = list_schema,
};

json_t *
openapi_fields(const Field *fields)
{
  json_t *properties = json_object(), *required = json_array();

  for (const Field *field = fields; field && field->name; field++) {
    json_t *schema = schemas[field->type](field);
    json_object_set_new(schema, "title", json_string(field->label));
    if (field->help)
      json_object_set_new(schema, "description", json_string(field->help));
    if (field->flags & FIELD_PERSONAL)
      json_object_set_new(schema, "x-personal", json_true());
    if (field->flags & FIELD_REQUIRED)
      json_array_append_new(required, json_string(field->name));
    json_object_set_new(properties, field->name, schema);
  }
  json_t *object = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties, "additionalProperties", 0);
  if (json_array_size(required))
    json_object_set(object, "required", required);
  json_decref(required);
  return object;
}

/* --- operations --- */

static json_t *
reference(const char *kind, const char *name)
{
  g_autofree char *path = g_strdup_printf("#/components/%s/%s", kind, name);
  return json_pack("{s:s}", "$ref", path);
}

static json_t *
content(const char *type, json_t *schema)
{
  return json_pack("{s:{s:o}}", type, "schema", schema);
}

/* What stands round the fields of an act. */
static json_t *
act_schema(const ActKind *act)
{
  return json_pack("{s:s, s:{s:o, s:o, s:o, s:o, s:o}, s:b}", "type", "object", "properties", "fields",
                   openapi_fields(act->fields), "post", reference("schemas", "Post"), "proxy", reference("schemas", "Proxy"),
                   "happened", json_pack("{s:s, s:s}", "type", "string", "format", "date-time"), "precision",
                   choice_schema(&(Field){ .choices = precision_choices }), "additionalProperties", 0);
}

static json_t *
parameters_of(const Route *route)
{
  json_t *list = json_array();
  g_auto(GStrv) segments = g_strsplit(route->pattern, "/", 0);

  for (gsize i = 0; segments[i]; i++) {
    gsize length = strlen(segments[i]);
    if (segments[i][0] != '{')
      continue;
    segments[i][length - 1] = '\0';
    json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:o}", "name", segments[i] + 1, "in", "path", "required", 1, "schema",
                                          of_type(strcmp(segments[i] + 1, "case") == 0 ? "integer" : "string")));
  }
  if (route->about) {
    json_array_append_new(list, reference("parameters", "IdempotencyKey"));
    json_array_append_new(list, reference("parameters", "Ask"));
  }
  openapi_queries_put(list, route);
  return list;
}

static json_t *
responses_of(const Route *route)
{
  json_t *responses = openapi_answers(route);
  if (!responses) {
    json_t *fine = json_pack("{s:s}", "description", "できた");
    json_object_set_new(fine, "content", content("application/json", json_pack("{s:[o, o]}", "anyOf", reference("schemas", "Done"),
                                                                             reference("schemas", "Asked"))));
    responses = json_pack("{s:o}", "200", fine);
  }
  json_object_set_new(responses, "4XX", reference("responses", "Problem"));
  json_object_set_new(responses, "5XX", reference("responses", "Problem"));
  return responses;
}

/* "GET /api/v1/cases/{case}/log" is get-cases-case-log. */
static char *
operation_id(const Route *route)
{
  g_autofree char *lower = g_ascii_strdown(route->method, -1);
  g_autofree char *name = g_strdup(g_str_has_prefix(route->pattern, "/api/v1/") ? route->pattern + 8 : route->pattern + 1);
  g_autoptr(GString) id = g_string_new(lower);

  g_strdelimit(name, "/._", '-');
  g_string_append_c(id, '-');
  for (const char *c = name; *c; c++)
    if (*c != '{' && *c != '}')
      g_string_append_c(id, *c);
  return g_string_free(g_steal_pointer(&id), FALSE);
}

static json_t *
operation_of(const Route *route)
{
  const ActKind *act = route->about;
  g_autofree char *id = operation_id(route);
  json_t *operation = json_pack("{s:s, s:s, s:o, s:o}", "operationId", id, "summary", route->title, "parameters",
                                parameters_of(route), "responses", responses_of(route));

  if (act && act->help)
    json_object_set_new(operation, "description", json_string(act->help));
  if (act)
    json_object_set_new(operation, "x-right", json_string(choice_token(right_choices, (int)act->right)));
  if (route->limit)
    json_object_set_new(operation, "requestBody",
                        json_pack("{s:b, s:o}", "required", 1, "content",
                                  content("application/json", act ? act_schema(act) : of_type("object"))));
  json_object_set_new(operation, "security",
                      route->need == NEED_NOTHING ? json_array() : json_pack("[{s:[]}, {s:[]}]", "session", "token"));
  return operation;
}

/* Of the second listener (web/files.h): no route of the first. */
static json_t *
files_path(void)
{
  json_t *put = json_pack("{s:s, s:s, s:[{s:s, s:s, s:b, s:{s:s}}], s:{s:b, s:{s:{s:{s:s, s:s}}}}}", "operationId", "put-files-ticket", "summary",
                          "ファイルを送る（本文がそのままファイル）", "parameters", "name", "ticket", "in", "path", "required", 1, "schema",
                          "type", "string", "requestBody", "required", 1, "content", "application/octet-stream", "schema", "type",
                          "string", "format", "binary");
  json_t *received = json_pack("{s:s}", "description", "受け取り、事案に記録した");
  json_object_set_new(received, "content", content("application/json", reference("schemas", "Received")));
  json_object_set_new(put, "responses", json_pack("{s:o, s:o, s:o}", "201", received, "4XX", reference("responses", "Problem"), "5XX",
                                                  reference("responses", "Problem")));
  json_object_set_new(put, "security", json_pack("[{s:[]}, {s:[]}]", "session", "token"));
  return json_pack("{s:o}", "put", put);
}

static json_t *
paths_of(const Router *router)
{
  const GPtrArray *routes = router_routes(router);
  json_t *paths = json_pack("{s:o}", "/files/{ticket}", files_path());

  for (guint i = 0; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    g_autofree char *method = g_ascii_strdown(route->method, -1);
    json_t *path = json_object_get(paths, route->pattern);
    if (route->face != FACE_API)
      continue;
    if (!path) {
      path = json_object();
      json_object_set_new(paths, route->pattern, path);
    }
    json_object_set_new(path, method, operation_of(route));
  }
  return paths;
}

/* --- what operations share --- */

static json_t *
schema_of_problem(void)
{
  return json_pack("{s:s, s:[s, s, s], s:{s:o, s:o, s:o, s:o, s:o, s:o, s:{s:s, s:o}}}", "type", "object", "required", "type",
                   "title", "status", "properties", "type", of_type("string"), "title", of_type("string"), "title_en",
                   of_type("string"), "status", of_type("integer"), "code", of_type("string"), "detail", of_type("string"),
                   "findings", "type", "array", "items", reference("schemas", "Finding"));
}

static json_t *
schema_of_finding(void)
{
  static const char *const names[] = { "weight", "code", "text", "field", "remedy", "clause", "clause_label", "act", "act_title" };
  json_t *properties = json_object();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    json_object_set_new(properties, names[i], of_type("string"));
  return json_pack("{s:s, s:[s, s, s], s:o}", "type", "object", "required", "weight", "code", "text", "properties", properties);
}

/* "again": it was done before, and nothing more is told. */
static json_t *
schema_of_done(void)
{
  return json_pack("{s:s, s:[s, s, s], s:{s:o, s:o, s:o, s:o, s:o, s:o, s:{s:s, s:o}}}", "type", "object", "required", "done", "first", "case",
                   "properties", "done", of_type("boolean"), "again", of_type("boolean"), "first", of_type("integer"), "count",
                   of_type("integer"), "case", of_type("integer"), "head", of_type("integer"), "findings", "type", "array", "items",
                   reference("schemas", "Finding"));
}

static json_t *
schema_of_asked(void)
{
  return json_pack("{s:s, s:[s, s], s:{s:o, s:{s:s, s:o}}}", "type", "object", "required", "may", "findings", "properties", "may",
                   of_type("boolean"), "findings", "type", "array", "items", reference("schemas", "Finding"));
}

static json_t *
schema_of_received(void)
{
  return json_pack("{s:s, s:[s, s, s, s], s:{s:o, s:o, s:o, s:o, s:o}, s:b}", "type", "object", "required", "sha256", "size", "case",
                   "again", "properties", "sha256", hash_schema(NULL), "size", of_type("integer"), "name", of_type("string"), "case",
                   of_type("integer"), "again", of_type("boolean"), "additionalProperties", 0);
}

static json_t *
components(void)
{
  json_t *schemas_made = json_pack(
    "{s:o, s:o, s:o, s:o, s:{s:s, s:s}, s:{s:s, s:s}}", "Problem", schema_of_problem(), "Finding", schema_of_finding(), "Done",
    schema_of_done(), "Asked", schema_of_asked(), "Post", "type", "string", "description",
    "行う職の番号。省くと、就いている職（職務代理を含む）から行えるものを選びます。", "Proxy", "type", "string", "description",
    "代決の理由。不在の職に代わって決めるときに書きます。");
  json_t *parameters =
    json_pack("{s:{s:s, s:s, s:s, s:{s:s, s:i}}, s:{s:s, s:s, s:s, s:{s:s}}}", "IdempotencyKey", "name", "Idempotency-Key", "in",
              "header", "description", "同じ値でもう一度送っても、記録は一度だけです。", "schema", "type", "string", "maxLength",
              LIMIT_IDEMPOTENCY_KEY, "Ask", "name", "ask", "in", "query", "description",
              "1 のとき、行わずに、足りないものだけを答えます。", "schema", "type", "string");
  json_object_set_new(schemas_made, "Received", schema_of_received());
  openapi_answer_schemas(schemas_made);
  json_t *problem = json_pack("{s:s}", "description", "できない。理由と直し方");
  json_object_set_new(problem, "content", content("application/problem+json", reference("schemas", "Problem")));
  return json_pack("{s:o, s:o, s:{s:o}, s:{s:{s:s, s:s, s:s}, s:{s:s, s:s}}}", "schemas", schemas_made, "parameters", parameters,
                   "responses", "Problem", problem, "securitySchemes", "session", "type", "apiKey", "in", "cookie", "name",
                   "__Host-sid", "token", "type", "http", "scheme", "bearer");
}

json_t *
openapi_describe(const Router *router)
{
  return json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s}], s:o, s:o}", "openapi", "3.1.0", "info", "title", "初動（Shodo）",
                   "version", "1", "description",
                   "事案対応の行為と閲覧。どの答えも、もとにした記録の先頭を Shodo-Head で示し、ディスクに書かれてから返ります。",
                   "license", "name", "Apache-2.0", "identifier", "Apache-2.0", "servers", "url", "/", "paths", paths_of(router),
                   "components", components());
}
