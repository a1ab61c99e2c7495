/* What changed between two texts, line by line and within a line: for people who saw the first one. */
#ifndef SHODO_WEB_PAGE_DIFF_H
#define SHODO_WEB_PAGE_DIFF_H

#include "base/arena.h"
#include "base/list.h"

/* A line that is not in both, or the line before such a one. */
typedef struct {
  List parts;    /* of DiffPart */
  gboolean same; /* stands in both: it says where the next ones are */
} DiffLine;

typedef enum { DIFF_SAME = 1, DIFF_GONE, DIFF_NEW } DiffHow;
typedef struct {
  const char *text;
  DiffHow how;
} DiffPart;

/* BEFORE and NOW: strings, a line each, UTF-8.  Of DiffLine; empty when they are alike.  The longest common
 * subsequence, in time and memory bounded by LIMIT_DIFF cells: beyond it all between the first and the last change is
 * shown as changed. */
List page_diff(List before, List now, Arena *arena);

#endif
