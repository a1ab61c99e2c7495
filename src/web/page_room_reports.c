/* 報告・連絡: reports issued, outside bodies told or not, warnings to the staff, publication. */
#include "case/circulation.h"
#include "case/reporting.h"
#include "web/page_room.h"

/* --- reports --- */

static const char *
standing(const RoomMaker *maker, const ReportIssue *issue)
{
  const ReportIssue *by = issue->corrected_by ? reporting_issue(maker->context.kase, issue->corrected_by) : NULL;
  List all = circulation_all(maker->context.kase);
  if (issue->retracted)
    return arena_printf(maker->arena, "取消し：%s", issue->retracted->reason);
  if (by)
    return arena_printf(maker->arena, "第%" G_GINT64_FORMAT "報で訂正", by->body->number);
  for (gsize i = all.length; i-- > 0;)
    if (g_strcmp0(list_pointer(all, Circulation, i)->body->ref, issue->id) == 0)
      return choice_label(circulation_choices, (int)list_pointer(all, Circulation, i)->state);
  return NULL;
}

static void
put_issue(RoomMaker *maker, const ReportIssue *issue)
{
  const ReportIssuing *issuing = &issue->body->issuing;
  const PlanForm *form = plan_form(maker->context.plan, issuing->form);
  const char *href = arena_printf(maker->arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s/%" G_GINT64_FORMAT ".pdf", case_number(maker->context.kase),
                                  issuing->form, issue->body->number);
  if (!room_row(maker, issue->id, issue->retracted || issue->corrected_by))
    return;
  room_cell(maker, arena_printf(maker->arena, "%s　第%" G_GINT64_FORMAT "報", form ? form->name : issuing->form, issue->body->number));
  room_line(maker, ROOM_NOTE, issuing->document_number);
  room_cell(maker, room_by(maker, issue->head));
  if (issuing->oral)
    room_line(maker, ROOM_NOTE, "口頭で先に報告");
  room_cell(maker, issuing->addressee);
  room_cell(maker, standing(maker, issue));
  room_link(maker, "発行したときのまま（PDF）", href);
  if (!issue->retracted && !issue->corrected_by) {
    room_act(maker, "reporting.draft", "訂正する", "form", issuing->form, "corrects", issue->id, NULL);
    room_act(maker, "reporting.retract", "取り消す", "issue", issue->id, NULL);
  }
}

static void
put_issues(RoomMaker *maker)
{
  static const char *const heads[] = { "報告", "提出", "宛名", "いま", NULL };
  List issues = reporting_issues(maker->context.kase);
  room_group(maker, "issued", "提出した報告", heads, "まだありません。「報告の下書きをする」で書き、「報告を提出する」で第1報になります。");
  for (gsize i = issues.length; i-- > 0;)
    put_issue(maker, list_pointer(issues, ReportIssue, i));
}

/* --- outside bodies --- */

static void
put_told(RoomMaker *maker, const Notification *told)
{
  if (!told) {
    room_line(maker, ROOM_SOON, "まだ");
    return;
  }
  if (told->not_required) {
    room_line(maker, ROOM_TAG, "要しないと判断");
    room_line(maker, ROOM_PLAIN, told->not_required->reason);
    room_line(maker, ROOM_NOTE, room_by(maker, told->head));
    return;
  }
  const Notified *body = told->notified;
  room_line(maker, ROOM_TAG, arena_printf(maker->arena, "連絡済み %s", room_time(maker, body->at)));
  room_line(maker, ROOM_PLAIN, body->how);
  room_pair(maker, "様式", body->form);
  room_pair(maker, "実施機関", body->body);
  room_pair(maker, "先方", body->person);
  if (body->receipt)
    room_pair(maker, "受領", body->receipt);
  else
    room_line(maker, ROOM_SOON, "受領は未確認");
}

static void
put_recipient_acts(RoomMaker *maker, const char *recipient)
{
  room_act(maker, "reporting.notify", "連絡を記録", "recipient", recipient, NULL);
  room_act(maker, "reporting.not_required", "要しないと判断", "recipient", recipient, NULL);
}

