#include "case/containment.h"

#include "case/measure.h"
#include "case/service.h"
#include "case/state.h"
#include "office/office.h"
#include "plan/plan.h"

#define OPEN_STATES (1u << HOST_SUSPECTED | 1u << HOST_AFFECTED | 1u << HOST_CONTAINED | 1u << HOST_ERADICATED)
#define UNCONTAINED_STATES (1u << HOST_SUSPECTED | 1u << HOST_AFFECTED)

static gboolean
uncontained(const Host *host)
{
  return UNCONTAINED_STATES & (1u << host->state);
}

/* --- moving a host on --- */

static void
move(Case *kase, const EntryHead *head, const HostMoved *moved, HostState to)
{
  Host *host = list_find(kase->triage.hosts, moved->host);
  if (!host)
    return;
  host->state = to;
  host->changed = head;

  HostStep *step = arena_new0(kase->arena, HostStep);
  *step = (HostStep){ .head = head, .body = moved, .state = to, .round = host->round };
  list_add(kase->arena, &kase->response.host_steps, step);
}

static const Field contained_fields[] = {
  { "host", "影響ホスト", FIELD_REF, FIELD_REQUIRED, offsetof(HostMoved, host), .ref = &ref_host },
  { "method", "封じ込めの方法", FIELD_LINE, FIELD_REQUIRED, offsetof(HostMoved, text),
    .help = "例：LANケーブルを抜いた。証拠を失わないよう、電源は切らずに通信だけを断つのが原則です。" },
  { NULL },
};

/* Containment written down late does not undo an eradication. */
static void
apply_contained(State *state, const EntryHead *head, const void *body)
{
  const HostMoved *moved = body;
  const Host *host = list_find(state->kase->triage.hosts, moved->host);
  if (host)
    move(state->kase, head, moved, host->state == HOST_ERADICATED ? HOST_ERADICATED : HOST_CONTAINED);
  response_contained(state->kase, head);
}

static const EntryKind host_contained = {
  .name = "response.host_contained", .version = 1, .title = "ホストの封じ込め", .scope = SCOPE_CASE,
  .fields = contained_fields, .size = sizeof(HostMoved), .apply = apply_contained,
};

static void
guard_contain(const ActContext *context, const void *fields, Findings *findings)
{
  const Host *host = list_find(context->kase->triage.hosts, ((const HostMoved *)fields)->host);
  if (host_closed(host))
    findings_addf(findings, FINDING_ADVISE, "host.closed", "「%s」は%sとされています。封じ込めると、改めて確認が終わるまで未了に戻ります。",
                  host->body->name, choice_label(host_progress_choices, (int)host->state));
}

static const Field eradicated_fields[] = {
  { "host", "影響ホスト", FIELD_REF, FIELD_REQUIRED, offsetof(HostMoved, host), .ref = &ref_host },
  { "method", "根絶の方法", FIELD_LINE, FIELD_REQUIRED, offsetof(HostMoved, text),
    .help = "例：初期化して再構築した。証拠を取得してから行います。" },
  { NULL },
};

static void
apply_eradicated(State *state, const EntryHead *head, const void *body)
{
  move(state->kase, head, body, HOST_ERADICATED);
}

static const EntryKind host_eradicated = {
  .name = "response.host_eradicated", .version = 1, .title = "ホストの根絶", .scope = SCOPE_CASE,
  .fields = eradicated_fields, .size = sizeof(HostMoved), .apply = apply_eradicated,
};

static void
guard_eradicate(const ActContext *context, const void *fields, Findings *findings)
{
  const Host *host = list_find(context->kase->triage.hosts, ((const HostMoved *)fields)->host);
  Finding *finding;
  if (host_closed(host)) {
    finding = findings_addf(findings, FINDING_REFUSE, "host.closed", "「%s」は%sとされており、根絶するものがありません。",
                            host->body->name, choice_label(host_progress_choices, (int)host->state));
    finding->remedy = "再び影響が疑われるときは、先に検査・分析の結果を記録します。";
    finding->act = "triage.examine_host";
  } else if (uncontained(host)) {
    finding = findings_addf(findings, FINDING_ADVISE, "host.uncontained", "「%s」を封じ込めた記録がありません。", host->body->name);
    finding->remedy = "封じ込めていたときは、その記録も加えてください。";
    finding->act = "response.contain_host";
  }
}

static const Field cleared_fields[] = {
  { "host", "影響ホスト", FIELD_REF, FIELD_REQUIRED, offsetof(HostMoved, host), .ref = &ref_host },
  { "checked", "確認した内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(HostMoved, text),
    .help = "何を確かめて、このホストの対応を終えてよいとしたか。" },
  { NULL },
};

static void
apply_cleared(State *state, const EntryHead *head, const void *body)
{
  move(state->kase, head, body, HOST_CLEARED);
}

