/* One line of syslog: RFC 5424 6.
 *
 *   SYSLOG-MSG = HEADER SP STRUCTURED-DATA [SP MSG]
 *   HEADER     = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID
 *
 * Nothing given can make a second line, element or parameter of itself: what a field may not hold is
 * replaced, what is too long is cut.  At most SYSLOG_LONGEST octets, so that one UDP datagram holds it. */
#ifndef SHODO_TELL_SYSLOG_H
#define SHODO_TELL_SYSLOG_H

#include "base/instant.h"
#include "base/list.h"

#define SYSLOG_LONGEST 2048 /* what every receiver should take (RFC 5424 6.1) */
#define SYSLOG_VALUE 96     /* octets of a PARAM-VALUE, with what escapes them */
#define SYSLOG_MESSAGE 280  /* octets of MSG */
#define SYSLOG_PARAMETERS 10

typedef struct {
  const char *name;  /* SD-NAME */
  const char *value; /* any UTF-8 */
} SyslogParameter;

typedef struct {
  guint facility, severity;
  Instant when;
  const char *hostname;
  guint64 process;
  const char *id;          /* MSGID */
  const char *element;     /* "shodo@32473" */
  List parameters;         /* of SyslogParameter; those beyond SYSLOG_PARAMETERS are left out */
  const char *message;     /* any UTF-8; told with a BOM when it is not ASCII */
} SyslogLine;

/* In ARENA. */
const char *syslog_format(const SyslogLine *line, Arena *arena);
/* RFC 6587 3.4.1, RFC 5425 4.3: MSG-LEN SP SYSLOG-MSG. */
const char *syslog_frame(const char *message, Arena *arena);

#endif
