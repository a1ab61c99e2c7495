#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/found.h"
#include "measure.h"

/* --- acts --- */

typedef struct {
  const char *as; /* post; the person is who holds it */
  const char *act;
  const char *fields; /* ' stands for " */
} Act;

static const Act office_acts[] = {
  { "administrator", "office.add_department", "{'name':'市民課','body':'市長'}" },
  { "administrator", "office.add_department", "{'name':'子育て支援課','body':'市長'}" },
  { "administrator", "office.add_person", "{'name':'佐藤健','staff_number':'10021'}" },
  { "administrator", "office.add_person", "{'name':'高橋誠','staff_number':'10008'}" },
  { "administrator", "office.appoint", "{'person':'佐藤健','post':'情報システム担当者','from':'2024-04-01'}" },
  { "administrator", "office.appoint", "{'person':'高橋誠','post':'情報システム管理者','from':'2024-04-01'}" },
};

static const Act notice = { "情報システム担当者", "notice.receive",
  "{'channel':'telephone','received':'2026-11-20T17:05','via':'manager','department':'市民課',"
  "'sender':'山本真理（市民課情報セキュリティ管理者）','contact':'内線3100','subject':'端末のファイル名が書き換えられている',"
  "'text':'16時50分頃、市民課の窓口端末で、共有フォルダのファイル名が次々に変わることに職員が気付いた。端末には触らずそのままにしてある。'}" };

static const Act opening = { "情報システム担当者", "intake.open",
  "{'title':'市民課端末のファイル書換え','notices':['n1'],'mode':'real','outline':'市民課の端末で共有フォルダのファイル名が書き換えられている。'}" };

static const Act case_acts[] = {
  { "情報システム担当者", "triage.state",
    "{'kind':'fact','subject':'異常の検知','text':'市民課の職員が、共有フォルダのファイル名が変わっていることに気付いた。','source':'市民課からの電話'}" },
  { "情報システム担当者", "triage.mark_host",
    "{'name':'PC-114','kind':'client','department':'市民課','state':'suspected','reason':'異常に気付いた端末'}" },
  { "情報システム担当者", "response.contain_host", "{'host':'PC-114','method':'LANケーブルを抜いた（電源は入れたまま）'}" },
  { "情報システム担当者", "triage.mark_host",
    "{'name':'SV-02','kind':'server','department':'子育て支援課','state':'suspected','reason':'書き換えられた共有フォルダのあるサーバ'}" },
  { "情報システム担当者", "triage.classify",
    "{'classes':['outage','attack'],'certainty':'occurred','policy_violation':false,'reason':'共有フォルダが使えず、暗号化を行う不正なプログラムの特徴がある。'}" },
  { "情報システム担当者", "triage.examine_host",
    "{'host':'PC-114','state':'affected','result':'情報を盗み出す不正なプログラムが動いていた跡がある。'}" },
  { "情報システム担当者", "triage.judge",
    "{'outcome':'incident','reasons':'外部からの攻撃により共有サーバが使えなくなっており、個人情報が庁外に送られたおそれがある。'}" },
  { "情報システム担当者", "triage.prioritise", "{'priority':'high','reasons':'窓口の業務が止まっている。'}" },
};

static const char *
person_of(const char *post)
{
  return g_str_equal(post, "administrator") ? "管理花子" : g_str_equal(post, "情報システム管理者") ? "高橋誠" : "佐藤健";
}

static void
expect_done(const Answer *answer, gpointer data)
{
  if (!answer->done) {
    if (findings_length(answer->findings))
      fprintf(stderr, "%s\n", findings_at(answer->findings, 0)->text);
    measure_fail("an act of the fixture was refused", NULL);
  }
  if (data)
    *(guint64 *)data = answer->kase;
}

