#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* Legal JSON that is refused all the same: the root must be an object or an
 * array, keys may not repeat, NUL is not text. */
static const char *const stricter[] = {
  "y_object_duplicated_key.json",   "y_object_duplicated_key_and_value.json", "y_object_escaped_null_in_key.json",
  "y_string_null_escape.json",      "y_structure_lonely_false.json",          "y_structure_lonely_int.json",
  "y_structure_lonely_negative_real.json", "y_structure_lonely_null.json",    "y_structure_lonely_string.json",
  "y_structure_lonely_true.json",   "y_structure_string_empty.json",          "y_string_space.json",
  NULL,
};

static json_t *
parse(const char *text, GError **error)
{
  return shodo_json_parse("t", text, strlen(text), error);
}

/* "NAME:digits:digits: " */
static void
assert_placed(const char *name, const GError *error)
{
  g_autofree char *pattern = g_strdup_printf("^%s:[1-9][0-9]*:[1-9][0-9]*: .*ください。$", name);

  g_assert_true(error->domain == SHODO_ERROR);
  g_assert_true(error->code == SHODO_ERROR_INVALID || error->code == SHODO_ERROR_LIMIT);
  g_assert_true(g_regex_match_simple(pattern, error->message, 0, 0));
}

static void
check_suite_file(const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename(dir, name, NULL), *data = NULL;
  g_autoptr(GError) error = NULL;
  gsize bytes;
  g_assert_true(g_file_get_contents(path, &data, &bytes, NULL));

  g_autoptr(json_t) json = shodo_json_parse("t", data, bytes, &error);
  g_test_message("%s: %s", name, error ? error->message : "accepted");
  if (name[0] == 'y')
    g_assert_true((json != NULL) == !g_strv_contains(stricter, name));
  if (name[0] == 'n')
    g_assert_null(json);
  g_assert_true((json == NULL) == (error != NULL));
  if (error)
    assert_placed("t", error);
}

static void
test_suite(void)
{
  g_autofree char *path = g_build_filename(TEST_VECTORS, "jsontestsuite", "test_parsing", NULL);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  guint files = 0;

  g_assert_nonnull(dir);
  for (const char *name; (name = g_dir_read_name(dir)); files++)
    check_suite_file(path, name);
  g_assert_cmpuint(files, ==, 318);
}

static const struct {
  const char *json;
  const char *begins;
} refused[] = {
  { "", "t:1:1: 途中で終わって" },
  { "[1,", "t:1:3: " },
  { "{\"a\":1,\n \"a\":2}", "t:2:4: 同じキー" },
  { "[\"\\u0000\"]", "t:1:9: NUL" },
  { "{\"\\u0000\":1}", "t:1:9: キーに NUL" },
  { "[1] x", "t:1:5: 終わりの括弧の後" },
  { "[9223372036854775808]", "t:1:20: 数が大きすぎます" },
  { "[1e400]", "t:1:6: 数が大きすぎます" },
  { "[\"\xff\"]", "t:1:2: UTF-8 ではない" },
  { "[\"\\ud800\"]", "t:1:9: " },
  { "\"text\"", "t:1:" },
  { "\xef\xbb\xbf[]", "t:1:1: " },
};

static void
test_refused(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) json = parse(refused[i].json, &error);
    g_assert_null(json);
    assert_placed("t", error);
    if (!g_str_has_prefix(error->message, refused[i].begins)) {
      g_test_message("%s: expected %s, got %s", refused[i].json, refused[i].begins, error->message);
      g_test_fail();
    }
  }
}

static const struct {
  const char *json;
  const char *canonical;
} spellings[] = {
  { " { } ", "{}" },
  { "[ 1 , -0, 9223372036854775807, -9223372036854775808 ]", "[1,0,9223372036854775807,-9223372036854775808]" },
  { "{\"b\":1,\"a\":{\"d\":null,\"c\":[true,false]}}", "{\"a\":{\"c\":[true,false],\"d\":null},\"b\":1}" },
  { "{\"あ\":1,\"a\":2,\"B\":3,\"\":4,\"ab\":5}", "{\"\":4,\"B\":3,\"a\":2,\"ab\":5,\"あ\":1}" },
  { "{\"\xf0\x9f\x98\x80\":1,\"\xef\xbd\xb1\":2}", "{\"\xef\xbd\xb1\":2,\"\xf0\x9f\x98\x80\":1}" },
  { "[\"\\u3042\\/\\ud83d\\ude00\"]", "[\"あ/\xf0\x9f\x98\x80\"]" },
  { "[\"\\u0008\\u0009\\u000a\\u000c\\u000d\\\"\\\\\"]", "[\"\\b\\t\\n\\f\\r\\\"\\\\\"]" },
  { "[\"\\u0001\\u001f\\u007f\"]", "[\"\\u0001\\u001F\x7f\"]" },
};

static void
test_canonical(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) json = parse(spellings[i].json, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) bytes = shodo_json_canonical(json, &error);
    g_assert_no_error(error);
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_assert_cmpstr(text, ==, spellings[i].canonical);
  }
}

