/* JSON: what parses has one canonical spelling, which parses to the same. */
#include "common.h"

#include "base/json.h"

static void
canonical(const json_t *json)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) once = shodo_json_canonical(json, &error);

  if (!once) {
    fuzz_refused(error);
    return;
  }
  gsize size;
  const void *data = g_bytes_get_data(once, &size);
  g_autoptr(json_t) again = shodo_json_parse("b", data, size, &error);
  g_assert_no_error(error);
  g_assert_true(json_equal(json, again));
  g_autoptr(GBytes) twice = shodo_json_canonical(again, &error);
  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(once, twice));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) json = shodo_json_parse("a", data, size, &error);

  if (json)
    canonical(json);
  else
    fuzz_refused(error);
  return 0;
}
