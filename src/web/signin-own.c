/* What somebody who is signed in does to ways of signing in. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/tables.h"
#include "office/secret.h"
#include "web/delay.h"
#include "web/password.h"
#include "web/signin-inner.h"
#include "web/totp.h"

#define PENDING_SECONDS 600

#define ENDED "サインインが終わっています。サインインし直してください。"
#define PROVE "続けるには、パスワードで本人であることをもう一度確かめてください。"
#define WRONG_PASSWORD "いまのパスワードか番号が違います。入力し直してください。"

/* --- starting --- */

/* The session's person and post; FALSE: answered and freed already. */
static gboolean
take_session(Job *job, const char *id)
{
  const WebSession *session = sessions_find(job->signin->sessions, id);

  if (!session) {
    signin_result(job, SIGNIN_REFUSED, ENDED);
    signin_job_free(job);
    return FALSE;
  }
  job->session = g_strdup(id);
  job->person = g_strdup(session->person);
  job->post = g_strdup(session->post);
  job->whose = g_strdup(id);
  job->delays[DELAY_ACCOUNT] = delay_key("again", session->person, id);
  job->hash = g_strdup(office_password_hash(signin_office(job->signin), session->person));
  return TRUE;
}

static gboolean
give_up(Job *job, SigninResult result, const char *text)
{
  signin_result(job, result, text);
  signin_job_free(job);
  return FALSE;
}

/* May this session do the act NAME now?  FALSE: answered and freed. */
static gboolean
take_act(Job *job, const char *id, const char *name)
{
  if (!take_session(job, id))
    return FALSE;
  if (sessions_find(job->signin->sessions, id)->first_steps)
    return give_up(job, SIGNIN_MUST_CHANGE, "先に自分のパスワードを決めてください。");
  if (!sessions_may(job->signin->sessions, id, tables_act(name)))
    return give_up(job, SIGNIN_PROVE, PROVE);
  return TRUE;
}

/* FALSE: too many failures in this session; answered and freed. */
static gboolean
may_try(Job *job)
{
  guint wait = delay_left(job->signin->scratch, job->delays[DELAY_ACCOUNT]);
  if (!wait)
    return TRUE;
  signin_tell_wait(job, wait, FALSE);
  signin_job_free(job);
  return FALSE;
}

static void
start_counted(Job *job)
{
  Signin *signin = job->signin;
  g_autofree char *key = g_strdup(job->delays[DELAY_ACCOUNT]);
  job->trusted = TRUE; /* a living session goes before strangers */
  if (signin_start(job))
    delay_fail(signin->scratch, key, &delay_of_account);
}

static void
wrong(Job *job)
{
  failures_count(job->signin->failures, job->person);
  give_up(job, SIGNIN_WRONG, WRONG_PASSWORD);
}

/* --- entering --- */

static void
entered(const Answer *answer, gpointer data)
{
  Job *job = data;
  const Finding *stop = NULL;

  for (gsize i = 0; !answer->done && !stop && i < findings_length(answer->findings); i++)
    if (findings_at(answer->findings, i)->weight != FINDING_ADVISE)
      stop = findings_at(answer->findings, i);
  if (!answer->done) {
    g_autofree char *text = g_strconcat(stop ? stop->text : "記録できませんでした。", stop && stop->remedy ? stop->remedy : "", NULL);
    give_up(job, stop && stop->weight == FINDING_FAILED ? SIGNIN_FAILED : SIGNIN_REFUSED, text);
    return;
  }
  char *token = job->renews ? sessions_renew(job->signin->sessions, job->session, job->fully, answer->first) : NULL;
  signin_tell(job, &(SigninAnswer){ .result = SIGNIN_DONE, .token = token, .session = job->session, .secret = job->shown,
                                    .codes = (const char *const *)job->codes });
  secret_free(token);
  signin_job_free(job);
}

/* Takes JOB and FIELDS. */
static void
enter(Job *job, const char *act, json_t *fields)
{
  g_autoptr(json_t) kept = fields;
  const Request request = {
    .act = act, .person = job->person, .post = job->post, .happened = INSTANT_NONE, .fields = kept,
  };
  engine_submit(job->signin->engine, &request, entered, job);
}

/* --- proving again --- */

static void
proven(Job *job)
{
  char *token = sessions_renew(job->signin->sessions, job->session, job->fully, 0);

  if (!token) {
    give_up(job, SIGNIN_REFUSED, ENDED);
    return;
  }
  delay_forget(job->signin->scratch, job->delays[DELAY_ACCOUNT]);
  signin_tell(job, &(SigninAnswer){ .result = SIGNIN_DONE, .token = token, .session = job->session });
  secret_free(token);
  signin_job_free(job);
}

