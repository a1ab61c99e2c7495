/* Webhooks to a receiver that we did not write the library of: signed, in order, at least once, and to nobody else. */
#include <glib/gstdio.h>
#include <string.h>

#include "ear.h"
#include "../seed.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/told.h"

#define ALL "['*']"

static char *
url_of(const char *scheme, const Ear *ear)
{
  return g_strdup_printf("%s://127.0.0.1:%u/hook", scheme, ear->port);
}

static char *
allow_http(const Ear *ear)
{
  return g_strdup_printf("allow http 127.0.0.1 %u 127.0.0.1/32\n", ear->port);
}

static void
record(Town *town, guint64 kase, const char *text)
{
  g_autofree char *fields = g_strdup_printf("{'text':'%s','sort':'fact'}", text);
  hall_must(town->hall, STAFF, "record.add", kase, fields);
}

/* Word N of each line. */
static char *
word(const char *line, guint n)
{
  g_auto(GStrv) words = g_strsplit(line, " ", -1);
  g_assert_cmpuint(g_strv_length(words), >, n);
  return g_strdup(words[n]);
}

/* Until the last line has TEXT. */
static void
until_heard(Town *town, const Ear *ear, const char *text)
{
  for (guint count = ear_count(ear);; count++) {
    g_auto(GStrv) lines = ear_lines(ear, "got");
    if (lines[0] && strstr(lines[g_strv_length(lines) - 1], text))
      return;
    town_until(town, ear, count + 1);
  }
}

/* Every line is good, and entries never go back. */
static void
assert_in_order(const Ear *ear)
{
  g_auto(GStrv) lines = ear_lines(ear, "got");
  guint64 last = 0;
  for (gsize i = 0; lines[i]; i++) {
    g_autofree char *entry = word(lines[i], 3), *good = word(lines[i], 4);
    guint64 number = g_ascii_strtoull(entry, NULL, 10);
    g_assert_cmpstr(good, ==, "good");
    g_assert_cmpuint(number, >=, last);
    last = number;
  }
}

