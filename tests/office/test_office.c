#include <string.h>

#include "town.h"
#include "../seed.h"

/* --- the tables --- */

static gboolean
has_field(const Field *fields, const Field *wanted)
{
  for (const Field *field = fields; field->name; field++)
    if (g_str_equal(field->name, wanted->name))
      return field->type == wanted->type && field->offset == wanted->offset &&
             (field->flags & FIELD_PERSONAL) == (wanted->flags & FIELD_PERSONAL);
  return FALSE;
}

/* An act without decide emits its own struct, so every field must be the entry's too. */
static void
test_tables(void)
{
  for (gsize i = 0; i < office_domain.n_acts; i++) {
    const ActKind *act = &office_domain.acts[i];
    gboolean listed = FALSE;

    g_assert_true(g_str_has_prefix(act->name, "office."));
    g_assert_cmpint(act->scope, ==, SCOPE_OFFICE);
    for (gsize k = 0; k < office_domain.n_entries; k++)
      listed = listed || office_domain.entries[k] == act->emits;
    g_assert_true(listed);
    if (act->decide)
      continue;
    g_assert_cmpuint(act->size, ==, act->emits->size);
    for (const Field *field = act->fields; field->name; field++)
      g_assert_true(has_field(act->emits->fields, field));
  }
}

