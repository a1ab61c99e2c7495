#include "engine/engine.h"

#include <string.h>
#include <sys/statvfs.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/roles.h"
#include "clock/law.h"
#include "engine/access.h"
#include "engine/dispatch.h"
#include "engine/mailer.h"
#include "engine/papers.h"
#include "engine/stopped.h"
#include "engine/tables.h"
#include "engine/writer.h"
#include "journal/note.h"
#include "office/entries.h"
#include "signer/signer.h"

#define SETTLE_MOST 16 /* phases one act can pass through */
#define DISK_CHECK_EVERY 64 /* acts */
#define SNAPSHOT_WORTH 10000 /* entries that take longer to fold than a snapshot to write */
#define WORKER_PATIENCE 10000 /* milliseconds for a worker to start */
#define RELEASE_SLICE 8     /* answers in one turn of the loop */

/* An answer on its way: held until the journal is as long as UPTO. */
typedef struct {
  guint64 upto;
  Arena *arena;
  Answer answer;
  EngineAnswer callback;
  gpointer data;
} Held;

struct Engine {
  char *dir;
  GMainContext *context;
  Keyring *keyring;
  BlobStore *blobs;
  Journal *journal;
  JournalReader *reader;
  World *world;
  Writer *writer;
  SignerClient *signer;
  guint64 next;        /* number of the next entry, those pending counted */
  guint64 commits, reloads; /* heard of the writer; of the world from the journal */
  JournalHead durable; /* what is on disk, as the writer last told */
  GPtrArray *drafts;   /* of the present act */
  GPtrArray *erasures;
  gboolean erased;     /* the writer erases: reload when it is done */
  GQueue held;
  News *news;
  gboolean releasing;
  GSource *rest;       /* what waits for the next turn of the loop; else NULL */
  Instant clock;       /* INSTANT_NONE: the machine's */
  gint64 since;        /* CLOCK_MONOTONIC, in microseconds, when ours began to run on; 0: ours stands still */
  gint64 ahead;        /* of the wall's clock before the steady one at opening, in microseconds */
  ClockSync sync;
  char *boot;
  guint acts;
  gboolean disk_low;
  gboolean confined;   /* the process has told its guards */
  guint guards;
  gboolean files;      /* so has the thread for files */
  guint files_guards;
  Worker *worker;      /* of serve; else NULL */
  Mailer *mailer;      /* the same */
  char *stopped;       /* why the last process ended: read-only until resumed */
};

/* --- the clock --- */

Instant
engine_now(const Engine *engine)
{
  if (engine->clock == INSTANT_NONE)
    return g_get_real_time() / 1000;
  return engine->since ? engine->clock + (g_get_monotonic_time() - engine->since) / 1000 : engine->clock;
}

gboolean
engine_set_clock(Engine *engine, Instant now, GError **error)
{
  if (office_real(world_office(engine->world))) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_DENIED, "実際の運用の記録では、時計を動かせません。訓練・検証用のデータで行ってください。");
    return FALSE;
  }
  if (now < 0) { /* the journal's times begin there */
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "時計は1970年1月1日9時より前には合わせられません。");
    return FALSE;
  }
  engine->clock = now;
  engine->since = 0;
  return TRUE;
}

gboolean
engine_run_clock(Engine *engine, Instant from, GError **error)
{
  if (!engine_set_clock(engine, from, error))
    return FALSE;
  engine->since = g_get_monotonic_time();
  return TRUE;
}

gboolean
engine_own_clock(const Engine *engine)
{
  return engine->clock != INSTANT_NONE;
}

gint64
engine_clock_step(const Engine *engine)
{
  return (g_get_real_time() - g_get_monotonic_time() - engine->ahead) / 1000;
}

void
engine_told_clocksync(Engine *engine, ClockSync sync)
{
  engine->sync = sync;
}

ClockSync
engine_clocksync(const Engine *engine)
{
  return engine->sync;
}

