/* A disk that forgets: what a data directory holds after a power cut.
 *
 * powercut.c takes the place of libc's calls that change files (open, pwrite,
 * fsync, rename, unlink, mkdir, …) in the program it is linked into, for SQLite,
 * GLib and the product alike.  Below ROOT each call is carried out and noted:
 * a write or a truncation stays unsynced until fsync or fdatasync of that file, a
 * name made, moved or removed until one of its directory.  At a cut what is
 * unsynced survives as it may on a real disk, and worse: not at all, wholly, the
 * first so many, some of them, or torn at sectors of 512 bytes with zeros or noise
 * between; a rename between directories may survive in one of them only.
 * Syncing a file does not make its name durable.
 *
 * The notes lie in shared memory: a forked child works and ends in the middle of a
 * call, its parent cuts.  Without a cut (kill -9) they stay for the next child.
 * -shm files are scratch and not noted.  Paths must be absolute. */
#ifndef SHODO_TESTS_POWERCUT_H
#define SHODO_TESTS_POWERCUT_H

#include <glib.h>

#define POWERCUT_SECTOR 512
#define POWERCUT_STOPPED 77 /* exit status of a child that reached its operation */

typedef struct Powercut Powercut;

/* ROOT exists; what it holds is taken as durable. */
Powercut *powercut_new(const char *root);
void powercut_free(Powercut *disk); /* ROOT stays */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Powercut, powercut_free)

/* Syncs that do nothing but say yes, for calibration. */
typedef struct {
  const char *about;  /* pattern of the path below ROOT, e.g. "*-wal"; NULL: no lie */
  gboolean directory; /* of directories; else of files */
  guint nth;          /* this one only, from 1; 0: all */
} PowercutLie;

/* In the child: note from now on; before operation STOP_AT (from 1; 0: never) the
 * process ends with POWERCUT_STOPPED.  LIE may be NULL. */
void powercut_run(Powercut *disk, guint64 stop_at, const PowercutLie *lie);
/* Operations NTH to LAST (from 1) fail with ERRNUM; a file's unsynced writes are
 * lost with its failed sync and the next sync says yes.  powercut_check then differs. */
typedef struct {
  guint64 nth;
  guint64 last;
  int errnum;
} PowercutFault;

void powercut_fail(Powercut *disk, const PowercutFault *fault); /* after powercut_run */

/* The operations and untrue syncs of the last run. */
guint64 powercut_operations(const Powercut *disk);
guint64 powercut_lies(const Powercut *disk);

/* Whether the notes describe what is in ROOT: NULL, or the first difference.  A
 * change made by a call that is not noted shows here. */
char *powercut_check(Powercut *disk);

/* From now on syncs elsewhere do nothing: an examined copy need not be durable. */
void powercut_quick(void);

/* In the parent: cut the power; ROOT then holds what survived, all of it durable. */
void powercut_cut(Powercut *disk, GRand *random);

/* Copy the directory FROM (without -shm files) into TO, which is emptied first. */
void powercut_copy(const char *from, const char *to);
void powercut_empty(const char *dir);

#endif
