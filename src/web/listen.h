/* The listening socket: loopback, a UNIX socket, or one handed over (sd_listen_fds). */
#ifndef SHODO_WEB_LISTEN_H
#define SHODO_WEB_LISTEN_H

#include <glib.h>

/* WHERE as in web.h.  Gives the descriptor, or -1.  ADDRESS, to free, is what people type.
 * A UNIX socket is made with mode 0660, so that the proxy's group may connect; one that is left
 * over from a process that ended is replaced. */
int listen_on(const char *where, char **address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The second listener, for files, beside the first: the UNIX socket PATH.files, the next port, or the next
 * descriptor handed over.  PORT: 0 for what is no port.  -1: it cannot be had. */
int listen_beside(int first, const char *where, guint16 *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
