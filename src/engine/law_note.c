#include "engine/law_note.h"

#include <string.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"
#include "clock/law.h"
#include "clock/shipped.h"
#include "office/entries.h"

static GBytes *
rules_bytes(Engine *engine, GError **error)
{
  g_autofree char *path = g_build_filename(engine_dir(engine), "law.yaml", NULL);
  return law_is_own() ? durable_read(path, LIMIT_YAML, error) : shipped_bytes("rules/law.yaml");
}

/* The bytes as they are now; another digest than was loaded means that the file was changed since. */
static gboolean
keep_file(Engine *engine, GError **error)
{
  char address[BLOB_ADDRESS + 1];
  g_autoptr(GBytes) bytes = rules_bytes(engine, error);
  if (!bytes || !blob_put_bytes(engine_blobs(engine), g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), address, error))
    return FALSE;
  if (g_str_equal(address, law_digest(law_shipped())))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "law.yaml が起動の途中で書き換えられました。もう一度起動してください。");
  return FALSE;
}

gboolean
law_note(Engine *engine, GError **error)
{
  List laws = office_laws(world_office(engine_world(engine)));
  const char *digest = law_digest(law_shipped());
  const OfficeLawUsed used = { digest, law_name(law_shipped()), law_is_own() };

  if (laws.length ? g_str_equal(list_item(laws, OfficeLaw, laws.length - 1)->body->digest, digest) : !law_is_own())
    return TRUE;
  if (!keep_file(engine, error))
    return FALSE;
  if (engine_note(engine, &office_law_used, &used))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "期限の規則（law.yaml）の版を記録できません。");
  return FALSE;
}
