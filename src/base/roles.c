#include "base/roles.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "base/sandbox.h"

#define CALL(name) { .call = SCMP_SYS(name) }
/* When the bits MASK of argument ARG are VALUE. */
#define CALL_WHEN(name, arg, mask, value) \
  { .call = SCMP_SYS(name), .conditions = 1, .when = { { arg, SCMP_CMP_MASKED_EQ, mask, value } } }
#define READING SANDBOX_READ

/* --- what main, the writer and those that main starts read of the system --- */

static const SandboxPath system_paths[] = {
  { "/dev/null", SANDBOX_READ | SANDBOX_WRITE },
  { "/dev/urandom", READING },
  { "/proc/sys/kernel/random/boot_id", READING },
  { "/etc/localtime", READING },
  { "/usr/share/zoneinfo", READING },
#if SANDBOX_SANITIZED
  { "/proc", READING },
#endif
};

/* For executing this program anew: itself, the loader and the libraries.  The loader could be told to run
 * any file that may be read; it would be inside the same sandbox. */
static const SandboxPath program_paths[] = {
  { "/proc/self/exe", SANDBOX_READ | SANDBOX_EXECUTE },
  { "/lib64/ld-linux-x86-64.so.2", SANDBOX_READ | SANDBOX_EXECUTE },
  { "/lib/ld-linux-aarch64.so.1", SANDBOX_READ | SANDBOX_EXECUTE },
  { "/etc/ld.so.cache", READING },
  { "/lib", READING },
  { "/lib64", READING },
  { "/usr/lib", READING },
  { "/usr/local/lib", READING },
};

static const SandboxPath font_paths[] = {
  { "/usr/share/fonts", READING },
  { "/usr/local/share/fonts", READING },
  { "/usr/share/fontconfig", READING },
  { "/etc/fonts", READING },
  { "/var/cache/fontconfig", READING },
};

static const SandboxPath resolver_paths[] = {
  { "/etc/resolv.conf", READING },
  { "/run/systemd/resolve", READING },
  { "/etc/hosts", READING },
  { "/etc/host.conf", READING },
  { "/etc/nsswitch.conf", READING },
  { "/etc/gai.conf", READING },
  { "/etc/services", READING },
  { "/etc/ssl/certs", READING },
  { "/etc/ssl/openssl.cnf", READING },
  { "/usr/share/ca-certificates", READING },
  { "/usr/local/share/ca-certificates", READING },
};

static void
path_clear(gpointer data)
{
  g_free((char *)((SandboxPath *)data)->path);
}

static GArray *
paths_new(void)
{
  GArray *paths = g_array_new(FALSE, FALSE, sizeof(SandboxPath));
  g_array_set_clear_func(paths, path_clear);
  return paths;
}

static void
add_path(GArray *paths, const char *path, guint rights)
{
  const SandboxPath row = { g_strdup(path), rights };
  g_array_append_val(paths, row);
}

static void
add_paths(GArray *paths, const SandboxPath *rows, gsize count)
{
  for (gsize i = 0; i < count; i++)
    add_path(paths, rows[i].path, rows[i].rights);
}
#define ADD_PATHS(paths, rows) add_paths(paths, rows, G_N_ELEMENTS(rows))

static void
add_home(GArray *paths, const char *name)
{
  g_autofree char *path = g_build_filename(g_get_home_dir(), name, NULL);
  add_path(paths, path, READING);
}

/* libpq asks for the user's name and home, and reads its password and certificates there. */
static void
add_database_paths(GArray *paths)
{
  static const char *const named[] = { "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL" };

  ADD_PATHS(paths, resolver_paths);
  add_path(paths, "/etc/passwd", READING);
  add_home(paths, ".pgpass");
  add_home(paths, ".postgresql");
  for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
    if (g_getenv(named[i]))
      add_path(paths, g_getenv(named[i]), READING);
}

/* --- main and the writer: everything but this --- */

#define WRITABLE_AND_EXECUTABLE (PROT_WRITE | PROT_EXEC)
#define LOW 0xffffffffu /* the kernel looks at the low half of an int */

