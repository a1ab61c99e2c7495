/* What of the aftermath is done in the present round, when the review is due,
 * and the predicates over them. */
#include "act/describe.h"
#include "case/aftermath.h"
#include "case/state.h"
#include "clock/deadline.h"

const Declaration *
aftermath_declared(const Case *kase)
{
  List all = kase->aftermath.declarations;
  const Declaration *last = all.length ? list_pointer(all, Declaration, all.length - 1) : NULL;
  return last && last->round == case_round(kase) ? last : NULL;
}

const Review *
aftermath_review(const Case *kase)
{
  List all = kase->aftermath.reviews;
  const Review *last = all.length ? list_pointer(all, Review, all.length - 1) : NULL;
  return last && last->round == case_round(kase) ? last : NULL;
}

const Final *
aftermath_final(const Case *kase)
{
  List all = kase->aftermath.finals;
  const Final *last = all.length ? list_pointer(all, Final, all.length - 1) : NULL;
  return last && last->round == case_round(kase) ? last : NULL;
}

gboolean
aftermath_review_due(const Plan *plan, const Case *kase, Date *due)
{
  const PlanHead *head = plan_head(plan);
  List anchors = head->review_anchor ? case_done(kase, head->review_anchor) : (List){ 0 };
  if (case_backfill(kase) || head->review_months <= 0 || !anchors.length)
    return FALSE;
  const EntryHead *anchor = list_pointer(anchors, EntryHead, anchors.length - 1);
  return deadline_months(instant_date(anchor->happened), head->review_months, FALSE, due);
}

/* --- predicates --- */

static gboolean
holds_converged(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return aftermath_declared(context->kase) != NULL;
}

static gboolean
holds_follow_ups_done(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List followups = context->kase->aftermath.followups;
  for (gsize i = 0; i < followups.length; i++)
    if (!list_pointer(followups, FollowUp, i)->finished)
      return FALSE;
  return TRUE;
}

static char *
detail_follow_ups_done(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  gsize count = 0;
  List followups = context->kase->aftermath.followups;
  for (gsize i = 0; i < followups.length; i++) {
    const FollowUp *followup = list_pointer(followups, FollowUp, i);
    if (followup->finished)
      continue;
    const char *owner = followup->body->owner;
    g_string_append_printf(names, "%s%s%s%s", count++ ? "、" : "", describe_thing(arena, followup->body->text, followup->head), owner ? " " : "", owner ? owner : "");
    if (followup->body->due != DATE_NONE)
      g_string_append_printf(names, " 期日%s", date_print_short(arena, followup->body->due));
  }
  return arena_printf(arena, "終えていないフォローアップがあります（%" G_GSIZE_FORMAT "件：%s）", count, names->str);
}

static gboolean
holds_reviewed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return aftermath_review(context->kase) != NULL;
}

static char *
detail_reviewed(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  Date due;
  if (!aftermath_review_due(context->plan, context->kase, &due))
    return NULL;
  return arena_printf(arena, "反省会がまだです（%sを目途）", date_print_plain(arena, due));
}

static gboolean
holds_review_overdue(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  Date due;
  return !aftermath_review(context->kase) && aftermath_review_due(context->plan, context->kase, &due) &&
         instant_date(context->now) > due;
}

static gboolean
holds_final_filed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return aftermath_final(context->kase) != NULL;
}

static gboolean
holds_closed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return case_closed(context->kase);
}

const Predicate aftermath_predicates[] = {
  { .name = "converged", .explain = "収束宣言を行った", .missing = "収束宣言がまだです", .act = "aftermath.declare", .holds = holds_converged, .in_round = TRUE },
  { .name = "follow-ups-done", .explain = "挙げたフォローアップをすべて終えた", .missing = "終えていないフォローアップがあります", .act = "aftermath.finish_follow_up", .holds = holds_follow_ups_done, .detail = detail_follow_ups_done, .comes = COMES_UNTIL },
  { .name = "reviewed", .explain = "反省会を開催した", .missing = "反省会がまだです", .act = "aftermath.hold_review", .holds = holds_reviewed, .detail = detail_reviewed, .in_round = TRUE },
  { .name = "review-overdue", .explain = "反省会の目途の日を過ぎている", .missing = "反省会の目途の日を過ぎていません", .act = "aftermath.hold_review", .holds = holds_review_overdue, .comes = COMES_FLEETING },
  { .name = "final-filed", .explain = "最終報告書を取りまとめた", .missing = "最終報告書がまだです", .act = "aftermath.file_final", .holds = holds_final_filed, .in_round = TRUE },
  { .name = "closed", .explain = "事案が終結している", .missing = "事案は終結していません", .act = "aftermath.close", .holds = holds_closed },
  { .name = NULL },
};
