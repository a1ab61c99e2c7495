/* Within: the tables behind source.h. */
#ifndef SHODO_PAPER_SOURCES_H
#define SHODO_PAPER_SOURCES_H

#include "paper/forms.h"
#include "paper/source.h"

typedef struct {
  Told told;
  const char *(*say)(Draft *draft);                       /* NULL: nothing is known of it */
  void (*draw)(Draft *draft, const char *caption);        /* instead of words */
} Source;

/* Told of the whole case; told of one entry.  Each ends with a name of NULL. */
extern const Source case_sources[], each_sources[];

/* Of what there are several: the entries of one kind. */
typedef struct {
  Told told;
  const char *kind;  /* of the entry */
  gboolean issued;   /* the entry issues the paper: it is kept as it was then */
} Series;
extern const Series series_known[];

const Source *source_find(const char *name);
const Series *series_find(const char *name);

/* Lines of text in a draft's arena; NULL when there are none. */
void source_line(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);
const char *source_lines(Draft *draft, GString *text);
/* Who attended a meeting held then, one a line, a post with who held it; NULL: none, or erased. */
const char *source_attended(Draft *draft, List attended, Instant held);

#endif
