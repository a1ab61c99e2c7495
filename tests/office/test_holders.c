#include "town.h"

#include <string.h>

/* Three persons, with the rotation of 1 April 2026. */
static Town *
rotated(void)
{
  Town *town = town_new();

  town_add(town, "青木 一郎");
  town_add(town, "石井 花子");
  town_add(town, "上田 次郎");
  town_appoint(town, "p1", "head", "2024-04-01", NULL);
  town_relieve(town, "p1", "head", "2026-03-31");
  town_appoint(town, "p2", "head", "2026-04-01", NULL);
  town_appoint(town, "p2", "vice", "2024-04-01", "2026-03-31");
  town_appoint(town, "p3", "vice", "2026-05-01", NULL);
  town_appoint(town, "p3", "manager", "2020-04-01", NULL);
  town_appoint(town, "p1", "handler", "2026-04-01", NULL);
  town_appoint(town, "p2", "handler", "2025-04-01", NULL);
  return town;
}

static void
test_by_date(void)
{
  static const struct {
    const char *post, *day, *holders;
  } rows[] = {
    { "head", "2024-03-31", "" },         { "head", "2024-04-01", "p1" },
    { "head", "2026-03-31", "p1" },       { "head", "2026-04-01", "p2" },
    { "head", "2099-12-31", "p2" },       { "vice", "2026-03-31", "p2" },
    { "vice", "2026-04-01", "" },         { "vice", "2026-04-30", "" },
    { "vice", "2026-05-01", "p3" },       { "handler", "2026-03-31", "p2" },
    { "handler", "2026-04-01", "p1 p2" }, { "ciso", "2026-04-01", "" },
    { "nothing", "2026-04-01", "" },
  };
  g_autoptr(Town) town = rotated();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *holders =
        town_join(office_holders(town->office, rows[i].post, town_day(rows[i].day), town->arena));
    g_test_message("%s on %s", rows[i].post, rows[i].day);
    g_assert_cmpstr(holders, ==, rows[i].holders);
  }
}

/* A post over time: who held it, and the days on which nobody did. */
static void
test_history(void)
{
  static const struct {
    const char *post, *spans;
  } rows[] = {
    { "head", "p1 2024-04-01/2026-03-31, p2 2026-04-01/" },
    { "vice", "p2 2024-04-01/2026-03-31, - 2026-04-01/2026-04-30, p3 2026-05-01/" },
    { "handler", "p2 2025-04-01/, p1 2026-04-01/" },
    { "manager", "p3 2020-04-01/2026-06-30, - 2026-07-01/" },
    { "ciso", "" },
  };
  g_autoptr(Town) town = rotated();
  town_appoint(town, "p1", "manager", "2026-08-01", NULL);
  town_relieve(town, "p1", "manager", "2026-07-31"); /* taken back */
  town_relieve(town, "p3", "manager", "2026-06-30");

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) said = g_string_new(NULL);
    List spans = office_history(town->office, rows[i].post, town->arena);
    for (gsize j = 0; j < spans.length; j++) {
      const OfficeSpan *span = list_item(spans, OfficeSpan, j);
      g_string_append_printf(said, "%s%s %s/%s", j ? ", " : "", span->person ? span->person : "-", date_print_iso(town->arena, span->from),
                             date_print_iso(town->arena, span->until));
    }
    g_assert_cmpstr(said->str, ==, rows[i].spans);
  }
}

static void
test_posts_of(void)
{
  static const struct {
    const char *person, *day, *posts;
  } rows[] = {
    { "p1", "2026-03-31", "head" },       { "p1", "2026-04-01", "handler" },
    { "p2", "2026-03-31", "vice handler" }, { "p2", "2026-04-01", "head handler" },
    { "p3", "2026-05-01", "vice manager" }, { "p9", "2026-05-01", "" },
  };
  g_autoptr(Town) town = rotated();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *posts =
        town_join(office_posts_of(town->office, rows[i].person, town_day(rows[i].day), town->arena));
    g_assert_cmpstr(posts, ==, rows[i].posts);
  }
}

