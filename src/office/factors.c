/* The second factor: one-time codes of an authenticator (RFC 6238), and recovery codes on paper. */
#include <string.h>

#include "base/limits.h"
#include "office/account_state.h"

#define CODES_ROW(type)                                                                                        \
  { "codes", "回復用の番号のハッシュ", FIELD_LINES, FIELD_REQUIRED | FIELD_SECRET, offsetof(type, codes),       \
    .limit = LIMIT_RECOVERY_CODES, .help = "印刷した番号のSHA-256です。番号そのものは記録しません。" }

const Field totp_fields[] = {
  { "sealed", "封をした秘密", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL | FIELD_SECRET, offsetof(AccountTotp, sealed),
    .help = "この団体の鍵で暗号化してあり、記録のファイルだけでは読めません。" },
  CODES_ROW(AccountTotp),
  { NULL },
};

const Field codes_fields[] = { CODES_ROW(AccountCodes), { NULL } };

static const Field code_used_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(AccountCodeUsed, person), .ref = &ref_person },
  { "hash", "使った番号のハッシュ", FIELD_HASH, FIELD_REQUIRED | FIELD_SECRET, offsetof(AccountCodeUsed, hash) },
  { NULL },
};

/* --- state --- */

static void
enrolled_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountTotp *enrolled = body;
  Account *account = account_of(state->office, head->actor.person);

  account->totp = TRUE;
  account->sealed = enrolled->sealed;
  account->codes = enrolled->codes;
  account->totp_entry = account->since = head->number;
  if (enrolled->sealed)
    account_told(state->office, account, head);
}

static void
removed_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountReason *removed = body;
  Account *account = account_of(state->office, removed->person);

  account->totp = FALSE;
  account->sealed = NULL;
  account->codes = (List){ 0 };
  account->totp_entry = account->since = head->number;
}

static void
renewed_apply(State *state, const EntryHead *head, const void *body)
{
  const AccountCodes *renewed = body;
  account_of(state->office, head->actor.person)->codes = renewed->codes;
}

/* Bodies are not changed: the list without the code is another list. */
static void
used_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const AccountCodeUsed *used = body;
  Account *account = account_of(state->office, used->person);
  List left = { 0 };

  for (gsize i = 0; i < account->codes.length; i++)
    if (!g_str_equal(list_string(account->codes, i), used->hash))
      list_add(state->office->arena, &left, list_string(account->codes, i));
  account->codes = left;
}

#define ENTRY(variable, name, title, fields, type, apply) \
  const EntryKind variable = { name, 1, title, SCOPE_OFFICE, fields, sizeof(type), apply }

ENTRY(account_totp_enrolled, "account.totp_enrolled", "二要素目の登録", totp_fields, AccountTotp, enrolled_apply);
ENTRY(account_totp_removed, "account.totp_removed", "二要素目の登録の取外し", reason_fields, AccountReason, removed_apply);
ENTRY(account_codes_renewed, "account.codes_renewed", "回復用の番号の作り直し", codes_fields, AccountCodes, renewed_apply);
ENTRY(account_code_used, "account.code_used", "回復用の番号の使用", code_used_fields, AccountCodeUsed, used_apply);

/* --- guards --- */

gboolean
account_is_digest(const char *text)
{
  return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void
check_codes(List codes, Findings *findings)
{
  gboolean good = codes.length == LIMIT_RECOVERY_CODES;

  for (gsize i = 0; i < codes.length; i++) {
    good = good && account_is_digest(list_string(codes, i));
    for (gsize k = 0; k < i; k++)
      good = good && !g_str_equal(list_string(codes, i), list_string(codes, k));
  }
  if (!good)
    findings_addf(findings, FINDING_INVALID, "account.codes", "回復用の番号のハッシュは、異なる%d個です。", LIMIT_RECOVERY_CODES)->field =
        "codes";
}

/* Whoever still has a one-time password is not known to be the account's owner yet. */
static void
check_settled(const ActContext *context, Findings *findings)
{
  const Account *account = office_account(context->office, context->actor.person);

  account_guard_open(context, context->actor.person, findings);
  if (account && account->password && !account->one_time)
    return;
  findings_addf(findings, FINDING_REFUSE, "account.no_password", "先に自分のパスワードを決めてください。")->act =
      "account.change_password";
}

void
enrol_totp_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountTotp *enrol = fields;

  check_settled(context, findings);
  check_codes(enrol->codes, findings);
  if (strlen(enrol->sealed) != ACCOUNT_SEALED_DIGITS || strspn(enrol->sealed, "0123456789abcdef") != ACCOUNT_SEALED_DIGITS)
    findings_addf(findings, FINDING_INVALID, "account.sealed", "封をした秘密の形が正しくありません。")->field = "sealed";
}

void
remove_totp_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountReason *remove = fields;
  const Account *account = office_account(context->office, remove->person);

  account_guard_own(context, remove->person, findings);
  if (!account || !account->totp)
    findings_addf(findings, FINDING_REFUSE, "account.no_totp", "二要素目は登録されていません。");
}

void
renew_codes_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountCodes *renew = fields;
  const Account *account = office_account(context->office, context->actor.person);

  check_settled(context, findings);
  check_codes(renew->codes, findings);
  if (account && account->totp)
    return;
  findings_addf(findings, FINDING_REFUSE, "account.no_totp", "二要素目は登録されていません。")->act = "account.enrol_totp";
}
