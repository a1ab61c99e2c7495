#include "case/access.h"

#include <string.h>

#include "base/limits.h"
#include "case/state.h"
#include "office/office.h"

static const Concealment *
concealment_of(const Access *access, const char *department)
{
  for (gsize i = 0; i < access->concealed.length; i++)
    if (g_str_equal(list_item(access->concealed, Concealment, i)->department, department))
      return list_item(access->concealed, Concealment, i);
  return NULL;
}

/* The items of LIST but the one at PLACE. */
static void
without(Case *kase, List *list, gsize place, gsize size)
{
  guint8 *items = list->items;
  List kept = { 0 };
  for (gsize i = 0; i < list->length; i++)
    if (i != place)
      memcpy(list_push(kase->arena, &kept, size), items + i * size, size);
  *list = kept;
}

/* --- 限定 --- */

typedef struct {
  List persons;
  const char *reason;
} Restricted;

static const Field restricted_fields[] = {
  { "persons", "見られる人", FIELD_LINES, 0, offsetof(Restricted, persons), .ref = &ref_person,
    .help = "ここに挙げた人と、報告経路の役割の人だけが見られます。後から加えることも外すこともできます。" },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Restricted, reason) },
  { NULL },
};

/* Admitted anew counts as admitted later. */
static void
admit(Case *kase, const char *person, const EntryHead *head)
{
  List *admitted = &kase->access.admitted;
  for (gsize i = 0; i < admitted->length; i++)
    if (g_str_equal(list_item(*admitted, Admission, i)->person, person)) {
      without(kase, admitted, i, sizeof(Admission));
      break;
    }
  *(Admission *)list_push(kase->arena, admitted, sizeof(Admission)) = (Admission){ person, (gint64)head->number };
}

static void
apply_restricted(State *state, const EntryHead *head, const void *body)
{
  const Restricted *restricted = body;
  state->kase->access.restricted = TRUE;
  for (gsize i = 0; i < restricted->persons.length; i++)
    admit(state->kase, list_string(restricted->persons, i), head);
}

static const EntryKind restricted = {
  .name = "access.restricted", .version = 1, .title = "事案の限定", .scope = SCOPE_CASE,
  .fields = restricted_fields, .size = sizeof(Restricted), .apply = apply_restricted,
};

static void
guard_restrict(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  if (context->kase->access.restricted)
    findings_addf(findings, FINDING_REFUSE, "access.restricted", "この事案はすでに限定されています。")->act = "access.admit";
}

typedef struct {
  const char *reason;
} Reasoned;

static const Field reasoned_fields[] = {
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Reasoned, reason) },
  { NULL },
};

static void
apply_lifted(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
  state->kase->access.restricted = FALSE;
}

static const EntryKind lifted = {
  .name = "access.lifted", .version = 1, .title = "限定の解除", .scope = SCOPE_CASE,
  .fields = reasoned_fields, .size = sizeof(Reasoned), .apply = apply_lifted,
};

static void
guard_lift(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  if (!context->kase->access.restricted)
    findings_addf(findings, FINDING_REFUSE, "access.open", "この事案は限定されていません。");
}

/* --- one person --- */

typedef struct {
  const char *person;
  const char *reason;
} Admitted;

static const Field admitted_fields[] = {
  { "person", "人", FIELD_REF, FIELD_REQUIRED, offsetof(Admitted, person), .ref = &ref_person },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Admitted, reason) },
  { NULL },
};

static void
apply_admitted(State *state, const EntryHead *head, const void *body)
{
  admit(state->kase, ((const Admitted *)body)->person, head);
}

static const EntryKind admitted = {
  .name = "access.admitted", .version = 1, .title = "見られる人の追加", .scope = SCOPE_CASE,
  .fields = admitted_fields, .size = sizeof(Admitted), .apply = apply_admitted,
};