static void
test_deputies(void)
{
  static const struct {
    const char *post, *day, *deputies;
  } rows[] = {
    { "ciso", "2024-03-31", "head vice manager" }, /* head vacant, vice vacant: down to manager */
    { "ciso", "2025-04-01", "head" },              /* head is there: nobody beyond */
    { "head", "2025-04-01", "vice manager" },
    { "vice", "2026-04-01", "manager" },           /* vice itself is vacant: manager stands in */
    { "manager", "2024-03-31", "head vice" },      /* the circle closes at manager */
    { "handler", "2026-04-01", "" },
    { "ciso", "2026-06-30", "head" },
    { "ciso", "2026-07-01", "manager" },           /* the office's own rule, first day */
    { "ciso", "2026-07-31", "manager" },
    { "ciso", "2026-08-01", "head" },
    { "vice", "2026-07-10", "handler head" },
  };
  g_autoptr(Town) town = rotated();

  town_set_deputies(town, "ciso", "vice", "2026-07-01", "2026-07-31");
  town_set_deputies(town, "ciso", "manager", "2026-07-01", "2026-07-31"); /* the later decision stands */
  town_set_deputies(town, "vice", "handler head", "2026-07-01", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *deputies = town_join(
        office_deputies(town->office, town->plan, rows[i].post, town_day(rows[i].day), town->arena));
    g_test_message("%s on %s", rows[i].post, rows[i].day);
    g_assert_cmpstr(deputies, ==, rows[i].deputies);
  }
}

/* A deputy stands in by rule.  Whoever is in no rule holds nothing, however near
 * the post: he can only decide once as a proxy (代決), which is no matter of a date. */
static void
test_holds(void)
{
  static const struct {
    const char *person, *post, *day;
    Holds holds;
  } rows[] = {
    { "p2", "head", "2026-04-01", HOLDS_POST },
    { "p2", "head", "2026-03-31", HOLDS_AS_DEPUTY }, /* as vice */
    { "p3", "head", "2026-03-31", HOLDS_AS_DEPUTY }, /* as manager */
    { "p1", "head", "2026-04-01", HOLDS_NOT },       /* only a handler by now */
    { "p2", "ciso", "2026-04-01", HOLDS_AS_DEPUTY },
    { "p3", "ciso", "2026-04-01", HOLDS_NOT },       /* second to head, who is there */
    { "p3", "vice", "2026-04-15", HOLDS_AS_DEPUTY }, /* vice is vacant */
    { "p3", "vice", "2026-05-01", HOLDS_POST },
    { "p9", "vice", "2026-05-01", HOLDS_NOT },
  };
  g_autoptr(Town) town = rotated();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_test_message("%s as %s on %s", rows[i].person, rows[i].post, rows[i].day);
    g_assert_cmpint(office_holds(town->office, town->plan, rows[i].person, rows[i].post,
                                 town_day(rows[i].day)), ==, rows[i].holds);
  }
}

/* In a village one person holds every post, and is never his own deputy. */
static void
test_village(void)
{
  static const char *const posts[] = { "ciso", "head", "vice", "manager", "handler" };
  g_autoptr(Town) town = town_new();

  town_add(town, "村井 太郎");
  for (gsize i = 0; i < G_N_ELEMENTS(posts); i++) {
    OfficeAppoint appoint = {
      .person = "p1", .post = posts[i], .from = town_day("R8.4.1"), .until = DATE_NONE, .concurrent = i > 0,
    };
    g_assert_cmpuint(findings_length(town_ask(town, "office.appoint", &appoint)), ==, 0);
    town_apply(town, &office_appointed, &appoint);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(posts); i++)
    g_assert_cmpint(office_holds(town->office, town->plan, "p1", posts[i], town_day("R8.4.1")), ==, HOLDS_POST);
  g_autofree char *all = town_join(office_posts_of(town->office, "p1", town_day("R8.4.1"), town->arena));
  g_assert_cmpstr(all, ==, "ciso head vice manager handler");
}

