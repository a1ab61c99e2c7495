/* What each role can still do: every attempt runs in a process of its own, once outside to see that
 * it succeeds there, and once inside each role.  Run as "attempt ROLE NAME DIR PORT" it is that process;
 * status 0: let through, 1: refused, 2: cannot be told, 4: let through, and the role says which guard it lacks. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/roles.h"
#include "base/sandbox.h"

typedef struct {
  const char *dir;
  guint16 port;
  pid_t parent;
} Place;

static gboolean
opens(const char *path, int flags)
{
  int fd = open(path, flags | O_CLOEXEC, 0600);
  if (fd >= 0)
    (void)close(fd);
  return fd >= 0;
}

static gboolean
opens_in(const Place *place, const char *name, int flags)
{
  g_autofree char *path = g_build_filename(place->dir, name, NULL);
  return opens(path, flags);
}

static gboolean
read_passwd(const Place *place G_GNUC_UNUSED)
{
  return opens("/etc/passwd", O_RDONLY);
}

static gboolean
read_parent(const Place *place)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/environ", (int)place->parent);
  return opens(path, O_RDONLY);
}

static gboolean
read_key(const Place *place)
{
  return opens_in(place, "keys/log.skey", O_RDONLY);
}

static gboolean
write_key(const Place *place)
{
  return opens_in(place, "keys/new", O_WRONLY | O_CREAT);
}

static gboolean
read_data(const Place *place)
{
  return opens_in(place, "journal.db", O_RDONLY);
}

static gboolean
write_data(const Place *place)
{
  return opens_in(place, "new", O_WRONLY | O_CREAT);
}

static gboolean
read_blob(const Place *place)
{
  return opens_in(place, "blobs/one", O_RDONLY);
}

static gboolean
write_blob(const Place *place)
{
  return opens_in(place, "blobs/new", O_WRONLY | O_CREAT);
}

static gboolean
write_outside(const Place *place)
{
  return opens_in(place, "../outside", O_WRONLY | O_CREAT);
}

static gboolean
remove_outside(const Place *place)
{
  g_autofree char *path = g_build_filename(place->dir, "../victim", NULL);
  return unlink(path) == 0 && opens(path, O_WRONLY | O_CREAT);
}

static gboolean
read_fonts(const Place *place G_GNUC_UNUSED)
{
  return opens("/usr/share/fonts", O_RDONLY | O_DIRECTORY);
}

static gboolean
read_hosts(const Place *place G_GNUC_UNUSED)
{
  return opens("/etc/hosts", O_RDONLY);
}

static gboolean
socket_of(int family, int type)
{
  int fd = socket(family, type | SOCK_CLOEXEC, 0);
  if (fd >= 0)
    (void)close(fd);
  return fd >= 0;
}

static gboolean
socket_internet(const Place *place G_GNUC_UNUSED)
{
  return socket_of(AF_INET, SOCK_STREAM);
}

static gboolean
socket_datagram(const Place *place G_GNUC_UNUSED)
{
  return socket_of(AF_INET6, SOCK_DGRAM) || socket_of(AF_INET, SOCK_DGRAM);
}

static gboolean
socket_kernel(const Place *place G_GNUC_UNUSED)
{
  return socket_of(AF_NETLINK, SOCK_RAW);
}

/* Nobody there is an answer too: the packet went out. */
static gboolean
connects(guint16 port)
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean went = fd >= 0 && (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == ECONNREFUSED);
  int why = errno;
  if (fd >= 0)
    (void)close(fd);
  errno = why;
  return went;
}

static gboolean
connect_server(const Place *place)
{
  return connects(place->port);
}

static gboolean
connect_mail(const Place *place G_GNUC_UNUSED)
{
  return connects(25);
}

static gboolean
binds(guint16 port)
{
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  const int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean bound = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                   bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0;
  int why = errno;
  if (fd >= 0)
    (void)close(fd);
  errno = why;
  return bound;
}

