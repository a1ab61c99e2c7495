/* The office over HTTP, signed in, by many clients on kept connections (tests/web/crowd.h):
 *
 *   a case of 200 records, as JSON and as a page, against libmicrohttpd serving the same bytes
 *   from memory (page_peer.h), as kept within the second and, shown only, made anew each time; a record, durable, by 64 clients against a bare SQLite loop that commits the same rows in
 *   transactions of the same size (peer.h); 500 event streams on one case with a record every second, to the last
 *   that is told of it; and what memory it takes. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "crowd.h"
#include "engine/session.h"
#include "fixture.h"
#include "measure.h"
#include "page_peer.h"
#include "peer.h"

#define ROUNDS 7
#define READERS 32
#define PAGES 6000 /* of one round */
#define FRESH 600 /* of one round in which none is kept */
#define WRITERS 64
#define ACTS 4096 /* of one round */
#define RECORDS 200
#define REST_SECONDS 3
#define STREAMS 500
#define NEWS 15 /* records, one a second */
#define LATEST_TOLD 0.25 /* of that second */
#define CASES 1000
#define LEAST_HELD 0.5
#define IDLE_MOST 48.0 /* MiB */

/* --- the server --- */

typedef struct {
  const char *dir;
  char *log, *where;
  Session *session;
  GPid pid;
} Served;

static char *
said(const Served *served)
{
  char *text = NULL;
  return g_file_get_contents(served->log, &text, NULL, NULL) ? text : g_strdup("");
}

/* Until it said TEXT; what it had said by then. */
static char *
wait_for(const Served *served, const char *text)
{
  for (guint i = 0; i < 60000; i++) {
    g_autofree char *all = said(served);
    if (strstr(all, text))
      return g_steal_pointer(&all);
    if (waitpid(served->pid, NULL, WNOHANG) == served->pid)
      break;
    g_usleep(1000);
  }
  measure_fail("shodo serve", NULL);
}

static Served
serve(const char *dir)
{
  Served served = { .dir = dir, .log = measure_path("http.log") };
  g_autoptr(GError) error = NULL;
  int log = open(served.log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);

  served.pid = fork();
  if (served.pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(log, 2);
    execlp("shodo", "shodo", "serve", "--data", dir, "--listen", "127.0.0.1:0", NULL);
    _exit(127);
  }
  close(log);
  g_autofree char *text = wait_for(&served, "動いています");
  const char *port = strstr(text, "http://127.0.0.1:");
  g_assert(port);
  served.where = g_strdup_printf("tcp:%" G_GUINT64_FORMAT, g_ascii_strtoull(port + 17, NULL, 10));
  served.session = session_open(dir, &error);
  measure_check(served.session != NULL, "reaching shodo serve", &error);
  return served;
}

static void
stop(Served *served)
{
  int status;
  session_close(served->session);
  g_assert(kill(served->pid, SIGTERM) == 0 && waitpid(served->pid, &status, 0) == served->pid);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    measure_fail("shodo serve did not end well", NULL);
  g_free(served->where);
  g_free(served->log);
}

static guint64
commits(const Served *served)
{
  g_assert(truncate(served->log, 0) == 0 && kill(served->pid, SIGUSR1) == 0);
  g_autofree char *text = wait_for(served, "# EOF\n");
  const char *line = strstr(text, "\nshodo_journal_commits_total ");
  g_assert(line);
  return g_ascii_strtoull(line + 29, NULL, 10);
}

/* Seconds of processor time of all threads. */
static double
processor(GPid pid)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 0;
  g_auto(GStrv) words = g_strsplit(strrchr(text, ')') + 2, " ", 20);
  return (double)(g_ascii_strtoull(words[11], NULL, 10) + g_ascii_strtoull(words[12], NULL, 10)) / (double)sysconf(_SC_CLK_TCK);
}

/* --- one request --- */

typedef struct {
  GBytes *request;
  guint status;
  char *head;
  GBytes *body;
} Once;

static GBytes *
ask_once(guint index G_GNUC_UNUSED, gpointer data)
{
  Once *once = data;
  return once->status ? NULL : once->request;
}

static void
told_once(guint index G_GNUC_UNUSED, const CrowdAnswer *answer, gpointer data)
{
  Once *once = data;
  once->status = answer->status;
  once->head = g_strndup(answer->head, answer->head_length);
  once->body = g_bytes_new(answer->body, answer->length);
}

