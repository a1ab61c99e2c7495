/* This program executed anew as one of its roles, with one end of a socket pair.
 *
 * Nothing of the parent reaches it but its standard output and error: no other descriptor, signal
 * disposition or environment. */
#ifndef SHODO_BASE_CHILD_H
#define SHODO_BASE_CHILD_H

#include <glib.h>
#include <sys/types.h>

#define CHILD_FD 3 /* the child's end; no descriptor above it is open */

/* Run "shodo ARGUMENTS…" (NULL at the end).  Gives 0, the parent's end (closed on exec) in *FD and *PID;
 * or errno. */
int child_start(const char *const *arguments, int *fd, pid_t *pid);

/* All COUNT bytes over a stream socket, however often a signal comes between.  FALSE with errno;
 * 0: the other end was closed. */
gboolean child_send(int fd, const guint8 *bytes, gsize count);
gboolean child_receive(int fd, guint8 *bytes, gsize count);

/* Reap PID, killing it first when KILL. */
void child_end(pid_t pid, gboolean kill_it);

#endif
