#include "tell/rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"

#define MOST_WORDS 16

typedef struct {
  const char *name; /* of the file */
  guint line;
  Arena *arena;
  TellRules *rules;
  const char *authority;
  char *words[MOST_WORDS]; /* NULL at the end */
  guint count;
} Reading;

static gboolean
wrong(const Reading *reading, GError **error, const char *what)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s:%u: %s", reading->name, reading->line, what);
  return FALSE;
}

static gboolean
number_of(const char *text, guint64 least, guint64 most, guint *number)
{
  guint64 value;
  if (!text || !g_ascii_string_to_unsigned(text, 10, least, most, &value, NULL))
    return FALSE;
  *number = (guint)value;
  return TRUE;
}

static gboolean
good_host(const char *host)
{
  struct in6_addr address;
  gsize length = strlen(host);
  return inet_pton(AF_INET6, host, &address) == 1 ||
         (length > 0 && length <= 253 && *host != '-' && *host != '.' && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == length);
}

/* --- ranges --- */

/* ADDRESS/BITS; an address alone is that one. */
static gboolean
read_range(const char *text, TellRange *range)
{
  const char *slash = strchr(text, '/');
  g_autofree char *address = slash ? g_strndup(text, (gsize)(slash - text)) : g_strdup(text);

  *range = (TellRange){ .ipv6 = strchr(address, ':') != NULL };
  guint most = range->ipv6 ? 128 : 32;
  range->bits = most;
  if (inet_pton(range->ipv6 ? AF_INET6 : AF_INET, address, range->bytes) != 1)
    return FALSE;
  if (slash && !number_of(slash + 1, 0, most, &range->bits))
    return FALSE;
  for (guint bit = range->bits; bit < most; bit++)
    if (range->bytes[bit / 8] & (0x80u >> bit % 8))
      return FALSE; /* 10.0.0.1/8: which was meant? */
  return TRUE;
}

/* An IPv4 address in IPv6's clothes is that IPv4 address. */
static gboolean
bytes_of(const struct sockaddr *address, gboolean *ipv6, guint8 bytes[16])
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  memset(bytes, 0, 16);
  *ipv6 = address->sa_family == AF_INET6;
  if (address->sa_family == AF_INET)
    memcpy(bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
  else if (*ipv6)
    memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
  else
    return FALSE;
  if (*ipv6 && !memcmp(bytes, mapped, sizeof mapped)) {
    memmove(bytes, bytes + 12, 4);
    *ipv6 = FALSE;
  }
  return TRUE;
}

static gboolean
range_has(const TellRange *range, gboolean ipv6, const guint8 bytes[16])
{
  if (range->ipv6 != ipv6)
    return FALSE;
  for (guint bit = 0; bit < range->bits; bit++)
    if ((range->bytes[bit / 8] ^ bytes[bit / 8]) & (0x80u >> bit % 8))
      return FALSE;
  return TRUE;
}

static gboolean
ranges_have(List ranges, const struct sockaddr *address)
{
  guint8 bytes[16];
  gboolean ipv6;
  if (!bytes_of(address, &ipv6, bytes))
    return FALSE;
  for (gsize i = 0; i < ranges.length; i++)
    if (range_has(list_item(ranges, TellRange, i), ipv6, bytes))
      return TRUE;
  return FALSE;
}

gboolean
rules_allow(const TellRules *rules, gboolean tls, const char *host, guint port, const struct sockaddr *address)
{
  for (gsize i = 0; i < rules->allows.length; i++) {
    const TellAllow *allow = list_item(rules->allows, TellAllow, i);
    if (allow->tls == tls && allow->port == port && (!strcmp(allow->host, "*") || !g_ascii_strcasecmp(allow->host, host)) &&
        (!address || ranges_have(allow->ranges, address)))
      return TRUE;
  }
  return FALSE;
}

/* --- lines --- */

