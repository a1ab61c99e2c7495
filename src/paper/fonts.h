/* The fonts of a PDF from within: which font has which character.  For pdf*.c. */
#ifndef SHODO_PAPER_FONTS_H
#define SHODO_PAPER_FONTS_H

#include <pango/pangocairo.h>

#include "paper/paper.h"

typedef enum { FONT_MINCHO, FONT_GOTHIC, FONT_RARE, FONT_COUNT } FontName;

/* Horizontal Japanese text in points; no hinting, so that a page looks the same on every machine. */
PangoContext *fonts_context(Fonts *fonts);
const PangoFontDescription *fonts_description(Fonts *fonts, FontName name);

/* Is every character of TEXT, with its variation selector, in NAME or in the
 * rare font?  Sets on LAYOUT the ranges that need the latter.  What neither has
 * is added to MISSING (a set of strings 「髙」（U+9AD9）), which owns it. */
void fonts_set(Fonts *fonts, PangoLayout *layout, FontName name, GHashTable *missing);

/* TEXT with each such character written as 〔U+1F600〕; NULL: nothing was. */
char *fonts_spell(Fonts *fonts, const char *text, FontName name);

#endif
