/* The register of who is to be told and who was. */
#include "case/outreach.h"
#include "case/register.h"
#include "hall.h"

#include <string.h>

static const RegisterRow *
row_of(const Desk *desk, const char *name)
{
  g_autoptr(Calendar) calendar = calendar_of(desk->office);
  const PredicateContext asking = desk_asking(desk);
  List rows = case_register(&asking, calendar, desk->arena);
  const RegisterRow *found = NULL;
  for (gsize i = 0; i < rows.length; i++) {
    const RegisterRow *row = list_item(rows, RegisterRow, i);
    if (!g_str_has_prefix(row->name, name))
      continue;
    g_assert_null(found); /* once, whether the plan has it or the law */
    found = row;
  }
  if (!found)
    g_error("%s is not in the register", name);
  return found;
}

static void
assert_row(const Desk *desk, const char *name, RegisterState state)
{
  const RegisterRow *row = row_of(desk, name);
  if (row->state != state)
    g_error("%s: %s", name, choice_label(register_choices, (int)row->state));
}

static void
told(Desk *desk, const char *fields)
{
  Findings *findings = desk_do(desk, "reporting.notify", fields);
  g_assert_false(findings_stop(findings));
}

/* A desk under the hall's plan in which RECIPIENTS stand for 総務省's line. */
static Desk *
desk_telling(const char *recipients)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *yaml = NULL;
  g_file_get_contents(TEST_DATA "/closing.yaml", &yaml, NULL, &error);
  g_assert_no_error(error);
  const char *line = "  - {id: mic, name: 総務省}\n", *at = strstr(yaml, line);
  g_assert_nonnull(at);
  g_autofree char *changed = g_strdup_printf("%.*s%s%s", (int)(at - yaml), yaml, recipients, at + strlen(line));
  Desk *desk = desk_on(changed);
  desk_hire(desk, "p1", "担当一郎", "staff");
  desk_hire(desk, "p2", "責任二子", "head");
  desk_as(desk, "p1", "staff");
  desk_open(desk, "real");
  desk_enter(desk, "intake", 1);
  return desk;
}

/* 必須 stands when it is an incident; the plan's recipients go before the law's. */
static void
test_plan(void)
{
  g_autoptr(Desk) desk = desk_telling("  - {id: mic, name: 総務省, modality: 必須, clause: c1}\n");
  assert_row(desk, "総務省", REGISTER_OPEN);
  g_assert_cmpstr(row_of(desk, "国家サイバー統括室")->recipient, ==, "nisc");
  g_assert_true(row_of(desk, "国家サイバー統括室")->consent);
  hall_ok(desk, "triage.state", "{'kind':'fact','subject':'確認','text':'感染'}");
  desk_as(desk, "p2", "head");
  (void)desk_do(desk, "triage.judge", "{'outcome':'incident','reasons':'感染した'}");
  assert_row(desk, "総務省", REGISTER_OWED);
  told(desk, "{'recipient':'総務省','channel':'lgwan-mail','at':'2026-11-20T16:00','receipt':'第8号','text':'第1報'}");
  assert_row(desk, "総務省", REGISTER_DONE);
  const RegisterRow *row = row_of(desk, "総務省");
  g_assert_cmpstr(list_pointer(row->told, Notification, 0)->notified->how, ==, "LGWANメール");
  hall_ok(desk, "reporting.not_required", "{'recipient':'jlis','reason':'LGWANに関わらない'}");
  assert_row(desk, "地方公共団体情報システム機構", REGISTER_NOT_REQUIRED);
}

/* What it passes on is asked for where it matters, and no more. */
static void
test_consent(void)
{
  g_autoptr(Desk) desk = hall_new();
  const Finding *asked = hall_found(desk_do(desk, "reporting.notify", "{'recipient':'nisc','channel':'internet-mail','at':'2026-11-20T16:00'}"),
                                    FINDING_ADVISE, "notification.consent");
  g_assert_cmpstr(asked->field, ==, "consent");
  hall_ok(desk, "reporting.notify", "{'recipient':'nisc','channel':'internet-mail','at':'2026-11-20T16:00','consent':'refused'}");
  hall_ok(desk, "reporting.notify", "{'recipient':'jlis','channel':'telephone','at':'2026-11-20T16:00'}");
  g_assert_cmpstr(hall_found(desk_do(desk, "reporting.notify", "{'recipient':'jlis','at':'2026-11-20T16:00'}"), FINDING_INVALID, "field.missing")->field, ==, "channel");
}

/* 相談, 被害届 and 遺失物届 apart, each with its number. */
static void
test_police(void)
{
  g_autoptr(Desk) desk = hall_new();
  assert_row(desk, "警察", REGISTER_OPEN);
  told(desk, "{'recipient':'警察本部サイバー犯罪対策課','channel':'telephone','matter':'consultation','at':'2026-11-20T16:00','receipt':'相談受理12'}");
  const RegisterRow *row = row_of(desk, "警察");
  g_assert_cmpuint(row->matters.length, ==, 3);
  g_assert_cmpint(list_item(row->matters, RegisterMatter, 0)->state, ==, REGISTER_DONE);
  g_assert_cmpint(list_item(row->matters, RegisterMatter, 1)->state, ==, REGISTER_OPEN);
  g_assert_cmpint(row->state, ==, REGISTER_OPEN);
  desk_as(desk, "p2", "head");
  hall_ok(desk, "reporting.not_required", "{'recipient':'police','matter':'lost','reason':'物の紛失ではない'}");
  told(desk, "{'recipient':'police','channel':'in-person','matter':'damage','at':'2026-11-20T16:30','receipt':'被害届34'}");
  assert_row(desk, "警察", REGISTER_DONE);
  g_assert_cmpuint(row_of(desk, "警察")->told.length, ==, 3);
}

