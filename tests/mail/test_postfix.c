/* Mail servers that we did not write: two Postfix take what is sent, one by STARTTLS, Dovecot serves it, Python
 * reads it back. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../seed.h"
#include "engine/mails.h"
#include "post.h"
#include "servers.h"

static void
set_relay(PostOffice *post, const Servers *servers, Network network, gboolean tls)
{
  g_autofree char *path = g_build_filename(servers->dir, "ca.pem", NULL), *authority = NULL;
  g_assert_true(g_file_get_contents(path, &authority, NULL, NULL));
  json_t *fields = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "network", choice_token(network_choices, (int)network), "host", "127.0.0.1", "port",
                             (int)(network == NETWORK_LGWAN ? servers->lgwan : servers->internet), "tls", tls ? "required" : "none", "from",
                             "poc@city.example.lg.jp", "sender", "試験市 PoC");
  if (tls)
    json_object_set_new(fields, "authority", json_string(authority));
  g_autoptr(Outcome) outcome = hall_try(post->hall, ADMINISTRATOR, NULL, "mail.set_relay", 0, fields);
  json_decref(fields);
  outcome_print(outcome);
  g_assert_true(outcome->done);
}

static void
until_accepted(PostOffice *post, guint64 count)
{
  for (guint turn = 0; turn < 6000 && post_count(post, MAIL_ACCEPTED) < count; turn++)
    post_run(post, 10);
  for (guint64 number = 1; number <= count; number++) {
    if (post_row(post, number)->state == MAIL_ACCEPTED)
      continue;
    g_autofree char *words = post_words(post, number);
    g_test_message("o%u: %s", (guint)number, words);
  }
  g_assert_cmpuint(post_count(post, MAIL_ACCEPTED), ==, count);
}

static void
expect(PostOffice *post, GHashTable *found, guint64 number)
{
  g_autoptr(Arena) arena = arena_new();
  MailRead mail;
  g_assert_true(mails_read(post->hall->engine, number, arena, &mail, NULL));
  g_autofree char *id = g_strdup_printf("<shodo.%u.0.%s@city.example.lg.jp>", (guint)number, mail.letter.tag);
  const json_t *read = g_hash_table_lookup(found, id);
  g_assert_nonnull(read);
  g_assert_cmpstr(json_string_value(json_object_get(read, "subject")), ==, compose_subject(&mail.letter, arena));
  g_assert_cmpstr(json_string_value(json_object_get(read, "text")), ==, compose_text(&mail.letter, arena));
  g_assert_cmpstr(json_string_value(json_object_get(read, "name")), ==, mail.envelope->name);
  g_assert_cmpstr(json_string_value(json_object_get(read, "to")), ==, mail.envelope->address);
}

static void
queue_to(PostOffice *post, const char *address, const char *name, const char *subject, const char *text)
{
  MailTo to = { .network = (int)mail_network(world_office(engine_world(post->hall->engine)), address) };
  MailEnvelope envelope = { .address = address, .name = name };
  MailQueued queued = { .kase = FIELD_NO_INT, .purpose = PURPOSE_OTHER, .after = INSTANT_NONE, .subject = subject, .text = text,
                        .to = { 1, &to }, .envelopes = { 1, &envelope } };
  g_assert_true(engine_note(post->hall->engine, &mail_queued, &queued));
}

/* Names, subjects and texts that city halls write, in both character sets, over both relays. */
static void
test_delivered(void)
{
  static const char *const pieces[] = { "山", "髙", "﨑", "𠮷", "邊", "太郎", "ー", "・", "　", "ﾔﾏ", "①", "ヴ", "O'", "é", ".", ",", "\"", "\\", "(", ")", "<", ">", "@", "葛󠄀", "か゚", "👪", "～", "㈱" };
  g_autoptr(PostOffice) post = post_new(TRUE);
  g_autoptr(Servers) servers = servers_new(0);
  set_relay(post, servers, NETWORK_INTERNET, TRUE);
  set_relay(post, servers, NETWORK_LGWAN, FALSE);
  for (guint i = 0; i < 200; i++) {
    g_autoptr(GString) name = g_string_new("名");
    g_autofree char *address = g_strdup_printf("u%u@%s", i, i % 2 ? "city.example.lg.jp" : "ward.example.jp");
    for (guint j = (guint)g_test_rand_int_range(0, 12); j > 0; j--)
      g_string_append(name, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
    g_string_append(name, "様");
    queue_to(post, address, name->str, i % 4 < 2 ? "初動の確認について" : name->str, i % 4 < 2 ? "一行目\n.\n..二点\nFrom 行頭\n" : name->str);
  }
  until_accepted(post, 200);
  engine_drain(post->hall->engine);
  g_autoptr(GHashTable) internet = servers_fetch(servers, "internet", 100);
  g_autoptr(GHashTable) lgwan = servers_fetch(servers, "lgwan", 100);
  g_assert_cmpuint(g_hash_table_size(internet), ==, 100);
  g_assert_cmpuint(g_hash_table_size(lgwan), ==, 100);
  for (guint64 number = 1; number <= 200; number++)
    expect(post, number % 2 ? internet : lgwan, number);
}

/* A relay whose certificate nobody vouches for gets nothing, and neither does one without STARTTLS when that is required. */
static void
test_tls(void)
{
  g_autoptr(PostOffice) post = post_new(TRUE);
  g_autoptr(Servers) servers = servers_new(0);
#define RELAY "{'network':'internet','host':'127.0.0.1','port':%u,'tls':'required','from':'poc@city.example.lg.jp'}"
  g_autofree char *untrusted = g_strdup_printf(RELAY, servers->internet), *plain = g_strdup_printf(RELAY, servers->lgwan);
  hall_must(post->hall, ADMINISTRATOR, "mail.set_relay", 0, untrusted);
  guint64 number = post_queue(post, "a@ward.example.jp", "件名", "本文");
  for (guint turn = 0; turn < 1000 && !(post_row(post, number)->attempts == 1 && post_row(post, number)->state == MAIL_WAITING); turn++)
    post_run(post, 10);
  g_assert_cmpint(post_row(post, number)->state, ==, MAIL_WAITING);
  g_autofree char *words = post_words(post, number);
  g_test_message("%s", words);
  g_assert_nonnull(strstr(words, "certificate"));
  post_close(post);
  post_open(post); /* the relay rests otherwise */
  hall_must(post->hall, ADMINISTRATOR, "mail.set_relay", 0, plain);
  number = post_queue(post, "b@ward.example.jp", "件名", "本文");
  for (guint turn = 0; turn < 1000 && !(post_row(post, number)->attempts == 1 && post_row(post, number)->state == MAIL_WAITING); turn++)
    post_run(post, 10);
  g_assert_cmpint(post_row(post, number)->state, ==, MAIL_WAITING);
  g_assert_cmpuint(post_count(post, MAIL_ACCEPTED), ==, 0);
}

/* --- SMTP AUTH --- */

static void
write_secret(PostOffice *post, const char *text, mode_t mode)
{
  g_autofree char *dir = g_build_filename(post->hall->dir, "credentials", NULL), *path = g_build_filename(dir, "smtp-internet", NULL);
  g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
  g_assert_cmpint(chmod(path, mode), ==, 0);
}

/* Offer a mail with what stands in the file (NULL: there is none): it goes, or waits and the page says SAYS. */
static void
offer(PostOffice *post, const char *secret, mode_t mode, const char *says)
{
  g_autoptr(Arena) arena = arena_new();
  const char *told = "";
  gboolean well = FALSE;

  post_close(post); /* a relay rests otherwise */
  if (secret)
    write_secret(post, secret, mode);
  post_open(post);
  if (!says || !outbox_backlog(world_outbox(engine_world(post->hall->engine)), NETWORK_INTERNET))
    (void)post_queue(post, "a@ward.example.jp", "件名", "本文");
  for (guint turn = 0; turn < 1000 && (says ? !strstr(told, says) : post_count(post, MAIL_ACCEPTED) == 0); turn++) {
    post_run(post, 10);
    told = mailer_says(post->hall->engine, NETWORK_INTERNET, arena, &well);
  }
  g_test_message("%s", told);
  g_assert_true(says == NULL || (strstr(told, says) && !well));
  g_assert_cmpuint(post_count(post, MAIL_ACCEPTED), ==, says ? 0 : 1);
}

/* Is TEXT in a file of the office other than the one it was put in? */
static gboolean
kept_elsewhere(const PostOffice *post, const char *text)
{
  const char *const searching[] = { "grep", "-rl", "--exclude-dir=credentials", "-F", text, post->hall->dir, NULL };
  g_autofree char *out = NULL;
  int status;
  g_assert_true(g_spawn_sync(NULL, (char **)searching, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, NULL));
  return *out;
}

/* Postfix asks Dovecot.  No password, one that others may read, none that can be one, a wrong one: mail waits and the page says
 * why; the right one: it goes. */
static void
test_auth(void)
{
#define WRONG "a wrong one 7351"
  g_autoptr(PostOffice) post = post_new(TRUE);
  g_autoptr(Servers) servers = servers_new(0);
  g_autofree char *path = g_build_filename(servers->dir, "ca.pem", NULL), *authority = NULL;
  g_assert_true(g_file_get_contents(path, &authority, NULL, NULL));
  json_t *fields = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "network", "internet", "host", "127.0.0.1", "port", (int)servers->submission, "tls",
                             "required", "from", "poc@city.example.lg.jp", "user", "poc", "authority", authority);
  g_autoptr(Outcome) outcome = hall_try(post->hall, ADMINISTRATOR, NULL, "mail.set_relay", 0, fields);
  json_decref(fields);
  g_assert_true(outcome->done);
  offer(post, NULL, 0, "がありません");
  offer(post, "test\n", 0644, "ほかの利用者が読めます");
  offer(post, "\n", 0600, "空か");
  offer(post, "pass\tword\n", 0600, "半角でない");
  offer(post, WRONG "\n", 0600, "535");
  g_assert_false(kept_elsewhere(post, WRONG));
  g_assert_true(kept_elsewhere(post, "poc@city.example.lg.jp")); /* the search finds what is there */
  offer(post, "test\n", 0600, NULL);
  g_autoptr(GHashTable) found = servers_fetch(servers, "internet", 1);
  g_assert_cmpuint(g_hash_table_size(found), ==, 1);
}

