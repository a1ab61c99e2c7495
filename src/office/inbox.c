#include "office/inbox.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "office/mail_state.h"

const Choice incoming_kinds[] = {
  { INCOMING_REPLY, "reply", "返信" },
  { INCOMING_AUTOMATIC, "automatic", "自動応答" },
  { INCOMING_DELIVERY, "delivery", "配達の知らせ" },
  { INCOMING_RECEIPT, "receipt", "開封の知らせ" },
  { INCOMING_RETURNED, "returned", "不達らしい知らせ" },
  { INCOMING_UNREAD, "unread", "読み取れないもの" },
  { 0, NULL, NULL },
};

const Choice delivery_actions[] = {
  { DELIVERY_FAILED, "failed", "届かなかった" },     { DELIVERY_DELAYED, "delayed", "遅れている" },
  { DELIVERY_EXPANDED, "expanded", "複数の宛先に転送した" }, { DELIVERY_RELAYED, "relayed", "次のサーバに渡した" },
  { DELIVERY_DELIVERED, "delivered", "届いた" },     { 0, NULL, NULL },
};

const Choice received_states[] = {
  { RECEIVED_UNSORTED, "unsorted", "未整理" },
  { RECEIVED_SORTED, "sorted", "自動で整理" },
  { RECEIVED_LINKED, "linked", "事案に結び付けた" },
  { RECEIVED_ASIDE, "aside", "対応不要" },
  { 0, NULL, NULL },
};

const Choice unsorted_whys[] = {
  { UNSORTED_STRANGER, "stranger", "どのメールへの返事か分かりません" },
  { UNSORTED_OFFICE, "office", "事案のないメールへの返信です" },
  { UNSORTED_RETURNED, "returned", "不達の知らせのようですが、決まった形でないため確かめが要ります" },
  { UNSORTED_UNREAD, "unread", "読み取れませんでした。原本を安全な場所で確かめてください" },
  { UNSORTED_MANY, "many", "この事案への返信が多すぎるため、自動では結び付けませんでした" },
  { 0, NULL, NULL },
};

G_STATIC_ASSERT(sizeof(ReceivedRow) == 64);

struct Inbox {
  GArray *rows; /* of ReceivedRow; number N is at N - 1 */
  guint64 counts[RECEIVED_STATES];
};

Inbox *
inbox_new(void)
{
  Inbox *inbox = g_new0(Inbox, 1);
  inbox->rows = g_array_new(FALSE, TRUE, sizeof(ReceivedRow));
  return inbox;
}

void
inbox_free(Inbox *inbox)
{
  g_array_unref(inbox->rows);
  g_free(inbox);
}

static ReceivedRow *
row_at(const Inbox *inbox, guint64 number)
{
  return number >= 1 && number <= inbox->rows->len ? &g_array_index(inbox->rows, ReceivedRow, number - 1) : NULL;
}

guint64
inbox_length(const Inbox *inbox)
{
  return inbox->rows->len;
}

const ReceivedRow *
inbox_row(const Inbox *inbox, guint64 number)
{
  return row_at(inbox, number);
}

guint64
inbox_number(const Inbox *inbox, const char *id)
{
  guint64 number;
  return id && id[0] == 'm' && g_ascii_string_to_unsigned(id + 1, 10, 1, inbox->rows->len, &number, NULL) ? number : 0;
}

guint64
inbox_count(const Inbox *inbox, ReceivedState state)
{
  return inbox->counts[state];
}

static gboolean
half_of(const char *fingerprint, guint8 half[16])
{
  return fingerprint && text_unhex(fingerprint, half, 16);
}

guint64
inbox_find(const Inbox *inbox, const char *fingerprint)
{
  guint8 half[16];
  for (guint64 number = half_of(fingerprint, half) ? inbox->rows->len : 0; number > 0; number--)
    if (memcmp(row_at(inbox, number)->fingerprint, half, sizeof half) == 0)
      return number;
  return 0;
}

