#include "case/host.h"

#include "act/describe.h"
#include "case/state.h"
#include "office/office.h"

const Choice host_state_choices[] = {
  { HOST_SUSPECTED, "suspected", "未確認" },
  { HOST_AFFECTED, "affected", "影響あり" },
  { HOST_CLEAN, "clean", "影響なし" },
  { 0, NULL, NULL },
};

const Choice host_progress_choices[] = {
  { HOST_SUSPECTED, "suspected", "未確認" },
  { HOST_AFFECTED, "affected", "影響あり" },
  { HOST_CLEAN, "clean", "影響なし" },
  { HOST_CONTAINED, "contained", "封じ込め済み" },
  { HOST_ERADICATED, "eradicated", "根絶済み" },
  { HOST_CLEARED, "cleared", "確認済み（終了）" },
  { 0, NULL, NULL },
};

const Choice host_kind_choices[] = {
  { 1, "server", "サーバ" },     { 2, "client", "端末" },   { 3, "network", "ネットワーク機器" },
  { 4, "service", "サービス" }, { 5, "medium", "記録媒体" }, { 6, "other", "その他" },
  { 0, NULL, NULL },
};

static gboolean
host_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->triage.hosts, id);
}

/* The host of that name that is still followed, or else the last one closed. */
static const char *
host_named(const ActContext *context, const char *name)
{
  List hosts = context->kase ? context->kase->triage.hosts : (List){ 0 };
  const char *id = NULL;
  for (gsize i = hosts.length; i > 0; i--) {
    const Host *host = list_pointer(hosts, Host, i - 1);
    if (!g_str_equal(host->body->name, name))
      continue;
    if (!host_closed(host))
      return host->id;
    id = id ? id : host->id;
  }
  return id;
}

static const char *
host_name(const ActContext *context, const char *id)
{
  const Host *host = context->kase ? list_find(context->kase->triage.hosts, id) : NULL;
  return host ? host->body->name : NULL;
}

const RefKind ref_host = { "host", "影響ホスト", host_exists, host_named, host_name };

/* --- marking and examining --- */

static const Field marked_fields[] = {
  { "name", "ホスト名", FIELD_LINE, FIELD_REQUIRED, offsetof(HostMarked, name) },
  { "kind", "種別", FIELD_CHOICE, FIELD_REQUIRED, offsetof(HostMarked, kind), .choices = host_kind_choices },
  { "department", "所属", FIELD_REF, 0, offsetof(HostMarked, department), .ref = &ref_department },
  { "state", "状態", FIELD_CHOICE, FIELD_REQUIRED, offsetof(HostMarked, state), .choices = host_state_choices },
  { "reason", "根拠", FIELD_LINE, 0, offsetof(HostMarked, reason) },
  { NULL },
};

static void
apply_marked(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Host *host = arena_new0(kase->arena, Host);
  *host = (Host){
    .id = case_next_id(kase, "h", kase->triage.hosts),
    .head = head,
    .body = body,
    .state = (HostState)((const HostMarked *)body)->state,
    .examined = ((const HostMarked *)body)->state != HOST_SUSPECTED,
    .round = case_round(kase),
    .changed = head,
  };
  list_add(kase->arena, &kase->triage.hosts, host);
}

static const EntryKind host_marked = {
  .name = "triage.host_marked", .version = 1, .title = "影響ホスト", .scope = SCOPE_CASE,
  .fields = marked_fields, .size = sizeof(HostMarked), .apply = apply_marked,
};

static void
guard_mark(const ActContext *context, const void *fields, Findings *findings)
{
  const HostMarked *marking = fields;
  List hosts = context->kase->triage.hosts;
  for (gsize i = 0; i < hosts.length; i++) {
    const Host *host = list_pointer(hosts, Host, i);
    if (g_str_equal(host->body->name, marking->name) && !host_closed(host))
      findings_addf(findings, FINDING_REFUSE, "host.marked", "「%s」は、すでに影響ホストとして%sに記録されています。検査の結果は、そのホストに記録してください。",
                    marking->name, describe_when(context->arena, host->head->happened))->act = "triage.examine_host";
  }
}

