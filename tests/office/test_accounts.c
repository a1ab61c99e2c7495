/* Accounts through the engine: who may what, what is refused, and that a rebuilt world has the same. */
#include <string.h>

#include "base/limits.h"
#include "hall.h"
#include "office/accounts.h"
#include "office/secret.h"

#define HASH "$argon2id$v=19$m=65536,t=3,p=1$x$y"
#define D0 "000000000000000000000000000000000000000000000000000000000000000"

static const Office *
office(Hall *hall)
{
  return world_office(engine_world(hall->engine));
}

static const Account *
account(Hall *hall, const char *person)
{
  const Account *found = office_account(office(hall), person);
  g_assert_nonnull(found);
  return found;
}

static void
issue(Hall *hall, const char *person)
{
  g_autofree char *fields = g_strdup_printf("{'person':'%s','password_hash':'" HASH "','expires':'2026-11-22T17:05'}", person);
  hall_must(hall, ADMINISTRATOR, "account.issue_password", 0, fields);
}

static void
settle(Hall *hall, const char *as, const char *person)
{
  issue(hall, person);
  hall_must(hall, as, "account.change_password", 0, "{'password_hash':'" HASH "'}");
}

static char *
totp_fields_of(guint codes)
{
  GString *text = g_string_new("{'sealed':'");
  for (guint i = 0; i < 144; i++)
    g_string_append_c(text, 'a');
  g_string_append(text, "','codes':[");
  for (guint i = 0; i < codes; i++)
    g_string_append_printf(text, "%s'" D0 "%u'", i ? "," : "", i);
  g_string_append(text, "]}");
  return g_string_free(text, FALSE);
}

/* --- passwords --- */

static void
test_issue(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_assert_null(office_account(office(hall), "p2"));
  issue(hall, "p2");
  g_assert_true(account(hall, "p2")->one_time);
  g_assert_cmpint(account(hall, "p2")->expires, ==, hall_time("2026-11-22T17:05"));
  guint64 before = account(hall, "p2")->since;
  hall_must(hall, STAFF, "account.change_password", 0, "{'password_hash':'" HASH "z'}");
  g_assert_false(account(hall, "p2")->one_time);
  g_assert_cmpint(account(hall, "p2")->expires, ==, INSTANT_NONE);
  g_assert_cmpstr(account(hall, "p2")->password, ==, HASH "z");
  g_assert_cmpuint(account(hall, "p2")->since, >, before);
}

static void
test_refusals(void)
{
  static const struct {
    const char *as, *act, *fields;
    FindingWeight weight;
    const char *says;
  } rows[] = {
    { STAFF, "account.issue_password", "{'person':'p3','password_hash':'" HASH "','expires':'2026-11-21T17:05'}", FINDING_DENIED, "may.role" },
    { STAFF, "account.close", "{'person':'p3','reason':'x'}", FINDING_DENIED, "may.role" },
    { ADMINISTRATOR, "account.issue_password", "{'person':'p3','password_hash':'" HASH "','expires':'2026-11-23T17:06'}", FINDING_INVALID, "account.expires" },
    { ADMINISTRATOR, "account.issue_password", "{'person':'p3','password_hash':'" HASH "','expires':'2026-11-20T17:05'}", FINDING_INVALID, "account.expires" },
    { ADMINISTRATOR, "account.issue_password", "{'person':'p3','password_hash':'secret','expires':'2026-11-21T17:05'}", FINDING_INVALID, "argon2id" },
    { STAFF, "account.change_password", "{'password_hash':'" HASH "'}", FINDING_REFUSE, "account.issue_password" },
    { ADMINISTRATOR, "account.close", "{'person':'p1','reason':'x'}", FINDING_REFUSE, "自分の" },
    { ADMINISTRATOR, "account.reopen", "{'person':'p2','reason':'x'}", FINDING_REFUSE, "停止されていません" },
    { STAFF, "account.remove_totp", "{'person':'p3','reason':'x'}", FINDING_DENIED, "account.own" },
    { STAFF, "account.remove_totp", "{'person':'p2','reason':'x'}", FINDING_REFUSE, "account.no_totp" },
    { STAFF, "account.issue_token", "{'name':'n','scopes':['view'],'hash':'" D0 "0','expires':'2027-01-01'}", FINDING_INVALID, "expires" },
    { STAFF, "account.issue_token", "{'name':'n','scopes':['view'],'hash':'" D0 "0','expires':'2027-01-01T00:00'}", FINDING_REFUSE, "account.none" },
    { STAFF, "account.revoke_token", "{'token':'k1'}", FINDING_INVALID, "ref.unknown" },
  };
  g_autoptr(Hall) hall = hall_new();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    hall_must_not(hall, rows[i].as, rows[i].act, 0, rows[i].fields, rows[i].weight, rows[i].says);
}

