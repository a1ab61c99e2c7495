#include "case/duty.h"

#include "case/state.h"

const Choice duty_choices[] = {
  { DUTY_THERE, "duty", "義務がある" },
  { DUTY_ABSENT, "no-duty", "義務はない" },
  { DUTY_OPEN, "undetermined", "判断を保留する" },
  { 0, NULL, NULL },
};

const Duty *
case_duty(const Case *kase)
{
  return &kase->duty;
}

/* --- what was found out --- */

#define FACT(name_, label_, fact, ...) \
  { name_, label_, FIELD_CHOICE, 0, offsetof(DutyAssessed, facts) + (fact) * sizeof(int), .choices = ternary_choices, __VA_ARGS__ }

static const Field assessed_fields[] = {
  { "dataset", "情報の種類", FIELD_REF, FIELD_REQUIRED, offsetof(DutyAssessed, dataset), .ref = &ref_dataset },
  FACT("personal", "個人情報", FACT_PERSONAL),
  FACT("my_number", "個人番号", FACT_MY_NUMBER),
  FACT("sensitive", "要配慮個人情報", FACT_SENSITIVE, .help = "病歴、障害、犯罪歴など。生活保護を受けていることだけでは決まりません。"),
  FACT("financial", "財産的被害のおそれ", FACT_FINANCIAL, .help = "口座やカードの番号、送金の手掛かりなど。"),
  FACT("malicious", "不正の目的", FACT_MALICIOUS, .help = "盗難、不正アクセス、持出しなど。おそれも含みます。"),
  FACT("local_sensitive", "条例要配慮個人情報", FACT_LOCAL_SENSITIVE),
  FACT("number_system", "個人番号を扱うシステムから", FACT_NUMBER_SYSTEM),
  FACT("viewable", "不特定多数が閲覧できた", FACT_VIEWABLE),
  FACT("strong_encryption", "高度な暗号化等の措置", FACT_STRONG_ENCRYPTION, .help = "暗号化しただけでは足りません。理由に根拠を書きます。"),
  FACT("recovered", "見られる前に全て回収", FACT_RECOVERED),
  FACT("kept_elsewhere", "同じ内容が別にある", FACT_KEPT_ELSEWHERE, .help = "滅失・毀損だけのとき。漏えいのおそれがあれば「なし」です。"),
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(DutyAssessed, reason) },
  { NULL },
};

static void
apply_assessed(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  DutyAssessment *assessment = arena_new0(kase->arena, DutyAssessment);
  *assessment = (DutyAssessment){ head, body };
  list_add(kase->arena, &kase->duty.assessments, assessment);
}

static const EntryKind assessed = {
  .name = "duty.assessed", .version = 1, .title = "報告の要否に関わる事実", .scope = SCOPE_CASE,
  .fields = assessed_fields, .size = sizeof(DutyAssessed), .apply = apply_assessed,
};

static void
guard_assess(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  const DutyAssessed *assessing = fields;
  for (int fact = 1; fact < N_FACTS; fact++)
    if (assessing->facts[fact])
      return;
  findings_addf(findings, FINDING_INVALID, "field.missing", "確かめた事実を一つ以上選んでください。")->field = "sensitive";
}

/* --- since when it is known --- */

