/* Somebody who is told: receiver.py in a directory of its own; and a hall with a herald. */
#ifndef SHODO_TESTS_TELL_EAR_H
#define SHODO_TESTS_TELL_EAR_H

#include <gio/gio.h>

#include "engine/herald.h"
#include "hall.h"

typedef struct {
  char *dir;
  GSubprocess *process;
  guint port;
} Ear;

/* TLS: with a certificate for 127.0.0.1 and localhost that DIR/ca.pem vouches for. */
Ear *ear_new(gboolean tls);
void ear_free(Ear *ear);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ear, ear_free)
/* NAME in its directory: "mode", "secret", "elsewhere". */
void ear_tell(const Ear *ear, const char *name, const char *text);
/* The lines of DIR/NAME, "got" or "bodies"; to g_strfreev. */
char **ear_lines(const Ear *ear, const char *name);
guint ear_count(const Ear *ear);

typedef struct {
  Hall *hall;
  Herald *herald;
  const TellRules *rules;
  Arena *arena;
  char *file; /* of the rules */
  pid_t keeper;
} Town;

/* RULES: the text of the file. */
Town *town_new(gboolean real, const char *rules);
void town_free(Town *town);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Town, town_free)
void town_open(Town *town);
void town_close(Town *town);
/* Another file of rules, as after a restart. */
void town_rules(Town *town, const char *rules);
/* Registers a destination at URL (%u is PORT) and gives its id; tells EAR the key. */
char *town_register(Town *town, const char *name, const char *url, const char *kinds, gboolean exercise, const Ear *ear);
const Destination *town_destination(const Town *town, const char *id);
/* Run the loop until EAR has heard COUNT, at most 30 seconds. */
void town_until(Town *town, const Ear *ear, guint count);
/* Until the view of ID tells of a failure, or it is well again. */
void town_until_trouble(Town *town, const char *id, gboolean trouble);
void town_run(guint milliseconds);
/* A sentence of the system check that holds TEXT. */
gboolean town_checks(Town *town, const char *text);

/* For main(): TRUE when the program was started as a teller; *status is what it ends with. */
gboolean town_is_teller(int argc, char **argv, int *status);

#endif
