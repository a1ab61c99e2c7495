/* 体制: posts and who holds them on a day, deputies, committee, outside bodies and how to reach them. */
#include "engine/tables.h"
#include "paper/form.h"
#include "web/door.h"
#include "web/page.h"

typedef struct {
  WebRequest *request;
  const Plan *plan;
  const Office *office;
  Date day;
  Arena *arena;
  TplOfficeView *view;
} Showing;

static const char *
post_name(const Showing *showing, const char *id)
{
  const Post *post = office_post(showing->office, showing->plan, id);
  return post ? post->name : id;
}

static const char *
department_name(const Showing *showing, const char *id)
{
  const Department *department = id ? office_department(showing->office, id) : NULL;
  return department ? department->name : NULL;
}

static void
put_holders(const Showing *showing, TplPostRow *row, const char *post)
{
  List holders = office_holders(showing->office, post, showing->day, showing->arena);
  for (gsize i = 0; i < holders.length; i++) {
    const Person *person = office_person(showing->office, list_string(holders, i));
    gboolean dialled = page_dialled(person->phone) != NULL;
    const char *at = person->mail ? strchr(person->mail, '@') : NULL; /* where a long address goes on in the next line */
    *(TplHolder *)list_push(showing->arena, &row->holders, sizeof(TplHolder)) = (TplHolder){
      .name = office_person_name(showing->office, person->id), .extension = dialled ? NULL : person->phone,
      .phone = dialled ? person->phone : NULL, .mobile = person->mobile, .mail = person->mail,
      .local = at ? arena_strndup(showing->arena, person->mail, (gsize)(at - person->mail)) : person->mail, .host = at,
      .department = department_name(showing, person->department),
    };
  }
  row->vacant = holders.length == 0;
  showing->view->n_vacant += row->vacant;
  row->several = holders.length > 1;
}

static void
put_deputies(const Showing *showing, TplPostRow *row, const char *post)
{
  List deputies = office_deputies(showing->office, showing->plan, post, showing->day, showing->arena);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < deputies.length; i++) {
    List holders = office_holders(showing->office, list_string(deputies, i), showing->day, showing->arena);
    g_string_append_printf(text, "%s%s", i ? "、" : "", post_name(showing, list_string(deputies, i)));
    for (gsize j = 0; j < holders.length; j++)
      g_string_append_printf(text, "%s%s%s", j ? "・" : "（", office_person_name(showing->office, list_string(holders, j)),
                             j + 1 == holders.length ? "）" : "");
  }
  row->deputies = arena_strdup(showing->arena, text->str);
}

static void
put_post(const Showing *showing, const char *id, const char *name, const char *office, const char *department)
{
  TplPostRow *row = list_push(showing->arena, &showing->view->posts, sizeof *row);
  List roles = office_roles_of_post(showing->office, showing->plan, id, showing->arena);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = plan_role(showing->plan, list_string(roles, i));
    g_string_append_printf(text, "%s%s", i ? "、" : "", role ? role->name : list_string(roles, i));
  }
  *row = (TplPostRow){ .name = name, .office = office, .department = department, .roles = arena_strdup(showing->arena, text->str) };
  put_holders(showing, row, id);
  put_deputies(showing, row, id);
}

/* --- who held it from when to when --- */

static const char *
period(const Showing *showing, Date from, Date until)
{
  return arena_printf(showing->arena, "%s〜%s", date_print_plain(showing->arena, from),
                      until == DATE_NONE ? "" : date_print_plain(showing->arena, until));
}

/* Of what does not cover the day that is shown. */
static const char *
other_time(const Showing *showing, Date from, Date until)
{
  return from > showing->day ? "これから" : until != DATE_NONE && until < showing->day ? "済み" : NULL;
}

