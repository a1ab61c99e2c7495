#include "engine/command.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/json.h"
#include "engine/check.h"
#include "engine/issue.h"
#include "engine/papers.h"
#include "engine/receiver.h"
#include "engine/clock_view.h"
#include "engine/herald.h"
#include "engine/mails.h"
#include "engine/tables.h"
#include "engine/told.h"
#include "engine/view.h"
#include "office/secret.h"

typedef struct {
  CommandReply reply;
  gpointer data;
  json_t *answer; /* what was made, waiting for the disk */
  json_t *also;   /* goes into the reply to an act, or NULL */
  Engine *engine;
  guint64 kase;
} Waiting;

/* --- replies --- */

static json_t *
failed(const GError *error)
{
  static const char *const codes[] = {
    [SHODO_ERROR_INVALID] = "invalid", [SHODO_ERROR_NOT_FOUND] = "not-found", [SHODO_ERROR_DENIED] = "denied",
    [SHODO_ERROR_REFUSED] = "refused", [SHODO_ERROR_CONFLICT] = "conflict",   [SHODO_ERROR_LIMIT] = "limit",
    [SHODO_ERROR_IO] = "io",           [SHODO_ERROR_CORRUPT] = "corrupt",     [SHODO_ERROR_FENCED] = "fenced",
  };
  gboolean ours = error->domain == SHODO_ERROR && error->code >= 0 && error->code < (int)G_N_ELEMENTS(codes);
  return json_pack("{s:b, s:s, s:s, s:i}", "ok", 0, "code", ours ? codes[error->code] : "io", "text", error->message,
                   "status", shodo_error_exit_status(error));
}

static void
when_durable(const Answer *answer, gpointer data)
{
  Waiting *waiting = data;
  json_object_set_new(waiting->answer, "head", json_integer((json_int_t)answer->head));
  waiting->reply(waiting->answer, waiting->data);
  g_free(waiting);
}

static void
show(Engine *engine, json_t *answer, CommandReply reply, gpointer data)
{
  Waiting *waiting = g_new0(Waiting, 1);
  *waiting = (Waiting){ .reply = reply, .data = data, .answer = answer };
  if (!json_object_get(answer, "ok"))
    json_object_set_new(answer, "ok", json_true());
  engine_hold(engine, when_durable, waiting);
}

/* --- acts --- */

static const Plan *
plan_for(Engine *engine, guint64 number)
{
  World *world = engine_world(engine);
  if (number && number <= world_cases(world))
    return world_plan(world, list_pointer(world_cards(world), Card, number - 1)->plan, NULL);
  return world_plan_on(world, instant_date(engine_now(engine)), NULL);
}

static const char *
code_of(const Findings *findings)
{
  static const char *const codes[] = {
    [FINDING_ADVISE] = "ok", [FINDING_REFUSE] = "refused", [FINDING_INVALID] = "invalid", [FINDING_DENIED] = "denied",
    [FINDING_FAILED] = "io",
  };
  return codes[findings_worst(findings)];
}

static int
status_of(const Answer *answer)
{
  if (answer->done)
    return 0;
  return findings_worst(answer->findings) == FINDING_FAILED ? 3 : 1;
}

static void
act_done(const Answer *answer, gpointer data)
{
  Waiting *waiting = data;
  const Plan *plan = plan_for(waiting->engine, answer->kase ? answer->kase : waiting->kase);
  json_t *reply = json_pack("{s:b, s:i, s:s, s:o, s:I, s:I, s:I, s:I}", "ok", answer->done, "status", status_of(answer), "code",
                            answer->done ? "ok" : code_of(answer->findings), "findings",
                            view_findings(plan, answer->findings), "first", (json_int_t)answer->first, "count",
                            (json_int_t)answer->count, "case", (json_int_t)answer->kase, "head", (json_int_t)answer->head);
  if (waiting->also)
    json_object_update(reply, waiting->also);
  json_decref(waiting->also);
  waiting->reply(reply, waiting->data);
  g_free(waiting);
}

