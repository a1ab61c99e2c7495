/* Papers of a case: the model of one form, made from the world, with its witness. */
#ifndef SHODO_ENGINE_PAPERS_H
#define SHODO_ENGINE_PAPERS_H

#include <jansson.h>

#include "engine/access.h"
#include "engine/engine.h"

/* {"paper": the document (docs/papers.md), "digest": hex} for REQUEST {"case", "form",
 * "number"?, "marks"?: [texts], "starred_only"?: reason}.  WORLD may be the past; what VIEWER may see is
 * told by the present.  NOT_FOUND: no such case for VIEWER, form or number. */
json_t *papers_model(Engine *engine, World *world, const Viewer *viewer, const json_t *request, GError **error);

#endif