static gboolean
bind_own(const Place *place G_GNUC_UNUSED)
{
  return binds(0); /* what main is told to listen on here */
}

static gboolean
bind_other(const Place *place)
{
  return binds((guint16)(place->port + 1)) || errno == EADDRINUSE;
}

static gboolean
execute(const Place *place G_GNUC_UNUSED)
{
  return execl("/bin/true", "true", NULL) == 0;
}

static gboolean
execute_shell(const Place *place G_GNUC_UNUSED)
{
  return execl("/bin/sh", "sh", "-c", "exit 0", NULL) == 0;
}

static gboolean
execute_itself(const Place *place G_GNUC_UNUSED)
{
  return execl("/proc/self/exe", "shodo", "nothing", NULL) == 0;
}

static gboolean
copy_itself(const Place *place G_GNUC_UNUSED)
{
  long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0)
    _exit(0);
  return pid > 0 && waitpid((pid_t)pid, NULL, 0) == pid;
}

static gpointer
nothing(gpointer data)
{
  return data;
}

static void *
pthread_nothing(void *data)
{
  return nothing(data);
}

static gboolean
start_thread(const Place *place G_GNUC_UNUSED)
{
  pthread_t thread;
  errno = pthread_create(&thread, NULL, pthread_nothing, NULL);
  return errno == 0 && pthread_join(thread, NULL) == 0;
}

static gboolean
trace(const Place *place)
{
  return ptrace(PTRACE_PEEKUSER, place->parent, NULL, NULL) < 0 && errno == ESRCH; /* the call was heard: not traced yet */
}

static gboolean
signal_parent(const Place *place)
{
  return kill(place->parent, 0) == 0;
}

static gboolean
signal_parent_thread(const Place *place)
{
  return syscall(SYS_tgkill, place->parent, place->parent, 0) == 0;
}

static gboolean
mount_something(const Place *place)
{
  return mount("none", place->dir, "tmpfs", 0, NULL) == 0 && umount(place->dir) == 0;
}

static gboolean
change_root(const Place *place)
{
  return chroot(place->dir) == 0;
}

static gboolean
become(const Place *place G_GNUC_UNUSED)
{
  return setuid(getuid()) == 0;
}

static gboolean
write_code(const Place *place G_GNUC_UNUSED)
{
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && munmap(page, 4096) == 0;
}

