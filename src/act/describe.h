/* Bodies in words: every field that is given, with its label, from the table. */
#ifndef SHODO_ACT_DESCRIBE_H
#define SHODO_ACT_DESCRIBE_H

#include "act/act.h"

/* 「受付手段：電話 ／ 受付日時：…」 on one line, in the context's arena.  References
 * are shown by the names they have in CONTEXT. */
char *describe_body(const Field *fields, const void *body, const ActContext *context);

/* The same as JSON for views, personal fields included: each field that is given,
 * under its name, moments as Japan's; a choice and a reference also in words
 * under the name with "_name" added. */
json_t *describe_json(const Field *fields, const void *body, const ActContext *context);

/* A thing of a case as sentences name it, never by its id: its own words, the first line of TEXT and not too much of it,
 * and when it was recorded as happened: 「LANケーブル抜線」（10月3日 14:32）.  TEXT NULL: erased.  In ARENA. */
char *describe_thing(Arena *arena, const char *text, const EntryHead *head);
/* The words alone, without brackets: LANケーブル抜線. */
char *describe_words(Arena *arena, const char *text);
char *describe_when(Arena *arena, Instant at); /* 10月3日 14:32 */
/* Adds it to NAMES, which stand between brackets, after 、 when something is there: 10月3日 14:32「LANケーブル抜線」. */
void describe_add(GString *names, Arena *arena, const char *text, const EntryHead *head);

#endif
