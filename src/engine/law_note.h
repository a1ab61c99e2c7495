/* Which rules of law deadlines are reckoned by, for the journal: the city's own file (DIR/law.yaml) is not in it otherwise.
 *
 * Clocks are reckoned anew from the case whenever they are asked for, by the rules in use; what was told, decided and
 * judged before stays in the case as it was. */
#ifndef SHODO_ENGINE_LAW_NOTE_H
#define SHODO_ENGINE_LAW_NOTE_H

#include "engine/engine.h"

/* At start.  Enters the digest when it is another than the last one entered, and keeps the file as a blob; nothing when
 * the office only ever used the program's own.  FALSE: it could not be entered. */
gboolean law_note(Engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
