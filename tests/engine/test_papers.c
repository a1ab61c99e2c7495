/* What was issued is kept: three reports with moving counts, two officers at once, death in the middle.  The
 * worker of this test draws by hashing, which is enough to tell one paper from another; tests/paper draws. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "case/kept.h"
#include "case/reporting.h"
#include "engine/papers.h"
#include "hall.h"
#include "paper/document.h"
#include "paper/source.h"

#define KILLS 6

static GBytes *
draw(gpointer prepared G_GNUC_UNUSED, GBytes *request, GError **error)
{
  g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, request);
  if (memcmp(g_bytes_get_data(request, NULL), "xlsx", 4) == 0)
    _exit(1); /* a worker that dies */
  if (memcmp(g_bytes_get_data(request, NULL), "html", 4) != 0)
    return g_bytes_new(hash, strlen(hash));
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "大きすぎます。");
  return NULL;
}

static const WorkerJob jobs[] = { { "paper", NULL, draw, FALSE }, { NULL } };

typedef struct {
  GBytes *file;
  gboolean equal, called;
  GError *error;
} Fetched;

static void
take(GBytes *file, gboolean equal, const GError *error, gpointer data)
{
  Fetched *fetched = data;
  g_assert_false(fetched->called);
  *fetched = (Fetched){ file ? g_bytes_ref(file) : NULL, equal, TRUE, error ? g_error_copy(error) : NULL };
}

static Fetched
fetch_asked(Hall *hall, const Viewer *viewer, const json_t *request)
{
  Fetched fetched = { 0 };
  papers_fetch(hall->engine, viewer, request, take, &fetched);
  while (!fetched.called)
    g_main_context_iteration(NULL, TRUE);
  engine_drain(hall->engine);
  return fetched;
}

static Fetched
fetch(Hall *hall, const char *person, guint64 kase, const char *form, gint number, const char *format, gboolean again)
{
  const Viewer viewer = { person, engine_now(hall->engine) };
  g_autoptr(json_t) request = json_pack("{s:I, s:s, s:i, s:s, s:b}", "case", (json_int_t)kase, "form", form, "number", number, "format",
                                        format, "again", again);
  return fetch_asked(hall, &viewer, request);
}

static GBytes *
must_fetch(Hall *hall, guint64 kase, gint number, gboolean again)
{
  Fetched fetched = fetch(hall, NULL, kase, "form1", number, "pdf", again);
  g_assert_no_error(fetched.error);
  g_assert_true(fetched.equal);
  return fetched.file;
}

static void
must_fail(Fetched fetched, ShodoError code)
{
  g_assert_null(fetched.file);
  g_assert_error(fetched.error, SHODO_ERROR, (gint)code);
  g_error_free(fetched.error);
}

/* The words of the N-th model, whose address is their hash. */
static char *
model_of(Hall *hall, guint64 kase, gint number)
{
  g_autoptr(GError) error = NULL;
  const KeptPaper *paper = kept_paper(world_case(engine_world(hall->engine), kase, NULL), "form1", number);
  g_assert_nonnull(paper);
  g_autoptr(GBytes) json = blob_get_bytes(engine_blobs(hall->engine), paper->body->model, LIMIT_PAPER, &error);
  g_assert_no_error(error);
  g_autoptr(Arena) arena = arena_new();
  Document *document = document_from_json(arena, g_bytes_get_data(json, NULL), g_bytes_get_size(json), &error);
  g_assert_no_error(error);
  g_assert_cmpstr(document_digest(document), ==, paper->body->model);
  return g_strndup(g_bytes_get_data(json, NULL), g_bytes_get_size(json));
}

static void
write_count(Hall *hall, guint64 kase, const char *count)
{
  g_autofree char *fields = g_strdup_printf("{'form':'form1','items':[{'key':'4','state':'filled','value':'%s'}]}", count);
  hall_must(hall, STAFF, "reporting.draft", kase, fields);
}

static Worker *
lend(Hall *hall)
{
  Worker *worker = worker_new(jobs);
  engine_lend(hall->engine, worker);
  return worker;
}

/* --- three issues --- */

static const char *const counts[] = { "最大12,400人", "9,871人", "9,868人（確定）" };

