/* Passwords, and accounts that are closed and reopened.  A password is judged and hashed before it gets
 * here (web/signin.h). */
#include "base/limits.h"
#include "office/account_state.h"

#define HASH_ROW(type)                                                                                        \
  { "password_hash", "パスワードのハッシュ", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL | FIELD_SECRET,       \
    offsetof(type, password_hash), .help = "argon2id の文字列です。パスワードそのものは記録しません。" }

const Field issue_password_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(AccountIssue, person), .ref = &ref_person },
  HASH_ROW(AccountIssue),
  { "expires", "使える期限", FIELD_INSTANT, FIELD_REQUIRED, offsetof(AccountIssue, expires) },
  { NULL },
};

const Field change_password_fields[] = { HASH_ROW(AccountPassword), { NULL } };

const Field reason_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(AccountReason, person), .ref = &ref_person },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(AccountReason, reason) },
  { NULL },
};

const Field end_sessions_fields[] = {
  { "person", "職員", FIELD_REF, 0, offsetof(AccountReason, person), .ref = &ref_person, .help = "空欄なら、自分も含めて全員のサインインを終えます。" },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(AccountReason, reason) },
  { NULL },
};

/* --- state --- */

static void
issued_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountIssue *issued = body;
  Account *account = account_of(state->office, issued->person);

  account_set_password(state->office, account, head, issued->password_hash);
  account->one_time = TRUE;
  account->expires = issued->expires;
}

static void
changed_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountPassword *changed = body;
  account_set_password(state->office, account_of(state->office, head->actor.person), head, changed->password_hash);
}

static void
closed_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountReason *closed = body;
  Account *account = account_of(state->office, closed->person);

  account->closed = TRUE;
  account->password = NULL; /* does not come back with the account */
  account->since = head->number;
  tokens_close(state->office, closed->person);
}

static void
reopened_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountReason *reopened = body;
  Account *account = account_of(state->office, reopened->person);

  account->closed = FALSE;
  account->since = head->number;
}

/* Sessions compare `since` with what it was when they began (web/sessions.h). */
static void
sessions_ended_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountReason *ended = body;
  GHashTableIter iter;
  gpointer account;

  if (ended->person) {
    account_of(state->office, ended->person)->since = head->number;
    return;
  }
  g_hash_table_iter_init(&iter, state->office->accounts);
  while (g_hash_table_iter_next(&iter, NULL, &account))
    ((Account *)account)->since = head->number;
}

#define ENTRY(variable, name, title, fields, type, apply) \
  const EntryKind variable = { name, 1, title, SCOPE_OFFICE, fields, sizeof(type), apply }

ENTRY(account_password_issued, "account.password_issued", "一度だけのパスワードの発行", issue_password_fields, AccountIssue, issued_apply);
ENTRY(account_password_changed, "account.password_changed", "パスワードの変更", change_password_fields, AccountPassword, changed_apply);
ENTRY(account_closed, "account.closed", "アカウントの停止", reason_fields, AccountReason, closed_apply);
ENTRY(account_reopened, "account.reopened", "アカウントの再開", reason_fields, AccountReason, reopened_apply);
ENTRY(account_sessions_ended, "account.sessions_ended", "サインインの終了", end_sessions_fields, AccountReason, sessions_ended_apply);

/* --- guards --- */

static void
advise_without_post(const ActContext *context, const char *person, Findings *findings)
{
  if (office_posts_of(context->office, person, instant_date(context->now), context->arena).length)
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "account.no_post", "%s は今日、どの職にも就いていません。",
                                   person_label(context->office, person, findings_arena(findings)));
  finding->remedy = "職に就くまでサインインできません。着任を記録してください。";
  finding->act = "office.appoint";
}

void
issue_password_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountIssue *issue = fields;

  account_guard_hash(issue->password_hash, findings);
  account_guard_open(context, issue->person, findings);
  advise_without_post(context, issue->person, findings);
  if (issue->expires > context->now && issue->expires <= context->now + LIMIT_ONE_TIME_PASSWORD * INSTANT_SECOND)
    return;
  Finding *finding = findings_addf(findings, FINDING_INVALID, "account.expires", "一度だけのパスワードを使える期間は%d時間までです。",
                                   LIMIT_ONE_TIME_PASSWORD / 3600);
  finding->field = "expires";
}

void
change_password_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountPassword *change = fields;
  const Account *account = office_account(context->office, context->actor.person);

  account_guard_hash(change->password_hash, findings);
  account_guard_open(context, context->actor.person, findings);
  if (account && account->password)
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "account.no_password", "パスワードがまだありません。");
  finding->remedy = "システム管理者に、一度だけのパスワードの発行を依頼してください。";
  finding->act = "account.issue_password";
}

void
close_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountReason *close = fields;
  const Account *account = office_account(context->office, close->person);

  if (g_strcmp0(close->person, context->actor.person) == 0)
    findings_addf(findings, FINDING_REFUSE, "account.close_own", "自分のアカウントは停止できません。")->remedy =
        "ほかのシステム管理者に依頼してください。";
  if (account && account->closed)
    findings_addf(findings, FINDING_REFUSE, "account.closed", "このアカウントはすでに停止されています。");
}

void
reopen_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountReason *reopen = fields;
  const Account *account = office_account(context->office, reopen->person);

  if (!account || !account->closed)
    findings_addf(findings, FINDING_REFUSE, "account.not_closed", "このアカウントは停止されていません。")->remedy =
        "職員を確かめてください。";
}
