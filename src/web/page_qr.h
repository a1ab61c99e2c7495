/* A QR code as the path of an SVG. */
#ifndef SHODO_WEB_PAGE_QR_H
#define SHODO_WEB_PAGE_QR_H

#include "base/arena.h"

/* The dark squares of TEXT's code, each a unit wide, with the quiet zone around them; *SIZE is the side.
 * NULL: TEXT is too long for one. */
const char *page_qr(const char *text, Arena *arena, gint64 *size);

#endif