/* What goes where: personal fields beside the structural ones, erasures as the journal reads them. */
static void
test_bodies(void)
{
  gint64 numbers[] = { 7, 12 };
  const struct {
    const EntryKind *kind;
    gconstpointer body;
    const char *structural, *personal;
  } rows[] = {
    { &office_erased, &(OfficeErase){ { 2, numbers }, "根拠" },
      "{\"entries\":[7,12],\"ground\":\"根拠\"}", NULL },
    { &office_person_added, &(OfficePerson){ .name = "青木", .staff_number = "001", .mobile = "090" },
      "{\"staff_number\":\"001\"}", "{\"mobile\":\"090\",\"name\":\"青木\"}" },
    { &office_password_set, &(OfficePassword){ "p1", "$argon2id$x" },
      "{\"person\":\"p1\"}", "{\"password_hash\":\"$argon2id$x\"}" },
    { &office_appointed, &(OfficeAppoint){ "p1", "head", 20544, DATE_NONE, TRUE },
      "{\"concurrent\":true,\"from\":\"2026-04-01\",\"person\":\"p1\",\"post\":\"head\"}", NULL },
    { &office_outside_added,
      &(OfficeOutside){ .name = "南電算", .kind = OUTSIDE_CONTRACTOR, .contact = "係", .out_of_hours = "夜", .telephone = "0" },
      "{\"kind\":\"contractor\",\"name\":\"南電算\"}",
      "{\"contact\":\"係\",\"out_of_hours\":\"夜\",\"telephone\":\"0\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    json_t *structural, *personal;
    fields_encode(rows[i].kind->fields, rows[i].body, &structural, &personal);
    char *left = json_dumps(structural, JSON_COMPACT | JSON_SORT_KEYS);
    char *right = personal ? json_dumps(personal, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    g_assert_cmpstr(left, ==, rows[i].structural);
    g_assert_cmpstr(right, ==, rows[i].personal);
    free(left);
    free(right);
    json_decref(structural);
    json_decref(personal);
  }
}

/* References and required fields, as the dispatcher decodes them. */
static void
test_decoded(void)
{
  static const struct {
    const char *act, *json, *field;
  } rows[] = {
    { "office.appoint", "{'person':'p1','post':'head','from':'R8.4.1'}", NULL },
    { "office.appoint", "{'person':'p1','post':'administrator','from':'2026-04-01'}", NULL },
    { "office.appoint", "{'person':'p2','post':'head','from':'R8.4.1'}", "person" },
    { "office.appoint", "{'person':'p1','post':'tail','from':'R8.4.1'}", "post" },
    { "office.appoint", "{'person':'p1','post':'head'}", "from" },
    { "office.set_deputies", "{'post':'head','deputies':['vice','tail'],'from':'R8.4.1','ground':'規則'}", "deputies" },
    { "office.add_post", "{'id':'zeimu','name':'税務課','role':'none'}", "role" },
    { "office.add_person", "{'name':'甲','department':'b1'}", "department" },
    { "office.add_outside", "{'name':'甲','kind':'friend'}", "kind" },
    { "office.erase", "{'entries':[1,-1],'ground':'根拠'}", "entries" },
    { "office.erase", "{'entries':[],'ground':'根拠'}", "entries" },
  };
  g_autoptr(Town) town = town_new();
  const ActContext context = { .plan = town->plan, .office = town->office, .arena = town->arena };

  town_add(town, "青木");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdelimit(g_strdup(rows[i].json), "'", '"');
    json_t *json = json_loads(text, 0, NULL);
    Findings *findings = findings_new(town->arena);
    const ActKind *act = office_domain.acts;

    while (!g_str_equal(act->name, rows[i].act))
      act++;
    fields_decode(act->fields, act->size, json, &context, town->arena, findings);
    json_decref(json);
    g_test_message("%s", rows[i].json);
    g_assert_cmpuint(findings_length(findings), ==, rows[i].field ? 1 : 0);
    if (rows[i].field)
      g_assert_cmpstr(findings_at(findings, 0)->field, ==, rows[i].field);
  }
}

static void
test_found(void)
{
  static const char *const names[] = { "office.founded", "office.person_added", "office.appointed" };
  static const char digest[] = "2222222222222222222222222222222222222222222222222222222222222222";
  g_autoptr(Town) town = town_new();
  const ActContext context = { .plan = town->plan, .office = town->office, .arena = town->arena };
  const OfficeFound found = {
    .name = "みなみ市", .real = TRUE, .origin = "minami/journal/1", .digest = digest,
    .from = town_day("2026-04-01"), .administrator = "管理 太郎",
  };
  const ActKind *act = &office_domain.acts[0];
  g_autoptr(Decision) decision = decision_new();

  g_assert_cmpstr(act->name, ==, "office.found");
  g_assert_cmpuint(findings_length(town_ask(town, "office.found", &found)), ==, 0);
  act->decide(&context, &found, decision);
  g_assert_cmpuint(decision_length(decision), ==, G_N_ELEMENTS(names));
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    const Emission *emission = decision_at(decision, i);
    g_autoptr(GError) error = NULL;
    void *body = fields_restore(emission->kind->fields, emission->kind->size, emission->structural,
                                emission->personal, town->arena, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(emission->kind->name, ==, names[i]);
    town_apply(town, emission->kind, body);
  }

  g_assert_true(office_real(town->office));
  g_assert_cmpstr(office_name(town->office), ==, "みなみ市");
  g_assert_cmpstr(office_plan_on(town->office, town_day("2026-04-01")), ==, digest);
  g_assert_cmpstr(office_person_name(town->office, "p1"), ==, "管理 太郎");
  g_assert_cmpint(office_holds(town->office, town->plan, "p1", OFFICE_ADMINISTRATOR, town_day("2026-04-01")),
                  ==, HOLDS_POST);
  g_assert_true(findings_stop(town_ask(town, "office.found", &found)));
}

static void
test_plan_on(void)
{
  static const struct {
    const char *day, *digest;
  } rows[] = {
    { "2026-03-31", NULL }, { "2026-04-01", "old" }, { "2027-03-31", "old" },
    { "2027-04-01", "newer" }, { "2026-12-31", "old" },
  };
  g_autoptr(Town) town = town_new();

  town_apply(town, &office_plan_adopted, &(OfficeAdopt){ "new", town_day("2027-04-01") });
  town_apply(town, &office_plan_adopted, &(OfficeAdopt){ "old", town_day("2026-04-01") });
  town_apply(town, &office_plan_adopted, &(OfficeAdopt){ "newer", town_day("2027-04-01") });
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_assert_cmpstr(office_plan_on(town->office, town_day(rows[i].day)), ==, rows[i].digest);
}

static void
test_named(void)
{
  static const struct {
    const char *name, *id;
  } rows[] = {
    { "p2", "p2" },   { "青木一郎", "p1" }, { "青木　一郎", "p1" }, { "S002", "p2" },
    { "佐藤 実", NULL }, { "誰か", NULL },   { "p02", NULL },        { "p0", NULL },
    { "", NULL },
  };
  g_autoptr(Town) town = town_new();

  town_add(town, "青木 一郎");
  town_apply(town, &office_person_added, &(OfficePerson){ .name = "石井花子", .staff_number = "S002" });
  town_add(town, "佐藤実");
  town_add(town, "佐藤 実");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Person *person = office_person_named(town->office, rows[i].name);
    g_test_message("%s", rows[i].name);
    g_assert_cmpstr(person ? person->id : NULL, ==, rows[i].id);
  }
  const OfficePerson taken = { .name = "別人", .staff_number = "S002" };
  const OfficePerson own = { .person = "p2", .staff_number = "S002" };
  g_assert_true(findings_stop(town_ask(town, "office.add_person", &taken)));
  g_assert_cmpuint(findings_length(town_ask(town, "office.change_person", &own)), ==, 0);
}

