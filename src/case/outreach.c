#include "case/outreach.h"

#include "act/describe.h"
#include "case/state.h"

const Choice persons_choices[] = {
  { PERSONS_SENT, "sent", "送った" },
  { PERSONS_RETURNED, "returned", "不達で戻った" },
  { PERSONS_SENT_AGAIN, "sent-again", "送り直した" },
  { PERSONS_REACHED, "reached", "ほかの方法で伝わった" },
  { PERSONS_INSTEAD, "instead", "公表などの代わりの措置" },
  { 0, NULL, NULL },
};

const Choice expense_choices[] = {
  { EXPENSE_OVERTIME, "overtime", "時間外勤務" },
  { EXPENSE_CONTRACT, "contract", "緊急随意契約" },
  { EXPENSE_COST, "cost", "費用" },
  { EXPENSE_CLAIM, "claim", "求償" },
  { EXPENSE_RECOVERED, "recovered", "求償の受入れ" },
  { 0, NULL, NULL },
};

/* --- persons --- */

static const Field persons_fields[] = {
  { "what", "区分", FIELD_CHOICE, FIELD_REQUIRED, offsetof(PersonsCounted, what), .choices = persons_choices },
  { "number", "人数", FIELD_INT, FIELD_REQUIRED, offsetof(PersonsCounted, number) },
  { "at", "行った日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(PersonsCounted, at) },
  { "channel", "方法", FIELD_CHOICE, 0, offsetof(PersonsCounted, channel), .choices = notify_channel_choices },
  { "body", "実施機関", FIELD_LINE, 0, offsetof(PersonsCounted, body), .help = "義務のある実施機関が複数あるとき、どの分か。" },
  { "list", "名簿の所在", FIELD_LINE, 0, offsetof(PersonsCounted, list), .help = "あて先の名簿は、ここには入れません。どこに保管しているかを書きます。" },
  { "text", "文面・内容", FIELD_TEXT, 0, offsetof(PersonsCounted, text), .help = "送った文面のまま。個人の名は書きません。" },
  { NULL },
};

static void
apply_persons(State *state, const EntryHead *head, const void *body)
{
  *(PersonsCount *)list_push(state->kase->arena, &state->kase->outreach.persons, sizeof(PersonsCount)) = (PersonsCount){ head, body };
}

static const EntryKind persons_counted = {
  .name = "persons.counted", .version = 1, .title = "本人への通知", .scope = SCOPE_CASE,
  .fields = persons_fields, .size = sizeof(PersonsCounted), .apply = apply_persons,
};

static gint64
outstanding(const Case *kase, const char *body)
{
  return outreach_persons(kase, body, PERSONS_SENT) + outreach_persons(kase, body, PERSONS_SENT_AGAIN) -
         outreach_persons(kase, body, PERSONS_RETURNED);
}

static void
guard_persons(const ActContext *context, const void *fields, Findings *findings)
{
  const PersonsCounted *counting = fields;
  if (counting->number < 1)
    findings_addf(findings, FINDING_INVALID, "persons.none", "人数は1人以上で書いてください。")->field = "number";
  if (counting->at != INSTANT_NONE && counting->at > context->now)
    findings_addf(findings, FINDING_INVALID, "at.future", "「行った日時」が先の日時になっています。行った後に記録してください。")->field = "at";
  if (counting->what == PERSONS_RETURNED && counting->number > outstanding(context->kase, counting->body))
    findings_addf(findings, FINDING_INVALID, "persons.returned", "不達の人数が、送った人数（%" G_GINT64_FORMAT "人）を超えます。送った記録を先にしてください。",
                  outstanding(context->kase, counting->body))->field = "number";
}

/* --- the help line --- */

static const Field calls_fields[] = {
  { "at", "いつまでの分か", FIELD_INSTANT, FIELD_REQUIRED, offsetof(HelplineCounted, at) },
  { "calls", "件数", FIELD_INT, FIELD_REQUIRED, offsetof(HelplineCounted, calls), .help = "前の記録の後に受けた件数。" },
  { "text", "主な内容", FIELD_TEXT, 0, offsetof(HelplineCounted, text), .help = "多かった質問や苦情。個人の名は書きません。" },
  { NULL },
};

static void
apply_calls(State *state, const EntryHead *head, const void *body)
{
  *(HelplineCount *)list_push(state->kase->arena, &state->kase->outreach.calls, sizeof(HelplineCount)) = (HelplineCount){ head, body };
}

static const EntryKind helpline_counted = {
  .name = "helpline.counted", .version = 1, .title = "相談窓口の件数", .scope = SCOPE_CASE,
  .fields = calls_fields, .size = sizeof(HelplineCounted), .apply = apply_calls,
};

static void
guard_calls(const ActContext *context, const void *fields, Findings *findings)
{
  if (((const HelplineCounted *)fields)->at > context->now)
    findings_addf(findings, FINDING_INVALID, "at.future", "「いつまでの分か」が先の日時になっています。")->field = "at";
}

static gboolean
answer_exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->outreach.answers, id);
}
static const char *
answer_name(const ActContext *context, const char *id)
{
  const HelplineAnswer *answer = context->kase ? list_find(context->kase->outreach.answers, id) : NULL;
  return answer ? describe_words(context->arena, answer->body->question) : NULL;
}