/* The canonical form is what jansson 2.14 writes compact and sorted, in which journals began. */
static void
check_as_jansson(const json_t *json, GBytes *canonical)
{
  char *wanted = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
  g_autofree char *written = g_strndup(g_bytes_get_data(canonical, NULL), g_bytes_get_size(canonical));

  g_assert_cmpstr(written, ==, wanted);
  free(wanted);
}

/* Keys in every order, each the beginning of others, on several levels. */
static void
test_sorted(void)
{
  static const char *const keys[] = { "b", "", "ab", "a", "abc", "あ", "\x7f", "い", "a\"", "A" };

  for (gsize first = 0; first < G_N_ELEMENTS(keys); first++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) outer = json_object();
    json_t *inner = json_array();
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
      const char *key = keys[(first + 7 * i) % G_N_ELEMENTS(keys)];
      json_array_append_new(inner, json_pack("{s:i, s:{s:n, s:b}}", key, -(int)i, "@", keys[first], "z", i % 2));
      json_object_set(outer, key, inner);
    }
    json_decref(inner);
    g_autoptr(GBytes) bytes = shodo_json_canonical(outer, &error);
    g_assert_no_error(error);
    check_as_jansson(outer, bytes);
  }
}

static void
check_uncanonical(json_t *owned, int code)
{
  g_autoptr(json_t) json = owned;
  g_autoptr(GError) error = NULL;

  g_assert_nonnull(json);
  g_assert_null(shodo_json_canonical(json, &error));
  g_assert_error(error, SHODO_ERROR, code);
}

static void
test_uncanonical(void)
{
  json_t *deep = json_array();

  for (guint i = 0; i < LIMIT_JSON_DEPTH; i++)
    deep = json_pack("[o]", deep);
  check_uncanonical(deep, SHODO_ERROR_LIMIT);
  check_uncanonical(json_pack("[f]", 0.5), SHODO_ERROR_INVALID);
  check_uncanonical(json_pack("{s:{s:f}}", "a", "b", 1.0), SHODO_ERROR_INVALID);
  check_uncanonical(json_pack("[o]", json_stringn("a\0b", 3)), SHODO_ERROR_INVALID);
  check_uncanonical(json_pack("[o]", json_string_nocheck("\xff")), SHODO_ERROR_INVALID);
  check_uncanonical(json_string("a"), SHODO_ERROR_INVALID);
  g_autofree char *large = g_strnfill(LIMIT_JSON, 'x');
  check_uncanonical(json_pack("[s]", large), SHODO_ERROR_LIMIT);
}

static void
check_bound(guint depth, gboolean good)
{
  g_autofree char *open = g_strnfill(depth, '['), *close = g_strnfill(depth, ']');
  g_autofree char *text = g_strconcat(open, "\"]]]\\\"[[\"", close, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) json = parse(text, &error);

  g_assert_true((json != NULL) == good);
  if (!good)
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  if (!good)
    g_assert_true(g_str_has_prefix(error->message, "t:1:33: 入れ子"));
}

static void
test_limits(void)
{
  g_autofree char *full = g_strnfill(LIMIT_JSON, ' ');
  g_autoptr(GError) error = NULL;

  check_bound(LIMIT_JSON_DEPTH, TRUE);
  check_bound(LIMIT_JSON_DEPTH + 1, FALSE);
  full[0] = '[';
  full[LIMIT_JSON - 1] = ']';
  g_autoptr(json_t) json = shodo_json_parse("t", full, LIMIT_JSON, &error);
  g_assert_no_error(error);
  g_assert_null(shodo_json_parse("t", full, LIMIT_JSON + 1, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
}

static void
check_round_trip(const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) json = json_pack("{s:s, s:[s]}", "k", text, "list", text);
  g_autoptr(GBytes) first = shodo_json_canonical(json, &error);
  g_assert_no_error(error);
  check_as_jansson(json, first);

  g_autoptr(json_t) again = shodo_json_parse("t", g_bytes_get_data(first, NULL), g_bytes_get_size(first), &error);
  g_assert_no_error(error);
  g_assert_cmpstr(json_string_value(json_object_get(again, "k")), ==, text);
  g_autoptr(GBytes) second = shodo_json_canonical(again, &error);
  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(first, second));
}

static void
test_naughty_strings(void)
{
  g_autofree char *path = g_build_filename(TEST_VECTORS, "blns", "blns.json", NULL), *data = NULL;
  g_autoptr(GError) error = NULL;
  gsize bytes;
  g_assert_true(g_file_get_contents(path, &data, &bytes, NULL));

  g_autoptr(json_t) list = shodo_json_parse("blns.json", data, bytes, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(json_array_size(list), ==, 485);
  for (gsize i = 0; i < json_array_size(list); i++)
    check_round_trip(json_string_value(json_array_get(list, i)));
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/json/suite", test_suite);
  g_test_add_func("/json/refused", test_refused);
  g_test_add_func("/json/canonical", test_canonical);
  g_test_add_func("/json/sorted", test_sorted);
  g_test_add_func("/json/uncanonical", test_uncanonical);
  g_test_add_func("/json/limits", test_limits);
  g_test_add_func("/json/naughty-strings", test_naughty_strings);
  return g_test_run();
}
