/* The one gate between the outbox and the courier (promise 10): what may be sent to, decided where a
 * message is handed over and nowhere else. */
#ifndef SHODO_MAIL_GATE_H
#define SHODO_MAIL_GATE_H

#include "office/mail.h"

/* The address to hand over for ADDRESS, or NULL: none may be.  In an office that is real it is ADDRESS when
 * that is canonical; in any other the exercise list's own string when it is equal byte for byte.  Whatever
 * was written in a mail is therefore never what goes out of an exercise. */
const char *gate_address(const Office *office, const char *address);

#endif
