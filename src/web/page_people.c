/* 連絡先一覧, for the wall and for paper; アカウント, for those with the right of audit. */
#include <string.h>

#include "office/accounts.h"
#include "office/reserved.h"
#include "web/door.h"
#include "web/page.h"

typedef struct {
  const Office *office;
  const Plan *plan;
  Date day;
  Arena *arena;
} Asking;

static gboolean
asking(WebRequest *request, Asking *asked)
{
  World *world = engine_world(request->engine);
  Date today = instant_date(engine_now(request->engine));
  *asked = (Asking){ world_office(world), world_plan_on(world, today, NULL), today, request->arena };
  if (!asked->plan)
    answer_problem(request, problem_of_status(404), "今日適用されている計画がありません。計画の版を採用してください。");
  return asked->plan != NULL;
}

/* 「情報システム担当者、システム運用担当係長」 */
static const char *
posts_of(const Asking *asked, const char *person)
{
  List posts = office_posts_of(asked->office, person, asked->day, asked->arena);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < posts.length; i++) {
    const Post *post = office_post(asked->office, asked->plan, list_string(posts, i));
    g_string_append_printf(text, "%s%s", i ? "、" : "", post ? post->name : list_string(posts, i));
  }
  return arena_strdup(asked->arena, text->str);
}

/* --- telephones --- */

/* Who holds a post, in the plan's order, each once. */
static void
add_holders(const Asking *asked, List *persons, const char *post)
{
  List holders = office_holders(asked->office, post, asked->day, asked->arena);
  for (gsize i = 0; i < holders.length; i++)
    if (!list_has_string(*persons, list_string(holders, i)))
      list_add(asked->arena, persons, list_string(holders, i));
}

static List
people_of(const Asking *asked)
{
  List of_plan = plan_posts(asked->plan), own = office_posts(asked->office), persons = { 0 };
  for (gsize i = 0; i < of_plan.length; i++)
    add_holders(asked, &persons, list_item(of_plan, PlanPost, i)->id);
  for (gsize i = 0; i < own.length; i++)
    add_holders(asked, &persons, list_item(own, Post, i)->id);
  return persons;
}

static void
put_people(const Asking *asked, TplPhones *shown)
{
  List persons = people_of(asked);
  for (gsize i = 0; i < persons.length; i++) {
    const Person *person = office_person(asked->office, list_string(persons, i));
    gboolean dialled = page_dialled(person->phone) != NULL;
    *(TplPhoneRow *)list_push(asked->arena, &shown->people, sizeof(TplPhoneRow)) = (TplPhoneRow){
      .post = posts_of(asked, person->id), .name = office_person_name(asked->office, person->id),
      .extension = dialled ? NULL : person->phone, .phone = dialled ? person->phone : NULL, .mobile = person->mobile,
    };
  }
}

static void
put_outsides(const Asking *asked, TplPhones *shown)
{
  List all = office_outsides(asked->office);
  for (gsize i = 0; i < all.length; i++) {
    const Outside *outside = list_item(all, Outside, i);
    const Outside *parent = outside->parent ? office_outside(asked->office, outside->parent) : NULL;
    *(TplOutsideRow *)list_push(asked->arena, &shown->outsides, sizeof(TplOutsideRow)) = (TplOutsideRow){
      .name = outside->name, .kind = choice_label(outside_choices, (int)outside->kind), .parent = parent ? parent->name : NULL,
      .contact = outside->contact, .hours = outside->out_of_hours, .night = page_dialled(outside->out_of_hours), .telephone = outside->telephone,
    };
  }
}

static gboolean
tells_telephone(const PlanTable *table)
{
  for (gsize i = 0; i < table->rows.length; i++)
    if (strstr(list_item(table->rows, PlanPair, i)->label, "電話"))
      return TRUE;
  return FALSE;
}

/* What the plan prints of its own window. */
static void
put_window(const Asking *asked, TplPhones *shown)
{
  List tables = plan_tables(asked->plan);
  for (gsize i = 0; i < tables.length; i++) {
    const PlanTable *table = list_item(tables, PlanTable, i);
    for (gsize j = 0; tells_telephone(table) && j < table->rows.length; j++) {
      const PlanPair *pair = list_item(table->rows, PlanPair, j);
      *(TplTableRow *)list_push(asked->arena, &shown->poc, sizeof(TplTableRow)) =
          (TplTableRow){ pair->label, reserved_contact(asked->office, pair->value, asked->arena) };
    }
  }
}

static void
get_phones(WebRequest *request)
{
  Asking asked;
  if (!asking(request, &asked))
    return;
  TplPhones shown = { .name = office_name(asked.office), .day = date_print_long(asked.arena, asked.day) };
  put_window(&asked, &shown);
  put_people(&asked, &shown);
  put_outsides(&asked, &shown);
  GString *out = g_string_new(NULL);
  template_phones(out, page_new(request, "連絡先一覧", "office"), &shown);
  page_answer(request, 200, out);
}

/* --- accounts --- */

static const char *
state_of(const Asking *asked, const Account *account, const char *person)
{
  if (!account || !(account->password || account->closed))
    return "まだ発行していない";
  if (account->closed)
    return "停止";
  if (!office_may_sign_in(asked->office, person, asked->day))
    return "職に就いていない";
  return account->one_time ? "一度だけのパスワードを発行済み" : "利用中";
}

static void
put_account(const Asking *asked, TplAccounts *shown, const Person *person)
{
  const Account *account = office_account(asked->office, person->id);
  gboolean open = account && !account->closed && account->password;
  *(TplAccountRow *)list_push(asked->arena, &shown->rows, sizeof(TplAccountRow)) = (TplAccountRow){
    .name = office_person_name(asked->office, person->id), .posts = posts_of(asked, person->id),
    .state = state_of(asked, account, person->id), .totp = account && account->totp, .open = open,
    .closed = account && account->closed, .close = arena_printf(asked->arena, "/do/account.close?person=%s", person->id),
    .reopen = arena_printf(asked->arena, "/do/account.reopen?person=%s", person->id),
    .remove = arena_printf(asked->arena, "/do/account.remove_totp?person=%s", person->id),
  };
}

static void
get_accounts(WebRequest *request)
{
  Asking asked;
  if (!asking(request, &asked))
    return;
  TplAccounts shown = { 0 };
  List persons = office_persons(asked.office);
  for (gsize i = 0; i < persons.length; i++)
    put_account(&asked, &shown, list_item(persons, Person, i));
  GString *out = g_string_new(NULL);
  template_accounts(out, page_new(request, "アカウントの一覧", "office"), &shown);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/office/phones", NEED_OFFICE, 0, get_phones, FACE_PAGE, "連絡先一覧" },
  { "GET", "/office/accounts", NEED_AUDIT, 0, get_accounts, FACE_PAGE, "アカウントの一覧" },
};

void
page_people_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
