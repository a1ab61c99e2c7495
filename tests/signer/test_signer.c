/* The signer as a process: this program started anew is the signer, with hooks that
 * kill it at a chosen step or look at what its sandbox lets through. */
#include "signer/signer.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/sandbox.h"
#include "journal/note.h"
#include "signer/wire.h"

#define ORIGIN "csirt.city.example.lg.jp/journal"

/* In the child: DIR/keys/hook holds a letter and a count, "r1": what to do at which call.
 *   w pwrite, s fsync, r rename, a a signed answer: kill -9 before the Nth
 *   e fsync: fail the Nth with EIO        p: try what is forbidden, write keys/probed */
static const char *child_keys;
static guint calls[128];

static gboolean
hooked(char what)
{
  char hook[8] = "", path[512];

  if (!child_keys)
    return FALSE;
  g_snprintf(path, sizeof path, "%s/hook", child_keys);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (fd < 0)
    return FALSE;
  (void)!read(fd, hook, sizeof hook - 1);
  (void)close(fd);
  return hook[0] == what && ++calls[(guint8)what] == (guint)(hook[1] - '0');
}

static void
die_if(char what)
{
  if (hooked(what))
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGKILL);
}

static char
tried(long result)
{
  return result < 0 ? '-' : '!';
}

static void
probe(void)
{
  char path[512];
  static const char *const nothing[] = { NULL };
  const char results[] = {
    tried(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)),
    tried(syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDONLY)),
    tried(syscall(SYS_openat, AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY)),
    tried(syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)),
    tried(syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0)),
    tried(syscall(SYS_execve, "/bin/true", nothing, nothing)),
    tried(syscall(SYS_ptrace, 0, 0, 0, 0)),
    tried(syscall(SYS_kill, getppid(), 0)),
    tried(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)),
  };

  g_snprintf(path, sizeof path, "%s/probed", child_keys);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  (void)!syscall(SYS_pwrite64, fd, results, sizeof results, 0);
  (void)close(fd);
}

/* The hooks go on to libc's own functions, not to system calls of their choice: which
 * calls libc makes is what the sandbox must know. */
static struct {
  ssize_t (*pwrite)(int fd, const void *data, size_t bytes, off64_t offset);
  int (*sync)(int fd);
  int (*rename)(int from, const char *old, int to, const char *new, unsigned flags);
  ssize_t (*transmit)(int fd, const void *data, size_t bytes, int flags);
} libc;

static void
find_libc(void)
{
  *(void **)&libc.pwrite = dlsym(RTLD_NEXT, "pwrite64");
  *(void **)&libc.sync = dlsym(RTLD_NEXT, "fsync");
  *(void **)&libc.rename = dlsym(RTLD_NEXT, "renameat2");
  *(void **)&libc.transmit = dlsym(RTLD_NEXT, "send");
  g_assert(libc.pwrite && libc.sync && libc.rename && libc.transmit);
}

ssize_t pwrite64(int fd, const void *data, size_t bytes, off64_t offset);

ssize_t
pwrite64(int fd, const void *data, size_t bytes, off64_t offset)
{
  die_if('w');
  return libc.pwrite(fd, data, bytes, offset);
}

int
fsync(int fd)
{
  die_if('s');
  if (hooked('e')) {
    errno = EIO;
    return -1;
  }
  return libc.sync(fd);
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
  die_if('r');
  return libc.rename(from, old, to, new, flags);
}

ssize_t
send(int fd, const void *data, size_t bytes, int flags)
{
  if (child_keys && bytes > 4 && ((const guint8 *)data)[4] == WIRE_SIGNED)
    die_if('a');
  if (hooked('p'))
    probe();
  return libc.transmit(fd, data, bytes, flags);
}

/* A log of leaves "0", "1", …; WORLD changes every leaf from number `fork` on. */
typedef struct {
  guint64 fork;
  const char *world;
} Log;

