/* The field codec: what comes in, what is refused, what is written and read again. */
#include <string.h>

#include "act/act.h"
#include "base/date.h"
#include "base/limits.h"

/* --- a struct with a field of every type --- */

typedef struct {
  const char *key;
  gint64 count;
  List notes;
} Item;

typedef struct {
  const char *line, *text, *hash, *ref, *secret;
  int choice;
  gint64 number;
  gboolean flag;
  Instant at;
  Date day;
  List lines, refs, numbers, items, secrets;
} Body;

static const Choice colours[] = { { 1, "red", "赤" }, { 2, "blue", "青" }, { 0, NULL, NULL } };

static gboolean
thing_exists(const ActContext *context G_GNUC_UNUSED, const char *id)
{
  return g_str_equal(id, "t1") || g_str_equal(id, "t2");
}

static const char *
thing_named(const ActContext *context G_GNUC_UNUSED, const char *name)
{
  return g_str_equal(name, "物の名") ? "t2" : NULL;
}

static const RefKind ref_thing = { "thing", "物", thing_exists, thing_named };

static const Field item_fields[] = {
  { "key", "鍵", FIELD_LINE, FIELD_REQUIRED, offsetof(Item, key) },
  { "count", "数", FIELD_INT, 0, offsetof(Item, count) },
  { "notes", "注", FIELD_LINES, 0, offsetof(Item, notes) },
  { NULL },
};

static const Field fields[] = {
  { "line", "行", FIELD_LINE, 0, offsetof(Body, line) },
  { "text", "文", FIELD_TEXT, 0, offsetof(Body, text), .limit = 50 },
  { "hash", "要約", FIELD_HASH, 0, offsetof(Body, hash) },
  { "choice", "色", FIELD_CHOICE, 0, offsetof(Body, choice), .choices = colours },
  { "number", "数", FIELD_INT, 0, offsetof(Body, number) },
  { "flag", "旗", FIELD_BOOL, 0, offsetof(Body, flag) },
  { "at", "時", FIELD_INSTANT, 0, offsetof(Body, at) },
  { "day", "日", FIELD_DATE, 0, offsetof(Body, day) },
  { "ref", "物", FIELD_REF, 0, offsetof(Body, ref), .ref = &ref_thing },
  { "lines", "行々", FIELD_LINES, 0, offsetof(Body, lines), .limit = 3 },
  { "refs", "物々", FIELD_LINES, 0, offsetof(Body, refs), .ref = &ref_thing },
  { "numbers", "数々", FIELD_INTS, 0, offsetof(Body, numbers), .limit = 3 },
  { "items", "組々", FIELD_LIST, 0, offsetof(Body, items), .limit = 2, .of = item_fields, .of_size = sizeof(Item) },
  { "secret", "秘", FIELD_LINE, FIELD_PERSONAL, offsetof(Body, secret) },
  { "secrets", "秘々", FIELD_LIST, FIELD_PERSONAL, offsetof(Body, secrets), .of = item_fields, .of_size = sizeof(Item) },
  { NULL },
};

static const Field required[] = {
  { "line", "行", FIELD_LINE, FIELD_REQUIRED, offsetof(Body, line) },
  { "lines", "行々", FIELD_LINES, FIELD_REQUIRED, offsetof(Body, lines) },
  { "flag", "旗", FIELD_BOOL, FIELD_REQUIRED, offsetof(Body, flag) },
  { "number", "数", FIELD_INT, FIELD_REQUIRED, offsetof(Body, number) },
  { NULL },
};

