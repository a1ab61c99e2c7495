/* One-time codes of an authenticator: RFC 6238, SHA-1, 30 seconds, six digits. */
#ifndef SHODO_WEB_TOTP_H
#define SHODO_WEB_TOTP_H

#include <glib.h>

#define TOTP_SECONDS 30
#define TOTP_DIGITS 6

guint64 totp_step(gint64 seconds); /* since 1970 */
/* CODE at SECONDS, one step early or late allowed.  A code of step FLOOR or before it was used already.
 * *STEP: the step it is of, to be the next floor. */
gboolean totp_check(const guint8 *secret, gsize length, const char *code, gint64 seconds, guint64 floor, guint64 *step);
/* For the authenticator: base32 in groups of four, and the address a QR code shows. */
char *totp_base32(const guint8 *secret, gsize length);
char *totp_uri(const guint8 *secret, gsize length, const char *office, const char *person);

#endif
