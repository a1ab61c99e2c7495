#include "hall.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/durable.h"
#include "engine/clock_view.h"
#include "engine/found.h"
#include "engine/view.h"
#include "office/accounts.h"
#include "verify/verify.h"

static char *template_root;

/* --- files --- */

static void
remove_tree(const char *path)
{
  g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    remove_tree(inner);
  }
  g_remove(path);
}

static void
copy_tree(const char *from, const char *to)
{
  g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
  g_autoptr(GError) error = NULL;
  if (dir) {
    g_assert_cmpint(g_mkdir(to, 0700), ==, 0);
    for (const char *name; (name = g_dir_read_name(dir));) {
      g_autofree char *inner = g_build_filename(from, name, NULL);
      g_autofree char *outer = g_build_filename(to, name, NULL);
      copy_tree(inner, outer);
    }
    return;
  }
  g_autoptr(GFile) source = g_file_new_for_path(from);
  g_autoptr(GFile) target = g_file_new_for_path(to);
  g_file_copy(source, target, G_FILE_COPY_ALL_METADATA, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
}

char *
hall_plan_text(void)
{
  g_autoptr(GError) error = NULL;
  char *text = NULL;
  g_file_get_contents(TEST_PLANS "/miyazaki.yaml", &text, NULL, &error);
  g_assert_no_error(error);
  return text;
}

char *
hall_replace(const char *text, const char *old, const char *new_text)
{
  const char *at = strstr(text, old);
  g_assert_nonnull(at);
  return g_strdup_printf("%.*s%s%s", (int)(at - text), text, new_text, at + strlen(old));
}

/* --- opening --- */

Instant
hall_time(const char *time)
{
  g_autoptr(GError) error = NULL;
  Instant at = INSTANT_NONE;
  gboolean read = instant_parse(time, &at, &error);
  g_assert_no_error(error);
  g_assert_true(read);
  return at;
}

void
hall_at(Hall *hall, const char *time)
{
  g_autoptr(GError) error = NULL;
  gboolean set = engine_set_clock(hall->engine, hall_time(time), &error);
  g_assert_no_error(error);
  g_assert_true(set);
}

void
hall_close(Hall *hall)
{
  g_clear_pointer(&hall->engine, engine_close);
}

void
hall_open(Hall *hall)
{
  g_autoptr(GError) error = NULL;
  hall->engine = engine_open(hall->dir, &error);
  g_assert_no_error(error);
  if (!office_real(world_office(engine_world(hall->engine))))
    hall_at(hall, HALL_BEGINS);
}

static Hall *
found(const char *plan, gboolean real)
{
  Hall *hall = g_new0(Hall, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new(plan, strlen(plan));
  g_autofree char *password = NULL;
  char *sheet = NULL;

  hall->root = g_dir_make_tmp("shodo-hall-XXXXXX", &error);
  g_assert_no_error(error);
  hall->dir = g_build_filename(hall->root, "data", NULL);
  EngineFounding founding = {
    .administrator = "管理太郎", .real = real, .plan_name = "plan.yaml", .plan = bytes,
    .now = real ? INSTANT_NONE : hall_time("2026-04-01T09:00"), .from = DATE_NONE,
  };
  gboolean founded = engine_found(hall->dir, &founding, &password, &sheet, &error);
  keyring_sheet_free(sheet);
  g_assert_no_error(error);
  g_assert_true(founded);
  return hall;
}

static void
staff(Hall *hall)
{
  static const struct {
    const char *name, *post;
  } people[] = {
    { "担当一郎", "system-staff" },     { "担当二子", "system-staff" },          { "管理三郎", "system-manager" },
    { "副四郎", "security-officer" },   { "統括五子", "chief-security-officer" }, { "最高六郎", "ciso" },
    { "税務七子", "zeimu" },            { "委員八郎", "committee-chair" },
  };
  hall_must(hall, ADMINISTRATOR, "office.add_department", 0, "{'name':'税務課','body':'市長'}");
  hall_must(hall, ADMINISTRATOR, "office.add_post", 0,
            "{'id':'zeimu','name':'税務課情報セキュリティ管理者','role':'security-manager','department':'b1'}");
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
    g_autofree char *person = g_strdup_printf("{'name':'%s','mobile':'090-0000-000%u'}", people[i].name, (guint)i);
    g_autofree char *tenure =
        g_strdup_printf("{'person':'p%u','post':'%s','from':'2026-04-01'}", (guint)i + 2, people[i].post);
    hall_must(hall, ADMINISTRATOR, "office.add_person", 0, person);
    hall_must(hall, ADMINISTRATOR, "office.appoint", 0, tenure);
  }
}

Hall *
hall_new_under(const char *plan, gboolean real)
{
  Hall *hall = found(plan, real);
  hall_open(hall);
  staff(hall);
  hall->size = engine_head(hall->engine).size;
  return hall;
}

Hall *
hall_found(const char *plan)
{
  Hall *hall = found(plan, FALSE);
  hall_open(hall);
  return hall;
}

Hall *
hall_copy(const char *root)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *data = g_build_filename(root, "data", NULL);
  Hall *hall = g_new0(Hall, 1);
  hall->root = g_dir_make_tmp("shodo-hall-XXXXXX", &error);
  g_assert_no_error(error);
  hall->dir = g_build_filename(hall->root, "data", NULL);
  copy_tree(data, hall->dir);
  hall_open(hall);
  hall->size = engine_head(hall->engine).size;
  return hall;
}

