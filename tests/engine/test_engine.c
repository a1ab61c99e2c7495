/* The engine's promises: durable before visible, refusals that write nothing,
 * erasure, the clock, the snapshot, the past. */
#include "hall.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "engine/found.h"
#include "engine/snapshot.h"
#include "signer/signer.h"

/* --- founding --- */

static void
test_founding(void)
{
  g_autoptr(Hall) hall = hall_new();
  const Office *office = world_office(engine_world(hall->engine));
  g_assert_cmpstr(office_name(office), ==, "宮崎市");
  g_assert_false(office_real(office));
  g_assert_cmpstr(office_person_name(office, "p1"), ==, "管理太郎");
  g_assert_true(g_str_has_prefix(office_password_hash(office, "p1"), "$argon2id$"));
  g_assert_cmpuint(hall->size, ==, hall_durable(hall));
  hall_must_not(hall, ADMINISTRATOR, "office.found", 0,
                "{'name':'別市','origin':'x.example/journal','digest':'0000000000000000000000000000000000000000000000000000000000000000','from':'2026-04-01','administrator':'別人'}",
                FINDING_REFUSE, "");
  hall_close(hall);
  hall_assert_sound(hall);
}

/* A plan that does not load leaves nothing behind. */
static void
test_founding_bad_plan(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp("shodo-found-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(root, "data", NULL);
  g_autofree char *password = NULL;
  char *sheet = NULL;
  g_autoptr(GBytes) plan = g_bytes_new_static("format: 1\nplan: {name: x}\n", 26);
  EngineFounding founding = { .administrator = "管理太郎", .plan_name = "bad.yaml", .plan = plan,
                              .now = INSTANT_NONE, .from = DATE_NONE };
  g_assert_false(engine_found(dir, &founding, &password, &sheet, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_nonnull(strstr(error->message, "bad.yaml:"));
  g_assert_false(g_file_test(dir, G_FILE_TEST_EXISTS));
  g_assert_cmpint(g_rmdir(root), ==, 0);
}

static void
assert_not_founded(const char *name, const char *administrator, const char *origin)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = hall_plan_text();
  g_autofree char *root = g_dir_make_tmp("shodo-found-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(root, "data", NULL);
  g_autofree char *password = NULL;
  char *sheet = NULL;
  g_autoptr(GBytes) plan = g_bytes_new(text, strlen(text));
  EngineFounding founding = { .name = name, .administrator = administrator, .origin = origin, .plan_name = "p.yaml",
                              .plan = plan, .now = INSTANT_NONE, .from = DATE_NONE };
  g_assert_false(engine_found(dir, &founding, &password, &sheet, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_assert_false(g_file_test(dir, G_FILE_TEST_EXISTS));
  g_assert_cmpint(g_rmdir(root), ==, 0);
}

static void
test_founding_bad_words(void)
{
  assert_not_founded("宮崎\n市", "管理太郎", NULL);
  assert_not_founded("", "管理太郎", NULL);
  assert_not_founded(NULL, "管理\x1b[1m太郎", NULL);
  assert_not_founded(NULL, NULL, NULL);
  assert_not_founded(NULL, "管理太郎", "a b+c");
}

/* A plan that is not in the store can come into force on no day. */
static void
test_adopting(void)
{
  g_autoptr(Hall) hall = hall_new();
  const char *present = office_plan_on(world_office(engine_world(hall->engine)), instant_date(hall_time(HALL_BEGINS)));
  g_autofree char *same_plan = g_strdup_printf("{'digest':'%s','from':'2026-12-01'}", present);
  hall_must_not(hall, ADMINISTRATOR, "office.adopt_plan", 0,
                "{'digest':'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef','from':'2026-11-01'}",
                FINDING_INVALID, "plan.unknown");
  hall_must(hall, ADMINISTRATOR, "office.adopt_plan", 0, same_plan);
  hall_open_case(hall);
}

/* --- the thin path --- */

static const struct {
  const char *as, *act, *fields, *phase;
} path[] = {
  { STAFF, "triage.classify", "{'classes':['attack'],'certainty':'suspected','reason':'拡張子が変わった'}", "triage" },
  { STAFF, "triage.mark_host", "{'name':'PC-114','kind':'client','state':'affected'}", "triage" },
  { STAFF, "triage.state", "{'kind':'fact','subject':'暗号化','text':'PC-114 のファイルが開けない'}", "triage" },
  { STAFF, "triage.judge", "{'outcome':'incident','reasons':'ランサムウェアの特徴がある'}", "triage" },
  { STAFF, "triage.prioritise", "{'priority':'high','reasons':'住民情報の共有フォルダ'}", "response" },
  { STAFF, "circulation.submit", "{'subject':'triage-result'}", "response" },
  { MANAGER, "circulation.step", "{'circulation':'k1','result':'reported'}", "response" },
  { VICE, "circulation.step", "{'circulation':'k1','result':'reported'}", "response" },
  { HEAD, "circulation.step", "{'circulation':'k1','result':'reported'}", "response" },
  { STAFF, "response.contain_host", "{'host':'h1','method':'LANケーブルを抜いた'}", "response" },
  { STAFF, "response.propose", "{'text':'隔離して初期化する'}", "response" },
  { STAFF, "circulation.submit", "{'subject':'approach','ref':'a1'}", "response" },
  { MANAGER, "circulation.step", "{'circulation':'k2','result':'reported'}", "response" },
  { VICE, "circulation.step", "{'circulation':'k2','result':'reported'}", "response" },
  { HEAD, "circulation.step", "{'circulation':'k2','result':'reported'}", "response" },
  { STAFF, "evidence.register", "{'item':'イメージ','kind':'copy','acquired':'2026-11-20T17:00','acquired_from':'PC-114','place':'執務室','acquired_by':'担当一郎'}", "response" },
  { STAFF, "response.eradicate_host", "{'host':'h1','method':'初期化した'}", "response" },
  { STAFF, "response.clear_host", "{'host':'h1','checked':'検査して異常なし'}", "recovery" },
  { STAFF, "recovery.restore", "{'system':'PC-114','how':'再設定'}", "recovery" },
  { STAFF, "recovery.confirm", "{'restored':'y1','checked':'業務に使える'}", "recovery" },
  { STAFF, "recovery.start_watch", "{'until':'2026-12-20T17:00'}", "prevention" },
  { STAFF, "prevention.investigate", "{'findings':'添付ファイルを開いた'}", "prevention" },
  { STAFF, "prevention.draft", "{'text':'マクロを止める','amends_policy':'no','amends_procedures':'yes','amends_plan':'no'}", "prevention" },
  { STAFF, "circulation.submit", "{'subject':'prevention'}", "prevention" },
  { MANAGER, "circulation.step", "{'circulation':'k3','result':'reported'}", "prevention" },
  { VICE, "circulation.step", "{'circulation':'k3','result':'reported'}", "prevention" },
  { HEAD, "circulation.step", "{'circulation':'k3','result':'reported'}", "prevention" },
  { CISO, "circulation.step", "{'circulation':'k3','result':'reported'}", "prevention" },
  { CISO, "prevention.report_committee", "{'held':'2026-11-20T16:00','attended':['情報政策担当部長'],'outcome':'effective','minutes':'有効と認めた'}", "prevention" },
  { CISO, "prevention.approve", "{'effective':true}", "prevention" },
  { CISO, "prevention.announce", "{'to':'全職員','outline':'感染した','measures':'マクロを止める'}", "aftermath" },
  { HEAD, "aftermath.declare", "{'text':'収束した'}", "aftermath" },
  { HEAD, "aftermath.hold_review", "{'held':'2026-11-20T17:00','attended':['全員'],'minutes':'振り返った'}", "aftermath" },
  { HEAD, "aftermath.file_final", "{'text':'最終報告'}", "aftermath" },
  { HEAD, "aftermath.close", "{}", "closed" },
};

static void
test_path(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  for (gsize i = 0; i < G_N_ELEMENTS(path); i++) {
    g_test_message("%s", path[i].act);
    hall_must(hall, path[i].as, path[i].act, kase, path[i].fields);
    g_assert_cmpstr(hall_phase(hall, kase), ==, path[i].phase);
  }
  hall_must_not(hall, STAFF, "record.add", kase, "{'text':'後から'}", FINDING_REFUSE, "case.closed");
  hall_must_not(hall, STAFF, "triage.judge", kase, "{'outcome':'incident','reasons':'再び'}", FINDING_REFUSE, "aftermath.addend");
  hall_must(hall, STAFF, "aftermath.addend", kase, "{'text':'追記'}");
  hall_must(hall, MANAGER, "archive.classify", kase,
            "{'classification':'情報管理','binder':'事案綴','retention_years':5,'original':'shodo'}");
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- refusals --- */

static void
test_refusals(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);

  /* the plan's own words refuse, with clause and the act that mends it */
  hall_must_not(hall, STAFF, "triage.judge", kase, "{'outcome':'incident','reasons':'理由'}", FINDING_REFUSE, "rule 3-2-2-ア");
  hall_must_not(hall, STAFF, "triage.judge", kase, "{'outcome':'incident','reasons':'理由'}", FINDING_REFUSE, "triage.state");
  hall_must_not(hall, STAFF, "recovery.restore", kase, "{'system':'x','how':'y'}", FINDING_REFUSE, "rule 3-2-3-2-ア");
  /* who may, with the clause and the holder's name */
  hall_must_not(hall, STAFF, "prevention.approve", kase, "{'effective':true}", FINDING_DENIED, "CISO（最高情報セキュリティ責任者）：最高六郎");
  hall_must_not(hall, STAFF, "aftermath.declare", kase, "{'text':'収束'}", FINDING_DENIED, "may.role 3-2-5-ア");
  hall_must_not(hall, DEPARTMENT, "record.add", kase, "{'text':'x'}", FINDING_DENIED, "may.role");
  hall_must_not(hall, CHAIR, "record.add", kase, "{'text':'x'}", FINDING_INVALID, "case.unknown");
  hall_must_not(hall, STAFF, "office.add_person", 0, "{'name':'x'}", FINDING_DENIED, "管理");
  /* who acts at all */
  hall_must_not(hall, "p2/ciso", "record.add", kase, "{'text':'x'}", FINDING_DENIED, "担当一郎さんは「最高情報セキュリティ責任者」に就いていません");
  hall_must_not(hall, "p99/ciso", "record.add", kase, "{'text':'x'}", FINDING_DENIED, "p99");
  hall_must_not(hall, "p2/nobody", "record.add", kase, "{'text':'x'}", FINDING_DENIED, "nobody");
  hall_must_not(hall, "/", "record.add", kase, "{'text':'x'}", FINDING_DENIED, "actor");
  /* what: unknown act, unknown case, no case, broken fields */
  hall_must_not(hall, STAFF, "triage.guess", kase, "{}", FINDING_INVALID, "act.unknown");
  hall_must_not(hall, STAFF, "record.add", 99, "{'text':'x'}", FINDING_INVALID, "case.unknown");
  hall_must_not(hall, STAFF, "record.add", 0, "{'text':'x'}", FINDING_INVALID, "case.missing");
  hall_must_not(hall, STAFF, "record.add", kase, "{'txt':'x'}", FINDING_INVALID, "field.unknown - txt");
  hall_must_not(hall, STAFF, "record.add", kase, "[]", FINDING_INVALID, "field.type");
  g_autoptr(Outcome) none = hall_try(hall, STAFF, NULL, "record.add", kase, NULL);
  g_assert_false(none->done);
  g_assert_cmpint(none->worst, ==, FINDING_INVALID);
}

static void
test_happened(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  json_t *fields = hall_json("{'text':'電話を受けた'}");
  Outcome outcome = { 0 };
  Request request = hall_request("record.add", "p2", "system-staff", kase, fields);

  request.happened = hall_time(HALL_BEGINS) + 1;
  engine_submit(hall->engine, &request, hall_take, &outcome);
  engine_drain(hall->engine);
  g_assert_false(outcome.done);
  g_assert_true(outcome_says(&outcome, "time.future"));
  g_ptr_array_unref(outcome.texts);

  outcome = (Outcome){ 0 };
  request.happened = hall_time("2026-11-20T09:00");
  request.precision = PRECISION_ABOUT;
  engine_submit(hall->engine, &request, hall_take, &outcome);
  engine_drain(hall->engine);
  g_assert_true(outcome.done);
  g_ptr_array_unref(outcome.texts);
  json_decref(fields);

  hall_close(hall);
  hall_open(hall);
  List log = case_log(world_case(engine_world(hall->engine), kase, NULL));
  const LogLine *line = list_item(log, LogLine, log.length - 1);
  g_assert_cmpint(line->head->happened, ==, hall_time("2026-11-20T09:00"));
  g_assert_cmpint(line->head->recorded, ==, hall_time(HALL_BEGINS));
  g_assert_cmpint(line->head->precision, ==, PRECISION_ABOUT);
  g_assert_cmpstr(line->head->act, ==, "record.add");
}

/* --- deputies and proxies --- */

/* Of the latest act: what the program itself adds stands after it. */
static Capacity
last_capacity(Hall *hall, guint64 kase)
{
  List log = case_log(world_case(engine_world(hall->engine), kase, NULL));
  gsize i = log.length - 1;
  while (!list_item(log, LogLine, i)->head->act)
    i--;
  return list_item(log, LogLine, i)->head->actor.capacity;
}

static void
test_deputy(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);

  hall_must_not(hall, "p5/chief-security-officer", "aftermath.declare", kase, "{'text':'収束'}", FINDING_DENIED, "就いていません");
  hall_must(hall, ADMINISTRATOR, "office.set_deputies", 0,
            "{'post':'chief-security-officer','deputies':['security-officer'],'from':'2026-11-21','until':'2026-11-22','ground':'訓令'}");
  hall_must_not(hall, "p5/chief-security-officer", "aftermath.declare", kase, "{'text':'収束'}", FINDING_DENIED, "就いていません");
  hall_at(hall, "2026-11-21T00:00");
  hall_must(hall, "p5/chief-security-officer", "aftermath.declare", kase, "{'text':'収束'}");
  g_assert_cmpint(last_capacity(hall, kase), ==, CAPACITY_DEPUTY);
  hall_at(hall, "2026-11-22T23:59");
  hall_must(hall, "p5/chief-security-officer", "aftermath.follow_up", kase, "{'text':'点検'}");
  hall_at(hall, "2026-11-23T00:00");
  hall_must_not(hall, "p5/chief-security-officer", "aftermath.follow_up", kase, "{'text':'点検'}", FINDING_DENIED, "就いていません");
}

static Outcome *
by_proxy(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields)
{
  json_t *json = hall_json(fields);
  Outcome *outcome = hall_try(hall, as, "議会に出席中のため", act, kase, json);
  json_decref(json);
  return outcome;
}

static void
test_proxy(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  hall_must(hall, STAFF, "circulation.submit", kase, "{'subject':'progress'}");

  g_autoptr(Outcome) step = by_proxy(hall, "p5/system-manager", "circulation.step", kase, "{'circulation':'k1','result':'reported'}");
  g_assert_true(step->done);
  g_assert_cmpint(last_capacity(hall, kase), ==, CAPACITY_PROXY);
  const Case *seen = world_case(engine_world(hall->engine), kase, NULL);
  List log = case_log(seen);
  g_assert_cmpstr(list_item(log, LogLine, log.length - 1)->head->proxy, ==, "議会に出席中のため");
  /* without a reason it is none */
  g_autoptr(Outcome) mute = hall_try(hall, "p5/system-manager", "", "circulation.step", kase, NULL);
  g_assert_true(outcome_says(mute, "代決の理由"));
  /* 代決 is for deciding alone */
  g_autoptr(Outcome) record = by_proxy(hall, "p5/system-manager", "record.add", kase, "{'text':'x'}");
  g_assert_false(record->done);
  g_assert_true(outcome_says(record, "may.proxy"));
  /* nobody without a post that has a role */
  hall_must(hall, HEAD, "access.admit", kase, "{'person':'p9','reason':'委員として'}");
  g_autoptr(Outcome) chair = by_proxy(hall, "p9/system-manager", "circulation.step", kase, "{'circulation':'k1','result':'reported'}");
  g_assert_false(chair->done);
  g_assert_cmpint(chair->worst, ==, FINDING_DENIED);
  /* who holds the post needs no proxy */
  g_autoptr(Outcome) vice = by_proxy(hall, VICE, "circulation.step", kase, "{'circulation':'k1','result':'reported'}");
  g_assert_true(vice->done);
  g_assert_cmpint(last_capacity(hall, kase), ==, CAPACITY_SELF);
  /* 後閲 by the holder alone */
  hall_must_not(hall, VICE, "circulation.after_view", kase, "{'circulation':'k1','step':1}", FINDING_DENIED, "after-view.post");
  hall_must(hall, MANAGER, "circulation.after_view", kase, "{'circulation':'k1','step':1}");
  hall_must_not(hall, MANAGER, "circulation.after_view", kase, "{'circulation':'k1','step':1}", FINDING_REFUSE, "after-view.done");
}

/* --- closing and opening --- */

static void
test_reopen(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  hall_must(hall, STAFF, "record.add", kase, "{'text':'一行'}");
  g_autofree char *before = hall_portrait(hall->engine, engine_world(hall->engine));
  guint64 size = hall_durable(hall);
  for (guint i = 0; i < 3; i++) {
    hall_close(hall);
    hall_open(hall);
    g_autofree char *after = hall_portrait(hall->engine, engine_world(hall->engine));
    hall_assert_same(before, after);
    g_assert_cmpuint(hall_durable(hall), ==, size);
    g_assert_true(world_used_snapshot(engine_world(hall->engine)));
  }
}

static void
test_one_writer(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  g_assert_null(engine_open(hall->dir, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_FENCED);
  hall_must(hall, STAFF, "notice.receive", 0, "{'channel':'fax','received':'2026-11-20T17:00','via':'direct','subject':'x','text':'y'}");
}

/* --- group commit --- */

typedef struct {
  Hall *hall;
  GArray *order;  /* of guint: which was answered */
  guint64 head;   /* of the answer before */
  guint late;     /* answers that came before their entries were on disk */
} Group;

typedef struct {
  Group *group;
  guint place;
  gboolean expected;
} Member;

static void
answered(const Answer *answer, gpointer data)
{
  Member *member = data;
  Group *group = member->group;
  g_array_append_val(group->order, member->place);
  g_assert_cmpint(answer->done, ==, member->expected);
  g_assert_cmpuint(answer->head, >=, group->head);
  group->head = answer->head;
  if (hall_durable(group->hall) < answer->head || answer->first + answer->count > answer->head)
    group->late++;
}

/* Half of them refused: they too wait for what they were made from. */
static void
test_group_commit(void)
{
  enum { MANY = 300 };
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
  Group group = { .hall = hall, .order = order };
  g_autofree Member *members = g_new0(Member, MANY);
  guint64 before = hall_durable(hall);
  json_t *good = hall_json("{'text':'記録'}"), *bad = hall_json("{}");

  for (guint i = 0; i < MANY; i++) {
    members[i] = (Member){ .group = &group, .place = i, .expected = i % 2 == 0 };
    Request request = hall_request("record.add", "p2", "system-staff", kase, i % 2 ? bad : good);
    engine_submit(hall->engine, &request, answered, &members[i]);
  }
  g_assert_cmpuint(order->len, <, MANY); /* nothing but the disk lets them go */
  engine_drain(hall->engine);
  json_decref(good);
  json_decref(bad);
  g_assert_cmpuint(order->len, ==, MANY);
  for (guint i = 0; i < MANY; i++)
    g_assert_cmpuint(g_array_index(order, guint, i), ==, i);
  g_assert_cmpuint(group.late, ==, 0);
  g_assert_cmpuint(hall_durable(hall), ==, before + MANY / 2);
}

/* Answers come from the main context alone, even when the disk was quick and
 * nobody was running it. */
static void
test_main_context(void)
{
  g_autoptr(Hall) hall = hall_new();
  json_t *fields = hall_json("{'channel':'fax','received':'2026-11-20T17:00','via':'direct','subject':'x','text':'y'}");
  Outcome outcome = { 0 };
  Request request = hall_request("notice.receive", "p2", "system-staff", 0, fields);
  guint64 before = hall_durable(hall);

  engine_submit(hall->engine, &request, hall_take, &outcome);
  while (hall_durable(hall) == before)
    g_usleep(1000);
  g_usleep(20000); /* the writer has the time to do what it should not */
  g_assert_false(outcome.called);
  engine_drain(hall->engine);
  json_decref(fields);
  g_assert_true(outcome.called && outcome.done);
  g_ptr_array_unref(outcome.texts);
}

/* What a view shows waits too. */
static void
test_hold(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
  Group group = { .hall = hall, .order = order };
  Member act = { &group, 1, TRUE }, view = { &group, 2, TRUE };
  json_t *fields = hall_json("{'text':'記録'}");
  Request request = hall_request("record.add", "p2", "system-staff", kase, fields);

  engine_submit(hall->engine, &request, answered, &act);
  engine_hold(hall->engine, answered, &view);
  g_assert_cmpuint(order->len, ==, 0);
  engine_drain(hall->engine);
  json_decref(fields);
  g_assert_cmpuint(order->len, ==, 2);
  g_assert_cmpuint(group.late, ==, 0);
  engine_hold(hall->engine, answered, &view); /* nothing pending: at once */
  g_assert_cmpuint(order->len, ==, 3);
}

/* engine_ask answers as engine_submit would, and does nothing. */
static void
test_ask(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autoptr(Arena) arena = arena_new();
  Findings *findings = findings_new(arena);
  json_t *fields = hall_json("{'outcome':'incident','reasons':'理由'}");
  Request request = hall_request("triage.judge", "p2", "system-staff", kase, fields);
  guint64 size = hall_durable(hall);

  g_assert_false(engine_ask(hall->engine, &request, arena, findings));
  g_assert_true(findings_stop(findings));
  hall_must(hall, STAFF, "triage.state", kase, "{'kind':'fact','subject':'x','text':'y'}");
  g_assert_true(engine_ask(hall->engine, &request, arena, findings_new(arena)));
  json_decref(fields);
  g_assert_cmpuint(hall_durable(hall), ==, size + 1);
}

/* --- erasure --- */

static gboolean
directory_holds(const char *dir, const char *needle)
{
  g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
  for (const char *name; open && (name = g_dir_read_name(open));) {
    g_autofree char *file = g_build_filename(dir, name, NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (g_file_test(file, G_FILE_TEST_IS_DIR) ? directory_holds(file, needle)
                                              : g_file_get_contents(file, &bytes, &length, NULL) &&
                                                    memmem(bytes, length, needle, strlen(needle)) != NULL) {
      g_test_message("%s", file);
      return TRUE;
    }
  }
  return FALSE;
}

static void
test_erasure(void)
{
  static const char secret[] = "消えるべき氏名野花子";
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autofree char *text = g_strdup_printf("{'text':'%sから電話'}", secret);
  g_autofree char *person = g_strdup_printf("{'name':'%s'}", secret);
  g_autoptr(Outcome) record = hall_act(hall, STAFF, "record.add", kase, text);
  g_autoptr(Outcome) added = hall_act(hall, ADMINISTRATOR, "office.add_person", 0, person);
  g_assert_true(record->done && added->done);
  g_autofree char *seen = hall_portrait(hall->engine, engine_world(hall->engine));
  g_assert_nonnull(strstr(seen, secret));
  g_assert_true(directory_holds(hall->dir, secret)); /* the search can find it */

  g_autofree char *erase = g_strdup_printf("{'entries':[%u,%u],'ground':'条例第1条'}", (guint)record->first, (guint)added->first);
  hall_must(hall, ADMINISTRATOR, "office.erase", 0, erase);
  g_autofree char *live = hall_portrait(hall->engine, engine_world(hall->engine));
  g_assert_null(strstr(live, secret));
  g_assert_nonnull(strstr(live, "対応記録"));
  hall_must(hall, STAFF, "record.add", kase, "{'text':'続き'}");
  g_autofree char *later = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_close(hall);
  g_assert_false(directory_holds(hall->dir, secret));
  hall_assert_sound(hall);
  hall_open(hall);
  g_autofree char *again = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_assert_same(later, again);
}

/* An erasure amid other acts: the answers that wait with it are whole, and it reaches memory. */
static void
test_erasure_in_company(void)
{
  static const char secret[] = "消えるべき氏名野次郎";
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  g_autofree char *text = g_strdup_printf("{'text':'%s'}", secret);
  g_autoptr(Outcome) record = hall_act(hall, STAFF, "record.add", kase, text);
  g_autofree char *numbers = g_strdup_printf("{'entries':[%u],'ground':'条例'}", (guint)record->first);
  json_t *erase = hall_json(numbers), *line = hall_json("{'text':'別の記録'}");
  json_t *judge = hall_json("{'outcome':'incident','reasons':'理由'}");
  Outcome before = { 0 }, erased = { 0 }, refused = { 0 }, after = { 0 };
  Request first = hall_request("record.add", "p2", "system-staff", kase, line);
  Request second = hall_request("office.erase", "p1", "administrator", 0, erase);
  Request third = hall_request("triage.judge", "p2", "system-staff", kase, judge);

  engine_submit(hall->engine, &first, hall_take, &before);
  engine_submit(hall->engine, &second, hall_take, &erased);
  engine_submit(hall->engine, &third, hall_take, &refused);
  engine_submit(hall->engine, &first, hall_take, &after);
  engine_drain(hall->engine);
  json_decref(erase);
  json_decref(line);
  json_decref(judge);
  g_assert_true(before.done && erased.done && after.done);
  g_assert_true(outcome_says(&refused, "rule 3-2-2-ア"));
  g_ptr_array_unref(before.texts);
  g_ptr_array_unref(erased.texts);
  g_ptr_array_unref(refused.texts);
  g_ptr_array_unref(after.texts);
  g_autofree char *live = hall_portrait(hall->engine, engine_world(hall->engine));
  g_assert_null(strstr(live, secret));
  hall_close(hall);
  hall_assert_sound(hall);
}

/* What an erasure may name. */
static void
test_erasure_refusals(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autofree char *beyond = g_strdup_printf("{'entries':[%u],'ground':'x'}", (guint)hall->size + 100);
  g_autofree char *itself = g_strdup_printf("{'entries':[%u],'ground':'x'}", (guint)hall->size);
  hall_must_not(hall, ADMINISTRATOR, "office.erase", 0, beyond, FINDING_INVALID, "entries");
  hall_must_not(hall, ADMINISTRATOR, "office.erase", 0, itself, FINDING_INVALID, "entries");
  hall_must_not(hall, ADMINISTRATOR, "office.erase", 0, "{'entries':[0],'ground':'x'}", FINDING_INVALID, "個人情報がありません");
  hall_must_not(hall, ADMINISTRATOR, "office.erase", 0, "{'entries':[5,5],'ground':'x'}", FINDING_INVALID, "二度");
  hall_must_not(hall, STAFF, "office.erase", 0, "{'entries':[5],'ground':'x'}", FINDING_DENIED, "may.role");
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- the clock --- */

static void
test_clock(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  hall_at(hall, "2026-12-01T00:00");
  g_assert_cmpint(engine_now(hall->engine), ==, hall_time("2026-12-01T00:00"));
  hall_at(hall, "2026-11-30T00:00");
  guint64 kase = hall_open_case(hall);
  g_assert_cmpuint(kase, ==, 1);

  /* before 1970 the journal's times cannot be written */
  g_assert_false(engine_set_clock(hall->engine, hall_time("1950-01-01T00:00"), &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  hall_must(hall, STAFF, "record.add", kase, "{'text':'まだ動く'}");
}

/* Set, it stands still; or it runs on from there. */
static void
test_clock_runs(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  Instant from = hall_time("2027-06-03T09:40");
  g_assert_true(engine_run_clock(hall->engine, from, &error));
  g_assert_true(engine_own_clock(hall->engine));
  while (engine_now(hall->engine) == from)
    g_usleep(200);
  g_assert_cmpint(engine_now(hall->engine), >, from);
  g_assert_true(engine_set_clock(hall->engine, from, &error));
  g_usleep(3000);
  g_assert_cmpint(engine_now(hall->engine), ==, from);
  hall_close(hall);
}

static void
test_clock_real(void)
{
  g_autofree char *plan = hall_plan_text();
  g_autoptr(Hall) hall = hall_new_under(plan, TRUE);
  g_autoptr(GError) error = NULL;
  g_assert_false(engine_set_clock(hall->engine, hall_time(HALL_BEGINS), &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_DENIED);
  g_clear_error(&error);
  g_assert_false(engine_run_clock(hall->engine, hall_time(HALL_BEGINS), &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_DENIED);
  g_assert_cmpint(ABS(engine_now(hall->engine) - g_get_real_time() / 1000), <, INSTANT_HOUR);
  hall_close(hall);
  hall_assert_sound(hall);
}

/* --- limits --- */

/* Within every field's limit and yet too long for one body of the journal. */
static void
test_oversize(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  GString *zalgo = g_string_new("あ");
  for (guint i = 0; i < 600000; i++)
    g_string_append(zalgo, "\xcc\x81");
  g_autoptr(GString) owned = zalgo;
  json_t *fields = json_pack("{s:s}", "text", owned->str);
  guint64 before = hall_durable(hall);
  g_autoptr(Outcome) outcome = hall_try(hall, STAFF, NULL, "record.add", kase, fields);
  json_decref(fields);
  g_assert_false(outcome->done);
  g_assert_cmpint(outcome->worst, ==, FINDING_INVALID);
  g_assert_cmpuint(hall_durable(hall), ==, before);
  hall_must(hall, STAFF, "record.add", kase, "{'text':'まだ動く'}");
}

/* --- the snapshot --- */

static char *
snapshot_path(const Hall *hall)
{
  return g_build_filename(hall->dir, "snapshot", NULL);
}

static void
assert_rebuilt(Hall *hall, const char *portrait, gboolean used)
{
  hall_open(hall);
  g_assert_cmpint(world_used_snapshot(engine_world(hall->engine)), ==, used);
  g_autofree char *now = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_assert_same(portrait, now);
  hall_close(hall);
}

static Hall *
hall_with_cases(char **portrait)
{
  Hall *hall = hall_new();
  for (guint i = 0; i < 3; i++)
    hall_open_case(hall);
  *portrait = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_close(hall);
  return hall;
}

static void
test_snapshot_flipped(void)
{
  g_autofree char *portrait = NULL;
  g_autoptr(Hall) hall = hall_with_cases(&portrait);
  g_autofree char *path_of = snapshot_path(hall);
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true(g_file_get_contents(path_of, &bytes, &length, NULL));
  assert_rebuilt(hall, portrait, TRUE);

  g_autoptr(GError) error = NULL;
  g_autoptr(Keyring) keyring = keyring_open(hall->dir, &error);
  g_assert_no_error(error);
  for (gsize i = 0; i < length; i++) {
    g_autoptr(JournalReader) reader = journal_reader_open(hall->dir, NULL);
    g_autoptr(GPtrArray) cards = g_ptr_array_new();
    g_autoptr(GPtrArray) arenas = g_ptr_array_new_with_free_func((GDestroyNotify)arena_free);
    g_autoptr(Outbox) outbox = outbox_new();
    guint64 size = 77;
    bytes[i] ^= 1 << (i % 8);
    g_assert_true(g_file_set_contents_full(path_of, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_assert_false(snapshot_read(hall->dir, keyring, reader, cards, arenas, outbox, &size));
    g_assert_cmpuint(size, ==, 77);
    g_assert_cmpuint(cards->len, ==, 0);
    g_assert_cmpuint(outbox_length(outbox), ==, 0);
    bytes[i] ^= 1 << (i % 8);
    i += i % 97; /* the ends closely, the middle here and there */
  }
  bytes[length / 2] ^= 4;
  g_assert_true(g_file_set_contents(path_of, bytes, (gssize)length, NULL));
  assert_rebuilt(hall, portrait, FALSE);
  g_assert_true(g_file_set_contents(path_of, bytes, 10, NULL));
  assert_rebuilt(hall, portrait, FALSE);
}

/* Write the snapshot anew with KEY changed and the right code: only its content may tell. */
static void
forge(Hall *hall, const char *key, json_t *value)
{
  g_autofree char *path_of = snapshot_path(hall);
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr(Keyring) keyring = keyring_open(hall->dir, NULL);
  g_assert_true(g_file_get_contents(path_of, &bytes, &length, NULL));
  json_t *snapshot = json_loadb(bytes, length - KEYRING_MAC, 0, NULL);
  json_object_set_new(snapshot, key, value);
  g_autofree char *text = json_dumps(snapshot, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(snapshot);
  gsize text_length = strlen(text);
  g_autofree guint8 *file = g_malloc(text_length + KEYRING_MAC);
  memcpy(file, text, text_length);
  keyring_mac(keyring, text, text_length, file + text_length);
  g_assert_true(g_file_set_contents(path_of, (char *)file, (gssize)(text_length + KEYRING_MAC), NULL));
}

static void
test_snapshot_foreign(void)
{
  g_autofree char *portrait = NULL;
  g_autoptr(Hall) hall = hall_with_cases(&portrait);

  forge(hall, "size", json_integer((json_int_t)hall_durable(hall))); /* as it was: forging itself is no difference */
  assert_rebuilt(hall, portrait, TRUE);
  forge(hall, "build", json_string("0000"));
  assert_rebuilt(hall, portrait, FALSE);
  forge(hall, "format", json_string("shodo-snapshot/0"));
  assert_rebuilt(hall, portrait, FALSE);
  /* the same length and another history */
  forge(hall, "root", json_string("00000000000000000000000000000000000000000000000000000000000000ff"));
  assert_rebuilt(hall, portrait, FALSE);
  forge(hall, "size", json_integer((json_int_t)hall_durable(hall) - 1));
  assert_rebuilt(hall, portrait, FALSE);
  forge(hall, "size", json_integer((json_int_t)hall_durable(hall) + 1));
  assert_rebuilt(hall, portrait, FALSE);
  forge(hall, "cards", json_pack("[{s:i}]", "number", 2));
  assert_rebuilt(hall, portrait, FALSE);
}

static void
copy_journal(const char *from, const char *to)
{
  static const char *const names[] = { "journal.db", "journal.db-wal", "journal.db-shm" };
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *source = g_build_filename(from, names[i], NULL);
    g_autofree char *target = g_build_filename(to, names[i], NULL);
    g_autofree char *bytes = NULL;
    gsize length;
    g_unlink(target);
    if (g_file_get_contents(source, &bytes, &length, NULL))
      g_assert_true(g_file_set_contents_full(target, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
}

/* The journal alone came back from an older copy, and perhaps grew another way. */
static void
test_snapshot_rolled_back(void)
{
  g_autofree char *portrait = NULL;
  g_autoptr(Hall) hall = hall_with_cases(&portrait);
  g_autofree char *old = g_dir_make_tmp("shodo-old-XXXXXX", NULL);
  copy_journal(hall->dir, old);
  hall_open(hall);
  hall_open_case(hall);
  hall_close(hall);

  copy_journal(old, hall->dir);
  assert_rebuilt(hall, portrait, FALSE);
  g_autofree char *snapshot = snapshot_path(hall);
  hall_open(hall);
  hall_open_case(hall);
  hall_close(hall);
  g_autofree char *later = NULL;
  gsize length;
  g_assert_true(g_file_get_contents(snapshot, &later, &length, NULL));
  copy_journal(old, hall->dir);
  hall_open(hall);
  for (guint i = 0; i < 5; i++)
    hall_must(hall, STAFF, "record.add", 1, "{'text':'別の続き'}");
  g_autofree char *other = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_close(hall);
  g_assert_true(g_file_set_contents(snapshot, later, (gssize)length, NULL));
  assert_rebuilt(hall, other, FALSE);
  copy_journal("/nonexistent", old);
  g_assert_cmpint(g_rmdir(old), ==, 0);
}

/* More cases than are kept in memory at once. */
static void
test_many_cases(void)
{
  g_autoptr(Hall) hall = hall_new();
  for (guint i = 0; i < 70; i++)
    hall_open_case(hall);
  hall_must(hall, STAFF, "record.add", 1, "{'text':'最初の事案に'}");
  g_autofree char *before = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_close(hall);
  hall_open(hall);
  g_assert_true(world_used_snapshot(engine_world(hall->engine)));
  g_autofree char *after = hall_portrait(hall->engine, engine_world(hall->engine));
  hall_assert_same(before, after);
  g_autofree char *snapshot = snapshot_path(hall);
  hall_close(hall);
  g_unlink(snapshot);
  assert_rebuilt(hall, before, FALSE);
}

/* --- the past --- */

static void
test_as_of(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GPtrArray) portraits = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) sizes = g_array_new(FALSE, FALSE, sizeof(guint64));
  guint64 kase = hall_open_case(hall);
  for (gsize i = 0; i < 12; i++) {
    hall_must(hall, path[i].as, path[i].act, kase, path[i].fields);
    guint64 size = hall_durable(hall);
    g_array_append_val(sizes, size);
    g_ptr_array_add(portraits, hall_portrait(hall->engine, engine_world(hall->engine)));
  }
  for (guint i = 0; i < portraits->len; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(World) past = world_new(engine_reader(hall->engine), engine_blobs(hall->engine),
                                      engine_keyring(hall->engine), hall->dir);
    g_assert_true(world_load(past, g_array_index(sizes, guint64, i), &error));
    g_assert_no_error(error);
    g_autofree char *then = hall_portrait(hall->engine, past);
    hall_assert_same(g_ptr_array_index(portraits, i), then);
  }
}

/* --- signing --- */

static void
test_sign(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *first = engine_sign(hall->engine, &error);
  g_assert_no_error(error);
  g_autofree char *same = engine_sign(hall->engine, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(first, ==, same);
  hall_open_case(hall);
  g_autofree char *second = engine_sign(hall->engine, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(first, !=, second);
  g_autofree char *size = g_strdup_printf("\n%" G_GUINT64_FORMAT "\n", hall_durable(hall));
  g_assert_nonnull(strstr(second, size));
  hall_close(hall);
  hall_assert_sound(hall);
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "signer"))
    return signer_command(argc - 1, argv + 1);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/founding", test_founding);
  g_test_add_func("/engine/founding-bad-plan", test_founding_bad_plan);
  g_test_add_func("/engine/founding-bad-words", test_founding_bad_words);
  g_test_add_func("/engine/adopting", test_adopting);
  g_test_add_func("/engine/path", test_path);
  g_test_add_func("/engine/refusals", test_refusals);
  g_test_add_func("/engine/happened", test_happened);
  g_test_add_func("/engine/deputy", test_deputy);
  g_test_add_func("/engine/proxy", test_proxy);
  g_test_add_func("/engine/reopen", test_reopen);
  g_test_add_func("/engine/one-writer", test_one_writer);
  g_test_add_func("/engine/group-commit", test_group_commit);
  g_test_add_func("/engine/main-context", test_main_context);
  g_test_add_func("/engine/hold", test_hold);
  g_test_add_func("/engine/ask", test_ask);
  g_test_add_func("/engine/erasure", test_erasure);
  g_test_add_func("/engine/erasure-in-company", test_erasure_in_company);
  g_test_add_func("/engine/erasure-refusals", test_erasure_refusals);
  g_test_add_func("/engine/clock", test_clock);
  g_test_add_func("/engine/clock-real", test_clock_real);
  g_test_add_func("/engine/clock-runs", test_clock_runs);
  g_test_add_func("/engine/oversize", test_oversize);
  g_test_add_func("/engine/snapshot-flipped", test_snapshot_flipped);
  g_test_add_func("/engine/snapshot-foreign", test_snapshot_foreign);
  g_test_add_func("/engine/snapshot-rolled-back", test_snapshot_rolled_back);
  g_test_add_func("/engine/many-cases", test_many_cases);
  g_test_add_func("/engine/as-of", test_as_of);
  g_test_add_func("/engine/sign", test_sign);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
