/* Files: bounded reading, durable writing, locks.
 *
 * Errors are SHODO_ERROR_IO (NOT_FOUND when a file to read does not exist,
 * LIMIT when it is too long, CONFLICT when a lock is held) and name the path
 * exactly as the caller gave it.  Descriptors are close-on-exec. */
#ifndef SHODO_BASE_FILE_H
#define SHODO_BASE_FILE_H

#include <glib.h>

/* The whole file, of at most `limit` bytes; the caller owns the bytes.
 * Growth while reading counts against the limit. */
GBytes *file_read(const char *path, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Replace `path` by these bytes, mode 0600.  A reader sees the old file or the
 * new one, never a part; on TRUE file and directory are on disk.  On FALSE
 * `path` is untouched, except that after a failed sync of the directory it is
 * unknown which of the two a crash would leave. */
gboolean file_write(const char *path, const void *data, gsize bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Put the names in the directory `path` on disk. */
gboolean file_sync_dir(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Make `path` a directory of mode 0700 and its parent durable.  A directory
 * that exists already must belong to us and grant nothing to others. */
gboolean file_make_private_dir(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Take the exclusive lock on `path`, created empty if absent.  Gives the
 * descriptor that holds it until closed, or -1; CONFLICT when it is held, by
 * another process or by another descriptor of this one (flock, not fcntl). */
int file_lock(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
