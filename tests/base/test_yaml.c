#include "base/error.h"
#include "base/limits.h"
#include "base/yaml.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

/* The tree on one line: [items], {key=value}, texts in angle brackets. */
static void
show(GString *out, const YamlNode *node)
{
  if (yaml_kind(node) == YAML_SCALAR) {
    g_string_append_printf(out, "<%s>", yaml_text(node));
    return;
  }
  gboolean mapping = yaml_kind(node) == YAML_MAPPING;
  g_string_append_c(out, mapping ? '{' : '[');
  for (guint i = 0; i < yaml_length(node); i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    if (mapping)
      g_string_append_printf(out, "%s=", yaml_text(yaml_key_at(node, i)));
    show(out, yaml_at(node, i));
  }
  g_string_append_c(out, mapping ? '}' : ']');
}

static const struct {
  const char *yaml;
  const char *tree;
} accepted[] = {
  { "a: 1\n", "{a=<1>}" },
  { "\xef\xbb\xbf" "a: 1\n", "{a=<1>}" },
  { "a: 1\r\nb: no\r\n", "{a=<1>,b=<no>}" },
  { "z: 1\na: 2\nm: 3\n", "{z=<1>,a=<2>,m=<3>}" },
  { "---\na: on\n...\n", "{a=<on>}" },
  { "a: \"1\"\nb: '2'\nc:\nd: ~\n", "{a=<1>,b=<2>,c=<>,d=<~>}" },
  { "- a\n- b: c\n  d: [e, {f: g}]\n- []\n- {}\n", "[<a>,{b=<c>,d=[<e>,{f=<g>}]},[],{}]" },
  { "a: |\n  一行目\n  二行目：値\n", "{a=<一行目\n二行目：値\n>}" },
  { "a: |\n  \xe3\x80\x80字下げした段落\n", "{a=<\xe3\x80\x80字下げした段落\n>}" },
  { "a: >-\n  一\n  二\n", "{a=<一 二>}" },
  { "a: \"表題：本文\"\nb: \"key：x\"\n", "{a=<表題：本文>,b=<key：x>}" },
  { "a: 様式1：報告書\n", "{a=<様式1：報告書>}" },
  { "- 電話：内線1234\n", "[<電話：内線1234>]" },
  { "a: 全角\xe3\x80\x80の空白\n", "{a=<全角\xe3\x80\x80の空白>}" },
  { "役割: 責任者 # 注\xe3\x80\x80釈：\n", "{役割=<責任者>}" },
  { "<<: a\n", "{<<=<a>}" },
  { "a: first\n  second\n", "{a=<first second>}" },
  { "text\n", "<text>" },
};

static void
test_accepted(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(accepted); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) tree = g_string_new(NULL);
    g_autoptr(YamlDoc) doc = yaml_load_bytes("t", accepted[i].yaml, strlen(accepted[i].yaml), &error);
    g_assert_no_error(error);
    show(tree, yaml_root(doc));
    g_assert_cmpstr(tree->str, ==, accepted[i].tree);
  }
}

#define WIDE_SPACE "\xe3\x80\x80"