static void
test_three(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(Worker) worker = lend(hall);
  GBytes *files[3] = { NULL };
  char *models[3] = { NULL };

  for (gint i = 0; i < 3; i++) {
    write_count(hall, kase, counts[i]);
    hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
    files[i] = must_fetch(hall, kase, i + 1, FALSE);
    models[i] = model_of(hall, kase, i + 1);
    g_assert_nonnull(strstr(models[i], counts[i]));
    g_assert_true(i == 0 || strstr(models[i], i == 1 ? "第1報からの変更" : "第2報からの変更"));
    g_assert_null(i < 2 ? strstr(models[i], counts[i + 1]) : NULL);
  }
  g_assert_false(g_bytes_equal(files[0], files[1]));
  /* the case goes on: nothing of this may reach what was issued */
  hall_must(hall, STAFF, "record.add", kase, "{'text':'後から分かったこと','sort':'fact'}");
  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'report:form1','ref':'R3'}");
  hall_must(hall, HEAD, "reporting.retract", kase, "{'issue':'R2','reason':'数の誤り'}");

  for (guint round = 0; round < 2; round++) {
    for (gint i = 0; i < 3; i++) {
      g_autoptr(GBytes) again = must_fetch(hall, kase, i + 1, round == 1);
      g_autofree char *model = model_of(hall, kase, i + 1);
      g_assert_true(g_bytes_equal(again, files[i]));
      g_assert_cmpstr(model, ==, models[i]);
    }
    g_autofree char *snapshot = g_build_filename(hall->dir, "snapshot", NULL);
    g_clear_pointer(&worker, worker_free);
    hall_close(hall);
    (void)!remove(snapshot);
    hall_open(hall);
    worker = lend(hall);
  }
  for (guint i = 0; i < 3; i++) {
    g_bytes_unref(files[i]);
    g_free(models[i]);
  }
  g_clear_pointer(&worker, worker_free);
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- whatever happens --- */

#define STEPS 60 /* of one random history */

/* Something of what may happen to a case with reports; what is refused changes nothing. */
static void
happen(Hall *hall, guint64 kase)
{
  static const struct {
    const char *as, *act, *fields; /* %u: a small number */
  } acts[] = {
    { STAFF, "record.add", "{'text':'対応その%u','sort':'fact'}" },
    { STAFF, "record.star", "{'record':'l%u','on':true}" },
    { STAFF, "record.correct", "{'record':'l%u','text':'直した','reason':'誤記'}" },
    { STAFF, "triage.state", "{'kind':'fact','subject':'影響人数','number':%u,'unit':'person','status':'estimate','as_of':'2026-11-20T17:00'}" },
    { STAFF, "reporting.draft", "{'form':'form1','items':[{'key':'4','state':'filled','value':'%u人'}]}" },
    { STAFF, "reporting.draft", "{'form':'form1','items':[{'key':'3','state':'unknown'}],'corrects':'R%u'}" },
    { HEAD, "reporting.issue", "{'form':'form1','document_number':'8情政第%u号'}" },
    { HEAD, "reporting.issue", "{'form':'form1','narrow':'機微%u'}" },
    { HEAD, "circulation.submit", "{'subject':'report:form1','text':'%u'}" },
    { HEAD, "circulation.submit", "{'subject':'report:form1','ref':'R%u'}" },
    { CISO, "circulation.step", "{'circulation':'k%u','result':'reported'}" },
    { CISO, "circulation.step", "{'circulation':'k%u','result':'returned','comment':'数'}" },
    { HEAD, "circulation.withdraw", "{'circulation':'k%u','reason':'差替え'}" },
    { HEAD, "reporting.retract", "{'issue':'R%u','reason':'誤り'}" },
    { ADMINISTRATOR, "office.add_department", "{'name':'新しい課%u','body':'市長'}" },
  };
  gsize i = (gsize)g_test_rand_int_range(0, G_N_ELEMENTS(acts));
  g_auto(GStrv) around = g_strsplit(acts[i].fields, "%u", 2);
  g_autofree char *fields = g_strdup_printf("%s%d%s", around[0], g_test_rand_int_range(1, 6), around[1] ? around[1] : "");
  g_autoptr(Outcome) outcome = hall_act(hall, acts[i].as, acts[i].act, g_str_equal(acts[i].as, ADMINISTRATOR) ? 0 : kase, fields);
}

/* Whatever circulates is taken back, and something new is issued. */
static void
issue_next(Hall *hall, guint64 kase, guint nth)
{
  List all = circulation_all(world_case(engine_world(hall->engine), kase, NULL));
  gsize count = all.length;
  for (gsize i = 1; i <= count; i++) {
    g_autofree char *withdraw = g_strdup_printf("{'circulation':'k%" G_GSIZE_FORMAT "','reason':'次を出すため'}", i);
    g_autoptr(Outcome) outcome = hall_act(hall, HEAD, "circulation.withdraw", kase, withdraw);
  }
  g_autofree char *count_now = g_strdup_printf("%u人（推計）", nth);
  write_count(hall, kase, count_now);
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
}

static GBytes *
of_entry(GHashTable *files, const KeptPaper *paper)
{
  return g_hash_table_lookup(files, GSIZE_TO_POINTER((gsize)paper->body->issue));
}

/* By its id: what was sent back has its number with another. */
static GBytes *
must_fetch_issue(Hall *hall, guint64 kase, gint64 entry, gboolean again)
{
  const Viewer viewer = { NULL, engine_now(hall->engine) };
  List issues = reporting_issues(world_case(engine_world(hall->engine), kase, NULL));
  const char *id = NULL;
  for (gsize i = 0; i < issues.length; i++)
    if ((gint64)list_pointer(issues, ReportIssue, i)->head->number == entry)
      id = list_pointer(issues, ReportIssue, i)->id;
  g_autoptr(json_t) request = json_pack("{s:I, s:s, s:s, s:s, s:b}", "case", (json_int_t)kase, "form", "form1", "issue", id, "format", "pdf", "again", again);
  Fetched fetched = fetch_asked(hall, &viewer, request);
  g_assert_no_error(fetched.error);
  g_assert_true(fetched.equal);
  return fetched.file;
}

