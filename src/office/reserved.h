/* Telephone, fax and mail of a plan, for an office that is not declared real (promise 10).
 *
 * A demonstration shows the city's plan; nobody who tries it may ring the city's PoC.  Numbers become
 * 「000-555-0…」, which no exchange connects, and addresses those of example.lg.jp and example.jp. */
#ifndef SHODO_OFFICE_RESERVED_H
#define SHODO_OFFICE_RESERVED_H

#include "office/office.h"

/* TEXT as OFFICE may show it; of a real office TEXT itself, else in ARENA.  NULL gives NULL.  Two numbers that
 * differ in their last three digits stay different. */
const char *reserved_contact(const Office *office, const char *text, Arena *arena);

#endif