static void
code_is_durable(const Answer *answer G_GNUC_UNUSED, gpointer data)
{
  proven(data);
}

static void
again(Job *job)
{
  const Account *account = office_account(signin_office(job->signin), job->person);
  Factor factor = FACTOR_RIGHT;

  if (!job->right || !signin_account_stands(job)) {
    wrong(job);
    return;
  }
  if (account->totp && job->code && *job->code)
    factor = factor_check(job->signin, job->person, job->code);
  job->fully = !account->totp || (job->code && *job->code);
  if (factor == FACTOR_SPENT)
    engine_hold(job->signin->engine, code_is_durable, job);
  else if (factor == FACTOR_RIGHT)
    proven(job);
  else
    wrong(job);
}

void
signin_again(Signin *signin, const char *id, const char *password, const char *code, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);

  if (!take_session(job, id) || !may_try(job))
    return;
  job->password = g_strdup(password);
  job->code = g_strdup(code);
  job->then = again;
  start_counted(job);
}

/* --- the password --- */

static const char *
new_password_fault(Job *job, const char *present, const char *wanted, Arena *arena)
{
  const Person *person = office_person(signin_office(job->signin), job->person);
  const char *words[6] = { 0 };
  guint count = 0;
  const char *const known[] = { person->name, person->staff_number, person->mail, office_name(signin_office(job->signin)) };

  if (g_str_equal(present, wanted))
    return "いまと同じパスワードです。別のパスワードにしてください。";
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (known[i])
      words[count++] = known[i];
  return password_fault(wanted, words, arena);
}

static void
change_password(Job *job)
{
  if (!job->right || !signin_account_stands(job)) {
    wrong(job);
    return;
  }
  if (!job->made) {
    give_up(job, SIGNIN_FAILED, "いまパスワードを処理できません。少し待ってから、もう一度行ってください。");
    return;
  }
  delay_forget(job->signin->scratch, job->delays[DELAY_ACCOUNT]);
  job->renews = TRUE;
  job->fully = !office_account(signin_office(job->signin), job->person)->totp;
  enter(job, "account.change_password", json_pack("{s:s}", "password_hash", job->made));
}

void
signin_change_password(Signin *signin, const char *id, const char *present, const char *wanted, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);
  g_autoptr(Arena) arena = arena_new();
  const char *fault;

  if (!take_session(job, id) || !may_try(job))
    return;
  if ((fault = new_password_fault(job, present, wanted, arena))) {
    give_up(job, SIGNIN_REFUSED, fault);
    return;
  }
  job->password = g_strdup(present);
  job->wanted = g_strdup(wanted);
  job->then = change_password;
  start_counted(job);
}

static void
issue_password(Job *job)
{
  g_autoptr(Arena) arena = arena_new();
  Instant expires = engine_now(job->signin->engine) + LIMIT_ONE_TIME_PASSWORD * INSTANT_SECOND;

  if (!job->made)
    give_up(job, SIGNIN_FAILED, "いまパスワードを処理できません。少し待ってから、もう一度行ってください。");
  else if (!sessions_find(job->signin->sessions, job->session))
    give_up(job, SIGNIN_REFUSED, ENDED);
  else
    enter(job, "account.issue_password", json_pack("{s:s, s:s, s:s}", "person", job->whose, "password_hash", job->made, "expires",
                                                   instant_print_utc(arena, expires)));
}

void
signin_issue_password(Signin *signin, const char *id, const char *person, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);

  if (!take_act(job, id, "account.issue_password"))
    return;
  if (g_str_equal(person, job->person)) {
    give_up(job, SIGNIN_REFUSED, "自分には発行できません。自分のパスワードは「パスワードを変える」で変えてください。");
    return;
  }
  g_free(job->whose);
  job->whose = g_strdup(person);
  g_clear_pointer(&job->hash, g_free); /* nothing to check */
  job->shown = secret_one_time_password();
  job->wanted = g_strdup(job->shown);
  job->then = issue_password;
  job->trusted = TRUE;
  signin_start(job);
}

/* --- the second factor --- */

