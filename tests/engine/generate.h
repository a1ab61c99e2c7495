/* Plausible acts from the tables: choices, references to what is there, texts. */
#ifndef SHODO_TESTS_ENGINE_GENERATE_H
#define SHODO_TESTS_ENGINE_GENERATE_H

#include <jansson.h>

#include "act/act.h"

/* The fields of ACT for the state of CONTEXT.  VALID: every reference exists and nothing
 * required is left out (unless there is nothing to refer to: then NULL); else now and
 * then something is wrong. */
json_t *generate_fields(const ActContext *context, const ActKind *act, gboolean valid, GRand *rand);

#endif