static const SandboxCall refused_calls[] = {
  /* other processes */
  CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev), CALL(process_madvise), CALL(pidfd_getfd), CALL(kcmp),
  /* file systems and namespaces */
  CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot), CALL(fsopen), CALL(fsconfig), CALL(fsmount), CALL(fspick),
  CALL(move_mount), CALL(open_tree), CALL(mount_setattr), CALL(unshare), CALL(setns), CALL(name_to_handle_at),
  CALL(open_by_handle_at), CALL(quotactl), CALL(quotactl_fd), CALL(fanotify_init), CALL(mknod), CALL(mknodat),
  /* the machine */
  CALL(kexec_load), CALL(kexec_file_load), CALL(init_module), CALL(finit_module), CALL(delete_module), CALL(reboot),
  CALL(swapon), CALL(swapoff), CALL(acct), CALL(syslog), CALL(sethostname), CALL(setdomainname), CALL(settimeofday),
  CALL(clock_settime), CALL(clock_adjtime), CALL(adjtimex), CALL(iopl), CALL(ioperm), CALL(modify_ldt), CALL(vhangup),
  /* parts of the kernel with a long record of faults, needed by nothing here */
  CALL(bpf), CALL(perf_event_open), CALL(userfaultfd), CALL(io_uring_setup), CALL(io_uring_enter),
  CALL(io_uring_register), CALL(add_key), CALL(request_key), CALL(keyctl), CALL(personality), CALL(lookup_dcookie),
  CALL(mbind), CALL(set_mempolicy), CALL(migrate_pages), CALL(move_pages), CALL(remap_file_pages),
  /* becoming somebody else */
  CALL(setuid), CALL(setgid), CALL(setreuid), CALL(setregid), CALL(setresuid), CALL(setresgid), CALL(setfsuid),
  CALL(setfsgid), CALL(setgroups), CALL(capset),
  /* never a bare fork: threads and posix_spawn share the memory */
  CALL(fork), CALL_WHEN(clone, 0, CLONE_VM, 0), CALL_WHEN(clone, 0, CLONE_NEWUSER, CLONE_NEWUSER),
  CALL_WHEN(clone, 0, CLONE_NEWNS, CLONE_NEWNS), CALL_WHEN(clone, 0, CLONE_NEWNET, CLONE_NEWNET),
  CALL_WHEN(clone, 0, CLONE_NEWPID, CLONE_NEWPID), CALL_WHEN(clone, 0, CLONE_NEWIPC, CLONE_NEWIPC),
  CALL_WHEN(clone, 0, CLONE_NEWUTS, CLONE_NEWUTS), CALL_WHEN(clone, 0, CLONE_NEWCGROUP, CLONE_NEWCGROUP),
  /* code written at run time */
  CALL_WHEN(mmap, 2, WRITABLE_AND_EXECUTABLE, WRITABLE_AND_EXECUTABLE), CALL_WHEN(mprotect, 2, PROT_EXEC, PROT_EXEC),
  CALL(pkey_mprotect),
  /* typing into the terminal that started us */
  CALL_WHEN(ioctl, 1, LOW, TIOCSTI), CALL_WHEN(ioctl, 1, LOW, TIOCLINUX),
  /* families of sockets other than UNIX (1) and the internet (2, 10), and raw ones */
  { .call = SCMP_SYS(socket), .conditions = 1, .when = { { 0, SCMP_CMP_GT, AF_INET6, 0 } } },
  CALL_WHEN(socket, 0, LOW, AF_AX25), CALL_WHEN(socket, 0, LOW, AF_IPX), CALL_WHEN(socket, 0, LOW, AF_APPLETALK),
  CALL_WHEN(socket, 0, LOW, AF_NETROM), CALL_WHEN(socket, 0, LOW, AF_BRIDGE), CALL_WHEN(socket, 0, LOW, AF_ATMPVC),
  CALL_WHEN(socket, 0, LOW, AF_X25),
  CALL_WHEN(socket, 1, 0xf, SOCK_RAW),
};

/* Without a database main speaks by streams alone: no question to a name server, and so no tunnel through one. */
static const SandboxCall refused_without_database[] = {
  CALL_WHEN(socket, 1, 0xf, SOCK_DGRAM),
};

/* The writer appends and says so; SANDBOX_FILES already keeps it in DIR. */
static const SandboxCall refused_to_writer[] = {
  CALL(execve), CALL(execveat), CALL(clone), CALL(vfork), CALL(kill), CALL(tkill), CALL(pidfd_send_signal),
  CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo), CALL(bind), CALL(listen), CALL(accept), CALL(accept4),
};

static const SandboxCall refused_to_writer_without_database[] = { CALL(socket), CALL(connect) };

