#include "engine/herald.h"

#include <errno.h>
#include <glib-unix.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/roles.h"
#include "engine/reached.h"
#include "engine/told.h"
#include "journal/note.h"
#include "mail/parcel.h"
#include "tell/hook.h"
#include "tell/wire.h"

#define KEEPER_SECONDS 10
#define SLICE 512              /* entries looked at in one turn of the loop, for one destination */
#define FIRST_WAIT 5           /* seconds; doubled at each failure */
#define LONGEST_WAIT 3600
#define SYSLOG_WAIT 60         /* seconds at most between attempts */
#define GIVEN_UP (LIMIT_TELL_SECONDS + 40) /* seconds after which a process that says nothing is given up */
#define BATCH_OCTETS 32768
#define DISK_EVERY 10          /* seconds */
#define CHECKPOINT_EVERY 60
#define DISK_LOW ((guint64)1 << 30)
#define SECRET_HOUR (60 * INSTANT_MINUTE)
#define CHUNK 65536
#define FORBIDDEN "サーバーの管理者が許していない宛先です。"

typedef struct {
  Herald *herald;
  char what;         /* 'h' or 's', as the keeper knows it */
  int fd;            /* of the process; -1: none */
  GSource *readable;
  GByteArray *in;
  gboolean told;     /* it has told its guards */
  guint guards, keeper; /* the teller's, and its keeper's */
  gint64 not_before; /* monotonic; of the next start */
} Voice;

typedef struct {
  gint64 again;      /* monotonic; not tried before */
  guint failures;    /* one after the other */
  gint64 since;      /* monotonic, when what is under way was given; 0: nothing is */
  guint64 entry;     /* that is under way */
  guint64 touched;   /* Destination.touched, as last seen */
} Course;

struct Herald {
  Engine *engine;
  GMainContext *context;
  int keeper;
  const TellRules *rules;
  Reached *reached;
  Voice hooks, syslog;
  GHashTable *courses; /* id → Course */
  guint flights;
  gboolean dirty, pumping;
  GSource *tick, *more;
  guint watch, ticks;
  /* syslog */
  Course course;
  GQueue notices;      /* of char *: lines of what the server noticed */
  guint giving;        /* of them, in the batch under way */
  guint64 giving_next, giving_dropped, giving_events;
  guint64 checkpoint;  /* size of the last one that was told */
  gboolean disk_low;
};

static void pump_all(Herald *herald);

static Instant
wall(void)
{
  return g_get_real_time() / 1000;
}

static const Office *
office_of(const Herald *herald)
{
  return world_office(engine_world(herald->engine));
}

/* --- the processes --- */

static void
drop_source(GSource **source)
{
  if (*source)
    g_source_destroy(*source);
  g_clear_pointer(source, g_source_unref);
}

static void
hang_up(Voice *voice)
{
  drop_source(&voice->readable);
  if (voice->fd >= 0)
    (void)close(voice->fd);
  voice->fd = -1;
  voice->told = FALSE;
  g_byte_array_set_size(voice->in, 0);
}

/* A wait that doubles, with up to a fifth more, so that many offices do not come at once. */
static void
put_off(Course *course, guint longest)
{
  gint64 seconds = MIN((gint64)FIRST_WAIT << MIN(course->failures, 20), (gint64)longest);
  course->failures++;
  course->since = 0;
  course->again = g_get_monotonic_time() + seconds * G_USEC_PER_SEC + g_random_int_range(0, (gint32)(seconds * 200)) * 1000;
}

/* What was under way may have arrived, or not: it is told again. */
static void
voice_ended(Voice *voice)
{
  Herald *herald = voice->herald;
  GHashTableIter each;
  gpointer course;

  hang_up(voice);
  voice->not_before = g_get_monotonic_time() + G_USEC_PER_SEC;
  if (voice->what == 's') {
    herald->course.since = 0;
    return;
  }
  herald->flights = 0;
  g_hash_table_iter_init(&each, herald->courses);
  while (g_hash_table_iter_next(&each, NULL, &course))
    ((Course *)course)->since = 0;
}

static void take_report(Herald *herald, const WireReport *report);

