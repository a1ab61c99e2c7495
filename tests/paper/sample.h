/* Documents that the tests of papers draw. */
#ifndef TESTS_PAPER_SAMPLE_H
#define TESTS_PAPER_SAMPLE_H

#include "paper/document.h"

/* One of everything that a document can hold. */
Document *sample_whole(Arena *arena);
/* One table of COUNT rows, each its own words. */
Document *sample_long(Arena *arena, guint count);
Document *sample_text(Arena *arena, const char *text);

#endif