/* Every paper that was issued so far, as it was then; ANEW: drawn again too. */
static void
assert_as_issued(Hall *hall, guint64 kase, GHashTable *files, gboolean anew)
{
  List papers = kept_all(world_case(engine_world(hall->engine), kase, NULL));
  gsize count = papers.length;
  for (gsize i = 0; i < count; i++) {
    const KeptPaper *paper = list_pointer(kept_all(world_case(engine_world(hall->engine), kase, NULL)), KeptPaper, i);
    gsize entry = (gsize)paper->body->issue;
    GBytes *first = of_entry(files, paper);
    GBytes *file = must_fetch_issue(hall, kase, paper->body->issue, anew && first);
    if (first) {
      g_assert_true(g_bytes_equal(file, first));
      g_bytes_unref(file);
    } else
      g_hash_table_insert(files, GSIZE_TO_POINTER(entry), file);
  }
}

static void
test_histories(void)
{
  for (guint round = 0; round < 3; round++) {
    g_autoptr(Hall) hall = hall_new();
    guint64 kase = hall_open_case(hall);
    g_autoptr(GHashTable) files = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
    Worker *worker = lend(hall);
    write_count(hall, kase, counts[0]);
    hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
    for (guint i = 0; i < STEPS; i++) {
      happen(hall, kase);
      if (i % 10 == 9)
        issue_next(hall, kase, i);
      assert_as_issued(hall, kase, files, FALSE);
    }
    g_test_message("%u papers", g_hash_table_size(files));
    g_assert_cmpuint(g_hash_table_size(files), >, STEPS / 10);
    worker_free(worker);
    hall_close(hall);
    g_autofree char *snapshot = g_build_filename(hall->dir, "snapshot", NULL);
    (void)!remove(snapshot);
    hall_open(hall);
    worker = lend(hall);
    assert_as_issued(hall, kase, files, TRUE);
    worker_free(worker);
    engine_lend(hall->engine, NULL);
  }
}

/* --- before it is issued --- */

static gboolean
says(Document *document, const char *words)
{
  for (gsize i = 0; i < document->blocks.length; i++) {
    const Block *block = list_pointer(document->blocks, const Block, i);
    if ((block->text && strstr(block->text, words)) || (block->change && strstr(block->change, words)))
      return TRUE;
  }
  return FALSE;
}

static Document *
must_show(Hall *hall, guint64 kase, gboolean next, Arena *arena)
{
  g_autoptr(GError) error = NULL;
  const Viewer viewer = { "p2", engine_now(hall->engine) };
  g_autoptr(json_t) request = json_pack("{s:I, s:s, s:b}", "case", kase, "form", "報告様式1", "next", next);
  Document *document = papers_document(hall->engine, &viewer, request, arena, &error);
  g_assert_no_error(error);
  return document;
}

/* What would be issued is the draft with its changes; what was issued is the kept one. */
static void
test_next(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  guint64 kase = hall_open_case(hall);
  write_count(hall, kase, counts[0]);
  g_assert_true(says(must_show(hall, kase, FALSE, arena), counts[0]));
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  write_count(hall, kase, counts[1]);
  Document *next = must_show(hall, kase, TRUE, arena), *kept = must_show(hall, kase, FALSE, arena);
  g_assert_true(says(next, counts[1]) && says(next, "第1報からの変更") && !says(next, counts[0]));
  g_assert_true(list_has_string(next->marks, "案") && !list_has_string(kept->marks, "案"));
  g_assert_true(says(kept, counts[0]) && !says(kept, counts[1]));
  g_assert_cmpstr(document_digest(kept), ==, kept_paper(world_case(engine_world(hall->engine), kase, NULL), "form1", 1)->body->model);
}

/* --- what circulates --- */

static Document *
must_show_circulated(Hall *hall, guint64 kase, const char *circulation, Arena *arena)
{
  g_autoptr(GError) error = NULL;
  const Viewer viewer = { "p6", engine_now(hall->engine) };
  g_autoptr(json_t) request = json_pack("{s:I, s:s}", "case", kase, "circulation", circulation);
  Document *document = papers_document(hall->engine, &viewer, request, arena, &error);
  g_assert_no_error(error);
  return document;
}

