/* Data that the program carries (data/): for the files of this directory. */
#ifndef SHODO_CLOCK_SHIPPED_H
#define SHODO_CLOCK_SHIPPED_H

#include <gio/gio.h>

/* "holidays.csv", "rules/law.yaml": a bug when there is none.  New reference. */
GBytes *shipped_bytes(const char *name);

#endif
