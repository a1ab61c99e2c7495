#include "office/outbox.h"

#include <string.h>

#include "base/limits.h"
#include "office/mail_state.h"

const Choice mail_states[] = {
  { MAIL_WAITING, "waiting", "送信待ち" },     { MAIL_ATTEMPTED, "attempted", "送信中" },
  { MAIL_UNKNOWN, "unknown", "送達不明" },     { MAIL_ACCEPTED, "accepted", "送信済み" },
  { MAIL_BOUNCED, "bounced", "不達" },         { MAIL_FAILED, "failed", "送信失敗" },
  { MAIL_WITHDRAWN, "withdrawn", "取りやめ" }, { MAIL_GATHERED, "gathered", "まとめて送信" },
  { MAIL_DELAYED, "delayed", "遅延" },
  { 0, NULL, NULL },
};

const Choice mail_purposes[] = {
  { PURPOSE_STEP, "step", "報告・回議の番" }, { PURPOSE_CLOCK, "clock", "期限の知らせ" },
  { PURPOSE_ALERT, "alert", "注意喚起・周知" }, { PURPOSE_REQUEST, "request", "依頼・要請" },
  { PURPOSE_CALLOUT, "callout", "参集の連絡" }, { PURPOSE_DIGEST, "digest", "まとめ送り" },
  { PURPOSE_OTHER, "other", "連絡" },           { 0, NULL, NULL },
};

const Choice tlp_choices[] = {
  { TLP_RED, "red", "TLP:RED" },     { TLP_AMBER_STRICT, "amber-strict", "TLP:AMBER+STRICT" },
  { TLP_AMBER, "amber", "TLP:AMBER" }, { TLP_GREEN, "green", "TLP:GREEN" },
  { TLP_CLEAR, "clear", "TLP:CLEAR" }, { 0, NULL, NULL },
};

const Choice mail_whys[] = {
  { WHY_REFUSED, "refused", "中継サーバが受け付けませんでした" },
  { WHY_EXPIRED, "expired", "期限までに送れませんでした" },
  { WHY_ADDRESS, "address", "送れる宛先ではありません" },
  { WHY_EXERCISE, "exercise", "訓練の宛先一覧にないため、送りませんでした" },
  { WHY_ERASED, "erased", "個人情報が消去されたため、送れません" },
  { WHY_CUT, "cut", "全文を渡した後、受領の返事の前に接続が切れました" },
  { WHY_SILENT, "silent", "全文を渡した後、受領の返事がありません" },
  { WHY_COURIER, "courier", "渡している間に送受信係が止まりました" },
  { WHY_RESTART, "restart", "渡している間にサーバが止まりました" },
  { 0, NULL, NULL },
};

G_STATIC_ASSERT(sizeof(MailRow) == 64);

struct Outbox {
  GArray *rows; /* of MailRow; number N is at N - 1 */
  GTree *waiting[NETWORKS][2]; /* number → number, in order of due time; urgent ones in [1] */
  guint64 counts[MAIL_STATES];
  Inbox *inbox;
};

/* --- rows --- */

static MailRow *
row_at(const Outbox *outbox, guint64 number)
{
  return number >= 1 && number <= outbox->rows->len ? &g_array_index(outbox->rows, MailRow, number - 1) : NULL;
}

static gint
by_due(gconstpointer left, gconstpointer right, gpointer data)
{
  const MailRow *a = row_at(data, GPOINTER_TO_SIZE(left)), *b = row_at(data, GPOINTER_TO_SIZE(right));
  if (a->due != b->due)
    return a->due < b->due ? -1 : 1;
  return left < right ? -1 : left > right;
}

Outbox *
outbox_new(void)
{
  Outbox *outbox = g_new0(Outbox, 1);
  outbox->rows = g_array_new(FALSE, TRUE, sizeof(MailRow));
  outbox->inbox = inbox_new();
  for (guint i = 0; i < NETWORKS; i++)
    for (guint j = 0; j < 2; j++)
      outbox->waiting[i][j] = g_tree_new_full(by_due, outbox, NULL, NULL);
  return outbox;
}