static void
test_overlap(void)
{
  static const struct {
    const char *person, *post, *from, *until, *code, *text, *remedy;
  } rows[] = {
    { "p3", "head", "2026-04-01", NULL, "office.post_held",
      "「統括情報セキュリティ責任者」には 石井 花子（p2） が令和8年4月1日から就いています。",
      "離任日を入れて、その前の日までにしてください。" },
    { "p3", "head", "2027-04-01", NULL, "office.post_held",
      "「統括情報セキュリティ責任者」には 石井 花子（p2） が令和8年4月1日から就いています。",
      "先に石井 花子さんの離任日を令和9年3月31日以前で記録してください。" },
    { "p3", "head", "2020-04-01", "2024-04-01", "office.post_held",
      "「統括情報セキュリティ責任者」には 青木 一郎（p1） が令和6年4月1日から令和8年3月31日まで就いています。",
      "離任日を入れて、その前の日までにしてください。" },
    { "p3", "head", "2020-04-01", "2024-03-31", NULL, NULL, NULL },
    { "p3", "vice", "2026-05-01", NULL, "office.post_held",
      "「情報セキュリティ責任者」には 上田 次郎（p3） が令和8年5月1日から就いています。",
      "すでに就いている期間と重ならない日付にしてください。" },
    { "p3", "handler", "2026-04-01", NULL, NULL, NULL, NULL },
    { "p1", "handler", "2026-05-01", NULL, "office.post_held",
      "「情報システム担当者」には 青木 一郎（p1） が令和8年4月1日から就いています。",
      "すでに就いている期間と重ならない日付にしてください。" },
    { "p3", "ciso", "2026-05-02", "2026-05-01", "office.days",
      "終わりの日が始まりの日より前になっています（令和8年5月2日から令和8年5月1日まで）。",
      "始まりの日以後の日付にしてください。" },
  };
  g_autoptr(Town) town = rotated();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const OfficeAppoint wanted = {
      .person = rows[i].person, .post = rows[i].post, .from = town_day(rows[i].from),
      .until = town_day(rows[i].until),
    };
    Findings *findings = town_ask(town, "office.appoint", &wanted);
    g_assert_cmpuint(findings_length(findings), ==, rows[i].code ? 1 : 0);
    if (!rows[i].code)
      continue;
    g_assert_true(findings_stop(findings));
    g_assert_cmpstr(findings_at(findings, 0)->code, ==, rows[i].code);
    g_assert_cmpstr(findings_at(findings, 0)->text, ==, rows[i].text);
    g_assert_cmpstr(findings_at(findings, 0)->remedy, ==, rows[i].remedy);
  }
}

static void
test_relieve(void)
{
  static const struct {
    const char *person, *post, *until;
    guint refusals;
  } rows[] = {
    { "p2", "head", "2027-03-31", 0 }, { "p2", "head", "2026-03-30", 1 },
    { "p1", "head", "2025-03-31", 0 }, { "p1", "head", "2026-04-01", 1 },
    { "p1", "vice", "2026-04-01", 1 },
  };
  g_autoptr(Town) town = rotated();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const OfficeRelieve relieve = { rows[i].person, rows[i].post, town_day(rows[i].until) };
    g_assert_cmpuint(findings_length(town_ask(town, "office.relieve", &relieve)), ==, rows[i].refusals);
  }
}

/* Relieving on the eve of the first day takes an appointment back, and frees the post. */
static void
test_taken_back(void)
{
  g_autoptr(Town) town = rotated();
  const OfficeRelieve relieve = { "p2", "head", town_day("2026-03-31") };
  const OfficeAppoint other = {
    .person = "p3", .post = "head", .from = town_day("2026-04-01"), .until = DATE_NONE,
  };
  Findings *findings = town_ask(town, "office.relieve", &relieve);

  g_assert_cmpuint(findings_length(findings), ==, 1);
  g_assert_false(findings_stop(findings));
  g_assert_true(findings_stop(town_ask(town, "office.appoint", &other)));
  town_relieve(town, "p2", "head", "2026-03-31");
  g_assert_cmpuint(office_holders(town->office, "head", town_day("2026-04-01"), town->arena).length, ==, 0);
  g_assert_cmpuint(office_holders(town->office, "head", town_day("2026-03-31"), town->arena).length, ==, 1);
  g_assert_cmpuint(findings_length(town_ask(town, "office.appoint", &other)), ==, 0);
}

static void
test_deputies_guard(void)
{
  static const struct {
    const char *deputies[3];
    guint findings;
  } rows[] = {
    { { "vice", "manager", "ciso" }, 0 }, { { "vice", "head", "ciso" }, 1 }, { { "vice", "vice", "head" }, 2 },
  };
  g_autoptr(Town) town = rotated();

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const OfficeDeputies set = {
      .post = "head", .deputies = { 3, (void *)rows[i].deputies }, .from = town_day("2026-04-01"),
      .until = DATE_NONE, .ground = "規則",
    };
    g_assert_cmpuint(findings_length(town_ask(town, "office.set_deputies", &set)), ==, rows[i].findings);
  }
}

