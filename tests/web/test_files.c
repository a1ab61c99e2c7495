/* Files in and out from outside: who may, tickets, the form without a script, lines that drop, rights that end
 * meanwhile, memory, and the same behind nginx. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "blob/blob.h"
#include "office/inbox.h"
#include "raw.h"
#include "town.h"

#if defined(__SANITIZE_ADDRESS__)
#define GROWTH 262144 /* KiB: what was freed is kept for a while, to be watched */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GROWTH 262144
#endif
#endif
#ifndef GROWTH
#define GROWTH 2048
#endif
#define LENGTH ((gsize)3 * 1024 * 1024 + 5)

typedef struct {
  Town *town;
  Client *files; /* of the second listener */
  char *bytes;
  char *digest;
} Room;

static const char letter[] = "From: x@example.jp\r\nSubject: <script>alert(1)</script>\r\n\r\n<b>hello</b>\r\n";

/* LETTER, come in as the mail of KASE; 0: of none. */
static void
note_mail(Hall *hall, guint64 kase)
{
  char address[BLOB_ADDRESS + 1];
  g_autofree char *fingerprint = g_strnfill(64, 'f');
  g_autoptr(GError) error = NULL;
  gboolean put = blob_put_bytes(engine_blobs(hall->engine), letter, strlen(letter), address, &error);
  g_assert_no_error(error);
  const MailReceived mail = { .blob = address, .fingerprint = kase ? address : fingerprint, .kind = INCOMING_REPLY, .why = kase ? 0 : UNSORTED_STRANGER,
                              .mail = FIELD_NO_INT, .kase = kase ? (gint64)kase : FIELD_NO_INT, .before = FIELD_NO_INT, .subject = "x", .text = "hello" };
  g_assert_true(put && engine_note(hall->engine, &mail_received, &mail));
  engine_drain(hall->engine);
}

/* Cases 1 and 2, and a mail of none and of case 2; 2 is restricted to p2 and the chain. */
static Room *
room_new(void)
{
  Room *room = g_new0(Room, 1);
  g_autoptr(GRand) random = g_rand_new_with_seed(20261123);

  room->town = town_new(NULL);
  hall_open_case(room->town->hall);
  hall_must(room->town->hall, HEAD, "access.restrict", hall_open_case(room->town->hall), "{'persons':['p2'],'reason':'試験'}");
  note_mail(room->town->hall, 0);
  note_mail(room->town->hall, 2);
  town_serve(room->town);
  g_autofree char *beside = g_strdup_printf("%s.files", room->town->serving->bare);
  room->files = client_new(beside);
  room->bytes = g_malloc(LENGTH);
  for (gsize i = 0; i < LENGTH; i++)
    room->bytes[i] = (char)g_rand_int_range(random, 0, 256);
  room->digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)room->bytes, LENGTH);
  return room;
}

static void
room_free(Room *room)
{
  client_free(room->files);
  town_free(room->town);
  g_free(room->bytes);
  g_free(room->digest);
  g_free(room);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Room, room_free)

/* A ticket by a person's token, to free; NULL with *STATUS. */
static char *
ticket_of(Room *room, const char *person, guint kase, long *status)
{
  g_autofree char *token = town_token(person);
  g_autofree char *path = g_strdup_printf("/api/v1/cases/%u/files", kase);
  g_autoptr(Reply) reply = client_post(room->town->client, token, path, "{'name':'ログ.txt'}");
  if (status)
    *status = reply->status;
  return reply->status == 201 ? g_strdup(reply_text(reply, "upload")) : NULL;
}

static Reply *
use(Client *client, const char *method, const char *person, const char *path, const char *body, gsize length)
{
  g_autofree char *token = town_token(person);
  g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", token);
  const char *fields[] = { bearer, "Content-Type: application/octet-stream", NULL };
  return client_send(client, method, path, fields, body, length);
}

static void
assert_status(Reply *taken, long status)
{
  g_autoptr(Reply) reply = taken;
  if (reply->status != status)
    g_test_message("%ld %s", reply->status, reply->text);
  g_assert_cmpint(reply->status, ==, status);
}

static guint
received(Room *room, guint kase)
{
  g_autofree char *token = town_token("p2");
  g_autofree char *path = g_strdup_printf("/api/v1/cases/%u/files", kase);
  g_autoptr(Reply) reply = client_get(room->town->client, token, path);
  return (guint)json_array_size(json_object_get(reply->json, "files"));
}