static char *
boot_id(void)
{
  g_autofree char *text = NULL;
  GString *id = g_string_new(NULL);
  if (g_file_get_contents("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    for (const char *c = text; *c; c++)
      if (g_ascii_isxdigit(*c))
        g_string_append_c(id, g_ascii_tolower(*c));
  while (id->len < 32)
    g_string_append_c(id, '0');
  return g_string_free(id, FALSE);
}

/* --- opening and closing --- */

static void written(const JournalHead *head, gpointer data);

static gboolean
reload(Engine *engine, GError **error)
{
  engine->reloads++;
  world_free(engine->world);
  engine->world = world_new(engine->reader, engine->blobs, engine->keyring, engine->dir);
  return world_load(engine->world, G_MAXUINT64, error);
}

static GPtrArray *
new_drafts(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
}

static GPtrArray *
new_erasures(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)erasure_free);
}

Engine *
engine_open(const char *dir, GError **error)
{
  g_autoptr(Engine) engine = g_new0(Engine, 1);

  engine->dir = g_strdup(dir);
  engine->context = g_main_context_ref_thread_default();
  engine->clock = INSTANT_NONE;
  engine->boot = boot_id();
  engine->ahead = g_get_real_time() - g_get_monotonic_time();
  engine->stopped = stopped_why(dir);
  engine->drafts = new_drafts();
  engine->erasures = new_erasures();
  engine->news = news_new();
  g_queue_init(&engine->held);
  if (!law_open(dir, error) || !(engine->journal = journal_open(dir, error)) || !(engine->keyring = keyring_open(dir, error)) ||
      !(engine->blobs = blob_open(dir, engine->keyring, error)) || !(engine->reader = journal_reader_open(dir, error)) ||
      !reload(engine, error))
    return NULL;
  engine->durable = journal_head(engine->journal);
  engine->next = engine->durable.size;
  world_set_durable(engine->world, engine->durable.size);
  if (engine->next >= SNAPSHOT_WORTH && !world_used_snapshot(engine->world))
    (void)!world_save_snapshot(engine->world, &engine->durable, NULL); /* a crash must not cost the rebuild again */
  engine->writer = writer_new(engine->journal, dir, engine->context, written, engine);
  return g_steal_pointer(&engine);
}

void
engine_close(Engine *engine)
{
  if (!engine)
    return;
  if (engine->writer) {
    engine_drain(engine);
    writer_free(engine->writer);
    if (engine->rest)
      g_source_destroy(engine->rest);
    g_clear_pointer(&engine->rest, g_source_unref);
    (void)!world_save_snapshot(engine->world, &engine->durable, NULL); /* the next start rebuilds */
  }
  signer_stop(engine->signer);
  world_free(engine->world);
  journal_reader_close(engine->reader);
  journal_close(engine->journal);
  blob_close(engine->blobs);
  keyring_close(engine->keyring);
  g_ptr_array_unref(engine->drafts);
  g_ptr_array_unref(engine->erasures);
  news_free(engine->news);
  g_main_context_unref(engine->context);
  g_free(engine->boot);
  g_free(engine->stopped);
  g_free(engine->dir);
  g_free(engine);
}

News *
engine_news(Engine *engine)
{
  return engine->news;
}

World *
engine_world(Engine *engine)
{
  return engine->world;
}

JournalReader *
engine_reader(Engine *engine)
{
  return engine->reader;
}

BlobStore *
engine_blobs(Engine *engine)
{
  return engine->blobs;
}

const Keyring *
engine_keyring(Engine *engine)
{
  return engine->keyring;
}

const char *
engine_dir(const Engine *engine)
{
  return engine->dir;
}

JournalHead
engine_head(const Engine *engine)
{
  return engine->durable;
}

guint64
engine_commits(const Engine *engine)
{
  return engine->commits;
}

guint64
engine_version(const Engine *engine)
{
  return engine->next + engine->reloads; /* neither ever falls */
}

/* --- the writer's side --- */

static gboolean
releasable(const Engine *engine)
{
  const Held *held = g_queue_peek_head((GQueue *)&engine->held);
  return held && held->upto <= engine->durable.size;
}

static void
release_one(Engine *engine)
{
  Held *held = g_queue_pop_head(&engine->held);
  if (held->callback)
    held->callback(&held->answer, held->data);
  arena_free(held->arena);
  g_free(held);
}

static gboolean release_more(gpointer data);

/* One turn of the loop from now: more answers, and cases let go of. */
static void
continue_later(Engine *engine)
{
  if (engine->rest)
    return;
  engine->rest = g_idle_source_new();
  g_source_set_priority(engine->rest, G_PRIORITY_DEFAULT);
  g_source_set_callback(engine->rest, release_more, engine, NULL);
  g_source_attach(engine->rest, engine->context);
}

