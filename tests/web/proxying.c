#include "proxying.h"

#include <glib/gstdio.h>

#include "../port.h"

static void
replace(GString *text, const char *what, const char *with)
{
  if (g_string_replace(text, what, with, 0) == 0)
    g_error("the shipped configuration has no \"%s\"", what);
}

static void
write_configuration(const char *shipped, const char *dir, const char *socket, guint16 port, guint16 plain)
{
  g_autofree char *whole = NULL;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(shipped, &whole, NULL, &error);
  g_assert_no_error(error);
  g_autoptr(GString) text = g_string_new(whole);
  g_autofree char *tls = g_strdup_printf("listen 127.0.0.1:%u ssl http2;", port);
  g_autofree char *open = g_strdup_printf("listen 127.0.0.1:%u;", plain);
  g_autofree char *own = g_strdup_printf("%s/nginx/", dir);
  g_autofree char *path = g_build_filename(dir, "nginx.conf", NULL);

  replace(text, "listen 443 ssl http2;", tls);
  replace(text, "listen 80;", open);
  replace(text, "/etc/shodo/tls/", own);
  replace(text, "/var/log/nginx/", own);
  replace(text, "/var/cache/nginx/shodo", own);
  replace(text, "/run/shodo/web.sock", socket);
  g_autofree char *out = g_strdup_printf(
    "daemon off;\nmaster_process off;\npid %s/nginx.pid;\nerror_log %s/error.log;\nworker_rlimit_nofile 10240;\n"
    "events { worker_connections 4096; }\nhttp {\nclient_body_temp_path %s/t1;\nproxy_temp_path %s/t2;\nfastcgi_temp_path %s/t3;\n"
    "uwsgi_temp_path %s/t4;\nscgi_temp_path %s/t5;\naccess_log off;\n%s\n}\n",
    own, own, own, own, own, own, own, text->str);
  g_assert_true(g_file_set_contents(path, out, -1, NULL));
}

static void
make_certificate(const char *own)
{
  g_autofree char *key = g_build_filename(own, "key.pem", NULL), *chain = g_build_filename(own, "chain.pem", NULL);
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                         "-subj", "/CN=shodo.example.lg.jp", "-addext", "subjectAltName=DNS:localhost,DNS:shodo.example.lg.jp",
                         "-keyout", key, "-out", chain, NULL };
  g_autofree char *said = NULL;
  g_autoptr(GError) error = NULL;
  int status;
  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said, &status, &error);
  g_assert_no_error(error);
  if (status != 0)
    g_error("openssl: %s", said);
}

guint16
proxying_prepare(const char *shipped, const char *dir, const char *socket, guint16 *plain)
{
  guint16 port = port_get(), open = port_get();
  g_autofree char *own = g_build_filename(dir, "nginx", NULL);

  g_assert_cmpint(g_mkdir(own, 0755), ==, 0);
  make_certificate(own);
  write_configuration(shipped, dir, socket, port, open);
  if (plain)
    *plain = open;
  return port;
}

char **
proxying_command(const char *dir)
{
  g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
  g_autofree char *own = g_build_filename(dir, "nginx", NULL), *path = g_build_filename(dir, "nginx.conf", NULL);
  g_autofree char *log = g_build_filename(own, "start.log", NULL);
  g_strv_builder_add_many(argv, "/usr/sbin/nginx", "-p", own, "-e", log, "-c", path, NULL);
  return g_strv_builder_end(argv);
}