guint64
inbox_replies(const Inbox *inbox, guint64 kase)
{
  guint64 count = 0;
  for (guint64 number = inbox->rows->len; number > 0; number--) {
    const ReceivedRow *row = row_at(inbox, number);
    count += row->kase == kase && row->state == RECEIVED_SORTED && row->kind != INCOMING_DELIVERY;
  }
  return count;
}

/* --- the snapshot --- */

char *
inbox_save(const Inbox *inbox)
{
  return g_base64_encode((const guchar *)inbox->rows->data, inbox->rows->len * sizeof(ReceivedRow));
}

gboolean
inbox_restore(Inbox *inbox, const char *saved)
{
  gsize size;
  g_autofree guchar *bytes = g_base64_decode(saved, &size);
  if (size % sizeof(ReceivedRow))
    return FALSE;
  if (size)
    g_array_append_vals(inbox->rows, bytes, (guint)(size / sizeof(ReceivedRow)));
  for (guint64 number = 1; number <= inbox->rows->len; number++) {
    const ReceivedRow *row = row_at(inbox, number);
    if (row->state < RECEIVED_UNSORTED || row->state >= RECEIVED_STATES || row->kind < INCOMING_REPLY || row->kind > INCOMING_UNREAD)
      return FALSE;
    inbox->counts[row->state]++;
  }
  return TRUE;
}

/* --- entries --- */

#define PERSONAL_LINE(name_, label_, member_) { name_, label_, FIELD_LINE, FIELD_PERSONAL, offsetof(MailReceived, member_) }

static const Field received_fields[] = {
  { "blob", "原本", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(MailReceived, blob) },
  { "fingerprint", "照合用の値", FIELD_HASH, FIELD_REQUIRED, offsetof(MailReceived, fingerprint) },
  { "kind", "種類", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailReceived, kind), .choices = incoming_kinds },
  { "why", "未整理の理由", FIELD_CHOICE, 0, offsetof(MailReceived, why), .choices = unsorted_whys },
  { "mail", "返事の元のメール", FIELD_INT, 0, offsetof(MailReceived, mail) },
  { "case", "事案", FIELD_INT, 0, offsetof(MailReceived, kase) },
  { "before", "前の記録", FIELD_INT, 0, offsetof(MailReceived, before) },
  { "action", "配達", FIELD_CHOICE, 0, offsetof(MailReceived, action), .choices = delivery_actions },
  { "status", "状態番号", FIELD_LINE, 0, offsetof(MailReceived, status) },
  { "acknowledged", "返信による確認", FIELD_BOOL, 0, offsetof(MailReceived, acknowledged) },
  { "cut", "原本に続きがある", FIELD_BOOL, 0, offsetof(MailReceived, cut) },
  { "wrong", "読み取れない理由", FIELD_LINE, 0, offsetof(MailReceived, wrong) },
  PERSONAL_LINE("from", "差出人（自称）", from),
  PERSONAL_LINE("name", "差出人の名前（自称）", name),
  PERSONAL_LINE("subject", "件名", subject),
  PERSONAL_LINE("date", "書かれた日時（自称）", date),
  { "text", "本文", FIELD_TEXT, FIELD_PERSONAL, offsetof(MailReceived, text), .limit = LIMIT_MAIL_SHOWN },
  PERSONAL_LINE("recipient", "届け先", recipient),
  { "diagnostic", "理由", FIELD_LINE, FIELD_PERSONAL, offsetof(MailReceived, diagnostic), .limit = LIMIT_MAIL_WORDS },
  { "attachments", "添付", FIELD_LINES, FIELD_PERSONAL, offsetof(MailReceived, attachments), .limit = LIMIT_MAIL_IDS },
  { NULL },
};

