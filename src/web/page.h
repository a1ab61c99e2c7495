/* The pages: what every one of them is made with.  A page shows what the engine answers and
 * collects the fields of an act; it decides nothing itself. */
#ifndef SHODO_WEB_PAGE_H
#define SHODO_WEB_PAGE_H

#include "case/circulation.h"
#include "engine/access.h"
#include "web/page_known.h"
#include "web/request.h"
#include "web/templates.h"

/* Every page of the program. */
void page_routes(Router *router);

/* What stands around a page; in the request's arena.  HERE lights the navigation; see head.html. */
TplPage *page_new(WebRequest *request, const char *title, const char *here);
/* Takes OUT. */
void page_answer(WebRequest *request, guint status, GString *out);
/* A refusal as a page: for routes of FACE_PAGE, from request.c. */
void page_problem(WebRequest *request, const Problem *problem, const char *detail);

/* The posts from which whoever looks may do KIND now, held ones first; of const SeatHeld *. */
List page_seats(WebRequest *request, const ActKind *kind, guint64 kase);
/* Is KIND an act that whoever looks may do, from a form? */
gboolean page_offers(WebRequest *request, const ActKind *kind, guint64 kase);
/* What an act would be asked with, from no post yet.  FALSE: there is no such case for whoever looks. */
gboolean page_asking(WebRequest *request, const ActKind *kind, guint64 kase, ActContext *context);
/* 「CSIRT責任者（統括情報セキュリティ責任者）：伊藤正樹」: who may do KIND now. */
const char *page_who_may(WebRequest *request, const ActKind *kind, guint64 kase);
/* The plan of case KASE, or for 0 the one in force; NULL: it cannot be read. */
const Plan *page_plan(WebRequest *request, guint64 kase);

/* One more TplWaitRow in ROWS: a circulation that waits for somebody. */
void page_wait_put(WebRequest *request, List *rows, const Card *card, const CirculationWait *wait);

/* TEXT when it is nothing but a number that can be dialled (内線 is not), else NULL. */
const char *page_dialled(const char *text);

/* The parts, one file each. */
void page_cases_routes(Router *router);
void page_ack_routes(Router *router);
void page_case_routes(Router *router);
void page_rooms_routes(Router *router);
void page_records_routes(Router *router);
void page_circulation_routes(Router *router);
void page_mail_routes(Router *router);
void page_inbox_routes(Router *router);
void page_do_routes(Router *router);
void page_acts_routes(Router *router);
void page_desk_routes(Router *router);
void page_new_routes(Router *router);
void page_clocks_routes(Router *router);
void page_system_routes(Router *router);
void page_destinations_routes(Router *router);
void page_opening_routes(Router *router);
void page_rotation_routes(Router *router);
void page_people_routes(Router *router);
void page_office_routes(Router *router);
void page_plan_routes(Router *router);
void page_sheet_routes(Router *router);
void page_papers_routes(Router *router);
void page_files_routes(Router *router);

#endif
