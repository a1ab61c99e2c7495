#include "case/case.h"

#include "case/access.h"
#include "case/circulation.h"
#include "case/containment.h"
#include "case/kept.h"
#include "case/measure.h"
#include "case/notice.h"
#include "case/outreach.h"
#include "case/service.h"
#include "case/state.h"

Case *
case_new(guint64 number)
{
  Case *kase = g_new0(Case, 1);
  kase->arena = arena_new();
  kase->number = number;
  kase->done = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, NULL);
  kase->fresh = g_hash_table_new(g_str_hash, g_str_equal);
  return kase;
}

void
case_free(Case *kase)
{
  if (!kase)
    return;
  g_hash_table_unref(kase->done);
  g_hash_table_unref(kase->fresh);
  arena_free(kase->arena);
  g_free(kase);
}

Arena *
case_arena(Case *kase)
{
  return kase->arena;
}

guint64
case_number(const Case *kase)
{
  return kase->number;
}

gsize
case_length(const Case *kase)
{
  return kase->log.length;
}

guint64
case_reached(const Case *kase)
{
  return kase->reached;
}

static void
remember_act(Case *kase, const EntryHead *head)
{
  if (!head->act)
    return;
  List *heads = g_hash_table_lookup(kase->done, head->act);
  if (!heads) {
    heads = arena_new0(kase->arena, List);
    g_hash_table_insert(kase->done, (gpointer)head->act, heads);
  }
  list_add(kase->arena, heads, head);
  g_hash_table_add(kase->fresh, (gpointer)head->act);
}

void
case_fold(Case *kase, const EntryKind *kind, const EntryHead *head, const void *body)
{
  State state = { .kase = kase };

  *(LogLine *)list_push(kase->arena, &kase->log, sizeof(LogLine)) =
      (LogLine){ .kind = kind, .head = head, .body = body };
  kase->reached = head->number;
  remember_act(kase, head);
  kind->apply(&state, head, body);
  access_note(kase, kind, body);
}

List
case_log(const Case *kase)
{
  return kase->log;
}

List
case_done(const Case *kase, const char *act)
{
  const List *heads = g_hash_table_lookup(kase->done, act);
  return heads ? *heads : (List){ 0 };
}

const char *
case_next_id(Case *kase, const char *prefix, List list)
{
  return arena_printf(kase->arena, "%s%" G_GSIZE_FORMAT, prefix, list.length + 1);
}

/* --- what stands above every view --- */

const char *
case_title(const Case *kase)
{
  return kase->intake.opening ? kase->intake.opening->title : NULL;
}

const char *
case_plan(const Case *kase)
{
  return kase->intake.opening ? kase->intake.opening->plan : NULL;
}

gboolean
case_backfill(const Case *kase)
{
  return kase->intake.opening && kase->intake.opening->mode == MODE_BACKFILL;
}

const char *
case_phase(const Case *kase)
{
  List stays = kase->phases.stays;
  return stays.length ? list_pointer(stays, PhaseStay, stays.length - 1)->phase : NULL;
}

guint
case_round(const Case *kase)
{
  return kase->phases.round;
}

gboolean
case_closed(const Case *kase)
{
  return case_done(kase, "aftermath.close").length > 0;
}

char *
case_label(const Case *kase, Arena *arena)
{
  if (!kase->intake.opened)
    return arena_strdup(arena, "");
  int year = date_fiscal_year(instant_date(kase->intake.opened->recorded));
  return arena_printf(arena, "%s-%03" G_GUINT64_FORMAT, date_fiscal_short(arena, year), kase->number);
}

/* --- the chapters --- */

const Domain *const case_domains[] = {
  &notice_domain,     &intake_domain,    &triage_domain, &host_domain,      &response_domain, &containment_domain,
  &measure_domain,    &service_domain,   &evidence_domain,
  &recovery_domain,   &prevention_domain, &reporting_domain,  &aftermath_domain, &circulation_domain,
  &phase_domain,      &record_domain,    &shift_domain,       &archive_domain,  &notification_domain,
  &duty_domain,       &deadline_domain,  &meeting_domain,    &outreach_domain, &correspondence_domain,
  &access_domain,     &opening_domain,  &view_domain,   &kept_domain,
  NULL,
};

