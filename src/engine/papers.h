/* Papers of a case: the model of one form, made from the world, with its witness; and what was issued,
 * which is kept and served as it was (case/kept.h). */
#ifndef SHODO_ENGINE_PAPERS_H
#define SHODO_ENGINE_PAPERS_H

#include <jansson.h>

#include "engine/access.h"
#include "engine/engine.h"
#include "paper/document.h"

/* {"paper": the document (docs/papers.md), "digest": hex} for REQUEST {"case", "form",
 * "number"?, "issue"?: "R1", an issue by its id, "next"?: what the draft of a form of the plan would be issued as, "marks"?: [texts], "starred_only"?: reason}, or {"form", "blank": true,
 * "marks"?} for a sheet of no case (form_blanks), which has no witness.  WORLD may be the past; what VIEWER may see is
 * told by the present.  NOT_FOUND: no such case for VIEWER, form or number. */
json_t *papers_model(Engine *engine, World *world, const Viewer *viewer, const json_t *request, GError **error);
/* The same in ARENA, as things stand now and without a root: what a page shows before it is signed. */
Document *papers_build(Engine *engine, World *world, const Viewer *viewer, const json_t *request, Arena *arena, GError **error);
/* What circulates as {"case", "circulation": id} as whoever takes its steps sees it (NOT_FOUND: it is no paper);
 * what was issued as NUMBER of the form (0: the latest; of several with it the last), or as "issue", as it is kept; what was never issued, or with "next", as papers_build. */
Document *papers_document(Engine *engine, const Viewer *viewer, const json_t *request, Arena *arena, GError **error);

/* [{"key", "label", "value", "from"}]: what the case would have the items of a form of the plan say, for REQUEST {"case", "form"}.
 * NOT_FOUND: no such case for VIEWER, or the form is not one of the plan's. */
json_t *papers_proposals(Engine *engine, const Viewer *viewer, const json_t *request, GError **error);

/* For the engine, in the commit of an act: when entry NUMBER of KIND, just folded into KASE, issues a
 * paper or puts one on its way, its model is stored and what keeps it is added to DECISION.  FALSE: it issues none, or it could
 * not be stored; then it is made up for when it is first asked for. */
gboolean papers_keep(Engine *engine, const Plan *plan, const Case *kase, const EntryKind *kind, guint64 number,
                     Decision *decision);

/* FILE: the stored bytes, or NULL with ERROR.  EQUAL: drawn anew they were the same; TRUE when not asked. */
typedef void (*PapersDone)(GBytes *file, gboolean equal, const GError *error, gpointer data);

/* What was issued, as a file: the stored bytes, drawn by the worker and stored the first time.  NUMBER 0: the
 * latest; "issue": by its id, as one that was sent back; FORMAT: pdf, docx, xlsx or html.  AGAIN: draw it anew and compare.  DONE is called once, perhaps
 * before this returns; whoever shows what it gives waits until that is durable.  NOT_FOUND: no such case for
 * VIEWER, or nothing issued. */
void papers_fetch(Engine *engine, const Viewer *viewer, const json_t *request, PapersDone done, gpointer data);

/* The same REQUEST as papers_model's, with "format", drawn as things stand and not kept.  DONE is called later. */
void papers_draw(Engine *engine, const Viewer *viewer, const json_t *request, PapersDone done, gpointer data);

/* What was issued of case NUMBER, oldest first: [{"form", "name", "number", "entry", "digest", "kept", "files":
 * {"pdf": SHA-256…}}].  NOT_FOUND as papers_fetch. */
json_t *papers_list(Engine *engine, const Viewer *viewer, guint64 number, GError **error);

/* Draws what was issued as PDF and DOCX as soon as the issue is durable; when it begins and nothing else is to do, erases what a
 * power cut left of the papers of disposed cases. */
typedef struct Drawing Drawing;
Drawing *drawing_new(Engine *engine);
void drawing_free(Drawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Drawing, drawing_free)

/* For PaperSource: what the store holds of evidence; DATA is the store. */
GBytes *papers_copy(const char *sha256, gsize most, gconstpointer data);

#endif
