/* Pages as pictures: what is drawn looks as it looked when somebody last looked at it.  The pictures are 40 dots
 * an inch in grey; a pixel is off by more than DEEP of 255, and of the pixels of a page at most SHARE may be off,
 * which another version of the rasteriser needs and a moved line does not survive.
 *
 * SHODO_TEST_GOLDEN=write draws the stored pictures anew, to be looked at before they are kept. */
#include <cairo.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/tables.h"
#include "paper/form.h"
#include "paper/paper.h"
#include "sample.h"

#define DEEP 64
#define SHARE 0.004

static char *scratch;

/* PDF's pages as scratch/page-1.png and on; how many. */
static guint
rasterise(GBytes *pdf)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(scratch, "paper.pdf", NULL), *stem = g_build_filename(scratch, "page", NULL);
  char *argv[] = { "pdftoppm", "-r", "40", "-gray", "-png", "-sep", "_", path, stem, NULL };
  int status;
  g_assert_true(g_file_set_contents(path, g_bytes_get_data(pdf, NULL), (gssize)g_bytes_get_size(pdf), NULL));
  g_assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_true(g_spawn_check_wait_status(status, &error));
  g_autoptr(GDir) dir = g_dir_open(scratch, 0, NULL);
  guint count = 0;
  for (const char *name; (name = g_dir_read_name(dir));)
    count += g_str_has_prefix(name, "page_") ? 1 : 0;
  g_unlink(path);
  return count;
}

/* The picture of page AT of COUNT: pdftoppm writes as many digits as it takes. */
static char *
drawn(guint at, guint count)
{
  int digits = count > 99 ? 3 : count > 9 ? 2 : 1;
  g_autofree char *name = g_strdup_printf("page_%0*u.png", digits, at);
  return g_build_filename(scratch, name, NULL);
}

static cairo_surface_t *
read_picture(const char *path)
{
  cairo_surface_t *read = cairo_image_surface_create_from_png(path);
  if (cairo_surface_status(read) != CAIRO_STATUS_SUCCESS)
    g_error("%s: %s", path, cairo_status_to_string(cairo_surface_status(read)));
  int width = cairo_image_surface_get_width(read), height = cairo_image_surface_get_height(read);
  cairo_surface_t *plain = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  cairo_t *cr = cairo_create(plain);
  cairo_set_source_surface(cr, read, 0, 0);
  cairo_paint(cr);
  cairo_destroy(cr);
  cairo_surface_destroy(read);
  cairo_surface_flush(plain);
  return plain;
}

/* The share of pixels that are off; 1 when the sizes differ. */
static double
share_off(const char *one, const char *two)
{
  cairo_surface_t *a = read_picture(one), *b = read_picture(two);
  int width = cairo_image_surface_get_width(a), height = cairo_image_surface_get_height(a), stride = cairo_image_surface_get_stride(a);
  gsize off = 0;
  gboolean same = width == cairo_image_surface_get_width(b) && height == cairo_image_surface_get_height(b);
  const guint8 *left = cairo_image_surface_get_data(a), *right = cairo_image_surface_get_data(b);
  for (int y = 0; same && y < height; y++)
    for (int x = 0; x < width; x++)
      off += ABS(left[y * stride + 4 * x] - right[y * stride + 4 * x]) > DEEP;
  cairo_surface_destroy(a);
  cairo_surface_destroy(b);
  return same ? (double)off / ((double)width * height) : 1;
}

static void
look_at(const char *name, guint at, guint count)
{
  g_autofree char *made = drawn(at, count), *stem = g_strdup_printf("%s-%u.png", name, at), *stored = g_build_filename(TEST_GOLDEN, stem, NULL);
  if (g_strcmp0(g_getenv("SHODO_TEST_GOLDEN"), "write") == 0) {
    g_autofree char *bytes = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(made, &bytes, &size, NULL) && g_file_set_contents(stored, bytes, (gssize)size, NULL));
    return;
  }
  double off = share_off(made, stored);
  g_test_message("%s page %u: %.3f %% of the pixels are off", name, at, off * 100);
  g_assert_cmpfloat(off, <=, SHARE);
}

static GBytes *
render(const Document *document)
{
  g_autoptr(GError) error = NULL;
  GBytes *pdf = paper_render(document, PAPER_PDF, NULL, &error);
  g_assert_no_error(error);
  return pdf;
}

static void
forget_pages(guint count)
{
  for (guint at = 1; at <= count; at++) {
    g_autofree char *made = drawn(at, count);
    g_unlink(made);
  }
}

/* Every kind of block. */
static void
test_sample(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) pdf = render(sample_whole(arena));
  guint count = rasterise(pdf);
  for (guint at = 1; at <= count; at++)
    look_at("sample", at, count);
  forget_pages(count);
}

/* 報告様式1 as the plan has it: the last pages of the plan. */
static void
test_form(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true(g_file_get_contents(TEST_PLANS "/miyazaki.yaml", &bytes, &length, NULL));
  g_autoptr(Plan) plan = plan_load("miyazaki.yaml", bytes, length, tables_vocabulary(), &error);
  g_assert_no_error(error);
  Document *document = form_plan(plan, arena, &error);
  g_assert_no_error(error);
  g_autoptr(GBytes) pdf = render(document);
  guint count = rasterise(pdf);
  look_at("plan", 1, count);
  look_at("plan", count - 1, count);
  look_at("plan", count, count);
  forget_pages(count);
}

/* A line that stands elsewhere is more than the tolerance. */
static void
test_tells(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autofree char *before = g_build_filename(scratch, "before.png", NULL);
  Document *document = sample_whole(arena);
  g_autoptr(GBytes) pdf = render(document);
  guint count = rasterise(pdf);
  g_autofree char *page = drawn(1, count);
  g_assert_cmpint(g_rename(page, before), ==, 0);
  ((Block *)list_pointer(document->blocks, Block, 0))->text = "報告様式一\n（改）";
  g_autoptr(GBytes) other = render(document);
  guint now = rasterise(other);
  g_autofree char *moved = drawn(1, now);
  g_assert_cmpfloat(share_off(before, moved), >, SHARE);
  g_unlink(before);
  forget_pages(now);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  scratch = g_dir_make_tmp("shodo-golden-XXXXXX", NULL);
  g_test_add_func("/golden/sample", test_sample);
  g_test_add_func("/golden/form", test_form);
  g_test_add_func("/golden/tells", test_tells);
  int status = g_test_run();
  g_rmdir(scratch);
  g_free(scratch);
  return status;
}
