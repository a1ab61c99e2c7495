#include "case/record.h"

#include "act/describe.h"
#include "case/state.h"

const Choice record_choices[] = {
  { RECORD_FACT, "fact", "事実" },
  { RECORD_OPINION, "opinion", "意見・推測" },
  { RECORD_CALL, "call", "連絡" },
  { RECORD_DECISION, "decision", "判断" },
  { RECORD_WORK, "work", "作業" },
  { 0, NULL, NULL },
};

List
record_all(const Case *kase)
{
  return kase->records.all;
}

const char *
record_number(const Record *record)
{
  return record->id + 1;
}

static gboolean
exists(const ActContext *context, const char *id)
{
  return context->kase && list_find(context->kase->records.all, id);
}

static const char *
name(const ActContext *context, const char *id)
{
  const Record *record = context->kase ? list_find(context->kase->records.all, id) : NULL;
  return record ? describe_thing(context->arena, record->body->text, record->head) : NULL;
}

const RefKind ref_record = { "record", "対応記録", exists, NULL, name };

static const Field added_fields[] = {
  { "text", "記録", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(RecordAdded, text) },
  { "sort", "種別", FIELD_CHOICE, 0, offsetof(RecordAdded, sort), .choices = record_choices },
  { NULL },
};

static void
apply_added(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  Record *record = arena_new0(kase->arena, Record);
  *record = (Record){ .id = case_next_id(kase, "l", kase->records.all), .head = head, .body = body };
  list_add(kase->arena, &kase->records.all, record);
}

static const EntryKind added = {
  .name = "record.added", .version = 1, .title = "対応記録", .scope = SCOPE_CASE,
  .fields = added_fields, .size = sizeof(RecordAdded), .apply = apply_added,
};

static const Field corrected_fields[] = {
  { "record", "訂正する記録", FIELD_REF, FIELD_REQUIRED, offsetof(RecordCorrected, record), .ref = &ref_record },
  { "text", "訂正後の記録", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(RecordCorrected, text) },
  { "reason", "訂正の理由", FIELD_LINE, FIELD_REQUIRED, offsetof(RecordCorrected, reason) },
  { NULL },
};

static void
apply_corrected(State *state, const EntryHead *head, const void *body)
{
  const RecordCorrected *corrected = body;
  Record *record = list_find(state->kase->records.all, corrected->record);
  if (!record)
    return;
  record->corrected = corrected;
  record->corrected_head = head;
}

static const EntryKind corrected = {
  .name = "record.corrected", .version = 1, .title = "対応記録の訂正", .scope = SCOPE_CASE,
  .fields = corrected_fields, .size = sizeof(RecordCorrected), .apply = apply_corrected,
};

typedef struct {
  const char *record;
  gboolean on;
} RecordStarred;

static const Field starred_fields[] = {
  { "record", "対応記録", FIELD_REF, FIELD_REQUIRED, offsetof(RecordStarred, record), .ref = &ref_record },
  { "on", "別紙に載せる", FIELD_BOOL, 0, offsetof(RecordStarred, on) },
  { NULL },
};

static void
turn(Arena *arena, Record *record, gboolean on, guint64 number)
{
  if (record->starred == on)
    return;
  record->starred = on;
  *(guint64 *)list_push(arena, &record->turned, sizeof number) = number;
}

gboolean
record_starred(const Record *record, guint64 upto)
{
  gsize turns = 0;
  while (turns < record->turned.length && *list_item(record->turned, guint64, turns) < upto)
    turns++;
  return turns % 2;
}

static void
apply_starred(State *state, const EntryHead *head, const void *body)
{
  const RecordStarred *starred = body;
  Record *record = list_find(state->kase->records.all, starred->record);
  if (record)
    turn(state->kase->arena, record, starred->on, head->number);
}

static const EntryKind starred = {
  .name = "record.starred", .version = 1, .title = "別紙への掲載", .scope = SCOPE_CASE,
  .fields = starred_fields, .size = sizeof(RecordStarred), .apply = apply_starred,
};

static const EntryKind *const entries[] = { &added, &corrected, &starred };

static const ActKind acts[] = {
  { .name = "record.add", .title = "対応を記録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = added_fields, .size = sizeof(RecordAdded), .emits = &added,
    .help = "起きたこと、したこと、聞いたことを一行ずつ記録します。起きた時刻は後から書いてもかまいません。" },
  { .name = "record.correct", .title = "対応記録を訂正する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "record.add",
    .fields = corrected_fields, .size = sizeof(RecordCorrected), .emits = &corrected,
    .help = "記録は書き換えません。訂正は新しい記録として残り、元の記録も見られます。" },
  { .name = "record.star", .title = "別紙に載せる記録を選ぶ", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "record.add",
    .fields = starred_fields, .size = sizeof(RecordStarred), .emits = &starred,
    .help = "報告の別紙（対応記録等）に載せる記録に印を付け、又は外します。" },
};

const Domain record_domain = {
  .name = "record", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

const Predicate record_predicates[] = { { .name = NULL } };
