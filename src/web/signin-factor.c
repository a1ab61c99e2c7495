/* Codes of the second factor: right once. */
#include <string.h>

#include "office/secret.h"
#include "web/signin-inner.h"
#include "web/totp.h"

#define EVERYBODY "*"

static guint64
read_step(Signin *signin, const char *key)
{
  g_autoptr(GBytes) value = scratch_get(signin->scratch, SCRATCH_CODE, key);
  guint64 step = 0;
  if (value && g_bytes_get_size(value) == sizeof step)
    memcpy(&step, g_bytes_get_data(value, NULL), sizeof step);
  return step;
}

static void
keep_step(Signin *signin, const char *key, guint64 step)
{
  g_autoptr(GBytes) value = g_bytes_new(&step, sizeof step);
  /* Not written, it is still in memory; lost with it, everybody waits for a newer code. */
  (void)!scratch_put(signin->scratch, SCRATCH_CODE, key, key, value, G_MAXINT64, NULL);
}

static gint64
seconds(const Signin *signin)
{
  return scratch_now(signin->scratch).wall / 1000;
}

/* When scratch.db is new, a code of just now may have been used: everybody waits for the next step. */
void
factor_forget_used(Signin *signin)
{
  if (scratch_is_new(signin->scratch))
    keep_step(signin, EVERYBODY, totp_step(seconds(signin)) + 1);
  signin->floor = read_step(signin, EVERYBODY);
  if (scratch_is_new(signin->scratch))
    signin->floor = MAX(signin->floor, totp_step(seconds(signin)) + 1);
}

static guint64
floor_of(Signin *signin, const char *person)
{
  const guint64 *kept = g_hash_table_lookup(signin->steps, person);
  guint64 stored = read_step(signin, person);
  return MAX(signin->floor, MAX(stored, kept ? *kept : 0));
}

gboolean
factor_matches(Signin *signin, const char *person, const guint8 *secret, const char *code)
{
  guint64 step;

  if (!totp_check(secret, SECRET_TOTP, code, seconds(signin), floor_of(signin, person), &step))
    return FALSE;
  guint64 *kept = g_new(guint64, 1);
  *kept = step;
  g_hash_table_insert(signin->steps, g_strdup(person), kept);
  keep_step(signin, person, step);
  return TRUE;
}

static Factor
spend(Signin *signin, const char *person, const Account *account, const char *plain)
{
  g_autofree char *hash = secret_digest(plain);

  if (!list_has_string(account->codes, hash))
    return FACTOR_WRONG;
  return engine_note(signin->engine, &account_code_used, &(AccountCodeUsed){ person, hash }) ? FACTOR_SPENT : FACTOR_FAILED;
}

Factor
factor_check(Signin *signin, const char *person, const char *code)
{
  const Account *account = office_account(world_office(engine_world(signin->engine)), person);
  guint8 secret[SECRET_TOTP];
  char *plain = secret_plain_code(code);
  Factor factor = FACTOR_WRONG;

  if (strlen(plain) != TOTP_DIGITS)
    factor = spend(signin, person, account, plain);
  else if (account->sealed && secret_unseal(engine_keyring(signin->engine), person, account->sealed, secret)) {
    factor = factor_matches(signin, person, secret, plain) ? FACTOR_RIGHT : FACTOR_WRONG;
    secret_wipe(secret, sizeof secret);
  }
  secret_free(plain);
  return factor;
}
