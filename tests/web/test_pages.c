/* Every page for everybody: no failure of the server, valid HTML by tidy, what was typed comes back and never runs. */
#include <gio/gio.h>
#include <string.h>
#include <utime.h>

#include "../engine/hall.h"
#include "base/limits.h"
#include "base/json.h"
#include "case/deadline.h"
#include "case/reporting.h"
#include "engine/reminders.h"
#include "base/text.h"
#include "engine/check.h"
#include "engine/herald.h"
#include "engine/tables.h"
#include "signer/signer.h"
#include "web/door.h"
#include "web/page_moment.h"
#include "web/page_ways.h"
#include "web/template.h"
#include "web/sessions.h"
#include "web/web.h"

/* In the place of the door's own: the cookie says who asks.  Linked with --wrap, so that the program
 * itself has no such way in. */
void __wrap_door_who(Door *door, WebRequest *request);
void
__wrap_door_who(Door *door G_GNUC_UNUSED, WebRequest *request)
{
  const char *as = http_cookie(request->exchange, "as");
  if (as)
    request->who = (Identity){ .person = arena_strdup(request->arena, as), .rights = (guint)-1, .session = "none" };
}

/* Such a session is proved. */
gboolean __wrap_sessions_may(Sessions *sessions, const char *session, const ActKind *act);
gboolean
__wrap_sessions_may(Sessions *sessions G_GNUC_UNUSED, const char *session G_GNUC_UNUSED, const ActKind *act G_GNUC_UNUSED)
{
  return TRUE;
}

typedef struct {
  guint16 port;
  const char *method, *path, *as, *body;
  char *answer;
  gint done;
} Call;

static const char *
type_of(const char *body)
{
  if (g_str_has_prefix(body, "--B\r\n"))
    return "multipart/form-data; boundary=B";
  return *body == '{' ? "application/json" : "application/x-www-form-urlencoded";
}

/* One request, in a thread of its own: the server runs in this one. */
static gpointer
send_call(gpointer data)
{
  Call *call = data;
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketConnection) line = g_socket_client_connect_to_host(client, "127.0.0.1", call->port, NULL, NULL);
  g_autofree char *cookie = call->as ? g_strdup_printf("Cookie: as=%s\r\n", call->as) : g_strdup("");
  g_autofree char *text = g_strdup_printf("%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
                                          "Content-Type: %s\r\n%sContent-Length: %zu\r\n\r\n%s",
                                          call->method, call->path, call->port, type_of(call->body), cookie, strlen(call->body), call->body);
  GString *answer = g_string_new(NULL);
  char buffer[8192];
  gssize n;
  if (line) {
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(line)), text, strlen(text), NULL, NULL, NULL);
    while ((n = g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(line)), buffer, sizeof buffer, NULL, NULL)) > 0)
      g_string_append_len(answer, buffer, n);
  }
  call->answer = g_string_free(answer, FALSE);
  g_atomic_int_set(&call->done, 1);
  g_main_context_wakeup(NULL);
  return NULL;
}

typedef struct {
  Hall *hall;
  Web *web;
  guint64 kase;
} House;

static char *
ask(const House *house, const char *method, const char *path, const char *as, const char *body, guint *status)
{
  g_autoptr(GUri) uri = g_uri_parse(web_address(house->web), G_URI_FLAGS_NONE, NULL);
  Call call = { (guint16)g_uri_get_port(uri), method, path, as, body ? body : "", NULL, 0 };
  GThread *thread = g_thread_new("call", send_call, &call);
  while (!g_atomic_int_get(&call.done))
    g_main_context_iteration(NULL, TRUE);
  g_thread_join(thread);
  *status = g_str_has_prefix(call.answer, "HTTP/1.1 ") ? (guint)g_ascii_strtoull(call.answer + 9, NULL, 10) : 0;
  if (*status == 0 || *status >= 500)
    g_error("%s %s as %s: %.400s", method, path, as, call.answer);
  return call.answer;
}

static House
house_new(void)
{
  g_autoptr(GError) error = NULL;
  House house = { .hall = hall_new() };
  house.kase = hall_open_case(house.hall);
  house.web = web_new(house.hall->engine, "127.0.0.1:0", &error);
  g_assert_no_error(error);
  return house;
}

static void
house_free(House *house)
{
  web_free(house->web);
  hall_free(house->hall);
}

static void
must(const House *house, const char *as, const char *act, const char *fields)
{
  hall_must(house->hall, as, act, house->kase, fields);
}

/* --- valid HTML --- */

static const char *const known_to_nobody[] = { "proprietary attribute \"aria-current\"", "proprietary attribute \"inputmode\"",
                                               "trimming empty" };

/* tidy of Debian 12 does not know two attributes of HTML. */
static void
assert_tidy(const char *path, const char *html)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *says = NULL;
  g_autoptr(GSubprocess) tidy = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                                                 &error, "tidy", "-q", "-e", "-utf8", NULL);
  g_assert_no_error(error);
  g_assert_true(g_subprocess_communicate_utf8(tidy, html, NULL, NULL, &says, &error));
  g_auto(GStrv) lines = g_strsplit(says, "\n", -1);
  for (gsize i = 0; lines[i]; i++) {
    gboolean fine = !*lines[i];
    for (gsize j = 0; j < G_N_ELEMENTS(known_to_nobody); j++)
      fine = fine || strstr(lines[i], known_to_nobody[j]);
    if (!fine)
      g_error("%s: %s", path, lines[i]);
  }
}

static const char *const pages[] = {
  "/", "/cases", "/cases?all=1&q=R8", "/cases/1", "/cases/1?log=facts", "/cases/1?log=records&before=60", "/cases/1/conformity",
  "/cases/1/acts", "/cases/1/papers", "/cases/1/papers/form1", "/cases/1/papers/mic", "/cases/1/do/reporting.draft?form=form1&take=all", "/cases/1/papers/conformity", "/cases/1/papers/none", "/cases/1/plan", "/plan", "/office", "/office?on=2026-04-01", "/acts", "/done/office.add_person", "/new", "/signin",
  "/cases/1/hosts", "/cases/1/measures", "/cases/1/inquiries", "/cases/1/evidence", "/cases/1/contacts", "/cases/1/reports", "/cases/1/notifications",
  "/system", "/destinations", "/opening", "/openings", "/office/rotation", "/office/phones", "/office/accounts",
  "/cases/1/hosts", "/cases/1/measures", "/cases/1/inquiries", "/cases/1/evidence", "/cases/1/contacts", "/cases/1/reports",
  "/cases/1/handover", "/cases/1/callout", "/cases/1/hosts?all=1", "/cases/99/hosts", "/cases/1/log", "/cases/1/log?order=recorded&log=opinion", "/circulations", "/cases/1/circulations", "/cases/1/circulations/k1", "/cases/1/do/triage.examine_host?host=h1&_from=hosts",
  "/account", "/password", "/prove", "/help/triage.judge", "/nothing", "/cases/99", "/cases/x", "/do/none", "/cases/1/do/none",
};
static const char *const people[] = { "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", NULL };

static void
test_walk(void)
{
  House house = house_new();
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
    for (gsize j = 0; j < G_N_ELEMENTS(pages); j++) {
      guint status;
      g_autofree char *answer = ask(&house, "GET", pages[j], people[i], NULL, &status);
      const char *html = strstr(answer, "<!DOCTYPE");
      if (!people[i] && !g_str_equal(pages[j], "/signin"))
        g_assert_cmpuint(status, !=, 200);
      g_assert_true(status == 303 || html);
      if (html && (i == 1 || !people[i]))
        assert_tidy(pages[j], html);
    }
  house_free(&house);
}

/* The form of each act, shown and sent empty, by an officer, by the head and by the administrator. */
static void
test_forms(void)
{
  static const char *const who[] = { "p1", "p2", "p6" };
  House house = house_new();
  guint explained = 0;
  const Domain *const *domains = tables_domains();
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++)
      for (gsize k = 0; k < G_N_ELEMENTS(who); k++) {
        const ActKind *kind = &domains[i]->acts[j];
        g_autofree char *path = g_strdup_printf("%s/do/%s", kind->scope == SCOPE_CASE ? "/cases/1" : "", kind->name);
        guint status;
        g_autofree char *shown = ask(&house, "GET", path, who[k], NULL, &status);
        gboolean hidden = kind->right == RIGHT_VIEW || kind->inner;
        g_assert_true(!hidden || status == 404);
        if (status == 200 && k == 1)
          assert_tidy(path, strstr(shown, "<!DOCTYPE"));
        g_autofree char *help = g_strdup_printf(" href=\"/help/%s\">この操作の説明</a>", kind->name);
        if (status == 200 && strstr(shown, "class=\"act-form\"") && !strstr(shown, help))
          g_error("%s has no way to its explanation", path);
        explained += strstr(shown, help) != NULL;
        g_autofree char *sent = ask(&house, "POST", path, who[k], "_key=x", &status);
        g_assert_nonnull(sent);
      }
  g_assert_cmpuint(explained, >, 150);
  house_free(&house);
}

/* Every act that people do is explained on a page of its own. */
static void
test_help(void)
{
  House house = house_new();
  const Domain *const *domains = tables_domains();
  guint explained = 0;
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++) {
      const ActKind *kind = &domains[i]->acts[j];
      if (kind->right == RIGHT_VIEW || kind->inner)
        continue;
      g_autofree char *path = g_strdup_printf("/help/%s", kind->name);
      guint status;
      g_autofree char *shown = ask(&house, "GET", path, "p2", NULL, &status);
      if (status != 200 || !kind->help || strlen(kind->help) < 30 || !strstr(shown, kind->title) || !strstr(shown, kind->help))
        g_error("%s: %u: %s", path, status, shown);
      explained++;
    }
  g_assert_cmpuint(explained, >, 100);
  house_free(&house);
}

/* Whoever may do something finds it among what they may do: each act of a case is offered to somebody. */
static void
test_offered(void)
{
  static const char *const who[] = { "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9" };
  static const char *const some[] = { "/do/duty.assess\"", "/do/clock.still_current\"", "/do/meeting.plan\"", "/do/mail.set_relay\"" };
  House house = house_new();
  const Domain *const *domains = tables_domains();
  g_autoptr(GString) all = g_string_new(NULL);
  guint status, offered = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(who); i++)
    for (gsize k = 0; k < 2; k++) {
      g_autofree char *shown = ask(&house, "GET", k ? "/acts" : "/cases/1/acts", who[i], NULL, &status);
      g_string_append(all, shown);
    }
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++) {
      const ActKind *kind = &domains[i]->acts[j];
      g_autofree char *link = g_strdup_printf("/do/%s\"", kind->name);
      if (kind->right == RIGHT_VIEW || kind->inner || kind->unseen || kind->scope != SCOPE_CASE)
        continue;
      offered += strstr(all->str, link) != NULL;
      if (!strstr(all->str, link))
        g_test_message("%s is offered to nobody", kind->name);
    }
  for (gsize i = 0; i < G_N_ELEMENTS(some); i++)
    g_assert_nonnull(strstr(all->str, some[i]));
  g_test_message("%u acts of a case are offered to somebody", offered);
  g_assert_cmpuint(offered, >, 70);
  g_assert_null(strstr(all->str, "そのほか"));
  house_free(&house);
}

/* --- rooms --- */

/* What is done, then what its room says: TEXT, and AGAIN when whoever looks may act on it. */
static const struct {
  const char *room, *as, *act, *fields, *text, *link;
} rooms[] = {
  { "hosts", STAFF, "triage.mark_host", "{'name': 'PC-114', 'kind': 'client', 'state': 'suspected', 'reason': '異常に気付いた'}", "PC-114",
    "/cases/1/do/triage.examine_host?_from=hosts&amp;host=h1" },
  { "hosts", STAFF, "response.contain_host", "{'host': 'h1', 'method': '抜線した'}", "封じ込め済み：抜線した",
    "/cases/1/do/response.eradicate_host?_from=hosts&amp;host=h1" },
  { "hosts", STAFF, "triage.add_dataset", "{'name': '住民台帳', 'body': '市長', 'personal': 'yes', 'my_number': 'unknown', 'encrypted': 'no'}", "住民台帳",
    NULL },
  { "inquiries", STAFF, "triage.inquire", "{'to': '税務課', 'question': '昨日の操作'}", "昨日の操作", "/cases/1/do/triage.answer?_from=inquiries&amp;inquiry=q1" },
  { "inquiries", STAFF, "triage.answer", "{'inquiry': 'q1', 'answer': '開いた覚えがない'}", "開いた覚えがない", NULL },
  { "measures", STAFF, "response.propose_measure", "{'kind': 'contain', 'text': '受信を止める', 'hosts': ['h1']}", "対象：PC-114",
    "/cases/1/do/response.start_measure?_from=measures&amp;measure=m1" },
  { "measures", STAFF, "response.start_measure", "{'measure': 'm1', 'by': '保守業者'}", "実施者：保守業者",
    "/cases/1/do/response.remove_measure?_from=measures&amp;measure=m1" },
  { "evidence", STAFF, "evidence.register",
    "{'item': 'プロキシの記録', 'kind': 'log', 'acquired': '2026-11-20T17:00', 'acquired_from': 'プロキシ', 'place': '執務室', 'acquired_by': '担当一郎'}",
    "いまの保管者 担当一郎", "/cases/1/do/evidence.transfer?_from=evidence&amp;evidence=e1" },
  { "callout", STAFF, "callout.start", "{'persons': ['p3', 'p4'], 'reason': '封じ込め'}", "呼び出した 2人：到着 0人",
    "/cases/1/do/callout.update?_from=callout&amp;person=p3&amp;state=reached" },
  { "callout", STAFF, "callout.update", "{'person': 'p3', 'state': 'arrived'}", "到着 1人", NULL },
  { "handover", STAFF, "handover.write", "{'to': 'p3', 'open': 'ログの保全', 'promises': '21時に電話', 'awaited': '業者の折返し'}", "21時に電話", NULL },
  { "contacts", STAFF, "record.add", "{'text': '電話した'}", "職務代理者", NULL },
  { "notifications", STAFF, "reporting.notify", "{'recipient': '近隣の町', 'how': '電話', 'at': '2026-11-20T17:00'}", "近隣の町",
    "/cases/1/do/reporting.notify?_from=notifications&amp;recipient=mic" },
};

static char *
room_page(const House *house, const char *room, const char *as)
{
  g_autofree char *path = g_strdup_printf("/cases/1/%s", room);
  guint status;
  g_autofree char *answer = ask(house, "GET", path, as, NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  assert_tidy(path, strstr(answer, "<!DOCTYPE"));
  return g_steal_pointer(&answer);
}

/* p8 sees the case and may not write in it, p1 does not see it. */
static void
test_rooms(void)
{
  House house = house_new();
  for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
    g_autofree char *before = room_page(&house, rooms[i].room, "p2");
    must(&house, rooms[i].as, rooms[i].act, rooms[i].fields);
    g_autofree char *mine = room_page(&house, rooms[i].room, "p2"), *other = room_page(&house, rooms[i].room, "p8");
    if (strstr(before, rooms[i].text) && !g_str_equal(rooms[i].room, "contacts"))
      g_error("%s: %s was there before", rooms[i].room, rooms[i].text);
    if (!strstr(mine, rooms[i].text) || !strstr(other, rooms[i].text))
      g_error("%s: no %s: %s", rooms[i].room, rooms[i].text, mine);
    if (rooms[i].link && !strstr(mine, rooms[i].link))
      g_error("%s: no %s: %s", rooms[i].room, rooms[i].link, mine);
    g_assert_null(strstr(other, "/do/triage."));
    g_assert_null(strstr(other, "/do/response."));
    g_autofree char *path = g_strdup_printf("/cases/1/%s", rooms[i].room);
    guint status;
    g_autofree char *hidden = ask(&house, "GET", path, "p1", NULL, &status);
    g_assert_cmpuint(status, ==, 404);
  }
  house_free(&house);
}

