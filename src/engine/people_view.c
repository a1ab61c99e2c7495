#include "engine/people_view.h"

#include <string.h>

#include "case/response.h"
#include "case/triage.h"
#include "engine/put.h"
#include "office/accounts.h"
#include "office/reserved.h"

typedef struct {
  const Office *office;
  const Plan *plan;
  Date day;
  gboolean numbers; /* telephone and mail are shown */
  Arena *arena;
} Asking;

/* --- one person, one post, one body outside --- */

static json_t *
person_json(const Asking *asking, const char *id)
{
  const Person *person = office_person(asking->office, id);
  json_t *object = json_object();
  put_text(object, "person", id);
  put_text(object, "name", office_person_name(asking->office, id));
  if (!person || !asking->numbers)
    return object;
  put_text(object, "phone", person->phone);
  put_text(object, "mobile", person->mobile);
  put_text(object, "mail", person->mail);
  put_text(object, "department", person->department);
  return object;
}

static json_t *
people_json(const Asking *asking, List persons)
{
  json_t *list = json_array();
  for (gsize i = 0; i < persons.length; i++)
    json_array_append_new(list, person_json(asking, list_string(persons, i)));
  return list;
}

static json_t *
holders_json(const Asking *asking, const char *post)
{
  return people_json(asking, office_holders(asking->office, post, asking->day, asking->arena));
}

static const char *
post_name(const Asking *asking, const char *id)
{
  const Post *post = office_post(asking->office, asking->plan, id);
  return post ? post->name : id;
}

static json_t *
roles_json(const Asking *asking, const char *post)
{
  List roles = office_roles_of_post(asking->office, asking->plan, post, asking->arena);
  json_t *list = json_array();
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = plan_role(asking->plan, list_string(roles, i));
    json_array_append_new(list, json_pack("{s:s, s:s}", "role", list_string(roles, i), "name", role ? role->name : list_string(roles, i)));
  }
  return list;
}

static json_t *
deputies_json(const Asking *asking, const char *post)
{
  List deputies = office_deputies(asking->office, asking->plan, post, asking->day, asking->arena);
  json_t *list = json_array();
  for (gsize i = 0; i < deputies.length; i++)
    json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "post", list_string(deputies, i), "name", post_name(asking, list_string(deputies, i)),
                                          "holders", holders_json(asking, list_string(deputies, i))));
  return list;
}

static json_t *
seat_json(const Asking *asking, const char *id)
{
  const Post *post = office_post(asking->office, asking->plan, id);
  const PlanPost *of_plan = plan_post(asking->plan, id);
  json_t *object = json_object();
  put_text(object, "post", id);
  put_text(object, "name", post_name(asking, id));
  put_text(object, "office", of_plan ? of_plan->office : NULL);
  put_text(object, "department", post ? post->department : NULL);
  json_object_set_new(object, "roles", roles_json(asking, id));
  json_object_set_new(object, "holders", holders_json(asking, id));
  json_object_set_new(object, "deputies", deputies_json(asking, id));
  return object;
}

static json_t *
outside_json(const Asking *asking, const Outside *outside)
{
  const Outside *parent = outside->parent ? office_outside(asking->office, outside->parent) : NULL;
  json_t *object = json_object();
  put_text(object, "id", outside->id);
  put_text(object, "name", outside->name);
  put_choice(object, "kind", outside_choices, (int)outside->kind);
  put_text(object, "parent", parent ? parent->name : NULL);
  put_flag(object, "approved", outside->approved);
  put_text(object, "contact", outside->contact);
  put_text(object, "out_of_hours", outside->out_of_hours);
  put_text(object, "telephone", outside->telephone);
  return object;
}

static json_t *
outsides_json(const Asking *asking)
{
  List all = office_outsides(asking->office);
  json_t *list = json_array();
  for (gsize i = 0; i < all.length; i++)
    json_array_append_new(list, outside_json(asking, list_item(all, Outside, i)));
  return list;
}

/* The plan's posts, then the office's own; strings. */
static List
all_posts(const Asking *asking)
{
  List of_plan = plan_posts(asking->plan), own = office_posts(asking->office), posts = { 0 };
  for (gsize i = 0; i < of_plan.length; i++)
    list_add(asking->arena, &posts, list_item(of_plan, PlanPost, i)->id);
  for (gsize i = 0; i < own.length; i++)
    list_add(asking->arena, &posts, list_item(own, Post, i)->id);
  return posts;
}

static json_t *
seats_json(const Asking *asking, List posts)
{
  json_t *list = json_array();
  for (gsize i = 0; i < posts.length; i++)
    json_array_append_new(list, seat_json(asking, list_string(posts, i)));
  return list;
}