/* PERSON/POST */
static gboolean
take_actor(const json_t *request, Request *act, char **person, char **post, GError **error)
{
  const char *as = json_string_value(json_object_get(request, "as"));
  const char *slash = as ? strchr(as, '/') : NULL;
  if (!slash) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "誰がどの職で行うかを「氏名/職」の形で指定してください（--as）。");
    return FALSE;
  }
  act->person = *person = g_strndup(as, (gsize)(slash - as));
  act->post = *post = g_strdup(slash + 1);
  return TRUE;
}

static void
run_act(Engine *engine, const json_t *request, CommandReply reply, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *person = NULL, *post = NULL;
  json_int_t number = json_integer_value(json_object_get(request, "case"));
  Request act = {
    .act = json_string_value(json_object_get(request, "act")),
    .proxy = json_string_value(json_object_get(request, "proxy")),
    .kase = number > 0 ? (guint64)number : 0,
    .fields = json_object_get(request, "fields"),
  };
  const ActKind *kind = act.act ? tables_act(act.act) : NULL;
  if (kind && kind->inner)
    g_set_error(&error, SHODO_ERROR, SHODO_ERROR_DENIED, "「%s」は画面で本人が行います。一度だけのパスワードは shodo account issue で発行できます。",
                kind->title);
  if (error || !take_actor(request, &act, &person, &post, &error) || !request_set_time(&act, json_string_value(json_object_get(request, "happened")),
                                                                                 json_string_value(json_object_get(request, "precision")), &error)) {
    show(engine, failed(error), reply, data);
    return;
  }
  Waiting *waiting = g_new0(Waiting, 1);
  *waiting = (Waiting){ .reply = reply, .data = data, .engine = engine, .kase = act.kase };
  engine_submit(engine, &act, act_done, waiting);
}

/* --- a one-time password: {"command": "issue-password", "as", "person"} --- */

static void
password_issued(const Answer *answer, gpointer data)
{
  Waiting *waiting = data;
  json_t *password = waiting->answer;
  waiting->answer = NULL;
  waiting->also = answer->done ? password : NULL;
  if (!answer->done)
    json_decref(password);
  act_done(answer, waiting);
}

static void
run_issue(Engine *engine, const json_t *request, CommandReply reply, gpointer data)
{
  const char *whom = json_string_value(json_object_get(request, "person"));
  g_autoptr(GError) error = NULL;
  g_autofree char *person = NULL, *post = NULL;
  char *password = NULL;
  Request act = { .act = "account.issue_password", .happened = INSTANT_NONE };
  g_autoptr(json_t) fields = NULL;

  if (!take_actor(request, &act, &person, &post, &error) ||
      !(fields = issue_password(engine, whom ? whom : "", &password, &error))) {
    show(engine, failed(error), reply, data);
    return;
  }
  act.fields = fields;
  Waiting *waiting = g_new0(Waiting, 1);
  *waiting = (Waiting){ .reply = reply, .data = data, .engine = engine, .answer = json_pack("{s:s}", "password", password) };
  secret_free(password);
  engine_submit(engine, &act, password_issued, waiting);
}

/* --- adopting a plan: {"command": "adopt-plan", "as", "name", "text", "from"?} --- */

/* The fields of office.adopt_plan, or NULL: the text is no plan, or not in force by then. */
static json_t *
adoption(const json_t *request, GError **error)
{
  const char *name = json_string_value(json_object_get(request, "name"));
  const char *text = json_string_value(json_object_get(request, "text"));
  const char *from = json_string_value(json_object_get(request, "from"));
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Plan) plan = plan_load(name ? name : "計画", text ? text : "", text ? strlen(text) : 0, tables_vocabulary(), error);
  Date day = plan ? plan_head(plan)->effective_from : DATE_NONE;

  if (!plan || (from && !date_parse(from, &day, error)))
    return NULL;
  if (day >= plan_head(plan)->effective_from)
    return json_pack("{s:s, s:s}", "digest", plan_digest(plan), "from", date_print_iso(arena, day));
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "この計画は%sから効力を持ちます。採用は、その日以後からにしてください。",
              date_print_plain(arena, plan_head(plan)->effective_from));
  return NULL;
}