static json_t *
json_of(const char *text)
{
  g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
  json_error_t wrong;
  json_t *json = json_loads(quoted, JSON_DECODE_ANY, &wrong);
  if (!json)
    g_error("%s: %s", text, wrong.text);
  return json;
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define G(cluster) cluster cluster cluster cluster cluster cluster cluster cluster cluster cluster

/* --- there and back --- */

static const struct {
  const char *in, *structural, *personal;
} trips[] = {
  { "{}", "{}", NULL },
  { "{'line':'一行'}", "{'line':'一行'}", NULL },
  { "{'line':'','text':null,'secret':''}", "{}", NULL },
  { "{'text':'一行目\\r\\n二行目\\r三行目\\n\\t四'}", "{'text':'一行目\\n二行目\\n三行目\\n\\t四'}", NULL },
  { "{'text':'" G("か゚") G("👨‍👩‍👧‍👦") G("e\u0301") G("あ") G("い") "'}", "{'text':'" G("か゚") G("👨‍👩‍👧‍👦") G("e\u0301") G("あ") G("い") "'}", NULL },
  { "{'hash':'" HASH "'}", "{'hash':'" HASH "'}", NULL },
  { "{'choice':'blue'}", "{'choice':'blue'}", NULL },
  { "{'number':0}", "{'number':0}", NULL },
  { "{'number':9007199254740992}", "{'number':9007199254740992}", NULL },
  { "{'flag':true}", "{'flag':true}", NULL },
  { "{'flag':false}", "{}", NULL },
  { "{'at':'2026-11-22T14:05'}", "{'at':'2026-11-22T05:05:00.000Z'}", NULL },
  { "{'at':'2026-11-22T05:05:00.123Z'}", "{'at':'2026-11-22T05:05:00.123Z'}", NULL },
  { "{'day':'令和8年11月22日'}", "{'day':'2026-11-22'}", NULL },
  { "{'day':'2026-02-28'}", "{'day':'2026-02-28'}", NULL },
  { "{'ref':'t1'}", "{'ref':'t1'}", NULL },
  { "{'ref':'物の名'}", "{'ref':'t2'}", NULL },
  { "{'lines':['一','二','三']}", "{'lines':['一','二','三']}", NULL },
  { "{'lines':['三つまでの行の、長い一行']}", "{'lines':['三つまでの行の、長い一行']}", NULL },
  { "{'lines':[]}", "{}", NULL },
  { "{'refs':['t2','物の名']}", "{'refs':['t2','t2']}", NULL },
  { "{'numbers':[0,7,9007199254740992]}", "{'numbers':[0,7,9007199254740992]}", NULL },
  { "{'items':[{'key':'甲','count':0,'notes':['x']},{'key':'乙'}]}", "{'items':[{'key':'甲','count':0,'notes':['x']},{'key':'乙'}]}", NULL },
  { "{'line':'公','secret':'名'}", "{'line':'公'}", "{'secret':'名'}" },
  { "{'secrets':[{'key':'甲','count':3}]}", "{}", "{'secrets':[{'key':'甲','count':3}]}" },
};

static void
assert_json(json_t *json, const char *expected)
{
  json_t *wanted = expected ? json_of(expected) : NULL;
  g_autofree char *got = json ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
  g_autofree char *want = wanted ? json_dumps(wanted, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
  g_assert_cmpstr(got, ==, want);
  json_decref(wanted);
  json_decref(json);
}

static void
test_trips(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(trips); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    Findings *findings = findings_new(arena);
    ActContext context = { .arena = arena };
    json_t *in = json_of(trips[i].in), *structural, *personal;
    g_test_message("%s", trips[i].in);

    const Body *body = fields_decode(fields, sizeof(Body), in, &context, arena, findings);
    json_decref(in);
    g_assert_cmpuint(findings_length(findings), ==, 0);
    g_assert_nonnull(body);
    fields_encode(fields, body, &structural, &personal);
    const Body *again = fields_restore(fields, sizeof(Body), structural, personal, arena, &error);
    g_assert_no_error(error);
    assert_json(structural, trips[i].structural);
    assert_json(personal, trips[i].personal);
    fields_encode(fields, again, &structural, &personal);
    assert_json(structural, trips[i].structural);
    assert_json(personal, trips[i].personal);
  }
}

/* Erased: the personal fields are then not given, and nothing else changes. */
static void
test_erased(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  json_t *structural = json_of("{'line':'公','number':3}"), *again, *personal;
  const Body *body = fields_restore(fields, sizeof(Body), structural, NULL, arena, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(body->line, ==, "公");
  g_assert_null(body->secret);
  g_assert_cmpuint(body->secrets.length, ==, 0);
  g_assert_cmpint(body->number, ==, 3);
  fields_encode(fields, body, &again, &personal);
  g_assert_null(personal);
  g_assert_true(json_equal(structural, again));
  json_decref(structural);
  json_decref(again);
}

static void
test_not_given(void)
{
  Body body = { 0 };
  fields_clear(fields, &body);
  g_assert_true(body.number == FIELD_NO_INT && body.at == INSTANT_NONE && body.day == DATE_NONE);
  for (const Field *field = fields; field->name; field++)
    g_assert_false(field_given(field, (const guint8 *)&body + field->offset));
}

/* A personal value in the structural body is none, and the other way round. */
static void
test_wrong_body(void)
{
  g_autoptr(Arena) arena = arena_new();
  json_t *structural = json_of("{'secret':'漏'}"), *personal = json_of("{'line':'公'}");
  const Body *body = fields_restore(fields, sizeof(Body), structural, personal, arena, NULL);
  g_assert_nonnull(body);
  g_assert_null(body->secret);
  g_assert_null(body->line);
  json_decref(structural);
  json_decref(personal);
}

/* --- refusals --- */

static const struct {
  const char *in, *code, *field;
} refusals[] = {
  { "[]", "field.type", "" },
  { "'x'", "field.type", "" },
  { "null", "field.type", "" },
  { "{'other':1}", "field.unknown", "other" },
  { "{'Line':'x'}", "field.unknown", "Line" },
  { "{'line':1}", "field.type", "line" },
  { "{'line':['x']}", "field.type", "line" },
  { "{'line':'一\\n二'}", "field.text", "line" },
  { "{'line':'x\\u001b[31m'}", "field.text", "line" },
  { "{'line':'x\\u202ey'}", "field.text", "line" },
  { "{'line':'x\\u2028y'}", "field.text", "line" },
  { "{'text':'x\\u0007'}", "field.text", "text" },
  { "{'text':'" G("か゚") G("👨‍👩‍👧‍👦") G("e\u0301") G("あ") G("い") "う'}", "field.limit", "text" },
  { "{'hash':'0123'}", "field.hash", "hash" },
  { "{'hash':'0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef'}", "field.hash", "hash" },
  { "{'hash':'g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}", "field.hash", "hash" },
  { "{'choice':'green'}", "field.choice", "choice" },
  { "{'choice':'赤'}", "field.choice", "choice" },
  { "{'choice':1}", "field.choice", "choice" },
  { "{'number':-1}", "field.int", "number" },
  { "{'number':9007199254740993}", "field.int", "number" },
  { "{'number':1.0}", "field.int", "number" },
  { "{'number':'1'}", "field.int", "number" },
  { "{'number':true}", "field.int", "number" },
  { "{'flag':1}", "field.bool", "flag" },
  { "{'flag':'true'}", "field.bool", "flag" },
  { "{'at':'昨日'}", "field.instant", "at" },
  { "{'at':'2026-11-22'}", "field.instant", "at" },
  { "{'at':'2026-11-22T24:00'}", "field.instant", "at" },
  { "{'at':20261122}", "field.instant", "at" },
  { "{'day':'2026-02-29'}", "field.date", "day" },
  { "{'day':'令和8年2月30日'}", "field.date", "day" },
  { "{'day':20260228}", "field.date", "day" },
  { "{'ref':'t3'}", "ref.unknown", "ref" },
  { "{'ref':{}}", "field.type", "ref" },
  { "{'lines':'x'}", "field.type", "lines" },
  { "{'lines':['x',2]}", "field.type", "lines" },
  { "{'lines':['1','2','3','4']}", "field.limit", "lines" },
  { "{'refs':['t1','t3']}", "ref.unknown", "refs" },
  { "{'numbers':[1,-1]}", "field.int", "numbers" },
  { "{'numbers':[1,2,3,4]}", "field.limit", "numbers" },
  { "{'numbers':7}", "field.type", "numbers" },
  { "{'items':[{'key':'甲'},{'count':1}]}", "field.missing", "items[2].key" },
  { "{'items':[{'key':'甲','count':-1}]}", "field.int", "items[1].count" },
  { "{'items':[{'key':'甲','kye':'x'}]}", "field.unknown", "items[1].kye" },
  { "{'items':['甲']}", "field.type", "items[1]." },
  { "{'items':[{'key':'甲'},{'key':'乙'},{'key':'丙'}]}", "field.limit", "items" },
  { "{'secret':'x\\ny'}", "field.text", "secret" },
};

static void
assert_refused(const Field *table, const char *text, const char *code, const char *at)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  ActContext context = { .arena = arena };
  json_t *in = json_of(text);
  g_test_message("%s", text);
  g_assert_null(fields_decode(table, sizeof(Body), in, &context, arena, findings));
  json_decref(in);
  g_assert_cmpuint(findings_length(findings), ==, 1);
  const Finding *finding = findings_at(findings, 0);
  g_assert_cmpint(finding->weight, ==, FINDING_INVALID);
  g_assert_cmpstr(finding->code, ==, code);
  g_assert_cmpstr(finding->field, ==, at);
  g_assert_false(g_str_is_ascii(finding->text));
}

static void
test_refusals(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
    assert_refused(fields, refusals[i].in, refusals[i].code, refusals[i].field);
}

static const struct {
  const char *in, *code, *field;
} missing[] = {
  { "{'lines':['x'],'flag':true,'number':0}", "field.missing", "line" },
  { "{'line':'','lines':['x'],'flag':true,'number':0}", "field.missing", "line" },
  { "{'line':null,'lines':['x'],'flag':true,'number':0}", "field.missing", "line" },
  { "{'line':'x','lines':[],'flag':true,'number':0}", "field.missing", "lines" },
  { "{'line':'x','lines':['x'],'number':0}", "field.missing", "flag" },
  { "{'line':'x','lines':['x'],'flag':false}", "field.missing", "number" },
};

static void
test_missing(void)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  json_t *whole = json_of("{'line':'x','lines':['x'],'flag':false,'number':0}"), *nothing = json_of("{}");
  g_assert_nonnull(fields_decode(required, sizeof(Body), whole, NULL, arena, findings));
  for (gsize i = 0; i < G_N_ELEMENTS(missing); i++)
    assert_refused(required, missing[i].in, missing[i].code, missing[i].field);
  /* everything at once */
  g_assert_null(fields_decode(required, sizeof(Body), nothing, NULL, arena, findings));
  g_assert_cmpuint(findings_length(findings), ==, 4);
  json_decref(whole);
  json_decref(nothing);
}

