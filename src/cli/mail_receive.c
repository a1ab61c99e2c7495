/* shodo mail receive, for a mail server: the message comes on standard input, the exit status is sysexits' (man page).
 *
 * What it says is not looked at here: the bytes become a blob, and the process that serves the office is told of it. */
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/limits.h"
#include "blob/blob.h"
#include "cli/cli.h"

#define CHUNK 65536

/* 0, or EX_DATAERR: it is too large, or nothing; EX_TEMPFAIL: it could not be read or kept. */
static int
keep_input(BlobStore *store, char address[BLOB_ADDRESS + 1], GError **error)
{
  g_autoptr(BlobWriter) writer = blob_writer_new(store, BLOB_SIZE_UNKNOWN, error);
  g_autofree char *bytes = g_malloc(CHUNK);
  gssize got = 1;

  while (writer && (got = read(STDIN_FILENO, bytes, CHUNK)) != 0) {
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 || blob_writer_size(writer) + got > LIMIT_MAIL_IN)
      break;
    if (!blob_writer_write(writer, bytes, (gsize)got, error))
      return EX_TEMPFAIL;
  }
  if (!writer)
    return EX_TEMPFAIL;
  if (got > 0 || blob_writer_size(writer) == 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, got > 0 ? "メールが大きすぎます（%dバイトまで）。" : "メールの中身がありません。", LIMIT_MAIL_IN);
    return EX_DATAERR;
  }
  if (got < 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "メールを読み取れません（%s）。", durable_cause(errno));
    return EX_TEMPFAIL;
  }
  return blob_writer_commit(g_steal_pointer(&writer), BLOB_COMMIT_PLAIN, address, error) ? 0 : EX_TEMPFAIL;
}

/* The office first: while it does not answer nothing is kept. */
static int
receive(const char *dir, GError **error)
{
  char address[BLOB_ADDRESS + 1];
  g_autoptr(Session) session = session_join(dir, error);
  g_autoptr(Keyring) keyring = session ? keyring_open(dir, error) : NULL;
  g_autoptr(BlobStore) store = keyring ? blob_open(dir, keyring, error) : NULL;
  int kept = store ? keep_input(store, address, error) : EX_TEMPFAIL;
  if (kept)
    return kept;
  g_autoptr(json_t) request = json_pack("{s:s, s:s}", "command", "mail-receive", "blob", address);
  g_autoptr(json_t) reply = session_call(session, request, error);
  if (reply && json_is_true(json_object_get(reply, "ok")))
    return 0;
  if (reply)
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_IO, cli_text(reply, "text"));
  return EX_TEMPFAIL;
}

/* A mistake in the mail server's configuration must not lose mail: usage is EX_TEMPFAIL too. */
int
cli_mail_receive(int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autoptr(GError) error = NULL;
  int status;
  const GOptionEntry options[] = { { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "データの置き場所", "DIR" }, { NULL } };

  if (!cli_options("mail", options, &argc, &argv, &status))
    return status ? EX_TEMPFAIL : 0;
  const char *dir = cli_data("mail", data);
  if (!dir || argc != 1)
    return EX_TEMPFAIL;
  status = receive(dir, &error);
  if (status)
    g_printerr("受け取れません：%s\n", error->message);
  return status;
}

/* --- what the intake reads from a message --- */

typedef struct {
  json_t *json;
  GError *error;
  gboolean done;
} Parsed;

static void
parsed(GBytes *reply, const GError *error, gpointer data)
{
  Parsed *result = data;
  result->done = TRUE;
  if (reply)
    result->json = shodo_json_parse("メール", g_bytes_get_data(reply, NULL), g_bytes_get_size(reply), &result->error);
  else
    result->error = g_error_copy(error);
}

static const struct {
  const char *key, *label;
} shown[] = {
  { "kind", "種類" },       { "from", "差出人" },     { "name", "差出人の名前" }, { "subject", "件名" },       { "date", "日時" },
  { "id", "番号" },         { "action", "配達" },     { "recipient", "宛先" },    { "status", "状態番号" },    { "diagnostic", "理由" },
  { "disposition", "取扱い" },
};

static void
print_parsed(const json_t *json)
{
  for (gsize i = 0; i < G_N_ELEMENTS(shown); i++)
    if (*cli_text(json, shown[i].key))
      g_print("%s %s\n", shown[i].label, cli_text(json, shown[i].key));
  const json_t *attachments = json_object_get(json, "attachments");
  for (gsize i = 0; i < json_array_size(attachments); i++)
    g_print("添付 %s\n", json_string_value(json_array_get(attachments, i)));
  g_print("\n%s\n", cli_text(json, "text"));
}

int
cli_mail_parse(const char *path, gboolean as_json)
{
  Parsed result = { NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) message = durable_read(path, LIMIT_MAIL_IN, &error);
  if (!message)
    return cli_fail(error);
  g_autoptr(Worker) worker = worker_new(cli_jobs);
  worker_ask(worker, "mail", message, LIMIT_MAIL_SECONDS * 1000, parsed, &result);
  while (!result.done)
    g_main_context_iteration(NULL, TRUE);
  g_autoptr(json_t) json = result.json;
  error = result.error;
  if (!json)
    return cli_fail(error);
  if (as_json)
    return cli_print_json(json);
  print_parsed(json);
  return 0;
}

/* --- the original, as it came --- */

int
cli_mail_original(const char *dir, const char *received, const char *out)
{
  int status;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) request = json_pack("{s:s, s:s}", "command", "received", "received", received);
  g_autoptr(json_t) reply = request ? cli_ask(dir, request, FALSE, &status) : NULL;
  if (!reply)
    return request ? status : cli_usage("mail", "番号は m7 のように書いてください。");
  g_autoptr(Keyring) keyring = keyring_open(dir, &error);
  g_autoptr(BlobStore) store = keyring ? blob_open(dir, keyring, &error) : NULL;
  g_autoptr(GBytes) bytes = store ? blob_get_bytes(store, cli_text(reply, "original"), LIMIT_MAIL_IN, &error) : NULL;
  if (!bytes || !durable_write(out, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), DURABLE_REPLACE, &error))
    return cli_fail(error);
  g_print("%s に、届いたときのまま書き出しました。\n", out);
  return 0;
}
