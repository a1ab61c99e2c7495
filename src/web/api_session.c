#include "web/api_session.h"

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "office/secret.h"
#include "web/cookies.h"
#include "web/door.h"
#include "web/signin.h"

#define BODY 4096 /* bytes: names, passwords and codes */

/* --- answers of the sign-in layer --- */

/* What each result is to a program. */
static const struct {
  const char *code; /* of problem_table; NULL: 200 */
} results[] = {
  [SIGNIN_DONE] = { NULL },          [SIGNIN_MUST_CHANGE] = { NULL },  [SIGNIN_CODE_NEEDED] = { "code-needed" },
  [SIGNIN_WRONG] = { "wrong" },      [SIGNIN_WAIT] = { "many" },       [SIGNIN_PROVE] = { "prove-again" },
  [SIGNIN_REFUSED] = { "refused" },  [SIGNIN_FAILED] = { "failed" },
};

static json_t *
codes_json(const char *const *codes)
{
  json_t *list = json_array();
  for (gsize i = 0; codes[i]; i++)
    json_array_append_new(list, json_string(codes[i]));
  return list;
}

static void
answer_done(WebRequest *request, const SigninAnswer *answer)
{
  json_t *json = json_pack("{s:b}", "must_change", answer->result == SIGNIN_MUST_CHANGE);
  if (answer->secret)
    json_object_set_new(json, "secret", json_string(answer->secret));
  if (answer->codes)
    json_object_set_new(json, "codes", codes_json(answer->codes));
  if (answer->codes_left)
    json_object_set_new(json, "codes_left", json_integer((json_int_t)answer->codes_left));
  answer_json(request, 200, json);
}

static void
told(const SigninAnswer *answer, gpointer data)
{
  WebRequest *request = data;
  const char *code = results[answer->result].code;

  if (answer->token)
    cookie_set_session(request, answer->token);
  if (answer->device)
    cookie_set_device(request, answer->device);
  if (answer->wait)
    answer_field(request, "Retry-After", arena_printf(request->arena, "%u", answer->wait));
  if (code)
    answer_problem(request, problem_of_code(code), answer->text);
  else
    answer_done(request, answer);
}

/* --- what is asked --- */

/* The members of BODY by NAMES, NULL at the end, into TEXTS; a name that begins with '?' may be
 * missing.  FALSE: the request was refused. */
static gboolean
take_texts(WebRequest *request, const json_t *body, const char *const *names, const char **texts)
{
  for (gsize i = 0; names[i]; i++) {
    gboolean may_miss = names[i][0] == '?';
    const char *name = names[i] + (may_miss ? 1 : 0);
    const json_t *value = json_object_get(body, name);
    texts[i] = json_string_value(value);
    if (texts[i] || (may_miss && !value))
      continue;
    answer_problem(request, problem_of_status(422), arena_printf(request->arena, "「%s」を文字で書いてください。", name));
    return FALSE;
  }
  return TRUE;
}

static void
post_session(WebRequest *request)
{
  static const char *const names[] = { "name", "password", "?code", NULL };
  const char *texts[3];
  g_autoptr(json_t) body = request_json(request);

  if (!body || !take_texts(request, body, names, texts))
    return;
  SigninTry attempt = { texts[0], texts[1], texts[2], door_remote(request), cookie_device(request) };
  signin_try(door_signin(request->door), &attempt, told, request);
}

static void
delete_session(WebRequest *request)
{
  sessions_end(door_sessions(request->door), request->who.session);
  cookie_clear_session(request);
  answer_json(request, 200, json_object());
}

static void
post_again(WebRequest *request)
{
  static const char *const names[] = { "password", "?code", NULL };
  const char *texts[2];
  g_autoptr(json_t) body = request_json(request);

  if (body && take_texts(request, body, names, texts))
    signin_again(door_signin(request->door), request->who.session, texts[0], texts[1], told, request);
}

static void
post_post(WebRequest *request)
{
  static const char *const names[] = { "post", NULL };
  const char *post;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) body = request_json(request);

  if (!body || !take_texts(request, body, names, &post))
    return;
  if (sessions_choose_post(door_sessions(request->door), request->who.session, post, &error))
    answer_json(request, 200, json_pack("{s:s}", "post", post));
  else
    answer_error(request, error);
}

static void
post_password(WebRequest *request)
{
  static const char *const names[] = { "password", "new", NULL };
  const char *texts[2];
  g_autoptr(json_t) body = request_json(request);

  if (body && take_texts(request, body, names, texts))
    signin_change_password(door_signin(request->door), request->who.session, texts[0], texts[1], told, request);
}

/* --- the second factor --- */

static void
post_totp(WebRequest *request)
{
  char *text, *uri;
  g_autoptr(GError) error = NULL;

  if (!signin_begin_totp(door_signin(request->door), request->who.session, &text, &uri, &error)) {
    answer_error(request, error);
    return;
  }
  answer_json(request, 200, json_pack("{s:s, s:s}", "secret", text, "uri", uri));
  secret_free(text);
  secret_free(uri);
}

static void
post_totp_confirm(WebRequest *request)
{
  static const char *const names[] = { "code", NULL };
  const char *code;
  g_autoptr(json_t) body = request_json(request);

  if (body && take_texts(request, body, names, &code))
    signin_confirm_totp(door_signin(request->door), request->who.session, code, told, request);
}

static void
post_totp_remove(WebRequest *request)
{
  static const char *const names[] = { "reason", NULL };
  const char *reason;
  g_autoptr(json_t) body = request_json(request);

  if (body && take_texts(request, body, names, &reason))
    signin_remove_totp(door_signin(request->door), request->who.session, reason, told, request);
}