Hall *
hall_new(void)
{
  if (!template_root) {
    g_autofree char *plan = hall_plan_text();
    Hall *first = hall_new_under(plan, FALSE);
    hall_close(first);
    template_root = g_steal_pointer(&first->root);
    g_free(first->dir);
    g_free(first);
  }
  return hall_copy(template_root);
}

void
hall_free(Hall *hall)
{
  if (!hall)
    return;
  hall_close(hall);
  remove_tree(hall->root);
  g_free(hall->dir);
  g_free(hall->root);
  g_free(hall);
}

void
hall_forget_template(void)
{
  if (template_root)
    remove_tree(template_root);
  g_clear_pointer(&template_root, g_free);
}

/* --- acting --- */

void
outcome_free(Outcome *outcome)
{
  if (!outcome)
    return;
  g_clear_pointer(&outcome->texts, g_ptr_array_unref);
  g_free(outcome);
}

gboolean
outcome_says(const Outcome *outcome, const char *text)
{
  for (guint i = 0; i < outcome->texts->len; i++)
    if (strstr(g_ptr_array_index(outcome->texts, i), text))
      return TRUE;
  return FALSE;
}

void
outcome_print(const Outcome *outcome)
{
  for (guint i = 0; i < outcome->texts->len; i++)
    g_test_message("%s", (const char *)g_ptr_array_index(outcome->texts, i));
}

static const char *
or_dash(const char *text)
{
  return text ? text : "-";
}

void
hall_take(const Answer *answer, gpointer data)
{
  Outcome *outcome = data;
  g_assert_false(outcome->called);
  outcome->called = TRUE;
  outcome->done = answer->done;
  outcome->first = answer->first;
  outcome->count = answer->count;
  outcome->kase = answer->kase;
  outcome->head = answer->head;
  outcome->worst = findings_worst(answer->findings);
  outcome->texts = g_ptr_array_new_with_free_func(g_free);
  for (gsize i = 0; i < findings_length(answer->findings); i++) {
    const Finding *finding = findings_at(answer->findings, i);
    static const char *const weights[] = { "advice", "refused", "invalid", "denied" };
    g_ptr_array_add(outcome->texts,
                    g_strdup_printf("%s %s %s %s %s %s %s", weights[finding->weight], finding->code, or_dash(finding->clause),
                                    or_dash(finding->field), finding->text, or_dash(finding->remedy), or_dash(finding->act)));
  }
}

Request
hall_request(const char *act, const char *person, const char *post, guint64 kase, const json_t *fields)
{
  return (Request){ .act = act, .person = person, .post = post, .kase = kase, .happened = INSTANT_NONE, .fields = fields };
}

Outcome *
hall_try(Hall *hall, const char *as, const char *proxy, const char *act, guint64 kase, const json_t *fields)
{
  Outcome *outcome = g_new0(Outcome, 1);
  g_auto(GStrv) actor = g_strsplit(as, "/", 2);
  Request request = hall_request(act, actor[0], actor[1], kase, fields);
  request.proxy = proxy;
  engine_submit(hall->engine, &request, hall_take, outcome);
  engine_drain(hall->engine);
  g_assert_true(outcome->called);
  return outcome;
}

json_t *
hall_json(const char *fields)
{
  g_autofree char *text = g_strdelimit(g_strdup(fields ? fields : "{}"), "'", '"');
  json_error_t wrong;
  json_t *json = json_loads(text, 0, &wrong);
  if (!json)
    g_error("%s: %s", fields, wrong.text);
  return json;
}

Outcome *
hall_act(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields)
{
  json_t *json = hall_json(fields);
  Outcome *outcome = hall_try(hall, as, NULL, act, kase, json);
  json_decref(json);
  return outcome;
}

guint64
hall_must(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields)
{
  g_autoptr(Outcome) outcome = hall_act(hall, as, act, kase, fields);
  if (!outcome->done) {
    outcome_print(outcome);
    g_error("%s by %s was not done", act, as);
  }
  return outcome->kase;
}

void
hall_must_not(Hall *hall, const char *as, const char *act, guint64 kase, const char *fields, FindingWeight weight,
              const char *says)
{
  guint64 before = hall_durable(hall);
  g_autoptr(Outcome) outcome = hall_act(hall, as, act, kase, fields);
  outcome_print(outcome);
  g_assert_false(outcome->done);
  g_assert_cmpint(outcome->worst, ==, weight);
  g_assert_true(outcome_says(outcome, says));
  g_assert_cmpuint(hall_durable(hall), ==, before);
}

