/* One GError domain for the whole program.
 *
 * Lower layers set an error and never log.  The top maps the code to an exit
 * status (README.md) and shows the message, which is Japanese and says what is
 * wrong, where, and how to mend it; it never holds SQL or a path outside the
 * data directory. */
#ifndef SHODO_BASE_ERROR_H
#define SHODO_BASE_ERROR_H

#include <glib.h>

#define SHODO_ERROR (shodo_error_quark())

typedef enum {
  SHODO_ERROR_INVALID,   /* the input is malformed */
  SHODO_ERROR_NOT_FOUND, /* the thing named does not exist */
  SHODO_ERROR_DENIED,    /* the actor may not */
  SHODO_ERROR_REFUSED,   /* the plan refuses now */
  SHODO_ERROR_CONFLICT,  /* somebody else was first */
  SHODO_ERROR_LIMIT,     /* beyond a stated limit */
  SHODO_ERROR_IO,        /* the environment failed */
  SHODO_ERROR_CORRUPT,   /* stored bytes are not what was written */
  SHODO_ERROR_FENCED,    /* another writer holds the journal */
} ShodoError;

GQuark shodo_error_quark(void);

/* Exit status of the command line for an error: 1 no, 2 usage, 3 the environment failed. */
int shodo_error_exit_status(const GError *error);

#endif