/* The bytes are stored before the act refers to them.  Stored in vain, they are nobody's plan. */
static void
run_adoption(Engine *engine, const json_t *request, CommandReply reply, gpointer data)
{
  const char *text = json_string_value(json_object_get(request, "text"));
  g_autoptr(GError) error = NULL;
  char address[BLOB_ADDRESS + 1];
  g_autoptr(json_t) fields = adoption(request, &error);

  if (!fields || !blob_put_bytes(engine_blobs(engine), text, strlen(text), address, &error)) {
    show(engine, failed(error), reply, data);
    return;
  }
  g_autoptr(json_t) act = json_pack("{s:s, s:s, s:O, s:O*}", "command", "act", "act", "office.adopt_plan", "fields", fields,
                                    "as", json_object_get(request, "as"));
  run_act(engine, act, reply, data);
}

/* "viewer", a person's id or name; absent it is the owner of the data directory.  Nobody of that name sees
 * nothing. */
static Viewer
viewer_of(Engine *engine, const json_t *request)
{
  const json_t *named = json_object_get(request, "viewer");
  const char *name = json_string_value(named);
  const Person *person = name ? office_person_named(world_office(engine_world(engine)), name) : NULL;
  return (Viewer){ .person = person ? person->id : named ? "" : NULL, .now = engine_now(engine) };
}

/* --- what was issued: {"command": "paper-file", "case", "form", "number", "format", "again"?} --- */

static void
file_fetched(GBytes *file, gboolean equal, const GError *error, gpointer data)
{
  Waiting *waiting = data;
  gsize size = 0;
  const guchar *bytes = file ? g_bytes_get_data(file, &size) : NULL;
  g_autofree char *base64 = file ? g_base64_encode(bytes, size) : NULL;
  show(waiting->engine, file ? json_pack("{s:s, s:b}", "file", base64, "equal", equal) : failed(error), waiting->reply, waiting->data);
  g_free(waiting);
}

static void
run_file(Engine *engine, const json_t *request, CommandReply reply, gpointer data)
{
  const Viewer viewer = viewer_of(engine, request);
  Waiting *waiting = g_new0(Waiting, 1);
  *waiting = (Waiting){ .reply = reply, .data = data, .engine = engine };
  papers_fetch(engine, &viewer, request, file_fetched, waiting);
}

/* --- a mail that came in: {"command": "mail-receive", "blob"} --- */

static void
mail_taken(guint64 number, gboolean again, const GError *error, gpointer data)
{
  Waiting *waiting = data;
  g_autofree char *id = g_strdup_printf("m%" G_GUINT64_FORMAT, number);
  show(waiting->engine, number ? json_pack("{s:s, s:b}", "received", id, "again", again) : failed(error), waiting->reply, waiting->data);
  g_free(waiting);
}

static void
run_receive(Engine *engine, const json_t *request, CommandReply reply, gpointer data)
{
  const char *blob = json_string_value(json_object_get(request, "blob"));
  Waiting *waiting = g_new0(Waiting, 1);
  *waiting = (Waiting){ .reply = reply, .data = data, .engine = engine };
  receiver_take(engine, blob ? blob : "", mail_taken, waiting);
}

/* --- questions --- */

typedef json_t *(*Question)(Engine *engine, const json_t *request, GError **error);

static json_t *
ask_case_list(Engine *engine, const json_t *request, GError **error G_GNUC_UNUSED)
{
  const Viewer viewer = viewer_of(engine, request);
  return json_pack("{s:o}", "cases", view_cases(engine_world(engine), &viewer));
}

static json_t *
ask_notices(Engine *engine, const json_t *request, GError **error G_GNUC_UNUSED)
{
  const Viewer viewer = viewer_of(engine, request);
  return json_pack("{s:o}", "notices", view_notices(engine_world(engine), &viewer));
}

static json_t *
ask_reviews(Engine *engine, const json_t *request, GError **error G_GNUC_UNUSED)
{
  const Viewer viewer = viewer_of(engine, request);
  return json_pack("{s:o}", "reviews", view_reviews(engine_world(engine), &viewer));
}

