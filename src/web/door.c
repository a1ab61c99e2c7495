#include "web/door.h"

#include <string.h>

#include "base/error.h"
#include "office/accounts.h"
#include "web/csrf.h"
#include "web/idempotency.h"

#define ALL_RIGHTS ((guint)-1)

struct Door {
  Engine *engine;
  Idempotency *idempotency;
};

Door *
door_new(Engine *engine, GError **error G_GNUC_UNUSED)
{
  Door *door = g_new0(Door, 1);
  door->engine = engine;
  door->idempotency = idempotency_new(engine);
  return door;
}

void
door_free(Door *door)
{
  if (!door)
    return;
  idempotency_free(door->idempotency);
  g_free(door);
}

Idempotency *
door_idempotency(Door *door)
{
  return door->idempotency;
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
needs_first_steps(WebRequest *request)
{
  return request->who.person != NULL;
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
  return signed_in(request) && request_number(request, 0, &request->kase) &&
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
  [NEED_FIRST_STEPS] = { needs_first_steps, FALSE }, [NEED_VIEW] = { needs_view, FALSE },
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

gboolean
door_pass(Door *door G_GNUC_UNUSED, WebRequest *request)
{
  Need need = request->route->need;

  if (!own_origin(request))
    answer_problem(request, problem_of_status(403), "ほかのサイトから送られた操作は受け付けません。初動の画面から行ってください。");
  else if (need != NEED_NOTHING && !request->who.person)
    answer_status(request, 401);
  else if (needs[need].holds(request))
    return TRUE;
  else if (needs[need].hides && signed_in(request))
    answer_missing(request);
  else
    answer_status(request, 403);
  return FALSE;
}

gboolean
door_may_act(WebRequest *request, const ActKind *act)
{
  const Identity *who = &request->who;

  if (!(who->rights & (1u << act->right)))
    answer_problem(request, problem_of_status(403), "この接続鍵には、この操作の権限がありません。権限のある接続鍵を発行してください。");
  else if (act->right >= RIGHT_DECIDE && !act->urgent && !who->bearer && !who->proven)
    answer_problem(request, problem_of_code("prove-again"), "決定と管理の操作の前に、本人の確認（パスワードとコード）をもう一度お願いします。");
  else
    return TRUE;
  return FALSE;
}

/* --- who asks --- */

static char *
hash_of(const char *token)
{
  return g_compute_checksum_for_string(G_CHECKSUM_SHA256, token, -1);
}

/* RFC 6750: "Bearer" SP token. */
static const char *
bearer_of(const WebRequest *request)
{
  const char *field = http_field(request->exchange, "Authorization");
  return field && g_ascii_strncasecmp(field, "Bearer ", 7) == 0 ? field + 7 : NULL;
}

static const Token *
valid_token(const Door *door, const char *hash)
{
  const Office *office = world_office(engine_world(door->engine));
  const Token *token = office_token_of_hash(office, hash);
  return token && office_token_valid(office, token, engine_now(door->engine)) ? token : NULL;
}

static void
who_by_token(const Door *door, WebRequest *request, const char *bearer)
{
  g_autofree char *hash = hash_of(bearer);
  const Token *token = valid_token(door, hash);

  if (token)
    request->who = (Identity){
      .person = arena_strdup(request->arena, token->person), .rights = token->rights, .bearer = TRUE,
      .session = arena_strdup(request->arena, hash),
    };
}

void
door_who(Door *door, WebRequest *request)
{
  const char *bearer = bearer_of(request);

  if (bearer)
    who_by_token(door, request, bearer);
}

gboolean
door_still(Door *door, const Identity *who)
{
  return who->bearer && valid_token(door, who->session) != NULL;
}
