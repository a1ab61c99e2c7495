/* Commands: what the command line asks of an engine, in its own process or
 * through DIR/control.sock.  One row per command; a request is a JSON object
 * {"command": name, …}, a reply {"ok": …, "head": size, …}.  Every reply waits
 * until what it shows is durable.  A question with "viewer", a person's id or name, is
 * answered as that person may see it; without one as the owner of the data directory,
 * who sees all.  An act is always its person's ("as"). */
#ifndef SHODO_ENGINE_COMMAND_H
#define SHODO_ENGINE_COMMAND_H

#include <jansson.h>

#include "engine/engine.h"

/* REPLY is given over; called once, on the main context. */
typedef void (*CommandReply)(json_t *reply, gpointer data);
void command_submit(Engine *engine, const json_t *request, CommandReply reply, gpointer data);

#endif
