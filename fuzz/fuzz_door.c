/* Requests through the whole door: the office, the journal, sessions, acts and pages are the program's own, on a disk in
 * memory; a password costs nothing here and a token is not slowed.
 *
 * The first byte chooses: 0: requests made by door_grammar.h, up to eight; 1: one request whose body is the rest; 2: every
 * route once, from the bytes; else raw text as a client sends it, the credential put in by us.  An answer is whole, none
 * is 500, JSON is JSON and a page ends.  The office begins anew after so many entries; before, what the journal holds
 * is folded again without the snapshot, and the whole view must be what it was. */
#include "common.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json.h"
#include "door_grammar.h"
#include "hall.h"
#include "office/secret.h"
#include "web/rate.h"
#include "web/web.h"

#define ENTRIES 600  /* of one office */
#define INPUTS 3000
#define REQUESTS 8
#define PASSWORD "fuzz fuzz fuzz"

char *__wrap_secret_hash_password(const char *password, GError **error);
gboolean __wrap_secret_check_password(const char *hash, const char *password);
guint __wrap_rate_take(Rate *rate, const char *who, gint64 now);

char *
__wrap_secret_hash_password(const char *password G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return g_strdup("$argon2id$none");
}

gboolean
__wrap_secret_check_password(const char *hash G_GNUC_UNUSED, const char *password)
{
  return strcmp(password, PASSWORD) == 0;
}

guint
__wrap_rate_take(Rate *rate G_GNUC_UNUSED, const char *who G_GNUC_UNUSED, gint64 now G_GNUC_UNUSED)
{
  return 0;
}

static const struct {
  const char *person, *as;
} people[] = {
  { "p2", STAFF }, { "p6", HEAD }, { "p4", MANAGER }, { "p7", CISO }, { "p8", DEPARTMENT }, { "p1", ADMINISTRATOR },
};

static struct {
  Hall *hall;
  Web *web;
  Router *router; /* for its table */
  struct sockaddr_un place, files;
  char *sessions[G_N_ELEMENTS(people)]; /* "__Host-sid=…" */
  guint64 began;
  guint inputs;
  guint64 requests; /* of all offices */
} door;

typedef struct {
  guint status;
  GByteArray *bytes;
  const char *body;
  gsize length;
} Got;

/* --- one exchange --- */

static gboolean
is_whole(const GByteArray *bytes, Got *got)
{
  const char *text = (const char *)bytes->data, *end = bytes->len ? memmem(text, bytes->len, "\r\n\r\n", 4) : NULL;
  if (!end)
    return FALSE;
  const char *length = memmem(text, (gsize)(end - text), "Content-Length: ", 16);
  got->body = end + 4;
  gsize there = bytes->len - (gsize)(end + 4 - text), wanted = length ? g_ascii_strtoull(length + 16, NULL, 10) : there;
  got->length = MIN(there, wanted); /* what follows answers bytes behind the request */
  return there >= wanted;           /* without a length: a stream, which is left */
}

/* Until the answer is whole, or the other side has closed. */
static Got
exchange(const struct sockaddr_un *place, const char *text, gsize length, gboolean head)
{
  Got got = { .bytes = g_byte_array_new() };
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  gsize sent = 0;
  guint8 part[16384];
  gint64 until = g_get_monotonic_time() + 9 * G_USEC_PER_SEC;

  g_assert_cmpint(connect(fd, (const struct sockaddr *)place, sizeof *place), ==, 0);
  while (g_get_monotonic_time() < until) {
    ssize_t now = sent < length ? send(fd, text + sent, length - sent, MSG_NOSIGNAL) : 0;
    sent += now > 0 ? (gsize)now : 0;
    if (now < 0 && errno != EAGAIN)
      sent = length;
    if (sent == length && length && !head)
      (void)shutdown(fd, SHUT_WR);
    if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(20); /* the writer's turn */
    ssize_t came = recv(fd, part, sizeof part, 0);
    if (came > 0)
      g_byte_array_append(got.bytes, part, (guint)came);
    if (came == 0 || (came < 0 && errno != EAGAIN) || is_whole(got.bytes, &got) || (head && got.body))
      break;
  }
  g_assert_cmpint(g_get_monotonic_time(), <, until);
  close(fd);
  (void)is_whole(got.bytes, &got);
  door.requests++;
  if (got.bytes->len > 12 && memcmp(got.bytes->data, "HTTP/1.1 ", 9) == 0)
    got.status = (guint)g_ascii_strtoull((const char *)got.bytes->data + 9, NULL, 10);
  return got;
}

static gboolean
says(const Got *got, const char *field)
{
  return got->body && memmem(got->bytes->data, (gsize)((const guint8 *)got->body - got->bytes->data), field, strlen(field)) != NULL;
}

static json_t *
json_of(const Got *got)
{
  return got->body ? json_loadb(got->body, got->length, JSON_ALLOW_NUL, NULL) : NULL;
}

