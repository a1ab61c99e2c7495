/* A paper shown on a page: {% include paper(…) %} of papers before they are signed. */
#ifndef SHODO_WEB_PAGE_PAPER_H
#define SHODO_WEB_PAGE_PAPER_H

#include "paper/document.h"
#include "web/templates.h"

/* What template_paper shows of DOCUMENT; texts are DOCUMENT's. */
void page_paper_put(Arena *arena, const Document *document, TplPaper *shown);
/* Its words as lines (strings), a row of a table in one; for comparing, and for programs. */
List page_paper_lines(Arena *arena, const Document *document);

#endif
