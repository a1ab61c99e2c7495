#include "web/page_subject.h"

#include "case/measure.h"
#include "case/prevention.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/triage.h"
#include "web/page_known.h"

const char *
page_subject_name(const PredicateContext *context, const Circulation *circulation, Arena *arena)
{
  return circulation_subject_name(context->plan, context->kase, circulation, arena);
}

/* Each line of TEXT; nothing for NULL. */
static void
add_text(List *lines, Arena *arena, const char *label, const char *text)
{
  if (!text)
    return;
  g_auto(GStrv) all = g_strsplit(text, "\n", -1);
  for (gsize i = 0; all[i]; i++)
    list_add(arena, lines, i == 0 && label ? arena_printf(arena, "%s：%s", label, all[i]) : arena_strdup(arena, all[i]));
}

static gboolean
add_thing(List *lines, const Case *kase, const char *id, Arena *arena)
{
  const Approach *approach = list_find(case_response(kase)->approaches, id);
  const Measure *measure = list_find(case_response(kase)->measures, id);
  const PreventionDraft *draft = list_find(case_prevention(kase)->drafts, id);
  if (approach) {
    add_text(lines, arena, NULL, approach->body->text);
    add_text(lines, arena, "理由", approach->body->reason);
  } else if (measure)
    add_text(lines, arena, choice_label(measure_choices, measure->body->kind), measure->body->text);
  else if (draft) {
    add_text(lines, arena, NULL, draft->body->text);
    add_text(lines, arena, "情報セキュリティポリシー", choice_label(amends_choices, draft->body->amends_policy));
    add_text(lines, arena, "実施手順", choice_label(amends_choices, draft->body->amends_procedures));
    add_text(lines, arena, "緊急時対応計画", choice_label(amends_choices, draft->body->amends_plan));
  }
  return approach || measure || draft;
}

static void
add_statements(List *lines, const Case *kase, guint64 before, Arena *arena)
{
  List all = case_triage(kase)->statements;
  for (gsize i = 0; i < all.length; i++) {
    const Statement *statement = list_pointer(all, Statement, i);
    const Statement *later = statement->superseded_by ? list_find(all, statement->superseded_by) : NULL;
    const Stated *stated = statement->body;
    if (statement->head->number >= before || (later && later->head->number < before))
      continue;
    const char *number = stated->number == FIELD_NO_INT ? "" : arena_printf(arena, "%" G_GINT64_FORMAT "%s ", stated->number, choice_label(unit_choices, stated->unit));
    add_text(lines, arena, arena_printf(arena, "%s　%s", choice_label(statement_choices, stated->kind), stated->subject),
             arena_printf(arena, "%s%s", number, stated->text ? stated->text : ""));
  }
}

/* As things stood when it was put on its way. */
static void
add_known(List *lines, const PredicateContext *context, const Circulation *circulation, Arena *arena)
{
  const Triage *triage = case_triage(context->kase);
  guint64 before = circulation->head->number;
  if (triage->judged && triage->judged_head->number < before) {
    add_text(lines, arena, "該否の判断", choice_label(outcome_choices, triage->judged->outcome));
    add_text(lines, arena, "理由", triage->judged->reasons);
  }
  for (gsize i = triage->prioritisings.length; i-- > 0;) {
    const Prioritising *prioritising = list_pointer(triage->prioritisings, Prioritising, i);
    const PlanTerm *priority = plan_priority(context->plan, prioritising->body->priority);
    if (prioritising->head->number >= before)
      continue;
    add_text(lines, arena, "優先順位", priority ? priority->name : prioritising->body->priority);
    add_text(lines, arena, "理由", prioritising->body->reasons);
    break;
  }
  add_statements(lines, context->kase, before, arena);
}

List
page_subject_lines(const PredicateContext *context, const Circulation *circulation, Arena *arena)
{
  List lines = { 0 };
  add_text(&lines, arena, NULL, circulation->body->text);
  if (!circulation->body->ref || !add_thing(&lines, context->kase, circulation->body->ref, arena))
    add_known(&lines, context, circulation, arena);
  return lines;
}