static void
apply_received(State *state, const EntryHead *head, const void *body)
{
  Inbox *inbox = outbox_inner_inbox(state->outbox);
  const MailReceived *received = body;
  ReceivedRow row = {
    .entry = head->number, .last = head->number, .at = head->recorded, .mail = received->mail > 0 ? (guint64)received->mail : 0,
    .kase = received->kase > 0 ? (guint32)received->kase : 0, .kind = (guint8)received->kind, .why = (guint8)received->why,
    .state = received->why ? RECEIVED_UNSORTED : RECEIVED_SORTED, .action = (guint8)received->action,
  };
  (void)half_of(received->fingerprint, row.fingerprint);
  g_array_append_val(inbox->rows, row);
  inbox->counts[row.state]++;
  outbox_reported(state->outbox, row.mail, &row, head);
}

const EntryKind mail_received = { "mail.received", 1, "メールの受信", SCOPE_OUTBOX, received_fields, sizeof(MailReceived), apply_received };

static void
move_to(Inbox *inbox, const char *id, ReceivedState to, guint64 entry)
{
  ReceivedRow *row = row_at(inbox, inbox_number(inbox, id));
  if (!row)
    return;
  inbox->counts[row->state]--;
  row->state = (guint8)to;
  row->last = entry;
  inbox->counts[to]++;
}

/* --- what officers order --- */

static gboolean
exists(const ActContext *context, const char *id)
{
  const Inbox *inbox = context->outbox ? outbox_inbox(context->outbox) : NULL;
  const ReceivedRow *row = inbox ? row_at(inbox, inbox_number(inbox, id)) : NULL;
  return row && (!row->kase || !context->sees_case || context->sees_case(context->viewing, row->kase));
}

const RefKind ref_received = { "received", "受け取ったメール", exists };

const Field received_order_fields[] = {
  { "received", "受け取ったメール", FIELD_REF, FIELD_REQUIRED, offsetof(ReceivedOrder, received), .ref = &ref_received,
    .help = "受信簿にあるもの。" },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(ReceivedOrder, reason), .help = "広告、二重の知らせ、電話で済んだ、など。" },
  { NULL },
};

static void
apply_put_aside(State *state, const EntryHead *head, const void *body)
{
  move_to(outbox_inner_inbox(state->outbox), ((const ReceivedOrder *)body)->received, RECEIVED_ASIDE, head->number);
}

const EntryKind mail_put_aside = {
  "mail.put_aside", 1, "受け取ったメールを対応不要とする決定", SCOPE_OUTBOX, received_order_fields, sizeof(ReceivedOrder), apply_put_aside,
};

static const Field linked_fields[] = {
  { "received", "受け取ったメール", FIELD_LINE, FIELD_REQUIRED, offsetof(ReceivedLinked, received) },
  { "case", "事案", FIELD_INT, FIELD_REQUIRED, offsetof(ReceivedLinked, kase) },
  { NULL },
};

static void
apply_linked(State *state, const EntryHead *head, const void *body)
{
  const ReceivedLinked *linked = body;
  Inbox *inbox = outbox_inner_inbox(state->outbox);
  ReceivedRow *row = row_at(inbox, inbox_number(inbox, linked->received));
  if (row)
    row->kase = (guint32)linked->kase;
  move_to(inbox, linked->received, RECEIVED_LINKED, head->number);
}

const EntryKind mail_received_linked = {
  "mail.received_linked", 1, "受け取ったメールの整理", SCOPE_OUTBOX, linked_fields, sizeof(ReceivedLinked), apply_linked,
};

void
mail_set_aside_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const Inbox *inbox = outbox_inbox(context->outbox);
  const ReceivedRow *row = row_at(inbox, inbox_number(inbox, ((const ReceivedOrder *)fields)->received));
  if (row->state != RECEIVED_UNSORTED)
    findings_addf(findings, FINDING_REFUSE, "received.state", "このメールは「%s」です。", choice_label(received_states, row->state))->field = "received";
}
