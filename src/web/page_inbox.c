/* 受信簿: what came in; what nobody looked at comes first.  Each with what may be done with it. */
#include "web/page_inbox.h"

#include "engine/mails.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/page_files.h"

#define ROWS 50
#define ROWS_AMONG 20
#define CASES 30 /* offered to link to, newest first */

static const struct {
  const char *id, *name, *about;
  guint states;
} parts[] = {
  { "unsorted", "未整理", "どの事案のものか、人が決める必要があります。事案に結び付けるか、対応不要としてください。", 1u << RECEIVED_UNSORTED },
  { "sorted", "整理済み", NULL, 1u << RECEIVED_SORTED | 1u << RECEIVED_LINKED },
  { "aside", "対応不要", NULL, 1u << RECEIVED_ASIDE },
};

static const char *
label_of(WebRequest *request, guint64 kase)
{
  const Card *card = kase ? world_card(engine_world(request->engine), kase) : NULL;
  return card ? card->label : NULL;
}

static gboolean
is_strong(const ReceivedRow *row)
{
  return row->state == RECEIVED_UNSORTED || row->action == DELIVERY_FAILED;
}

static const char *
note_of(const ReceivedRead *read, Arena *arena)
{
  const MailReceived *received = read->received;
  if (read->row.state == RECEIVED_UNSORTED)
    return choice_label(unsorted_whys, received->why);
  if (received->acknowledged)
    return "返信による確認";
  if (received->action)
    return arena_printf(arena, "%s　%s", choice_label(delivery_actions, received->action), received->recipient ? received->recipient : "");
  return read->row.state == RECEIVED_ASIDE ? choice_label(received_states, RECEIVED_ASIDE) : NULL;
}

/* What nobody can tell to be an answer is just a mail. */
static const char *
kind_of(const ReceivedRow *row)
{
  return row->kind == INCOMING_REPLY && !row->mail && row->why == UNSORTED_STRANGER ? "メール" : choice_label(incoming_kinds, row->kind);
}

static const char *
subject_of(const ReceivedRead *read)
{
  return read->received->subject ? read->received->subject : read->row.kind == INCOMING_UNREAD ? "（読み取れません）" : "（件名なし）";
}

void
page_inbox_rows(WebRequest *request, const GArray *numbers, List *rows)
{
  Arena *arena = request->arena;
  for (guint i = 0; i < numbers->len; i++) {
    guint64 number = g_array_index(numbers, guint64, i);
    ReceivedRead read;
    if (!mails_read_received(request->engine, number, arena, &read, NULL))
      continue;
    *(TplInboxRow *)list_push(arena, rows, sizeof(TplInboxRow)) = (TplInboxRow){
      .href = arena_printf(arena, "/mail/received/m%" G_GUINT64_FORMAT, number), .subject = subject_of(&read), .name = read.received->name,
      .from = read.received->from, .kind = kind_of(&read.row), .state = choice_label(received_states, read.row.state),
      .when = page_time(arena, read.row.at, engine_now(request->engine)), .note = note_of(&read, arena),
      .label = request->kase ? NULL : label_of(request, read.row.kase), .strong = is_strong(&read.row), .soon = read.row.action == DELIVERY_DELAYED,
    };
  }
}

static void
put_part(WebRequest *request, gsize i, guint64 before, guint rows, TplInbox *shown)
{
  Viewer viewer = request_viewer(request);
  gboolean more;
  g_autoptr(GArray) numbers = mails_received_list(engine_world(request->engine), &viewer, 0, 0, parts[i].states, before, rows, &more);
  TplInboxPart part = { .id = parts[i].id, .name = parts[i].name, .about = parts[i].about };

  page_inbox_rows(request, numbers, &part.rows);
  if (more)
    part.more = arena_printf(request->arena, "/mail/received?state=%s&before=m%" G_GUINT64_FORMAT, parts[i].id,
                             g_array_index(numbers, guint64, numbers->len - 1));
  if (part.rows.length)
    *(TplInboxPart *)list_push(request->arena, &shown->parts, sizeof part) = part;
}

/* Who sets up how mail is received, and whether whoever looks does. */
static void
put_administrators(WebRequest *request, TplInbox *shown)
{
  const Office *office = world_office(engine_world(request->engine));
  List holders = office_holders(office, OFFICE_ADMINISTRATOR, instant_date(engine_now(request->engine)), request->arena);
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < holders.length; i++)
    g_string_append_printf(names, "%s%s", i ? "、" : "", office_person_name(office, list_string(holders, i)));
  shown->administers = list_has_string(holders, request->who.person);
  shown->administrators = names->len ? arena_strdup(request->arena, names->str) : NULL;
}

