#include "web/saved_lists.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"

/* A name is of any length in bytes that a key may not have. */
static char *
key_of(const char *person, const char *name)
{
  g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
  return g_strdup_printf("%s/%.32s", person, sum);
}

typedef struct {
  Arena *arena;
  List found;
} Reading;

/* NAME LF QUERY */
static void
read_one(const char *key G_GNUC_UNUSED, const char *owner G_GNUC_UNUSED, GBytes *value, gpointer data)
{
  Reading *reading = data;
  gsize length;
  const char *bytes = g_bytes_get_data(value, &length);
  const char *end = memchr(bytes, '\n', length);
  if (!end)
    return;
  *(SavedList *)list_push(reading->arena, &reading->found, sizeof(SavedList)) = (SavedList){
    .name = arena_strndup(reading->arena, bytes, (gsize)(end - bytes)),
    .query = arena_strndup(reading->arena, end + 1, length - (gsize)(end + 1 - bytes)),
  };
}

List
saved_lists(Scratch *scratch, const char *person, Arena *arena)
{
  Reading reading = { .arena = arena };
  scratch_list(scratch, SCRATCH_LIST, person, read_one, &reading);
  return reading.found;
}

gboolean
saved_lists_put(Scratch *scratch, const char *person, const char *name, const char *query, GError **error)
{
  if (!*name || strchr(name, '\n')) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "一覧の名前を書いてください。");
    return FALSE;
  }
  if (g_utf8_strlen(name, -1) > LIMIT_LIST_NAME || strlen(query) > LIMIT_LIST_QUERY) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "一覧の名前は%d字までです。短くしてください。", LIMIT_LIST_NAME);
    return FALSE;
  }
  g_autofree char *key = key_of(person, name), *text = g_strdup_printf("%s\n%s", name, query);
  g_autoptr(GBytes) value = g_bytes_new(text, strlen(text));
  if (scratch_put(scratch, SCRATCH_LIST, key, person, value, G_MAXINT64, NULL))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "保存できる一覧は%d件までです。要らない一覧を消してください。", LIMIT_SAVED_LISTS);
  return FALSE;
}

void
saved_lists_remove(Scratch *scratch, const char *person, const char *name)
{
  g_autofree char *key = key_of(person, name);
  scratch_delete(scratch, SCRATCH_LIST, key);
}
