/* A mail that comes in: whatever it is, what is read of it passes the checks that a worker's answer must. */
#include "common.h"

#include "base/json.h"
#include "mail/incoming.h"

static void
passes(const Incoming *incoming, Arena *arena)
{
  json_t *personal = NULL;
  g_autoptr(json_t) json = NULL;
  g_autoptr(GError) error = NULL;

  fields_encode(incoming_fields, incoming, &json, &personal);
  g_assert_null(personal);
  g_assert_nonnull(fields_decode(incoming_fields, sizeof *incoming, json, NULL, arena, findings_new(arena)));
  g_autoptr(GBytes) bytes = shodo_json_canonical(json, &error);
  g_assert_no_error(error);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GBytes) message = g_bytes_new(data, size);
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  Incoming incoming;

  if (incoming_read(message, arena, &incoming, &error))
    passes(&incoming, arena);
  else
    fuzz_refused(error);
  return 0;
}
