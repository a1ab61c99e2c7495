/* The server's side of the signer. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/durable.h"
#include "base/error.h"
#include "base/roles.h"
#include "signer/signer.h"
#include "signer/wire.h"

#define PATIENCE 10 /* seconds for one answer */

struct SignerClient {
  int fd;
  pid_t pid;
  gboolean waiting; /* a request is out */
  gboolean broken;  /* the stream cannot be trusted any more */
  char *origin;
  guint64 size;
  guint8 root[TREE_HASH];
  guint32 guards;
};

static const struct {
  int code;
  const char *text;
} refusals[] = {
  [WIRE_ROLLBACK] = { SHODO_ERROR_REFUSED, "署名を断りました。記録が、既に署名したものより短くなっています。"
                                           "古いバックアップから戻したときは、新しい記録名で始めてください。" },
  [WIRE_FORK] = { SHODO_ERROR_REFUSED, "署名を断りました。既に署名した記録の中身が変わっています。"
                                       "shodo verify で最初の違いを調べてください。" },
  [WIRE_STALE] = { SHODO_ERROR_CONFLICT, "最後に署名した大きさからの証明ではありません。作り直してください。" },
  [WIRE_PROOF] = { SHODO_ERROR_REFUSED, "署名を断りました。記録が、既に署名したものの続きではありません。"
                                        "shodo verify で最初の違いを調べてください。" },
  [WIRE_MALFORMED] = { SHODO_ERROR_INVALID, "署名の依頼の形式が正しくありません。" },
};

static gboolean
fail(GError **error, const char *what)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "署名係が%s。サーバを再起動してください。", what);
  return FALSE;
}

/* Take one answer: what it says of the memory is kept whatever its status. */
static gboolean
take_answer(SignerClient *client, WireAnswer *answer, GError **error)
{
  g_autoptr(GByteArray) frame = wire_receive(client->fd);

  if (!frame || !wire_decode_answer(frame->data, frame->len, answer)) {
    client->broken = TRUE;
    return fail(error, frame || errno == 0 ? "止まりました" : "応答しません");
  }
  client->size = answer->size;
  memcpy(client->root, answer->root, TREE_HASH);
  client->guards = answer->guards;
  return TRUE;
}

static gboolean
await_ready(SignerClient *client, GError **error)
{
  WireAnswer answer = { 0 };

  if (!take_answer(client, &answer, error))
    return FALSE;
  client->origin = g_steal_pointer(&answer.text);
  if (answer.status == WIRE_READY)
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "署名係を始められません。%s", client->origin);
  return FALSE;
}

SignerClient *
signer_start(const char *dir, GError **error)
{
  const struct timeval patience = { .tv_sec = PATIENCE };
  g_autofree char *keys_dir = g_build_filename(dir, "keys", NULL);
  const char *const arguments[] = { "signer", "--fd", G_STRINGIFY(CHILD_FD), "--keys", keys_dir, NULL };
  g_autoptr(SignerClient) client = g_new0(SignerClient, 1);

  client->fd = -1;
  int failed = child_start(arguments, &client->fd, &client->pid);
  if (!failed && (setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
                  setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0))
    failed = errno;
  if (failed) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "署名係を起動できません（%s）。", durable_cause(failed));
    return NULL;
  }
  return await_ready(client, error) ? g_steal_pointer(&client) : NULL;
}

void
signer_stop(SignerClient *client)
{
  if (!client)
    return;
  if (client->fd >= 0)
    (void)close(client->fd);
  child_end(client->pid, client->broken); /* broken: it may be stopped and never see the end of the stream */
  g_free(client->origin);
  g_free(client);
}

const char *
signer_origin(const SignerClient *client)
{
  return client->origin;
}

guint64
signer_size(const SignerClient *client)
{
  return client->size;
}

void
signer_root(const SignerClient *client, guint8 root[TREE_HASH])
{
  memcpy(root, client->root, TREE_HASH);
}

int
signer_fd(const SignerClient *client)
{
  return client->fd;
}

gboolean
signer_request(SignerClient *client, guint64 size, const guint8 root[TREE_HASH], const guint8 *proof, gsize count,
               GError **error)
{
  WireAsk ask = { .old_size = client->size, .new_size = size, .count = count };

  g_assert(!client->waiting);
  if (client->broken)
    return fail(error, "止まっています");
  if (count > TREE_MAX_PROOF) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID, refusals[WIRE_MALFORMED].text);
    return FALSE;
  }
  memcpy(ask.root, root, TREE_HASH);
  if (count > 0)
    memcpy(ask.proof, proof, count * TREE_HASH);
  g_autoptr(GByteArray) frame = wire_encode_ask(&ask);
  if (!wire_send(client->fd, frame)) {
    client->broken = TRUE;
    return fail(error, "止まりました");
  }
  client->waiting = TRUE;
  return TRUE;
}

char *
signer_reply(SignerClient *client, GError **error)
{
  WireAnswer answer = { 0 };

  g_assert(client->waiting);
  client->waiting = FALSE;
  if (!take_answer(client, &answer, error))
    return NULL;
  g_autofree char *text = answer.text;
  if (answer.status == WIRE_SIGNED)
    return g_steal_pointer(&text);
  if (answer.status < G_N_ELEMENTS(refusals) && refusals[answer.status].text) {
    g_set_error_literal(error, SHODO_ERROR, refusals[answer.status].code, refusals[answer.status].text);
    return NULL;
  }
  client->broken = TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "署名できませんでした。%s", text);
  return NULL;
}

char *
signer_sign(SignerClient *client, guint64 size, const guint8 root[TREE_HASH], const guint8 *proof, gsize count,
            GError **error)
{
  return signer_request(client, size, root, proof, count, error) ? signer_reply(client, error) : NULL;
}

GPtrArray *
signer_weaknesses(const SignerClient *client)
{
  GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

  roles_weaknesses(ROLE_SIGNER, client->guards, found);
  if (!(client->guards & WIRE_OTHER_USER))
    g_ptr_array_add(found, g_strdup("署名係がサーバと同じ利用者で動いています。"
                                    "サーバを乗っ取られると署名鍵も読まれます。"));
  return found;
}
