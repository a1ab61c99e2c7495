#include "case/service.h"

#include "act/describe.h"
#include "case/state.h"

const Choice service_action_choices[] = {
  { SERVICE_STOP, "stop", "停止" },
  { SERVICE_CUT, "cut", "遮断" },
  { 0, NULL, NULL },
};

const Choice consent_choices[] = {
  { CONSENT_GIVEN, "given", "同意を得た" },
  { CONSENT_REFUSED, "refused", "同意が得られない" },
  { CONSENT_NOT_REACHED, "not-reached", "連絡とれず" },
  { CONSENT_NOT_NEEDED, "not-needed", "同意を要しない" },
  { 0, NULL, NULL },
};

/* What can be learned afterwards. */
static const Choice confirmed_choices[] = {
  { CONSENT_GIVEN, "given", "同意を得た" },
  { CONSENT_REFUSED, "refused", "同意が得られない" },
  { 0, NULL, NULL },
};

static Service *
find(const Case *kase, const char *id)
{
  return list_find(kase->response.services, id);
}

static gboolean
exists(const ActContext *context, const char *id)
{
  return context->kase && find(context->kase, id);
}

static const char *
service_name(const ActContext *context, const char *id)
{
  const Service *service = context->kase ? find(context->kase, id) : NULL;
  return service ? describe_words(context->arena, service->body->service) : NULL;
}

const RefKind ref_service = { "service", "停止・遮断", exists, NULL, service_name };

/* --- stopping --- */

static const Field stopped_fields[] = {
  { "service", "サービス・接続", FIELD_LINE, FIELD_REQUIRED, offsetof(ServiceStopped, service) },
  { "action", "停止か遮断か", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ServiceStopped, action), .choices = service_action_choices },
  { "decided_by", "判断した人", FIELD_LINE, FIELD_REQUIRED, offsetof(ServiceStopped, decided_by), .help = "職と氏名。電話で指示を受けたときは、指示した人。" },
  { "consent", "所管課の同意", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ServiceStopped, consent), .choices = consent_choices,
    .help = "急を要するときは「連絡とれず」のまま止めてかまいません。後から確認します。" },
  { "consent_by", "同意した人", FIELD_LINE, 0, offsetof(ServiceStopped, consent_by) },
  { "lost", "失われるもの", FIELD_TEXT, 0, offsetof(ServiceStopped, lost),
    .help = "使えなくなる窓口や業務、影響する住民。分からないときは空けたまま先に進み、後から記録します。" },
  { "replacement", "代替手段", FIELD_TEXT, 0, offsetof(ServiceStopped, replacement),
    .help = "手書き、別の窓口、別の回線など。ないときは「なし」、分からないときは空けておきます。" },
  { NULL },
};

static void
apply_stopped(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Service *service = arena_new0(kase->arena, Service);
  *service = (Service){ .id = case_next_id(kase, "s", kase->response.services), .head = head, .body = body };
  list_add(kase->arena, &kase->response.services, service);
  response_contained(kase, head);
}

static const EntryKind service_stopped = {
  .name = "response.service_stopped", .version = 1, .title = "サービスの停止・遮断", .scope = SCOPE_CASE,
  .fields = stopped_fields, .size = sizeof(ServiceStopped), .apply = apply_stopped,
};

static void
advise_consent(const ServiceStopped *stopping, Findings *findings)
{
  Finding *finding = NULL;
  if (stopping->consent == CONSENT_NOT_REACHED) {
    finding = findings_addf(findings, FINDING_ADVISE, "consent.not-reached", "所管課の同意が得られないままです。");
    finding->remedy = "連絡がつきしだい、同意の有無を確認して記録します。";
    finding->act = "response.confirm_consent";
  } else if (stopping->consent == CONSENT_REFUSED) {
    finding = findings_addf(findings, FINDING_ADVISE, "consent.refused", "所管課は同意していません。");
    finding->remedy = "それでも止めると判断した理由を、対応記録に残してください。";
    finding->act = "record.add";
  } else if (stopping->consent == CONSENT_GIVEN && !stopping->consent_by) {
    finding = findings_addf(findings, FINDING_ADVISE, "consent.by", "同意した人の職・氏名が未記入です。");
    finding->field = "consent_by";
    finding->act = "response.confirm_consent";
  }
}