/* What is mine by name is on my desk until it is done, with the way to it; and on nobody else's. */
static void
test_desk(void)
{
  static const struct {
    const char *as, *act, *fields, *of, *text, *href; /* of: whose desk */
  } tasks[] = {
    { STAFF, "handover.write", "{'to': 'p3', 'open': 'ログの保全'}", "p3", "からの引継書に、まだ署名していません", "/cases/1/do/handover.sign?handover=j1" },
    { STAFF, "callout.start", "{'persons': ['p4'], 'reason': '封じ込め'}", "p4", "参集の呼出しに、まだ応えていません", "/cases/1/do/callout.update?person=p4" },
    { HEAD, "response.request", "{'party': 'p3', 'what': '記録を集める', 'kind': 'work'}", "p3", "あなたへの依頼・要請：記録を集める", "/cases/1/do/response.record_reply?request=r1" },
    { HEAD, "response.request", "{'party': 'p3', 'what': '機器を探す', 'kind': 'work'}", "p6", "あなたが依頼・要請し、まだ済んでいないもの：機器を探す", "/cases/1/do/response.record_reply?request=r2" },
    { HEAD, "response.request", "{'party': 'p4', 'what': '今夜のうちに', 'kind': 'work', 'due': '2026-11-20T20:00'}", "p5", "24時間以内の期限", "href=\"/clocks\"" },
  };
  House house = house_new();
  guint status;
  for (gsize i = 0; i < G_N_ELEMENTS(tasks); i++) {
    g_autofree char *before = ask(&house, "GET", "/", tasks[i].of, NULL, &status);
    must(&house, tasks[i].as, tasks[i].act, tasks[i].fields);
    g_autofree char *desk = ask(&house, "GET", "/", tasks[i].of, NULL, &status), *hidden = ask(&house, "GET", "/", "p1", NULL, &status);
    assert_tidy("/", strstr(desk, "<!DOCTYPE"));
    if (strstr(before, tasks[i].text) || !strstr(desk, tasks[i].text) || !strstr(desk, tasks[i].href) || strstr(hidden, tasks[i].text))
      g_error("%s: %s", tasks[i].text, desk);
  }
  must(&house, STAFF_TWO, "handover.sign", "{'handover': 'j1'}");
  must(&house, STAFF, "response.record_reply", "{'request': 'r1', 'reply': '集めた', 'done': true}");
  g_autofree char *after = ask(&house, "GET", "/", "p3", NULL, &status);
  g_assert_null(strstr(after, tasks[0].text));
  g_assert_null(strstr(after, tasks[2].text));
  house_free(&house);
}

static guint
count_of(const char *text, const char *what)
{
  guint n = 0;
  for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
    n++;
  return n;
}

/* What one act supplies is one step with all that it supplies and each clause, on the case's page and on the desk;
 * documents of different names are reported one by one; who may is named once. */
static void
test_steps(void)
{
  static const char *const paths[] = { "/cases/1", "/" };
  House house = house_new();
  guint status;
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autofree char *page = ask(&house, "GET", paths[i], "p2", NULL, &status);
    assert_tidy(paths[i], strstr(page, "<!DOCTYPE"));
    g_assert_cmpuint(count_of(page, "href=\"/cases/1/do/triage.judge\""), ==, 1);
    const char *first = strstr(page, "「インシデントに該当する」との判断がありません <a class=\"clause\" href=\"/plan#3-2-2-");
    const char *second = strstr(page, "今回のトリアージでは「該否を判断する」をまだ行っていません <a class=\"clause\" href=\"/plan#3-2-3-1-");
    const char *end = first ? strstr(first, "</li>") : NULL;
    if (!first || !second || second < first || second > end)
      g_error("%s: %s", paths[i], page);
  }
  must(&house, STAFF, "triage.state", "{'kind': 'fact', 'subject': '検知', 'text': '画面が変わった'}");
  must(&house, STAFF, "triage.classify", "{'classes': ['attack'], 'certainty': 'occurred', 'reason': '特徴'}");
  must(&house, STAFF, "triage.judge", "{'outcome': 'incident', 'reasons': '計画第2に当たる'}");
  must(&house, STAFF, "triage.prioritise", "{'priority': 'high', 'reasons': '広がる'}");
  g_autofree char *response = ask(&house, "GET", "/cases/1", "p2", NULL, &status);
  g_assert_nonnull(strstr(response, "「対応方針」の報告がまだです"));
  g_assert_nonnull(strstr(response, "「トリアージの結果」の報告がまだです"));
  g_assert_nonnull(strstr(response, "href=\"/cases/1/do/circulation.submit?subject=approach\""));
  g_assert_nonnull(strstr(response, "href=\"/cases/1/do/circulation.submit?subject=triage-result\""));
  g_autofree char *form = ask(&house, "GET", "/cases/1/do/circulation.submit?subject=approach", "p2", NULL, &status);
  g_assert_nonnull(strstr(form, "<option value=\"approach\" selected>対応方針</option>"));
  g_autofree char *other_words = ask(&house, "GET", "/cases/1/do/circulation.submit?subject=%E8%A6%9A%E6%9B%B8", "p2", NULL, &status);
  g_assert_nonnull(strstr(other_words, "<option value=\"覚書\" selected>覚書</option>"));
  g_autofree char *other = ask(&house, "GET", "/cases/1", "p8", NULL, &status);
  guint lines = 0;
  for (const char *at = other; (at = strstr(at, "行う人　")); at++, lines++) {
    g_autofree char *line = g_strndup(at, (gsize)(strstr(at, "</p>") - at));
    g_assert_cmpuint(count_of(line, "担当一郎"), <=, 1);
  }
  g_assert_cmpuint(lines, >, 0);
  if (!strstr(other, "インシデントハンドラー・CSIRT要員（情報システム担当者）：担当一郎、担当二子／CSIRT管理者（情報システム管理者）：管理三郎"))
    g_error("%s", other);
  house_free(&house);
}

/* The entry that ANSWER, a redirect, says was made; the page it leads to, for AS. */
static char *
page_after(const House *house, const char *answer, const char *as)
{
  const char *at = strstr(answer, "Location: ");
  guint status;
  if (!at)
    g_error("%s", answer);
  g_autofree char *place = g_strndup(at + strlen("Location: "), strcspn(at + strlen("Location: "), "\r"));
  g_autofree char *page = ask(house, "GET", place, as, NULL, &status);
  assert_tidy(place, strstr(page, "<!DOCTYPE"));
  return g_steal_pointer(&page);
}

/* An urgent act waits for nothing; what its advice would have said stands on the page it leads to, with the way to it,
 * for whoever did it and until it was done. */
static void
test_urgent(void)
{
  static const char *const asked[] = { "id=\"remains\"", "所管課の同意が得られないままです。", "「代替手段」が未記入です。", "href=\"/cases/1/do/response.confirm_consent\"" };
  House house = house_new();
  guint status;
  const char *body = "service=%E7%AA%93%E5%8F%A3&action=stop&decided_by=x&consent=not-reached&lost=y&_key=k9&_from=measures&_post=chief-security-officer";
  g_autofree char *sent = ask(&house, "POST", "/cases/1/do/response.stop_service", "p6", body, &status);
  if (status != 303)
    g_error("%s", sent);
  g_autofree char *page = page_after(&house, sent, "p6"), *other = page_after(&house, sent, "p5");
  for (gsize i = 0; i < G_N_ELEMENTS(asked); i++)
    if (!strstr(page, asked[i]))
      g_error("%s: %s", asked[i], page);
  g_assert_null(strstr(page, "「失われるもの」が未記入です"));
  g_assert_null(strstr(other, "id=\"remains\""));
  must(&house, STAFF, "response.confirm_consent", "{'service_id': 's1', 'consent': 'given', 'consent_by': '市民課長'}");
  g_autofree char *after = page_after(&house, sent, "p6");
  g_assert_null(strstr(after, "id=\"remains\""));
  g_autofree char *again = ask(&house, "POST", "/cases/1/do/response.stop_service", "p6",
                               "service=x&action=stop&decided_by=x&consent=not-needed&lost=y&replacement=z&_key=k10&_post=chief-security-officer", &status);
  g_autofree char *nothing = page_after(&house, again, "p6");
  g_assert_null(strstr(nothing, "id=\"remains\""));
  house_free(&house);
}

/* Every link to a paper on the pages of the case is answered; of those that were issued, how many there are. */
static guint
follow_papers(const House *house, const char *as)
{
  static const char *const rooms_with[] = { "", "/papers", "/reports", "/inquiries", "/evidence", "/handover" };
  guint issued = 0, status;
  for (gsize i = 0; i < G_N_ELEMENTS(rooms_with); i++) {
    g_autofree char *path = g_strdup_printf("/cases/1%s", rooms_with[i]), *page = ask(house, "GET", path, as, NULL, &status);
    g_assert_cmpuint(status, ==, 200);
    for (const char *at = page; (at = strstr(at, "href=\"/cases/1/papers/"));) {
      at += strlen("href=\"");
      g_autofree char *link = g_strndup(at, strcspn(at, "\""));
      const char *name = strrchr(link, '/') + 1;
      gboolean file = strchr(name, '.') != NULL;
      issued += file && (g_ascii_isdigit(*name) || *name == 'R') && !strstr(name, "-now");
      if (file)
        continue; /* drawn by the worker, whom this house has not */
      g_autofree char *answer = ask(house, "GET", link, as, NULL, &status);
      if (status != 200)
        g_error("%s: %u, from %s", link, status, path);
    }
  }
  return issued;
}

/* No page leads to a paper that is not there: neither before anything was issued nor after its disposal. */
static void
test_paper_links(void)
{
  static const char *const chain[] = { MANAGER, VICE, HEAD };
  House house = house_new();
  must(&house, STAFF, "intake.unlink", "{'notice': 'n1', 'reason': '別の件'}");
  g_assert_cmpuint(follow_papers(&house, "p6"), ==, 0);
  must(&house, STAFF, "intake.link", "{'notice': 'n1'}");
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '4', 'state': 'filled', 'value': '12人'}]}");
  must(&house, HEAD, "reporting.issue", "{'form': 'form1'}");
  must(&house, HEAD, "response.request", "{'party': 'p3', 'what': '記録を集める', 'kind': 'work'}");
  must(&house, HEAD, "reporting.alert_staff", "{'to': '全職員', 'text': '開かないこと'}");
  g_assert_cmpuint(follow_papers(&house, "p6"), >=, 6);
  must(&house, STAFF, "triage.state", "{'kind': 'fact', 'subject': '確認', 'text': '誤検知だった'}");
  must(&house, STAFF, "triage.judge", "{'outcome': 'not-incident', 'reasons': '誤検知'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'triage-result'}");
  for (gsize i = 0; i < G_N_ELEMENTS(chain); i++)
    must(&house, chain[i], "circulation.step", "{'circulation': 'k1', 'result': 'reported'}");
  must(&house, HEAD, "aftermath.close", "{'text': '終わり'}");
  must(&house, MANAGER, "archive.classify", "{'classification': '情報', 'binder': '事案', 'retention_years': 1, 'original': 'shodo'}");
  hall_at(house.hall, "2028-04-02T09:00");
  must(&house, MANAGER, "archive.propose_disposal", "{'reason': '満了'}");
  must(&house, HEAD, "archive.approve_disposal", "{'reason': '満了'}");
  g_assert_cmpuint(follow_papers(&house, "p6"), ==, 0);
  guint status;
  g_autofree char *reports = ask(&house, "GET", "/cases/1/reports", "p6", NULL, &status);
  g_assert_nonnull(strstr(reports, "書面は廃棄済み"));
  house_free(&house);
}

/* How mail is received is set up by an administrator: others are told whom to ask. */
static void
test_inbox_empty(void)
{
  House house = house_new();
  guint status;
  g_autofree char *mine = ask(&house, "GET", "/mail/received", "p1", NULL, &status), *other = ask(&house, "GET", "/mail/received", "p2", NULL, &status);
  g_assert_nonnull(strstr(mine, "shodo mail receive"));
  g_assert_null(strstr(other, "shodo mail"));
  g_assert_nonnull(strstr(other, "管理者（管理太郎）に依頼してください"));
  house_free(&house);
}

/* From a room to an act with its reference filled in, and back to the room. */
static void
test_room_act(void)
{
  House house = house_new();
  must(&house, STAFF, "triage.mark_host", "{'name': 'PC-114', 'kind': 'client', 'state': 'suspected'}");
  guint status;
  g_autofree char *form = ask(&house, "GET", "/cases/1/do/triage.examine_host?_from=hosts&host=h1", "p2", NULL, &status);
  g_assert_nonnull(strstr(form, "<input type=\"hidden\" name=\"_from\" value=\"hosts\">"));
  g_assert_nonnull(strstr(form, "<option value=\"h1\" selected>"));
  g_assert_nonnull(strstr(form, "href=\"/cases/1/hosts\">やめる"));
  g_autofree char *strange = ask(&house, "GET", "/cases/1/do/triage.examine_host?_from=%2F%2Fevil&host=h1", "p2", NULL, &status);
  g_assert_null(strstr(strange, "evil"));
  g_autofree char *sent = ask(&house, "POST", "/cases/1/do/triage.examine_host", "p2",
                              "_from=hosts&host=h1&state=affected&result=x&_key=k7", &status);
  if (status != 303)
    g_error("%s", strstr(sent, "<h1>"));
  g_assert_nonnull(strstr(sent, "Location: /cases/1/hosts?done="));
  g_autofree char *room = ask(&house, "GET", "/cases/1/hosts?done=99", "p2", NULL, &status);
  g_assert_null(strstr(room, "を記録しました"));
  must(&house, STAFF, "callout.start", "{'persons': ['p3'], 'reason': '封じ込め'}");
  g_autofree char *update = ask(&house, "GET", "/cases/1/do/callout.update?person=p3&state=coming", "p2", NULL, &status);
  g_assert_nonnull(strstr(update, "value=\"coming\" checked"));
  g_autofree char *write = ask(&house, "GET", "/cases/1/do/handover.write", "p2", NULL, &status);
  g_assert_nonnull(strstr(write, "1台：PC-114"));
  house_free(&house);
}

/* More than one page of a table: the first ones, how many there are, and the way to all. */
static void
test_many_hosts(void)
{
  House house = house_new();
  for (guint i = 0; i < LIMIT_ROOM_ROWS + 5; i++) {
    g_autofree char *fields = g_strdup_printf("{'name': 'PC-%03u', 'kind': 'client', 'state': 'suspected'}", i);
    must(&house, STAFF, "triage.mark_host", fields);
  }
  guint status;
  g_autofree char *some = ask(&house, "GET", "/cases/1/hosts", "p2", NULL, &status);
  g_assert_nonnull(strstr(some, "<small>305件</small>"));
  g_assert_nonnull(strstr(some, "PC-299"));
  g_assert_null(strstr(some, "PC-300"));
  g_assert_nonnull(strstr(some, "href=\"/cases/1/hosts?all=1#round1\""));
  g_autofree char *all = ask(&house, "GET", "/cases/1/hosts?all=1", "p2", NULL, &status);
  g_assert_nonnull(strstr(all, "PC-304"));
  house_free(&house);
}

/* --- 決裁 --- */

static char *
get(const House *house, const char *path, const char *as, guint expected)
{
  guint status;
  g_autofree char *answer = ask(house, "GET", path, as, NULL, &status);
  if (status != expected)
    g_error("%s as %s: %u", path, as, status);
  if (strstr(answer, "<!DOCTYPE"))
    assert_tidy(path, strstr(answer, "<!DOCTYPE"));
  return g_steal_pointer(&answer);
}

static void
assert_page(const House *house, const char *path, const char *as, const char *says, const char *silent)
{
  g_autofree char *page = get(house, path, as, 200);
  if (says && !strstr(page, says))
    g_error("%s as %s does not say %s: %s", path, as, says, strstr(page, "<main"));
  if (silent && strstr(page, silent))
    g_error("%s as %s says %s", path, as, silent);
}

#define ONE "/cases/1/circulations/k1"
#define WAITS "処理待ち<span class=\"waits\">(1)</span>"

