/* ファイル: what was received for a case, and the tickets by which files come in and go out (files.h). */
#ifndef SHODO_WEB_PAGE_FILES_H
#define SHODO_WEB_PAGE_FILES_H

#include "web/files.h"
#include "web/page.h"

/* A blob was taken on a ticket: enters it into the case's stream when the sender may still, and settles it. */
void page_files_taken(FileReceipt *receipt, Engine *engine, Door *door);

/* Answers with the way to the blob at ADDRESS, good once for whoever asks; they may see it.  NAME: of the file, or NULL. */
void page_files_give(WebRequest *request, const char *address, const char *name);

/* Of TplReceived, the latest first: for received.html. */
List page_files_received(WebRequest *request, const Case *kase);

#endif
