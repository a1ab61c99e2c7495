#include "web/signin.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/source.h"
#include "base/text.h"
#include "office/secret.h"
#include "web/delay.h"
#include "web/failures.h"
#include "web/signin-inner.h"
#include "web/totp.h"

/* Of a password that nobody knows: hashed against where there is no account. */
#define NOBODYS "$argon2id$v=19$m=65536,t=3,p=1$s8+0/4E6OR/0bwz2HCikmQ$EqM/6SQLEaPP5E/efNSgFkpMZrhIoRUx+0YlG9OQ4To"

#define WRONG                                                                                                        \
  "サインインできません。名前かパスワード、番号が違うか、アカウントを使えません。一度だけのパスワードは72時間で使えなくなります。" \
  "思い当たらないときは、システム管理者に一度だけのパスワードの発行を依頼してください。"

/* --- answers --- */

void
signin_tell(const Job *job, const SigninAnswer *answer)
{
  SigninAnswer full = *answer;
  if (!full.text)
    full.text = "";
  job->callback(&full, job->data);
}

void
signin_result(const Job *job, SigninResult result, const char *text)
{
  signin_tell(job, &(SigninAnswer){ .result = result, .text = text });
}

void
signin_tell_wait(const Job *job, guint seconds, gboolean busy)
{
  g_autofree char *text =
      busy ? g_strdup_printf("いまサインインが混み合っています。%u秒ほど待ってから、もう一度行ってください。", seconds)
           : g_strdup_printf("続けて失敗したため、この端末からのサインインを%u秒待っています。時間をおいてから、もう一度行ってください。"
                             "急ぐときは、前にサインインしたことのある端末を使ってください。", seconds);
  signin_tell(job, &(SigninAnswer){ .result = SIGNIN_WAIT, .text = text, .wait = seconds });
}

/* --- the helper thread --- */

static void
work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
  Job *job = data;

  job->right = !job->hash || job->signin->check(job->hash, job->password);
  if (job->right && job->wanted)
    job->made = secret_hash_password(job->wanted, NULL);
  source_later(job->signin->context, signin_worked, job, NULL); /* not g_main_context_invoke, which may run it in this thread */
}

void
signin_job_free(Job *job)
{
  char **const strings[] = { &job->person, &job->post, &job->session, &job->remote, &job->device, &job->whose, &job->hash, &job->made,
                             &job->password, &job->wanted, &job->code, &job->shown };
  for (gsize i = 0; i < G_N_ELEMENTS(strings); i++)
    secret_free(*strings[i]);
  for (guint i = 0; i < DELAYS; i++)
    g_free(job->delays[i]);
  for (char **code = job->codes; code && *code; code++)
    secret_free(*code);
  g_free(job->codes);
  g_free(job);
}

gboolean
signin_worked(gpointer data)
{
  Job *job = data;
  job->signin->waiting--;
  job->then(job);
  return G_SOURCE_REMOVE;
}

/* Devices that are known go first. */
static gint
by_turn(gconstpointer left, gconstpointer right, gpointer unused G_GNUC_UNUSED)
{
  const Job *a = left, *b = right;
  if (a->trusted != b->trusted)
    return a->trusted ? -1 : 1;
  return (a->serial > b->serial) - (a->serial < b->serial);
}

/* Takes JOB; when there is too much to do it is answered at once.  TRUE: it is under way. */
gboolean
signin_start(Job *job)
{
  Signin *signin = job->signin;

  if (signin->waiting >= (job->trusted ? LIMIT_HASHES_TRUSTED : LIMIT_HASHES)) {
    signin_tell_wait(job, 1 + signin->waiting / 8, TRUE);
    signin_job_free(job);
    return FALSE;
  }
  signin->waiting++;
  job->serial = ++signin->serial;
  g_thread_pool_push(signin->pool, job, NULL);
  return TRUE;
}

Job *
signin_job(Signin *signin, SigninCallback callback, gpointer data)
{
  Job *job = g_new0(Job, 1);
  job->signin = signin;
  job->callback = callback;
  job->data = data;
  return job;
}