/* The world as it stood when the journal had AS_OF entries; NULL when it is the present one. */
static gboolean
world_for(Engine *engine, const json_t *request, World **past, GError **error)
{
  const json_t *as_of = json_object_get(request, "as_of");
  *past = NULL;
  if (!as_of)
    return TRUE;
  if (!json_is_integer(as_of) || json_integer_value(as_of) < 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "記録の番号は0以上の整数で指定してください。");
    return FALSE;
  }
  *past = world_new(engine_reader(engine), engine_blobs(engine), engine_keyring(engine), engine_dir(engine));
  if (world_load(*past, (guint64)json_integer_value(as_of), error))
    return TRUE;
  world_free(g_steal_pointer(past));
  return FALSE;
}

typedef json_t *(*CaseView)(World *world, World *now, const Viewer *viewer, guint64 number, GError **error);

static json_t *
ask_case(Engine *engine, const json_t *request, CaseView view, GError **error)
{
  g_autoptr(World) past = NULL;
  engine_drain(engine);
  if (!world_for(engine, request, &past, error))
    return NULL;
  const Viewer viewer = viewer_of(engine, request);
  json_int_t number = json_integer_value(json_object_get(request, "case"));
  return view(past ? past : engine_world(engine), engine_world(engine), &viewer, number > 0 ? (guint64)number : 0, error);
}

static json_t *
ask_case_show(Engine *engine, const json_t *request, GError **error)
{
  return ask_case(engine, request, view_case_for, error);
}

static json_t *
ask_conformity(Engine *engine, const json_t *request, GError **error)
{
  return ask_case(engine, request, view_conformity_for, error);
}

static json_t *
ask_paper(Engine *engine, const json_t *request, GError **error)
{
  g_autoptr(World) past = NULL;
  engine_drain(engine);
  if (!world_for(engine, request, &past, error))
    return NULL;
  const Viewer viewer = viewer_of(engine, request);
  return papers_model(engine, past ? past : engine_world(engine), &viewer, request, error);
}

static json_t *
ask_proposals(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  engine_drain(engine);
  json_t *list = papers_proposals(engine, &viewer, request, error);
  return list ? json_pack("{s:o}", "proposals", list) : NULL;
}

static json_t *
ask_office(Engine *engine, const json_t *request, GError **error)
{
  const char *on = json_string_value(json_object_get(request, "on"));
  Date day = instant_date(engine_now(engine));
  if (on && !date_parse(on, &day, error))
    return NULL;
  const Viewer viewer = viewer_of(engine, request);
  return view_office_for(engine_world(engine), &viewer, day, error);
}

static json_t *
ask_board(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  engine_drain(engine);
  return clock_board(engine_world(engine), &viewer, error);
}

static json_t *
ask_feed(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  const char *post = json_string_value(json_object_get(request, "post"));
  engine_drain(engine);
  g_autofree char *text = clock_feed(engine_world(engine), &viewer, post ? post : "", error);
  return text ? json_pack("{s:s}", "text", text) : NULL;
}

/* {"mails": […], "states": {…}, "more": true?} of "case" and "state". */
static json_t *
ask_mails(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  const char *state = json_string_value(json_object_get(request, "state"));
  const Choice *choice = state ? choice_by_token(mail_states, state) : NULL;
  gboolean more;

  if (state && !choice) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "状態は waiting、attempted、unknown、accepted、delayed、bounced、failed、withdrawn、gathered のどれかです。");
    return NULL;
  }
  engine_drain(engine);
  g_autoptr(GArray) numbers = mails_list(engine_world(engine), &viewer, (guint64)json_integer_value(json_object_get(request, "case")),
                                         choice ? 1u << choice->value : 0, 0, LIMIT_PAGE, &more);
  g_autoptr(json_t) mails = json_array();
  for (guint i = 0; i < numbers->len; i++) {
    g_autoptr(Arena) arena = arena_new();
    MailRead mail;
    if (!mails_read(engine, g_array_index(numbers, guint64, i), arena, &mail, error))
      return NULL;
    json_array_append_new(mails, mails_json(&mail, FALSE));
  }
  return json_pack("{s:O, s:b}", "mails", mails, "more", more);
}

