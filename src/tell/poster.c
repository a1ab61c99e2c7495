#include "tell/poster.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/child.h"
#include "base/limits.h"
#include "base/text.h"
#include "tell/wire.h"

#define CONNECT_SECONDS 10
#define WORDS_MOST 200
#define WAKE_MILLISECONDS 60000

typedef struct {
  const TellRules *rules;
  CURLM *multi;
  int fd;
  guint flights;
} Poster;

typedef struct {
  Poster *poster;
  Arena *arena;
  WireJob job;
  CURL *curl;
  CURLU *url;
  struct curl_slist *headers;
  gboolean tls, forbidden;
  const char *host;
  guint port;
  gsize answered;
  char problem[CURL_ERROR_SIZE];
} Flight;

/* --- the address decides --- */

static curl_socket_t
open_socket(void *data, curlsocktype purpose G_GNUC_UNUSED, struct curl_sockaddr *address)
{
  Flight *flight = data;
  if (!rules_allow(flight->poster->rules, flight->tls, flight->host, flight->port, &address->addr)) {
    flight->forbidden = TRUE;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Read and forgotten, up to a bound: nothing that it says is shown to anybody. */
static size_t
swallow(char *bytes G_GNUC_UNUSED, size_t size, size_t count, void *data)
{
  Flight *flight = data;
  flight->answered += size * count;
  return flight->answered > LIMIT_TELL_ANSWER ? 0 : size * count;
}

/* --- one event --- */

static char *
url_part(const Flight *flight, CURLUPart part)
{
  char *text = NULL;
  if (curl_url_get(flight->url, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) != CURLUE_OK)
    return NULL;
  char *copy = g_strdup(text);
  curl_free(text);
  return copy;
}

/* As libcurl itself will read the URL, which must be as we read it.  FALSE: it is none that may be spoken to. */
static gboolean
take_url(Flight *flight)
{
  g_autofree char *ours = NULL;
  gboolean tls;
  guint64 number;
  guint ours_port;

  if (!rules_url(flight->job.url, &tls, &ours, &ours_port, NULL))
    return FALSE;
  flight->url = curl_url();
  if (!flight->url || curl_url_set(flight->url, CURLUPART_URL, flight->job.url, CURLU_DISALLOW_USER) != CURLUE_OK)
    return FALSE;
  g_autofree char *scheme = url_part(flight, CURLUPART_SCHEME), *host = url_part(flight, CURLUPART_HOST), *port = url_part(flight, CURLUPART_PORT);
  if (!scheme || !host || !port || !g_ascii_string_to_unsigned(port, 10, 1, 65535, &number, NULL))
    return FALSE;
  gsize length = strlen(host);
  gboolean bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
  g_autofree char *bare = bracketed ? g_strndup(host + 1, length - 2) : g_strdup(host);
  flight->host = arena_strdup(flight->arena, bare);
  flight->tls = !strcmp(scheme, "https");
  flight->port = (guint)number;
  if (flight->tls != tls || flight->port != ours_port || g_ascii_strcasecmp(flight->host, ours))
    return FALSE;
  return (flight->tls || !strcmp(scheme, "http")) && rules_allow(flight->poster->rules, flight->tls, flight->host, flight->port, NULL);
}

static void
add_header(Flight *flight, const char *name, const char *value)
{
  g_autofree char *text = g_strdup_printf("%s: %s", name, value);
  flight->headers = curl_slist_append(flight->headers, text);
}

static void
set_headers(Flight *flight)
{
  add_header(flight, "Content-Type", "application/json");
  add_header(flight, "webhook-id", flight->job.id);
  add_header(flight, "webhook-timestamp", flight->job.timestamp);
  add_header(flight, "webhook-signature", flight->job.signature);
  flight->headers = curl_slist_append(flight->headers, "Expect:");
  curl_easy_setopt(flight->curl, CURLOPT_HTTPHEADER, flight->headers);
  curl_easy_setopt(flight->curl, CURLOPT_USERAGENT, "Shodo");
}

static void
set_trust(const Flight *flight)
{
  const TellRules *rules = flight->poster->rules;
  struct curl_blob blob = { .flags = CURL_BLOB_COPY };

  curl_easy_setopt(flight->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (!rules->authority)
    return;
  blob.data = (void *)rules->authority;
  blob.len = strlen(rules->authority);
  curl_easy_setopt(flight->curl, CURLOPT_CAINFO_BLOB, &blob);
  curl_easy_setopt(flight->curl, CURLOPT_CAPATH, NULL);
}

static void
set_bounds(const Flight *flight)
{
  CURL *curl = flight->curl;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)LIMIT_TELL_SECONDS);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, flight);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, flight);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, flight->problem);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, flight);
}