static void
send_it(Room *room, Client *client)
{
  g_autofree char *upload = ticket_of(room, "p2", 1, NULL);
  g_autoptr(Reply) reply = use(client, "PUT", "p2", upload, room->bytes, LENGTH);
  g_test_message("%s", reply->text);
  g_assert_cmpint(reply->status, ==, 201);
  g_assert_cmpstr(reply_text(reply, "sha256"), ==, room->digest);
  g_assert_cmpint(json_integer_value(json_object_get(reply->json, "size")), ==, LENGTH);
}

/* The way to the file of the case, to free. */
static char *
place_of(Room *room, const char *person, guint kase, long status)
{
  g_autofree char *token = town_token(person);
  g_autofree char *path = g_strdup_printf("/api/v1/cases/%u/files/%s", kase, room->digest);
  g_autoptr(Reply) reply = client_get(room->town->client, token, path);
  g_assert_cmpint(reply->status, ==, status);
  return reply_field(reply, "Location");
}

static void
fetch_it(Room *room, Client *client)
{
  static const char *const fields[][2] = {
    { "Content-Type", "application/octet-stream" },
    { "Content-Disposition", "attachment; filename=\"evidence.bin\"; filename*=UTF-8''%E3%83%AD%E3%82%B0.txt" },
    { "Content-Security-Policy", "sandbox; default-src 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Strict-Transport-Security", "max-age=31536000; includeSubDomains" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Cache-Control", "no-store" },
  };
  g_autofree char *place = place_of(room, "p4", 1, 303);
  g_autoptr(Reply) reply = use(client, "GET", "p4", place, NULL, 0);
  g_assert_cmpint(reply->status, ==, 200);
  g_assert_true(reply->length == LENGTH && memcmp(reply->text, room->bytes, LENGTH) == 0);
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_autofree char *value = reply_field(reply, fields[i][0]);
    g_assert_cmpstr(value, ==, fields[i][1]);
  }
  assert_status(use(client, "GET", "p4", place, NULL, 0), 404);
}

static void
test_there_and_back(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *token = town_token("p2");
  g_autofree char *body = g_strdup_printf("{'fields':{'item':'通信ログ','kind':'log','sha256':'%s','size':%zu,'acquired':'2026-11-20T16:00',"
                                          "'acquired_from':'FW','place':'庁舎','acquired_by':'担当一郎'}}", room->digest, LENGTH);

  send_it(room, room->files);
  g_assert_cmpuint(received(room, 1), ==, 1);
  assert_status(client_post(room->town->client, token, "/api/v1/cases/1/acts/evidence.register", body), 200);
  fetch_it(room, room->files);
  town_crash(room->town);
  g_assert_cmpuint(received(room, 1), ==, 1);
  fetch_it(room, room->files);
  send_it(room, room->files); /* the same again is there once */
  g_assert_cmpuint(received(room, 1), ==, 1);
}

/* A mail that came in, as it came: an inert attachment that tells its digest, for who may see the mail and nobody else. */
static void
test_original(void)
{
  static const struct {
    const char *person, *mail;
    long status;
  } rows[] = {
    { "p2", "m1", 303 }, { "p4", "m1", 303 }, { "p2", "m2", 303 }, { "p3", "m2", 404 }, { "p12", "m2", 404 },
    { "p2", "m3", 404 }, { "p2", "x", 404 },  { "p10", "m1", 401 },
  };
  g_autoptr(Room) room = room_new();
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  guint8 raw[32];
  gsize size = sizeof raw;
  g_checksum_update(sum, (const guchar *)letter, (gssize)strlen(letter));
  g_checksum_get_digest(sum, raw, &size);
  g_autofree char *base64 = g_base64_encode(raw, size), *digest = g_strdup_printf("sha-256=:%s:", base64);
  const char *const fields[][2] = {
    { "Content-Type", "application/octet-stream" }, { "Content-Disposition", "attachment; filename=\"evidence.bin\"; filename*=UTF-8''m1.eml" },
    { "Content-Security-Policy", "sandbox; default-src 'none'" }, { "X-Content-Type-Options", "nosniff" }, { "Repr-Digest", digest },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
    const char *person = rows[i / 2].person, *mail = rows[i / 2].mail;
    g_autofree char *token = town_token(person), *path = g_strconcat(i % 2 ? "/mail/received/" : "/api/v1/mail/received/", mail, "/original", NULL);
    g_autoptr(Reply) reply = client_get(room->town->client, token, path);
    g_autofree char *place = reply_field(reply, "Location");
    g_test_message("%s %s: %ld", person, path, reply->status);
    g_assert_true(reply->status == rows[i / 2].status || (i % 2 && rows[i / 2].status == 401 && reply->status == 303));
    if (rows[i / 2].status != 303)
      continue;
    g_autoptr(Reply) given = use(room->files, "GET", person, place, NULL, 0);
    g_assert_true(given->status == 200 && given->length == strlen(letter) && memcmp(given->text, letter, strlen(letter)) == 0);
    for (gsize k = 0; k < G_N_ELEMENTS(fields) && g_str_equal(mail, "m1"); k++) {
      g_autofree char *value = reply_field(given, fields[k][0]);
      g_assert_cmpstr(value, ==, fields[k][1]);
    }
    assert_status(use(room->files, "GET", person, place, NULL, 0), 404); /* once */
  }
}