static guint64
act_out(Engine *engine, const Act *act, guint64 kase)
{
  g_autofree char *text = g_strdelimit(g_strdup(act->fields), "'", '"');
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) fields = shodo_json_parse(act->act, text, strlen(text), &error);
  Request request = { .act = act->act, .person = person_of(act->as), .post = act->as, .kase = kase,
                      .happened = INSTANT_NONE, .fields = fields };
  guint64 opened = 0;

  measure_check(fields != NULL, act->act, &error);
  engine_submit(engine, &request, expect_done, &opened);
  engine_drain(engine);
  return opened;
}

void
fixture_act(Engine *engine, const char *post, const char *act, guint64 kase, const char *fields)
{
  const Act one = { post, act, fields };
  (void)act_out(engine, &one, kase);
}

void
fixture_record(Engine *engine, guint64 kase, guint64 i, EngineAnswer answer, gpointer data)
{
  g_autofree char *text = g_strdup_printf(
      "%" G_GUINT64_FORMAT "件目。市民課の窓口端末を情報政策課の執務室に運び、ディスクの複製を作り始めた。電源は入れたまま、画面は写真に撮って番号を付けた。"
      "子育て支援課の課長に電話し、共有フォルダを使わず紙の様式で受け付けるよう依頼した。次の確認は一時間後とする。", i);
  g_autoptr(json_t) fields = json_pack("{s:s, s:s}", "sort", "work", "text", text);
  Request request = { .act = "record.add", .person = "p2", .post = "情報システム担当者", .kase = kase,
                      .happened = INSTANT_NONE, .fields = fields };
  engine_submit(engine, &request, answer ? answer : expect_done, data);
}

/* --- offices --- */

void
fixture_found(const char *dir)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *password = NULL;
  char *sheet = NULL;
  g_autoptr(GBytes) plan = file_read(BENCH_PLAN, LIMIT_YAML, &error);
  EngineFounding founding = { .name = "みなみ市", .administrator = "管理花子", .plan_name = "miyazaki.yaml", .plan = plan,
                              .now = INSTANT_NONE, .from = DATE_NONE };

  measure_check(plan && engine_found(dir, &founding, &password, &sheet, &error), "founding an office", &error);
  keyring_sheet_free(sheet);
  g_autoptr(Engine) engine = fixture_open(dir);
  for (gsize i = 0; i < G_N_ELEMENTS(office_acts); i++)
    act_out(engine, &office_acts[i], 0);
}

Engine *
fixture_open(const char *dir)
{
  g_autoptr(GError) error = NULL;
  Engine *engine = engine_open(dir, &error);
  measure_check(engine != NULL, "opening an office", &error);
  return engine;
}

guint64
fixture_case(Engine *engine)
{
  act_out(engine, &notice, 0);
  guint64 kase = act_out(engine, &opening, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(case_acts); i++)
    act_out(engine, &case_acts[i], kase);
  return kase;
}

static guint64
length_of(Engine *engine, guint64 kase)
{
  return case_length(world_case(engine_world(engine), kase, NULL));
}

void
fixture_lengthen(Engine *engine, guint64 kase, guint64 length, gboolean hurried)
{
  for (guint64 i = length_of(engine, kase); i < length; i++) {
    fixture_record(engine, kase, i, NULL, NULL);
    if (!hurried || i % LIMIT_BATCH == 0)
      engine_drain(engine);
  }
  engine_drain(engine);
}

/* --- a grown office --- */

typedef struct {
  JournalDraft draft;
} Kept;

static void
kept_clear(gpointer data)
{
  JournalDraft *draft = &((Kept *)data)->draft;
  g_free((char *)draft->kind);
  g_free((char *)draft->person);
  g_free((char *)draft->post);
  g_free((char *)draft->capacity);
  g_bytes_unref(draft->structural);
  g_clear_pointer(&draft->personal, g_bytes_unref);
}