/* By TLS, checked by the receiver: types in their order, and not a word of what people wrote. */
static void
test_delivery(void)
{
  g_autoptr(Ear) ear = ear_new(TRUE);
  g_autofree char *rules = g_strdup_printf("allow https 127.0.0.1 %u 127.0.0.0/8\nauthority %s/ca.pem\n", ear->port, ear->dir), *url = url_of("https", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  g_autofree char *id = town_register(town, "県のSIEM", url, "['case.*','signin.refused']", TRUE, ear);
  guint64 kase = hall_open_case(town->hall);
  record(town, kase, "誰にも知らせない文面");
  town_until(town, ear, 4);
  town_run(100);
  assert_in_order(ear);
  g_auto(GStrv) lines = ear_lines(ear, "got"), bodies = ear_lines(ear, "bodies");
  g_autofree char *all = g_strjoinv("\n", lines), *said = g_strjoinv("\n", bodies);
  g_test_message("%s\n%s", all, said);
  g_assert_nonnull(strstr(all, " case.opened "));
  g_assert_nonnull(strstr(all, " case.phase "));
  g_assert_nonnull(strstr(all, " case.recorded "));
  g_assert_null(strstr(all, " destination."));
  g_assert_true(strstr(said, "\"exercise\":true") && strstr(said, "\"case\":1"));
  g_assert_true(!strstr(said, "文面") && !strstr(said, "試験の事案") && !strstr(said, "担当") && !strstr(said, "\"p2\""));
  g_assert_false(town_checks(town, "県のSIEM"));
}

/* Shown once, to whom issued it; another is another key. */
static void
test_secret(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, NULL), *fields = g_strdup_printf("{'destination':'%s'}", id);
  Engine *engine = town->hall->engine;
  g_autoptr(GError) error = NULL;
  g_autofree char *other = herald_reveal(engine, town_destination(town, id), "p2", &error);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED);
  g_clear_error(&error);
  g_autofree char *first = herald_reveal(engine, town_destination(town, id), "p1", &error);
  g_assert_no_error(error);
  g_assert_null(herald_reveal(engine, town_destination(town, id), "p1", &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED);
  g_clear_error(&error);
  town_close(town);
  town_open(town); /* a restart does not show it again */
  engine = town->hall->engine;
  g_assert_false(herald_may_reveal(engine, town_destination(town, id), "p1"));
  hall_must(town->hall, ADMINISTRATOR, "destination.issue_secret", 0, fields);
  g_autofree char *second = herald_reveal(engine, town_destination(town, id), "p1", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(first, !=, second);
  ear_tell(ear, "secret", second);
  hall_must(town->hall, ADMINISTRATOR, "destination.test", 0, fields);
  until_heard(town, ear, " destination.tested ");
  g_auto(GStrv) lines = ear_lines(ear, "got");
  g_assert_nonnull(strstr(lines[g_strv_length(lines) - 1], " good "));
  /* an hour is enough */
  hall_must(town->hall, ADMINISTRATOR, "destination.issue_secret", 0, fields);
  hall_at(town->hall, "2026-11-20T18:10");
  g_assert_false(herald_may_reveal(engine, town_destination(town, id), "p1"));
}

/* Neither the key nor what it is made from is in the journal or beside it. */
static void
test_secret_not_kept(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *secret = herald_reveal(town->hall->engine, town_destination(town, id), "p1", &error);
  gsize size;
  g_autofree guint8 *key = g_base64_decode(secret + strlen("whsec_"), &size);
  g_assert_cmpuint(size, ==, 32);
  town_close(town);
  g_autoptr(GDir) dir = g_dir_open(town->hall->dir, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(town->hall->dir, name, NULL), *bytes = NULL;
    gsize length;
    if (!g_file_get_contents(path, &bytes, &length, NULL))
      continue;
    g_assert_null(memmem(bytes, length, secret + 6, strlen(secret) - 6));
    g_assert_null(memmem(bytes, length, key, size));
  }
}

/* 500 for a while, then a connection that is cut: each event arrives once it is taken, in order, and waits meanwhile. */
static void
test_trouble(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  ear_tell(ear, "mode", "500");
  g_autofree char *id = town_register(town, "受け口", url, "['case.*']", TRUE, ear), *fields = g_strdup_printf("{'destination':'%s'}", id);
  guint64 kase = hall_open_case(town->hall);
  town_until_trouble(town, id, TRUE);
  g_assert_true(town_checks(town, "500"));
  for (guint i = 0; i < 5; i++)
    record(town, kase, "続き");
  guint waited = ear_count(ear);
  town_run(300);
  g_assert_cmpuint(ear_count(ear), ==, waited); /* it does not hammer */
  ear_tell(ear, "mode", "drop");
  hall_must(town->hall, ADMINISTRATOR, "destination.test", 0, fields);
  town_until(town, ear, waited + 1);
  town_run(100);
  ear_tell(ear, "mode", "200");
  hall_must(town->hall, ADMINISTRATOR, "destination.test", 0, fields);
  town_until(town, ear, waited + 1 + 5 + 3);
  town_until_trouble(town, id, FALSE);
  assert_in_order(ear);
}

/* One that hangs keeps no other waiting; an answer without end is cut short, and was an answer. */
static void
test_hang(void)
{
  g_autoptr(Ear) hangs = ear_new(FALSE);
  g_autoptr(Ear) floods = ear_new(FALSE);
  g_autofree char *rules = g_strdup_printf("allow http 127.0.0.1 %u 127.0.0.1\nallow http 127.0.0.1 %u 127.0.0.1\n", hangs->port, floods->port);
  g_autofree char *url = url_of("http", hangs), *other = url_of("http", floods);
  g_autoptr(Town) town = town_new(FALSE, rules);
  ear_tell(hangs, "mode", "hang");
  ear_tell(floods, "mode", "flood");
  g_autofree char *id = town_register(town, "止まる", url, "['case.*']", TRUE, hangs), *second = town_register(town, "溢れる", other, "['case.*']", TRUE, floods);
  guint64 kase = hall_open_case(town->hall);
  town_until(town, hangs, 1);
  record(town, kase, "一");
  town_until(town, floods, 4);
  assert_in_order(floods);
  g_assert_cmpuint(ear_count(hangs), ==, 1);
  /* The server ends; what hung is told again, under its id. */
  town_close(town);
  ear_tell(hangs, "mode", "200");
  town_open(town);
  town_until(town, hangs, 5);
  g_auto(GStrv) lines = ear_lines(hangs, "got");
  g_autofree char *first = word(lines[0], 1), *again = word(lines[1], 1);
  g_assert_cmpstr(first, ==, again);
}

static void
assert_fails(Town *town, const char *id, const char *says)
{
  town_until_trouble(town, id, TRUE);
  g_assert_true(town_checks(town, says));
}

/* A redirection is not followed, not even to where one may go. */
static void
test_redirect(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear), *elsewhere = g_strdup_printf("http://127.0.0.1:%u/elsewhere", ear->port);
  g_autoptr(Town) town = town_new(FALSE, rules);
  ear_tell(ear, "mode", "redirect");
  ear_tell(ear, "elsewhere", elsewhere);
  g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, ear);
  assert_fails(town, id, "307");
  g_auto(GStrv) lines = ear_lines(ear, "got");
  for (gsize i = 0; lines[i]; i++)
    g_assert_true(g_str_has_prefix(lines[i], "/hook "));
}