static void
test_outside(void)
{
  g_autoptr(Town) town = town_new();
  const OfficeOutside prime = { .name = "南電算", .kind = OUTSIDE_CONTRACTOR, .telephone = "0000-00-0001" };
  const OfficeOutside sub = { .name = "北保守", .kind = OUTSIDE_CONTRACTOR, .parent = "x1" };
  const OfficeOutside approve = { .outside = "x2", .approval = 1 };
  const OfficeOutside circle = { .outside = "x1", .parent = "x2" };
  const OfficeOutside police = { .name = "警察", .kind = OUTSIDE_AUTHORITY, .parent = "x1" };

  town_apply(town, &office_outside_added, &prime);
  Findings *findings = town_ask(town, "office.add_outside", &sub);
  g_assert_cmpuint(findings_length(findings), ==, 1);
  g_assert_false(findings_stop(findings)); /* 再委託の承認: advice */
  town_apply(town, &office_outside_added, &sub);
  g_assert_cmpuint(findings_length(town_ask(town, "office.change_outside", &approve)), ==, 0);
  town_apply(town, &office_outside_changed, &approve);
  g_assert_true(office_outside(town->office, "x2")->approved);
  g_assert_cmpstr(office_outside(town->office, "x2")->name, ==, "北保守");
  g_assert_true(findings_stop(town_ask(town, "office.change_outside", &circle)));
  g_assert_true(findings_stop(town_ask(town, "office.add_outside", &police)));
}

static void
test_any_party(void)
{
  static const struct {
    const char *id;
    gboolean exists;
  } rows[] = {
    { "p1", TRUE }, { "p2", FALSE }, { "x1", TRUE }, { "b1", TRUE }, { "b2", FALSE }, { "head", TRUE },
    { "tail", FALSE },
  };
  g_autoptr(Town) town = town_new();
  const ActContext context = { .plan = town->plan, .office = town->office };

  town_add(town, "青木");
  town_apply(town, &office_outside_added, &(OfficeOutside){ .name = "南電算", .kind = OUTSIDE_CONTRACTOR });
  town_apply(town, &office_department_added, &(OfficeDepartment){ "税務課", "市長" });
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_assert_cmpint(ref_any_party.exists(&context, rows[i].id), ==, rows[i].exists);
  g_assert_true(findings_stop(town_ask(town, "office.add_department", &(OfficeDepartment){ "税務課", "市長" })));
}

/* --- erasure --- */

static void
erase(Town *town, const gint64 *entries, gsize n)
{
  List list = { 0 };
  for (gsize i = 0; i < n; i++)
    *(gint64 *)list_push(town->arena, &list, sizeof(gint64)) = entries[i];
  const OfficeErase erased = { list, "個人情報保護法に基づく利用停止" };
  g_assert_cmpuint(findings_length(town_ask(town, "office.erase", &erased)), ==, 0);
  town_apply(town, &office_erased, &erased);
}

static void
test_erased(void)
{
  g_autoptr(Town) town = town_new();
  Date day = town_day("2026-04-01");

  town_add(town, "青木 一郎");
  town_appoint(town, "p1", "head", "2026-04-01", NULL);
  town_apply(town, &office_password_set, &(OfficePassword){ "p1", "$argon2id$old" });
  town_apply(town, &office_password_set, &(OfficePassword){ "p1", "$argon2id$new" });
  town_apply(town, &office_person_changed, &(OfficePerson){ .person = "p1", .mobile = "090-0000-0000" });
  g_assert_cmpstr(office_password_hash(town->office, "p1"), ==, "$argon2id$new");

  List entries = office_personal_entries(town->office, "p1", town->arena);
  g_assert_cmpuint(entries.length, ==, 4); /* the name, the mobile, both passwords */
  erase(town, entries.items, entries.length);

  g_assert_null(office_person(town->office, "p1")->name);
  g_assert_null(office_person(town->office, "p1")->mobile);
  g_assert_null(office_password_hash(town->office, "p1")); /* the older one does not come back */
  g_assert_null(office_person_named(town->office, "青木 一郎"));
  g_assert_cmpuint(office_personal_entries(town->office, "p1", town->arena).length, ==, 0);
  g_assert_cmpint(office_holds(town->office, town->plan, "p1", "head", day), ==, HOLDS_POST);
  g_assert_nonnull(strstr(office_describe_post(town->office, town->plan, "head", day, town->arena),
                          "現任者：（消去済み）（p1）"));

  const OfficeAppoint other = { .person = "p1", .post = "head", .from = day, .until = DATE_NONE };
  g_assert_nonnull(strstr(findings_at(town_ask(town, "office.appoint", &other), 0)->text, "（消去済み）"));
  gint64 twice[] = { 4, 4 };
  g_assert_true(findings_stop(town_ask(town, "office.erase", &(OfficeErase){ { 2, twice }, "根拠" })));
}