/* A step is bound to the words that were seen, whatever is drafted meanwhile; the issue tells of it. */
static void
test_circulated(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  guint64 kase = hall_open_case(hall);
  write_count(hall, kase, counts[0]);
  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'report:form1'}");
  write_count(hall, kase, counts[1]);
  Document *seen = must_show_circulated(hall, kase, "k1", arena);
  g_assert_true(says(seen, counts[0]) && !says(seen, counts[1]));
  g_assert_cmpstr(document_digest(seen), ==, kept_shown(world_case(engine_world(hall->engine), kase, NULL), "k1")->model);
  hall_must(hall, CISO, "circulation.step", kase, "{'circulation':'k1','result':'returned','comment':'数を確かめること'}");
  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'report:form1'}");
  hall_must(hall, CISO, "circulation.step", kase, "{'circulation':'k2','result':'reported'}");
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  g_autofree char *model = model_of(hall, kase, 1);
  g_assert_nonnull(strstr(model, "数を確かめること"));
  g_autofree char *bound = g_strdup_printf("内容 %.16s", kept_shown(world_case(engine_world(hall->engine), kase, NULL), "k2")->model);
  g_assert_nonnull(strstr(model, bound));

  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'report:form1','ref':'R1'}");
  const Case *now = world_case(engine_world(hall->engine), kase, NULL);
  g_assert_cmpstr(kept_shown(now, "k3")->model, ==, kept_paper(now, "form1", 1)->body->model);
}

/* An issue that was returned: what takes its place is 第1報 again, prints who returned it and why, and both are served
 * as they were issued. */
static void
test_sent_back(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(Worker) worker = lend(hall);
  write_count(hall, kase, counts[0]);
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  g_autoptr(GBytes) first = must_fetch(hall, kase, 1, FALSE);
  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'report:form1','ref':'R1'}");
  hall_must(hall, CISO, "circulation.step", kase, "{'circulation':'k1','result':'returned','comment':'数を確かめること'}");
  write_count(hall, kase, counts[1]);
  Document *next = must_show(hall, kase, TRUE, arena);
  g_assert_true(says(next, "（第1報）（案）") && says(next, "差し戻された第1報に代わる") && !says(next, "第1報からの変更"));
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");

  g_autofree char *model = model_of(hall, kase, 1);
  g_assert_nonnull(strstr(model, counts[1]));
  g_assert_nonnull(strstr(model, "差し戻された第1報に代わる"));
  g_assert_nonnull(strstr(model, "数を確かめること"));
  const Case *now = world_case(engine_world(hall->engine), kase, NULL);
  gint64 entries[] = { (gint64)reporting_issue(now, "R1")->head->number, (gint64)reporting_issue(now, "R2")->head->number };
  g_autoptr(GBytes) before = must_fetch_issue(hall, kase, entries[0], TRUE), after = must_fetch_issue(hall, kase, entries[1], FALSE);
  g_autoptr(GBytes) latest = must_fetch(hall, kase, 1, FALSE);
  g_assert_true(g_bytes_equal(before, first) && g_bytes_equal(after, latest) && !g_bytes_equal(before, after));
  engine_lend(hall->engine, NULL);
}

/* A paper that is no report: its 文書番号 is on what is kept, what circulates is what was issued, and its copy tells of it. */
static void
test_paper_travels(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  guint64 kase = hall_open_case(hall);
  const Viewer viewer = { "p2", engine_now(hall->engine) };
  g_autoptr(json_t) asked = json_pack("{s:I, s:s, s:i}", "case", (json_int_t)kase, "form", "alert", "number", 2);
  hall_must(hall, HEAD, "reporting.alert_staff", kase, "{'text':'添付を開かないこと','to':'全職員','document_number':'8情政第1号'}");
  hall_must(hall, HEAD, "reporting.alert_staff", kase, "{'text':'端末を止めないこと','to':'全職員','document_number':'8情政第2号'}");
  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'書面：注意喚起','ref':'2','route':'form1'}");
  hall_must(hall, CISO, "circulation.step", kase, "{'circulation':'k1','result':'returned','comment':'言葉を直すこと'}");
  const Case *now = world_case(engine_world(hall->engine), kase, NULL);
  const KeptPaper *kept = kept_paper(now, "alert", 2);
  g_assert_cmpstr(kept_shown(now, "k1")->model, ==, kept->body->model);
  g_assert_true(says(must_show_circulated(hall, kase, "k1", arena), "8情政第2号"));

  g_autoptr(json_t) copy = papers_model(hall->engine, engine_world(hall->engine), &viewer, asked, &error);
  g_assert_no_error(error);
  g_autofree char *text = json_dumps(copy, JSON_COMPACT);
  g_assert_nonnull(strstr(text, "言葉を直すこと"));
  json_object_set_new(asked, "number", json_integer(1));
  g_autoptr(json_t) other = papers_model(hall->engine, engine_world(hall->engine), &viewer, asked, &error);
  g_autofree char *first = json_dumps(other, JSON_COMPACT);
  g_assert_nonnull(strstr(first, "8情政第1号"));
  g_assert_null(strstr(first, "言葉を直すこと"));
}

/* --- the annex --- */

#define LOG_LINES "10:00 拒否 203.0.113.5\n10:01 許可 198.51.100.7\n"

