/* A hall (hall.h) whose clock stands, served over HTTP by a process of its own, and asked one thing at a time. */
#ifndef SHODO_TESTS_SERVED_HALL_H
#define SHODO_TESTS_SERVED_HALL_H

#include "hall.h"

#define STAFF_TOKEN "shodo_staff"
#define CHAIR_TOKEN "shodo_chair" /* sees no case */

/* PREPARE is called in that process, before it answers. */
void served_hall_begin(void (*prepare)(Hall *hall));
void served_hall_end(void);

typedef struct {
  GBytes *request;
  guint status;
  char *head, *body;
} Came;

void came_free(Came *came);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Came, came_free)

/* TOKEN: nobody's when NULL.  KNOWN: a tag for If-None-Match, or NULL.  BODY: JSON, or NULL. */
Came *served_hall_ask(const char *method, const char *path, const char *token, const char *known, const char *body);
/* What the staff gets. */
Came *served_hall_get(const char *path, const char *known);

/* The value of a field of the head, to free; NULL: it is not there. */
char *came_field(const Came *came, const char *name);

#endif
