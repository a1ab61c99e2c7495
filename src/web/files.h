/* Files in and out of the blob store: a listener of its own and a thread that touches blobs only (promises 2 and 12).
 *
 *     PUT|POST /files/TICKET   takes the body, or the one file of a form (multipart.h), as a blob
 *     GET /files/TICKET        gives a blob
 *
 * The thread has no journal, no state and no word on rights.  What it may do it learns by tickets: 256 random bits that
 * the main thread makes for who may, each good once, begun within LIMIT_TICKET_SECONDS, and only together with the
 * cookie or token that it was made for.  Used, over, made for somebody else, never made: one answer.
 *
 * A body is hashed, encrypted and written while it comes, in constant memory; a line that drops leaves nothing.  Once
 * the blob is on disk the main thread is told, which enters it or refuses, and settles the answer.
 *
 * All functions are called from the main thread. */
#ifndef SHODO_WEB_FILES_H
#define SHODO_WEB_FILES_H

#include "blob/blob.h"

typedef struct Files Files;
typedef struct FileReceipt FileReceipt;

typedef struct {
  guint64 kase;
  char *person;  /* id */
  char *session; /* id of the session or token; BEARER tells which */
  gboolean bearer;
  char *holder;  /* secret_digest of the cookie or token that comes along again */
  char *home;    /* before the paths of the main listener: "" or "http://127.0.0.1:8750" */
  char *page;    /* where a person goes on, and is told what went wrong with ?wrong=CODE; NULL: a program asks */
  char *name;    /* of the file; NULL: not told */
  char *give;    /* address of the blob to give; NULL: one is to be taken */
} FileTicket;
void file_ticket_free(FileTicket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileTicket, file_ticket_free)

/* A blob was taken on TICKET: leads to one files_settle, now or later. */
typedef void (*FilesTaken)(FileReceipt *receipt, gpointer data);

/* LISTENER is taken; STORE and DATA outlive it.  BLOBS is the directory of STORE. */
Files *files_new(int listener, BlobStore *store, const char *blobs, FilesTaken taken, gpointer data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The guards of the thread's sandbox (base/roles.h). */
guint files_guards(const Files *files);
/* Accept no more; what is under way may go on until files_free. */
void files_quiesce(Files *files);
guint files_waiting(Files *files); /* requests under way, as of at most a tenth of a second ago */
void files_free(Files *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Files, files_free)

/* Make a ticket; takes TICKET.  "/files/…", to free with secret_free. */
char *files_issue(Files *files, FileTicket *ticket);

const FileTicket *file_receipt_ticket(const FileReceipt *receipt);
const char *file_receipt_address(const FileReceipt *receipt);
gint64 file_receipt_size(const FileReceipt *receipt);
const char *file_receipt_name(const FileReceipt *receipt); /* of the form's, else of the ticket's; or NULL */

/* The answer.  A program gets STATUS with BODY, JSON text; a person is led to PAGE. */
typedef struct {
  guint status;
  const char *body;
  const char *page;
} FileOutcome;
/* Takes RECEIPT. */
void files_settle(FileReceipt *receipt, const FileOutcome *outcome);

#endif
