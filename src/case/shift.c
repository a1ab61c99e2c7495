#include "case/shift.h"

#include "act/describe.h"
#include "case/state.h"
#include "office/office.h"
#include "plan/plan.h"

const Choice callout_choices[] = {
  { CALLOUT_REACHED, "reached", "連絡済" },
  { CALLOUT_COMING, "coming", "参集中" },
  { CALLOUT_ARRIVED, "arrived", "到着" },
  { CALLOUT_UNREACHABLE, "unreachable", "連絡がつかない" },
  { 0, NULL, NULL },
};

const Choice callout_progress_choices[] = {
  { CALLOUT_CALLED, "called", "呼出し中" },
  { CALLOUT_REACHED, "reached", "連絡済" },
  { CALLOUT_COMING, "coming", "参集中" },
  { CALLOUT_ARRIVED, "arrived", "到着" },
  { CALLOUT_UNREACHABLE, "unreachable", "連絡がつかない" },
  { 0, NULL, NULL },
};

const Shift *
case_shift(const Case *kase)
{
  return &kase->shift;
}

/* --- 引継書 --- */

gboolean
handover_complete(const Handover *handover)
{
  return handover->from_signed && handover->to_signed;
}

static Handover *
find_handover(const Case *kase, const char *id)
{
  return list_find(kase->shift.handovers, id);
}

static gboolean
handover_exists(const ActContext *context, const char *id)
{
  return context->kase && find_handover(context->kase, id);
}

static const char *
handover_name(const ActContext *context, const char *id)
{
  const Handover *handover = context->kase ? find_handover(context->kase, id) : NULL;
  return handover ? arena_printf(context->arena, "%sの引継書", describe_when(context->arena, handover->head->happened)) : NULL;
}

const RefKind ref_handover = { "handover", "引継書", handover_exists, NULL, handover_name };

static const Field written_fields[] = {
  { "from", "引き継ぐ人", FIELD_REF, 0, offsetof(HandoverWritten, from), .ref = &ref_person,
    .help = "空けたときは、書いた本人です。口頭で引き継いだものを受けた人が書くときに指定します。" },
  { "to", "引き受ける人", FIELD_REF, FIELD_REQUIRED, offsetof(HandoverWritten, to), .ref = &ref_person },
  { "open", "続いている作業", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(HandoverWritten, open),
    .help = "途中の作業と、次にすることを書きます。なければ「なし」と書きます。" },
  { "promises", "約束したこと", FIELD_TEXT, FIELD_PERSONAL, offsetof(HandoverWritten, promises),
    .help = "誰に、何を、いつまでに。" },
  { "awaited", "待っている連絡", FIELD_TEXT, FIELD_PERSONAL, offsetof(HandoverWritten, awaited),
    .help = "折り返しの電話、照会への回答など。" },
  { NULL },
};

/* Whichever of the two it is; a third who writes it down signs for neither. */
static void
sign(Handover *handover, const EntryHead *head)
{
  if (g_strcmp0(head->actor.person, handover->body->from) == 0)
    handover->from_signed = head;
  if (g_strcmp0(head->actor.person, handover->body->to) == 0)
    handover->to_signed = head;
}

static void
apply_written(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Handover *handover = arena_new0(kase->arena, Handover);
  *handover = (Handover){ .id = case_next_id(kase, "j", kase->shift.handovers), .head = head, .body = body };
  sign(handover, head);
  list_add(kase->arena, &kase->shift.handovers, handover);
}

static const EntryKind written = {
  .name = "handover.written", .version = 1, .title = "引継書", .scope = SCOPE_CASE,
  .fields = written_fields, .size = sizeof(HandoverWritten), .apply = apply_written,
};

static const char *
handing_over(const ActContext *context, const HandoverWritten *writing)
{
  return writing->from ? writing->from : context->actor.person;
}

