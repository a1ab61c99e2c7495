/* 発送簿: what waits, what nobody knows, what failed and what was sent; each mail as it is sent. */
#include <stdlib.h>

#include "engine/mailer.h"
#include "engine/mails.h"
#include "engine/tables.h"
#include "office/mailing.h"
#include "web/door.h"
#include "web/page.h"
#include "web/page_inbox.h"
#include "web/page_rooms.h"

#define ROWS 50        /* of the part asked for */
#define ROWS_AMONG 10  /* of each part when all are shown */

/* What somebody must look at comes first. */
static const struct {
  const char *id, *name, *about;
  guint states;
} parts[] = {
  { "unknown", "送達不明", "届いたかどうか分からないものです。自動では二度と送りません。電話などで確かめ、取りやめるか、もう一度送ってください。", 1u << MAIL_UNKNOWN },
  { "failed", "送信失敗・不達・遅延", NULL, 1u << MAIL_FAILED | 1u << MAIL_BOUNCED | 1u << MAIL_DELAYED },
  { "waiting", "送信待ち", NULL, 1u << MAIL_WAITING | 1u << MAIL_ATTEMPTED },
  { "sent", "送信済み", NULL, 1u << MAIL_ACCEPTED | 1u << MAIL_GATHERED },
  { "withdrawn", "取りやめ", NULL, 1u << MAIL_WITHDRAWN },
};

static gboolean
is_strong(MailState state)
{
  return state == MAIL_UNKNOWN || state == MAIL_FAILED || state == MAIL_BOUNCED || state == MAIL_DELAYED;
}

/* Why it is as it is; NULL: there is nothing to say. */
static const char *
why_of(const MailRead *mail)
{
  if (mail->last == &mail_failed || mail->last == &mail_unknown)
    return choice_label(mail_whys, mail->outcome->why);
  if (mail->row.state == MAIL_WAITING && mail->row.attempts)
    return "中継サーバに届かず、又は延ばされています";
  if (mail->received && mail->received->diagnostic)
    return mail->received->diagnostic;
  return mail->order ? mail->order->reason : NULL;
}

/* --- the list --- */

static void
put_row(WebRequest *request, guint64 number, List *rows)
{
  Instant now = engine_now(request->engine);
  Arena *arena = request->arena;
  MailRead mail;

  if (!mails_read(request->engine, number, arena, &mail, NULL))
    return;
  *(TplMailRow *)list_push(arena, rows, sizeof(TplMailRow)) = (TplMailRow){
    .id = arena_printf(arena, "o%" G_GUINT64_FORMAT, number), .href = arena_printf(arena, "/mail/o%" G_GUINT64_FORMAT, number),
    .to = mail.envelope && mail.envelope->name ? mail.envelope->name : "", .address = mail.envelope ? mail.envelope->address : "（消去済み）",
    .subject = compose_subject(&mail.letter, arena), .state = choice_label(mail_states, mail.row.state),
    .when = page_time(arena, mail.row.state == MAIL_WAITING ? mail.row.queued : mail.last_head->recorded, now), .note = why_of(&mail),
    .strong = is_strong((MailState)mail.row.state), .soon = mail.row.state == MAIL_WAITING || mail.row.state == MAIL_ATTEMPTED,
  };
}

static void
put_part(WebRequest *request, gsize i, const char *place, guint64 before, guint rows, TplMails *shown)
{
  Viewer viewer = request_viewer(request);
  gboolean more;
  g_autoptr(GArray) numbers = mails_list(engine_world(request->engine), &viewer, request->kase, parts[i].states, before, rows, &more);
  TplMailPart part = { .id = parts[i].id, .name = parts[i].name, .about = parts[i].about };

  for (guint j = 0; j < numbers->len; j++)
    put_row(request, g_array_index(numbers, guint64, j), &part.rows);
  if (more)
    part.more = arena_printf(request->arena, "%s?state=%s&before=o%" G_GUINT64_FORMAT, place, parts[i].id,
                             g_array_index(numbers, guint64, numbers->len - 1));
  if (part.rows.length)
    *(TplMailPart *)list_push(request->arena, &shown->parts, sizeof part) = part;
}