/* PATH: of what was asked, for papers: nobody is there to draw them. */
static void
look_at(const Got *got, const char *path, gboolean head)
{
  gboolean papers = strstr(path, "/papers/") != NULL;
  if (!got->body)
    return; /* closed on: too slow, or half a request */
  g_assert_cmpuint(got->status, >=, 200);
  if (got->status >= 500 && got->status != 503 && got->status != 501 && got->status != 505 && !papers)
    g_error("%u for %s: %.*s", got->status, path, (int)got->length, got->body);
  if (head || got->status == 304 || !got->length)
    return;
  if (says(got, "json\r\n")) {
    g_autoptr(json_t) json = json_of(got);
    g_assert_nonnull(json);
  } else if (says(got, "Content-Type: text/html"))
    g_assert_nonnull(memmem(got->body + got->length - MIN(got->length, 16), MIN(got->length, 16), "</html>", 7));
}

/* --- the office --- */

static char *
field_of(const Got *got, const char *name)
{
  const char *at = got->body ? memmem(got->bytes->data, got->bytes->len, name, strlen(name)) : NULL;
  if (!at)
    return NULL;
  g_autofree char *rest = g_strndup(at + strlen(name), got->bytes->len - (gsize)(at + strlen(name) - (const char *)got->bytes->data));
  return g_strndup(rest, strcspn(rest, ";\r"));
}