/* Who is awaited has the buttons and the number in the navigation; nobody else. */
static void
test_circulation(void)
{
  House house = house_new();
  must(&house, STAFF, "response.propose", "{'text': '端末2台を切り離す\\n復旧は20日'}");
  assert_page(&house, "/", "p4", "あなたの職を待っている報告・承認はありません", "class=\"waits\"");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a1'}");
  assert_page(&house, "/", "p4", WAITS, NULL);
  assert_page(&house, "/", "p4", "href=\"" ONE "\"", NULL);
  assert_page(&house, "/", "p6", NULL, WAITS);
  assert_page(&house, "/cases/1/contacts", "p2", "<div class=\"text\">CSIRT要員・インシデントハンドラー</div>", NULL);
  assert_page(&house, "/circulations", "p4", "<span class=\"tag soon\">CSIRT管理者への報告</span>", NULL);
  assert_page(&house, "/circulations", "p6", "<td data-head=\"いまの段階\">CSIRT管理者への報告</td>", "tag soon");
  assert_page(&house, "/cases/1/circulations", "p8", "CSIRT管理者待ち", "/do/");
  assert_page(&house, ONE, "p4", "端末2台を切り離す", NULL);
  assert_page(&house, ONE, "p4", "class=\"button primary\" href=\"/cases/1/do/circulation.step?_from=circulations/k1&amp;circulation=k1&amp;result=reported", NULL);
  assert_page(&house, ONE, "p4", "意見を付けて差し戻す", "代決する");
  assert_page(&house, ONE, "p2", "引き戻す", "意見を付けて差し戻す");
  assert_page(&house, ONE, "p6", "情報システム管理者が不在のとき：代決する", "引き戻す");
  assert_page(&house, ONE, "p8", "初めて見る内容です", "差し戻す");
  g_autofree char *hidden = get(&house, ONE, "p1", 404);
  g_autofree char *none = get(&house, "/cases/1/circulations/k9", "p4", 404);
  house_free(&house);
}

/* The button's form has everything filled in and leads back; what comes after a return shows what changed. */
static void
test_circulation_returned(void)
{
  House house = house_new();
  guint status;
  must(&house, STAFF, "response.propose", "{'text': '端末2台を切り離す\\n復旧は20日'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a1'}");
  g_autofree char *form = get(&house, "/cases/1/do/circulation.step?_from=circulations/k1&circulation=k1&result=returned&_post=system-manager", "p4", 200);
  g_assert_nonnull(strstr(form, "value=\"returned\" checked"));
  g_assert_nonnull(strstr(form, "<option value=\"k1\" selected>"));
  g_autofree char *sent = ask(&house, "POST", "/cases/1/do/circulation.step", "p4",
                              "_from=circulations/k1&circulation=k1&result=returned&comment=%E6%97%A5%E4%BB%98&_post=system-manager&_key=k8", &status);
  g_assert_nonnull(strstr(sent, "Location: /cases/1/circulations/k1?done="));
  assert_page(&house, ONE, "p2", "直して出し直す", "引き戻す");
  assert_page(&house, ONE, "p4", "日付", WAITS);
  must(&house, STAFF, "response.propose", "{'text': '端末3台を切り離す\\n復旧は20日', 'replaces': 'a1', 'reason': '1台増えた'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a2'}");
  assert_page(&house, "/cases/1/circulations/k2", "p4", "端末<del>2</del><ins>3</ins>台を切り離す", "<ins>復旧");
  assert_page(&house, "/cases/1/circulations/k2", "p4", "前に見たもの（", NULL);
  assert_page(&house, "/cases/1/circulations/k2", "p6", "前に回ったもの（", NULL);
  house_free(&house);
}

/* 代決 shows with its reason and waits for 後閲 by the holder. */
static void
test_circulation_proxy(void)
{
  House house = house_new();
  must(&house, STAFF, "response.propose", "{'text': '切り離す'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a1'}");
  json_t *fields = hall_json("{'circulation': 'k1', 'result': 'reported'}");
  g_autoptr(Outcome) outcome = hall_try(house.hall, HEAD, "夜間で連絡がつかない", "circulation.step", house.kase, fields);
  json_decref(fields);
  g_assert_false(outcome->done); /* not the post that is awaited */
  guint status;
  g_autofree char *form = get(&house, "/cases/1/do/circulation.step?circulation=k1&result=reported&_proxy_post=system-manager", "p6", 200);
  g_assert_nonnull(strstr(form, "<option value=\"system-manager\" selected>"));
  g_autofree char *sent = ask(&house, "POST", "/cases/1/do/circulation.step", "p6",
                              "_from=circulations/k1&circulation=k1&result=reported&_proxy_post=system-manager&_proxy=%E4%B8%8D%E5%9C%A8&_key=k9", &status);
  g_assert_cmpuint(status, ==, 303);
  assert_page(&house, ONE, "p6", "<span class=\"tag\">代決</span> 不在", "後閲する");
  assert_page(&house, ONE, "p4", "href=\"/cases/1/do/circulation.after_view?_from=circulations/k1&amp;circulation=k1&amp;step=1", NULL);
  assert_page(&house, "/circulations", "p4", "<span class=\"tag soon\">後閲</span>", NULL);
  must(&house, MANAGER, "circulation.after_view", "{'circulation': 'k1', 'step': 1}");
  assert_page(&house, ONE, "p4", "後閲 17:05", "circulation.after_view");
  assert_page(&house, "/", "p4", NULL, "class=\"waits\"");
  house_free(&house);
}

/* A report circulates as the paper it is, with a way to everything issued. */
static void
test_circulation_report(void)
{
  House house = house_new();
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '1-4', 'state': 'filled', 'value': '共有フォルダが書き換えられた'}]}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'report:form1'}");
  assert_page(&house, ONE, "p7", "<article class=\"paper\">", NULL);
  assert_page(&house, ONE, "p7", "共有フォルダが書き換えられた", NULL);
  must(&house, STAFF, "circulation.withdraw", "{'circulation': 'k1', 'reason': '数が変わった'}");
  assert_page(&house, ONE, "p7", "引戻しの理由：数が変わった", "報告を受けた");
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '1-4', 'state': 'filled', 'value': '共有フォルダが3つ書き換えられた'}]}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'report:form1'}");
  assert_page(&house, "/cases/1/circulations/k2", "p7", "共有フォルダが<ins>3つ</ins>書き換えられた", NULL);
  house_free(&house);
}

/* --- 記録 --- */

static void
assert_order(const House *house, const char *path, const char *first, const char *second)
{
  g_autofree char *page = get(house, path, "p2", 200);
  const char *lines = strstr(page, "id=\"lines\""), *one = lines ? strstr(lines, first) : NULL, *other = lines ? strstr(lines, second) : NULL;
  if (!one || !other || one > other)
    g_error("%s: %s does not come before %s", path, first, second);
}

/* What happened first comes first though it was recorded last; facts apart from opinions; corrections beside what was
 * there; what an annex leaves out, and why. */
static void
test_records(void)
{
  House house = house_new();
  guint status;
  must(&house, STAFF, "record.add", "{'text': '保守業者に電話した', 'sort': 'call'}");
  g_autofree char *late = ask(&house, "POST", "/cases/1/record", "p2", "text=16%3A10+LAN%E6%8A%9C%E7%B7%9A&sort=fact", &status);
  must(&house, STAFF, "record.add", "{'text': '外部からの侵入と思う', 'sort': 'opinion'}");
  assert_order(&house, "/cases/1/log", "LAN抜線", "保守業者に電話した");
  assert_order(&house, "/cases/1/log?order=recorded", "LAN抜線", "保守業者に電話した");
  assert_order(&house, "/cases/1/log?order=recorded", "外部からの侵入", "LAN抜線");
  assert_page(&house, "/cases/1/log", "p2", "<span class=\"when\">16:10</span> <span class=\"when later\">記録 17:05</span>", NULL);
  assert_page(&house, "/cases/1/log?log=fact", "p2", "LAN抜線", "外部からの侵入");
  assert_page(&house, "/cases/1/log?log=opinion", "p2", "class=\"line opinion\"", "LAN抜線");
  assert_page(&house, "/cases/1/log", "p2", "/cases/1/do/record.correct?_from=log&amp;record=l2", NULL);
  assert_page(&house, "/cases/1/log?log=opinion", "p8", "外部からの侵入", "/do/record");
  g_autofree char *form = get(&house, "/cases/1/do/record.correct?record=l2", "p2", 200);
  g_assert_nonnull(strstr(form, ">LAN抜線</textarea>"));
  must(&house, STAFF, "record.correct", "{'record': 'l2', 'text': '電源も抜線', 'reason': '聞き違い'}");
  assert_page(&house, "/cases/1/log?log=fact", "p2", "<del>LAN抜線</del>", NULL);
  assert_page(&house, "/cases/1/log?log=fact", "p2", "担当一郎（理由：聞き違い）", NULL);
  assert_page(&house, "/cases/1/log?log=corrected", "p2", "電源も抜線", "外部からの侵入");
  must(&house, STAFF, "record.star", "{'record': 'l1', 'on': true}");
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '1-4', 'state': 'filled', 'value': '概要'}]}");
  must(&house, HEAD, "reporting.issue", "{'form': 'form1', 'narrow': '件数が多いため'}");
  assert_page(&house, "/cases/1/log?log=fact", "p2", "別紙（報告様式1 第1報）には載せていません：件数が多いため", NULL);
  assert_page(&house, "/cases/1/log?log=records", "p2", "別紙に載せる印のある記録 1/3件", NULL);
  house_free(&house);
}

/* Beyond a page of lines there is a way to the next ones, and none is lost or told twice. */
static void
test_records_paged(void)
{
  House house = house_new();
  for (guint i = 0; i < 230; i++) {
    g_autofree char *fields = g_strdup_printf("{'text': '記録その%03u。'}", i);
    must(&house, STAFF, "record.add", fields);
  }
  g_autofree char *first = get(&house, "/cases/1/log?log=records", "p2", 200);
  g_autofree char *second = get(&house, "/cases/1/log?log=records&from=200", "p2", 200);
  g_assert_nonnull(strstr(first, "from=200"));
  for (guint i = 0; i < 230; i++) {
    g_autofree char *text = g_strdup_printf("記録その%03u。", i);
    g_assert_true((strstr(first, text) != NULL) == (i < 200));
    g_assert_true((strstr(second, text) != NULL) == (i >= 200));
  }
  house_free(&house);
}

/* --- taking back --- */

/* Linking is taken back by one button, only by whoever did it, and that again. */
static void
test_undo_link(void)
{
  House house = house_new();
  guint status;
  must(&house, STAFF, "record.add", "{'text': 'x'}");
  hall_must(house.hall, STAFF, "notice.receive", 0, "{'channel': 'telephone', 'received': '2026-11-20T17:00', 'via': 'manager', 'subject': '別の通報', 'text': 'x', 'sender': 'y'}");
  g_autofree char *sent = ask(&house, "POST", "/cases/1/do/intake.link", "p2", "notice=n2&_key=u1", &status);
  g_assert_cmpuint(status, ==, 303);
  const char *place = strstr(sent, "Location: ") + strlen("Location: ");
  g_autofree char *path = g_strndup(place, strcspn(place, "\r"));
  g_autofree char *page = get(&house, path, "p2", 200);
  const char *undo = strstr(page, "<form method=\"post\" action=\"/cases/1/do/intake.unlink\">");
  g_assert_nonnull(undo);
  g_assert_nonnull(strstr(undo, "name=\"notice\" value=\"n2\""));
  assert_page(&house, path, "p3", "を記録しました", "intake.unlink\">");
  g_autofree char *back = ask(&house, "POST", "/cases/1/do/intake.unlink", "p2", "notice=n2&reason=%E7%9B%B4%E5%BE%8C&_key=u2", &status);
  g_assert_cmpuint(status, ==, 303);
  const char *after = strstr(back, "Location: ") + strlen("Location: ");
  g_autofree char *second = g_strndup(after, strcspn(after, "\r"));
  assert_page(&house, second, "p2", "action=\"/cases/1/do/intake.link\"", NULL);
  assert_page(&house, "/cases/1/contacts", "p2", NULL, "別の通報");
  house_free(&house);
}

static void
test_stars(void)
{
  House house = house_new();
  guint status;
  g_autofree char *before = get(&house, "/", "p2", 200);
  g_assert_null(strstr(before, "印を付けた事案"));
  g_autofree char *on = ask(&house, "POST", "/cases/1/star", "p2", "on=1", &status);
  g_assert_nonnull(strstr(on, "Location: /cases/1?starred=1"));
  assert_page(&house, "/cases/1?starred=1", "p2", "<input type=\"hidden\" name=\"on\" value=\"0\"><button type=\"submit\">元に戻す", NULL);
  assert_page(&house, "/cases/1?starred=0", "p2", "★ 印を外す", "元に戻す");
  assert_page(&house, "/", "p2", "印を付けた事案", NULL);
  assert_page(&house, "/", "p3", NULL, "印を付けた事案");
  assert_page(&house, "/cases", "p2", "★ 印", NULL);
  assert_page(&house, "/cases", "p3", "R8-001", "★ 印");
  g_autofree char *hidden = ask(&house, "POST", "/cases/1/star", "p1", "on=1", &status);
  g_assert_cmpuint(status, ==, 404);
  must(&house, HEAD, "access.restrict", "{'reason': '職員の非違の疑い'}");
  assert_page(&house, "/", "p2", NULL, "印を付けた事案");
  g_autofree char *off = ask(&house, "POST", "/cases/1/star", "p6", "on=1", &status);
  g_autofree char *again = ask(&house, "POST", "/cases/1/star", "p6", "on=0", &status);
  assert_page(&house, "/", "p6", NULL, "印を付けた事案");
  house_free(&house);
}

/* --- what is being written --- */

static void
assert_draft(const House *house, const char *method, const char *path, const char *as, const char *body, guint expected, const char *says)
{
  guint status;
  g_autofree char *answer = ask(house, method, path, as, body, &status);
  if (status != expected || (says && !strstr(answer, says)))
    g_error("%s %s as %s: %s", method, path, as, answer);
}

#define DRAFT "/drafts/triage.judge-1"

static void
test_drafts(void)
{
  static const char *const bad[] = { "/drafts/A", "/drafts/a%20b", "/drafts/..%2Fx", "/drafts/%E4%BB%B6" };
  House house = house_new();
  assert_draft(&house, "GET", DRAFT, "p2", NULL, 200, "\"version\":0");
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":0,\"fields\":[[\"reasons\",null,\"甲\"]]}", 200, "\"version\":1");
  assert_draft(&house, "GET", DRAFT, "p2", NULL, 200, "甲");
  assert_draft(&house, "GET", DRAFT, "p3", NULL, 200, "\"version\":0");
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":1,\"fields\":[[\"reasons\",null,\"乙\"]]}", 200, "\"version\":2");
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":1,\"fields\":[[\"reasons\",null,\"丙\"]]}", 409, "乙");
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":1,\"fields\":[[\"reasons\",null,\"乙\"]]}", 200, "\"version\":2");
  assert_draft(&house, "GET", DRAFT, "p2", NULL, 200, "乙");
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":-1,\"fields\":[]}", 422, NULL);
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":2,\"fields\":{}}", 422, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    assert_draft(&house, "GET", bad[i], "p2", NULL, 404, NULL);
  assert_draft(&house, "GET", DRAFT, NULL, NULL, 303, NULL);
  assert_draft(&house, "POST", "/cases/1/do/triage.classify", "p2", "_draft=triage.judge-1&_key=d1", 422, NULL);
  assert_draft(&house, "GET", DRAFT, "p2", NULL, 200, "乙");
  assert_draft(&house, "POST", "/cases/1/do/triage.mark_host", "p2", "_draft=triage.judge-1&name=PC&kind=client&state=suspected&_key=d2", 303, NULL);
  assert_draft(&house, "GET", DRAFT, "p2", NULL, 200, "\"version\":0");
  assert_draft(&house, "POST", DRAFT, "p2", "{\"base\":2,\"fields\":[]}", 200, "\"version\":3");
  assert_draft(&house, "POST", DRAFT "/discard", "p2", NULL, 200, "\"version\":0");
  assert_draft(&house, "GET", DRAFT, "p2", NULL, 200, "\"version\":0");
  assert_draft(&house, "POST", "/cases/1/record", "p2", "text=x&_instance=i1", 303, NULL);
  assert_draft(&house, "POST", "/drafts/record-1", "p2", "{\"base\":0,\"fields\":[[\"text\",null,\"遅れて届いた\"]],\"instance\":\"i1\"}", 200,
               "\"version\":0");
  assert_draft(&house, "GET", "/drafts/record-1", "p2", NULL, 200, "\"version\":0");
  assert_draft(&house, "POST", "/drafts/record-1", "p2", "{\"base\":0,\"fields\":[[\"text\",null,\"次の文\"]],\"instance\":\"i2\"}", 200,
               "\"version\":1");
  assert_draft(&house, "GET", "/drafts/record-1", "p2", NULL, 200, "次の文");
  house_free(&house);
}

