/* Between the files of engine/known.h. */
#ifndef SHODO_ENGINE_KNOWN_INNER_H
#define SHODO_ENGINE_KNOWN_INNER_H

#include <jansson.h>

#include "case/case.h"

typedef struct {
  const Case *kase;
  const Notices *notices;
  const ActContext *context;
} Known;

/* Fills in what a kind of thing has beyond its fields. */
typedef void (*KnownMore)(const Known *known, json_t *object, const void *thing);

/* THINGS begin with their id and the head of the entry that brought them; MORE may be NULL. */
json_t *known_things(const Known *known, List things, KnownMore more);
/* The entry of HEAD, which is the case's. */
json_t *known_entry(const Known *known, const EntryHead *head);
/* Each entry of KIND, oldest first.  O(log). */
json_t *known_lines(const Known *known, const char *kind);

/* What travels, is handed over, watched and followed up. */
void known_course(const Known *known, json_t *object);

#endif
