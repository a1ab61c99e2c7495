/* The journal: the only truth (ARCHITECTURE.md, promises 1 and 4 to 7).
 *
 * Append-only entries, each an envelope (the leaf of an RFC 6962 tree) and up
 * to two bodies beside it.  The journal sees bytes, never kinds: a kind is a
 * token to it.  docs/formats.md is normative for every stored byte.
 *
 * One writer at a time: journal_open takes the lock of the directory.  Append,
 * erase and store are called by one thread (the writer thread of engine/);
 * JournalReader is another connection, read-only, for the thread that owns the
 * state.  After any failed append, erase or store the outcome is unknown: the
 * caller must stop answering and exit (promise 1). */
#ifndef SHODO_JOURNAL_JOURNAL_H
#define SHODO_JOURNAL_JOURNAL_H

#include <gio/gio.h>
#include <glib.h>

#include "base/progress.h"
#include "journal/tree.h"

typedef struct Journal Journal;
typedef struct JournalReader JournalReader;

/* What is to be appended.  The number, the salts and the envelope are the
 * journal's.  Tokens are [a-z0-9][a-z0-9._-]{0,39}; "-" is nobody. */
typedef struct {
  guint64 stream;       /* 0 the office, else a case's number */
  const char *kind;     /* "triage.judged/1": token "/" version 1..999 */
  gint64 recorded;      /* wall time of the world, ms since 1970 UTC, 0..253402300799999 */
  gint64 monotonic;     /* CLOCK_MONOTONIC, ms, 0..;
                         * never less than the entry before it when BOOT is the same, else INVALID */
  const char *boot;     /* boot id, 32 hex digits; a world whose clock is set back takes a new one */
  const char *person;   /* actor ids */
  const char *post;
  const char *capacity; /* "self", "deputy", "proxy" or "system" */
  GBytes *structural;   /* never erased; 1..LIMIT_BODY bytes */
  GBytes *personal;     /* erasable; NULL or 1..LIMIT_BODY bytes */
} JournalDraft;

/* What was appended, as read back.  Strings and bytes live until the callback returns. */
typedef struct {
  guint64 number; /* from 0, without gaps */
  guint64 stream;
  const char *kind;
  gint64 recorded;
  gint64 monotonic;
  const char *boot;
  const char *person;
  const char *post;
  const char *capacity;
  GBytes *leaf;       /* the envelope's bytes as stored and hashed */
  GBytes *structural;
  GBytes *personal;   /* NULL: had none, or erased (then erased_by is set) */
  gboolean has_personal; /* the envelope commits to one */
  guint64 erased_by;  /* the entry on whose ground the personal body was deleted; else 0 */
} JournalEntry;

typedef struct {
  guint64 size;
  guint8 root[TREE_HASH];
} JournalHead;

/* Create the journal in directory DIR (exists, empty of a journal, on a local disk) under ORIGIN
 * (a scheme-less URL, C2SP tlog-checkpoint: no space, no "+", at most 200 bytes). */
gboolean journal_create(const char *dir, const char *origin, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in the PostgreSQL database of URL (postgresql://…, without a password: INVALID), which DIR/store
 * then names; keys and files stay in DIR.  OWNER_URL is the role that makes and owns the tables, used
 * here only; NULL is URL's own.  CONFLICT: there is a journal.  IO: no connection. */
gboolean journal_create_in(const char *dir, const char *url, const char *owner_url, const char *origin, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Open for writing.  FENCED: another process holds it.  CORRUPT names what. */
Journal *journal_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void journal_close(Journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_close)

const char *journal_origin(const Journal *journal);
JournalHead journal_head(const Journal *journal); /* the last durable head */

/* Append COUNT drafts (1..LIMIT_BATCH) as numbers FIRST, FIRST+1, … in one
 * transaction: all or nothing.  FIRST must be the journal's size (compare and
 * swap); else FENCED.  On TRUE every entry is on disk.  A draft beyond a limit
 * or with a bad token is INVALID or LIMIT and nothing is written; that alone
 * leaves the journal usable.  O(log n) hashes per entry. */
gboolean journal_append(Journal *journal, guint64 first, const JournalDraft *drafts, gsize count,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Delete the personal bodies of NUMBERS, and their salts, on the ground of entry BY, which must be
 * durable, later, of kind "office.erased/…", and name each of them in its structural body
 * {"entries": [numbers]} (promise 6): verify accepts nothing else.  INVALID otherwise, and then
 * nothing is deleted.  Idempotent. */
gboolean journal_erase(Journal *journal, guint64 by, const guint64 *numbers, gsize count,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keep a signed checkpoint (journal/note.h).  It must be of our origin and of a root we have or had;
 * of two of the same size the first is kept.  Signatures are the caller's to check. */
gboolean journal_store_checkpoint(Journal *journal, const char *note, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Move the write-ahead log into the database; called when idle and at close. */
gboolean journal_compact(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For the system check: what the store protects less than it could, one Japanese sentence each; empty
 * when nothing, NULL on an error. */
GPtrArray *journal_weaknesses(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reading: a second, read-only connection that sees durable entries only. */
JournalReader *journal_reader_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void journal_reader_close(JournalReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalReader, journal_reader_close)

/* Stop the walk by returning FALSE with the error set. */
typedef gboolean (*JournalVisit)(const JournalEntry *entry, gpointer data, GError **error);

#define JOURNAL_ALL_STREAMS G_MAXUINT64

/* Visit the entries FROM <= number < UPTO of STREAM in order; O(entries visited).  One walk at a
 * time: VISIT must not walk the same reader.  Envelopes are parsed strictly and must agree with
 * their row; the commitments of bodies are verify's to check. */
gboolean journal_walk(JournalReader *reader, guint64 stream, guint64 from, guint64 upto,
                      JournalVisit visit, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean journal_reader_head(JournalReader *reader, JournalHead *head, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The root the journal had at SIZE (<= the present size). */
gboolean journal_root_at(JournalReader *reader, guint64 size, guint8 root[TREE_HASH], GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Proofs for a receipt or the signer: RFC 9162 2.1.3, 2.1.4; array of TREE_HASH-byte hashes. */
GByteArray *journal_inclusion(JournalReader *reader, guint64 number, guint64 size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GByteArray *journal_consistency(JournalReader *reader, guint64 old_size, guint64 new_size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The newest checkpoint, or NULL without an error when none was stored. */
char *journal_last_checkpoint(JournalReader *reader, GError **error);
const char *journal_reader_origin(const JournalReader *reader);

/* Write the journal as C2SP tiles into DIR (new or from an earlier export), up to the newest stored
 * checkpoint: checkpoint, tile/…, tile/entries/…, log.vkey.  Entries are the envelopes.
 * NOT_FOUND when no checkpoint was stored.  (tiles.c) */
gboolean journal_export_tiles(JournalReader *reader, const char *vkey, const char *dir, Progress progress, gpointer data,
                              GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#endif