/* Takes connections that its listener was made for before, and makes none. */
static const SandboxCall refused_to_files[] = {
  CALL(execve), CALL(execveat), CALL(clone), CALL(vfork), CALL(kill), CALL(tkill), CALL(pidfd_send_signal),
  CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo), CALL(bind), CALL(listen), CALL(socket), CALL(connect),
};

static void
add_calls(GArray *calls, const SandboxCall *rows, gsize count)
{
  g_array_append_vals(calls, rows, (guint)count);
}
#define ADD_CALLS(calls, rows) add_calls(calls, rows, G_N_ELEMENTS(rows))

/* 127.0.0.1:PORT or [::1]:PORT: that port and the next, for files; unix:PATH: sockets in its directory. */
static void
allow_listening(const char *where, GArray *paths, SandboxPort port[2], gsize *ports)
{
  const char *colon = where ? strrchr(where, ':') : NULL;
  guint64 number;

  if (!where || g_str_has_prefix(where, "fd:"))
    return;
  if (g_str_has_prefix(where, "unix:")) {
    g_autofree char *in = g_path_get_dirname(where + strlen("unix:"));
    add_path(paths, in, SANDBOX_SOCKET);
  } else if (colon && g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &number, NULL)) {
    port[0] = (SandboxPort){ .port = (guint)number, .rights = SANDBOX_BIND };
    port[1] = (SandboxPort){ .port = (guint)number + 1, .rights = SANDBOX_BIND };
    *ports = number && number < 65535 ? 2 : 1;
  }
}

guint
roles_enter_main(const char *dir, const char *where, gboolean database)
{
  g_autoptr(GArray) paths = paths_new();
  g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(SandboxCall));
  SandboxPort port[2];
  gsize ports = 0;

  add_path(paths, dir, SANDBOX_READ | SANDBOX_WRITE);
  ADD_PATHS(paths, system_paths);
  ADD_PATHS(paths, program_paths);
  ADD_PATHS(paths, font_paths);
  if (database)
    add_database_paths(paths);
  allow_listening(where, paths, port, &ports);
  ADD_CALLS(calls, refused_calls);
  if (!database)
    ADD_CALLS(calls, refused_without_database);
  return sandbox_enter(&(Sandbox){
      .paths = (const SandboxPath *)(void *)paths->data, .path_count = paths->len, .ports = port, .port_count = ports,
      .any_port = database ? SANDBOX_CONNECT : 0, .calls = (const SandboxCall *)(void *)calls->data, .call_count = calls->len,
      .largest_file = LIMIT_BLOB, .descriptors = LIMIT_DESCRIPTORS });
}

guint
roles_enter_writer(const char *dir, gboolean database)
{
  g_autoptr(GArray) paths = paths_new();
  g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(SandboxCall));

  add_path(paths, dir, SANDBOX_READ | SANDBOX_WRITE);
  ADD_PATHS(paths, system_paths);
  if (database)
    add_database_paths(paths);
  ADD_CALLS(calls, refused_calls);
  ADD_CALLS(calls, refused_to_writer);
  if (!database) {
    ADD_CALLS(calls, refused_without_database);
    ADD_CALLS(calls, refused_to_writer_without_database);
  }
  return sandbox_enter(&(Sandbox){
      .paths = (const SandboxPath *)(void *)paths->data, .path_count = paths->len,
      .any_port = database ? SANDBOX_CONNECT : 0, .calls = (const SandboxCall *)(void *)calls->data,
      .call_count = calls->len, .thread_only = TRUE });
}

guint
roles_enter_files(const char *blobs)
{
  g_autoptr(GArray) paths = paths_new();
  g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(SandboxCall));

  add_path(paths, blobs, SANDBOX_READ | SANDBOX_WRITE);
  ADD_PATHS(paths, system_paths);
  ADD_CALLS(calls, refused_calls);
  ADD_CALLS(calls, refused_to_files);
  return sandbox_enter(&(Sandbox){
      .paths = (const SandboxPath *)(void *)paths->data, .path_count = paths->len,
      .calls = (const SandboxCall *)(void *)calls->data, .call_count = calls->len, .thread_only = TRUE });
}

/* --- the signer: three files and a socket --- */

