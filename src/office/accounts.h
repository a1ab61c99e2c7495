/* Accounts: how persons prove who they are (docs/decisions/0010).
 *
 * The journal holds hashes and sealed secrets only.  An act marked `inner` is submitted by the
 * sign-in layer, which made or checked what the fields are the hash of, and by nobody else.
 * Pointers are good until the next entry. */
#ifndef SHODO_OFFICE_ACCOUNTS_H
#define SHODO_OFFICE_ACCOUNTS_H

#include "office/office.h"

extern const Domain account_domain;

typedef struct {
  const char *person;
  const char *password; /* argon2id string; NULL: none, erased, or the account was closed since */
  gboolean one_time;    /* issued by an administrator: to be changed at its first use */
  Instant expires;      /* of one issued */
  gboolean closed;
  gboolean totp;        /* a one-time code is asked for */
  const char *sealed;   /* its secret, sealed, in hexadecimal; NULL: none, or erased */
  List codes;           /* SHA-256 (hexadecimal) of the recovery codes not used yet; strings */
  guint64 since;        /* entry that last changed how one signs in: a session from before it is dead */
  guint64 password_entry, totp_entry;
  List told;            /* of gint64: entries with personal bodies that are not erased */
} Account;

/* NULL: never had one. */
const Account *office_account(const Office *office, const char *person);
/* An open account with a password, of a person with a name who holds a post on DAY. */
gboolean office_may_sign_in(const Office *office, const char *person, Date day);

/* An API token. */
typedef struct {
  const char *id;     /* "k1"… */
  const char *person;
  const char *name;   /* what it is for */
  const char *hash;   /* SHA-256 of the token, hexadecimal */
  guint rights;       /* 1 << Right, ored */
  Instant issued, expires;
  gboolean revoked;
} Token;

/* Whatever became of it; NULL: none.  HASH is looked up in a table of hashes. */
const Token *office_token_of_hash(const Office *office, const char *hash);
const Token *office_token(const Office *office, const char *id);
/* Of const Token *, all of PERSON, in ARENA. */
List office_tokens_of(const Office *office, const char *person, Arena *arena);
/* Not revoked, not expired, of a person who may sign in. */
gboolean office_token_valid(const Office *office, const Token *token, Instant now);

extern const RefKind ref_token;

/* --- the bodies of entries --- */

/* account.issue_password → account.password_issued */
typedef struct {
  const char *person;
  const char *password_hash; /* personal */
  Instant expires;
} AccountIssue;

/* account.change_password → account.password_changed: the actor's own */
typedef struct {
  const char *password_hash; /* personal */
} AccountPassword;

/* account.close → account.closed, account.reopen → account.reopened, account.remove_totp → account.totp_removed,
 * account.end_sessions → account.sessions_ended, where PERSON may be NULL: everybody */
typedef struct {
  const char *person;
  const char *reason;
} AccountReason;

/* account.enrol_totp → account.totp_enrolled: the actor's own */
typedef struct {
  const char *sealed; /* personal */
  List codes;
} AccountTotp;

/* account.renew_codes → account.codes_renewed: the actor's own */
typedef struct {
  List codes;
} AccountCodes;

/* account.code_used, by the program */
typedef struct {
  const char *person;
  const char *hash;
} AccountCodeUsed;

/* account.sign_in_failed, and account.refused (whose person is always there), by the program */
typedef struct {
  const char *person; /* NULL: names that nobody has */
  gint64 count;
  Instant from;
} AccountFailures;

/* account.issue_token → account.token_issued: the actor's own */
typedef struct {
  const char *name;
  List scopes; /* tokens of right_choices */
  const char *hash;
  Instant expires;
} AccountToken;

/* account.revoke_token → account.token_revoked */
typedef struct {
  const char *token;
} AccountRevoke;

extern const EntryKind account_password_issued, account_password_changed, account_closed, account_reopened, account_sessions_ended,
    account_totp_enrolled, account_totp_removed, account_codes_renewed, account_code_used, account_sign_in_failed, account_refused,
    account_token_issued, account_token_revoked;

#endif
