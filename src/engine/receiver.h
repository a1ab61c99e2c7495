/* The receiver: what becomes of a mail that came in (shodo mail receive).
 *
 * A worker reads it (mail/incoming.h); here it is judged by the Message-IDs of ours that it cites, which nobody else
 * can make, and entered: once, however often it is delivered.  A report of delivery marks the mail it is about; a reply
 * goes to its case, and acknowledges the reminder that it answers when it comes from the address that was reminded,
 * unless mail stands still (庁内メール汚染); the rest waits for an officer.  Nothing is ever answered. */
#ifndef SHODO_ENGINE_RECEIVER_H
#define SHODO_ENGINE_RECEIVER_H

#include "engine/engine.h"

/* NUMBER of the inbox's row, durable; 0 with ERROR: it is not taken, and should be offered again later.  AGAIN: it had
 * come before. */
typedef void (*ReceiverDone)(guint64 number, gboolean again, const GError *error, gpointer data);

/* BLOB: address of the original.  DONE is called once, never before this returns. */
void receiver_take(Engine *engine, const char *blob, ReceiverDone done, gpointer data);
/* The worker's side, the job "mail": a mail as it came; gives JSON of incoming_fields (mail/incoming.h). */
GBytes *receiver_job(gpointer prepared, GBytes *request, GError **error);

#endif