static json_t *
ask_mail(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  const char *id = json_string_value(json_object_get(request, "mail"));
  const Outbox *outbox = world_outbox(engine_world(engine));
  guint64 number = outbox_number(outbox, id);
  g_autoptr(Arena) arena = arena_new();
  MailRead mail;

  engine_drain(engine);
  if (!number || !mails_seen(engine_world(engine), &viewer, outbox_row(outbox, number))) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "発送簿に「%s」はありません。", id ? id : "");
    return NULL;
  }
  List events;
  if (!mails_read(engine, number, arena, &mail, error) || !mails_history(engine, &mail, arena, &events, error))
    return NULL;
  json_t *json = mails_json(&mail, TRUE);
  json_object_set_new(json, "history", mails_history_json(events));
  return json;
}

/* {"received": […], "more"} of "case" and "state". */
static json_t *
ask_inbox(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  const char *state = json_string_value(json_object_get(request, "state"));
  const Choice *choice = state ? choice_by_token(received_states, state) : NULL;
  gboolean more;

  if (state && !choice) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "状態は unsorted、sorted、linked、aside のどれかです。");
    return NULL;
  }
  engine_drain(engine);
  g_autoptr(GArray) numbers = mails_received_list(engine_world(engine), &viewer, (guint64)json_integer_value(json_object_get(request, "case")), 0,
                                                  choice ? 1u << choice->value : 0, 0, LIMIT_PAGE, &more);
  g_autoptr(json_t) received = json_array();
  for (guint i = 0; i < numbers->len; i++) {
    g_autoptr(Arena) arena = arena_new();
    ReceivedRead read;
    if (!mails_read_received(engine, g_array_index(numbers, guint64, i), arena, &read, error))
      return NULL;
    json_array_append_new(received, mails_received_json(&read, FALSE));
  }
  return json_pack("{s:O, s:b}", "received", received, "more", more);
}

static json_t *
ask_received(Engine *engine, const json_t *request, GError **error)
{
  const Viewer viewer = viewer_of(engine, request);
  const char *id = json_string_value(json_object_get(request, "received"));
  g_autoptr(Arena) arena = arena_new();
  ReceivedRead read;

  engine_drain(engine);
  return mails_find_received(engine, &viewer, id, arena, &read, error) ? mails_received_json(&read, TRUE) : NULL;
}

static json_t *
ask_clock(Engine *engine, const json_t *request, GError **error)
{
  const char *text = json_string_value(json_object_get(request, "now"));
  Instant now;
  if (!text || !instant_parse(text, &now, error) || !engine_set_clock(engine, now, error))
    return NULL;
  return json_object();
}

static json_t *
ask_sign(Engine *engine, const json_t *request G_GNUC_UNUSED, GError **error)
{
  g_autofree char *note = engine_sign(engine, error);
  return note ? json_pack("{s:s}", "checkpoint", note) : NULL;
}

static json_t *
ask_resume(Engine *engine, const json_t *request G_GNUC_UNUSED, GError **error)
{
  return engine_resume(engine, error) ? json_object() : NULL;
}

static json_t *
ask_digest(Engine *engine, const json_t *request G_GNUC_UNUSED, GError **error)
{
  engine_drain(engine);
  g_autoptr(World) fresh = world_new(engine_reader(engine), engine_blobs(engine), engine_keyring(engine), "/nonexistent");
  g_autofree char *live = world_digest(engine_world(engine), error);
  if (!live || !world_load(fresh, G_MAXUINT64, error))
    return NULL;
  g_autofree char *rebuilt = world_digest(fresh, error);
  return rebuilt ? json_pack("{s:s, s:s, s:b}", "live", live, "rebuilt", rebuilt, "equal", g_str_equal(live, rebuilt)) : NULL;
}