const RefKind ref_answer = { "answer", "想定問答", answer_exists, NULL, answer_name };

static const Field answer_fields[] = {
  { "question", "問い", FIELD_TEXT, FIELD_REQUIRED, offsetof(HelplineAnswered, question) },
  { "answer", "答え", FIELD_TEXT, FIELD_REQUIRED, offsetof(HelplineAnswered, answer) },
  { "replaces", "改める問答", FIELD_REF, 0, offsetof(HelplineAnswered, replaces), .ref = &ref_answer, .help = "前の問答に代わるとき。前のものも残ります。" },
  { NULL },
};

static void
apply_answer(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  HelplineAnswer *answer = arena_new0(kase->arena, HelplineAnswer);
  *answer = (HelplineAnswer){ .id = case_next_id(kase, "q", kase->outreach.answers), .head = head, .body = body };
  HelplineAnswer *before = answer->body->replaces ? list_find(kase->outreach.answers, answer->body->replaces) : NULL;
  if (before)
    before->replaced_by = answer->id;
  list_add(kase->arena, &kase->outreach.answers, answer);
}

static const EntryKind helpline_answered = {
  .name = "helpline.answered", .version = 1, .title = "想定問答", .scope = SCOPE_CASE,
  .fields = answer_fields, .size = sizeof(HelplineAnswered), .apply = apply_answer,
};

static void
guard_answer(const ActContext *context, const void *fields, Findings *findings)
{
  const char *replaces = ((const HelplineAnswered *)fields)->replaces;
  const HelplineAnswer *before = replaces ? list_find(context->kase->outreach.answers, replaces) : NULL;
  if (before && before->replaced_by)
    findings_addf(findings, FINDING_REFUSE, "answer.replaced", "想定問答「%s」は、すでに改められています。改めたものを選んでください。",
                  describe_words(context->arena, before->body->question))->field = "replaces";
}

/* --- what it costs --- */

static const Field expense_fields[] = {
  { "kind", "区分", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ExpenseRecorded, kind), .choices = expense_choices },
  { "text", "内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(ExpenseRecorded, text) },
  { "amount", "金額（円）", FIELD_INT, 0, offsetof(ExpenseRecorded, amount), .help = "見込みのときは、その旨を内容に書きます。" },
  { "hours", "時間", FIELD_INT, 0, offsetof(ExpenseRecorded, hours), .help = "時間外勤務の延べ時間。" },
  { "party", "相手方", FIELD_LINE, 0, offsetof(ExpenseRecorded, party), .help = "契約の相手方、求償の相手方。" },
  { "ground", "根拠", FIELD_LINE, 0, offsetof(ExpenseRecorded, ground), .help = "地方自治法施行令167条の2第1項5号、決裁の文書番号など。" },
  { "day", "年月日", FIELD_DATE, FIELD_REQUIRED, offsetof(ExpenseRecorded, day) },
  { NULL },
};

