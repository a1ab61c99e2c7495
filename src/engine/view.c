#include "engine/view.h"

#include "act/describe.h"
#include "base/error.h"
#include "case/conformity.h"
#include "case/phase.h"
#include "case/triage.h"
#include "engine/clock_view.h"
#include "engine/known.h"
#include "engine/put.h"
#include "engine/tables.h"

static void
put_clause(json_t *object, const Plan *plan, const char *id)
{
  const PlanClause *clause = plan && id ? plan_clause(plan, id) : NULL;
  put_text(object, "clause", id);
  put_text(object, "clause_label", clause ? clause->label : NULL);
}

static void
put_act(json_t *object, const char *name)
{
  const ActKind *act = name ? tables_act(name) : NULL;
  put_text(object, "act", name);
  put_text(object, "act_title", act ? act->title : NULL);
}

json_t *
view_findings(const Plan *plan, const Findings *findings)
{
  static const char *const weights[] = {
    [FINDING_ADVISE] = "advice", [FINDING_REFUSE] = "refused", [FINDING_INVALID] = "invalid", [FINDING_DENIED] = "denied",
    [FINDING_FAILED] = "failed",
  };
  json_t *list = json_array();
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    json_t *object = json_object();
    put_text(object, "weight", weights[finding->weight]);
    put_text(object, "code", finding->code);
    put_text(object, "text", finding->text);
    put_text(object, "field", finding->field);
    put_text(object, "remedy", finding->remedy);
    put_clause(object, plan, finding->clause);
    put_act(object, finding->act);
    json_array_append_new(list, object);
  }
  return list;
}

json_t *
view_card(const Plan *plan, const Card *card)
{
  json_t *object, *none;
  fields_encode(card_fields, card, &object, &none);
  const PlanPhase *phase = plan && card->phase ? plan_phase(plan, card->phase) : NULL;
  put_text(object, "phase_name", phase ? phase->name : NULL);
  const PlanTerm *priority = plan && card->priority ? plan_priority(plan, card->priority) : NULL;
  put_text(object, "priority_name", priority ? priority->name : NULL);
  put_text(object, "certainty_name", card->certainty ? choice_label(certainty_choices, card->certainty) : NULL);
  json_object_set_new(object, "id", json_integer((json_int_t)card->number));
  json_t *names = json_array();
  for (gsize i = 0; plan && i < card->classes.length; i++) {
    const PlanTerm *term = plan_class(plan, list_string(card->classes, i));
    json_array_append_new(names, json_string(term ? term->name : list_string(card->classes, i)));
  }
  json_object_set_new(object, "class_names", names);
  put_flag(object, "closed", card->closed);
  json_object_del(object, "waits"); /* asked of each person by engine/waits.h */
  json_object_del(object, "access"); /* whom a list would name with it: view_access */
  put_flag(object, "restricted", card_access(card)->restricted || card_access(card)->concealed.length);
  return object;
}

/* --- who may see it --- */

static const char *
name_of(World *world, const char *person)
{
  return office_person_name(world_office(world), person);
}

json_t *
view_opening(World *world, const Plan *plan, const Opening *opening)
{
  const Post *post = office_post(world_office(world), plan, opening->post);
  json_t *object = json_object();
  put_text(object, "id", opening->id);
  put_text(object, "by", name_of(world, opening->person));
  put_text(object, "person", opening->person);
  put_text(object, "post", post ? post->name : opening->post);
  put_text(object, "reason", opening->reason);
  put_time(object, "at", opening->at);
  put_time(object, "until", opening->until);
  put_flag(object, "reviewed", opening->outcome != 0);
  if (opening->outcome) {
    put_text(object, "outcome", choice_token(opening_choices, opening->outcome));
    put_text(object, "outcome_name", choice_label(opening_choices, opening->outcome));
    put_text(object, "reviewer", name_of(world, opening->reviewer));
  }
  json_object_set_new(object, "entry", json_integer(opening->entry));
  return object;
}

