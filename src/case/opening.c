/* 緊急閲覧: breaking open a case that one may not see. */
#include "case/access.h"

#include "act/describe.h"
#include "base/limits.h"
#include "case/state.h"
#include "office/office.h"

typedef struct {
  const char *reason;
} Breaking;

static const Field breaking_fields[] = {
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Breaking, reason),
    .help = "なぜいま見なければならないかを書きます。責任者に示されます。" },
  { NULL },
};

static const Opening *
opening_of(const Access *access, const char *id)
{
  for (gsize i = 0; i < access->openings.length; i++)
    if (g_str_equal(list_item(access->openings, Opening, i)->id, id))
      return list_item(access->openings, Opening, i);
  return NULL;
}

static gboolean
opening_exists(const ActContext *context, const char *id)
{
  return context->kase && opening_of(&context->kase->access, id);
}

static const char *
opening_name(const ActContext *context, const char *id)
{
  const Opening *opening = context->kase ? opening_of(&context->kase->access, id) : NULL;
  return opening ? arena_printf(context->arena, "%sさんの緊急閲覧（%s）", office_person_name(context->office, opening->person),
                                describe_when(context->arena, opening->at))
                 : NULL;
}

const RefKind ref_opening = { "opening", "緊急閲覧", .exists = opening_exists, .name_of = opening_name };

/* What is put before the officers responsible: the desk and the mail take it up. */
typedef struct {
  List roles;   /* of the plan, who review */
  List persons; /* who hold them today */
  const char *reason;
  Instant until;
} OpeningAlerted;

static const Field alerted_fields[] = {
  { "roles", "確認する役割", FIELD_LINES, 0, offsetof(OpeningAlerted, roles), .ref = &ref_role },
  { "persons", "知らせる人", FIELD_LINES, 0, offsetof(OpeningAlerted, persons), .limit = LIMIT_DEPARTMENT, .ref = &ref_person },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(OpeningAlerted, reason) },
  { "until", "終わり", FIELD_INSTANT, FIELD_REQUIRED, offsetof(OpeningAlerted, until) },
  { NULL },
};

static void
apply_alerted(State *state G_GNUC_UNUSED, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
}

static const EntryKind alerted = {
  .name = "opening.alerted", .version = 1, .title = "緊急閲覧の通知", .scope = SCOPE_CASE,
  .fields = alerted_fields, .size = sizeof(OpeningAlerted), .apply = apply_alerted,
};

typedef struct {
  const char *reason;
  Instant until;
} OpeningBegun;

static const Field opened_fields[] = {
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(OpeningBegun, reason) },
  { "until", "終わり", FIELD_INSTANT, FIELD_REQUIRED, offsetof(OpeningBegun, until) },
  { NULL },
};

static void
apply_opened(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  const OpeningBegun *opened = body;
  const char *id = case_next_id(kase, "B", kase->access.openings);
  *(Opening *)list_push(kase->arena, &kase->access.openings, sizeof(Opening)) = (Opening){
    .id = id, .person = head->actor.person, .post = head->actor.post, .reason = opened->reason,
    .entry = (gint64)head->number, .at = head->recorded, .until = opened->until,
  };
}

static const EntryKind opened = {
  .name = "opening.begun", .version = 1, .title = "緊急閲覧", .scope = SCOPE_CASE,
  .fields = opened_fields, .size = sizeof(OpeningBegun), .apply = apply_opened,
};

static const Field read_fields[] = {
  { "opening", "緊急閲覧", FIELD_LINE, FIELD_REQUIRED, offsetof(OpeningRead, opening), .ref = &ref_opening },
  { "person", "見た人", FIELD_LINE, FIELD_REQUIRED, offsetof(OpeningRead, person), .ref = &ref_person },
  { "place", "見たところ", FIELD_LINE, FIELD_REQUIRED, offsetof(OpeningRead, place) },
  { NULL },
};

/* For the log and whoever reviews; nothing follows from it. */
static void
apply_read(State *state G_GNUC_UNUSED, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
}

const EntryKind opening_read = {
  .name = "opening.read", .version = 1, .title = "緊急閲覧で見たところ", .scope = SCOPE_CASE,
  .fields = read_fields, .size = sizeof(OpeningRead), .apply = apply_read,
};

static void
guard_break(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  if (context->actor.capacity != CAPACITY_SELF)
    findings_addf(findings, FINDING_DENIED, "opening.self", "緊急閲覧は、自分の職で行います。");
}

