/* HTTP/2 through nginx: requests sent at once over one connection, good ones and bad, arrive at the program as many as
 * nginx says it passed on, each once, and each is answered as over HTTP/1.1. */
#include <curl/curl.h>
#include <string.h>

#include "raw.h"
#include "serving.h"

#define ROUNDS 20

static const struct {
  const char *method, *path, *field, *body;
  long status;
  gboolean here; /* it reaches the program */
} rows[] = {
  { "GET", "/healthz", NULL, NULL, 200, TRUE },
  { "HEAD", "/healthz", NULL, NULL, 200, TRUE },
  { "GET", "/api/v1/openapi.json", NULL, NULL, 200, TRUE },
  { "GET", "/api/v1/me", NULL, NULL, 401, TRUE },
  { "GET", "/nowhere", "Cookie: a=b", NULL, 404, TRUE },
  { "POST", "/healthz", "Content-Type: application/json", "{}", 413, TRUE },
  { "POST", "/api/v1/session", "Sec-Fetch-Site: same-origin", "{}", 415, TRUE },
  { "POST", "/api/v1/session", "Sec-Fetch-Site: cross-site", "", 403, TRUE },
  { "DELETE", "/healthz", NULL, NULL, 405, TRUE },
  { "GET", "/files/nothing", NULL, NULL, 404, FALSE }, /* of the other listener */
  { "TRACE", "/healthz", NULL, NULL, 405, FALSE },
  { "GET", "/healthz", "Transfer-Encoding: chunked", NULL, 200, TRUE }, /* no field of HTTP/2 */
};

typedef struct {
  CURL *curl;
  struct curl_slist *fields;
  gsize row;
} Call;

static size_t
drop(char *data G_GNUC_UNUSED, size_t size, size_t count, void *to G_GNUC_UNUSED)
{
  return size * count;
}

static void
call_begin(Call *call, gsize row, const char *port)
{
  g_autofree char *url = g_strdup_printf("https://127.0.0.1:%s%s", port, rows[row].path);
  CURL *curl = curl_easy_init();

  *call = (Call){ curl, curl_slist_append(NULL, "Expect:"), row };
  if (rows[row].field)
    call->fields = curl_slist_append(call->fields, rows[row].field);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(curl, CURLOPT_PIPEWAIT, 1L); /* over the one connection there is */
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, call->fields);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, call);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
  if (rows[row].body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(rows[row].body));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, rows[row].body);
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, rows[row].method);
  curl_easy_setopt(curl, CURLOPT_NOBODY, strcmp(rows[row].method, "HEAD") == 0 ? 1L : 0L);
}

/* How many were answered wrongly. */
static guint
call_end(Call *call, CURLcode result)
{
  long status = 0, version = 0;
  curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(call->curl, CURLINFO_HTTP_VERSION, &version);
  gboolean right = result == CURLE_OK && status == rows[call->row].status && version == CURL_HTTP_VERSION_2_0;
  if (!right)
    g_test_message("%s %s: %d %ld, version %ld", rows[call->row].method, rows[call->row].path, (int)result, status, version);
  return right ? 0 : 1;
}

static guint
run_all(CURLM *multi)
{
  int running = 1, left;
  guint wrong = 0;

  while (running) {
    g_assert_cmpint(curl_multi_perform(multi, &running), ==, CURLM_OK);
    g_assert_cmpint(curl_multi_poll(multi, NULL, 0, 1000, NULL), ==, CURLM_OK);
    for (const CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
      Call *call;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
      wrong += call_end(call, message->data.result);
    }
  }
  return wrong;
}

/* nginx writes its log when it is done with a request, which may be after we have read the answer. */
static gboolean
counts_are(Serving *serving, guint64 passed, guint64 counted, guint64 wanted, guint64 other)
{
  for (guint i = 0; i < 300; i++) {
    guint64 here = serving_count(serving, "shodo_http_requests_total") - counted, there = serving_passed_on(serving) - passed;
    if (here == wanted && there == wanted + other)
      return TRUE;
    if (i == 299)
      g_test_message("nginx passed on %" G_GUINT64_FORMAT ", Shodo counted %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, there, here, wanted);
    g_usleep(10000);
  }
  return FALSE;
}

static void
test_counts(void)
{
  g_autoptr(Serving) serving = serving_new(TRUE);
  guint64 passed = serving_passed_on(serving), counted = serving_count(serving, "shodo_http_requests_total"), wanted = 0, other = 0;
  CURLM *multi = curl_multi_init();
  g_autoptr(GArray) calls = g_array_sized_new(FALSE, TRUE, sizeof(Call), ROUNDS * G_N_ELEMENTS(rows));

  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
  g_array_set_size(calls, ROUNDS * G_N_ELEMENTS(rows));
  for (guint i = 0; i < calls->len; i++) {
    Call *call = &g_array_index(calls, Call, i);
    call_begin(call, i % G_N_ELEMENTS(rows), serving->proxy + strlen("tls:"));
    wanted += rows[call->row].here ? 1 : 0;
    other += g_str_has_prefix(rows[call->row].path, "/files/") ? 1 : 0;
    g_assert_cmpint(curl_multi_add_handle(multi, call->curl), ==, CURLM_OK);
  }
  guint wrong = run_all(multi);
  g_assert_cmpuint(wrong, ==, 0);
  g_assert_true(counts_are(serving, passed, counted, wanted, other));
  g_assert_true(serving_alive(serving));
  for (guint i = 0; i < calls->len; i++) {
    Call *call = &g_array_index(calls, Call, i);
    curl_multi_remove_handle(multi, call->curl);
    curl_easy_cleanup(call->curl);
    curl_slist_free_all(call->fields);
  }
  curl_multi_cleanup(multi);
}

/* Without TLS: a person is led to it; a program is told off, and nothing is passed on. */
static void
test_open(void)
{
  static const struct {
    const char *path, *status;
  } asked[] = {
    { "/", "308" }, { "/cases/1", "308" }, { "/signin", "308" }, { "/apis", "308" },
    { "/api/v1/cases", "403" }, { "/api/v1/session", "403" }, { "/files/x", "403" }, { "/%61pi/v1/me", "403" },
  };
  g_autoptr(Serving) serving = serving_new(TRUE);
  guint64 passed = serving_passed_on(serving);

  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++) {
    g_autofree char *request = g_strdup_printf("GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", asked[i].path);
    g_autoptr(Raw) raw = raw_open(serving->open, NULL);
    gboolean closed;
    g_assert_true(raw_send(raw, request, strlen(request)));
    g_autoptr(GByteArray) bytes = raw_read(raw, 10, &closed);
    g_autofree char *statuses = raw_statuses(bytes, 0), *place = raw_field(bytes, "Location");
    g_autofree char *wanted = g_strconcat("https://shodo.example.lg.jp", asked[i].path, NULL);
    g_test_message("%s: %s %s", asked[i].path, statuses, place);
    g_assert_cmpstr(statuses, ==, asked[i].status);
    g_assert_cmpstr(place, ==, g_str_equal(asked[i].status, "308") ? wanted : NULL);
  }
  g_assert_cmpuint(serving_passed_on(serving), ==, passed);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/h2/counts", test_counts);
  g_test_add_func("/h2/open", test_open);
  return g_test_run();
}
