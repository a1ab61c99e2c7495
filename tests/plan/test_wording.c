/* The wording: that the plan file holds the document, nothing less and nothing more. */
#include <string.h>

#include "plan/fold.h"
#include "vocabulary.h"

static Plan *
load_miyazaki(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(PLANS "/miyazaki.yaml", &bytes, &length, NULL));
  Plan *plan = plan_load("miyazaki.yaml", bytes, length, fake_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

/* Names the first place where two folded texts part. */
static void
assert_same(const char *got, const char *expected)
{
  const char *a = got, *b = expected;

  while (*a && g_utf8_get_char(a) == g_utf8_get_char(b)) {
    a = g_utf8_next_char(a);
    b = g_utf8_next_char(b);
  }
  if (*a || *b)
    g_error("the wording parts here: the plan file has \"%.90s\", the document \"%.90s\"", a, b);
}

static void
test_whole(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autofree char *document = NULL;

  g_assert_true(g_file_get_contents(TEST_DATA "/miyazaki.txt", &document, NULL, NULL));
  g_autofree char *wording = plan_wording(plan);
  g_autofree char *got = fold_text(wording);
  g_autofree char *expected = fold_text(document);
  assert_same(got, expected);
  g_assert_cmpuint(strlen(got), >, 9000);
}

static void
test_fold(void)
{
  static const struct {
    const char *text, *quote;
    gboolean found;
  } table[] = {
    { "最高情報セキュリティ責任者（C I S O）へ", "責任者(CISO)へ", TRUE },
    { "１か月を\n　目途に", "1か月を目途に", TRUE },
    { "ﾄﾘｱｰｼﾞの結果", "トリアージの結果", TRUE },
    { "証拠を取得し", "証拠を保全し", FALSE },
    { "証拠を取得し", "", FALSE },
    { "証拠を取得し", " 　\n", FALSE },
    { "", "証拠", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
    g_assert_cmpint(fold_contains(table[i].text, table[i].quote), ==, table[i].found);
  g_assert_true(fold_is_wide("３"));
  g_assert_true(fold_is_wide("a　b"));
  g_assert_false(fold_is_wide("3-2-1-ア、。"));
}

/* Words that are not the plan's stay out of its wording. */
static void
test_additions_stay_out(void)
{
  g_autoptr(Plan) plan = load_miyazaki();
  g_autofree char *wording = plan_wording(plan);

  g_assert_null(strstr(wording, "個人情報保護委員会"));
  g_assert_null(strstr(wording, "国家サイバー統括室"));
  g_assert_null(strstr(wording, "直ちに処理する"));
  g_assert_null(strstr(wording, "Shodo"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/wording/whole", test_whole);
  g_test_add_func("/wording/fold", test_fold);
  g_test_add_func("/wording/additions-stay-out", test_additions_stay_out);
  return g_test_run();
}