/* --- folding anew gives the same office --- */

typedef struct {
  const EntryKind *kind;
  gpointer body;
  gboolean erased;
} Past;

static void
keep(GArray *history, Arena *arena, const EntryKind *kind, const void *body)
{
  Past past = { .kind = kind, .body = arena_alloc(arena, kind->size) };
  memcpy(past.body, body, kind->size);
  g_array_append_val(history, past);
}

static const char *
random_name(Arena *arena, const char *prefix)
{
  return g_test_rand_int_range(0, 4) ? arena_printf(arena, "%s%d", prefix, g_test_rand_int_range(0, 1000)) : NULL;
}

static const char *
random_id(Arena *arena, char prefix, gint32 upto)
{
  return arena_printf(arena, "%c%d", prefix, g_test_rand_int_range(1, upto + 1));
}

static void
random_erasure(GArray *history, Arena *arena)
{
  List list = { 0 };
  for (gint i = g_test_rand_int_range(1, 4); i > 0; i--) {
    gint32 entry = g_test_rand_int_range(0, (gint32)history->len);
    g_array_index(history, Past, entry).erased = TRUE;
    *(gint64 *)list_push(arena, &list, sizeof(gint64)) = entry + 1;
  }
  keep(history, arena, &office_erased, &(OfficeErase){ list, "根拠" });
}

static void
random_entry(GArray *history, Arena *arena, gint32 step)
{
  Date from = town_day("2026-04-01") + g_test_rand_int_range(0, 100);
  OfficePerson person = { NULL, random_name(arena, "氏名"), random_name(arena, "S"), NULL,
                          random_name(arena, "内線"), random_name(arena, "携帯"), random_name(arena, "メール") };
  OfficeOutside body = { NULL, random_name(arena, "事業者"), OUTSIDE_CONTRACTOR, NULL, FALSE, 0,
                         random_name(arena, "担当"), random_name(arena, "時間外"), random_name(arena, "電話") };
  OfficeAppoint appoint = { random_id(arena, 'p', 10), "handler", from, from + 30, FALSE };
  OfficeRelieve relieve = { random_id(arena, 'p', 10), "handler", from + 5 };

  switch (step < 10 ? 0 : g_test_rand_int_range(0, 8)) {
  case 0:
    keep(history, arena, &office_person_added, &person);
    break;
  case 1:
    person.person = random_id(arena, 'p', 10);
    keep(history, arena, &office_person_changed, &person);
    break;
  case 2:
    keep(history, arena, &office_outside_added, &body);
    break;
  case 3:
    body.outside = random_id(arena, 'x', 5);
    keep(history, arena, &office_outside_changed, &body);
    break;
  case 4:
    keep(history, arena, &office_appointed, &appoint);
    break;
  case 5:
    keep(history, arena, &office_relieved, &relieve);
    break;
  case 6:
    keep(history, arena, &office_password_set, &(OfficePassword){ random_id(arena, 'p', 10), "$argon2id$x" });
    break;
  default:
    random_erasure(history, arena);
  }
}

/* What restoring an entry gives once its personal body is gone. */
static gconstpointer
without_personal(const Past *past, Arena *arena)
{
  guint8 *body = arena_alloc(arena, past->kind->size);
  memcpy(body, past->body, past->kind->size);
  for (const Field *field = past->kind->fields; field->name; field++)
    if (field->flags & FIELD_PERSONAL)
      *(const char **)(body + field->offset) = NULL;
  return body;
}

static void
dump_contacts(GString *out, const Town *town)
{
  List persons = office_persons(town->office), outsides = office_outsides(town->office);

  for (gsize i = 0; i < persons.length; i++) {
    const Person *p = list_item(persons, Person, i);
    g_string_append_printf(out, "%s %s %s %s %s %s %s\n", p->id, p->name, p->staff_number, p->phone, p->mobile,
                           p->mail, office_password_hash(town->office, p->id));
  }
  for (gsize i = 0; i < outsides.length; i++) {
    const Outside *x = list_item(outsides, Outside, i);
    g_string_append_printf(out, "%s %s %s %s %s\n", x->id, x->name, x->contact, x->out_of_hours, x->telephone);
  }
}