static gboolean
read_allow(Reading *reading, GError **error)
{
  TellAllow allow = { 0 };
  gboolean https = reading->count > 1 && !strcmp(reading->words[1], "https");

  if (reading->count < 5 || (!https && strcmp(reading->words[1], "http")))
    return wrong(reading, error, "「allow https HOST PORT ADDRESS/BITS」の形で書いてください。");
  g_autofree char *host = g_ascii_strdown(reading->words[2], -1);
  if (strcmp(host, "*") && !good_host(host))
    return wrong(reading, error, "宛先の名前が正しくありません。");
  allow = (TellAllow){ .tls = https, .host = arena_strdup(reading->arena, host) };
  if (!number_of(reading->words[3], 1, 65535, &allow.port))
    return wrong(reading, error, "ポートは1から65535までの数です。");
  for (guint i = 4; i < reading->count; i++)
    if (!read_range(reading->words[i], list_push(reading->arena, &allow.ranges, sizeof(TellRange))))
      return wrong(reading, error, "アドレスの範囲は 192.0.2.0/24 や 2001:db8::/32 の形です。範囲の外の桁は0にしてください。");
  if (reading->rules->allows.length >= LIMIT_TELL_ALLOWS)
    return wrong(reading, error, "allow の行が多すぎます。");
  *(TellAllow *)list_push(reading->arena, &reading->rules->allows, sizeof allow) = allow;
  return TRUE;
}

static gboolean
read_syslog(Reading *reading, GError **error)
{
  static const struct {
    const char *name;
    SyslogBy by;
    guint words;
  } ways[] = { { "udp", SYSLOG_UDP, 4 }, { "tcp", SYSLOG_TCP, 4 }, { "tls", SYSLOG_TLS, 4 }, { "unix", SYSLOG_UNIX, 3 } };
  TellRules *rules = reading->rules;

  if (rules->syslog)
    return wrong(reading, error, "syslog の行は一つだけです。");
  for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
    if (reading->count == ways[i].words && !strcmp(reading->words[1], ways[i].name))
      rules->syslog = ways[i].by;
  if (!rules->syslog || (rules->syslog != SYSLOG_UNIX && !number_of(reading->words[3], 1, 65535, &rules->port)))
    return wrong(reading, error, "「syslog udp|tcp|tls HOST PORT」か「syslog unix PATH」の形で書いてください。");
  rules->host = arena_strdup(reading->arena, reading->words[2]);
  if (rules->syslog == SYSLOG_UNIX ? *rules->host != '/' || strlen(rules->host) > 100 : !good_host(rules->host))
    return wrong(reading, error, "syslog サーバの名前か、ソケットのパスが正しくありません。");
  return TRUE;
}

static gboolean
read_setting(Reading *reading, GError **error)
{
  TellRules *rules = reading->rules;
  const char *name = reading->words[0], *value = reading->words[1];

  if (reading->count != 2)
    return wrong(reading, error, "値を一つ書いてください。");
  if (!strcmp(name, "authority"))
    reading->authority = arena_strdup(reading->arena, value);
  else if (!strcmp(name, "hostname") && good_host(value))
    rules->hostname = arena_strdup(reading->arena, value);
  else if (!strcmp(name, "exercise") && (!strcmp(value, "yes") || !strcmp(value, "no")))
    rules->exercise = !strcmp(value, "yes");
  else if (!(!strcmp(name, "enterprise") && number_of(value, 1, G_MAXUINT32, &rules->enterprise)) &&
           !(!strcmp(name, "facility") && number_of(value, 0, 23, &rules->facility)))
    return wrong(reading, error, "値が正しくありません。");
  return TRUE;
}

static const struct {
  const char *word;
  gboolean (*read)(Reading *reading, GError **error);
} lines[] = {
  { "allow", read_allow },      { "syslog", read_syslog },     { "authority", read_setting }, { "hostname", read_setting },
  { "enterprise", read_setting }, { "facility", read_setting }, { "exercise", read_setting },
};

static gboolean
split(Reading *reading, char *line, GError **error)
{
  char *comment = strchr(line, '#');
  if (comment)
    *comment = '\0';
  reading->count = 0;
  for (char *word = line; *(word += strspn(word, " \t\r"));) {
    if (reading->count == MOST_WORDS - 1)
      return wrong(reading, error, "一行に書けるのは、12の範囲までです。");
    reading->words[reading->count++] = word;
    word += strcspn(word, " \t\r");
    if (*word)
      *word++ = '\0';
  }
  reading->words[reading->count] = NULL;
  return TRUE;
}

