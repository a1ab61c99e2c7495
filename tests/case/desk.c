#include "desk.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "case/notice.h"
#include "engine/tables.h"
#include "office/entries.h"

static const char the_plan[] =
    "format: 1\n"
    "plan:\n"
    "  name: 試験町緊急時対応計画\n"
    "  municipality: 試験町\n"
    "  effective: {from: 2023-03-01}\n"
    "  hours: {text: 平日, opens: \"8:30\", closes: \"17:15\"}\n"
    "posts:\n"
    "  - {id: staff, name: 担当者, many: true}\n"
    "  - {id: manager, name: 管理者}\n"
    "  - {id: head, name: 責任者, deputies: [manager], deputies-origin: 市の追加}\n"
    "  - {id: ciso, name: 最高責任者}\n"
    "roles:\n"
    "  - {id: r-staff, name: 要員, post: staff}\n"
    "  - {id: r-manager, name: CSIRT管理者, post: manager}\n"
    "  - {id: r-head, name: CSIRT責任者, post: head}\n"
    "  - {id: r-ciso, name: CISO, post: ciso}\n"
    "classes:\n"
    "  - {id: outage, name: 停止等, clause: c1, text: 支障}\n"
    "priorities:\n"
    "  - {id: high, name: 高, text: 直ちに, origin: 市の追加}\n"
    "clauses:\n"
    "  - {id: c1, label: 第1, text: 受け付ける。, actor: r-staff, verb: 受付, modality: 必須, phase: intake, acts: [intake.open]}\n"
    "phases:\n"
    "  - {id: intake, name: 受付, exits: [{to: triage}]}\n"
    "  - {id: triage, name: トリアージ, exits: [{to: closed}]}\n"
    "  - {id: closed, name: 終結, final: true}\n"
    "loops:\n"
    "  - {act: response.reinfect, to: triage, when: {class-is: outage}, clause: c1}\n"
    "subjects:\n"
    "  - {id: triage-result, name: トリアージの結果}\n"
    "routes:\n"
    "  - {id: chain, name: 経路, clause: c1, subjects: [triage-result], steps: [{role: r-manager, kind: 報告}, {role: r-head, kind: 報告}]}\n"
    "permits:\n"
    "  - {acts: [archive.approve_disposal], roles: [r-manager, r-head], origin: 市の追加}\n"
    "  - {acts: [notice.receive, circulation.step, circulation.after_view, aftermath.close], roles: [r-manager, r-head, r-ciso], origin: 市の追加}\n";