void
outbox_free(Outbox *outbox)
{
  if (!outbox)
    return;
  for (guint i = 0; i < NETWORKS; i++)
    for (guint j = 0; j < 2; j++)
      g_tree_unref(outbox->waiting[i][j]);
  g_array_unref(outbox->rows);
  inbox_free(outbox->inbox);
  g_free(outbox);
}

static GTree *
queue_of(const Outbox *outbox, const MailRow *row)
{
  return outbox->waiting[row->network - 1][row->urgent];
}

static void
enter(Outbox *outbox, guint64 number)
{
  MailRow *row = row_at(outbox, number);
  outbox->counts[row->state]++;
  if (row->state == MAIL_WAITING)
    g_tree_insert(queue_of(outbox, row), GSIZE_TO_POINTER(number), GSIZE_TO_POINTER(number));
}

/* The key's order depends on DUE, so the row leaves its queue before that changes. */
static void
move_to(Outbox *outbox, guint64 number, MailState state, Instant due, guint64 entry)
{
  MailRow *row = row_at(outbox, number);
  if (row->state == MAIL_WAITING)
    g_tree_remove(queue_of(outbox, row), GSIZE_TO_POINTER(number));
  outbox->counts[row->state]--;
  row->state = (guint8)state;
  row->due = due;
  row->last = entry;
  enter(outbox, number);
}

const Inbox *
outbox_inbox(const Outbox *outbox)
{
  return outbox->inbox;
}

Inbox *
outbox_inner_inbox(Outbox *outbox)
{
  return outbox->inbox;
}

/* Where what came in leads from STATE; STATE itself: it changes nothing. */
static MailState
reported_state(MailState state, const ReceivedRow *row)
{
  gboolean open = state == MAIL_UNKNOWN || state == MAIL_DELAYED;
  if (row->kind == INCOMING_RETURNED || row->kind == INCOMING_UNREAD)
    return state;
  if (row->action == DELIVERY_FAILED)
    return open || state == MAIL_ACCEPTED ? MAIL_BOUNCED : state;
  if (row->action == DELIVERY_DELAYED)
    return open || state == MAIL_ACCEPTED ? MAIL_DELAYED : state;
  return open ? MAIL_ACCEPTED : state;
}

/* One that waits, or is being sent, stays in its queue: what came in is of an earlier time. */
void
outbox_reported(Outbox *outbox, guint64 number, const ReceivedRow *row, const EntryHead *head)
{
  MailRow *mail = row_at(outbox, number);
  if (!mail || mail->state == MAIL_WAITING || mail->state == MAIL_ATTEMPTED)
    return;
  mail->delivered |= row->action >= DELIVERY_EXPANDED || row->kind == INCOMING_AUTOMATIC;
  mail->read |= row->kind == INCOMING_RECEIPT;
  mail->answered |= row->kind == INCOMING_REPLY;
  move_to(outbox, number, reported_state((MailState)mail->state, row), head->recorded, head->number);
}

guint64
outbox_length(const Outbox *outbox)
{
  return outbox->rows->len;
}

const MailRow *
outbox_row(const Outbox *outbox, guint64 number)
{
  return row_at(outbox, number);
}

guint64
outbox_number(const Outbox *outbox, const char *id)
{
  guint64 number;
  return id && id[0] == 'o' && g_ascii_string_to_unsigned(id + 1, 10, 1, outbox->rows->len, &number, NULL) ? number : 0;
}

guint64
outbox_count(const Outbox *outbox, MailState state)
{
  return outbox->counts[state];
}

guint64
outbox_backlog(const Outbox *outbox, Network network)
{
  return (guint64)g_tree_nnodes(outbox->waiting[network - 1][0]) + (guint64)g_tree_nnodes(outbox->waiting[network - 1][1]);
}

static guint64
first_of(GTree *tree)
{
  GTreeNode *node = g_tree_node_first(tree);
  return node ? GPOINTER_TO_SIZE(g_tree_node_key(node)) : 0;
}

guint64
outbox_due(const Outbox *outbox, Network network, Instant now)
{
  for (guint urgent = 2; urgent-- > 0;) {
    guint64 number = first_of(outbox->waiting[network - 1][urgent]);
    if (number && row_at(outbox, number)->due <= now)
      return number;
  }
  return 0;
}

