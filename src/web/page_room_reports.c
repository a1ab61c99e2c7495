/* 報告・周知: reports issued, warnings to the staff. */
#include "case/circulation.h"
#include "case/reporting.h"
#include "web/page_room.h"

/* --- reports --- */

static const char *
standing(const RoomMaker *maker, const ReportIssue *issue)
{
  const ReportIssue *by = issue->corrected_by ? reporting_issue(maker->context.kase, issue->corrected_by) : NULL;
  const Circulation *circulation = reporting_circulation(maker->context.kase, issue);
  if (issue->retracted)
    return arena_printf(maker->arena, "取消し：%s", issue->retracted->reason);
  if (by)
    return arena_printf(maker->arena, "第%" G_GINT64_FORMAT "報で訂正", by->body->number);
  if (!circulation)
    return NULL;
  const char *state = choice_label(circulation_choices, (int)circulation->state);
  return issue->replaced_by ? arena_printf(maker->arena, "%s（同じ報数で提出し直し済み）", state) : state;
}

static void
put_issue(RoomMaker *maker, const ReportIssue *issue)
{
  const ReportIssuing *issuing = &issue->body->issuing;
  const PlanForm *form = plan_form(maker->context.plan, issuing->form);
  gboolean over = issue->retracted || issue->corrected_by || issue->replaced_by;
  const char *file = issue->replaced_by ? issue->id : arena_printf(maker->arena, "%" G_GINT64_FORMAT, issue->body->number);
  if (!room_row(maker, issue->id, over))
    return;
  room_cell(maker, arena_printf(maker->arena, "%s　第%" G_GINT64_FORMAT "報", form ? form->name : issuing->form, issue->body->number));
  room_line(maker, ROOM_NOTE, issuing->document_number);
  room_cell(maker, room_by(maker, issue->head));
  if (issuing->oral)
    room_line(maker, ROOM_NOTE, "口頭で先に報告");
  room_cell(maker, issuing->addressee);
  room_cell(maker, standing(maker, issue));
  room_issued(maker, issuing->form, "発行したときのまま（PDF）", file);
  if (!over) {
    if (reporting_sent_back(maker->context.kase, issue))
      room_act(maker, "reporting.draft", "直して提出し直す", "form", issuing->form, NULL);
    else
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

/* --- the staff --- */

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
    room_paper(maker, "alert", "注意喚起（PDF）", i + 1, TRUE);
    room_cell(maker, alert->body->to);
    room_cell(maker, room_by(maker, alert->head));
  }
}

static void
put_reports(RoomMaker *maker)
{
  put_issues(maker);
  put_alerts(maker);
}

const Room room_reports = {
  .segment = "reports", .name = "報告・周知", .put = put_reports,
  .about = "提出した報告と、職員への注意喚起を見ます。関係機関への連絡と公表は「通知・届出」にあります。",
  .acts = { "reporting.draft", "reporting.issue", "circulation.submit", "reporting.alert_staff", NULL },
};