static void
get_all(WebRequest *request)
{
  const char *state = request_parameter(request, "state"), *before = request_parameter(request, "before");
  guint64 from = before ? inbox_number(outbox_inbox(world_outbox(engine_world(request->engine))), before) : 0;
  TplInbox shown = { 0 };
  TplPage *page = page_new(request, "受信簿", "mail");
  GString *out = g_string_new(NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (!state || g_str_equal(state, parts[i].id))
      put_part(request, i, state ? from : 0, state ? ROWS : ROWS_AMONG, &shown);
  shown.none = !shown.parts.length;
  put_administrators(request, &shown);
  page->live = "cases";
  template_inbox(out, page, &shown);
  page_answer(request, 200, out);
}

/* --- one --- */

static void
offer_case(WebRequest *request, const char *id, const Card *card, List *cases)
{
  const ActKind *link = tables_act("reply.link");
  if (!page_offers(request, link, card->number))
    return;
  *(TplInboxCase *)list_push(request->arena, cases, sizeof(TplInboxCase)) = (TplInboxCase){
    .href = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/do/reply.link?_from=mail&received=%s", card->number, id),
    .text = arena_printf(request->arena, "%s　%s", card->label, card->title ? card->title : "（消去済み）"),
  };
}

/* That of the mail first, then those that are open. */
static List
cases_for(WebRequest *request, const char *id, guint64 own)
{
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  List all = access_cases(world, &viewer, request->arena), cases = { 0 };

  if (own && world_card(world, own))
    offer_case(request, id, world_card(world, own), &cases);
  for (gsize i = all.length; i > 0 && cases.length < CASES; i--) {
    const Card *card = list_pointer(all, Card, i - 1);
    if (!card->closed && card->number != own)
      offer_case(request, id, card, &cases);
  }
  return cases;
}

static const char *
offered(WebRequest *request, const char *act, const char *query)
{
  const ActKind *kind = tables_act(act);
  return page_offers(request, kind, 0) ? arena_printf(request->arena, "/do/%s?%s", act, query) : NULL;
}

static void
put_acts(WebRequest *request, const ReceivedRead *read, TplInboxMail *shown)
{
  const Outbox *outbox = world_outbox(engine_world(request->engine));
  const MailRow *mail = read->row.mail ? outbox_row(outbox, read->row.mail) : NULL;
  gboolean unsorted = read->row.state == RECEIVED_UNSORTED;

  if (read->row.kind == INCOMING_RETURNED && mail && unsorted &&
      (mail->state == MAIL_ACCEPTED || mail->state == MAIL_UNKNOWN || mail->state == MAIL_DELAYED))
    shown->bounce = offered(request, "mail.record_bounce", arena_printf(request->arena, "mail=%s", shown->mail));
  if (unsorted)
    shown->set_aside = offered(request, "mail.set_aside", arena_printf(request->arena, "received=%s", shown->id));
  if (unsorted || read->row.state == RECEIVED_ASIDE)
    shown->cases = cases_for(request, shown->id, read->row.kase);
}

static TplInboxMail
shown_of(WebRequest *request, const ReceivedRead *read)
{
  const MailReceived *received = read->received;
  Arena *arena = request->arena;
  TplInboxMail shown = {
    .id = arena_printf(arena, "m%" G_GUINT64_FORMAT, read->number), .subject = subject_of(read), .name = received->name,
    .from = received->from ? received->from : "（分かりません）", .kind = kind_of(&read->row),
    .state = choice_label(received_states, read->row.state), .wrong = received->wrong, .at = page_time(arena, read->row.at, engine_now(request->engine)),
    .why = read->row.state == RECEIVED_UNSORTED ? choice_label(unsorted_whys, received->why) : NULL,
    .date = received->date, .number = read->row.kase, .label = label_of(request, read->row.kase), .acknowledged = received->acknowledged,
    .action = received->action ? choice_label(delivery_actions, received->action) : NULL, .recipient = received->recipient,
    .status = received->status, .diagnostic = received->diagnostic, .aside = read->aside ? read->aside->reason : NULL, .text = received->text,
    .cut = received->cut, .original = received->blob, .keep = request->files && received->blob, .strong = is_strong(&read->row), .soon = read->row.action == DELIVERY_DELAYED,
  };
  if (read->row.mail) {
    shown.mail = arena_printf(arena, "o%" G_GUINT64_FORMAT, read->row.mail);
    shown.mail_href = arena_printf(arena, "/mail/%s", shown.mail);
  }
  for (gsize i = 0; i < received->attachments.length; i++)
    *(TplMailShown *)list_push(arena, &shown.attachments, sizeof(TplMailShown)) = (TplMailShown){ .text = list_string(received->attachments, i) };
  put_acts(request, read, &shown);
  return shown;
}

static void
get_one(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  ReceivedRead read;

  if (!mails_find_received(request->engine, &viewer, request_value(request, 0), request->arena, &read, NULL)) {
    answer_missing(request);
    return;
  }
  if (!door_looks(request, read.row.kase))
    return;
  const TplInboxMail shown = shown_of(request, &read);
  GString *out = g_string_new(NULL);
  template_inbox_mail(out, page_new(request, shown.subject, "mail"), &shown);
  page_answer(request, 200, out);
}

/* As it came, bytes of a stranger: an attachment from the second listener, never a page. */
static void
get_original(WebRequest *request)
{
  Viewer viewer = request_viewer(request);
  ReceivedRead read;

  if (!mails_find_received(request->engine, &viewer, request_value(request, 0), request->arena, &read, NULL) || !read.received->blob)
    answer_missing(request);
  else if (door_looks(request, read.row.kase))
    page_files_give(request, read.received->blob, arena_printf(request->arena, "m%" G_GUINT64_FORMAT ".eml", read.number));
}

static const Route routes[] = {
  { "GET", "/mail/received", NEED_VIEW, 0, get_all, FACE_PAGE, "受信簿" },
  { "GET", "/mail/received/{received}", NEED_VIEW, 0, get_one, FACE_PAGE, "受け取った一通のメール" },
  { "GET", "/mail/received/{received}/original", NEED_VIEW, 0, get_original, FACE_PAGE, "受け取ったメールの原本" },
  { "GET", "/api/v1/mail/received/{received}/original", NEED_VIEW, 0, get_original, FACE_API,
    "受け取ったメールの原本（一度きりの受取り先へ 303 で移る）" },
};

void
page_inbox_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
