/* Messages as others read them: Python's email package reads back what was composed. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "mail/compose.h"
#include "../seed.h"

/* Names, subjects and texts with what city halls write; CHARSET is what the text must go as. */
static const struct {
  const char *text;
  const char *charset; /* of the body: the footer is Japanese */
} rows[] = {
  { "初動の確認について", "iso-2022-jp" },
  { "ＣＳＩＲＴ要員の参集（第１報）", "iso-2022-jp" },
  { "abc", "iso-2022-jp" },
  { "①受付　②判断", "utf-8" },
  { "ﾊﾝｶｸｶﾅの件名", "utf-8" },
  { "㈱日本髙島屋", "utf-8" },
  { "～と〜、－と−、∥と‖、￠と¢", "utf-8" },
  { "から〜まで", "utf-8" },
  { "14時～15時", "utf-8" },
  { "渡辺・渡邊・渡邉", "iso-2022-jp" },
  { "葛󠄀城市と葛城市", "utf-8" },           /* a variation selector */
  { "𠮷野家", "utf-8" },                     /* outside the BMP */
  { "が゛と が", "iso-2022-jp" },
  { "か゚行鼻濁音", "utf-8" },
  { "😀 emoji", "utf-8" },
  { "한국어 제목", "utf-8" },
  { "中文简体", "utf-8" },
  { "Ünïcödé", "utf-8" },
  { "Ελληνικά", "utf-8" },                   /* JIS X 0208 has no ά */
  { "Ελλαδα", "iso-2022-jp" },
  { "Русский", "iso-2022-jp" },
  { "¥100 と ‾", "utf-8" },
  { "¥100", "utf-8" },
  { "=?UTF-8?B?44GC?= とそのまま", "iso-2022-jp" },
  { "=?UTF-8?B?44GC?=", "iso-2022-jp" },
  { "a, b; c <d@example.jp> (e) \"f\\g\"", "iso-2022-jp" },
  { "【訓練】ではない【訓練】", "iso-2022-jp" },
  { "長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名長い件名", "iso-2022-jp" },
  { "長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①長い①", "utf-8" },
  { "a long subject of plain words that does not fit into one line of seventy six characters at all", "iso-2022-jp" },
};

typedef struct {
  char *dir;
  GPtrArray *paths;
  GPtrArray *expected; /* of json_t * */
} Batch;

static void
add(Batch *batch, const Letter *letter, const char *charset)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) message = compose(letter);
  const MailEnvelope *envelope = list_item(letter->queued->envelopes, MailEnvelope, letter->place);
  char *path = g_strdup_printf("%s/%u.eml", batch->dir, batch->paths->len);
  gsize size;
  const char *bytes = g_bytes_get_data(message, &size);

  g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
  g_ptr_array_add(batch->paths, path);
  g_ptr_array_add(batch->expected, json_pack("{s:s, s:s, s:s, s:s, s:s}", "subject", compose_subject(letter, arena), "text", compose_text(letter, arena),
                                             "to", letter->to, "name", envelope->name ? envelope->name : "", "charset", charset ? charset : ""));
}

static GPtrArray *
read_back(Batch *batch)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *out = NULL;
  int status;

  g_ptr_array_add(argv, (gpointer)"python3");
  g_ptr_array_add(argv, (gpointer)(TEST_DATA "/read_back.py"));
  for (guint i = 0; i < batch->paths->len; i++)
    g_ptr_array_add(argv, batch->paths->pdata[i]);
  g_ptr_array_add(argv, NULL);
  gboolean ran = g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_true(ran && g_spawn_check_wait_status(status, NULL));
  GPtrArray *answers = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  g_auto(GStrv) lines = g_strsplit(out, "\n", -1);
  for (guint i = 0; lines[i] && *lines[i]; i++)
    g_ptr_array_add(answers, json_loads(lines[i], 0, NULL));
  return answers;
}

static Batch *
batch_new(void)
{
  Batch *batch = g_new0(Batch, 1);
  batch->dir = g_dir_make_tmp("shodo-mail-XXXXXX", NULL);
  batch->paths = g_ptr_array_new_with_free_func(g_free);
  batch->expected = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  return batch;
}

