/* Templates to C.
 *
 *   {% struct Step { text: text; open: bool; n: int; parts: list text; who: Person } %}
 *   {% param step: Step %}          at the head of a template, before anything is written
 *   {{ step.text }}                 escaped for where it stands
 *   {{ step.id|path }}  |query  |url    in href, src, action: one of them is required
 *   {% if step.open %} {% elif not step.n %} {% elif step.text is "x" %} {% else %} {% end %}
 *   {% for part in step.parts %} {% end %}
 *   {% include line(step, "text") %}
 *   {% asset "app.css" %}           in href or src: the address with its hash
 *   {# … #}                         reaches no page
 *
 * There is no output that is not escaped, and no expression beyond these.  White space that holds
 * a line break is dropped between tags, so that Japanese runs on. */
#ifndef SHODO_TOOLS_TEMPLATE_COMPILE_H
#define SHODO_TOOLS_TEMPLATE_COMPILE_H

#include <glib.h>

typedef struct {
  const char *name; /* "case" of case.html: the function is template_case */
  const char *file; /* for messages */
  const char *text;
} TemplateSource;

/* All templates of the program at once.  ASSETS ends with NULL.  FALSE: MESSAGE, to free, is
 * 「FILE:LINE: why」 for the first thing that is wrong. */
gboolean template_compile(const TemplateSource *sources, gsize n, const char *const *assets, GString *header, GString *code,
                          char **message) G_GNUC_WARN_UNUSED_RESULT;

#endif