static gboolean
fetch(guint level, guint64 index, guint8 out[TREE_HASH], gpointer data, GError **error)
{
  const Log *log = data;

  if (level == 0) {
    g_autofree char *leaf = g_strdup_printf("%" G_GUINT64_FORMAT "%s", index, index >= log->fork ? log->world : "");
    tree_hash_leaf(leaf, strlen(leaf), out);
    return TRUE;
  }
  guint8 left[TREE_HASH], right[TREE_HASH];
  gboolean ok = fetch(level - 1, index * 2, left, data, error) && fetch(level - 1, index * 2 + 1, right, data, error);
  tree_hash_node(left, right, out);
  return ok;
}

static void
root_of(Log *log, guint64 size, guint8 root[TREE_HASH])
{
  if (size == 0)
    tree_hash_empty(root);
  else
    g_assert_true(tree_root(size, fetch, log, root, NULL));
}

static GByteArray *
proof_of(Log *log, guint64 from, guint64 to)
{
  if (from == 0 || from >= to)
    return g_byte_array_new();
  GByteArray *proof = tree_consistency(from, to, fetch, log, NULL);
  g_assert_nonnull(proof);
  return proof;
}

/* Ask for SIZE of LOG with the right proof from what the signer remembers. */
static char *
sign(SignerClient *client, Log *log, guint64 size, GError **error)
{
  guint8 root[TREE_HASH];
  g_autoptr(GByteArray) proof = proof_of(log, signer_size(client), size);

  root_of(log, size, root);
  return signer_sign(client, size, root, proof->data, proof->len / TREE_HASH, error);
}

typedef struct {
  char *dir;
  SignerClient *client;
  NoteKey *key;
} Desk;

static SignerClient *
start(const char *dir)
{
  g_autoptr(GError) error = NULL;
  SignerClient *client = signer_start(dir, &error);

  g_assert_no_error(error);
  g_assert_nonnull(client);
  return client;
}

static Desk
desk_new(void)
{
  Desk desk = { .dir = g_dir_make_tmp("shodo-signer-XXXXXX", NULL) };
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(desk.dir, "keys", "log.vkey", NULL), *vkey = NULL;

  g_assert_true(signer_create_key(desk.dir, ORIGIN, &error));
  g_assert_no_error(error);
  g_assert_true(g_file_get_contents(path, &vkey, NULL, NULL));
  desk.key = note_key_parse(g_strchomp(vkey), &error);
  g_assert_no_error(error);
  desk.client = start(desk.dir);
  return desk;
}

static char *
keys_file(const Desk *desk, const char *name)
{
  return g_build_filename(desk->dir, "keys", name, NULL);
}

static void
desk_end(Desk *desk)
{
  g_autofree char *keys = g_build_filename(desk->dir, "keys", NULL);
  g_autoptr(GDir) list = g_dir_open(keys, 0, NULL);
  const char *name;

  signer_stop(desk->client);
  note_key_free(desk->key);
  while ((name = g_dir_read_name(list)) != NULL) {
    g_autofree char *path = keys_file(desk, name);
    (void)g_unlink(path);
  }
  (void)g_rmdir(keys);
  (void)g_rmdir(desk->dir);
  g_free(desk->dir);
}

static void
restart(Desk *desk)
{
  signer_stop(desk->client);
  desk->client = start(desk->dir);
}

static void
hook(const Desk *desk, const char *what)
{
  g_autofree char *path = keys_file(desk, "hook");

  if (what)
    g_assert_true(g_file_set_contents(path, what, -1, NULL));
  else
    (void)g_unlink(path);
}

static void
expect_signed(const Desk *desk, Log *log, guint64 size)
{
  g_autoptr(GError) error = NULL;
  guint8 root[TREE_HASH];
  g_autofree char *note = sign(desk->client, log, size, &error);

  g_assert_no_error(error);
  g_autoptr(Checkpoint) head = checkpoint_verify(note, desk->key, &error);
  g_assert_no_error(error);
  root_of(log, size, root);
  g_assert_cmpstr(head->origin, ==, ORIGIN);
  g_assert_cmpuint(head->size, ==, size);
  g_assert_true(memcmp(head->root, root, TREE_HASH) == 0);
  g_assert_cmpuint(signer_size(desk->client), ==, size);
}

