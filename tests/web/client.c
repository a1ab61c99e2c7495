#include "client.h"

#include <curl/curl.h>
#include <string.h>

struct Client {
  CURL *curl;
  char *base;
  char *socket;
};

Client *
client_new(const char *where)
{
  Client *client = g_new0(Client, 1);
  gboolean tcp = g_str_has_prefix(where, "tcp:"), tls = g_str_has_prefix(where, "tls:");

  client->curl = curl_easy_init();
  client->base = tcp || tls ? g_strdup_printf("%s://127.0.0.1:%s", tls ? "https" : "http", where + 4) : g_strdup("http://localhost");
  client->socket = tcp || tls ? NULL : g_strdup(where + strlen("unix:"));
  return client;
}

const char *
client_origin(const Client *client)
{
  return client->base;
}

void
client_free(Client *client)
{
  if (!client)
    return;
  curl_easy_cleanup(client->curl);
  g_free(client->base);
  g_free(client->socket);
  g_free(client);
}

void
reply_free(Reply *reply)
{
  if (!reply)
    return;
  json_decref(reply->json);
  g_free(reply->text);
  g_free(reply->head);
  g_free(reply);
}

static size_t
take(char *data, size_t size, size_t count, void *text)
{
  g_string_append_len(text, data, (gssize)(size * count));
  return size * count;
}

static struct curl_slist *
list_of(const char *const *fields)
{
  struct curl_slist *list = curl_slist_append(NULL, "Expect:");
  for (gsize i = 0; fields && fields[i]; i++)
    list = curl_slist_append(list, fields[i]);
  return list;
}

static Reply *
send_once(Client *client, const char *method, const char *path, const char *const *fields, const char *body, gsize length)
{
  g_autofree char *url = g_strconcat(client->base, path, NULL);
  GString *text = g_string_new(NULL), *head = g_string_new(NULL);
  struct curl_slist *list = list_of(fields);
  Reply *reply = g_new0(Reply, 1);
  CURL *curl = client->curl;

  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L); /* nginx has a certificate of its own making */
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  if (client->socket)
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->socket);
  if (body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(curl, CURLOPT_NOBODY, strcmp(method, "HEAD") == 0 ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, head);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
  if (curl_easy_perform(curl) == CURLE_OK) {
    long version = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    curl_easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version);
    if (g_str_has_prefix(client->base, "https:"))
      g_assert_cmpint(version, ==, CURL_HTTP_VERSION_2_0);
  }
  curl_slist_free_all(list);
  reply->length = text->len;
  reply->text = g_string_free(text, FALSE);
  reply->head = g_string_free(head, FALSE);
  reply->json = json_loadb(reply->text, reply->length, JSON_ALLOW_NUL, NULL);
  return reply;
}

/* nginx lets one address ask 200 times a second, which a test outruns: a person would ask again. */
static gboolean
outran_nginx(const Client *client, const Reply *reply)
{
  return g_str_has_prefix(client->base, "https:") && reply->status == 429 && strstr(reply->text, "<center>nginx</center>");
}

Reply *
client_send(Client *client, const char *method, const char *path, const char *const *fields, const char *body, gsize length)
{
  Reply *reply = send_once(client, method, path, fields, body, length);
  while (outran_nginx(client, reply)) {
    reply_free(reply);
    g_usleep(50000);
    reply = send_once(client, method, path, fields, body, length);
  }
  return reply;
}

static Reply *
ask(Client *client, const char *method, const char *as, const char *path, const char *body)
{
  gboolean session = !as || g_str_has_prefix(as, "__Host-");
  g_autofree char *who = as ? g_strconcat(session ? "Cookie: " : "Authorization: Bearer ", as, NULL) : NULL;
  g_autofree char *json = body ? g_strdelimit(g_strdup(body), "'", '"') : NULL;
  const char *fields[4] = { "Content-Type: application/json", session ? "Sec-Fetch-Site: same-origin" : "Accept: */*", who, NULL };
  return client_send(client, method, path, fields, json, json ? strlen(json) : 0);
}

Reply *
client_get(Client *client, const char *as, const char *path)
{
  return ask(client, "GET", as, path, NULL);
}

Reply *
client_post(Client *client, const char *as, const char *path, const char *body)
{
  return ask(client, "POST", as, path, body ? body : "");
}

const char *
reply_text(const Reply *reply, const char *member)
{
  const char *text = json_string_value(json_object_get(reply->json, member));
  return text ? text : "";
}

char *
reply_field(const Reply *reply, const char *name)
{
  g_auto(GStrv) lines = g_strsplit(reply->head, "\r\n", -1);
  gsize length = strlen(name);
  for (gsize i = 0; lines[i]; i++)
    if (g_ascii_strncasecmp(lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strstrip(g_strdup(lines[i] + length + 1));
  return NULL;
}

gboolean
reply_says(const Reply *reply, const char *code)
{
  const json_t *findings = json_object_get(reply->json, "findings");
  for (gsize i = 0; i < json_array_size(findings); i++)
    if (g_strcmp0(json_string_value(json_object_get(json_array_get(findings, i), "code")), code) == 0)
      return TRUE;
  return FALSE;
}