/* The name is allowed, what it leads to is not; or the port, or the scheme, or there is no rule at all. */
static void
test_forbidden(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  const struct {
    const char *rules, *url;
  } rows[] = {
    { "allow http localhost %u 10.0.0.0/8 2001:db8::/32\n", "http://localhost:%u/hook" },
    { "allow http * %u 10.0.0.0/8\n", "http://127.0.0.1:%u/hook" },
    { "allow https 127.0.0.1 %u 127.0.0.0/8\n", "http://127.0.0.1:%u/hook" },
    { "allow http 127.0.0.1 1 127.0.0.0/8\n# %u\n", "http://127.0.0.1:%u/hook" },
    { "# %u\n", "http://127.0.0.1:%u/hook" },
    { "allow http 127.0.0.1 %u 127.0.0.0/8\n", "http://2130706433:%u/hook" }, /* 127.0.0.1 in another spelling is another host */
    { "allow http * %u ::1/128\n", "http://127.0.0.1:%u/hook" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *port = g_strdup_printf("%u", ear->port);
    g_auto(GStrv) rule = g_strsplit(rows[i].rules, "%u", -1), address = g_strsplit(rows[i].url, "%u", -1);
    g_autofree char *rules = g_strjoinv(port, rule), *url = g_strjoinv(port, address);
    g_autoptr(Town) town = town_new(FALSE, rules);
    g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, NULL);
    g_test_message("%s %s", rules, url);
    assert_fails(town, id, "許して");
    town_run(50);
    g_assert_cmpuint(ear_count(ear), ==, 0);
  }
}

/* A certificate that nobody vouches for. */
static void
test_untrusted(void)
{
  g_autoptr(Ear) ear = ear_new(TRUE);
  g_autofree char *rules = g_strdup_printf("allow https 127.0.0.1 %u 127.0.0.1/32\n", ear->port), *url = url_of("https", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, ear);
  assert_fails(town, id, "受け口");
  g_assert_cmpuint(ear_count(ear), ==, 0);
}

/* 410 stops it at once; switched on again, it goes on where it stood. */
static void
test_gone(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  ear_tell(ear, "mode", "410");
  g_autofree char *id = town_register(town, "受け口", url, "['case.*']", TRUE, ear), *fields = g_strdup_printf("{'destination':'%s','reason':'直した'}", id);
  guint64 kase = hall_open_case(town->hall);
  town_until_trouble(town, id, TRUE);
  engine_drain(town->hall->engine);
  g_assert_cmpint(town_destination(town, id)->state, ==, DESTINATION_STOPPED);
  g_assert_true(town_checks(town, "停止しています"));
  record(town, kase, "止まっている間");
  town_run(200);
  g_assert_cmpuint(ear_count(ear), ==, 1);
  ear_tell(ear, "mode", "200");
  hall_must(town->hall, ADMINISTRATOR, "destination.switch_on", 0, fields);
  town_until(town, ear, 1 + 4);
  assert_in_order(ear);
  g_auto(GStrv) lines = ear_lines(ear, "got");
  g_autofree char *first = word(lines[0], 1), *again = word(lines[1], 1);
  g_assert_cmpstr(first, ==, again);
  /* Switched off by somebody: what happens meanwhile is not told afterwards. */
  hall_must(town->hall, ADMINISTRATOR, "destination.switch_off", 0, fields);
  record(town, kase, "やめている間");
  hall_must(town->hall, ADMINISTRATOR, "destination.switch_on", 0, fields);
  record(town, kase, "再開した後");
  town_until(town, ear, 6);
  town_run(100);
  g_assert_cmpuint(ear_count(ear), ==, 6);
}

