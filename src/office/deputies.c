/* Deputies by rule (職務代理).  A proxy decision (代決) is no matter of the
 * office: it is a capacity in which somebody acts once, see act.h. */
#include "office/state.h"

const Field deputies_fields[] = {
  { "post", "職", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeDeputies, post), .ref = &ref_post },
  { "deputies", "職務を代理する職（順に）", FIELD_LINES, FIELD_REQUIRED, offsetof(OfficeDeputies, deputies),
    .limit = 20, .ref = &ref_post },
  { "from", "始まりの日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeDeputies, from) },
  { "until", "終わりの日", FIELD_DATE, 0, offsetof(OfficeDeputies, until) },
  { "ground", "根拠", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeDeputies, ground),
    .help = "職務代理を定めた規則や決裁を書きます。" },
  { NULL },
};

static void
deputies_set_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  list_add(state->office->arena, &state->office->deputies, body);
}

const EntryKind office_deputies_set = {
  "office.deputies_set", 1, "職務代理の定め", SCOPE_OFFICE, deputies_fields, sizeof(OfficeDeputies),
  deputies_set_apply,
};

void
deputies_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficeDeputies *set = fields;

  days_check(set->from, set->until, findings);
  for (gsize i = 0; i < set->deputies.length; i++) {
    const char *deputy = list_string(set->deputies, i);
    const List before = { i, set->deputies.items };
    if (!g_str_equal(deputy, set->post) && !list_has_string(before, deputy))
      continue;
    Finding *finding = findings_addf(
        findings, FINDING_INVALID, "office.deputies",
        list_has_string(before, deputy) ? "「%s」が二度書かれています。" : "「%s」は自らの職を代理できません。",
        post_label(context->office, context->plan, deputy));
    finding->field = "deputies";
    finding->remedy = "代理する職を、順に一度ずつ書いてください。";
  }
}

/* --- questions --- */

List
office_deputy_rules(const Office *office, const char *post, Arena *arena)
{
  List rules = { 0 };
  for (gsize i = 0; i < office->deputies.length; i++)
    if (g_str_equal(list_pointer(office->deputies, OfficeDeputies, i)->post, post))
      list_add(arena, &rules, list_pointer(office->deputies, OfficeDeputies, i));
  return rules;
}

const OfficeDeputies *
deputies_rule(const Office *office, const char *post, Date day)
{
  for (gsize i = office->deputies.length; i-- > 0;) {
    const OfficeDeputies *set = list_pointer(office->deputies, OfficeDeputies, i);
    if (g_str_equal(set->post, post) && days_cover(set->from, set->until, day))
      return set;
  }
  return NULL;
}

static List
named_deputies(const Office *office, const Plan *plan, const char *post, Date day)
{
  const OfficeDeputies *set = deputies_rule(office, post, day);
  const PlanPost *of = plan ? plan_post(plan, post) : NULL;

  if (set)
    return set->deputies;
  return of ? of->deputies : (List){ 0 };
}

static gboolean
is_vacant(const Office *office, const char *post, Date day)
{
  List tenures = tenures_of_post(office, post);
  for (gsize i = 0; i < tenures.length; i++) {
    const Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (days_cover(tenure->from, tenure->until, day))
      return FALSE;
  }
  return TRUE;
}

/* The posts named for POST; in the place of a vacant one, also those named for it.
 * FOUND grows with every call and ORIGIN is never in it, so it ends. */
static void
gather(const Office *office, const Plan *plan, const char *post, const char *origin, Date day,
       List *found, Arena *arena)
{
  List named = named_deputies(office, plan, post, day);
  for (gsize i = 0; i < named.length; i++) {
    const char *deputy = list_string(named, i);
    if (g_str_equal(deputy, origin) || list_has_string(*found, deputy))
      continue;
    list_add(arena, found, deputy);
    if (is_vacant(office, deputy, day))
      gather(office, plan, deputy, origin, day, found, arena);
  }
}

List
office_deputies(const Office *office, const Plan *plan, const char *post, Date day, Arena *arena)
{
  List found = { 0 };
  gather(office, plan, post, post, day, &found, arena);
  return found;
}

List
office_standing_in(const Office *office, const Plan *plan, const char *role, Date day, Arena *arena)
{
  List posts = office_posts_of_role(office, plan, role, arena), found = { 0 };
  for (gsize i = 0; i < posts.length; i++) {
    List deputies = office_deputies(office, plan, list_string(posts, i), day, arena);
    for (gsize j = 0; j < deputies.length; j++) {
      List holders = office_holders(office, list_string(deputies, j), day, arena);
      for (gsize k = 0; k < holders.length; k++)
        if (!list_has_string(found, list_string(holders, k)))
          list_add(arena, &found, (gpointer)list_string(holders, k));
    }
  }
  return found;
}

static gboolean
holds_post(const Office *office, const char *person, const char *post, Date day)
{
  List tenures = tenures_of_post(office, post);
  for (gsize i = 0; i < tenures.length; i++) {
    const Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (g_str_equal(tenure->person, person) && days_cover(tenure->from, tenure->until, day))
      return TRUE;
  }
  return FALSE;
}

Holds
office_holds(const Office *office, const Plan *plan, const char *person, const char *post, Date day)
{
  if (holds_post(office, person, post, day))
    return HOLDS_POST;

  g_autoptr(Arena) arena = arena_new();
  List deputies = office_deputies(office, plan, post, day, arena);
  for (gsize i = 0; i < deputies.length; i++)
    if (holds_post(office, person, list_string(deputies, i), day))
      return HOLDS_AS_DEPUTY;
  return HOLDS_NOT;
}