/* Of a concealed case those concerned hear nothing, the officers responsible included. */
static void
add_holders(const ActContext *context, const char *post, OpeningAlerted *entry)
{
  Date day = instant_date(context->now);
  List holders = office_holders(context->office, post, day, context->arena);
  for (gsize i = 0; i < holders.length; i++) {
    const char *person = list_string(holders, i);
    if (!list_has_string(entry->persons, person) &&
        !access_conceals(&context->kase->access, context->office, person, day))
      list_add(context->arena, &entry->persons, person);
  }
}

/* The alert stands before the opening, so that no crash can keep one without the other. */
static void
decide_break(const ActContext *context, const void *fields, Decision *decision)
{
  const Breaking *act = fields;
  Instant until = context->now + LIMIT_OPENING_MINUTES * INSTANT_MINUTE;
  OpeningAlerted alert = { .roles = plan_may(context->plan, "opening.review"), .reason = act->reason, .until = until };
  for (gsize i = 0; i < alert.roles.length; i++) {
    List posts = office_posts_of_role(context->office, context->plan, list_string(alert.roles, i), context->arena);
    for (gsize j = 0; j < posts.length; j++)
      add_holders(context, list_string(posts, j), &alert);
  }
  OpeningBegun entry = { .reason = act->reason, .until = until };
  decision_emit(decision, &alerted, &alert);
  decision_emit(decision, &opened, &entry);
}

typedef struct {
  const char *opening;
  int outcome;
  const char *comment;
} OpeningReviewed;

static const Field reviewed_fields[] = {
  { "opening", "緊急閲覧", FIELD_REF, FIELD_REQUIRED, offsetof(OpeningReviewed, opening), .ref = &ref_opening },
  { "outcome", "確認の結果", FIELD_CHOICE, FIELD_REQUIRED, offsetof(OpeningReviewed, outcome), .choices = opening_choices },
  { "comment", "確認した内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(OpeningReviewed, comment) },
  { NULL },
};

static void
apply_reviewed(State *state, const EntryHead *head, const void *body)
{
  const OpeningReviewed *reviewed = body;
  List openings = state->kase->access.openings;
  for (gsize i = 0; i < openings.length; i++) {
    Opening *opening = &((Opening *)openings.items)[i];
    if (!g_str_equal(opening->id, reviewed->opening))
      continue;
    opening->outcome = reviewed->outcome;
    opening->reviewer = head->actor.person;
  }
}

static const EntryKind reviewed = {
  .name = "opening.reviewed", .version = 1, .title = "緊急閲覧の確認", .scope = SCOPE_CASE,
  .fields = reviewed_fields, .size = sizeof(OpeningReviewed), .apply = apply_reviewed,
};

static void
guard_review(const ActContext *context, const void *fields, Findings *findings)
{
  const Opening *opening = opening_of(&context->kase->access, ((const OpeningReviewed *)fields)->opening);
  if (opening->outcome)
    findings_addf(findings, FINDING_REFUSE, "opening.reviewed", "この緊急閲覧は、すでに確認されています。");
  if (g_str_equal(opening->person, context->actor.person))
    findings_addf(findings, FINDING_DENIED, "opening.own", "自分が行った緊急閲覧を、自分で確認することはできません。")->remedy =
        "ほかの責任者又は職務代理者が確認してください。";
}

static const EntryKind *const entries[] = { &alerted, &opened, &reviewed, &opening_read };

static const ActKind acts[] = {
  { .name = "opening.break", .title = "緊急閲覧をする", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after_closing = TRUE,
    .fields = breaking_fields, .size = sizeof(Breaking), .guard = guard_break, .decide = decide_break, .unseen = TRUE,
    .help = "見られない事案を、理由を書いて一時間だけ見ます。責任者に知らされ、後で確認を受けます。" },
  { .name = "opening.review", .title = "緊急閲覧を確認する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .after = "opening.break", .after_closing = TRUE,
    .fields = reviewed_fields, .size = sizeof(OpeningReviewed), .guard = guard_review, .emits = &reviewed,
    .help = "緊急閲覧が必要なものであったかを確かめ、結果を記録します。閲覧した本人は行えません。" },
};

const Domain opening_domain = {
  .name = "opening", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

static gboolean
holds_reviewed(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List openings = context->kase->access.openings;
  for (gsize i = 0; i < openings.length; i++)
    if (!list_item(openings, Opening, i)->outcome)
      return FALSE;
  return TRUE;
}

const Predicate access_predicates[] = {
  { .name = "openings-reviewed", .explain = "緊急閲覧がすべて確認されている", .missing = "確認の済んでいない緊急閲覧があります",
    .act = "opening.review", .holds = holds_reviewed, .comes = COMES_UNTIL },
  { .name = NULL },
};
