/* One fontconfig configuration of our own, made in memory, with the three
 * families and nothing else: no user's file, alias or substitution can change
 * a page.  The system's cache is only read. */
#include "paper/fonts.h"

#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <pango/pangofc-fontmap.h>

#include "base/error.h"

static const struct {
  const char *family;
  const char *label;
  const char *dir; /* where Debian puts it */
  const char *package;
} names[FONT_COUNT] = {
  [FONT_MINCHO] = { "IPAexMincho", "IPAex明朝", "/usr/share/fonts/opentype/ipaexfont-mincho", "fonts-ipaexfont" },
  [FONT_GOTHIC] = { "IPAexGothic", "IPAexゴシック", "/usr/share/fonts/opentype/ipaexfont-gothic", "fonts-ipaexfont" },
  [FONT_RARE] = { "IPAmjMincho", "IPAmj明朝", "/usr/share/fonts/truetype/ipamj", "fonts-ipamj-mincho" },
};

struct Fonts {
  FcConfig *config;
  PangoFontMap *map;
  PangoContext *context;
  struct {
    PangoFontDescription *description;
    PangoFont *font;
    hb_font_t *shapes;
    hb_set_t *characters; /* NULL until first asked: the rare font is large */
  } of[FONT_COUNT];
};

static char *
configuration(const char *dir)
{
  g_autoptr(GString) xml = g_string_new("<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\"><fontconfig>");
  for (gsize i = 0; i < FONT_COUNT; i++) {
    g_autofree char *safe = g_markup_escape_text(dir ? dir : names[i].dir, -1);
    g_string_append_printf(xml, "<dir>%s</dir>", safe);
  }
  g_string_append(xml, "<cachedir>/var/cache/fontconfig</cachedir></fontconfig>");
  return g_string_free(g_steal_pointer(&xml), FALSE);
}

/* Pango answers with some other font when a family is not there. */
static gboolean
has_family(const FcConfig *config, const char *family)
{
  FcFontSet *set = FcConfigGetFonts((FcConfig *)config, FcSetSystem);
  for (int i = 0; set && i < set->nfont; i++) {
    FcChar8 *name;
    for (int n = 0; FcPatternGetString(set->fonts[i], FC_FAMILY, n, &name) == FcResultMatch; n++)
      if (g_str_equal((const char *)name, family))
        return TRUE;
  }
  return FALSE;
}

static void
make_context(Fonts *fonts)
{
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  fonts->context = pango_font_map_create_context(fonts->map);
  pango_cairo_context_set_font_options(fonts->context, options);
  pango_cairo_context_set_resolution(fonts->context, 72);
  pango_context_set_language(fonts->context, pango_language_from_string("ja"));
  pango_context_set_base_dir(fonts->context, PANGO_DIRECTION_LTR);
  pango_context_set_round_glyph_positions(fonts->context, FALSE);
  cairo_font_options_destroy(options);
}

Fonts *
fonts_open(const char *dir, GError **error)
{
  g_autoptr(Fonts) fonts = g_new0(Fonts, 1);
  g_autofree char *xml = configuration(dir);

  fonts->config = FcConfigCreate();
  if (!FcConfigParseAndLoadFromMemory(fonts->config, (const FcChar8 *)xml, FcTrue) || !FcConfigBuildFonts(fonts->config)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "書体の一覧を作れません。");
    return NULL;
  }
  for (gsize i = 0; i < FONT_COUNT; i++) {
    if (!has_family(fonts->config, names[i].family)) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "書体「%s」がありません。パッケージ %s を入れてください。", names[i].label, names[i].package);
      return NULL;
    }
    fonts->of[i].description = pango_font_description_from_string(names[i].family);
  }
  fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), fonts->config);
  make_context(fonts);
  return g_steal_pointer(&fonts);
}

void
fonts_close(Fonts *fonts)
{
  if (!fonts)
    return;
  for (gsize i = 0; i < FONT_COUNT; i++) {
    g_clear_pointer(&fonts->of[i].characters, hb_set_destroy);
    g_clear_object(&fonts->of[i].font);
    g_clear_pointer(&fonts->of[i].description, pango_font_description_free);
  }
  g_clear_object(&fonts->context);
  g_clear_object(&fonts->map);
  FcConfigDestroy(fonts->config);
  g_free(fonts);
}