static void
sign_in(guint i)
{
  g_autofree char *body = g_strdup_printf("{\"name\":\"%s\",\"password\":\"" PASSWORD "\"}", people[i].person);
  g_autofree char *text = g_strdup_printf("POST /api/v1/session HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
                                          "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
  Got got = exchange(&door.place, text, strlen(text), FALSE);
  if (got.status == 200) { /* who failed too often waits */
    g_free(door.sessions[i]);
    door.sessions[i] = field_of(&got, "Set-Cookie: ");
  }
  g_byte_array_unref(got.bytes);
}

static void
account(guint i)
{
  g_autofree char *token = g_strdup_printf("shodo_fuzz_%s", people[i].person);
  g_autofree char *hash = secret_digest(token);
  g_autofree char *issue = g_strdup_printf("{'person':'%s','password_hash':'$argon2id$none','expires':'2026-11-22T17:05'}", people[i].person);
  g_autofree char *bearer = g_strdup_printf("{'name':'試験','scopes':['view','write','decide','administer'],'hash':'%s','expires':'2027-11-01T00:00'}", hash);

  if (!g_str_equal(people[i].person, "p1"))
    hall_must(door.hall, ADMINISTRATOR, "account.issue_password", 0, issue);
  hall_must(door.hall, people[i].as, "account.change_password", 0, "{'password_hash':'$argon2id$none'}");
  hall_must(door.hall, people[i].as, "account.issue_token", 0, bearer);
}

static void
begin(void)
{
  g_autoptr(GError) error = NULL;
  g_setenv("TMPDIR", fuzz_dir(), TRUE);
  door.hall = hall_new();
  hall_open_case(door.hall);
  hall_must(door.hall, STAFF, "triage.state", 1, "{'kind':'fact','subject':'暗号化','text':'開けない'}");
  hall_must(door.hall, STAFF, "triage.judge", 1, "{'outcome':'incident','reasons':'特徴がある'}");
  hall_must(door.hall, HEAD, "access.restrict", hall_open_case(door.hall), "{'persons':['p2'],'reason':'試験'}");
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    account(i);
  door.place.sun_family = door.files.sun_family = AF_UNIX;
  g_snprintf(door.place.sun_path, sizeof door.place.sun_path, "%s/web", door.hall->root);
  g_snprintf(door.files.sun_path, sizeof door.files.sun_path, "%s/web.files", door.hall->root);
  g_autofree char *where = g_strdup_printf("unix:%s", door.place.sun_path);
  door.web = web_new(door.hall->engine, where, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    sign_in(i);
  for (guint i = 0; i < G_N_ELEMENTS(people); i++)
    g_assert_nonnull(door.sessions[i]);
  door.began = engine_head(door.hall->engine).size;
  door.inputs = 0;
}

/* What was folded live is what the journal says. */
static void
finish(void)
{
  g_autofree char *snapshot = g_build_filename(door.hall->dir, "snapshot", NULL);

  g_clear_pointer(&door.web, web_free);
  engine_drain(door.hall->engine);
  g_autofree char *live = hall_portrait(door.hall->engine, engine_world(door.hall->engine));
  hall_close(door.hall);
  (void)g_remove(snapshot);
  hall_open(door.hall);
  g_autofree char *again = hall_portrait(door.hall->engine, engine_world(door.hall->engine));
  hall_assert_same(live, again);
  g_clear_pointer(&door.hall, hall_free);
}

/* --- requests --- */

/* 0…5 sessions, 6…11 tokens, 12 nobody, 13 both, 14 nonsense, 15 another site. */
static void
put_credential(GString *text, guint who)
{
  guint n = G_N_ELEMENTS(people), person = who % n;
  if (who < n || who == 13 || who == 15)
    g_string_append_printf(text, "Cookie: %s\r\n", door.sessions[person]);
  if ((who >= n && who < 2 * n) || who == 13)
    g_string_append_printf(text, "Authorization: Bearer shodo_fuzz_%s\r\n", people[person].person);
  if (who == 14)
    g_string_append(text, "Authorization: Bearer x\r\nCookie: __Host-sid=x; __Host-device=\r\n");
  g_string_append(text, who == 15 ? "Sec-Fetch-Site: cross-site\r\n" : "Sec-Fetch-Site: same-origin\r\n");
}

/* Where a ticket is given it is used. */
static void
use_ticket(const Got *got, guint who)
{
  g_autoptr(json_t) json = json_of(got);
  const char *upload = json_string_value(json_object_get(json, "upload"));
  g_autofree char *leads = field_of(got, "Location: /files/");
  g_autoptr(GString) text = g_string_new(NULL);

  if (!upload && !leads)
    return;
  if (upload)
    g_string_append_printf(text, "PUT %s HTTP/1.1\r\nContent-Length: 5\r\n", upload);
  else
    g_string_append_printf(text, "GET /files/%s HTTP/1.1\r\n", leads);
  g_string_append(text, "Host: a\r\n");
  put_credential(text, who);
  g_string_append_printf(text, "\r\n%s", upload ? "bytes" : "");
  Got given = exchange(&door.files, text->str, text->len, FALSE);
  look_at(&given, "/files/", FALSE);
  g_byte_array_unref(given.bytes);
}

static void
run(const DoorRequest *request)
{
  g_autoptr(GString) text = g_string_new(NULL);
  gboolean events = g_str_has_prefix(request->path->str, "/api/v1/events");

  g_string_append_printf(text, "%s %s HTTP/1.1\r\nHost: a\r\n", request->method, request->path->str);
  put_credential(text, request->who);
  if (request->type->len)
    g_string_append_printf(text, "Content-Type: %s\r\nContent-Length: %zu\r\n", request->type->str, request->body->len);
  g_string_append(text, "\r\n");
  g_string_append_len(text, request->body->str, (gssize)request->body->len);
  Got got = exchange(&door.place, text->str, text->len, events);
  look_at(&got, request->path->str, events);
  use_ticket(&got, request->who);
  if (got.status == 401 && request->who < G_N_ELEMENTS(people))
    sign_in(request->who);
  g_byte_array_unref(got.bytes);
}

static void
run_made(const GPtrArray *routes, Bytes *bytes)
{
  for (guint i = 0; i < REQUESTS && (i == 0 || bytes->left); i++) {
    guint n = bytes_next(bytes, 65536);
    g_autoptr(DoorRequest) request = door_request(routes, n, bytes);
    run(request);
  }
}

static void
run_body(const GPtrArray *routes, Bytes *bytes)
{
  guint n = bytes_next(bytes, 65536);
  Bytes none = { 0 };
  g_autoptr(DoorRequest) request = door_request(routes, n, &none);
  request->who = bytes_next(bytes, 16);
  g_string_truncate(request->body, 0);
  g_string_append_len(request->body, (const char *)bytes->at, (gssize)bytes->left);
  run(request);
}

static void
run_every(const GPtrArray *routes, const Bytes *bytes)
{
  for (guint i = 0; i < routes->len; i++) {
    Bytes same = *bytes;
    g_autoptr(DoorRequest) request = door_request(routes, i, &same);
    run(request);
  }
}

/* The head's first line is theirs, the credential ours. */
static void
run_raw(Bytes *bytes)
{
  guint who = bytes_next(bytes, 16);
  const char *data = (const char *)bytes->at, *end = bytes->left ? memmem(data, bytes->left, "\r\n", 2) : NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  if (!end)
    return;
  g_string_append_len(text, data, end + 2 - data);
  put_credential(text, who);
  g_string_append_len(text, end + 2, (gssize)(bytes->left - (gsize)(end + 2 - data)));
  Got got = exchange(&door.place, text->str, text->len, strncmp(data, "HEAD ", 5) == 0);
  look_at(&got, "raw", TRUE);
  g_byte_array_unref(got.bytes);
}

static void
tell(void)
{
  g_printerr("# %" G_GUINT64_FORMAT " requests\n", door.requests);
}

/* The program starts itself anew as a signer and a worker: there are none here, and the system check says so. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
  if (*argc > 1 && (g_str_equal((*argv)[1], "signer") || g_str_equal((*argv)[1], "worker")))
    _exit(3);
  return 0;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  Bytes bytes = { data, size };
  if (size > 20000)
    return 0;
  if (!door.router) {
    door.router = router_new();
    web_routes(door.router);
    g_assert_cmpint(atexit(tell), ==, 0);
  }
  if (!door.hall)
    begin();
  const GPtrArray *routes = router_routes(door.router);
  guint how = bytes_next(&bytes, 256);
  if (how == 0)
    run_made(routes, &bytes);
  else if (how == 1)
    run_body(routes, &bytes);
  else if (how == 2)
    run_every(routes, &bytes);
  else
    run_raw(&bytes);
  if (++door.inputs >= INPUTS || engine_head(door.hall->engine).size - door.began > ENTRIES)
    finish();
  return 0;
}