static void
batch_free(Batch *batch)
{
  for (guint i = 0; i < batch->paths->len; i++)
    g_unlink(batch->paths->pdata[i]);
  g_rmdir(batch->dir);
  g_ptr_array_unref(batch->paths);
  g_ptr_array_unref(batch->expected);
  g_free(batch->dir);
  g_free(batch);
}

static const char *
of(const json_t *json, const char *key)
{
  const char *text = json_string_value(json_object_get(json, key));
  return text ? text : "";
}

static void
compare(Batch *batch)
{
  static const char *const keys[] = { "subject", "text", "to", "name", "charset" };
  g_autoptr(GPtrArray) answers = read_back(batch);

  g_assert_cmpuint(answers->len, ==, batch->expected->len);
  for (guint i = 0; i < answers->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS(keys); j++) {
      const char *expected = of(batch->expected->pdata[i], keys[j]);
      if (*expected && !g_str_equal(of(answers->pdata[i], keys[j]), expected))
        g_test_message("%s: %s", of(batch->expected->pdata[i], "subject"), keys[j]);
      if (*expected || j < 4)
        g_assert_cmpstr(of(answers->pdata[i], keys[j]), ==, expected);
    }
}

static Letter
letter_of(MailQueued *queued, MailEnvelope *envelope, const char *subject, const char *text, const char *name)
{
  *envelope = (MailEnvelope){ .address = "taro@ward.example.jp", .name = name };
  *queued = (MailQueued){ .kase = 3, .purpose = PURPOSE_OTHER, .after = INSTANT_NONE, .subject = subject, .text = text, .envelopes = { 1, envelope } };
  return (Letter){ .number = 12, .queued = queued, .to = envelope->address, .from = "poc@city.example.lg.jp", .sender = "試験市", .office = "試験市",
                   .label = "R8-003", .tag = "0123456789abcdef", .thread = "fedcba9876543210", .real = TRUE, .now = 1795000000000 };
}

static void
test_table(void)
{
  Batch *batch = batch_new();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    MailQueued queued;
    MailEnvelope envelope;
    Letter letter = letter_of(&queued, &envelope, rows[i].text, rows[i].text, rows[i].text);
    add(batch, &letter, rows[i].charset);
  }
  compare(batch);
  batch_free(batch);
}