static const struct {
  const char *yaml;
  const char *begins; /* place and the words that tell the mistake */
} refused[] = {
  { "", "t:1:1: 内容がありません" },
  { "# 注釈だけ\n", "t:2:1: 内容がありません" },
  { "a: 1\nb: *x\n", "t:2:4: 「*」による参照" },
  { "a: &x 1\n", "t:1:4: 「&」" },
  { "a: &x [1]\n", "t:1:4: 「&」" },
  { "a: &x {b: 1}\n", "t:1:4: 「&」" },
  { "a: !!str 1\n", "t:1:4: 「!」" },
  { "a: !x {b: 1}\n", "t:1:4: 「!」" },
  { "a: ! 1\n", "t:1:4: 「!」" },
  { "%YAML 1.1\n---\na: 1\n", "t:1:1: 「%」" },
  { "%TAG ! tag:x,2000:\n---\na: 1\n", "t:1:1: 「%」" },
  { "a: 1\n---\nb: 2\n", "t:2:1: 「---」で区切った二つ目" },
  { "a: 1\nb: 2\na: 3\n", "t:3:1: キー「a」が重複しています（1 行目にもあります）" },
  { "x: {a: 1, \"a\": 2}\n", "t:1:11: キー「a」が重複" },
  { "? [a]\n: b\n", "t:1:3: キーには文字だけ" },
  { "\"\": a\n", "t:1:1: キーがありません" },
  { ": a\n", "t:1:1: 項目の並びが崩れて" },
  { "a:\n\tb: 1\n", "t:2:1: タブ文字" },
  { "a: 表\tb\n", "t:1:5: タブ文字" },
  { "a: 1\rb: 2\n", "t:1:5: 改行が CR だけ" },
  { "a: 1\n" WIDE_SPACE "b: 2\n", "t:2:1: 字下げに全角" },
  { "a:\n  b: 1\n  " WIDE_SPACE "c: 2\n", "t:3:3: 字下げに全角" },
  { "a:\n" WIDE_SPACE "- b\n", "t:2:1: 字下げに全角" },
  { "a: x\n" WIDE_SPACE WIDE_SPACE "y\n", "t:2:1: 字下げに全角" },
  { "a: x\n" WIDE_SPACE "\nb: y\n", "t:2:1: 字下げに全角" },
  { "a:" WIDE_SPACE "x\n", "t:1:1: 値やキーの端、" },
  { "a: " WIDE_SPACE "x\n", "t:1:4: 値やキーの端、" },
  { "-" WIDE_SPACE "x\n", "t:1:1: 値やキーの端、" },
  { "a" WIDE_SPACE ": x\n", "t:1:1: 値やキーの端、" },
  { "a: x" WIDE_SPACE "# 注\n", "t:1:4: 値やキーの端、" },
  { "a：x\n", "t:1:2: コロンが全角" },
  { "a: 1\nb：2\n", "t:2:2: コロンが全角" },
  { "a: 1\nb：2\nc: 3\n", "t:2:2: コロンが全角" },
  { "a：1\nb: 2\n", "t:1:2: コロンが全角" },
  { "役割：長\n人: 甲\n", "t:1:3: コロンが全角" },
  { "a:\n  役割：長\n", "t:2:5: コロンが全角" },
  { "a: {b： 1}\n", "t:1:6: コロンが全角" },
  { "- name：甲\n", "t:1:7: コロンが全角" },
  { "- a: 1\n  b_2：3\n", "t:2:6: コロンが全角" },
  { "a: x\n  続き：y\n", "t:2:5: コロンが全角" },
  { "表題：x: 1\n", "t:1:3: コロンが全角" },
  { "a: 1\nb\nc: 2\n", "t:2:1: 「キー: 値」の形" },
  { "a:1\nb: 2\n", "t:2:2: ここに「:」は置けません" },
  { "a: [1,\n", "t:2:1: 値がありません" },
  { "a: 1\nb: x\n  続き\n  続き：y\n", "t:4:5: コロンが全角" },
  { "a: b: c\n", "t:1:5: ここに「:」は置けません" },
  { "a: - b\n", "t:1:4: ここに「- 」は置けません" },
  { "a: 1\n   b: 2\n", "t:2:5: ここに「:」は置けません" },
  { "a:\n    b: 1\n  c: 2\n", "t:3:3: 項目の並びが崩れて" },
  { "a: \"x\nb: 2\n", "t:1:4: 引用符が閉じられて" },
  { "a: \"\\q\"\n", "t:1:5: 「\\」の後" },
  { "a: \"\\0\"\n", "t:1:4: 「\\0」は使えません" },
  { "a: @x\n", "t:1:4: この文字で値を始める" },
  { "a: [1, 2\n", "t:1:4: 「[」に対応する" },
  { "a: {b: 2\n", "t:1:4: 「{」に対応する" },
  { "a: \x1b\n", "t:1:4: 目に見えない制御文字" },
  { "a: \xc2\x9b\n", "t:1:4: 目に見えない制御文字" },
  { "a: \xc2\x85\n", "t:1:4: 特殊な改行文字" },
  { "a: \xe2\x80\xa8\n", "t:1:4: 特殊な改行文字" },
  { "a: x\xef\xbb\xbf\n", "t:1:5: 目に見えない制御文字" },
  { "a: x\xef\xbf\xbf\n", "t:1:5: 目に見えない制御文字" },
  { "a: 1\nb: \x93\xfa\n", "t:2:4: UTF-8 ではない" },
  { "a: \xed\xa0\x80\n", "t:1:4: UTF-8 ではない" },
};

static void
test_refused(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(YamlDoc) doc = yaml_load_bytes("t", refused[i].yaml, strlen(refused[i].yaml), &error);
    if (doc || !g_error_matches(error, SHODO_ERROR, SHODO_ERROR_INVALID) || !g_str_has_prefix(error->message, refused[i].begins) ||
        !g_str_has_suffix(error->message, "ください。")) {
      g_test_message("%s: expected %s, got %s", refused[i].yaml, refused[i].begins, error ? error->message : "a tree");
      g_test_fail();
    }
  }
}

static void
test_nul(void)
{
  static const char with_nul[] = "a: 1\nb: x\0y\n";
  g_autoptr(GError) error = NULL;

  g_assert_null(yaml_load_bytes("t", with_nul, sizeof(with_nul) - 1, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_true(g_str_has_prefix(error->message, "t:2:5: NUL"));
}

static char *
repeated(const char *before, const char *piece, gsize times, const char *after)
{
  GString *text = g_string_new(before);

  for (gsize i = 0; i < times; i++)
    g_string_append(text, piece);
  g_string_append(text, after);
  return g_string_free(text, FALSE);
}

static void
check_limit(const char *yaml, gboolean good, const char *begins)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YamlDoc) doc = yaml_load_bytes("t", yaml, strlen(yaml), &error);

  g_assert_true((doc != NULL) == good);
  if (good)
    return;
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  g_assert_true(g_str_has_prefix(error->message, begins));
}

