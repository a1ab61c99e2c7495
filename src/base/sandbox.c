#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What every program of ours calls: memory, time, randomness, locks, its end. */
static const int common_calls[] = {
  SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(munlock),
  SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getpid),
  SCMP_SYS(gettid), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
  SCMP_SYS(exit_group),
#if SANDBOX_SANITIZED
  SCMP_SYS(sigaltstack), SCMP_SYS(sched_yield),
#endif
};

/* The kernel's structs as of ABI 6: the headers of Debian 12 end at ABI 2. */
typedef struct {
  guint64 files;
  guint64 net;    /* from ABI 4: TCP bind and connect */
  guint64 scoped; /* from ABI 6: abstract sockets and signals */
} Ruleset;

typedef struct {
  guint64 rights;
  guint64 port;
} PortRule;
#define RULE_PORT 2 /* LANDLOCK_RULE_NET_PORT */

/* All file rights of an ABI are the low bits up to its newest. */
static const struct {
  int abi;
  guint file_rights;
  gsize size;
  guint guards;
} abis[] = {
  { 6, 16, sizeof(Ruleset), SANDBOX_FILES | SANDBOX_NETWORK | SANDBOX_SIGNALS },
  { 5, 16, 2 * sizeof(guint64), SANDBOX_FILES | SANDBOX_NETWORK },
  { 4, 15, 2 * sizeof(guint64), SANDBOX_FILES | SANDBOX_NETWORK },
  { 3, 15, sizeof(guint64), SANDBOX_FILES },
  { 2, 14, sizeof(guint64), SANDBOX_FILES },
  { 1, 13, sizeof(guint64), SANDBOX_FILES },
};

#define RIGHT(bit) (G_GUINT64_CONSTANT(1) << (bit))
#define MAKE_DIRECTORY (RIGHT(4) | RIGHT(7))                    /* and remove */
#define MAKE_SOCKET (RIGHT(5) | RIGHT(9))                       /* and remove a file */
#define REFER_AND_TRUNCATE (RIGHT(13) | RIGHT(14))
#define OF_A_FILE (RIGHT(0) | RIGHT(1) | RIGHT(2) | RIGHT(14) | RIGHT(15))

/* Devices, FIFOs and symbolic links are made by nobody. */
static const struct {
  guint right;
  guint64 landlock;
} rights[] = {
  { SANDBOX_READ, RIGHT(2) | RIGHT(3) },
  { SANDBOX_WRITE, RIGHT(1) | RIGHT(8) | MAKE_DIRECTORY | MAKE_SOCKET | REFER_AND_TRUNCATE },
  { SANDBOX_EXECUTE, RIGHT(0) },
  { SANDBOX_SOCKET, MAKE_SOCKET },
};

/* Gives the descriptor or -1; RULES are what is handled, GUARDS what that amounts to. */
static int
create_ruleset(const Sandbox *sandbox, Ruleset *rules, guint *guards)
{
  int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

  for (gsize i = 0; i < G_N_ELEMENTS(abis); i++) {
    if (abi < abis[i].abi)
      continue;
    *rules = (Ruleset){ .files = RIGHT(abis[i].file_rights) - 1, .net = 3 & ~(guint64)sandbox->any_port, .scoped = 3 };
    *guards = abis[i].guards;
    return (int)syscall(SYS_landlock_create_ruleset, rules, abis[i].size, 0);
  }
  return -1;
}

static guint64
landlock_rights(guint wanted)
{
  guint64 all = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(rights); i++)
    if (wanted & rights[i].right)
      all |= rights[i].landlock;
  return all;
}

static gboolean
allow_path(int ruleset, const SandboxPath *path, guint64 handled)
{
  struct stat status;
  int fd = path->path ? open(path->path, O_PATH | O_CLOEXEC) : -1;

  if (fd < 0)
    return TRUE;
  struct landlock_path_beneath_attr beneath = { .allowed_access = landlock_rights(path->rights) & handled, .parent_fd = fd };
  gboolean ok = fstat(fd, &status) == 0;
  if (ok && !S_ISDIR(status.st_mode))
    beneath.allowed_access &= OF_A_FILE;
  ok = ok && (!beneath.allowed_access ||
              syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0);
  (void)close(fd);
  return ok;
}

static gboolean
allow_port(int ruleset, const SandboxPort *port, guint64 handled)
{
  PortRule rule = { .rights = port->rights & handled, .port = port->port };
  return !rule.rights || syscall(SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0) == 0;
}

static guint
enter_landlock(const Sandbox *sandbox)
{
  Ruleset handled;
  guint guards = 0;
  int ruleset = create_ruleset(sandbox, &handled, &guards);
  gboolean ok = ruleset >= 0;

  for (gsize i = 0; ok && i < sandbox->path_count; i++)
    ok = allow_path(ruleset, &sandbox->paths[i], handled.files);
  for (gsize i = 0; ok && (guards & SANDBOX_NETWORK) && i < sandbox->port_count; i++)
    ok = allow_port(ruleset, &sandbox->ports[i], handled.net);
  ok = ok && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  if (ruleset >= 0)
    (void)close(ruleset);
  return !ok ? 0 : sandbox->any_port ? guards & ~(guint)SANDBOX_NETWORK : guards;
}