static void
apply_expense(State *state, const EntryHead *head, const void *body)
{
  *(Expense *)list_push(state->kase->arena, &state->kase->outreach.expenses, sizeof(Expense)) = (Expense){ head, body };
}

static const EntryKind expense_recorded = {
  .name = "expense.recorded", .version = 1, .title = "費用等", .scope = SCOPE_CASE,
  .fields = expense_fields, .size = sizeof(ExpenseRecorded), .apply = apply_expense,
};

static void
guard_expense(const ActContext *context, const void *fields, Findings *findings)
{
  const ExpenseRecorded *recording = fields;
  if (recording->day != DATE_NONE && recording->day > instant_date(context->now))
    findings_addf(findings, FINDING_INVALID, "at.future", "年月日が先の日になっています。")->field = "day";
  if (recording->kind == EXPENSE_OVERTIME && recording->hours == FIELD_NO_INT)
    findings_addf(findings, FINDING_INVALID, "expense.hours", "時間外勤務は、延べ時間を書いてください。")->field = "hours";
  if (recording->kind == EXPENSE_CONTRACT && (!recording->ground || !recording->party))
    findings_addf(findings, FINDING_ADVISE, "expense.ground", "緊急随意契約は、相手方と根拠（地方自治法施行令167条の2第1項5号など）を残しておくと、後で説明できます。")->field = "ground";
}

/* --- tables --- */

static const EntryKind *const entries[] = { &persons_counted, &helpline_counted, &helpline_answered, &expense_recorded };

static const ActKind acts[] = {
  { .name = "persons.count", .title = "本人への通知を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE, .fields = persons_fields,
    .size = sizeof(PersonsCounted), .guard = guard_persons, .emits = &persons_counted, .after_closing = TRUE,
    .help = "本人への通知を送った人数、不達で戻った人数、送り直した人数などです。名簿そのものは入れません。" },
  { .name = "helpline.count", .title = "相談窓口の件数を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE, .fields = calls_fields,
    .size = sizeof(HelplineCounted), .guard = guard_calls, .emits = &helpline_counted, .after_closing = TRUE,
    .help = "住民等からの相談窓口（コールセンター）に来た件数と、主な内容です。" },
  { .name = "helpline.answer", .title = "想定問答を決める", .right = RIGHT_WRITE, .scope = SCOPE_CASE, .fields = answer_fields,
    .size = sizeof(HelplineAnswered), .guard = guard_answer, .emits = &helpline_answered, .after_closing = TRUE,
    .help = "相談窓口や報道への答えをそろえます。改めても、前の答えは残ります。" },
  { .name = "expense.record", .title = "費用等を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE, .fields = expense_fields,
    .size = sizeof(ExpenseRecorded), .guard = guard_expense, .emits = &expense_recorded, .after_closing = TRUE,
    .help = "時間外勤務、緊急随意契約、費用、求償を、生じたときに記録します。" },
};

const Domain outreach_domain = {
  .name = "outreach", .acts = acts, .n_acts = G_N_ELEMENTS(acts), .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

const Outreach *
case_outreach(const Case *kase)
{
  return &kase->outreach;
}

gint64
outreach_persons(const Case *kase, const char *body, PersonsWhat what)
{
  gint64 sum = 0;
  for (gsize i = 0; i < kase->outreach.persons.length; i++) {
    const PersonsCounted *one = list_item(kase->outreach.persons, PersonsCount, i)->body;
    if (one->what == (int)what && (!body || g_strcmp0(one->body, body) == 0))
      sum += one->number;
  }
  return sum;
}

gint64
outreach_sum(const Case *kase, ExpenseKind kind)
{
  gint64 sum = 0;
  for (gsize i = 0; i < kase->outreach.expenses.length; i++) {
    const ExpenseRecorded *one = list_item(kase->outreach.expenses, Expense, i)->body;
    gint64 value = kind == EXPENSE_OVERTIME ? one->hours : one->amount;
    if (one->kind == (int)kind && value != FIELD_NO_INT)
      sum += value;
  }
  return sum;
}