static void
expect_refused(const Desk *desk, Log *log, guint64 size, int code)
{
  g_autoptr(GError) error = NULL;
  guint64 before = signer_size(desk->client);
  g_autofree char *note = sign(desk->client, log, size, &error);

  g_assert_null(note);
  g_assert_error(error, SHODO_ERROR, code);
  g_assert_cmpuint(signer_size(desk->client), ==, before);
}

static void
test_files(void)
{
  static const struct {
    const char *name;
    mode_t mode;
  } files[] = { { "log.skey", 0600 }, { "log.vkey", 0600 }, { "signed", 0600 } };
  Desk desk = desk_new();
  g_autoptr(GError) error = NULL;
  struct stat st;

  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = keys_file(&desk, files[i].name);
    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 0777, ==, files[i].mode);
  }
  g_autofree char *path = keys_file(&desk, "log.skey"), *before = NULL, *after = NULL;
  g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
  g_assert_true(g_str_has_prefix(before, "PRIVATE+KEY+" ORIGIN "+"));
  g_assert_false(signer_create_key(desk.dir, ORIGIN, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT);
  g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
  g_assert_cmpstr(before, ==, after);
  g_assert_cmpstr(signer_origin(desk.client), ==, ORIGIN);
  g_assert_cmpuint(signer_size(desk.client), ==, 0);
  desk_end(&desk);
}

static void
test_growing(void)
{
  static const guint64 sizes[] = { 0, 1, 1, 2, 3, 4, 7, 8, 9, 64, 65, 255, 256, 257, 1000 };
  Log log = { .fork = G_MAXUINT64, .world = "" };
  Desk desk = desk_new();

  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
    expect_signed(&desk, &log, sizes[i]);
  desk_end(&desk);
}

static void
test_refusals(void)
{
  Log log = { .fork = G_MAXUINT64, .world = "" };
  Desk desk = desk_new();

  expect_signed(&desk, &log, 10);
  for (int again = 0; again < 2; again++) {
    expect_refused(&desk, &log, 9, SHODO_ERROR_REFUSED);
    expect_refused(&desk, &log, 0, SHODO_ERROR_REFUSED);
    for (guint64 fork = 0; fork < 10; fork++) {
      Log other = { .fork = fork, .world = "x" };
      expect_refused(&desk, &other, 10, SHODO_ERROR_REFUSED); /* another root of the same size */
      expect_refused(&desk, &other, 11, SHODO_ERROR_REFUSED); /* another past */
      expect_refused(&desk, &other, 16, SHODO_ERROR_REFUSED);
    }
    restart(&desk); /* and it remembers */
    g_assert_cmpuint(signer_size(desk.client), ==, 10);
  }
  Log other = { .fork = 10, .world = "x" };
  expect_signed(&desk, &other, 12); /* what comes after is free until signed */
  expect_refused(&desk, &log, 12, SHODO_ERROR_REFUSED);
  expect_refused(&desk, &log, 13, SHODO_ERROR_REFUSED);
  desk_end(&desk);
}

