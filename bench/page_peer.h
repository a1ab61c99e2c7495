/* The peer of a page: libmicrohttpd in a process of its own, one internal thread with epoll, answering every
 * request with the same bytes from memory. */
#ifndef SHODO_BENCH_PAGE_PEER_H
#define SHODO_BENCH_PAGE_PEER_H

#include <glib.h>

/* HEAD: the fields to answer with, as an answer had them.  Sets *WHERE to "tcp:PORT", to free. */
GPid page_peer_start(const char *head, GBytes *body, char **where);
void page_peer_stop(GPid pid);

#endif
