/* The processes that tell others: without journal, files or keys (base/roles.h, ROLE_TELLER).
 *
 * "teller --events FILE --fd 3" is the keeper, started before main enters its sandbox.  It reads the rules (rules.h)
 * and holds to them.  For each byte it is sent, 'h' for webhooks or 's' for syslog, it starts "teller --fd 3", hands it the
 * rules and main the other end of its socket; the one that it started for that before is ended first.  It ends with main. */
#ifndef SHODO_TELL_TELLER_H
#define SHODO_TELL_TELLER_H

#include <glib.h>

/* The program's side, for main(). */
int teller_command(int argc, char **argv);

#endif
