#include "case/register.h"

#include <string.h>

#include "case/state.h"
#include "office/reserved.h"

const Choice register_choices[] = {
  { REGISTER_OWED, "owed", "連絡が要る" },
  { REGISTER_OPEN, "open", "要否を決める" },
  { REGISTER_DONE, "done", "連絡した" },
  { REGISTER_NOT_REQUIRED, "not-required", "要しない" },
  { 0, NULL, NULL },
};

typedef struct {
  const PredicateContext *context;
  Arena *arena;
  Date day;
  List rows;         /* of RegisterRow */
  GHashTable *taken; /* const Notification *: those that stand in a row */
} Making;

static RegisterRow *
add(Making *making, RegisterRow row)
{
  RegisterRow *one = list_push(making->arena, &making->rows, sizeof *one);
  *one = row;
  return one;
}

/* --- what came of it --- */

static gboolean
is_of(const RegisterRow *row, const LawRecipient *lawful, const char *recipient)
{
  if (g_str_equal(row->recipient, recipient) || g_str_equal(row->name, recipient) || (lawful && law_called(lawful, recipient, NULL)))
    return TRUE;
  return row->kinds && g_str_has_prefix(recipient, row->recipient);
}

static void
take_told(Making *making, RegisterRow *row, const LawRecipient *lawful)
{
  List all = case_notifications(making->context->kase)->all;
  for (gsize i = 0; i < all.length; i++) {
    const Notification *one = list_pointer(all, Notification, i);
    if (is_of(row, lawful, one->recipient) && g_hash_table_add(making->taken, (gpointer)one))
      list_add(making->arena, &row->told, one);
  }
}

static gboolean
about(const Notification *one, int matter)
{
  int of = one->notified ? one->notified->matter : one->not_required->matter;
  return !matter || of == matter || (one->not_required && !of);
}

static RegisterMatter
matter_of(const RegisterRow *row, int matter, RegisterState otherwise)
{
  RegisterMatter what = { matter, NULL, otherwise };
  for (gsize i = 0; i < row->told.length; i++) {
    const Notification *one = list_pointer(row->told, Notification, i);
    if (about(one, matter))
      what = (RegisterMatter){ matter, one, one->notified ? REGISTER_DONE : REGISTER_NOT_REQUIRED };
  }
  return what;
}

/* A deadline that still runs keeps it owed, whatever else it was told; its most urgent one done or judged
 * away settles what nothing else did. */
static RegisterState
by_clock(const Clock *clock, RegisterState state)
{
  if (!clock || (!clock_runs(clock) && state != REGISTER_OPEN))
    return state;
  if (!clock_runs(clock))
    return clock->state == CLOCK_MET ? REGISTER_DONE : REGISTER_NOT_REQUIRED;
  return clock->state == CLOCK_POSSIBLE ? MIN(state, REGISTER_OPEN) : REGISTER_OWED;
}

static void
judge(Making *making, RegisterRow *row, const LawRecipient *lawful, RegisterState otherwise)
{
  List apart = { 0 };
  if (lawful)
    apart = lawful->matters;
  row->state = REGISTER_NOT_REQUIRED;
  for (gsize i = 0; i < MAX(apart.length, 1); i++) {
    const Choice *choice = apart.length ? choice_by_token(notify_matter_choices, list_string(apart, i)) : NULL;
    RegisterMatter *what = list_push(making->arena, &row->matters, sizeof *what);
    *what = matter_of(row, choice ? choice->value : 0, otherwise);
    row->state = MIN(row->state, what->state);
  }
  row->state = by_clock(row->clock, row->state);
}

/* --- the plan's --- */

static gboolean
is_incident(const Case *kase)
{
  return kase->triage.judged && kase->triage.judged->outcome == OUTCOME_INCIDENT;
}

/* What the plan wants of the recipient: 必須 stands once the case is judged to be an incident. */
static RegisterState
wanted(const Making *making, int modality, const char **why)
{
  const Case *kase = making->context->kase;
  if (modality != MODALITY_MUST) {
    *why = arena_printf(making->arena, "計画：%s", choice_label(modality_choices, modality));
    return REGISTER_OPEN;
  }
  *why = is_incident(kase) ? "計画：必須" : "計画：必須（情報セキュリティインシデントと判断したとき）";
  return is_incident(kase) ? REGISTER_OWED : REGISTER_OPEN;
}

/* What the plan prints, as this office may show it. */
static const char *
shown(const Making *making, const char *text)
{
  return reserved_contact(making->context->office, text, making->arena);
}

static void
add_planned(Making *making, const PlanRecipient *recipient)
{
  const PlanTelling *rule = plan_telling(recipient, making->context);
  const LawRecipient *lawful = notification_lawful(recipient->id, recipient->name, making->day);
  const PlanClause *clause = recipient->clause ? plan_clause(making->context->plan, recipient->clause) : NULL;
  RegisterRow row = {
    .recipient = recipient->id, .name = plan_recipient_name(recipient, making->day), .basis = clause ? clause->label : choice_label(origin_choices, (int)recipient->origin),
    .clause = recipient->clause,
    .caution = recipient->origin == ORIGIN_READING ? "要確認" : NULL,
    .channels = rule && rule->channels.length ? rule->channels : recipient->channels.length ? recipient->channels : lawful ? lawful->channels : (List){ 0 },
    .contact = shown(making, rule && rule->contact ? rule->contact : recipient->contact),
    .note = shown(making, rule && rule->note ? rule->note : recipient->note),
    .consent = recipient->consent || (lawful && lawful->consent),
  };
  RegisterState otherwise = wanted(making, rule && rule->modality ? rule->modality : (int)recipient->modality, &row.why);
  RegisterRow *added = add(making, row);
  take_told(making, added, lawful);
  judge(making, added, lawful, otherwise);
}