Instant
outbox_next(const Outbox *outbox, Network network)
{
  Instant next = INSTANT_NONE;
  for (guint urgent = 0; urgent < 2; urgent++) {
    guint64 number = first_of(outbox->waiting[network - 1][urgent]);
    Instant due = number ? row_at(outbox, number)->due : INSTANT_NONE;
    if (due != INSTANT_NONE && (next == INSTANT_NONE || due < next))
      next = due;
  }
  return next;
}

/* When ROW, recorded before the clock went back to NOW, is due by that clock; INSTANT_NONE: it stands. */
static Instant
thawed(const MailRow *row, Instant now, Instant most)
{
  if (row->attempts)
    return row->due > now + most ? now : INSTANT_NONE;
  if (row->queued <= now)
    return INSTANT_NONE;
  return row->digest ? mail_digest_after(now) : row->due == row->queued ? now : INSTANT_NONE;
}

GArray *
outbox_frozen(const Outbox *outbox, Network network, Instant now, Instant most)
{
  GArray *found = g_array_new(FALSE, FALSE, sizeof(MailThaw));
  for (guint urgent = 0; urgent < 2; urgent++)
    for (GTreeNode *node = g_tree_node_last(outbox->waiting[network - 1][urgent]); node; node = g_tree_node_previous(node)) {
      MailThaw thaw = { .number = GPOINTER_TO_SIZE(g_tree_node_key(node)) };
      const MailRow *row = row_at(outbox, thaw.number);
      if (row->due <= now || found->len >= LIMIT_MAIL_DIGEST)
        break;
      thaw.due = thawed(row, now, most);
      if (thaw.due != INSTANT_NONE && thaw.due < row->due)
        g_array_append_val(found, thaw);
    }
  return found;
}

GArray *
outbox_digest(const Outbox *outbox, guint64 number, Instant now)
{
  GArray *found = g_array_new(FALSE, FALSE, sizeof(guint64));
  const MailRow *like = row_at(outbox, number);
  GTree *queue = queue_of(outbox, like);

  for (GTreeNode *node = g_tree_node_first(queue); node && found->len < LIMIT_MAIL_DIGEST; node = g_tree_node_next(node)) {
    guint64 other = GPOINTER_TO_SIZE(g_tree_node_key(node));
    const MailRow *row = row_at(outbox, other);
    if (row->due > now)
      break;
    if (row->digest && row->party == like->party)
      g_array_append_val(found, other);
  }
  return found;
}

/* --- the snapshot: the rows as they lie in memory, since it is of this build --- */

char *
outbox_save(const Outbox *outbox)
{
  g_autofree char *rows = g_base64_encode((const guchar *)outbox->rows->data, outbox->rows->len * sizeof(MailRow));
  g_autofree char *received = inbox_save(outbox->inbox);
  return g_strdup_printf("%s:%s", rows, received);
}

static gboolean
good_row(const MailRow *row)
{
  return row->state >= MAIL_WAITING && row->state < MAIL_STATES && row->network >= 1 && row->network <= NETWORKS;
}

gboolean
outbox_restore(Outbox *outbox, const char *saved)
{
  gsize size;
  const char *colon = strchr(saved, ':');
  g_autofree char *rows = g_strndup(saved, colon ? (gsize)(colon - saved) : 0);
  g_autofree guchar *bytes = g_base64_decode(rows, &size);

  if (!colon || !inbox_restore(outbox->inbox, colon + 1))
    return FALSE;
  for (gsize at = 0; at + sizeof(MailRow) <= size; at += sizeof(MailRow))
    if (!good_row((const MailRow *)(const void *)(bytes + at)))
      return FALSE;
  if (size % sizeof(MailRow))
    return FALSE;
  if (size)
    g_array_append_vals(outbox->rows, bytes, (guint)(size / sizeof(MailRow)));
  for (guint64 number = 1; number <= outbox->rows->len; number++)
    enter(outbox, number);
  return TRUE;
}

