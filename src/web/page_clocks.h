/* 期限: on the page of a case, and the board of all. */
#ifndef SHODO_WEB_PAGE_CLOCKS_H
#define SHODO_WEB_PAGE_CLOCKS_H

#include "web/page.h"

/* One more TplClock in LIST, for CLOCK as the engine gives it (engine/clock_view.h). */
void page_clocks_put(WebRequest *request, const json_t *clock, List *list);

/* Of every case that whoever looks may see: those of which a reminder waits for them to answer (ASKING), and of the
 * others those that run out within 24 hours or have run out, at most ten (SOON); of TplClock. */
void page_clocks_pressing(WebRequest *request, List *asking, List *soon);

#endif
