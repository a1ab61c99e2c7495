/* Bodies in words: every field that is given, with its label, from the table. */
#ifndef SHODO_ACT_DESCRIBE_H
#define SHODO_ACT_DESCRIBE_H

#include "act/act.h"

/* 「受付手段：電話 ／ 受付日時：…」 on one line, in the context's arena.  References
 * are shown by the names they have in CONTEXT. */
char *describe_body(const Field *fields, const void *body, const ActContext *context);

/* The same as JSON for views, personal fields included: each field that is given,
 * under its name, moments as Japan's; a choice and a reference also in words
 * under the name with "_name" added. */
json_t *describe_json(const Field *fields, const void *body, const ActContext *context);

#endif