/* Of "opening.read" in case 2. */
static guint
readings(Room *room)
{
  g_autofree char *token = town_token("p6");
  g_autoptr(Reply) log = client_get(room->town->client, token, "/api/v1/cases/2/log");
  const json_t *lines = json_object_get(log->json, "log");
  guint count = 0;
  for (gsize i = 0; i < json_array_size(lines); i++)
    count += g_strcmp0(json_string_value(json_object_get(json_array_get(lines, i), "kind")), "opening.read") == 0;
  return count;
}

/* Who broke a case open and reads its mail leaves a trace as on the case's own pages. */
static void
test_original_broken(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *token = town_token("p3");

  assert_status(client_get(room->town->client, token, "/api/v1/mail/received/m2"), 404);
  assert_status(client_post(room->town->client, token, "/api/v1/cases/2/acts/opening.break", "{'fields':{'reason':'当直中に再発'}}"), 200);
  assert_status(client_get(room->town->client, token, "/api/v1/mail/received/m1"), 200);
  g_assert_cmpuint(readings(room), ==, 0);
  for (guint i = 0; i < 2; i++)
    assert_status(client_get(room->town->client, token, "/api/v1/mail/received/m2"), 200);
  g_assert_cmpuint(readings(room), ==, 1);
  assert_status(client_get(room->town->client, token, "/mail/received/m2"), 200); /* the same place */
  g_assert_cmpuint(readings(room), ==, 1);
  assert_status(client_get(room->town->client, token, "/api/v1/mail/received/m2/original"), 303);
  g_assert_cmpuint(readings(room), ==, 2);
}

static void
test_rights(void)
{
  static const struct {
    const char *person;
    guint kase;
    long status;
  } rows[] = {
    { "p2", 1, 201 }, { "p3", 1, 201 }, { "p4", 1, 201 }, { "p8", 1, 403 }, { "p7", 1, 403 }, { "p9", 1, 404 }, { "p1", 1, 404 },
    { "p10", 1, 401 }, { "p2", 2, 201 }, { "p3", 2, 404 }, { "p9", 2, 404 }, { "p2", 7, 404 },
  };
  g_autoptr(Room) room = room_new();
  g_autofree char *token = town_token("p3"), *path = g_strdup_printf("/cases/2/files/%s", room->digest);
  guint wrong = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    long status;
    g_autofree char *ticket = ticket_of(room, rows[i].person, rows[i].kase, &status);
    if (status != rows[i].status)
      g_test_message("%s case %u: %ld", rows[i].person, rows[i].kase, status);
    wrong += status != rows[i].status;
  }
  g_assert_cmpuint(wrong, ==, 0);
  send_it(room, room->files);
  g_free(place_of(room, "p2", 2, 404)); /* a hash known from one case opens nothing in another */
  g_free(place_of(room, "p9", 1, 404));
  g_free(place_of(room, "p10", 1, 401));
  g_autofree char *seen = place_of(room, "p8", 1, 303); /* who sees the case */
  assert_status(client_get(room->town->client, token, path), 404);
}

static void
test_tickets(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *ticket = ticket_of(room, "p2", 1, NULL);
  g_autofree char *altered = g_strdup(ticket);
  char *last = altered + strlen(altered) - 2;

  *last = *last == 'A' ? 'B' : 'A';
  assert_status(use(room->files, "PUT", "p3", ticket, "x", 1), 404);  /* somebody else's */
  assert_status(use(room->files, "PUT", "p2", altered, "x", 1), 404); /* nobody's */
  assert_status(use(room->files, "GET", "p2", ticket, NULL, 0), 404); /* not for this */
  assert_status(use(room->files, "DELETE", "p2", ticket, NULL, 0), 404);
  assert_status(client_send(room->files, "PUT", ticket, NULL, "x", 1), 404);
  assert_status(use(room->town->client, "PUT", "p2", ticket, "x", 1), 413); /* not here */
  assert_status(use(room->files, "PUT", "p2", ticket, "x", 1), 201);
  assert_status(use(room->files, "PUT", "p2", ticket, "x", 1), 404); /* used */
  assert_status(use(room->files, "GET", "p2", "/", NULL, 0), 404);
  assert_status(use(room->files, "GET", "p2", "/api/v1/me", NULL, 0), 404);
  g_assert_cmpuint(received(room, 1), ==, 1);
}