/* Opened for another thing, a form is another draft. */
static void
test_draft_names(void)
{
  House house = house_new();
  must(&house, STAFF, "triage.mark_host", "{'name': 'PC-114', 'kind': 'client', 'state': 'suspected'}");
  assert_page(&house, "/cases/1/do/triage.examine_host", "p2", "data-draft=\"triage.examine_host-1\"", NULL);
  assert_page(&house, "/cases/1/do/triage.examine_host?host=h1", "p2", "data-draft=\"triage.examine_host-1-", "data-draft=\"triage.examine_host-1\"");
  assert_draft(&house, "POST", "/cases/1/do/triage.examine_host", "p2", "_draft=triage.examine_host-1-0123abcd&host=h1&_key=n1", 422,
               "data-draft=\"triage.examine_host-1-0123abcd\"");
  assert_draft(&house, "POST", "/cases/1/do/triage.examine_host", "p2", "_draft=%22%3E&host=h1&_key=n2", 422, "data-draft=\"triage.examine_host-1\"");
  house_free(&house);
}

/* --- a report's draft in parts --- */

#define FORM1 "/cases/1/do/reporting.draft"
#define ONE_BLANK(n, k) "&items[" n "].key=" k "&items[" n "].state=blank"
#define ONE_SAYS(n, k, text) "&items[" n "].key=" k "&items[" n "].state=filled&items[" n "].value=" text
/* The first part of 報告様式1, with these two of its items. */
#define PART_ONE(base, more, one, two) "form=form1&_part=1&_base=" base more "&items[]=2" one two

static const ReportDraft *
draft_of(const House *house)
{
  g_autoptr(GError) error = NULL;
  const Case *kase = world_case(engine_world(house->hall->engine), house->kase, &error);
  g_assert_no_error(error);
  return reporting_draft(kase, "form1");
}

/* What the draft of 報告様式1 says of KEY now, to free; "": nothing. */
static char *
drafted(const House *house, const char *key)
{
  const ReportDraft *draft = draft_of(house);
  const ReportValue *value = draft ? reporting_value(draft->body->items, key) : NULL;
  return g_strdup(value && value->value ? value->value : "");
}

static void
assert_drafted(const House *house, const char *key, const char *text)
{
  g_autofree char *value = drafted(house, key);
  g_assert_cmpstr(value, ==, text);
}

/* The entry number of the last draft, to free. */
static char *
last_draft(const House *house)
{
  const ReportDraft *draft = draft_of(house);
  return g_strdup_printf("%" G_GUINT64_FORMAT, draft ? draft->head->number : 0);
}

/* The page that comes back, to free; it must be STATUS. */
static char *
send_draft(const House *house, const char *as, const char *body, guint status)
{
  guint came;
  char *answer = ask(house, "POST", FORM1, as, body, &came);
  if (came != status)
    g_error("%s as %s: %u: %s", body, as, came, answer);
  return answer;
}

/* PART_ONE begun from BASE, with %s in its place; to free. */
static char *
begun_from(const char *format, const char *base)
{
  g_auto(GStrv) halves = g_strsplit(format, "BASE", 2);
  return g_strjoinv(base, halves);
}

static const struct {
  const char *query, *here, *has, *silent;
} part_rows[] = {
  { "?form=form1", "aria-current=\"page\">事案の状況</a>", "id=\"item-1-4\"", "id=\"item-2\"" },
  { "", "aria-current=\"page\">事案の状況</a>", "id=\"item-1-1\"", "id=\"item-6\"" },
  { "?form=form1&part=2", "aria-current=\"page\">影響・原因・該否の判断</a>", "id=\"item-5\"", "id=\"item-1-1\"" },
  { "?form=form1&part=3", "aria-current=\"page\">対応と再発防止</a>", "name=\"_go\" value=\"paper\"", "value=\"next\"" },
  { "?form=form1&part=9", "aria-current=\"page\">事案の状況</a>", "id=\"item-1-1\"", "id=\"item-6\"" },
  { "?form=form1&part=all", "すべての項目を一つの画面で書いています", "id=\"item-9\"", "aria-current=\"page\">事案の状況" },
  { "?form=form1&item=8", "aria-current=\"page\">対応と再発防止</a>", "id=\"item-8\"", "id=\"item-5\"" },
  { "?form=form1&take=1-2", "aria-current=\"page\">事案の状況</a>", "事案の記録から入れた案です", "id=\"item-5\"" },
  { "?form=form1&take=1-2,9", "すべての項目を一つの画面で書いています", "事案の記録から入れた案です", NULL },
  { "?form=form1&take=all", "すべての項目を一つの画面で書いています", "id=\"item-9\"", NULL },
  { "?form=mic", "aria-current=\"page\">発生と被害</a>", "href=\"" FORM1 "?form=form1#part\">報告様式1</a>", "id=\"item-5\"" },
  { "?form=form1&corrects=R1", "&amp;corrects=R1#part", "<details class=\"rare-box\" open>", NULL },
};

/* Which part opens, and what is in it. */
static void
test_parts(void)
{
  House house = house_new();
  for (gsize i = 0; i < G_N_ELEMENTS(part_rows); i++) {
    g_autofree char *path = g_strconcat(FORM1, part_rows[i].query, NULL);
    assert_page(&house, path, "p2", part_rows[i].here, part_rows[i].silent);
    assert_page(&house, path, "p2", part_rows[i].has, "<select id=\"f-form\"");
  }
  assert_page(&house, FORM1, "p2", "<p class=\"row-above\">1. 事案の状況</p>", "id=\"item-1\"");
  assert_page(&house, "/cases/1/papers/form1", "p2", "href=\"" FORM1 "?form=form1&amp;part=2#part\">影響・原因・該否の判断</a>", NULL);
  assert_page(&house, "/cases/1/papers/form1", "p2", "href=\"" FORM1 "?form=form1&amp;item=1-2#item-1-2\">書く</a>", NULL);
  assert_page(&house, "/cases/1/papers/form1", "p7", NULL, "id=\"parts\"");
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '1-1', 'state': 'filled', 'value': 'a'}, {'key': '1-2', 'state': 'unknown'}, "
       "{'key': '1-3', 'state': 'none'}, {'key': '1-4', 'state': 'investigating'}]}");
  assert_page(&house, FORM1, "p3", "<span class=\"note\">記入1、未判明1、該当なし1、調査中1</span>", NULL);
  assert_page(&house, FORM1, "p3", "aria-current=\"page\">影響・原因・該否の判断</a>", NULL);
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '1', 'state': 'filled', 'value': '見出しにも書ける'}]}");
  assert_page(&house, FORM1 "?part=1", "p3", "id=\"item-1\"", "class=\"row-above\"");
  house_free(&house);
}

/* From one part to the next, and to the paper; what says the same as before is no record. */
static void
test_parts_next(void)
{
  House house = house_new();
  g_autofree char *next = send_draft(&house, "p2", PART_ONE("0", "&_go=next&_key=a1", ONE_BLANK("1", "1-1"), ONE_SAYS("2", "1-4", "x")), 303);
  g_autofree char *first = last_draft(&house), *to = g_strdup_printf("Location: " FORM1 "?form=form1&part=2&done=%s#part\r\n", first);
  g_autofree char *said = g_strdup_printf(FORM1 "?form=form1&part=2&done=%s", first);
  g_assert_nonnull(strstr(next, to));
  assert_drafted(&house, "1-4", "x");
  assert_page(&house, said, "p2", "<p class=\"said\" role=\"status\">記録しました。</p>", NULL);
  assert_page(&house, FORM1 "?form=form1&part=2&done=3", "p2", NULL, "記録しました。");

  g_autofree char *again = begun_from(PART_ONE("BASE", "&_go=paper&_key=a2", ONE_BLANK("1", "1-1"), ONE_SAYS("2", "1-4", "x")), first);
  g_autofree char *paper = send_draft(&house, "p2", again, 303), *last = last_draft(&house);
  g_assert_cmpstr(last, ==, first);
  g_assert_nonnull(strstr(paper, "Location: /cases/1/papers/form1?done=0\r\n"));
  g_autofree char *home = begun_from(PART_ONE("BASE", "&_from=papers&_key=a3", ONE_BLANK("1", "1-1"), ONE_SAYS("2", "1-4", "y")), first);
  g_autofree char *back = send_draft(&house, "p2", home, 303);
  g_assert_nonnull(strstr(back, "Location: /cases/1/papers?done="));
  assert_drafted(&house, "1-4", "y");

  /* After an issue the next one may begin with what was issued, unchanged. */
  must(&house, HEAD, "reporting.issue", "{'form': 'form1'}");
  g_autofree char *issued = last_draft(&house), *anew = begun_from(PART_ONE("BASE", "&_key=a4", ONE_BLANK("1", "1-1"), ONE_SAYS("2", "1-4", "y")), issued);
  g_autofree char *begun = send_draft(&house, "p2", anew, 303), *unlike = last_draft(&house);
  g_assert_nonnull(strstr(begun, "Location: /cases/1?done="));
  g_assert_cmpstr(unlike, !=, issued);
  house_free(&house);
}

/* Two at once: what one left as it was does not undo what the other wrote. */
static void
test_parts_both(void)
{
  House house = house_new();
  g_autofree char *mine = send_draft(&house, "p2", PART_ONE("0", "&_key=b1", ONE_SAYS("1", "1-1", "mine"), ONE_BLANK("2", "1-4")), 303);
  g_autofree char *theirs = send_draft(&house, "p3", PART_ONE("0", "&_key=b2", ONE_BLANK("1", "1-1"), ONE_SAYS("2", "1-4", "theirs")), 303);
  assert_drafted(&house, "1-1", "mine");
  assert_drafted(&house, "1-4", "theirs");
  /* The same words by both are no conflict. */
  g_autofree char *same = send_draft(&house, "p3", PART_ONE("0", "&_key=b3", ONE_SAYS("1", "1-1", "mine"), ONE_BLANK("2", "1-4")), 303);
  assert_drafted(&house, "1-4", "theirs");
  /* Without telling what it was begun from, all is given. */
  g_autofree char *all = send_draft(&house, "p3", "form=form1&items[]=1" ONE_SAYS("1", "1-1", "all") "&_key=b4", 303);
  assert_drafted(&house, "1-1", "all");
  house_free(&house);
}

/* The same item by two: both texts are shown and nothing is recorded; sent again, it is what stands in the field. */
static void
test_parts_conflict(void)
{
  House house = house_new();
  g_autofree char *mine = send_draft(&house, "p2", PART_ONE("0", "&_key=c1", ONE_SAYS("1", "1-1", "first"), ONE_SAYS("2", "1-4", "kept")), 303);
  g_autofree char *first = last_draft(&house);
  g_autofree char *page = send_draft(&house, "p3", PART_ONE("0", "&_key=c2", ONE_SAYS("1", "1-1", "second"), ONE_BLANK("2", "1-4")), 409);
  g_autofree char *base = g_strdup_printf("name=\"_base\" value=\"%s\"", first), *last = last_draft(&house);
  g_assert_cmpstr(last, ==, first);
  g_assert_nonnull(strstr(page, "<strong>担当一郎さんが17:05に記録した文（記入）</strong></p><p class=\"said-text\">first</p>"));
  g_assert_nonnull(strstr(page, ">second</textarea>"));
  g_assert_nonnull(strstr(page, ">kept</textarea>")); /* left as it was: what stands now */
  g_assert_nonnull(strstr(page, "href=\"#f-items-1--value\">「(1) 発生した事案の種類」は"));
  g_assert_nonnull(strstr(page, base));
  g_assert_null(strstr(page, "id=\"f-items-3--value\""));

  g_autofree char *left = begun_from(PART_ONE("BASE", "&_theirs=1-1&_key=c3", ONE_SAYS("1", "1-1", "second"), ONE_SAYS("2", "1-4", "kept")), first);
  g_autofree char *given_way = send_draft(&house, "p3", left, 303);
  assert_drafted(&house, "1-1", "first");
  g_autofree char *kept = begun_from(PART_ONE("BASE", "&_key=c4", ONE_SAYS("1", "1-1", "second"), ONE_SAYS("2", "1-4", "kept")), first);
  g_autofree char *done = send_draft(&house, "p3", kept, 303);
  assert_drafted(&house, "1-1", "second");
  assert_drafted(&house, "1-4", "kept");

  /* One's own, written on another page, is told as such; what is no draft counts as none. */
  g_autofree char *own = send_draft(&house, "p3", PART_ONE("1", "&_key=c5", ONE_SAYS("1", "1-1", "third"), ONE_BLANK("2", "1-4")), 409);
  g_assert_nonnull(strstr(own, "あなたがほかの画面で17:05に記録した文"));
  house_free(&house);
}

/* A fault in a field is told beside it, with what the others have written since; nothing of another form is taken. */
static void
test_parts_wrong(void)
{
  House house = house_new();
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': [{'key': '1-4', 'state': 'filled', 'value': '概要'}]}");
  g_autofree char *late = send_draft(&house, "p3", PART_ONE("0", "&_happened=never&_key=d1", ONE_SAYS("1", "1-1", "typed"), ONE_BLANK("2", "1-4")), 422);
  g_assert_nonnull(strstr(late, ">typed</textarea>"));
  g_assert_nonnull(strstr(late, ">概要</textarea>"));
  g_assert_nonnull(strstr(late, "data-typed=\"1\""));
  g_autofree char *other = send_draft(&house, "p3", "form=mic&_base=0&items[]=1" ONE_SAYS("1", "1-1", "x") "&_key=d2", 422);
  g_assert_nonnull(strstr(other, "に項目「1-1」はありません"));
  g_autofree char *none = send_draft(&house, "p3", "form=%22%3E&_base=0&items[]=1" ONE_SAYS("1", "1-1", "x") "&_key=d3", 422);
  g_assert_nonnull(strstr(none, "<select id=\"f-form\""));
  house_free(&house);
}

/* The part that is half written is marked, for whoever writes it. */
static void
test_parts_kept(void)
{
  House house = house_new();
  assert_page(&house, FORM1 "?part=1", "p2", "data-draft=\"reporting.draft-1-form1-1\"", "書きかけあり");
  assert_draft(&house, "POST", "/drafts/reporting.draft-1-form1-2", "p2", "{\"base\":0,\"fields\":[[\"x\",null,\"y\",true]]}", 200, "\"version\":1");
  assert_page(&house, FORM1 "?part=1", "p2", "<li data-draft-of=\"reporting.draft-1-form1-2\"", "data-draft=\"reporting.draft-1-form1-2\"");
  assert_page(&house, FORM1 "?part=1", "p2", "書きかけあり", NULL);
  assert_page(&house, FORM1 "?part=1", "p3", NULL, "書きかけあり");
  house_free(&house);
}

/* What is issued next stands in the form already: the one form that has a draft. */
static void
test_issue_chosen(void)
{
  House house = house_new();
  assert_page(&house, "/cases/1/do/reporting.issue", "p6", NULL, "value=\"form1\" selected");
  must(&house, STAFF, "reporting.draft", "{'form': 'form1', 'items': []}");
  assert_page(&house, "/cases/1/do/reporting.issue", "p6", "value=\"form1\" selected", NULL);
  assert_page(&house, "/cases/1/do/reporting.issue?form=mic", "p6", "value=\"mic\" selected", "value=\"form1\" selected");
  must(&house, STAFF, "reporting.draft", "{'form': 'mic', 'items': []}");
  assert_page(&house, "/cases/1/do/reporting.issue", "p6", NULL, "value=\"form1\" selected");
  must(&house, HEAD, "reporting.issue", "{'form': 'form1'}");
  assert_page(&house, "/cases/1/do/reporting.issue", "p6", "value=\"mic\" selected", NULL);
  house_free(&house);
}