/* A few answers, and the rest after one turn of the loop: a commit that ends meanwhile is heard of.
 * An answer's callback may submit; what that releases waits for the loop here, so that the stack
 * does not grow. */
static void
release(Engine *engine)
{
  if (engine->releasing)
    return;
  engine->releasing = TRUE;
  for (guint i = 0; i < RELEASE_SLICE && releasable(engine); i++)
    release_one(engine);
  engine->releasing = FALSE;
  if (releasable(engine))
    continue_later(engine);
}

static gboolean
release_more(gpointer data)
{
  Engine *engine = data;
  g_clear_pointer(&engine->rest, g_source_unref);
  release(engine);
  world_trim(engine->world, engine->durable.size);
  return G_SOURCE_REMOVE;
}

/* What an act emitted, and its consequences, in one commit. */
static void
hand_over(Engine *engine)
{
  GPtrArray *erasures = NULL;

  if (!engine->drafts->len)
    return;
  if (engine->erasures->len) {
    erasures = g_steal_pointer(&engine->erasures);
    engine->erasures = new_erasures();
    engine->erased = TRUE;
  }
  guint64 first = engine->next - engine->drafts->len;
  writer_write(engine->writer, first, g_steal_pointer(&engine->drafts), erasures);
  engine->drafts = new_drafts();
}

static void
written(const JournalHead *head, gpointer data)
{
  Engine *engine = data;

  engine->durable = *head;
  engine->commits++;
  if (engine->erased && !writer_busy(engine->writer)) {
    g_autoptr(GError) error = NULL;
    engine->erased = FALSE;
    if (!reload(engine, &error))
      g_error("消去の後で記録を読み直せません：%s", error->message);
  }
  world_set_durable(engine->world, engine->durable.size);
  release(engine);
  news_tell(engine->news, engine->durable.size);
  world_trim(engine->world, engine->durable.size);
}

void
engine_drain(Engine *engine)
{
  while (writer_busy(engine->writer) || !g_queue_is_empty(&engine->held))
    g_main_context_iteration(engine->context, TRUE);
}

/* --- acts --- */

gboolean
request_set_time(Request *request, const char *happened, const char *precision, GError **error)
{
  const Choice *choice = precision ? choice_by_token(precision_choices, precision) : NULL;

  request->happened = INSTANT_NONE;
  if (happened && !instant_parse(happened, &request->happened, error))
    return FALSE;
  if (precision && !choice) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "日時の精度は minute、hour、day、about のどれかです。");
    return FALSE;
  }
  request->precision = choice ? choice->value : 0;
  return TRUE;
}

typedef struct {
  const Request *request;
  const ActKind *kind;
  World *world;
  Viewer viewer; /* who asks, as access.h knows them */
  ActContext context;
  Findings *findings;
  List advised;
} Work;

static gboolean
invalid(Work *work, const char *code, const char *text)
{
  findings_addf(work->findings, FINDING_INVALID, code, "%s", text);
  return FALSE;
}

/* Not there, or there and not to be read: the second is no fault of the request. */
static gboolean
unavailable(Work *work, const char *code, const GError *error)
{
  FindingWeight weight = shodo_error_exit_status(error) == 3 ? FINDING_FAILED : FINDING_INVALID;
  findings_addf(work->findings, weight, code, "%s", error->message);
  return FALSE;
}

static gboolean
room_on_disk(Engine *engine)
{
  struct statvfs disk;
  if (engine->acts++ % DISK_CHECK_EVERY == 0 || engine->disk_low)
    engine->disk_low = statvfs(engine->dir, &disk) == 0 && disk.f_bavail * disk.f_frsize < LIMIT_DISK_FREE;
  return !engine->disk_low;
}

/* The case, for whom it exists: before any guard speaks of it (access.h).  NULL with an error, or
 * with a finding. */
static const Case *
reach_case(Engine *engine, Work *work, GError **error)
{
  guint64 number = work->request->kase;
  gboolean sees = access_case(engine->world, &work->viewer, number);

  if (sees && work->kind->unseen) {
    findings_addf(work->findings, FINDING_REFUSE, "opening.sees", "この事案は、いまも見られます。");
    return NULL;
  }
  if (!sees && !(work->kind->unseen && access_breakable(engine->world, &work->viewer, number)))
    return world_no_case(number, error);
  return world_case(engine->world, number, error);
}

