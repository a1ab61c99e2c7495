/* Mail of the office: by which relays it goes, whom an exercise may reach, whether it stands still
 * (庁内メール汚染), and what each person wants to get.  Folded from the office's stream; the mails
 * themselves are in outbox.h. */
#ifndef SHODO_OFFICE_MAIL_H
#define SHODO_OFFICE_MAIL_H

#include "office/office.h"

/* A city hall has two nets; each has its own relay and its own address of the sender. */
typedef enum { NETWORK_INTERNET = 1, NETWORK_LGWAN } Network;
#define NETWORKS 2
extern const Choice network_choices[];

typedef enum { MAIL_TLS_REQUIRED = 1, MAIL_TLS_IMPLICIT, MAIL_TLS_NONE } MailTls;
extern const Choice mail_tls_choices[];

/* mail.set_relay → mail.relay_set; the latest of a network stands */
typedef struct {
  int network;
  const char *host;      /* a name or an IPv4 address */
  gint64 port;           /* 1 to 65535 */
  int tls;
  const char *authority; /* PEM certificates that the relay's must lead to; NULL: the system's */
  const char *from;      /* the sender's address */
  const char *sender;    /* the sender's name */
  List domains;          /* of the LGWAN relay: domains whose mail goes this way; empty: lg.jp */
  const char *user;      /* with whom to sign in (SMTP AUTH), or NULL; its password is in a file (engine/relay_secret.h) */
  gint64 patience;       /* seconds without a word from the relay; FIELD_NO_INT: MAIL_PATIENCE */
} MailRelay;
#define MAIL_PATIENCE 120

/* mail.close_relay → mail.relay_closed */
typedef struct {
  int network;
  const char *reason;
} MailRelayClosed;

/* mail.stop → mail.stopped: 庁内メール汚染.  mail.resume → mail.resumed */
typedef struct {
  const char *reason;
  const char *instead; /* the other way to reach people, or NULL */
} MailStopped;
typedef struct {
  const char *reason;
} MailResumed;

/* mail.set_exercise_list → mail.exercise_list_set: the whole list anew */
typedef struct {
  List addresses; /* personal: strings */
} MailExerciseList;

/* mail.prefer → mail.preferred: one's own */
typedef enum { MAIL_IMMEDIATE = 1, MAIL_DIGEST, MAIL_NONE } MailMode;
extern const Choice mail_modes[];
typedef struct {
  int mode;
} MailPreferred;

/* The relay of NETWORK, or NULL. */
const MailRelay *mail_relay(const Office *office, Network network);
/* Is HOST this machine, which needs no encryption? */
gboolean mail_loopback(const char *host);
gboolean mail_in_use(const Office *office); /* has any */
/* The network whose relay takes mail for the canonical ADDRESS: LGWAN when its domain is one of that relay's,
 * whether there is a relay or not. */
Network mail_network(const Office *office, const char *address);
/* Since when mail stands still, and why; NULL: it does not. */
const EntryHead *mail_stopped(const Office *office, const MailStopped **why);
MailMode mail_mode(const Office *office, const char *person);
/* ADDRESS, canonical, as the exercise list has it, or NULL: not on it.  The string is the list's own. */
const char *mail_on_exercise_list(const Office *office, const char *address);
gsize mail_exercise_addresses(const Office *office);

/* The next time after NOW at which digests go out: 8:30 and 16:30 of every day. */
Instant mail_digest_after(Instant now);

extern const Domain mail_domain; /* these acts and those of outbox.h */

#endif