/* Where it would be heard, a password is not even set up for. */
static void
test_clear(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
#define CLEAR "{'network':'internet','host':'%s','port':25,'tls':'none','from':'poc@city.example.lg.jp','user':'poc'}"
  static const char *const others[] = { "relay.example.jp", "10.0.0.1", "127.example.jp", "localhost.example.jp" };
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
    g_autofree char *fields = g_strdup_printf(CLEAR, others[i]);
    hall_must_not(post->hall, ADMINISTRATOR, "mail.set_relay", 0, fields, FINDING_INVALID, "パスワードが盗まれます");
  }
  g_autofree char *own = g_strdup_printf(CLEAR, "127.0.0.1");
  hall_must(post->hall, ADMINISTRATOR, "mail.set_relay", 0, own);
  hall_must_not(post->hall, ADMINISTRATOR, "mail.set_relay", 0,
                "{'network':'internet','host':'127.0.0.1','port':25,'tls':'none','from':'poc@city.example.lg.jp','user':'po c'}", FINDING_INVALID, "半角");
}

int
main(int argc, char **argv)
{
  int status;
  if (post_is_courier(argc, argv, &status))
    return status;
  seed_init(&argc, &argv);
  g_test_add_func("/postfix/delivered", test_delivered);
  g_test_add_func("/postfix/tls", test_tls);
  g_test_add_func("/postfix/auth", test_auth);
  g_test_add_func("/postfix/clear", test_clear);
  return g_test_run();
}