static void
put_parts(WebRequest *request, const char *place, TplMails *shown)
{
  const char *state = request_parameter(request, "state"), *before = request_parameter(request, "before");
  guint64 from = before ? outbox_number(world_outbox(engine_world(request->engine)), before) : 0;

  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (!state || g_str_equal(state, parts[i].id))
      put_part(request, i, place, state ? from : 0, state ? ROWS : ROWS_AMONG, shown);
  shown->none = !shown->parts.length;
}

static const char *
offered(WebRequest *request, const char *act)
{
  const ActKind *kind = tables_act(act);
  return kind && page_offers(request, kind, 0) ? arena_printf(request->arena, "/do/%s", act) : NULL;
}

static void
put_state(WebRequest *request, TplMails *shown)
{
  const MailStopped *why;
  const EntryHead *stopped = mail_stopped(world_office(engine_world(request->engine)), &why);

  for (int network = 1; network <= NETWORKS; network++) {
    gboolean well;
    const char *says = mailer_says(request->engine, (Network)network, request->arena, &well);
    *(TplMailNet *)list_push(request->arena, &shown->nets, sizeof(TplMailNet)) =
        (TplMailNet){ .name = choice_label(network_choices, network), .says = says, .wrong = !well };
  }
  if (!stopped) {
    shown->stop = offered(request, "mail.stop");
    return;
  }
  shown->resume = offered(request, "mail.resume");
  shown->stopped = arena_printf(request->arena, "%s から。%s", page_time(request->arena, stopped->recorded, engine_now(request->engine)), why->reason);
  shown->instead = why->instead ? why->instead : "電話、FAX、紙で伝えてください。";
}

/* Of a case what came in for it; of all, where to find it. */
static void
put_inbox(WebRequest *request, TplMails *shown)
{
  const Inbox *inbox = outbox_inbox(world_outbox(engine_world(request->engine)));
  Viewer viewer = request_viewer(request);
  gboolean more;

  if (!request->kase && access_right(engine_world(request->engine), &viewer, "view.case")) {
    shown->inbox = "/mail/received";
    shown->unsorted = (gint64)inbox_count(inbox, RECEIVED_UNSORTED);
  }
  if (!request->kase)
    return;
  g_autoptr(GArray) numbers = mails_received_list(engine_world(request->engine), &viewer, request->kase, 0, 0, 0, ROWS, &more);
  page_inbox_rows(request, numbers, &shown->received);
  shown->none = shown->none && !shown->received.length;
}

static void
show(WebRequest *request, TplMails *shown, TplPage *page)
{
  GString *out = g_string_new(NULL);
  page->live = "cases";
  put_state(request, shown);
  put_inbox(request, shown);
  template_mails(out, page, shown);
  page_answer(request, 200, out);
}

static void
get_all(WebRequest *request)
{
  TplMails shown = { 0 };
  put_parts(request, "/mail", &shown);
  show(request, &shown, page_new(request, "発送簿", "mail"));
}

static void
get_of_case(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  g_autoptr(GError) error = NULL;
  const Case *kase = access_open(engine_world(request->engine), &viewer, request->kase, &error);
  TplMails shown = { .number = (gint64)request->kase };

  if (!kase) {
    answer_error(request, error);
    return;
  }
  shown.label = case_label(kase, request->arena);
  shown.title = case_title(kase) ? case_title(kase) : "（消去済み）";
  shown.tabs = page_tabs_of(request, kase, "mail");
  put_parts(request, arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/mail", request->kase), &shown);
  show(request, &shown, page_new(request, arena_printf(request->arena, "%s 発送簿", shown.label), "cases"));
}

/* --- one --- */

static const struct {
  const char *act;
  guint states;
} orders[] = {
  { "mail.withdraw", 1u << MAIL_WAITING | 1u << MAIL_UNKNOWN },
  { "mail.send_again", 1u << MAIL_UNKNOWN | 1u << MAIL_FAILED | 1u << MAIL_BOUNCED | 1u << MAIL_WITHDRAWN | 1u << MAIL_DELAYED },
  { "mail.record_bounce", 1u << MAIL_ACCEPTED | 1u << MAIL_UNKNOWN | 1u << MAIL_DELAYED },
};

static List
orders_of(WebRequest *request, const MailRead *mail)
{
  List rows = { 0 };
  for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
    const ActKind *kind = tables_act(orders[i].act);
    if (!(orders[i].states & 1u << mail->row.state) || !page_offers(request, kind, 0))
      continue;
    *(TplActRow *)list_push(request->arena, &rows, sizeof(TplActRow)) = (TplActRow){
      .name = kind->name, .title = kind->title, .help = kind->help,
      .href = arena_printf(request->arena, "/do/%s?mail=o%" G_GUINT64_FORMAT, kind->name, mail->number),
    };
  }
  return rows;
}

