/* 受信簿: rows of what came in, for the pages of mail and of a case. */
#ifndef SHODO_WEB_PAGE_INBOX_H
#define SHODO_WEB_PAGE_INBOX_H

#include "web/door.h"
#include "web/page.h"

/* NUMBERS of the inbox, of guint64, as TplInboxRow. */
void page_inbox_rows(WebRequest *request, const GArray *numbers, List *rows);

#endif
