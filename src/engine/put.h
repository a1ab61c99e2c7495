/* Small pieces of JSON that every view is made of.  What is not given is left out. */
#ifndef SHODO_ENGINE_PUT_H
#define SHODO_ENGINE_PUT_H

#include <jansson.h>

#include "act/act.h"

void put_text(json_t *object, const char *key, const char *text); /* NULL: left out */
void put_strings(json_t *object, const char *key, List strings); /* a list, empty too */
void put_time(json_t *object, const char *key, Instant at);       /* Japan's; INSTANT_NONE: left out */
void put_flag(json_t *object, const char *key, gboolean flag);
void put_choice(json_t *object, const char *key, const Choice *choices, int value); /* KEY and KEY_name; none: left out */
/* "by", "post", "role" and, when not in person, "capacity". */
void put_actor(json_t *object, const Office *office, const Plan *plan, const EntryHead *head);

#endif