static void
apply_withdrawn(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const Admitted *withdrawn = body;
  Access *access = &state->kase->access;
  for (gsize i = 0; i < access->admitted.length; i++)
    if (g_str_equal(list_item(access->admitted, Admission, i)->person, withdrawn->person)) {
      without(state->kase, &access->admitted, i, sizeof(Admission));
      return;
    }
}

static const EntryKind withdrawn = {
  .name = "access.withdrawn", .version = 1, .title = "見られる人の取消し", .scope = SCOPE_CASE,
  .fields = admitted_fields, .size = sizeof(Admitted), .apply = apply_withdrawn,
};

static void
guard_withdraw(const ActContext *context, const void *fields, Findings *findings)
{
  const Admitted *act = fields;
  if (!access_admits(&context->kase->access, act->person, -1))
    findings_addf(findings, FINDING_REFUSE, "access.not-admitted", "%sさんは、この事案に加えられていません。",
                  office_person_name(context->office, act->person))->field = "person";
}

/* --- 所属に見せない --- */

typedef struct {
  const char *department;
  const char *reason;
} Concealing; /* the act */

typedef struct {
  const char *department;
  List persons;
  const char *reason;
} Concealed; /* the entry */

static const Field concealing_fields[] = {
  { "department", "見せない所属", FIELD_REF, FIELD_REQUIRED, offsetof(Concealing, department), .ref = &ref_department },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Concealing, reason) },
  { NULL },
};

static const Field concealed_fields[] = {
  { "department", "見せない所属", FIELD_REF, FIELD_REQUIRED, offsetof(Concealed, department), .ref = &ref_department },
  { "persons", "その時の所属の人", FIELD_LINES, 0, offsetof(Concealed, persons), .limit = LIMIT_DEPARTMENT, .ref = &ref_person },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Concealed, reason) },
  { NULL },
};

static void
apply_concealed(State *state, const EntryHead *head, const void *body)
{
  const Concealed *concealed = body;
  *(Concealment *)list_push(state->kase->arena, &state->kase->access.concealed, sizeof(Concealment)) =
      (Concealment){ concealed->department, (gint64)head->number, concealed->persons };
}

static const EntryKind concealed = {
  .name = "access.concealed", .version = 1, .title = "所属に見せない事案とすること", .scope = SCOPE_CASE,
  .fields = concealed_fields, .size = sizeof(Concealed), .apply = apply_concealed,
};

static void
guard_conceal(const ActContext *context, const void *fields, Findings *findings)
{
  const Concealing *act = fields;
  if (concealment_of(&context->kase->access, act->department))
    findings_addf(findings, FINDING_REFUSE, "access.concealed", "この事案は、すでにその所属に見せないことになっています。");
  if (access_belongs(context->office, context->actor.person, act->department, instant_date(context->now)))
    findings_addf(findings, FINDING_REFUSE, "access.own", "あなたはその所属の人なので、この事案を見られなくなります。")->remedy =
        "その所属でない責任者が行ってください。";
}

/* Whoever belongs to the department now stays shut out after a rotation. */
static void
decide_conceal(const ActContext *context, const void *fields, Decision *decision)
{
  const Concealing *act = fields;
  Concealed entry = { .department = act->department, .reason = act->reason };
  List persons = office_persons(context->office);
  for (gsize i = 0; i < persons.length; i++) {
    const char *person = list_item(persons, Person, i)->id;
    if (access_belongs(context->office, person, act->department, instant_date(context->now)))
      list_add(context->arena, &entry.persons, person);
  }
  decision_emit(decision, &concealed, &entry);
}

static void
apply_revealed(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const Concealing *revealed = body;
  Access *access = &state->kase->access;
  for (gsize i = access->concealed.length; i-- > 0;)
    if (g_str_equal(list_item(access->concealed, Concealment, i)->department, revealed->department))
      without(state->kase, &access->concealed, i, sizeof(Concealment));
}