/* --- entries of the program --- */

static const Field to_fields[] = {
  { "party", "相手", FIELD_LINE, 0, offsetof(MailTo, party), .limit = 40 },
  { "network", "網", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailTo, network), .choices = network_choices },
  { "digest", "まとめて送る", FIELD_BOOL, 0, offsetof(MailTo, digest) },
  { NULL },
};

static const Field envelope_fields[] = {
  { "address", "宛先", FIELD_LINE, FIELD_REQUIRED, offsetof(MailEnvelope, address), .limit = LIMIT_ADDRESS },
  { "name", "名前", FIELD_LINE, 0, offsetof(MailEnvelope, name) },
  { "token", "受領番号", FIELD_LINE, FIELD_SECRET, offsetof(MailEnvelope, token) },
  { NULL },
};

static const Field queued_fields[] = {
  { "case", "事案", FIELD_INT, 0, offsetof(MailQueued, kase) },
  { "about", "対象", FIELD_LINE, 0, offsetof(MailQueued, about), .limit = 40 },
  { "purpose", "用件", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailQueued, purpose), .choices = mail_purposes },
  { "tlp", "取扱区分", FIELD_CHOICE, 0, offsetof(MailQueued, tlp), .choices = tlp_choices },
  { "urgent", "急ぎ", FIELD_BOOL, 0, offsetof(MailQueued, urgent) },
  { "together", "宛先を互いに見せる", FIELD_BOOL, 0, offsetof(MailQueued, together) },
  { "after", "この時より後", FIELD_INSTANT, 0, offsetof(MailQueued, after) },
  { "answers", "返信する元", FIELD_LINE, 0, offsetof(MailQueued, answers) },
  { "gathers", "まとめたメール", FIELD_INTS, 0, offsetof(MailQueued, gathers) },
  { "to", "宛先の網", FIELD_LIST, FIELD_REQUIRED, offsetof(MailQueued, to), .of = to_fields, .of_size = sizeof(MailTo) },
  { "envelopes", "宛先", FIELD_LIST, FIELD_PERSONAL, offsetof(MailQueued, envelopes), .of = envelope_fields,
    .of_size = sizeof(MailEnvelope) },
  { "subject", "件名", FIELD_LINE, FIELD_PERSONAL, offsetof(MailQueued, subject) },
  { "text", "本文", FIELD_TEXT, FIELD_PERSONAL, offsetof(MailQueued, text), .limit = LIMIT_MAIL_TEXT },
  { NULL },
};

static guint32
person_number(const char *party)
{
  guint64 number;
  return party && party[0] == 'p' && g_ascii_string_to_unsigned(party + 1, 10, 1, G_MAXUINT32, &number, NULL) ? (guint32)number : 0;
}

static Instant
due_at_first(const MailQueued *queued, const MailTo *to, Instant recorded)
{
  Instant after = queued->after == INSTANT_NONE ? recorded : MAX(queued->after, recorded);
  return to->digest ? mail_digest_after(after) : after;
}

static void
apply_queued(State *state, const EntryHead *head, const void *body)
{
  Outbox *outbox = state->outbox;
  const MailQueued *queued = body;

  for (gsize i = 0; i < queued->to.length; i++) {
    const MailTo *to = list_item(queued->to, MailTo, i);
    Instant due = due_at_first(queued, to, head->recorded);
    const MailRow row = {
      .entry = head->number, .last = head->number, .queued = head->recorded, .due = due, .since = due,
      .kase = queued->kase == FIELD_NO_INT ? 0 : (guint32)queued->kase, .party = person_number(to->party),
      .place = (guint16)i, .state = MAIL_WAITING, .network = (guint8)to->network, .purpose = (guint8)queued->purpose,
      .urgent = queued->urgent != 0, .digest = to->digest != 0,
    };
    g_array_append_val(outbox->rows, row);
    enter(outbox, outbox->rows->len);
  }
  for (gsize i = 0; i < queued->gathers.length; i++) {
    guint64 number = (guint64)*list_item(queued->gathers, gint64, i);
    if (row_at(outbox, number))
      move_to(outbox, number, MAIL_GATHERED, head->recorded, head->number);
  }
}

