#include "engine/inside.h"

#include "base/error.h"
#include "engine/tables.h"
#include "office/entries.h"

gboolean
request_set_time(Request *request, const char *happened, const char *precision, GError **error)
{
  const Choice *choice = precision ? choice_by_token(precision_choices, precision) : NULL;

  request->happened = INSTANT_NONE;
  if (happened && !instant_parse(happened, &request->happened, error))
    return FALSE;
  if (precision && !choice) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "日時の精度は minute、hour、day、about のどれかです。");
    return FALSE;
  }
  request->precision = choice ? choice->value : 0;
  return TRUE;
}

static gboolean
invalid(Work *work, const char *code, const char *text)
{
  findings_addf(work->findings, FINDING_INVALID, code, "%s", text);
  return FALSE;
}

/* Not there, or there and not to be read: the second is no fault of the request. */
static gboolean
unavailable(Work *work, const char *code, const GError *error)
{
  FindingWeight weight = shodo_error_exit_status(error) == 3 ? FINDING_FAILED : FINDING_INVALID;
  findings_addf(work->findings, weight, code, "%s", error->message);
  return FALSE;
}

/* The case, for whom it exists: before any guard speaks of it (access.h).  NULL with an error, or
 * with a finding. */
static const Case *
reach_case(Engine *engine, Work *work, GError **error)
{
  guint64 number = work->request->kase;
  gboolean sees = access_case(engine->world, &work->viewer, number);

  if (sees && work->kind->unseen) {
    findings_addf(work->findings, FINDING_REFUSE, "opening.sees", "この事案は、いまも見られます。");
    return NULL;
  }
  if (!sees && !(work->kind->unseen && access_breakable(engine->world, &work->viewer, number)))
    return world_no_case(number, error);
  return world_case(engine->world, number, error);
}

static gboolean
find_context(Engine *engine, Work *work)
{
  const Request *request = work->request;
  ActContext *context = &work->context;
  g_autoptr(GError) error = NULL;

  context->office = world_office(engine->world);
  context->notices = world_notices(engine->world);
  context->outbox = world_outbox(engine->world);
  context->now = engine_now(engine);
  context->happened = request->happened != INSTANT_NONE ? request->happened : context->now;
  if (work->kind->scope == SCOPE_CASE && request->kase) {
    context->kase = reach_case(engine, work, &error);
    context->stream = request->kase;
    if (!context->kase)
      return error ? unavailable(work, "case.unknown", error) : FALSE;
    context->plan = world_plan(engine->world, case_plan(context->kase), &error);
  } else {
    context->plan = world_plan_on(engine->world, instant_date(context->now), &error);
  }
  return context->plan ? TRUE : unavailable(work, "plan.none", error);
}

static gboolean
sees_notice(gconstpointer data, const char *notice)
{
  const Work *work = data;
  return access_notice(work->world, &work->viewer, notice);
}

static gboolean
sees_case(gconstpointer data, guint64 number)
{
  const Work *work = data;
  return access_case(work->world, &work->viewer, number);
}

/* Everything before decide: what the act is, who acts, in which case. */
static gboolean
prepare(Engine *engine, Work *work)
{
  const Request *request = work->request;

  work->kind = request->act ? tables_act(request->act) : NULL;
  if (!work->kind)
    return invalid(work, "act.unknown", arena_printf(work->context.arena, "「%s」という行為はありません。shodo help acts で一覧を見られます。",
                                                     request->act ? request->act : ""));
  const Person *who = office_person_named(world_office(engine->world), request->person ? request->person : "");
  work->world = engine->world;
  work->viewer = (Viewer){ who ? who->id : "", engine_now(engine) };
  work->context.office = world_office(engine->world);
  work->context.sees_notice = sees_notice;
  work->context.sees_case = sees_case;
  work->context.viewing = work;
  if (who && !find_context(engine, work))
    return FALSE;
  return dispatch_actor(&work->context, request->person ? request->person : "", request->post ? request->post : "",
                        request->proxy, work->findings);
}

