#include "tell/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/child.h"
#include "base/json.h"

/* All at once or not at all: main never waits for the other side. */
static gboolean
send_frame(int fd, json_t *json, int flags)
{
  g_autofree char *text = json_dumps(json, JSON_COMPACT);
  json_decref(json);
  if (!text || strlen(text) > WIRE_LONGEST)
    return FALSE;
  gsize size = sizeof(guint32) + strlen(text);
  g_autofree guint8 *frame = g_malloc(size);
  guint32 length = g_htonl((guint32)strlen(text));
  memcpy(frame, &length, sizeof length);
  memcpy(frame + sizeof length, text, strlen(text));
  gssize sent;
  do
    sent = send(fd, frame, size, MSG_NOSIGNAL | flags);
  while (sent < 0 && errno == EINTR);
  return sent == (gssize)size;
}

gboolean
wire_send_job(int fd, const WireJob *job)
{
  return send_frame(fd, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "destination", job->destination, "url", job->url, "id", job->id,
                                  "timestamp", job->timestamp, "signature", job->signature, "body", job->body), MSG_DONTWAIT);
}

gboolean
wire_send_batch(int fd, const char *id, List lines)
{
  json_t *array = json_array();
  for (gsize i = 0; i < lines.length; i++)
    json_array_append_new(array, json_string(list_string(lines, i)));
  return send_frame(fd, json_pack("{s:s, s:o}", "id", id, "lines", array), MSG_DONTWAIT);
}

gboolean
wire_send_report(int fd, const WireReport *report)
{
  return send_frame(fd, json_pack("{s:s, s:s, s:i, s:i, s:s}", "destination", report->destination, "id", report->id, "verdict", report->verdict,
                                  "code", (int)report->code, "words", report->words), 0);
}

/* Text of KEY in ARENA; what is no text is "". */
static const char *
text_in(const json_t *json, const char *key, Arena *arena)
{
  const char *text = json_string_value(json_object_get(json, key));
  return arena_strdup(arena, text ? text : "");
}

static json_t *
parse(GBytes *frame)
{
  gsize size;
  const char *bytes = g_bytes_get_data(frame, &size);
  return bytes ? shodo_json_parse("wire", bytes, size, NULL) : NULL;
}

gboolean
wire_read_job(GBytes *frame, WireJob *job, Arena *arena)
{
  g_autoptr(json_t) json = parse(frame);
  if (!json)
    return FALSE;
  *job = (WireJob){ text_in(json, "destination", arena), text_in(json, "url", arena), text_in(json, "id", arena),
                    text_in(json, "timestamp", arena), text_in(json, "signature", arena), text_in(json, "body", arena) };
  return *job->destination && *job->url && *job->id && *job->body;
}

gboolean
wire_read_batch(GBytes *frame, const char **id, List *lines, Arena *arena)
{
  g_autoptr(json_t) json = parse(frame);
  const json_t *array = json_object_get(json, "lines");
  if (!json || json_array_size(array) > WIRE_LINES)
    return FALSE;
  *id = text_in(json, "id", arena);
  *lines = (List){ 0 };
  for (gsize i = 0; i < json_array_size(array); i++) {
    const char *line = json_string_value(json_array_get(array, i));
    list_add(arena, lines, arena_strdup(arena, line ? line : ""));
  }
  return TRUE;
}

gboolean
wire_read_report(GBytes *frame, WireReport *report, Arena *arena)
{
  g_autoptr(json_t) json = parse(frame);
  json_int_t verdict = json_integer_value(json_object_get(json, "verdict")), code = json_integer_value(json_object_get(json, "code"));
  if (!json || verdict < WIRE_TAKEN || verdict > WIRE_FORBIDDEN || code < 0 || code > 999)
    return FALSE;
  *report = (WireReport){ text_in(json, "destination", arena), text_in(json, "id", arena), (int)verdict, (guint)code, text_in(json, "words", arena) };
  return TRUE;
}