static gboolean
find_context(Engine *engine, Work *work)
{
  const Request *request = work->request;
  ActContext *context = &work->context;
  g_autoptr(GError) error = NULL;

  context->office = world_office(engine->world);
  context->notices = world_notices(engine->world);
  context->outbox = world_outbox(engine->world);
  context->now = engine_now(engine);
  context->happened = request->happened != INSTANT_NONE ? request->happened : context->now;
  if (work->kind->scope == SCOPE_CASE && request->kase) {
    context->kase = reach_case(engine, work, &error);
    context->stream = request->kase;
    if (!context->kase)
      return error ? unavailable(work, "case.unknown", error) : FALSE;
    context->plan = world_plan(engine->world, case_plan(context->kase), &error);
  } else {
    context->plan = world_plan_on(engine->world, instant_date(context->now), &error);
  }
  return context->plan ? TRUE : unavailable(work, "plan.none", error);
}

static gboolean
sees_notice(gconstpointer data, const char *notice)
{
  const Work *work = data;
  return access_notice(work->world, &work->viewer, notice);
}

static gboolean
sees_case(gconstpointer data, guint64 number)
{
  const Work *work = data;
  return access_case(work->world, &work->viewer, number);
}

/* Everything before decide: what the act is, who acts, in which case. */
static gboolean
prepare(Engine *engine, Work *work)
{
  const Request *request = work->request;

  work->kind = request->act ? tables_act(request->act) : NULL;
  if (!work->kind)
    return invalid(work, "act.unknown", arena_printf(work->context.arena, "「%s」という行為はありません。shodo help acts で一覧を見られます。",
                                                     request->act ? request->act : ""));
  const Person *who = office_person_named(world_office(engine->world), request->person ? request->person : "");
  work->world = engine->world;
  work->viewer = (Viewer){ who ? who->id : "", engine_now(engine) };
  work->context.office = world_office(engine->world);
  work->context.sees_notice = sees_notice;
  work->context.sees_case = sees_case;
  work->context.viewing = work;
  if (who && !find_context(engine, work))
    return FALSE;
  return dispatch_actor(&work->context, request->person ? request->person : "", request->post ? request->post : "",
                        request->proxy, work->findings);
}

static void
collect_advice(Work *work)
{
  for (gsize i = 0; i < findings_length(work->findings); i++) {
    const Finding *finding = findings_at(work->findings, i);
    if (finding->clause && !list_has_string(work->advised, finding->clause))
      list_add(work->context.arena, &work->advised, finding->clause);
  }
}

/* One entry, sealed: folded from what was encoded, and queued for the writer. */
static void
emit(Engine *engine, const EntryHead *envelope, const Emission *emission)
{
  g_autofree char *kind = g_strdup_printf("%s/%u", emission->kind->name, emission->kind->version);
  g_autoptr(GError) error = NULL;

  if (!world_fold(engine->world, envelope, kind, emission->structural, emission->personal, &error))
    g_error("%s: %s", kind, error->message); /* a row of a table contradicts itself */

  JournalDraft draft = {
    .stream = envelope->stream,
    .kind = kind,
    .recorded = envelope->recorded,
    .monotonic = g_get_monotonic_time() / 1000,
    .boot = engine->boot,
    .person = envelope->actor.person,
    .post = envelope->actor.post,
    .capacity = choice_token(capacity_choices, (int)envelope->actor.capacity),
    .structural = emission->structural_bytes,
    .personal = emission->personal_bytes,
  };
  g_ptr_array_add(engine->drafts, draft_new(&draft));
  news_add(engine->news, envelope->stream, engine->next);
  engine->next++;
}

/* The ground of an erasure names entries; the journal deletes their personal bodies. */
static void
note_erasure(Engine *engine, const Emission *emission)
{
  if (emission->kind != &office_erased)
    return;
  Erasure *erasure = g_new0(Erasure, 1);
  erasure->by = engine->next - 1;
  erasure->numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
  json_t *numbers = json_object_get(emission->structural, "entries");
  for (gsize i = 0; i < json_array_size(numbers); i++) {
    guint64 number = (guint64)json_integer_value(json_array_get(numbers, i));
    g_array_append_val(erasure->numbers, number);
  }
  g_ptr_array_add(engine->erasures, erasure);
}

