/* Webhooks: one event of each destination at a time, signed as it leaves. */
#include "engine/herald_inside.h"

#include <sodium.h>
#include <string.h>

#define LONGEST_WAIT 3600 /* seconds */

/* --- keys --- */

/* Nothing of it is stored: the entry that issued it and the master key give it again. */
void
herald_key(Engine *engine, const Destination *destination, guint8 key[HOOK_KEY])
{
  g_autofree char *text = g_strdup_printf("shodo webhook key 1\n%s\n%" G_GUINT64_FORMAT "\n%" G_GINT64_FORMAT, destination->id, destination->secret,
                                          destination->secret_at);
  G_STATIC_ASSERT(KEYRING_MAC == HOOK_KEY);
  keyring_mac(engine_keyring(engine), text, strlen(text), key);
}

/* --- webhooks --- */

Course *
herald_course(Herald *herald, const char *id)
{
  Course *course = g_hash_table_lookup(herald->courses, id);
  if (!course) {
    course = g_new0(Course, 1);
    g_hash_table_insert(herald->courses, g_strdup(id), course);
  }
  return course;
}

gboolean
herald_may_tell(const Herald *herald, const Destination *destination)
{
  return destination->state == DESTINATION_ON && destination->told->exercise == !office_real(herald_office(herald));
}

static gboolean
send_event(Herald *herald, const Destination *destination, const ToldEvent *told)
{
  Course *course = herald_course(herald, destination->id);
  gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  g_autofree char *timestamp = g_strdup_printf("%" G_GINT64_FORMAT, now);
  guint8 key[HOOK_KEY];

  herald_key(herald->engine, destination, key);
  g_autofree char *signature = hook_sign(key, sizeof key, told->id, now, told->json);
  sodium_memzero(key, sizeof key);
  const WireJob job = { destination->id, destination->told->url, told->id, timestamp, signature, told->json };
  if (!wire_send_job(herald->hooks.fd, &job)) {
    herald_voice_ended(&herald->hooks);
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
  if (reach->next >= size || !told_read(herald->engine, reach->next, reach->next + HERALD_SLICE, HERALD_SLICE, &events, &next, arena, NULL))
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

gboolean
herald_pump(Herald *herald, const Destination *destination)
{
  Course *course = herald_course(herald, destination->id);
  Reach *reach = reached_of(herald->reached, destination->id);

  if (!herald_may_tell(herald, destination)) {
    course->failures = 0;
    course->again = 0;
    if (destination->state != DESTINATION_ON)
      reach->failing = INSTANT_NONE;
    return FALSE;
  }
  if (course->touched != destination->touched)
    course->again = 0; /* somebody looks after it just now */
  course->touched = destination->touched;
  if (course->since || course->again > g_get_monotonic_time() || herald->flights >= LIMIT_TELL_FLIGHTS || !herald_ready(&herald->hooks))
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
  Instant now = herald_wall();

  reach_failed(reach, now, report->code, report->verdict == WIRE_FORBIDDEN ? HERALD_FORBIDDEN : report->words);
  herald_put_off(herald_course(herald, destination->id), LONGEST_WAIT);
  if (report->verdict == WIRE_GONE)
    stop(herald, destination, STOPPED_GONE, report->code);
  else if (now - reach->failing > LIMIT_TELL_DAYS * INSTANT_DAY)
    stop(herald, destination, STOPPED_EXPIRED, report->code);
}

void
herald_take_hook(Herald *herald, const WireReport *report)
{
  const Destination *destination = office_destination(herald_office(herald), report->destination);
  Course *course = destination ? g_hash_table_lookup(herald->courses, destination->id) : NULL;
  Reach *reach;

  if (!course || !course->since)
    return;
  course->since = 0;
  herald->flights -= herald->flights ? 1 : 0;
  if (report->verdict != WIRE_TAKEN) {
    take_failure(herald, destination, report);
    return;
  }
  reach = reached_of(herald->reached, destination->id);
  reach_well(reach, herald_wall());
  reach->next = course->entry + 1;
  reach->sent++;
  course->failures = 0;
}