/* --- system calls --- */

static gboolean
add_common(scmp_filter_ctx filter)
{
  const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  const struct scmp_arg_cmp to_itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());

  for (gsize i = 0; i < G_N_ELEMENTS(common_calls); i++)
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, common_calls[i], 0) != 0)
      return FALSE;
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, to_itself) == 0;
}

/* A filter cannot look into the struct of clone3: libc takes clone when it is not there. */
static gboolean
add_calls(scmp_filter_ctx filter, const Sandbox *sandbox)
{
  guint32 action = sandbox->allow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM);

  for (gsize i = 0; i < sandbox->call_count; i++) {
    const SandboxCall *row = &sandbox->calls[i];
    if ((SANDBOX_SANITIZED && row->call == SCMP_SYS(ptrace)) || row->call == __NR_SCMP_ERROR)
      continue;
    if (seccomp_rule_add_array(filter, action, row->call, row->conditions, row->when) != 0)
      return FALSE;
  }
  return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static guint
enter_calls(const Sandbox *sandbox)
{
  scmp_filter_ctx filter = seccomp_init(sandbox->allow ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW);

  if (!filter)
    return 0;
  gboolean ok = (!sandbox->allow || add_common(filter)) && add_calls(filter, sandbox) && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ok ? SANDBOX_CALLS : 0;
}

/* --- limits --- */

/* Never more than there was: only root may raise it. */
static gboolean
limit(__rlimit_resource_t resource, guint64 most)
{
  struct rlimit to;
  if (getrlimit(resource, &to) != 0)
    return FALSE;
  to.rlim_max = MIN(to.rlim_max, most);
  to.rlim_cur = to.rlim_max;
  return setrlimit(resource, &to) == 0;
}

static guint
enter_limits(const Sandbox *sandbox)
{
  gboolean ok = sandbox->thread_only ||
                (limit(RLIMIT_CORE, 0) && (!sandbox->no_processes || limit(RLIMIT_NPROC, 0)) &&
                 limit(RLIMIT_NOFILE, sandbox->descriptors) &&
                 (SANDBOX_SANITIZED || limit(RLIMIT_FSIZE, sandbox->largest_file)) &&
                 (SANDBOX_SANITIZED || !sandbox->memory || limit(RLIMIT_AS, sandbox->memory)) &&
                 (!sandbox->cpu_seconds || limit(RLIMIT_CPU, sandbox->cpu_seconds)));
  return ok ? SANDBOX_LIMITS : 0;
}

static guint
enter_no_new_privs(const Sandbox *sandbox G_GNUC_UNUSED)
{
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? SANDBOX_NO_NEW_PRIVS : 0;
}

static guint
enter_no_dump(const Sandbox *sandbox G_GNUC_UNUSED)
{
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? SANDBOX_NO_DUMP : 0;
}

/* The links of the directory are two and one for each thread; unlike reading it, asking for them is never
 * forbidden.  A thread of its own sandbox needs no other to be inside. */
static guint
look_for_threads(const Sandbox *sandbox)
{
  struct stat tasks;
  gboolean alone = sandbox->thread_only || (stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 2 + 1);
  return alone ? SANDBOX_THREADS : 0;
}

/* In the order to enter them: the filter of system calls last, as it forbids the others. */
static guint (*const steps[])(const Sandbox *sandbox) = {
  look_for_threads, enter_no_new_privs, enter_no_dump, enter_limits, enter_landlock, enter_calls,
};

static const struct {
  SandboxGuard guard;
  const char *text;
} texts[] = {
  { SANDBOX_NO_NEW_PRIVS, "権限の昇格を禁じる設定（no_new_privs）ができません。" },
  { SANDBOX_NO_DUMP, "メモリーの写しを禁じる設定ができません。" },
  { SANDBOX_LIMITS, "資源の上限を設定できません。" },
  { SANDBOX_FILES, "ファイルの範囲を限る仕組み（Landlock）がこのカーネルで使えません。" },
  { SANDBOX_CALLS, "システムコールを限る仕組み（seccomp）がこのカーネルで使えません。" },
  { SANDBOX_NETWORK, "TCP の接続先を限っていません。Linux 6.7 以後（Landlock ABI 4）で限れます。記録をデータベースに置くときは、サービスの設定（IPAddressAllow）で限ってください。" },
  { SANDBOX_SIGNALS, "ほかのプロセスへの信号を禁じる仕組み（Landlock ABI 6、Linux 6.12 以後）がこのカーネルで使えません。" },
  { SANDBOX_THREADS, "制限をかける前に始まったスレッドがあるか、確かめられません。" },
};

guint
sandbox_enter(const Sandbox *sandbox)
{
  guint had = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    had |= steps[i](sandbox);
  return had;
}

const char *
sandbox_text(SandboxGuard guard)
{
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i].guard == guard)
      return texts[i].text;
  return "";
}
