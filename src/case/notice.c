#include "case/notice.h"

#include "act/describe.h"
#include "office/office.h"

const Choice channel_choices[] = {
  { CHANNEL_TELEPHONE, "telephone", "電話" },
  { CHANNEL_MAIL, "mail", "メール（インターネット）" },
  { CHANNEL_LGWAN_MAIL, "lgwan-mail", "メール（LGWAN）" },
  { CHANNEL_FAX, "fax", "FAX" },
  { CHANNEL_VISIT, "visit", "来訪・口頭" },
  { CHANNEL_FORM, "form", "通報フォーム" },
  { CHANNEL_OTHER, "other", "その他" },
  { 0, NULL, NULL },
};

const Choice via_choices[] = {
  { VIA_MANAGER, "manager", "情報セキュリティ管理者を通じて" },
  { VIA_DIRECT, "direct", "職員等から直接" },
  { VIA_OUTSIDE, "outside", "庁外から" },
  { 0, NULL, NULL },
};

struct Notices {
  Arena *arena;
  List all; /* of Notice * */
};

Notices *
notices_new(void)
{
  Notices *notices = g_new0(Notices, 1);
  notices->arena = arena_new();
  return notices;
}

void
notices_free(Notices *notices)
{
  if (!notices)
    return;
  arena_free(notices->arena);
  g_free(notices);
}

List
notices_all(const Notices *notices)
{
  return notices->all;
}

/* Ids are "n1", "n2"… in order, so the place is in the id. */
static Notice *
find(const Notices *notices, const char *id)
{
  guint64 place;
  if (!id || id[0] != 'n' || !g_ascii_string_to_unsigned(id + 1, 10, 1, notices->all.length, &place, NULL))
    return NULL;
  return list_pointer(notices->all, Notice, place - 1);
}

const Notice *
notices_get(const Notices *notices, const char *id)
{
  return notices->all.length ? find(notices, id) : NULL;
}

const char *
notice_number(const Notice *notice)
{
  return notice->id + 1;
}

static gboolean
exists(const ActContext *context, const char *id)
{
  return notices_get(context->notices, id) && (!context->sees_notice || context->sees_notice(context->viewing, id));
}

static const char *
name(const ActContext *context, const char *id)
{
  const Notice *notice = exists(context, id) ? notices_get(context->notices, id) : NULL;
  return notice ? describe_words(context->arena, notice->body->subject) : NULL;
}

const RefKind ref_notice = { "notice", "通報", exists, NULL, name };

static const Field received_fields[] = {
  { "channel", "受付手段", FIELD_CHOICE, FIELD_REQUIRED, offsetof(NoticeReceived, channel), .choices = channel_choices },
  { "received", "受付日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(NoticeReceived, received) },
  { "via", "経路", FIELD_CHOICE, FIELD_REQUIRED, offsetof(NoticeReceived, via), .choices = via_choices },
  { "sender", "通報者", FIELD_LINE, FIELD_PERSONAL, offsetof(NoticeReceived, sender) },
  { "contact", "通報者の連絡先", FIELD_LINE, FIELD_PERSONAL, offsetof(NoticeReceived, contact) },
  { "department", "所属", FIELD_REF, 0, offsetof(NoticeReceived, department), .ref = &ref_department },
  { "subject", "要旨", FIELD_LINE, FIELD_REQUIRED, offsetof(NoticeReceived, subject),
    .help = "一覧に出る短い文。人の名前は書きません。" },
  { "text", "内容", FIELD_TEXT, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(NoticeReceived, text) },
  { "out_of_hours", "受付時間外", FIELD_BOOL, 0, offsetof(NoticeReceived, out_of_hours) },
  { NULL },
};

static void
apply_received(State *state, const EntryHead *head, const void *body)
{
  Notices *notices = state->notices;
  Notice *notice = arena_new0(notices->arena, Notice);
  *notice = (Notice){
    .id = arena_printf(notices->arena, "n%" G_GSIZE_FORMAT, notices->all.length + 1),
    .head = head,
    .body = body,
  };
  list_add(notices->arena, &notices->all, notice);
}

static const EntryKind received = {
  .name = "notice.received", .version = 1, .title = "通報の受付", .scope = SCOPE_OFFICE,
  .fields = received_fields, .size = sizeof(NoticeReceived), .apply = apply_received,
};

static void
guard_receive(const ActContext *context, const void *fields, Findings *findings)
{
  const NoticeReceived *notice = fields;
  if (notice->received > context->now)
    findings_addf(findings, FINDING_REFUSE, "time.future", "受付日時が現在より後になっています。時刻を確かめてください。")->field = "received";
}

static const Field confirmed_fields[] = {
  { "notice", "通報", FIELD_REF, FIELD_REQUIRED, offsetof(NoticeConfirmed, notice), .ref = &ref_notice },
  { "manager", "確認した情報セキュリティ管理者", FIELD_REF, FIELD_REQUIRED, offsetof(NoticeConfirmed, manager), .ref = &ref_person },
  { "confirmed", "確認日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(NoticeConfirmed, confirmed) },
  { NULL },
};

static void
apply_confirmed(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const NoticeConfirmed *confirmed = body;
  Notice *notice = find(state->notices, confirmed->notice);
  if (notice)
    notice->confirmed = confirmed;
}

static const EntryKind confirmed = {
  .name = "notice.confirmed", .version = 1, .title = "通報の事後確認", .scope = SCOPE_OFFICE,
  .fields = confirmed_fields, .size = sizeof(NoticeConfirmed), .apply = apply_confirmed,
};

static const EntryKind *const entries[] = { &received, &confirmed };

static const ActKind acts[] = {
  { .name = "notice.receive", .title = "通報を受け付ける", .right = RIGHT_WRITE, .scope = SCOPE_OFFICE,
    .fields = received_fields, .size = sizeof(NoticeReceived), .guard = guard_receive, .emits = &received,
    .help = "PoCに届いた連絡・通報を記録します。分からない欄は空けたままでかまいません。" },
  { .name = "notice.confirm", .title = "情報セキュリティ管理者に確認する", .right = RIGHT_WRITE, .scope = SCOPE_OFFICE,
    .fields = confirmed_fields, .size = sizeof(NoticeConfirmed), .emits = &confirmed,
    .help = "直接届いた通報を、後から所属の情報セキュリティ管理者に確認したことを記録します。" },
};

const Domain notice_domain = {
  .name = "notice", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};