static void
test_limits(void)
{
  g_autofree char *deep = repeated("", "- ", LIMIT_YAML_DEPTH, "x\n");
  g_autofree char *deeper = repeated("", "- ", LIMIT_YAML_DEPTH + 1, "x\n");
  g_autofree char *open = repeated("", "[", 100000, "");
  g_autofree char *nodes = repeated("", "- x\n", LIMIT_YAML_NODES - 1, "");
  g_autofree char *more = repeated("", "- x\n", LIMIT_YAML_NODES, "");
  g_autofree char *full = repeated("a: ", "x", LIMIT_YAML - 3, "");
  g_autofree char *over = repeated("a: ", "x", LIMIT_YAML - 2, "");

  check_limit(deep, TRUE, NULL);
  check_limit(deeper, FALSE, "t:1:65: 入れ子が深すぎます");
  check_limit(open, FALSE, "t:1:33: 入れ子が深すぎます");
  check_limit(nodes, TRUE, NULL);
  check_limit(more, FALSE, "t:100000:3: 項目が多すぎます");
  check_limit(full, TRUE, NULL);
  check_limit(over, FALSE, "t: ファイルが大きすぎます");
}

static void
test_accessors(void)
{
  static const char text[] = "# 計画\nphases:\n  - name: 受付\n    items: [a, b]\n";
  static const char *const known[] = { "phases", "forms", NULL }, *const other[] = { "forms", NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(YamlDoc) doc = yaml_load_bytes("plan.yaml", text, strlen(text), &error);
  g_assert_no_error(error);

  const YamlNode *phases = yaml_get(yaml_root(doc), "phases");
  g_assert_cmpuint(yaml_kind(phases), ==, YAML_SEQUENCE);
  const YamlNode *name = yaml_get(yaml_at(phases, 0), "name");
  g_assert_cmpstr(yaml_text(name), ==, "受付");
  g_assert_cmpuint(yaml_line(name), ==, 3);
  g_assert_cmpuint(yaml_column(name), ==, 11);
  g_assert_null(yaml_get(yaml_at(phases, 0), "nothing"));
  g_assert_cmpuint(yaml_column(yaml_key_at(yaml_at(phases, 0), 1)), ==, 5);
  g_assert_cmpstr(yaml_name(doc), ==, "plan.yaml");

  g_assert_true(yaml_check_keys(yaml_root(doc), known, NULL));
  g_assert_false(yaml_check_keys(yaml_root(doc), other, &error));
  g_assert_cmpstr(error->message, ==, "plan.yaml:2:1: 「phases」という項目はありません。使えるのは forms です。");
  g_clear_error(&error);
  yaml_error(&error, name, "%s は使えません。", yaml_text(name));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_cmpstr(error->message, ==, "plan.yaml:3:11: 受付 は使えません。");
}

static void
test_file(void)
{
  g_autofree char *dir = g_dir_make_tmp("shodo-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(dir, "plan.yaml", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null(yaml_load_file(path, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
  g_clear_error(&error);
  g_assert_true(g_file_set_contents(path, "a: [1\n", -1, NULL));
  g_assert_null(yaml_load_file(path, &error));
  g_assert_true(g_str_has_prefix(error->message, path));
  g_assert_nonnull(strstr(error->message, ":1:4: "));
  g_clear_error(&error);
  g_assert_true(g_file_set_contents(path, "a: 1\n", -1, NULL));
  g_autoptr(YamlDoc) doc = yaml_load_file(path, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(yaml_text(yaml_get(yaml_root(doc), "a")), ==, "1");
  g_assert_cmpint(g_unlink(path), ==, 0);
  g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* Every prefix and every single damaged byte of a real document ends in a tree or an error with a place. */
static void
test_damage(void)
{
  static const char text[] = "a: [x, \"y\"]\nb: |\n  字\n  句：値\nc: {d: 'e'}\n- f\n";
  static const guchar damage[] = { 0, '\t', '\n', ' ', '"', '#', '&', '*', '-', ':', '[', '{', '|', 0x80, 0xe3, 0xff };
  gsize bytes = strlen(text);

  for (gsize at = 0; at < bytes; at++)
    for (gsize i = 0; i < sizeof(damage); i++) {
      g_autoptr(GError) error = NULL;
      g_autofree char *copy = g_memdup2(text, bytes);
      copy[at] = (char)damage[i];
      g_autoptr(YamlDoc) doc = yaml_load_bytes("t", copy, i == 0 ? at : bytes, &error);
      g_assert_true((doc == NULL) == (error != NULL));
      g_assert_true(doc || g_str_has_prefix(error->message, "t:"));
    }
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/yaml/accepted", test_accepted);
  g_test_add_func("/yaml/refused", test_refused);
  g_test_add_func("/yaml/nul", test_nul);
  g_test_add_func("/yaml/limits", test_limits);
  g_test_add_func("/yaml/accessors", test_accessors);
  g_test_add_func("/yaml/file", test_file);
  g_test_add_func("/yaml/damage", test_damage);
  return g_test_run();
}