/* The default limits, counted in clusters. */
static void
test_limits(void)
{
  static const struct {
    FieldType type;
    guint limit;
  } rows[] = { { FIELD_LINE, LIMIT_LINE }, { FIELD_TEXT, LIMIT_TEXT } };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Field table[] = { { "line", "行", rows[i].type, 0, offsetof(Body, line) }, { NULL } };
    for (guint over = 0; over < 2; over++) {
      g_autoptr(Arena) arena = arena_new();
      g_autoptr(GString) text = g_string_new(NULL);
      Findings *findings = findings_new(arena);
      for (guint k = 0; k < rows[i].limit + over; k++)
        g_string_append(text, "が");
      json_t *in = json_pack("{s:s}", "line", text->str);
      g_assert_cmpint(fields_decode(table, sizeof(Body), in, NULL, arena, findings) != NULL, ==, !over);
      json_decref(in);
    }
  }
}

/* What cannot have been written by encode is corrupt, never a crash. */
static void
test_restore_corrupt(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    json_t *in = json_of(refusals[i].in);
    const Body *body = fields_restore(fields, sizeof(Body), in, in, arena, &error);
    json_decref(in);
    gboolean tolerated = g_str_equal(refusals[i].code, "ref.unknown") || g_str_equal(refusals[i].code, "field.unknown");
    if (!g_str_has_prefix(refusals[i].in, "{"))
      continue; /* canonical bodies are objects: the envelope's reader sees to it */
    g_assert_cmpint(body != NULL, ==, tolerated && !strstr(refusals[i].in, "kye"));
    g_assert_cmpint(body != NULL, ==, error == NULL);
  }
}

