/* Small files and directories that survive a power cut once the call returned.
 *
 * The order is ALICE's: a temporary file beside the target, write, fsync, rename,
 * fsync of the directory.  A failed fsync is never tried again: the pages it could
 * not write may be gone.  Files are 0600 and directories 0700.  Errors are
 * SHODO_ERROR_IO unless stated, in Japanese, naming the file's last component only. */
#ifndef SHODO_BASE_DURABLE_H
#define SHODO_BASE_DURABLE_H

#include <gio/gio.h>
#include <glib.h>

typedef enum {
  DURABLE_REPLACE, /* an existing file is replaced in one step */
  DURABLE_NEW,     /* an existing file is SHODO_ERROR_CONFLICT and stays as it was */
} DurableHow;

/* Write PATH whole.  On FALSE the old content stands, except when the last step
 * (fsync of the directory) failed: then either may be found after a power cut. */
gboolean durable_write(const char *path, const void *data, gsize bytes, DurableHow how, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Read PATH, at most LIMIT bytes (more is SHODO_ERROR_LIMIT; absent NOT_FOUND). */
GBytes *durable_read(const char *path, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Create directory PATH durably; one that exists is success. */
gboolean durable_mkdir(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Write or read every byte at OFFSET, through interruptions and short counts.
 * durable_pread_all gives the bytes read: fewer than BYTES only at the end of the
 * file, -1 with errno set on an error. */
gboolean durable_pwrite_all(int fd, const void *data, gsize bytes, goffset offset);
gssize durable_pread_all(int fd, void *data, gsize bytes, goffset offset);

/* The cause of a failed system call in Japanese, for the end of a message. */
const char *durable_cause(int errnum);

#endif