/* Two hundred names of characters from everywhere, and texts with long lines and odd ends. */
static void
test_names(void)
{
  static const char *const pieces[] = {
    "山", "田", "髙", "﨑", "𠮷", "邊", "邉", "太", "郎", "子", "ー", "・", " ", "　", "ﾔﾏ", "①", "ヴ", "ゑ", "々", "〆", "ヶ", "O'", "Mac", "é", "ñ", "-", ".", ",", "\"", "\\",
    "(", ")", "<", ">", "@", "=?", "?=", "葛󠄀", "か゚", "👪", "～", "〜", "−", "－", "㈱", "Ⅲ", "℡", "株", "式", "係", "長",
  };
  Batch *batch = batch_new();
  for (guint i = 0; i < 200; i++) {
    g_autoptr(GString) name = g_string_new("名");
    g_autoptr(GString) text = g_string_new(NULL);
    guint count = 1 + (guint)g_test_rand_int_range(0, 40);
    for (guint j = 0; j < count; j++)
      g_string_append(name, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
    g_string_append(name, "様");
    guint length = (guint)g_test_rand_int_range(0, 700);
    for (guint j = 0; j < length; j++)
      g_string_append(text, j % 97 == 96 ? "\n.\n" : pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
    MailQueued queued;
    MailEnvelope envelope;
    Letter letter = letter_of(&queued, &envelope, name->str, text->str, name->str);
    letter.real = i % 2;
    queued.tlp = (int)(i % 6);
    add(batch, &letter, NULL);
  }
  compare(batch);
  batch_free(batch);
}

/* What a mail of an exercise, with TLP, with a thread and with others shown, says. */
static void
test_marks(void)
{
  Batch *batch = batch_new();
  MailQueued queued;
  MailEnvelope envelopes[2], *other = &envelopes[1];
  g_autoptr(Arena) arena = arena_new();
  Letter letter = letter_of(&queued, &envelopes[0], "件名", "番号は{受領番号}です。{受領番号}", "太郎");
  letter.real = FALSE;
  queued.tlp = TLP_AMBER_STRICT;
  queued.answers = "<abc@example.jp>";
  queued.purpose = PURPOSE_STEP;
  envelopes[0].token = "TOKEN-1";
  *other = (MailEnvelope){ .address = "hanako@ward.example.jp", .name = "花子" };
  list_add(arena, &letter.shown, other);
  add(batch, &letter, "iso-2022-jp");
  g_autoptr(GPtrArray) answers = read_back(batch);
  const json_t *read = answers->pdata[0];
  g_assert_cmpstr(of(read, "subject"), ==, "【訓練】[TLP:AMBER+STRICT][R8-003] 件名");
  g_assert_true(g_str_has_prefix(of(read, "text"), "【訓練】これは訓練のメールです。"));
  g_assert_nonnull(strstr(of(read, "text"), "番号はTOKEN-1です。TOKEN-1\n"));
  g_assert_nonnull(strstr(of(read, "text"), "取扱い：TLP:AMBER+STRICT"));
  g_assert_cmpstr(of(read, "id"), ==, "<shodo.12.3.0123456789abcdef@city.example.lg.jp>");
  g_assert_cmpstr(of(read, "references"), ==, "<shodo.0.3.fedcba9876543210@city.example.lg.jp> <abc@example.jp>");
  g_assert_cmpstr(of(read, "answers"), ==, "<abc@example.jp>");
  g_assert_cmpstr(of(read, "auto"), ==, "auto-generated");
  g_assert_cmpstr(of(read, "date"), ==, "2026-11-18T20:06:40+09:00");
  g_assert_cmpint(json_integer_value(json_object_get(read, "count")), ==, 2);
  batch_free(batch);
}

static void
test_ids(void)
{
  static const struct {
    const char *id;
    gboolean good;
    guint64 mail, kase;
  } ids[] = {
    { "<shodo.12.3.0123456789abcdef@city.example.lg.jp>", TRUE, 12, 3 },
    { "shodo.0.3.0123456789abcdef@x", TRUE, 0, 3 },
    { "<shodo.12.3.0123456789abcde@x>", FALSE, 0, 0 },
    { "<shodo.12.3.0123456789ABCDEF@x>", FALSE, 0, 0 },
    { "<shodo.-1.3.0123456789abcdef@x>", FALSE, 0, 0 },
    { "<shodo.99999999999999999999.3.0123456789abcdef@x>", FALSE, 0, 0 },
    { "<shodo.12.0123456789abcdef@x>", FALSE, 0, 0 },
    { "<other@x>", FALSE, 0, 0 },
    { "", FALSE, 0, 0 },
    { "<", FALSE, 0, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    guint64 mail = 0, kase = 0;
    char tag[17];
    g_assert_cmpint(compose_read_id(ids[i].id, &mail, &kase, tag), ==, ids[i].good);
    if (ids[i].good)
      g_assert_true(mail == ids[i].mail && kase == ids[i].kase && g_str_equal(tag, "0123456789abcdef"));
  }
}

/* What was answered may be a stranger's Message-ID: nothing of it becomes a header of its own. */
static void
test_injection(void)
{
  static const char *const bad[] = { "<a@b>\r\nBcc: x@evil.example.jp", "a@b", "<a b@c>", "<a>", "<<a@b>", "<a@b><c@d>" };
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    MailQueued queued;
    MailEnvelope envelope;
    Letter letter = letter_of(&queued, &envelope, "件名\r\nBcc: x@evil.example.jp", "本文\r\n.\r\nMAIL FROM:<a@b>", "名\r\nBcc: x@evil.example.jp");
    queued.answers = bad[i];
    g_autoptr(GBytes) message = compose(&letter);
    g_autofree char *text = g_strndup(g_bytes_get_data(message, NULL), g_bytes_get_size(message));
    g_assert_null(strstr(text, "\nBcc:"));
    g_assert_null(strstr(text, "In-Reply-To"));
  }
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  g_test_add_func("/compose/table", test_table);
  g_test_add_func("/compose/names", test_names);
  g_test_add_func("/compose/marks", test_marks);
  g_test_add_func("/compose/ids", test_ids);
  g_test_add_func("/compose/injection", test_injection);
  return g_test_run();
}
