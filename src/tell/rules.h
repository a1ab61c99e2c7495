/* Whom this machine may tell: the file of "shodo serve --events FILE", written by who runs the machine and
 * out of reach of whoever administers the office.  docs/events.md has its lines:
 *
 *   allow https HOST PORT ADDRESS/BITS…     HOST "*": any that leads to one of the addresses
 *   syslog udp|tcp|tls HOST PORT  |  syslog unix PATH
 *   authority FILE       certificates (PEM) that theirs must lead to, instead of the system's
 *   hostname NAME        in syslog; else the machine's
 *   enterprise NUMBER    in syslog's structured data; else RFC 5612's example
 *   facility NUMBER      0 to 23; else 13 (log audit)
 *   exercise yes         syslog of an office that is not real too
 *
 * Immutable once read. */
#ifndef SHODO_TELL_RULES_H
#define SHODO_TELL_RULES_H

#include <gio/gio.h>
#include <sys/socket.h>

#include "base/list.h"

#define RULES_EXAMPLE_ENTERPRISE 32473
#define RULES_FACILITY 13

typedef struct {
  gboolean ipv6;
  guint8 bytes[16];
  guint bits;
} TellRange;

typedef struct {
  gboolean tls;
  const char *host;  /* lower case, without brackets; "*": any */
  guint port;
  List ranges;       /* of TellRange, one or more */
} TellAllow;

typedef enum { SYSLOG_NONE, SYSLOG_UDP, SYSLOG_TCP, SYSLOG_TLS, SYSLOG_UNIX } SyslogBy;

typedef struct {
  List allows;       /* of TellAllow */
  SyslogBy syslog;
  const char *host;  /* of syslog; the path for SYSLOG_UNIX */
  guint port;
  const char *hostname;
  guint enterprise, facility;
  gboolean exercise;
  const char *authority; /* PEM, or NULL */
} TellRules;

/* FILE and the certificates it names.  NOT_FOUND, IO, LIMIT; INVALID names the line. */
TellRules *rules_read(const char *file, Arena *arena, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TEXT alone; *AUTHORITY is the file that it names, or NULL. */
TellRules *rules_parse(const char *name, const char *text, gsize size, const char **authority, Arena *arena, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* May HOST (as a URL has it, without brackets) be spoken to at PORT?  ADDRESS: where the connection would go, which
 * is what decides; NULL: before that is known, whether any address of it might be. */
gboolean rules_allow(const TellRules *rules, gboolean tls, const char *host, guint port, const struct sockaddr *address);

/* A destination's URL: http or https, a host, a port, a path, a query; ASCII without blanks, nobody's name or
 * password, no fragment.  HOST to free.  INVALID. */
gboolean rules_url(const char *url, gboolean *tls, char **host, guint *port, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
