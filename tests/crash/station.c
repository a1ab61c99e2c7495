#include "station.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "case/notice.h"
#include "engine/found.h"
#include "powercut.h"
#include "signer/signer.h"
#include "verify/verify.h"
#include "../seed.h"

#define CLERK_POST "system-staff"

Ledger *
station_ledger(void)
{
  Ledger *ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert(ledger != MAP_FAILED);
  return ledger;
}

void
station_ledger_free(Ledger *ledger)
{
  g_assert_cmpint(munmap(ledger, sizeof *ledger), ==, 0);
}

/* ---- acts ---- */

typedef struct {
  Engine *engine;
  Ledger *ledger;
  gboolean done;
  char *why;
} Waiting;

/* What whoever handed it in is told: these entries are there for good. */
static void
take_answer(const Answer *answer, gpointer data)
{
  Waiting *waiting = data;
  Ledger *ledger = waiting->ledger;
  guint8 root[TREE_HASH];

  waiting->done = answer->done;
  if (!answer->done) {
    ledger->refused++;
    waiting->why = findings_length(answer->findings) ? g_strdup(findings_at(answer->findings, 0)->text) : NULL;
    return;
  }
  if (!journal_root_at(engine_reader(waiting->engine), answer->head, root, NULL)) {
    g_strlcpy(ledger->failure, "answered before it could be read", sizeof ledger->failure);
    return;
  }
  ledger->size = answer->head;
  memcpy(ledger->root, root, TREE_HASH);
}

static void
submit(Waiting *waiting, const char *act, const char *person, const char *post, json_t *fields)
{
  Request request = {
    .act = act, .person = person, .post = post, .happened = INSTANT_NONE, .fields = fields,
  };

  engine_submit(waiting->engine, &request, take_answer, waiting);
  json_decref(fields);
}

static json_t *
notice_fields(guint64 number)
{
  g_autofree char *subject = g_strdup_printf("連絡 %" G_GUINT64_FORMAT, number);

  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "channel", "telephone", "received",
                   "2024-05-20T09:00:00+09:00", "via", "direct", "sender", "佐藤", "subject", subject, "text",
                   "端末の画面に身に覚えのない表示が出ている。");
}

gboolean
station_notice(Engine *engine, Ledger *ledger, char **why)
{
  Waiting waiting = { .engine = engine, .ledger = ledger };

  submit(&waiting, "notice.receive", STATION_CLERK, CLERK_POST, notice_fields(ledger->notices));
  engine_drain(engine);
  ledger->notices += waiting.done ? 1 : 0;
  if (why)
    *why = g_steal_pointer(&waiting.why);
  g_free(waiting.why);
  return waiting.done;
}

static gboolean
many_notices(Engine *engine, Ledger *ledger, guint count, GError **error)
{
  g_autofree Waiting *waiting = g_new0(Waiting, count);

  for (guint i = 0; i < count; i++) {
    waiting[i] = (Waiting){ .engine = engine, .ledger = ledger };
    submit(&waiting[i], "notice.receive", STATION_CLERK, CLERK_POST, notice_fields(ledger->notices + i));
  }
  engine_drain(engine);
  for (guint i = 0; i < count; i++) {
    if (!waiting[i].done)
      g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "refused: %s", waiting[i].why);
    g_free(waiting[i].why);
    if (!waiting[i].done)
      return FALSE;
    ledger->notices++;
  }
  return TRUE;
}

static gboolean
keep_blob(Engine *engine, Ledger *ledger, GRand *random, GError **error)
{
  gsize length = (gsize)g_rand_int_range(random, 0, g_rand_int_range(random, 0, 4) ? 4000 : 200000);
  g_autofree guint8 *bytes = g_malloc(length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)(g_rand_int(random) >> 9);
  if (!blob_put_bytes(engine_blobs(engine), bytes, length, ledger->blobs[ledger->stored % STATION_BLOBS], error))
    return FALSE;
  ledger->stored++;
  return TRUE;
}

static gboolean
sign(Engine *engine, Ledger *ledger, GError **error)
{
  g_autofree char *note = engine_sign(engine, error);

  if (note)
    ledger->signed_size = engine_head(engine).size;
  return note != NULL;
}