static gboolean
turn_into_code(const Place *place G_GNUC_UNUSED)
{
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static gboolean
change_personality(const Place *place G_GNUC_UNUSED)
{
  return syscall(SYS_personality, 0xffffffffu) >= 0;
}

static gboolean
ring(const Place *place G_GNUC_UNUSED)
{
  guint8 parameters[120] = { 0 };
  return syscall(SYS_io_uring_setup, 1, parameters) >= 0;
}

static gboolean
key_of_kernel(const Place *place G_GNUC_UNUSED)
{
  return syscall(SYS_add_key, "user", "shodo-test", "x", 1, -1 /* the thread's */) >= 0;
}

static gboolean
program_kernel(const Place *place G_GNUC_UNUSED)
{
  guint64 attributes[16] = { (guint64)4 << 32 | 2, (guint64)1 << 32 | 4 }; /* an array of one element */
  return syscall(SYS_bpf, 0, attributes, sizeof attributes) >= 0;
}

static gboolean
own_namespace(const Place *place G_GNUC_UNUSED)
{
  return unshare(CLONE_NEWNS) == 0;
}

static gboolean
set_time(const Place *place G_GNUC_UNUSED)
{
  struct timespec now;
  return clock_gettime(CLOCK_REALTIME, &now) == 0 && clock_settime(CLOCK_REALTIME, &now) == 0;
}

/* m main, t a thread that main starts, w writer, s signer, o worker, c courier, f files, e teller, k keeper */
static const struct {
  const char *name;
  gboolean (*run)(const Place *place);
  const char *may;
  SandboxGuard guard; /* what refuses it, and alone may be missing when it is let through */
  gboolean root; /* not even outside without privilege, nor in every container */
} attempts[] = {
  { "read-passwd", read_passwd, "", SANDBOX_FILES, FALSE },
  { "read-parent", read_parent, SANDBOX_SANITIZED ? "mtwfk" : "", SANDBOX_FILES, FALSE },
  { "read-key", read_key, "mtws", SANDBOX_FILES, FALSE },
  { "write-key", write_key, "mtws", SANDBOX_FILES, FALSE },
  { "read-data", read_data, "mtw", SANDBOX_FILES, FALSE },
  { "write-data", write_data, "mtw", SANDBOX_FILES, FALSE },
  { "read-blob", read_blob, "mtwf", SANDBOX_FILES, FALSE },
  { "write-blob", write_blob, "mtwf", SANDBOX_FILES, FALSE },
  { "write-outside", write_outside, "", SANDBOX_FILES, FALSE },
  { "remove-outside", remove_outside, "", SANDBOX_FILES, FALSE },
  { "read-fonts", read_fonts, "mto", SANDBOX_FILES, FALSE },
  { "read-hosts", read_hosts, "cek", SANDBOX_FILES, FALSE },
  { "socket-internet", socket_internet, "mtcek", SANDBOX_CALLS, FALSE },
  { "socket-datagram", socket_datagram, "cek", SANDBOX_CALLS, FALSE },
  { "socket-kernel", socket_kernel, "", SANDBOX_CALLS, FALSE },
  { "connect-server", connect_server, "k", SANDBOX_NETWORK, FALSE },
  { "connect-mail", connect_mail, "ck", SANDBOX_NETWORK, FALSE },
  { "bind-own", bind_own, "mt", SANDBOX_NETWORK, FALSE },
  { "bind-other", bind_other, "", SANDBOX_NETWORK, FALSE },
  { "execute", execute, "", SANDBOX_FILES, FALSE },
  { "execute-shell", execute_shell, "", SANDBOX_FILES, FALSE },
  { "execute-itself", execute_itself, "mtk", SANDBOX_FILES, FALSE },
  { "copy-itself", copy_itself, "", SANDBOX_CALLS, FALSE },
  { "start-thread", start_thread, "mtocek", SANDBOX_CALLS, FALSE },
  { "trace", trace, SANDBOX_SANITIZED ? "mtwfk" : "", SANDBOX_CALLS, FALSE },
  { "signal-parent", signal_parent, "", SANDBOX_SIGNALS, FALSE },
  { "signal-parent-thread", signal_parent_thread, "", SANDBOX_SIGNALS, FALSE },
  { "mount", mount_something, "", SANDBOX_CALLS, TRUE },
  { "chroot", change_root, "", SANDBOX_CALLS, TRUE },
  { "become", become, "", SANDBOX_CALLS, FALSE },
  { "write-code", write_code, "", SANDBOX_CALLS, FALSE },
  { "turn-into-code", turn_into_code, "", SANDBOX_CALLS, FALSE },
  { "personality", change_personality, "", SANDBOX_CALLS, FALSE },
  { "ring", ring, "", SANDBOX_CALLS, TRUE },
  { "key", key_of_kernel, "", SANDBOX_CALLS, TRUE },
  { "bpf", program_kernel, "", SANDBOX_CALLS, TRUE },
  { "namespace", own_namespace, "", SANDBOX_CALLS, TRUE },
  { "set-time", set_time, "", SANDBOX_CALLS, TRUE },
};

/* --- the process that attempts --- */

typedef struct {
  gsize row;
  Place place;
  Role role;
  char inside; /* w, f: enter the role of the thread first, in this thread; else 0 */
  guint guards;
  int status;
} Attempt;

static gpointer
attempt_here(gpointer data)
{
  Attempt *attempt = data;
  g_autofree char *blobs = g_build_filename(attempt->place.dir, "blobs", NULL);
  g_autoptr(GPtrArray) weak = g_ptr_array_new_with_free_func(g_free);

  if (attempt->inside == 'w')
    attempt->guards |= roles_enter_writer(attempt->place.dir, FALSE);
  else if (attempt->inside == 'f')
    attempt->guards |= roles_enter_files(blobs);
  roles_weaknesses(attempt->role, attempt->guards, weak);
  errno = 0;
  if (attempts[attempt->row].run(&attempt->place))
    attempt->status = weak->len ? 4 : 0;
  else
    attempt->status = errno == EPERM || errno == EACCES || errno == ENOSYS ? 1 : 2;
  return NULL;
}

static int
attempt_inside(char letter, Attempt *attempt)
{
  g_autofree char *keys = g_build_filename(attempt->place.dir, "keys", NULL);
  static const char letters[] = "mwsocfek";
  static const guint ports[] = { 443, 6514 };
  const char *at = strchr(letters, letter);

  attempt->role = at ? (Role)(at - letters) : ROLE_MAIN;
  attempt->inside = letter == 'w' || letter == 'f' ? letter : 0;
  attempt->guards = letter == 's'   ? roles_enter_signer(keys)
                    : letter == 'o' ? roles_enter_worker(NULL)
                    : letter == 'c' ? roles_enter_courier(25)
                    : letter == 'e' ? roles_enter_teller(ports, G_N_ELEMENTS(ports))
                    : letter == 'k' ? roles_enter_keeper()
                    : letter == '-' ? SANDBOX_ALL
                                    : roles_enter_main(attempt->place.dir, "127.0.0.1:0", FALSE);
  if (letter == 't' || attempt->inside)
    g_thread_join(g_thread_new("inside", attempt_here, attempt));
  else
    attempt_here(attempt);
  return attempt->status;
}

static int
attempt_command(char **argv)
{
  Attempt attempt = { .place = { .dir = argv[4], .port = (guint16)g_ascii_strtoull(argv[5], NULL, 10), .parent = getppid() } };

  while (attempt.row < G_N_ELEMENTS(attempts) && !g_str_equal(attempts[attempt.row].name, argv[3]))
    attempt.row++;
  int status = attempt_inside(argv[2][0], &attempt);
  _exit(status); /* the leak check cannot run in all of them */
}

/* --- what this kernel has, asked in another way than src/base/sandbox.c does --- */

#define LANDLOCK_NETWORK 4 /* of its ABI */
#define LANDLOCK_SIGNALS 6

static guint
missing_here(void)
{
  long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1u /* LANDLOCK_CREATE_RULESET_VERSION */);
  gboolean calls = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0 && errno == EFAULT;
  return (abi < 1 ? SANDBOX_FILES : 0u) | (abi < LANDLOCK_NETWORK ? SANDBOX_NETWORK : 0u) |
         (abi < LANDLOCK_SIGNALS ? SANDBOX_SIGNALS : 0u) | (calls ? 0u : SANDBOX_CALLS);
}

