#include "engine/herald_inside.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/roles.h"
#include "base/source.h"
#include "mail/parcel.h"

#define KEEPER_SECONDS 10
#define FIRST_WAIT 5           /* seconds; doubled at each failure */
#define GIVEN_UP (LIMIT_TELL_SECONDS + 40) /* seconds after which a process that says nothing is given up */
#define DISK_EVERY 10          /* seconds */
#define CHECKPOINT_EVERY 60
#define CHUNK 65536

static void pump_all(Herald *herald);

Instant
herald_wall(void)
{
  return g_get_real_time() / 1000;
}

const Office *
herald_office(const Herald *herald)
{
  return world_office(engine_world(herald->engine));
}

/* --- the processes --- */

static void
hang_up(Voice *voice)
{
  source_drop(&voice->readable);
  if (voice->fd >= 0)
    (void)close(voice->fd);
  voice->fd = -1;
  voice->told = FALSE;
  g_byte_array_set_size(voice->in, 0);
}

void
herald_put_off(Course *course, guint longest)
{
  gint64 seconds = MIN((gint64)FIRST_WAIT << MIN(course->failures, 20), (gint64)longest);
  course->failures++;
  course->since = 0;
  course->again = g_get_monotonic_time() + seconds * G_USEC_PER_SEC + g_random_int_range(0, (gint32)(seconds * 200)) * 1000;
}

void
herald_voice_ended(Voice *voice)
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
  voice->herald->dirty = TRUE;
  if (*report.destination)
    herald_take_hook(voice->herald, &report);
  else
    herald_take_syslog(voice->herald, &report);
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
    herald_voice_ended(voice);
  pump_all(voice->herald);
  return voice->fd == fd ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

gboolean
herald_ready(Voice *voice)
{
  Herald *herald = voice->herald;

  if (voice->fd >= 0)
    return TRUE;
  if (herald->keeper < 0 || g_get_monotonic_time() < voice->not_before)
    return FALSE;
  voice->not_before = g_get_monotonic_time() + FIRST_WAIT * G_USEC_PER_SEC;
  if (send(herald->keeper, &voice->what, 1, MSG_NOSIGNAL) != 1 || (voice->fd = parcel_receive_fd(herald->keeper)) < 0)
    return FALSE;
  voice->readable = source_attach(g_unix_fd_source_new(voice->fd, G_IO_IN), herald->context, G_SOURCE_FUNC(can_read), voice);
  return TRUE;
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
  List all = office_destinations(herald_office(herald));
  gboolean more = FALSE;

  if (herald->pumping)
    return;
  herald->pumping = TRUE;
  if (herald->rules) {
    for (gsize i = 0; i < all.length; i++)
      more = herald_pump(herald, list_pointer(all, const Destination, i)) || more;
    more = herald_pump_syslog(herald) || more;
  }
  herald->pumping = FALSE;
  if (more)
    continue_later(herald);
}

static gboolean
look_more(gpointer data)
{
  Herald *herald = data;
  source_drop(&herald->more);
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
    herald_voice_ended(&herald->hooks);
  if (herald->course.since && herald->course.since < oldest)
    herald_voice_ended(&herald->syslog);
}

static gboolean
tick(gpointer data)
{
  Herald *herald = data;
  if (herald->ticks % DISK_EVERY == 0)
    herald_watch_disk(herald);
  if (herald->ticks++ % CHECKPOINT_EVERY == 0)
    herald_tell_checkpoint(herald);
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
  if (herald_may_log(herald))
    herald_keep_up(herald, reached_of(herald->reached, "syslog")); /* what is entered from now on is told */
  herald_notice(herald, "system.started", NULL, NULL);
  if (engine_stopped(engine))
    herald_notice(herald, "system.read_only", NULL, NULL);
  herald->tick = source_attach(g_timeout_source_new_seconds(1), herald->context, tick, herald);
  return herald;
}

void
herald_finish(Herald *herald, guint milliseconds)
{
  gint64 until = g_get_monotonic_time() + (gint64)milliseconds * 1000;

  herald_tell_checkpoint(herald);
  herald_notice(herald, "system.ending", NULL, NULL);
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
  source_drop(&herald->tick);
  source_drop(&herald->more);
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
