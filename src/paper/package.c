#include "paper/package.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/error.h"

struct Package {
  struct archive *zip;
  GByteArray *out;
  gboolean failed;
};

static la_ssize_t
take(struct archive *zip G_GNUC_UNUSED, void *data, const void *bytes, size_t length)
{
  g_byte_array_append(data, bytes, (guint)length);
  return (la_ssize_t)length;
}

Package *
package_new(void)
{
  Package *package = g_new0(Package, 1);
  package->out = g_byte_array_new();
  package->zip = archive_write_new();
  archive_write_set_bytes_in_last_block(package->zip, 1);
  package->failed = archive_write_set_format_zip(package->zip) != ARCHIVE_OK ||
                    archive_write_open(package->zip, package->out, NULL, take, NULL) != ARCHIVE_OK;
  return package;
}

void
package_free(Package *package)
{
  if (!package)
    return;
  if (package->zip)
    archive_write_free(package->zip);
  if (package->out)
    g_byte_array_unref(package->out);
  g_free(package);
}

/* Without a time libarchive writes the first day a ZIP can hold: ZIP's own times depend on the time zone. */
void
package_add(Package *package, const char *name, const void *data, gsize bytes)
{
  struct archive_entry *entry = archive_entry_new();
  archive_entry_set_pathname(entry, name);
  archive_entry_set_size(entry, (la_int64_t)bytes);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  package->failed |= archive_write_header(package->zip, entry) != ARCHIVE_OK ||
                     archive_write_data(package->zip, data, bytes) != (la_ssize_t)bytes;
  archive_entry_free(entry);
}

GBytes *
package_close(Package *package, GError **error)
{
  package->failed |= archive_write_close(package->zip) != ARCHIVE_OK;
  if (!package->failed)
    return g_byte_array_free_to_bytes(g_steal_pointer(&package->out));
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "書類のファイルをまとめられませんでした。");
  return NULL;
}

void
package_escape(GString *out, const char *text)
{
  g_autofree char *safe = g_markup_escape_text(text ? text : "", -1);
  g_string_append(out, safe);
}