static const Field examined_fields[] = {
  { "host", "影響ホスト", FIELD_REF, FIELD_REQUIRED, offsetof(HostExamined, host), .ref = &ref_host },
  { "state", "状態", FIELD_CHOICE, FIELD_REQUIRED, offsetof(HostExamined, state), .choices = host_state_choices },
  { "result", "検査・分析の結果", FIELD_TEXT, FIELD_REQUIRED, offsetof(HostExamined, result) },
  { NULL },
};

static void
apply_examined(State *state, const EntryHead *head, const void *body)
{
  const HostExamined *examined = body;
  Host *host = list_find(state->kase->triage.hosts, examined->host);
  if (!host)
    return;
  /* Finding a contained host affected does not let it loose. */
  if (host->state != HOST_CONTAINED || examined->state == HOST_CLEAN)
    host->state = (HostState)examined->state;
  host->examined = examined->state != HOST_SUSPECTED;
  host->round = case_round(state->kase);
  host->changed = head;
}

static const EntryKind host_examined = {
  .name = "triage.host_examined", .version = 1, .title = "ホストの検査・分析", .scope = SCOPE_CASE,
  .fields = examined_fields, .size = sizeof(HostExamined), .apply = apply_examined,
};

static const EntryKind *const entries[] = { &host_marked, &host_examined };

static const ActKind acts[] = {
  { .name = "triage.mark_host", .title = "影響ホストを挙げる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = marked_fields, .size = sizeof(HostMarked), .guard = guard_mark, .emits = &host_marked,
    .help = "影響を受けた、又はその疑いのある機器・サービスを挙げます。すべて終わるまで回ごとに追います。" },
  { .name = "triage.examine_host", .title = "ホストを検査・分析する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "triage.mark_host",
    .fields = examined_fields, .size = sizeof(HostExamined), .emits = &host_examined,
    .help = "影響ホストの検査・分析の結果を記録します。" },
};

const Domain host_domain = {
  .name = "triage", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

gboolean
host_closed(const Host *host)
{
  return host->state == HOST_CLEAN || host->state == HOST_CLEARED;
}

gboolean
host_unexamined(const Host *host)
{
  return !host->examined && (host->state == HOST_SUSPECTED || host->state == HOST_CONTAINED);
}

gsize
triage_hosts_open(const Case *kase)
{
  gsize open = 0;
  List hosts = kase->triage.hosts;
  for (gsize i = 0; i < hosts.length; i++)
    open += !host_closed(list_pointer(hosts, Host, i));
  return open;
}

char *
triage_hosts_named(const Case *kase, guint states, Arena *arena, gsize *count)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List hosts = kase->triage.hosts;
  *count = 0;
  for (gsize i = 0; i < hosts.length; i++) {
    const Host *host = list_pointer(hosts, Host, i);
    if (!(states & (1u << host->state)))
      continue;
    g_string_append_printf(names, "%s%s", *count ? "、" : "", host->body->name);
    ++*count;
  }
  return arena_printf(arena, "%" G_GSIZE_FORMAT "台：%s", *count, names->str);
}

/* --- predicates --- */

static gboolean
holds_hosts_examined(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List hosts = context->kase->triage.hosts;
  for (gsize i = 0; i < hosts.length; i++)
    if (host_unexamined(list_pointer(hosts, Host, i)))
      return FALSE;
  return TRUE;
}

static char *
detail_hosts_examined(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List hosts = context->kase->triage.hosts;
  gsize count = 0;
  for (gsize i = 0; i < hosts.length; i++)
    if (host_unexamined(list_pointer(hosts, Host, i)))
      g_string_append_printf(names, "%s%s", count++ ? "、" : "", list_pointer(hosts, Host, i)->body->name);
  return arena_printf(arena, "未確認のホストがあります（%" G_GSIZE_FORMAT "台：%s）", count, names->str);
}

const Predicate host_predicates[] = {
  { .name = "hosts-examined", .explain = "挙げたホストをすべて検査・分析した", .missing = "未確認のホストがあります", .act = "triage.examine_host", .holds = holds_hosts_examined, .detail = detail_hosts_examined, .comes = COMES_UNTIL },
  { .name = NULL },
};
