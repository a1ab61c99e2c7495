/* A client that says exactly the bytes it is given, bare or in TLS, and tells what came back. */
#ifndef SHODO_TESTS_RAW_H
#define SHODO_TESTS_RAW_H

#include <glib.h>

typedef struct Raw Raw;

/* WHERE is "unix:PATH", "tcp:PORT" or "tls:PORT"; FROM a loopback address to come from, or NULL. */
Raw *raw_open(const char *where, const char *from);
void raw_close(Raw *raw);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Raw, raw_close)

int raw_fd(const Raw *raw);
/* FALSE: the other side is gone. */
gboolean raw_send(Raw *raw, const void *data, gsize length);
void raw_end(Raw *raw); /* no more will be sent */

/* All that comes until the other side closes; *closed is FALSE when it did not within SECONDS. */
GByteArray *raw_read(Raw *raw, guint seconds, gboolean *closed);
/* Until ANSWERS whole answers are there. */
GByteArray *raw_read_answers(Raw *raw, guint answers, guint seconds);

/* The statuses in BYTES as text: "200 404", with " …" behind an answer that is not whole, and
 * " ?" for bytes that are no answer.  The HEADth answer, from 1, has no body; 0: none. */
char *raw_statuses(const GByteArray *bytes, guint head);
/* Of the first answer; NULL when there is none. */
char *raw_field(const GByteArray *bytes, const char *name);
/* From a case table: \r \n \t \0 \\ \xHH and {N*TEXT}. */
GByteArray *raw_unescape(const char *text);

#endif
