#include "template_html.h"

#include <string.h>

static gboolean
is_space(char c)
{
  return c == ' ' || c == '\n' || c == '\t';
}

static gboolean
is_name(char c)
{
  return g_ascii_isalnum(c) || c == '-' || c == '_' || c == ':';
}

static void
append(char name[HTML_NAME], char c)
{
  gsize length = strlen(name);
  if (length + 1 < HTML_NAME) {
    name[length] = g_ascii_tolower(c);
    name[length + 1] = '\0';
  }
}

static gboolean
is_one_of(const char *name, const char *const *names)
{
  return g_strv_contains(names, name);
}

static const char *
end_tag(Html *html)
{
  static const char *const raw[] = { "script", "style", NULL };
  html->state = !html->closing && is_one_of(html->tag, raw) ? HTML_RAW : HTML_TEXT;
  return NULL;
}

static const char *
feed_text(Html *html, char c)
{
  if (c == '<')
    html->state = HTML_LESS;
  else if (html->state == HTML_RAW && !is_space(c))
    return "nothing may stand inside <script> and <style>; use an asset";
  return NULL;
}

static const char *
feed_less(Html *html, char c)
{
  html->tag[0] = '\0';
  html->closing = c == '/';
  if (c == '!') {
    html->state = HTML_DECLARATION;
    return NULL;
  }
  if (!html->closing && !g_ascii_isalpha(c))
    return "a bare '<'; write &lt;";
  if (!html->closing)
    append(html->tag, c);
  html->state = HTML_TAG;
  return NULL;
}

static const char *
feed_declaration(Html *html, char c)
{
  if (c == '-')
    return "comments of HTML reach the page; write {# … #}";
  if (c == '>')
    html->state = HTML_TEXT;
  return NULL;
}

static const char *
feed_tag(Html *html, char c)
{
  if (is_name(c))
    append(html->tag, c);
  else if (is_space(c))
    html->state = HTML_IN_TAG;
  else if (c == '/')
    html->state = HTML_SLASH;
  else if (c == '>')
    return end_tag(html);
  else
    return "a character that does not belong in the name of a tag";
  return NULL;
}

static const char *
feed_in_tag(Html *html, char c)
{
  if (is_space(c))
    html->state = HTML_IN_TAG;
  else if (c == '/')
    html->state = HTML_SLASH;
  else if (c == '>')
    return end_tag(html);
  else if (html->state == HTML_IN_TAG && g_ascii_isalpha(c)) {
    html->attribute[0] = '\0';
    append(html->attribute, c);
    html->state = HTML_ATTRIBUTE;
  } else
    return "a character that does not belong between attributes";
  return NULL;
}

static const char *
feed_slash(Html *html, char c)
{
  return c == '>' ? end_tag(html) : "'/' must be followed by '>'";
}

static const char *
feed_attribute(Html *html, char c)
{
  static const char *const dropped[] = { "style", "srcdoc", NULL };
  if (is_name(c)) {
    append(html->attribute, c);
    return NULL;
  }
  if (c != '=')
    return feed_in_tag(html, c);
  if (is_one_of(html->attribute, dropped) || g_str_has_prefix(html->attribute, "on"))
    return "the policy of the pages (CSP) drops this attribute; use an asset";
  html->value[0] = '\0';
  html->computed = FALSE;
  html->state = HTML_EQUALS;
  return NULL;
}

static const char *
feed_equals(Html *html, char c)
{
  if (c != '"')
    return "the value of an attribute must stand in double quotes";
  html->state = HTML_VALUE;
  return NULL;
}

static const char *
feed_value(Html *html, char c)
{
  if (c == '"')
    html->state = HTML_AFTER_VALUE;
  else if (!html->computed)
    append(html->value, c);
  return NULL;
}

const char *
html_feed(Html *html, char c)
{
  static const char *(*const feeds[])(Html *, char) = {
    [HTML_TEXT] = feed_text,           [HTML_RAW] = feed_text,     [HTML_LESS] = feed_less,
    [HTML_DECLARATION] = feed_declaration, [HTML_TAG] = feed_tag,  [HTML_IN_TAG] = feed_in_tag,
    [HTML_SLASH] = feed_slash,         [HTML_ATTRIBUTE] = feed_attribute, [HTML_EQUALS] = feed_equals,
    [HTML_VALUE] = feed_value,         [HTML_AFTER_VALUE] = feed_in_tag,
  };
  return feeds[html->state](html, c);
}

void
html_settle(Html *html)
{
  if (html->state == HTML_TAG || html->state == HTML_ATTRIBUTE || html->state == HTML_AFTER_VALUE)
    html->state = HTML_IN_TAG;
}

gboolean
html_equal(const Html *a, const Html *b)
{
  return a->state == b->state && (a->state != HTML_VALUE || strcmp(a->attribute, b->attribute) == 0);
}

gboolean
html_wants_url(const Html *html)
{
  static const char *const urls[] = { "href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href", NULL };
  return html->state == HTML_VALUE && is_one_of(html->attribute, urls);
}

gboolean
html_url_begun(const Html *html)
{
  static const char *const begins[] = { "/", "#", "?", "tel:", "mailto:" };
  for (gsize i = 0; i < G_N_ELEMENTS(begins); i++)
    if (g_str_has_prefix(html->value, begins[i]))
      return !g_str_has_prefix(html->value, "//");
  return FALSE;
}
