/* A session: commands to an office, wherever its engine runs.  If DIR/control.sock
 * answers, they go through it; otherwise the session takes the journal's lock and
 * runs the engine itself (promise 4). */
#ifndef SHODO_ENGINE_SESSION_H
#define SHODO_ENGINE_SESSION_H

#include <glib.h>
#include <jansson.h>

#include "base/progress.h"
#include "engine/worker.h"

typedef struct Session Session;

Session *session_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same; PROGRESS tells how far an office is that is opened here. */
Session *session_open_watched(const char *dir, Progress progress, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, but only of the process that serves the office; IO: there is none, or it does not answer. */
Session *session_join(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void session_close(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_close)

/* What draws papers, for as long as the session; a process that serves the office has its own. */
void session_lend(Session *session, Worker *worker);

/* Send one command (engine/command.h) and wait for its reply, a new reference.
 * NULL: it could not be asked.  A refusal is a reply. */
json_t *session_call(Session *session, const json_t *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
