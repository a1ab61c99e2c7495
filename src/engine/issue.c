#include "engine/issue.h"

#include "base/limits.h"
#include "office/secret.h"

json_t *
issue_password(const Engine *engine, const char *person, char **password, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  Instant expires = engine_now(engine) + LIMIT_ONE_TIME_PASSWORD * INSTANT_SECOND;
  char *word = secret_one_time_password();
  g_autofree char *hash = secret_hash_password(word, error);

  if (!hash) {
    secret_free(word);
    return NULL;
  }
  *password = word;
  return json_pack("{s:s, s:s, s:s}", "person", person, "password_hash", hash, "expires", instant_print_utc(arena, expires));
}