/* The act's own name stands over its first entry; what follows is its consequence. */
static EntryHead
envelope_of(const Engine *engine, const Work *work, guint64 stream, gboolean first)
{
  return (EntryHead){
    .number = engine->next,
    .stream = stream,
    .recorded = work->context.now,
    .happened = work->context.happened,
    .precision = work->request->precision ? work->request->precision : PRECISION_MINUTE,
    .actor = work->context.actor,
    .role = work->context.role,
    .act = first ? work->kind->name : NULL,
    .advised = work->advised,
    .proxy = work->context.actor.capacity == CAPACITY_PROXY ? work->request->proxy : NULL,
    .key = first ? work->request->key : NULL,
  };
}

static guint64
stream_of(const EntryKind *kind, guint64 kase)
{
  return kind->scope == SCOPE_OFFICE ? 0 : kind->scope == SCOPE_OUTBOX ? STREAM_OUTBOX : kase;
}

static void
emit_all(Engine *engine, const Work *work, const Decision *decision, guint64 kase)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    EntryHead envelope = envelope_of(engine, work, stream_of(emission->kind, kase), i == 0);
    emit(engine, &envelope, emission);
    note_erasure(engine, emission);
  }
}

/* What the program itself adds to what a person did. */
static EntryHead
own_envelope(const Engine *engine, const Work *work, guint64 kase)
{
  EntryHead envelope = envelope_of(engine, work, kase, FALSE);
  envelope.actor = (Actor){ .person = "-", .post = "-", .capacity = CAPACITY_SYSTEM };
  envelope.happened = envelope.recorded;
  envelope.precision = PRECISION_MINUTE;
  envelope.role = envelope.proxy = NULL;
  envelope.advised = (List){ 0 };
  return envelope;
}

/* The one emission of DECISION has no field that a person fills in. */
static void
emit_own(Engine *engine, const Work *work, guint64 kase, Decision *decision)
{
  EntryHead envelope = own_envelope(engine, work, kase);
  g_autoptr(GError) error = NULL;
  if (!decision_seal(decision, 0, &envelope, &error))
    g_error("%s: %s", decision_at(decision, 0)->kind->name, error->message);
  emit(engine, &envelope, decision_at(decision, 0));
}

/* What was issued as paper is kept in the commit that issues it.  FIRST: number of the act's first entry. */
static void
keep_papers(Engine *engine, const Work *work, const Decision *decision, guint64 first, const Case *kase)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    g_autoptr(Decision) kept = decision_new();
    if (papers_keep(engine, work->context.plan, kase, decision_at(decision, i)->kind, first + i, kept))
      emit_own(engine, work, case_number(kase), kept);
  }
}

/* The case decides its own phase: its plan is asked until nothing moves.  ACT: what was just done in it, or NULL. */
static void
settle(Engine *engine, Work *work, const Plan *plan, Case *kase, const char *act)
{
  for (guint i = 0; i < SETTLE_MOST; i++) {
    g_autoptr(Decision) decision = decision_new();
    PredicateContext asking = {
      .plan = plan,
      .office = work->context.office,
      .notices = work->context.notices,
      .kase = kase,
      .now = work->context.now,
    };
    if (!case_settle(&asking, act, decision))
      return;
    emit_own(engine, work, case_number(kase), decision);
    act = NULL;
  }
}

/* What is learnt of a notice may be what a case that it is linked to waited for. */
static void
settle_linked(Engine *engine, Work *work, const char *notice)
{
  for (guint64 number = 1; number <= world_cases(engine->world); number++) {
    const Card *card = list_pointer(world_cards(engine->world), Card, number - 1);
    if (card->closed || !list_has_string(card->notices, notice))
      continue;
    Case *kase = world_case(engine->world, number, NULL);
    const Plan *plan = kase ? world_plan(engine->world, case_plan(kase), NULL) : NULL;
    if (!plan)
      continue;
    settle(engine, work, plan, kase, NULL);
    world_refresh_card(engine->world, number);
  }
}

static void
settle_notices(Engine *engine, Work *work, const Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    const char *notice = json_string_value(json_object_get(emission->structural, "notice"));
    if (emission->kind->scope == SCOPE_OFFICE && notice)
      settle_linked(engine, work, notice);
  }
}

