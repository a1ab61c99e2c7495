/* The office in words: who held a post on a day, and the committee's seats. */
#include "office/state.h"

static const Tenure *
tenure_on(const Office *office, const char *post, const char *person, Date day)
{
  List tenures = tenures_of_post(office, post);
  for (gsize i = 0; i < tenures.length; i++) {
    const Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (g_str_equal(tenure->person, person) && days_cover(tenure->from, tenure->until, day))
      return tenure;
  }
  return NULL;
}

/* "山田太郎（p1）、佐藤花子（p2）", or 欠員. */
static void
add_names(GString *out, const Office *office, const char *post, Date day, Arena *arena)
{
  List holders = office_holders(office, post, day, arena);
  for (gsize i = 0; i < holders.length; i++)
    g_string_append_printf(out, "%s%s", i ? "、" : "",
                           person_label(office, list_string(holders, i), arena));
  if (!holders.length)
    g_string_append(out, "欠員");
}

static void
add_heading(GString *out, const Office *office, const Plan *plan, const char *post, Date day, Arena *arena)
{
  const PlanPost *of = plan ? plan_post(plan, post) : NULL;
  List roles = office_roles_of_post(office, plan, post, arena);

  g_string_append_printf(out, "%s 現在\n職　　：%s", date_print_plain(arena, day),
                         post_label(office, plan, post));
  if (of && of->office)
    g_string_append_printf(out, "（%s）", of->office);
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = plan ? plan_role(plan, list_string(roles, i)) : NULL;
    g_string_append_printf(out, "%s%s", i ? "、" : "\n役割　：", role ? role->name : list_string(roles, i));
  }
  g_string_append_c(out, '\n');
}

static void
add_holders(GString *out, const Office *office, const char *post, Date day, Arena *arena)
{
  List holders = office_holders(office, post, day, arena);
  for (gsize i = 0; i < holders.length; i++) {
    const Tenure *tenure = tenure_on(office, post, list_string(holders, i), day);
    g_string_append_printf(out, "現任者：%s　%s%s\n", person_label(office, tenure->person, arena),
                           days_text(tenure->from, tenure->until, arena),
                           tenure->acting ? "（事務取扱）" : tenure->concurrent ? "（兼務）" : "");
  }
  if (!holders.length)
    g_string_append(out, "現任者：欠員\n");
}

static const char *
deputies_ground(const Office *office, const Plan *plan, const char *post, Date day, Arena *arena)
{
  const OfficeDeputies *set = deputies_rule(office, post, day);
  const PlanPost *of = plan ? plan_post(plan, post) : NULL;

  if (set)
    return arena_printf(arena, "%s（%s）", set->ground, days_text(set->from, set->until, arena));
  return arena_printf(arena, "計画（%s）", of ? choice_label(origin_choices, (int)of->deputies_origin) : "");
}

static void
add_deputies(GString *out, const Office *office, const Plan *plan, const char *post, Date day, Arena *arena)
{
  List deputies = office_deputies(office, plan, post, day, arena);
  if (!deputies.length) {
    g_string_append(out, "職務代理：定めがありません\n");
    return;
  }
  g_string_append_printf(out, "職務代理：%s\n", deputies_ground(office, plan, post, day, arena));
  for (gsize i = 0; i < deputies.length; i++) {
    g_string_append_printf(out, "  %" G_GSIZE_FORMAT ". %s　", i + 1,
                           post_label(office, plan, list_string(deputies, i)));
    add_names(out, office, list_string(deputies, i), day, arena);
    g_string_append_c(out, '\n');
  }
}

const char *
office_describe_post(const Office *office, const Plan *plan, const char *post, Date day, Arena *arena)
{
  g_autoptr(GString) out = g_string_new(NULL);

  add_heading(out, office, plan, post, day, arena);
  add_holders(out, office, post, day, arena);
  add_deputies(out, office, plan, post, day, arena);
  return arena_strdup(arena, out->str);
}

List
office_committee_members(const Office *office, const Plan *plan, Date day, Arena *arena)
{
  List seats = { 0 };
  const PlanCommittee *committee = plan_committee(plan);

  for (gsize i = 0; committee && i < committee->members.length; i++) {
    const PlanPair *member = list_item(committee->members, PlanPair, i);
    CommitteeSeat *seat = list_push(arena, &seats, sizeof *seat);
    *seat = (CommitteeSeat){
      .label = member->label, .post = member->value, .name = post_label(office, plan, member->value),
      .holders = office_holders(office, member->value, day, arena),
    };
  }
  return seats;
}