static Once
fetch(const char *where, GBytes *request)
{
  static const CrowdPeople one = { ask_once, told_once };
  Once once = { .request = request };
  if (!crowd_run(where, 1, &one, &once) || once.status != 200)
    measure_fail(once.body ? g_bytes_get_data(once.body, NULL) : "a request", NULL);
  return once;
}

static void
once_clear(Once *once)
{
  g_free(once->head);
  g_bytes_unref(once->body);
  g_bytes_unref(once->request);
}

/* --- signing in --- */

static char *
post(const char *where, const char *path, const char *cookie, json_t *body)
{
  char *text = json_dumps(body, JSON_COMPACT);
  Once once = fetch(where, crowd_request("POST", path, cookie, NULL, text));
  const char *set = strstr(once.head, "__Host-sid=");
  char *field = set ? g_strdup_printf("Cookie: %.*s", (int)strcspn(set, ";\r"), set) : g_strdup(cookie);

  once_clear(&once);
  free(text);
  json_decref(body);
  return field;
}

/* The field with the cookie of 佐藤健, who is given a first password and changes it. */
static char *
sign_in(const Served *served)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) issue = json_pack("{s:s, s:s, s:s}", "command", "issue-password", "person", "佐藤健", "as", "管理花子/administrator");
  g_autoptr(json_t) issued = session_call(served->session, issue, &error);
  const char *password = json_string_value(json_object_get(issued, "password"));

  measure_check(password != NULL, "issuing a password", &error);
  g_autofree char *first = post(served->where, "/api/v1/session", NULL, json_pack("{s:s, s:s}", "name", "佐藤健", "password", password));
  return post(served->where, "/api/v1/me/password", first,
              json_pack("{s:s, s:s}", "password", password, "new", "ながい合言葉 測定 番号7351"));
}

/* --- pages --- */

/* The program keeps an answer for a second (web/kept.h); with COOKIE each request of the round has a query of its own,
 * and its answer is made anew. */
typedef struct {
  GBytes *request;
  guint asked, told, pages;
  gsize length; /* 0: any */
  const char *path, *cookie;
  GBytes *out[READERS];
} Reading;

static GBytes *
ask_page(guint index, gpointer data)
{
  Reading *reading = data;

  g_clear_pointer(&reading->out[index], g_bytes_unref);
  if (reading->asked >= reading->pages)
    return NULL;
  reading->asked++;
  if (!reading->cookie)
    return reading->request;
  g_autofree char *path = g_strdup_printf("%s?fresh=%u", reading->path, reading->asked);
  reading->out[index] = crowd_request("GET", path, reading->cookie, NULL, NULL);
  return reading->out[index];
}

static void
told_page(guint index G_GNUC_UNUSED, const CrowdAnswer *answer, gpointer data)
{
  Reading *reading = data;
  if (answer->status != 200 || (reading->length && answer->length != reading->length))
    measure_fail("a page was another", NULL);
  reading->told++;
}

static double
pages_round(const char *where, Reading reading)
{
  static const CrowdPeople readers = { ask_page, told_page };
  double began = measure_now();
  if (!crowd_run(where, READERS, &readers, &reading) || reading.told != reading.pages)
    measure_fail("reading pages", NULL);
  return reading.pages / (measure_now() - began);
}

/* What an answer costs that nobody asked for within the second: shown, and held to nothing. */
static void
show_fresh(const Served *served, const char *cookie, const char *path, double peer_rate)
{
  double used = processor(served->pid);
  double rate = pages_round(served->where, (Reading){ .pages = FRESH, .path = path, .cookie = cookie });
  used = processor(served->pid) - used;
  measure_say("%s made anew each time: %.0f/s and %.0f us of processor time; %.3f of libmicrohttpd", path, rate, used / FRESH * 1e6,
              rate / peer_rate);
}