static const EntryKind revealed = {
  .name = "access.revealed", .version = 1, .title = "所属に見せないことの解除", .scope = SCOPE_CASE,
  .fields = concealing_fields, .size = sizeof(Concealing), .apply = apply_revealed,
};

static void
guard_reveal(const ActContext *context, const void *fields, Findings *findings)
{
  if (!concealment_of(&context->kase->access, ((const Concealing *)fields)->department))
    findings_addf(findings, FINDING_REFUSE, "access.not-concealed", "この事案は、その所属に見せないことになっていません。");
}

/* --- the rows --- */

static const EntryKind *const entries[] = { &restricted, &lifted, &admitted, &withdrawn, &concealed, &revealed };

static const ActKind acts[] = {
  { .name = "access.restrict", .title = "事案を限定する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after_closing = TRUE,
    .fields = restricted_fields, .size = sizeof(Restricted), .guard = guard_restrict, .emits = &restricted,
    .help = "挙げた人と報告経路の役割の人のほかには、この事案がないものとして扱われます。" },
  { .name = "access.lift", .title = "事案の限定を解く", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "access.restrict", .after_closing = TRUE,
    .fields = reasoned_fields, .size = sizeof(Reasoned), .guard = guard_lift, .emits = &lifted,
    .help = "見られる人を通常に戻します。個別に加えた人は、取り消すまで見られます。" },
  { .name = "access.admit", .title = "見られる人を加える", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after_closing = TRUE,
    .fields = admitted_fields, .size = sizeof(Admitted), .emits = &admitted,
    .help = "一人を、この事案を見られる人に加えます。見せないこととした所属の人も、加えれば見られます。" },
  { .name = "access.withdraw", .title = "見られる人から外す", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "access.admit", .after_closing = TRUE,
    .fields = admitted_fields, .size = sizeof(Admitted), .guard = guard_withdraw, .emits = &withdrawn,
    .help = "個別に加えた人を外します。役割によって見られる人は、外しても見られます。" },
  { .name = "access.conceal", .title = "所属に見せない事案とする", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after_closing = TRUE,
    .fields = concealing_fields, .size = sizeof(Concealing), .guard = guard_conceal, .decide = decide_conceal,
    .help = "内部不正の疑いがあるとき、その所属の人には、兼務・職務代理・報告経路のどれによっても、この事案がないものとして扱います。" },
  { .name = "access.reveal", .title = "所属に見せないことを解く", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "access.conceal", .after_closing = TRUE,
    .fields = concealing_fields, .size = sizeof(Concealing), .guard = guard_reveal, .emits = &revealed,
    .help = "その所属の人も、役割に応じて見られるようにします。" },
};

const Domain access_domain = {
  .name = "access", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- rights to view --- */

static const Field no_fields[] = { { NULL } };

static const ActKind views[] = {
  { .name = "view.case", .title = "事案を見る", .right = RIGHT_VIEW, .scope = SCOPE_CASE, .fields = no_fields,
    .help = "限定していない事案と通報を見る権利です。計画に定めがなければ、計画に役割のある職（管理者の職を除く）の人が見られます。" },
  { .name = "view.office", .title = "体制を見る", .right = RIGHT_VIEW, .scope = SCOPE_OFFICE, .fields = no_fields,
    .help = "職と現任者を見る権利です。計画に定めがなければ、職に就いている人が見られます。" },
  { .name = "view.journal", .title = "記録の全体を見る", .right = RIGHT_VIEW, .scope = SCOPE_OFFICE, .fields = no_fields,
    .help = "すべての記録の並びと検証の結果を見る権利です。計画に定めがなければ、誰も見られません。" },
  { .name = "view.system", .title = "システムの点検を見る", .right = RIGHT_VIEW, .scope = SCOPE_OFFICE, .fields = no_fields,
    .help = "動作の点検を見る権利です。計画に定めがなければ、管理者が見られます。事案の内容は含みません。" },
};

const Domain view_domain = { .name = "view", .acts = views, .n_acts = G_N_ELEMENTS(views) };
