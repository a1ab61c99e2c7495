#include "engine/relay_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/error.h"
#include "office/secret.h"

#define CREDENTIALS "credentials"

static char *taken[NETWORKS]; /* of systemd; set once at start, before there are threads */

static char *
path_of(const char *dir, Network network)
{
  g_autofree char *name = g_strdup_printf("smtp-%s", choice_token(network_choices, (int)network));
  return g_build_filename(dir, name, NULL);
}

static gboolean
refuse(GError **error, int code, const char *path, const char *what)
{
  g_autofree char *name = g_path_get_basename(path);
  g_set_error(error, SHODO_ERROR, code, "中継サーバのパスワードのファイル（%s）%s", name, what);
  return FALSE;
}

/* Of the own user or root, a plain file, and nobody else's to read. */
static gboolean
guarded(int fd, const char *path, mode_t others, GError **error)
{
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
    return refuse(error, SHODO_ERROR_INVALID, path, "が普通のファイルではありません。");
  if ((status.st_uid != geteuid() && status.st_uid != 0) || (status.st_mode & others))
    return refuse(error, SHODO_ERROR_DENIED, path, "を、ほかの利用者が読めます。所有者を Shodo の利用者とし、chmod 600 としてください。");
  return TRUE;
}

static gboolean
is_good(const char *line)
{
  gsize length = strlen(line);
  for (gsize i = 0; i < length; i++)
    if (line[i] < ' ' || line[i] >= 0x7f)
      return FALSE;
  return length >= 1 && length <= RELAY_SECRET_LONGEST;
}

static char *
read_line(const char *path, mode_t others, GError **error)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  char bytes[RELAY_SECRET_LONGEST + 3] = { 0 };
  char *line = NULL;

  if (fd < 0 && errno == ENOENT) {
    (void)refuse(error, SHODO_ERROR_NOT_FOUND, path, "がありません。");
    return NULL;
  }
  if (fd < 0) {
    (void)refuse(error, SHODO_ERROR_IO, path, "を読み取れません。");
    return NULL;
  }
  if (guarded(fd, path, others, error)) {
    gssize got = durable_pread_all(fd, bytes, sizeof bytes - 1, 0);
    bytes[strcspn(bytes, "\r\n")] = 0;
    if (got >= 0 && is_good(bytes))
      line = g_strdup(bytes);
    else
      (void)refuse(error, SHODO_ERROR_INVALID, path, "が空か、長すぎるか、半角でない文字があります。一行目に書いてください。");
  }
  secret_wipe(bytes, sizeof bytes);
  (void)close(fd);
  return line;
}

/* systemd gives its files to the service by an entry of its own, which shows as the group's bits. */
void
relay_secret_take(void)
{
  const char *dir = g_getenv("CREDENTIALS_DIRECTORY");
  for (int network = 1; dir && network <= NETWORKS; network++) {
    g_autofree char *path = path_of(dir, (Network)network);
    g_autoptr(GError) error = NULL;
    secret_free(taken[network - 1]);
    taken[network - 1] = read_line(path, S_IRWXO, &error);
    if (error && !g_error_matches(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND))
      g_printerr("%s\n", error->message);
  }
}

char *
relay_secret(const char *dir, Network network, GError **error)
{
  g_autofree char *own = g_build_filename(dir, CREDENTIALS, NULL), *path = path_of(own, network);
  return taken[network - 1] ? g_strdup(taken[network - 1]) : read_line(path, S_IRWXG | S_IRWXO, error);
}
