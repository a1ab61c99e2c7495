/* A hall with a post office: relays that are sinks, a courier, and mails to queue. */
#ifndef SHODO_TESTS_MAIL_POST_H
#define SHODO_TESTS_MAIL_POST_H

#include "engine/mailer.h"
#include "hall.h"
#include "sink.h"

typedef struct {
  Hall *hall;
  Mailer *mailer;
  pid_t keeper;
} PostOffice;

/* REAL: with the machine's clock; else at HALL_BEGINS, and standing. */
PostOffice *post_new(gboolean real);
void post_free(PostOffice *post);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PostOffice, post_free)
/* A mailer with a courier of its own. */
void post_open(PostOffice *post);
void post_close(PostOffice *post);

/* SINK becomes the relay; PATIENCE in seconds.  LGWAN: DOMAIN goes there, or lg.jp when it is NULL. */
void post_relay(PostOffice *post, Network network, guint port, gint64 patience, const char *domain);
/* ADDRESSES in JSON, with ' for ". */
void post_exercise(PostOffice *post, const char *addresses);
/* Queue one mail of no case to ADDRESS, as it stands, unchecked.  Gives its number. */
guint64 post_queue(PostOffice *post, const char *address, const char *subject, const char *text);
/* The same to COUNT addresses N@DOMAIN, in entries of at most LIMIT_MAIL_RECIPIENTS. */
void post_queue_many(PostOffice *post, guint count, const char *domain);

const MailRow *post_row(const PostOffice *post, guint64 number);
guint64 post_count(const PostOffice *post, MailState state);
/* Run the loop until mail NUMBER is in STATE, at most 30 seconds. */
void post_until(PostOffice *post, guint64 number, MailState state);
/* Run the loop for some time, for what must not happen. */
void post_run(PostOffice *post, guint milliseconds);
/* The process that sends, and of a keeper the one that follows it; 0: none. */
pid_t post_courier(const PostOffice *post);
pid_t post_spare(pid_t keeper);
/* The last entry's words of a mail; to free. */
char *post_words(PostOffice *post, guint64 number);

/* For main(): TRUE when the program was started as a courier; *status is what it ends with. */
gboolean post_is_courier(int argc, char **argv, int *status);

#endif
