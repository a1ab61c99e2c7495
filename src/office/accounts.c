/* Accounts: their state, and the rows of their acts and entries. */
#include "office/account_state.h"

/* --- state --- */

Account *
account_of(Office *office, const char *person)
{
  Account *account = g_hash_table_lookup(office->accounts, person);

  if (!account) {
    account = arena_new0(office->arena, Account);
    account->person = person;
    account->expires = INSTANT_NONE;
    g_hash_table_insert(office->accounts, (gpointer)person, account);
  }
  return account;
}

void
account_told(Office *office, Account *account, const EntryHead *head)
{
  *(gint64 *)list_push(office->arena, &account->told, sizeof(gint64)) = (gint64)head->number;
}

/* The latest stands, erased or not: an older password never comes back. */
void
account_set_password(Office *office, Account *account, const EntryHead *head, const char *hash)
{
  account->password = hash;
  account->password_entry = account->since = head->number;
  account->one_time = FALSE;
  account->expires = INSTANT_NONE;
  if (hash)
    account_told(office, account, head);
}

static gboolean
forget_told(Account *account, guint64 entry)
{
  gint64 *told = account->told.items;
  for (gsize i = 0; i < account->told.length; i++)
    if (told[i] == (gint64)entry) {
      for (gsize k = i + 1; k < account->told.length; k++)
        told[k - 1] = told[k];
      account->told.length--;
      return TRUE;
    }
  return FALSE;
}

void
accounts_erase(Office *office, guint64 entry)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, office->accounts);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Account *account = value;
    if (!forget_told(account, entry))
      continue;
    if (account->password_entry == entry)
      account->password = NULL;
    if (account->totp_entry == entry)
      account->sealed = NULL;
  }
}

/* --- questions --- */

const Account *
office_account(const Office *office, const char *person)
{
  return g_hash_table_lookup(office->accounts, person);
}

const char *
office_password_hash(const Office *office, const char *person)
{
  const Account *account = office_account(office, person);
  return account ? account->password : NULL;
}

gboolean
office_may_sign_in(const Office *office, const char *person, Date day)
{
  const Account *account = office_account(office, person);
  const Person *who = office_person(office, person);

  if (!account || account->closed || !account->password || !who || !who->name)
    return FALSE;
  g_autoptr(Arena) arena = arena_new();
  return office_posts_of(office, person, day, arena).length > 0;
}

/* --- what guards share --- */

void
account_guard_own(const ActContext *context, const char *person, Findings *findings)
{
  if (g_strcmp0(context->role, OFFICE_SELF) != 0 || g_strcmp0(person, context->actor.person) == 0)
    return;
  findings_addf(findings, FINDING_DENIED, "account.own", "ほかの人のアカウントは変えられません。")->remedy =
      "システム管理者に依頼してください。";
}

void
account_guard_open(const ActContext *context, const char *person, Findings *findings)
{
  const Account *account = office_account(context->office, person);

  if (account && account->closed) {
    Finding *finding = findings_addf(findings, FINDING_REFUSE, "account.closed", "%s のアカウントは停止されています。",
                                     person_label(context->office, person, findings_arena(findings)));
    finding->remedy = "先にアカウントを再開してください。";
    finding->act = "account.reopen";
  } else if (!office_person(context->office, person) || !office_person(context->office, person)->name)
    findings_addf(findings, FINDING_REFUSE, "account.erased", "氏名が消去された人のアカウントは使えません。")->remedy =
        "必要であれば、職員をあらためて登録してください。";
}

void
account_guard_hash(const char *hash, Findings *findings)
{
  if (g_str_has_prefix(hash, "$argon2id$"))
    return;
  findings_addf(findings, FINDING_INVALID, "account.password_hash", "パスワードのハッシュが argon2id の文字列ではありません。")->field =
      "password_hash";
}

/* --- the password set at the founding of older journals --- */

const Field password_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(OfficePassword, person), .ref = &ref_person },
  { "password_hash", "パスワードのハッシュ", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL | FIELD_SECRET,
    offsetof(OfficePassword, password_hash) },
  { NULL },
};

static void
password_set_apply(State *state, const EntryHead *head, const void *body)
{
  const OfficePassword *set = body;
  account_set_password(state->office, account_of(state->office, set->person), head, set->password_hash);
}

const EntryKind office_password_set = {
  "office.password_set", 1, "パスワードの設定", SCOPE_OFFICE, password_fields, sizeof(OfficePassword),
  password_set_apply,
};

/* --- failures, as counts --- */

static const Field failures_fields[] = {
  { "person", "職員", FIELD_REF, 0, offsetof(AccountFailures, person), .ref = &ref_person,
    .help = "登録のない名前で試された分は、まとめて数え、ここは空です。" },
  { "count", "回数", FIELD_INT, FIELD_REQUIRED, offsetof(AccountFailures, count) },
  { "from", "数え始め", FIELD_INSTANT, FIELD_REQUIRED, offsetof(AccountFailures, from) },
  { NULL },
};