/* The annex tells the whole handling, not only what was written by hand; who may look is no part of it. */
static void
assert_told(const char *annex)
{
  static const char *const told[] = { "事案の開始", "段階の移行", "証拠の登録", "機微な事情", "報告様式1　第1報", "通信を遮断した\\n【訂正", "】サーバ室で通信を遮断した（場所）" };
  static const char *const not_told[] = { "緊急閲覧", "別紙への掲載", "報告の下書き", "後の訂正" };
  for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
    if (!strstr(annex, told[i]))
      g_error("the annex does not tell: %s", told[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(not_told); i++)
    if (strstr(annex, not_told[i]))
      g_error("the annex tells: %s", not_told[i]);
}

/* Built anew after a second correction of a record, 第2報 still has the first, which it was issued with. */
static void
assert_as_it_was(Hall *hall, guint64 number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Arena) arena = arena_new();
  World *world = engine_world(hall->engine);
  const Case *kase = world_case(world, number, NULL);
  const PaperSource source = { .plan = world_plan(world, case_plan(kase), NULL), .office = world_office(world), .notices = world_notices(world), .kase = kase,
                               .at = engine_now(hall->engine) };
  Document *document = form_build(&source, "form1", 2, arena, &error);
  g_assert_no_error(error);
  g_autoptr(GBytes) json = document_to_json(document);
  g_autofree char *text = g_strndup(g_bytes_get_data(json, NULL), g_bytes_get_size(json));
  assert_told(text);
}

/* Records all but the marked ones left out, with count and reason; text of evidence copied, and why the rest is not. */
static void
test_annex(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  guint64 kase = hall_open_case(hall);
  char text[BLOB_ADDRESS + 1], image[BLOB_ADDRESS + 1];
  g_assert_true(blob_put_bytes(engine_blobs(hall->engine), LOG_LINES, strlen(LOG_LINES), text, &error));
  g_assert_true(blob_put_bytes(engine_blobs(hall->engine), "\x89PNG\0\1", 6, image, &error));
  const struct { const char *kind, *item, *sha256; } items[] = { { "log", "ファイアウォールの記録", text }, { "photo", "画面の写真", image }, { "original", "端末", NULL } };
  for (gsize i = 0; i < G_N_ELEMENTS(items); i++) {
    g_autofree char *hash = items[i].sha256 ? g_strdup_printf(",'sha256':'%s'", items[i].sha256) : g_strdup("");
    g_autofree char *fields = g_strdup_printf("{'item':'%s','kind':'%s','acquired':'2026-11-20T17:00','acquired_from':'情報政策課','place':'サーバ室','acquired_by':'佐藤','storage':'金庫'%s}",
                                              items[i].item, items[i].kind, hash);
    hall_must(hall, STAFF, "evidence.register", kase, fields);
  }
  for (guint i = 0; i < 3; i++)
    hall_must(hall, STAFF, "record.add", kase, i ? "{'text':'機微な事情','sort':'fact'}" : "{'text':'通信を遮断した','sort':'work'}");
  hall_must(hall, STAFF, "record.star", kase, "{'record':'l1','on':true}");
  write_count(hall, kase, counts[0]);
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1','narrow':'個人の事情を除く'}");
  hall_must(hall, STAFF, "record.star", kase, "{'record':'l2','on':true}");
  write_count(hall, kase, counts[1]);
  hall_must(hall, STAFF, "record.correct", kase, "{'record':'l1','text':'サーバ室で通信を遮断した','reason':'場所'}");
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1','uncopied':'原本を県警に渡したため'}");
  hall_must(hall, STAFF, "record.correct", kase, "{'record':'l1','text':'執務室で通信を遮断した','reason':'後の訂正'}");

  g_autofree char *first = model_of(hall, kase, 1), *second = model_of(hall, kase, 2);
  g_assert_nonnull(strstr(first, "対応記録 9件のうち1件。除いた8件の理由：個人の事情を除く"));
  g_assert_null(strstr(first, "機微な事情"));
  g_assert_nonnull(strstr(first, "203.0.113.5"));
  g_assert_nonnull(strstr(first, "文字だけのファイルではないため"));
  g_assert_nonnull(strstr(first, "切り離した端末で開いて印刷し"));
  g_assert_nonnull(strstr(first, "現物のため"));
  g_assert_nonnull(strstr(first, "証拠 3点のうち、写しを添付したもの 1点"));
  g_assert_nonnull(strstr(second, "対応記録 10件のすべて"));
  assert_told(second);
  assert_as_it_was(hall, kase);
  g_assert_nonnull(strstr(second, "原本を県警に渡したため"));
  g_assert_null(strstr(second, "203.0.113.5"));
}

/* --- filled from the case --- */

static const Proposal *
proposal_of(List proposals, const char *key)
{
  for (gsize i = 0; i < proposals.length; i++)
    if (g_str_equal(list_item(proposals, Proposal, i)->item->key, key))
      return list_item(proposals, Proposal, i);
  return NULL;
}

static List
proposals_now(Hall *hall, guint64 kase, Arena *arena)
{
  World *world = engine_world(hall->engine);
  const Case *now = world_case(world, kase, NULL);
  const Plan *plan = world_plan(world, case_plan(now), NULL);
  const PaperSource source = { .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = now, .at = engine_now(hall->engine) };
  return form_proposals(&source, plan_form(plan, "form1"), arena);
}