/* Every byte of a proof flipped, hashes left out and added, and a proof from elsewhere. */
static void
test_bad_proofs(void)
{
  Log log = { .fork = G_MAXUINT64, .world = "" };
  Desk desk = desk_new();
  guint8 root[TREE_HASH], zeros[(TREE_MAX_PROOF + 1) * TREE_HASH] = { 0 };

  expect_signed(&desk, &log, 11);
  g_autoptr(GByteArray) proof = proof_of(&log, 11, 23);
  gsize count = proof->len / TREE_HASH;
  root_of(&log, 23, root);
  for (guint at = 0; at < proof->len; at++) {
    proof->data[at] ^= 1;
    g_assert_null(signer_sign(desk.client, 23, root, proof->data, count, NULL));
    proof->data[at] ^= 1;
  }
  memcpy(zeros, proof->data, proof->len);
  for (gsize wrong = 0; wrong <= TREE_MAX_PROOF + 1; wrong++) {
    g_autoptr(GError) error = NULL;
    const int code = wrong > TREE_MAX_PROOF ? SHODO_ERROR_INVALID : SHODO_ERROR_REFUSED;
    if (wrong == count)
      continue;
    g_assert_null(signer_sign(desk.client, 23, root, zeros, wrong, &error));
    g_assert_error(error, SHODO_ERROR, code);
  }
  g_autoptr(GByteArray) elsewhere = proof_of(&log, 10, 23);
  g_assert_null(signer_sign(desk.client, 23, root, elsewhere->data, elsewhere->len / TREE_HASH, NULL));
  expect_signed(&desk, &log, 23);
  desk_end(&desk);
}

/* One frame as it comes, and the status of the answer. */
static WireStatus
raw(const Desk *desk, const guint8 *bytes, gsize count)
{
  g_autoptr(GByteArray) frame = g_byte_array_new();
  WireAnswer answer = { 0 };

  g_byte_array_append(frame, bytes, (guint)count);
  g_assert_true(wire_send(signer_fd(desk->client), frame));
  g_autoptr(GByteArray) reply = wire_receive(signer_fd(desk->client));
  g_assert_nonnull(reply);
  g_assert_true(wire_decode_answer(reply->data, reply->len, &answer));
  g_free(answer.text);
  return answer.status;
}

/* Each refusal by its own name, in the order of the checks. */
static void
test_statuses(void)
{
  static const struct {
    guint64 old_size, new_size;
    gboolean other; /* a root of another log */
    gsize count;    /* zero hashes for a proof */
    WireStatus status;
  } cases[] = {
    { 4, 3, FALSE, 0, WIRE_ROLLBACK }, { 3, 3, FALSE, 0, WIRE_ROLLBACK }, { 0, 0, FALSE, 0, WIRE_ROLLBACK },
    { 4, 4, TRUE, 0, WIRE_FORK },      { 3, 4, TRUE, 1, WIRE_FORK },      { 3, 4, FALSE, 1, WIRE_STALE },
    { 5, 6, FALSE, 1, WIRE_STALE },    { 0, 5, FALSE, 0, WIRE_STALE },    { 4, 5, FALSE, 0, WIRE_PROOF },
    { 4, 5, FALSE, 1, WIRE_PROOF },    { 4, 4, FALSE, 1, WIRE_PROOF },    { 4, 4, FALSE, 0, WIRE_SIGNED },
  };
  Log log = { .fork = G_MAXUINT64, .world = "" }, other = { .fork = 0, .world = "x" };
  Desk desk = desk_new();

  expect_signed(&desk, &log, 4);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    WireAsk ask = { .old_size = cases[i].old_size, .new_size = cases[i].new_size, .count = cases[i].count };
    root_of(cases[i].other ? &other : &log, ask.new_size, ask.root);
    g_autoptr(GByteArray) frame = wire_encode_ask(&ask);
    g_assert_cmpint(raw(&desk, frame->data, frame->len), ==, cases[i].status);
  }
  desk_end(&desk);
}

