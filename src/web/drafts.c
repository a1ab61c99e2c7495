/* GET  /drafts/NAME          {"version": N, "at": ms, "fields": […]}; version 0: there is none
 * POST /drafts/NAME          {"base": N, "fields": […], "instance": text}: 200 {"version"}, or 409 with what another tab wrote over N
 * POST /drafts/NAME/discard  {"version": 0}
 * INSTANCE names the form on one page: a save of it that arrives after the form was recorded is let go.
 * What fields are is the browser's own matter (web/assets/drafts.js); they go back to whom they came from. */
#include "web/drafts.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "scratch/scratch.h"
#include "web/door.h"

#define SENT ((gint64)60 * 1000) /* for which a save may be late */
#define DAY ((gint64)24 * 60 * 60 * 1000)

gboolean
drafts_is_name(const char *name)
{
  gsize length = name ? strlen(name) : 0;
  return length && length <= LIMIT_DRAFT_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static const char *
key_of(WebRequest *request, const char *name)
{
  return arena_printf(request->arena, "%s/%s", request->who.person, name);
}

/* What is kept under NAME, a new reference: a draft, or the instance that was sent; NULL: nothing. */
static json_t *
kept_of(WebRequest *request, const char *name)
{
  g_autoptr(GBytes) value = scratch_get(door_scratch(request->door), SCRATCH_DRAFT, key_of(request, name));
  gsize size;
  const char *text = value ? g_bytes_get_data(value, &size) : NULL;
  return text ? json_loadb(text, size, 0, NULL) : NULL;
}

/* The draft, a new reference; NULL: there is none. */
static json_t *
draft_of(WebRequest *request, const char *name)
{
  json_t *draft = kept_of(request, name);
  if (draft && json_is_integer(json_object_get(draft, "version")) && json_is_array(json_object_get(draft, "fields")))
    return draft;
  json_decref(draft);
  return NULL;
}

gboolean
drafts_there(WebRequest *request, const char *name)
{
  g_autoptr(json_t) draft = drafts_is_name(name) ? draft_of(request, name) : NULL;
  return draft != NULL;
}

/* The name in the path; NULL: the request was answered. */
static const char *
name_of(WebRequest *request)
{
  const char *name = request_value(request, 0);
  if (drafts_is_name(name))
    return name;
  answer_missing(request);
  return NULL;
}

static void
get_draft(WebRequest *request)
{
  const char *name = name_of(request);
  if (!name)
    return;
  json_t *draft = draft_of(request, name);
  answer_json(request, 200, draft ? draft : json_pack("{s:i}", "version", 0));
}

static gboolean
was_sent(WebRequest *request, const char *name, const char *instance)
{
  g_autoptr(json_t) kept = kept_of(request, name);
  return instance && g_strcmp0(json_string_value(json_object_get(kept, "sent")), instance) == 0;
}

/* Takes FIELDS. */
static void
put(WebRequest *request, const char *name, json_int_t version, json_t *fields)
{
  g_autoptr(GError) error = NULL;
  Scratch *scratch = door_scratch(request->door);
  Steady now = scratch_now(scratch);
  g_autoptr(json_t) draft = json_pack("{s:I, s:I, s:o}", "version", version, "at", (json_int_t)now.wall, "fields", fields);
  char *text = json_dumps(draft, JSON_COMPACT);
  g_autoptr(GBytes) value = g_bytes_new_with_free_func(text, strlen(text), free, text);
  if (scratch_put(scratch, SCRATCH_DRAFT, key_of(request, name), request->who.person, value, now.up + LIMIT_DRAFT_DAYS * DAY, &error))
    answer_json(request, 200, json_pack("{s:I}", "version", version));
  else
    answer_error(request, error);
}

static void
post_draft(WebRequest *request)
{
  const char *name = name_of(request);
  g_autoptr(json_t) sent = name ? request_json(request) : NULL;
  if (!sent)
    return;
  json_t *fields = json_object_get(sent, "fields");
  json_int_t base = json_integer_value(json_object_get(sent, "base"));
  if (!json_is_array(fields) || base < 0 || base > G_MAXINT32) {
    answer_status(request, 422);
    return;
  }
  g_autoptr(json_t) there = draft_of(request, name);
  json_int_t version = json_integer_value(json_object_get(there, "version"));
  if (was_sent(request, name, json_string_value(json_object_get(sent, "instance"))))
    answer_json(request, 200, json_pack("{s:i}", "version", 0));
  else if (there && json_equal(json_object_get(there, "fields"), fields))
    answer_json(request, 200, json_pack("{s:I}", "version", version));
  else if (there && version != base)
    answer_json(request, 409, json_incref(there));
  else
    put(request, name, MAX(version, base) + 1, json_incref(fields));
}

void
drafts_forget(WebRequest *request, const char *name, const char *instance)
{
  Scratch *scratch = door_scratch(request->door);
  if (!drafts_is_name(name))
    return;
  scratch_delete(scratch, SCRATCH_DRAFT, key_of(request, name));
  if (!instance || strlen(instance) > LIMIT_DRAFT_NAME)
    return;
  g_autoptr(json_t) sent = json_pack("{s:s}", "sent", instance);
  char *text = json_dumps(sent, JSON_COMPACT);
  g_autoptr(GBytes) value = g_bytes_new_with_free_func(text, strlen(text), free, text);
  /* Not kept is a late save that comes back as a draft. */
  (void)!scratch_put(scratch, SCRATCH_DRAFT, key_of(request, name), request->who.person, value, scratch_now(scratch).up + SENT, NULL);
}

static void
post_discard(WebRequest *request)
{
  const char *name = name_of(request);
  if (!name)
    return;
  drafts_forget(request, name, NULL);
  answer_json(request, 200, json_pack("{s:i}", "version", 0));
}

static const Route routes[] = {
  { "GET", "/drafts/{draft}", NEED_OWN, 0, get_draft, FACE_PAGE, "書きかけの入力" },
  { "POST", "/drafts/{draft}", NEED_OWN, LIMIT_DRAFT, post_draft, FACE_PAGE, "書きかけの入力を残す" },
  { "POST", "/drafts/{draft}/discard", NEED_OWN, 0, post_discard, FACE_PAGE, "書きかけの入力を消す" },
};

void
drafts_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
