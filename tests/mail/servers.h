/* Mail servers that we did not write, on loopback (servers.py): two Postfix, one with STARTTLS, and Dovecot. */
#ifndef SHODO_TESTS_MAIL_SERVERS_H
#define SHODO_TESTS_MAIL_SERVERS_H

#include <gio/gio.h>

typedef struct {
  char *dir, *fetched;
  GSubprocess *process;
  guint internet, lgwan, imap, submission; /* ports */
} Servers;

/* Running.  INTERNET: the port of the first Postfix; 0: one that is free. */
Servers *servers_new(guint internet);
void servers_free(Servers *servers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Servers, servers_free)

/* What arrived at USER, by Message-ID, as read_back.py reads it: json_t *.  Waits for COUNT; none is there twice. */
GHashTable *servers_fetch(const Servers *servers, const char *user, guint count);

#endif
