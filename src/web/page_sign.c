#include "web/page_sign.h"

#include "office/secret.h"
#include "web/cookies.h"
#include "web/door.h"
#include "web/page.h"
#include "web/page_qr.h"
#include "web/page_refs.h"
#include "web/signin.h"

#define BODY 8192 /* bytes: names, passwords and codes */
#define DIRECT "サーバへ直接（中継なし）" /* whence nobody told */

/* What a form of these pages asked. */
typedef struct Sign Sign;
struct Sign {
  WebRequest *request;
  const char *name, *to;
  void (*again)(Sign *sign, guint status, const char *wrong); /* the form once more */
  void (*done)(Sign *sign, const SigninAnswer *answer);
};

/* Only a page of ours is gone to after signing in. */
static const char *
own_place(const char *to)
{
  return to && to[0] == '/' && to[1] != '/' && to[1] != '\\' ? to : "/";
}

static Sign *
sign_new(WebRequest *request, void (*again)(Sign *, guint, const char *), void (*done)(Sign *, const SigninAnswer *))
{
  Sign *sign = arena_new0(request->arena, Sign);
  *sign = (Sign){ .request = request, .again = again, .done = done, .to = "/" };
  return sign;
}

static const guint statuses[] = {
  [SIGNIN_DONE] = 200, [SIGNIN_MUST_CHANGE] = 200, [SIGNIN_CODE_NEEDED] = 401, [SIGNIN_WRONG] = 401, [SIGNIN_WAIT] = 429,
  [SIGNIN_PROVE] = 403, [SIGNIN_REFUSED] = 422,    [SIGNIN_FAILED] = 500,
};

static void
told(const SigninAnswer *answer, gpointer data)
{
  Sign *sign = data;
  WebRequest *request = sign->request;

  if (answer->token)
    cookie_set_session(request, answer->token);
  if (answer->device)
    cookie_set_device(request, answer->device);
  if (answer->result == SIGNIN_PROVE)
    answer_see_other(request, "/prove?to=/account");
  else if (answer->result == SIGNIN_MUST_CHANGE)
    answer_see_other(request, "/password");
  else if (answer->result == SIGNIN_DONE)
    sign->done(sign, answer);
  else
    sign->again(sign, statuses[answer->result], arena_strdup(request->arena, answer->text));
}

static void
go_on(Sign *sign, const SigninAnswer *answer G_GNUC_UNUSED)
{
  answer_see_other(sign->request, sign->to);
}

/* --- signing in and out --- */

static void
show_signin(Sign *sign, guint status, const char *wrong)
{
  const TplSignIn shown = { .name = sign->name, .wrong = wrong, .to = sign->to };
  GString *out = g_string_new(NULL);
  template_signin(out, page_new(sign->request, "サインイン", ""), &shown);
  page_answer(sign->request, status, out);
}

static void
get_signin(WebRequest *request)
{
  Sign *sign = sign_new(request, show_signin, go_on);
  sign->to = own_place(request_parameter(request, "to"));
  show_signin(sign, 200, NULL);
}

static void
post_signin(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  Sign *sign = sign_new(request, show_signin, go_on);
  sign->name = request_sent_text(form, "name");
  sign->to = own_place(request_sent_text(form, "to"));
  const SigninTry attempt = { sign->name, request_sent_text(form, "password"), request_sent_text(form, "code"), door_remote(request), cookie_device(request) };
  signin_try(door_signin(request->door), &attempt, told, sign);
}

static void
post_signout(WebRequest *request)
{
  sessions_end(door_sessions(request->door), request->who.session);
  cookie_clear_session(request);
  answer_see_other(request, "/signin");
}

/* --- proving again --- */

static gboolean
has_totp(const WebRequest *request)
{
  const Account *account = office_account(world_office(engine_world(request->engine)), request->who.person);
  return account && account->totp;
}

static void
show_prove(Sign *sign, guint status, const char *wrong)
{
  const TplProve shown = { .wrong = wrong, .code = has_totp(sign->request), .to = sign->to };
  GString *out = g_string_new(NULL);
  template_prove(out, page_new(sign->request, "本人の確認", ""), &shown);
  page_answer(sign->request, status, out);
}

static void
proved(Sign *sign, const SigninAnswer *answer G_GNUC_UNUSED)
{
  const TplProve shown = { .done = TRUE, .to = sign->to };
  GString *out = g_string_new(NULL);
  template_prove(out, page_new(sign->request, "本人の確認", ""), &shown);
  page_answer(sign->request, 200, out);
}

static void
get_prove(WebRequest *request)
{
  Sign *sign = sign_new(request, show_prove, proved);
  sign->to = own_place(request_parameter(request, "to"));
  show_prove(sign, 200, NULL);
}

static void
post_prove(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  Sign *sign = sign_new(request, show_prove, proved);
  sign->to = own_place(request_sent_text(form, "to"));
  signin_again(door_signin(request->door), request->who.session, request_sent_text(form, "password"), request_sent_text(form, "code"), told, sign);
}