/* --- 体制 --- */

static json_t *
committee_json(const Asking *asking)
{
  List seats = office_committee_members(asking->office, asking->plan, asking->day, asking->arena);
  json_t *list = json_array();
  for (gsize i = 0; i < seats.length; i++) {
    const CommitteeSeat *seat = list_item(seats, CommitteeSeat, i);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "label", seat->label, "post", seat->post, "name", seat->name, "holders",
                                          people_json(asking, seat->holders)));
  }
  return list;
}

static json_t *
departments_json(const Asking *asking)
{
  List all = office_departments(asking->office);
  json_t *list = json_array();
  for (gsize i = 0; i < all.length; i++) {
    const Department *department = list_item(all, Department, i);
    json_t *object = json_object();
    put_text(object, "id", department->id);
    put_text(object, "name", department->name);
    put_text(object, "body", department->body);
    json_array_append_new(list, object);
  }
  return list;
}

void
people_view_office(json_t *object, World *world, const Plan *plan, Date day)
{
  g_autoptr(Arena) arena = arena_new();
  const Asking asking = { world_office(world), plan, day, TRUE, arena };
  const PlanCommittee *committee = plan_committee(plan);

  put_text(object, "hours", plan_head(plan)->hours_text);
  json_object_set_new(object, "seats", seats_json(&asking, all_posts(&asking)));
  json_object_set_new(object, "departments", departments_json(&asking));
  json_object_set_new(object, "outsides", outsides_json(&asking));
  put_text(object, "committee_name", committee ? committee->name : NULL);
  json_object_set_new(object, "committee", committee_json(&asking));
}

/* --- 連絡先一覧 --- */

/* What the plan prints of its own window: the tables that name a telephone. */
static json_t *
window_json(const Asking *asking)
{
  List tables = plan_tables(asking->plan);
  json_t *list = json_array();
  for (gsize i = 0; i < tables.length; i++) {
    List rows = list_item(tables, PlanTable, i)->rows;
    gboolean tells = FALSE;
    for (gsize j = 0; j < rows.length; j++)
      tells = tells || strstr(list_item(rows, PlanPair, j)->label, "電話");
    for (gsize j = 0; tells && j < rows.length; j++) {
      const PlanPair *pair = list_item(rows, PlanPair, j);
      json_t *object = json_object();
      put_text(object, "label", pair->label);
      put_text(object, "value", reserved_contact(asking->office, pair->value, asking->arena));
      json_array_append_new(list, object);
    }
  }
  return list;
}

static json_t *
posts_json(const Asking *asking, const char *person)
{
  List posts = office_posts_of(asking->office, person, asking->day, asking->arena);
  json_t *list = json_array();
  for (gsize i = 0; i < posts.length; i++)
    json_array_append_new(list, json_pack("{s:s, s:s}", "post", list_string(posts, i), "name", post_name(asking, list_string(posts, i))));
  return list;
}

static json_t *
with_posts(const Asking *asking, const char *person)
{
  json_t *object = person_json(asking, person);
  json_object_set_new(object, "posts", posts_json(asking, person));
  return object;
}

json_t *
people_view_phones(World *world, const Plan *plan, Date day)
{
  g_autoptr(Arena) arena = arena_new();
  const Asking asking = { world_office(world), plan, day, TRUE, arena };
  List posts = all_posts(&asking), persons = { 0 };
  json_t *people = json_array(), *object = json_object();

  for (gsize i = 0; i < posts.length; i++) {
    List holders = office_holders(asking.office, list_string(posts, i), day, arena);
    for (gsize j = 0; j < holders.length; j++)
      if (!list_has_string(persons, list_string(holders, j))) {
        list_add(arena, &persons, list_string(holders, j));
        json_array_append_new(people, with_posts(&asking, list_string(holders, j)));
      }
  }
  put_text(object, "name", office_name(asking.office));
  put_text(object, "day", date_print_iso(arena, day));
  json_object_set_new(object, "window", window_json(&asking));
  json_object_set_new(object, "people", people);
  json_object_set_new(object, "outsides", outsides_json(&asking));
  return object;
}

/* --- アカウント --- */

static const char *
account_state(const Asking *asking, const Account *account, const char *person)
{
  if (!account || !(account->password || account->closed))
    return "none";
  if (account->closed)
    return "closed";
  if (!office_may_sign_in(asking->office, person, asking->day))
    return "no-post";
  return account->one_time ? "one-time" : "open";
}

