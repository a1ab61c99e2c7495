/* Posts whose holders another role names (指名): 担当者 by 責任者, from the IT staff. */
#include "office/state.h"

static const PlanPost *
planned(const ActContext *context, const char *post)
{
  return context->plan ? plan_post(context->plan, post) : NULL;
}

static gboolean
acts_in(const ActContext *context, const char *role)
{
  List mine = office_roles_of_post(context->office, context->plan, context->actor.post, context->arena);
  return list_has_string(mine, role);
}

/* Whoever is no administrator has a hand only in the posts that a role of theirs names. */
static void
check_who_names(const ActContext *context, const PlanPost *post, const char *id, Findings *findings)
{
  const PlanRole *namer = post && post->named_by ? plan_role(context->plan, post->named_by) : NULL;
  Finding *finding;

  if (namer && acts_in(context, namer->id))
    return;
  if (!g_str_equal(context->actor.post, OFFICE_ADMINISTRATOR)) {
    finding = findings_addf(findings, FINDING_DENIED, "office.naming", "「%s」は、あなたが指名する職ではありません。",
                            post_label(context->office, context->plan, id));
    finding->remedy = namer ? arena_printf(findings_arena(findings), "%sが指名します。", namer->name) : "システム管理者が登録します。";
  } else if (namer) {
    finding = findings_addf(findings, FINDING_ADVISE, "office.naming", "「%s」は%sが指名する職です。", post->name, namer->name);
    finding->remedy = "指名を受けてから登録してください。";
  } else
    return;
  finding->clause = post ? post->named_clause : NULL;
}

static gboolean
holds_on(const Office *office, const char *person, const char *post, Date day, Arena *arena)
{
  return list_has_string(office_holders(office, post, day, arena), person);
}

void
naming_guard(const ActContext *context, const char *post, Findings *findings)
{
  check_who_names(context, planned(context, post), post, findings);
}

void
naming_guard_person(const ActContext *context, const OfficeAppoint *wanted, Findings *findings)
{
  const PlanPost *post = planned(context, wanted->post);
  if (!post || !post->named_from ||
      holds_on(context->office, wanted->person, post->named_from, wanted->from, context->arena))
    return;
  gboolean refuse = post->named_origin == ORIGIN_TEXT;
  Finding *finding = findings_addf(findings, refuse ? FINDING_REFUSE : FINDING_ADVISE, "office.named_from",
                                   "%s は「%s」に就いていません。「%s」は、そのうちから指名します。",
                                   person_label(context->office, wanted->person, findings_arena(findings)),
                                   post_label(context->office, context->plan, post->named_from), post->name);
  finding->field = "person";
  finding->clause = post->named_clause;
}
