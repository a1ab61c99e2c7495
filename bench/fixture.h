/* Offices to measure with: Miyazaki's plan, two people, cases acted out through
 * the engine as people would. */
#ifndef SHODO_BENCH_FIXTURE_H
#define SHODO_BENCH_FIXTURE_H

#include "engine/engine.h"

#define FIXTURE_CASE 200 /* entries of a case in a grown office */

/* A new office with its people and no case, in the empty directory DIR. */
void fixture_found(const char *dir);
Engine *fixture_open(const char *dir);

/* Open a case and act it out up to 優先順位, some fifteen entries; its number. */
guint64 fixture_case(Engine *engine);

/* One act by whoever holds POST (by name); FIELDS in JSON in which ' stands for ". */
void fixture_act(Engine *engine, const char *post, const char *act, guint64 kase, const char *fields);

/* One record (対応記録) of about 120 characters, the I-th; ANSWER may be NULL: then a refusal ends the bench. */
void fixture_record(Engine *engine, guint64 kase, guint64 i, EngineAnswer answer, gpointer data);
/* One record at a time until the case is LENGTH entries long, or in groups when HURRIED. */
void fixture_lengthen(Engine *engine, guint64 kase, guint64 length, gboolean hurried);

/* An office of ENTRIES entries in cases of FIXTURE_CASE, each with its notice; made once and kept.
 * The first case was acted out, the others are its entries again under their own number. */
char *fixture_grown(guint64 entries);
char *fixture_grown_anew(guint64 entries); /* for a small one that a bench makes longer */

#endif
