/* Where the journal of a data directory is: DIR/store, one line, the URL of a
 * PostgreSQL database without a password; absent, the journal is DIR/journal.db
 * (docs/formats-postgres.md). */
#ifndef SHODO_JOURNAL_PLACE_H
#define SHODO_JOURNAL_PLACE_H

#include <gio/gio.h>
#include <glib.h>

#define PLACE_URL 1000 /* bytes of a URL */

/* The URL, or NULL in *URL when there is no DIR/store.  CORRUPT: malformed, or DIR/journal.db beside it. */
gboolean place_read(const char *dir, char **url, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Durable on TRUE.  CONFLICT: there is one already. */
gboolean place_write(const char *dir, const char *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* postgresql:// or postgres://, printable ASCII, at most PLACE_URL bytes. */
gboolean place_is_url(const char *url);

#endif
