/* What the HTTP library lets through and must not reach us (RFC 9112 sections 2, 5
 * and 6; TRUST in ARCHITECTURE.md promise 12).  Pure: for tables and fuzzing. */
#ifndef SHODO_WEB_HTTP_CHECK_H
#define SHODO_WEB_HTTP_CHECK_H

#include <glib.h>

/* The head of a request as the library understood it. */
typedef struct {
  const char *method;
  const char *target;  /* request-target as sent */
  const char *version; /* "HTTP/1.1" */
  gsize bytes;         /* of the head as received, with its empty line; 0: not known */
  GArray *fields;      /* of HttpHeadField, in order */
} HttpHead;

typedef struct {
  const char *name;
  gsize name_length;
  const char *value; /* "" when empty */
  gsize value_length;
} HttpHeadField;

/* 0, or the status to refuse with; the connection is then closed. */
guint http_check(const HttpHead *head);

/* Why, for the log and the tests; "" for 0. */
const char *http_check_reason(const HttpHead *head);

#endif