static void
put_recipient(RoomMaker *maker, const PlanRecipient *recipient)
{
  List all = case_notifications(maker->context.kase)->all;
  const PlanClause *clause = recipient->clause ? plan_clause(maker->context.plan, recipient->clause) : NULL;
  gboolean none = TRUE;
  if (!room_row(maker, recipient->id, FALSE))
    return;
  room_cell(maker, plan_recipient_name(recipient, instant_date(maker->context.now)));
  room_line(maker, ROOM_NOTE, clause ? clause->label : NULL);
  room_line(maker, ROOM_NOTE, recipient->note);
  room_cell(maker, choice_label(modality_choices, (int)recipient->modality));
  room_cell(maker, NULL);
  for (gsize i = all.length; i-- > 0;)
    if (g_str_equal(list_pointer(all, Notification, i)->recipient, recipient->id)) {
      put_told(maker, list_pointer(all, Notification, i));
      none = FALSE;
    }
  if (none)
    put_told(maker, NULL);
  put_recipient_acts(maker, recipient->id);
}

static void
put_recipients(RoomMaker *maker)
{
  static const char *const heads[] = { "相手方", "計画", "連絡", NULL };
  List recipients = plan_recipients(maker->context.plan), all = case_notifications(maker->context.kase)->all;
  room_group(maker, "recipients", "対外的な報告・連絡", heads, "計画に相手方がありません。連絡したら「関係機関に報告・連絡する」で記録してください。");
  for (gsize i = 0; i < recipients.length; i++)
    put_recipient(maker, list_item(recipients, PlanRecipient, i));
  for (gsize i = 0; i < all.length; i++) {
    const Notification *told = list_pointer(all, Notification, i);
    if (plan_recipient(maker->context.plan, told->recipient) || !room_row(maker, told->id, FALSE))
      continue;
    room_cell(maker, told->recipient);
    room_cell(maker, "計画の外");
    room_cell(maker, NULL);
    put_told(maker, told);
  }
}

/* --- the staff, the public --- */

static void
put_alerts(RoomMaker *maker)
{
  static const char *const heads[] = { "周知の内容", "周知先", "いつ・誰が", NULL };
  List alerts = case_notifications(maker->context.kase)->alerts;
  room_group(maker, "alerts", "職員等への注意喚起", heads, "まだありません。同じ手口が庁内に広がるおそれがあるときは、「職員等に注意喚起する」で記録します。");
  for (gsize i = alerts.length; i-- > 0;) {
    const StaffAlert *alert = list_pointer(alerts, StaffAlert, i);
    if (!room_row(maker, arena_printf(maker->arena, "%" G_GUINT64_FORMAT, alert->head->number), FALSE))
      continue;
    room_cell(maker, alert->body->text);
    room_cell(maker, alert->body->to);
    room_cell(maker, room_by(maker, alert->head));
  }
}

static void
put_publications(RoomMaker *maker)
{
  static const char *const heads[] = { "相手方", "内容・理由", "いつ・誰が", NULL };
  List publications = case_notifications(maker->context.kase)->publications;
  room_group(maker, "publications", "公表", heads, "まだ判断されていません。公表する・しないのどちらも、計画の定める職の人が判断して記録します。");
  for (gsize i = publications.length; i-- > 0;) {
    const Publication *publication = list_pointer(publications, Publication, i);
    const Published *published = publication->published;
    if (!room_row(maker, arena_printf(maker->arena, "%" G_GUINT64_FORMAT, publication->head->number), FALSE))
      continue;
    room_cell(maker, choice_label(publish_choices, publication->to));
    room_line(maker, ROOM_TAG, published ? published->way ? choice_label(publish_way_choices, published->way) : "公表" : "公表しない");
    room_cell(maker, published ? published->text : publication->not_published->reason);
    room_cell(maker, room_by(maker, publication->head));
  }
}

static void
put_reports(RoomMaker *maker)
{
  put_issues(maker);
  put_recipients(maker);
  put_alerts(maker);
  put_publications(maker);
}

const Room room_reports = {
  .segment = "reports", .name = "報告・連絡", .put = put_reports,
  .about = "提出した報告、関係機関への連絡、職員への注意喚起、公表を、済んだものもまだのものも見ます。",
  .acts = { "reporting.draft", "reporting.issue", "circulation.submit", "reporting.alert_staff", "reporting.publish", "reporting.not_publish", NULL },
};