static void
test_describe(void)
{
  static const struct {
    const char *post, *day, *text;
  } rows[] = {
    { "vice", "2026-04-15",
      "令和8年4月15日 現在\n職　　：情報セキュリティ責任者\n役割　：CSIRT副責任者\n現任者：欠員\n"
      "職務代理：計画（市の追加）\n  1. 情報システム管理者　上田 次郎（p3）\n" },
    { "head", "2026-03-31",
      "令和8年3月31日 現在\n職　　：統括情報セキュリティ責任者（情報政策課長）\n役割　：CSIRT責任者\n"
      "現任者：青木 一郎（p1）　令和6年4月1日から令和8年3月31日まで\n職務代理：計画（市の追加）\n"
      "  1. 情報セキュリティ責任者　石井 花子（p2）\n  2. 情報システム管理者　上田 次郎（p3）\n" },
    { "vice", "2026-07-10",
      "令和8年7月10日 現在\n職　　：情報セキュリティ責任者\n役割　：CSIRT副責任者\n"
      "現任者：上田 次郎（p3）　令和8年5月1日から\n職務代理：職務代理規則（令和8年7月1日から）\n"
      "  1. 情報システム担当者　青木 一郎（p1）、石井 花子（p2）\n" },
    { "handler", "2019-04-01",
      "平成31年4月1日 現在\n職　　：情報システム担当者\n現任者：欠員\n職務代理：定めがありません\n" },
  };
  g_autoptr(Town) town = rotated();

  town_set_deputies(town, "vice", "handler", "2026-07-01", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_assert_cmpstr(office_describe_post(town->office, town->plan, rows[i].post, town_day(rows[i].day),
                                         town->arena), ==, rows[i].text);
}

static void
test_committee(void)
{
  static const char *const holders[] = { "", "p2", "p1 p2" };
  g_autoptr(Town) town = rotated();
  List seats = office_committee_members(town->office, town->plan, town_day("2026-04-01"), town->arena);

  g_assert_cmpuint(seats.length, ==, G_N_ELEMENTS(holders));
  for (gsize i = 0; i < seats.length; i++) {
    g_autofree char *names = town_join(list_item(seats, CommitteeSeat, i)->holders);
    g_assert_cmpstr(names, ==, holders[i]);
  }
  g_assert_cmpstr(list_item(seats, CommitteeSeat, 1)->label, ==, "副委員長");
  g_assert_cmpstr(list_item(seats, CommitteeSeat, 1)->name, ==, "統括情報セキュリティ責任者");
}

/* The office's own posts, and how a post is found by what people call it. */
static void
test_posts(void)
{
  static const struct {
    const char *name, *id;
  } rows[] = {
    { "head", "head" },       { "統括情報セキュリティ責任者", "head" }, { "情報政策課長", "head" },
    { "CSIRT責任者", "head" }, { "administrator", "administrator" },     { "システム管理者", "administrator" },
    { "税務課情報セキュリティ管理者", "zeimu" }, { "情報セキュリティ管理者", NULL }, { "無い職", NULL },
  };
  g_autoptr(Town) town = town_new();
  const OfficePost own = { .id = "zeimu", .name = "税務課情報セキュリティ管理者", .role = "section-role" };
  const OfficePost other = { .id = "fukushi", .name = "福祉課情報セキュリティ管理者", .role = "section-role" };

  g_assert_false(findings_stop(town_ask(town, "office.add_post", &own)));
  town_apply(town, &office_post_added, &own);
  town_apply(town, &office_post_added, &other);
  g_assert_true(findings_stop(town_ask(town, "office.add_post", &own)));
  g_assert_true(findings_stop(town_ask(town, "office.add_post", &(OfficePost){ .id = "head", .name = "甲" })));
  g_assert_true(findings_stop(town_ask(town, "office.add_post", &(OfficePost){ .id = "税務", .name = "乙" })));

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Post *post = office_post_named(town->office, town->plan, rows[i].name);
    g_test_message("%s", rows[i].name);
    g_assert_cmpstr(post ? post->id : NULL, ==, rows[i].id);
  }
  g_autofree char *posts = town_join(office_posts_of_role(town->office, town->plan, "section-role", town->arena));
  g_autofree char *roles = town_join(office_roles_of_post(town->office, town->plan, "zeimu", town->arena));
  g_autofree char *plans = town_join(office_roles_of_post(town->office, town->plan, "vice", town->arena));
  g_assert_cmpstr(posts, ==, "zeimu fukushi");
  g_assert_cmpstr(roles, ==, "section-role");
  g_assert_cmpstr(plans, ==, "vice-role");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/holders/by-date", test_by_date);
  g_test_add_func("/holders/history", test_history);
  g_test_add_func("/holders/posts-of", test_posts_of);
  g_test_add_func("/holders/deputies", test_deputies);
  g_test_add_func("/holders/holds", test_holds);
  g_test_add_func("/holders/village", test_village);
  g_test_add_func("/holders/overlap", test_overlap);
  g_test_add_func("/holders/relieve", test_relieve);
  g_test_add_func("/holders/taken-back", test_taken_back);
  g_test_add_func("/holders/deputies-guard", test_deputies_guard);
  g_test_add_func("/holders/describe", test_describe);
  g_test_add_func("/holders/committee", test_committee);
  g_test_add_func("/holders/posts", test_posts);
  return g_test_run();
}