static const Field known_fields[] = {
  { "body", "実施機関", FIELD_LINE, 0, offsetof(DutyKnown, body), .help = "書かなければ、全ての実施機関。" },
  { "at", "知った日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(DutyKnown, at), .help = "いずれかの部署が知った時。この日が1日目です。" },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(DutyKnown, reason) },
  { NULL },
};

static void
apply_known(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  DutyKnowledge *knowledge = arena_new0(kase->arena, DutyKnowledge);
  *knowledge = (DutyKnowledge){ head, body };
  list_add(kase->arena, &kase->duty.knowledge, knowledge);
}

static const EntryKind known = {
  .name = "duty.known", .version = 1, .title = "知った日の決定", .scope = SCOPE_CASE,
  .fields = known_fields, .size = sizeof(DutyKnown), .apply = apply_known,
};

static void
guard_body(const ActContext *context, const char *body, Findings *findings)
{
  List bodies = duty_bodies(context->kase, G_MAXUINT64, context->arena);
  if (body && !list_has_string(bodies, body))
    findings_addf(findings, FINDING_ADVISE, "duty.body", "「%s」の情報は、まだ記録されていません。", body)->act = "triage.add_dataset";
}

static void
guard_know(const ActContext *context, const void *fields, Findings *findings)
{
  const DutyKnown *choosing = fields;
  guard_body(context, choosing->body, findings);
  if (choosing->at > context->now)
    findings_addf(findings, FINDING_INVALID, "at.future", "「知った日時」が先の日時になっています。")->field = "at";
}

/* --- what was judged --- */

static gboolean
regime_exists(const ActContext *context G_GNUC_UNUSED, const char *id)
{
  return law_regime(law_shipped(), id) != NULL;
}

static const char *
regime_name(const ActContext *context G_GNUC_UNUSED, const char *id)
{
  const LawRegime *regime = law_regime(law_shipped(), id);
  return regime ? regime->name : NULL;
}
const RefKind ref_regime = { "law.regime", "制度", regime_exists, NULL, regime_name };

static gboolean
event_exists(const ActContext *context, const char *id)
{
  return law_event(law_shipped(), id, instant_date(context->now)) != NULL;
}

static const char *
event_name(const ActContext *context, const char *id)
{
  const LawEvent *event = law_event(law_shipped(), id, instant_date(context->now));
  return event ? event->name : NULL;
}
const RefKind ref_event = { "law.event", "事態", event_exists, NULL, event_name };

static const Field judged_fields[] = {
  { "body", "実施機関", FIELD_LINE, FIELD_REQUIRED, offsetof(DutyJudged, body) },
  { "regime", "制度", FIELD_REF, FIELD_REQUIRED, offsetof(DutyJudged, regime), .ref = &ref_regime },
  { "outcome", "判断", FIELD_CHOICE, FIELD_REQUIRED, offsetof(DutyJudged, outcome), .choices = duty_choices },
  { "events", "当たる事態", FIELD_LINES, 0, offsetof(DutyJudged, events), .ref = &ref_event, .help = "書かなければ、記録した事実のとおり。" },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(DutyJudged, reason) },
  { NULL },
};

static void
apply_judged(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  DutyJudgement *judgement = arena_new0(kase->arena, DutyJudgement);
  *judgement = (DutyJudgement){ head, body };
  list_add(kase->arena, &kase->duty.judgements, judgement);
}

static const EntryKind judged = {
  .name = "duty.judged", .version = 1, .title = "報告義務の判断", .scope = SCOPE_CASE,
  .fields = judged_fields, .size = sizeof(DutyJudged), .apply = apply_judged,
};

static void
guard_judge(const ActContext *context, const void *fields, Findings *findings)
{
  const DutyJudged *judging = fields;
  PredicateContext asking = predicate_context(context);
  Date today = instant_date(context->now);
  guard_body(context, judging->body, findings);
  for (gsize i = 0; i < judging->events.length; i++) {
    const LawEvent *event = law_event(law_shipped(), list_string(judging->events, i), today);
    if (!g_str_equal(event->regime, judging->regime))
      findings_addf(findings, FINDING_INVALID, "duty.event", "「%s」は、この制度の事態ではありません。", event->name)->field = "events";
  }
  DutyStanding standing = duty_standing(&asking, judging->body, law_regime(law_shipped(), judging->regime), today, G_MAXUINT64, context->arena);
  if (judging->outcome == DUTY_ABSENT && standing.events.length)
    findings_addf(findings, FINDING_ADVISE, "duty.events", "記録した事実からは、%sに当たります。理由を詳しく残してください。",
                  list_string(standing.events, 0))->field = "outcome";
  for (gsize i = 0; i < standing.asks.length; i++)
    findings_addf(findings, FINDING_ADVISE, "duty.ask", "確かめていないことがあります：%s", list_string(standing.asks, i))->act = "duty.assess";
}

/* --- tables --- */

static const EntryKind *const entries[] = { &assessed, &known, &judged };

static const ActKind acts[] = {
  { .name = "duty.assess", .title = "報告の要否に関わる事実を確かめる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = assessed_fields, .size = sizeof(DutyAssessed), .guard = guard_assess, .emits = &assessed, .after = "triage.add_dataset",
    .help = "要配慮個人情報か、不正の目的か、暗号化や回収があったかなどを、情報の種類ごとに記録します。書いた項目だけが変わります。" },
  { .name = "duty.know", .title = "知った日を決める", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = known_fields, .size = sizeof(DutyKnown), .guard = guard_know, .emits = &known, .after_closing = TRUE,
    .help = "委員会への報告の起点となる「知った日」を、候補のなかから理由とともに決めます。決めるまでは最も早い候補によります。" },
  { .name = "duty.judge", .title = "報告義務を判断する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = judged_fields, .size = sizeof(DutyJudged), .guard = guard_judge, .emits = &judged, .after_closing = TRUE,
    .help = "委員会への報告と本人への通知の義務があるかを、実施機関と制度ごとに判断します。後から判断し直すこともできます。" },
};

const Domain duty_domain = {
  .name = "duty", .acts = acts, .n_acts = G_N_ELEMENTS(acts), .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};