/* --- the tests --- */

typedef struct {
  char *base, *dir, *port;
  int listener;
} Room;

static void
touch(const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_assert_true(g_file_set_contents(path, "x", 1, NULL));
}

static Room
room_new(void)
{
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof at;
  Room room = { .base = g_dir_make_tmp("shodo-roles-XXXXXX", NULL), .listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
  room.dir = g_build_filename(room.base, "data", NULL);
  g_autofree char *keys = g_build_filename(room.dir, "keys", NULL);

  g_assert_cmpint(g_mkdir_with_parents(keys, 0700), ==, 0);
  touch(keys, "log.skey");
  g_autofree char *blobs = g_build_filename(room.dir, "blobs", NULL);
  g_assert_cmpint(g_mkdir(blobs, 0700), ==, 0);
  touch(blobs, "one");
  touch(room.dir, "journal.db");
  touch(room.base, "victim");
  g_assert_cmpint(bind(room.listener, (struct sockaddr *)&at, sizeof at), ==, 0);
  g_assert_cmpint(listen(room.listener, 100), ==, 0);
  g_assert_cmpint(getsockname(room.listener, (struct sockaddr *)&at, &length), ==, 0);
  room.port = g_strdup_printf("%u", ntohs(at.sin_port));
  return room;
}

static void
room_end(Room *room)
{
  static const char *const names[] = { "data/keys/log.skey", "data/keys/new", "data/keys", "data/journal.db", "data/new",
                                       "data/blobs/one", "data/blobs/new", "data/blobs", "data",
                                       "outside", "victim", "" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(room->base, names[i], NULL);
    (void)g_remove(path);
  }
  (void)close(room->listener);
  g_free(room->base);
  g_free(room->dir);
  g_free(room->port);
}

static int
run_attempt(const Room *room, char letter, const char *name)
{
  char role[] = { letter, 0 };
  char *argv[] = { "/proc/self/exe", "attempt", role, (char *)name, room->dir, room->port, NULL };
  g_autoptr(GError) error = NULL;
  int status = 0;

  g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error(error);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* What fails outside too would prove nothing inside. */
static void
test_outside(void)
{
  Room room = room_new();
  guint proved = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
    int status = run_attempt(&room, '-', attempts[i].name);
    if (status != 0)
      g_test_message("%s: %d outside: refused here to everybody", attempts[i].name, status);
    g_assert_true(status == 0 || attempts[i].root || g_str_equal(attempts[i].name, "read-fonts"));
    proved += status == 0;
  }
  g_test_message("%u of %u attempts succeed outside", proved, (guint)G_N_ELEMENTS(attempts));
  room_end(&room);
}

/* A refused attempt is let through (4) only where this kernel has not the guard for it, and the role says so. */
static void
test_role(gconstpointer data)
{
  const char letter = *(const char *)data;
  const guint missing = missing_here();
  Room room = room_new();
  guint wrong = 0, through = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
    gboolean may = strchr(attempts[i].may, letter) != NULL;
    int status = run_attempt(&room, letter, attempts[i].name);
    gboolean right = may ? status != 1 && status != 128 : status == 1 || (status == 4 && attempts[i].guard & missing);
    if (!right || status == 4)
      g_test_message("%c %s: %d", letter, attempts[i].name, status);
    through += !may && status == 4;
    wrong += !right;
  }
  if (through)
    g_test_message("%c: %u let through: this kernel has not the guards %#x", letter, through, missing);
  g_assert_cmpuint(wrong, ==, 0);
  room_end(&room);
}