static const EntryKind host_cleared = {
  .name = "response.host_cleared", .version = 1, .title = "ホストの確認（終了）", .scope = SCOPE_CASE,
  .fields = cleared_fields, .size = sizeof(HostMoved), .apply = apply_cleared,
};

static void
guard_clear(const ActContext *context, const void *fields, Findings *findings)
{
  const Host *host = list_find(context->kase->triage.hosts, ((const HostMoved *)fields)->host);
  const char *name = host->body->name;
  Finding *finding;

  if (host->state == HOST_CLEARED) {
    findings_addf(findings, FINDING_REFUSE, "host.cleared", "「%s」の確認はすでに終わっています。", name);
    return;
  }
  if (host->state == HOST_ERADICATED || host->state == HOST_CLEAN)
    return;
  if (uncontained(host)) {
    finding = findings_addf(findings, FINDING_REFUSE, "host.uncontained", "「%s」（%s）を封じ込めた記録がありません。", name,
                            choice_label(host_progress_choices, (int)host->state));
    finding->remedy = "封じ込めを記録します。影響がないと分かったときは、検査・分析の結果を「影響なし」と記録します。";
    finding->act = "response.contain_host";
  }
  finding = findings_addf(findings, FINDING_REFUSE, "host.uneradicated", "「%s」を根絶した記録がありません。", name);
  finding->remedy = "根絶を記録してから確認します。影響がないと分かったときは、検査・分析の結果を「影響なし」と記録します。";
  finding->act = "response.eradicate_host";
}

/* --- suspected again: entries of response.reinfect --- */

typedef struct {
  const char *host; /* id of an open host that falls back, or NULL: begins anew */
  const char *name;
  int kind; /* as it was known; 0: not known yet */
  const char *department;
  gint64 round;
} HostSuspected;

static const Field suspected_fields[] = {
  { "host", "影響ホスト", FIELD_LINE, 0, offsetof(HostSuspected, host), .ref = &ref_host },
  { "name", "ホスト名", FIELD_LINE, FIELD_REQUIRED, offsetof(HostSuspected, name) },
  { "kind", "種別", FIELD_CHOICE, 0, offsetof(HostSuspected, kind), .choices = host_kind_choices },
  { "department", "所属", FIELD_LINE, 0, offsetof(HostSuspected, department), .ref = &ref_department },
  { "round", "回", FIELD_INT, FIELD_REQUIRED, offsetof(HostSuspected, round) },
  { NULL },
};

static void
begin_anew(Case *kase, const EntryHead *head, const HostSuspected *suspected)
{
  HostMarked *marked = arena_new0(kase->arena, HostMarked);
  *marked = (HostMarked){
    .name = suspected->name,
    .kind = suspected->kind,
    .department = suspected->department,
    .state = HOST_SUSPECTED,
  };
  Host *host = arena_new0(kase->arena, Host);
  *host = (Host){
    .id = case_next_id(kase, "h", kase->triage.hosts),
    .head = head,
    .body = marked,
    .state = HOST_SUSPECTED,
    .round = (guint)suspected->round,
    .changed = head,
  };
  list_add(kase->arena, &kase->triage.hosts, host);
}

static void
apply_suspected(State *state, const EntryHead *head, const void *body)
{
  const HostSuspected *suspected = body;
  Host *host = suspected->host ? list_find(state->kase->triage.hosts, suspected->host) : NULL;
  if (!host) {
    begin_anew(state->kase, head, suspected);
    return;
  }
  host->state = HOST_SUSPECTED;
  host->examined = FALSE;
  host->round = (guint)suspected->round;
  host->changed = head;
}

static const EntryKind host_suspected = {
  .name = "response.host_suspected", .version = 1, .title = "影響の疑いのあるホスト", .scope = SCOPE_CASE,
  .fields = suspected_fields, .size = sizeof(HostSuspected), .apply = apply_suspected,
};

/* The latest host of that name or id, or NULL. */
static const Host *
host_named(const Case *kase, const char *name)
{
  List hosts = kase->triage.hosts;
  for (gsize i = hosts.length; i > 0; i--) {
    const Host *host = list_pointer(hosts, Host, i - 1);
    if (g_str_equal(host->body->name, name) || g_str_equal(host->id, name))
      return host;
  }
  return NULL;
}

void
containment_suspect(const ActContext *context, List hosts, guint round, Decision *decision)
{
  g_autoptr(GHashTable) said = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < hosts.length; i++) {
    const Host *host = host_named(context->kase, list_string(hosts, i));
    HostSuspected suspected = {
      .host = host && !host_closed(host) ? host->id : NULL,
      .name = host ? host->body->name : list_string(hosts, i),
      .kind = host ? host->body->kind : 0,
      .department = host ? host->body->department : NULL,
      .round = (gint64)round,
    };
    if (g_hash_table_add(said, (gpointer)suspected.name))
      decision_emit(decision, &host_suspected, &suspected);
  }
}

