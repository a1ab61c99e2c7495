/* What comes through DIR/control.sock to a small office: every whole frame gets one reply, and
 * what cannot be a frame ends the connection; the office lives on and can be rebuilt.
 *
 * The input is lines of JSON, each sent in a frame; after a line "!" the rest is sent as it is.
 * The office is laid out anew for each, so that an input that fails does so by itself.  The command
 * "sign" is left out: it would run this program anew as the signer. */
#include "common.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "engine/control.h"
#include "engine/found.h"

static Engine *engine;
static Control *control;

/* --- the office --- */

static Instant
moment(const char *text)
{
  Instant at;
  g_assert_true(instant_parse(text, &at, NULL));
  return at;
}

static void
staff_done(const Answer *answer, gpointer data G_GNUC_UNUSED)
{
  for (gsize i = 0; !answer->done && i < findings_length(answer->findings); i++)
    g_printerr("%s\n", findings_at(answer->findings, i)->text);
  g_assert_true(answer->done);
}

static void
staff(const char *act, const char *person, const char *post, const char *fields)
{
  g_autoptr(json_t) json = json_loads(fields, 0, NULL);
  const Request request = { .act = act, .person = person, .post = post, .happened = INSTANT_NONE, .fields = json };

  g_assert_nonnull(json);
  engine_submit(engine, &request, staff_done, NULL);
  engine_drain(engine);
}

static void
begin(const char *dir)
{
  g_autoptr(GError) error = NULL;
  engine = engine_open(dir, &error);
  g_assert_no_error(error);
  g_assert_true(engine_set_clock(engine, moment("2026-11-20T17:05"), &error));
}

/* Founding costs a password hash: once, then copied. */
static void
found(const char *dir)
{
  g_autoptr(GBytes) plan = fuzz_plan_bytes();
  g_autoptr(GError) error = NULL;
  g_autofree char *password = NULL;
  char *sheet = NULL;
  const EngineFounding founding = {
    .administrator = "管理太郎", .plan_name = "plan.yaml", .plan = plan, .now = moment("2026-04-01T09:00"),
    .from = DATE_NONE,
  };

  gboolean founded = engine_found(dir, &founding, &password, &sheet, &error);
  g_assert_no_error(error);
  g_assert_true(founded);
  keyring_sheet_free(sheet);
  begin(dir);
  staff("office.add_person", "p1", "administrator", "{\"name\":\"担当一郎\"}");
  staff("office.appoint", "p1", "administrator", "{\"person\":\"p2\",\"post\":\"system-staff\",\"from\":\"2026-04-01\"}");
  staff("office.add_person", "p1", "administrator", "{\"name\":\"統括五子\"}");
  staff("office.appoint", "p1", "administrator",
        "{\"person\":\"p3\",\"post\":\"chief-security-officer\",\"from\":\"2026-04-01\"}");
  staff("notice.receive", "p2", "system-staff",
        "{\"channel\":\"telephone\",\"received\":\"2026-11-20T17:00\",\"via\":\"manager\",\"subject\":\"異常\",\"text\":\"名が変わった\"}");
  staff("intake.open", "p2", "system-staff", "{\"title\":\"試験\",\"notices\":[\"n1\"],\"mode\":\"real\"}");
  g_clear_pointer(&engine, engine_close);
}

static void
copy_tree(const char *from, const char *to)
{
  g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
  g_autoptr(GFile) source = g_file_new_for_path(from), target = g_file_new_for_path(to);

  if (!dir) {
    g_assert_true(g_file_copy(source, target, G_FILE_COPY_ALL_METADATA, NULL, NULL, NULL, NULL));
    return;
  }
  g_assert_cmpint(g_mkdir(to, 0700), ==, 0);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *inner = g_build_filename(from, name, NULL), *outer = g_build_filename(to, name, NULL);
    copy_tree(inner, outer);
  }
}

static void
open_office(void)
{
  static guint runs;
  g_autofree char *first = g_build_filename(fuzz_dir(), "first", NULL), *dir = NULL;

  if (!engine)
    found(first);
  else
    runs++;
  g_clear_pointer(&control, control_close);
  g_clear_pointer(&engine, engine_close);
  if (runs) {
    g_autofree char *last = g_strdup_printf("%s/%u", fuzz_dir(), runs - 1);
    fuzz_remove(last);
  }
  dir = g_strdup_printf("%s/%u", fuzz_dir(), runs);
  copy_tree(first, dir);
  begin(dir);
  control = control_listen(engine, NULL);
  g_assert_nonnull(control);
}

