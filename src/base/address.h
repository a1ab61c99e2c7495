/* An address of internet mail: RFC 5321 4.1.2, without what only serves attacks.
 *
 *   Mailbox = Local-part "@" Domain
 *
 * Accepted: one bare address.  The local part is ASCII: a dot-atom, or dots where old mobile
 * carriers allowed them ("a..b@", "a.@"), which go out quoted; a quoted string only of such
 * characters.  The domain has at least two labels; a name outside ASCII becomes its A-label
 * (UTS 46, not transitional).  Refused: display names, comments, source routes, address literals,
 * several addresses, CR, LF, local parts outside ASCII. */
#ifndef SHODO_BASE_ADDRESS_H
#define SHODO_BASE_ADDRESS_H

#include <glib.h>

#define ADDRESS_LOCAL 64   /* octets, RFC 5321 4.5.3.1.1; quotes included */
#define ADDRESS_LONGEST 254 /* octets of the whole: a path of 256 without its brackets */

/* The one form in which addresses are compared and sent: the local part as it was, quoted only when it
 * must be, the domain in lower case and ASCII.  Blanks at both ends are left out.  To free; INVALID says what is wrong. */
char *address_canonical(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Is the domain of CANONICAL the name SUFFIX, or one below it?  SUFFIX is lower-case ASCII. */
gboolean address_within(const char *canonical, const char *suffix);

#endif