/* Does PERSON hold, today, a post that may sign under the plan of the case? */
static gboolean
may_sign(const ActContext *context, const char *person)
{
  List may = plan_may(context->plan, "handover.sign");
  List posts = office_posts_of(context->office, person, instant_date(context->now), context->arena);
  if (!may.length)
    return TRUE; /* nobody signs under this plan */
  for (gsize i = 0; i < may.length; i++)
    if (plan_role(context->plan, list_string(may, i))->anyone)
      return TRUE;
  for (gsize i = 0; i < posts.length; i++) {
    List roles = office_roles_of_post(context->office, context->plan, list_string(posts, i), context->arena);
    for (gsize k = 0; k < roles.length; k++)
      if (list_has_string(may, list_string(roles, k)))
        return TRUE;
  }
  return FALSE;
}

/* Writing is the writer's signature; the other must be able to sign, or it waits for ever. */
static void
check_signer(const ActContext *context, const char *person, const char *field, Findings *findings)
{
  if (g_str_equal(person, context->actor.person) || may_sign(context, person))
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "handover.nobody", "%sさんは、いまの職では引継書に署名できません。",
                                   office_person_name(context->office, person));
  finding->field = field;
  finding->remedy = "署名できる職に就いている人を選んでください。";
}

static void
guard_write(const ActContext *context, const void *fields, Findings *findings)
{
  const HandoverWritten *writing = fields;
  check_signer(context, handing_over(context, writing), "from", findings);
  check_signer(context, writing->to, "to", findings);
  if (g_str_equal(handing_over(context, writing), writing->to))
    findings_addf(findings, FINDING_INVALID, "handover.same", "引き継ぐ人と引き受ける人が同じです。")->field = "to";
}

static void
decide_write(const ActContext *context, const void *fields, Decision *decision)
{
  HandoverWritten entry = *(const HandoverWritten *)fields;
  entry.from = handing_over(context, &entry);
  decision_emit(decision, &written, &entry);
}

static const Field signed_fields[] = {
  { "handover", "引継書", FIELD_REF, FIELD_REQUIRED, offsetof(HandoverSigned, handover), .ref = &ref_handover },
  { "remark", "書き添え", FIELD_TEXT, FIELD_PERSONAL, offsetof(HandoverSigned, remark) },
  { NULL },
};

static void
apply_signed(State *state, const EntryHead *head, const void *body)
{
  Handover *handover = find_handover(state->kase, ((const HandoverSigned *)body)->handover);
  if (handover)
    sign(handover, head);
}

static const EntryKind signed_kind = {
  .name = "handover.signed", .version = 1, .title = "引継書の署名", .scope = SCOPE_CASE,
  .fields = signed_fields, .size = sizeof(HandoverSigned), .apply = apply_signed,
};

static void
guard_sign(const ActContext *context, const void *fields, Findings *findings)
{
  const Handover *handover = find_handover(context->kase, ((const HandoverSigned *)fields)->handover);
  const char *signer = context->actor.person;
  gboolean from = g_strcmp0(signer, handover->body->from) == 0;
  gboolean to = g_strcmp0(signer, handover->body->to) == 0;

  if (!from && !to)
    findings_addf(findings, FINDING_DENIED, "handover.signer", "%sの引継書に署名するのは、引き継ぐ%sさんと引き受ける%sさんです。",
                  describe_when(context->arena, handover->head->happened), office_person_name(context->office, handover->body->from),
                  office_person_name(context->office, handover->body->to));
  else if (from ? handover->from_signed != NULL : handover->to_signed != NULL)
    findings_addf(findings, FINDING_REFUSE, "handover.signed", "%sの引継書への署名は済んでいます。",
                  describe_when(context->arena, handover->head->happened))->remedy =
        "書き足すことがあるときは、新しい引継書を書きます。";
}

/* --- 参集 --- */

static const Field started_fields[] = {
  { "persons", "呼び出す人", FIELD_LINES, FIELD_REQUIRED, offsetof(CalloutStarted, persons), .ref = &ref_person },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(CalloutStarted, reason) },
  { "place", "参集場所", FIELD_LINE, 0, offsetof(CalloutStarted, place) },
  { NULL },
};

