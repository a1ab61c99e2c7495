/* What is told, how it is signed and written, and to whom it may go. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "../seed.h"
#include "act/field.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/tables.h"
#include "tell/event.h"
#include "tell/hook.h"
#include "tell/rules.h"

/* --- signing --- */

/* The first is Standard Webhooks' own; the second is in docs/events.md. */
static void
test_signature(void)
{
  static const struct {
    const char *key, *id;
    gint64 timestamp;
    const char *body, *signature;
  } rows[] = {
    { "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}",
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
    { "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "shodo_1f0a9c3e_196", 1795402800,
      "{\"data\":{\"case\":3,\"entry\":196,\"exercise\":false,\"origin\":\"city.example.lg.jp/journal\",\"title\":\"事案を始めた\"},"
      "\"timestamp\":\"2026-11-22T05:05:33.123Z\",\"type\":\"case.opened\"}",
      "v1,rEOZ4F9mHRieuo+ObxpZJj5eohQ/m2NK+rVeA3jQfdw=" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gsize size;
    g_autofree guint8 *key = g_base64_decode(rows[i].key, &size);
    g_autofree char *signature = hook_sign(key, size, rows[i].id, rows[i].timestamp, rows[i].body);
    g_assert_cmpstr(signature, ==, rows[i].signature);
  }
  guint8 key[HOOK_KEY];
  for (gsize i = 0; i < HOOK_KEY; i++)
    key[i] = (guint8)i;
  g_autofree char *secret = hook_secret(key);
  g_assert_cmpstr(secret, ==, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
}

/* --- syslog --- */

static const char *
formatted(const char *name, const char *value, const char *message, Arena *arena)
{
  SyslogLine line = { .facility = 13, .severity = 5, .when = 0, .hostname = "shodo.example.lg.jp", .process = 77, .id = "case.opened",
                      .element = "shodo@32473", .message = message };
  *(SyslogParameter *)list_push(arena, &line.parameters, sizeof(SyslogParameter)) = (SyslogParameter){ name, value };
  return syslog_format(&line, arena);
}

#define HEAD "<109>1 1970-01-01T09:00:00.000+09:00 shodo.example.lg.jp shodo 77 case.opened "

static void
test_escaping(void)
{
  static const struct {
    const char *name, *value, *element;
  } rows[] = {
    { "entry", "196", "[shodo@32473 entry=\"196\"]" },
    { "v", "a\"b", "[shodo@32473 v=\"a\\\"b\"]" },
    { "v", "a]b", "[shodo@32473 v=\"a\\]b\"]" },
    { "v", "a\\b", "[shodo@32473 v=\"a\\\\b\"]" },
    { "v", "\"] evil=\"1", "[shodo@32473 v=\"\\\"\\] evil=\\\"1\"]" },
    { "v", "x\n<0>1 - - - - - - forged", "[shodo@32473 v=\"x?<0>1 - - - - - - forged\"]" },
    { "v", "x\r\t\033[31m\177", "[shodo@32473 v=\"x???[31m?\"]" },
    { "v", "第3-2(1)ア", "[shodo@32473 v=\"第3-2(1)ア\"]" },
    { "v", "\302\205\342\200\250\357\273\277", "[shodo@32473 v=\"???\"]" },
    { "v", "bad\377utf", "[shodo@32473 v=\"bad\357\277\275utf\"]" },
    { "v", "", "[shodo@32473 v=\"\"]" },
    { "a=b c]\"d", "1", "[shodo@32473 a_b_c__d=\"1\"]" },
    { "", "1", "[shodo@32473 -=\"1\"]" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autofree char *wanted = g_strconcat(HEAD, rows[i].element, " plain", NULL);
    g_assert_cmpstr(formatted(rows[i].name, rows[i].value, "plain", arena), ==, wanted);
  }
}

static void
test_message(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_assert_cmpstr(formatted("a", "1", "事案を始めた", arena), ==, HEAD "[shodo@32473 a=\"1\"] \357\273\277事案を始めた");
  g_assert_cmpstr(formatted("a", "1", NULL, arena), ==, HEAD "[shodo@32473 a=\"1\"]");
  g_assert_cmpstr(formatted("a", "1", "two\nlines", arena), ==, HEAD "[shodo@32473 a=\"1\"] two?lines");
  g_assert_cmpstr(syslog_frame("<1>1 あ", arena), ==, "8 <1>1 あ");
}

/* Whatever is given, one line of bounded length, whose structured data has exactly the parameters that went in. */
static guint
count_parameters(const char *line)
{
  const char *c = strstr(line, " [e@1"); /* no field before it can hold a blank */
  guint count = 0;
  g_assert_nonnull(c);
  for (c += 2; *c && *c != ']'; c++) {
    if (*c != '"')
      continue;
    for (c++; *c != '"'; c++) {
      g_assert_true(*c != '\0' && *c != ']');
      if (*c == '\\')
        c++;
    }
    count++;
  }
  g_assert_cmpint(*c, ==, ']');
  g_assert_true(c[1] == ' ' || c[1] == '\0');
  return count;
}

static void
test_attacks(void)
{
  for (guint round = 0; round < 2000; round++) {
    g_autoptr(Arena) arena = arena_new();
    SyslogLine line = { .facility = 99, .severity = 99, .when = 0, .id = "i", .element = "e@1" };
    char bytes[4][300] = { { 0 } };
    guint parameters = (guint)g_test_rand_int_range(0, 13);
    for (gsize row = 0; row < 4; row++) {
      gsize length = (gsize)g_test_rand_int_range(0, 299);
      for (gsize i = 0; i < length; i++)
        bytes[row][i] = g_test_rand_int_range(0, 3) ? "\"\\]= []\n"[g_test_rand_int_range(0, 8)] : (char)g_test_rand_int_range(1, 256);
    }
    for (guint i = 0; i < parameters; i++)
      *(SyslogParameter *)list_push(arena, &line.parameters, sizeof(SyslogParameter)) = (SyslogParameter){ bytes[i % 4], bytes[(i + 1) % 4] };
    line.hostname = bytes[0];
    line.message = bytes[1];
    const char *text = syslog_format(&line, arena);
    g_assert_cmpuint(strlen(text), <=, SYSLOG_LONGEST);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *c = text; *c; c++)
      g_assert_true((guchar)*c >= 0x20 && *c != 0x7f);
    g_assert_cmpuint(count_parameters(text), ==, MIN(parameters, SYSLOG_PARAMETERS));
  }
}

/* --- whom --- */

static void
test_rules(void)
{
  static const char text[] = "# 行き先\nallow https siem.example.lg.jp 443 10.20.0.0/16 2001:db8::/32\nallow http * 8088 127.0.0.1 # 試験\n"
                             "syslog tls siem.example.lg.jp 6514\nhostname shodo.example.lg.jp\nfacility 10\nenterprise 99999\nexercise yes\n";
  static const struct {
    gboolean tls;
    const char *host;
    guint port;
    const char *address; /* NULL: not known yet */
    gboolean allowed;
  } rows[] = {
    { TRUE, "siem.example.lg.jp", 443, "10.20.3.4", TRUE },    { TRUE, "SIEM.example.lg.jp", 443, "10.20.255.255", TRUE },
    { TRUE, "siem.example.lg.jp", 443, "10.21.0.0", FALSE },   { TRUE, "siem.example.lg.jp", 443, "127.0.0.1", FALSE },
    { TRUE, "siem.example.lg.jp", 443, "169.254.169.254", FALSE }, { TRUE, "siem.example.lg.jp", 444, "10.20.3.4", FALSE },
    { FALSE, "siem.example.lg.jp", 443, "10.20.3.4", FALSE },  { TRUE, "other.example.lg.jp", 443, "10.20.3.4", FALSE },
    { TRUE, "siem.example.lg.jp", 443, "2001:db8::1", TRUE },  { TRUE, "siem.example.lg.jp", 443, "2001:db9::1", FALSE },
    { TRUE, "siem.example.lg.jp", 443, "::ffff:10.20.1.1", TRUE }, { TRUE, "siem.example.lg.jp", 443, "::ffff:127.0.0.1", FALSE },
    { TRUE, "siem.example.lg.jp", 443, "::1", FALSE },         { FALSE, "anything", 8088, "127.0.0.1", TRUE },
    { FALSE, "anything", 8088, "127.0.0.2", FALSE },           { FALSE, "anything", 8088, NULL, TRUE },
    { TRUE, "evil.example.jp", 443, NULL, FALSE },
  };
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  const char *authority;
  const TellRules *rules = rules_parse("f", text, strlen(text), &authority, arena, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(rules->facility, ==, 10);
  g_assert_cmpuint(rules->enterprise, ==, 99999);
  g_assert_true(rules->syslog == SYSLOG_TLS && rules->port == 6514 && rules->exercise && !authority);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    struct sockaddr_in four = { .sin_family = AF_INET };
    const struct sockaddr *address = NULL;
    if (rows[i].address && inet_pton(AF_INET, rows[i].address, &four.sin_addr) == 1)
      address = (const struct sockaddr *)&four;
    else if (rows[i].address && inet_pton(AF_INET6, rows[i].address, &six.sin6_addr) == 1)
      address = (const struct sockaddr *)&six;
    g_test_message("%s %s", rows[i].host, rows[i].address);
    g_assert_cmpint(rules_allow(rules, rows[i].tls, rows[i].host, rows[i].port, address), ==, rows[i].allowed);
  }
}

static void
test_bad_rules(void)
{
  static const char *const rows[] = {
    "allow https siem.example.lg.jp 443", "allow ftp a 21 10.0.0.0/8", "allow https a 0 10.0.0.0/8", "allow https a 443 10.0.0.1/8",
    "allow https a 443 10.0.0.0/33", "allow https a 443 siem.example", "allow https a_b@c 443 10.0.0.0/8", "deny a", "syslog udp", "syslog unix dev/log",
    "syslog udp a 514\nsyslog udp b 514", "facility 24", "enterprise 0", "hostname a b", "exercise maybe", "syslog quic a 514", "allow https a 443 1 2 3 4 5 6 7 8 9 0 1 2 3",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    const char *authority;
    g_assert_null(rules_parse("f", rows[i], strlen(rows[i]), &authority, arena, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_assert_true(g_str_has_prefix(error->message, "f:"));
  }
}

static void
test_urls(void)
{
  static const struct {
    const char *url, *host; /* host NULL: refused */
    guint port;
  } rows[] = {
    { "https://siem.example.lg.jp/shodo?x=1", "siem.example.lg.jp", 443 }, { "HTTPS://SIEM.example.lg.jp:8443/", "siem.example.lg.jp", 8443 },
    { "http://127.0.0.1:8088/a", "127.0.0.1", 8088 }, { "http://[::1]:80/a", "::1", 80 }, { "https://a", "a", 443 },
    { "ftp://a/", NULL, 0 }, { "https://user@a/", NULL, 0 }, { "https://user:pw@a/", NULL, 0 }, { "https://a/#f", NULL, 0 }, { "//a/", NULL, 0 },
    { "https:///x", NULL, 0 }, { "https://a b/", NULL, 0 }, { "https://a/\n", NULL, 0 }, { "https://a\\@b/", NULL, 0 }, { "https://あ.jp/", NULL, 0 },
    { "file:///etc/passwd", NULL, 0 }, { "https://a:0/", NULL, 0 }, { "https://a:70000/", NULL, 0 }, { "", NULL, 0 }, { "https://a%2fb/", NULL, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *host = NULL;
    gboolean tls;
    guint port = 0;
    gboolean good = rules_url(rows[i].url, &tls, &host, &port, &error);
    g_test_message("%s", rows[i].url);
    g_assert_cmpint(good, ==, rows[i].host != NULL);
    if (good)
      g_assert_true(!strcmp(host, rows[i].host) && port == rows[i].port);
    else
      g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
}

/* --- the vocabulary --- */

static const Field *
field_named(const EntryKind *entry, const char *name)
{
  for (const Field *field = entry->fields; field && field->name; field++)
    if (!strcmp(field->name, name))
      return field;
  return NULL;
}

/* Every row is of an entry that there is, and tells nothing that can be erased. */
static void
test_vocabulary(void)
{
  for (const EventKind *kind = event_kinds; kind->name; kind++) {
    g_assert_true(event_kind_named(kind->name) == kind);
    g_assert_cmpuint(strlen(kind->name), <=, 32);
    g_assert_cmpuint(kind->severity, <=, 7);
    if (!kind->entry)
      continue;
    const EntryKind *entry = tables_entry(kind->entry, 1);
    g_test_message("%s", kind->entry);
    g_assert_nonnull(entry);
    for (gsize i = 0; i < EVENT_DETAILS && kind->details[i]; i++) {
      const Field *field = field_named(entry, kind->details[i]);
      g_assert_nonnull(field);
      g_assert_false(field->flags & (FIELD_PERSONAL | FIELD_SECRET));
      g_assert_true(field->type != FIELD_TEXT && field->type != FIELD_LINE);
    }
  }
}

/* docs/events.md has a row for each, the vector, and the check that the receiver of our tests runs. */
static void
test_document(void)
{
  g_autofree char *text = NULL, *receiver = NULL;
  g_assert_true(g_file_get_contents(TEST_DOCS "/events.md", &text, NULL, NULL));
  g_assert_true(g_file_get_contents(TEST_DATA "/receiver.py", &receiver, NULL, NULL));
  for (const EventKind *kind = event_kinds; kind->name; kind++) {
    g_autofree char *row = g_strdup_printf("\n| `%s` | %s | %u |", kind->name, kind->title, kind->severity);
    g_test_message("%s", row);
    g_assert_nonnull(strstr(text, row));
    for (gsize i = 0; i < EVENT_DETAILS && kind->details[i]; i++) {
      const char *from = strstr(text, row);
      g_autofree char *line = g_strndup(from + 1, strcspn(from + 1, "\n"));
      g_autofree char *detail = g_strdup_printf("`%s`", kind->details[i]);
      g_assert_nonnull(strstr(line, detail));
    }
  }
  g_assert_nonnull(strstr(text, "v1,rEOZ4F9mHRieuo+ObxpZJj5eohQ/m2NK+rVeA3jQfdw="));
  const char *begin = strstr(receiver, "def verify("), *end = strstr(receiver, "# --- end ---");
  g_assert_true(begin && end && begin < end);
  g_autofree char *check = g_strndup(begin, (gsize)(end - begin));
  g_auto(GStrv) lines = g_strsplit(check, "\n", -1);
  for (gsize i = 0; lines[i] && *lines[i]; i++) {
    g_autofree char *quoted = g_strdup_printf("\n    %s\n", lines[i]);
    g_assert_nonnull(strstr(text, quoted));
  }
}

static void
test_patterns(void)
{
  g_assert_true(event_matches("case.*", "case.opened") && event_matches("*", "x.y") && event_matches("case.opened", "case.opened"));
  g_assert_false(event_matches("case.*", "casework.x") || event_matches("case", "case.opened") || event_matches("c*", "case.opened"));
  g_assert_true(event_pattern("signin.*") && event_pattern("*") && !event_pattern("nothing.*") && !event_pattern(""));
}

/* A body full of what must not be told. */
static void
test_silence(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(json_t) body = json_pack("{s:s, s:s, s:s, s:i}", "phase", "山田太郎に聞く", "text", "secret", "person", "p1", "round", 2);
  const Event event = { .kind = event_kind_of("phase.entered", TRUE), .origin = "o/journal", .entry = 5, .kase = 3, .when = 0, .body = body };
  SyslogLine line = { .element = "s@1" };
  g_autofree char *json = event_json(&event);
  event_line(&event, &line, arena);
  const char *text = syslog_format(&line, arena);
  g_assert_cmpstr(json, ==, "{\"data\":{\"case\":3,\"details\":{\"round\":2},\"entry\":5,\"exercise\":false,\"origin\":\"o/journal\",\"title\":\"段階に入った\"},"
                            "\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"type\":\"case.phase\"}");
  g_assert_true(strstr(text, "round=\"2\"") && !strstr(text, "山田") && !strstr(text, "secret") && !strstr(text, "p1"));
  g_assert_cmpstr(event_id(&event, arena), ==, event_id(&event, arena));
  g_assert_true(g_str_has_prefix(event_id(&event, arena), "shodo_") && g_str_has_suffix(event_id(&event, arena), "_5"));
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  g_test_add_func("/tell/signature", test_signature);
  g_test_add_func("/tell/syslog/escaping", test_escaping);
  g_test_add_func("/tell/syslog/message", test_message);
  g_test_add_func("/tell/syslog/attacks", test_attacks);
  g_test_add_func("/tell/rules", test_rules);
  g_test_add_func("/tell/rules/bad", test_bad_rules);
  g_test_add_func("/tell/urls", test_urls);
  g_test_add_func("/tell/vocabulary", test_vocabulary);
  g_test_add_func("/tell/document", test_document);
  g_test_add_func("/tell/patterns", test_patterns);
  g_test_add_func("/tell/silence", test_silence);
  return g_test_run();
}
