/* The worker: this program executed anew to do what touches strangers' bytes or much library code
 * (reading mail, drawing papers), without network, journal or files to write (base/roles.h,
 * ROLE_WORKER).  Started at the first request, killed when it takes too long, started anew when it
 * dies, ended after a minute without work.
 *
 * A frame is a big-endian 32-bit length and that many bytes.  A request is the name of its kind, a
 * NUL and the bytes; a reply is one byte (0 done, else 1 + ShodoError) and the result or the message.
 * The first frame of all is 4 bytes: the guards in force. */
#ifndef SHODO_ENGINE_WORKER_H
#define SHODO_ENGINE_WORKER_H

#include <gio/gio.h>
#include <glib.h>

/* One row of what a worker can do. */
typedef struct {
  const char *name;
  /* May be NULL.  Before the first request of this kind, inside the sandbox; kept until the process ends.
   * An error is the answer to every request. */
  gpointer (*prepare)(GError **error);
  GBytes *(*run)(gpointer prepared, GBytes *request, GError **error);
  gboolean once; /* the process ends after one request: what it read cannot touch the next */
} WorkerJob;

/* The child's side: "worker --fd 3", for the program's main with worker_jobs of engine/jobs.h; JOBS end with name NULL. */
int worker_command(int argc, char **argv, const WorkerJob *jobs);

/* The server's side, from the thread of the default main context at worker_new. */
typedef struct Worker Worker;

/* JOBS as the child has them; nothing is started yet. */
Worker *worker_new(const WorkerJob *jobs);
/* What waits is answered with an error, now. */
void worker_free(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

/* REPLY lives until the callback returns; NULL with ERROR: the job's own (INVALID, LIMIT…), or IO when the
 * worker died, took longer than the time-out, or could not be started; LIMIT when too much waits or is asked. */
typedef void (*WorkerDone)(GBytes *reply, const GError *error, gpointer data);

/* Requests are done one at a time, in order.  TIMEOUT in milliseconds counts from the turn of this one.
 * DONE is called once, from the main context, never before this returns. */
void worker_ask(Worker *worker, const char *kind, GBytes *request, guint timeout, WorkerDone done, gpointer data);

/* The process, or 0: for tests and the system check. */
int worker_pid(const Worker *worker);
/* For the system check: the guards that the last process reported; 0 before. */
guint worker_guards(const Worker *worker);

#endif