static void
test_close(void)
{
  g_autoptr(Hall) hall = hall_new();
  Date day = instant_date(engine_now(hall->engine));
  settle(hall, STAFF, "p2");
  hall_must(hall, STAFF, "account.issue_token", 0,
            "{'name':'監視','scopes':['view','write'],'hash':'" D0 "0','expires':'2027-11-01T00:00'}");
  g_assert_true(office_may_sign_in(office(hall), "p2", day));
  g_assert_true(office_token_valid(office(hall), office_token(office(hall), "k1"), engine_now(hall->engine)));

  hall_must(hall, ADMINISTRATOR, "account.close", 0, "{'person':'p2','reason':'端末を紛失'}");
  g_assert_false(office_may_sign_in(office(hall), "p2", day));
  g_assert_false(office_token_valid(office(hall), office_token(office(hall), "k1"), engine_now(hall->engine)));
  hall_must_not(hall, STAFF, "account.change_password", 0, "{'password_hash':'" HASH "'}", FINDING_REFUSE, "account.closed");

  hall_must(hall, ADMINISTRATOR, "account.reopen", 0, "{'person':'p2','reason':'回収した'}");
  g_assert_false(office_may_sign_in(office(hall), "p2", day)); /* the password did not come back */
  issue(hall, "p2");
  g_assert_true(office_may_sign_in(office(hall), "p2", day));
  g_assert_true(office_token(office(hall), "k1")->revoked); /* nor the token */
}

/* Who holds no post any more cannot sign in, from the next day on. */
static void
test_tenure(void)
{
  g_autoptr(Hall) hall = hall_new();
  settle(hall, STAFF, "p2");
  hall_must(hall, ADMINISTRATOR, "office.relieve", 0, "{'person':'p2','post':'system-staff','until':'2026-11-20'}");
  Date last = instant_date(hall_time("2026-11-20T23:59"));
  g_assert_true(office_may_sign_in(office(hall), "p2", last));
  g_assert_false(office_may_sign_in(office(hall), "p2", last + 1));
}

/* --- the second factor --- */

static void
test_factors(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autofree char *good = totp_fields_of(LIMIT_RECOVERY_CODES), *few = totp_fields_of(LIMIT_RECOVERY_CODES - 1);
  issue(hall, "p2");
  hall_must_not(hall, STAFF, "account.enrol_totp", 0, good, FINDING_REFUSE, "account.change_password");
  hall_must(hall, STAFF, "account.change_password", 0, "{'password_hash':'" HASH "'}");
  hall_must_not(hall, STAFF, "account.enrol_totp", 0, few, FINDING_INVALID, "account.codes");
  hall_must(hall, STAFF, "account.enrol_totp", 0, good);
  g_assert_true(account(hall, "p2")->totp);
  g_assert_cmpuint(account(hall, "p2")->codes.length, ==, LIMIT_RECOVERY_CODES);

  g_assert_true(engine_note(hall->engine, &account_code_used, &(AccountCodeUsed){ "p2", D0 "3" }));
  engine_drain(hall->engine);
  g_assert_cmpuint(account(hall, "p2")->codes.length, ==, LIMIT_RECOVERY_CODES - 1);
  g_assert_false(list_has_string(account(hall, "p2")->codes, D0 "3"));
  issue(hall, "p2"); /* a new password leaves the second factor alone */
  g_assert_true(account(hall, "p2")->totp);
  hall_must(hall, ADMINISTRATOR, "account.remove_totp", 0, "{'person':'p2','reason':'対面で職員証を確認'}");
  g_assert_false(account(hall, "p2")->totp);
  g_assert_cmpuint(account(hall, "p2")->codes.length, ==, 0);
}

