#include "ear.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/child.h"
#include "tell/teller.h"

/* --- the receiver --- */

static void
run(const char *dir, const char *script)
{
  const char *argv[] = { "sh", "-ec", script, "certificates", dir, NULL };
  g_autoptr(GError) error = NULL;
  int status;
  gboolean done = g_spawn_sync(dir, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                               NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_true(done && status == 0);
}

static const char certificates[] =
    "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Test CA' -keyout ca.key -out ca.pem\n"
    "openssl req -newkey rsa:2048 -nodes -subj '/CN=ear' -keyout ear.key -out ear.csr\n"
    "printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\n' > ear.ext\n"
    "openssl x509 -req -in ear.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile ear.ext -out ear.pem\n";

Ear *
ear_new(gboolean tls)
{
  g_autoptr(GError) error = NULL;
  Ear *ear = g_new0(Ear, 1);
  ear->dir = g_dir_make_tmp("shodo-ear-XXXXXX", NULL);
  g_autofree char *pem = g_build_filename(ear->dir, "ear.pem", NULL), *key = g_build_filename(ear->dir, "ear.key", NULL);
  if (tls)
    run(ear->dir, certificates);
  ear->process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "python3", TEST_DATA "/receiver.py",
                                  tls ? "https" : "http", ear->dir, pem, key, NULL);
  g_assert_no_error(error);
  g_autoptr(GDataInputStream) out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(ear->process));
  g_autofree char *line = g_data_input_stream_read_line(out, NULL, NULL, NULL);
  g_assert_nonnull(line);
  ear->port = (guint)g_ascii_strtoull(line, NULL, 10);
  g_assert_cmpuint(ear->port, >, 0);
  return ear;
}

static void
empty(const char *dir)
{
  g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
  for (const char *name; open && (name = g_dir_read_name(open));) {
    g_autofree char *path = g_build_filename(dir, name, NULL);
    (void)g_remove(path);
  }
  (void)g_rmdir(dir);
}

void
ear_free(Ear *ear)
{
  if (!ear)
    return;
  g_output_stream_close(g_subprocess_get_stdin_pipe(ear->process), NULL, NULL);
  g_subprocess_wait(ear->process, NULL, NULL);
  g_object_unref(ear->process);
  empty(ear->dir);
  g_free(ear->dir);
  g_free(ear);
}

void
ear_tell(const Ear *ear, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(ear->dir, name, NULL);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

char **
ear_lines(const Ear *ear, const char *name)
{
  g_autofree char *path = g_build_filename(ear->dir, name, NULL), *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL) || !*text)
    return g_new0(char *, 1);
  char *end = strrchr(text, '\n'); /* what comes after it is being written */
  *(end ? end : text) = '\0';
  return g_strsplit(text, "\n", -1);
}

guint
ear_count(const Ear *ear)
{
  g_auto(GStrv) lines = ear_lines(ear, "got");
  return g_strv_length(lines);
}

/* --- the town --- */

void
town_open(Town *town)
{
  const char *const arguments[] = { "teller", "--events", town->file, "--fd", G_STRINGIFY(CHILD_FD), NULL };
  g_autoptr(GError) error = NULL;
  int fd = -1;

  town->arena = arena_new();
  town->rules = rules_read(town->file, town->arena, &error);
  g_assert_no_error(error);
  if (!town->hall->engine)
    hall_open(town->hall);
  g_assert_cmpint(child_start(arguments, &fd, &town->keeper), ==, 0);
  town->herald = herald_new(town->hall->engine, fd, town->rules);
}

void
town_close(Town *town)
{
  g_clear_pointer(&town->herald, herald_free);
  child_end(town->keeper, FALSE);
  town->keeper = 0;
  hall_close(town->hall);
  g_clear_pointer(&town->arena, arena_free);
}

Town *
town_new(gboolean real, const char *rules)
{
  Town *town = g_new0(Town, 1);
  g_autofree char *plan = real ? hall_plan_text() : NULL;
  town->hall = real ? hall_new_under(plan, TRUE) : hall_new();
  town->file = g_build_filename(town->hall->root, "events", NULL);
  g_assert_true(g_file_set_contents(town->file, rules, -1, NULL));
  town_open(town);
  return town;
}

void
town_free(Town *town)
{
  if (!town)
    return;
  if (town->herald)
    town_close(town);
  hall_free(town->hall);
  g_free(town->file);
  g_free(town);
}

void
town_rules(Town *town, const char *rules)
{
  town_close(town);
  g_assert_true(g_file_set_contents(town->file, rules, -1, NULL));
  town_open(town);
}

const Destination *
town_destination(const Town *town, const char *id)
{
  return office_destination(world_office(engine_world(town->hall->engine)), id);
}

char *
town_register(Town *town, const char *name, const char *url, const char *kinds, gboolean exercise, const Ear *ear)
{
  g_autofree char *fields = g_strdup_printf("{'name':'%s','url':'%s','kinds':%s,'exercise':%s}", name, url, kinds, exercise ? "true" : "false");
  g_autoptr(GError) error = NULL;
  hall_must(town->hall, ADMINISTRATOR, "destination.register", 0, fields);
  List all = office_destinations(world_office(engine_world(town->hall->engine)));
  const Destination *destination = list_pointer(all, const Destination, all.length - 1);
  if (ear) {
    g_autofree char *secret = herald_reveal(town->hall->engine, destination, "p1", &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(secret, "whsec_"));
    ear_tell(ear, "secret", secret);
  }
  return g_strdup(destination->id);
}

void
town_run(guint milliseconds)
{
  gint64 until = g_get_monotonic_time() + (gint64)milliseconds * 1000;
  while (g_get_monotonic_time() < until)
    if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(1000);
}

void
town_until(Town *town, const Ear *ear, guint count)
{
  gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
  while (ear_count(ear) < count && g_get_monotonic_time() < until) {
    herald_look(town->herald);
    town_run(10);
  }
  g_assert_cmpuint(ear_count(ear), >=, count);
}

void
town_until_trouble(Town *town, const char *id, gboolean trouble)
{
  gint64 until = g_get_monotonic_time() + 40 * G_USEC_PER_SEC;
  gboolean now = !trouble;
  while (now != trouble && g_get_monotonic_time() < until) {
    g_autoptr(Arena) arena = arena_new();
    town_run(20);
    now = herald_view(town->hall->engine, town_destination(town, id), arena).trouble != NULL || town_destination(town, id)->state == DESTINATION_STOPPED;
  }
  g_assert_cmpint(now, ==, trouble);
}

gboolean
town_checks(Town *town, const char *text)
{
  g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
  herald_weaknesses(town->herald, sentences);
  for (guint i = 0; i < sentences->len; i++) {
    g_test_message("%s", (const char *)sentences->pdata[i]);
    if (strstr(sentences->pdata[i], text))
      return TRUE;
  }
  return FALSE;
}

gboolean
town_is_teller(int argc, char **argv, int *status)
{
  if (argc < 2 || !g_str_equal(argv[1], "teller"))
    return FALSE;
  *status = teller_command(argc - 1, argv + 1);
  return TRUE;
}
