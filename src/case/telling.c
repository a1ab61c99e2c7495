#include "case/telling.h"

#include "act/describe.h"
#include "case/correspondence.h"
#include "case/intake.h"
#include "case/notice.h"
#include "case/notification.h"
#include "case/phase.h"
#include "case/record.h"
#include "case/reporting.h"
#include "case/triage.h"
#include "office/inbox.h"

#define ERASED "（消去済み）"

static const char *
added_text(const ActContext *context G_GNUC_UNUSED, const LogLine *line)
{
  const RecordAdded *added = line->body;
  return added->text ? added->text : ERASED;
}

static const char *
entered_text(const ActContext *context, const LogLine *line)
{
  const PhaseEntered *entered = line->body;
  const PlanPhase *phase = plan_phase(context->plan, entered->phase);
  return arena_printf(context->arena, "%s%s（%s）", phase ? phase->name : entered->phase,
                      entered->round > 1 ? arena_printf(context->arena, "（%" G_GINT64_FORMAT "回目）", entered->round) : "",
                      choice_label(entered_choices, entered->why));
}

static const char *
stated_text(const ActContext *context, const LogLine *line)
{
  const Stated *stated = line->body;
  g_autoptr(GString) text = g_string_new(stated->subject);
  if (stated->text)
    g_string_append_printf(text, "：%s", stated->text);
  if (stated->number != FIELD_NO_INT)
    g_string_append_printf(text, "　%s（%s）", triage_amount(stated, context->arena), choice_label(figure_choices, stated->status));
  return arena_strdup(context->arena, text->str);
}

/* How and when what the case begins with came in. */
static void
add_notice(GString *text, const ActContext *context, const char *id)
{
  const Notice *notice = context->notices ? notices_get(context->notices, id) : NULL;
  if (notice)
    g_string_append_printf(text, "\n通報 %s %s「%s」", instant_print_short(context->arena, notice->body->received),
                           choice_label(channel_choices, notice->body->channel), notice->body->subject);
}

static const char *
opened_text(const ActContext *context, const LogLine *line)
{
  const CaseOpened *opened = line->body;
  g_autoptr(GString) text = g_string_new(opened->title);
  if (opened->outline)
    g_string_append_printf(text, "：%s", opened->outline);
  for (gsize i = 0; i < opened->notices.length; i++)
    add_notice(text, context, list_string(opened->notices, i));
  return arena_strdup(context->arena, text->str);
}

/* 「記入 6・調査中 2・未記入 4」: what the items say stands in the report itself. */
static void
add_states(GString *text, const List *items)
{
  gboolean first = TRUE;
  for (const Choice *choice = value_choices; choice->token; choice++) {
    guint n = 0;
    for (gsize i = 0; i < items->length; i++)
      n += list_item(*items, ReportValue, i)->state == choice->value;
    if (n) {
      g_string_append_printf(text, "%s%s %u", first ? "　" : "・", choice->label, n);
      first = FALSE;
    }
  }
}

static const char *
form_named(const ActContext *context, const char *id)
{
  const PlanForm *form = plan_form(context->plan, id);
  return form ? form->name : id;
}

static const char *
drafted_text(const ActContext *context, const LogLine *line)
{
  const ReportDrafted *drafted = line->body;
  g_autoptr(GString) text = g_string_new(form_named(context, drafted->form));
  if (drafted->corrects)
    g_string_append_printf(text, "　%s の訂正", drafted->corrects);
  add_states(text, &drafted->items);
  return arena_strdup(context->arena, text->str);
}

static const char *
issued_text(const ActContext *context, const LogLine *line)
{
  const ReportIssued *issued = line->body;
  const ReportIssuing *issuing = &issued->issuing;
  g_autoptr(GString) text = g_string_new(form_named(context, issuing->form));
  g_string_append_printf(text, "　第%" G_GINT64_FORMAT "報", issued->number);
  if (issuing->addressee)
    g_string_append_printf(text, "　宛先 %s", issuing->addressee);
  if (issuing->document_number)
    g_string_append_printf(text, "　%s", issuing->document_number);
  if (issuing->oral)
    g_string_append(text, "　口頭で先に報告");
  if (issued->corrects)
    g_string_append_printf(text, "　%s の訂正", issued->corrects);
  add_states(text, &issued->items);
  return arena_strdup(context->arena, text->str);
}

/* What came by mail, with who it claims to be from. */
static const char *
reply_text(const ActContext *context, const LogLine *line)
{
  const ReplyReceived *reply = line->body;
  g_autoptr(GString) text = g_string_new(reply->received);
  g_string_append_printf(text, "%s%s　", reply->kind == INCOMING_AUTOMATIC ? "　自動応答" : "", reply->acknowledged ? "　返信による確認" : "");
  if (reply->note)
    g_string_append(text, reply->note);
  else if (reply->from || reply->text)
    g_string_append_printf(text, "%s%s%s%s（自称）　%s\n%s", reply->name ? reply->name : "", reply->name ? " <" : "", reply->from ? reply->from : "差出人なし",
                           reply->name ? ">" : "", reply->subject ? reply->subject : "", reply->text ? reply->text : "");
  else
    g_string_append(text, ERASED);
  return arena_strdup(context->arena, text->str);
}

/* The recipient by the name that it had on the day, not by its id in the plan. */
static const char *
notified_text(const ActContext *context, const LogLine *line)
{
  Notified notified = *(const Notified *)line->body;
  notified.recipient = notification_name(context->plan, notified.recipient, instant_date(line->head->happened));
  return describe_body(line->kind->fields, &notified, context);
}

static const char *
not_required_text(const ActContext *context, const LogLine *line)
{
  NotRequired judged = *(const NotRequired *)line->body;
  judged.recipient = notification_name(context->plan, judged.recipient, instant_date(line->head->happened));
  return describe_body(line->kind->fields, &judged, context);
}

static const struct {
  const char *kind;
  const char *(*text)(const ActContext *context, const LogLine *line);
} tellings[] = {
  { "record.added", added_text },        { "phase.entered", entered_text },           { "triage.stated", stated_text },
  { "case.opened", opened_text },        { "reporting.drafted", drafted_text },       { "reporting.issued", issued_text },
  { "reporting.notified", notified_text }, { "reporting.not_required", not_required_text }, { "reply.received", reply_text },
};

const char *
telling_text(const ActContext *context, const LogLine *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS(tellings); i++)
    if (g_str_equal(tellings[i].kind, line->kind->name))
      return tellings[i].text(context, line);
  return describe_body(line->kind->fields, line->body, context);
}

const char *
telling_sort(const LogLine *line)
{
  const RecordAdded *added = line->body;
  const Stated *stated = line->body;
  if (g_str_equal(line->kind->name, "record.added"))
    return added->sort ? choice_label(record_choices, added->sort) : NULL;
  return g_str_equal(line->kind->name, "triage.stated") ? choice_label(statement_choices, stated->kind) : NULL;
}
