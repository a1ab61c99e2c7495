/* The form on which a report's draft is written (reporting.draft): the items of a form of the plan, one of its parts at
 * a time, begun from the draft that was recorded last.
 *
 * A form that is sent tells which draft it was begun from (_base).  What it left as it stood there is not given, so that
 * two may write at once; what another has changed since, and it would change to something else, is a conflict: nothing
 * is recorded, both texts are shown, and sent again it records what then stands in the field, or leaves the other's
 * (_theirs).  A form without _base gives all that it sends. */
#ifndef SHODO_WEB_PAGE_DRAFT_H
#define SHODO_WEB_PAGE_DRAFT_H

#include <jansson.h>

#include "web/request.h"
#include "web/templates.h"

/* Lives in the request's arena; keeps CONTEXT and the values, which are the page's. */
typedef struct PageDraft PageDraft;

/* Nothing was sent yet: the address says which form and part (?part=2, all; ?item=1-2; ?take=4,1-1, all), and VALUES get
 * what stands in the draft and the proposals that are taken.  NULL: the plan has no such form. */
PageDraft *page_draft_open(WebRequest *request, const ActContext *context, json_t *values);
/* SENT was read as VALUES; they become what is to be shown again. */
PageDraft *page_draft_sent(WebRequest *request, const ActContext *context, const GArray *sent, json_t *values);
/* TRUE: another wrote meanwhile; FINDINGS says what and who, beside each field. */
gboolean page_draft_conflicts(const PageDraft *draft, Findings *findings);
/* All of the values as the act takes them, a new reference. */
json_t *page_draft_asked(const PageDraft *draft);
/* What of the values is to be recorded, a new reference; NULL: nothing was changed. */
json_t *page_draft_given(const PageDraft *draft);
/* 「form1-2」: tells the draft's part from the others. */
const char *page_draft_name(const PageDraft *draft);
/* Where the button that was pressed goes on to after ENTRY (0: nothing was recorded); NULL: where the form came from.
 * FROM: that place, or NULL. */
const char *page_draft_next(const PageDraft *draft, const char *from, guint64 entry);
/* The sheet around the fields, which stand in SHOWN. */
void page_draft_show(const PageDraft *draft, const char *from, const Findings *findings, TplDo *shown);
/* The parts of FORM with what is written in them, and the way to each; of TplDraftPart.  Empty: it is written whole. */
List page_draft_parts(WebRequest *request, const ActContext *context, const PlanForm *form);

#endif