/* Nothing here refuses: cutting is urgent containment. */
/* Stopping does not wait for words: what is not yet known is asked for afterwards. */
static void
advise_blank(const char *value, const char *label, Findings *findings)
{
  if (!value)
    findings_addf(findings, FINDING_ADVISE, "service.blank", "「%s」が未記入です。止めた後で、所管課に確かめて記録してください。", label)->act =
        "response.confirm_consent";
}

static void
guard_stop(const ActContext *context, const void *fields, Findings *findings)
{
  const ServiceStopped *stopping = fields;
  List services = context->kase->response.services;

  advise_consent(stopping, findings);
  advise_blank(stopping->lost, "失われるもの", findings);
  advise_blank(stopping->replacement, "代替手段", findings);
  for (gsize i = 0; i < services.length; i++) {
    const Service *service = list_pointer(services, Service, i);
    if (!service->reconnected && g_strcmp0(service->body->service, stopping->service) == 0)
      findings_addf(findings, FINDING_ADVISE, "service.down", "「%s」は、%sからすでに%s中です。", stopping->service,
                    describe_when(context->arena, service->head->happened), choice_label(service_action_choices, service->body->action));
  }
}

/* --- consent asked for afterwards --- */

static const Field confirmed_fields[] = {
  { "service_id", "停止・遮断", FIELD_REF, FIELD_REQUIRED, offsetof(ConsentConfirmed, service_id), .ref = &ref_service },
  { "consent", "所管課の同意", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ConsentConfirmed, consent), .choices = confirmed_choices },
  { "consent_by", "確認した相手", FIELD_LINE, FIELD_REQUIRED, offsetof(ConsentConfirmed, consent_by) },
  { "text", "内容", FIELD_TEXT, 0, offsetof(ConsentConfirmed, text) },
  { NULL },
};

static void
apply_confirmed(State *state, const EntryHead *head, const void *body)
{
  Service *service = find(state->kase, ((const ConsentConfirmed *)body)->service_id);
  if (!service)
    return;
  service->confirmed = head;
  service->confirmation = body;
}

static const EntryKind consent_confirmed = {
  .name = "response.consent_confirmed", .version = 1, .title = "所管課の同意の確認", .scope = SCOPE_CASE,
  .fields = confirmed_fields, .size = sizeof(ConsentConfirmed), .apply = apply_confirmed,
};

static void
guard_confirm(const ActContext *context, const void *fields, Findings *findings)
{
  const ConsentConfirmed *confirming = fields;
  if (confirming->consent != CONSENT_REFUSED)
    return;
  const Service *service = find(context->kase, confirming->service_id);
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "consent.refused", "所管課は「%s」の%sに同意していません。",
                                   service->body->service, choice_label(service_action_choices, service->body->action));
  finding->remedy = "続けるか戻すかを判断し、理由を対応記録に残してください。";
  finding->act = "record.add";
}

/* --- reconnecting --- */

static const Field reconnected_fields[] = {
  { "service_id", "停止・遮断", FIELD_REF, FIELD_REQUIRED, offsetof(ServiceReconnected, service_id), .ref = &ref_service },
  { "decided_by", "判断した人", FIELD_LINE, FIELD_REQUIRED, offsetof(ServiceReconnected, decided_by) },
  { "checked", "確認した内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(ServiceReconnected, checked), .help = "再開してよいと判断するために確かめたこと。" },
  { NULL },
};

static void
apply_reconnected(State *state, const EntryHead *head, const void *body)
{
  Service *service = find(state->kase, ((const ServiceReconnected *)body)->service_id);
  if (!service)
    return;
  service->reconnected = head;
  service->reconnection = body;
}

static const EntryKind service_reconnected = {
  .name = "response.service_reconnected", .version = 1, .title = "サービスの再開・再接続", .scope = SCOPE_CASE,
  .fields = reconnected_fields, .size = sizeof(ServiceReconnected), .apply = apply_reconnected,
};

static void
guard_reconnect(const ActContext *context, const void *fields, Findings *findings)
{
  const Service *service = find(context->kase, ((const ServiceReconnected *)fields)->service_id);
  if (!service->reconnected)
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "service.up", "「%s」は、すでに再開しています（%sの停止）。",
                                   service->body->service, describe_when(context->arena, service->head->happened));
  finding->remedy = "その後また止めていたときは、その停止・遮断を記録してから再開します。";
  finding->act = "response.stop_service";
}

