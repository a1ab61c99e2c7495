/* session.h over HTTP: the scenario player of the program, whose acts go to /api/v1 as the people
 * who do them, each with a session of their own.  Linked before the program's own session.c.
 *
 *   SHODO_TEST_URL     https://localhost:PORT or http://localhost
 *   SHODO_TEST_SOCKET  UNIX socket to connect to, or unset
 *   SHODO_TEST_CA      certificate to trust, or unset
 *   SHODO_TEST_RESTART a command run once after as many acts as SHODO_TEST_RESTART_AFTER
 *
 * The clock of the world is set through the control socket: it is no act. */
#include <curl/curl.h>
#include <locale.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "cli/cli.h"
#include "engine/session.h"

struct Session {
  char *dir;
  CURL *curl;
  GHashTable *cookies; /* name -> "__Host-sid=…" */
  char *administrator; /* "氏名/administrator", first of all */
  guint acts;
};

typedef struct {
  GByteArray *body;
  char *cookie;
} Heard;

static const char *
setting(const char *name)
{
  const char *value = g_getenv(name);
  return value && *value ? value : NULL;
}

static size_t
on_body(char *data, size_t size, size_t count, void *heard)
{
  g_byte_array_append(((Heard *)heard)->body, (const guint8 *)data, (guint)(size * count));
  return size * count;
}

static size_t
on_field(char *data, size_t size, size_t count, void *user)
{
  Heard *heard = user;
  g_autofree char *line = g_strndup(data, size * count);
  if (g_ascii_strncasecmp(line, "set-cookie: __Host-sid=", 23) == 0) {
    g_free(heard->cookie);
    heard->cookie = g_strndup(line + 12, strcspn(line + 12, ";\r\n"));
  }
  return size * count;
}

/* With a certificate to trust it is nginx that answers, and by HTTP/2. */
static void
assert_version(CURL *curl)
{
  long version = 0;
  curl_easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version);
  if (version != (setting("SHODO_TEST_CA") ? (long)CURL_HTTP_VERSION_2_0 : (long)CURL_HTTP_VERSION_1_1))
    g_error("answered by HTTP version %ld of curl's list", version);
}