/* --- the password --- */

static void
show_password(Sign *sign, guint status, const char *wrong)
{
  const TplPassword shown = { .wrong = wrong, .first = sign->request->who.first_steps };
  GString *out = g_string_new(NULL);
  template_password(out, page_new(sign->request, "パスワードを変える", ""), &shown);
  page_answer(sign->request, status, out);
}

static void
get_password(WebRequest *request)
{
  show_password(sign_new(request, show_password, go_on), 200, NULL);
}

static void
post_password(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  Sign *sign = sign_new(request, show_password, go_on);
  if (!g_str_equal(request_sent_text(form, "wanted"), request_sent_text(form, "again")))
    show_password(sign, 422, "新しいパスワードの二つの入力が違っています。もう一度入力してください。");
  else
    signin_change_password(door_signin(request->door), request->who.session, request_sent_text(form, "present"), request_sent_text(form, "wanted"), told, sign);
}

/* --- the account --- */

static void
put_seats(WebRequest *request, TplAccount *shown)
{
  List seats = access_posts(engine_world(request->engine), request->who.person, instant_date(engine_now(request->engine)), request->arena);
  for (gsize i = 0; i < seats.length; i++) {
    const SeatHeld *seat = list_item(seats, SeatHeld, i);
    *(TplSeat *)list_push(request->arena, &shown->seats, sizeof(TplSeat)) = (TplSeat){
      .post = seat->post, .name = seat->name, .deputy = seat->capacity == CAPACITY_DEPUTY,
      .chosen = g_strcmp0(seat->post, request->who.post) == 0,
    };
    shown->may_issue = shown->may_issue || g_str_equal(seat->post, OFFICE_ADMINISTRATOR);
  }
  shown->several = seats.length > 1;
}

static void
put_sessions(WebRequest *request, TplAccount *shown)
{
  g_autoptr(GPtrArray) mine = sessions_of(door_sessions(request->door), request->who.person);
  Instant now = engine_now(request->engine);
  for (guint i = 0; i < mine->len; i++) {
    const WebSession *session = g_ptr_array_index(mine, i);
    *(TplSessionRow *)list_push(request->arena, &shown->sessions, sizeof(TplSessionRow)) = (TplSessionRow){
      .id = arena_strdup(request->arena, session->id), .remote = g_str_equal(session->remote, DOOR_NO_REMOTE) ? DIRECT : arena_strdup(request->arena, session->remote),
      .begun = page_time(request->arena, session->begun, now), .used = page_time(request->arena, session->used, now),
      .own = g_strcmp0(session->id, request->who.session) == 0,
    };
  }
}

static void
put_people(WebRequest *request, TplAccount *shown)
{
  const Office *office = world_office(engine_world(request->engine));
  List persons = office_persons(office);
  Date day = instant_date(engine_now(request->engine));
  const Plan *plan = world_plan_on(engine_world(request->engine), day, NULL);
  for (gsize i = 0; shown->may_issue && i < persons.length; i++) {
    const Person *person = list_item(persons, Person, i);
    if (person->name)
      *(TplOption *)list_push(request->arena, &shown->people, sizeof(TplOption)) = (TplOption){
        .value = person->id, .label = page_person(office, plan, person, day, request->arena),
      };
  }
}

static void
show_account(Sign *sign, guint status, const char *wrong)
{
  WebRequest *request = sign->request;
  const Office *office = world_office(engine_world(request->engine));
  const Account *account = office_account(office, request->who.person);
  TplAccount shown = {
    .name = office_person_name(office, request->who.person), .wrong = wrong,
    .totp = account && account->totp, .codes = account ? (gint64)account->codes.length : 0,
  };
  put_seats(request, &shown);
  put_sessions(request, &shown);
  put_people(request, &shown);
  GString *out = g_string_new(NULL);
  template_account(out, page_new(request, "アカウント", ""), &shown);
  page_answer(request, status, out);
}

static Sign *
account_sign(WebRequest *request, void (*done)(Sign *, const SigninAnswer *))
{
  Sign *sign = sign_new(request, show_account, done);
  sign->to = "/account";
  return sign;
}

static void
get_account(WebRequest *request)
{
  show_account(account_sign(request, go_on), 200, NULL);
}

static void
post_post(WebRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  if (sessions_choose_post(door_sessions(request->door), request->who.session, request_sent_text(form, "post"), &error))
    answer_see_other(request, "/account");
  else
    show_account(account_sign(request, go_on), 422, error->message);
}

static void
post_end(WebRequest *request)
{
  const WebSession *session = sessions_find(door_sessions(request->door), request_value(request, 0));
  if (session && g_str_equal(session->person, request->who.person))
    sessions_end(door_sessions(request->door), session->id);
  answer_see_other(request, "/account");
}

/* --- shown this once --- */