/* --- tables --- */

static const EntryKind *const entries[] = { &host_contained, &host_eradicated, &host_cleared, &host_suspected };

static const ActKind acts[] = {
  { .name = "response.contain_host", .title = "ホストを封じ込める", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "triage.mark_host",
    .fields = contained_fields, .size = sizeof(HostMoved), .guard = guard_contain, .emits = &host_contained, .urgent = TRUE,
    .help = "通信を断つなどして被害の拡大を防いだことを記録します。報告や承認を待たずに行えます。" },
  { .name = "response.eradicate_host", .title = "ホストから根絶する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "triage.mark_host",
    .fields = eradicated_fields, .size = sizeof(HostMoved), .guard = guard_eradicate, .emits = &host_eradicated,
    .help = "マルウェアの駆除や再構築など、原因を取り除いたことを記録します。先に証拠を取得します。" },
  { .name = "response.clear_host", .title = "ホストの対応を終える", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "triage.mark_host",
    .fields = cleared_fields, .size = sizeof(HostMoved), .guard = guard_clear, .emits = &host_cleared,
    .help = "根絶したこと、又は影響がないことを確かめて、このホストの対応を終えます。" },
};

const Domain containment_domain = {
  .name = "response", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- predicates --- */

static gboolean
holds_hosts_contained(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List hosts = context->kase->triage.hosts;
  for (gsize i = 0; i < hosts.length; i++)
    if (uncontained(list_pointer(hosts, Host, i)))
      return FALSE;
  return TRUE;
}

static char *
detail_hosts_contained(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  gsize count;
  char *names = triage_hosts_named(context->kase, UNCONTAINED_STATES, arena, &count);
  return arena_printf(arena, "封じ込めていないホストがあります（%s）", names);
}

static gboolean
holds_hosts_cleared(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return triage_hosts_open(context->kase) == 0;
}

static char *
detail_hosts_cleared(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  gsize count;
  char *names = triage_hosts_named(context->kase, OPEN_STATES, arena, &count);
  return arena_printf(arena, "対応の終わっていないホストがあります（%s）", names);
}

static gboolean
holds_containment_in_force(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List hosts = context->kase->triage.hosts;
  for (gsize i = 0; i < hosts.length; i++)
    if (list_pointer(hosts, Host, i)->state == HOST_CONTAINED)
      return TRUE;
  return measure_contains(context->kase) || service_down(context->kase);
}

/* Where no host waits for it, containing one anew would only open it again: a measure serves. */
static const char *
hint_containment(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List hosts = context->kase->triage.hosts, measures = context->kase->response.measures;
  gboolean measured = plan_may(context->plan, "response.start_measure").length > 0;
  gboolean waiting = !hosts.length && plan_may(context->plan, "triage.mark_host").length > 0;
  for (gsize i = 0; !waiting && i < hosts.length; i++)
    waiting = uncontained(list_pointer(hosts, Host, i));
  if (!measured || (waiting && plan_may(context->plan, "response.contain_host").length))
    return "response.contain_host";
  for (gsize i = 0; i < measures.length; i++) {
    const Measure *measure = list_pointer(measures, Measure, i);
    if (measure->state == MEASURE_PROPOSED && measure->body->kind == MEASURE_CONTAIN)
      return "response.start_measure";
  }
  return "response.propose_measure";
}

/* Who may contain nothing but hosts has to open one again. */
static gboolean
clashes_containment(const Plan *plan, const char *arg G_GNUC_UNUSED, const Predicate *other, const char *other_arg G_GNUC_UNUSED)
{
  return g_str_equal(other->name, "hosts-cleared") && !plan_may(plan, "response.start_measure").length &&
         !plan_may(plan, "response.stop_service").length;
}

const Predicate containment_predicates[] = {
  { .name = "hosts-contained", .explain = "挙げたホストをすべて封じ込めた（影響なしを除く）", .missing = "封じ込めていないホストがあります", .act = "response.contain_host", .holds = holds_hosts_contained, .detail = detail_hosts_contained, .comes = COMES_UNTIL },
  { .name = "hosts-cleared", .explain = "すべての回のすべてのホストの対応を終えた", .missing = "対応の終わっていないホストがあります", .act = "response.clear_host", .with = "response.eradicate_host", .holds = holds_hosts_cleared, .detail = detail_hosts_cleared, .comes = COMES_UNTIL },
  { .name = "containment-in-force", .explain = "封じ込めを実施している", .missing = "実施中の封じ込めがありません", .act = "response.contain_host", .instead = "response.start_measure", .hint = hint_containment, .clashes = clashes_containment, .holds = holds_containment_in_force },
  { .name = NULL },
};