static Callout *
find_callout(const Case *kase, const char *person)
{
  return list_find(kase->shift.callouts, person);
}

static void
call(Case *kase, const EntryHead *head, const char *person)
{
  Callout *callout = find_callout(kase, person);
  if (!callout) {
    callout = arena_new0(kase->arena, Callout);
    list_add(kase->arena, &kase->shift.callouts, callout);
  }
  *callout = (Callout){ .id = person, .called = head, .state = CALLOUT_CALLED, .changed = head };
}

static void
apply_started(State *state, const EntryHead *head, const void *body)
{
  const CalloutStarted *started = body;
  for (gsize i = 0; i < started->persons.length; i++)
    call(state->kase, head, list_string(started->persons, i));
}

static const EntryKind started = {
  .name = "callout.started", .version = 1, .title = "参集の呼出し", .scope = SCOPE_CASE,
  .fields = started_fields, .size = sizeof(CalloutStarted), .apply = apply_started,
};

static const Field updated_fields[] = {
  { "person", "呼び出した人", FIELD_REF, FIELD_REQUIRED, offsetof(CalloutUpdated, person), .ref = &ref_person },
  { "state", "状況", FIELD_CHOICE, FIELD_REQUIRED, offsetof(CalloutUpdated, state), .choices = callout_choices },
  { "expected", "到着の見込み", FIELD_INSTANT, 0, offsetof(CalloutUpdated, expected) },
  { "note", "覚え書き", FIELD_LINE, FIELD_PERSONAL, offsetof(CalloutUpdated, note) },
  { NULL },
};

static void
apply_updated(State *state, const EntryHead *head, const void *body)
{
  const CalloutUpdated *update = body;
  Callout *callout = find_callout(state->kase, update->person);
  if (!callout)
    return;
  callout->state = (CalloutState)update->state;
  callout->changed = head;
  callout->update = update;
}

static const EntryKind updated = {
  .name = "callout.updated", .version = 1, .title = "参集の状況", .scope = SCOPE_CASE,
  .fields = updated_fields, .size = sizeof(CalloutUpdated), .apply = apply_updated,
};

static void
guard_update(const ActContext *context, const void *fields, Findings *findings)
{
  const CalloutUpdated *update = fields;
  if (!find_callout(context->kase, update->person))
    findings_addf(findings, FINDING_REFUSE, "callout.none", "%sさんは、この事案では呼び出していません。",
                  office_person_name(context->office, update->person))->act = "callout.start";
}

/* --- tables --- */

static const EntryKind *const entries[] = { &written, &signed_kind, &started, &updated };

static const ActKind acts[] = {
  { .name = "handover.write", .title = "引継書を書く", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = written_fields, .size = sizeof(HandoverWritten), .guard = guard_write, .decide = decide_write,
    .help = "交替するときに、続いている作業、約束したこと、待っている連絡を次の人に渡します。書いた人の署名になります。" },
  { .name = "handover.sign", .title = "引継書に署名する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "handover.write",
    .fields = signed_fields, .size = sizeof(HandoverSigned), .guard = guard_sign, .emits = &signed_kind,
    .help = "引継書を読み、引き受けたこと（又は引き継いだこと）を記録します。双方の署名で引継ぎが済みます。" },
  { .name = "callout.start", .title = "参集を呼びかける", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = started_fields, .size = sizeof(CalloutStarted), .emits = &started,
    .help = "呼び出す人と理由を記録します。同じ人をもう一度呼び出すと、状況は呼出し中に戻ります。" },
  { .name = "callout.update", .title = "参集の状況を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "callout.start",
    .fields = updated_fields, .size = sizeof(CalloutUpdated), .guard = guard_update, .emits = &updated,
    .help = "連絡がついたか、向かっているか、着いたかを一人ずつ記録します。" },
};