static void
collect_advice(Work *work)
{
  for (gsize i = 0; i < findings_length(work->findings); i++) {
    const Finding *finding = findings_at(work->findings, i);
    if (finding->clause && !list_has_string(work->advised, finding->clause))
      list_add(work->context.arena, &work->advised, finding->clause);
  }
}

static gboolean
note_personal(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  *(gboolean *)data = entry->has_personal;
  return TRUE;
}

/* The journal erases personal bodies of durable entries and takes nothing else
 * for an erasure; guard knows no journal. */
static gboolean
erasable(Engine *engine, guint64 number)
{
  gboolean personal = FALSE;
  return number < engine->durable.size &&
         journal_walk(engine->reader, JOURNAL_ALL_STREAMS, number, number + 1, note_personal, &personal, NULL) && personal;
}

static gboolean
erases_what_is_there(Engine *engine, Work *work, const Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    json_t *numbers = emission->kind == &office_erased ? json_object_get(emission->structural, "entries") : NULL;
    for (gsize j = 0; j < json_array_size(numbers); j++) {
      guint64 number = (guint64)json_integer_value(json_array_get(numbers, j));
      if (erasable(engine, number))
        continue;
      findings_addf(work->findings, FINDING_INVALID, "erase.none",
                    "記録 %" G_GUINT64_FORMAT " には消去する個人情報がありません。番号を確かめてください。", number)->field = "entries";
      return FALSE;
    }
  }
  return TRUE;
}

/* A version that is not in the store would leave no plan in force, and nobody able to mend it. */
static gboolean
adopts_what_is_there(Engine *engine, Work *work, const Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    g_autoptr(GError) error = NULL;
    if (emission->kind != &office_plan_adopted ||
        world_plan(engine->world, json_string_value(json_object_get(emission->structural, "digest")), &error))
      continue;
    findings_addf(work->findings, FINDING_INVALID, "plan.unknown", "この版の計画は保存されていません。版の値を確かめてください。")->field =
        "digest";
    return FALSE;
  }
  return TRUE;
}

/* Decide, and see that it can be written as it is. */
static gboolean
decide(Engine *engine, Work *work, Decision *decision)
{
  if (!prepare(engine, work) ||
      !dispatch_act(&work->context, work->kind, work->request->fields, work->findings, decision))
    return FALSE;
  collect_advice(work);
  return inside_seal(engine, work, decision) && erases_what_is_there(engine, work, decision) &&
         adopts_what_is_there(engine, work, decision);
}

void
engine_submit(Engine *engine, const Request *request, EngineAnswer callback, gpointer data)
{
  Arena *arena = arena_new();
  Work work = { .request = request, .context = { .arena = arena }, .findings = findings_new(arena) };
  g_autoptr(Decision) decision = decision_new();
  Answer answer = { 0 };

  if (engine->stopped)
    findings_addf(work.findings, FINDING_REFUSE, "stopped",
                  "前に記録を保存できずに止まったため、いまは見るだけです（%s）。", engine->stopped)->remedy =
        "shodo resume で記録を確かめてから再開してください。";
  else if (!inside_disk(engine))
    findings_addf(work.findings, FINDING_REFUSE, "disk.full",
                  "ディスクの空きが少ないため、記録を受け付けられません。空きを増やすと自動で再開します。");
  else if (!inside_queue(engine, 0))
    findings_addf(work.findings, FINDING_REFUSE, "busy", "混み合っています。少し待ってからもう一度行ってください。");
  else if (decide(engine, &work, decision))
    inside_carry_out(engine, &work, decision, &answer);

  findings_own(work.findings); /* an erasure may make the state anew before the answer leaves */
  answer.findings = work.findings;
  answer.head = engine->next;
  inside_hold(engine, arena, callback, data)->answer = answer;
  inside_hand_over(engine);
  inside_release(engine);
}

gboolean
engine_ask(Engine *engine, const Request *request, Arena *arena, Findings *findings)
{
  Work work = { .request = request, .context = { .arena = arena }, .findings = findings };
  g_autoptr(Decision) decision = decision_new();
  return decide(engine, &work, decision);
}
