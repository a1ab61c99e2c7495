#include "chronicle.h"

#include "plan/condition.h"

/* --- the entries --- */

static void
entry_free(gpointer data)
{
  ChronicleEntry *entry = data;
  g_free(entry->kind);
  g_free(entry->act);
  g_free(entry->person);
  json_decref(entry->body);
  g_free(entry);
}

Chronicle *
chronicle_new(void)
{
  Chronicle *chronicle = g_new0(Chronicle, 1);
  chronicle->entries = g_ptr_array_new_with_free_func(entry_free);
  chronicle->round = 1;
  return chronicle;
}

void
chronicle_free(Chronicle *chronicle)
{
  if (!chronicle)
    return;
  g_ptr_array_unref(chronicle->entries);
  g_free(chronicle->phase);
  g_free(chronicle);
}

static const char *
text_of(const ChronicleEntry *entry, const char *key)
{
  const char *text = json_string_value(json_object_get(entry->body, key));
  return text ? text : "";
}

void
chronicle_add(Chronicle *chronicle, const LogLine *line)
{
  ChronicleEntry *entry = g_new0(ChronicleEntry, 1);
  json_t *personal;

  entry->number = line->head->number;
  entry->kind = g_strdup(line->kind->name);
  entry->act = g_strdup(line->head->act);
  entry->person = g_strdup(line->head->actor.person);
  fields_encode(line->kind->fields, line->body, &entry->body, &personal);
  json_decref(personal);
  if (g_str_equal(entry->kind, "phase.entered")) {
    chronicle->round = (guint)json_integer_value(json_object_get(entry->body, "round"));
    g_free(chronicle->phase);
    chronicle->phase = g_strdup(text_of(entry, "phase"));
  }
  entry->round = chronicle->round;
  g_ptr_array_add(chronicle->entries, entry);
}

#define EACH(chronicle, entry)                                                                                        \
  for (guint i_ = 0; i_ < (chronicle)->entries->len; i_++)                                                            \
    for (const ChronicleEntry *entry = g_ptr_array_index((chronicle)->entries, i_); entry; entry = NULL)

static const ChronicleEntry *
last(const Chronicle *chronicle, const char *kind)
{
  const ChronicleEntry *found = NULL;
  EACH(chronicle, entry)
    if (g_str_equal(entry->kind, kind))
      found = entry;
  return found;
}

/* In the present round, or in any. */
static gboolean
some(const Chronicle *chronicle, const char *kind, gboolean now)
{
  const ChronicleEntry *entry = last(chronicle, kind);
  return entry && (!now || entry->round == chronicle->round);
}

static gboolean
did(const Chronicle *chronicle, const char *act, gboolean now)
{
  EACH(chronicle, entry)
    if (g_strcmp0(entry->act, act) == 0 && (!now || entry->round == chronicle->round))
      return TRUE;
  return FALSE;
}

/* --- what the rules ask --- */

static gboolean
has_notice(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  g_autoptr(GHashTable) linked = g_hash_table_new(g_str_hash, g_str_equal);
  EACH(chronicle, entry) {
    json_t *notices = json_object_get(entry->body, "notices");
    for (gsize k = 0; g_str_equal(entry->kind, "case.opened") && k < json_array_size(notices); k++)
      g_hash_table_add(linked, (gpointer)json_string_value(json_array_get(notices, k)));
    if (g_str_equal(entry->kind, "intake.linked"))
      g_hash_table_add(linked, (gpointer)text_of(entry, "notice"));
    if (g_str_equal(entry->kind, "intake.unlinked"))
      g_hash_table_remove(linked, text_of(entry, "notice"));
  }
  return g_hash_table_size(linked) > 0;
}

static gboolean
judged_as(const Chronicle *chronicle, const char *arg)
{
  const ChronicleEntry *judged = last(chronicle, "triage.judged");
  return judged && g_str_equal(text_of(judged, "outcome"), arg);
}

