/* The signer's own process.  One thread, one socket, three files. */
#include "signer/signer.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/roles.h"
#include "journal/note.h"
#include "signer/wire.h"

#define LARGEST_KEY 4096 /* bytes of a key or of the memory */
#define LONGEST_TEXT 2000 /* bytes of an error's text in an answer */

typedef struct {
  int fd;
  char *memory_path;
  NoteSigner *key;
  NoteKey *public;
  Checkpoint *memory; /* the last signed head */
  char *note;         /* and its note */
  guint32 guards;
} Signer;

static char *
key_path(const char *keys_dir, const char *name)
{
  return g_build_filename(keys_dir, name, NULL);
}

static gboolean
write_text(const char *keys_dir, const char *name, const char *text, GError **error)
{
  g_autofree char *path = key_path(keys_dir, name);
  return durable_write(path, text, strlen(text), DURABLE_NEW, error);
}

static char *
sign_head(const NoteSigner *key, const char *origin, guint64 size, const guint8 root[TREE_HASH], GError **error)
{
  g_autofree char *text = checkpoint_format(origin, size, root);
  return note_sign(key, text, error);
}

/* The key is written last: a log whose creation was cut has no key and is made again. */
static gboolean
write_key_files(const char *keys_dir, const NoteSigner *key, const char *origin, GError **error)
{
  guint8 empty[TREE_HASH];
  g_autoptr(NoteKey) public = note_signer_key(key);
  g_autofree char *printed = note_key_print(public), *vkey = g_strconcat(printed, "\n", NULL);
  g_autofree char *vkey_path = key_path(keys_dir, "log.vkey"), *memory_path = key_path(keys_dir, "signed");

  tree_hash_empty(empty);
  g_autofree char *note = sign_head(key, origin, 0, empty, error);
  if (!note || !durable_write(memory_path, note, strlen(note), DURABLE_REPLACE, error) ||
      !durable_write(vkey_path, vkey, strlen(vkey), DURABLE_REPLACE, error))
    return FALSE;
  char *secret = note_signer_print(key);
  gboolean ok = write_text(keys_dir, "log.skey", secret, error);
  note_secret_free(secret);
  return ok;
}

gboolean
signer_create_key(const char *dir, const char *origin, GError **error)
{
  g_autofree char *keys_dir = g_build_filename(dir, "keys", NULL), *path = key_path(keys_dir, "log.skey");
  g_autoptr(NoteSigner) key = note_signer_new(origin, error);

  if (!key || !durable_mkdir(keys_dir, error))
    return FALSE;
  if (g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CONFLICT,
                        "署名鍵 keys/log.skey は既にあります。上書きしないため中止しました。");
    return FALSE;
  }
  return write_key_files(keys_dir, key, origin, error);
}

