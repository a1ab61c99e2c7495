/* An office for the tests of crashes: founded with Miyazaki's plan, it takes in
 * notices and evidence, and a ledger in shared memory keeps what was acknowledged
 * to whom it was handed in, whatever becomes of the process. */
#ifndef SHODO_TESTS_STATION_H
#define SHODO_TESTS_STATION_H

#include "engine/engine.h"

#define STATION_BLOBS 64
#define STATION_CLERK "p2" /* who takes in notices */

typedef struct {
  gboolean founded;
  guint64 notices; /* acknowledged */
  guint64 refused;
  guint64 size;    /* of the journal, by the last answer; 0: not told */
  guint8 root[TREE_HASH];
  guint64 signed_size;
  guint64 stored; /* blobs acknowledged; the last STATION_BLOBS of them: */
  char blobs[STATION_BLOBS][BLOB_ADDRESS + 1];
  char failure[1024];
} Ledger;

Ledger *station_ledger(void); /* zeroed, shared with children */
void station_ledger_free(Ledger *ledger);

/* Found the office in DIR and appoint one who takes in notices. */
gboolean station_found(const char *dir, Ledger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One act, awaited: a token's by who takes in notices, all others by the administrator.  Takes FIELDS. */
gboolean station_act(Engine *engine, Ledger *ledger, const char *act, json_t *fields, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  guint rounds;
  gboolean sign; /* now and then; in a process of its own */
} StationWork;

/* ROUNDS times: some notices at once, now and then a blob, all awaited. */
gboolean station_work(Engine *engine, Ledger *ledger, GRand *random, const StationWork *work, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* One notice, awaited; TRUE: acknowledged.  WHY (may be NULL) gets the first finding, to free. */
gboolean station_notice(Engine *engine, Ledger *ledger, char **why);

/* In a process of its own: open DIR, compare it with the ledger and go on working.
 * NULL, or what is lost. */
char *station_examine(const char *dir, const Ledger *ledger);

/* Run WORK in a child and give its wait status. */
typedef void (*StationChild)(gpointer data);
int station_child(StationChild work, gpointer data);

/* For main: TRUE when this process is the signer and *STATUS its exit status. */
gboolean station_is_signer(int argc, char **argv, int *status);

guint station_times(guint count, guint most); /* COUNT times SHODO_TEST_COUNT, at most MOST */
guint32 station_seed(void);                   /* SHODO_TEST_SEED, or random; shown */

#endif