static char *
dump(const Town *town)
{
  GString *out = g_string_new(NULL);

  dump_contacts(out, town);
  for (Date day = town_day("2026-04-01"); day < town_day("2026-09-01"); day += 7) {
    g_autofree char *holders = town_join(office_holders(town->office, "handler", day, town->arena));
    g_string_append_printf(out, "%d %s\n", day, holders);
  }
  return g_string_free(out, FALSE);
}

static void
test_rebuilt(void)
{
  for (guint round = 0; round < 50; round++) {
    g_autoptr(Town) live = town_new();
    g_autoptr(Town) rebuilt = town_new();
    g_autoptr(GArray) history = g_array_new(FALSE, FALSE, sizeof(Past));

    for (gint32 step = 0; step < 120; step++) {
      random_entry(history, live->arena, step);
      const Past *past = &g_array_index(history, Past, step);
      town_apply(live, past->kind, past->body);
    }
    for (guint i = 0; i < history->len; i++) {
      const Past *past = &g_array_index(history, Past, i);
      town_apply(rebuilt, past->kind, past->erased ? without_personal(past, live->arena) : past->body);
    }
    g_autofree char *left = dump(live);
    g_autofree char *right = dump(rebuilt);
    g_assert_cmpstr(left, ==, right);
  }
}

/* 指名: head-role names who takes watch, from the handlers; nobody else has a hand in other posts. */
static void
test_naming(void)
{
  static const struct {
    const char *as, *person, *post;
    FindingWeight weight;
    const char *code; /* NULL: nothing is said */
  } rows[] = {
    { "head", "p1", "watch", 0, NULL },
    { "head", "p2", "watch", FINDING_REFUSE, "office.named_from" },
    { "head", "p2", "vice", FINDING_DENIED, "office.naming" },
    { "vice", "p1", "watch", FINDING_DENIED, "office.naming" },
    { "administrator", "p1", "watch", FINDING_ADVISE, "office.naming" },
    { "administrator", "p2", "vice", 0, NULL },
  };
  g_autoptr(Town) town = town_new();

  town_add(town, "青木 一郎");
  town_add(town, "石井 花子");
  town_appoint(town, "p1", "handler", "2025-04-01", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const OfficeAppoint appoint = { rows[i].person, rows[i].post, town_day("2026-04-01"), DATE_NONE, FALSE };
    Findings *findings = town_ask_as(town, rows[i].as, "office.appoint", &appoint);
    g_test_message("%s appoints %s to %s", rows[i].as, rows[i].person, rows[i].post);
    g_assert_cmpuint(findings_length(findings), ==, rows[i].code ? 1 : 0);
    if (!rows[i].code)
      continue;
    g_assert_cmpint(findings_at(findings, 0)->weight, ==, rows[i].weight);
    g_assert_cmpstr(findings_at(findings, 0)->code, ==, rows[i].code);
  }
}

/* A post can be left only by the word of who names it, too. */
static void
test_naming_relieves(void)
{
  g_autoptr(Town) town = town_new();
  const OfficeRelieve relieve = { "p1", "handler", town_day("2026-03-31") };

  town_add(town, "青木 一郎");
  town_appoint(town, "p1", "handler", "2025-04-01", NULL);
  g_assert_cmpuint(findings_length(town_ask(town, "office.relieve", &relieve)), ==, 0);
  g_assert_true(findings_worst(town_ask_as(town, "head", "office.relieve", &relieve)) == FINDING_DENIED);
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  g_test_add_func("/office/naming", test_naming);
  g_test_add_func("/office/naming-relieves", test_naming_relieves);
  g_test_add_func("/office/tables", test_tables);
  g_test_add_func("/office/bodies", test_bodies);
  g_test_add_func("/office/decoded", test_decoded);
  g_test_add_func("/office/found", test_found);
  g_test_add_func("/office/plan-on", test_plan_on);
  g_test_add_func("/office/named", test_named);
  g_test_add_func("/office/outside", test_outside);
  g_test_add_func("/office/any-party", test_any_party);
  g_test_add_func("/office/erased", test_erased);
  g_test_add_func("/office/rebuilt", test_rebuilt);
  return g_test_run();
}
