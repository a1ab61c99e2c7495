/* The courier: SMTP without journal, keys or files (base/roles.h, ROLE_COURIER).
 *
 * "courier --fd 3" is the keeper, started before main enters its sandbox, which can reach no other
 * machine and neither could its children.  For each frame of two bytes, a port, it starts
 * "courier --port N --keeper GUARDS --fd 3" and hands main the other end of its socket; the courier that it started
 * for that port before is ended first.  For port 0 it starts another keeper inside its own sandbox, which
 * that one does not enter again ("courier --keeper GUARDS --fd 3"), so that main has one to go on with when this one dies,
 * however often.  It ends with main. */
#ifndef SHODO_MAIL_COURIER_H
#define SHODO_MAIL_COURIER_H

#include "mail/parcel.h"

/* The program's side, for main(). */
int courier_command(int argc, char **argv);

/* Hand over one job by libcurl; WHOLE is called when the last byte of the message is about to be given, and when
 * it says FALSE it is not.  The report's words are in ARENA.  HANDLE: what courier_handle_new gave. */
typedef gboolean (*CourierWhole)(gpointer data);
gpointer courier_handle_new(void);
void courier_handle_free(gpointer handle);
void courier_send(gpointer handle, const ParcelJob *job, CourierWhole whole, gpointer data, ParcelReport *report, Arena *arena);

#endif