const EntryKind mail_queued = { "mail.queued", 1, "メールの発送待ち", SCOPE_OUTBOX, queued_fields, sizeof(MailQueued), apply_queued };

#define MAIL_ROW                                                                  \
  { "mail", "メール", FIELD_INT, FIELD_REQUIRED, offsetof(MailOutcome, mail) },    \
  { "before", "前の記録", FIELD_INT, 0, offsetof(MailOutcome, before) }
#define WHY_ROW { "why", "理由", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailOutcome, why), .choices = mail_whys }
#define WORD_ROWS                                                                 \
  { "code", "応答番号", FIELD_INT, 0, offsetof(MailOutcome, code) },               \
  { "words", "応答", FIELD_LINE, FIELD_PERSONAL, offsetof(MailOutcome, words), .limit = LIMIT_MAIL_WORDS }

static const Field attempted_fields[] = {
  MAIL_ROW,
  { "attempt", "回", FIELD_INT, FIELD_REQUIRED, offsetof(MailOutcome, attempt) },
  { "relay", "中継サーバ", FIELD_LINE, FIELD_REQUIRED, offsetof(MailOutcome, relay), .limit = LIMIT_ADDRESS + 6 },
  { NULL },
};
static const Field accepted_fields[] = { MAIL_ROW, WORD_ROWS, { NULL } };
static const Field deferred_fields[] = {
  MAIL_ROW, { "again", "次に送る時刻", FIELD_INSTANT, FIELD_REQUIRED, offsetof(MailOutcome, again) }, WORD_ROWS, { NULL },
};
static const Field ended_fields[] = { MAIL_ROW, WHY_ROW, WORD_ROWS, { NULL } };

static void
apply_outcome(State *state, const EntryHead *head, const void *body, MailState to)
{
  const MailOutcome *outcome = body;
  guint64 number = outcome->mail > 0 ? (guint64)outcome->mail : 0;
  MailRow *row = row_at(state->outbox, number);
  if (!row)
    return;
  if (to == MAIL_ATTEMPTED)
    row->attempts = (guint32)outcome->attempt;
  move_to(state->outbox, number, to, to == MAIL_WAITING ? outcome->again : head->recorded, head->number);
}

#define APPLY(name, to)                                                     \
  static void apply_##name(State *state, const EntryHead *head, const void *body) \
  {                                                                         \
    apply_outcome(state, head, body, to);                                   \
  }                                                                         \
  G_STATIC_ASSERT(to > 0)
APPLY(attempted, MAIL_ATTEMPTED);
APPLY(accepted, MAIL_ACCEPTED);
APPLY(deferred, MAIL_WAITING);
APPLY(failed, MAIL_FAILED);
APPLY(unknown, MAIL_UNKNOWN);

#define OUTCOME(name_, title_) \
  const EntryKind mail_##name_ = { "mail." #name_, 1, title_, SCOPE_OUTBOX, name_##_fields, sizeof(MailOutcome), apply_##name_ }
#define failed_fields ended_fields
#define unknown_fields ended_fields
OUTCOME(attempted, "送信の開始");
OUTCOME(accepted, "中継サーバの受領");
OUTCOME(deferred, "送信の延期");
OUTCOME(failed, "送信の失敗");
OUTCOME(unknown, "送達不明");

/* --- what officers order --- */

static gboolean
exists(const ActContext *context, const char *id)
{
  const MailRow *row = context->outbox ? row_at(context->outbox, outbox_number(context->outbox, id)) : NULL;
  return row && (!row->kase || !context->sees_case || context->sees_case(context->viewing, row->kase));
}

const RefKind ref_mail = { "mail", "メール", exists };

const Field mail_order_fields[] = {
  { "mail", "メール", FIELD_REF, FIELD_REQUIRED, offsetof(MailOrder, mail), .ref = &ref_mail, .help = "発送簿にあるもの。" },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(MailOrder, reason) },
  { NULL },
};

