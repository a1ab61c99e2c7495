#include "case/correspondence.h"

#include "base/limits.h"
#include "case/state.h"
#include "office/inbox.h"

static const Field received_fields[] = {
  { "received", "受信簿の番号", FIELD_LINE, FIELD_REQUIRED, offsetof(ReplyReceived, received) },
  { "kind", "種類", FIELD_CHOICE, FIELD_REQUIRED, offsetof(ReplyReceived, kind), .choices = incoming_kinds },
  { "answers", "返事の元のメール", FIELD_LINE, 0, offsetof(ReplyReceived, answers) },
  { "acknowledged", "返信による確認", FIELD_BOOL, 0, offsetof(ReplyReceived, acknowledged) },
  { "from", "差出人（自称）", FIELD_LINE, FIELD_PERSONAL, offsetof(ReplyReceived, from), .limit = LIMIT_ADDRESS },
  { "name", "差出人の名前（自称）", FIELD_LINE, FIELD_PERSONAL, offsetof(ReplyReceived, name) },
  { "subject", "件名", FIELD_LINE, FIELD_PERSONAL, offsetof(ReplyReceived, subject) },
  { "text", "本文", FIELD_TEXT, FIELD_PERSONAL, offsetof(ReplyReceived, text), .limit = LIMIT_MAIL_SHOWN },
  { "note", "結び付けた人の説明", FIELD_TEXT, FIELD_PERSONAL, offsetof(ReplyReceived, note) },
  { NULL },
};

static void
apply_received(State *state, const EntryHead *head, const void *body)
{
  *(CaseReply *)list_push(state->kase->arena, &state->kase->replies, sizeof(CaseReply)) = (CaseReply){ head, body };
}

const EntryKind reply_received = {
  .name = "reply.received", .version = 1, .title = "メールの受信", .scope = SCOPE_CASE,
  .fields = received_fields, .size = sizeof(ReplyReceived), .apply = apply_received,
};

static const Field link_fields[] = {
  { "received", "受け取ったメール", FIELD_REF, FIELD_REQUIRED, offsetof(ReplyLink, received), .ref = &ref_received,
    .help = "受信簿にあるもの。" },
  { "note", "誰からの何か", FIELD_TEXT, FIELD_PERSONAL | FIELD_REQUIRED, offsetof(ReplyLink, note),
    .help = "電話で確かめた相手など。差出人のアドレスは偽ることができます。" },
  { NULL },
};

static void
guard_link(const ActContext *context, const void *fields, Findings *findings)
{
  const Inbox *inbox = outbox_inbox(context->outbox);
  const ReceivedRow *row = inbox_row(inbox, inbox_number(inbox, ((const ReplyLink *)fields)->received));
  if (row->state == RECEIVED_LINKED || row->state == RECEIVED_SORTED)
    findings_addf(findings, FINDING_REFUSE, "received.state", "このメールは「%s」です。", choice_label(received_states, row->state))->field = "received";
}

static void
decide_link(const ActContext *context, const void *fields, Decision *decision)
{
  const ReplyLink *link = fields;
  const Inbox *inbox = outbox_inbox(context->outbox);
  const ReceivedRow *row = inbox_row(inbox, inbox_number(inbox, link->received));
  const ReplyReceived received = {
    .received = link->received, .note = link->note, .kind = row->kind,
    .answers = row->mail ? arena_printf(context->arena, "o%" G_GUINT64_FORMAT, row->mail) : NULL,
  };
  decision_emit(decision, &reply_received, &received);
  decision_emit(decision, &mail_received_linked, &(ReceivedLinked){ link->received, (gint64)context->stream });
}

static const EntryKind *const entries[] = { &reply_received };

static const ActKind acts[] = {
  { .name = "reply.link", .title = "受け取ったメールを事案に結び付ける", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = link_fields, .size = sizeof(ReplyLink), .guard = guard_link, .decide = decide_link, .after_closing = TRUE,
    .help = "未整理のメールを、この事案のものとします。結び付けると、この事案を見られる人に見えるようになります。" },
};

const Domain correspondence_domain = {
  .name = "reply", .acts = acts, .n_acts = G_N_ELEMENTS(acts), .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

List
case_replies(const Case *kase)
{
  return kase->replies;
}
