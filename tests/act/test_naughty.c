/* The Big List of Naughty Strings through record.add: what is let in comes back
 * to the byte, live and after a rebuild; what is not is refused. */
#include <string.h>

#include "base/text.h"
#include "case/record.h"
#include "hall.h"

typedef struct {
  const char *text;  /* as it should come back */
  guint64 entry;
} Kept;

static json_t *
naughty(void)
{
  json_error_t wrong;
  json_t *list = json_load_file(TEST_VECTORS "/blns/blns.json", 0, &wrong);
  g_assert_nonnull(list);
  return list;
}

static gboolean
allowed(const char *text)
{
  return *text && text_valid(text, strlen(text), TEXT_LINES, NULL);
}

static void
assert_kept(Hall *hall, guint64 kase, GArray *kept)
{
  List records = record_all(world_case(engine_world(hall->engine), kase, NULL));
  g_assert_cmpuint(records.length, ==, kept->len);
  for (gsize i = 0; i < records.length; i++) {
    const Record *record = list_pointer(records, Record, i);
    const Kept *expected = &g_array_index(kept, Kept, i);
    g_assert_cmpuint(record->head->number, ==, expected->entry);
    g_assert_cmpstr(record->body->text, ==, expected->text);
  }
}

static void
test_naughty(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(Kept));
  guint64 kase = hall_open_case(hall);
  json_t *list = naughty();
  guint refused = 0;

  for (gsize i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    const char *lines = text_lines(arena, text);
    json_t *fields = json_pack("{s:s}", "text", text);
    g_autoptr(Outcome) outcome = hall_try(hall, STAFF, NULL, "record.add", kase, fields);
    json_decref(fields);
    g_test_message("%" G_GSIZE_FORMAT ": %s", i, text);
    g_assert_cmpint(outcome->done, ==, allowed(lines));
    if (outcome->done)
      g_array_append_val(kept, ((Kept){ lines, outcome->first }));
    else {
      g_assert_cmpint(outcome->worst, ==, FINDING_INVALID);
      refused++;
    }
  }
  g_assert_cmpuint(kept->len, >, 400);
  g_assert_cmpuint(refused, >, 0);
  assert_kept(hall, kase, kept);
  hall_close(hall);
  hall_assert_sound(hall);
  hall_open(hall);
  assert_kept(hall, kase, kept);
  json_decref(list);
}

/* Where people look for one another and for things, no string finds what is not meant. */
static void
test_naughty_names(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  json_t *list = naughty(), *fields = hall_json("{'text':'x'}");
  guint64 before = hall_durable(hall);

  for (gsize i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    Outcome outcome = { 0 };
    Request request = hall_request("record.add", text, "system-staff", kase, fields);
    if (i % 3 == 1)
      request = hall_request("record.add", "p2", text, kase, fields);
    if (i % 3 == 2)
      request = hall_request(text, "p2", "system-staff", kase, fields);
    engine_submit(hall->engine, &request, hall_take, &outcome);
    engine_drain(hall->engine);
    g_assert_false(outcome.done);
    g_ptr_array_unref(outcome.texts);
  }
  json_decref(list);
  json_decref(fields);
  g_assert_cmpuint(hall_durable(hall), ==, before);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/naughty/record", test_naughty);
  g_test_add_func("/naughty/names", test_naughty_names);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
