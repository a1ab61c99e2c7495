/* Reports that circulate: what a circulation is about, what was sent back, and the number that the next
 * issue gets.  A return burns no number. */
#include "case/reporting.h"
#include "case/state.h"

/* --- what circulates --- */

const ReportIssue *
reporting_circulating(const Case *kase, const Circulation *circulation)
{
  const char *form = reporting_form(circulation->body->subject);
  List issues = kase->reporting.issues, drafts = kase->reporting.drafts;
  const ReportIssue *about = NULL;
  if (circulation->body->ref)
    return reporting_issue(kase, circulation->body->ref);
  for (gsize i = 0; form && i < issues.length; i++) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i);
    if (issue->head->number < circulation->head->number && g_str_equal(issue->body->issuing.form, form))
      about = issue;
  }
  for (gsize i = 0; about && i < drafts.length; i++) {
    const ReportDraft *draft = list_pointer(drafts, ReportDraft, i);
    if (draft->head->number > about->head->number && draft->head->number < circulation->head->number && g_str_equal(draft->body->form, form))
      return NULL;
  }
  return about;
}

const Circulation *
reporting_circulated(const Case *kase, const char *form)
{
  List all = kase->circulations.all;
  const ReportIssue *last = NULL;
  for (gsize i = 0; i < kase->reporting.issues.length; i++)
    if (g_str_equal(list_pointer(kase->reporting.issues, ReportIssue, i)->body->issuing.form, form))
      last = list_pointer(kase->reporting.issues, ReportIssue, i);
  for (gsize i = all.length; i > 0; i--) {
    const Circulation *circulation = list_pointer(all, Circulation, i - 1);
    if (g_strcmp0(reporting_form(circulation->body->subject), form) != 0 || reporting_circulating(kase, circulation))
      continue;
    return !last || circulation->head->number > last->head->number ? circulation : NULL;
  }
  return NULL;
}

/* --- sent back --- */

const Circulation *
reporting_circulation(const Case *kase, const ReportIssue *issue)
{
  List all = kase->circulations.all;
  for (gsize i = all.length; i > 0; i--) {
    const Circulation *circulation = list_pointer(all, Circulation, i - 1);
    if (reporting_circulating(kase, circulation) == issue)
      return circulation;
  }
  return NULL;
}

/* Did it once go all the way? */
static gboolean
through(const Case *kase, const ReportIssue *issue)
{
  List all = kase->circulations.all;
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    if (circulation->state == CIRCULATION_DONE && reporting_circulating(kase, circulation) == issue)
      return TRUE;
  }
  return FALSE;
}

static gboolean
told_outside(const Case *kase, const ReportIssue *issue)
{
  List all = kase->reporting.notifications.all;
  for (gsize i = 0; i < all.length; i++) {
    const Notified *notified = list_pointer(all, Notification, i)->notified;
    if (notified && g_strcmp0(notified->issue, issue->id) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
reporting_sent_back(const Case *kase, const ReportIssue *issue)
{
  const Circulation *last = reporting_circulation(kase, issue);
  return last && (last->state == CIRCULATION_RETURNED || last->state == CIRCULATION_WITHDRAWN) && !issue->retracted &&
         !through(kase, issue) && !told_outside(kase, issue);
}

const char *
reporting_back_words(const Case *kase, const ReportIssue *issue)
{
  const Circulation *last = reporting_circulation(kase, issue);
  return last && last->state == CIRCULATION_WITHDRAWN ? "引き戻された" : "差し戻された";
}

/* --- numbers --- */

/* The last of the form that was issued, whatever became of it; or NULL. */
static const ReportIssue *
issued_last(const Case *kase, const char *form)
{
  List issues = kase->reporting.issues;
  for (gsize i = issues.length; i > 0; i--) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i - 1);
    if (g_str_equal(issue->body->issuing.form, form))
      return issue;
  }
  return NULL;
}

const ReportIssue *
reporting_to_replace(const Case *kase, const char *form)
{
  const ReportIssue *last = issued_last(kase, form);
  const ReportDraft *draft = reporting_draft(kase, form);
  gboolean corrects = last && draft && draft->head->number > last->head->number && g_strcmp0(draft->body->corrects, last->id) == 0;
  return last && !corrects && reporting_sent_back(kase, last) ? last : NULL;
}

guint
reporting_next(const Case *kase, const char *form)
{
  const ReportIssue *back = reporting_to_replace(kase, form);
  gint64 last = 0;
  List issues = kase->reporting.issues;
  if (back)
    return (guint)back->body->number;
  for (gsize i = 0; i < issues.length; i++) {
    const ReportIssued *issue = list_pointer(issues, ReportIssue, i)->body;
    if (g_str_equal(issue->issuing.form, form))
      last = MAX(last, issue->number);
  }
  return (guint)last + 1;
}

const ReportIssue *
reporting_base(const Case *kase, const char *form)
{
  gint64 next = reporting_next(kase, form);
  List issues = kase->reporting.issues;
  for (gsize i = issues.length; i > 0; i--) {
    const ReportIssue *issue = list_pointer(issues, ReportIssue, i - 1);
    if (g_str_equal(issue->body->issuing.form, form) && !issue->retracted && !issue->replaced_by && issue->body->number < next)
      return issue;
  }
  return NULL;
}
