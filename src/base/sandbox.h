/* Giving up what a process does not need, before it meets untrusted input.
 *
 * A small process (the signer, a worker) opens what it needs and then enters a
 * sandbox for good.  What the kernel cannot give is left out and reported, never
 * silently: sandbox_enter says what is in force, sandbox_text what is not. */
#ifndef SHODO_BASE_SANDBOX_H
#define SHODO_BASE_SANDBOX_H

#include <glib.h>

typedef enum {
  SANDBOX_NO_NEW_PRIVS = 1 << 0, /* no privilege from setuid programs */
  SANDBOX_NO_DUMP = 1 << 1,      /* no core file, no ptrace by others of the same user */
  SANDBOX_LIMITS = 1 << 2,       /* no new process, few descriptors, small files */
  SANDBOX_FILES = 1 << 3,        /* Landlock: only `dir`; no network, no signals outside where the kernel can */
  SANDBOX_CALLS = 1 << 4,        /* seccomp: the system calls listed and no others; others give EPERM */
} SandboxGuard;
#define SANDBOX_ALL ((guint)0x1f)

typedef struct {
  const char *dir;   /* the one directory to read and write in; NULL: none at all */
  const int *calls;  /* system call numbers (SCMP_SYS) beyond memory, time and exit */
  gsize call_count;
  guint64 largest_file; /* bytes */
  guint descriptors;
} Sandbox;

/* Enter; it cannot be left.  One thread only.  Gives the guards in force. */
guint sandbox_enter(const Sandbox *sandbox);

/* Japanese sentence for one guard that could not be had. */
const char *sandbox_text(SandboxGuard guard);

#endif
