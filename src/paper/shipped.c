/* The papers that the program carries (data/papers.yaml): of any plan. */
#include "paper/paper-resources.h"
#include "paper/sources.h"

static const Plan *
read_shipped(void)
{
  static const Vocabulary vocabulary = { .told = source_told, .series = source_series_told };
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_resource_lookup_data(paper_data_get_resource(), "/shodo/paper/papers.yaml", G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  gsize size;
  g_assert_no_error(error); /* built into the program */
  const char *data = g_bytes_get_data(bytes, &size);
  Plan *book = plan_load_papers("data/papers.yaml", data, size, &vocabulary, &error);
  g_assert_no_error(error);
  return book; /* lives as long as the program */
}

List
form_shipped(void)
{
  static gsize once;
  static const Plan *book;
  if (g_once_init_enter(&once)) {
    book = read_shipped();
    g_once_init_leave(&once, 1);
  }
  return plan_papers(book);
}
