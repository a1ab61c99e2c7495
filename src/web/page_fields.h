/* Forms from field tables: a table and what was typed become inputs, and a form that was sent becomes the
 * JSON that an act takes.  An input is called as findings call its field: "host", "items[1].value". */
#ifndef SHODO_WEB_PAGE_FIELDS_H
#define SHODO_WEB_PAGE_FIELDS_H

#include <jansson.h>

#include "engine/access.h"
#include "web/request.h"
#include "web/templates.h"

/* SENT: of FormPair, in order.  What was left blank is left out; what is no number stays a text, so that it is
 * refused beside its field and shown again.  New reference. */
json_t *page_fields_read(const Field *fields, const GArray *sent, Arena *arena);

/* What stands around a form. */
typedef struct {
  World *world;
  const Viewer *viewer;
  const ActContext *context;
  const Findings *findings; /* or NULL */
  const json_t *values;     /* what was typed, or is put there beforehand.  Rows may have "@label", "@note", "@above" (a heading),
                             * "@anchor", "@typed" (it is not what is recorded), "@theirs" with "@theirs_head" (what another recorded) */
} FieldForm;

/* Of TplField, a row each. */
List page_fields_show(const Field *fields, const FieldForm *form);

/* The value of a moment as an input of a browser wants it: 2026-11-22T14:05. */
const char *page_fields_moment(Arena *arena, Instant at);

#endif
