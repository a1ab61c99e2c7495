#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What every program of ours calls: memory, time, randomness, locks, its end. */
static const int common_calls[] = {
  SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
  SCMP_SYS(mlock), SCMP_SYS(munlock), SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
  SCMP_SYS(gettimeofday), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(rt_sigprocmask),
  SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* The kernel's struct as of ABI 6: the headers of Debian 12 end at ABI 2. */
typedef struct {
  guint64 files;
  guint64 net;    /* from ABI 4: TCP bind and connect */
  guint64 scoped; /* from ABI 6: abstract sockets and signals */
} Ruleset;

/* All file rights of an ABI are the low bits up to its newest. */
static const struct {
  int abi;
  guint file_rights;
  gsize size;
} abis[] = {
  { 6, 16, sizeof(Ruleset) }, { 5, 16, 2 * sizeof(guint64) }, { 4, 15, 2 * sizeof(guint64) },
  { 3, 15, sizeof(guint64) }, { 2, 14, sizeof(guint64) },     { 1, 13, sizeof(guint64) },
};

#define EXECUTE G_GUINT64_CONSTANT(1) /* LANDLOCK_ACCESS_FS_EXECUTE: handled, never granted */

static int
create_ruleset(guint64 *rights)
{
  int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

  for (gsize i = 0; i < G_N_ELEMENTS(abis); i++) {
    Ruleset rules = { .net = 3, .scoped = 3 };
    if (abi < abis[i].abi)
      continue;
    rules.files = *rights = ((guint64)1 << abis[i].file_rights) - 1;
    return (int)syscall(SYS_landlock_create_ruleset, &rules, abis[i].size, 0);
  }
  return -1;
}

static gboolean
allow_directory(int ruleset, const char *dir, guint64 rights)
{
  int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct landlock_path_beneath_attr beneath = { .allowed_access = rights & ~EXECUTE, .parent_fd = fd };

  if (fd < 0)
    return FALSE;
  gboolean ok = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
  (void)close(fd);
  return ok;
}

static gboolean
enter_files(const Sandbox *sandbox)
{
  guint64 rights = 0;
  int ruleset = create_ruleset(&rights);

  if (ruleset < 0)
    return FALSE;
  gboolean ok = (!sandbox->dir || allow_directory(ruleset, sandbox->dir, rights)) &&
                syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  (void)close(ruleset);
  return ok;
}

static gboolean
add_calls(scmp_filter_ctx filter, const int *calls, gsize count)
{
  for (gsize i = 0; i < count; i++)
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
enter_calls(const Sandbox *sandbox)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

  if (!filter)
    return FALSE;
  gboolean ok = add_calls(filter, common_calls, G_N_ELEMENTS(common_calls)) &&
                add_calls(filter, sandbox->calls, sandbox->call_count) && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ok;
}

static gboolean
limit(__rlimit_resource_t resource, guint64 most)
{
  struct rlimit to = { .rlim_cur = most, .rlim_max = most };
  return setrlimit(resource, &to) == 0;
}

static gboolean
enter_limits(const Sandbox *sandbox)
{
  return limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, sandbox->descriptors) &&
         limit(RLIMIT_FSIZE, sandbox->largest_file);
}

static gboolean
enter_no_new_privs(const Sandbox *sandbox)
{
  (void)sandbox;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static gboolean
enter_no_dump(const Sandbox *sandbox)
{
  (void)sandbox;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* In the order to enter them: the filter of system calls last, as it forbids the others. */
static const struct {
  SandboxGuard guard;
  gboolean (*enter)(const Sandbox *sandbox);
  const char *text;
} guards[] = {
  { SANDBOX_NO_NEW_PRIVS, enter_no_new_privs, "権限の昇格を禁じる設定（no_new_privs）ができません。" },
  { SANDBOX_NO_DUMP, enter_no_dump, "メモリーの写しを禁じる設定ができません。" },
  { SANDBOX_LIMITS, enter_limits, "資源の上限を設定できません。" },
  { SANDBOX_FILES, enter_files, "ファイルの範囲を限る仕組み（Landlock）がこのカーネルで使えません。" },
  { SANDBOX_CALLS, enter_calls, "システムコールを限る仕組み（seccomp）がこのカーネルで使えません。" },
};

guint
sandbox_enter(const Sandbox *sandbox)
{
  guint had = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(guards); i++)
    if (guards[i].enter(sandbox))
      had |= guards[i].guard;
  return had;
}

const char *
sandbox_text(SandboxGuard guard)
{
  for (gsize i = 0; i < G_N_ELEMENTS(guards); i++)
    if (guards[i].guard == guard)
      return guards[i].text;
  return "";
}
