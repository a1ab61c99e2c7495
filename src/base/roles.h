/* The roles of the program and what each can still do once it has entered its sandbox
 * (ARCHITECTURE.md, promises 2, 7 and 12).  One function a role; each gives the guards in force
 * (sandbox.h), and roles_weaknesses what those leave open.
 *
 *             files                         network            starts        others
 *   main      DIR; time zones, libraries    its own port or    this program  a list of refused calls
 *             and, for a database, the      socket; a database
 *             resolver's files: read
 *   writer    DIR; for a database as main   a database         nothing       a thread of main
 *   files     DIR/blobs                     what reaches its   nothing       a thread of main
 *                                           listener
 *   signer    DIR/keys                      nothing            nothing       a list of allowed calls
 *   worker    fonts: read                   nothing            threads       a list of allowed calls
 *   courier   certificates, resolver: read  its relay's port   threads       a list of allowed calls
 *   teller    certificates, resolver: read  ports of the rules  threads      a list of allowed calls
 *   keeper    the program, as the courier   any port, no       this program  a list of refused calls
 *                                           listening
 *
 * A role is entered before it has threads: they inherit it.  A role that main starts is inside
 * main's sandbox too; the keeper, which starts couriers, is therefore started before (mail/courier.h). */
#ifndef SHODO_BASE_ROLES_H
#define SHODO_BASE_ROLES_H

#include <glib.h>

typedef enum { ROLE_MAIN, ROLE_WRITER, ROLE_SIGNER, ROLE_WORKER, ROLE_COURIER, ROLE_FILES, ROLE_TELLER, ROLE_KEEPER } Role;

/* DIR is the data directory; WHERE what will be listened on as in web/web.h, or NULL; DATABASE: the journal
 * is in a database server. */
guint roles_enter_main(const char *dir, const char *where, gboolean database);
/* In the thread itself. */
guint roles_enter_writer(const char *dir, gboolean database);
/* The thread that takes and gives files (web/files.h); in the thread itself.  BLOBS is their directory. */
guint roles_enter_files(const char *blobs);
guint roles_enter_signer(const char *keys_dir);
/* FONTS: one more directory to read, or NULL. */
guint roles_enter_worker(const char *fonts);
/* PORT: of its relay. */
guint roles_enter_courier(guint port);
/* PORTS: of those that may be told (tell/rules.h), at most 32. */
guint roles_enter_teller(const guint *ports, gsize count);
guint roles_enter_keeper(void);

/* What a process that a keeper started says first: the guards of both, for nobody else hears of the keeper's. */
#define ROLES_WORD 8
void roles_say(guint own, guint keeper, guint8 word[ROLES_WORD]);
/* FALSE: no such word. */
gboolean roles_hear(GBytes *word, guint *own, guint *keeper);

/* Japanese name. */
const char *roles_name(Role role);
/* For the system check: add a sentence (g_free) to SENTENCES for each of GUARDS that ROLE needs and has not. */
void roles_weaknesses(Role role, guint guards, GPtrArray *sentences);

#endif