static void
show_once(WebRequest *request, const char *title, const char *words, const SigninAnswer *answer, const char *next)
{
  TplShown shown = { .title = title, .words = words, .next = next, .secret = answer->secret };
  for (gsize i = 0; answer->codes && answer->codes[i]; i++)
    list_add(request->arena, &shown.codes, answer->codes[i]);
  GString *out = g_string_new(NULL);
  template_shown(out, page_new(request, title, ""), &shown);
  page_answer(request, 200, out);
}

static void
show_codes(Sign *sign, const SigninAnswer *answer)
{
  show_once(sign->request, "回復コード",
            "電話をなくしたときにコードの代わりに使えます。一つは一度だけです。今だけ表示します。印刷して、鍵のかかる所に保管してください。",
            answer, "/account");
}

static void
post_codes(WebRequest *request)
{
  signin_renew_codes(door_signin(request->door), request->who.session, told, account_sign(request, show_codes));
}

static void
show_issued(Sign *sign, const SigninAnswer *answer)
{
  show_once(sign->request, "一度だけのパスワード",
            arena_printf(sign->request->arena, "%sさんに、本人であることを確かめてから伝えてください。72時間、一度だけ使えます。今だけ表示します。",
                         sign->name),
            answer, "/account");
}

static void
post_issue(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (!form)
    return;
  Sign *sign = account_sign(request, show_issued);
  sign->name = office_person_name(world_office(engine_world(request->engine)), request_sent_text(form, "person"));
  signin_issue_password(door_signin(request->door), request->who.session, request_sent_text(form, "person"), told, sign);
}

/* --- the second factor --- */

static void
show_confirm(Sign *sign, guint status, const char *wrong)
{
  const TplTotp shown = { .wrong = wrong };
  GString *out = g_string_new(NULL);
  template_totp(out, page_new(sign->request, "認証アプリを登録する", ""), &shown);
  page_answer(sign->request, status, out);
}

static void
post_totp(WebRequest *request)
{
  char *text, *uri;
  g_autoptr(GError) error = NULL;
  if (!signin_begin_totp(door_signin(request->door), request->who.session, &text, &uri, &error)) {
    show_account(account_sign(request, go_on), problem_of_error(error)->status, error->message);
    return;
  }
  TplTotp shown = { .secret = text };
  shown.path = page_qr(uri, request->arena, &shown.size);
  GString *out = g_string_new(NULL);
  template_totp(out, page_new(request, "認証アプリを登録する", ""), &shown);
  secret_free(text);
  secret_free(uri);
  page_answer(request, 200, out);
}

static void
post_confirm(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (form)
    signin_confirm_totp(door_signin(request->door), request->who.session, request_sent_text(form, "code"), told,
                        sign_new(request, show_confirm, show_codes));
}

static void
post_remove(WebRequest *request)
{
  g_autoptr(GArray) form = request_form(request);
  if (form)
    signin_remove_totp(door_signin(request->door), request->who.session, request_sent_text(form, "reason"), told, account_sign(request, go_on));
}

static const Route routes[] = {
  { "GET", "/signin", NEED_NOTHING, 0, get_signin, FACE_PAGE, "サインインの入力", NULL },
  { "POST", "/signin", NEED_NOTHING, BODY, post_signin, FACE_PAGE, "サインイン", NULL },
  { "POST", "/signout", NEED_SESSION, BODY, post_signout, FACE_PAGE, "サインアウト", NULL },
  { "GET", "/prove", NEED_OWN, 0, get_prove, FACE_PAGE, "本人の確認の入力", NULL },
  { "POST", "/prove", NEED_OWN, BODY, post_prove, FACE_PAGE, "本人の確認", NULL },
  { "GET", "/password", NEED_SESSION, 0, get_password, FACE_PAGE, "パスワードの入力", NULL },
  { "POST", "/password", NEED_SESSION, BODY, post_password, FACE_PAGE, "パスワードを変える", NULL },
  { "GET", "/account", NEED_OWN, 0, get_account, FACE_PAGE, "アカウント", NULL },
  { "POST", "/account/post", NEED_OWN, BODY, post_post, FACE_PAGE, "行う職を選ぶ", NULL },
  { "POST", "/account/sessions/{session}/end", NEED_OWN, BODY, post_end, FACE_PAGE, "サインインを終える", NULL },
  { "POST", "/account/totp", NEED_OWN, BODY, post_totp, FACE_PAGE, "認証アプリの登録を始める", NULL },
  { "POST", "/account/totp/confirm", NEED_OWN, BODY, post_confirm, FACE_PAGE, "認証アプリの登録を終える", NULL },
  { "POST", "/account/totp/remove", NEED_OWN, BODY, post_remove, FACE_PAGE, "認証アプリをやめる", NULL },
  { "POST", "/account/codes", NEED_OWN, BODY, post_codes, FACE_PAGE, "回復コードを作り直す", NULL },
  { "POST", "/account/issue", NEED_OWN, BODY, post_issue, FACE_PAGE, "一度だけのパスワードを発行する", NULL },
};

void
page_sign_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
