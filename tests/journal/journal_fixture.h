/* A small journal in a directory of its own, for the tests of journal and verify. */
#ifndef SHODO_TESTS_JOURNAL_FIXTURE_H
#define SHODO_TESTS_JOURNAL_FIXTURE_H

#include <string.h>

#include "journal/journal.h"
#include "journal/note.h"

#define FIXTURE_ORIGIN "csirt.city.example.lg.jp/journal"
#define FIXTURE_SKEY \
  "PRIVATE+KEY+csirt.city.example.lg.jp/journal+c82def86+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
#define FIXTURE_VKEY "csirt.city.example.lg.jp/journal+c82def86+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

#define assert_same_hash(a, b) g_assert_cmpint(memcmp((a), (b), TREE_HASH), ==, 0)

/* A new directory with an empty journal and DIR/keys/log.vkey; fixture_remove deletes it. */
char *fixture_new(void);
void fixture_remove(char *dir);

/* From now on fixture_new makes the journal in the PostgreSQL database of URL, emptied as its owner;
 * NULL: in a file again. */
void fixture_use_postgres(const char *url, const char *owner_url);

/* Append COUNT entries; every third has a personal body; stream is number % 4. */
void fixture_append(Journal *journal, guint64 count);
/* Append an erasure of NUMBERS and carry it out; gives its number. */
guint64 fixture_erase(Journal *journal, const guint64 *numbers, gsize count);
/* Append an entry of KIND ("evidence.received/1") in STREAM with BODY; gives its number. */
guint64 fixture_enter(Journal *journal, guint64 stream, const char *kind, const char *text);
/* Sign the head and store the checkpoint; the note is the caller's. */
char *fixture_sign(Journal *journal);

#endif
