/* The recovery sheet as a person typed it: any text gives a key or a reason, and a
 * sheet that was accepted prints and reads as the same key. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "blob/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GError) error = NULL;
  guint8 key[SHEET_KEY], id[SHEET_ID], again[SHEET_KEY], id_again[SHEET_ID];

  if (!sheet_parse(text, key, id, &error)) {
    g_assert_nonnull(error);
    return 0;
  }
  char *sheet = sheet_print(key, id);
  g_assert_true(sheet_parse(sheet, again, id_again, NULL));
  g_assert_true(memcmp(key, again, sizeof key) == 0 && memcmp(id, id_again, sizeof id) == 0);
  sheet_free(sheet);
  return 0;
}