static void
test_typed(void)
{
  static const struct {
    const char *sent, *shown;
  } rows[] = {
    { "%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { "%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;" },
    { "%F0%A0%AE%B7%E9%87%8E%E2%91%A0%E3%88%B1%EF%BE%8A", "\xf0\xa0\xae\xb7野①㈱ﾊ" },
    { "%E8%91%9B%F3%A0%84%80", "葛\xf3\xa0\x84\x80" },
    { "%D7%A9%D7%9C%D7%95%D7%9D", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" },
  };
  House house = house_new();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *body = g_strdup_printf("text=%s&sort=fact", rows[i].sent);
    g_autofree char *form = g_strdup_printf("reasons=%s", rows[i].sent);
    guint status;
    g_autofree char *done = ask(&house, "POST", "/cases/1/record", "p2", body, &status);
    g_assert_cmpuint(status, ==, 303);
    g_autofree char *page = ask(&house, "GET", "/cases/1", "p2", NULL, &status);
    g_assert_nonnull(strstr(page, rows[i].shown));
    g_autofree char *refused = ask(&house, "POST", "/cases/1/do/triage.judge", "p2", form, &status);
    g_assert_cmpuint(status, ==, 422);
    g_assert_nonnull(strstr(refused, rows[i].shown));
    g_assert_null(strstr(page, "<script>alert"));
    g_assert_null(strstr(refused, "<img"));
  }
  house_free(&house);
}

/* The forms that are not of the act table: what is too long, or missing, is told beside the field, and all that was typed
 * comes back. */
static void
test_too_long(void)
{
  static const struct {
    const char *path, *as, *before; /* of the text in the body */
    guint length;
    const char *kept; /* what stands before it in the page */
    const char *says, *limit;
  } rows[] = {
    { "/cases/1/record", "p2", "sort=fact&text=", LIMIT_TEXT + 1, "<textarea id=\"quick-text\"", "class=\"wrong\"", "<span class=\"limit\">20000文字まで</span>" },
    { "/opening", "p9", "case=R8-001&reason=", LIMIT_LINE + 1, "name=\"reason\"", "class=\"refusal\"", "<span class=\"limit\">200字まで</span>" },
    { "/cases/1/do/circulation.step", "p6", "_proxy_post=system-manager&circulation=k1&result=reported&_key=x&_proxy=", LIMIT_LINE + 1,
      "name=\"_proxy\"", "class=\"refusal\"", "<span class=\"limit\">200文字まで</span>" },
    { "/new", "p2", "channel=telephone&via=manager&received=2026-11-20T17:00&sender=x&text=x&_open=1&_key=x&subject=", LIMIT_LINE + 1,
      "name=\"subject\"", "class=\"wrong\"", "<span class=\"limit\">200文字まで</span>" },
    { "/cases?phase=triage", "p2", "name=", 41, "id=\"name\"", "class=\"wrong\"", "40字まで" },
  };
  House house = house_new();
  must(&house, STAFF, "response.propose", "{'text': '切り離す'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a1'}");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strnfill(rows[i].length, 'a'), *body = g_strconcat(rows[i].before, text, NULL);
    guint status;
    g_autofree char *answer = ask(&house, "POST", rows[i].path, rows[i].as, body, &status);
    const char *kept = strstr(answer, rows[i].kept);
    if (status != 422 && status != 403 && status != 409)
      g_error("%s: %u", rows[i].path, status);
    if (!kept || !strstr(kept, text) || !strstr(answer, rows[i].says) || !strstr(answer, rows[i].limit))
      g_error("%s: %u: kept %d, %s, %s: %s", rows[i].path, status, kept && strstr(kept, text), rows[i].says, rows[i].limit, strstr(answer, "<main"));
    assert_tidy(rows[i].path, strstr(answer, "<!DOCTYPE"));
  }
  house_free(&house);
}

static gboolean
lists(const House *house, const char *path, const char *as, const char *link)
{
  guint status;
  g_autofree char *answer = ask(house, "GET", path, as, NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  return strstr(answer, link) != NULL;
}

/* What the list of cases lets through, a row each; case 2 is of a notice about 印刷機. */
static void
test_list(void)
{
  static const struct {
    const char *path;
    gboolean first, second;
  } rows[] = {
    { "/cases", TRUE, TRUE },
    { "/cases?q=%E5%8D%B0%E5%88%B7%E6%A9%9F", FALSE, TRUE },     /* in the notice's text alone */
    { "/cases?q=%EF%BC%B2%EF%BC%98-002", FALSE, TRUE },          /* Ｒ８-002 */
    { "/cases?listed=closed", FALSE, FALSE },
    { "/cases?listed=all&order=priority", TRUE, TRUE },
    { "/cases?mode=real", TRUE, TRUE },
    { "/cases?mode=backfill", FALSE, FALSE },
    { "/cases?from=2026-11-20&until=2026-11-20", TRUE, TRUE },
    { "/cases?until=2026-11-19", FALSE, FALSE },
    { "/cases?phase=triage", TRUE, TRUE },
    { "/cases?phase=recovery", FALSE, FALSE },
    { "/cases?class=attack", FALSE, FALSE },
    { "/cases?page=99", TRUE, TRUE },
    { "/cases?listed=%00&order=none&from=x&page=-1", TRUE, TRUE },
  };
  House house = house_new();
  guint status;
  g_autofree char *done = ask(&house, "POST", "/new", "p2",
                              "subject=%E4%BB%B6%E5%90%8D&text=%E5%8D%B0%E5%88%B7%E6%A9%9F&channel=telephone&via=manager&received=2026-11-20T17:00&_open=1&_key=k2",
                              &status);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_test_message("%s", rows[i].path);
    g_assert_true(lists(&house, rows[i].path, "p2", "<a href=\"/cases/1\">") == rows[i].first);
    g_assert_true(lists(&house, rows[i].path, "p2", "<a href=\"/cases/2\">") == rows[i].second);
  }
  house_free(&house);
}

static void
test_long_list(void)
{
  House house = house_new();
  guint status;
  while (world_cases(engine_world(house.hall->engine)) < 101)
    hall_open_case(house.hall);
  g_autofree char *first = ask(&house, "GET", "/cases", "p2", NULL, &status);
  g_autofree char *last = ask(&house, "GET", "/cases?page=3", "p2", NULL, &status);
  g_assert_nonnull(strstr(first, "101件のうち 1～50件目"));
  g_assert_nonnull(strstr(first, "<a href=\"/cases/101\">"));
  g_assert_null(strstr(first, "<a href=\"/cases/51\">"));
  g_assert_nonnull(strstr(first, "/cases?page=2"));
  g_assert_nonnull(strstr(last, "101～101件目"));
  g_assert_nonnull(strstr(last, "<a href=\"/cases/1\">"));
  assert_tidy("/cases?page=3", strstr(last, "<!DOCTYPE"));
  house_free(&house);
}

/* A list that somebody saved is theirs alone, has one name once, and goes when they say so. */
static void
test_saved_list(void)
{
  House house = house_new();
  guint status;
  g_autofree char *nameless = ask(&house, "POST", "/cases?phase=triage", "p2", "name=", &status);
  g_assert_cmpuint(status, ==, 422);
  g_assert_nonnull(strstr(nameless, "一覧の名前を書いてください"));
  for (guint i = 0; i < 2; i++) {
    g_autofree char *saved = ask(&house, "POST", "/cases?phase=triage&mine=1", "p2", "name=%3Cb%3E%E5%88%9D%E5%8B%95", &status);
    g_assert_nonnull(strstr(saved, "Location: /cases?phase=triage&mine=1"));
  }
  g_autofree char *page = ask(&house, "GET", "/cases", "p2", NULL, &status);
  const char *link = "<a href=\"/cases?phase=triage&amp;mine=1\">&lt;b&gt;初動</a>";
  g_assert_nonnull(strstr(page, link));
  g_assert_null(strstr(strstr(page, link) + 1, link));
  g_assert_false(lists(&house, "/cases", "p4", "初動</a></li>"));
  assert_tidy("/cases", strstr(page, "<!DOCTYPE"));
  g_autofree char *gone = ask(&house, "POST", "/cases", "p4", "remove=%3Cb%3E%E5%88%9D%E5%8B%95", &status);
  g_assert_true(lists(&house, "/cases", "p2", link));
  g_autofree char *removed = ask(&house, "POST", "/cases", "p2", "remove=%3Cb%3E%E5%88%9D%E5%8B%95", &status);
  g_assert_cmpuint(status, ==, 303);
  g_assert_false(lists(&house, "/cases", "p2", link));
  for (guint i = 0; i < LIMIT_SAVED_LISTS + 1; i++) {
    g_autofree char *body = g_strdup_printf("name=n%u", i);
    g_autofree char *more = ask(&house, "POST", "/cases", "p2", body, &status);
    g_assert_cmpuint(status, ==, i < LIMIT_SAVED_LISTS ? 303 : 422);
  }
  house_free(&house);
}

/* --- refusals --- */

/* Of a whole server: their own words say what to do. */
static const char *const of_the_server[] = { "busy", "disk.full", "stopped", NULL };
/* A field of the same form mends it. */
static const char *const of_a_field[] = { "time.future", NULL };

static gboolean
opens(const House *house, const char *place)
{
  guint status = 0;
  for (gsize i = 0; people[i] && status != 200; i++) {
    g_autofree char *answer = ask(house, "GET", place, people[i], NULL, &status);
    if (status == 200)
      assert_tidy(place, strstr(answer, "<!DOCTYPE"));
  }
  return status == 200;
}

/* Every code with which SOURCE refuses, into CODES. */
static void
collect_codes(const char *source, GHashTable *codes)
{
  g_autoptr(GRegex) refusal = g_regex_new("FINDING_(?:REFUSE|DENIED)(?: : FINDING_ADVISE)?,\\s*\"([a-z_.-]+)\"", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  for (g_regex_match(refusal, source, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL))
    g_hash_table_add(codes, g_match_info_fetch(match, 1));
}

static GHashTable *
codes_of(const char *directory)
{
  g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
  GHashTable *codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_assert_nonnull(dir);
  for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
    g_autofree char *path = g_build_filename(directory, name, NULL), *text = NULL;
    if (!g_str_has_suffix(name, ".c"))
      continue;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    collect_codes(text, codes);
  }
  return codes;
}

/* Each refusal that the sources can give names a page that opens to somebody. */
static void
test_ways(void)
{
  static const char *const directories[] = { "act", "case", "engine", "evidence", "office", "readiness" };
  g_autoptr(Arena) arena = arena_new();
  House house = house_new();
  guint looked = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(directories); i++) {
    g_autofree char *directory = g_build_filename(TEST_SOURCES, directories[i], NULL);
    g_autoptr(GHashTable) codes = codes_of(directory);
    GHashTableIter iter;
    gpointer code;
    g_hash_table_iter_init(&iter, codes);
    while (g_hash_table_iter_next(&iter, &code, NULL)) {
      PageWay way = page_way(code, 1, arena);
      if (g_strv_contains(of_the_server, code) || g_strv_contains(of_a_field, code))
        continue;
      if (!way.place || !opens(&house, way.place))
        g_error("%s leads nowhere: %s", (char *)code, way.place);
      looked++;
    }
  }
  g_assert_cmpuint(looked, >, 85);
  g_assert_null(page_way("nothing.such", 1, arena).place);
  g_assert_null(page_way("host.marked", 0, arena).place);
  house_free(&house);
}

/* What a refusal says on the page of the act: what is missing, its clause, who supplies it or where it is looked into. */
static void
test_refused(void)
{
  static const struct {
    const char *as, *path, *body, *says, *way;
  } rows[] = {
    { "p2", "/cases/1/do/triage.judge", "outcome=incident&reasons=x", "事実", "href=\"/plan#3-2-2-" },
    { "p2", "/cases/1/do/triage.judge", "outcome=incident&reasons=x", "事実", "/cases/1/do/triage.state\">→ " },
    { "p2", "/cases/1/do/circulation.withdraw", "circulation=k1&reason=x", "", "href=\"/cases/1" },
    { "p2", "/cases/1/do/recovery.check_watch", "finding=none&text=x", "再発の監視が行われていません", "href=\"/cases/1/" },
    { "p2", "/cases/1/do/aftermath.addend", "text=x", "この事案はまだ終結していません", "href=\"/cases/1" },
    { "p6", "/cases/1/do/access.lift", "reason=x", "この事案は限定されていません", "href=\"/cases/1/contacts\">→ 関係者・連絡先を見る" },
    { "p6", "/cases/1/do/archive.approve_disposal", "", "廃棄が提案されていません", "を行う人　" },
    { "p2", "/do/notice.receive", "channel=telephone&received=2027-01-01T00:00&via=manager&subject=x&text=x&sender=x", "受付日時が現在より後", "href=\"#box-f-received\">→ 入力を直す" },
    { "p8", "/cases/1/do/triage.judge", "outcome=incident&reasons=x", "行える人：", "href=\"/cases/1/contacts\">この事案の連絡先" },
    { "p2", "/cases/1/do/aftermath.declare", "text=x", "行える人：CSIRT責任者", "href=\"/cases/1/contacts\">この事案の連絡先" },
    { "p2", "/do/office.add_person", "name=x", "行える人：", "href=\"/office/phones\">連絡先一覧" },
  };
  House house = house_new();
  must(&house, STAFF, "response.propose", "{'text': '切り離す'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a1'}");
  must(&house, STAFF, "circulation.withdraw", "{'circulation': 'k1', 'reason': '改める'}");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    guint status;
    g_autofree char *answer = ask(&house, "POST", rows[i].path, rows[i].as, rows[i].body, &status);
    const char *refusal = strstr(answer, "class=\"refusal\"");
    if (status < 400 || !refusal || !strstr(refusal, rows[i].says) || !strstr(refusal, rows[i].way))
      g_error("%s %u: no %s, %s: %s", rows[i].path, status, rows[i].says, rows[i].way, refusal ? refusal : answer);
    assert_tidy(rows[i].path, strstr(answer, "<!DOCTYPE"));
  }
  house_free(&house);
}

/* --- a first day --- */

/* Where nothing is yet, a page says what to do or what will stand there: more than that there is nothing. */
static void
test_empty(void)
{
  static const char *const places[] = {
    "/", "/cases?listed=closed", "/cases?q=none", "/clocks", "/circulations", "/mail", "/mail/received", "/cases/1/log?log=opinion", "/cases/1/evidence",
    "/cases/1/hosts", "/cases/1/measures", "/cases/1/inquiries", "/cases/1/reports", "/cases/1/circulations", "/cases/1/notifications",
    "/cases/1/handover", "/cases/1/callout", "/cases/1/papers", "/cases/1/mail", "/office", "/office/phones", "/openings", "/destinations",
  };
  House house = house_new();
  guint found = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
    for (gsize j = 0; j < 2; j++) {
      guint status, told = 0, mute = 0;
      g_autofree char *page = ask(&house, "GET", places[i], j ? "p6" : "p1", NULL, &status);
      if (status == 404 || status == 403)
        page = (g_free(page), ask(&house, "GET", places[i], "p2", NULL, &status));
      for (const char *at = strstr(page, "<p class=\"empty\">"); at; at = strstr(at + 1, "<p class=\"empty\">")) {
        g_autofree char *text = g_strndup(at, (gsize)(strstr(at, "</p>") - at));
        const char *first = strstr(text, "。");
        *(first && strstr(first + strlen("。"), "。") ? &told : &mute) += 1;
      }
      if (mute && !told)
        g_error("%s only says that there is nothing: %s", places[i], strstr(page, "<p class=\"empty\">"));
      found += told;
    }
  g_test_message("%u empty places told", found);
  g_assert_cmpuint(found, >, 30);
  house_free(&house);
}