static void
test_garbage(void)
{
  Log log = { .fork = G_MAXUINT64, .world = "" };
  Desk desk = desk_new();
  WireAsk ask = { .new_size = 5, .old_size = 4 };

  expect_signed(&desk, &log, 4);
  root_of(&log, 5, ask.root);
  g_autoptr(GByteArray) good = wire_encode_ask(&ask);
  for (guint cut = 0; cut < good->len; cut++)
    g_assert_cmpint(raw(&desk, good->data, cut), ==, WIRE_MALFORMED);
  for (guint count = 1; count < 256; count++) { /* a count that the frame does not hold */
    good->data[good->len - 1] = (guint8)count;
    g_assert_cmpint(raw(&desk, good->data, good->len), ==, WIRE_MALFORMED);
  }
  good->data[good->len - 1] = 0;
  good->data[9] = 0x80; /* a size of 2^63 and more */
  g_assert_cmpint(raw(&desk, good->data, good->len), ==, WIRE_MALFORMED);
  good->data[9] = 0;
  good->data[0] = 2; /* another version */
  g_assert_cmpint(raw(&desk, good->data, good->len), ==, WIRE_MALFORMED);
  good->data[0] = WIRE_VERSION;
  good->data[8] = 3; /* a proof from 3 where 4 is remembered */
  g_assert_cmpint(raw(&desk, good->data, good->len), ==, WIRE_STALE);

  guint32 seed = 1;
  for (guint round = 0; round < 500; round++) {
    guint8 noise[200];
    for (gsize i = 0; i < sizeof noise; i++)
      noise[i] = (guint8)((seed = seed * 1664525u + 1013904223u) >> 24);
    g_assert_cmpint(raw(&desk, noise, round % sizeof noise), !=, WIRE_SIGNED);
  }
  expect_signed(&desk, &log, 6); /* still alive */

  /* A length beyond the limit: it says so and ends; started again it remembers. */
  static const guint8 huge[] = { 0xff, 0xff, 0xff, 0xff };
  g_assert_cmpint(send(signer_fd(desk.client), huge, sizeof huge, MSG_NOSIGNAL), ==, sizeof huge);
  g_autoptr(GByteArray) reply = wire_receive(signer_fd(desk.client));
  g_assert_cmpuint(reply->data[0], ==, WIRE_MALFORMED);
  g_assert_null(wire_receive(signer_fd(desk.client)));
  expect_refused(&desk, &log, 7, SHODO_ERROR_IO);
  restart(&desk);
  g_assert_cmpuint(signer_size(desk.client), ==, 6);
  expect_signed(&desk, &log, 7);
  desk_end(&desk);
}

/* kill -9 before each step of a signature; then the same head signs, and no other of
 * its size does once it may have left. */