static json_t *
view_access(World *world, const Plan *plan, const Access *access)
{
  json_t *admitted = json_array(), *concealed = json_array(), *openings = json_array();
  for (gsize i = 0; i < access->admitted.length; i++)
    json_array_append_new(admitted, json_string(name_of(world, list_item(access->admitted, Admission, i)->person)));
  for (gsize i = 0; i < access->concealed.length; i++) {
    const Department *department = office_department(world_office(world), list_item(access->concealed, Concealment, i)->department);
    json_array_append_new(concealed, json_string(department ? department->name : ""));
  }
  for (gsize i = 0; i < access->openings.length; i++)
    json_array_append_new(openings, view_opening(world, plan, list_item(access->openings, Opening, i)));
  json_t *object = json_object();
  put_flag(object, "restricted", access->restricted);
  json_object_set_new(object, "admitted", admitted);
  json_object_set_new(object, "concealed", concealed);
  json_object_set_new(object, "openings", openings);
  return object;
}

/* What advises whoever looks at the case, whatever they are about to do. */
static json_t *
view_advice(World *world, const Plan *plan, const Access *access)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  for (gsize i = 0; i < access->openings.length; i++) {
    const Opening *opening = list_item(access->openings, Opening, i);
    if (!opening->outcome)
      findings_addf(findings, FINDING_ADVISE, "opening.unreviewed", "%sさんの緊急閲覧（%s）が確認されていません。",
                    name_of(world, opening->person), describe_when(arena, opening->at))->act = "opening.review";
  }
  return view_findings(plan, findings);
}

static PredicateContext
asking(World *world, const Case *kase, const Plan *plan, Instant at)
{
  return (PredicateContext){
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .now = at,
  };
}