gboolean
station_work(Engine *engine, Ledger *ledger, GRand *random, const StationWork *work, GError **error)
{
  for (guint i = 0; i < work->rounds; i++) {
    if (!many_notices(engine, ledger, (guint)g_rand_int_range(random, 1, 9), error))
      return FALSE;
    if (g_rand_int_range(random, 0, 3) == 0 && !keep_blob(engine, ledger, random, error))
      return FALSE;
    if (work->sign && g_rand_int_range(random, 0, 8) == 0 && !sign(engine, ledger, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- founding ---- */

gboolean
station_act(Engine *engine, Ledger *ledger, const char *act, json_t *fields, GError **error)
{
  Waiting waiting = { .engine = engine, .ledger = ledger };

  gboolean administers = !g_str_equal(act, "account.issue_token");

  submit(&waiting, act, administers ? "p1" : STATION_CLERK, administers ? "administrator" : CLERK_POST, fields);
  engine_drain(engine);
  if (!waiting.done)
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", act, waiting.why);
  g_free(waiting.why);
  return waiting.done;
}

gboolean
station_found(const char *dir, Ledger *ledger, GError **error)
{
  g_autofree char *text = NULL, *password = NULL;
  char *sheet = NULL;
  gsize length;

  if (!g_file_get_contents(TEST_PLAN, &text, &length, error))
    return FALSE;
  g_autoptr(GBytes) plan = g_bytes_new(text, length);
  EngineFounding founding = {
    .administrator = "管理者", .plan_name = "miyazaki.yaml", .plan = plan, .now = INSTANT_NONE, .from = DATE_NONE,
  };
  gboolean ok = engine_found(dir, &founding, &password, &sheet, error);
  keyring_sheet_free(sheet);
  g_autoptr(Engine) engine = ok ? engine_open(dir, error) : NULL;
  ledger->founded =
      engine && station_act(engine, ledger, "office.add_person", json_pack("{s:s}", "name", "鈴木"), error) &&
      station_act(engine, ledger, "office.appoint",
                 json_pack("{s:s, s:s, s:s}", "person", STATION_CLERK, "post", CLERK_POST, "from", "2024-04-01"), error);
  return ledger->founded;
}

/* ---- examination ---- */

static char *
examine_journal(Engine *engine, const Ledger *ledger)
{
  g_autoptr(GError) error = NULL;
  guint8 root[TREE_HASH];

  if (engine_head(engine).size < ledger->size)
    return g_strdup_printf("%" G_GUINT64_FORMAT " entries of %" G_GUINT64_FORMAT " acknowledged",
                           engine_head(engine).size, ledger->size);
  if (ledger->size && !journal_root_at(engine_reader(engine), ledger->size, root, &error))
    return g_strdup(error->message);
  if (ledger->size && memcmp(root, ledger->root, TREE_HASH) != 0)
    return g_strdup("another root at the acknowledged size");
  if (notices_all(world_notices(engine_world(engine))).length < ledger->notices)
    return g_strdup("an acknowledged notice is not shown");
  return NULL;
}

static char *
examine_blobs(Engine *engine, const Ledger *ledger)
{
  for (guint64 i = 0; i < MIN(ledger->stored, STATION_BLOBS); i++) {
    g_autoptr(GError) error = NULL;
    if (blob_check(engine_blobs(engine), ledger->blobs[i], &error) != BLOB_SOUND)
      return g_strdup_printf("blob: %s", error->message);
  }
  return NULL;
}

/* The world from the snapshot and the one from the journal alone are the same. */
static char *
examine_world(const char *dir, Engine *engine)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *snapshot = g_build_filename(dir, "snapshot", NULL);
  g_autofree char *live = world_digest(engine_world(engine), &error);

  (void)g_unlink(snapshot);
  g_autoptr(World) rebuilt = world_new(engine_reader(engine), engine_blobs(engine), engine_keyring(engine), dir);
  if (error || !world_load(rebuilt, G_MAXUINT64, &error))
    return g_strdup(error->message);
  g_autofree char *again = world_digest(rebuilt, &error);
  return g_strcmp0(live, again) == 0 ? NULL : g_strdup("the rebuilt world is another");
}

static char *
examine_opened(const char *dir, const Ledger *ledger)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Engine) engine = engine_open(dir, &error);
  Ledger after = *ledger;

  if (!engine)
    return g_strdup_printf("opening: %s", error->message);
  char *loss = examine_journal(engine, ledger);
  if (!loss)
    loss = examine_blobs(engine, ledger);
  if (!loss)
    loss = examine_world(dir, engine);
  if (!loss && !engine_resume(engine, &error)) /* a failed commit left the mark */
    loss = g_strdup_printf("resuming: %s", error->message);
  if (!loss && !station_notice(engine, &after, &loss) && !loss)
    loss = g_strdup("going on is refused");
  return loss;
}

static char *
examine_here(const char *dir, const Ledger *ledger)
{
  g_autoptr(GError) error = NULL;
  VerifyReport report;
  char *loss = examine_opened(dir, ledger);

  if (!loss && !verify_data(dir, NULL, NULL, NULL, &report, &error))
    loss = g_strdup_printf("verify: %s", error->message);
  return loss;
}

typedef struct {
  const char *dir;
  const Ledger *ledger;
  Ledger *found;
} Examination;

static void
examine_in_child(gpointer data)
{
  Examination *examination = data;
  g_autofree char *loss = examine_here(examination->dir, examination->ledger);

  g_strlcpy(examination->found->failure, loss ? loss : "", sizeof examination->found->failure);
}

char *
station_examine(const char *dir, const Ledger *ledger)
{
  Examination examination = { .dir = dir, .ledger = ledger, .found = station_ledger() };
  int status = station_child(examine_in_child, &examination);
  char *loss = *examination.found->failure ? g_strdup(examination.found->failure) : NULL;

  station_ledger_free(examination.found);
  if (!loss && status != 0)
    loss = g_strdup_printf("the examination ended with status %d", status);
  return loss;
}

int
station_child(StationChild work, gpointer data)
{
  int status;
  pid_t pid = fork();

  g_assert_cmpint(pid, >=, 0);
  if (pid == 0) {
    work(data);
    _exit(0);
  }
  g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
  return status;
}

gboolean
station_is_signer(int argc, char **argv, int *status)
{
  if (argc < 2 || !g_str_equal(argv[1], "signer"))
    return FALSE;
  *status = signer_command(argc - 1, argv + 1);
  return TRUE;
}

guint
station_times(guint count, guint most)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  guint64 times = text ? g_ascii_strtoull(text, NULL, 10) : 1;

  return (guint)MIN(count * MAX(times, 1), most);
}

guint32
station_seed(void)
{
  return seed_get();
}