/* Figures come with unit, status and time, the latest only; what nobody knows is not proposed. */
static void
test_proposals(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  guint64 kase = hall_open_case(hall);
  g_assert_null(proposal_of(proposals_now(hall, kase, arena), "4"));
  g_assert_null(proposal_of(proposals_now(hall, kase, arena), "5"));
  hall_must(hall, STAFF, "triage.state", kase,
            "{'kind':'fact','subject':'影響人数','number':12400,'unit':'person','status':'maximum','as_of':'2026-11-20T17:00'}");
  hall_must(hall, STAFF, "triage.state", kase,
            "{'kind':'fact','subject':'影響人数','number':9871,'unit':'person','status':'fixed','as_of':'2026-11-20T17:05','supersedes':'f1'}");
  const Proposal *damage = proposal_of(proposals_now(hall, kase, arena), "4");
  g_assert_nonnull(damage);
  g_assert_cmpstr(damage->text, ==, "影響人数　9,871人（確定、R8.11.20 17:05現在）");
  g_assert_cmpstr(damage->titles, ==, "把握した数");
}

/* 様式1 and the ministry's form are two series, told of before issue when their figures or times part. */
static void
test_series(void)
{
  static const struct {
    const char *value;
    gboolean told;
  } rows[] = {
    { "９，８７１人（R8.11.20 16:00現在）", FALSE }, { "9,868人（R8.11.20 16:00現在）", TRUE },
    { "9,871人（R8.11.20 17:30現在）", TRUE },       { "調べているところ", FALSE },
  };
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  write_count(hall, kase, "9,871人（R8.11.20 16:00現在）");
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *fields = g_strdup_printf("{'form':'mic','items':[{'key':'4','state':'filled','value':'%s'}]}", rows[i].value);
    hall_must(hall, STAFF, "reporting.draft", kase, fields);
    g_autoptr(Outcome) outcome = hall_act(hall, HEAD, "reporting.issue", kase, "{'form':'mic'}");
    g_assert_true(outcome->done);
    g_assert_true(outcome_says(outcome, "report.differs") == rows[i].told);
    const Case *now = world_case(engine_world(hall->engine), kase, NULL);
    g_assert_cmpuint(reporting_next(now, "mic"), ==, i + 2);
    g_assert_cmpuint(reporting_next(now, "form1"), ==, 2);
  }
}

/* --- papers that are data --- */

/* Another plan's own papers: one of its own, one in place of the program's. */
static const char own_papers[] =
  "papers:\n"
  "  - id: tsutatsu\n    name: 事務連絡\n    parts:\n"
  "      - {kind: 題名, text: \"{title}について\"}\n      - {kind: 項目, text: 種類, from: class}\n      - {kind: 項目, text: 押印欄, from: blank, always: true}\n"
  "  - id: irai\n    name: 協力依頼（市の様式）\n    of: request\n    parts:\n"
  "      - {kind: 宛名, from: request.to}\n      - {kind: 文, text: \"　{request.what}をお願いします。\"}\n\nrecipients:\n";

static void
test_data(void)
{
  g_autofree char *text = hall_plan_text(), *plan = hall_replace(text, "recipients:\n", own_papers);
  g_autoptr(Hall) hall = hall_new_under(plan, FALSE);
  g_autoptr(Arena) arena = arena_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(GError) error = NULL;
  const Viewer viewer = { "p2", engine_now(hall->engine) };
  g_autoptr(json_t) request = json_pack("{s:I, s:s}", "case", kase, "form", "事務連絡");
  Document *document = papers_document(hall->engine, &viewer, request, arena, &error);
  g_assert_no_error(error);
  g_assert_true(says(document, "について") && says(document, "押印欄") && !says(document, "種類"));

  hall_must(hall, HEAD, "response.request", kase, "{'party':'b1','what':'ログの保全','kind':'work'}");
  const Case *now = world_case(engine_world(hall->engine), kase, NULL);
  g_assert_nonnull(kept_paper(now, "irai", 1));
  g_assert_null(kept_paper(now, "request", 1));
  json_object_set_new(request, "form", json_string("irai"));
  document = papers_document(hall->engine, &viewer, request, arena, &error);
  g_assert_no_error(error);
  g_assert_true(says(document, "　ログの保全をお願いします。"));
}

/* --- who and what --- */