/* Three days without anything taken, as the file remembers them over restarts. */
static void
test_expired(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  ear_tell(ear, "mode", "503");
  g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, ear), *path = g_build_filename(town->hall->dir, "told.json", NULL);
  for (gint64 days = 2; days <= 4; days += 2) {
    town_until_trouble(town, id, TRUE);
    town_close(town);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    char *at = strstr(text, "\"failing\":");
    g_assert_nonnull(at);
    g_autofree char *before = g_strndup(text, (gsize)(at - text));
    g_autofree char *edited = g_strdup_printf("%s\"failing\":%" G_GINT64_FORMAT "%s", before, g_get_real_time() / 1000 - days * INSTANT_DAY,
                                              at + strcspn(at, ",}"));
    g_assert_true(g_file_set_contents(path, edited, -1, NULL));
    guint heard = ear_count(ear);
    town_open(town);
    town_until(town, ear, heard + 1);
    town_run(200);
    engine_drain(town->hall->engine);
    g_assert_cmpint(town_destination(town, id)->state, ==, days > 3 ? DESTINATION_STOPPED : DESTINATION_ON);
  }
}

/* The file of places lost, or spoilt: everything again, under the same ids. */
static void
test_lost_places(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  g_autofree char *id = town_register(town, "受け口", url, "['case.*']", TRUE, ear), *path = g_build_filename(town->hall->dir, "told.json", NULL);
  hall_open_case(town->hall);
  town_until(town, ear, 3);
  town_run(100);
  guint count = ear_count(ear);
  town_close(town);
  g_assert_true(g_file_set_contents(path, "{\"origin\":", -1, NULL));
  town_open(town);
  town_until(town, ear, 2 * count);
  g_auto(GStrv) lines = ear_lines(ear, "got");
  for (guint i = 0; i < count; i++)
    g_assert_cmpstr(lines[i], ==, lines[i + count]);
}

/* What few may see is told to no webhook and to nobody who pulls. */
static void
test_restricted(void)
{
  g_autoptr(Ear) ear = ear_new(FALSE);
  g_autofree char *rules = allow_http(ear), *url = url_of("http", ear);
  g_autoptr(Town) town = town_new(FALSE, rules);
  guint64 open = hall_open_case(town->hall), kept = hall_open_case(town->hall), insider = hall_open_case(town->hall);
  hall_must(town->hall, HEAD, "access.restrict", kept, "{'reason':'内部の者が関わるため'}");
  hall_must(town->hall, HEAD, "access.conceal", insider, "{'department':'b1','reason':'内部の者が関わるため'}");
  g_autofree char *id = town_register(town, "受け口", url, ALL, TRUE, ear);
  record(town, open, "見える事案");
  g_autoptr(GError) error = NULL;
  hall_must(town->hall, HEAD, "record.add", kept, "{'text':'見えない事案','sort':'fact'}");
  hall_must(town->hall, HEAD, "record.add", insider, "{'text':'見えない事案','sort':'fact'}");
  record(town, open, "終わり");
  town_until(town, ear, 3);
  town_run(200);
  g_auto(GStrv) bodies = ear_lines(ear, "bodies");
  g_autofree char *said = g_strjoinv("\n", bodies);
  g_test_message("%s", said);
  g_assert_nonnull(strstr(said, "\"case\":1"));
  g_assert_true(!strstr(said, "\"case\":2") && !strstr(said, "\"case\":3") && !strstr(said, "access."));
  g_autoptr(json_t) pulled = told_json(town->hall->engine, 0, 0, &error);
  g_assert_no_error(error);
  g_autofree char *text = json_dumps(pulled, 0);
  g_assert_nonnull(strstr(text, "\"case\": 1"));
  g_assert_true(!strstr(text, "\"case\": 2") && !strstr(text, "\"case\": 3"));
}

