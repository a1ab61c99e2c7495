#include "engine/reached.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"

struct Reached {
  char *path, *origin;
  GHashTable *all; /* id → Reach */
};

static void
reach_free(gpointer data)
{
  Reach *reach = data;
  g_free(reach->words);
  g_free(reach);
}

static Instant
time_in(const json_t *json, const char *key)
{
  const json_t *value = json_object_get(json, key);
  Instant instant = json_is_integer(value) ? json_integer_value(value) : INSTANT_NONE;
  return instant != INSTANT_NONE && instant_valid(instant) ? instant : INSTANT_NONE;
}

static guint64
number_in(const json_t *json, const char *key)
{
  json_int_t value = json_integer_value(json_object_get(json, key));
  return value > 0 ? (guint64)value : 0;
}

static void
take(Reached *reached, json_t *json)
{
  const char *id;
  json_t *of;
  json_object_foreach(json, id, of) {
    Reach *reach = reached_of(reached, id);
    *reach = (Reach){
      .next = number_in(of, "next"), .failing = time_in(of, "failing"), .ok = time_in(of, "ok"), .bad = time_in(of, "bad"),
      .code = (guint)MIN(number_in(of, "code"), 999), .words = g_strdup(json_string_value(json_object_get(of, "words"))),
      .shown = number_in(of, "shown"), .dropped = number_in(of, "dropped"), .sent = number_in(of, "sent"),
    };
  }
}

Reached *
reached_open(const char *dir, const char *origin)
{
  Reached *reached = g_new0(Reached, 1);
  reached->path = g_build_filename(dir, "told.json", NULL);
  reached->origin = g_strdup(origin);
  reached->all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, reach_free);
  g_autoptr(GBytes) bytes = file_read(reached->path, LIMIT_JSON, NULL);
  gsize size = 0;
  const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  g_autoptr(json_t) json = text ? shodo_json_parse("told.json", text, size, NULL) : NULL;
  if (json && g_strcmp0(json_string_value(json_object_get(json, "origin")), origin) == 0)
    take(reached, json_object_get(json, "reached"));
  return reached;
}

void
reached_free(Reached *reached)
{
  if (!reached)
    return;
  g_hash_table_unref(reached->all);
  g_free(reached->path);
  g_free(reached->origin);
  g_free(reached);
}

Reach *
reached_of(Reached *reached, const char *id)
{
  Reach *reach = g_hash_table_lookup(reached->all, id);
  if (reach)
    return reach;
  reach = g_new0(Reach, 1);
  reach->failing = reach->ok = reach->bad = INSTANT_NONE;
  g_hash_table_insert(reached->all, g_strdup(id), reach);
  return reach;
}

void
reach_failed(Reach *reach, Instant now, guint code, const char *words)
{
  if (reach->failing == INSTANT_NONE)
    reach->failing = now;
  reach->bad = now;
  reach->code = code;
  g_free(reach->words);
  reach->words = words && *words ? g_strdup(words) : NULL;
}

void
reach_well(Reach *reach, Instant now)
{
  reach->failing = INSTANT_NONE;
  reach->ok = now;
}

static void
put_time(json_t *json, const char *key, Instant at)
{
  if (at != INSTANT_NONE)
    json_object_set_new(json, key, json_integer(at));
}

static json_t *
reach_json(const Reach *reach)
{
  json_t *json = json_pack("{s:I, s:i, s:s*, s:I, s:I, s:I}", "next", (json_int_t)reach->next, "code", (int)reach->code, "words", reach->words,
                           "shown", (json_int_t)reach->shown, "dropped", (json_int_t)reach->dropped, "sent", (json_int_t)reach->sent);
  put_time(json, "failing", reach->failing);
  put_time(json, "ok", reach->ok);
  put_time(json, "bad", reach->bad);
  return json;
}

/* Not flushed to the disk: after a power cut it is as if it were older, or lost. */
static gboolean
put_file(const char *path, const char *text)
{
  gsize size = strlen(text);
  int fd = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  gboolean written = fd >= 0 && write(fd, text, size) == (gssize)size;
  return fd >= 0 && close(fd) == 0 && written;
}

void
reached_write(Reached *reached)
{
  g_autofree char *beside = g_strconcat(reached->path, ".new", NULL);
  g_autoptr(json_t) json = json_pack("{s:s, s:{}}", "origin", reached->origin, "reached");
  json_t *all = json_object_get(json, "reached");
  GHashTableIter each;
  gpointer id, reach;

  g_hash_table_iter_init(&each, reached->all);
  while (g_hash_table_iter_next(&each, &id, &reach))
    json_object_set_new(all, id, reach_json(reach));
  g_autofree char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
  if (!text || !put_file(beside, text) || g_rename(beside, reached->path) != 0)
    (void)g_unlink(beside);
}