static void
failures_apply(State *state G_GNUC_UNUSED, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
}

const EntryKind account_sign_in_failed = {
  "account.sign_in_failed", 1, "サインインの失敗", SCOPE_OFFICE, failures_fields, sizeof(AccountFailures), failures_apply,
};

/* What was not theirs to do or to see, by somebody who was signed in. */
static const Field refused_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(AccountFailures, person), .ref = &ref_person },
  { "count", "回数", FIELD_INT, FIELD_REQUIRED, offsetof(AccountFailures, count) },
  { "from", "数え始め", FIELD_INSTANT, FIELD_REQUIRED, offsetof(AccountFailures, from) },
  { NULL },
};

const EntryKind account_refused = {
  "account.refused", 1, "権限がないとして断った要求", SCOPE_OFFICE, refused_fields, sizeof(AccountFailures), failures_apply,
};

/* --- the rows --- */

#define ROW(verb, title_, fields_, type, guard_, emits_, own_, inner_, help_)                       \
  {                                                                                                 \
    .name = "account." verb, .title = title_, .right = RIGHT_ADMINISTER, .scope = SCOPE_OFFICE,     \
    .fields = fields_, .size = sizeof(type), .guard = guard_, .emits = emits_, .own = own_,         \
    .inner = inner_, .help = help_                                                                  \
  }
#define OTHERS FALSE
#define OWN TRUE
#define INNER TRUE
#define PLAIN FALSE

static const ActKind acts[] = {
  ROW("issue_password", "一度だけのパスワードを発行する", issue_password_fields, AccountIssue, issue_password_guard,
      &account_password_issued, OTHERS, INNER,
      "職員に、最初のサインインで必ず変える一度だけのパスワードを発行します。使える期間は72時間までです。二要素目の登録はそのまま残ります。"),
  ROW("change_password", "自分のパスワードを変える", change_password_fields, AccountPassword, change_password_guard,
      &account_password_changed, OWN, INNER,
      "いまのパスワードを確かめたうえで、自分のパスワードを変えます。ほかの端末のサインインはすべて終わります。"),
  ROW("close", "アカウントを停止する", reason_fields, AccountReason, close_guard, &account_closed, OTHERS, PLAIN,
      "サインインできなくします。使用中のサインインはその場で終わり、パスワードとAPIの鍵は使えなくなります。"),
  ROW("reopen", "アカウントを再開する", reason_fields, AccountReason, reopen_guard, &account_reopened, OTHERS, PLAIN,
      "停止したアカウントを再開します。前のパスワードは戻らないため、続けて一度だけのパスワードを発行してください。"),
  ROW("end_sessions", "サインインを終わらせる", end_sessions_fields, AccountReason, NULL, &account_sessions_ended, OTHERS, PLAIN,
      "職員の使用中のサインインを、すべての端末でその場で終えます。パスワードは変わらず、もう一度サインインできます。端末の置き忘れなどに使います。"),
  ROW("enrol_totp", "自分の二要素目を登録する", totp_fields, AccountTotp, enrol_totp_guard, &account_totp_enrolled, OWN, INNER,
      "認証アプリの6桁の番号を、以後のサインインで求めるようにします。回復用の番号も同時に作ります。"),
  ROW("remove_totp", "二要素目の登録を外す", reason_fields, AccountReason, remove_totp_guard, &account_totp_removed, OWN, PLAIN,
      "認証アプリを失った人などの登録を外します。管理者は、本人であることを対面などで確かめ、その方法を理由に書いてください。"),
  ROW("renew_codes", "自分の回復用の番号を作り直す", codes_fields, AccountCodes, renew_codes_guard, &account_codes_renewed, OWN, INNER,
      "印刷しておく10個の回復用の番号を作り直します。前の番号は使えなくなります。"),
  ROW("issue_token", "自分のAPIの鍵を発行する", token_fields, AccountToken, issue_token_guard, &account_token_issued, OWN, INNER,
      "プログラムから使う鍵を、できることと期限（1年まで）を決めて発行します。鍵は一度だけ表示され、記録にはハッシュだけが残ります。"),
  ROW("revoke_token", "APIの鍵を失効させる", revoke_fields, AccountRevoke, revoke_token_guard, &account_token_revoked, OWN, PLAIN,
      "APIの鍵をその場で使えなくします。管理者は、ほかの人の鍵も失効させられます。"),
};

static const EntryKind *const entries[] = {
  &account_password_issued, &account_password_changed, &account_closed,         &account_reopened,
  &account_totp_enrolled,   &account_totp_removed,     &account_codes_renewed,  &account_code_used,
  &account_sign_in_failed,  &account_token_issued,     &account_token_revoked,  &account_sessions_ended,
  &account_refused,
};

const Domain account_domain = {
  "account", acts, G_N_ELEMENTS(acts), entries, G_N_ELEMENTS(entries),
};