static void
post_codes(WebRequest *request)
{
  signin_renew_codes(door_signin(request->door), request->who.session, told, request);
}

/* --- sessions and tokens --- */

static void
get_sessions(WebRequest *request)
{
  g_autoptr(GPtrArray) mine = sessions_of(door_sessions(request->door), request->who.person);
  json_t *list = json_array();

  for (guint i = 0; i < mine->len; i++) {
    const WebSession *session = g_ptr_array_index(mine, i);
    json_array_append_new(list, json_pack("{s:s, s:s?, s:s, s:s, s:b}", "id", session->id, "remote", session->remote, "begun",
                                          instant_print_utc(request->arena, session->begun), "used",
                                          instant_print_utc(request->arena, session->used), "this",
                                          g_strcmp0(session->id, request->who.session) == 0));
  }
  answer_json(request, 200, json_pack("{s:o}", "sessions", list));
}

static void
delete_one_session(WebRequest *request)
{
  const WebSession *session = sessions_find(door_sessions(request->door), request_value(request, 0));

  if (!session || !g_str_equal(session->person, request->who.person)) {
    answer_missing(request);
    return;
  }
  sessions_end(door_sessions(request->door), session->id);
  answer_json(request, 200, json_object());
}

static json_t *
rights_json(guint rights)
{
  json_t *list = json_array();
  for (const Choice *choice = right_choices; choice->token; choice++)
    if (rights & (1u << choice->value))
      json_array_append_new(list, json_string(choice->token));
  return list;
}

static void
get_tokens(WebRequest *request)
{
  List tokens = office_tokens_of(world_office(engine_world(request->engine)), request->who.person, request->arena);
  json_t *list = json_array();

  for (gsize i = 0; i < tokens.length; i++) {
    const Token *token = list_pointer(tokens, Token, i);
    json_array_append_new(list, json_pack("{s:s, s:s?, s:o, s:s, s:s, s:b}", "id", token->id, "name", token->name, "rights",
                                          rights_json(token->rights), "issued", instant_print_utc(request->arena, token->issued),
                                          "expires", instant_print_utc(request->arena, token->expires), "revoked", token->revoked));
  }
  answer_json(request, 200, json_pack("{s:o}", "tokens", list));
}

static void
post_token(WebRequest *request)
{
  static const char *const names[] = { "name", "expires", NULL };
  const char *texts[2];
  Instant expires;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) body = request_json(request);
  g_autoptr(GPtrArray) scopes = g_ptr_array_new();

  if (!body || !take_texts(request, body, names, texts))
    return;
  const json_t *rights = json_object_get(body, "rights");
  for (gsize i = 0; i < json_array_size(rights) && i < 8; i++)
    if (json_is_string(json_array_get(rights, i)))
      g_ptr_array_add(scopes, (gpointer)json_string_value(json_array_get(rights, i)));
  g_ptr_array_add(scopes, NULL);
  if (!instant_parse(texts[1], &expires, &error))
    answer_error(request, error);
  else
    signin_issue_token(door_signin(request->door), request->who.session, texts[0], (const char *const *)scopes->pdata, expires,
                       told, request);
}

static void
post_issue_password(WebRequest *request)
{
  signin_issue_password(door_signin(request->door), request->who.session, request_value(request, 0), told, request);
}

static const Route routes[] = {
  { "POST", "/api/v1/session", NEED_NOTHING, BODY, post_session, FACE_API, "サインイン", NULL },
  { "DELETE", "/api/v1/session", NEED_SESSION, 0, delete_session, FACE_API, "サインアウト", NULL },
  { "POST", "/api/v1/session/again", NEED_SESSION, BODY, post_again, FACE_API, "本人の確認をもう一度", NULL },
  { "POST", "/api/v1/session/post", NEED_SESSION, BODY, post_post, FACE_API, "行う職を選ぶ", NULL },
  { "POST", "/api/v1/me/password", NEED_SESSION, BODY, post_password, FACE_API, "パスワードを変える", NULL },
  { "POST", "/api/v1/me/totp", NEED_OWN, BODY, post_totp, FACE_API, "二つ目の要素の登録を始める", NULL },
  { "POST", "/api/v1/me/totp/confirm", NEED_OWN, BODY, post_totp_confirm, FACE_API, "二つ目の要素の登録を終える", NULL },
  { "POST", "/api/v1/me/totp/remove", NEED_OWN, BODY, post_totp_remove, FACE_API, "二つ目の要素を外す", NULL },
  { "POST", "/api/v1/me/codes", NEED_OWN, BODY, post_codes, FACE_API, "回復コードを作り直す", NULL },
  { "GET", "/api/v1/sessions", NEED_OWN, 0, get_sessions, FACE_API, "自分のサインインの一覧", NULL },
  { "DELETE", "/api/v1/sessions/{session}", NEED_OWN, 0, delete_one_session, FACE_API, "自分のサインインを終える", NULL },
  { "GET", "/api/v1/tokens", NEED_OWN, 0, get_tokens, FACE_API, "自分の接続鍵の一覧", NULL },
  { "POST", "/api/v1/tokens", NEED_OWN, BODY, post_token, FACE_API, "接続鍵を発行する", NULL },
  { "POST", "/api/v1/people/{person}/password", NEED_OWN, BODY, post_issue_password, FACE_API, "一度だけのパスワードを発行する", NULL },
};

void
api_session_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