/* Nothing moves or flashes, and red is for what is overdue and for nothing else. */
static void
test_manners(void)
{
  g_autofree char *css = NULL;
  g_autoptr(GRegex) rules = g_regex_new("([^{}]+)\\{([^{}]*)\\}", 0, 0, NULL), red = g_regex_new("var\\(--over\\)|primitive-red", 0, 0, NULL);
  g_autoptr(GRegex) moves = g_regex_new("animation|transition|@keyframes|blink|marquee", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  guint n = 0;
  g_assert_true(g_file_get_contents(TEST_SOURCES "/../web/assets/app.css", &css, NULL, NULL));
  g_assert_false(g_regex_match(moves, css, 0, NULL));
  for (g_regex_match(rules, css, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
    g_autofree char *selector = g_match_info_fetch(match, 1), *body = g_match_info_fetch(match, 2);
    if (!g_regex_match(red, body, 0, NULL) || strstr(selector, ":root"))
      continue;
    if (!strstr(selector, ".over"))
      g_error("red of what is not overdue: %s {%s}", selector, body);
    n++;
  }
  g_assert_cmpuint(n, >=, 2);
}

/* A number that the plan prints for an outside body is shown by an office that is real, and by no other. */
static void
test_reserved_contact(void)
{
  g_autofree char *text = hall_plan_text();
  g_autofree char *plan = hall_replace(text, "name: 宮崎県, ", "name: 宮崎県, contact: 0985-26-4321 kiki@pref.minami.jp, note: 夜間は 0985-26-4322, ");
  for (gint real = 0; real < 2; real++) {
    g_autoptr(GError) error = NULL;
    House house = { .hall = hall_new_under(plan, real) };
    guint status;
    house.kase = hall_open_case(house.hall);
    house.web = web_new(house.hall->engine, "127.0.0.1:0", &error);
    g_assert_no_error(error);
    g_autofree char *room = get(&house, "/cases/1/notifications", "p2", 200), *register_ = ask(&house, "GET", "/api/v1/cases/1/register", "p2", NULL, &status);
    static const char *const numbers[] = { "0985-26-4321", "0985-26-4322", "kiki@pref.minami.jp" };
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
      if ((strstr(room, numbers[i]) != NULL) != real || (strstr(register_, numbers[i]) != NULL) != real)
        g_error("%s, real %d: %s %s", numbers[i], real, room, register_);
    g_assert_true((strstr(room, "000-555-0321") != NULL) != real);
    house_free(&house);
  }
}

#define POLICY \
  "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " \
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n"

/* What keeps scripts of others out stands on every answer: pages, refusals, what is not there, assets, the API. */
static void
test_policy(void)
{
  static const struct {
    const char *method, *path, *as;
  } rows[] = {
    { "GET", "/", "p2" },          { "GET", "/cases/1", "p2" },         { "GET", "/signin", NULL },       { "GET", "/nothing", "p2" },
    { "GET", "/system", "p2" },    { "GET", "/", NULL },                { "POST", "/cases/1/do/triage.judge", "p2" }, { "GET", "/api/v1/cases", "p2" },
    { "GET", "/api/v1/cases/99", "p2" }, { "GET", "/healthz", NULL },   { "POST", "/nothing", "p2" },     { "GET", "/cases/1/papers/form1", "p2" },
  };
  static const char *const fields[] = {
    POLICY,
    "X-Content-Type-Options: nosniff\r\n", "X-Frame-Options: DENY\r\n", "Cross-Origin-Opener-Policy: same-origin\r\n",
    "Cross-Origin-Resource-Policy: same-origin\r\n", "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n",
    "Referrer-Policy: same-origin\r\n", "Cache-Control: no-store\r\n",
  };
  House house = house_new();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    guint status;
    g_autofree char *answer = ask(&house, rows[i].method, rows[i].path, rows[i].as, "", &status);
    const char *end = strstr(answer, "\r\n\r\n");
    g_autofree char *head = g_strndup(answer, (gsize)(end - answer) + 2);
    for (gsize j = 0; j < G_N_ELEMENTS(fields); j++)
      if (!strstr(head, fields[j]))
        g_error("%s %s: no %s: %s", rows[i].method, rows[i].path, fields[j], head);
    g_assert_null(strstr(end, "<style"));
    g_assert_null(strstr(end, " style=\""));
    g_assert_null(strstr(end, "javascript:"));
    for (const char *script = strstr(end, "<script"); script; script = strstr(script + 1, "<script"))
      g_assert_true(g_str_has_prefix(script, "<script src=\"/assets/"));
  }
  house_free(&house);
}

/* --- the night --- */

/* The element of PAGE that begins with TAG and holds TEXT, up to its end. */
static char *
element_of(const char *page, const char *tag, const char *end, const char *text)
{
  for (const char *from = strstr(page, tag); from; from = strstr(from + 1, tag)) {
    const char *until = strstr(from, end);
    g_autofree char *element = until ? g_strndup(from, (gsize)(until - from)) : g_strdup(from);
    if (strstr(element, text))
      return g_steal_pointer(&element);
  }
  g_error("no %s with %s: %s", tag, text, page);
}

/* Of the SVG what stands before the name of a phase: its state. */
static void
assert_state(const char *page, const char *phase, const char *state)
{
  g_autofree char *name = g_strdup_printf(">%s</text>", phase), *group = g_strdup_printf("<g class=\"%s\">", state);
  const char *svg = strstr(page, "<svg class=\"flow\""), *at = svg ? strstr(svg, name) : NULL, *found = NULL;
  for (const char *g = svg; g && at && (g = strstr(g + 1, "<g class=")) && g < at;)
    found = g;
  if (!found || !g_str_has_prefix(found, group))
    g_error("%s is not %s: %s", phase, state, svg);
}

/* The phase is lit, what came before it is done, the round is counted, and what is missing to go on is listed. */
static void
test_flow(void)
{
  House house = house_new();
  g_autofree char *first = get(&house, "/cases/1", "p2", 200);
  assert_state(first, "検知・連絡受付", "done");
  assert_state(first, "トリアージ", "now");
  assert_state(first, "初動対応", "later");
  g_assert_nonnull(strstr(first, "「トリアージ」を終えるのに足りないもの"));
  must(&house, STAFF, "triage.state", "{'kind':'fact','subject':'被害','text':'書き換えられた','source':'担当者'}");
  must(&house, STAFF, "triage.mark_host", "{'name':'PC-114','kind':'client','state':'affected'}");
  must(&house, STAFF, "triage.judge", "{'outcome':'incident','reasons':'影響がある'}");
  must(&house, STAFF, "triage.prioritise", "{'priority':'high','reasons':'影響がある'}");
  g_autofree char *second = get(&house, "/cases/1", "p2", 200);
  assert_state(second, "トリアージ", "done");
  assert_state(second, "初動対応", "now");
  g_assert_nonnull(strstr(second, "いまの段階　<strong>初動対応"));
  must(&house, STAFF, "response.reinfect", "{'finding':'別の端末にもある','hosts':['SV-02']}");
  g_autofree char *third = get(&house, "/cases/1", "p2", 200);
  assert_state(third, "トリアージ", "now");
  g_assert_nonnull(strstr(third, "いまの段階　<strong>トリアージ（2回目）"));
  g_assert_nonnull(strstr(third, "トリアージに戻る（いま2回目）"));
  house_free(&house);
}

/* What waits for a post waits on the desk of whoever stands in for it by rule, and of nobody else. */
static void
test_deputy(void)
{
  House house = house_new();
  must(&house, STAFF, "response.propose", "{'text': '切り離す'}");
  must(&house, STAFF, "circulation.submit", "{'subject': 'approach', 'ref': 'a1'}");
  assert_page(&house, "/", "p9", NULL, ONE);
  hall_must(house.hall, ADMINISTRATOR, "office.set_deputies", 0, "{'post':'system-manager','deputies':['committee-chair'],'from':'2026-04-01','ground':'規則'}");
  assert_page(&house, "/", "p9", "href=\"" ONE "\"", NULL);
  assert_page(&house, "/", "p9", WAITS, NULL);
  assert_page(&house, "/", "p4", "href=\"" ONE "\"", NULL);
  assert_page(&house, "/", "p7", NULL, WAITS);
  house_free(&house);
}

/* The office as of a day, and who held what from when to when. */
static void
test_terms(void)
{
  House house = house_new();
  hall_must(house.hall, ADMINISTRATOR, "office.relieve", 0, "{'person':'p4','post':'system-manager','until':'2027-03-31'}");
  hall_must(house.hall, ADMINISTRATOR, "office.appoint", 0, "{'person':'p8','post':'system-manager','from':'2027-04-03','concurrent':true}");
  static const struct {
    const char *on, *says, *silent;
  } rows[] = {
    { "2027-03-31", "管理三郎", "税務七子" }, { "2027-04-01", "空席", "管理三郎" }, { "2027-04-02", "空席", "税務七子" }, { "2027-04-03", "税務七子", "管理三郎" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strdup_printf("/office?on=%s", rows[i].on), *page = get(&house, path, "p2", 200);
    g_autofree char *row = element_of(page, "<tr><td data-head=\"役割\">CSIRT管理者", "</tr>", "");
    if (!strstr(row, rows[i].says) || strstr(row, rows[i].silent))
      g_error("%s: %s", path, row);
    const char *terms = strstr(page, "id=\"terms\"");
    g_assert_true(terms && strstr(terms, "管理三郎") && strstr(terms, "税務七子"));
  }
  house_free(&house);
}

/* --- what the plan says, and what we read in it --- */

#define ASK "<span class=\"tag ask\">要確認</span>"

/* The plan as a document: each of its clauses has its words and its place to be linked to, in its order. */
static void
test_anchors(void)
{
  House house = house_new();
  g_autofree char *page = get(&house, "/plan", "p2", 200);
  List clauses = plan_clauses(world_plan_on(engine_world(house.hall->engine), instant_date(hall_time(HALL_BEGINS)), NULL));
  const char *at = page;
  g_assert_cmpuint(clauses.length, >, 30);
  for (gsize i = 0; i < clauses.length; i++) {
    const PlanClause *clause = list_item(clauses, PlanClause, i);
    g_autofree char *id = g_strdup_printf(" id=\"%s\">", clause->id);
    g_autoptr(GString) words = g_string_new(NULL);
    template_text(words, clause->text ? clause->text : clause->heading);
    at = strstr(at, id);
    if (!at || !strstr(at, words->str))
      g_error("%s is not on the page, or before the one before it: %s", clause->id, words->str);
    g_assert_null(strstr(at + 1, id));
  }
  house_free(&house);
}

/* A case that is entered afterwards says so in the list and at its head; the others are told apart. */
static void
test_mode(void)
{
  House house = house_new();
  hall_must(house.hall, STAFF, "notice.receive", 0, "{'channel': 'telephone', 'received': '2026-11-20T17:00', 'via': 'manager', 'subject': '別の通報', 'text': 'x', 'sender': 'y'}");
  hall_must(house.hall, STAFF, "intake.open", 0, "{'title': '後から入れる事案', 'notices': ['n2'], 'mode': 'backfill'}");
  g_autofree char *list = get(&house, "/cases", "p2", 200), *first = get(&house, "/cases/1", "p2", 200), *second = get(&house, "/cases/2", "p2", 200);
  g_autofree char *one = element_of(list, "<tr", "</tr>", "href=\"/cases/1\""), *two = element_of(list, "<tr", "</tr>", "href=\"/cases/2\"");
  g_assert_nonnull(strstr(one, "<td data-head=\"モード\">訓練</td>"));
  g_assert_nonnull(strstr(two, "<td data-head=\"モード\">訓練・事後入力</td>"));
  g_assert_null(strstr(first, "<span class=\"tag strong\">事後入力</span>"));
  g_assert_nonnull(strstr(second, "<span class=\"tag strong\">事後入力</span>"));
  house_free(&house);
}

/* On each page: a text, and whether it is marked as a reading that the city has yet to confirm. */
static void
test_readings(void)
{
  static const struct {
    const char *path, *body, *tag, *end, *text;
    gboolean asked;
  } rows[] = {
    { "/cases/1", NULL, "<li class=\"step", "</li>", "事実", FALSE },
    { "/cases/1", NULL, "<li class=\"step", "</li>", "未確認のホストがあります", TRUE },
    { "/cases/1", NULL, "<li>", "</li>", "未確認のホストがあります", TRUE },
    { "/cases/1/do/triage.judge", "outcome=incident&reasons=x", "<li>", "</li>", "→ 事実", FALSE },
    { "/cases/1/do/triage.judge", "outcome=incident&reasons=x", "<li>", "</li>", "第2 の三つの種類のどれに当たるか", TRUE },
    { "/help/triage.judge", NULL, "<li>", "</li>", "第3-2(2)ア", FALSE },
    { "/help/triage.judge", NULL, "<h2>行う人</h2>", "</p>", "インシデントハンドラー", FALSE },
    { "/help/triage.state", NULL, "<h2>行う人</h2>", "</p>", "（", TRUE },
    { "/plan", NULL, "<h2 id=\"h-flow\">", "</h2>", "<span class=\"tag ask\">再構成</span>", FALSE },
    { "/plan", NULL, "<li>", "</li>", "第2 の三つの種類のどれに当たるか", TRUE },
    { "/plan", NULL, "<li>", "</li>", "得られた情報に基づき事実関係を確認の上", FALSE },
    { "/cases/1", NULL, "<p class=\"present\">", "</p>", "<a class=\"flow-mark\" href=\"/plan#h-flow\">流れの図は再構成</a>", FALSE },
  };
  House house = house_new();
  must(&house, STAFF, "triage.mark_host", "{'name': 'PC-114', 'kind': 'client', 'state': 'suspected'}");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    guint status;
    g_autofree char *page = ask(&house, rows[i].body ? "POST" : "GET", rows[i].path, "p2", rows[i].body, &status);
    g_autofree char *element = element_of(strstr(page, "<main"), rows[i].tag, rows[i].end, rows[i].text);
    if ((strstr(element, ASK) != NULL) != rows[i].asked)
      g_error("%s: %s: %s", rows[i].path, rows[i].text, element);
    assert_tidy(rows[i].path, strstr(page, "<!DOCTYPE"));
  }
  house_free(&house);
}

/* What stands between BEFORE and AFTER in an answer, percent-encoded. */
static char *
part_of(const char *answer, const char *before, const char *after)
{
  const char *from = strstr(answer, before);
  g_assert_nonnull(from);
  from += strlen(before);
  g_autofree char *text = g_strndup(from, (gsize)(strstr(from, after) - from));
  return g_uri_escape_string(text, NULL, FALSE);
}

/* Somebody who may not see a case breaks it open, is told how long, and another reviews it; a case that is not there
 * and one that may not even be broken open answer in the same words. */
static void
test_opening(void)
{
  House house = house_new();
  guint status;
  g_autofree char *hidden = ask(&house, "GET", "/cases/1", "p9", NULL, &status);
  g_assert_cmpuint(status, ==, 404);
  g_autofree char *unknown = ask(&house, "POST", "/opening", "p9", "case=R8-999&reason=x", &status);
  g_assert_cmpuint(status, ==, 404);
  g_autofree char *reasonless = ask(&house, "POST", "/opening", "p9", "case=R8-001&reason=", &status);
  g_assert_cmpuint(status, ==, 422);
  g_assert_nonnull(strstr(reasonless, "value=\"R8-001\""));
  g_autofree char *done = ask(&house, "POST", "/opening", "p9", "case=R8-001&reason=%E5%8F%82%E9%9B%86", &status);
  g_assert_nonnull(strstr(done, "Location: /cases/1"));
  g_autofree char *seen = ask(&house, "GET", "/cases/1", "p9", NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  g_assert_nonnull(strstr(seen, "緊急閲覧中です。18:"));
  g_autofree char *again = ask(&house, "POST", "/opening", "p9", "case=R8-001&reason=x", &status);
  g_assert_nonnull(strstr(again, "いまも見られます"));
  g_autofree char *list = ask(&house, "GET", "/openings", "p6", NULL, &status);
  g_assert_nonnull(strstr(list, "参集"));
  g_assert_nonnull(strstr(list, "/cases/1/do/opening.review?opening=B1"));
  assert_tidy("/openings", strstr(list, "<!DOCTYPE"));
  g_autofree char *desk = ask(&house, "GET", "/", "p6", NULL, &status);
  g_assert_nonnull(strstr(desk, "href=\"/openings\""));
  g_autofree char *review = ask(&house, "POST", "/cases/1/do/opening.review", "p6", "opening=B1&outcome=proper&comment=x&_key=k9", &status);
  g_assert_cmpuint(status, ==, 303);
  g_autofree char *after = ask(&house, "GET", "/openings", "p6", NULL, &status);
  g_assert_null(strstr(after, "opening.review?"));
  house_free(&house);
}

/* --- strange text --- */

static guint
rounds(void)
{
  const char *text = g_getenv("SHODO_TEST_COUNT");
  return text ? CLAMP((guint)g_ascii_strtoull(text, NULL, 10), 1, 100) : 1;
}

/* A field of text of a form, by the name it has there; rows of a list have the first. */
typedef struct {
  char *name;
  gboolean line; /* one line; else several */
  guint limit;   /* characters */
} Typed;

static void
typed_clear(gpointer data)
{
  g_free(((Typed *)data)->name);
}

static GArray *
typed_of(const Field *fields, const char *prefix)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(Typed));
  g_array_set_clear_func(all, typed_clear);
  for (const Field *field = fields; field->name; field++) {
    if ((field->type == FIELD_LINE || field->type == FIELD_TEXT) && !field->ref && !(*prefix && g_str_equal(field->name, "key")))
      g_array_append_val(all, ((Typed){ g_strconcat(prefix, field->name, NULL), field->type == FIELD_LINE,
                                       field->limit ? field->limit : field->type == FIELD_LINE ? LIMIT_LINE : LIMIT_TEXT }));
    if (field->type != FIELD_LIST || *prefix)
      continue;
    g_autofree char *row = g_strdup_printf("%s[1].", field->name);
    g_autoptr(GArray) inner = typed_of(field->of, row);
    for (guint i = 0; i < inner->len; i++)
      g_array_append_val(all, ((Typed){ g_strdup(g_array_index(inner, Typed, i).name), g_array_index(inner, Typed, i).line, g_array_index(inner, Typed, i).limit }));
  }
  return all;
}

