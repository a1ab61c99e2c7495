/* Reminders by the engine's time: each once, over restarts too; to whom; and what follows for want of an answer. */
#include "case/clocks.h"
#include "engine/reminders.h"
#include "hall.h"
#include "office/outbox.h"

#include <string.h>

/* Due at the end of 11-24, told by the posts that may report and the deputies. */
static guint64
troubled(Hall *hall)
{
  guint64 kase = hall_open_case(hall);
  hall_must(hall, STAFF, "triage.add_dataset", kase, "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  hall_must(hall, STAFF, "duty.assess", kase, "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  return kase;
}

static const Case *
case_of(Hall *hall, guint64 number)
{
  g_autoptr(GError) error = NULL;
  const Case *kase = world_case(engine_world(hall->engine), number, &error);
  g_assert_no_error(error);
  return kase;
}

static void
at(Hall *hall, const char *time)
{
  g_autoptr(Reminders) reminders = reminders_new(hall->engine, "https://shodo.example.lg.jp");
  hall_at(hall, time);
  reminders_run(reminders);
  engine_drain(hall->engine);
}

static gsize
told(Hall *hall, guint64 kase, const char *clock)
{
  List all = case_deadlines(case_of(hall, kase))->reminders;
  gsize count = 0;
  for (gsize i = 0; i < all.length; i++)
    count += g_str_equal(list_pointer(all, ClockReminder, i)->body->clock, clock);
  return count;
}

static const ClockReminder *
last_of(Hall *hall, guint64 kase)
{
  return deadline_reminded(case_of(hall, kase), "appi-preliminary/市長");
}

static const struct {
  const char *at;
  gsize count;     /* told by then */
  int when, to;    /* of the last */
} days[] = {
  { "2026-11-21T23:58", 0, 0, 0 },
  { "2026-11-21T23:59:59.999", 1, REMINDED_BEFORE, REMIND_POST },
  { "2026-11-22T12:00", 1, REMINDED_BEFORE, REMIND_POST },
  { "2026-11-24T00:00", 2, REMINDED_BEFORE, REMIND_POST },
  { "2026-11-24T21:00", 3, REMINDED_BEFORE, REMIND_DEPUTY },
  { "2026-11-24T21:30", 3, REMINDED_BEFORE, REMIND_DEPUTY },
  { "2026-11-24T22:00", 4, REMINDED_UNANSWERED, REMIND_CHAIN }, /* 60 minutes without an answer */
  { "2026-11-25T00:00", 5, REMINDED_AFTER, REMIND_DEPUTY },
  { "2026-11-25T00:31", 6, REMINDED_UNANSWERED, REMIND_CHAIN },
  { "2026-11-26T00:00", 7, REMINDED_REPEAT, REMIND_CHAIN },
};

/* The whole course, the office closed and opened again at each step: none twice, none lost. */
static void
test_course(gconstpointer restarting)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
    at(hall, days[i].at);
    if (restarting) {
      hall_close(hall);
      hall_open(hall);
      at(hall, days[i].at);
    }
    g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, days[i].count);
    if (days[i].count) {
      g_assert_cmpint(last_of(hall, kase)->body->when, ==, days[i].when);
      g_assert_cmpint(last_of(hall, kase)->body->to, ==, days[i].to);
    }
  }
  hall_assert_sound(hall);
}

/* How many of POSTS the one before did not have. */
static gsize
new_posts(List posts, List before)
{
  gsize count = 0;
  for (gsize i = 0; i < posts.length; i++)
    count += !list_has_string(before, list_string(posts, i));
  return count;
}

/* Up the chain one step at a time: whoever was told before stays told, somebody new is, and only when nobody is left the telephone
 * remains.  The day after goes on where it had come to. */
