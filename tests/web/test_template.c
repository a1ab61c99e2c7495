/* The escapers on every byte, and a bad template for every refusal of the compiler. */
#include <string.h>

#include "../../tools/template_compile.h"
#include "web/template.h"

typedef void (*Writer)(GString *out, const char *text);

static char *
written(Writer writer, const char *text)
{
  GString *out = g_string_new(NULL);
  writer(out, text);
  return g_string_free(out, FALSE);
}

/* What each byte becomes in a text and in a value, written down apart from the code. */
static const char *
expected_html(guint byte, gboolean value)
{
  static const struct {
    char c;
    const char *text, *value;
  } rows[] = {
    { '&', "&amp;", "&amp;" }, { '<', "&lt;", "&lt;" },     { '>', "&gt;", "&gt;" }, { '"', "&quot;", "&quot;" },
    { '\'', "&#39;", "&#39;" }, { '`', "`", "&#96;" },      { '\n', "\n", "&#10;" }, { '\t', "\t", "&#9;" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (byte == (guint)rows[i].c)
      return value ? rows[i].value : rows[i].text;
  return byte < 0x20 || byte == 0x7f ? "\xef\xbf\xbd" : NULL;
}

static void
test_bytes(void)
{
  for (guint byte = 1; byte < 256; byte++) {
    const char text[] = { 'a', (char)byte, 'b', '\0' };
    for (guint value = 0; value < 2; value++) {
      g_autofree char *got = written(value ? template_attribute : template_text, text);
      const char *as = expected_html(byte, value == 1);
      g_autofree char *want = as ? g_strconcat("a", as, "b", NULL) : g_strdup(text);
      g_assert_cmpstr(got, ==, want);
    }
    g_autofree char *path = written(template_path, text);
    gboolean stays = g_ascii_isalnum(byte) || byte == '-' || byte == '.' || byte == '_' || byte == '~';
    g_autofree char *want = stays ? g_strdup(text) : g_strdup_printf("a%%%02Xb", byte);
    g_assert_cmpstr(path, ==, want);
    g_autofree char *query = written(template_query, text);
    g_assert_cmpstr(query, ==, want);
  }
}

static void
test_texts(void)
{
  static const struct {
    Writer writer;
    const char *text, *want;
  } rows[] = {
    { template_text, NULL, "" },
    { template_text, "", "" },
    { template_text, "\xf0\xa0\xae\xb7野家で①㈱ﾊﾝｶｸ", "\xf0\xa0\xae\xb7野家で①㈱ﾊﾝｶｸ" },
    { template_text, "葛\xf3\xa0\x84\x80城<script>alert(1)</script>", "葛\xf3\xa0\x84\x80城&lt;script&gt;alert(1)&lt;/script&gt;" },
    { template_attribute, "\" onload=\"x", "&quot; onload=&quot;x" },
    { template_path, "市民課/a b", "%E5%B8%82%E6%B0%91%E8%AA%B2%2Fa%20b" },
    { template_query, "a&b=c+d", "a%26b%3Dc%2Bd" },
    { template_url, "/cases/1?q=a&b", "/cases/1?q=a&amp;b" },
    { template_url, "#c3-2", "#c3-2" },
    { template_url, "//elsewhere.example/", "#" },
    { template_url, "/\\elsewhere.example/", "#" },
    { template_url, "javascript:alert(1)", "#" },
    { template_url, "https://elsewhere.example/", "#" },
    { template_url, "http://127.0.0.1:8751/files/x", "http://127.0.0.1:8751/files/x" },
    { template_url, "http://127.0.0.1:@elsewhere.example/", "#" },
    { template_url, "http://127.0.0.1.elsewhere.example/", "#" },
    { template_url, NULL, "#" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *got = written(rows[i].writer, rows[i].text);
    g_assert_cmpstr(got, ==, rows[i].want);
  }
}

static void
test_int(void)
{
  static const struct {
    gint64 number;
    const char *want;
  } rows[] = { { 0, "0" }, { 12400, "12400" }, { -1, "-1" }, { G_MAXINT64, "9223372036854775807" }, { G_MININT64, "-9223372036854775808" } };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    template_int(out, rows[i].number);
    g_assert_cmpstr(out->str, ==, rows[i].want);
  }
}

static char *
compile(const char *text, GString *code)
{
  static const char *const known[] = { "app.css", NULL };
  const TemplateSource sources[] = {
    { "part", "part.html", "{% param n: int %}<b>{{n}}</b>" },
    { "page", "page.html", text },
  };
  g_autoptr(GString) header = g_string_new(NULL);
  char *message = NULL;
  gboolean fine = template_compile(sources, G_N_ELEMENTS(sources), known, header, code, &message);
  g_assert_true(fine == (message == NULL));
  return message;
}

#define HEAD "{% struct S { t: text; n: int; l: list text; o: bool } %}{% param s: S %}"

static void
test_refusals(void)
{
  static const struct {
    const char *text, *want; /* the message, or how it begins */
  } rows[] = {
    { HEAD "<p>\n<a class={{s.t}}>", "page.html:2: the value of an attribute must stand in double quotes" },
    { HEAD "<p class=plain>", "page.html:1: the value of an attribute must stand in double quotes" },
    { HEAD "<p class='x'>", "page.html:1: the value of an attribute must stand in double quotes" },
    { HEAD "<script>{{s.t}}</script>", "page.html:1: nothing can be escaped for this place" },
    { HEAD "<script>alert(1)</script>", "page.html:1: nothing may stand inside <script> and <style>" },
    { HEAD "<style>p{}</style>", "page.html:1: nothing may stand inside <script> and <style>" },
    { HEAD "<p style=\"x\">", "page.html:1: the policy of the pages (CSP) drops this attribute" },
    { HEAD "<p onclick=\"x\">", "page.html:1: the policy of the pages (CSP) drops this attribute" },
    { HEAD "<{{s.t}}>", "page.html:1: nothing can be escaped for this place" },
    { HEAD "<p {{s.t}}>", "page.html:1: nothing can be escaped for this place" },
    { HEAD "\n\n{{x}}", "page.html:3: there is no parameter 'x'" },
    { HEAD "{{s.x}}", "page.html:1: 's' has no member 'x'" },
    { HEAD "{{s.t.u}}", "page.html:1: 't' has no member 'u'" },
    { HEAD "{{s}}", "page.html:1: only a text or an int can be written" },
    { HEAD "{{s.o}}", "page.html:1: only a text or an int can be written" },
    { HEAD "{{s.t|raw}}", "page.html:1: the filter 'raw' does not belong here" },
    { HEAD "<a href=\"{{s.t}}\">", "page.html:1: in 'href' an output needs '|path', '|query' or '|url'" },
    { HEAD "<a href=\"{{s.t|path}}\">", "page.html:1: an address begins with" },
    { HEAD "<a href=\"javascript:{{s.t|path}}\">", "page.html:1: an address begins with" },
    { HEAD "<a href=\"//{{s.t|path}}\">", "page.html:1: an address begins with" },
    { HEAD "<a href=\"/x/{{s.t|url}}\">", "page.html:1: an address begins with" },
    { HEAD "<a title=\"{{s.t|path}}\">", "page.html:1: the filter 'path' does not belong here" },
    { HEAD "{% if s.x %}{% end %}", "page.html:1: 's' has no member 'x'" },
    { HEAD "{% if s.t %}", "page.html:1: the block that begins in line 1 has no 'end'" },
    { HEAD "{% end %}", "page.html:1: 'end' without a beginning" },
    { HEAD "{% else %}", "page.html:1: 'else' stands outside an 'if'" },
    { HEAD "{% if s.o %}<p{% end %}>", "page.html:1: the block that begins in line 1 ends in another place" },
    { HEAD "{% if s.o %}<p>{% else %}<p {% end %}>", "page.html:1: the branches that begin in line 1 end in different places" },
    { HEAD "{% for x in s.t %}{% end %}", "page.html:1: a loop goes over a list" },
    { HEAD "{% for s in s.l %}{% end %}", "page.html:1: the name 's' is taken already" },
    { HEAD "{% for x in s.l %}{% end %}{{x}}", "page.html:1: there is no parameter 'x'" },
    { HEAD "{% if s.n is \"1\" %}{% end %}", "page.html:1: 'is' compares a text with a text" },
    { HEAD "{% include none(s) %}", "page.html:1: there is no template 'none'" },
    { HEAD "{% include part(s.t) %}", "page.html:1: the parameter 'n' has another type" },
    { HEAD "{% include part() %}", "page.html:1: the name of a parameter is missing" },
    { HEAD "<p title=\"{% include part(s.n) %}\">", "page.html:1: a template can be included in text only" },
    { HEAD "<link href=\"{% asset \"none.css\" %}\">", "page.html:1: there is no asset 'none.css'" },
    { HEAD "{% asset \"app.css\" %}", "page.html:1: an asset is the whole value of an attribute" },
    { HEAD "{% param s: S %}", "page.html:1: 's' is declared twice" },
    { HEAD "<p>{% param t: text %}", "page.html:1: a parameter is declared before anything is written" },
    { "{% param s: Unknown %}", "page.html:1: there is no type 'Unknown' before this line" },
    { "{% struct s { t: text } %}", "page.html:1: the name of a struct begins with a capital letter" },
    { "{% struct S { t: text } %}{% struct S { t: text } %}", "page.html:1: the struct 'S' is declared twice" },
    { "{% struct S { t text } %}", "page.html:1: 't' must be followed by ':' and a type" },
    { HEAD "{% macro x %}", "page.html:1: there is no such tag" },
    { HEAD "{{s.t}", "page.html:1: '{{' without '}}'" },
    { HEAD "{# open", "page.html:1: '{#' without '#}'" },
    { HEAD "a < b", "page.html:1: a bare '<'" },
    { HEAD "<!-- x -->", "page.html:1: comments of HTML reach the page" },
    { HEAD "<p class=\"", "page.html:1: the template ends inside a tag" },
    { HEAD "{% if s.o what %}{% end %}", "page.html:1: what stands after the tag was not understood" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) code = g_string_new(NULL);
    g_autofree char *message = compile(rows[i].text, code);
    if (!message || !g_str_has_prefix(message, rows[i].want))
      g_error("%s\nwanted: %s\ngot: %s", rows[i].text, rows[i].want, message);
  }
}

static void
test_accepted(void)
{
  static const struct {
    const char *text, *holds;
  } rows[] = {
    { HEAD "<p title=\"{{s.t}}\">{{s.t}}</p>", "template_attribute(out, v_s->t);" },
    { HEAD "<p>{{s.t}}</p>", "template_text(out, v_s->t);" },
    { HEAD "<a href=\"/x/{{s.t|path}}?q={{s.t|query}}\">a</a>", "template_query(out, v_s->t);" },
    { HEAD "<a href=\"{{s.t|url}}\">a</a>", "template_url(out, v_s->t);" },
    { HEAD "<a href=\"/x/{{s.n}}\">a</a>", "template_int(out, v_s->n);" },
    { HEAD "<input type=\"checkbox\"{% if not s.o %} checked{% end %}>", "if (!v_s->o) {" },
    { HEAD "{% for x in s.l %}<i>{{x}}</i>{% end %}", "template_text(out, v_x);" },
    { HEAD "{% if s.t is \"a\" %}b{% elif s.l %}c{% else %}d{% end %}", "} else if ((v_s->l.length > 0)) {" },
    { HEAD "{% include part(s.n) %}", "template_part(out, v_s->n);" },
    { HEAD "<script src=\"{% asset \"app.css\" %}\"></script>", "asset_path(\"app.css\")" },
    { HEAD "<p>\n  一行\n  二行\n</p>", "<p>\\344\\270\\200\\350\\241\\214\\344\\272\\214\\350\\241\\214</p>" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) code = g_string_new(NULL);
    g_autofree char *message = compile(rows[i].text, code);
    g_assert_cmpstr(message, ==, NULL);
    if (!strstr(code->str, rows[i].holds))
      g_error("%s\nwanted: %s\ngot: %s", rows[i].text, rows[i].holds, code->str);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/template/bytes", test_bytes);
  g_test_add_func("/template/texts", test_texts);
  g_test_add_func("/template/int", test_int);
  g_test_add_func("/template/refusals", test_refusals);
  g_test_add_func("/template/accepted", test_accepted);
  return g_test_run();
}
