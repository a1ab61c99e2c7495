/* Signing as Standard Webhooks has it (v1, symmetric): HMAC-SHA256 over "ID.TIMESTAMP.BODY", in base64. */
#ifndef SHODO_TELL_HOOK_H
#define SHODO_TELL_HOOK_H

#include <glib.h>

#define HOOK_KEY 32 /* bytes */

/* "whsec_" and the key in base64, as receivers are told it; to free. */
char *hook_secret(const guint8 key[HOOK_KEY]);
/* The value of webhook-signature, "v1,…"; to free.  KEY has SIZE bytes; TIMESTAMP: seconds since 1970. */
char *hook_sign(const guint8 *key, gsize size, const char *id, gint64 timestamp, const char *body);

#endif
