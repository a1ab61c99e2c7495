/* The real program serving a fresh office, bare or with nginx before it, in a directory that
 * goes away. */
#ifndef SHODO_TESTS_SERVING_H
#define SHODO_TESTS_SERVING_H

#include <glib.h>

typedef struct {
  char *dir;
  char *bare;  /* where, for raw_open */
  char *proxy; /* "tls:PORT"; NULL without nginx */
  char *open;  /* "tcp:PORT" of nginx, without TLS; NULL without nginx */
  char *log;   /* what the program wrote */
  char *access; /* nginx's log */
  GPid program, nginx;
  gboolean lent; /* DIR is the caller's */
} Serving;

Serving *serving_new(gboolean proxied); /* at a UNIX socket */
Serving *serving_new_tcp(void);         /* at a loopback port, bare */
/* An office that is there already, in DIR/data, at a UNIX socket; DIR is the caller's. */
Serving *serving_new_on(const char *dir);
/* Put nginx before it. */
void serving_proxy(Serving *serving);
void serving_free(Serving *serving);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Serving, serving_free)

/* Start `shodo serve` on the office; LISTENER is handed over as systemd does, -1: none. */
GPid serving_start(Serving *serving, int listener);
/* TERM, and wait; gives the exit status as waitpid. */
int serving_stop(GPid pid);
gboolean serving_alive(const Serving *serving);

/* A counter of the program: "shodo_http_requests_total". */
guint64 serving_count(Serving *serving, const char *name);
/* How many requests nginx passed on. */
guint64 serving_passed_on(const Serving *serving);
guint64 serving_memory(GPid pid);       /* resident, KiB */
gdouble serving_seconds(GPid pid);      /* of processor time */

#endif
