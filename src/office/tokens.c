/* API tokens: what a program may do in somebody's name. */
#include "base/limits.h"
#include "office/account_state.h"

const Field token_fields[] = {
  { "name", "用途", FIELD_LINE, FIELD_REQUIRED, offsetof(AccountToken, name), .limit = 60,
    .help = "どのプログラムが何のために使うかを書きます。" },
  { "scopes", "できること", FIELD_LINES, FIELD_REQUIRED, offsetof(AccountToken, scopes), .limit = 4,
    .help = "view（閲覧）、write（記録）、decide（判断・決定）、administer（管理）から選びます。本人に許されないことはできません。" },
  { "hash", "鍵のハッシュ", FIELD_HASH, FIELD_REQUIRED | FIELD_SECRET, offsetof(AccountToken, hash) },
  { "expires", "期限", FIELD_INSTANT, FIELD_REQUIRED, offsetof(AccountToken, expires), .help = "1年先までです。" },
  { NULL },
};

const Field revoke_fields[] = {
  { "token", "APIの鍵", FIELD_REF, FIELD_REQUIRED, offsetof(AccountRevoke, token), .ref = &ref_token },
  { NULL },
};

/* --- state --- */

static guint
rights_of(List scopes)
{
  guint rights = 0;
  for (gsize i = 0; i < scopes.length; i++) {
    const Choice *choice = choice_by_token(right_choices, list_string(scopes, i));
    if (choice)
      rights |= 1u << choice->value;
  }
  return rights;
}

static void
token_issued_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  const AccountToken *issued = body;
  Token *token = arena_new0(office->arena, Token);

  list_add(office->arena, &office->tokens, token);
  *token = (Token){
    .id = arena_printf(office->arena, "k%" G_GSIZE_FORMAT, office->tokens.length), .person = head->actor.person,
    .name = issued->name, .hash = issued->hash, .rights = rights_of(issued->scopes), .issued = head->recorded,
    .expires = issued->expires,
  };
  g_hash_table_insert(office->token_of, (gpointer)token->hash, token);
}

static Token *
token_at(const Office *office, const char *id)
{
  gsize position = id_position(id, 'k');
  return position < office->tokens.length ? ((Token *const *)office->tokens.items)[position] : NULL;
}

static void
token_revoked_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const AccountRevoke *revoked = body;
  Token *token = token_at(state->office, revoked->token);
  if (token)
    token->revoked = TRUE;
}

void
tokens_close(Office *office, const char *person)
{
  for (gsize i = 0; i < office->tokens.length; i++) {
    Token *token = ((Token *const *)office->tokens.items)[i];
    token->revoked = token->revoked || g_str_equal(token->person, person);
  }
}

const EntryKind account_token_issued = {
  "account.token_issued", 1, "APIの鍵の発行", SCOPE_OFFICE, token_fields, sizeof(AccountToken), token_issued_apply,
};

const EntryKind account_token_revoked = {
  "account.token_revoked", 1, "APIの鍵の失効", SCOPE_OFFICE, revoke_fields, sizeof(AccountRevoke), token_revoked_apply,
};

/* --- questions --- */

const Token *
office_token_of_hash(const Office *office, const char *hash)
{
  return g_hash_table_lookup(office->token_of, hash);
}

const Token *
office_token(const Office *office, const char *id)
{
  return token_at(office, id);
}

List
office_tokens_of(const Office *office, const char *person, Arena *arena)
{
  List found = { 0 };
  for (gsize i = 0; i < office->tokens.length; i++)
    if (g_str_equal(list_pointer(office->tokens, Token, i)->person, person))
      list_add(arena, &found, list_pointer(office->tokens, Token, i));
  return found;
}

gboolean
office_token_valid(const Office *office, const Token *token, Instant now)
{
  return !token->revoked && now < token->expires && office_may_sign_in(office, token->person, instant_date(now));
}

static gboolean
token_exists(const ActContext *context, const char *id)
{
  return office_token(context->office, id) != NULL;
}

static const char *
token_name(const ActContext *context, const char *id)
{
  const Token *token = office_token(context->office, id);
  return token ? token->name : NULL;
}

const RefKind ref_token = { "token", "APIの鍵", token_exists, NULL, token_name };

/* --- guards --- */

static gboolean
good_scopes(List scopes)
{
  guint rights = 0;
  for (gsize i = 0; i < scopes.length; i++) {
    const Choice *choice = choice_by_token(right_choices, list_string(scopes, i));
    if (!choice || rights & 1u << choice->value)
      return FALSE;
    rights |= 1u << choice->value;
  }
  return rights != 0;
}

static gboolean
room_for_one(const ActContext *context)
{
  List tokens = office_tokens_of(context->office, context->actor.person, context->arena);
  guint valid = 0;
  for (gsize i = 0; i < tokens.length; i++)
    valid += office_token_valid(context->office, list_pointer(tokens, Token, i), context->now) ? 1 : 0;
  return valid < LIMIT_TOKENS_OF_ONE;
}

void
issue_token_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountToken *issue = fields;

  if (!office_may_sign_in(context->office, context->actor.person, instant_date(context->now)))
    findings_addf(findings, FINDING_REFUSE, "account.none", "サインインできるアカウントがありません。")->remedy =
        "システム管理者に、一度だけのパスワードの発行を依頼してください。";
  if (!good_scopes(issue->scopes))
    findings_addf(findings, FINDING_INVALID, "account.scopes", "できることは、view、write、decide、administer から一つずつ選んでください。")->field =
        "scopes";
  if (issue->expires <= context->now || issue->expires > context->now + LIMIT_TOKEN_DAYS * INSTANT_DAY)
    findings_addf(findings, FINDING_INVALID, "account.expires", "APIの鍵の期限は、いまより後で、1年以内にしてください。")->field = "expires";
  if (office_token_of_hash(context->office, issue->hash))
    findings_addf(findings, FINDING_INVALID, "account.token_taken", "この鍵はすでに登録されています。")->field = "hash";
  if (!room_for_one(context))
    findings_addf(findings, FINDING_REFUSE, "account.tokens", "APIの鍵は一人%d個までです。", LIMIT_TOKENS_OF_ONE)->act =
        "account.revoke_token";
}

void
revoke_token_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const AccountRevoke *revoke = fields;
  const Token *token = office_token(context->office, revoke->token);

  account_guard_own(context, token->person, findings);
  if (token->revoked)
    findings_addf(findings, FINDING_REFUSE, "account.revoked", "この鍵はすでに失効しています。");
}
