/* The command line: one file per command, one table of commands.
 *
 * A command prints Japanese for people or, with --json, one JSON value for
 * programs, on standard output; errors go to standard error.  Exit status:
 * 0 yes, 1 no (a refusal, a failed check), 2 usage, 3 the environment failed. */
#ifndef SHODO_CLI_CLI_H
#define SHODO_CLI_CLI_H

#include <glib.h>
#include <stdio.h>

#include "base/json.h"
#include "engine/session.h"
#include "engine/worker.h"

typedef struct {
  const char *name;
  const char *arguments; /* after the name, for the usage line */
  const char *summary;   /* Japanese, one line */
  int (*run)(int argc, char **argv); /* argv[0] is the command's name */
} Command;
extern const Command cli_commands[]; /* name NULL at the end */

int cli_account(int argc, char **argv);
/* The jobs of a worker: "echo"; "paper", whose request is "pdf" or "pdf spell" (or html, docx, xlsx), a line
 * feed and the document's JSON, and whose reply is the file; "mail", whose request is a mail as it came and whose
 * reply is JSON of incoming_fields. */
extern const WorkerJob cli_jobs[]; /* name NULL at the end */

int cli_act(int argc, char **argv);
int cli_case(int argc, char **argv);
int cli_clock(int argc, char **argv);
int cli_events(int argc, char **argv);
int cli_help(int argc, char **argv);
int cli_init(int argc, char **argv);
int cli_mail(int argc, char **argv);
/* Of `mail`, in a file of its own: one mail from standard input, one from a file, and the original of one received. */
int cli_mail_receive(int argc, char **argv);
int cli_mail_parse(const char *path, gboolean as_json);
int cli_mail_original(const char *dir, const char *received, const char *out);
int cli_office(int argc, char **argv);
int cli_plan(int argc, char **argv);
int cli_play(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_resume(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_system(int argc, char **argv);
int cli_tiles(int argc, char **argv);
int cli_verify(int argc, char **argv);

/* Parse OPTIONS for the command NAME; FALSE: *status is what to end with (0 after --help). */
gboolean cli_options(const char *name, const GOptionEntry *options, int *argc, char ***argv, int *status);
/* Say what is wrong with the call and how it is used; 2. */
int cli_usage(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Say the error and give its exit status. */
int cli_fail(const GError *error);
/* The same when the data directory could not be opened: whatever was missing, the environment failed; 3. */
int cli_unopened(const GError *error);
/* --data, or SHODO_DATA; NULL after saying that neither is given. */
const char *cli_data(const char *name, const char *data);
int cli_print_json(const json_t *json);

/* Open the office at DIR, with a bar (bar.h) unless AS_JSON. */
Session *cli_session(const char *dir, gboolean as_json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Send a command; prints what failed.  NULL: *status is what to end with. */
json_t *cli_call(Session *session, const json_t *request, int *status);
/* The same to the office at DIR, which is opened for it. */
json_t *cli_ask(const char *dir, const json_t *request, gboolean as_json, int *status);
/* 「・…（第3-2(2)ア） → …」, a line for each finding, to OUT. */
void cli_print_findings(FILE *out, const json_t *findings);
const char *cli_text(const json_t *object, const char *key); /* "" when absent */
/* 2026-11-22T14:05:33.123+09:00 -> 2026-11-22 14:05; to be freed. */
char *cli_moment(const json_t *object, const char *key);
gint64 cli_number(const json_t *object, const char *key); /* 0 when absent */
/* 今わかっていること of a case as case-show answers it. */
void cli_print_known(const json_t *shown);

#endif