/* Events from entry "from", at most "limit" (told.h). */
static json_t *
ask_told(Engine *engine, const json_t *request, GError **error)
{
  json_int_t from = json_integer_value(json_object_get(request, "from")), limit = json_integer_value(json_object_get(request, "limit"));
  if (from < 0 || limit < 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "記録の番号と件数は0以上の整数で指定してください。");
    return NULL;
  }
  engine_drain(engine);
  return told_json(engine, (guint64)from, (gsize)limit, error);
}

static json_t *
ask_destinations(Engine *engine, const json_t *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  engine_drain(engine);
  return told_destinations(engine);
}

/* The key of "destination", once. */
static json_t *
ask_reveal(Engine *engine, const json_t *request, GError **error)
{
  const char *id = json_string_value(json_object_get(request, "destination"));
  const Destination *destination = id ? office_destination(world_office(engine_world(engine)), id) : NULL;
  engine_drain(engine);
  if (!destination) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "知らせの宛先に「%s」はありません。", id ? id : "");
    return NULL;
  }
  char *secret = herald_reveal(engine, destination, NULL, error);
  json_t *answer = secret ? json_pack("{s:s}", "secret", secret) : NULL;
  secret_free(secret);
  return answer;
}

/* システム点検. */
static json_t *
ask_system(Engine *engine, const json_t *request G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return check_json(engine);
}

static const struct {
  const char *name;
  Question question;
  gboolean owner; /* no viewer may ask it */
} questions[] = {
  { "case-list", ask_case_list, FALSE }, { "case-show", ask_case_show, FALSE }, { "conformity", ask_conformity, FALSE },
  { "paper", ask_paper, FALSE },         { "proposals", ask_proposals, FALSE },
          { "notices", ask_notices, FALSE },
  { "clock-board", ask_board, FALSE },   { "clock-feed", ask_feed, FALSE },
  { "reviews", ask_reviews, FALSE },     { "office", ask_office, FALSE },       { "clock", ask_clock, TRUE },
  { "mails", ask_mails, FALSE },         { "mail", ask_mail, FALSE },
  { "inbox", ask_inbox, FALSE },         { "received", ask_received, FALSE },
  { "sign", ask_sign, TRUE },            { "rebuild", ask_digest, TRUE },       { "resume", ask_resume, TRUE },
  { "system", ask_system, TRUE },
  { "told", ask_told, TRUE },            { "destinations", ask_destinations, TRUE }, { "reveal", ask_reveal, TRUE },
};

static json_t *
answer_question(gsize row, Engine *engine, const json_t *request, GError **error)
{
  if (!questions[row].owner || !json_object_get(request, "viewer"))
    return questions[row].question(engine, request, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_DENIED, "データの所有者だけが行えます。");
  return NULL;
}

void
command_submit(Engine *engine, const json_t *request, CommandReply reply, gpointer data)
{
  const char *name = json_string_value(json_object_get(request, "command"));
  g_autoptr(GError) error = NULL;

  if (g_strcmp0(name, "act") == 0) {
    run_act(engine, request, reply, data);
    return;
  }
  if (g_strcmp0(name, "issue-password") == 0) {
    run_issue(engine, request, reply, data);
    return;
  }
  if (g_strcmp0(name, "adopt-plan") == 0) {
    run_adoption(engine, request, reply, data);
    return;
  }
  if (g_strcmp0(name, "mail-receive") == 0 && !json_object_get(request, "viewer")) {
    run_receive(engine, request, reply, data);
    return;
  }
  if (g_strcmp0(name, "paper-file") == 0) {
    run_file(engine, request, reply, data);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
    if (g_strcmp0(name, questions[i].name) != 0)
      continue;
    json_t *answer = answer_question(i, engine, request, &error);
    if (!answer && !error)
      g_set_error(&error, SHODO_ERROR, SHODO_ERROR_INVALID, "指定が足りません。");
    show(engine, answer ? answer : failed(error), reply, data);
    return;
  }
  g_set_error(&error, SHODO_ERROR, SHODO_ERROR_INVALID, "「%s」という命令はありません。", name ? name : "");
  show(engine, failed(error), reply, data);
}
