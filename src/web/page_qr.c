#include "web/page_qr.h"

#include <qrencode.h>

#define QUIET 4 /* ISO/IEC 18004: modules of light around the code */

/* Neighbours in a row are one rectangle. */
static void
put_row(GString *path, const QRcode *code, int y)
{
  for (int x = 0; x < code->width;) {
    int from = x;
    while (x < code->width && (code->data[y * code->width + x] & 1))
      x++;
    if (x > from)
      g_string_append_printf(path, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
    else
      x++;
  }
}

const char *
page_qr(const char *text, Arena *arena, gint64 *size)
{
  QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
  g_autoptr(GString) path = g_string_new(NULL);

  if (!code)
    return NULL;
  for (int y = 0; y < code->width; y++)
    put_row(path, code, y);
  *size = code->width + 2 * QUIET;
  QRcode_free(code);
  return arena_strdup(arena, path->str);
}
