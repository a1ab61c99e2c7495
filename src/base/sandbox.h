/* Giving up what a process or thread does not need, before it meets untrusted input.
 *
 * The mechanism; who gives up what is in roles.h.  It cannot be left, and is inherited by threads
 * and processes started later, never by those started before.  What the kernel cannot give is left
 * out and reported, never silently: sandbox_enter says what is in force, sandbox_text what is not.
 *
 * In a build with sanitizers the memory limit, the file size limit and the refusal of ptrace are
 * left out: shadow memory, reports and the leak check need them. */
#ifndef SHODO_BASE_SANDBOX_H
#define SHODO_BASE_SANDBOX_H

#include <glib.h>
#include <seccomp.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED 0
#endif

typedef enum {
  SANDBOX_NO_NEW_PRIVS = 1 << 0, /* no privilege from setuid programs */
  SANDBOX_NO_DUMP = 1 << 1,      /* no core file, no ptrace by others of the same user */
  SANDBOX_LIMITS = 1 << 2,       /* descriptors, sizes of files, memory, processor time */
  SANDBOX_FILES = 1 << 3,        /* Landlock: the paths listed and no others */
  SANDBOX_CALLS = 1 << 4,        /* seccomp: a system call that is not for it gives EPERM */
  SANDBOX_NETWORK = 1 << 5,      /* Landlock from ABI 4: the TCP ports listed and no others */
  SANDBOX_SIGNALS = 1 << 6,      /* Landlock from ABI 6: no signal and no abstract socket to the outside */
  SANDBOX_THREADS = 1 << 7,      /* no thread was there before that would be outside */
} SandboxGuard;
#define SANDBOX_ALL ((guint)0xff)

enum {
  SANDBOX_READ = 1 << 0,
  SANDBOX_WRITE = 1 << 1,   /* also make, rename and remove */
  SANDBOX_EXECUTE = 1 << 2,
  SANDBOX_SOCKET = 1 << 3,  /* make and remove a UNIX socket */
};

/* A file, or a directory with everything beneath.  One that is not there allows nothing. */
typedef struct {
  const char *path;
  guint rights;
} SandboxPath;

enum { SANDBOX_BIND = 1, SANDBOX_CONNECT = 2 }; /* as the kernel has them */

typedef struct {
  guint port; /* of TCP; 0 with BIND: one of the kernel's choice */
  guint rights;
} SandboxPort;

/* A system call when its condition, if any, holds. */
typedef struct {
  int call; /* SCMP_SYS */
  guint conditions; /* 0 or 1 */
  struct scmp_arg_cmp when[1];
} SandboxCall;

typedef struct {
  const SandboxPath *paths;
  gsize path_count;
  const SandboxPort *ports;
  gsize port_count;
  guint any_port;            /* SANDBOX_BIND, SANDBOX_CONNECT: not restricted */
  gboolean allow;            /* FALSE: the calls listed are refused.  TRUE: they and what every program of
                              * ours needs (memory that is not executable, time, its end) are all there is */
  const SandboxCall *calls;
  gsize call_count;
  gboolean thread_only;      /* the limits of the process stand */
  gboolean no_processes;
  guint64 largest_file;      /* bytes */
  guint64 descriptors;
  guint64 memory;            /* bytes of address space; 0: as it is */
  guint64 cpu_seconds;       /* 0: as it is */
} Sandbox;

/* Gives the guards in force. */
guint sandbox_enter(const Sandbox *sandbox);

/* Japanese sentence for one guard that could not be had. */
const char *sandbox_text(SandboxGuard guard);

#endif
