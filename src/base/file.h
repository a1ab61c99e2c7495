/* Files that people name, and locks.  What Shodo itself keeps is written and
 * read by base/durable.h.
 *
 * Errors name the path exactly as the caller gave it.  Descriptors are
 * close-on-exec. */
#ifndef SHODO_BASE_FILE_H
#define SHODO_BASE_FILE_H

#include <glib.h>

/* The whole of a file, link or pipe, of at most `limit` bytes (below 4 GiB);
 * memory grows with what is there.  SHODO_ERROR_NOT_FOUND, LIMIT, IO. */
GBytes *file_read(const char *path, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Take the exclusive lock on `path`, created empty if absent.  Gives the
 * descriptor that holds it until closed, or -1.  SHODO_ERROR_CONFLICT when it
 * is held, by another process or by another descriptor of this one (flock);
 * NOT_FOUND without its directory, IO. */
int file_lock(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
