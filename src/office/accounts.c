/* Accounts: for now the one password of each person. */
#include "office/state.h"

const Field password_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(OfficePassword, person), .ref = &ref_person },
  { "password_hash", "パスワードのハッシュ", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL,
    offsetof(OfficePassword, password_hash), .help = "argon2id の文字列です。パスワードそのものは記録しません。" },
  { NULL },
};

/* The latest stands, erased or not: an older password never comes back. */
static void
password_set_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  const OfficePassword *set = body;
  Password *password = g_hash_table_lookup(office->passwords, set->person);

  if (!password) {
    password = arena_new0(office->arena, Password);
    g_hash_table_insert(office->passwords, (gpointer)set->person, password);
  }
  password->entry = head->number;
  password->hash = set->password_hash;
}

const EntryKind office_password_set = {
  "office.password_set", 1, "パスワードの設定", SCOPE_OFFICE, password_fields, sizeof(OfficePassword),
  password_set_apply,
};

void
accounts_erase(Office *office, guint64 entry)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, office->passwords);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    Password *password = value;
    if (password->entry == entry)
      password->hash = NULL;
  }
}

void
password_guard(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  const OfficePassword *set = fields;

  if (g_str_has_prefix(set->password_hash, "$argon2id$"))
    return;
  Finding *finding = findings_addf(findings, FINDING_INVALID, "office.password_hash",
                                   "パスワードのハッシュが argon2id の文字列ではありません。");
  finding->field = "password_hash";
}

const char *
office_password_hash(const Office *office, const char *person)
{
  const Password *password = g_hash_table_lookup(office->passwords, person);
  return password ? password->hash : NULL;
}