json_t *
people_view_accounts(World *world, const Plan *plan, Date day)
{
  g_autoptr(Arena) arena = arena_new();
  const Asking asking = { world_office(world), plan, day, FALSE, arena };
  List persons = office_persons(asking.office);
  json_t *list = json_array();

  for (gsize i = 0; i < persons.length; i++) {
    const char *id = list_item(persons, Person, i)->id;
    const Account *account = office_account(asking.office, id);
    json_t *object = with_posts(&asking, id);
    put_text(object, "state", account_state(&asking, account, id));
    put_flag(object, "totp", account && account->totp);
    json_array_append_new(list, object);
  }
  return list;
}

/* --- a case --- */

/* In the order of the plan's roles, each post once; whoever keeps the books is not called at night. */
static List
chain_posts(const Asking *asking)
{
  List roles = plan_roles(asking->plan), chain = { 0 };
  for (gsize i = 0; i < roles.length; i++) {
    List posts = office_posts_of_role(asking->office, asking->plan, list_item(roles, PlanRole, i)->id, asking->arena);
    for (gsize j = 0; j < posts.length; j++)
      if (!g_str_equal(list_string(posts, j), PLAN_ADMINISTRATOR) && !list_has_string(chain, list_string(posts, j)))
        list_add(asking->arena, &chain, list_string(posts, j));
  }
  return chain;
}

/* Was it asked in the case, or asked to do something? */
static gboolean
takes_part(const Case *kase, const char *outside)
{
  List inquiries = case_triage(kase)->inquiries, requests = case_response(kase)->requests;
  for (gsize i = 0; i < inquiries.length; i++)
    if (g_strcmp0(list_pointer(inquiries, Inquiry, i)->body->party, outside) == 0)
      return TRUE;
  for (gsize i = 0; i < requests.length; i++)
    if (g_strcmp0(list_pointer(requests, Request, i)->body->party, outside) == 0)
      return TRUE;
  return FALSE;
}

static json_t *
called_outsides(const Asking *asking, const Case *kase)
{
  List all = office_outsides(asking->office);
  json_t *list = json_array();
  for (gsize i = 0; asking->numbers && i < all.length; i++) {
    json_t *object = outside_json(asking, list_item(all, Outside, i));
    put_flag(object, "takes_part", takes_part(kase, list_item(all, Outside, i)->id));
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *
tellers_json(World *world, const Viewer *viewer, const Case *kase, Arena *arena)
{
  List ids = case_card(kase, arena)->notices;
  json_t *list = json_array();
  for (gsize i = 0; i < ids.length; i++) {
    const Notice *notice = notices_get(world_notices(world), list_string(ids, i));
    if (!notice || !access_notice(world, viewer, notice->id))
      continue;
    json_t *object = json_object();
    put_text(object, "id", notice->id);
    put_text(object, "subject", notice->body->subject);
    put_time(object, "received", notice->body->received);
    put_choice(object, "channel", channel_choices, notice->body->channel);
    put_text(object, "sender", notice->body->sender);
    put_text(object, "contact", notice->body->contact);
    json_array_append_new(list, object);
  }
  return list;
}

static void
add_once(Arena *arena, List *list, const char *person)
{
  if (person && !list_has_string(*list, person))
    list_add(arena, list, person);
}

/* Who did something in the case, the latest first, or is named by it. */
static List
taking_part(const Case *kase, Arena *arena)
{
  const Access *access = case_access(kase);
  List log = case_log(kase), people = { 0 };
  for (gsize i = log.length; i-- > 0;) {
    const Actor *actor = &list_item(log, LogLine, i)->head->actor;
    if (actor->capacity != CAPACITY_SYSTEM)
      add_once(arena, &people, actor->person);
  }
  for (gsize i = 0; i < access->named.length; i++)
    add_once(arena, &people, list_string(access->named, i));
  for (gsize i = 0; i < access->admitted.length; i++)
    add_once(arena, &people, list_item(access->admitted, Admission, i)->person);
  return people;
}

json_t *
people_view_contacts(World *world, const Viewer *viewer, const Case *kase, const Plan *plan)
{
  g_autoptr(Arena) arena = arena_new();
  const Asking asking = { world_office(world), plan, instant_date(viewer->now), access_right(world, viewer, "view.office"), arena };
  List people = taking_part(kase, arena);
  json_t *list = json_array(), *object = json_object();

  for (gsize i = 0; i < people.length; i++)
    json_array_append_new(list, with_posts(&asking, list_string(people, i)));
  json_object_set_new(object, "chain", seats_json(&asking, chain_posts(&asking)));
  json_object_set_new(object, "outsides", called_outsides(&asking, kase));
  json_object_set_new(object, "notices", tellers_json(world, viewer, kase, arena));
  json_object_set_new(object, "people", list);
  return object;
}
