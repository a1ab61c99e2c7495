#include "servers.h"

#include <jansson.h>
#include <string.h>

#include "../port.h"

Servers *
servers_new(guint internet)
{
  Servers *servers = g_new0(Servers, 1);
  g_autoptr(GError) error = NULL;
  g_autofree char *ports[4] = { NULL };

  servers->dir = g_dir_make_tmp("shodo-post-XXXXXX", NULL);
  servers->fetched = g_dir_make_tmp("shodo-mail-XXXXXX", NULL);
  servers->internet = internet ? internet : port_get();
  servers->lgwan = port_get();
  servers->imap = port_get();
  servers->submission = port_get();
  ports[0] = g_strdup_printf("%u", servers->internet);
  ports[1] = g_strdup_printf("%u", servers->lgwan);
  ports[2] = g_strdup_printf("%u", servers->imap);
  ports[3] = g_strdup_printf("%u", servers->submission);
  servers->process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "python3", TEST_DATA "/servers.py",
                                      servers->dir, ports[0], ports[1], ports[2], ports[3], NULL);
  g_assert_no_error(error);
  g_autoptr(GDataInputStream) out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(servers->process));
  g_autofree char *line = g_data_input_stream_read_line(out, NULL, NULL, NULL);
  g_assert_cmpstr(line, ==, "ready");
  g_free(ports[1]);
  g_free(ports[2]);
  g_free(ports[3]);
  ports[1] = ports[2] = ports[3] = NULL;
  return servers;
}

void
servers_free(Servers *servers)
{
  g_output_stream_close(g_subprocess_get_stdin_pipe(servers->process), NULL, NULL);
  g_subprocess_wait(servers->process, NULL, NULL);
  g_object_unref(servers->process);
  g_autoptr(GSubprocess) remove = g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", servers->dir, servers->fetched, NULL);
  g_subprocess_wait(remove, NULL, NULL);
  g_free(servers->dir);
  g_free(servers->fetched);
  g_free(servers);
}

static char *
run(const char *const *argv)
{
  g_autoptr(GError) error = NULL;
  char *out = NULL;
  int status;
  gboolean ran = g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_true(ran && g_spawn_check_wait_status(status, NULL));
  return out;
}

GHashTable *
servers_fetch(const Servers *servers, const char *user, guint count)
{
  g_autofree char *port = g_strdup_printf("%u", servers->imap), *number = g_strdup_printf("%u", count);
  const char *const fetching[] = { "python3", TEST_DATA "/fetch.py", port, user, number, servers->fetched, NULL };
  g_autofree char *paths = run(fetching);
  g_auto(GStrv) files = g_strsplit(g_strchomp(paths), "\n", -1);
  g_autoptr(GPtrArray) argv = g_ptr_array_new();
  g_ptr_array_add(argv, (gpointer)"python3");
  g_ptr_array_add(argv, (gpointer)(TEST_DATA "/read_back.py"));
  for (guint i = 0; files[i]; i++)
    g_ptr_array_add(argv, files[i]);
  g_ptr_array_add(argv, NULL);
  g_autofree char *out = run((const char *const *)argv->pdata);
  g_auto(GStrv) lines = g_strsplit(g_strchomp(out), "\n", -1);
  GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_decref);
  for (guint i = 0; lines[i] && *lines[i]; i++) {
    json_t *json = json_loads(lines[i], 0, NULL);
    g_assert_true(g_hash_table_insert(found, g_strdup(json_string_value(json_object_get(json, "id"))), json)); /* none twice */
  }
  return found;
}
