/* The fields of an act: what decodes by its table is encoded, restored and encoded again the same.
 *
 * The input is the act's name, a newline, JSON.  The first byte of a name that no act has chooses one. */
#include "common.h"

#include <string.h>

#include "base/json.h"
#include "engine/tables.h"

static void
same(const json_t *a, const json_t *b)
{
  g_assert_true(!a == !b && (!a || json_equal(a, b)));
}

static void
round_trip(const ActKind *act, const void *body, Arena *arena)
{
  json_t *structural, *personal, *structural_again, *personal_again;
  g_autoptr(GError) error = NULL;

  fields_encode(act->fields, body, &structural, &personal);
  const void *restored = fields_restore(act->fields, act->size, structural, personal, arena, &error);
  g_assert_no_error(error);
  fields_encode(act->fields, restored, &structural_again, &personal_again);
  same(structural, structural_again);
  same(personal, personal_again);
  g_assert_nonnull(fields_restore(act->fields, act->size, structural, NULL, arena, &error));
  json_decref(structural);
  json_decref(personal);
  json_decref(structural_again);
  json_decref(personal_again);
}

static const ActKind *
chosen(const guint8 *data, gsize length)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  g_autofree char *name = g_strndup((const char *)data, length);
  const ActKind *act = tables_act(name);

  return act ? act : vocabulary->acts[data[0] % vocabulary->n_acts];
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  const guint8 *end = size ? memchr(data, '\n', size) : NULL;

  if (!end)
    return 0;
  const ActKind *act = chosen(data, (gsize)(end - data));
  g_autoptr(json_t) json = shodo_json_parse("a", end + 1, (gsize)(data + size - end) - 1, NULL);
  if (!json)
    return 0;
  const void *body = fields_decode(act->fields, act->size, json, NULL, arena, findings);
  if (body)
    round_trip(act, body, arena);
  else
    g_assert_cmpint(findings_worst(findings), ==, FINDING_INVALID);
  return 0;
}