guint
roles_enter_signer(const char *keys_dir)
{
  const SandboxPath paths[] = { { keys_dir, SANDBOX_READ | SANDBOX_WRITE } };
  static const SandboxCall calls[] = {
    CALL(recvfrom), CALL(sendto), CALL(openat), CALL(close), CALL(read), CALL(write), CALL(pwrite64), CALL(lseek),
    CALL(fstat), CALL(newfstatat), CALL(fsync),
    /* libc takes the older call when there are no flags, and other machines have only the newer */
    CALL(rename), CALL(renameat), CALL(renameat2), CALL(unlink), CALL(unlinkat),
  };

  (void)g_random_int(); /* opens its source of randomness while it may */
  return sandbox_enter(&(Sandbox){ .paths = paths, .path_count = G_N_ELEMENTS(paths), .allow = TRUE, .calls = calls,
                                   .call_count = G_N_ELEMENTS(calls), .no_processes = TRUE, .largest_file = 65536,
                                   .descriptors = 16 });
}

/* --- the worker: reads fonts, and its socket --- */

#define NOT_WRITING(name, flags) CALL_WHEN(name, flags, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY)

static const SandboxCall reading_calls[] = {
  NOT_WRITING(openat, 2), CALL(close), CALL(read), CALL(pread64), CALL(readv), CALL(lseek), CALL(fstat),
  CALL(newfstatat), CALL(statx), CALL(statfs), CALL(fstatfs), CALL(getdents64), CALL(access), CALL(faccessat),
  CALL(faccessat2), CALL(readlink), CALL(readlinkat), CALL(fadvise64), CALL(uname), CALL(sched_yield),
  CALL(sched_getaffinity), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid),
  CALL_WHEN(fcntl, 1, LOW, F_GETFL), CALL_WHEN(fcntl, 1, LOW, F_GETFD), CALL_WHEN(fcntl, 1, LOW, F_SETFD),
};

/* Threads, and no process: they stay inside.  Pango starts one. */
static const SandboxCall threading_calls[] = {
  CALL_WHEN(clone, 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM), CALL(set_robust_list), CALL(rseq),
  CALL(rt_sigaction), CALL(sigaltstack), CALL_WHEN(prctl, 0, LOW, PR_SET_NAME),
};

guint
roles_enter_worker(const char *fonts)
{
  g_autoptr(GArray) paths = paths_new();
  g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(SandboxCall));
  static const SandboxCall speaking[] = { CALL(recvfrom), CALL(sendto), CALL(write), CALL(writev) };

  (void)g_random_int();
  ADD_PATHS(paths, font_paths);
  if (fonts)
    add_path(paths, fonts, READING);
  ADD_CALLS(calls, reading_calls);
  ADD_CALLS(calls, threading_calls);
  ADD_CALLS(calls, speaking);
  return sandbox_enter(&(Sandbox){
      .paths = (const SandboxPath *)(void *)paths->data, .path_count = paths->len, .allow = TRUE,
      .calls = (const SandboxCall *)(void *)calls->data, .call_count = calls->len, .largest_file = 0,
      .descriptors = 64, .memory = LIMIT_WORKER_MEMORY, .cpu_seconds = LIMIT_WORKER_SECONDS });
}

/* --- the courier: SMTP, as libcurl does it with a thread to ask for names --- */

/* What couriers need to start, since they are inside it too; nothing else is left to it than to start them. */
guint
roles_enter_keeper(void)
{
  g_autoptr(GArray) paths = paths_new();

  ADD_PATHS(paths, system_paths);
  ADD_PATHS(paths, program_paths);
  ADD_PATHS(paths, resolver_paths);
  return sandbox_enter(&(Sandbox){
      .paths = (const SandboxPath *)(void *)paths->data, .path_count = paths->len, .any_port = SANDBOX_CONNECT,
      .calls = refused_calls, .call_count = G_N_ELEMENTS(refused_calls), .largest_file = 0, .descriptors = 64 });
}

#define MOST_PORTS 32

static const SandboxCall speaking_calls[] = {
  CALL_WHEN(socket, 0, LOW, AF_INET), CALL_WHEN(socket, 0, LOW, AF_INET6), CALL_WHEN(socketpair, 0, LOW, AF_UNIX),
  CALL(connect), CALL(sendto), CALL(sendmsg), CALL(sendmmsg), CALL(recvfrom), CALL(recvmsg), CALL(shutdown),
  CALL(getsockname), CALL(getpeername), CALL(getsockopt), CALL(setsockopt), CALL(write), CALL(writev),
  CALL(poll), CALL(ppoll), CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_wait), CALL(epoll_pwait), CALL(eventfd2),
  CALL(pipe2), CALL(clock_nanosleep), CALL_WHEN(fcntl, 1, LOW, F_SETFL), CALL_WHEN(ioctl, 1, LOW, FIONREAD),
  CALL_WHEN(ioctl, 1, LOW, FIONBIO),
};

