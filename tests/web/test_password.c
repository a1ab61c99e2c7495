/* What may be a password, and one-time codes against the vectors of RFC 6238 and oathtool. */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "office/secret.h"
#include "web/password.h"
#include "web/totp.h"
#include "../seed.h"

static void
test_faults(void)
{
  static const char *const words[] = { "山田 太郎", "204815", "宮浜市", "taro.yamada@city.example.lg.jp", NULL };
  static const struct {
    const char *password;
    const char *says; /* NULL: it may */
  } rows[] = {
    { "", "短すぎ" },
    { "elevenchars", "短すぎ" },
    { "一二三四五六七八九十百", "短すぎ" },
    { "twelve chars", NULL },
    { "茶碗と自転車と月曜の雲", "短すぎ" },
    { "茶碗と自転車と月曜の雲と", NULL },
    { "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ", NULL },
    { "        a        b", "推測され" },
    { "correct horse battery staple", NULL },
    { "password1234", "よく使われる" },
    { "PASSWORD2026!!", "よく使われる" },
    { "1qaz2wsx3edc", "よく使われる" },
    { "1QAZ2WSX3EDC", "よく使われる" },
    { "２０２６qwertyuiop２０２６", "よく使われる" },
    { "123456qwerty", "よく使われる" },
    { "aaaaaaaaaaaaaaaa", "推測され" },
    { "あいうあいうあいうあいう", "推測され" },
    { "abcdefghijklmnop", "推測され" },
    { "zyxwvutsrqponmlk", "推測され" },
    { "fluteflutefluteflute", "推測され" },
    { "山田太郎204815", "短すぎ" },
    { "山田太郎-204815-2026", NULL },
    { "204815-宮浜市-x9", "氏名" },
    { "shodo-初動-パスワード", "氏名" },
    { "shodo csirt kettle umbrella", NULL },
    { "\xff\xfe not text at all", "読めない" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Arena) arena = arena_new();
    const char *fault = password_fault(rows[i].password, words, arena);
    g_autofree char *name = g_strescape(rows[i].password, NULL);
    g_test_message("%s: %s", name, fault ? fault : "-");
    if (rows[i].says)
      g_assert_true(fault && strstr(fault, rows[i].says));
    else
      g_assert_null(fault);
  }
}

static void
test_lengths(void)
{
  g_autoptr(Arena) arena = arena_new();
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < 64; i++)
    g_string_append_unichar(text, 0x4e00 + i * 37 % 911);
  g_assert_null(password_fault(text->str, NULL, arena));
  for (guint i = 0; i < 64; i++)
    g_string_append_unichar(text, 0x5e00 + i * 53 % 911);
  g_assert_null(password_fault(text->str, NULL, arena));
  g_string_append(text, "x");
  g_assert_nonnull(password_fault(text->str, NULL, arena));
  g_string_free(text, TRUE);
}

/* Every word of the list is refused, the first and the last among them; one that is not is not. */
static void
test_list(void)
{
  g_autofree char *text = NULL;
  g_autoptr(Arena) arena = arena_new();
  gsize length, lines = 0, long_ones = 0;
  g_assert_true(g_file_get_contents(TEST_PASSWORDS, &text, &length, NULL));
  for (char *line = text, *end; *line; line = end + 1) {
    end = strchr(line, '\n');
    *end = '\0';
    lines++;
    g_assert_nonnull(password_fault(line, NULL, arena));
    long_ones += strlen(line) >= 12;
  }
  g_assert_cmpuint(lines, >=, 20000);
  g_assert_cmpuint(long_ones, >=, 10000);
}

/* RFC 6238, appendix B: SHA-1, the last six of its eight digits. */
static void
test_vectors(void)
{
  static const struct {
    gint64 time;
    const char *code;
  } rows[] = {
    { 59, "287082" },          { 1111111109, "081804" }, { 1111111111, "050471" },
    { 1234567890, "005924" },  { 2000000000, "279037" }, { 20000000000, "353130" },
  };
  const guint8 *secret = (const guint8 *)"12345678901234567890";
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    guint64 step = 0, right = totp_step(rows[i].time);
    g_assert_true(totp_check(secret, 20, rows[i].code, rows[i].time, 0, &step));
    g_assert_cmpuint(step, ==, right);
    g_assert_true(totp_check(secret, 20, rows[i].code, rows[i].time + 30, 0, &step));
    g_assert_cmpuint(step, ==, right);
    if (rows[i].time >= 60)
      g_assert_true(totp_check(secret, 20, rows[i].code, rows[i].time - 30, 0, &step));
    g_assert_false(totp_check(secret, 20, rows[i].code, rows[i].time + 60, 0, &step));
    g_assert_false(totp_check(secret, 20, rows[i].code, rows[i].time - 60, 0, &step));
    g_assert_false(totp_check(secret, 20, rows[i].code, rows[i].time, right, &step)); /* used */
    g_assert_true(totp_check(secret, 20, rows[i].code, rows[i].time, right - 1, &step));
  }
  static const char *const malformed[] = { "", "28708", "2870821", "28708a", " 87082", "-87082", "２８７０８２" };
  guint64 step;
  for (gsize i = 0; i < G_N_ELEMENTS(malformed); i++)
    g_assert_false(totp_check(secret, 20, malformed[i], 59, 0, &step));
}

static void
test_oathtool(void)
{
  g_autofree char *tool = g_find_program_in_path("oathtool");
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed_get());
  g_assert_nonnull(tool);
  for (guint i = 0; i < 20; i++) {
    guint8 secret[SECRET_TOTP];
    g_autoptr(GError) error = NULL;
    g_autofree char *out = NULL;
    guint64 step;
    gint64 now = 1700000000 + (gint64)g_rand_int_range(rand, 0, 1000000000);
    secret_random(secret, sizeof secret);
    g_autofree char *hex = text_hex(secret, sizeof secret), *text = totp_base32(secret, sizeof secret);
    g_autofree char *when = g_strdup_printf("@%" G_GINT64_FORMAT, now);
    char *by_hex[] = { tool, (char *)"--totp", (char *)"-N", when, hex, NULL };
    char *by_text[] = { tool, (char *)"--totp", (char *)"-b", (char *)"-N", when, text, NULL };
    g_assert_true(g_spawn_sync(NULL, i % 2 ? by_text : by_hex, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(totp_check(secret, sizeof secret, g_strchomp(out), now, 0, &step));
  }
}

static void
test_uri(void)
{
  g_autofree char *uri = totp_uri((const guint8 *)"12345678901234567890", 20, "宮浜市/情報", "p1");
  g_assert_cmpstr(uri, ==,
                  "otpauth://totp/%E5%AE%AE%E6%B5%9C%E5%B8%82%2F%E6%83%85%E5%A0%B1:p1?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                  "&issuer=%E5%AE%AE%E6%B5%9C%E5%B8%82%2F%E6%83%85%E5%A0%B1&algorithm=SHA1&digits=6&period=30");
  g_autofree char *text = totp_base32((const guint8 *)"12345678901234567890", 20);
  g_assert_cmpstr(text, ==, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/password/faults", test_faults);
  g_test_add_func("/password/lengths", test_lengths);
  g_test_add_func("/password/list", test_list);
  g_test_add_func("/totp/vectors", test_vectors);
  g_test_add_func("/totp/oathtool", test_oathtool);
  g_test_add_func("/totp/uri", test_uri);
  return g_test_run();
}
