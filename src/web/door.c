#include "web/door.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "office/accounts.h"
#include "office/secret.h"
#include "scratch/scratch.h"
#include "web/cookies.h"
#include "web/csrf.h"
#include "web/failures.h"
#include "web/idempotency.h"
#include "web/rate.h"
#include "web/signin.h"

#define ALL_RIGHTS ((guint)-1)

struct Door {
  Engine *engine;
  Scratch *scratch;
  Sessions *sessions;
  Signin *signin;
  Idempotency *idempotency;
  Rate *rate;
  Failures *refused;
  GHashTable *read; /* "CASE OPENING PLACE" that were entered */
};

Door *
door_new(Engine *engine)
{
  Door *door = g_new0(Door, 1);
  g_autofree char *note = NULL;

  door->engine = engine;
  door->scratch = scratch_open(engine_dir(engine), &steady_clock, &note);
  if (note)
    g_printerr("%s\n", note);
  door->sessions = sessions_new(engine, door->scratch);
  door->signin = signin_new(engine, door->scratch, door->sessions, secret_check_password);
  door->idempotency = idempotency_new(engine);
  door->read = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  door->refused = failures_new(engine, door->scratch, &account_refused);
  door->rate = rate_new(LIMIT_TOKEN_BURST, LIMIT_TOKEN_RATE);
  return door;
}

void
door_free(Door *door)
{
  if (!door)
    return;
  failures_free(door->refused);
  signin_free(door->signin);
  sessions_free(door->sessions);
  scratch_close(door->scratch);
  idempotency_free(door->idempotency);
  rate_free(door->rate);
  g_hash_table_unref(door->read);
  g_free(door);
}

Scratch *
door_scratch(Door *door)
{
  return door->scratch;
}

Idempotency *
door_idempotency(Door *door)
{
  return door->idempotency;
}

Sessions *
door_sessions(Door *door)
{
  return door->sessions;
}

Signin *
door_signin(Door *door)
{
  return door->signin;
}

/* nginx sets the address, and takes out what a client says of itself. */
const char *
door_remote(const WebRequest *request)
{
  const char *remote = http_field(request->exchange, "X-Forwarded-For");
  return remote && strlen(remote) <= 64 ? remote : DOOR_NO_REMOTE;
}

Viewer
request_viewer(const WebRequest *request)
{
  /* Never NULL, which is the owner of the data directory: nobody is a person who is not known. */
  return (Viewer){ request->who.person ? request->who.person : "", engine_now(request->engine) };
}

/* --- what a route needs --- */

static gboolean
signed_in(const WebRequest *request)
{
  return request->who.person && !request->who.first_steps;
}

static gboolean
has_right(const WebRequest *request, const char *right)
{
  Viewer viewer = request_viewer(request);
  return signed_in(request) && (request->who.rights & (1u << RIGHT_VIEW)) &&
         access_right(engine_world(request->engine), &viewer, right);
}