static void
add_term(const Showing *showing, const char *post, const char *who, const char *sort, Date from, Date until)
{
  *(TplTerm *)list_push(showing->arena, &showing->view->terms, sizeof(TplTerm)) = (TplTerm){
    .post = post, .who = who, .sort = sort, .period = period(showing, from, until), .other = other_time(showing, from, until),
  };
}

static void
put_rule(const Showing *showing, const char *post, const OfficeDeputies *rule)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < rule->deputies.length; i++)
    g_string_append_printf(names, "%s%s", i ? "、" : "", post_name(showing, list_string(rule->deputies, i)));
  add_term(showing, post, arena_strdup(showing->arena, names->str), arena_printf(showing->arena, "職務代理の定め（%s）", rule->ground),
           rule->from, rule->until);
}

static void
put_terms(const Showing *showing, const char *id, const char *name)
{
  List spans = office_history(showing->office, id, showing->arena), rules = office_deputy_rules(showing->office, id, showing->arena);
  for (gsize i = 0; i < spans.length; i++) {
    const OfficeSpan *span = list_item(spans, OfficeSpan, i);
    add_term(showing, name, span->person ? office_person_name(showing->office, span->person) : NULL,
             span->acting ? "事務取扱" : span->concurrent ? "兼務" : span->person ? "本務" : "空席", span->from, span->until);
  }
  for (gsize i = 0; i < rules.length; i++)
    put_rule(showing, name, list_pointer(rules, const OfficeDeputies, i));
}

static void
put_posts(const Showing *showing)
{
  List of_plan = plan_posts(showing->plan), own = office_posts(showing->office);
  for (gsize i = 0; i < of_plan.length; i++) {
    const PlanPost *post = list_item(of_plan, PlanPost, i);
    put_post(showing, post->id, post->name, post->office, NULL);
    put_terms(showing, post->id, post->name);
  }
  for (gsize i = 0; i < own.length; i++) {
    const Post *post = list_item(own, Post, i);
    put_post(showing, post->id, post->name, NULL, department_name(showing, post->department));
    put_terms(showing, post->id, post->name);
  }
}

static void
put_committee(const Showing *showing)
{
  const PlanCommittee *committee = plan_committee(showing->plan);
  List seats = office_committee_members(showing->office, showing->plan, showing->day, showing->arena);
  showing->view->committee = committee ? committee->name : NULL;
  for (gsize i = 0; i < seats.length; i++) {
    const CommitteeSeat *seat = list_item(seats, CommitteeSeat, i);
    g_autoptr(GString) names = g_string_new(NULL);
    for (gsize j = 0; j < seat->holders.length; j++)
      g_string_append_printf(names, "%s%s", j ? "、" : "", office_person_name(showing->office, list_string(seat->holders, j)));
    *(TplSeatRow *)list_push(showing->arena, &showing->view->seats, sizeof(TplSeatRow)) = (TplSeatRow){
      .label = seat->label, .post = seat->name, .holders = names->len ? arena_strdup(showing->arena, names->str) : "空席",
    };
  }
}

static void
put_outsides(const Showing *showing)
{
  List all = office_outsides(showing->office);
  for (gsize i = 0; i < all.length; i++) {
    const Outside *outside = list_item(all, Outside, i);
    const Outside *parent = outside->parent ? office_outside(showing->office, outside->parent) : NULL;
    *(TplOutsideRow *)list_push(showing->arena, &showing->view->outsides, sizeof(TplOutsideRow)) = (TplOutsideRow){
      .name = outside->name, .kind = choice_label(outside_choices, (int)outside->kind), .parent = parent ? parent->name : NULL,
      .approved = outside->approved, .contact = outside->contact, .hours = outside->out_of_hours, .night = page_dialled(outside->out_of_hours), .telephone = outside->telephone,
    };
  }
}