/* The part of the page that is the field NAME, with what stands below it. */
static char *
box_of(const char *page, const char *name)
{
  g_autofree char *id = g_strdelimit(g_strdup(name), "[].", '-');
  g_autofree char *begin = g_strdup_printf("id=\"box-f-%s\"", id);
  const char *box = strstr(page, begin), *end = box ? strstr(box, "<div class=\"field") : NULL;
  return box ? g_strndup(box, end ? (gsize)(end - box) : MIN(strlen(box), 4096 + LIMIT_TEXT * 2)) : NULL;
}

static gboolean
shows(const char *page, const char *name, const char *text)
{
  g_autoptr(GString) as_text = g_string_new(">"), as_value = g_string_new("value=\"");
  g_autofree char *box = box_of(page, name);
  template_text(as_text, text);
  g_string_append(as_text, "</textarea>");
  template_attribute(as_value, text);
  g_string_append(as_value, "\"");
  return box && (strstr(box, as_text->str) || strstr(box, as_value->str));
}

/* What the act never has, so that it is refused and all comes back. */
#define NEVER "&_happened=never"

static char *
act_path(const ActKind *kind)
{
  return g_strdup_printf("%s/do/%s", kind->scope == SCOPE_CASE ? "/cases/1" : "", kind->name);
}

/* Who gets a form of KIND; NULL: nobody as the case stands. */
static const char *
who_may(const House *house, const ActKind *kind)
{
  g_autofree char *path = act_path(kind);
  for (gsize i = 0; people[i]; i++) {
    guint status;
    g_autofree char *answer = ask(house, "POST", path, people[i], "_key=" NEVER, &status);
    if ((status == 422 || status == 409) && !strstr(answer, "あなたの職では行えません"))
      return people[i];
  }
  return NULL;
}

/* What FIELD takes TEXT as: white space around a line is no part of it; of nothing else, "". */
static const char *
taken(const Typed *field, const char *text, Arena *arena)
{
  const char *lines = text_lines(arena, text);
  gboolean blank = TRUE;
  for (const char *p = lines; *p && blank; p = g_utf8_next_char(p))
    blank = g_unichar_isspace(g_utf8_get_char(p));
  return blank ? "" : field->line ? g_strstrip(arena_strdup(arena, lines)) : lines;
}

static gboolean
may_stand(const Typed *field, const char *text, Arena *arena)
{
  const char *kept = taken(field, text, arena);
  return text_valid(kept, strlen(kept), field->line ? TEXT_LINE : TEXT_LINES, NULL) && text_length(kept) <= field->limit;
}

/* TEXT into every field of FIELDS at once: each shows what was typed; where it may not stand, the message is beside it. */
static void
type_into(const House *house, const ActKind *kind, const char *as, const GArray *fields, const char *text)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GString) body = g_string_new("_key=");
  g_autofree char *sent = g_uri_escape_string(text, NULL, FALSE), *path = act_path(kind);
  gboolean refused = FALSE;
  guint status;
  for (guint i = 0; i < fields->len; i++) {
    g_string_append_printf(body, "&%s=%s", g_array_index(fields, Typed, i).name, sent);
    refused = refused || !may_stand(&g_array_index(fields, Typed, i), text, arena);
  }
  for (const Field *field = kind->fields; field->name; field++)
    if (field->type == FIELD_LIST)
      g_string_append_printf(body, "&%s[]=1", field->name);
  if (!refused)
    g_string_append(body, NEVER);
  g_autofree char *answer = ask(house, "POST", path, as, body->str, &status);
  if (status != 422 && status != 409) /* 409: the case as it stands refuses, before the fields are read */
    g_error("%s as %s: %u for %s: %.200s", path, as, status, sent, answer);
  for (guint i = 0; i < fields->len; i++) {
    const Typed *field = &g_array_index(fields, Typed, i);
    g_autofree char *box = box_of(answer, field->name), *limit = g_strdup_printf("<span class=\"limit\">%u文字まで</span>", field->limit);
    if (!box || !strstr(box, limit))
      g_error("%s: %s does not tell %s: %s", path, field->name, limit, box);
    if (!shows(answer, field->name, taken(field, text, arena)))
      g_error("%s: %s does not show %s: %s", path, field->name, sent, box);
    if (status == 422 && !may_stand(field, text, arena) && !strstr(box, "class=\"wrong\""))
      g_error("%s: no message beside %s for %s: %s", path, field->name, sent, box);
  }
}

/* The Big List of Naughty Strings and mixed scripts through every field of text of every form of the act table: thirty
 * strings of the list to each, all of them from SHODO_TEST_COUNT 2 on. */
static void
test_naughty(void)
{
  static const char *const scripts[] = {
    "葛\363\240\204\200城市と葛城市", "ﾊﾝｶｸｶﾅ①㈱㌔Ⅳ", "𠮷野家 髙橋 﨑山", "か\343\202\231ぱ か゛", "שלום עולם مرحبا",
    "長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い"
    "長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い"
    "長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い長い"
    "長い長い長い長い長い長い長い長い長い長いぞ", /* 201 */
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "{{7*7}}${7*7}", "a\033[31mb", "改\b行", "\342\200\256逆", "一\t二",
  };
  g_autofree char *too_long = g_strnfill(LIMIT_TEXT + 1, 'a');
  House house = house_new();
  json_t *list = json_load_file(TEST_VECTORS "/blns/blns.json", 0, NULL);
  const Domain *const *domains = tables_domains();
  gsize next = 0, all, typed = 0;
  g_autoptr(GString) nobody = g_string_new(NULL);
  g_assert_nonnull(list);
  all = json_array_size(list);
  for (gsize i = 0; domains[i]; i++)
    for (gsize j = 0; j < domains[i]->n_acts; j++) {
      const ActKind *kind = &domains[i]->acts[j];
      g_autoptr(GArray) fields = typed_of(kind->fields, "");
      if (kind->right == RIGHT_VIEW || kind->inner || !fields->len)
        continue;
      const char *as = who_may(&house, kind);
      if (!as) {
        g_string_append_printf(nobody, " %s", kind->name);
        continue;
      }
      for (gsize k = 0; k < G_N_ELEMENTS(scripts); k++)
        type_into(&house, kind, as, fields, scripts[k]);
      type_into(&house, kind, as, fields, too_long);
      for (gsize k = 0; k < (rounds() > 1 ? all : 30); k++, next++)
        type_into(&house, kind, as, fields, json_string_value(json_array_get(list, next % all)));
      typed += fields->len;
    }
  g_test_message("%zu fields, %zu strings; nobody:%s", typed, next, nobody->str);
  g_assert_cmpuint(next, >=, all);
  g_assert_cmpstr(nobody->str, ==, " duty.know duty.judge"); /* their post is vacant in this office */
  json_decref(list);
  house_free(&house);
}

/* A table of the rotation is read in both encodings; what is wrong names its line, what is right is shown and not done. */
static void
test_rotation(void)
{
  static const struct {
    const char *csv, *says;
    guint status;
  } rows[] = {
    { "職員番号,職,着任日\n0001,", "i.csv:2", 422 },
    { "氏名,職,着任日,離任日\nだれでもない,情報システム担当者,2027-04-01,\n", "2行目", 422 },
    { "\216\201\226\274,\220E,\222\205\224C\223\372,\227\243\224C\223\372\nx,y,z,\n", "2行目", 422 }, /* 氏名,職,着任日 in CP932 */
    { "", "ファイルが選ばれていないか、空です", 422 },
    { "着任日\n", "列がありません", 422 },
  };
  House house = house_new();
  guint status;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *body = g_strdup_printf("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"i.csv\"\r\n\r\n%s\r\n--B--\r\n", rows[i].csv);
    g_autofree char *answer = ask(&house, "POST", "/office/rotation", "p1", body, &status);
    g_test_message("%zu %s", i, strstr(answer, "<h2>取り込めません") ? strstr(answer, "<h2>取り込めません") : answer);
    g_assert_cmpuint(status, ==, rows[i].status);
    g_assert_nonnull(strstr(answer, rows[i].says));
    g_assert_null(strstr(answer, "/office/rotation/apply"));
    assert_tidy("/office/rotation", strstr(answer, "<!DOCTYPE"));
  }
  g_autofree char *none = ask(&house, "POST", "/office/rotation", "p1", "a=b", &status);
  g_assert_cmpuint(status, ==, 422);
  const char *name = office_person_name(world_office(engine_world(house.hall->engine)), "p7");
  g_autofree char *good = g_strdup_printf("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"i.csv\"\r\n\r\n"
                                          "氏名,職,着任日,離任日,備考\n%s,情報システム担当者,2028-04-01,,x\r\n--B--\r\n", name);
  g_autofree char *shown = ask(&house, "POST", "/office/rotation", "p1", good, &status);
  g_test_message("%s", strstr(shown, "<h1>"));
  g_assert_nonnull(strstr(shown, "まだ何も記録していません"));
  g_assert_nonnull(strstr(shown, "備考"));
  g_autofree char *table = part_of(shown, "name=\"table\" value=\"", "\"");
  g_autofree char *apply = g_strdup_printf("table=%s", table);
  g_autofree char *done = ask(&house, "POST", "/office/rotation/apply", "p1", apply, &status);
  g_assert_nonnull(strstr(done, "Location: /office?moved=1"));
  g_assert_cmpint(office_holds(world_office(engine_world(house.hall->engine)), NULL, "p7", "system-staff", instant_date(hall_time("2028-04-02T12:00"))), !=, HOLDS_NOT);
  g_autofree char *denied = ask(&house, "POST", "/office/rotation/apply", "p2", apply, &status);
  g_assert_cmpuint(status, ==, 422);
  assert_tidy("/office/rotation", strstr(shown, "<!DOCTYPE"));
  house_free(&house);
}