gboolean
signin_begin_totp(Signin *signin, const char *id, char **text, char **uri, GError **error)
{
  const WebSession *session = sessions_find(signin->sessions, id);
  guint8 secret[SECRET_TOTP];

  if (!session || session->first_steps || !sessions_proven(signin->sessions, id, TRUE)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_DENIED, session ? PROVE : ENDED);
    return FALSE;
  }
  secret_random(secret, sizeof secret);
  g_autofree char *sealed = secret_seal(engine_keyring(signin->engine), session->person, secret);
  g_autoptr(GBytes) value = g_bytes_new(sealed, strlen(sealed));
  gboolean kept = scratch_put(signin->scratch, SCRATCH_PENDING, session->person, session->person, value,
                              scratch_now(signin->scratch).up + PENDING_SECONDS * 1000, error);
  if (kept) {
    *text = totp_base32(secret, sizeof secret);
    *uri = totp_uri(secret, sizeof secret, office_name(signin_office(signin)), session->person);
  }
  secret_wipe(secret, sizeof secret);
  return kept;
}

/* Ten codes to show, and their hashes. */
static json_t *
make_codes(Job *job)
{
  json_t *hashes = json_array();

  job->codes = g_new0(char *, LIMIT_RECOVERY_CODES + 1);
  for (guint i = 0; i < LIMIT_RECOVERY_CODES; i++) {
    job->codes[i] = secret_recovery_code();
    char *plain = secret_plain_code(job->codes[i]);
    g_autofree char *hash = secret_digest(plain);
    json_array_append_new(hashes, json_string(hash));
    secret_free(plain);
  }
  return hashes;
}

/* The sealed secret of PERSON that waits for its first code; NULL: none, or ten minutes are over. */
static char *
pending_of(Signin *signin, const char *person)
{
  g_autoptr(GBytes) value = scratch_get(signin->scratch, SCRATCH_PENDING, person);
  return value ? g_strndup(g_bytes_get_data(value, NULL), g_bytes_get_size(value)) : NULL;
}

static gboolean
confirms(Signin *signin, const char *person, const char *sealed, const char *code)
{
  guint8 secret[SECRET_TOTP];
  char *plain = secret_plain_code(code);
  gboolean right = secret_unseal(engine_keyring(signin->engine), person, sealed, secret) &&
                   factor_matches(signin, person, secret, plain);
  secret_wipe(secret, sizeof secret);
  secret_free(plain);
  return right;
}

void
signin_confirm_totp(Signin *signin, const char *id, const char *code, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);

  if (!take_act(job, id, "account.enrol_totp") || !may_try(job))
    return;
  g_autofree char *sealed = pending_of(signin, job->person);
  if (!sealed) {
    give_up(job, SIGNIN_REFUSED, "登録を始めてから10分がたちました。もう一度、登録を始めてください。");
    return;
  }
  if (!confirms(signin, job->person, sealed, code)) {
    delay_fail(signin->scratch, job->delays[DELAY_ACCOUNT], &delay_of_account);
    give_up(job, SIGNIN_WRONG, "番号が合いません。認証アプリの時計が合っているかを確かめ、次に出た番号を入力してください。");
    return;
  }
  scratch_delete(signin->scratch, SCRATCH_PENDING, job->person);
  job->renews = job->fully = TRUE;
  json_t *codes = make_codes(job);
  enter(job, "account.enrol_totp", json_pack("{s:s, s:o}", "sealed", sealed, "codes", codes));
}

void
signin_remove_totp(Signin *signin, const char *id, const char *reason, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);

  if (!take_act(job, id, "account.remove_totp"))
    return;
  job->renews = job->fully = TRUE;
  enter(job, "account.remove_totp", json_pack("{s:s, s:s}", "person", job->person, "reason", reason));
}

void
signin_renew_codes(Signin *signin, const char *id, SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);

  if (!take_act(job, id, "account.renew_codes"))
    return;
  json_t *codes = make_codes(job);
  enter(job, "account.renew_codes", json_pack("{s:o}", "codes", codes));
}

/* --- API tokens --- */

void
signin_issue_token(Signin *signin, const char *id, const char *name, const char *const *scopes, Instant expires,
                   SigninCallback callback, gpointer data)
{
  Job *job = signin_job(signin, callback, data);
  g_autoptr(Arena) arena = arena_new();

  if (!take_act(job, id, "account.issue_token"))
    return;
  json_t *list = json_array();
  for (; *scopes; scopes++)
    json_array_append_new(list, json_string(*scopes));
  job->shown = secret_token("shodo_");
  g_autofree char *hash = secret_digest(job->shown);
  enter(job, "account.issue_token", json_pack("{s:s, s:o, s:s, s:s}", "name", name, "scopes", list, "hash", hash, "expires",
                                              instant_print_utc(arena, expires)));
}

const Token *
signin_bearer(Signin *signin, const char *token)
{
  g_autofree char *hash = secret_digest(token);
  const Token *found = office_token_of_hash(signin_office(signin), hash);
  return found && office_token_valid(signin_office(signin), found, engine_now(signin->engine)) ? found : NULL;
}