/* --- tokens --- */

static void
test_tokens(void)
{
  static const struct {
    const char *scopes, *expires;
    gboolean good;
  } rows[] = {
    { "'view'", "2026-11-21T00:00", TRUE },   { "'view','write','decide','administer'", "2027-11-20T17:05", TRUE },
    { "'view','view'", "2027-01-01T00:00", FALSE }, { "'all'", "2027-01-01T00:00", FALSE }, { "", "2027-01-01T00:00", FALSE },
    { "'view'", "2026-11-20T17:05", FALSE },  { "'view'", "2028-01-01T00:00", FALSE },
  };
  g_autoptr(Hall) hall = hall_new();
  settle(hall, STAFF, "p2");
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *fields = g_strdup_printf("{'name':'監視','scopes':[%s],'hash':'" D0 "%u','expires':'%s'}", rows[i].scopes, i, rows[i].expires);
    g_autoptr(Outcome) outcome = hall_act(hall, STAFF, "account.issue_token", 0, fields);
    g_assert_cmpint(outcome->done, ==, rows[i].good);
  }
  const Token *token = office_token_of_hash(office(hall), D0 "1");
  g_assert_cmpstr(token->id, ==, "k2");
  g_assert_cmpstr(token->person, ==, "p2");
  g_assert_cmpuint(token->rights, ==, 1u << RIGHT_VIEW | 1u << RIGHT_WRITE | 1u << RIGHT_DECIDE | 1u << RIGHT_ADMINISTER);
  g_assert_true(office_token_valid(office(hall), token, token->expires - 1));
  g_assert_false(office_token_valid(office(hall), token, token->expires));
  g_assert_null(office_token_of_hash(office(hall), D0 "9"));
  hall_must_not(hall, "p3/system-staff", "account.revoke_token", 0, "{'token':'k2'}", FINDING_DENIED, "account.own");
  hall_must(hall, STAFF, "account.revoke_token", 0, "{'token':'k2'}");
  hall_must_not(hall, STAFF, "account.revoke_token", 0, "{'token':'k2'}", FINDING_REFUSE, "失効しています");
  hall_must(hall, ADMINISTRATOR, "account.revoke_token", 0, "{'token':'k1'}");
}

/* --- erasing, rebuilding, showing --- */

static char *
dump(Hall *hall)
{
  GString *text = g_string_new(NULL);
  for (guint i = 1; i <= 9; i++) {
    g_autofree char *id = g_strdup_printf("p%u", i);
    const Account *a = office_account(office(hall), id);
    if (a)
      g_string_append_printf(text, "%s %s %d %d %d %s %u %" G_GUINT64_FORMAT " %u\n", id, a->password, a->one_time, a->closed, a->totp,
                             a->sealed, (guint)a->codes.length, a->since, (guint)a->told.length);
  }
  return g_string_free(text, FALSE);
}