static void
test_refused(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  must_fail(fetch(hall, NULL, kase, "form1", 0, "pdf", FALSE), SHODO_ERROR_NOT_FOUND);
  write_count(hall, kase, counts[0]);
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  must_fail(fetch(hall, NULL, kase, "form1", 1, "pdf", FALSE), SHODO_ERROR_IO); /* no worker yet */
  g_autoptr(Worker) worker = lend(hall);
  must_fail(fetch(hall, NULL, kase, "form1", 2, "pdf", FALSE), SHODO_ERROR_NOT_FOUND);
  must_fail(fetch(hall, NULL, kase, "form9", 1, "pdf", FALSE), SHODO_ERROR_NOT_FOUND);
  must_fail(fetch(hall, NULL, kase, "form1", 1, "odt", FALSE), SHODO_ERROR_NOT_FOUND);
  must_fail(fetch(hall, NULL, kase + 1, "form1", 1, "pdf", FALSE), SHODO_ERROR_NOT_FOUND);
  must_fail(fetch(hall, "nobody", kase, "form1", 1, "pdf", FALSE), SHODO_ERROR_NOT_FOUND);
  must_fail(fetch(hall, NULL, kase, "form1", 1, "html", FALSE), SHODO_ERROR_LIMIT);
  must_fail(fetch(hall, NULL, kase, "form1", 1, "xlsx", FALSE), SHODO_ERROR_IO); /* it dies, and is started anew */
  guint64 size = engine_head(hall->engine).size;
  g_autoptr(GBytes) file = must_fetch(hall, kase, 0, FALSE);
  g_autoptr(GBytes) again = must_fetch(hall, kase, 0, FALSE);
  g_assert_cmpuint(engine_head(hall->engine).size, ==, size + 1);
  engine_lend(hall->engine, NULL);
}

/* Both decided before either is on disk. */
static void
test_two_at_once(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(json_t) fields = hall_json("{'form':'form1'}");
  g_autoptr(Outcome) first = g_new0(Outcome, 1), second = g_new0(Outcome, 1);
  const Request one = hall_request("reporting.issue", "p6", "chief-security-officer", kase, fields);

  write_count(hall, kase, counts[0]);
  engine_submit(hall->engine, &one, hall_take, first);
  engine_submit(hall->engine, &one, hall_take, second);
  engine_drain(hall->engine);
  g_assert_true(first->done);
  g_assert_false(second->done);
  g_assert_true(outcome_says(second, "report.issued"));
  g_assert_cmpuint(second->count, ==, 0);
  const Case *now = world_case(engine_world(hall->engine), kase, NULL);
  g_assert_cmpuint(reporting_next(now, "form1"), ==, 2);
  g_assert_cmpuint(kept_all(now).length, ==, 1);
}

/* --- 廃棄 --- */

static void
assert_blob(Hall *hall, const char *address, gboolean there)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *kept = g_strdup(address);
  g_autoptr(GBytes) bytes = blob_get_bytes(engine_blobs(hall->engine), kept, LIMIT_JOB, &error);
  g_assert_true((bytes != NULL) == there);
  if (!there)
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND);
}

static GBytes *
blob_of(Hall *hall, const char *address)
{
  g_autoptr(GError) error = NULL;
  GBytes *bytes = blob_get_bytes(engine_blobs(hall->engine), address, LIMIT_JOB, &error);
  g_assert_no_error(error);
  return bytes;
}

static void
put_back(Hall *hall, const char *address, GBytes *bytes)
{
  g_autoptr(GError) error = NULL;
  char now[BLOB_ADDRESS + 1];
  g_assert_true(blob_put_bytes(engine_blobs(hall->engine), g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), now, &error));
  g_assert_cmpstr(now, ==, address);
}

/* An approved disposal erases what was kept, says so, and nothing draws it anew. */
static void
test_destroyed(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(Worker) worker = lend(hall);
  write_count(hall, kase, counts[0]);
  hall_must(hall, HEAD, "circulation.submit", kase, "{'subject':'report:form1'}");
  hall_must(hall, CISO, "circulation.step", kase, "{'circulation':'k1','result':'reported'}");
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  g_bytes_unref(must_fetch(hall, kase, 1, FALSE));
  const Case *now = world_case(engine_world(hall->engine), kase, NULL);
  const KeptPaper *paper = kept_paper(now, "form1", 1);
  g_autofree char *model = g_strdup(paper->body->model), *file = g_strdup(kept_drawn(paper, "pdf")->file), *shown = g_strdup(kept_shown(now, "k1")->model);
  hall_must(hall, STAFF, "triage.state", kase, "{'kind':'fact','subject':'確認','text':'誤検知だった'}");
  hall_must(hall, STAFF, "triage.judge", kase, "{'outcome':'not-incident','reasons':'誤検知'}");
  hall_must(hall, STAFF, "circulation.submit", kase, "{'subject':'triage-result'}");
  const char *const chain[] = { MANAGER, VICE, HEAD };
  for (gsize i = 0; i < G_N_ELEMENTS(chain); i++)
    hall_must(hall, chain[i], "circulation.step", kase, "{'circulation':'k2','result':'reported'}");
  hall_must(hall, HEAD, "aftermath.close", kase, "{'text':'終わり'}");
  hall_must(hall, MANAGER, "archive.classify", kase, "{'classification':'情報','binder':'事案','retention_years':1,'original':'shodo'}");
  hall_at(hall, "2028-04-02T09:00");
  hall_must(hall, MANAGER, "archive.propose_disposal", kase, "{'reason':'満了'}");
  GBytes *contents[] = { blob_of(hall, model), blob_of(hall, file), blob_of(hall, shown) };
  hall_must(hall, HEAD, "archive.approve_disposal", kase, "{'reason':'満了'}");
  assert_blob(hall, model, FALSE);
  assert_blob(hall, file, FALSE);
  assert_blob(hall, shown, FALSE);
  must_fail(fetch(hall, NULL, kase, "form1", 1, "pdf", FALSE), SHODO_ERROR_NOT_FOUND);
  must_fail(fetch(hall, NULL, kase, "form1", 1, "docx", TRUE), SHODO_ERROR_NOT_FOUND);
  g_assert_nonnull(kept_destroyed(world_case(engine_world(hall->engine), kase, NULL)));
  engine_lend(hall->engine, NULL);
  /* the power fails between the approval and the erasing: the next start does it, though nobody asks */
  const char *const left[] = { model, file, shown };
  for (gsize i = 0; i < G_N_ELEMENTS(left); i++)
    put_back(hall, left[i], contents[i]);
  hall_close(hall);
  hall_open(hall);
  Drawing *drawing = drawing_new(hall->engine);
  while (g_main_context_iteration(NULL, FALSE))
    continue;
  for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
    assert_blob(hall, left[i], FALSE);
    g_bytes_unref(contents[i]);
  }
  drawing_free(drawing);
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- as soon as it is durable --- */