/* Every step of the latest line of the subject that was not withdrawn was taken, and none sent back. */
static gboolean
line_done(const Chronicle *chronicle, const char *id, gint64 steps, gboolean *withdrawn)
{
  gint64 taken = 0;
  gboolean returned = FALSE;
  *withdrawn = FALSE;
  EACH(chronicle, entry) {
    if (g_strcmp0(json_string_value(json_object_get(entry->body, "circulation")), id) != 0)
      continue;
    *withdrawn = *withdrawn || g_str_equal(entry->kind, "circulation.withdrawn");
    taken += g_str_equal(entry->kind, "circulation.stepped");
    returned = returned || g_str_equal(text_of(entry, "result"), "returned");
  }
  return taken == steps && !returned;
}

static gboolean
reported(const Chronicle *chronicle, const char *arg)
{
  gboolean done = FALSE;
  guint count = 0;
  EACH(chronicle, entry) {
    if (!g_str_equal(entry->kind, "circulation.submitted"))
      continue;
    g_autofree char *id = g_strdup_printf("k%u", ++count);
    gboolean withdrawn;
    gboolean finished = line_done(chronicle, id, json_integer_value(json_object_get(entry->body, "steps")), &withdrawn);
    if (g_str_equal(text_of(entry, "subject"), arg) && !withdrawn)
      done = finished;
  }
  return done;
}

static gboolean
closed(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return did(chronicle, "aftermath.close", FALSE);
}

static gboolean
done_in_round(const Chronicle *chronicle, const char *arg)
{
  return did(chronicle, arg, TRUE);
}

static gboolean
not_done(const Chronicle *chronicle, const char *arg)
{
  return !did(chronicle, arg, FALSE);
}

static gboolean
fact_known(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  EACH(chronicle, entry)
    if (g_str_equal(entry->kind, "triage.stated") && g_str_equal(text_of(entry, "kind"), "fact"))
      return TRUE;
  return FALSE;
}

static gboolean
prioritised(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return did(chronicle, "triage.prioritise", FALSE);
}

/* --- hosts --- */

typedef enum { SUSPECTED, AFFECTED, CLEAN, CONTAINED, ERADICATED, CLEARED } HostIs;

typedef struct {
  HostIs is;
  gboolean examined;
} HostSeen;

static HostIs
host_is(const ChronicleEntry *entry)
{
  const char *state = text_of(entry, "state");
  return g_str_equal(state, "suspected") ? SUSPECTED : g_str_equal(state, "clean") ? CLEAN : AFFECTED;
}

static void
host_anew(GArray *hosts, HostIs is)
{
  HostSeen seen = { is, is != SUSPECTED };
  g_array_append_val(hosts, seen);
}

static void
host_moves(HostSeen *host, const ChronicleEntry *entry)
{
  const char *kind = entry->kind;
  if (g_str_equal(kind, "triage.host_examined")) {
    if (host->is != CONTAINED || host_is(entry) == CLEAN)
      host->is = host_is(entry);
    host->examined = host_is(entry) != SUSPECTED;
  } else if (g_str_equal(kind, "response.host_contained"))
    host->is = host->is == ERADICATED ? ERADICATED : CONTAINED;
  else if (g_str_equal(kind, "response.host_eradicated"))
    host->is = ERADICATED;
  else if (g_str_equal(kind, "response.host_cleared"))
    host->is = CLEARED;
  else if (g_str_equal(kind, "response.host_suspected"))
    *host = (HostSeen){ SUSPECTED, FALSE };
}

static GArray *
hosts_of(const Chronicle *chronicle)
{
  GArray *hosts = g_array_new(FALSE, FALSE, sizeof(HostSeen));
  EACH(chronicle, entry) {
    const char *host = json_string_value(json_object_get(entry->body, "host"));
    guint64 place = 0;
    if (g_str_equal(entry->kind, "triage.host_marked"))
      host_anew(hosts, host_is(entry));
    else if (g_str_equal(entry->kind, "response.host_suspected") && !host)
      host_anew(hosts, SUSPECTED);
    else if (host && host[0] == 'h' && g_ascii_string_to_unsigned(host + 1, 10, 1, hosts->len, &place, NULL))
      host_moves(&g_array_index(hosts, HostSeen, place - 1), entry);
  }
  return hosts;
}

static gboolean
hosts_in(const Chronicle *chronicle, guint allowed, gboolean examined)
{
  g_autoptr(GArray) hosts = hosts_of(chronicle);
  for (guint i = 0; i < hosts->len; i++) {
    const HostSeen *host = &g_array_index(hosts, HostSeen, i);
    if (!(allowed & 1u << host->is) && (!examined || !host->examined))
      return FALSE;
  }
  return TRUE;
}

