/* 期限: on the page of a case, and the board of all. */
#ifndef SHODO_WEB_PAGE_CLOCKS_H
#define SHODO_WEB_PAGE_CLOCKS_H

#include "web/page.h"

/* One more TplClock in LIST, for CLOCK as the engine gives it (engine/clock_view.h). */
void page_clocks_put(WebRequest *request, const json_t *clock, List *list);

/* Those of every case of which a reminder waits for whoever looks to answer: of TplClock, added to LIST. */
void page_clocks_asking(WebRequest *request, List *list);

#endif