static void
test_erased_and_rebuilt(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autofree char *good = totp_fields_of(LIMIT_RECOVERY_CODES);
  g_autoptr(Arena) arena = arena_new();
  settle(hall, STAFF, "p2");
  hall_must(hall, STAFF, "account.enrol_totp", 0, good);
  settle(hall, "p3/system-staff", "p3");
  List entries = office_personal_entries(office(hall), "p2", arena);
  g_assert_cmpuint(entries.length, ==, 4); /* the person, two passwords, the second factor */
  GString *fields = g_string_new("{'ground':'条例','entries':[");
  for (gsize i = 0; i < entries.length; i++)
    g_string_append_printf(fields, "%s%" G_GINT64_FORMAT, i ? "," : "", *list_item(entries, gint64, i));
  g_string_append(fields, "]}");
  hall_must(hall, ADMINISTRATOR, "office.erase", 0, fields->str);
  g_string_free(fields, TRUE);

  g_assert_false(office_may_sign_in(office(hall), "p2", instant_date(engine_now(hall->engine))));
  g_assert_null(account(hall, "p2")->password);
  g_assert_null(account(hall, "p2")->sealed);
  g_assert_true(account(hall, "p2")->totp);
  g_assert_cmpuint(office_personal_entries(office(hall), "p2", arena).length, ==, 0);
  hall_must_not(hall, ADMINISTRATOR, "account.issue_password", 0,
                "{'person':'p2','password_hash':'" HASH "','expires':'2026-11-21T17:05'}", FINDING_REFUSE, "account.erased");
  g_autofree char *live = dump(hall);
  hall_close(hall);
  hall_open(hall);
  g_autofree char *rebuilt = dump(hall);
  g_assert_cmpstr(live, ==, rebuilt);
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- secrets --- */

static void
test_secrets(void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < 1000; i++) {
    char *token = secret_token("shodo_"), *code = secret_recovery_code(), *word = secret_one_time_password();
    g_assert_cmpuint(strlen(token), ==, 6 + 43);
    g_assert_cmpuint(strlen(code), ==, 27);
    g_assert_cmpuint(strlen(word), ==, 23);
    g_assert_true(g_hash_table_add(seen, token));
    g_assert_true(g_hash_table_add(seen, code));
    g_assert_true(g_hash_table_add(seen, word));
  }
  g_autofree char *plain = secret_plain_code(" ABCDEF-ghijkm　２３４５６７-zzzzzz");
  g_assert_cmpstr(plain, ==, "abcdefghijkm234567zzzzzz");
  g_autofree char *digest = secret_digest("abc");
  g_assert_cmpstr(digest, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_hashes(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *hash = secret_hash_password("ＡＢＣ漢字 パスフレーズ", &error);
  g_assert_no_error(error);
  g_assert_true(g_str_has_prefix(hash, "$argon2id$v=19$m=65536,t=3,"));
  g_assert_true(secret_check_password(hash, "ABC漢字 パスフレーズ")); /* one key-press apart on another machine */
  g_assert_false(secret_check_password(hash, "abc漢字 パスフレーズ"));
  g_assert_false(secret_check_password("$argon2id$x", "ABC漢字 パスフレーズ"));
}

static void
test_sealing(void)
{
  g_autoptr(Hall) hall = hall_new();
  const Keyring *keyring = engine_keyring(hall->engine);
  guint8 secret[SECRET_TOTP], again[SECRET_TOTP];
  secret_random(secret, sizeof secret);
  g_autofree char *sealed = secret_seal(keyring, "p12", secret), *other = secret_seal(keyring, "p12", secret);
  g_assert_cmpuint(strlen(sealed), ==, 144);
  g_assert_cmpstr(sealed, !=, other);
  g_assert_true(secret_unseal(keyring, "p12", sealed, again));
  g_assert_true(memcmp(secret, again, sizeof secret) == 0);
  g_assert_false(secret_unseal(keyring, "p1", sealed, again));
  g_assert_false(secret_unseal(keyring, "p13", sealed, again));
  sealed[100] = sealed[100] == '0' ? '1' : '0';
  g_assert_false(secret_unseal(keyring, "p12", sealed, again));
  g_assert_false(secret_unseal(keyring, "p12", "zz", again));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/accounts/issue", test_issue);
  g_test_add_func("/accounts/refusals", test_refusals);
  g_test_add_func("/accounts/close", test_close);
  g_test_add_func("/accounts/tenure", test_tenure);
  g_test_add_func("/accounts/factors", test_factors);
  g_test_add_func("/accounts/tokens", test_tokens);
  g_test_add_func("/accounts/erased-and-rebuilt", test_erased_and_rebuilt);
  g_test_add_func("/accounts/secrets", test_secrets);
  g_test_add_func("/accounts/hashes", test_hashes);
  g_test_add_func("/accounts/sealing", test_sealing);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
