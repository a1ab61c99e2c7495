#include "web/openapi_queries.h"

#include <string.h>

#include "base/limits.h"
#include "office/inbox.h"
#include "office/outbox.h"
#include "web/case_filter.h"

typedef enum { AS_TEXT, AS_DATE, AS_FROM, AS_LIMIT, AS_FLAG } Shape;

static const struct {
  const char *pattern, *name, *text;
  Shape shape;
  const Choice *choices;
} queries[] = {
  { "/api/v1/cases", "q", "番号・件名・結び付いた通報に含まれる文字" },
  { "/api/v1/cases", "listed", "状況。省くとすべて。", .choices = listed_choices },
  { "/api/v1/cases", "phase", "段階（計画の番号）" },
  { "/api/v1/cases", "class", "対象の種類（計画の番号）" },
  { "/api/v1/cases", "mode", "通常の事案か、事後入力か", .choices = listed_mode_choices },
  { "/api/v1/cases", "mine", "1 のとき、自分が関わる事案だけ", AS_FLAG },
  { "/api/v1/cases", "opened_from", "事案を開いた日（この日から）", AS_DATE },
  { "/api/v1/cases", "opened_until", "事案を開いた日（この日まで）", AS_DATE },
  { "/api/v1/cases", "order", "並び順。省くと番号の古い順。", .choices = case_order_choices },
  { "/api/v1/mail", "state", "メールの状態", .choices = mail_states },
  { "/api/v1/mail", "before", "前の答えの next。そのメールより古いものを答えます。" },
  { "/api/v1/mail", "limit", "一度に答える数", AS_LIMIT },
  { "/api/v1/cases/{case}/mail", "state", "メールの状態", .choices = mail_states },
  { "/api/v1/cases/{case}/mail", "before", "前の答えの next。そのメールより古いものを答えます。" },
  { "/api/v1/cases/{case}/mail", "limit", "一度に答える数", AS_LIMIT },
  { "/api/v1/mail/received", "state", "整理の状態", .choices = received_states },
  { "/api/v1/mail/received", "before", "前の答えの next。そのメールより古いものを答えます。" },
  { "/api/v1/mail/received", "limit", "一度に答える数", AS_LIMIT },
  { "/api/v1/cases/{case}/mail/received", "state", "整理の状態", .choices = received_states },
  { "/api/v1/cases/{case}/mail/received", "before", "前の答えの next。そのメールより古いものを答えます。" },
  { "/api/v1/cases/{case}/mail/received", "limit", "一度に答える数", AS_LIMIT },
  { "/api/v1/office", "on", "いつの体制か。省くと今日。", AS_DATE },
  { "/api/v1/office/phones", "on", "いつの連絡先か。省くと今日。", AS_DATE },
  { "/api/v1/office/accounts", "on", "いつの職か。省くと今日。", AS_DATE },
  { "/api/v1/told", "from", "この番号の出来事から", AS_FROM },
  { "/api/v1/told", "limit", "一度に答える数", AS_LIMIT },
};

/* Lists by pages (web/paging.h). */
static const char *const paged[] = {
  "/api/v1/cases", "/api/v1/cases/{case}/log", "/api/v1/acts", "/api/v1/notices", "/api/v1/circulations", "/api/v1/openings",
  "/api/v1/cases/{case}/circulations", "/api/v1/cases/{case}/register", "/api/v1/me/acts", "/api/v1/cases/{case}/acts",
  "/api/v1/office/accounts",
};

static json_t *
tokens_of(const Choice *choices)
{
  json_t *tokens = json_array();
  for (const Choice *choice = choices; choice->token; choice++)
    json_array_append_new(tokens, json_string(choice->token));
  return json_pack("{s:s, s:o}", "type", "string", "enum", tokens);
}

static json_t *
schema_of(Shape shape, const Choice *choices)
{
  if (choices)
    return tokens_of(choices);
  switch (shape) {
  case AS_DATE:
    return json_pack("{s:s, s:s}", "type", "string", "format", "date");
  case AS_FROM:
    return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
  case AS_LIMIT:
    return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", LIMIT_PAGE);
  case AS_FLAG:
    return json_pack("{s:s, s:[s]}", "type", "string", "enum", "1");
  default:
    return json_pack("{s:s}", "type", "string");
  }
}

static void
put(json_t *parameters, const char *name, const char *text, Shape shape, const Choice *choices)
{
  json_array_append_new(parameters, json_pack("{s:s, s:s, s:s, s:o}", "name", name, "in", "query", "description", text, "schema",
                                              schema_of(shape, choices)));
}

void
openapi_queries_put(json_t *parameters, const Route *route)
{
  if (strcmp(route->method, "GET") != 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
    if (strcmp(queries[i].pattern, route->pattern) == 0)
      put(parameters, queries[i].name, queries[i].text, queries[i].shape, queries[i].choices);
  for (gsize i = 0; i < G_N_ELEMENTS(paged); i++)
    if (strcmp(paged[i], route->pattern) == 0) {
      put(parameters, "from", "何番目から（0 から数える）", AS_FROM, NULL);
      put(parameters, "limit", "一度に答える数", AS_LIMIT, NULL);
    }
}