static gboolean
hosts_examined(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return hosts_in(chronicle, 1u << AFFECTED | 1u << CLEAN | 1u << ERADICATED | 1u << CLEARED, TRUE);
}

static gboolean
hosts_contained(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return hosts_in(chronicle, 1u << CLEAN | 1u << CONTAINED | 1u << ERADICATED | 1u << CLEARED, FALSE);
}

static gboolean
hosts_cleared(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return hosts_in(chronicle, 1u << CLEAN | 1u << CLEARED, FALSE);
}

/* --- later chapters --- */

static gboolean
evidence_registered(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return some(chronicle, "evidence.registered", FALSE);
}

static gboolean
restored(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return some(chronicle, "recovery.restored", TRUE);
}

static gboolean
normal_confirmed(const Chronicle *chronicle, const char *arg)
{
  g_autoptr(GHashTable) confirmed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint count = 0;
  EACH(chronicle, entry)
    if (g_str_equal(entry->kind, "recovery.confirmed"))
      g_hash_table_add(confirmed, g_strdup(text_of(entry, "restored")));
  EACH(chronicle, entry) {
    if (!g_str_equal(entry->kind, "recovery.restored"))
      continue;
    g_autofree char *id = g_strdup_printf("y%u", ++count);
    if (entry->round == chronicle->round && !g_hash_table_contains(confirmed, id))
      return FALSE;
  }
  return restored(chronicle, arg);
}

static gboolean
watch_started(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return some(chronicle, "recovery.watch_started", TRUE);
}

static gboolean
committee_reported(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return some(chronicle, "prevention.committee_reported", FALSE);
}

/* The latest draft is the one approved. */
static gboolean
prevention_is_approved(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  const ChronicleEntry *approved = last(chronicle, "prevention.approved");
  guint drafts = 0;
  EACH(chronicle, entry)
    drafts += g_str_equal(entry->kind, "prevention.drafted");
  g_autofree char *latest = g_strdup_printf("P%u", drafts);
  return approved && g_str_equal(text_of(approved, "draft"), latest);
}

static gboolean
announced(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  const ChronicleEntry *approved = last(chronicle, "prevention.approved");
  const ChronicleEntry *told = last(chronicle, "prevention.announced");
  return told && (!approved || told->number > approved->number);
}

static gboolean
converged(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return did(chronicle, "aftermath.declare", TRUE);
}

static gboolean
follow_ups_done(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  g_autoptr(GHashTable) finished = g_hash_table_new(g_str_hash, g_str_equal);
  guint raised = 0;
  EACH(chronicle, entry) {
    raised += g_str_equal(entry->kind, "aftermath.followed_up");
    if (g_str_equal(entry->kind, "aftermath.follow_up_finished"))
      g_hash_table_add(finished, (gpointer)text_of(entry, "followup"));
  }
  return g_hash_table_size(finished) == raised;
}

static gboolean
reviewed(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return did(chronicle, "aftermath.hold_review", TRUE);
}

static gboolean
final_filed(const Chronicle *chronicle, const char *arg G_GNUC_UNUSED)
{
  return did(chronicle, "aftermath.file_final", TRUE);
}

static gboolean
always(const Chronicle *chronicle G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED)
{
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*holds)(const Chronicle *chronicle, const char *arg);
} readings[] = {
  { "has-notice", has_notice },
  { "judged-as", judged_as },
  { "reported", reported },
  { "closed", closed },
  { "done-in-round", done_in_round },
  { "not-done", not_done },
  { "fact-known", fact_known },
  { "prioritised", prioritised },
  { "hosts-examined", hosts_examined },
  { "hosts-contained", hosts_contained },
  { "hosts-cleared", hosts_cleared },
  { "evidence-registered", evidence_registered },
  { "restored", restored },
  { "normal-confirmed", normal_confirmed },
  { "watch-started", watch_started },
  { "committee-reported", committee_reported },
  { "prevention-approved", prevention_is_approved },
  { "announced", announced },
  { "converged", converged },
  { "follow-ups-done", follow_ups_done },
  { "reviewed", reviewed },
  { "final-filed", final_filed },
  { "watch-hit", always }, /* loops are counted elsewhere */
};