/* --- frames --- */

static void
frame(GByteArray *out, const guint8 *data, gsize size)
{
  guint32 length = g_htonl((guint32)size);
  g_byte_array_append(out, (const guint8 *)&length, 4);
  g_byte_array_append(out, data, (guint)size);
}

static GByteArray *
frames(const guint8 *data, gsize size)
{
  GByteArray *out = g_byte_array_new();

  while (size > 0) {
    const guint8 *end = memchr(data, '\n', size);
    gsize line = end ? (gsize)(end - data) : size;
    gsize past = line + (end ? 1 : 0);
    if (line == 1 && *data == '!') {
      g_byte_array_append(out, data + past, (guint)(size - past));
      break;
    }
    if (line > 0)
      frame(out, data, line);
    data += past;
    size -= past;
  }
  return out;
}

/* The length of the whole frame at the start, or 0. */
static gsize
whole(const guint8 *data, gsize size)
{
  guint32 length;

  if (size < 4)
    return 0;
  memcpy(&length, data, 4);
  length = g_ntohl(length);
  return length == 0 || length > LIMIT_JSON || length > size - 4 ? 0 : (gsize)length + 4;
}

static guint
count(const GByteArray *bytes)
{
  guint frames_seen = 0;

  for (gsize at = 0, next; (next = whole(bytes->data + at, bytes->len - at)) > 0; at += next)
    frames_seen++;
  return frames_seen;
}

static gboolean
signs(const GByteArray *bytes)
{
  for (gsize at = 0, next; (next = whole(bytes->data + at, bytes->len - at)) > 0; at += next) {
    g_autoptr(json_t) json = shodo_json_parse("a", bytes->data + at + 4, next - 4, NULL);
    if (g_strcmp0(json_string_value(json_object_get(json, "command")), "sign") == 0)
      return TRUE;
  }
  return FALSE;
}

/* --- the connection --- */

static GSocket *
connect_office(void)
{
  g_autofree char *path = g_build_filename(engine_dir(engine), "control.sock", NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
  GSocket *socket = g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true(g_socket_connect(socket, address, NULL, NULL));
  g_socket_set_blocking(socket, FALSE);
  return socket;
}

/* Send all and take all until the office closes; its loop runs meanwhile. */
static GByteArray *
talk(const GByteArray *sent)
{
  g_autoptr(GSocket) socket = connect_office();
  GByteArray *got = g_byte_array_new();
  gsize written = 0;
  char buffer[4096];

  for (gboolean open = TRUE; open;) {
    gssize now = written < sent->len
                     ? g_socket_send(socket, (const char *)sent->data + written, sent->len - written, NULL, NULL)
                     : 0;
    written += now > 0 ? (gsize)now : 0;
    if (written == sent->len)
      g_socket_shutdown(socket, FALSE, TRUE, NULL);
    g_autoptr(GError) error = NULL;
    gssize taken = g_socket_receive(socket, buffer, sizeof buffer, NULL, &error);
    if (taken > 0)
      g_byte_array_append(got, (const guint8 *)buffer, (guint)taken);
    else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      open = FALSE;
    else if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(20);
  }
  return got;
}

static void
replies(const GByteArray *got, guint expected)
{
  gsize at = 0;

  g_assert_cmpuint(count(got), ==, expected);
  for (gsize next; (next = whole(got->data + at, got->len - at)) > 0; at += next) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) json = shodo_json_parse("reply", got->data + at + 4, next - 4, &error);
    g_assert_no_error(error);
    g_assert_true(json_is_boolean(json_object_get(json, "ok")));
  }
  g_assert_cmpuint(at, ==, got->len);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  open_office();
  g_autoptr(GByteArray) sent = frames(data, size);
  if (signs(sent))
    return 0;
  g_autoptr(GByteArray) got = talk(sent);
  replies(got, count(sent));
  engine_drain(engine);
  return 0;
}