static const Field ordered_fields[] = {
  { "mail", "メール", FIELD_LINE, FIELD_REQUIRED, offsetof(MailOrdered, mail) },
  { "reason", "理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(MailOrdered, reason) },
  { "before", "前の記録", FIELD_INT, 0, offsetof(MailOrdered, before) },
  { NULL },
};

static void
apply_withdrawn(State *state, const EntryHead *head, const void *body)
{
  guint64 number = outbox_number(state->outbox, ((const MailOrdered *)body)->mail);
  if (number)
    move_to(state->outbox, number, MAIL_WITHDRAWN, head->recorded, head->number);
}

static void
apply_bounced(State *state, const EntryHead *head, const void *body)
{
  guint64 number = outbox_number(state->outbox, ((const MailOrdered *)body)->mail);
  if (number)
    move_to(state->outbox, number, MAIL_BOUNCED, head->recorded, head->number);
}

/* As if it were queued now: its life and its attempts begin anew. */
static void
apply_requeued(State *state, const EntryHead *head, const void *body)
{
  guint64 number = outbox_number(state->outbox, ((const MailOrdered *)body)->mail);
  MailRow *row = row_at(state->outbox, number);
  if (!row)
    return;
  row->again = TRUE;
  row->since = head->recorded;
  row->attempts = 0;
  move_to(state->outbox, number, MAIL_WAITING, head->recorded, head->number);
}

#define ORDERED(name_, title_) \
  const EntryKind mail_##name_ = { "mail." #name_, 1, title_, SCOPE_OUTBOX, ordered_fields, sizeof(MailOrdered), apply_##name_ }
ORDERED(withdrawn, "送信の取りやめ");
ORDERED(requeued, "もう一度送る指示");
ORDERED(bounced, "不達");

static void
order(const ActContext *context, const MailOrder *asked, const EntryKind *kind, Decision *decision)
{
  const MailRow *row = row_at(context->outbox, outbox_number(context->outbox, asked->mail));
  decision_emit(decision, kind, &(MailOrdered){ asked->mail, asked->reason, (gint64)row->last });
}

void
mail_withdraw_decide(const ActContext *context, const void *fields, Decision *decision)
{
  order(context, fields, &mail_withdrawn, decision);
}

void
mail_send_again_decide(const ActContext *context, const void *fields, Decision *decision)
{
  order(context, fields, &mail_requeued, decision);
}

void
mail_bounce_decide(const ActContext *context, const void *fields, Decision *decision)
{
  order(context, fields, &mail_bounced, decision);
}

/* STATES: those in which the order makes sense. */
static void
guard_order(const ActContext *context, const void *fields, Findings *findings, guint states)
{
  const MailRow *row = row_at(context->outbox, outbox_number(context->outbox, ((const MailOrder *)fields)->mail));
  if (!(states & 1u << row->state))
    findings_addf(findings, FINDING_REFUSE, "mail.state", "このメールは「%s」です。", choice_label(mail_states, row->state))->field = "mail";
}

void
mail_withdraw_guard(const ActContext *context, const void *fields, Findings *findings)
{
  guard_order(context, fields, findings, 1u << MAIL_WAITING | 1u << MAIL_UNKNOWN);
}

void
mail_send_again_guard(const ActContext *context, const void *fields, Findings *findings)
{
  guint64 number = outbox_number(context->outbox, ((const MailOrder *)fields)->mail);
  guard_order(context, fields, findings, 1u << MAIL_UNKNOWN | 1u << MAIL_FAILED | 1u << MAIL_BOUNCED | 1u << MAIL_WITHDRAWN | 1u << MAIL_DELAYED);
  MailState state = (MailState)row_at(context->outbox, number)->state;
  if (state == MAIL_UNKNOWN || state == MAIL_DELAYED)
    findings_addf(findings, FINDING_ADVISE, "mail.twice", "すでに届いているかもしれません。送ると、相手に二通届くことがあります。")->remedy =
        "先に電話で、届いているかどうかを確かめてください。";
}

void
mail_bounce_guard(const ActContext *context, const void *fields, Findings *findings)
{
  guard_order(context, fields, findings, 1u << MAIL_ACCEPTED | 1u << MAIL_UNKNOWN | 1u << MAIL_DELAYED);
}
