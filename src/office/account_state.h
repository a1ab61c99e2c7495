/* What the files about accounts share. */
#ifndef SHODO_OFFICE_ACCOUNT_STATE_H
#define SHODO_OFFICE_ACCOUNT_STATE_H

#include "office/accounts.h"
#include "office/state.h"

#define ACCOUNT_SEALED_DIGITS 144 /* of the sealed secret of a second factor: engine/secret.h */

/* The account of PERSON, made when it is none yet. */
Account *account_of(Office *office, const char *person);
void account_set_password(Office *office, Account *account, const EntryHead *head, const char *hash);
/* Remember that HEAD's entry told something of the account that can be erased. */
void account_told(Office *office, Account *account, const EntryHead *head);

/* Refuses what is not one's own, when one may only that. */
void account_guard_own(const ActContext *context, const char *person, Findings *findings);
void account_guard_open(const ActContext *context, const char *person, Findings *findings);
void account_guard_hash(const char *hash, Findings *findings);
gboolean account_is_digest(const char *text);

void tokens_close(Office *office, const char *person); /* revokes all of them */

extern const Field issue_password_fields[], change_password_fields[], reason_fields[], end_sessions_fields[], totp_fields[],
    codes_fields[], token_fields[], revoke_fields[];

void issue_password_guard(const ActContext *context, const void *fields, Findings *findings);
void change_password_guard(const ActContext *context, const void *fields, Findings *findings);
void close_guard(const ActContext *context, const void *fields, Findings *findings);
void reopen_guard(const ActContext *context, const void *fields, Findings *findings);
void enrol_totp_guard(const ActContext *context, const void *fields, Findings *findings);
void remove_totp_guard(const ActContext *context, const void *fields, Findings *findings);
void renew_codes_guard(const ActContext *context, const void *fields, Findings *findings);
void issue_token_guard(const ActContext *context, const void *fields, Findings *findings);
void revoke_token_guard(const ActContext *context, const void *fields, Findings *findings);

#endif