static gboolean
needs_nothing(WebRequest *request G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
needs_session(WebRequest *request)
{
  return request->who.person && !request->who.bearer;
}

static gboolean
needs_own(WebRequest *request)
{
  return signed_in(request) && !request->who.bearer;
}

static gboolean
needs_person(WebRequest *request)
{
  return signed_in(request);
}

static gboolean
needs_view(WebRequest *request)
{
  return signed_in(request) && (request->who.rights & (1u << RIGHT_VIEW)) != 0;
}

static gboolean
needs_case(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  gboolean may_read = (request->who.rights & (1u << RIGHT_VIEW)) || request->route->about; /* an act has its own right */
  return signed_in(request) && may_read && request_number(request, 0, &request->kase) &&
         access_case(engine_world(request->engine), &viewer, request->kase);
}

static gboolean
needs_office(WebRequest *request)
{
  return has_right(request, "view.office");
}

static gboolean
needs_audit(WebRequest *request)
{
  return has_right(request, "view.system");
}

static const struct {
  gboolean (*holds)(WebRequest *request);
  gboolean hides; /* what may not be seen does not exist */
} needs[] = {
  [NEED_NOTHING] = { needs_nothing, FALSE }, [NEED_PERSON] = { needs_person, FALSE },
  [NEED_SESSION] = { needs_session, FALSE }, [NEED_OWN] = { needs_own, FALSE }, [NEED_VIEW] = { needs_view, FALSE },
  [NEED_CASE] = { needs_case, TRUE }, [NEED_OFFICE] = { needs_office, FALSE },
  [NEED_AUDIT] = { needs_audit, FALSE },
};

static gboolean
own_origin(const WebRequest *request)
{
  CsrfRequest origin = {
    .method = http_method(request->exchange),
    .site = http_field(request->exchange, "Sec-Fetch-Site"),
    .origin = http_field(request->exchange, "Origin"),
    .host = http_field(request->exchange, "Host"),
    .bearer = request->who.bearer,
  };
  return csrf_allows(&origin);
}

/* Looking into a case that was broken open is entered, each place once an opening (a restart may enter it again).
 * FALSE: it cannot be, and nothing is shown. */
static gboolean
enter_reading(Door *door, const WebRequest *request, guint64 kase)
{
  const Viewer viewer = request_viewer(request);
  gboolean looks = kase && strcmp(request->route->method, "GET") == 0;
  const Opening *opening = looks ? access_only_by_opening(engine_world(request->engine), &viewer, kase) : NULL;
  if (!opening)
    return TRUE;
  g_autofree char *key = g_strdup_printf("%" G_GUINT64_FORMAT " %s %s", kase, opening->id, request->route->title);
  if (g_hash_table_contains(door->read, key))
    return TRUE;
  const OpeningRead body = { arena_strdup(request->arena, opening->id), viewer.person, request->route->title };
  if (!engine_note_case(request->engine, kase, &opening_read, &body))
    return FALSE;
  return g_hash_table_add(door->read, g_steal_pointer(&key));
}

gboolean
door_looks(WebRequest *request, guint64 kase)
{
  if (enter_reading(request->door, request, kase))
    return TRUE;
  answer_problem(request, problem_of_code("busy"), "いまは緊急閲覧を記録できないため、表示できません。少し待って、もう一度開いてください。");
  return FALSE;
}

void
door_refused(const WebRequest *request)
{
  if (request->who.person && !request->who.first_steps)
    failures_count(request->door->refused, request->who.person);
}

/* A program that runs away leaves time for others. */
static gboolean
too_many(Door *door, WebRequest *request)
{
  guint wait = request->who.bearer ? rate_take(door->rate, request->who.session, g_get_monotonic_time()) : 0;
  if (wait)
    answer_field(request, "Retry-After", arena_printf(request->arena, "%u", wait));
  return wait > 0;
}

gboolean
door_pass(Door *door, WebRequest *request)
{
  Need need = request->route->need;

  if (need != NEED_NOTHING && !request->who.person) /* first: a token that has ended is no other site */
    answer_status(request, 401);
  else if (too_many(door, request))
    answer_problem(request, problem_of_code("many"), "この接続鍵からの要求が多すぎます。少し待って、もう一度送ってください。");
  else if (!own_origin(request)) {
    door_refused(request);
    answer_problem(request, problem_of_status(403), "ほかのサイトから送られた操作は受け付けません。初動の画面から行ってください。");
  }
  else if (needs[need].holds(request))
    return door_looks(request, request->kase);
  else {
    door_refused(request);
    if (needs[need].hides && signed_in(request))
      answer_missing(request);
    else
      answer_status(request, 403);
  }
  return FALSE;
}

gboolean
door_must_prove(const WebRequest *request, const ActKind *act)
{
  return !request->who.bearer && !sessions_may(request->door->sessions, request->who.session, act);
}

gboolean
door_may_act(WebRequest *request, const ActKind *act)
{
  const Identity *who = &request->who;

  if (!(who->rights & (1u << act->right))) {
    door_refused(request);
    answer_problem(request, problem_of_status(403), "この接続鍵には、この操作の権限がありません。権限のある接続鍵を発行してください。");
  }
  else if (door_must_prove(request, act))
    answer_problem(request, problem_of_code("prove-again"), "決定と管理の操作の前に、本人の確認（パスワードとコード）をもう一度お願いします。");
  else
    return TRUE;
  return FALSE;
}

/* --- who asks --- */

/* RFC 6750: "Bearer" SP token. */
static const char *
bearer_of(const WebRequest *request)
{
  const char *field = http_field(request->exchange, "Authorization");
  return field && g_ascii_strncasecmp(field, "Bearer ", 7) == 0 ? field + 7 : NULL;
}

static void
who_by_token(Door *door, WebRequest *request, const char *bearer)
{
  const Token *token = signin_bearer(door->signin, bearer);

  if (token)
    request->who = (Identity){
      .person = arena_strdup(request->arena, token->person),
      .rights = token->rights,
      .bearer = TRUE,
      .session = arena_strdup(request->arena, token->id),
    };
}

static void
who_by_session(Door *door, WebRequest *request, const char *cookie)
{
  const WebSession *session = sessions_use(door->sessions, cookie);

  if (session)
    request->who = (Identity){
      .person = arena_strdup(request->arena, session->person),
      .post = arena_strdup(request->arena, session->post),
      .rights = ALL_RIGHTS,
      .first_steps = session->first_steps,
      .session = arena_strdup(request->arena, session->id),
    };
}

const char *
door_credential(const WebRequest *request)
{
  const char *bearer = bearer_of(request);
  return bearer ? bearer : cookie_session(request);
}

/* A token and a cookie together are a program in a browser: the token speaks. */
void
door_who(Door *door, WebRequest *request)
{
  const char *bearer = bearer_of(request), *cookie = cookie_session(request);

  if (bearer)
    who_by_token(door, request, bearer);
  else if (cookie)
    who_by_session(door, request, cookie);
}

gboolean
door_still(Door *door, const Identity *who)
{
  const Office *office = world_office(engine_world(door->engine));
  if (who->bearer) {
    const Token *token = office_token(office, who->session);
    return token && office_token_valid(office, token, engine_now(door->engine));
  }
  return sessions_find(door->sessions, who->session) != NULL;
}