/* --- the law's --- */

static gboolean
is_planned(const Making *making, const LawRecipient *lawful)
{
  List recipients = plan_recipients(making->context->plan);
  for (gsize i = 0; i < recipients.length; i++) {
    const PlanRecipient *one = list_item(recipients, PlanRecipient, i);
    if (notification_lawful(one->id, one->name, making->day) == lawful)
      return TRUE;
  }
  return FALSE;
}

static void
add_lawful(Making *making, const LawRecipient *lawful)
{
  if (!law_in_force(lawful->from, lawful->until, making->day) || is_planned(making, lawful))
    return;
  RegisterRow *row = add(making, (RegisterRow){
    .recipient = lawful->id, .name = lawful->name, .why = lawful->asks, .basis = lawful->basis,
    .caution = lawful->mark == MARK_CHECKED ? NULL : "未確認", .channels = lawful->channels, .consent = lawful->consent,
  });
  take_told(making, row, lawful);
  judge(making, row, lawful, REGISTER_OPEN);
}

/* Those of a duty: 本人 is neither the plan's nor a body. */
static gboolean
tells(const ClockRule *rule, const RegisterRow *row)
{
  for (gsize i = 0; rule && i < rule->told.length; i++)
    if (g_str_has_prefix(row->recipient, list_string(rule->told, i)) || g_str_has_prefix(row->name, list_string(rule->told, i)))
      return TRUE;
  return FALSE;
}

static RegisterRow *
row_told_by(Making *making, const ClockRule *rule)
{
  for (gsize i = 0; i < making->rows.length; i++) {
    RegisterRow *row = &((RegisterRow *)making->rows.items)[i];
    if (tells(rule, row))
      return row;
  }
  const char *first = list_string(rule->told, 0);
  RegisterRow *row = add(making, (RegisterRow){ .recipient = first, .name = first, .kinds = TRUE, .basis = rule->basis });
  take_told(making, row, NULL);
  judge(making, row, NULL, REGISTER_OPEN);
  return row;
}

/* In order of urgency: the first of a recipient is its deadline. */
static void
add_clocks(Making *making, List clocks)
{
  for (gsize i = 0; i < clocks.length; i++) {
    const Clock *clock = list_item(clocks, Clock, i);
    if (!clock->rule || !clock->rule->told.length)
      continue;
    RegisterRow *row = row_told_by(making, clock->rule);
    if (row->clock)
      continue;
    row->clock = clock;
    row->state = by_clock(clock, row->state);
    row->why = clock_runs(clock) ? arena_printf(making->arena, "法令：%s%s%s%s", clock->name, clock->subject ? "（" : "",
                                                clock->subject ? clock->subject : "", clock->subject ? "）" : "")
                                 : row->why;
    if (!row->why)
      row->why = clock->name;
    row->basis = clock->rule->basis;
    row->caution = clock->caution;
  }
}

/* --- publication, and the rest --- */

static void
add_publication(Making *making, const Choice *to)
{
  const Publication *last = notification_published(making->context->kase, to->value);
  RegisterState state = !last ? REGISTER_OPEN : last->published ? REGISTER_DONE : REGISTER_NOT_REQUIRED;
  RegisterRow *row = add(making, (RegisterRow){
    .recipient = to->token, .name = to->label, .state = state, .publish = to->value, .published = last,
    .why = to->value == PUBLISH_WEBSITE ? "知らせる手段として" : "連絡・公表するかどうかを決める",
  });
  *(RegisterMatter *)list_push(making->arena, &row->matters, sizeof(RegisterMatter)) = (RegisterMatter){ 0, NULL, state };
}

static void
add_others(Making *making)
{
  List all = case_notifications(making->context->kase)->all;
  for (gsize i = 0; i < all.length; i++) {
    const Notification *one = list_pointer(all, Notification, i);
    if (g_hash_table_contains(making->taken, one))
      continue;
    RegisterRow *row = add(making, (RegisterRow){ .recipient = one->recipient, .name = one->recipient, .why = "計画に挙げられていない相手" });
    take_told(making, row, NULL);
    judge(making, row, NULL, REGISTER_OPEN);
  }
}

List
case_register(const PredicateContext *context, const Calendar *calendar, Arena *arena)
{
  g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
  Making making = { context, arena, instant_date(context->now), { 0 }, taken };
  List planned = plan_recipients(context->plan), lawful = law_recipients(law_shipped());

  for (gsize i = 0; i < planned.length; i++)
    add_planned(&making, list_item(planned, PlanRecipient, i));
  for (gsize i = 0; i < lawful.length; i++)
    add_lawful(&making, list_item(lawful, LawRecipient, i));
  add_clocks(&making, case_clocks(context, calendar, FALSE, arena));
  for (const Choice *to = publish_choices; to->token; to++)
    add_publication(&making, to);
  add_others(&making);
  return making.rows;
}
