/* Where in an HTML document a template stands: the context that an output must be escaped for.
 *
 * A small part of HTML on purpose: attributes in double quotes, no comments (the template's own
 * are left out of the page), nothing between <script> or <style> and its end, no attribute that a
 * strict CSP drops (style, on…).  What is outside it is refused while building. */
#ifndef SHODO_TOOLS_TEMPLATE_HTML_H
#define SHODO_TOOLS_TEMPLATE_HTML_H

#include <glib.h>

typedef enum {
  HTML_TEXT,
  HTML_RAW,       /* between <script> or <style> and its end */
  HTML_LESS,      /* after '<' */
  HTML_DECLARATION,
  HTML_TAG,       /* in the name of a tag */
  HTML_IN_TAG,    /* between attributes */
  HTML_SLASH,
  HTML_ATTRIBUTE, /* in the name of an attribute */
  HTML_EQUALS,
  HTML_VALUE,     /* in a value, in double quotes */
  HTML_AFTER_VALUE,
} HtmlState;

#define HTML_NAME 32

typedef struct {
  HtmlState state;
  gboolean closing;
  char tag[HTML_NAME];
  char attribute[HTML_NAME];
  char value[HTML_NAME]; /* how the value begins, as far as it is literal */
  gboolean computed;     /* the value has an output already */
} Html;

/* Reads one byte.  NULL, or why it is refused. */
const char *html_feed(Html *html, char c);
/* At a tag of the template: states that mean the same become one. */
void html_settle(Html *html);
gboolean html_equal(const Html *a, const Html *b);
/* Is the attribute one that holds an address? */
gboolean html_wants_url(const Html *html);
/* Does the value begin with something that makes the rest of it safe as part of an address? */
gboolean html_url_begun(const Html *html);

#endif