static json_t *
view_log(World *world, const Case *kase, const Plan *plan)
{
  json_t *list = json_array();
  List log = case_log(kase);
  for (gsize i = 0; i < log.length; i++) {
    g_autoptr(Arena) arena = arena_new();
    const LogLine *line = list_item(log, LogLine, i);
    json_t *object = json_object();
    json_object_set_new(object, "number", json_integer((json_int_t)line->head->number));
    put_time(object, "recorded", line->head->recorded);
    put_time(object, "happened", line->head->happened);
    put_text(object, "kind", line->kind->name);
    put_text(object, "title", line->kind->title);
    put_actor(object, world_office(world), plan, line->head);
    ActContext context = {
      .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .arena = arena,
    };
    put_text(object, "text", describe_body(line->kind->fields, line->body, &context));
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *
view_stays(const Case *kase, const Plan *plan)
{
  json_t *list = json_array();
  List stays = phase_stays(kase);
  for (gsize i = 0; i < stays.length; i++) {
    const PhaseStay *stay = list_pointer(stays, PhaseStay, i);
    const PlanPhase *phase = plan_phase(plan, stay->phase);
    json_t *object = json_object();
    put_text(object, "phase", stay->phase);
    put_text(object, "name", phase ? phase->name : stay->phase);
    json_object_set_new(object, "round", json_integer(stay->round));
    put_time(object, "entered", stay->entered->recorded);
    put_time(object, "left", stay->left ? stay->left->recorded : INSTANT_NONE);
    put_text(object, "why", choice_label(entered_choices, stay->why));
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *
view_next(const PredicateContext *context)
{
  g_autoptr(Arena) arena = arena_new();
  List steps = conformity_next(context, arena);
  json_t *list = json_array();
  for (gsize i = 0; i < steps.length; i++) {
    const NextStep *step = list_item(steps, NextStep, i);
    json_t *object = json_object();
    put_text(object, "text", step->text);
    put_text(object, "roles", step->roles);
    put_clause(object, context->plan, step->clause ? step->clause->id : NULL);
    put_act(object, step->act);
    json_object_set_new(object, "must", json_boolean(step->must));
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *
whole(World *world, const Case *kase, const KnownNotice *seen, Instant at, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  const Plan *plan = world_plan(world, case_plan(kase), error);
  if (!plan)
    return NULL;
  PredicateContext context = asking(world, kase, plan, at);
  json_t *object = view_card(plan, case_card(kase, arena));
  json_object_set_new(object, "phases", view_stays(kase, plan));
  json_t *next = view_next(&context), *clocks = clock_view_case(world, kase, plan, at);
  clock_view_next(next, clocks);
  json_object_set_new(object, "next", next);
  json_object_set_new(object, "clocks", clocks);
  json_object_set_new(object, "log", view_log(world, kase, plan));
  json_object_set_new(object, "access", view_access(world, plan, case_access(kase)));
  json_object_set_new(object, "advice", view_advice(world, plan, case_access(kase)));
  known_put(object, world, kase, plan, seen);
  return object;
}

json_t *
view_case(World *world, const Case *kase, Instant at, GError **error)
{
  return whole(world, kase, NULL, at, error);
}

typedef struct {
  World *now;
  const Viewer *viewer;
} Looking;

static gboolean
looking_sees(gconstpointer data, const char *notice)
{
  const Looking *looking = data;
  return access_notice(looking->now, looking->viewer, notice);
}

json_t *
view_case_for(World *world, World *now, const Viewer *viewer, guint64 number, GError **error)
{
  const Looking looking = { now, viewer };
  const KnownNotice seen = { looking_sees, &looking };
  if (!access_case(now, viewer, number))
    {
    world_no_case(number, error);
    return NULL;
  }
  const Case *kase = world_case(world, number, error);
  return kase ? whole(world, kase, &seen, viewer->now, error) : NULL;
}

json_t *
view_cards(World *world, List cards)
{
  json_t *list = json_array();
  for (gsize i = 0; i < cards.length; i++) {
    const Card *card = list_pointer(cards, Card, i);
    json_array_append_new(list, view_card(world_plan(world, card->plan, NULL), card));
  }
  return list;
}

json_t *
view_cases(World *world, const Viewer *viewer)
{
  g_autoptr(Arena) arena = arena_new();
  return view_cards(world, access_cases(world, viewer, arena));
}

static json_t *
cases_of_notice(World *world, const Viewer *viewer, const char *notice)
{
  const GArray *numbers = world_cases_of_notice(world, notice);
  json_t *list = json_array();
  for (guint i = 0; numbers && i < numbers->len; i++) {
    guint64 number = g_array_index(numbers, guint64, i);
    if (!access_case(world, viewer, number))
      continue;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer((json_int_t)number));
    put_text(object, "label", world_card(world, number)->label);
    json_array_append_new(list, object);
  }
  return list;
}

json_t *
view_notices(World *world, const Viewer *viewer)
{
  List all = notices_all(world_notices(world));
  json_t *list = json_array();
  for (gsize i = 0; i < all.length; i++) {
    const Notice *notice = list_pointer(all, Notice, i);
    if (!access_notice(world, viewer, notice->id))
      continue;
    const Department *department = notice->body->department ? office_department(world_office(world), notice->body->department) : NULL;
    json_t *object = json_object();
    put_text(object, "id", notice->id);
    put_text(object, "subject", notice->body->subject);
    put_time(object, "received", notice->body->received);
    put_text(object, "channel", choice_token(channel_choices, notice->body->channel));
    put_text(object, "channel_name", choice_label(channel_choices, notice->body->channel));
    put_text(object, "department", department ? department->name : NULL);
    put_flag(object, "confirmed", notice->confirmed != NULL);
    json_object_set_new(object, "cases", cases_of_notice(world, viewer, notice->id));
    json_array_append_new(list, object);
  }
  return list;
}

json_t *
view_reviews(World *world, const Viewer *viewer)
{
  g_autoptr(Arena) arena = arena_new();
  List reviews = access_reviews(world, viewer, arena);
  json_t *list = json_array();
  for (gsize i = 0; i < reviews.length; i++) {
    const OpenReview *review = list_item(reviews, OpenReview, i);
    json_t *object = view_opening(world, world_plan(world, review->card->plan, NULL), review->opening);
    json_object_set_new(object, "case", json_integer((json_int_t)review->card->number));
    put_text(object, "label", review->card->label);
    put_text(object, "title", review->card->title);
    put_flag(object, "own", review->own);
    json_array_append_new(list, object);
  }
  return list;
}

static void
put_head(json_t *object, const char *key, World *world, const Plan *plan, const EntryHead *head)
{
  if (!head)
    return;
  json_t *inner = json_object();
  json_object_set_new(inner, "number", json_integer((json_int_t)head->number));
  put_time(inner, "done", conformity_when(head));
  put_time(inner, "happened", head->happened);
  put_time(inner, "recorded", head->recorded);
  put_actor(inner, world_office(world), plan, head);
  json_object_set_new(object, key, inner);
}

static json_t *
view_row(World *world, const Plan *plan, const ConformityRow *row)
{
  json_t *object = json_object();
  json_t *missing = json_array();
  put_clause(object, plan, row->clause->id);
  put_text(object, "verb", row->clause->verb);
  put_text(object, "modality", choice_label(modality_choices, (int)row->clause->modality));
  put_text(object, "origin", choice_label(origin_choices, (int)row->clause->origin));
  put_text(object, "text", row->clause->text);
  put_text(object, "status", choice_token(conformity_choices, (int)row->status));
  put_text(object, "status_name", choice_label(conformity_choices, (int)row->status));
  put_text(object, "reason", row->reason);
  json_object_set_new(object, "times", json_integer((json_int_t)row->times));
  json_object_set_new(object, "advised", json_integer((json_int_t)row->advised));
  put_head(object, "first", world, plan, row->first);
  put_head(object, "last", world, plan, row->last);
  for (gsize i = 0; i < row->missing.length; i++)
    json_array_append_new(missing, json_string(list_item(row->missing, Missing, i)->text));
  json_object_set_new(object, "missing", missing);
  return object;
}

json_t *
view_conformity(World *world, const Case *kase, Instant at, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  const Plan *plan = world_plan(world, case_plan(kase), error);
  if (!plan)
    return NULL;
  PredicateContext context = asking(world, kase, plan, at);
  List sheet = conformity_sheet(&context, arena);
  json_t *rows = json_array();
  for (gsize i = 0; i < sheet.length; i++)
    json_array_append_new(rows, view_row(world, plan, list_item(sheet, ConformityRow, i)));
  json_t *object = json_object();
  put_text(object, "label", case_label(kase, arena));
  put_text(object, "title", case_title(kase));
  put_text(object, "plan_name", plan_head(plan)->name);
  json_object_set_new(object, "rows", rows);
  return object;
}

json_t *
view_conformity_for(World *world, World *now, const Viewer *viewer, guint64 number, GError **error)
{
  if (!access_case(now, viewer, number))
    {
    world_no_case(number, error);
    return NULL;
  }
  const Case *kase = world_case(world, number, error);
  return kase ? view_conformity(world, kase, viewer->now, error) : NULL;
}

/* Outside bodies, the tree of contractors among them; no contact is shown here. */
static json_t *
view_outsides(const Office *office)
{
  json_t *list = json_array();
  List outsides = office_outsides(office);
  for (gsize i = 0; i < outsides.length; i++) {
    const Outside *outside = list_item(outsides, Outside, i);
    const Outside *parent = outside->parent ? office_outside(office, outside->parent) : NULL;
    json_t *object = json_object();
    put_text(object, "id", outside->id);
    put_text(object, "name", outside->name);
    put_text(object, "kind", choice_token(outside_choices, (int)outside->kind));
    put_text(object, "kind_name", choice_label(outside_choices, (int)outside->kind));
    put_text(object, "parent", parent ? parent->name : NULL);
    put_flag(object, "approved", outside->approved);
    json_array_append_new(list, object);
  }
  return list;
}

json_t *
view_office(World *world, Date day, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  const Plan *plan = world_plan_on(world, day, error);
  if (!plan)
    return NULL;
  const Office *office = world_office(world);
  json_t *object = json_object();
  json_t *posts = json_array();
  List plan_list = plan_posts(plan);
  List own = office_posts(office);
  for (gsize i = 0; i < plan_list.length; i++)
    json_array_append_new(posts, json_string(office_describe_post(office, plan, list_item(plan_list, PlanPost, i)->id, day, arena)));
  for (gsize i = 0; i < own.length; i++)
    json_array_append_new(posts, json_string(office_describe_post(office, plan, list_item(own, Post, i)->id, day, arena)));
  put_text(object, "name", office_name(office));
  put_text(object, "day", date_print_long(arena, day));
  put_text(object, "plan", plan_head(plan)->name);
  json_object_set_new(object, "posts", posts);
  json_object_set_new(object, "outsides", view_outsides(office));
  return object;
}

json_t *
view_office_for(World *world, const Viewer *viewer, Date day, GError **error)
{
  if (access_right(world, viewer, "view.office"))
    return view_office(world, day, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_DENIED, "体制を見る権利がありません。");
  return NULL;
}
