/* Makes C of web/templates and web/assets, while building.
 *
 *   template templates HEADER CODE ASSETDIR FILE.html…
 *   template assets CODE FILE…
 *
 * Assets are compressed once, here, and get the beginning of their SHA-256 into their names. */
#include <gio/gio.h>
#include <string.h>

#include "template_compile.h"

#define HASH_CHARACTERS 16

static char *
read_whole(const char *file, gsize *length)
{
  char *text;
  g_autoptr(GError) error = NULL;
  if (g_file_get_contents(file, &text, length, &error))
    return text;
  g_printerr("%s\n", error->message);
  return NULL;
}

static int
write_whole(const char *file, const GString *text)
{
  g_autoptr(GError) error = NULL;
  if (g_file_set_contents(file, text->str, (gssize)text->len, &error))
    return 0;
  g_printerr("%s\n", error->message);
  return 1;
}

static char *
stem_of(const char *file)
{
  char *name = g_path_get_basename(file);
  char *dot = strrchr(name, '.');
  if (dot)
    *dot = '\0';
  return name;
}

/* --- templates --- */

static GPtrArray *
names_in(const char *dir)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  GDir *open = g_dir_open(dir, 0, NULL);
  const char *name;
  while (open && (name = g_dir_read_name(open)))
    g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_add(names, NULL);
  if (open)
    g_dir_close(open);
  return names;
}

static void
sources_free(GArray *sources)
{
  for (guint i = 0; i < sources->len; i++) {
    g_free((char *)g_array_index(sources, TemplateSource, i).name);
    g_free((char *)g_array_index(sources, TemplateSource, i).text);
  }
  g_array_unref(sources);
}

static GArray *
read_sources(int n, char **files)
{
  GArray *sources = g_array_new(FALSE, FALSE, sizeof(TemplateSource));
  for (int i = 0; i < n; i++) {
    TemplateSource source = { .file = files[i], .text = read_whole(files[i], NULL) };
    if (!source.text) {
      sources_free(sources);
      return NULL;
    }
    source.name = stem_of(files[i]);
    g_array_append_val(sources, source);
  }
  return sources;
}

static int
make_templates(int n, char **args)
{
  GArray *sources = read_sources(n - 3, args + 3);
  if (!sources)
    return 1;
  g_autoptr(GPtrArray) assets = names_in(args[2]);
  g_autoptr(GString) header = g_string_new("/* Made by tools/template.c of web/templates. */\n#ifndef SHODO_WEB_TEMPLATES_H\n"
                                           "#define SHODO_WEB_TEMPLATES_H\n\n#include \"web/template.h\"\n\n");
  g_autoptr(GString) code = g_string_new("#include \"web/templates.h\"\n\n#include \"web/asset.h\"\n\n");
  g_autofree char *message = NULL;

  gboolean fine = template_compile((const TemplateSource *)(const void *)sources->data, sources->len,
                                   (const char *const *)assets->pdata, header, code, &message);
  sources_free(sources);
  if (!fine) {
    g_printerr("%s\n", message);
    return 1;
  }
  g_string_append(header, "\n#endif\n");
  return write_whole(args[0], header) || write_whole(args[1], code);
}

/* --- assets --- */

static const char *
type_of(const char *file)
{
  static const struct {
    const char *end, *type;
  } types[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".svg", "image/svg+xml" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_str_has_suffix(file, types[i].end))
      return types[i].type;
  return NULL;
}

/* The same bytes from the same bytes: no name and no time in the head of gzip. */
static GBytes *
compress(const char *bytes, gsize length)
{
  g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new(memory, G_CONVERTER(gzip));
  if (!g_output_stream_write_all(stream, bytes, length, NULL, NULL, NULL) || !g_output_stream_close(stream, NULL, NULL))
    return NULL;
  return g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory));
}

static void
put_bytes(GString *code, const char *name, guint i, const guint8 *bytes, gsize length)
{
  g_string_append_printf(code, "static const unsigned char %s_%u[] = {", name, i);
  for (gsize j = 0; j < length; j++)
    g_string_append_printf(code, "%s%u,", j % 24 ? "" : "\n  ", bytes[j]);
  g_string_append(code, "\n};\n");
}

static gboolean
put_asset(GString *code, GString *table, const char *file, guint i)
{
  gsize length;
  g_autofree char *text = read_whole(file, &length);
  g_autofree char *name = g_path_get_basename(file);
  const char *type = type_of(file), *dot = strrchr(name, '.');
  if (!text || !type || !length) {
    g_printerr("%s: not a file that can be an asset\n", file);
    return FALSE;
  }
  g_autofree char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
  g_autoptr(GBytes) gzip = compress(text, length);
  gsize packed;
  const guint8 *bytes = g_bytes_get_data(gzip, &packed);
  put_bytes(code, "plain", i, (const guint8 *)text, length);
  put_bytes(code, "gzip", i, bytes, packed);
  g_string_append_printf(table,
                         "  { \"%s\", \"/assets/%.*s-%.*s%s\", \"\\\"%.*s\\\"\", \"%s\", plain_%u, %" G_GSIZE_FORMAT
                         ", gzip_%u, %" G_GSIZE_FORMAT " },\n",
                         name, (int)(dot - name), name, HASH_CHARACTERS, hash, dot, HASH_CHARACTERS, hash, type, i, length, i,
                         packed);
  return TRUE;
}

static int
make_assets(int n, char **args)
{
  g_autoptr(GString) code = g_string_new("#include \"web/asset.h\"\n\n");
  g_autoptr(GString) table = g_string_new("\nconst Asset assets[] = {\n");
  for (int i = 1; i < n; i++)
    if (!put_asset(code, table, args[i], (guint)i))
      return 1;
  g_string_append(table, "  { 0 },\n};\n");
  g_string_append(code, table->str);
  return write_whole(args[0], code);
}

int
main(int argc, char **argv)
{
  if (argc > 5 && strcmp(argv[1], "templates") == 0)
    return make_templates(argc - 2, argv + 2);
  if (argc > 3 && strcmp(argv[1], "assets") == 0)
    return make_assets(argc - 2, argv + 2);
  g_printerr("template templates HEADER CODE ASSETDIR FILE.html… | template assets CODE FILE…\n");
  return 2;
}