static void
test_drawing(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  Worker *worker = lend(hall);
  Drawing *drawing = drawing_new(hall->engine);
  write_count(hall, kase, counts[0]);
  hall_must(hall, HEAD, "reporting.issue", kase, "{'form':'form1'}");
  const KeptPaper *paper = kept_paper(world_case(engine_world(hall->engine), kase, NULL), "form1", 1);
  while (paper->drawn.length < 2)
    g_main_context_iteration(NULL, TRUE);
  engine_drain(hall->engine);
  g_assert_nonnull(kept_drawn(paper, "pdf"));
  g_assert_nonnull(kept_drawn(paper, "docx"));
  drawing_free(drawing);
  worker_free(worker);
  engine_lend(hall->engine, NULL);
}

/* --- kill -9 --- */

/* Issues until it is killed, and says so each time. */
static int
issue_for_ever(const char *dir)
{
  Hall hall = { .dir = (char *)dir };
  hall_open(&hall);
  for (guint i = 0;; i++) {
    g_autofree char *count = g_strdup_printf("%u人", i);
    write_count(&hall, 1, count);
    hall_must(&hall, HEAD, "reporting.issue", 1, "{'form':'form1'}");
    g_assert_cmpint(write(STDOUT_FILENO, ".", 1), ==, 1);
  }
  return 0;
}

static void
kill_in_the_middle(Hall *hall)
{
  g_autoptr(GError) error = NULL;
  const char *arguments[] = { "/proc/self/exe", "issue-for-ever", hall->dir, NULL };
  GPid pid;
  gint said;
  char first;
  g_assert_true(g_spawn_async_with_pipes(NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &said, NULL, &error));
  g_assert_cmpint(read(said, &first, 1), ==, 1); /* however slow the machine is */
  g_usleep((gulong)g_test_rand_int_range(0, 300000));
  g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
  g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
  close(said);
}

static void
test_killed(void)
{
  g_autoptr(Hall) hall = hall_new();
  gsize issued = 0;
  hall_open_case(hall);
  for (guint i = 0; i < KILLS; i++) {
    hall_close(hall);
    kill_in_the_middle(hall);
    hall_open(hall);
    const Case *kase = world_case(engine_world(hall->engine), 1, NULL);
    List issues = reporting_issues(kase);
    g_assert_cmpuint(kept_all(kase).length, ==, issues.length);
    for (gsize at = issued; at < issues.length; at++)
      g_free(model_of(hall, 1, (gint)list_pointer(issues, ReportIssue, at)->body->number));
    issued = issues.length;
  }
  g_test_message("%" G_GSIZE_FORMAT " issues over %d kills", issued, KILLS);
  g_assert_cmpuint(issued, >=, KILLS);
  hall_close(hall);
  hall_assert_sound(hall);
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, jobs);
  if (argc > 2 && g_str_equal(argv[1], "issue-for-ever"))
    return issue_for_ever(argv[2]);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/papers/three", test_three);
  g_test_add_func("/papers/histories", test_histories);
  g_test_add_func("/papers/next", test_next);
  g_test_add_func("/papers/circulated", test_circulated);
  g_test_add_func("/papers/sent-back", test_sent_back);
  g_test_add_func("/papers/travels", test_paper_travels);
  g_test_add_func("/papers/annex", test_annex);
  g_test_add_func("/papers/data", test_data);
  g_test_add_func("/papers/proposals", test_proposals);
  g_test_add_func("/papers/series", test_series);
  g_test_add_func("/papers/refused", test_refused);
  g_test_add_func("/papers/two-at-once", test_two_at_once);
  g_test_add_func("/papers/destroyed", test_destroyed);
  g_test_add_func("/papers/drawing", test_drawing);
  g_test_add_func("/papers/killed", test_killed);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
