/* What people are writing, kept for them in scratch.db until it is sent: it survives a restart, another tab and a
 * dropped line.  Seen by whoever wrote it and nobody else. */
#ifndef SHODO_WEB_DRAFTS_H
#define SHODO_WEB_DRAFTS_H

#include "web/request.h"

void drafts_routes(Router *router);

/* Is NAME one that a form's draft can have: small letters, digits, "." "_" "-", at most 100? */
gboolean drafts_is_name(const char *name);
/* Has whoever asks written something under NAME that was not sent yet? */
gboolean drafts_there(WebRequest *request, const char *name);
/* The form was recorded: its draft has done its work.  NAME NULL or none: nothing.  INSTANCE: the form on its page, of
 * which no late save is taken any more; or NULL. */
void drafts_forget(WebRequest *request, const char *name, const char *instance);

#endif
