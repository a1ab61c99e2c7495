/* A city hall whose program is reached over HTTP: the hall of tests/engine with accounts and
 * tokens for everybody, served as it stands.
 *
 *   p1…p9   as in hall.h
 *   p10     held a post until 2026-11-19
 *   p11     holds a post without a role, deputy by rule of the 統括情報セキュリティ責任者
 *   p12     情報システム担当者, belongs to the 税務課 (b1) */
#ifndef SHODO_TESTS_TOWN_H
#define SHODO_TESTS_TOWN_H

#include "client.h"
#include "hall.h"
#include "serving.h"

#define TOWN_PASSWORD "ながい合言葉は七つの海をこえる"

typedef struct {
  Hall *hall; /* closed while it is served */
  Serving *serving;
  Client *client;
} Town;

Town *town_new(const char *plan); /* not served yet; NULL: plans/miyazaki.yaml */
/* With SHODO_TEST_PROXIED set the client asks through nginx. */
void town_serve(Town *town);
gboolean town_proxied(void);
/* kill -9, and served again. */
void town_crash(Town *town);
void town_free(Town *town);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Town, town_free)

char *town_token(const char *person); /* with all rights, to free */
char *town_sign_in(Town *town, const char *person); /* "__Host-sid=…", to free */
/* An act of "p1/administrator" in the journal, past the door: through the control socket. */
json_t *town_command(Town *town, json_t *request); /* takes REQUEST */

#endif
