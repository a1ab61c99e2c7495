/* Giving lines to a syslog server: RFC 5426 (UDP), RFC 6587 3.4.1 (TCP), RFC 5425 (TLS), or this machine's socket.
 *
 * TCP and TLS by libcurl's connect-only mode.  A batch is given when the other side's kernel has acknowledged its last byte; one
 * that is not is sent again after the next connection.  UDP is given when it was sent, and no refusal came back at once. */
#ifndef SHODO_TELL_LOGGER_H
#define SHODO_TELL_LOGGER_H

#include "tell/rules.h"

typedef struct Logger Logger;

Logger *logger_new(const TellRules *rules);
void logger_free(Logger *logger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Logger, logger_free)

/* LINES of const char *, without frames.  FALSE: they are to be sent again; WORDS, in ARENA, says why. */
gboolean logger_give(Logger *logger, List lines, const char **words, Arena *arena);
/* Serve batches from FD until the other end is closed. */
void logger_run(Logger *logger, int fd);

#endif
