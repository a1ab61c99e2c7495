/* Envelopes and grounds of erasure: the journal's reader and the verifier's agree on every input,
 * and an envelope that is read prints as the same bytes.  A body begins with "{". */
#include "common.h"

#include <string.h>

#include "base/json.h"
#include "journal/envelope.h"
#include "journal/ground.h"
#include "verify/leaf.h"

static void
same(const Envelope *envelope, const Leaf *leaf)
{
  g_assert_true(envelope->number == leaf->number && envelope->stream == leaf->stream);
  g_assert_true((guint64)envelope->monotonic == leaf->monotonic);
  g_assert_true(memcmp(envelope->boot, leaf->boot, sizeof leaf->boot) == 0);
  g_assert_true(memcmp(envelope->structural, leaf->structural, TREE_HASH) == 0);
  g_assert_true(!envelope->has_personal == !leaf->has_personal);
  g_assert_true(!envelope->has_personal || memcmp(envelope->personal, leaf->personal, TREE_HASH) == 0);
  g_assert_true(g_str_has_prefix(envelope->kind, GROUND_KIND) == leaf->erasing);
}

static void
envelope(const guint8 *data, gsize size)
{
  Envelope envelope;
  Leaf leaf;
  g_autoptr(GError) error = NULL;
  gboolean journal = envelope_parse(data, size, &envelope, &error);

  g_assert_true(journal == leaf_parse((const char *)data, size, &leaf));
  if (!journal) {
    fuzz_refused(error);
    return;
  }
  same(&envelope, &leaf);
  g_autoptr(GBytes) again = envelope_format(&envelope);
  g_assert_true(g_bytes_get_size(again) == size && memcmp(g_bytes_get_data(again, NULL), data, size) == 0);
}

/* The numbers of a JSON body; empty when there is no list of them. */
static GArray *
listed(const json_t *body)
{
  const json_t *list = json_object_get(body, "entries");
  GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint64));

  for (gsize i = 0; i < json_array_size(list); i++) {
    guint64 number = (guint64)json_integer_value(json_array_get(list, i));
    g_array_append_val(numbers, number);
  }
  return numbers;
}

/* What is no JSON may be read or not, but without harm. */
static void
ground(const guint8 *data, gsize size)
{
  const guint64 unlisted = G_MAXUINT64;
  g_autoptr(GArray) journal = ground_parse(data, size);
  g_autoptr(json_t) body = shodo_json_parse("a", data, size, NULL);
  g_autoptr(GArray) numbers = listed(body);

  g_assert_false(leaf_ground_lists((const char *)data, size, &unlisted, 1));
  if (!body)
    return;
  gboolean verifier = numbers->len > 0 && leaf_ground_lists((const char *)data, size, (guint64 *)(void *)numbers->data,
                                                            numbers->len);
  g_assert_true(verifier == (journal != NULL));
  g_assert_true(!journal || (journal->len == numbers->len &&
                             memcmp(journal->data, numbers->data, numbers->len * sizeof(guint64)) == 0));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  if (size && data[0] == '{')
    ground(data, size);
  else
    envelope(data, size);
  return 0;
}