/* To the log of this machine, and how much of what was sent is not acknowledged. */
static const SandboxCall telling_calls[] = {
  CALL_WHEN(socket, 0, LOW, AF_UNIX), CALL_WHEN(ioctl, 1, LOW, TIOCOUTQ),
};

static guint
enter_speaker(const guint *ports, gsize count, const SandboxCall *more, gsize more_count)
{
  g_autoptr(GArray) paths = paths_new();
  g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(SandboxCall));
  SandboxPort connected[MOST_PORTS + 1] = { { 53, SANDBOX_CONNECT } };

  g_assert(count <= MOST_PORTS);
  for (gsize i = 0; i < count; i++)
    connected[i + 1] = (SandboxPort){ ports[i], SANDBOX_CONNECT };
  (void)g_random_int();
  ADD_PATHS(paths, resolver_paths);
  add_path(paths, "/dev/urandom", READING);
  ADD_CALLS(calls, reading_calls);
  ADD_CALLS(calls, threading_calls);
  ADD_CALLS(calls, speaking_calls);
  add_calls(calls, more, more_count);
  return sandbox_enter(&(Sandbox){
      .paths = (const SandboxPath *)(void *)paths->data, .path_count = paths->len, .ports = connected,
      .port_count = count + 1, .allow = TRUE, .calls = (const SandboxCall *)(void *)calls->data,
      .call_count = calls->len, .largest_file = 0, .descriptors = 64, .memory = LIMIT_WORKER_MEMORY });
}

guint
roles_enter_courier(guint port)
{
  return enter_speaker(&port, 1, NULL, 0);
}

guint
roles_enter_teller(const guint *ports, gsize count)
{
  return enter_speaker(ports, count, telling_calls, G_N_ELEMENTS(telling_calls));
}

/* --- the system check --- */

void
roles_say(guint own, guint keeper, guint8 word[ROLES_WORD])
{
  const guint32 both[] = { g_htonl(own), g_htonl(keeper) };
  memcpy(word, both, ROLES_WORD);
}

gboolean
roles_hear(GBytes *word, guint *own, guint *keeper)
{
  gsize size;
  const void *bytes = g_bytes_get_data(word, &size);
  guint32 both[2];
  if (size != ROLES_WORD)
    return FALSE;
  memcpy(both, bytes, ROLES_WORD);
  *own = g_ntohl(both[0]);
  *keeper = g_ntohl(both[1]);
  return TRUE;
}

static const struct {
  const char *name;
  guint by_calls; /* what a list of allowed calls gives by itself: no connect, no kill */
  guint without;  /* what it has not by its nature */
} roles[] = {
  [ROLE_MAIN] = { "本体", 0 },
  [ROLE_WRITER] = { "書込み係", SANDBOX_SIGNALS },
  [ROLE_SIGNER] = { "署名係", SANDBOX_NETWORK | SANDBOX_SIGNALS },
  [ROLE_WORKER] = { "読取り・作成係", SANDBOX_NETWORK | SANDBOX_SIGNALS },
  [ROLE_COURIER] = { "送受信係", SANDBOX_SIGNALS },
  [ROLE_FILES] = { "ファイル係", SANDBOX_SIGNALS },
  [ROLE_TELLER] = { "知らせ係", SANDBOX_SIGNALS },
  [ROLE_KEEPER] = { "送り手の起動係", 0, SANDBOX_NETWORK }, /* hears only main; who it starts keeps to its own ports */
};

const char *
roles_name(Role role)
{
  return roles[role].name;
}

void
roles_weaknesses(Role role, guint guards, GPtrArray *sentences)
{
  guards |= roles[role].without;
  if (guards & SANDBOX_CALLS)
    guards |= roles[role].by_calls;
  for (guint guard = 1; guard <= SANDBOX_ALL; guard <<= 1)
    if (!(guards & guard)) {
      g_autofree char *sentence = g_strdup_printf("%s：%s", roles[role].name, sandbox_text((SandboxGuard)guard));
      if (!g_ptr_array_find_with_equal_func(sentences, sentence, g_str_equal, NULL)) /* a role may be there twice */
        g_ptr_array_add(sentences, g_steal_pointer(&sentence));
    }
}