/* An exercise reaches its own destinations, and a real office none of those. */
static void
test_worlds(void)
{
  for (int real = 0; real < 2; real++) {
    g_autoptr(Ear) ours = ear_new(FALSE);
    g_autoptr(Ear) theirs = ear_new(FALSE);
    g_autofree char *rules = g_strdup_printf("allow http 127.0.0.1 %u 127.0.0.1\nallow http 127.0.0.1 %u 127.0.0.1\n", ours->port, theirs->port);
    g_autofree char *url = url_of("http", ours), *other = url_of("http", theirs);
    g_autoptr(Town) town = town_new(real, rules);
    g_autofree char *id = town_register(town, "こちら", url, ALL, !real, ours), *second = town_register(town, "あちら", other, ALL, real, NULL);
    g_autofree char *fields = g_strdup_printf("{'destination':'%s'}", second);
    hall_must_not(town->hall, ADMINISTRATOR, "destination.test", 0, fields, FINDING_REFUSE, "訓練");
    town_until(town, ours, 2);
    town_run(200);
    g_assert_cmpuint(ear_count(theirs), ==, 0);
  }
}

/* What the guard says of what is registered. */
static void
test_acts(void)
{
  g_autoptr(Town) town = town_new(FALSE, "");
  static const struct {
    const char *fields, *says;
  } rows[] = {
    { "{'name':'a','url':'ftp://a/','kinds':['*']}", "https://" },
    { "{'name':'a','url':'https://user:pw@a/','kinds':['*']}", "利用者名" },
    { "{'name':'a','url':'https://a b/','kinds':['*']}", "半角" },
    { "{'name':'a','url':'https://a/','kinds':['Case opened']}", "知らせの名前" },
    { "{'name':'県','url':'https://a/','kinds':['*']}", "すでに" },
  };
  g_autofree char *id = town_register(town, "県", "https://a.example.jp/", ALL, TRUE, NULL), *fields = g_strdup_printf("{'destination':'%s','reason':'x'}", id);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    hall_must_not(town->hall, ADMINISTRATOR, "destination.register", 0, rows[i].fields, FINDING_INVALID, rows[i].says);
  hall_must_not(town->hall, ADMINISTRATOR, "destination.switch_on", 0, fields, FINDING_REFUSE, "いまも");
  hall_must_not(town->hall, STAFF, "destination.switch_off", 0, fields, FINDING_DENIED, "");
  hall_must(town->hall, ADMINISTRATOR, "destination.switch_off", 0, fields);
  hall_must_not(town->hall, ADMINISTRATOR, "destination.switch_off", 0, fields, FINDING_REFUSE, "すでに");
  hall_must(town->hall, ADMINISTRATOR, "destination.change", 0, "{'destination':'w1','name':'県庁','url':'https://b.example.jp/','kinds':['case.*'],'exercise':true}");
  g_assert_cmpstr(town_destination(town, "w1")->told->name, ==, "県庁");
  g_autofree char *before = hall_portrait(town->hall->engine, engine_world(town->hall->engine));
  town_close(town);
  town_open(town);
  g_autofree char *after = hall_portrait(town->hall->engine, engine_world(town->hall->engine));
  hall_assert_same(before, after);
  g_assert_cmpint(town_destination(town, "w1")->state, ==, DESTINATION_OFF);
}

int
main(int argc, char **argv)
{
  int status;
  if (town_is_teller(argc, argv, &status))
    return status;
  seed_init(&argc, &argv);
  g_test_add_func("/hooks/delivery", test_delivery);
  g_test_add_func("/hooks/secret", test_secret);
  g_test_add_func("/hooks/secret-not-kept", test_secret_not_kept);
  g_test_add_func("/hooks/trouble", test_trouble);
  g_test_add_func("/hooks/hang", test_hang);
  g_test_add_func("/hooks/redirect", test_redirect);
  g_test_add_func("/hooks/forbidden", test_forbidden);
  g_test_add_func("/hooks/untrusted", test_untrusted);
  g_test_add_func("/hooks/gone", test_gone);
  g_test_add_func("/hooks/expired", test_expired);
  g_test_add_func("/hooks/lost-places", test_lost_places);
  g_test_add_func("/hooks/restricted", test_restricted);
  g_test_add_func("/hooks/worlds", test_worlds);
  g_test_add_func("/hooks/acts", test_acts);
  status = g_test_run();
  hall_forget_template();
  return status;
}