Signin *
signin_new(Engine *engine, Scratch *scratch, Sessions *sessions, SigninCheck check)
{
  Signin *signin = g_new0(Signin, 1);

  signin->engine = engine;
  signin->scratch = scratch;
  signin->sessions = sessions;
  signin->check = check;
  signin->context = g_main_context_ref_thread_default();
  signin->failures = failures_new(engine, scratch, &account_sign_in_failed);
  signin->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  signin->pool = g_thread_pool_new(work, NULL, 1, FALSE, NULL);
  g_thread_pool_set_sort_function(signin->pool, by_turn, NULL);
  factor_forget_used(signin);
  return signin;
}

void
signin_free(Signin *signin)
{
  if (!signin)
    return;
  while (signin->waiting)
    g_main_context_iteration(signin->context, TRUE);
  engine_drain(signin->engine);
  g_thread_pool_free(signin->pool, FALSE, TRUE);
  failures_free(signin->failures);
  g_hash_table_unref(signin->steps);
  g_main_context_unref(signin->context);
  g_free(signin);
}

void
signin_flush(Signin *signin)
{
  failures_flush(signin->failures);
}

const Office *
signin_office(const Signin *signin)
{
  return world_office(engine_world(signin->engine));
}

/* --- known devices (OWASP: device cookies) --- */

/* "d1.p12.<nonce>.<mac>": whoever has it signed in to that account once, so that the failures of others
 * do not make them wait. */
static char *
device_mac(const Signin *signin, const char *person, const char *nonce)
{
  guint8 mac[KEYRING_MAC];
  g_autofree char *text = g_strdup_printf("shodo-device/1\n%s\n%s", person, nonce);
  keyring_mac(engine_keyring(signin->engine), text, strlen(text), mac);
  return text_hex(mac, sizeof mac);
}

static char *
device_new(const Signin *signin, const char *person)
{
  g_autofree char *nonce = secret_token("");
  g_autofree char *mac = device_mac(signin, person, nonce);
  return g_strdup_printf("d1.%s.%s.%s", person, nonce, mac);
}

static gboolean
device_is(const Signin *signin, const char *device, const char *person)
{
  g_auto(GStrv) parts = g_strsplit(device ? device : "", ".", 4);
  if (g_strv_length(parts) != 4 || !g_str_equal(parts[0], "d1") || g_strcmp0(parts[1], person) != 0)
    return FALSE;
  g_autofree char *mac = device_mac(signin, person, parts[2]);
  return secret_same(mac, parts[3]);
}

/* --- trying --- */

static void
count_failure(Job *job)
{
  failures_count(job->signin->failures, job->person);
}

static void
fail(Job *job)
{
  count_failure(job);
  delay_fail(job->signin->scratch, job->delays[DELAY_SOURCE], &delay_of_source);
  signin_result(job, SIGNIN_WRONG, WRONG);
}

static void
begin_session(Job *job, guint codes_left)
{
  Signin *signin = job->signin;
  const Account *account = office_account(signin_office(signin), job->person);
  g_autofree char *device = job->trusted ? NULL : device_new(signin, job->person);
  char *token = sessions_begin(signin->sessions, job->person, job->remote, account->one_time);
  const WebSession *session = sessions_use(signin->sessions, token);

  delay_forget(signin->scratch, job->delays[DELAY_ACCOUNT]);
  delay_forget(signin->scratch, job->delays[DELAY_CODE]);
  signin_tell(job, &(SigninAnswer){ .result = account->one_time ? SIGNIN_MUST_CHANGE : SIGNIN_DONE, .token = token, .device = device,
                                    .session = session ? session->id : NULL, .codes_left = codes_left,
                                    .text = account->one_time ? "一度だけのパスワードです。自分のパスワードを決めてください。" : "" });
  secret_free(token);
}

/* The code that was used is on disk: nobody can use it again, whatever is restored. */
static void
code_is_durable(const Answer *answer G_GNUC_UNUSED, gpointer data)
{
  Job *job = data;
  const Account *account = office_account(signin_office(job->signin), job->person);

  if (signin_account_stands(job))
    begin_session(job, (guint)account->codes.length);
  else
    fail(job);
  signin_job_free(job);
}

/* What was hashed is still the password, of an account that may still be used. */
gboolean
signin_account_stands(const Job *job)
{
  const Account *account = job->person ? office_account(signin_office(job->signin), job->person) : NULL;
  Instant now = engine_now(job->signin->engine);

  return account && g_strcmp0(account->password, job->hash) == 0 && (!account->one_time || now < account->expires) &&
         office_may_sign_in(signin_office(job->signin), job->person, instant_date(now));
}

