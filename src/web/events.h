/* GET /api/v1/events: server-sent events that say only "case N reached entry M".
 * Browsers fetch again under their own rights.
 *
 *     event: head        data: {"head":196}             at the start
 *     event: case        data: {"case":3,"entry":211}
 *     event: office      data: {"entry":212}
 *
 * A stream tells of cases that its person may see at that moment, and ends when the
 * session ends.  A line ":" every fifteen seconds shows that the line is alive. */
#ifndef SHODO_WEB_EVENTS_H
#define SHODO_WEB_EVENTS_H

#include "web/request.h"

typedef struct Events Events;

Events *events_new(Door *door, Engine *engine);
/* Ends every stream. */
void events_free(Events *events);

void events_open(Events *events, WebRequest *request);
guint events_open_count(const Events *events);

#endif
