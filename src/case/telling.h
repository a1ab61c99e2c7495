/* A line of a case's log in the words that people read, on a page and on paper alike: what somebody wrote as it
 * was written, the rest by the table of its fields. */
#ifndef SHODO_CASE_TELLING_H
#define SHODO_CASE_TELLING_H

#include "case/case.h"

/* What the line says; names as they are in CONTEXT, of which plan, office, notices, kase and arena are read.
 * Never NULL, in the arena. */
const char *telling_text(const ActContext *context, const LogLine *line);

/* 事実, 意見, 連絡…: what sort of words they are, for a line whose title would say no more; or NULL. */
const char *telling_sort(const LogLine *line);

#endif