static void
carry_out(Engine *engine, Work *work, const Decision *decision, Answer *answer)
{
  Case *kase = NULL;

  if (work->kind->scope == SCOPE_NEW_CASE)
    kase = world_new_case(engine->world);
  else if (work->context.kase)
    kase = world_case(engine->world, work->request->kase, NULL);
  answer->first = engine->next;
  emit_all(engine, work, decision, kase ? case_number(kase) : 0);
  if (kase) {
    answer->kase = case_number(kase);
    keep_papers(engine, work, decision, answer->first, kase);
    settle(engine, work, work->context.plan, kase, work->kind->name);
    world_refresh_card(engine->world, case_number(kase));
  } else
    settle_notices(engine, work, decision);
  answer->count = engine->next - answer->first;
  answer->done = TRUE;
}

/* Fields within their limits can still be more than one body of the journal holds. */
static gboolean
seal_all(const Engine *engine, Work *work, Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    EntryHead envelope = envelope_of(engine, work, 0, i == 0);
    g_autoptr(GError) error = NULL;
    if (!decision_seal(decision, i, &envelope, &error))
      return invalid(work, "entry.limit", error->message);
  }
  return TRUE;
}

static gboolean
note_personal(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  *(gboolean *)data = entry->has_personal;
  return TRUE;
}

/* The journal erases personal bodies of durable entries and takes nothing else
 * for an erasure; guard knows no journal. */
static gboolean
erasable(Engine *engine, guint64 number)
{
  gboolean personal = FALSE;
  return number < engine->durable.size &&
         journal_walk(engine->reader, JOURNAL_ALL_STREAMS, number, number + 1, note_personal, &personal, NULL) && personal;
}

static gboolean
erases_what_is_there(Engine *engine, Work *work, const Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    json_t *numbers = emission->kind == &office_erased ? json_object_get(emission->structural, "entries") : NULL;
    for (gsize j = 0; j < json_array_size(numbers); j++) {
      guint64 number = (guint64)json_integer_value(json_array_get(numbers, j));
      if (erasable(engine, number))
        continue;
      findings_addf(work->findings, FINDING_INVALID, "erase.none",
                    "記録 %" G_GUINT64_FORMAT " には消去する個人情報がありません。番号を確かめてください。", number)->field = "entries";
      return FALSE;
    }
  }
  return TRUE;
}

/* A version that is not in the store would leave no plan in force, and nobody able to mend it. */
static gboolean
adopts_what_is_there(Engine *engine, Work *work, const Decision *decision)
{
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    g_autoptr(GError) error = NULL;
    if (emission->kind != &office_plan_adopted ||
        world_plan(engine->world, json_string_value(json_object_get(emission->structural, "digest")), &error))
      continue;
    findings_addf(work->findings, FINDING_INVALID, "plan.unknown", "この版の計画は保存されていません。版の値を確かめてください。")->field =
        "digest";
    return FALSE;
  }
  return TRUE;
}

/* Decide, and see that it can be written as it is. */
static gboolean
decide(Engine *engine, Work *work, Decision *decision)
{
  if (!prepare(engine, work) ||
      !dispatch_act(&work->context, work->kind, work->request->fields, work->findings, decision))
    return FALSE;
  collect_advice(work);
  return seal_all(engine, work, decision) && erases_what_is_there(engine, work, decision) &&
         adopts_what_is_there(engine, work, decision);
}

static Held *
held_new(Arena *arena, EngineAnswer callback, gpointer data)
{
  Held *held = g_new0(Held, 1);
  held->arena = arena;
  held->callback = callback;
  held->data = data;
  return held;
}

void
engine_submit(Engine *engine, const Request *request, EngineAnswer callback, gpointer data)
{
  Arena *arena = arena_new();
  Held *held = held_new(arena, callback, data);
  Work work = { .request = request, .context = { .arena = arena }, .findings = findings_new(arena) };
  g_autoptr(Decision) decision = decision_new();

  if (engine->stopped)
    findings_addf(work.findings, FINDING_REFUSE, "stopped",
                  "前に記録を保存できずに止まったため、いまは見るだけです（%s）。", engine->stopped)->remedy =
        "shodo resume で記録を確かめてから再開してください。";
  else if (!room_on_disk(engine))
    findings_addf(work.findings, FINDING_REFUSE, "disk.full",
                  "ディスクの空きが少ないため、記録を受け付けられません。空きを増やすと自動で再開します。");
  else if (engine->next - engine->durable.size + 8 > LIMIT_PENDING)
    findings_addf(work.findings, FINDING_REFUSE, "busy", "混み合っています。少し待ってからもう一度行ってください。");
  else if (decide(engine, &work, decision))
    carry_out(engine, &work, decision, &held->answer);

  findings_own(work.findings); /* an erasure may make the state anew before the answer leaves */
  held->answer.findings = work.findings;
  held->answer.head = held->upto = engine->next;
  g_queue_push_tail(&engine->held, held);
  hand_over(engine);
  release(engine);
}