/* One request, sent again with the same key while the server is being restarted. */
static json_t *
ask(Session *session, const char *method, const char *path, const char *cookie, const json_t *body, char **new_cookie, long *status)
{
  g_autofree char *url = g_strconcat(g_getenv("SHODO_TEST_URL"), path, NULL);
  g_autofree char *key = g_uuid_string_random();
  g_autofree char *key_field = g_strdup_printf("Idempotency-Key: %s", key);
  char *text = body ? json_dumps(body, 0) : NULL;
  struct curl_slist *fields = curl_slist_append(NULL, "Content-Type: application/json");
  g_autofree char *cookie_field = cookie ? g_strdup_printf("Cookie: %s", cookie) : NULL;
  json_t *answer = NULL;

  fields = curl_slist_append(fields, key_field);
  fields = curl_slist_append(fields, "Sec-Fetch-Site: same-origin");
  if (cookie_field)
    fields = curl_slist_append(fields, cookie_field);
  curl_easy_reset(session->curl);
  curl_easy_setopt(session->curl, CURLOPT_URL, url);
  curl_easy_setopt(session->curl, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(session->curl, CURLOPT_HTTPHEADER, fields);
  curl_easy_setopt(session->curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(session->curl, CURLOPT_HEADERFUNCTION, on_field);
  curl_easy_setopt(session->curl, CURLOPT_TIMEOUT, 60L);
  if (setting("SHODO_TEST_SOCKET"))
    curl_easy_setopt(session->curl, CURLOPT_UNIX_SOCKET_PATH, setting("SHODO_TEST_SOCKET"));
  if (setting("SHODO_TEST_CA")) {
    curl_easy_setopt(session->curl, CURLOPT_CAINFO, setting("SHODO_TEST_CA"));
    curl_easy_setopt(session->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  }
  if (text)
    curl_easy_setopt(session->curl, CURLOPT_POSTFIELDS, text);
  for (guint try = 0; try < 200 && !answer; try++) {
    Heard heard = { .body = g_byte_array_new() };
    curl_easy_setopt(session->curl, CURLOPT_WRITEDATA, &heard);
    curl_easy_setopt(session->curl, CURLOPT_HEADERDATA, &heard);
    CURLcode code = curl_easy_perform(session->curl);
    curl_easy_getinfo(session->curl, CURLINFO_RESPONSE_CODE, status);
    if (code == CURLE_OK)
      assert_version(session->curl);
    if (code == CURLE_OK && *status != 502 && *status != 503 && *status != 504) {
      answer = heard.body->len ? shodo_json_parse(path, heard.body->data, heard.body->len, NULL) : json_object();
      if (new_cookie && heard.cookie) {
        g_free(*new_cookie);
        *new_cookie = g_steal_pointer(&heard.cookie);
      }
    } else
      g_usleep(50000);
    g_byte_array_unref(heard.body);
    g_free(heard.cookie);
  }
  curl_slist_free_all(fields);
  free(text);
  if (!answer)
    g_error("%s %s: no answer", method, path);
  return answer;
}

/* --- the control socket, for what is no act --- */

static gboolean
whole(int fd, void *data, gsize length, gboolean out)
{
  for (gsize done = 0; done < length;) {
    ssize_t n = out ? write(fd, (char *)data + done, length - done) : read(fd, (char *)data + done, length - done);
    if (n <= 0)
      return FALSE;
    done += (gsize)n;
  }
  return TRUE;
}

static json_t *
control(Session *session, const json_t *request)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *path = g_build_filename(session->dir, "control.sock", NULL);
  char *text = json_dumps(request, JSON_COMPACT);
  guint32 length = GUINT32_TO_BE((guint32)strlen(text));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  for (guint try = 0; try < 200 && connect(fd, (struct sockaddr *)&address, sizeof address) < 0; try++)
    g_usleep(50000); /* it is being restarted */
  if (!whole(fd, &length, 4, TRUE) ||
      !whole(fd, text, strlen(text), TRUE) || !whole(fd, &length, 4, FALSE))
    g_error("control socket: %s", g_strerror(errno));
  length = GUINT32_FROM_BE(length);
  g_autofree char *reply = g_malloc(length);
  if (!whole(fd, reply, length, FALSE))
    g_error("control socket: %s", g_strerror(errno));
  close(fd);
  free(text);
  return shodo_json_parse("reply", reply, length, NULL);
}

/* --- signing in --- */

/* A first password from the administrator, changed at once, as everybody does it. */
static char *
sign_in(Session *session, const char *person)
{
  g_autoptr(json_t) issue = json_pack("{s:s, s:s, s:s}", "command", "issue-password", "person", person, "as", session->administrator);
  g_autoptr(json_t) issued = control(session, issue);
  g_autofree char *unique = g_uuid_string_random();
  g_autofree char *chosen = g_strdup_printf("ながい合言葉 %s 番号7351", unique);
  char *cookie = NULL;
  long status;

  if (!json_is_true(json_object_get(issued, "ok")))
    g_error("no password for %s: %s", person, json_dumps(issued, 0));
  g_autoptr(json_t) first = json_pack("{s:s, s:s*}", "name", person, "password", cli_text(issued, "password"));
  g_autoptr(json_t) entered = ask(session, "POST", "/api/v1/session", NULL, first, &cookie, &status);
  if (status != 200 || !cookie)
    g_error("%s cannot sign in: %ld %s", person, status, json_dumps(entered, 0));
  g_autoptr(json_t) change = json_pack("{s:s, s:s}", "password", cli_text(issued, "password"), "new", chosen);
  g_autoptr(json_t) changed = ask(session, "POST", "/api/v1/me/password", cookie, change, &cookie, &status);
  if (status != 200)
    g_error("%s cannot change the password: %ld %s", person, status, json_dumps(changed, 0));
  return cookie;
}

static const char *
cookie_of(Session *session, const char *person)
{
  const char *cookie = g_hash_table_lookup(session->cookies, person);
  if (cookie)
    return cookie;
  g_hash_table_insert(session->cookies, g_strdup(person), sign_in(session, person));
  return g_hash_table_lookup(session->cookies, person);
}

/* --- commands as requests --- */

static const char *
command_code(const char *code)
{
  static const struct {
    const char *api, *command;
  } codes[] = { { "fields", "invalid" }, { "not-found", "invalid" } };
  for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
    if (g_str_equal(code, codes[i].api))
      return codes[i].command;
  return code;
}

static void
restart_once(Session *session)
{
  const char *after = setting("SHODO_TEST_RESTART_AFTER");
  g_autoptr(GError) error = NULL;
  int status = 0;
  if (!after || ++session->acts != (guint)g_ascii_strtoull(after, NULL, 10))
    return;
  if (!g_spawn_command_line_sync(g_getenv("SHODO_TEST_RESTART"), NULL, NULL, &status, &error) || status)
    g_error("restart: %s", error ? error->message : "failed");
}

static json_t *
do_act(Session *session, const json_t *command)
{
  static const char *const kept[] = { "fields", "proxy", "happened", "precision" };
  const char *as = cli_text(command, "as"), *act = cli_text(command, "act");
  g_auto(GStrv) parts = g_strsplit(as, "/", 2);
  gint64 kase = cli_number(command, "case");
  g_autofree char *path =
    kase ? g_strdup_printf("/api/v1/cases/%" G_GINT64_FORMAT "/acts/%s", kase, act) : g_strdup_printf("/api/v1/acts/%s", act);
  g_autoptr(json_t) body = json_pack("{s:s}", "post", parts[1]);
  long status;

  if (!session->administrator)
    session->administrator = g_strdup(as);
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
    if (json_object_get(command, kept[i]))
      json_object_set(body, kept[i], json_object_get(command, kept[i]));
  json_t *answer = ask(session, "POST", path, cookie_of(session, parts[0]), body, NULL, &status);
  gboolean done = status == 200;
  json_object_set_new(answer, "ok", json_boolean(done));
  json_object_set_new(answer, "code", json_string(done ? "ok" : command_code(cli_text(answer, "code"))));
  if (!done)
    json_object_set_new(answer, "text", json_string(cli_text(answer, "detail")));
  restart_once(session);
  return answer;
}

/* Views are asked by whoever acted last. */
static json_t *
view(Session *session, const json_t *command, const char *format)
{
  GHashTableIter iter;
  gpointer person, cookie;
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, cli_number(command, "case"));
  g_auto(GStrv) parts = g_strsplit(format, "%", 2);
  g_autofree char *path = parts[1] ? g_strconcat(parts[0], number, parts[1], NULL) : g_strdup(format);
  long status = 0;
  json_t *answer = NULL;

  g_hash_table_iter_init(&iter, session->cookies);
  while (status != 200 && g_hash_table_iter_next(&iter, &person, &cookie)) {
    json_decref(answer);
    answer = ask(session, "GET", path, cookie, NULL, NULL, &status);
  }
  return answer;
}

Session *
session_open(const char *dir, GError **error G_GNUC_UNUSED)
{
  Session *session = g_new0(Session, 1);
  session->dir = g_strdup(dir);
  session->curl = curl_easy_init();
  session->cookies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return session;
}

Session *
session_open_watched(const char *dir, Progress progress G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED, GError **error)
{
  return session_open(dir, error);
}

/* For mail, which a mail server hands over at the machine itself. */
Session *
session_join(const char *dir, GError **error)
{
  return session_open(dir, error);
}

void
session_close(Session *session)
{
  if (!session)
    return;
  curl_easy_cleanup(session->curl);
  g_hash_table_unref(session->cookies);
  g_free(session->administrator);
  g_free(session->dir);
  g_free(session);
}

void
session_lend(Session *session G_GNUC_UNUSED, Worker *worker G_GNUC_UNUSED)
{
}

json_t *
session_call(Session *session, const json_t *request, GError **error G_GNUC_UNUSED)
{
  const char *command = cli_text(request, "command");

  if (g_str_equal(command, "act"))
    return do_act(session, request);
  if (g_str_equal(command, "case-show"))
    return view(session, request, "/api/v1/cases/%");
  if (g_str_equal(command, "conformity"))
    return view(session, request, "/api/v1/cases/%/conformity");
  if (g_str_equal(command, "office"))
    return view(session, request, "/api/v1/office");
  return control(session, request);
}

int
main(int argc, char **argv)
{
  g_autofree char *name = g_strdup("play");
  setlocale(LC_ALL, "");
  argv[0] = name;
  return cli_play(argc, argv);
}
