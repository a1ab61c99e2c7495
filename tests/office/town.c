#include "town.h"

#include <string.h>

/* --- a plan without a file: what office/ asks of one --- */

struct Plan {
  int unused;
};

static const char *const of_ciso[] = { "head" };
static const char *const of_head[] = { "vice", "manager" };
static const char *const of_vice[] = { "manager" };
static const char *const of_manager[] = { "head" };

#define LIST(array) { G_N_ELEMENTS(array), (void *)(array) }

static const PlanPost posts[] = {
  { "ciso", "最高情報セキュリティ責任者", "副市長", FALSE, LIST(of_ciso), ORIGIN_CITY, 1 },
  { "head", "統括情報セキュリティ責任者", "情報政策課長", FALSE, LIST(of_head), ORIGIN_CITY, 2 },
  { "vice", "情報セキュリティ責任者", NULL, FALSE, LIST(of_vice), ORIGIN_CITY, 3 },
  { "manager", "情報システム管理者", NULL, FALSE, LIST(of_manager), ORIGIN_CITY, 4 },
  { "handler", "情報システム担当者", NULL, TRUE, { 0, NULL }, ORIGIN_TEXT, 5 },
  { .id = "watch", .name = "監視担当者", .many = TRUE, .line = 6, .origin = ORIGIN_TEXT,
    .named_by = "head-role", .named_from = "handler", .named_origin = ORIGIN_TEXT },
};

static const PlanRole roles[] = {
  { "ciso-role", "CISO", "ciso", FALSE, FALSE, NULL, 1 },
  { "head-role", "CSIRT責任者", "head", FALSE, FALSE, NULL, 2 },
  { "vice-role", "CSIRT副責任者", "vice", FALSE, FALSE, NULL, 3 },
  { "section-role", "情報セキュリティ管理者", NULL, FALSE, TRUE, NULL, 4 },
};

static const PlanPair members[] = { { "委員長", "ciso" }, { "副委員長", "head" }, { "委員", "handler" } };
static const PlanCommittee committee = { "情報セキュリティ委員会", NULL, LIST(members) };

const Choice origin_choices[] = {
  { ORIGIN_TEXT, "text", "本文" },
  { ORIGIN_READING, "reading", "解釈" },
  { ORIGIN_CITY, "city", "市の追加" },
  { 0, NULL, NULL },
};

const Plan *
town_plan(void)
{
  static const Plan plan = { 0 };
  return &plan;
}

const char *
plan_digest(const Plan *plan G_GNUC_UNUSED)
{
  return "1111111111111111111111111111111111111111111111111111111111111111";
}

List
plan_posts(const Plan *plan G_GNUC_UNUSED)
{
  return (List)LIST(posts);
}

List
plan_roles(const Plan *plan G_GNUC_UNUSED)
{
  return (List)LIST(roles);
}

const PlanPost *
plan_post(const Plan *plan G_GNUC_UNUSED, const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS(posts); i++)
    if (g_str_equal(posts[i].id, id))
      return &posts[i];
  return NULL;
}

const PlanRole *
plan_role(const Plan *plan G_GNUC_UNUSED, const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
    if (g_str_equal(roles[i].id, id))
      return &roles[i];
  return NULL;
}

const PlanCommittee *
plan_committee(const Plan *plan G_GNUC_UNUSED)
{
  return &committee;
}

static gboolean
role_exists(const ActContext *context, const char *id)
{
  return plan_role(context->plan, id) != NULL;
}

const RefKind ref_role = { "role", "役割", role_exists };

/* --- the town --- */

Town *
town_new(void)
{
  Town *town = g_new0(Town, 1);
  town->office = office_new();
  town->arena = arena_new();
  town->plan = town_plan();
  return town;
}

void
town_free(Town *town)
{
  office_free(town->office);
  arena_free(town->arena);
  g_free(town);
}

Date
town_day(const char *text)
{
  g_autoptr(GError) error = NULL;
  Date day = DATE_NONE;

  if (text)
    g_assert_true(date_parse(text, &day, &error));
  g_assert_no_error(error);
  return day;
}

guint64
town_apply(Town *town, const EntryKind *kind, const void *body)
{
  State state = { .office = town->office };
  EntryHead *head = arena_new0(town->arena, EntryHead);
  guint8 *kept = arena_alloc(town->arena, kind->size);

  memcpy(kept, body, kind->size);
  head->number = ++town->entries;
  kind->apply(&state, head, kept);
  return head->number;
}

void
town_add(Town *town, const char *name)
{
  town_apply(town, &office_person_added, &(OfficePerson){ .name = name });
}

void
town_appoint(Town *town, const char *person, const char *post, const char *from, const char *until)
{
  const OfficeAppoint appoint = {
    .person = person, .post = post, .from = town_day(from), .until = town_day(until),
  };
  town_apply(town, &office_appointed, &appoint);
}

void
town_relieve(Town *town, const char *person, const char *post, const char *until)
{
  town_apply(town, &office_relieved, &(OfficeRelieve){ person, post, town_day(until) });
}

void
town_set_deputies(Town *town, const char *post, const char *deputies, const char *from, const char *until)
{
  g_auto(GStrv) parts = g_strsplit(deputies, " ", -1);
  List list = { 0 };

  for (gsize i = 0; parts[i]; i++)
    list_add(town->arena, &list, arena_strdup(town->arena, parts[i]));
  const OfficeDeputies set = {
    .post = post, .deputies = list, .from = town_day(from), .until = town_day(until), .ground = "職務代理規則",
  };
  town_apply(town, &office_deputies_set, &set);
}

Findings *
town_ask(Town *town, const char *act, const void *body)
{
  return town_ask_as(town, OFFICE_ADMINISTRATOR, act, body);
}

Findings *
town_ask_as(Town *town, const char *post, const char *act, const void *body)
{
  const ActContext context = {
    .plan = town->plan, .office = town->office, .arena = town->arena,
    .actor = { .person = "p1", .post = post, .capacity = CAPACITY_SELF },
  };
  Findings *findings = findings_new(town->arena);

  for (gsize i = 0; i < office_domain.n_acts; i++)
    if (g_str_equal(office_domain.acts[i].name, act)) {
      office_domain.acts[i].guard(&context, body, findings);
      return findings;
    }
  g_assert_not_reached();
}

char *
town_join(List strings)
{
  g_autoptr(GString) out = g_string_new(NULL);
  for (gsize i = 0; i < strings.length; i++)
    g_string_append_printf(out, "%s%s", i ? " " : "", list_string(strings, i));
  return g_strdup(out->str);
}