/* A duty of law makes its recipient owed until what it asks for is done; 本人 are in no plan. */
static void
test_law(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "triage.add_dataset", "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  hall_ok(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  assert_row(desk, "個人情報保護委員会", REGISTER_OWED);
  assert_row(desk, "本人", REGISTER_OWED);
  told(desk, "{'recipient':'ppc','channel':'portal','at':'2026-11-20T16:00','form':'速報'}");
  assert_row(desk, "個人情報保護委員会", REGISTER_OWED);
  g_assert_cmpstr(row_of(desk, "個人情報保護委員会")->clock->id, ==, "appi-final/市長");
  told(desk, "{'recipient':'ppc','channel':'portal','at':'2026-11-20T16:30','form':'確報'}");
  assert_row(desk, "個人情報保護委員会", REGISTER_DONE);
  told(desk, "{'recipient':'本人（台帳の方）','channel':'post','at':'2026-11-20T16:35'}");
  assert_row(desk, "本人", REGISTER_DONE);
  hall_ok(desk, "triage.add_dataset", "{'name':'名簿','body':'教育委員会','personal':'unknown','my_number':'no','encrypted':'no'}");
  hall_found(desk_do(desk, "reporting.notify", "{'recipient':'ppc','channel':'portal','at':'2026-11-20T16:36','form':'速報'}"), FINDING_ADVISE, "notification.body");
  told(desk, "{'recipient':'県の記者クラブ','channel':'fax','at':'2026-11-20T16:40'}");
  assert_row(desk, "県の記者クラブ", REGISTER_DONE);
  desk_as(desk, "p2", "head");
  hall_ok(desk, "reporting.not_publish", "{'to':'press','reason':'二次被害のおそれ'}");
  assert_row(desk, "報道機関", REGISTER_NOT_REQUIRED);
}

/* Of the rules that hold the one that asks for most, wherever it stands. */
static void
test_most_specific(void)
{
  g_autoptr(Desk) desk = desk_telling("  - {id: kai, name: 議会事務局, contact: 代表電話, rules: [{when: {all: [always, {phase-reached: triage}]}, "
                                      "modality: 必須, contact: 議長}, {when: always, contact: 係}]}\n");
  const char *before = row_of(desk, "議会事務局")->contact;
  desk_enter(desk, "triage", 1);
  g_assert_cmpstr(before, ==, "係");
  g_assert_cmpstr(row_of(desk, "議会事務局")->contact, ==, "議長");
}

/* Counts only; a letter sent to 本人 meets the duty, and no more can come back than went out. */
static void
test_outreach(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_ok(desk, "triage.add_dataset", "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  hall_ok(desk, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  assert_row(desk, "本人", REGISTER_OWED);
  hall_found(desk_do(desk, "persons.count", "{'what':'returned','number':1,'at':'2026-11-20T16:00'}"), FINDING_INVALID, "persons.returned");
  hall_ok(desk, "persons.count", "{'what':'sent','number':120,'at':'2026-11-20T16:00','channel':'post','list':'情報政策課の金庫'}");
  assert_row(desk, "本人", REGISTER_DONE);
  hall_ok(desk, "persons.count", "{'what':'returned','number':7,'at':'2026-11-20T16:30'}");
  hall_ok(desk, "persons.count", "{'what':'sent-again','number':5,'at':'2026-11-20T17:00'}");
  g_assert_cmpint(outreach_persons(desk->kase, NULL, PERSONS_SENT), ==, 120);
  hall_found(desk_do(desk, "persons.count", "{'what':'returned','number':119,'at':'2026-11-20T17:00'}"), FINDING_INVALID, "persons.returned");
  hall_found(desk_do(desk, "persons.count", "{'what':'sent','number':1,'at':'2026-11-20T17:06'}"), FINDING_INVALID, "at.future");
}

static void
test_expenses(void)
{
  g_autoptr(Desk) desk = hall_new();
  hall_found(desk_do(desk, "expense.record", "{'kind':'overtime','text':'復旧','day':'2026-11-20'}"), FINDING_INVALID, "expense.hours");
  hall_ok(desk, "expense.record", "{'kind':'overtime','text':'復旧','hours':14,'day':'2026-11-20'}");
  hall_found(desk_do(desk, "expense.record", "{'kind':'contract','text':'調査','amount':3300000,'day':'2026-11-20'}"), FINDING_ADVISE, "expense.ground");
  hall_ok(desk, "expense.record", "{'kind':'claim','text':'委託先へ','amount':1000000,'party':'委託先','day':'2026-11-20'}");
  g_assert_cmpint(outreach_sum(desk->kase, EXPENSE_OVERTIME), ==, 14);
  g_assert_cmpint(outreach_sum(desk->kase, EXPENSE_CONTRACT), ==, 3300000);
  hall_ok(desk, "helpline.count", "{'at':'2026-11-20T17:00','calls':31}");
  hall_ok(desk, "helpline.answer", "{'question':'私の情報は','answer':'調べています'}");
  hall_ok(desk, "helpline.answer", "{'question':'私の情報は','answer':'漏れていません','replaces':'q1'}");
  hall_found(desk_do(desk, "helpline.answer", "{'question':'別','answer':'別','replaces':'q1'}"), FINDING_REFUSE, "answer.replaced");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/register/plan", test_plan);
  g_test_add_func("/register/consent", test_consent);
  g_test_add_func("/register/police", test_police);
  g_test_add_func("/register/law", test_law);
  g_test_add_func("/register/most-specific", test_most_specific);
  g_test_add_func("/register/outreach", test_outreach);
  g_test_add_func("/register/expenses", test_expenses);
  return g_test_run();
}