/* --- the form --- */

static char *
attribute_of(const char *page, const char *name)
{
  g_autofree char *wanted = g_strdup_printf("%s=\"", name);
  const char *form = strstr(page, "multipart/form-data"), *at = form;
  while (at && at > page && *at != '<')
    at--;
  at = at ? strstr(at, wanted) : NULL;
  return at ? g_strndup(at + strlen(wanted), strcspn(at + strlen(wanted), "\"")) : NULL;
}

static char *
submit(Room *room, const char *cookie, const char *name, const char *content, long status)
{
  g_autofree char *shown = g_strdup_printf("Cookie: %s", cookie);
  const char *fields[] = { shown, "Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryx", "Accept: text/html", NULL };
  g_autofree char *body = g_strdup_printf(
      "------WebKitFormBoundaryx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n%s\r\n------WebKitFormBoundaryx--\r\n", name, content);
  g_autoptr(Reply) page = client_get(room->town->client, cookie, "/cases/1/files");
  g_assert_cmpint(page->status, ==, 200);
  g_autofree char *action = attribute_of(page->text, "action");
  g_assert_nonnull(action);
  g_autoptr(Reply) reply = client_send(room->files, "POST", action, fields, body, strlen(body));
  if (reply->status != status)
    g_test_message("%ld %s", reply->status, reply->text);
  g_assert_cmpint(reply->status, ==, status);
  return reply_field(reply, "Location");
}

static void
test_form(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *cookie = town_sign_in(room->town, "p2");
  g_autofree char *next = submit(room, cookie, "C:\\メモ.txt", "内容\r\n------WebKit", 303);
  g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "内容\r\n------WebKit", -1);
  g_autofree char *wanted = g_strdup_printf("/cases/1/do/evidence.register?sha256=%s&size=%zu&item=%%E3%%83%%A1%%E3%%83%%A2.txt", digest,
                                            strlen("内容\r\n------WebKit"));
  g_assert_cmpstr(next, ==, wanted);
  g_autoptr(Reply) form = client_get(room->town->client, cookie, next);
  g_assert_cmpint(form->status, ==, 200);
  g_assert_nonnull(strstr(form->text, digest));
  g_assert_nonnull(strstr(form->text, "メモ.txt"));
  g_autofree char *none = submit(room, cookie, "", "", 303);
  g_assert_cmpstr(none, ==, "/cases/1/files?wrong=invalid");
  g_autoptr(Reply) told = client_get(room->town->client, cookie, none);
  g_assert_nonnull(strstr(told->text, "ファイルが選ばれていません"));
  g_assert_nonnull(strstr(told->text, "台帳に未登録"));
  g_assert_cmpuint(received(room, 1), ==, 1);
}

/* --- what goes wrong on the way --- */

static guint
entries_of(const char *root, const char *name)
{
  g_autofree char *path = g_build_filename(root, name, NULL);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  guint count = 0;
  while (dir && g_dir_read_name(dir))
    count++;
  return count;
}

/* Half of an upload; FALSE: refused. */
static Raw *
half(Room *room, const char *ticket, const char *framing)
{
  g_autofree char *where = g_strdup_printf("%s.files", room->town->serving->bare);
  g_autofree char *token = town_token("p2");
  g_autofree char *head = g_strdup_printf("PUT %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n", ticket, token, framing);
  Raw *raw = raw_open(where, NULL);
  g_assert_true(raw_send(raw, head, strlen(head)));
  return raw;
}

static void
wait_for_rubbish(Room *room, guint count)
{
  for (guint i = 0; i < 2000 && entries_of(room->town->hall->dir, "blobs/tmp") != count; i++)
    g_usleep(5000);
  g_assert_cmpuint(entries_of(room->town->hall->dir, "blobs/tmp"), ==, count);
}