static List
shown_with(const MailRead *mail, Arena *arena)
{
  List shown = { 0 };
  for (gsize i = 0; i < mail->letter.shown.length; i++) {
    const MailEnvelope *other = list_pointer(mail->letter.shown, const MailEnvelope, i);
    *(TplMailShown *)list_push(arena, &shown, sizeof(TplMailShown)) = (TplMailShown){ .text = other->name ? other->name : other->address };
  }
  return shown;
}

/* Without the recipient's token: who else reads it must not be able to acknowledge. */
static const char *
text_of(const MailRead *mail, Arena *arena)
{
  Letter letter = mail->letter;
  MailQueued masked = *letter.queued;
  masked.envelopes = (List){ 0 };
  letter.queued = &masked;
  return compose_text(&letter, arena);
}

/* What to do when it is not there, or nobody knows; NULL: nothing. */
static const char *
todo_of(MailState state)
{
  switch (state) {
  case MAIL_BOUNCED:
    return "相手に届いていません。電話で伝え、アドレスを確かめてから、もう一度送ってください。";
  case MAIL_DELAYED:
    return "配達が遅れています。後で届くこともあります。急ぐときは、電話で伝えてください。";
  case MAIL_UNKNOWN:
    return "届いたかどうか分かりません。電話で確かめ、取りやめるか、もう一度送ってください。";
  case MAIL_FAILED:
    return "送れませんでした。電話で伝え、宛先と中継サーバを確かめてください。";
  default:
    return NULL;
  }
}

static const char *
telephone_of(WebRequest *request, const MailRead *mail)
{
  World *world = engine_world(request->engine);
  Instant now = engine_now(request->engine);
  const ActContext context = { .plan = world_plan_on(world, instant_date(now), NULL), .office = world_office(world), .now = now, .arena = request->arena };
  Mail asked = { .except = NULL };
  if (!mail->to->party || !context.plan)
    return NULL;
  list_add(request->arena, &asked.to, mail->to->party);
  List all = mailing_recipients(&context, &asked);
  return all.length ? list_item(all, Recipient, 0)->telephone : NULL;
}

static const char *
heard_of(const MailRow *row, Arena *arena)
{
  const char *words = arena_printf(arena, "%s%s%s", row->delivered ? "届いたとの知らせ　" : "", row->read ? "開封の知らせ　" : "", row->answered ? "返信" : "");
  return *words ? words : NULL;
}

static const char *
note_of(const MailEvent *event, Instant now, Arena *arena)
{
  const MailOutcome *outcome = event->outcome;
  if (event->order)
    return event->order->reason;
  if (event->received)
    return event->received->action ? choice_label(delivery_actions, event->received->action) : choice_label(incoming_kinds, event->received->kind);
  if (!outcome)
    return NULL;
  if (event->kind == &mail_attempted)
    return arena_printf(arena, "%" G_GINT64_FORMAT "回目", outcome->attempt);
  return outcome->why ? choice_label(mail_whys, outcome->why)
         : event->kind == &mail_deferred ? arena_printf(arena, "次は %s", page_time(arena, outcome->again, now)) : NULL;
}

