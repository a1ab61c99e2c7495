/* The world: everything derived from the journal, in memory (promise 3).
 *
 * Resident: the office, the register of notices, a row per mail, one card per case, the plans
 * in use.  A case is folded from its stream when asked for, and kept among the
 * least recently used.  All of it can be thrown away and rebuilt. */
#ifndef SHODO_ENGINE_WORLD_H
#define SHODO_ENGINE_WORLD_H

#include "base/progress.h"
#include "blob/blob.h"
#include "blob/keyring.h"
#include "case/case.h"
#include "case/notice.h"
#include "journal/journal.h"
#include "office/office.h"
#include "office/outbox.h"
#include "plan/plan.h"

typedef struct World World;

/* Nothing is read before world_load.  READER, STORE and KEYRING outlive the world. */
World *world_new(JournalReader *reader, BlobStore *store, const Keyring *keyring, const char *dir);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* Fold the office, the notices, the outbox and the cards up to entry UPTO (G_MAXUINT64: all).
 * Takes the snapshot of DIR when it is sound, of this build and of this
 * journal; else rebuilds.  O(office + entries since the snapshot). */
gboolean world_load(World *world, guint64 upto, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean world_load_watched(World *world, guint64 upto, Progress progress, gpointer data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean world_used_snapshot(const World *world);
/* Write the snapshot for the durable HEAD, unless the one on disk is of it; not being able to is no error of the world. */
gboolean world_save_snapshot(World *world, const JournalHead *head, GError **error);

const Office *world_office(const World *world);
const Notices *world_notices(const World *world);
const Outbox *world_outbox(const World *world);
List world_cards(const World *world); /* of Card *, by number; the place is the number less one */
gsize world_cases(const World *world);
const Card *world_card(const World *world, guint64 number); /* or NULL */
/* Numbers of the cases that NOTICE is linked to now: of guint64, or NULL for none. */
const GArray *world_cases_of_notice(const World *world, const char *notice);

/* The case, folded; NOT_FOUND.  Lives until world_trim, which the engine calls between turns of
 * its loop. */
Case *world_case(World *world, guint64 number, GError **error);
/* The error of a case that is not there, for those who may not know that it is; NULL. */
Case *world_no_case(guint64 number, GError **error);
gsize world_folded(const World *world); /* cases in memory just now */
/* The plan of a digest, loaded once from the store. */
const Plan *world_plan(World *world, const char *digest, GError **error);
/* The plan in force on a day. */
const Plan *world_plan_on(World *world, Date day, GError **error);

/* Fold entries that were just decided, from their encoded bytes, as a rebuild would.
 * The head's number, stream, recorded time and actor are as the journal will have them. */
gboolean world_fold(World *world, const EntryHead *envelope, const char *kind, const json_t *structural,
                    const json_t *personal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A case that is being opened; becomes resident with its first entry. */
Case *world_new_case(World *world);
/* Take back a case opened by world_new_case to which nothing was folded. */
void world_drop_empty_case(World *world);
/* The card of a case is refreshed after its entries were folded. */
void world_refresh_card(World *world, guint64 number);
/* Let go of the least recently used cases beyond 64 of them or 96 MiB, but of the latest one and
 * of any that holds entries from number DURABLE on. */
void world_trim(World *world, guint64 durable);

/* Entries below SIZE are on disk: what a person broke open is seen from then on.  A world just
 * loaded is durable whole. */
void world_set_durable(World *world, guint64 size);
guint64 world_durable(const World *world);
/* What engine/access.c works out of the office, by its own key; emptied when the office changes. */
GHashTable *world_standings(World *world);
/* What engine/clock_kept.c works out of a case, by its number; a case's is gone once it has another entry. */
GHashTable *world_kept_clocks(World *world);

/* A digest over everything derived, the whole office with it, for comparing a rebuilt world with a live one. */
char *world_digest(World *world, GError **error);

#endif
