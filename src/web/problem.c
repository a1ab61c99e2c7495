#include "web/problem.h"

#include <string.h>

#include "base/error.h"

enum { INVALID, UNSIGNED, WRONG, CODE, DENIED, NOT_FOUND, METHOD, REFUSED, LARGE, TYPE, FIELDS, AGAIN, MANY, HEAD_LARGE, FAILED, UNKNOWN_CODING,
       BUSY, ROOM };

const Problem problem_table[] = {
  [INVALID] = { "invalid", 400, "要求の形が正しくありません", "The request is malformed" },
  [UNSIGNED] = { "unsigned", 401, "サインインが要ります", "Sign in first" },
  [WRONG] = { "wrong", 401, "サインインできません", "Name, password or code is wrong" },
  [CODE] = { "code-needed", 401, "コードが要ります", "A one-time code is needed" },
  [DENIED] = { "denied", 403, "この操作はできません", "You may not do this" },
  [NOT_FOUND] = { "not-found", 404, "見つかりません", "Not found" },
  [METHOD] = { "method", 405, "この方法では要求できません", "Method not allowed" },
  [REFUSED] = { "refused", 409, "まだ記録できません", "Refused by the plan or the present state" },
  [LARGE] = { "large", 413, "送られたものが大きすぎます", "The content is too large" },
  [TYPE] = { "type", 415, "この形式は受け取れません", "Unsupported media type" },
  [FIELDS] = { "fields", 422, "入力に誤りがあります", "The fields are not valid" },
  [AGAIN] = { "prove-again", 403, "本人の確認をもう一度お願いします", "Prove your identity again" },
  [MANY] = { "many", 429, "要求が多すぎます", "Too many requests" },
  [HEAD_LARGE] = { "head-large", 431, "要求の見出しが大きすぎます", "The request head is too large" },
  [FAILED] = { "failed", 500, "処理を続けられません", "The server failed" },
  [UNKNOWN_CODING] = { "coding", 501, "この送り方は受け取れません", "Transfer coding not implemented" },
  [BUSY] = { "busy", 503, "いまは受け付けられません", "Not available now" },
  [ROOM] = { "room", 507, "ディスクの空きが足りません", "Insufficient storage" },
  { NULL, 0, NULL, NULL },
};

static const guint of_error[] = {
  [SHODO_ERROR_INVALID] = FIELDS, [SHODO_ERROR_NOT_FOUND] = NOT_FOUND, [SHODO_ERROR_DENIED] = DENIED,
  [SHODO_ERROR_REFUSED] = REFUSED, [SHODO_ERROR_CONFLICT] = REFUSED,   [SHODO_ERROR_LIMIT] = LARGE,
  [SHODO_ERROR_IO] = FAILED,       [SHODO_ERROR_CORRUPT] = FAILED,     [SHODO_ERROR_FENCED] = BUSY,
};

static const guint of_weight[] = {
  [FINDING_ADVISE] = REFUSED, [FINDING_REFUSE] = REFUSED, [FINDING_INVALID] = FIELDS, [FINDING_DENIED] = DENIED,
  [FINDING_FAILED] = BUSY,
};

const Problem *
problem_of_status(guint status)
{
  for (gsize i = 0; problem_table[i].code; i++)
    if (problem_table[i].status == status)
      return &problem_table[i];
  return &problem_table[status < 500 ? INVALID : FAILED];
}

const Problem *
problem_of_code(const char *code)
{
  for (gsize i = 0; problem_table[i].code; i++)
    if (g_str_equal(problem_table[i].code, code))
      return &problem_table[i];
  g_assert_not_reached();
}

const Problem *
problem_of_error(const GError *error)
{
  gboolean ours = error->domain == SHODO_ERROR && error->code >= 0 && error->code < (int)G_N_ELEMENTS(of_error);
  return &problem_table[ours ? of_error[error->code] : FAILED];
}

/* Advice stands beside the finding that stopped the act; "not found" is said by its code. */
const Problem *
problem_of_findings(const Findings *findings)
{
  for (gsize i = 0; i < findings_length(findings); i++) {
    const char *code = findings_at(findings, i)->code;
    if (g_str_equal(code, "case.unknown") || g_str_equal(code, "act.unknown"))
      return &problem_table[NOT_FOUND];
  }
  return &problem_table[of_weight[findings_worst(findings)]];
}

json_t *
problem_json(const Problem *problem, const char *detail)
{
  g_autofree char *type = g_strdup_printf("/api/v1/problems/%s", problem->code);
  json_t *object = json_pack("{s:s, s:s, s:s, s:i, s:s}", "type", type, "title", problem->title, "title_en",
                             problem->title_en, "status", (int)problem->status, "code", problem->code);
  if (detail)
    json_object_set_new(object, "detail", json_string(detail));
  return object;
}

GBytes *
problem_refusal(guint status, const char **type, gpointer data G_GNUC_UNUSED)
{
  json_t *problem = problem_json(problem_of_status(status), NULL);
  char *text = json_dumps(problem, JSON_COMPACT);
  json_decref(problem);
  *type = "application/problem+json";
  return g_bytes_new_with_free_func(text, strlen(text), free, text);
}
