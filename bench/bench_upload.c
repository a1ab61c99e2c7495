/* Evidence over HTTP: curl sends a file of 256 MiB to `shodo serve`, which hashes, encrypts, syncs and enters it, against
 * sha256sum, cp and sync of the same file; and what the server's memory grows by. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evidence.h"
#include "fixture.h"
#include "measure.h"
#include "office/secret.h"

#define ROUNDS 5
#define LEAST_HELD 0.8
#define MEMORY_MOST 32.0 /* MiB */
#define POST "情報システム担当者"

/* --- the server --- */

typedef struct {
  char *dir, *socket, *files, *token;
  guint64 kase;
  pid_t pid;
} Served;

static void
prepare(Served *served)
{
  g_autofree char *hash = secret_digest(served->token);
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();
  g_autoptr(GDateTime) next = g_date_time_add_days(now, 1);
  g_autofree char *expires = g_date_time_format(next, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *password = g_strdup_printf("{'person':'p2','password_hash':'$argon2id$nobody signs in with it','expires':'%s'}", expires);
  g_autofree char *token = g_strdup_printf("{'name':'計測','scopes':['view','write'],'hash':'%s','expires':'%s'}", hash, expires);

  fixture_found(served->dir);
  g_autoptr(Engine) engine = fixture_open(served->dir);
  served->kase = fixture_case(engine);
  fixture_act(engine, "administrator", "account.issue_password", 0, password);
  fixture_act(engine, POST, "account.issue_token", 0, token);
  engine_drain(engine);
}

static void
serve(Served *served)
{
  g_autofree char *where = g_strdup_printf("unix:%s", served->socket);
  served->pid = fork();
  g_assert(served->pid >= 0);
  if (served->pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execlp("shodo", "shodo", "serve", "--data", served->dir, "--listen", where, NULL);
    _exit(127);
  }
  for (guint i = 0; i < 1000 && !g_file_test(served->files, G_FILE_TEST_EXISTS); i++)
    g_usleep(10000);
}

/* The seconds from asking for a ticket to the answer: the file is on disk and entered. */
static double
upload_seconds(const Served *served, const char *from)
{
  g_autofree char *bearer = g_strdup_printf("Authorization: Bearer %s", served->token);
  g_autofree char *place = g_strdup_printf("http://localhost/api/v1/cases/%" G_GUINT64_FORMAT "/files", served->kase);
  double began = measure_now();
  g_autofree char *ticket = measure_run((const char *[]){ "curl", "-sf", "--unix-socket", served->socket, "-H", bearer, "-X", "POST", place, NULL });
  const char *at = strstr(ticket, "/files/");
  measure_check(at != NULL, "asking for a ticket", NULL);
  g_autofree char *path = g_strndup(at, strcspn(at, "\""));
  g_autofree char *address = g_strconcat("http://localhost", path, NULL);
  g_free(measure_run((const char *[]){ "curl", "-sf", "--unix-socket", served->files, "-H", bearer, "-T", from, address, NULL }));
  return measure_now() - began;
}

int
main(void)
{
  g_autofree char *dir = measure_scratch("upload"), *office = g_build_filename(dir, "office", NULL);
  g_autofree char *from = g_build_filename(dir, "original", NULL), *to = g_build_filename(dir, "copy", NULL);
  Served served = { .dir = office, .socket = g_build_filename(dir, "web", NULL), .files = g_build_filename(dir, "web.files", NULL),
                    .token = secret_token("shodo_") };
  double ratio[ROUNDS], grown[ROUNDS];

  g_assert(g_mkdir(office, 0700) == 0);
  prepare(&served);
  serve(&served);
  gint64 before = measure_memory(served.pid, "VmHWM");
  for (guint i = 0; i < ROUNDS; i++) {
    evidence_file(from); /* anew: a file that is there is written over */
    double peer = evidence_peer(from, to);
    g_assert(g_unlink(to) == 0);
    double sent = upload_seconds(&served, from);
    ratio[i] = peer / sent;
    grown[i] = (double)(measure_memory(served.pid, "VmHWM") - before) / 1024;
    measure_say("upload %.2f s, sha256sum + cp + sync %.2f s, %.1f MiB more", sent, peer, grown[i]);
  }
  g_assert(kill(served.pid, SIGTERM) == 0 && waitpid(served.pid, NULL, 0) == served.pid);
  measure_hold("taking in a file of 256 MiB over HTTP", measure_share(ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  measure_hold("the server's growth meanwhile, MiB", measure_share(grown, ROUNDS, 1), "<=", MEMORY_MOST);
  measure_remove(dir);
  g_free(served.socket);
  g_free(served.files);
  secret_free(served.token);
  return 0;
}