/* FALSE: nonsense. */
static gboolean
take_frame(Voice *voice, GBytes *frame)
{
  g_autoptr(Arena) arena = arena_new();
  WireReport report;

  if (!voice->told) {
    voice->told = roles_hear(frame, &voice->guards, &voice->keeper);
    return voice->told;
  }
  if (!wire_read_report(frame, &report, arena))
    return FALSE;
  take_report(voice->herald, &report);
  return TRUE;
}

static gboolean
can_read(int fd, GIOCondition condition G_GNUC_UNUSED, gpointer data)
{
  Voice *voice = data;
  guint8 bytes[CHUNK];
  gssize got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
  gboolean bad = FALSE;

  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (got > 0)
    g_byte_array_append(voice->in, bytes, (guint)got);
  for (GBytes *frame; got > 0 && !bad && (frame = parcel_take(voice->in, &bad)); g_bytes_unref(frame))
    bad = !take_frame(voice, frame);
  if (got <= 0 || bad)
    voice_ended(voice);
  pump_all(voice->herald);
  return voice->fd == fd ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
ready(Voice *voice)
{
  Herald *herald = voice->herald;

  if (voice->fd >= 0)
    return TRUE;
  if (herald->keeper < 0 || g_get_monotonic_time() < voice->not_before)
    return FALSE;
  voice->not_before = g_get_monotonic_time() + FIRST_WAIT * G_USEC_PER_SEC;
  if (send(herald->keeper, &voice->what, 1, MSG_NOSIGNAL) != 1 || (voice->fd = parcel_receive_fd(herald->keeper)) < 0)
    return FALSE;
  voice->readable = g_unix_fd_source_new(voice->fd, G_IO_IN);
  g_source_set_priority(voice->readable, G_PRIORITY_DEFAULT);
  g_source_set_callback(voice->readable, G_SOURCE_FUNC(can_read), voice, NULL);
  g_source_attach(voice->readable, herald->context);
  return TRUE;
}

/* --- keys --- */

/* Nothing of it is stored: the entry that issued it and the master key give it again. */
static void
key_of(Engine *engine, const Destination *destination, guint8 key[HOOK_KEY])
{
  g_autofree char *text = g_strdup_printf("shodo webhook key 1\n%s\n%" G_GUINT64_FORMAT "\n%" G_GINT64_FORMAT, destination->id, destination->secret,
                                          destination->secret_at);
  G_STATIC_ASSERT(KEYRING_MAC == HOOK_KEY);
  keyring_mac(engine_keyring(engine), text, strlen(text), key);
}

/* --- webhooks --- */

static Course *
course_of(Herald *herald, const char *id)
{
  Course *course = g_hash_table_lookup(herald->courses, id);
  if (!course) {
    course = g_new0(Course, 1);
    g_hash_table_insert(herald->courses, g_strdup(id), course);
  }
  return course;
}

/* The gate between the worlds (promise 10). */
static gboolean
may_tell(const Herald *herald, const Destination *destination)
{
  return destination->state == DESTINATION_ON && destination->told->exercise == !office_real(office_of(herald));
}

static gboolean
send_event(Herald *herald, const Destination *destination, const ToldEvent *told)
{
  Course *course = course_of(herald, destination->id);
  gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  g_autofree char *timestamp = g_strdup_printf("%" G_GINT64_FORMAT, now);
  guint8 key[HOOK_KEY];

  key_of(herald->engine, destination, key);
  g_autofree char *signature = hook_sign(key, sizeof key, told->id, now, told->json);
  sodium_memzero(key, sizeof key);
  const WireJob job = { destination->id, destination->told->url, told->id, timestamp, signature, told->json };
  if (!wire_send_job(herald->hooks.fd, &job)) {
    voice_ended(&herald->hooks);
    return FALSE;
  }
  course->since = g_get_monotonic_time();
  course->entry = told->entry;
  herald->flights++;
  return TRUE;
}

/* Looks at one slice.  TRUE: there is more to look at. */
static gboolean
look_for(Herald *herald, const Destination *destination, Reach *reach)
{
  g_autoptr(Arena) arena = arena_new();
  guint64 next, size = engine_head(herald->engine).size;
  List events = { 0 };

  reach->next = CLAMP(reach->next, destination->since, MAX(size, destination->since));
  if (reach->next >= size || !told_read(herald->engine, reach->next, reach->next + SLICE, SLICE, &events, &next, arena, NULL))
    return FALSE;
  for (gsize i = 0; i < events.length; i++) {
    const ToldEvent *told = list_item(events, ToldEvent, i);
    if (!told_to(told, destination))
      continue;
    reach->next = told->entry;
    (void)send_event(herald, destination, told);
    return FALSE;
  }
  reach->next = next;
  herald->dirty = TRUE;
  return next < size;
}

static gboolean
pump(Herald *herald, const Destination *destination)
{
  Course *course = course_of(herald, destination->id);
  Reach *reach = reached_of(herald->reached, destination->id);

  if (!may_tell(herald, destination)) {
    course->failures = 0;
    course->again = 0;
    if (destination->state != DESTINATION_ON)
      reach->failing = INSTANT_NONE;
    return FALSE;
  }
  if (course->touched != destination->touched)
    course->again = 0; /* somebody looks after it just now */
  course->touched = destination->touched;
  if (course->since || course->again > g_get_monotonic_time() || herald->flights >= LIMIT_TELL_FLIGHTS || !ready(&herald->hooks))
    return FALSE;
  return look_for(herald, destination, reach);
}

static void
stop(Herald *herald, const Destination *destination, DestinationWhy why, guint code)
{
  const DestinationStopped stopped = { destination->id, (int)why, code ? (gint64)code : FIELD_NO_INT };
  (void)engine_note(herald->engine, &destination_stopped, &stopped); /* else when it fails the next time */
}

static void
take_failure(Herald *herald, const Destination *destination, const WireReport *report)
{
  Reach *reach = reached_of(herald->reached, destination->id);
  Instant now = wall();

  reach_failed(reach, now, report->code, report->verdict == WIRE_FORBIDDEN ? FORBIDDEN : report->words);
  put_off(course_of(herald, destination->id), LONGEST_WAIT);
  if (report->verdict == WIRE_GONE)
    stop(herald, destination, STOPPED_GONE, report->code);
  else if (now - reach->failing > LIMIT_TELL_DAYS * INSTANT_DAY)
    stop(herald, destination, STOPPED_EXPIRED, report->code);
}

static void take_syslog(Herald *herald, const WireReport *report);

static void
take_report(Herald *herald, const WireReport *report)
{
  const Destination *destination = *report->destination ? office_destination(office_of(herald), report->destination) : NULL;
  Course *course = destination ? g_hash_table_lookup(herald->courses, destination->id) : NULL;
  Reach *reach;

  herald->dirty = TRUE;
  if (!*report->destination)
    take_syslog(herald, report);
  if (!course || !course->since)
    return;
  course->since = 0;
  herald->flights -= herald->flights ? 1 : 0;
  if (report->verdict != WIRE_TAKEN) {
    take_failure(herald, destination, report);
    return;
  }
  reach = reached_of(herald->reached, destination->id);
  reach_well(reach, wall());
  reach->next = course->entry + 1;
  reach->sent++;
  course->failures = 0;
}

/* --- syslog --- */

static gboolean
may_log(const Herald *herald)
{
  return herald->rules && herald->rules->syslog && (office_real(office_of(herald)) || herald->rules->exercise);
}

static const char *
format(const Herald *herald, SyslogLine line, Arena *arena)
{
  line.facility = herald->rules->facility;
  line.hostname = herald->rules->hostname ? herald->rules->hostname : g_get_host_name();
  line.process = (guint64)getpid();
  line.element = arena_printf(arena, "shodo@%u", herald->rules->enterprise);
  return syslog_format(&line, arena);
}

static const char *
format_notice(const Herald *herald, const char *name, const char *key, json_t *value, Arena *arena)
{
  json_t *details = value ? json_pack("{s:o}", key, value) : NULL;
  SyslogLine line = told_notice(herald->engine, name, details, arena);
  json_decref(details);
  return format(herald, line, arena);
}

static void
notice(Herald *herald, const char *name, const char *key, json_t *value)
{
  g_autoptr(Arena) arena = arena_new();
  if (!may_log(herald)) {
    json_decref(value);
    return;
  }
  const char *text = format_notice(herald, name, key, value, arena);
  if (g_queue_get_length(&herald->notices) >= LIMIT_SYSLOG_NOTICES)
    reached_of(herald->reached, "syslog")->dropped++;
  else
    g_queue_push_tail(&herald->notices, g_strdup(text));
}

/* Too far behind: what is beyond the bound is dropped, and counted. */
static void
keep_up(Herald *herald, Reach *reach)
{
  guint64 size = engine_head(herald->engine).size;
  if (!reach->next || reach->next > size) {
    reach->next = size; /* of a journal that syslog has not heard of */
    herald->dirty = TRUE;
  }
  if (size - reach->next <= LIMIT_SYSLOG_BEHIND)
    return;
  reach->dropped += size - LIMIT_SYSLOG_BEHIND - reach->next;
  reach->next = size - LIMIT_SYSLOG_BEHIND;
  herald->dirty = TRUE;
}

typedef struct {
  List lines;
  gsize octets;
} Batch;

static gboolean
has_room(const Batch *batch)
{
  return batch->lines.length < WIRE_LINES && batch->octets + SYSLOG_LONGEST <= BATCH_OCTETS;
}

static void
put_line(Batch *batch, const char *line, Arena *arena)
{
  batch->octets += strlen(line);
  list_add(arena, &batch->lines, line);
}

static void
put_notices(Herald *herald, Reach *reach, Batch *batch, Arena *arena)
{
  herald->giving = 0;
  herald->giving_dropped = reach->dropped;
  if (reach->dropped)
    put_line(batch, format_notice(herald, "syslog.dropped", "count", json_integer((json_int_t)reach->dropped), arena), arena);
  for (const GList *at = herald->notices.head; at && has_room(batch); at = at->next, herald->giving++)
    put_line(batch, at->data, arena);
}

static void
put_events(Herald *herald, Reach *reach, Batch *batch, Arena *arena)
{
  List events = { 0 };
  guint64 next;

  herald->giving_next = reach->next;
  herald->giving_events = 0;
  if (!told_read(herald->engine, reach->next, reach->next + SLICE, WIRE_LINES, &events, &next, arena, NULL))
    return;
  for (gsize i = 0; i < events.length; i++) {
    const ToldEvent *told = list_item(events, ToldEvent, i);
    if (!has_room(batch)) {
      herald->giving_next = told->entry;
      return;
    }
    if (told->hidden && !told->kind->guarded)
      continue;
    put_line(batch, format(herald, told->line, arena), arena);
    herald->giving_events++;
  }
  herald->giving_next = next;
}

/* TRUE: there is more to look at. */
static gboolean
pump_syslog(Herald *herald)
{
  g_autoptr(Arena) arena = arena_new();
  Reach *reach = reached_of(herald->reached, "syslog");
  Batch batch = { 0 };

  if (!may_log(herald) || herald->course.since)
    return FALSE;
  keep_up(herald, reach);
  if (herald->course.again > g_get_monotonic_time())
    return FALSE;
  put_notices(herald, reach, &batch, arena);
  put_events(herald, reach, &batch, arena);
  if (!batch.lines.length) {
    gboolean more = herald->giving_next > reach->next;
    reach->next = herald->giving_next;
    return more && reach->next < engine_head(herald->engine).size;
  }
  if (!ready(&herald->syslog))
    return FALSE;
  if (wire_send_batch(herald->syslog.fd, "batch", batch.lines))
    herald->course.since = g_get_monotonic_time();
  else
    voice_ended(&herald->syslog);
  return FALSE;
}

static void
take_syslog(Herald *herald, const WireReport *report)
{
  Reach *reach = reached_of(herald->reached, "syslog");

  if (!herald->course.since)
    return;
  herald->course.since = 0;
  if (report->verdict != WIRE_TAKEN) {
    reach_failed(reach, wall(), 0, report->words);
    put_off(&herald->course, SYSLOG_WAIT);
    return;
  }
  reach_well(reach, wall());
  herald->course.failures = 0;
  reach->next = MAX(reach->next, herald->giving_next);
  reach->dropped -= herald->giving_dropped;
  reach->sent += herald->giving_events + herald->giving;
  for (; herald->giving; herald->giving--)
    g_free(g_queue_pop_head(&herald->notices));
}

/* --- what the server notices --- */

static void
watch_disk(Herald *herald)
{
  struct statvfs disk;
  if (statvfs(engine_dir(herald->engine), &disk) != 0)
    return;
  guint64 left = (guint64)disk.f_bavail * disk.f_frsize;
  gboolean low = left < (herald->disk_low ? DISK_LOW + DISK_LOW / 8 : DISK_LOW);
  if (low != herald->disk_low)
    notice(herald, low ? "system.disk_low" : "system.disk_recovered", "mebibytes", json_integer((json_int_t)(left >> 20)));
  herald->disk_low = low;
}

/* A witness outside this machine: what was signed cannot be changed later without being found out. */
static void
tell_checkpoint(Herald *herald)
{
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *note = may_log(herald) ? journal_last_checkpoint(engine_reader(herald->engine), NULL) : NULL;
  g_autoptr(Checkpoint) last = note ? checkpoint_parse(note, NULL) : NULL;

  if (!last || last->size == herald->checkpoint || g_queue_get_length(&herald->notices) >= LIMIT_SYSLOG_NOTICES)
    return;
  herald->checkpoint = last->size;
  g_autofree char *root = g_base64_encode(last->root, TREE_HASH);
  g_autoptr(json_t) details = json_pack("{s:I, s:s}", "size", (json_int_t)last->size, "root", root);
  g_queue_push_tail(&herald->notices, g_strdup(format(herald, told_notice(herald->engine, "journal.checkpoint", details, arena), arena)));
}

/* --- the loop --- */

static gboolean look_more(gpointer data);

/* One turn of the loop later: what waits for us comes first. */
static void
continue_later(Herald *herald)
{
  if (herald->more)
    return;
  herald->more = g_idle_source_new();
  g_source_set_callback(herald->more, look_more, herald, NULL);
  g_source_attach(herald->more, herald->context);
}

static void
pump_all(Herald *herald)
{
  List all = office_destinations(office_of(herald));
  gboolean more = FALSE;

  if (herald->pumping)
    return;
  herald->pumping = TRUE;
  if (herald->rules) {
    for (gsize i = 0; i < all.length; i++)
      more = pump(herald, list_pointer(all, const Destination, i)) || more;
    more = pump_syslog(herald) || more;
  }
  herald->pumping = FALSE;
  if (more)
    continue_later(herald);
}

static gboolean
look_more(gpointer data)
{
  Herald *herald = data;
  drop_source(&herald->more);
  pump_all(herald);
  return G_SOURCE_REMOVE;
}

void
herald_look(Herald *herald)
{
  pump_all(herald);
}

static void
save(Herald *herald)
{
  if (herald->dirty)
    reached_write(herald->reached);
  herald->dirty = FALSE;
}

/* A process that is silent for longer than it may be. */
static void
watch_voices(Herald *herald)
{
  gint64 oldest = g_get_monotonic_time() - GIVEN_UP * G_USEC_PER_SEC;
  GHashTableIter each;
  gpointer course;
  gboolean silent = FALSE;

  g_hash_table_iter_init(&each, herald->courses);
  while (g_hash_table_iter_next(&each, NULL, &course))
    silent = silent || (((Course *)course)->since && ((Course *)course)->since < oldest);
  if (silent)
    voice_ended(&herald->hooks);
  if (herald->course.since && herald->course.since < oldest)
    voice_ended(&herald->syslog);
}

static gboolean
tick(gpointer data)
{
  Herald *herald = data;
  if (herald->ticks % DISK_EVERY == 0)
    watch_disk(herald);
  if (herald->ticks++ % CHECKPOINT_EVERY == 0)
    tell_checkpoint(herald);
  watch_voices(herald);
  pump_all(herald);
  save(herald);
  return G_SOURCE_CONTINUE;
}

static void
heard(guint64 stream G_GNUC_UNUSED, guint64 entry G_GNUC_UNUSED, gpointer data)
{
  Herald *herald = data;
  if (herald->rules)
    continue_later(herald);
}

/* --- life --- */

static void
voice_init(Voice *voice, Herald *herald, char what)
{
  *voice = (Voice){ .herald = herald, .what = what, .fd = -1, .in = g_byte_array_new() };
}

Herald *
herald_new(Engine *engine, int keeper, const TellRules *rules)
{
  const struct timeval patience = { .tv_sec = KEEPER_SECONDS };
  Herald *herald = g_new0(Herald, 1);

  herald->engine = engine;
  herald->context = g_main_context_ref_thread_default();
  herald->keeper = keeper;
  herald->rules = keeper >= 0 ? rules : NULL;
  if (keeper >= 0)
    (void)setsockopt(keeper, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  voice_init(&herald->hooks, herald, 'h');
  voice_init(&herald->syslog, herald, 's');
  g_queue_init(&herald->notices);
  herald->courses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  herald->reached = reached_open(engine_dir(engine), journal_reader_origin(engine_reader(engine)));
  engine_heralds(engine, herald);
  herald->watch = news_watch(engine_news(engine), heard, herald);
  if (may_log(herald))
    keep_up(herald, reached_of(herald->reached, "syslog")); /* what is entered from now on is told */
  notice(herald, "system.started", NULL, NULL);
  if (engine_stopped(engine))
    notice(herald, "system.read_only", NULL, NULL);
  herald->tick = g_timeout_source_new_seconds(1);
  g_source_set_callback(herald->tick, tick, herald, NULL);
  g_source_attach(herald->tick, herald->context);
  return herald;
}

void
herald_finish(Herald *herald, guint milliseconds)
{
  gint64 until = g_get_monotonic_time() + (gint64)milliseconds * 1000;

  tell_checkpoint(herald);
  notice(herald, "system.ending", NULL, NULL);
  while (g_get_monotonic_time() < until) {
    pump_all(herald);
    if (!herald->flights && !herald->course.since && !herald->more)
      return;
    g_main_context_iteration(herald->context, TRUE); /* the tick wakes it at the latest */
  }
}

static void
voice_clear(Voice *voice)
{
  hang_up(voice);
  g_byte_array_unref(voice->in);
}

void
herald_free(Herald *herald)
{
  if (!herald)
    return;
  herald->pumping = TRUE; /* nothing is taken up any more */
  news_unwatch(engine_news(herald->engine), herald->watch);
  drop_source(&herald->tick);
  drop_source(&herald->more);
  voice_clear(&herald->hooks);
  voice_clear(&herald->syslog);
  save(herald);
  if (herald->keeper >= 0)
    (void)close(herald->keeper);
  g_queue_clear_full(&herald->notices, g_free);
  g_hash_table_unref(herald->courses);
  reached_free(herald->reached);
  engine_heralds(herald->engine, NULL);
  g_main_context_unref(herald->context);
  g_free(herald);
}

/* --- what is said of it --- */

static const char *
words_of(const Reach *reach, Arena *arena)
{
  if (reach->code)
    return arena_printf(arena, "相手の応答は %u でした。", reach->code);
  if (!reach->words)
    return "応答がありません。";
  return !strcmp(reach->words, FORBIDDEN) ? FORBIDDEN : arena_printf(arena, "届きません（%s）。", reach->words);
}

static const char *
trouble_of(Herald *herald, const Destination *destination, const Reach *reach, Arena *arena)
{
  g_autofree char *host = NULL;
  gboolean tls;
  guint port;

  if (!herald)
    return "shodo serve が動いていないため、知らせません。";
  if (!herald->rules)
    return "サーバーの管理者が、宛先を一つも許していません（shodo serve の --events）。";
  if (destination && (!rules_url(destination->told->url, &tls, &host, &port, NULL) || !rules_allow(herald->rules, tls, host, port, NULL)))
    return "この宛先は、サーバーの管理者が許していません。";
  if (reach->failing != INSTANT_NONE)
    return words_of(reach, arena);
  return NULL;
}

HeraldView
herald_view(Engine *engine, const Destination *destination, Arena *arena)
{
  Herald *herald = engine_herald(engine);
  g_autoptr(Reached) other = herald ? NULL : reached_open(engine_dir(engine), journal_reader_origin(engine_reader(engine)));
  const Reach *reach = reached_of(herald ? herald->reached : other, destination ? destination->id : "syslog");
  const Course *course = !herald ? NULL : destination ? course_of(herald, destination->id) : &herald->course;
  guint64 size = engine_head(engine).size;
  HeraldView view = { .next = destination ? MAX(reach->next, destination->since) : reach->next, .sent = reach->sent, .ok = reach->ok, .bad = reach->bad,
                      .again = INSTANT_NONE };

  view.behind = size > view.next ? size - view.next : 0;
  if (course && course->again > g_get_monotonic_time())
    view.again = wall() + (course->again - g_get_monotonic_time()) / 1000;
  if (!destination || destination->state == DESTINATION_ON)
    view.trouble = trouble_of(herald, destination, reach, arena);
  return view;
}

const char *
herald_syslog(Engine *engine, Arena *arena)
{
  static const char *const names[] = { [SYSLOG_UDP] = "udp", [SYSLOG_TCP] = "tcp", [SYSLOG_TLS] = "tls", [SYSLOG_UNIX] = "unix" };
  const Herald *herald = engine_herald(engine);
  if (!herald || !may_log(herald))
    return NULL;
  if (herald->rules->syslog == SYSLOG_UNIX)
    return arena_printf(arena, "unix %s", herald->rules->host);
  return arena_printf(arena, "%s %s:%u", names[herald->rules->syslog], herald->rules->host, herald->rules->port);
}

List
herald_rules(Engine *engine, Arena *arena)
{
  const Herald *herald = engine_herald(engine);
  List rows = { 0 };
  for (gsize i = 0; herald && herald->rules && i < herald->rules->allows.length; i++) {
    const TellAllow *allow = list_item(herald->rules->allows, TellAllow, i);
    list_add(arena, &rows, arena_printf(arena, "%s://%s:%u", allow->tls ? "https" : "http", !strcmp(allow->host, "*") ? "（許した範囲のアドレス）" : allow->host,
                                        allow->port));
  }
  return rows;
}

/* --- showing a key --- */

static const char *
unrevealed(Engine *engine, const Destination *destination, const char *person, const Reach *reach)
{
  if (reach->shown == destination->secret)
    return "この鍵は、すでに一度表示しました。分からなくなったときは、発行し直してください。";
  if (engine_now(engine) > destination->secret_at + SECRET_HOUR)
    return "鍵を表示できるのは、発行してから1時間です。発行し直してください。";
  if (person && g_strcmp0(person, destination->secret_by))
    return "鍵を表示できるのは、発行した本人だけです。発行し直してください。";
  return NULL;
}

gboolean
herald_may_reveal(Engine *engine, const Destination *destination, const char *person)
{
  Herald *herald = engine_herald(engine);
  return herald && !unrevealed(engine, destination, person, reached_of(herald->reached, destination->id));
}

char *
herald_reveal(Engine *engine, const Destination *destination, const char *person, GError **error)
{
  Herald *herald = engine_herald(engine);
  g_autoptr(Reached) other = herald ? NULL : reached_open(engine_dir(engine), journal_reader_origin(engine_reader(engine)));
  Reached *reached = herald ? herald->reached : other;
  Reach *reach = reached_of(reached, destination->id);
  const char *why = unrevealed(engine, destination, person, reach);
  guint8 key[HOOK_KEY];

  if (why) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "%s", why);
    return NULL;
  }
  reach->shown = destination->secret;
  reached_write(reached);
  key_of(engine, destination, key);
  char *secret = hook_secret(key);
  sodium_memzero(key, sizeof key);
  return secret;
}