static void
land(Flight *flight, WireVerdict verdict, guint code, const char *words)
{
  Poster *poster = flight->poster;
  const WireReport report = { flight->job.destination, flight->job.id, verdict, code, words };

  (void)wire_send_report(poster->fd, &report); /* main gone: the next frame says so */
  if (flight->curl) {
    curl_multi_remove_handle(poster->multi, flight->curl);
    curl_easy_cleanup(flight->curl);
    poster->flights--;
  }
  curl_url_cleanup(flight->url);
  curl_slist_free_all(flight->headers);
  arena_free(flight->arena);
  g_free(flight);
}

static void
take_off(Poster *poster, Flight *flight)
{
  if (!take_url(flight)) {
    land(flight, WIRE_FORBIDDEN, 0, "");
    return;
  }
  flight->curl = curl_easy_init();
  poster->flights++;
  curl_easy_setopt(flight->curl, CURLOPT_CURLU, flight->url);
  curl_easy_setopt(flight->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(flight->job.body));
  curl_easy_setopt(flight->curl, CURLOPT_POSTFIELDS, flight->job.body);
  set_headers(flight);
  set_trust(flight);
  set_bounds(flight);
  curl_multi_add_handle(poster->multi, flight->curl);
}

/* One line of the library's words. */
static const char *
words_of(const Flight *flight, CURLcode result)
{
  g_autofree char *text = g_utf8_make_valid(*flight->problem ? flight->problem : curl_easy_strerror(result), -1);
  for (char *c = text; *c; c++)
    if ((guchar)*c < 0x20 || *c == 0x7f)
      *c = ' ';
  if (!text_valid(text, strlen(text), TEXT_LINE, NULL))
    return "（読み取れない応答）";
  return text_truncate(flight->arena, text, WORDS_MOST);
}

/* The number is what was answered, whatever became of the rest. */
static void
judge(Flight *flight, CURLcode result)
{
  long code = 0;
  curl_easy_getinfo(flight->curl, CURLINFO_RESPONSE_CODE, &code);
  if (code >= 200 && code < 300)
    land(flight, WIRE_TAKEN, (guint)code, "");
  else if (code == 410)
    land(flight, WIRE_GONE, (guint)code, "");
  else if (code >= 100 && code <= 999)
    land(flight, WIRE_FAILED, (guint)code, "");
  else if (flight->forbidden)
    land(flight, WIRE_FORBIDDEN, 0, "");
  else
    land(flight, WIRE_FAILED, 0, words_of(flight, result));
}

/* --- the loop --- */

static gboolean
take_job(Poster *poster)
{
  Arena *arena = arena_new();
  g_autoptr(GBytes) frame = child_receive_frame(poster->fd, WIRE_LONGEST);
  Flight *flight = g_new0(Flight, 1);

  *flight = (Flight){ .poster = poster, .arena = arena };
  if (frame && poster->flights < 2 * LIMIT_TELL_FLIGHTS && wire_read_job(frame, &flight->job, arena)) {
    take_off(poster, flight);
    return TRUE;
  }
  arena_free(arena);
  g_free(flight);
  return FALSE;
}

static void
take_ends(Poster *poster)
{
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(poster->multi, &left));) {
    char *flight = NULL;
    CURLcode result = message->data.result;
    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &flight);
    judge((Flight *)(void *)flight, result);
  }
}

gpointer
poster_new(const TellRules *rules)
{
  Poster *poster = g_new0(Poster, 1);
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  *poster = (Poster){ .rules = rules, .multi = curl_multi_init() };
  curl_multi_setopt(poster->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 2L * LIMIT_TELL_FLIGHTS);
  return poster;
}

/* What is under way when main goes is under way again when it is back. */
void
poster_run(gpointer data, int fd)
{
  Poster *poster = data;
  gboolean open = TRUE;
  int running;

  poster->fd = fd;
  while (open) {
    struct curl_waitfd work = { .fd = fd, .events = CURL_WAIT_POLLIN };
    curl_multi_perform(poster->multi, &running);
    take_ends(poster);
    if (curl_multi_poll(poster->multi, &work, 1, WAKE_MILLISECONDS, NULL) != CURLM_OK)
      break;
    if (work.revents)
      open = take_job(poster);
  }
}