static void
bench_page(const Served *served, const char *cookie, const char *path, const char *name)
{
  Once page = fetch(served->where, crowd_request("GET", path, cookie, NULL, NULL));
  const Reading kept = { .request = page.request, .pages = PAGES, .length = g_bytes_get_size(page.body) };
  g_autofree char *where = NULL;
  GPid peer = page_peer_start(page.head, page.body, &where);
  double ratio[ROUNDS], peer_rate = 0;

  for (guint i = 0; i < ROUNDS; i++) {
    double used = processor(served->pid), used_by_peer = processor(peer);
    double rate = pages_round(served->where, kept);
    peer_rate = pages_round(where, kept);
    used = processor(served->pid) - used;
    used_by_peer = processor(peer) - used_by_peer;
    ratio[i] = rate / peer_rate;
    measure_say("%s of %zu bytes: %.0f/s and %.0f us of processor time; libmicrohttpd %.0f/s, %.0f us", path, kept.length, rate,
                used / PAGES * 1e6, peer_rate, used_by_peer / PAGES * 1e6);
  }
  show_fresh(served, cookie, path, peer_rate);
  page_peer_stop(peer);
  once_clear(&page);
  measure_hold(name, measure_share(ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
}

/* --- records --- */

typedef struct {
  const char *cookie, *path;
  GBytes *out[WRITERS];
  guint asked, told;
} Writing;

static GBytes *
ask_record(guint index, gpointer data)
{
  Writing *writing = data;

  g_clear_pointer(&writing->out[index], g_bytes_unref);
  if (writing->asked >= ACTS)
    return NULL;
  writing->asked++;
  g_autofree char *key = g_uuid_string_random();
  g_autofree char *text = g_strdup_printf(
      "{\"post\":\"情報システム担当者\",\"fields\":{\"sort\":\"work\",\"text\":\"%u件目。市民課の窓口端末を情報政策課の執務室に運び、"
      "ディスクの複製を作り始めた。電源は入れたまま、画面は写真に撮って番号を付けた。子育て支援課の課長に電話し、共有フォルダを使わず"
      "紙の様式で受け付けるよう依頼した。次の確認は一時間後とする。\"}}", writing->asked);
  writing->out[index] = crowd_request("POST", writing->path, writing->cookie, key, text);
  return writing->out[index];
}

static void
told_record(guint index G_GNUC_UNUSED, const CrowdAnswer *answer, gpointer data)
{
  if (answer->status != 200)
    measure_fail(answer->body, NULL);
  ((Writing *)data)->told++;
}

static double
records_round(const Served *served, const char *cookie, const char *path)
{
  static const CrowdPeople writers = { ask_record, told_record };
  Writing writing = { .cookie = cookie, .path = path };
  double began = measure_now();
  if (!crowd_run(served->where, WRITERS, &writers, &writing) || writing.told != ACTS)
    measure_fail("adding records", NULL);
  return ACTS / (measure_now() - began);
}

static void
bench_records(const Served *served, const char *cookie)
{
  static const char *const paths[] = { "/api/v1/cases/2/acts/record.add", "/api/v1/cases/3/acts/record.add" };
  g_autofree char *bare = measure_scratch("http-peer");
  g_autoptr(GError) error = NULL;
  g_autoptr(Peer) peer = peer_open(bare);
  double ratio[ROUNDS];

  (void)records_round(served, cookie, paths[0]);
  g_autoptr(JournalReader) reader = journal_reader_open(served->dir, &error);
  measure_check(reader != NULL, "reading rows", &error);
  g_autoptr(PeerRows) rows = peer_rows(reader, 2);
  for (guint i = 0; i < ROUNDS; i++) {
    guint64 before = commits(served);
    double used = processor(served->pid);
    double rate = records_round(served, cookie, paths[i >= ROUNDS / 2]); /* each below the limit of one case */
    used = processor(served->pid) - used;
    guint batch = (guint)(ACTS / MAX(commits(served) - before, 1));
    double peer_rate = peer_round(peer, rows, ACTS, MAX(batch, 1));
    ratio[i] = rate / peer_rate;
    measure_say("records over HTTP %.0f/s, %.0f us of processor time, SQLite %.0f/s; %u a commit", rate, used / ACTS * 1e6, peer_rate, batch);
  }
  measure_hold("record over HTTP, durable, 64 clients", measure_share(ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
}

/* --- streams of events --- */

typedef struct {
  struct pollfd polled[STREAMS];
  GString *in[STREAMS];
} Streams;

static Streams *
streams_open(const Served *served, const char *cookie)
{
  const struct sockaddr_in where = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                     .sin_port = htons((guint16)g_ascii_strtoull(served->where + 4, NULL, 10)) };
  g_autoptr(GBytes) request = crowd_request("GET", "/api/v1/events", cookie, NULL, NULL);
  Streams *streams = g_new0(Streams, 1);
  for (guint i = 0; i < STREAMS; i++) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    gsize length;
    const char *text = g_bytes_get_data(request, &length);
    if (connect(fd, (const struct sockaddr *)&where, sizeof where) != 0 || send(fd, text, length, MSG_NOSIGNAL) != (ssize_t)length)
      measure_fail("a stream of events", NULL);
    streams->polled[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
    streams->in[i] = g_string_new(NULL);
  }
  return streams;
}

static void
streams_close(Streams *streams)
{
  for (guint i = 0; i < STREAMS; i++) {
    close(streams->polled[i].fd);
    g_string_free(streams->in[i], TRUE);
  }
  g_free(streams);
}

/* Until every stream said WORD. */
static void
streams_wait(Streams *streams, const char *word)
{
  for (guint left = STREAMS; left;) {
    if (poll(streams->polled, STREAMS, 30000) <= 0)
      measure_fail("a stream was not told", NULL);
    left = 0;
    for (guint i = 0; i < STREAMS; i++) {
      char room[4096];
      ssize_t n = streams->polled[i].revents & POLLIN ? recv(streams->polled[i].fd, room, sizeof room, MSG_DONTWAIT) : 0;
      if (n > 0)
        g_string_append_len(streams->in[i], room, n);
      else if (streams->polled[i].revents & (POLLIN | POLLHUP | POLLERR))
        measure_fail("a stream ended", NULL);
      left += strstr(streams->in[i]->str, word) ? 0 : 1;
    }
  }
  for (guint i = 0; i < STREAMS; i++)
    g_string_truncate(streams->in[i], 0);
}

/* From the asking for a record to the last browser that is told of it. */
static double
tell_all(const Served *served, Streams *streams, guint i)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strdup_printf("%u件目。市民課の端末を運んだ。", i);
  g_autoptr(json_t) act = json_pack("{s:s, s:s, s:i, s:s, s:{s:s, s:s}}", "command", "act", "act", "record.add", "case", 1, "as",
                                    "佐藤健/情報システム担当者", "fields", "sort", "work", "text", text);
  double began = measure_now();
  g_autoptr(json_t) reply = session_call(served->session, act, &error);
  measure_check(reply && json_is_true(json_object_get(reply, "ok")), "a record", &error);
  g_autofree char *word = g_strdup_printf("\"entry\":%" JSON_INTEGER_FORMAT "}", json_integer_value(json_object_get(reply, "first")));
  streams_wait(streams, word);
  return measure_now() - began;
}

static void
bench_streams(const Served *served, const char *cookie)
{
  Streams *streams = streams_open(served, cookie);
  double took[NEWS];
  streams_wait(streams, "event: head");
  double used = processor(served->pid), began = measure_now();
  for (guint i = 0; i < NEWS; i++) {
    took[i] = tell_all(served, streams, i);
    g_usleep((gulong)(MAX(0.0, began + i + 1 - measure_now()) * G_USEC_PER_SEC));
  }
  used = processor(served->pid) - used;
  streams_close(streams);
  measure_say("%u streams, a record a second: the last told after %.1f ms (median), %.1f ms (worst of %u); %.1f ms of processor time each", STREAMS,
              measure_share(took, NEWS, 0.5) * 1e3, measure_share(took, NEWS, 1.0) * 1e3, NEWS, used / NEWS * 1e3);
  measure_hold("500 streams, a record a second: until the last is told, seconds", measure_share(took, NEWS, 1.0), "<=", LATEST_TOLD);
}

/* --- memory --- */

static double
resident(const char *dir)
{
  Served served = serve(dir);
  g_usleep(REST_SECONDS * G_USEC_PER_SEC);
  double memory = (double)measure_memory(served.pid, "VmRSS") / 1024;
  stop(&served);
  return memory;
}

/* --- all --- */

int
main(void)
{
  g_autofree char *dir = measure_scratch("http");

  fixture_found(dir);
  measure_hold("resident MiB of a fresh office that listens", resident(dir), "<=", IDLE_MOST);
  Engine *engine = fixture_open(dir);
  guint64 kase = fixture_case(engine);
  for (guint64 i = 0; i < RECORDS; i++)
    fixture_record(engine, kase, i, NULL, NULL);
  engine_drain(engine);
  (void)fixture_case(engine);
  (void)fixture_case(engine);
  engine_close(engine);
  Served served = serve(dir);
  g_autofree char *cookie = sign_in(&served);
  bench_page(&served, cookie, "/api/v1/cases/1", "case of 200 records as JSON, 32 clients");
  bench_page(&served, cookie, "/cases/1", "case of 200 records as a page, 32 clients");
  bench_streams(&served, cookie);
  bench_records(&served, cookie);
  stop(&served);
  g_autofree char *grown = fixture_grown(CASES * (FIXTURE_CASE + 1));
  measure_say("resident with %u cases: %.1f MiB", CASES, resident(grown));
  return 0;
}