static void
test_steps(void)
{
  static const char *const times[] = { "2026-11-25T00:31", "2026-11-25T01:02", "2026-11-25T01:33", "2026-11-25T02:04", "2026-11-25T02:35", "2026-11-25T03:06" };
  g_autofree char *plan = hall_plan_text();
  g_autofree char *fewer = hall_replace(plan, "- acts: [reporting.notify, reporting.alert_staff]\n    roles: [csirt-staff, handler, csirt-manager, csirt-vice]",
                                        "- acts: [reporting.notify, reporting.alert_staff]\n    roles: [csirt-staff]");
  g_autofree char *longer = hall_replace(fewer, "{role: csirt-head, kind: 報告}\n  - id: prevention",
                                         "{role: csirt-head, kind: 報告}\n      - {role: ciso, kind: 報告}\n  - id: prevention");
  g_autoptr(Hall) hall = hall_new_under(longer, FALSE);
  guint64 kase = troubled(hall);
  gint64 steps = 0;
  at(hall, "2026-11-25T00:00");
  List before = last_of(hall, kase)->body->posts;
  for (gsize i = 0; i < G_N_ELEMENTS(times) && last_of(hall, kase)->body->left != 0; i++) {
    g_assert_false(reminders_unanswered(last_of(hall, kase), hall_time(times[i])));
    at(hall, times[i]);
    const ClockReminded *body = last_of(hall, kase)->body;
    g_assert_cmpint(body->when, ==, REMINDED_UNANSWERED);
    g_assert_cmpint(body->step, ==, ++steps);
    g_assert_cmpuint(new_posts(body->posts, before), >, 0);
    g_assert_cmpuint(new_posts(before, body->posts), ==, 0);
    before = body->posts;
  }
  g_assert_cmpint(steps, ==, 3); /* manager, vice, CISO; the head could act and was told from the first */
  g_assert_true(list_has_string(before, "ciso"));
  const ClockReminder *last = last_of(hall, kase);
  g_assert_cmpint(last->body->left, ==, 0);
  g_assert_true(reminders_unanswered(last, last->head->recorded + 30 * INSTANT_MINUTE));
  g_assert_false(reminders_unanswered(last, last->head->recorded + 29 * INSTANT_MINUTE));
  gsize all = told(hall, kase, "appi-preliminary/市長");
  at(hall, "2026-11-25T12:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, all); /* nobody is told twice for it */
  at(hall, "2026-11-26T00:00");
  g_assert_cmpint(last_of(hall, kase)->body->step, ==, steps);
}

/* Whoever answers on the way up ends it. */
static void
test_steps_answered(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  at(hall, "2026-11-25T00:00");
  at(hall, "2026-11-25T00:31");
  gsize all = told(hall, kase, "appi-preliminary/市長");
  hall_must(hall, MANAGER, "clock.acknowledge", kase, "{'clock':'appi-preliminary/市長'}");
  at(hall, "2026-11-25T03:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, all);
}

/* What fell due while nothing ran is told once, as the latest, and says how many it stands for. */
static void
test_missed(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  at(hall, "2026-11-27T12:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, 1);
  g_assert_cmpint(last_of(hall, kase)->body->when, ==, REMINDED_REPEAT);
  g_assert_cmpint(last_of(hall, kase)->body->missed, ==, 5); /* 72, 24 and 3 before, at it, and the first again */
  at(hall, "2026-11-27T12:01");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, 1);
  for (guint day = 28; day <= 30; day++) {
    g_autofree char *time = g_strdup_printf("2026-11-%uT12:00", day);
    at(hall, time);
  }
  at(hall, "2027-03-01T12:00"); /* no more after 30 days */
  gsize all = told(hall, kase, "appi-preliminary/市長");
  at(hall, "2027-04-01T12:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, all);
}

/* Over the change of the year, each at its own moment and once. */
static void
test_new_year(void)
{
  static const struct {
    const char *at;
    gsize count;
  } moments[] = { { "2026-12-31T21:29", 2 }, { "2026-12-31T21:30", 3 }, { "2026-12-31T23:59:59.999", 4 }, { "2027-01-01T00:00", 4 } };
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = hall_open_case(hall);
  hall_must(hall, HEAD, "response.request", kase, "{'party':'p3','what':'ログを残す','kind':'preserve','due':'2027-01-01T00:30'}");
  at(hall, "2026-12-29T00:30");
  at(hall, "2026-12-31T00:30");
  g_assert_cmpuint(told(hall, kase, "request/r1"), ==, 2); /* 72 and 24 hours before */
  for (gsize i = 0; i < G_N_ELEMENTS(moments); i++) {
    at(hall, moments[i].at);
    g_test_message("%s: %u", moments[i].at, (guint)told(hall, kase, "request/r1"));
    g_assert_cmpuint(told(hall, kase, "request/r1"), ==, moments[i].count);
  }
  at(hall, "2027-01-01T00:30");
  g_assert_cmpint(deadline_reminded(case_of(hall, kase), "request/r1")->body->when, ==, REMINDED_AFTER);
}

static void
step_to(Hall *hall, Reminders *reminders, const char *time)
{
  hall_at(hall, time);
  reminders_run(reminders);
  engine_drain(hall->engine);
}

/* The clock goes back a day, then forward again: nobody is told twice, nothing is left out, and who does not answer is
 * waited for no longer than the hour. */
static void
test_clock_back(void)
{
  static const struct {
    const char *at;
    gsize count;
  } course[] = {
    { "2026-11-24T00:00", 1 }, { "2026-11-24T21:00", 2 }, /* to be answered within the hour */
    { "2026-11-23T21:00", 2 }, { "2026-11-23T21:59", 2 }, { "2026-11-23T22:00", 3 }, /* unanswered */
    { "2026-11-23T23:30", 3 }, { "2026-11-24T21:00", 3 }, { "2026-11-24T22:30", 3 },
    { "2026-11-25T00:00", 4 }, { "2026-11-24T00:00", 4 }, { "2026-11-25T00:10", 4 },
  };
  g_autoptr(Hall) hall = hall_new();
  g_autoptr(Reminders) reminders = reminders_new(hall->engine, NULL);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint64 kase = troubled(hall);
  for (gsize i = 0; i < G_N_ELEMENTS(course); i++) {
    step_to(hall, reminders, course[i].at);
    g_test_message("%s", course[i].at);
    g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, course[i].count);
    if (i == 4) /* else it goes on up the chain */
      hall_must(hall, MANAGER, "clock.acknowledge", kase, "{'clock':'appi-preliminary/市長'}");
  }
  List all = case_deadlines(case_of(hall, kase))->reminders;
  for (gsize i = 0; i < all.length; i++) {
    const ClockReminded *one = list_pointer(all, ClockReminder, i)->body;
    g_assert_true(g_hash_table_add(seen, g_strdup_printf("%s %d %" G_GINT64_FORMAT, one->clock, one->when, one->at)));
  }
  hall_assert_sound(hall);
}

/* Over the end of the year: 速報 due on 01-02, told as on any day; 確報 needs the holidays of the next year, and without
 * their table nobody is told a day that may be wrong. */
static void
test_year(gconstpointer data)
{
  int year = GPOINTER_TO_INT(data);
  static const struct {
    const char *at; /* after the year */
    int later;
    gsize count;
  } course[] = {
    { "-12-29T12:00", 0, 0 }, { "-12-30T23:59:59.999", 0, 1 }, { "-12-31T23:59:59.999", 0, 1 }, { "-01-01T00:00", 1, 1 },
    { "-01-02T00:00", 1, 2 }, { "-01-02T00:30", 1, 2 }, { "-01-02T21:00", 1, 3 }, { "-01-02T22:00", 1, 4 },
    { "-01-03T00:00", 1, 5 },
  };
  g_autoptr(Hall) hall = hall_new();
  g_autofree char *begins = g_strdup_printf("%d-12-29T10:00", year), *final = g_strdup_printf("%d-01-27T00:00", year + 1);
  hall_at(hall, begins);
  g_autofree char *known = g_strdup_printf("{'channel':'telephone','via':'direct','subject':'誤送信','text':'台帳を送った','received':'%s'}", begins);
  hall_must(hall, STAFF, "notice.receive", 0, known);
  guint64 kase = hall_must(hall, STAFF, "intake.open", 0, "{'notices':['n1'],'title':'年末の誤送信','mode':'real'}");
  hall_must(hall, STAFF, "triage.add_dataset", kase, "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  hall_must(hall, STAFF, "duty.assess", kase, "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  for (gsize i = 0; i < G_N_ELEMENTS(course); i++) {
    g_autofree char *time = g_strdup_printf("%d%s", year + course[i].later, course[i].at);
    at(hall, time);
    g_test_message("%s", time);
    g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, course[i].count);
  }
  at(hall, final); /* within 24 hours of 01-27, the 30th day */
  g_assert_cmpuint(told(hall, kase, "appi-final/市長") > 0, ==, year != 2050);
}

/* None any more once it is done; and reminders do not keep a case from being quiet. */
static void
test_done(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  hall_must(hall, MANAGER, "reporting.notify", kase, "{'recipient':'ppc','channel':'portal','at':'2026-11-20T17:05','form':'速報'}");
  at(hall, "2026-11-25T12:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, 0);
  at(hall, "2026-12-17T12:00"); /* 確報 12-21 */
  g_assert_cmpuint(told(hall, kase, "appi-final/市長"), ==, 0);
  at(hall, "2026-12-19T00:00");
  g_assert_cmpuint(told(hall, kase, "appi-final/市長"), ==, 1);
  g_assert_cmpuint(told(hall, kase, "quiet"), >, 0);
}

/* A word without a number is taken for the hours of the law file, from the anchor on: 速やかに 24 hours. */
static void
test_word(void)
{
  static const char clock[] = "appi-persons/市長";
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  at(hall, "2026-11-20T17:05");
  gsize early = told(hall, kase, clock);
  at(hall, "2026-11-21T13:00");
  g_assert_cmpuint(told(hall, kase, clock), ==, early);
  at(hall, "2026-11-21T14:30"); /* three hours before */
  g_assert_cmpuint(told(hall, kase, clock), ==, early + 1);
  at(hall, "2026-11-21T17:30");
  const ClockReminder *last = deadline_reminded(case_of(hall, kase), clock);
  g_assert_cmpint(last->body->when, ==, REMINDED_AFTER);
  g_assert_nonnull(strstr(last->body->text, "速やかに"));
  gsize over = told(hall, kase, clock);
  at(hall, "2026-11-22T17:30");
  g_assert_cmpuint(told(hall, kase, clock), >, over);
  hall_must(hall, HEAD, "clock.waive", kase, "{'clock':'appi-persons/市長','reason':'本人に電話した'}");
  gsize waived = told(hall, kase, clock);
  at(hall, "2026-11-25T17:30");
  g_assert_cmpuint(told(hall, kase, clock), ==, waived);
}

/* By those who were told, once; then nobody else is told for want of an answer. */
static void
test_acknowledge(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  hall_must_not(hall, MANAGER, "clock.acknowledge", kase, "{'clock':'appi-preliminary/市長'}", FINDING_INVALID, "知らせはありません");
  at(hall, "2026-11-24T21:00");
  const ClockReminder *last = last_of(hall, kase);
  g_assert_true(list_has_string(last->body->posts, "system-manager"));
  g_assert_false(list_has_string(last->body->posts, "zeimu"));
  hall_must_not(hall, CISO, "clock.acknowledge", kase, "{'clock':'appi-preliminary/市長'}", FINDING_DENIED, "宛てたものではありません");
  hall_must(hall, MANAGER, "clock.acknowledge", kase, "{'clock':'appi-preliminary/市長'}");
  hall_must_not(hall, STAFF, "clock.acknowledge", kase, "{'clock':'appi-preliminary/市長'}", FINDING_REFUSE, "すでに承知");
  at(hall, "2026-11-24T23:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, 1);
  at(hall, "2026-11-25T00:00");
  g_assert_cmpuint(told(hall, kase, "appi-preliminary/市長"), ==, 2);
  g_assert_null(last_of(hall, kase)->acknowledged);
}

/* Good for one reminder and one person, and not to be made by whoever sees another. */
static void
test_tokens(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall), number;
  at(hall, "2026-11-24T21:00");
  const Keyring *keyring = engine_keyring(hall->engine);
  const ClockReminder *last = last_of(hall, kase);
  g_autofree char *token = reminders_token(keyring, kase, last->body, "p4"), *other = reminders_token(keyring, kase, last->body, "p5"), *person = NULL;
  g_assert_true(reminders_token_of(token, &number, &person));
  g_assert_cmpuint(number, ==, kase);
  g_assert_cmpstr(person, ==, "p4");
  g_assert_true(reminders_token_for(keyring, case_of(hall, kase), token, "p4") == last);
  g_assert_null(reminders_token_for(keyring, case_of(hall, kase), token, "p5"));
  g_assert_null(reminders_token_for(keyring, case_of(hall, kase), other, "p4"));
  for (gsize i = 0; i < strlen(token); i++) {
    g_autofree char *spoiled = g_strdup(token);
    spoiled[i] = spoiled[i] == '0' ? '1' : '0';
    g_assert_null(reminders_token_for(keyring, case_of(hall, kase), spoiled, "p4"));
  }
  static const char *const wrong[] = { "", "1", "1-p4", "0-p4-aa", "1-p4-aa-bb", "x-p4-aa", "1--aa", "99999999999999999999-p4-aa" };
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autofree char *whose = NULL;
    g_assert_false(reminders_token_of(wrong[i], &number, &whose));
  }
}

/* Mail to who holds the posts, in the commit of the reminder, and to nobody who may not see the case. */
static void
test_mail(void)
{
  g_autoptr(Hall) hall = hall_new();
  guint64 kase = troubled(hall);
  const Outbox *outbox = world_outbox(engine_world(hall->engine));
  static const char *const people[] = { "p2", "p3", "p4", "p5", "p6", "p7" };
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
    g_autofree char *fields = g_strdup_printf("{'person':'%s','mail':'%s@city.example.jp'}", people[i], people[i]);
    hall_must(hall, ADMINISTRATOR, "office.change_person", 0, fields);
  }
  hall_must(hall, ADMINISTRATOR, "mail.set_relay", 0,
            "{'network':'internet','host':'127.0.0.1','port':2525,'tls':'none','from':'shodo@city.example.jp','sender':'市CSIRT'}");
  at(hall, "2026-11-21T23:59:59.999");
  guint64 first = outbox_length(outbox);
  g_assert_cmpuint(first, >=, 3); /* p2, p3 and p4 report */
  for (guint64 i = 1; i <= first; i++) {
    g_assert_cmpint(outbox_row(outbox, i)->purpose, ==, PURPOSE_CLOCK);
    g_assert_cmpuint(outbox_row(outbox, i)->kase, ==, kase);
    g_assert_cmpuint(outbox_row(outbox, i)->party, !=, 7);
  }
  hall_must(hall, HEAD, "access.restrict", kase, "{'reason':'内部の者の関与のおそれ'}");
  hall_must(hall, HEAD, "access.admit", kase, "{'person':'p2','reason':'担当'}");
  at(hall, "2026-11-24T00:00");
  g_assert_cmpuint(outbox_length(outbox), >, first);
  for (guint64 i = first + 1; i <= outbox_length(outbox); i++)
    g_assert_cmpuint(outbox_row(outbox, i)->party, !=, 3);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/reminders/course", NULL, test_course);
  g_test_add_data_func("/reminders/course-restarting", "", test_course);
  g_test_add_func("/reminders/steps", test_steps);
  g_test_add_func("/reminders/steps-answered", test_steps_answered);
  g_test_add_func("/reminders/missed", test_missed);
  g_test_add_func("/reminders/new-year", test_new_year);
  g_test_add_func("/reminders/clock-back", test_clock_back);
  g_test_add_data_func("/reminders/year", GINT_TO_POINTER(2026), test_year);
  g_test_add_data_func("/reminders/year-without-table", GINT_TO_POINTER(2050), test_year);
  g_test_add_func("/reminders/done", test_done);
  g_test_add_func("/reminders/word", test_word);
  g_test_add_func("/reminders/acknowledge", test_acknowledge);
  g_test_add_func("/reminders/tokens", test_tokens);
  g_test_add_func("/reminders/mail", test_mail);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