/* --- findings --- */

static void
test_findings(void)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  g_assert_false(findings_stop(findings));
  for (guint i = 0; i < 20; i++)
    findings_addf(findings, FINDING_ADVISE, "a", "助言%u", i);
  g_assert_false(findings_stop(findings));
  g_assert_cmpint(findings_worst(findings), ==, FINDING_ADVISE);
  g_assert_cmpstr(findings_at(findings, 19)->text, ==, "助言19");
  findings_addf(findings, FINDING_REFUSE, "r", "%s", "断り");
  g_assert_true(findings_stop(findings));
  findings_add(findings, &(Finding){ .weight = FINDING_DENIED, .code = "d", .text = "否" });
  findings_addf(findings, FINDING_INVALID, "i", "誤");
  g_assert_cmpint(findings_worst(findings), ==, FINDING_DENIED);
  g_assert_cmpuint(findings_length(findings), ==, 23);
}

static void
test_findings_own(void)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  char clause[] = "3-2", remedy[] = "道";
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "a", "文");
  finding->clause = clause;
  finding->remedy = remedy;
  findings_own(findings);
  memset(clause, 'x', 3);
  memset(remedy, 'x', 3);
  g_assert_cmpstr(findings_at(findings, 0)->clause, ==, "3-2");
  g_assert_cmpstr(findings_at(findings, 0)->remedy, ==, "道");
  g_assert_null(findings_at(findings, 0)->field);
}

/* However much is wrong, what is told stays readable, and its weight counts to the last. */
static void
test_many_findings(void)
{
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);

  for (guint i = 0; i < LIMIT_FINDINGS; i++)
    findings_addf(findings, FINDING_ADVISE, "advice", "%u", i);
  g_assert_false(findings_stop(findings));
  findings_addf(findings, FINDING_REFUSE, "refused", "beyond");
  findings_addf(findings, FINDING_ADVISE, "advice", "beyond");
  g_assert_cmpuint(findings_length(findings), ==, LIMIT_FINDINGS);
  g_assert_cmpint(findings_worst(findings), ==, FINDING_REFUSE);
  g_assert_true(findings_stop(findings));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/field/trips", test_trips);
  g_test_add_func("/field/erased", test_erased);
  g_test_add_func("/field/not-given", test_not_given);
  g_test_add_func("/field/wrong-body", test_wrong_body);
  g_test_add_func("/field/refusals", test_refusals);
  g_test_add_func("/field/missing", test_missing);
  g_test_add_func("/field/limits", test_limits);
  g_test_add_func("/field/restore-corrupt", test_restore_corrupt);
  g_test_add_func("/findings/all", test_findings);
  g_test_add_func("/findings/own", test_findings_own);
  g_test_add_func("/finding/many", test_many_findings);
  return g_test_run();
}
