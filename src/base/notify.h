/* Telling the service manager how we are: sd_notify(3), one datagram to $NOTIFY_SOCKET. */
#ifndef SHODO_BASE_NOTIFY_H
#define SHODO_BASE_NOTIFY_H

#include <glib.h>

/* Before the sandbox is entered; -1 when nobody wants to know. */
int notify_open(void);
/* "READY=1", "STOPPING=1", "WATCHDOG=1".  FD may be -1. */
void notify_say(int fd, const char *state);
/* Milliseconds within which WATCHDOG=1 is expected again and again; 0: never. */
guint notify_watchdog(void);

#endif