static char *
read_text(const char *keys_dir, const char *name, GError **error)
{
  g_autofree char *path = key_path(keys_dir, name);
  g_autoptr(GBytes) bytes = durable_read(path, LARGEST_KEY, error);

  if (!bytes)
    return NULL;
  return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static gboolean
load_key(Signer *signer, const char *keys_dir, GError **error)
{
  char *secret = read_text(keys_dir, "log.skey", error);

  if (!secret)
    return FALSE;
  signer->key = note_signer_parse(g_strchomp(secret), error);
  note_secret_free(secret);
  if (!signer->key)
    return FALSE;
  signer->public = note_signer_key(signer->key);
  return TRUE;
}

static gboolean
load_memory(Signer *signer, const char *keys_dir, GError **error)
{
  signer->memory_path = key_path(keys_dir, "signed");
  signer->note = read_text(keys_dir, "signed", error);
  if (signer->note)
    signer->memory = checkpoint_verify(signer->note, signer->public, error);
  if (signer->memory)
    return TRUE;
  g_prefix_error(error, "最後に署名した記録 keys/signed を確かめられないため、署名を始められません。"
                        "バックアップの keys/signed を戻すか、新しい記録名で始めてください。");
  return FALSE;
}

static gboolean
other_user(int fd)
{
  struct ucred peer;
  socklen_t size = sizeof peer;

  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid != geteuid();
}

static void
lock_up(Signer *signer, const char *keys_dir)
{
  if (other_user(signer->fd))
    signer->guards |= WIRE_OTHER_USER;
  signer->guards |= roles_enter_signer(keys_dir);
}

static gboolean
answer(const Signer *signer, WireStatus status, const char *text)
{
  g_autofree char *cut = g_strndup(text ? text : "", WIRE_FRAME / 2);
  WireAnswer it = { .status = status, .guards = signer->guards, .text = cut };

  if (signer->memory) {
    it.size = signer->memory->size;
    memcpy(it.root, signer->memory->root, TREE_HASH);
  }
  g_autoptr(GByteArray) frame = wire_encode_answer(&it);
  return wire_send(signer->fd, frame);
}

static gboolean
answer_failed(const Signer *signer, const GError *error)
{
  g_autofree char *text = g_utf8_substring(error->message, 0, MIN(g_utf8_strlen(error->message, -1), LONGEST_TEXT / 4));
  return answer(signer, WIRE_FAILED, text);
}

/* Whether this head may follow what was signed. */
static WireStatus
judge(const Checkpoint *memory, const WireAsk *ask)
{
  if (ask->new_size < memory->size)
    return WIRE_ROLLBACK;
  if (ask->new_size == memory->size && memcmp(ask->root, memory->root, TREE_HASH) != 0)
    return WIRE_FORK;
  if (ask->old_size != memory->size)
    return WIRE_STALE;
  /* RFC 9162 has no proof from the empty tree: everything follows it. */
  if (memory->size == 0)
    return ask->count == 0 ? WIRE_SIGNED : WIRE_PROOF;
  return tree_check_consistency(memory->size, ask->new_size, memory->root, ask->root, ask->proof, ask->count)
             ? WIRE_SIGNED
             : WIRE_PROOF;
}

/* Sign and remember on disk; only then may the note leave. */
static gboolean
sign_and_persist(Signer *signer, const WireAsk *ask, GError **error)
{
  g_autofree char *note = sign_head(signer->key, signer->memory->origin, ask->new_size, ask->root, error);

  if (!note || !durable_write(signer->memory_path, note, strlen(note), DURABLE_REPLACE, error))
    return FALSE;
  signer->memory->size = ask->new_size;
  memcpy(signer->memory->root, ask->root, TREE_HASH);
  g_free(signer->note);
  signer->note = g_steal_pointer(&note);
  return TRUE;
}

/* FALSE ends the process. */
static gboolean
serve(Signer *signer, const GByteArray *frame)
{
  g_autoptr(GError) error = NULL;
  WireAsk ask;

  if (!wire_decode_ask(frame->data, frame->len, &ask))
    return answer(signer, WIRE_MALFORMED, NULL);
  WireStatus status = judge(signer->memory, &ask);
  if (status != WIRE_SIGNED)
    return answer(signer, status, NULL);
  if (ask.new_size != signer->memory->size && !sign_and_persist(signer, &ask, &error)) {
    (void)answer_failed(signer, error);
    return FALSE;
  }
  return answer(signer, WIRE_SIGNED, signer->note);
}

static int
loop(Signer *signer)
{
  if (!answer(signer, WIRE_READY, signer->memory->origin))
    return 3;
  for (;;) {
    g_autoptr(GByteArray) frame = wire_receive(signer->fd);
    if (!frame && errno == 0)
      return 0;
    if (!frame) {
      (void)answer(signer, WIRE_MALFORMED, NULL);
      return 1;
    }
    if (!serve(signer, frame))
      return 3;
  }
}

static void
signer_clear(Signer *signer)
{
  note_signer_free(signer->key);
  note_key_free(signer->public);
  checkpoint_free(signer->memory);
  g_free(signer->note);
  g_free(signer->memory_path);
  (void)close(signer->fd);
}

/* The signer outlives the signals that end the server, to sign its last head; it
 * ends when the server's side of the socket does. */
int
signer_main(int fd, const char *keys_dir)
{
  static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };
  g_autoptr(GError) error = NULL;
  Signer signer = { .fd = fd };
  int status = 3;

  for (gsize i = 0; i < G_N_ELEMENTS(ignored); i++)
    (void)signal(ignored[i], SIG_IGN);
  if (load_key(&signer, keys_dir, &error) && load_memory(&signer, keys_dir, &error)) {
    lock_up(&signer, keys_dir);
    status = loop(&signer);
  } else {
    (void)answer_failed(&signer, error);
  }
  signer_clear(&signer);
  return status;
}

int
signer_command(int argc, char **argv)
{
  gint64 fd;

  if (argc != 5 || strcmp(argv[1], "--fd") != 0 || strcmp(argv[3], "--keys") != 0 ||
      !g_ascii_string_to_signed(argv[2], 10, 3, 1023, &fd, NULL)) {
    g_printerr("signer は初動が自ら起動する部品です。直接は使いません。\n");
    return 2;
  }
  return signer_main((int)fd, argv[4]);
}