void
engine_hold(Engine *engine, EngineAnswer callback, gpointer data)
{
  Arena *arena = arena_new();
  Held *held = held_new(arena, callback, data);
  held->answer = (Answer){ .done = TRUE, .findings = findings_new(arena), .head = engine->next };
  held->upto = engine->next;
  g_queue_push_tail(&engine->held, held);
  release(engine);
  continue_later(engine); /* a view may have folded a case */
}

gboolean
engine_ask(Engine *engine, const Request *request, Arena *arena, Findings *findings)
{
  Work work = { .request = request, .context = { .arena = arena }, .findings = findings };
  g_autoptr(Decision) decision = decision_new();
  return decide(engine, &work, decision);
}

const char *
engine_stopped(const Engine *engine)
{
  return engine->stopped;
}

gboolean
engine_resume(Engine *engine, GError **error)
{
  if (!stopped_clear(engine->dir, error))
    return FALSE;
  g_clear_pointer(&engine->stopped, g_free);
  return TRUE;
}

/* --- signing --- */

guint64
engine_unsigned(Engine *engine)
{
  if (engine->stopped)
    return 0;
  guint64 size = engine_head(engine).size;
  g_autofree char *note = journal_last_checkpoint(engine->reader, NULL);
  g_autoptr(Checkpoint) last = note ? checkpoint_parse(note, NULL) : NULL;
  return last && last->size <= size ? size - last->size : size;
}

char *
engine_sign(Engine *engine, GError **error)
{
  engine_drain(engine);
  if (engine->stopped) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "止まった後、まだ再開していません。shodo resume で再開してください。");
    return NULL;
  }
  if (!engine->signer && !(engine->signer = signer_start(engine->dir, error)))
    return NULL;

  JournalHead head = engine_head(engine);
  guint64 signed_size = signer_size(engine->signer);
  g_autoptr(GByteArray) proof = NULL;
  if (signed_size && signed_size < head.size && !(proof = journal_consistency(engine->reader, signed_size, head.size, error)))
    return NULL;
  g_autofree char *note = signer_sign(engine->signer, head.size, head.root, proof ? proof->data : NULL,
                                      proof ? proof->len / TREE_HASH : 0, error);
  if (!note || !journal_store_checkpoint(engine->journal, note, error))
    return NULL;
  return g_steal_pointer(&note);
}

/* --- what could not be had --- */

void
engine_files_confined(Engine *engine, guint guards)
{
  engine->files = TRUE;
  engine->files_guards = guards;
}

void
engine_confined(Engine *engine, guint guards, Worker *worker)
{
  engine->confined = TRUE;
  engine->guards = guards;
  engine->worker = worker;
}

void
engine_lend(Engine *engine, Worker *worker)
{
  engine->worker = worker;
}

Worker *
engine_worker(Engine *engine)
{
  return engine->worker;
}

void
engine_mails(Engine *engine, Mailer *mailer)
{
  engine->mailer = mailer;
}

Mailer *
engine_mailer(Engine *engine)
{
  return engine->mailer;
}

typedef struct {
  GError *error;
  gboolean done;
} Echo;

static void
echoed(GBytes *reply G_GNUC_UNUSED, const GError *error, gpointer data)
{
  Echo *echo = data;
  echo->done = TRUE;
  echo->error = error ? g_error_copy(error) : NULL;
}

/* It tells its guards when it starts. */
static void
add_worker(Engine *engine, GPtrArray *all)
{
  g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
  Echo echo = { 0 };

  worker_ask(engine->worker, "echo", nothing, WORKER_PATIENCE, echoed, &echo);
  while (!echo.done)
    g_main_context_iteration(engine->context, TRUE);
  if (echo.error)
    g_ptr_array_add(all, g_strdup_printf("%s：%s", roles_name(ROLE_WORKER), echo.error->message));
  else
    roles_weaknesses(ROLE_WORKER, worker_guards(engine->worker), all);
  g_clear_error(&echo.error);
}

