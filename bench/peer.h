/* The bare SQLite loop that durable appends are measured against: the rows of records, committed in
 * transactions of a given size into the same columns of the two tables and the index by stream, WAL
 * and synchronous=FULL as the journal, but no hashing, no checks, no triggers, no reader. */
#ifndef SHODO_BENCH_PEER_H
#define SHODO_BENCH_PEER_H

#include "journal/journal.h"

typedef struct {
  GPtrArray *leaf, *structural, *personal; /* of GBytes */
  gsize bytes;                             /* of all rows: leaf, hash, salts, bodies */
} PeerRows;

/* The records (record.added) of the case KASE. */
PeerRows *peer_rows(JournalReader *reader, guint64 kase);
void peer_rows_free(PeerRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PeerRows, peer_rows_free)

typedef struct Peer Peer;
Peer *peer_open(const char *dir);
void peer_close(Peer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_close)

/* COUNT rows, BATCH a transaction; rows a second. */
double peer_round(Peer *peer, const PeerRows *rows, guint count, guint batch);

#endif
