/* The board, 次にすること and reminders, as the engine answers them. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"

#include "engine/clock_kept.h"
#include "engine/clock_view.h"
#include "engine/view.h"
#include "clock/law.h"
#include "engine/law_note.h"
#include "hall.h"

static guint64
troubled(Hall *hall)
{
  guint64 kase = hall_open_case(hall);
  hall_must(hall, STAFF, "triage.add_dataset", kase, "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  hall_must(hall, STAFF, "duty.assess", kase, "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  return kase;
}

static json_t *
board_for(Hall *hall, const char *person)
{
  g_autoptr(GError) error = NULL;
  const Viewer viewer = { person, engine_now(hall->engine) };
  json_t *board = clock_board(engine_world(hall->engine), &viewer, &error);
  g_assert_no_error(error);
  return board;
}

static gsize
on_board(Hall *hall, const char *person)
{
  json_t *board = board_for(hall, person);
  gsize length = json_array_size(json_object_get(board, "clocks"));
  json_decref(board);
  return length;
}

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

/* All cases together in order of urgency, and nothing of a case that is not seen. */
static void
test_board(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 first = troubled(hall);
  hall_at(hall, "2026-11-25T09:00");
  (void)troubled(hall);
  gsize all = on_board(hall, NULL);
  g_assert_cmpuint(all, >=, 6);
  g_assert_cmpuint(on_board(hall, "p2"), ==, all);
  g_assert_cmpuint(on_board(hall, "p10"), ==, 0);

  json_t *board = board_for(hall, NULL), *clocks = json_object_get(board, "clocks");
  g_assert_cmpstr(text_of(json_array_get(clocks, 0), "id"), ==, "appi-persons/市長"); /* 速やかに, from the 20th */
  g_assert_cmpstr(text_of(json_array_get(clocks, 2), "id"), ==, "appi-preliminary/市長");
  g_assert_true(json_is_true(json_object_get(json_array_get(clocks, 2), "overdue")));
  for (gsize i = 3; i < json_array_size(clocks); i++) /* Japan's times in one form: their order is that of the text */
    g_assert_cmpstr(text_of(json_array_get(clocks, i - 1), "at"), <=, text_of(json_array_get(clocks, i), "at"));
  json_decref(board);

  hall_must(hall, HEAD, "access.restrict", first, "{'reason':'内部の者の関与のおそれ'}");
  g_assert_cmpuint(on_board(hall, "p8"), <, all); /* not of the chain */
  g_assert_cmpuint(on_board(hall, NULL), ==, all);
}

/* Closing with a duty that is not done is advised against, and takes it off the board. */
static void
test_closing(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  gsize before = on_board(hall, NULL);
  hall_must(hall, STAFF, "triage.state", kase, "{'kind':'fact','subject':'確認','text':'異常なし'}");
  hall_must(hall, STAFF, "triage.judge", kase, "{'outcome':'not-incident','reasons':'当たらない'}");
  g_autoptr(Outcome) outcome = hall_act(hall, HEAD, "aftermath.close", kase, "{'text':'終える'}");
  g_assert_true(outcome->done);
  g_assert_true(outcome_says(outcome, "が済んでいません"));
  g_assert_cmpuint(before, >, 0);
  g_assert_cmpuint(on_board(hall, NULL), ==, 0);
}

static void
test_next(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  guint64 number = troubled(hall);
  World *world = engine_world(hall->engine);
  json_t *view = view_case(world, world_case(world, number, &error), engine_now(hall->engine), &error);
  g_assert_no_error(error);
  gboolean found = FALSE;
  const json_t *next = json_object_get(view, "next");
  for (gsize i = 0; i < json_array_size(next); i++)
    found = found || (strstr(text_of(json_array_get(next, i), "text"), "速報（個人情報保護委員会）（市長）：目途 令和8年11月22日（日）から令和8年11月24日（火）まで") &&
                      strstr(text_of(json_array_get(next, i), "roles"), "個人情報保護担当"));
  g_assert_true(found);
  g_assert_cmpuint(json_array_size(json_object_get(view, "clocks")), ==, 3);
  json_decref(view);
}

static gboolean
ready(Hall *hall, guint64 number)
{
  World *world = engine_world(hall->engine);
  return clock_kept_ready(world, world_card(world, number), engine_now(hall->engine));
}

