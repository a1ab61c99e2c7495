#include "case/intake.h"

#include "case/notice.h"
#include "case/state.h"
#include "office/office.h"

const Choice mode_choices[] = {
  { MODE_REAL, "real", "通常" },
  { MODE_BACKFILL, "backfill", "事後入力" },
  { 0, NULL, NULL },
};

/* --- opening --- */

static const Field opening_fields[] = {
  { "title", "件名", FIELD_LINE, FIELD_REQUIRED, offsetof(CaseOpening, title),
    .help = "ひと目でどの事案か分かる短い名前。人の名前は書きません。" },
  { "notices", "もとになった通報", FIELD_LINES, FIELD_REQUIRED, offsetof(CaseOpening, notices), .ref = &ref_notice },
  { "mode", "扱い", FIELD_CHOICE, FIELD_REQUIRED, offsetof(CaseOpening, mode), .choices = mode_choices,
    .help = "済んだ事案を後から入力するときは「事後入力」。期限は動きません。" },
  { "outline", "概要", FIELD_TEXT, 0, offsetof(CaseOpening, outline) },
  { NULL },
};

static const Field opened_fields[] = {
  { "title", "件名", FIELD_LINE, FIELD_REQUIRED, offsetof(CaseOpened, title) },
  { "notices", "もとになった通報", FIELD_LINES, FIELD_REQUIRED, offsetof(CaseOpened, notices), .ref = &ref_notice },
  { "mode", "扱い", FIELD_CHOICE, FIELD_REQUIRED, offsetof(CaseOpened, mode), .choices = mode_choices },
  { "outline", "概要", FIELD_TEXT, 0, offsetof(CaseOpened, outline) },
  { "plan", "計画の版", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(CaseOpened, plan) },
  { NULL },
};

static void
apply_opened(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  const CaseOpened *opened = body;

  kase->intake.opened = head;
  kase->intake.opening = opened;
  for (gsize i = 0; i < opened->notices.length; i++)
    list_add(kase->arena, &kase->intake.notices, list_string(opened->notices, i));
}

static const EntryKind case_opened = {
  .name = "case.opened", .version = 1, .title = "事案の開始", .scope = SCOPE_CASE,
  .fields = opened_fields, .size = sizeof(CaseOpened), .apply = apply_opened,
};

static void
decide_open(const ActContext *context, const void *fields, Decision *decision)
{
  const CaseOpening *opening = fields;
  CaseOpened opened = {
    .title = opening->title,
    .notices = opening->notices,
    .mode = opening->mode,
    .outline = opening->outline,
    .plan = plan_digest(context->plan),
  };
  decision_emit(decision, &case_opened, &opened);
}

/* --- linking --- */

typedef struct {
  const char *notice;
  const char *reason;
} Linked;

static const Field link_fields[] = {
  { "notice", "通報", FIELD_REF, FIELD_REQUIRED, offsetof(Linked, notice), .ref = &ref_notice },
  { "reason", "理由", FIELD_LINE, 0, offsetof(Linked, reason) },
  { NULL },
};

static void
apply_linked(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const Linked *linked = body;
  list_add(state->kase->arena, &state->kase->intake.notices, linked->notice);
}

static const EntryKind linked = {
  .name = "intake.linked", .version = 1, .title = "通報の関連付け", .scope = SCOPE_CASE,
  .fields = link_fields, .size = sizeof(Linked), .apply = apply_linked,
};

static void
guard_link(const ActContext *context, const void *fields, Findings *findings)
{
  const Linked *link = fields;
  if (list_has_string(context->kase->intake.notices, link->notice))
    findings_addf(findings, FINDING_REFUSE, "notice.linked", "通報「%s」は、すでにこの事案に結び付いています。", link->notice);
}

static const Field unlink_fields[] = {
  { "notice", "通報", FIELD_REF, FIELD_REQUIRED, offsetof(Linked, notice), .ref = &ref_notice },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Linked, reason) },
  { NULL },
};

static void
apply_unlinked(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const Linked *unlinked = body;
  List kept = { 0 };
  List now = state->kase->intake.notices;
  for (gsize i = 0; i < now.length; i++)
    if (!g_str_equal(list_string(now, i), unlinked->notice))
      list_add(state->kase->arena, &kept, list_string(now, i));
  state->kase->intake.notices = kept;
}

static const EntryKind unlinked = {
  .name = "intake.unlinked", .version = 1, .title = "通報の関連付けの取消し", .scope = SCOPE_CASE,
  .fields = unlink_fields, .size = sizeof(Linked), .apply = apply_unlinked,
};

static void
guard_unlink(const ActContext *context, const void *fields, Findings *findings)
{
  const Linked *link = fields;
  if (!list_has_string(context->kase->intake.notices, link->notice))
    findings_addf(findings, FINDING_REFUSE, "notice.not-linked", "通報「%s」は、この事案に結び付いていません。", link->notice);
}

static const EntryKind *const entries[] = { &case_opened, &linked, &unlinked };

static const ActKind acts[] = {
  { .name = "intake.open", .title = "事案を開く", .right = RIGHT_WRITE, .scope = SCOPE_NEW_CASE,
    .fields = opening_fields, .size = sizeof(CaseOpening), .decide = decide_open,
    .help = "受け付けた通報をもとに事案を開きます。疑い・おそれの段階で開いてかまいません。" },
  { .name = "intake.link", .title = "通報を事案に結び付ける", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = link_fields, .size = sizeof(Linked), .guard = guard_link, .emits = &linked,
    .help = "後から届いた通報を、この事案のものとして結び付けます。" },
  { .name = "intake.unlink", .title = "通報の結び付けを取り消す", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = unlink_fields, .size = sizeof(Linked), .guard = guard_unlink, .emits = &unlinked,
    .help = "誤って結び付けた通報を外します。通報そのものは残ります。" },
};

const Domain intake_domain = {
  .name = "intake", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- predicates --- */

static gboolean
holds_opened(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->intake.opened != NULL;
}

static gboolean
holds_has_notice(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->intake.notices.length > 0;
}

/* The earliest of the notices linked. */
static const EntryHead *
first_notice(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List ids = context->kase->intake.notices;
  const EntryHead *first = NULL;
  for (gsize i = 0; i < ids.length; i++) {
    const Notice *notice = notices_get(context->notices, list_string(ids, i));
    if (notice && (!first || notice->head->number < first->number))
      first = notice->head;
  }
  return first;
}

static gboolean
holds_via_manager(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List ids = context->kase->intake.notices;
  for (gsize i = 0; i < ids.length; i++) {
    const Notice *notice = notices_get(context->notices, list_string(ids, i));
    if (notice && notice->body->via != VIA_MANAGER && !notice->confirmed)
      return FALSE;
  }
  return TRUE;
}

const Predicate intake_predicates[] = {
  { .name = "opened", .explain = "事案が開かれている", .missing = "事案が開かれていません", .act = "intake.open", .holds = holds_opened, .comes = COMES_AT_ONCE },
  { .name = "has-notice", .explain = "通報が結び付いている", .missing = "通報が結び付いていません", .act = "intake.link", .holds = holds_has_notice, .witness = first_notice, .comes = COMES_AT_ONCE },
  { .name = "via-manager", .explain = "通報が情報セキュリティ管理者を通じている（事後の確認を含む）",
    .missing = "通報について情報セキュリティ管理者の確認が済んでいません", .act = "notice.confirm", .holds = holds_via_manager, .comes = COMES_UNTIL },
  { .name = NULL },
};