/* --- the system check --- */

static void
add_trouble(Engine *engine, const Destination *destination, GPtrArray *sentences)
{
  g_autoptr(Arena) arena = arena_new();
  HeraldView view = herald_view(engine, destination, arena);
  const char *name = destination ? destination->told->name : "syslog";

  if (destination && destination->state == DESTINATION_STOPPED)
    g_ptr_array_add(sentences, g_strdup_printf("知らせ（%s）：停止しています。%s。", name, choice_label(destination_whys, destination->why)));
  else if (view.trouble)
    g_ptr_array_add(sentences, g_strdup_printf("知らせ（%s）：%s", name, view.trouble));
}

void
herald_weaknesses(Herald *herald, GPtrArray *sentences)
{
  List all = office_destinations(office_of(herald));
  const Voice *voices[] = { &herald->hooks, &herald->syslog };

  for (gsize i = 0; i < G_N_ELEMENTS(voices); i++)
    if (voices[i]->told) {
      roles_weaknesses(ROLE_TELLER, voices[i]->guards, sentences);
      roles_weaknesses(ROLE_KEEPER, voices[i]->keeper, sentences);
    }
  for (gsize i = 0; i < all.length; i++) {
    const Destination *destination = list_pointer(all, const Destination, i);
    if (destination->state == DESTINATION_STOPPED || may_tell(herald, destination))
      add_trouble(herald->engine, destination, sentences);
  }
  if (may_log(herald))
    add_trouble(herald->engine, NULL, sentences);
}