PangoContext *
fonts_context(Fonts *fonts)
{
  return fonts->context;
}

const PangoFontDescription *
fonts_description(Fonts *fonts, FontName name)
{
  return fonts->of[name].description;
}

/* --- coverage --- */

static gboolean
selector(gunichar c)
{
  return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Prints nothing wherever it stands: line breaks, tabs, joiners and the like. */
static gboolean
invisible(gunichar c)
{
  return c == '\n' || c == '\t' || c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x2060 && c <= 0x2064) || c == 0xfeff;
}

static gboolean
has(Fonts *fonts, FontName name, gunichar c, gunichar variation)
{
  if (!fonts->of[name].characters) {
    fonts->of[name].font = pango_font_map_load_font(fonts->map, fonts->context, fonts->of[name].description);
    fonts->of[name].shapes = pango_font_get_hb_font(fonts->of[name].font);
    fonts->of[name].characters = hb_set_create();
    hb_face_collect_unicodes(hb_font_get_face(fonts->of[name].shapes), fonts->of[name].characters);
  }
  hb_codepoint_t glyph;
  if (variation)
    return hb_font_get_variation_glyph(fonts->of[name].shapes, c, variation, &glyph) != 0;
  return hb_set_has(fonts->of[name].characters, c) != 0;
}

typedef struct {
  const char *start, *end; /* of the character and its selector */
  gunichar c, variation;
  int font;                /* FontName, or -1: none */
} Found;

/* The next character at AT that NAME does not have; FALSE: none is left. */
static gboolean
next_foreign(Fonts *fonts, FontName name, const char *at, Found *found)
{
  for (; *at; at = found->end) {
    gunichar c = g_utf8_get_char(at);
    const char *next = g_utf8_next_char(at);
    gunichar after = *next ? g_utf8_get_char(next) : 0;
    gunichar variation = selector(after) ? after : 0;
    *found = (Found){ .start = at, .end = variation ? g_utf8_next_char(next) : next, .c = c, .variation = variation };
    if (invisible(c) || has(fonts, name, c, variation))
      continue;
    found->font = has(fonts, FONT_RARE, c, variation) ? FONT_RARE : -1;
    return TRUE;
  }
  return FALSE;
}

static char *
code_points(const Found *found)
{
  return found->variation ? g_strdup_printf("U+%04X U+%04X", found->c, found->variation) : g_strdup_printf("U+%04X", found->c);
}

static void
add_missing(GHashTable *missing, const Found *found)
{
  g_autofree char *codes = code_points(found);
  g_autofree char *text = g_strndup(found->start, (gsize)(found->end - found->start));
  g_hash_table_add(missing, g_strdup_printf("「%s」（%s）", text, codes));
}

void
fonts_set(Fonts *fonts, PangoLayout *layout, FontName name, GHashTable *missing)
{
  const char *text = pango_layout_get_text(layout);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new();
  Found found = { 0 };

  pango_attr_list_insert(attributes, pango_attr_fallback_new(FALSE));
  pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
  for (const char *at = text; next_foreign(fonts, name, at, &found); at = found.end) {
    if (found.font < 0) {
      add_missing(missing, &found);
      continue;
    }
    PangoAttribute *family = pango_attr_family_new(names[found.font].family);
    family->start_index = (guint)(found.start - text);
    family->end_index = (guint)(found.end - text);
    pango_attr_list_insert(attributes, family);
  }
  pango_layout_set_attributes(layout, attributes);
}

char *
fonts_spell(Fonts *fonts, const char *text, FontName name)
{
  g_autoptr(GString) spelt = NULL;
  const char *kept = text;
  Found found = { 0 };

  for (const char *at = text; next_foreign(fonts, name, at, &found); at = found.end) {
    if (found.font >= 0)
      continue;
    g_autofree char *codes = code_points(&found);
    if (!spelt)
      spelt = g_string_new(NULL);
    g_string_append_len(spelt, kept, found.start - kept);
    g_string_append_printf(spelt, "〔%s〕", codes);
    kept = found.end;
  }
  if (!spelt)
    return NULL;
  g_string_append(spelt, kept);
  return g_string_free(g_steal_pointer(&spelt), FALSE);
}
