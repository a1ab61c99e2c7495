/* The configuration that is shipped for nginx, packaging/nginx/shodo.conf, with this machine's places in it: what
 * every test behind nginx runs, in C and in shell (nginx_here.c). */
#ifndef SHODO_TESTS_PROXYING_H
#define SHODO_TESTS_PROXYING_H

#include <glib.h>

/* Makes DIR/nginx with a certificate for localhost (key.pem, chain.pem) and DIR/nginx.conf, by which nginx stays in the
 * foreground as one process, hands on to the UNIX socket SOCKET (files to SOCKET.files), and logs to
 * DIR/nginx/shodo.access.log.  Gives the port of loopback at which it takes TLS, and in *PLAIN
 * (or NULL) that without.  A place that SHIPPED does not have
 * ends the test. */
guint16 proxying_prepare(const char *shipped, const char *dir, const char *socket, guint16 *plain);

/* Arguments for nginx; NULL at the end; to free with g_strfreev. */
char **proxying_command(const char *dir);

#endif