static gboolean
has_code(const Job *job)
{
  return job->code && *job->code;
}

static void
try_code(Job *job)
{
  delay_fail(job->signin->scratch, job->delays[DELAY_CODE], &delay_of_account); /* until it turns out right */
  switch (factor_check(job->signin, job->person, job->code)) {
  case FACTOR_RIGHT:
    begin_session(job, 0);
    break;
  case FACTOR_SPENT:
    engine_hold(job->signin->engine, code_is_durable, job);
    return;
  case FACTOR_FAILED:
    signin_result(job, SIGNIN_FAILED, "いま記録を保存できないため、回復用の番号は使えません。認証アプリの番号でサインインしてください。");
    break;
  default:
    fail(job);
  }
  signin_job_free(job);
}

static void
tried(Job *job)
{
  const Account *account = job->person ? office_account(signin_office(job->signin), job->person) : NULL;
  guint wait;

  if (!job->right || !signin_account_stands(job))
    fail(job);
  else if (!account->totp)
    begin_session(job, 0);
  else if (!has_code(job)) {
    delay_forget(job->signin->scratch, job->delays[DELAY_ACCOUNT]);
    signin_result(job, SIGNIN_CODE_NEEDED, "認証アプリの6桁の番号を入力してください。認証アプリがないときは、印刷した回復用の番号を使えます。");
  } else if ((wait = delay_left(job->signin->scratch, job->delays[DELAY_CODE]))) {
    count_failure(job);
    signin_tell_wait(job, wait, FALSE);
  } else {
    try_code(job);
    return;
  }
  signin_job_free(job);
}

static const char *
device_or_remote(const Job *job)
{
  return job->trusted ? job->device : job->remote;
}

/* The account's name as typed when nobody has it: strangers see the same waits either way.  Codes are
 * counted whatever the address, since whoever gets that far knows the password. */
static void
name_delays(Job *job)
{
  const char *from = device_or_remote(job);
  job->delays[DELAY_ACCOUNT] = delay_key("account", job->whose, from);
  job->delays[DELAY_SOURCE] = delay_key("source", "", from);
  job->delays[DELAY_CODE] = delay_key("code", job->whose, job->trusted ? job->device : "");
}

static guint
must_wait(const Job *job)
{
  guint account = delay_left(job->signin->scratch, job->delays[DELAY_ACCOUNT]);
  guint source = delay_left(job->signin->scratch, job->delays[DELAY_SOURCE]);
  return MAX(account, source);
}

static gboolean
plausible(const char *text, gsize most)
{
  return text && strlen(text) <= most * 4;
}

static void
identify(Job *job, const SigninTry *attempt)
{
  g_autoptr(Arena) arena = arena_new();
  const char *name = plausible(attempt->name, LIMIT_LINE) && g_utf8_validate(attempt->name, -1, NULL) ? attempt->name : "";
  const Person *person = *name ? office_person_named(signin_office(job->signin), name) : NULL;

  job->person = person ? g_strdup(person->id) : NULL;
  job->whose = g_strdup(person ? person->id : text_fold(arena, name));
  job->trusted = person && device_is(job->signin, attempt->device, person->id);
  job->device = g_strdup(attempt->device);
  job->remote = g_strdup(attempt->remote ? attempt->remote : "");
  job->code = g_strdup(plausible(attempt->code, 64) ? attempt->code : NULL);
  job->password = g_strdup(plausible(attempt->password, LIMIT_PASSWORD) && g_utf8_validate(attempt->password, -1, NULL)
                               ? attempt->password : "");
  const char *hash = person ? office_password_hash(signin_office(job->signin), person->id) : NULL;
  job->hash = g_strdup(hash && *job->password ? hash : NOBODYS);
}

/* The failure is counted beforehand, so that many attempts at once are not one. */
void
signin_try(Signin *signin, const SigninTry *attempt, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);
  guint wait;

  identify(job, attempt);
  name_delays(job);
  job->then = tried;
  if ((wait = must_wait(job))) {
    count_failure(job);
    signin_tell_wait(job, wait, FALSE);
    signin_job_free(job);
    return;
  }
  g_autofree char *account = g_strdup(job->delays[DELAY_ACCOUNT]);
  if (signin_start(job))
    delay_fail(signin->scratch, account, &delay_of_account);
}