static gboolean
read_line(Reading *reading, char *line, GError **error)
{
  if (!split(reading, line, error))
    return FALSE;
  if (!reading->count)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    if (!strcmp(lines[i].word, reading->words[0]))
      return lines[i].read(reading, error);
  return wrong(reading, error, "allow、syslog、authority、hostname、enterprise、facility、exercise のどれかで始めてください。");
}

TellRules *
rules_parse(const char *name, const char *text, gsize size, const char **authority, Arena *arena, GError **error)
{
  Reading reading = { .name = name, .arena = arena, .rules = arena_new0(arena, TellRules) };
  g_autofree char *copy = g_strndup(text, size);
  g_auto(GStrv) all = NULL;

  if (size > LIMIT_TELL_FILE || !g_utf8_validate(text, (gssize)size, NULL)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s: UTF-8 で、64 KiB までにしてください。", name);
    return NULL;
  }
  reading.rules->enterprise = RULES_EXAMPLE_ENTERPRISE;
  reading.rules->facility = RULES_FACILITY;
  all = g_strsplit(copy, "\n", -1);
  for (gsize i = 0; all[i]; i++) {
    reading.line = (guint)i + 1;
    if (!read_line(&reading, all[i], error))
      return NULL;
  }
  *authority = reading.authority;
  return reading.rules;
}

TellRules *
rules_read(const char *file, Arena *arena, GError **error)
{
  g_autoptr(GBytes) bytes = file_read(file, LIMIT_TELL_FILE, error);
  const char *authority = NULL;
  gsize size = 0;
  const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  TellRules *rules = bytes ? rules_parse(file, text ? text : "", size, &authority, arena, error) : NULL;
  if (!rules || !authority)
    return rules;
  g_autoptr(GBytes) pem = file_read(authority, LIMIT_TELL_FILE, error);
  if (!pem)
    return NULL;
  g_autofree char *copy = g_strndup(g_bytes_get_data(pem, NULL), g_bytes_get_size(pem));
  if (!strstr(copy, "-----BEGIN CERTIFICATE-----")) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s: 証明書（PEM）がありません。", authority);
    return NULL;
  }
  rules->authority = arena_strdup(arena, copy);
  return rules;
}

/* --- URLs --- */

static gboolean
bad_url(GError **error, const char *what)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "宛先のURLが正しくありません。%s", what);
  return FALSE;
}

gboolean
rules_url(const char *url, gboolean *tls, char **host, guint *port, GError **error)
{
  g_autofree char *scheme = NULL, *user = NULL, *name = NULL, *fragment = NULL, *path = NULL;
  int number = -1;

  if (strlen(url) > LIMIT_TELL_URL)
    return bad_url(error, "500文字までにしてください。");
  for (const char *c = url; *c; c++)
    if (!g_ascii_isgraph(*c) || strchr("\"<>\\^`{|}", *c))
      return bad_url(error, "半角の英数字と記号だけで、空白を入れずに書いてください。");
  if (!g_uri_split(url, G_URI_FLAGS_ENCODED, &scheme, &user, &name, &number, &path, NULL, &fragment, NULL) || !scheme || !name || !*name)
    return bad_url(error, "https://hooks.example.lg.jp/shodo の形で書いてください。");
  if (user || fragment)
    return bad_url(error, "利用者名、パスワード、# は書けません。");
  if (g_ascii_strcasecmp(scheme, "https") && g_ascii_strcasecmp(scheme, "http"))
    return bad_url(error, "https:// で始めてください。");
  g_autofree char *lower = g_ascii_strdown(name, -1);
  if (!good_host(lower) || number == 0 || number > 65535)
    return bad_url(error, "宛先の名前かポートが正しくありません。");
  *tls = !g_ascii_strcasecmp(scheme, "https");
  *port = number > 0 ? (guint)number : *tls ? 443 : 80;
  *host = g_steal_pointer(&lower);
  return TRUE;
}