/* The same lines as the command's, for the administrator alone. */
static void
test_system(void)
{
  House house = house_new();
  guint status;
  g_autofree char *answer = ask(&house, "GET", "/system", "p1", NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  g_autoptr(json_t) checks = check_json(house.hall->engine);
  static const char *const wanted[] = {
    "<span class=\"note\">守り", "最後の署名（チェックポイント）", "外で控えを持つもの", "バックアップ", "ディスクの空き", "時刻合わせ", "時計の飛び", "Shodo", "運用", "計画",
    "祝日の表", "二要素目（ワンタイムコード）",
  };
  const json_t *lines = json_object_get(checks, "checks");
  g_assert_cmpuint(json_array_size(lines), >, 10);
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
    g_autofree char *cell = g_strdup_printf("%s<", wanted[i]);
    if (!strstr(answer, cell))
      g_error("/system does not tell of %s: %s", wanted[i], strstr(answer, "<main"));
  }
  for (gsize i = 0; i < json_array_size(lines); i++) {
    const char *name = json_string_value(json_object_get(json_array_get(lines, i), "name"));
    g_assert_nonnull(strstr(answer, name));
  }
  g_assert_nonnull(strstr(answer, "最後のバックアップは記録されていません"));
  g_assert_nonnull(strstr(answer, "touch データの置き場所/backup-done"));
  static const struct {
    gint64 age; /* days */
    const char *state;
  } backups[] = { { 1, "good" }, { 9, "weak" }, { -2, "weak" } };
  g_autofree char *mark = g_build_filename(engine_dir(house.hall->engine), "backup-done", NULL);
  g_assert_true(g_file_set_contents(mark, "", 0, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(backups); i++) {
    time_t done = (time_t)(g_get_real_time() / G_USEC_PER_SEC - backups[i].age * 24 * 60 * 60);
    g_assert_cmpint(utime(mark, &(struct utimbuf){ done, done }), ==, 0);
    g_autoptr(json_t) again = check_json(house.hall->engine);
    const json_t *line, *all = json_object_get(again, "checks");
    size_t at;
    json_array_foreach (all, at, line)
      if (g_strcmp0(json_string_value(json_object_get(line, "name")), "バックアップ") == 0) {
        g_assert_cmpstr(json_string_value(json_object_get(line, "state")), ==, backups[i].state);
        g_assert_nonnull(strstr(json_string_value(json_object_get(line, "found")), "最後に取ったのは"));
      }
  }
  for (gsize i = 1; i < G_N_ELEMENTS(people); i++) {
    g_autofree char *other = ask(&house, "GET", "/system", people[i], NULL, &status);
    g_assert_cmpuint(status, ==, people[i] ? 403 : 303);
    g_assert_null(strstr(other, "バックアップ"));
  }
  house_free(&house);
}

/* For the administrator alone; a key is shown once, to whom issued it. */
static void
test_destinations(void)
{
  House house = house_new();
  guint status;
  g_autoptr(Herald) herald = herald_new(house.hall->engine, -1, NULL);
  g_autofree char *form = ask(&house, "GET", "/do/destination.register", "p1", NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  g_autofree char *done = ask(&house, "POST", "/do/destination.register", "p1",
                              "name=SIEM%3Cb%3E&url=https%3A%2F%2Fsiem.example.lg.jp%2Fa&kinds=case.*%0Asignin.refused%0Acase.opnd&exercise=1&_post=administrator&_key=w1", &status);
  g_assert_nonnull(strstr(done, "Location: /destinations\r\n"));
  g_autofree char *page = ask(&house, "GET", "/destinations", "p1", NULL, &status);
  assert_tidy("/destinations", strstr(page, "<!DOCTYPE"));
  g_assert_true(strstr(page, "SIEM&lt;b&gt;") && strstr(page, "case.*、signin.refused、case.opnd") && strstr(page, "action=\"/destinations/w1/secret\""));
  g_assert_nonnull(strstr(page, "宛先を一つも許していません"));
  g_autofree char *other = ask(&house, "POST", "/destinations/w1/secret", "p2", "", &status);
  g_assert_cmpuint(status, ==, 403);
  g_autofree char *shown = ask(&house, "POST", "/destinations/w1/secret", "p1", "", &status);
  g_assert_cmpuint(status, ==, 200);
  g_assert_nonnull(strstr(shown, "whsec_"));
  g_autofree char *again = ask(&house, "POST", "/destinations/w1/secret", "p1", "", &status);
  g_assert_cmpuint(status, ==, 409);
  g_assert_null(strstr(again, "whsec_"));
  g_autofree char *without = ask(&house, "GET", "/destinations", "p1", NULL, &status);
  g_assert_null(strstr(without, "action=\"/destinations/w1/secret\""));
  g_autofree char *change = ask(&house, "GET", "/do/destination.change?destination=w1&name=SIEM&url=https%3A%2F%2Fsiem.example.lg.jp%2Fa&kinds=case.*%0Asignin.refused&exercise=1", "p1", NULL, &status);
  g_assert_true(strstr(change, "https://siem.example.lg.jp/a") && strstr(change, "case.*\nsignin.refused"));
  for (gsize i = 1; i < G_N_ELEMENTS(people); i++) {
    g_autofree char *hidden = ask(&house, "GET", "/destinations", people[i], NULL, &status);
    g_assert_cmpuint(status, ==, people[i] ? 403 : 303);
    g_assert_null(strstr(hidden, "siem.example"));
  }
  g_clear_pointer(&herald, herald_free);
  house_free(&house);
}

static void
test_new_case(void)
{
  House house = house_new();
  guint status;
  g_autofree char *refused = ask(&house, "POST", "/new", "p2", "subject=%E4%BB%B6&_open=1", &status);
  g_assert_cmpuint(status, ==, 422);
  g_autofree char *done = ask(&house, "POST", "/new", "p2",
                              "subject=%E4%BB%B6%E5%90%8D&text=a&channel=telephone&via=manager&received=2026-11-20T17:00&_open=1&_key=k1",
                              &status);
  g_assert_cmpuint(status, ==, 303);
  g_assert_nonnull(strstr(done, "Location: /cases/2?done="));
  g_autofree char *page = ask(&house, "GET", "/cases/2", "p2", NULL, &status);
  g_assert_nonnull(strstr(page, "件名"));
  house_free(&house);
}

/* NOW is 2026-11-20T17:05, a Friday. */
static void
test_time(void)
{
  static const struct {
    const char *text, *at, *rest;
    gboolean about;
  } rows[] = {
    { "14:32 サーバ室で抜線", "2026-11-20T14:32", "サーバ室で抜線" },
    { "１４：３２　サーバ室", "2026-11-20T14:32", "サーバ室" },
    { "14:32、抜線", "2026-11-20T14:32", "抜線" },
    { "14時32分、抜線", "2026-11-20T14:32", "抜線" },
    { "１４時３２分サーバ室で抜線", "2026-11-20T14:32", "サーバ室で抜線" },
    { "14時32分に抜線", "2026-11-20T14:32", "抜線" },
    { "9時 連絡", "2026-11-20T09:00", "連絡" },
    { "9時半　連絡", "2026-11-20T09:30", "連絡" },
    { "9時半ごろ連絡", "2026-11-20T09:30", "連絡", TRUE },
    { "14:30頃 連絡", "2026-11-20T14:30", "連絡", TRUE },
    { "9:05 連絡", "2026-11-20T09:05", "連絡" },
    { "0905 連絡", "2026-11-20T09:05", "連絡" },
    { "１４３２　連絡", "2026-11-20T14:32", "連絡" },
    { "午後2時32分 連絡", "2026-11-20T14:32", "連絡" },
    { "午前０時５分　連絡", "2026-11-20T00:05", "連絡" },
    { "午後12時10分 連絡", "2026-11-20T12:10", "連絡" },
    { "午前12時10分 連絡", "2026-11-20T00:10", "連絡" },
    { "PM 2:32 連絡", "2026-11-20T14:32", "連絡" },
    { "昨日 23:50 連絡", "2026-11-19T23:50", "連絡" },
    { "昨日の14時頃、連絡", "2026-11-19T14:00", "連絡", TRUE },
    { "11/19 14:32 連絡", "2026-11-19T14:32", "連絡" },
    { "１１月１９日（木）１４時３２分　連絡", "2026-11-19T14:32", "連絡" },
    { "19日 8:00 連絡", "2026-11-19T08:00", "連絡" },
    { "25日 8:00 連絡", "2026-10-25T08:00", "連絡" },
    { "12/31 23:59 連絡", "2025-12-31T23:59", "連絡" },
    { "23:50 昨夜の連絡", "2026-11-20T23:50", "昨夜の連絡" },
    { "14:32", NULL, "14:32" },
    { "25:00 連絡", NULL, "25:00 連絡" },
    { "14:75 連絡", NULL, "14:75 連絡" },
    { "午後14時 連絡", NULL, "午後14時 連絡" },
    { "13/40 10:00 連絡", NULL, "13/40 10:00 連絡" },
    { "3台を隔離", NULL, "3台を隔離" },
    { "2026 年度の記録", NULL, "2026 年度の記録" },
    { "1234567 番の端末", NULL, "1234567 番の端末" },
    { "14:32:05のログを確認", NULL, "14:32:05のログを確認" },
    { "昨日は異常なし", NULL, "昨日は異常なし" },
    { "3時間かかった", NULL, "3時間かかった" },
    { "20分後に連絡", NULL, "20分後に連絡" },
    { "", NULL, "" },
  };
  Instant now = hall_time(HALL_BEGINS);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    TypedMoment moment;
    gboolean found = page_moment(rows[i].text, now, &moment);
    if (found != (rows[i].at != NULL))
      g_error("%s: %s", rows[i].text, moment.rest);
    g_assert_cmpstr(moment.rest, ==, rows[i].rest);
    g_assert_cmpint(moment.at, ==, rows[i].at ? hall_time(rows[i].at) : INSTANT_NONE);
    g_assert_cmpint(moment.precision, ==, rows[i].about ? PRECISION_ABOUT : PRECISION_MINUTE);
  }
  TypedMoment moment;
  g_assert_true(page_moment("23:50 昨夜", hall_time("2026-11-21T00:10"), &moment));
  g_assert_cmpint(moment.at, ==, hall_time("2026-11-20T23:50"));
}

/* --- 「承知した」 by the link of a mail --- */

static const ClockReminder *
reminder_of(const House *house)
{
  g_autoptr(GError) error = NULL;
  const Case *kase = world_case(engine_world(house->hall->engine), house->kase, &error);
  g_assert_no_error(error);
  return deadline_reminded(kase, "appi-preliminary/市長");
}

/* Looked at by GET as often as anybody likes; answered by POST once, by whom it was for; good no more after the next. */
static void
test_acknowledge(void)
{
  House house = house_new();
  guint status;
  must(&house, STAFF, "triage.add_dataset", "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  must(&house, STAFF, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  hall_at(house.hall, "2026-11-24T21:00");
  g_autoptr(Reminders) reminders = reminders_new(house.hall->engine, NULL);
  reminders_run(reminders);
  engine_drain(house.hall->engine);
  const Keyring *keyring = engine_keyring(house.hall->engine);
  g_autofree char *own = reminders_token(keyring, house.kase, reminder_of(&house)->body, "p4");
  g_autofree char *stranger = reminders_token(keyring, house.kase, reminder_of(&house)->body, "p8"); /* 税務: told nothing */
  g_autofree char *path = g_strconcat("/ack/", own, NULL), *other = g_strconcat("/ack/", stranger, NULL);

  for (guint i = 0; i < 3; i++) {
    g_autofree char *shown = ask(&house, "GET", path, NULL, NULL, &status);
    g_assert_cmpuint(status, ==, 200);
    g_assert_nonnull(strstr(shown, "承知した（管理三郎）"));
    assert_tidy(path, strstr(shown, "<!DOCTYPE"));
    g_assert_null(reminder_of(&house)->acknowledged);
  }
  g_autofree char *refused = ask(&house, "POST", other, NULL, "", &status);
  g_assert_cmpuint(status, ==, 404);
  g_autofree char *done = ask(&house, "POST", path, NULL, "", &status);
  g_assert_cmpuint(status, ==, 200);
  g_assert_nonnull(strstr(done, "承知済みです"));
  g_assert_cmpstr(reminder_of(&house)->acknowledged->actor.person, ==, "p4");
  guint64 size = engine_head(house.hall->engine).size;
  g_autofree char *again = ask(&house, "POST", path, NULL, "", &status);
  g_assert_nonnull(strstr(again, "承知済みです"));
  g_assert_cmpuint(engine_head(house.hall->engine).size, ==, size);
  house_free(&house);
}

/* A mail is chosen from the outbox by whom it is for, not typed by its number, and only by those who see it. */
static void
test_mail_chosen(void)
{
  House house = house_new();
  guint status;
  List to = { 0 }, envelopes = { 0 };
  g_autoptr(Arena) arena = arena_new();
  *(MailTo *)list_push(arena, &to, sizeof(MailTo)) = (MailTo){ .party = "p3", .network = NETWORK_LGWAN };
  *(MailEnvelope *)list_push(arena, &envelopes, sizeof(MailEnvelope)) = (MailEnvelope){ .address = "a@ward.example.lg.jp" };
  const MailQueued queued = { .kase = (gint64)house.kase, .purpose = PURPOSE_CLOCK, .after = INSTANT_NONE, .subject = "期限", .text = "本文",
                              .to = to, .envelopes = envelopes };
  g_assert_true(engine_note(house.hall->engine, &mail_queued, &queued));
  engine_drain(house.hall->engine);
  const MailRow *row = outbox_row(world_outbox(engine_world(house.hall->engine)), 1);
  g_assert_nonnull(row);
  g_autofree char *person = g_strdup_printf("p%u", row->party);
  const char *whom = office_person_name(world_office(engine_world(house.hall->engine)), person);
  g_autofree char *option = g_strdup_printf("　%s　%s（%s）</option>", whom, choice_label(mail_purposes, row->purpose),
                                            choice_label(mail_states, row->state));
  g_autofree char *shown = ask(&house, "GET", "/do/mail.withdraw?mail=o1", "p2", NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  g_assert_nonnull(strstr(shown, "<option value=\"o1\" selected>"));
  g_assert_nonnull(strstr(shown, option));
  assert_tidy("/do/mail.withdraw", strstr(shown, "<!DOCTYPE"));
  g_autofree char *stranger = ask(&house, "GET", "/do/mail.withdraw?mail=o1", "p8", NULL, &status);
  g_assert_null(strstr(stranger, "value=\"o1\""));
  house_free(&house);
}

/* Those who decide since when the city knew see who learnt what, and choose one without a script; so do the API and the
 * clock's own words. */
static void
test_known(void)
{
  House house = house_new();
  guint status;
  hall_must(house.hall, ADMINISTRATOR, "office.appoint", 0, "{'person':'p5','post':'committee-privacy','from':'2026-11-01'}");
  must(&house, STAFF, "triage.add_dataset", "{'name':'台帳','body':'市長','personal':'yes','my_number':'no','encrypted':'no'}");
  must(&house, STAFF, "duty.assess", "{'dataset':'d1','sensitive':'yes','reason':'診断書'}");
  g_autofree char *form = ask(&house, "GET", "/cases/1/do/duty.know", "p5", NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  assert_tidy("duty.know", strstr(form, "<!DOCTYPE"));
  g_assert_nonnull(strstr(form, "「台帳」への影響を記録した時"));
  g_assert_nonnull(strstr(form, "事案を開いた時"));
  g_assert_nonnull(strstr(form, "name=\"_candidate\" value=\"2026-11-20T17:05\""));
  g_autofree char *wrong = ask(&house, "POST", "/cases/1/do/duty.know", "p5", "_candidate=2026-11-20T17:05&at=2026-11-20T09:00", &status);
  g_assert_cmpuint(status, ==, 422);
  g_assert_nonnull(strstr(wrong, "name=\"at\" value=\"2026-11-20T17:05\"")); /* taken into the field */

  g_autofree char *api = ask(&house, "GET", "/api/v1/cases/1/clocks", "p5", NULL, &status);
  g_assert_cmpuint(status, ==, 200);
  g_assert_nonnull(strstr(api, "\"known_why\":\"最も早い候補："));
  g_assert_nonnull(strstr(api, "\"what\":\"「台帳」への影響を記録した時\",\"by\":\"担当一郎\""));
  const char *body = "_key=k&_candidate=2026-11-20T17:05&at=2026-11-20T09:00&reason=%E5%8F%97%E4%BB%98%E3%81%AE%E6%99%82";
  g_autofree char *sent = ask(&house, "POST", "/cases/1/do/duty.know", "p5", body, &status);
  g_assert_cmpuint(status, ==, 303);
  g_autofree char *after = ask(&house, "GET", "/api/v1/cases/1/clocks", "p5", NULL, &status);
  g_assert_nonnull(strstr(after, "\"known_why\":\"決定：受付の時\""));
  g_autofree char *shown = ask(&house, "GET", "/cases/1", "p5", NULL, &status);
  g_assert_nonnull(strstr(shown, "<dt>知った日</dt><dd>決定：受付の時"));
  g_assert_nonnull(strstr(shown, "この日時によります"));
  house_free(&house);
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "signer"))
    return signer_command(argc - 1, argv + 1);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/pages/system", test_system);
  g_test_add_func("/pages/destinations", test_destinations);
  g_test_add_func("/pages/opening", test_opening);
  g_test_add_func("/pages/naughty", test_naughty);
  g_test_add_func("/pages/empty", test_empty);
  g_test_add_func("/pages/manners", test_manners);
  g_test_add_func("/pages/flow", test_flow);
  g_test_add_func("/pages/deputy", test_deputy);
  g_test_add_func("/pages/terms", test_terms);
  g_test_add_func("/pages/reserved-contact", test_reserved_contact);
  g_test_add_func("/pages/policy", test_policy);
  g_test_add_func("/pages/anchors", test_anchors);
  g_test_add_func("/pages/mode", test_mode);
  g_test_add_func("/pages/readings", test_readings);
  g_test_add_func("/pages/ways", test_ways);
  g_test_add_func("/pages/refused", test_refused);
  g_test_add_func("/pages/rotation", test_rotation);
  g_test_add_func("/pages/list", test_list);
  g_test_add_func("/pages/long-list", test_long_list);
  g_test_add_func("/pages/saved-list", test_saved_list);
  g_test_add_func("/pages/walk", test_walk);
  g_test_add_func("/pages/forms", test_forms);
  g_test_add_func("/pages/help", test_help);
  g_test_add_func("/pages/offered", test_offered);
  g_test_add_func("/pages/rooms", test_rooms);
  g_test_add_func("/pages/desk", test_desk);
  g_test_add_func("/pages/steps", test_steps);
  g_test_add_func("/pages/urgent", test_urgent);
  g_test_add_func("/pages/paper-links", test_paper_links);
  g_test_add_func("/pages/inbox-empty", test_inbox_empty);
  g_test_add_func("/pages/room-act", test_room_act);
  g_test_add_func("/pages/many-hosts", test_many_hosts);
  g_test_add_func("/pages/circulation", test_circulation);
  g_test_add_func("/pages/circulation-returned", test_circulation_returned);
  g_test_add_func("/pages/circulation-proxy", test_circulation_proxy);
  g_test_add_func("/pages/circulation-report", test_circulation_report);
  g_test_add_func("/pages/records", test_records);
  g_test_add_func("/pages/records-paged", test_records_paged);
  g_test_add_func("/pages/undo-link", test_undo_link);
  g_test_add_func("/pages/stars", test_stars);
  g_test_add_func("/pages/drafts", test_drafts);
  g_test_add_func("/pages/draft-names", test_draft_names);
  g_test_add_func("/pages/parts", test_parts);
  g_test_add_func("/pages/parts-next", test_parts_next);
  g_test_add_func("/pages/parts-both", test_parts_both);
  g_test_add_func("/pages/parts-conflict", test_parts_conflict);
  g_test_add_func("/pages/parts-wrong", test_parts_wrong);
  g_test_add_func("/pages/parts-kept", test_parts_kept);
  g_test_add_func("/pages/issue-chosen", test_issue_chosen);
  g_test_add_func("/pages/typed", test_typed);
  g_test_add_func("/pages/too-long", test_too_long);
  g_test_add_func("/pages/new-case", test_new_case);
  g_test_add_func("/pages/acknowledge", test_acknowledge);
  g_test_add_func("/pages/mail-chosen", test_mail_chosen);
  g_test_add_func("/pages/known", test_known);
  g_test_add_func("/pages/time", test_time);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