static const char *
words_of(const MailEvent *event, Arena *arena)
{
  const MailOutcome *outcome = event->outcome;
  if (event->received)
    return arena_printf(arena, "%s %s", event->received->status ? event->received->status : "", event->received->diagnostic ? event->received->diagnostic : "");
  if (!outcome || event->kind == &mail_attempted)
    return NULL;
  gboolean again = outcome->code > 0 && outcome->words && strtol(outcome->words, NULL, 10) == outcome->code; /* the words begin with it */
  return outcome->code > 0 && !again ? arena_printf(arena, "%" G_GINT64_FORMAT " %s", outcome->code, outcome->words ? outcome->words : "") : outcome->words;
}

static void
put_history(WebRequest *request, const MailRead *mail, TplMailPage *shown)
{
  List events = { 0 };
  Viewer viewer = request_viewer(request);
  gboolean more, read = mails_history(request->engine, mail, request->arena, &events, NULL);
  for (gsize i = 0; read && i < events.length; i++) {
    const MailEvent *event = list_item(events, MailEvent, i);
    *(TplMailEventRow *)list_push(request->arena, &shown->history, sizeof(TplMailEventRow)) = (TplMailEventRow){
      .when = page_time(request->arena, event->head->recorded, engine_now(request->engine)), .title = event->kind->title,
      .relay = event->outcome ? event->outcome->relay : NULL, .words = words_of(event, request->arena),
      .note = note_of(event, engine_now(request->engine), request->arena),
    };
  }
  g_autoptr(GArray) numbers = mails_received_list(engine_world(request->engine), &viewer, 0, mail->number, 0, 0, ROWS, &more);
  page_inbox_rows(request, numbers, &shown->received);
}

static void
put_one(WebRequest *request, const MailRead *mail, TplMailPage *shown)
{
  Arena *arena = request->arena;
  Instant now = engine_now(request->engine);

  *shown = (TplMailPage){
    .id = arena_printf(arena, "%" G_GUINT64_FORMAT, mail->number), .subject = compose_subject(&mail->letter, arena),
    .to = mail->envelope ? mail->envelope->name : NULL, .address = mail->envelope ? mail->envelope->address : "（消去済み）",
    .state = choice_label(mail_states, mail->row.state), .why = why_of(mail),
    .words = mail->outcome && mail->last != &mail_attempted ? mail->outcome->words : NULL,
    .network = choice_label(network_choices, mail->row.network), .purpose = choice_label(mail_purposes, mail->row.purpose),
    .queued = page_time(arena, mail->row.queued, now), .changed = page_time(arena, mail->last_head->recorded, now),
    .due = mail->row.state == MAIL_WAITING ? page_time(arena, mail->row.due, now) : NULL, .attempts = mail->row.attempts,
    .number = mail->row.kase, .label = mail->letter.label, .shown = shown_with(mail, arena), .text = text_of(mail, arena),
    .acts = orders_of(request, mail), .todo = todo_of((MailState)mail->row.state), .telephone = telephone_of(request, mail),
    .heard = heard_of(&mail->row, arena), .strong = is_strong((MailState)mail->row.state), .soon = mail->row.state == MAIL_WAITING,
  };
}

static void
get_one(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  guint64 number = outbox_number(world_outbox(world), request_value(request, 0));
  MailRead mail;
  TplMailPage shown;

  if (!number || !mails_seen(world, &viewer, outbox_row(world_outbox(world), number)) ||
      !mails_read(request->engine, number, request->arena, &mail, NULL)) {
    answer_missing(request);
    return;
  }
  if (!door_looks(request, mail.row.kase))
    return;
  put_one(request, &mail, &shown);
  put_history(request, &mail, &shown);
  GString *out = g_string_new(NULL);
  template_mail(out, page_new(request, shown.subject, "mail"), &shown);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/mail", NEED_VIEW, 0, get_all, FACE_PAGE, "発送簿" },
  { "GET", "/mail/{mail}", NEED_VIEW, 0, get_one, FACE_PAGE, "一通のメール" },
  { "GET", "/cases/{case}/mail", NEED_CASE, 0, get_of_case, FACE_PAGE, "事案の発送簿" },
};

void
page_mail_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