const Predicate *const case_predicates[] = {
  phase_predicates,      intake_predicates,    triage_predicates, host_predicates,    response_predicates,
  containment_predicates, measure_predicates,  service_predicates,
  evidence_predicates,   recovery_predicates,  prevention_predicates, reporting_predicates,
  aftermath_predicates,  circulation_predicates, record_predicates,  shift_predicates,
  archive_predicates,    notification_predicates, access_predicates, NULL,
};

Evidence *
case_evidence(Case *kase)
{
  return &kase->evidence;
}

const Evidence *
case_evidence_of(const Case *kase)
{
  return &kase->evidence;
}

/* --- the card --- */

const Field card_fields[] = {
  { "number", "番号", FIELD_INT, FIELD_REQUIRED, offsetof(Card, number) },
  { "reached", "最終記録", FIELD_INT, FIELD_REQUIRED, offsetof(Card, reached) },
  { "length", "記録数", FIELD_INT, FIELD_REQUIRED, offsetof(Card, length) },
  { "opened", "開始", FIELD_INSTANT, 0, offsetof(Card, opened) },
  { "changed", "更新", FIELD_INSTANT, 0, offsetof(Card, changed) },
  { "round", "回", FIELD_INT, 0, offsetof(Card, round) },
  { "backfill", "事後入力", FIELD_BOOL, 0, offsetof(Card, backfill) },
  { "closed", "終結", FIELD_BOOL, 0, offsetof(Card, closed) },
  { "label", "事案番号", FIELD_LINE, 0, offsetof(Card, label) },
  { "title", "件名", FIELD_LINE, 0, offsetof(Card, title) },
  { "phase", "段階", FIELD_LINE, 0, offsetof(Card, phase) },
  { "plan", "計画の版", FIELD_LINE, 0, offsetof(Card, plan) },
  { "priority", "優先順位", FIELD_LINE, 0, offsetof(Card, priority) },
  { "certainty", "確からしさ", FIELD_CHOICE, 0, offsetof(Card, certainty), .choices = certainty_choices },
  { "classes", "種類", FIELD_LINES, 0, offsetof(Card, classes) },
  { "notices", "通報", FIELD_LINES, 0, offsetof(Card, notices) },
  { "hosts_open", "未了ホスト", FIELD_INT, 0, offsetof(Card, hosts_open) },
  { "destroyed", "書面の廃棄", FIELD_BOOL, 0, offsetof(Card, destroyed) },
  { "access", "見られる人", FIELD_LIST, FIELD_REQUIRED, offsetof(Card, access), .of = access_fields, .of_size = sizeof(Access) },
  { "waits", "待っている決裁", FIELD_LIST, 0, offsetof(Card, waits), .of = circulation_wait_fields, .of_size = sizeof(CirculationWait) },
  { NULL },
};

static List
copy_strings(List list, Arena *arena)
{
  List copy = { 0 };
  for (gsize i = 0; i < list.length; i++)
    list_add(arena, &copy, arena_strdup(arena, list_string(list, i)));
  return copy;
}

const Access *
card_access(const Card *card)
{
  return list_item(card->access, Access, 0);
}

Card *
case_card(const Case *kase, Arena *arena)
{
  Card *card = arena_new0(arena, Card);
  const LogLine *last = kase->log.length ? list_item(kase->log, LogLine, kase->log.length - 1) : NULL;
  const Classified *classified = kase->triage.classified;

  *card = (Card){
    .number = kase->number,
    .reached = kase->reached,
    .length = kase->log.length,
    .opened = kase->intake.opened ? kase->intake.opened->recorded : INSTANT_NONE,
    .changed = last ? last->head->recorded : INSTANT_NONE,
    .round = kase->phases.round,
    .backfill = case_backfill(kase),
    .closed = case_closed(kase),
    .label = case_label(kase, arena),
    .title = arena_strdup(arena, case_title(kase)),
    .phase = arena_strdup(arena, case_phase(kase)),
    .plan = arena_strdup(arena, case_plan(kase)),
    .priority = arena_strdup(arena, kase->triage.prioritised ? kase->triage.prioritised->priority : NULL),
    .certainty = classified ? classified->certainty : 0,
    .classes = classified ? copy_strings(classified->classes, arena) : (List){ 0 },
    .notices = copy_strings(kase->intake.notices, arena),
    .hosts_open = (gint64)triage_hosts_open(kase), .destroyed = kept_destroyed(kase) != NULL,
    .waits = circulation_waits(kase, arena),
  };
  *(Access *)list_push(arena, &card->access, sizeof(Access)) = access_copy(&kase->access, arena);
  return card;
}
