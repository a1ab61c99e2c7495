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

/* A frame: a big-endian 32-bit length, then HEAD and BYTES, either of which may be NULL with 0.  FALSE as above. */
gboolean child_send_frame(int fd, const void *head, gsize head_size, const void *bytes, gsize size);
/* What follows the length; NULL: the other end is gone, or the frame is longer than MOST bytes. */
GBytes *child_receive_frame(int fd, guint32 most);

/* Reap PID, killing it first when KILL. */
void child_end(pid_t pid, gboolean kill_it);

#endif