static void
test_killed(void)
{
  static const struct {
    const char *hook;
    guint64 remembered; /* after the restart: 5 before the rename, 8 after */
  } cases[] = { { "w1", 5 }, { "s1", 5 }, { "r1", 5 }, { "s2", 8 }, { "a1", 8 }, { "e1", 5 }, { "e2", 8 } };
  Log log = { .fork = G_MAXUINT64, .world = "" }, other = { .fork = 6, .world = "x" };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Desk desk = desk_new();
    g_autoptr(GError) error = NULL;

    expect_signed(&desk, &log, 5);
    hook(&desk, cases[i].hook);
    restart(&desk);
    g_assert_null(sign(desk.client, &log, 8, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
    g_assert_null(sign(desk.client, &log, 8, NULL)); /* it stays broken */

    hook(&desk, NULL);
    restart(&desk);
    g_assert_cmpuint(signer_size(desk.client), ==, cases[i].remembered);
    if (cases[i].remembered == 8)
      expect_refused(&desk, &other, 8, SHODO_ERROR_REFUSED);
    expect_signed(&desk, &log, 8);
    expect_refused(&desk, &other, 8, SHODO_ERROR_REFUSED);
    desk_end(&desk);
  }
}

static void
expect_no_start(const char *dir, const char *path, const char *memory)
{
  g_autoptr(GError) error = NULL;

  (void)g_unlink(path);
  if (memory)
    g_assert_true(g_file_set_contents(path, memory, -1, NULL));
  g_assert_null(signer_start(dir, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_nonnull(strstr(error->message, "keys/signed"));
}

/* A memory that is lost, altered or of another key: it will not start. */
static void
test_memory(void)
{
  Log log = { .fork = G_MAXUINT64, .world = "" };
  Desk desk = desk_new(), stranger = desk_new();
  g_autofree char *path = keys_file(&desk, "signed"), *foreign = keys_file(&stranger, "signed");
  g_autofree char *right = NULL, *theirs = NULL;
  gsize count;

  expect_signed(&desk, &log, 5);
  g_assert_true(g_file_get_contents(path, &right, &count, NULL));
  g_assert_true(g_file_get_contents(foreign, &theirs, NULL, NULL));
  for (gsize at = 0; at < count; at += 7) {
    right[at] ^= 1;
    expect_no_start(desk.dir, path, right);
    right[at] ^= 1;
  }
  expect_no_start(desk.dir, path, theirs);
  expect_no_start(desk.dir, path, "");
  expect_no_start(desk.dir, path, NULL);
  g_assert_true(g_file_set_contents(path, right, -1, NULL));
  restart(&desk);
  expect_signed(&desk, &log, 6);
  desk_end(&desk);
  desk_end(&stranger);
}

static void
test_no_key(void)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-signer-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null(signer_start(dir, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_IO);
  g_assert_nonnull(strstr(error->message, "log.skey"));
  (void)g_rmdir(dir);
}

static gboolean
has_guard(const GPtrArray *weak, SandboxGuard guard)
{
  for (guint i = 0; i < weak->len; i++)
    if (strstr(weak->pdata[i], sandbox_text(guard)))
      return FALSE;
  return TRUE;
}

/* What is forbidden fails, unless the system check says that its guard could not be had. */
static void
test_sandbox(void)
{
  static const SandboxGuard guards[] = { /* in the order of probe() */
    SANDBOX_FILES, SANDBOX_FILES, SANDBOX_FILES, SANDBOX_CALLS, SANDBOX_CALLS,
    SANDBOX_CALLS, SANDBOX_CALLS, SANDBOX_CALLS, SANDBOX_CALLS,
  };
  Desk desk = desk_new();
  Log log = { .fork = G_MAXUINT64, .world = "" };
  g_autofree char *path = keys_file(&desk, "probed"), *probed = NULL;
  g_autoptr(GPtrArray) weak = signer_weaknesses(desk.client);
  gsize count;

  g_assert_cmpuint(weak->len, >=, 1);
  g_assert_nonnull(strstr(weak->pdata[weak->len - 1], "同じ利用者")); /* as it is here */
  g_assert_true(has_guard(weak, SANDBOX_NO_NEW_PRIVS));
  g_assert_true(has_guard(weak, SANDBOX_LIMITS));
  if (!has_guard(weak, SANDBOX_CALLS)) { /* the probe would replace the process: nothing to see */
    desk_end(&desk);
    return;
  }
  hook(&desk, "p2"); /* the first is the greeting */
  restart(&desk);
  expect_signed(&desk, &log, 3);
  g_assert_true(g_file_get_contents(path, &probed, &count, NULL));
  g_assert_cmpuint(count, ==, G_N_ELEMENTS(guards));
  for (gsize i = 0; i < count; i++)
    g_assert_true(probed[i] == '-' || !has_guard(weak, guards[i]));
  desk_end(&desk);
}

int
main(int argc, char **argv)
{
  find_libc();
  if (argc == 6 && strcmp(argv[1], "signer") == 0) {
    child_keys = argv[5];
    return signer_command(argc - 1, argv + 1);
  }
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/signer/files", test_files);
  g_test_add_func("/signer/growing", test_growing);
  g_test_add_func("/signer/refusals", test_refusals);
  g_test_add_func("/signer/bad-proofs", test_bad_proofs);
  g_test_add_func("/signer/statuses", test_statuses);
  g_test_add_func("/signer/garbage", test_garbage);
  g_test_add_func("/signer/killed", test_killed);
  g_test_add_func("/signer/memory", test_memory);
  g_test_add_func("/signer/no-key", test_no_key);
  g_test_add_func("/signer/sandbox", test_sandbox);
  return g_test_run();
}