static Plan *
load_plan(const char *yaml)
{
  g_autoptr(GError) error = NULL;
  Plan *plan = plan_load("desk.yaml", yaml, strlen(yaml), tables_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

/* --- the office --- */

static void
office_entry(Desk *desk, const EntryKind *kind, const void *body)
{
  State state = { .office = desk->office, .notices = desk->notices };
  EntryHead *head = arena_new0(desk->arena, EntryHead);
  void *kept = arena_alloc(desk->arena, kind->size);

  memcpy(kept, body, kind->size);
  *head = (EntryHead){ .number = ++desk->entries, .recorded = desk->now, .happened = desk->now };
  kind->apply(&state, head, kept);
}

void
desk_hire(Desk *desk, const char *person, const char *name, const char *post)
{
  Date from = DATE_NONE;
  g_assert_true(date_parse("2026-04-01", &from, NULL));
  office_entry(desk, &office_person_added, &(OfficePerson){ .name = name });
  office_entry(desk, &office_appointed,
               &(OfficeAppoint){ .person = person, .post = post, .from = from, .until = DATE_NONE });
}

/* --- entries of the case --- */

static void
fold(Desk *desk, const EntryKind *kind, const json_t *structural, const json_t *personal, const char *act)
{
  g_autoptr(GError) error = NULL;
  Arena *arena = case_arena(desk->kase);
  EntryHead *head = arena_new0(arena, EntryHead);
  *head = (EntryHead){ .number = ++desk->entries, .stream = 1, .recorded = desk->now, .happened = desk->now,
                       .precision = PRECISION_MINUTE, .actor = desk->actor, .act = act };
  const void *body = fields_restore(kind->fields, kind->size, structural, personal, arena, &error);
  g_assert_no_error(error);
  if (kind->scope == SCOPE_CASE)
    case_fold(desk->kase, kind, head, body);
  else
    kind->apply(&(State){ .office = desk->office, .notices = desk->notices }, head, body);
}

static ActContext
context_of(Desk *desk)
{
  return (ActContext){
    .plan = desk->plan, .office = desk->office, .notices = desk->notices, .kase = desk->kase,
    .actor = desk->actor, .now = desk->now, .happened = desk->now, .arena = desk->arena,
  };
}

static void
decide_and_fold(Desk *desk, const ActContext *context, const ActKind *kind, const void *fields)
{
  g_autoptr(Decision) decision = decision_new();
  if (kind->decide)
    kind->decide(context, fields, decision);
  else
    decision_emit(decision, kind->emits, fields);
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    fold(desk, emission->kind, emission->structural, emission->personal, i == 0 ? kind->name : NULL);
  }
}

Findings *
desk_do(Desk *desk, const char *act, const char *fields)
{
  const ActKind *kind = tables_act(act);
  ActContext context = context_of(desk);
  Findings *findings = findings_new(desk->arena);
  g_autofree char *text = g_strdelimit(g_strdup(fields), "'", '"');
  json_error_t wrong;
  json_t *json = json_loads(text, 0, &wrong);

  g_assert_nonnull(kind);
  g_assert_nonnull(json);
  const void *body = fields_decode(kind->fields, kind->size, json, &context, desk->arena, findings);
  if (body && kind->guard)
    kind->guard(&context, body, findings);
  if (body && !findings_stop(findings))
    decide_and_fold(desk, &context, kind, body);
  json_decref(json);
  return findings;
}

void
desk_enter(Desk *desk, const char *phase, guint round)
{
  json_t *body = json_pack("{s:s,s:i,s:s}", "phase", phase, "round", (int)round, "why", "done");
  fold(desk, &phase_entered, body, NULL, NULL);
  json_decref(body);
}

static void
apply_nothing(State *state G_GNUC_UNUSED, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
}

void
desk_done(Desk *desk, const char *act)
{
  static const Field none[] = { { NULL } };
  static const EntryKind kind = { .name = "desk.done", .version = 1, .title = "試験", .scope = SCOPE_CASE,
                                  .fields = none, .size = 8, .apply = apply_nothing };
  json_t *body = json_object();
  fold(desk, &kind, body, NULL, act);
  json_decref(body);
}

/* --- the desk --- */

void
desk_at(Desk *desk, const char *time)
{
  g_autoptr(GError) error = NULL;
  Instant at = INSTANT_NONE;
  gboolean read = instant_parse(time, &at, &error);
  g_assert_no_error(error);
  g_assert_true(read);
  desk->now = at;
}

void
desk_as(Desk *desk, const char *person, const char *post)
{
  desk->actor = (Actor){ .person = arena_strdup(desk->arena, person), .post = arena_strdup(desk->arena, post), .capacity = CAPACITY_SELF };
}

Desk *
desk_on(const char *yaml)
{
  Desk *desk = g_new0(Desk, 1);
  *desk = (Desk){ .arena = arena_new(), .plan = load_plan(yaml), .office = office_new(), .notices = notices_new(), .kase = case_new(1) };
  desk_at(desk, "2026-11-20T17:05");
  return desk;
}

void
desk_open(Desk *desk, const char *mode)
{
  g_autofree char *opening = g_strdup_printf("{'title':'試験の事案','notices':['n1'],'mode':'%s'}", mode);
  desk_assert_ok(desk_do(desk, "notice.receive",
                         "{'channel':'telephone','received':'2026-11-20T17:05','via':'manager','subject':'異常','text':'ファイル名が変わった'}"));
  desk_assert_ok(desk_do(desk, "intake.open", opening));
}

Desk *
desk_new(void)
{
  Desk *desk = desk_on(the_plan);
  desk_hire(desk, "p1", "担当一郎", "staff");
  desk_hire(desk, "p2", "担当二子", "staff");
  desk_hire(desk, "p3", "管理三郎", "manager");
  desk_hire(desk, "p4", "責任四子", "head");
  desk_hire(desk, "p5", "最高五郎", "ciso");
  desk_as(desk, "p1", "staff");
  desk_open(desk, "real");
  desk_enter(desk, "intake", 1);
  return desk;
}

void
desk_free(Desk *desk)
{
  if (!desk)
    return;
  case_free(desk->kase);
  notices_free(desk->notices);
  office_free(desk->office);
  plan_free(desk->plan);
  arena_free(desk->arena);
  g_free(desk);
}

/* --- what is expected --- */

void
desk_assert_ok(const Findings *findings)
{
  if (findings_length(findings))
    g_test_message("%s", findings_at(findings, 0)->text);
  g_assert_cmpuint(findings_length(findings), ==, 0);
}

void
desk_assert(const Findings *findings, FindingWeight weight, const char *code, const char *says)
{
  for (gsize i = 0; i < findings_length(findings); i++) {
    const Finding *finding = findings_at(findings, i);
    g_test_message("%s: %s", finding->code, finding->text);
    if (finding->weight == weight && g_str_equal(finding->code, code) && (!says || strstr(finding->text, says)))
      return;
  }
  g_error("no finding %s %s", code, says ? says : "");
}

static const Predicate *
row(const Predicate *rows, const char *name)
{
  while (rows->name && !g_str_equal(rows->name, name))
    rows++;
  g_assert_nonnull(rows->name);
  return rows;
}

PredicateContext
desk_asking(const Desk *desk)
{
  return (PredicateContext){ .plan = desk->plan, .office = desk->office, .notices = desk->notices, .kase = desk->kase, .now = desk->now };
}

gboolean
desk_holds(const Desk *desk, const Predicate *rows, const char *name)
{
  PredicateContext context = desk_asking(desk);
  return row(rows, name)->holds(&context, NULL);
}

char *
desk_detail(const Desk *desk, const Predicate *rows, const char *name)
{
  PredicateContext context = desk_asking(desk);
  return row(rows, name)->detail(&context, NULL, desk->arena);
}
