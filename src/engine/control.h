/* The control socket: DIR/control.sock, through which commands reach the process
 * that owns the journal.  Frames are a big-endian 32-bit length and that many
 * bytes of JSON, at most LIMIT_JSON; one request at a time per connection.
 * Only the same user may connect (directory 0700, peer checked). */
#ifndef SHODO_ENGINE_CONTROL_H
#define SHODO_ENGINE_CONTROL_H

#include "engine/engine.h"

typedef struct Control Control;

Control *control_listen(Engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void control_close(Control *control);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Control, control_close)

#endif