const char *
hall_phase(Hall *hall, guint64 kase)
{
  g_autoptr(GError) error = NULL;
  Case *found_case = world_case(engine_world(hall->engine), kase, &error);
  g_assert_no_error(error);
  return case_phase(found_case);
}

guint64
hall_open_case(Hall *hall)
{
  hall_must(hall, STAFF, "notice.receive", 0,
            "{'channel':'telephone','received':'2026-11-20T17:00','via':'manager','subject':'異常','text':'ファイル名が変わった','sender':'通報花子'}");
  List notices = notices_all(world_notices(engine_world(hall->engine)));
  g_autofree char *fields = g_strdup_printf("{'title':'試験の事案','notices':['n%u'],'mode':'real'}", (guint)notices.length);
  guint64 kase = hall_must(hall, STAFF, "intake.open", 0, fields);
  g_assert_cmpstr(hall_phase(hall, kase), ==, "triage");
  return kase;
}

/* --- looking --- */

guint64
hall_durable(const Hall *hall)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JournalReader) reader = journal_reader_open(hall->dir, &error);
  g_assert_no_error(error);
  JournalHead head;
  gboolean read = journal_reader_head(reader, &head, &error);
  g_assert_no_error(error);
  g_assert_true(read);
  return head.size;
}

static void
add_view(GString *text, json_t *view)
{
  g_assert_nonnull(view);
  g_autofree char *line = json_dumps(view, JSON_COMPACT | JSON_SORT_KEYS);
  g_string_append_printf(text, "%s\n", line);
  json_decref(view);
}

/* What no view shows yet: the register of notices, the contact book. */
static void
add_registers(GString *text, World *world)
{
  List notices = notices_all(world_notices(world));
  List persons = office_persons(world_office(world));
  List outsides = office_outsides(world_office(world));
  for (gsize i = 0; i < notices.length; i++) {
    const Notice *notice = list_pointer(notices, Notice, i);
    g_string_append_printf(text, "%s %" G_GUINT64_FORMAT " %s %s %s %s\n", notice->id, notice->head->number, notice->body->subject,
                           notice->body->text ? notice->body->text : "-", notice->body->sender ? notice->body->sender : "-",
                           notice->confirmed ? notice->confirmed->manager : "-");
  }
  for (gsize i = 0; i < persons.length; i++) {
    const Person *person = list_item(persons, Person, i);
    const Account *account = office_account(world_office(world), person->id);
    const char *hash = office_password_hash(world_office(world), person->id);
    g_string_append_printf(text, "%s %s %s %s\n", person->id, office_person_name(world_office(world), person->id),
                           person->mobile ? person->mobile : "-", hash ? hash : "-");
    if (account)
      g_string_append_printf(text, "account %d %d %d %" G_GUINT64_FORMAT "\n", account->one_time, account->closed, account->totp,
                             account->since);
  }
  for (gsize i = 0; i < outsides.length; i++)
    g_string_append_printf(text, "%s %s\n", list_item(outsides, Outside, i)->id, list_item(outsides, Outside, i)->name);
}

char *
hall_portrait(Engine *engine, World *world)
{
  g_autoptr(GError) error = NULL;
  GString *text = g_string_new(NULL);
  Instant at = engine_now(engine);

  for (guint64 number = 1; number <= world_cases(world); number++) {
    const Case *kase = world_case(world, number, &error);
    g_assert_no_error(error);
    add_view(text, view_case(world, kase, at, NULL));
    add_view(text, view_conformity(world, kase, at, NULL));
  }
  const Viewer nobody = { NULL, at };
  add_view(text, clock_board(world, &nobody, NULL)); /* kept or worked out */
  if (office_plan_on(world_office(world), instant_date(at)))
    add_view(text, view_office(world, instant_date(at), NULL));
  add_registers(text, world);
  g_autofree char *digest = world_digest(world, &error);
  g_assert_no_error(error);
  g_string_append(text, digest);
  return g_string_free(text, FALSE);
}

void
hall_assert_same(const char *expected, const char *portrait)
{
  gsize at = 0;
  while (expected[at] && expected[at] == portrait[at])
    at++;
  if (expected[at] == portrait[at])
    return;
  at = at > 120 ? at - 120 : 0;
  g_test_message("expected …%.240s…", expected + at);
  g_test_message("     got …%.240s…", portrait + at);
  g_test_fail();
}

void
hall_assert_sound(Hall *hall)
{
  VerifyReport report;
  g_autoptr(GError) error = NULL;
  gboolean sound = verify_data(hall->dir, NULL, NULL, NULL, &report, &error);
  g_assert_no_error(error);
  g_assert_true(sound);
}