/* The posts that the office made for a department, and who holds them. */
static void
put_department(const Showing *showing, const Department *department)
{
  List own = office_posts(showing->office);
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < own.length; i++) {
    const Post *post = list_item(own, Post, i);
    if (g_strcmp0(post->department, department->id) != 0)
      continue;
    List holders = office_holders(showing->office, post->id, showing->day, showing->arena);
    g_string_append_printf(text, "%s%s（", text->len ? "、" : "", post->name);
    for (gsize j = 0; j < holders.length; j++)
      g_string_append_printf(text, "%s%s", j ? "・" : "", office_person_name(showing->office, list_string(holders, j)));
    g_string_append(text, holders.length ? "）" : "空席）");
  }
  *(TplDepartmentRow *)list_push(showing->arena, &showing->view->departments, sizeof(TplDepartmentRow)) = (TplDepartmentRow){
    .name = department->name, .body = department->body, .managers = text->len ? arena_strdup(showing->arena, text->str) : NULL,
  };
}

static void
put_blanks(const Showing *showing)
{
  List blanks = form_blanks(showing->plan, showing->arena);
  for (gsize i = 0; i < blanks.length; i++) {
    const FormListed *form = list_item(blanks, FormListed, i);
    *(TplBlankRow *)list_push(showing->arena, &showing->view->blanks, sizeof(TplBlankRow)) = (TplBlankRow){ form->id, form->name };
  }
}

/* The first things to do in an office that nobody fills yet. */
static gboolean
fills_posts(const char *act)
{
  return g_str_equal(act, "office.add_person") || g_str_equal(act, "office.appoint");
}

static void
put_acts(const Showing *showing)
{
  const Domain *const *domains = tables_domains();
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++) {
      const ActKind *kind = &domains[i]->acts[j];
      const TplPlanActLink link = { kind->name, kind->title };
      if (kind->scope != SCOPE_OFFICE || !g_str_has_prefix(kind->name, "office.") || !page_offers(showing->request, kind, 0))
        continue;
      *(TplPlanActLink *)list_push(showing->arena, &showing->view->acts, sizeof link) = link;
      if (showing->view->n_vacant && fills_posts(kind->name))
        *(TplPlanActLink *)list_push(showing->arena, &showing->view->fills, sizeof link) = link;
    }
}

static void
get_office(WebRequest *request)
{
  World *world = engine_world(request->engine);
  Instant now = engine_now(request->engine);
  const char *on = request_parameter(request, "on");
  Date day = instant_date(now);
  if (on && !date_parse(on, &day, NULL))
    day = instant_date(now);
  TplOfficeView view = { 0 };
  const Showing showing = { request, world_plan_on(world, day, NULL), world_office(world), day, request->arena, &view };
  if (!showing.plan) {
    answer_problem(request, problem_of_status(404), "その日に適用されている計画がありません。日付を選び直してください。");
    return;
  }
  List departments = office_departments(showing.office);
  view.name = office_name(showing.office);
  view.day = date_print_long(request->arena, day);
  view.iso = date_print_iso(request->arena, day);
  view.plan = plan_head(showing.plan)->name;
  view.hours = plan_head(showing.plan)->hours_text;
  for (gsize i = 0; i < departments.length; i++)
    put_department(&showing, list_item(departments, Department, i));
  put_posts(&showing);
  put_committee(&showing);
  put_outsides(&showing);
  put_blanks(&showing);
  put_acts(&showing);
  view.rotates = page_offers(request, tables_act("office.appoint"), 0);
  const char *moved = request_parameter(request, "moved");
  TplPage *page = page_new(request, "体制", "office");
  if (moved)
    page->said = arena_printf(request->arena, "人事異動を記録しました（%" G_GINT64_FORMAT "件）。", g_ascii_strtoll(moved, NULL, 10));
  page->live = "office";
  GString *out = g_string_sized_new(16384);
  template_office(out, page, &view);
  page_answer(request, 200, out);
}

static const Route route = { "GET", "/office", NEED_OFFICE, 0, get_office, FACE_PAGE, "体制" };

void
page_office_routes(Router *router)
{
  router_add(router, &route);
}