/* Takes WEAK, or says what hid it. */
static void
add_weaknesses(GPtrArray *all, const char *of, GPtrArray *weak, const GError *error)
{
  if (!weak)
    g_ptr_array_add(all, g_strdup_printf("%s：確かめられません。%s", of, error->message));
  for (guint i = 0; weak && i < weak->len; i++)
    g_ptr_array_add(all, g_strdup(weak->pdata[i]));
  if (weak)
    g_ptr_array_unref(weak);
}

GPtrArray *
engine_weaknesses(Engine *engine)
{
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) journal_error = NULL, signer_error = NULL;

  engine_drain(engine); /* the writer has the journal until then */
  if (engine->confined)
    roles_weaknesses(ROLE_MAIN, engine->guards, all);
  else
    g_ptr_array_add(all, g_strdup_printf("%s：shodo serve が動いていないため、守りを確かめられません。", roles_name(ROLE_MAIN)));
  roles_weaknesses(ROLE_WRITER, writer_guards(engine->writer), all);
  if (engine->files)
    roles_weaknesses(ROLE_FILES, engine->files_guards, all);
  if (engine->worker)
    add_worker(engine, all);
  if (engine->mailer)
    mailer_weaknesses(engine->mailer, all);
  if (!engine->signer)
    engine->signer = signer_start(engine->dir, &signer_error);
  add_weaknesses(all, roles_name(ROLE_SIGNER), engine->signer ? signer_weaknesses(engine->signer) : NULL, signer_error);
  GPtrArray *journal = journal_weaknesses(engine->journal, &journal_error);
  add_weaknesses(all, "記録", journal, journal_error);
  return all;
}

/* --- the first act of all --- */

gboolean
engine_begin(Engine *engine, const char *act, const void *body, const Plan *plan, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Decision) decision = decision_new();
  Request none = { .happened = INSTANT_NONE };
  Work work = { .request = &none, .kind = tables_act(act), .findings = findings_new(arena) };

  work.context = (ActContext){
    .arena = arena,
    .plan = plan,
    .office = world_office(engine->world),
    .notices = world_notices(engine->world),
    .now = engine_now(engine),
    .happened = engine_now(engine),
    .actor = { .person = "-", .post = "-", .capacity = CAPACITY_SYSTEM },
  };
  work.kind->guard(&work.context, body, work.findings);
  if (!findings_stop(work.findings))
    work.kind->decide(&work.context, body, decision);
  if (findings_stop(work.findings) || !seal_all(engine, &work, decision)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s", findings_at(work.findings, 0)->text);
    return FALSE;
  }
  emit_all(engine, &work, decision, 0);
  hand_over(engine);
  engine_drain(engine);
  return TRUE;
}

gboolean
engine_note(Engine *engine, const EntryKind *kind, const void *body)
{
  return engine_note_case(engine, 0, kind, body);
}

gboolean
engine_note_case(Engine *engine, guint64 kase, const EntryKind *kind, const void *body)
{
  g_autoptr(Decision) decision = decision_new();
  decision_emit(decision, kind, body);
  return engine_note_all(engine, kase, decision);
}

gboolean
engine_note_all(Engine *engine, guint64 kase, Decision *decision)
{
  EntryHead envelope = {
    .recorded = engine_now(engine),
    .happened = engine_now(engine),
    .precision = PRECISION_MINUTE,
    .actor = { .person = "-", .post = "-", .capacity = CAPACITY_SYSTEM },
  };

  if (engine->stopped || !room_on_disk(engine) || engine->next - engine->durable.size + decision_length(decision) + 8 > LIMIT_PENDING ||
      (kase && !world_case(engine->world, kase, NULL)))
    return FALSE;
  for (gsize i = 0; i < decision_length(decision); i++)
    if (!decision_seal(decision, i, &envelope, NULL))
      return FALSE;
  for (gsize i = 0; i < decision_length(decision); i++) {
    envelope.number = engine->next;
    envelope.stream = stream_of(decision_at(decision, i)->kind, kase);
    emit(engine, &envelope, decision_at(decision, i));
  }
  if (kase)
    world_refresh_card(engine->world, kase);
  hand_over(engine);
  return TRUE;
}
