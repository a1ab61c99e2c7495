/* A mail as RFC 5322 and MIME have it, from what was queued: a pure function.
 *
 * One part, text/plain.  A header or text that JIS X 0208 holds goes as ISO-2022-JP in 7 bits, since
 * old gateways of city halls read nothing else; anything else as UTF-8 in base64.  Nothing is ever
 * replaced by something similar.  Lines longer than 998 octets make the text base64 too.
 *
 * The subject begins with 【訓練】 in an exercise, TLP and the number of the case; the text of an
 * exercise begins by saying that it is one.  Message-ID is <shodo.MAIL.CASE.TAG@DOMAIN>, and every mail of a
 * case refers to <shodo.0.CASE.TAG@DOMAIN>, so that mail programs thread them and replies find their case. */
#ifndef SHODO_MAIL_COMPOSE_H
#define SHODO_MAIL_COMPOSE_H

#include "office/outbox.h"

typedef struct {
  guint64 number;           /* of the mail */
  const MailQueued *queued;
  gsize place;              /* of its recipient */
  const char *to;           /* what the gate gave, canonical */
  const char *from;         /* of the relay */
  const char *sender;       /* or NULL */
  const char *office;       /* name */
  const char *label;        /* of the case, 「R8-003」, or NULL */
  const char *tag;          /* 16 hex digits that cannot be guessed: compose_tag_of's of the mail */
  const char *thread;       /* the same of the case; NULL without one */
  gboolean real;
  List shown;               /* of const MailEnvelope *: other recipients that every copy shows */
  Instant now;
} Letter;

/* CRLF line ends; never a bare CR or LF. */
GBytes *compose(const Letter *letter);

/* As it will be seen: for showing before and after; in ARENA. */
char *compose_subject(const Letter *letter, Arena *arena);
char *compose_text(const Letter *letter, Arena *arena);

/* What is put under a key to make a tag: of a mail, and of a case's thread. */
char *compose_tag_text(guint64 mail, guint64 kase);

/* Reads back a Message-ID of ours, with or without its brackets: *mail is 0 for a thread, *kase 0 for no case; TAG
 * is 17 bytes.  FALSE: not of this shape.  Whether TAG is right is the caller's to check. */
gboolean compose_read_id(const char *id, guint64 *mail, guint64 *kase, char tag[17]);

/* For headers, tests: encoded words of RFC 2047 for TEXT after a header name of USED characters. */
char *compose_words(const char *text, gsize used);

#endif