static void
test_dropped(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *one = ticket_of(room, "p2", 1, NULL), *two = ticket_of(room, "p2", 1, NULL), *three = ticket_of(room, "p2", 1, NULL);
  guint before = entries_of(room->town->hall->dir, "blobs");
  Raw *lengthy = half(room, one, "Content-Length: 9000000");
  Raw *chunked = half(room, two, "Transfer-Encoding: chunked");

  g_assert_true(raw_send(lengthy, room->bytes, LENGTH));
  g_assert_true(raw_send(chunked, "7\r\nhalf of", 10));
  wait_for_rubbish(room, 2);
  g_assert_true(serving_alive(room->town->serving)); /* nobody else waits */
  raw_close(lengthy);
  raw_close(chunked);
  wait_for_rubbish(room, 0);
  g_assert_cmpuint(entries_of(room->town->hall->dir, "blobs"), ==, before);
  assert_status(use(room->files, "PUT", "p2", one, "x", 1), 404); /* begun once */
  Raw *killed = half(room, three, "Content-Length: 9000000");
  g_assert_true(raw_send(killed, room->bytes, LENGTH));
  wait_for_rubbish(room, 1);
  town_crash(room->town);
  raw_close(killed);
  wait_for_rubbish(room, 0);
  g_assert_cmpuint(received(room, 1), ==, 0);
}

/* Who may no longer at the end has sent nothing. */
static void
test_ended(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *ticket = ticket_of(room, "p2", 1, NULL), *token = town_token("p6");
  g_autoptr(Raw) raw = half(room, ticket, "Content-Length: 10\r\nConnection: close");
  gboolean closed;

  g_assert_true(raw_send(raw, "01234", 5));
  g_autofree char *administrator = town_token("p1");
  assert_status(client_post(room->town->client, administrator, "/api/v1/acts/office.relieve",
                            "{'fields':{'person':'p2','post':'system-staff','until':'2026-11-19'}}"), 200);
  g_assert_true(raw_send(raw, "56789", 5));
  g_autoptr(GByteArray) bytes = raw_read(raw, 20, &closed);
  g_autofree char *statuses = raw_statuses(bytes, 0);
  g_assert_cmpstr(statuses, ==, "401");
  g_autoptr(Reply) list = client_get(room->town->client, token, "/api/v1/cases/1/files");
  g_assert_cmpint(list->status, ==, 200);
  g_assert_cmpuint(json_array_size(json_object_get(list->json, "files")), ==, 0);
}

static void
test_sizes(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *large = ticket_of(room, "p2", 1, NULL), *none = ticket_of(room, "p2", 1, NULL);
  g_autoptr(Raw) raw = half(room, large, "Content-Length: 68719476737");
  gboolean closed;
  g_autoptr(GByteArray) bytes = raw_read(raw, 20, &closed);
  g_autofree char *statuses = raw_statuses(bytes, 0);

  g_assert_true(closed && (g_str_equal(statuses, "413") || g_str_equal(statuses, "507")));
  assert_status(use(room->files, "PUT", "p2", none, "", 0), 201); /* an empty file is one */
}

/* 16 MiB more cost nothing more. */
static void
test_memory(void)
{
  g_autoptr(Room) room = room_new();
  guint64 least = G_MAXUINT64, most = 0;

  for (guint i = 0; i < 12; i++) {
    room->bytes[0] = (char)i; /* another file */
    g_autofree char *ticket = ticket_of(room, "p2", 1, NULL);
    assert_status(use(room->files, "PUT", "p2", ticket, room->bytes, LENGTH), 201);
    guint64 memory = serving_memory(room->town->serving->program);
    if (i >= 4) {
      least = MIN(least, memory);
      most = MAX(most, memory);
    }
  }
  g_test_message("%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " KiB", least, most);
  g_assert_cmpuint(most - least, <, GROWTH);
}

static void
test_proxied(void)
{
  g_autoptr(Room) room = room_new();
  serving_proxy(room->town->serving);
  g_autoptr(Client) outside = client_new(room->town->serving->proxy);

  send_it(room, outside);
  fetch_it(room, outside);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/files/there-and-back", test_there_and_back);
  g_test_add_func("/files/original", test_original);
  g_test_add_func("/files/original-broken", test_original_broken);
  g_test_add_func("/files/rights", test_rights);
  g_test_add_func("/files/tickets", test_tickets);
  g_test_add_func("/files/form", test_form);
  g_test_add_func("/files/dropped", test_dropped);
  g_test_add_func("/files/ended", test_ended);
  g_test_add_func("/files/sizes", test_sizes);
  g_test_add_func("/files/memory", test_memory);
  g_test_add_func("/files/proxied", test_proxied);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