static gboolean
leaf_holds(const Chronicle *chronicle, const Condition *leaf)
{
  for (gsize i = 0; i < G_N_ELEMENTS(readings); i++)
    if (g_str_equal(readings[i].name, leaf->predicate->name))
      return readings[i].holds(chronicle, leaf->arg);
  g_error("a rule of the plan asks %s, for which chronicle.c has no reading", leaf->predicate->name);
}

static gboolean
holds(const Chronicle *chronicle, const Condition *condition)
{
  if (!condition)
    return TRUE;
  if (condition->kind == CONDITION_LEAF)
    return leaf_holds(chronicle, condition);
  for (gsize i = 0; i < condition->parts.length; i++)
    if (holds(chronicle, list_item(condition->parts, Condition, i)) == (condition->kind == CONDITION_ANY))
      return condition->kind == CONDITION_ANY;
  return condition->kind == CONDITION_ALL;
}

/* --- entering a phase --- */

static gboolean
set_aside(const Chronicle *chronicle, const char *clause)
{
  EACH(chronicle, entry)
    if (g_str_equal(entry->kind, "clause.set_aside") && g_str_equal(text_of(entry, "clause"), clause))
      return TRUE;
  return FALSE;
}

/* What keeps the way closed, or NULL. */
static char *
closed_by(const Chronicle *chronicle, const PlanExit *way)
{
  if (!holds(chronicle, way->when))
    return g_strdup_printf("line %u: the way's own condition", way->line);
  for (gsize i = 0; i < way->rules.length; i++) {
    const PlanRule *rule = list_item(way->rules, PlanRule, i);
    if (rule->modality == MODALITY_MUST && rule->origin == ORIGIN_TEXT && !set_aside(chronicle, rule->clause) &&
        !holds(chronicle, rule->that))
      return g_strdup_printf("line %u: %s", rule->line, rule->quote);
  }
  return NULL;
}

static char *
loop_objection(const Chronicle *chronicle, const Plan *plan, const char *to, guint round)
{
  List loops = plan_loops(plan);
  const ChronicleEntry *before = g_ptr_array_index(chronicle->entries, chronicle->entries->len - 1);
  if (round != chronicle->round + 1)
    return g_strdup_printf("round %u after %u", round, chronicle->round);
  for (gsize i = 0; i < loops.length; i++) {
    const PlanLoop *loop = list_item(loops, PlanLoop, i);
    if (g_str_equal(loop->to, to) && (g_strcmp0(before->act, loop->act) == 0 || did(chronicle, loop->act, TRUE)))
      return NULL;
  }
  return g_strdup("no act of a loop went before");
}

static char *
exit_objection(const Chronicle *chronicle, const Plan *plan, const char *to, guint round)
{
  const PlanPhase *from = chronicle->phase ? plan_phase(plan, chronicle->phase) : NULL;
  char *objection = NULL;
  if (!from || round != chronicle->round)
    return g_strdup_printf("no phase to leave, or round %u after %u", round, chronicle->round);
  for (gsize i = 0; i < from->exits.length; i++) {
    const PlanExit *way = list_item(from->exits, PlanExit, i);
    if (!g_str_equal(way->to, to))
      continue;
    g_free(objection);
    objection = closed_by(chronicle, way);
    if (!objection)
      return NULL;
  }
  return objection ? objection : g_strdup_printf("no way from %s to %s", from->id, to);
}

char *
chronicle_objection(const Chronicle *chronicle, const Plan *plan, const LogLine *line)
{
  json_t *body, *personal;
  fields_encode(line->kind->fields, line->body, &body, &personal);
  g_autofree char *to = g_strdup(json_string_value(json_object_get(body, "phase")));
  g_autofree char *why = g_strdup(json_string_value(json_object_get(body, "why")));
  guint round = (guint)json_integer_value(json_object_get(body, "round"));
  json_decref(body);

  if (g_str_equal(why, "begin"))
    return chronicle->phase ? g_strdup("begun twice") : NULL;
  if (g_str_equal(why, "skip"))
    return some(chronicle, "phase.skipped", FALSE) ? NULL : g_strdup("no reason for skipping");
  if (g_str_equal(why, "loop"))
    return loop_objection(chronicle, plan, to, round);
  return exit_objection(chronicle, plan, to, round);
}
