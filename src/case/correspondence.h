/* Mail that came in about a case (office/inbox.h): by itself, since it cites a mail of the case, or linked by an
 * officer.  Its sender is who it claims to be, and nobody more. */
#ifndef SHODO_CASE_CORRESPONDENCE_H
#define SHODO_CASE_CORRESPONDENCE_H

#include "act/act.h"

/* reply.received; of what an officer linked the words are in the inbox only */
typedef struct {
  const char *received; /* "m7" */
  const char *answers;  /* "o12": the mail that it answers, or NULL */
  int kind;             /* IncomingKind */
  const char *from, *name, *subject, *text; /* personal: as it claims; or NULL */
  const char *note;     /* personal: the officer's, who linked it */
  gboolean acknowledged;
} ReplyReceived;

/* reply.link */
typedef struct {
  const char *received;
  const char *note;
} ReplyLink;

typedef struct {
  const EntryHead *head;
  const ReplyReceived *body;
} CaseReply;
List case_replies(const Case *kase); /* of CaseReply, oldest first */

extern const EntryKind reply_received;
extern const Domain correspondence_domain;

#endif