/* Without its guards every role says so, each guard once. */
static void
test_weaknesses(void)
{
  for (int role = ROLE_MAIN; role <= ROLE_KEEPER; role++) {
    g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func(g_free), all = g_ptr_array_new_with_free_func(g_free);
    roles_weaknesses((Role)role, SANDBOX_ALL, none);
    roles_weaknesses((Role)role, 0, all);
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_cmpuint(all->len, ==, role == ROLE_KEEPER ? 7 : 8); /* may connect to any port */
    g_assert_true(g_str_has_prefix(all->pdata[0], roles_name((Role)role)));
  }
}

int
main(int argc, char **argv)
{
  if (argc == 2 && g_str_equal(argv[1], "nothing"))
    _exit(0);
  if (argc == 6 && g_str_equal(argv[1], "attempt"))
    return attempt_command(argv);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/roles/outside", test_outside);
  g_test_add_data_func("/roles/main", "m", test_role);
  g_test_add_data_func("/roles/thread", "t", test_role);
  g_test_add_data_func("/roles/writer", "w", test_role);
  g_test_add_data_func("/roles/files", "f", test_role);
  g_test_add_data_func("/roles/signer", "s", test_role);
  g_test_add_data_func("/roles/worker", "o", test_role);
  g_test_add_data_func("/roles/courier", "c", test_role);
  g_test_add_data_func("/roles/teller", "e", test_role);
  g_test_add_data_func("/roles/keeper", "k", test_role);
  g_test_add_func("/roles/weaknesses", test_weaknesses);
  return g_test_run();
}