/* --- tables --- */

static const EntryKind *const entries[] = { &service_stopped, &consent_confirmed, &service_reconnected };

static const ActKind acts[] = {
  { .name = "response.stop_service", .title = "サービスを止める・接続を断つ", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = stopped_fields, .size = sizeof(ServiceStopped), .guard = guard_stop, .emits = &service_stopped, .urgent = TRUE,
    .help = "停止・遮断を、判断した人、所管課の同意、失われるもの、代替手段とともに記録します。急を要するときは同意を後にできます。" },
  { .name = "response.confirm_consent", .title = "所管課の同意を後から確認する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "response.stop_service",
    .fields = confirmed_fields, .size = sizeof(ConsentConfirmed), .guard = guard_confirm, .emits = &consent_confirmed,
    .help = "連絡がとれないまま止めたサービスについて、所管課の同意の有無を確認したことを記録します。" },
  { .name = "response.reconnect_service", .title = "サービスを再開する・再接続する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "response.stop_service",
    .fields = reconnected_fields, .size = sizeof(ServiceReconnected), .guard = guard_reconnect, .emits = &service_reconnected,
    .help = "止めたサービスや断った接続を、確かめた上で元に戻したことを記録します。" },
};

const Domain service_domain = {
  .name = "response", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions and predicates --- */

static gboolean
down(const Service *service)
{
  return !service->reconnected;
}

static gboolean
unconfirmed(const Service *service)
{
  return service->body->consent == CONSENT_NOT_REACHED && !service->confirmed;
}

/* 10月3日 14:32「住民票発行システム」、…; NULL when there is none. */
static char *
named(const Case *kase, gboolean (*which)(const Service *), Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List services = kase->response.services;
  for (gsize i = 0; i < services.length; i++) {
    const Service *service = list_pointer(services, Service, i);
    if (which(service))
      describe_add(names, arena, service->body->service, service->head);
  }
  return names->len ? arena_strdup(arena, names->str) : NULL;
}

static gboolean
any_is(const Case *kase, gboolean (*which)(const Service *))
{
  List services = kase->response.services;
  for (gsize i = 0; i < services.length; i++)
    if (which(list_pointer(services, Service, i)))
      return TRUE;
  return FALSE;
}

gboolean
service_down(const Case *kase)
{
  return any_is(kase, down);
}

static gboolean
holds_service_stopped(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return any_is(context->kase, down);
}

static gboolean
holds_services_reconnected(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return !any_is(context->kase, down);
}

static char *
detail_services_reconnected(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  return arena_printf(arena, "停止・遮断したままのサービスがあります（%s）", named(context->kase, down, arena));
}

static gboolean
holds_consents_confirmed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return !any_is(context->kase, unconfirmed);
}

static char *
detail_consents_confirmed(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  return arena_printf(arena, "所管課の同意を確認していない停止・遮断があります（%s）", named(context->kase, unconfirmed, arena));
}

static gboolean
clashes_service(const Plan *plan G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED, const Predicate *other,
                const char *other_arg G_GNUC_UNUSED)
{
  return g_str_equal(other->name, "services-reconnected");
}

const Predicate service_predicates[] = {
  { .name = "service-stopped", .explain = "停止・遮断中のサービスがある", .missing = "停止・遮断中のサービスはありません", .act = "response.stop_service", .holds = holds_service_stopped, .clashes = clashes_service },
  { .name = "services-reconnected", .explain = "停止・遮断したサービスをすべて再開した", .missing = "停止・遮断したままのサービスがあります", .act = "response.reconnect_service", .holds = holds_services_reconnected, .detail = detail_services_reconnected, .comes = COMES_UNTIL },
  { .name = "consents-confirmed", .explain = "連絡がとれずに止めたサービスについて、所管課の同意を確認した", .missing = "所管課の同意を確認していない停止・遮断があります", .act = "response.confirm_consent", .holds = holds_consents_confirmed, .detail = detail_consents_confirmed, .comes = COMES_UNTIL },
  { .name = NULL },
};
