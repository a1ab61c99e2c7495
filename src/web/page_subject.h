/* What circulates and is no paper: the thing that is named, in lines of text.  Knows nothing of requests. */
#ifndef SHODO_WEB_PAGE_SUBJECT_H
#define SHODO_WEB_PAGE_SUBJECT_H

#include "case/circulation.h"
#include "plan/predicate.h"

/* 「対応方針」, 「報告様式1 第2報」: what CIRCULATION is about. */
const char *page_subject_name(const PredicateContext *context, const Circulation *circulation, Arena *arena);
/* Strings: what was written with it, then the thing itself (対応方針, 再発防止策の案…), or what was known when it was
 * submitted if it names none. */
List page_subject_lines(const PredicateContext *context, const Circulation *circulation, Arena *arena);

#endif