static gboolean
keep_entry(const JournalEntry *entry, gpointer data, GError **error G_GNUC_UNUSED)
{
  if (entry->stream == 0 && !g_str_has_prefix(entry->kind, "notice."))
    return TRUE;
  Kept kept = { .draft = {
    .stream = entry->stream,
    .kind = g_strdup(entry->kind),
    .recorded = entry->recorded,
    .boot = "0123456789abcdef0123456789abcdef",
    .person = g_strdup(entry->person),
    .post = g_strdup(entry->post),
    .capacity = g_strdup(entry->capacity),
    .structural = g_bytes_ref(entry->structural),
    .personal = entry->personal ? g_bytes_ref(entry->personal) : NULL,
  } };
  g_array_append_val((GArray *)data, kept);
  return TRUE;
}

/* The first case's entries and its notice, in order. */
static GArray *
template_of(const char *dir)
{
  g_autoptr(GError) error = NULL;
  GArray *kept = g_array_new(FALSE, FALSE, sizeof(Kept));
  g_autoptr(JournalReader) reader = journal_reader_open(dir, &error);

  g_array_set_clear_func(kept, kept_clear);
  measure_check(reader && journal_walk(reader, JOURNAL_ALL_STREAMS, 0, G_MAXUINT64, keep_entry, kept, &error), "reading the template", &error);
  return kept;
}

/* Its own notice instead of the first one. */
static GBytes *
renumbered(GBytes *body, guint64 number)
{
  gsize length;
  const char *text = g_bytes_get_data(body, &length);
  GString *own = g_string_new_len(text, (gssize)length);
  g_autofree char *id = g_strdup_printf("\"n%" G_GUINT64_FORMAT "\"", number);
  if (g_string_replace(own, "\"n1\"", id, 0) == 0) {
    g_string_free(own, TRUE);
    return g_bytes_ref(body);
  }
  return g_string_free_to_bytes(own);
}

static void
append_case(Journal *journal, const GArray *template, guint64 number)
{
  g_autofree JournalDraft *drafts = g_new(JournalDraft, template->len);
  g_autoptr(GError) error = NULL;
  JournalHead head = journal_head(journal);

  for (guint i = 0; i < template->len; i++) {
    drafts[i] = g_array_index(template, Kept, i).draft;
    drafts[i].stream = drafts[i].stream ? number : 0;
    drafts[i].monotonic = (gint64)head.size + i;
    drafts[i].structural = renumbered(drafts[i].structural, number);
  }
  measure_check(journal_append(journal, head.size, drafts, template->len, &error), "growing the office", &error);
  for (guint i = 0; i < template->len; i++)
    g_bytes_unref(drafts[i].structural);
}

static void
grow(const char *dir, guint64 entries)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) template = template_of(dir);
  g_autoptr(Journal) journal = journal_open(dir, &error);

  measure_check(journal != NULL, "opening the journal", &error);
  for (guint64 number = 2; journal_head(journal).size < entries; number++)
    append_case(journal, template, number);
}

char *
fixture_grown_anew(guint64 entries)
{
  g_autofree char *name = g_strdup_printf("office-%" G_GUINT64_FORMAT, entries);
  char *dir = measure_scratch(name);
  g_autofree char *ready = g_build_filename(dir, "grown", NULL);

  fixture_found(dir);
  Engine *engine = fixture_open(dir);
  fixture_lengthen(engine, fixture_case(engine), FIXTURE_CASE, TRUE);
  engine_close(engine);
  grow(dir, entries);
  g_assert(g_file_set_contents(ready, "", 0, NULL));
  return dir;
}

char *
fixture_grown(guint64 entries)
{
  g_autofree char *name = g_strdup_printf("office-%" G_GUINT64_FORMAT, entries);
  g_autofree char *dir = measure_path(name);
  g_autofree char *ready = g_build_filename(dir, "grown", NULL);
  return g_file_test(ready, G_FILE_TEST_EXISTS) ? g_steal_pointer(&dir) : fixture_grown_anew(entries);
}