const Domain shift_domain = {
  .name = "shift", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- what is under way --- */

static void
pend_inquiries(const Case *kase, List *lines, Arena *arena)
{
  List inquiries = kase->triage.inquiries;
  for (gsize i = 0; i < inquiries.length; i++) {
    const Inquiry *inquiry = list_pointer(inquiries, Inquiry, i);
    if (!inquiry->answer)
      list_add(arena, lines, arena_printf(arena, "%sへの照会%sの回答待ち", inquiry->body->to,
                                          describe_thing(arena, inquiry->body->question, inquiry->head)));
  }
}

static void
pend_circulations(const Plan *plan, const Case *kase, List *lines, Arena *arena)
{
  List all = kase->circulations.all;
  for (gsize i = 0; i < all.length; i++) {
    const Circulation *circulation = list_pointer(all, Circulation, i);
    const PlanStep *awaited = circulation_awaits(plan, circulation);
    if (awaited)
      list_add(arena, lines, arena_printf(arena, "%sは%sの番", circulation_name(plan, kase, circulation, arena), plan_role(plan, awaited->role)->name));
  }
}

static void
pend_hosts(const Case *kase, List *lines, Arena *arena)
{
  guint open = 1u << HOST_SUSPECTED | 1u << HOST_AFFECTED | 1u << HOST_CONTAINED | 1u << HOST_ERADICATED;
  gsize count;
  char *names = triage_hosts_named(kase, open, arena, &count);
  if (count)
    list_add(arena, lines, arena_printf(arena, "終わっていない影響ホスト %s", names));
}

static void
pend_people(const Office *office, const Case *kase, List *lines, Arena *arena)
{
  List handovers = kase->shift.handovers, callouts = kase->shift.callouts;
  for (gsize i = 0; i < handovers.length; i++) {
    const Handover *handover = list_pointer(handovers, Handover, i);
    if (!handover_complete(handover))
      list_add(arena, lines, arena_printf(arena, "%sの引継書の署名待ち", describe_when(arena, handover->head->happened)));
  }
  for (gsize i = 0; i < callouts.length; i++) {
    const Callout *callout = list_pointer(callouts, Callout, i);
    if (callout->state != CALLOUT_ARRIVED)
      list_add(arena, lines, arena_printf(arena, "参集 %sさん（%s）", office_person_name(office, callout->id),
                                          choice_label(callout_progress_choices, (int)callout->state)));
  }
}

List
shift_pending(const Plan *plan, const Office *office, const Case *kase, Arena *arena)
{
  List lines = { 0 };
  pend_inquiries(kase, &lines, arena);
  pend_circulations(plan, kase, &lines, arena);
  pend_hosts(kase, &lines, arena);
  pend_people(office, kase, &lines, arena);
  return lines;
}

/* --- predicates --- */

static const Handover *
unsigned_handover(const Case *kase)
{
  List handovers = kase->shift.handovers;
  for (gsize i = 0; i < handovers.length; i++)
    if (!handover_complete(list_pointer(handovers, Handover, i)))
      return list_pointer(handovers, Handover, i);
  return NULL;
}

static gboolean
holds_handover_signed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return !unsigned_handover(context->kase);
}

static char *
detail_handover_signed(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  const Handover *handover = unsigned_handover(context->kase);
  if (!handover)
    return NULL;
  const char *awaited = handover->from_signed ? handover->body->to : handover->body->from;
  return arena_printf(arena, "%sの引継書に%sさんの署名がまだです", describe_when(arena, handover->head->happened), office_person_name(context->office, awaited));
}

const Predicate shift_predicates[] = {
  { .name = "handover-signed", .explain = "書いた引継書に双方の署名が揃っている", .missing = "署名の揃っていない引継書があります",
    .act = "handover.sign", .holds = holds_handover_signed, .detail = detail_handover_signed, .comes = COMES_UNTIL },
  { .name = NULL },
};
