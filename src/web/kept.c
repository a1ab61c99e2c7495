#include "web/kept.h"

#include <string.h>

#include "base/limits.h"

#define TAG_DIGITS 32

typedef struct {
  char *type;
  GBytes *body;
  char tag[TAG_DIGITS + 3]; /* in quotes */
} Answered;

/* What all answers that are there were made from. */
typedef struct {
  gint64 second;
  guint64 version, durable;
} Moment;

struct Kept {
  Moment moment;
  GHashTable *answers; /* who and what → Answered */
  gsize bytes;
};

static void
answered_free(gpointer data)
{
  Answered *answered = data;
  g_free(answered->type);
  g_bytes_unref(answered->body);
  g_free(answered);
}

Kept *
kept_new(void)
{
  Kept *kept = g_new0(Kept, 1);
  kept->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answered_free);
  return kept;
}

void
kept_free(Kept *kept)
{
  if (!kept)
    return;
  g_hash_table_unref(kept->answers);
  g_free(kept);
}

static void
forget_all(Kept *kept)
{
  g_hash_table_remove_all(kept->answers);
  kept->bytes = 0;
}

/* Forget what was made from anything else than what there is now. */
static void
look_up_moment(Kept *kept, Engine *engine)
{
  const Moment now = { engine_now(engine) / 1000, engine_version(engine), engine_head(engine).size };
  if (now.second == kept->moment.second && now.version == kept->moment.version && now.durable == kept->moment.durable)
    return;
  forget_all(kept);
  kept->moment = now;
}

/* A line feed stands in none of the parts. */
static const char *
key_of(const WebRequest *request)
{
  const Identity *who = &request->who;
  return arena_printf(request->arena, "%s\n%s\n%s\n%u %d %d\n%s?%s", who->person ? who->person : "", who->post ? who->post : "",
                      who->session ? who->session : "", who->rights, who->bearer, who->first_steps,
                      http_path(request->exchange), http_query(request->exchange));
}

/* entity-tag lists hold our tag as it is, with or without W/ before it. */
static gboolean
is_known(const WebRequest *request, const Answered *answered)
{
  const char *known = http_field(request->exchange, "If-None-Match");
  return known && (strcmp(known, "*") == 0 || strstr(known, answered->tag));
}

static void
send(WebRequest *request, const Answered *answered)
{
  const HttpField tag = { "ETag", answered->tag };
  if (is_known(request, answered))
    answer_with(request, 304, NULL, NULL, &tag, 1);
  else
    answer_with(request, 200, answered->type, answered->body, &tag, 1);
}

gboolean
kept_answer(Kept *kept, WebRequest *request)
{
  if (!request->route->kept)
    return FALSE;
  look_up_moment(kept, request->engine);
  const char *key = key_of(request);
  const Answered *answered = g_hash_table_lookup(kept->answers, key);
  if (answered)
    send(request, answered);
  else
    request->keep = key;
  return answered != NULL;
}

void
kept_put(WebRequest *request, const char *type, GBytes *body)
{
  Kept *kept = request->kept;
  Answered *answered = g_new0(Answered, 1);
  gsize length;
  const guint8 *data = g_bytes_get_data(body, &length);
  g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, length);

  answered->type = g_strdup(type);
  answered->body = g_bytes_ref(body);
  g_snprintf(answered->tag, sizeof answered->tag, "\"%.*s\"", TAG_DIGITS, sum);
  if (kept->bytes + length > LIMIT_KEPT)
    forget_all(kept);
  kept->bytes += length;
  g_hash_table_replace(kept->answers, g_strdup(g_steal_pointer(&request->keep)), answered);
  send(request, answered);
}
