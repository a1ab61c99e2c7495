/* Who sees what: person by case by relation, and that what is hidden is answered
 * like what is not there. */
#include <string.h>

#include "engine/access.h"
#include "engine/command.h"
#include "engine/tables.h"
#include "engine/view.h"
#include "hall.h"
#include "../seed.h"

#define PERSONS 9

static World *
world_of(const Hall *hall)
{
  return engine_world(hall->engine);
}

static Viewer
viewer(const Hall *hall, guint person)
{
  static const char *const ids[] = { "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9" };
  return (Viewer){ ids[person], engine_now(hall->engine) };
}

/* "-ooooooo-": which of p1…p9 see the case. */
static char *
who_sees(const Hall *hall, guint64 kase)
{
  char *text = g_strnfill(PERSONS, '-');
  for (guint i = 0; i < PERSONS; i++) {
    const Viewer who = viewer(hall, i);
    if (access_case(world_of(hall), &who, kase))
      text[i] = 'o';
  }
  return text;
}

/* --- the table --- */

typedef struct {
  const char *as, *act, *fields;
} Step;

static const struct {
  const char *name;
  Step steps[4];
  const char *sees;  /* p1…p9 */
  const char *other; /* of a case without any of it */
} rows[] = {
  { "by-role", { { NULL } }, "-ooooooo-", "-ooooooo-" },
  { "restricted", { { HEAD, "access.restrict", "{'reason':'x'}" } }, "---oooo--", "-ooooooo-" },
  { "restricted-to", { { HEAD, "access.restrict", "{'persons':['p2','p9'],'reason':'x'}" } }, "-o-oooo-o", "-ooooooo-" },
  { "withdrawn", { { HEAD, "access.restrict", "{'persons':['p2','p9'],'reason':'x'}" },
                   { HEAD, "access.withdraw", "{'person':'p2','reason':'x'}" } }, "---oooo-o", "-ooooooo-" },
  { "lifted", { { HEAD, "access.restrict", "{'persons':['p9'],'reason':'x'}" }, { CISO, "access.lift", "{'reason':'x'}" } },
    "-oooooooo", "-ooooooo-" },
  { "admitted", { { HEAD, "access.admit", "{'person':'p1','reason':'x'}" } }, "oooooooo-", "-ooooooo-" },
  { "named", { { HEAD, "callout.start", "{'persons':['p9'],'reason':'x'}" } }, "-oooooooo", "-ooooooo-" },
  { "named-restricted", { { HEAD, "callout.start", "{'persons':['p9'],'reason':'x'}" },
                          { HEAD, "access.restrict", "{'reason':'x'}" } }, "---oooo--", "-ooooooo-" },
  { "deputy", { { ADMINISTRATOR, "office.set_deputies", "{'post':'zeimu','deputies':['committee-chair'],'from':'2026-04-01','ground':'x'}" } },
    "-oooooooo", "-oooooooo" },
  { "deputy-in-chain", { { ADMINISTRATOR, "office.set_deputies", "{'post':'ciso','deputies':['zeimu'],'from':'2026-04-01','ground':'x'}" },
                         { HEAD, "access.restrict", "{'reason':'x'}" } }, "---ooooo-", "-ooooooo-" },
  { "concealed", { { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" } }, "-oooooo--", "-ooooooo-" },
  { "concealed-from-the-head", { { ADMINISTRATOR, "office.change_person", "{'person':'p6','department':'b1'}" },
                                 { CISO, "access.conceal", "{'department':'b1','reason':'x'}" } }, "-oooo-o--", "-ooooooo-" },
  { "concealed-from-deputies", { { ADMINISTRATOR, "office.set_deputies", "{'post':'zeimu','deputies':['committee-chair'],'from':'2026-04-01','ground':'x'}" },
                                 { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" } }, "-oooooo--", "-oooooooo" },
  { "concealed-from-the-chain", { { ADMINISTRATOR, "office.set_deputies", "{'post':'chief-security-officer','deputies':['zeimu'],'from':'2026-04-01','ground':'x'}" },
                                  { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" },
                                  { HEAD, "access.restrict", "{'reason':'x'}" } }, "---oooo--", "-ooooooo-" },
  { "concealed-administrator", { { ADMINISTRATOR, "office.change_person", "{'person':'p1','department':'b1'}" },
                                 { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" } }, "-oooooo--", "-ooooooo-" },
  { "admitted-before", { { HEAD, "access.admit", "{'person':'p8','reason':'x'}" }, { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" } },
    "-oooooo--", "-ooooooo-" },
  { "admitted-after", { { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" }, { HEAD, "access.admit", "{'person':'p8','reason':'x'}" } },
    "-ooooooo-", "-ooooooo-" },
  { "concealed-and-left", { { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" },
                            { ADMINISTRATOR, "office.relieve", "{'person':'p8','post':'zeimu','until':'2026-11-19'}" },
                            { ADMINISTRATOR, "office.appoint", "{'person':'p8','post':'system-staff','from':'2026-11-20'}" } },
    "-oooooo--", "-ooooooo-" },
  { "revealed", { { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" }, { HEAD, "access.reveal", "{'department':'b1','reason':'x'}" } },
    "-ooooooo-", "-ooooooo-" },
  { "opened", { { HEAD, "access.restrict", "{'reason':'x'}" }, { CHAIR, "opening.break", "{'reason':'x'}" } }, "---oooo-o", "-ooooooo-" },
  { "opened-then-concealed", { { HEAD, "access.restrict", "{'reason':'x'}" }, { DEPARTMENT, "opening.break", "{'reason':'x'}" },
                               { HEAD, "access.conceal", "{'department':'b1','reason':'x'}" } }, "---oooo--", "-ooooooo-" },
};

static void
test_row(gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE(data);
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall), other = hall_open_case(hall);
  for (const Step *step = rows[row].steps; step < rows[row].steps + 4 && step->as; step++)
    hall_must(hall, step->as, step->act, kase, step->fields);
  for (guint i = 0; i < 3; i++) { /* live, from the snapshot, rebuilt */
    g_autofree char *snapshot = g_build_filename(hall->dir, "snapshot", NULL);
    if (i)
      hall_close(hall);
    if (i == 2)
      g_assert_cmpint(remove(snapshot), ==, 0);
    if (i)
      hall_open(hall);
    g_assert_true(i == 0 || world_used_snapshot(world_of(hall)) == (i == 1));
    g_autofree char *sees = who_sees(hall, kase);
    g_autofree char *sees_other = who_sees(hall, other);
    g_assert_cmpstr(sees, ==, rows[row].sees);
    g_assert_cmpstr(sees_other, ==, rows[row].other);
  }
}

/* --- the same bytes --- */

static void
keep(json_t *reply, gpointer data)
{
  *(json_t **)data = reply;
}

/* A reply as text, with the number asked for turned into N and what else moves left out. */
static char *
ask(Hall *hall, json_t *request, guint64 number)
{
  json_t *reply = NULL;
  command_submit(hall->engine, request, keep, &reply);
  while (!reply)
    g_main_context_iteration(NULL, TRUE);
  g_autofree char *text = json_dumps(reply, JSON_COMPACT | JSON_SORT_KEYS);
  g_autofree char *said = g_strdup_printf("事案 %" G_GUINT64_FORMAT " は", number);
  g_auto(GStrv) parts = g_strsplit(text, said, -1);
  json_decref(reply);
  json_decref(request);
  return g_strjoinv("事案 N は", parts);
}

static json_t *
question(const char *command, const char *person, guint64 number)
{
  return json_pack("{s:s, s:s, s:I}", "command", command, "viewer", person, "case", (json_int_t)number);
}

static void
assert_like_missing(Hall *hall, const char *person, const char *post, guint64 kase)
{
  static const char *const commands[] = { "case-show", "conformity" };
  const Vocabulary *vocabulary = tables_vocabulary();
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
    g_autofree char *hidden = ask(hall, question(commands[i], person, kase), kase);
    g_autofree char *missing = ask(hall, question(commands[i], person, 77), 77);
    g_assert_cmpstr(hidden, ==, missing);
    g_assert_nonnull(strstr(hidden, "not-found"));
    json_t *past = question(commands[i], person, kase), *none = question(commands[i], person, 77);
    json_object_set_new(past, "as_of", json_integer((json_int_t)hall->size + 4));
    json_object_set_new(none, "as_of", json_integer((json_int_t)hall->size + 4));
    g_autofree char *then = ask(hall, past, kase);
    g_autofree char *never = ask(hall, none, 77);
    g_assert_cmpstr(then, ==, never);
  }
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    g_autofree char *as = g_strconcat(person, "/", post, NULL);
    const char *act = vocabulary->acts[i]->name;
    if (vocabulary->acts[i]->scope != SCOPE_CASE)
      continue;
    g_autofree char *hidden = ask(hall, json_pack("{s:s, s:s, s:s, s:I, s:{}}", "command", "act", "act", act, "as", as, "case", (json_int_t)kase, "fields"), kase);
    g_autofree char *missing = ask(hall, json_pack("{s:s, s:s, s:s, s:I, s:{}}", "command", "act", "act", act, "as", as, "case", (json_int_t)77, "fields"), 77);
    if (!g_str_equal(act, "opening.break") || strstr(hidden, "case.unknown"))
      g_assert_cmpstr(hidden, ==, missing);
    g_assert_nonnull(strstr(missing, "case.unknown"));
  }
}

static void
test_same_bytes(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  hall_must(hall, HEAD, "access.conceal", kase, "{'department':'b1','reason':'x'}");
  assert_like_missing(hall, "p8", "zeimu", kase);
  assert_like_missing(hall, "p9", "committee-chair", kase);
  assert_like_missing(hall, "p1", "administrator", kase);

  g_autofree char *list = ask(hall, question("case-list", "p8", 0), 0);
  g_assert_nonnull(strstr(list, "\"cases\":[]"));
  /* whom it is concealed from cannot break it open, and is told what is told of nothing */
  hall_must_not(hall, DEPARTMENT, "opening.break", kase, "{'reason':'x'}", FINDING_INVALID, "case.unknown");
  hall_must(hall, CHAIR, "opening.break", kase, "{'reason':'x'}");
  /* nobody at all */
  g_autofree char *nobody = ask(hall, question("case-show", "p99", kase), kase);
  g_assert_nonnull(strstr(nobody, "not-found"));
  g_autofree char *owner = ask(hall, json_pack("{s:s, s:I}", "command", "case-show", "case", (json_int_t)kase), kase);
  g_assert_nonnull(strstr(owner, "試験の事案"));
}

/* "n1 n2": the notices in PERSON's list, each with how many of its cases are shown. */
static char *
notices_of(const Hall *hall, guint person)
{
  const Viewer who = viewer(hall, person);
  json_t *list = view_notices(world_of(hall), &who);
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < json_array_size(list); i++)
    g_string_append_printf(text, "%s:%d ", json_string_value(json_object_get(json_array_get(list, i), "id")),
                           (int)json_array_size(json_object_get(json_array_get(list, i), "cases")));
  json_decref(list);
  return g_string_free(text, FALSE);
}

/* Notices of a hidden case do not exist either, but for who recorded them. */
static void
test_notices(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall), other = hall_open_case(hall);
  World *world = world_of(hall);
  const Viewer staff = viewer(hall, 1), second = viewer(hall, 2), manager = viewer(hall, 3), department = viewer(hall, 7);

  g_assert_true(access_notice(world, &second, "n1") && access_notice(world, &department, "n1"));
  g_assert_false(access_notice(world, &manager, "n9"));
  hall_must(hall, HEAD, "access.restrict", kase, "{'reason':'x'}");
  g_assert_false(access_notice(world, &second, "n1"));
  g_assert_true(access_notice(world, &staff, "n1")); /* recorded it */
  g_assert_true(access_notice(world, &manager, "n1"));
  hall_must_not(hall, STAFF_TWO, "intake.link", other, "{'notice':'n1'}", FINDING_INVALID, "「n1」が見つかりません");
  hall_must_not(hall, STAFF_TWO, "intake.link", other, "{'notice':'n9'}", FINDING_INVALID, "「n9」が見つかりません");
  g_autofree char *recorder = notices_of(hall, 1);
  g_autofree char *colleague = notices_of(hall, 2);
  g_autofree char *chain = notices_of(hall, 3);
  g_assert_cmpstr(recorder, ==, "n1:0 n2:1 ");
  g_assert_cmpstr(colleague, ==, "n2:1 ");
  g_assert_cmpstr(chain, ==, "n1:1 n2:1 ");
  /* of a case that is seen and one that is not: seen, unless one is concealed */
  hall_must(hall, MANAGER, "intake.link", other, "{'notice':'n1'}");
  g_assert_true(access_notice(world, &second, "n1") && access_notice(world, &department, "n1"));
  hall_must(hall, HEAD, "access.conceal", kase, "{'department':'b1','reason':'x'}");
  g_assert_true(access_notice(world, &second, "n1"));
  g_assert_false(access_notice(world, &department, "n1"));
  json_t *shown = view_case_for(world, world, &department, other, NULL);
  g_assert_cmpuint(json_array_size(json_object_get(shown, "notices")), ==, 1);
  json_decref(shown);
  hall_must(hall, MANAGER, "intake.unlink", other, "{'notice':'n1','reason':'x'}");
  g_assert_false(access_notice(world, &second, "n1"));
}

/* --- breaking open --- */

static void
test_opening(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  const Viewer chair = viewer(hall, 8);

  hall_must_not(hall, STAFF, "opening.break", kase, "{'reason':'x'}", FINDING_REFUSE, "opening.sees");
  hall_must(hall, HEAD, "access.restrict", kase, "{'reason':'x'}");
  hall_must_not(hall, CHAIR, "opening.break", kase, "{}", FINDING_INVALID, "field.missing");
  g_assert_cmpuint(access_labelled(world_of(hall), "Ｒ８-001"), ==, kase);
  g_assert_cmpuint(access_labelled(world_of(hall), "R8-002") + access_labelled(world_of(hall), "R7-001") + access_labelled(world_of(hall), "1"), ==, 0);

  /* decided and not yet on disk: nothing is seen */
  g_autoptr(Outcome) outcome = g_new0(Outcome, 1);
  json_t *fields = hall_json("{'reason':'議会の問い合わせ'}");
  Request request = hall_request("opening.break", "p9", "committee-chair", kase, fields);
  guint64 before = engine_head(hall->engine).size;
  engine_submit(hall->engine, &request, hall_take, outcome);
  json_decref(fields);
  if (engine_head(hall->engine).size == before)
    g_assert_false(access_case(world_of(hall), &chair, kase));
  engine_drain(hall->engine);
  g_assert_true(outcome->done);
  g_assert_cmpuint(outcome->count, ==, 2);
  g_assert_true(access_case(world_of(hall), &chair, kase));

  /* the first read comes after the alert, in the order of the journal */
  Case *opened = world_case(world_of(hall), kase, NULL);
  List log = case_log(opened);
  const LogLine *alert = list_item(log, LogLine, log.length - 2);
  g_assert_cmpstr(alert->kind->name, ==, "opening.alerted");
  g_assert_cmpuint(alert->head->number, ==, outcome->first);
  g_autofree char *read = ask(hall, question("case-show", "p9", kase), kase);
  json_t *reply = json_loads(read, 0, NULL);
  g_assert_cmpint(json_integer_value(json_object_get(reply, "head")), >, (json_int_t)outcome->first + 1);
  json_decref(reply);
  g_assert_nonnull(strstr(read, "opening.unreviewed"));

  /* it gives no right to act */
  hall_must_not(hall, CHAIR, "record.add", kase, "{'text':'x'}", FINDING_DENIED, "may.role");
  hall_must_not(hall, CHAIR, "opening.review", kase, "{'opening':'B1','outcome':'proper','comment':'x'}", FINDING_DENIED, "may.role");

  /* it ends by itself: the last minute and the next */
  hall_at(hall, "2026-11-20T18:04");
  Viewer late = viewer(hall, 8);
  g_assert_true(access_case(world_of(hall), &late, kase));
  hall_at(hall, "2026-11-20T18:05");
  late = viewer(hall, 8);
  g_assert_false(access_case(world_of(hall), &late, kase));
  hall_at(hall, "2026-11-20T17:00");
  late = viewer(hall, 8);
  g_assert_false(access_case(world_of(hall), &late, kase));
}

static gsize
reviews(const Hall *hall, guint person)
{
  g_autoptr(Arena) arena = arena_new();
  const Viewer who = viewer(hall, person);
  return access_reviews(world_of(hall), &who, arena).length;
}

/* What was opened stays shown until somebody else reviews it, a closed case or a restart notwithstanding. */
static void
test_review(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);

  hall_must(hall, ADMINISTRATOR, "office.set_deputies", 0, "{'post':'chief-security-officer','deputies':['committee-chair'],'from':'2026-12-01','ground':'x'}");
  hall_must(hall, HEAD, "access.restrict", kase, "{'reason':'x'}");
  hall_must(hall, CHAIR, "opening.break", kase, "{'reason':'急ぎ'}");
  hall_at(hall, "2026-12-02T09:00");
  g_assert_cmpuint(reviews(hall, 5), ==, 1);
  g_assert_cmpuint(reviews(hall, 2), ==, 0); /* sees no such case */
  /* now a deputy of the officer responsible, and still not their own judge */
  g_assert_cmpuint(reviews(hall, 8), ==, 1);
  hall_must_not(hall, "p9/chief-security-officer", "opening.review", kase, "{'opening':'B1','outcome':'proper','comment':'x'}", FINDING_DENIED, "opening.own");
  hall_close(hall);
  hall_open(hall);
  hall_at(hall, "2026-12-02T09:00");
  g_assert_cmpuint(reviews(hall, 5), ==, 1);
  g_autofree char *list = ask(hall, json_pack("{s:s, s:s}", "command", "reviews", "viewer", "p6"), 0);
  g_assert_nonnull(strstr(list, "急ぎ"));
  hall_must(hall, HEAD, "opening.review", kase, "{'opening':'B1','outcome':'proper','comment':'電話で確かめた'}");
  g_assert_cmpuint(reviews(hall, 5), ==, 0);
  const Viewer head = viewer(hall, 5);
  json_t *shown = view_case_for(world_of(hall), world_of(hall), &head, kase, NULL);
  g_assert_cmpuint(json_array_size(json_object_get(shown, "advice")), ==, 0);
  json_decref(shown);
}

/* --- rights to view --- */

static const struct {
  const char *right, *has; /* p1…p9 */
  const char *unsaid;      /* under a plan that says nothing */
} views[] = {
  { "view.case", "-ooooooo-", "-ooooooo-" },
  { "view.office", "ooooooooo", "ooooooooo" },
  { "view.journal", "-----oo--", "---------" },
  { "view.system", "o--------", "o--------" },
};

static void
assert_rights(const Hall *hall, gboolean said)
{
  for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
    char has[PERSONS + 1] = "---------";
    for (guint k = 0; k < PERSONS; k++) {
      const Viewer who = viewer(hall, k);
      has[k] = access_right(world_of(hall), &who, views[i].right) ? 'o' : '-';
    }
    g_assert_cmpstr(has, ==, said ? views[i].has : views[i].unsaid);
  }
}

/* The plan without its permits to view. */
static char *
silent_plan(void)
{
  g_autofree char *text = hall_plan_text();
  const char *from = strstr(text, "  - acts: [view.case]"), *upto = strstr(text, "  - acts: [access.restrict");
  g_assert_true(from && upto);
  return g_strdup_printf("%.*s  - {acts: [opening.break], roles: [staff], origin: 市の追加}\n%s", (int)(from - text), text, upto);
}

static void
test_rights(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autofree char *plan = silent_plan();
  g_autoptr(Hall) silent = hall_new_under(plan, FALSE);
  guint64 kase = hall_open_case(silent);
  assert_rights(hall, TRUE);
  assert_rights(silent, FALSE);
  g_autofree char *sees = who_sees(silent, kase);
  g_assert_cmpstr(sees, ==, "-ooooooo-");
  hall_must_not(hall, HEAD, "view.journal", 0, "{}", FINDING_INVALID, "act.view");
  g_autofree char *text = ask(hall, question("rebuild", "p6", 0), 0);
  g_assert_nonnull(strstr(text, "denied"));
}

static void
test_posts(void)
{
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Arena) arena = arena_new();
  Date day = instant_date(engine_now(hall->engine));
  hall_must(hall, ADMINISTRATOR, "office.set_deputies", 0, "{'post':'ciso','deputies':['zeimu'],'from':'2026-04-01','ground':'x'}");
  List posts = access_posts(world_of(hall), "p8", day, arena);
  g_assert_cmpuint(posts.length, ==, 2);
  g_assert_cmpstr(list_item(posts, SeatHeld, 0)->post, ==, "zeimu");
  g_assert_cmpstr(list_item(posts, SeatHeld, 0)->department, ==, "b1");
  g_assert_cmpint(list_item(posts, SeatHeld, 0)->capacity, ==, CAPACITY_SELF);
  g_assert_cmpstr(list_item(posts, SeatHeld, 1)->post, ==, "ciso");
  g_assert_cmpint(list_item(posts, SeatHeld, 1)->capacity, ==, CAPACITY_DEPUTY);
  hall_must(hall, ADMINISTRATOR, "office.relieve", 0, "{'person':'p8','post':'zeimu','until':'2026-11-19'}");
  g_assert_cmpuint(access_posts(world_of(hall), "p8", day, arena).length, ==, 0);
}

/* --- random histories --- */

/* A second reading of the rules, from the log and the office's own answers. */
typedef struct {
  gboolean restricted;
  guint64 admitted[PERSONS];  /* entry, or 0 */
  guint64 concealed;          /* entry, or 0 */
  gboolean belonged[PERSONS];
  Instant opened[PERSONS];    /* until when, or 0 */
  gboolean named[PERSONS];
} Reading;

static gboolean
belongs(const Hall *hall, guint person)
{
  const Viewer who = viewer(hall, person);
  const Person *is = office_person(world_of(hall) ? world_office(world_of(hall)) : NULL, who.person);
  return g_strcmp0(is->department, "b1") == 0 ||
         office_holds(world_office(world_of(hall)), NULL, who.person, "zeimu", instant_date(who.now)) == HOLDS_POST;
}

static void
each_person(json_t *persons, void (*visit)(Reading *, guint, guint64), Reading *reading, guint64 entry)
{
  for (gsize i = 0; i < json_array_size(persons); i++)
    visit(reading, (guint)(json_string_value(json_array_get(persons, i))[1] - '1'), entry);
}

static void
visit_admit(Reading *reading, guint person, guint64 entry)
{
  reading->admitted[person] = entry;
}

static void
visit_belong(Reading *reading, guint person, guint64 entry G_GNUC_UNUSED)
{
  reading->belonged[person] = TRUE;
}

static void
visit_name(Reading *reading, guint person, guint64 entry G_GNUC_UNUSED)
{
  reading->named[person] = TRUE;
}

static void
read_line(Reading *reading, const LogLine *line)
{
  json_t *body, *none;
  fields_encode(line->kind->fields, line->body, &body, &none);
  const char *kind = line->kind->name;
  const char *one = json_string_value(json_object_get(body, "person"));
  json_t *persons = json_object_get(body, "persons");
  if (g_str_equal(kind, "access.restricted")) {
    reading->restricted = TRUE;
    each_person(persons, visit_admit, reading, line->head->number);
  } else if (g_str_equal(kind, "access.lifted"))
    reading->restricted = FALSE;
  else if (g_str_equal(kind, "access.admitted"))
    reading->admitted[one[1] - '1'] = line->head->number;
  else if (g_str_equal(kind, "access.withdrawn"))
    reading->admitted[one[1] - '1'] = 0;
  else if (g_str_equal(kind, "access.concealed")) {
    reading->concealed = line->head->number;
    memset(reading->belonged, 0, sizeof reading->belonged);
    each_person(persons, visit_belong, reading, 0);
  } else if (g_str_equal(kind, "access.revealed"))
    reading->concealed = 0;
  else if (g_str_equal(kind, "opening.begun"))
    reading->opened[line->head->actor.person[1] - '1'] = line->head->recorded + 60 * INSTANT_MINUTE;
  else if (g_str_equal(kind, "callout.started"))
    each_person(persons, visit_name, reading, 0);
  json_decref(body);
}

static gboolean
stands_for(const Hall *hall, guint person, const char *const *posts, gboolean concealed)
{
  const Viewer who = viewer(hall, person);
  const Plan *plan = world_plan_on(world_of(hall), instant_date(who.now), NULL);
  for (; *posts; posts++)
    if (!(concealed && g_str_equal(*posts, "zeimu")) &&
        office_holds(world_office(world_of(hall)), plan, who.person, *posts, instant_date(who.now)) != HOLDS_NOT)
      return TRUE;
  return FALSE;
}

static gboolean
should_see(const Hall *hall, guint64 kase, guint person)
{
  static const char *const chain[] = { "system-manager", "security-officer", "chief-security-officer", "ciso", NULL };
  static const char *const any[] = { "system-staff", "system-manager", "security-officer", "chief-security-officer", "ciso", "zeimu", NULL };
  Reading reading = { 0 };
  List log = case_log(world_case(world_of(hall), kase, NULL));
  for (gsize i = 0; i < log.length; i++)
    read_line(&reading, list_item(log, LogLine, i));
  if (reading.concealed && (reading.belonged[person] || belongs(hall, person)) && reading.admitted[person] < reading.concealed)
    return FALSE;
  if (reading.admitted[person] || engine_now(hall->engine) < reading.opened[person])
    return TRUE;
  return reading.restricted ? stands_for(hall, person, chain, reading.concealed != 0)
                            : reading.named[person] || stands_for(hall, person, any, reading.concealed != 0);
}

/* List, check, view and act agree, and with the second reading; the word of it all. */
static char *
assert_agree(Hall *hall)
{
  GString *text = g_string_new(NULL);
  World *world = world_of(hall);
  guint64 cases = world_cases(world);
  for (guint k = 0; k < PERSONS; k++) {
    const Viewer who = viewer(hall, k);
    json_t *list = view_cases(world, &who);
    gsize at = 0;
    for (guint64 number = 1; number <= cases + 1; number++) {
      gboolean sees = access_case(world, &who, number);
      if (sees)
        g_assert_cmpint(json_integer_value(json_object_get(json_array_get(list, at++), "id")), ==, (json_int_t)number);
      g_assert_cmpint(sees, ==, number <= cases && should_see(hall, number, k));
      json_t *shown = view_case_for(world, world, &who, number, NULL);
      g_assert_cmpint(shown != NULL, ==, sees);
      json_decref(shown);
      g_string_append_c(text, sees ? 'o' : '-');
    }
    g_assert_cmpuint(at, ==, json_array_size(list));
    json_decref(list);
  }
  return g_string_free(text, FALSE);
}

static const Step moves[] = {
  { HEAD, "access.restrict", "{'persons':['%s'],'reason':'x'}" }, { CISO, "access.restrict", "{'reason':'%s'}" },
  { HEAD, "access.lift", "{'reason':'%s'}" },                     { HEAD, "access.admit", "{'person':'%s','reason':'x'}" },
  { HEAD, "access.withdraw", "{'person':'%s','reason':'x'}" },    { CISO, "access.conceal", "{'department':'b1','reason':'%s'}" },
  { HEAD, "access.conceal", "{'department':'b1','reason':'%s'}" }, { CISO, "access.reveal", "{'department':'b1','reason':'%s'}" },
  { CHAIR, "opening.break", "{'reason':'%s'}" },                  { DEPARTMENT, "opening.break", "{'reason':'%s'}" },
  { STAFF_TWO, "opening.break", "{'reason':'%s'}" },              { HEAD, "callout.start", "{'persons':['%s'],'reason':'x'}" },
  { ADMINISTRATOR, "office.change_person", "{'person':'%s','department':'b1'}" },
  { ADMINISTRATOR, "office.set_deputies", "{'post':'ciso','deputies':['zeimu'],'from':'2026-04-01','ground':'%s'}" },
  { ADMINISTRATOR, "office.set_deputies", "{'post':'zeimu','deputies':['committee-chair'],'from':'2026-04-01','ground':'%s'}" },
  { ADMINISTRATOR, "office.relieve", "{'person':'%s','post':'system-staff','until':'2026-11-19'}" },
  { ADMINISTRATOR, "office.appoint", "{'person':'%s','post':'zeimu','from':'2026-11-21'}" },
  { ADMINISTRATOR, "office.appoint", "{'person':'%s','post':'system-staff','from':'2026-11-20'}" },
};

static gboolean
move(Hall *hall, GRand *rand)
{
  const Step *step = &moves[g_rand_int_range(rand, 0, G_N_ELEMENTS(moves))];
  g_autofree char *person = g_strdup_printf("p%d", g_rand_int_range(rand, 1, PERSONS + 1));
  g_auto(GStrv) parts = g_strsplit(step->fields, "%s", 2);
  g_autofree char *fields = g_strjoinv(person, parts);
  g_autoptr(Outcome) outcome = hall_act(hall, step->as, step->act, (guint64)g_rand_int_range(rand, 1, 4), fields);
  g_autoptr(GError) error = NULL;
  g_assert_true(engine_set_clock(hall->engine, engine_now(hall->engine) + g_rand_int_range(rand, 0, 90) * INSTANT_MINUTE, &error));
  return outcome->done;
}

static guint
run_history(guint32 seed)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
  g_autoptr(Hall) hall = hall_new();
  g_autofree char *sees = NULL;
  guint done = 0;
  for (guint i = 0; i < 3; i++)
    hall_open_case(hall);
  for (guint i = 0; i < 25; i++) {
    done += move(hall, rand) ? 1 : 0;
    g_free(sees);
    sees = assert_agree(hall);
  }
  Instant now = engine_now(hall->engine);
  hall_close(hall);
  hall_open(hall);
  g_assert_true(engine_set_clock(hall->engine, now, NULL));
  g_autofree char *again = assert_agree(hall);
  g_assert_cmpstr(again, ==, sees);
  g_autofree char *live = world_digest(world_of(hall), NULL);
  g_autoptr(World) fresh = world_new(engine_reader(hall->engine), engine_blobs(hall->engine), engine_keyring(hall->engine), "/nonexistent");
  g_assert_true(world_load(fresh, G_MAXUINT64, NULL));
  g_autofree char *rebuilt = world_digest(fresh, NULL);
  g_assert_cmpstr(live, ==, rebuilt);
  return done;
}

static void
test_histories(void)
{
  const char *count_text = g_getenv("SHODO_TEST_COUNT");
  guint64 count = 1, done = 0;
  guint32 seed = seed_get();
  if (count_text)
    g_ascii_string_to_unsigned(count_text, 10, 1, 10000, &count, NULL);
  for (guint64 i = 0; i < count * 12; i++)
    done += run_history(seed + (guint32)i);
  g_test_message("%" G_GUINT64_FORMAT " acts done", done);
  g_assert_cmpuint(done, >, count * 12 * 6); /* histories in which nothing happens prove nothing */
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strdup_printf("/access/table/%s", rows[i].name);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_row);
  }
  g_test_add_func("/access/same-bytes", test_same_bytes);
  g_test_add_func("/access/notices", test_notices);
  g_test_add_func("/access/opening", test_opening);
  g_test_add_func("/access/review", test_review);
  g_test_add_func("/access/rights", test_rights);
  g_test_add_func("/access/posts", test_posts);
  g_test_add_func("/access/histories", test_histories);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