/* Kept until something happens on which they may rest; a board asked again shows what it then is. */
static void
test_kept(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 first = troubled(hall), second = troubled(hall);
  g_assert_false(ready(hall, first));
  gsize all = on_board(hall, NULL);
  g_assert_true(ready(hall, first) && ready(hall, second));

  hall_must(hall, HEAD, "meeting.plan", first, "{'name':'本部会議','first':'2026-11-20T18:00','every_minutes':120}");
  g_assert_true(!ready(hall, first) && ready(hall, second));
  g_assert_cmpuint(on_board(hall, NULL), ==, all + 1);

  hall_must(hall, STAFF, "notice.receive", 0, "{'channel':'telephone','via':'manager','subject':'別の件','text':'調べている','received':'2026-11-20T17:00'}");
  g_assert_true(ready(hall, first) && ready(hall, second));
  hall_must(hall, ADMINISTRATOR, "office.close_days", 0, "{'from':'2026-11-25','until':'2026-11-25','name':'停電'}");
  g_assert_false(ready(hall, first) || ready(hall, second));

  json_t *before = board_for(hall, NULL);
  hall_at(hall, "2026-11-20T23:59");
  g_assert_true(ready(hall, second));
  hall_at(hall, "2026-11-21T00:00");
  g_assert_false(ready(hall, second));
  json_t *after = board_for(hall, NULL);
  g_assert_cmpuint(json_array_size(json_object_get(after, "clocks")), ==, json_array_size(json_object_get(before, "clocks")));
  json_decref(before);
  json_decref(after);
}

/* Nothing entered for three open days: shown from the next moment on, although the board was asked that day. */
static void
test_quiet(void)
{
  g_autoptr(Hall) hall = hall_new();
  (void)troubled(hall); /* Friday; the 23rd is a holiday */
  hall_at(hall, "2026-11-26T00:00");
  gsize all = on_board(hall, NULL);
  hall_at(hall, "2026-11-26T23:59:59");
  g_assert_cmpuint(on_board(hall, NULL), ==, all);
  hall_at(hall, "2026-11-27T00:00");
  g_assert_cmpuint(on_board(hall, NULL), ==, all + 1);
}

static const char *
final_day(Hall *hall)
{
  static char day[16];
  json_t *board = board_for(hall, NULL), *clocks = json_object_get(board, "clocks");
  *day = 0;
  for (gsize i = 0; i < json_array_size(clocks); i++)
    if (g_str_equal(text_of(json_array_get(clocks, i), "id"), "appi-final/市長"))
      g_strlcpy(day, text_of(json_array_get(clocks, i), "day"), sizeof day);
  json_decref(board);
  return day;
}

/* As serve does at start: COUNT are then in the journal, the last of them the city's OWN or not; its bytes are kept. */
static void
noted(Hall *hall, gsize count, gboolean own)
{
  g_autoptr(GError) error = NULL;
  g_assert_true(law_note(hall->engine, &error));
  g_assert_no_error(error);
  engine_drain(hall->engine);
  List laws = office_laws(world_office(engine_world(hall->engine)));
  g_assert_cmpuint(laws.length, ==, count);
  const OfficeLawUsed *last = list_item(laws, OfficeLaw, count - 1)->body;
  g_assert_cmpstr(last->digest, ==, law_digest(law_shipped()));
  g_assert_true(last->own == own);
  if (own)
    g_assert_cmpint(blob_check(engine_blobs(hall->engine), last->digest, &error), ==, BLOB_SOUND);
}

/* A city's own file of rules, from the next start on; one that is wrong keeps the office shut; without it the program's own. */
static void
test_own_law(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(hall->dir, "law.yaml", NULL), *text = NULL;
  (void)troubled(hall);
  g_assert_cmpstr(final_day(hall), ==, "2026-12-21");
  hall_close(hall);
  g_file_get_contents(TEST_LAW, &text, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *sooner = hall_replace(text, "number: 30, first: 算入", "number: 10, first: 算入");
  g_assert_true(g_file_set_contents(path, sooner, -1, NULL));
  hall_open(hall);
  g_assert_cmpstr(final_day(hall), ==, "2026-11-30"); /* the 29th is a Sunday */
  noted(hall, 1, TRUE);
  noted(hall, 1, TRUE); /* once */
  hall_close(hall);
  g_autofree char *wrong = hall_replace(text, "number: 30, first: 算入", "number: 0, first: 算入");
  g_assert_true(g_file_set_contents(path, wrong, -1, NULL));
  g_assert_null(engine_open(hall->dir, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_nonnull(strstr(error->message, "law.yaml:"));
  g_assert_cmpint(g_unlink(path), ==, 0);
  hall_open(hall);
  g_assert_cmpstr(final_day(hall), ==, "2026-12-21");
  noted(hall, 2, FALSE);
  g_assert_cmpuint(office_laws(world_office(engine_world(hall->engine))).length, ==, 2);
  g_assert_cmpstr(list_item(office_laws(world_office(engine_world(hall->engine))), OfficeLaw, 0)->body->digest, !=, law_digest(law_shipped()));
  hall_assert_sound(hall);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/clock-view/board", test_board);
  g_test_add_func("/clock-view/closing", test_closing);
  g_test_add_func("/clock-view/next", test_next);
  g_test_add_func("/clock-view/own-law", test_own_law);
  g_test_add_func("/clock-view/kept", test_kept);
  g_test_add_func("/clock-view/quiet", test_quiet);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
