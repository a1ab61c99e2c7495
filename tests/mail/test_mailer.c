/* The way of a mail from the outbox to the relay, and every way in which it ends. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "engine/mails.h"
#include "post.h"

#define TO "taro@ward.example.jp"

static void
test_taken(void)
{
  g_autoptr(PostOffice) post = post_new(TRUE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 5, NULL);
  guint64 number = post_queue(post, TO, "初動の確認", "一行目\n.点で始まる行\n..\n.\n最後");
  post_until(post, number, MAIL_ACCEPTED);

  g_autoptr(GPtrArray) mails = sink_mails(sink);
  g_assert_cmpuint(mails->len, ==, 1);
  const SinkMail *mail = mails->pdata[0];
  g_assert_cmpstr(mail->to, ==, TO);
  g_assert_cmpstr(mail->from, ==, "poc@city.example.lg.jp");
  g_assert_nonnull(strstr(mail->text, "Message-ID: <shodo.1.0."));
  g_assert_nonnull(strstr(mail->text, "charset=ISO-2022-JP"));
  g_autofree char *words = post_words(post, number);
  g_assert_cmpstr(words, ==, "250 2.0.0 queued as 1");
}

/* Two nets, two relays; a mail goes by its domain alone. */
static void
test_two_relays(void)
{
  g_autoptr(PostOffice) post = post_new(TRUE);
  g_autoptr(Sink) internet = sink_new(SINK_TAKE);
  g_autoptr(Sink) lgwan = sink_new(SINK_TAKE);
  post_relay(post, NETWORK_INTERNET, sink_port(internet), 5, NULL);
  post_relay(post, NETWORK_LGWAN, sink_port(lgwan), 5, NULL);
  guint64 one = post_queue(post, "a@pref.example.lg.jp", "件名", "本文"), two = post_queue(post, "a@notlg.jp", "件名", "本文");
  post_until(post, one, MAIL_ACCEPTED);
  post_until(post, two, MAIL_ACCEPTED);
  g_assert_cmpuint(sink_count(internet), ==, 1);
  g_assert_cmpuint(sink_count(lgwan), ==, 1);
  /* one that hangs does not hold up the other */
  sink_does(internet, SINK_RCPT_HANG);
  post_queue(post, "b@notlg.jp", "件名", "本文");
  guint64 other = post_queue(post, "b@pref.example.lg.jp", "件名", "本文");
  post_until(post, other, MAIL_ACCEPTED);
}

/* What the relay does, and what becomes of the mail. */
static const struct {
  const char *name;
  SinkDeed deed;
  MailState state;
  const char *words;
} ends[] = {
  { "rcpt-never", SINK_RCPT_NEVER, MAIL_FAILED, "550 5.1.1 no such user here" },
  { "data-never", SINK_DATA_NEVER, MAIL_FAILED, "554 5.6.0 never" },
  { "data-cut", SINK_DATA_CUT, MAIL_UNKNOWN, NULL },
  { "data-hang", SINK_DATA_HANG, MAIL_UNKNOWN, NULL },
};

static void
test_end(gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE(data);
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(ends[i].deed);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 1, NULL);
  guint64 number = post_queue(post, TO, "件名", "本文");
  post_until(post, number, ends[i].state);
  if (ends[i].words) {
    g_autofree char *words = post_words(post, number);
    g_assert_cmpstr(words, ==, ends[i].words);
  }
  /* it stays so: nothing is sent twice by itself, however much time goes by */
  guint count = sink_count(sink);
  sink_does(sink, SINK_TAKE);
  hall_at(post->hall, "2026-11-25T17:05");
  post_run(post, 200);
  g_assert_cmpint(post_row(post, number)->state, ==, (int)ends[i].state);
  g_assert_cmpuint(sink_count(sink), ==, count);
  /* an officer may order it */
  hall_must_not(post->hall, STAFF, "mail.send_again", 0, "{'mail':'o1'}", FINDING_INVALID, "理由");
  hall_must(post->hall, STAFF, "mail.send_again", 0, "{'mail':'o1','reason':'電話で届いていないと確かめた'}");
  post_until(post, number, MAIL_ACCEPTED);
  g_assert_cmpuint(sink_count(sink), ==, count + 1);
}

static void
until_put_off(PostOffice *post, guint64 number, guint attempts)
{
  for (guint turn = 0; turn < 10000 && (post_row(post, number)->attempts != attempts || post_row(post, number)->state != MAIL_WAITING); turn++)
    post_run(post, 2);
  g_assert_cmpint(post_row(post, number)->state, ==, MAIL_WAITING);
  g_assert_cmpuint(post_row(post, number)->attempts, ==, attempts);
}

/* Put off, and tried again by the clock of the world alone: 1, 2, 5, 10, 20, 30, 60 minutes. */
static void
test_later(gconstpointer data)
{
  SinkDeed deed = (SinkDeed)GPOINTER_TO_INT(data);
  static const char *const times[] = { "17:06", "17:08", "17:13", "17:23", "17:43", "18:13" };
  static const char *const before[] = { "17:05:59", "17:07:59", "17:12:59", "17:22:59", "17:42:59", "18:12:59" };
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(deed);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 1, NULL);
  guint64 number = post_queue(post, TO, "件名", "本文");

  for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
    g_autofree char *at = g_strdup_printf("2026-11-20T%s", times[i]), *early = g_strdup_printf("2026-11-20T%s", before[i]);
    until_put_off(post, number, (guint)i + 1);
    g_assert_cmpint(post_row(post, number)->due, ==, hall_time(at));
    hall_at(post->hall, early);
    post_run(post, 60);
    g_assert_cmpuint(post_row(post, number)->attempts, ==, i + 1);
    hall_at(post->hall, at);
  }
  sink_does(sink, SINK_TAKE);
  hall_at(post->hall, "2026-11-20T20:00");
  mailer_look(post->mailer);
  post_until(post, number, MAIL_ACCEPTED);
  g_assert_cmpuint(sink_count(sink), ==, 1);
}

static void
queue_digest(PostOffice *post)
{
  MailTo to = { .party = "p2", .network = NETWORK_INTERNET, .digest = TRUE };
  MailEnvelope envelope = { .address = TO, .name = "担当" };
  MailQueued queued = { .kase = FIELD_NO_INT, .purpose = PURPOSE_CLOCK, .after = INSTANT_NONE, .subject = "期限", .text = "本文",
                        .to = { 1, &to }, .envelopes = { 1, &envelope } };
  g_assert_true(engine_note(post->hall->engine, &mail_queued, &queued));
}

/* The clock goes back a day, and forward again: what was sent is not sent again, and what waits waits no longer for it,
 * over a restart (RESTARTING) too. */
static void
test_clock_back(gconstpointer restarting)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 1, NULL);
  guint64 sent = post_queue(post, TO, "先", "本文");
  post_until(post, sent, MAIL_ACCEPTED);
  sink_does(sink, SINK_RCPT_LATER);
  guint64 number = post_queue(post, TO, "件名", "本文");
  until_put_off(post, number, 1);
  queue_digest(post);
  if (restarting) {
    post_close(post);
    hall_open(post->hall);
  }
  hall_at(post->hall, "2026-11-19T17:05");
  if (restarting)
    post_open(post);
  guint64 never = post_queue(post, TO, "後", "本文");
  until_put_off(post, never, 1);
  g_assert_cmpint(post_row(post, number)->due, ==, hall_time("2026-11-19T17:06"));
  g_assert_cmpint(post_row(post, number + 1)->due, ==, hall_time("2026-11-20T08:30"));
  g_assert_cmpuint(post_row(post, number)->attempts, ==, 1); /* not before its time */
  hall_at(post->hall, "2026-11-19T17:06");
  until_put_off(post, number, 2);
  until_put_off(post, never, 2);
  hall_at(post->hall, "2026-11-20T17:09"); /* and forward again */
  sink_does(sink, SINK_TAKE);
  mailer_look(post->mailer);
  post_until(post, number, MAIL_ACCEPTED);
  post_until(post, never, MAIL_ACCEPTED);
  post_until(post, number + 1, MAIL_GATHERED);
  post_until(post, never + 1, MAIL_ACCEPTED);
  hall_at(post->hall, "2026-11-22T18:00");
  post_run(post, 200);
  g_assert_cmpuint(sink_count(sink), ==, 4); /* each once, the digest in place of what it gathers */
  g_assert_cmpuint(post_count(post, MAIL_ACCEPTED), ==, 4);
}

/* Over the end of the year, with and without a table of holidays for the next. */
static void
test_year(gconstpointer data)
{
  int year = GPOINTER_TO_INT(data);
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_RCPT_LATER);
  g_autofree char *last = g_strdup_printf("%d-12-31T23:58:30", year), *first = g_strdup_printf("%d-12-31T23:59:30", year);
  g_autofree char *second = g_strdup_printf("%d-01-01T00:01:30", year + 1), *morning = g_strdup_printf("%d-01-01T08:30", year + 1);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 1, NULL);
  hall_at(post->hall, last);
  guint64 number = post_queue(post, TO, "件名", "本文");
  until_put_off(post, number, 1);
  g_assert_cmpint(post_row(post, number)->due, ==, hall_time(first));
  queue_digest(post);
  g_assert_cmpint(post_row(post, number + 1)->due, ==, hall_time(morning));
  hall_at(post->hall, first);
  until_put_off(post, number, 2);
  g_assert_cmpint(post_row(post, number)->due, ==, hall_time(second));
  hall_at(post->hall, second);
  sink_does(sink, SINK_TAKE);
  mailer_look(post->mailer);
  post_until(post, number, MAIL_ACCEPTED);
  hall_at(post->hall, morning);
  mailer_look(post->mailer);
  post_until(post, number + 1, MAIL_GATHERED);
  post_until(post, number + 2, MAIL_ACCEPTED);
  post_run(post, 100);
  g_assert_cmpuint(sink_count(sink), ==, 2);
}

/* Put off for good after MAIL_LIFE. */
static void
test_expired(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_RCPT_LATER);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 1, NULL);
  guint64 number = post_queue(post, TO, "件名", "本文");
  until_put_off(post, number, 1);
  hall_at(post->hall, "2026-11-22T17:04");
  mailer_look(post->mailer);
  post_until(post, number, MAIL_FAILED);
  g_autofree char *words = post_words(post, number);
  g_assert_cmpstr(words, ==, "451 4.7.1 try again later");
}

/* A relay that is down costs one attempt a round, not one for each mail. */
static void
test_relay_rests(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  g_autoptr(GString) list = g_string_new("[");
  sink_listen(sink, FALSE);
  for (guint i = 0; i < 100; i++)
    g_string_append_printf(list, "%s'%u@ward.example.jp'", i ? "," : "", i);
  g_string_append(list, "]");
  post_exercise(post, list->str);
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 1, NULL);
  guint64 before = engine_head(post->hall->engine).size;
  post_queue_many(post, 100, "ward.example.jp");
  post_run(post, 400);
  g_assert_cmpuint(post_count(post, MAIL_WAITING), ==, 100);
  g_assert_cmpuint(engine_head(post->hall->engine).size - before, <=, 1 + 2 * 3);
  sink_listen(sink, TRUE);
  hall_at(post->hall, "2026-11-20T17:30");
  for (guint turn = 0; turn < 15000 && post_count(post, MAIL_ACCEPTED) < 100; turn++)
    post_run(post, 2);
  g_assert_cmpuint(post_count(post, MAIL_ACCEPTED), ==, 100);
  g_assert_cmpuint(sink_count(sink), ==, 100);
}

/* 庁内メール汚染: nothing is handed over, what waits waits, and acts say so. */
static void
test_stopped(void)
{
  g_autoptr(PostOffice) post = post_new(TRUE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 5, NULL);
  hall_must(post->hall, STAFF, "mail.stop", 0, "{'reason':'なりすましのメールが庁内から出ている','instead':'内線で伝える'}");
  hall_must_not(post->hall, STAFF, "mail.stop", 0, "{'reason':'二度目'}", FINDING_REFUSE, "すでに止めています");
  guint64 number = post_queue(post, TO, "件名", "本文"), other = post_queue(post, "b@ward.example.jp", "件名", "本文");
  post_run(post, 400);
  g_assert_cmpuint(sink_connections(sink), ==, 0);
  g_assert_cmpint(post_row(post, number)->state, ==, MAIL_WAITING);
  hall_must(post->hall, STAFF, "mail.withdraw", 0, "{'mail':'o2','reason':'電話で伝えた'}");
  hall_must_not(post->hall, STAFF, "mail.resume", 0, "{'reason':'x'}", FINDING_DENIED, "");
  hall_must(post->hall, HEAD, "mail.resume", 0, "{'reason':'アカウントをすべて確かめた'}");
  post_until(post, number, MAIL_ACCEPTED);
  post_run(post, 300);
  g_assert_cmpint(post_row(post, other)->state, ==, MAIL_WITHDRAWN);
  g_assert_cmpuint(sink_count(sink), ==, 1);
}

/* The courier dies: before the relay has the whole message it is sent again; after, nobody knows. */
static void
test_courier_dies(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_RCPT_HANG);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 60, NULL);
  guint64 number = post_queue(post, TO, "件名", "本文");
  for (guint turn = 0; turn < 5000 && !sink_connections(sink); turn++)
    post_run(post, 2);
  post_run(post, 100);
  g_assert_cmpint(post_row(post, number)->state, ==, MAIL_ATTEMPTED);
  g_assert_cmpint(kill(post_courier(post), 9), ==, 0);
  until_put_off(post, number, 1);
  sink_does(sink, SINK_DATA_HANG);
  hall_at(post->hall, "2026-11-20T17:10");
  for (guint turn = 0; turn < 5000 && !sink_count(sink); turn++)
    post_run(post, 2);
  g_assert_cmpint(kill(post_courier(post), 9), ==, 0);
  post_until(post, number, MAIL_UNKNOWN);
  g_autofree char *why = post_words(post, number);
  g_assert_cmpstr(why, ==, "courier");
}

/* What the system check says of mail; to free. */
static char *
weak(PostOffice *post)
{
  g_autoptr(GPtrArray) sentences = g_ptr_array_new_with_free_func(g_free);
  mailer_weaknesses(post->mailer, sentences);
  g_ptr_array_add(sentences, NULL);
  return g_strjoinv("\n", (char **)sentences->pdata);
}

/* More than the layers of Landlock that there are: a spare inside a spare would find no room for its own. */
#define DEATHS 20

/* The keeper of couriers dies, and all that follow it too: mail goes on, and the office is not started anew. */
static void
test_keeper_dies(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE), other = sink_new(SINK_TAKE);
  g_autofree char *weaknesses = NULL;
  pid_t keeper = post->keeper;
  post_exercise(post, "['" TO "']");
  for (guint round = 0; round < DEATHS; round++) {
    post_relay(post, NETWORK_INTERNET, sink_port(round % 2 ? other : sink), 60, NULL); /* another relay wants another courier */
    guint64 number = post_queue(post, TO, "件名", "本文");
    post_until(post, number, MAIL_ACCEPTED);
    pid_t next = post_spare(keeper);
    g_assert_cmpint(next, >, 0);
    g_assert_cmpint(kill(keeper, 9), ==, 0);
    keeper = next;
    g_autofree char *now = weak(post);
    g_assert_null(strstr(now, "予備"));
    if (!weaknesses)
      weaknesses = g_steal_pointer(&now);
    else
      g_assert_cmpstr(now, ==, weaknesses); /* the last is held as the first was */
  }
}

/* The server stops with a mail in the relay's hands. */
static void
test_restart(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_DATA_HANG);
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 60, NULL);
  guint64 number = post_queue(post, TO, "件名", "本文");
  for (guint turn = 0; turn < 5000 && !sink_count(sink); turn++)
    post_run(post, 2);
  post_close(post);
  post_open(post);
  post_until(post, number, MAIL_UNKNOWN);
  g_autofree char *why = post_words(post, number);
  g_assert_cmpstr(why, ==, "restart");
}

/* An exercise reaches its list, byte for byte, and nobody else. */
static void
test_exercise(void)
{
  static const char *const attacks[] = {
    "Taro@ward.example.jp", "taro@ward.example.jp.", "taro@WARD.example.jp", " taro@ward.example.jp", "\"taro\"@ward.example.jp",
    "taro@ward.example.jp,x@evil.example.jp", "taro@ward.example.jp>\r\nRCPT TO:<x@evil.example.jp", "<taro@ward.example.jp>",
    "taro (x)@ward.example.jp", "山田 <taro@ward.example.jp>", "tаro@ward.example.jp", "taro@wаrd.example.jp", "taro@ward.example.jp\n",
    "t.aro@ward.example.jp", "taro+x@ward.example.jp", "x@evil.example.jp",
  };
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 2, NULL);
  guint64 none = post_queue(post, TO, "件名", "本文");
  post_until(post, none, MAIL_FAILED);
  post_exercise(post, "['" TO "']");
  for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++)
    if (g_utf8_validate(attacks[i], -1, NULL) && !strpbrk(attacks[i], "\r\n")) /* no journal holds the others */
      (void)post_queue(post, attacks[i], "件名", "本文");
  guint64 good = post_queue(post, TO, "件名", "本文");
  post_until(post, good, MAIL_ACCEPTED);
  g_autoptr(GPtrArray) mails = sink_mails(sink);
  g_assert_cmpuint(mails->len, ==, 1);
  g_assert_cmpstr(((SinkMail *)mails->pdata[0])->to, ==, TO);
  g_assert_nonnull(strstr(((SinkMail *)mails->pdata[0])->text, "Subject: =?ISO-2022-JP?B?GyRCIVo3MU59IVs")); /* 【訓練】 */
  g_autofree char *why = post_words(post, none);
  g_assert_cmpstr(why, ==, "exercise");
}

/* What one wants to get: now, gathered, or nothing. */
static void
test_digest(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  g_autoptr(Arena) arena = arena_new();
  post_exercise(post, "['" TO "']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 2, NULL);
  for (guint i = 0; i < 3; i++) {
    MailTo to = { .party = "p2", .network = NETWORK_INTERNET, .digest = TRUE };
    MailEnvelope envelope = { .address = TO, .name = "担当" };
    MailQueued queued = { .kase = FIELD_NO_INT, .purpose = PURPOSE_CLOCK, .after = INSTANT_NONE, .subject = arena_printf(arena, "期限%u", i),
                          .text = "本文", .to = { 1, &to }, .envelopes = { 1, &envelope } };
    g_assert_true(engine_note(post->hall->engine, &mail_queued, &queued));
  }
  post_run(post, 200);
  g_assert_cmpuint(sink_count(sink), ==, 0);
  hall_at(post->hall, "2026-11-21T08:29");
  post_run(post, 200);
  g_assert_cmpuint(sink_count(sink), ==, 0);
  hall_at(post->hall, "2026-11-21T08:30");
  mailer_look(post->mailer);
  post_until(post, 3, MAIL_GATHERED);
  post_until(post, 4, MAIL_ACCEPTED);
  g_assert_cmpuint(sink_count(sink), ==, 1);
  MailRead mail;
  g_assert_true(mails_read(post->hall->engine, 4, arena, &mail, NULL));
  g_assert_nonnull(strstr(mail.queued->text, "期限0"));
  g_assert_nonnull(strstr(mail.queued->text, "期限2"));
}

static Outcome *
alert(PostOffice *post, guint64 kase)
{
  return hall_act(post->hall, HEAD, "reporting.alert_staff", kase,
                  "{'text':'不審なメールを開かないでください。','to':'税務課と担当','mail_to':['zeimu','p3','p8','p2']}");
}

/* Acts that mail: who gets it is said before, one mail each, of the case; and while mail stands still, the telephone. */
static void
test_acts(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  guint64 kase = hall_open_case(post->hall);

  hall_must_not(post->hall, HEAD, "reporting.alert_staff", kase, "{'text':'x','to':'y','mail_to':['p3']}", FINDING_REFUSE, "中継サーバが定められていない");
  post_exercise(post, "['futako@ward.example.jp','nanako@ward.example.jp','saburo@ward.example.jp']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 2, NULL);
  hall_must_not(post->hall, HEAD, "reporting.alert_staff", kase, "{'text':'x','to':'y','mail_to':['p3']}", FINDING_REFUSE, "メールアドレスが登録されていません");
  hall_must(post->hall, ADMINISTRATOR, "office.change_person", 0, "{'person':'p3','mail':'futako@ward.example.jp'}");
  hall_must(post->hall, ADMINISTRATOR, "office.change_person", 0, "{'person':'p4','mail':'saburo@ward.example.jp'}");
  hall_must(post->hall, ADMINISTRATOR, "office.change_person", 0, "{'person':'p8','mail':'nanako@ward.example.jp'}");
  g_autoptr(Outcome) first = alert(post, kase);
  g_assert_true(first->done);
  g_assert_true(outcome_says(first, "メールを送ります：税務七子（nanako@ward.example.jp）、担当二子（futako@ward.example.jp）。"));
  g_assert_true(outcome_says(first, "メールでは届かない人：担当一郎（090-0000-0000）。"));
  post_until(post, 1, MAIL_ACCEPTED);
  post_until(post, 2, MAIL_ACCEPTED);
  g_assert_cmpuint(outbox_length(world_outbox(engine_world(post->hall->engine))), ==, 2);
  g_assert_cmpuint(post_row(post, 1)->kase, ==, kase);

  static const struct {
    const char *tlp, *shown;
  } labels[] = { { "'red'", "[TLP:RED]" }, { "'amber'", "[TLP:AMBER]" }, { "'green'", "[TLP:GREEN]" }, { "'clear'", "[TLP:CLEAR]" }, { "null", NULL } };
  for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
    g_autofree char *told = g_strdup_printf("{'text':'x','to':'y','mail_to':['p3']%s%s}", i < 4 ? ",'tlp':" : "", i < 4 ? labels[i].tlp : "");
    g_autofree char *asked = g_strdup_printf("{'party':'p3','what':'x','kind':'work','mail':true%s%s}", i < 4 ? ",'tlp':" : "", i < 4 ? labels[i].tlp : "");
    for (guint act = 0; act < 2; act++) {
      g_autoptr(Arena) arena = arena_new();
      MailRead mail;
      hall_must(post->hall, HEAD, act ? "response.request" : "reporting.alert_staff", kase, act ? asked : told);
      engine_drain(post->hall->engine);
      g_assert_true(mails_read(post->hall->engine, outbox_length(world_outbox(engine_world(post->hall->engine))), arena, &mail, NULL));
      const char *subject = compose_subject(&mail.letter, arena);
      g_assert_true(labels[i].shown ? strstr(subject, labels[i].shown) && strstr(compose_text(&mail.letter, arena), "取扱い：TLP:") : !strstr(subject, "TLP"));
    }
  }
  post_until(post, outbox_length(world_outbox(engine_world(post->hall->engine))), MAIL_ACCEPTED);

  hall_must(post->hall, STAFF, "mail.stop", 0, "{'reason':'乗っ取り'}");
  g_autoptr(Outcome) second = alert(post, kase);
  g_assert_true(second->done && outcome_says(second, "メールを止めています"));
  g_assert_true(outcome_says(second, "メールでは届かない人：税務七子（090-0000-0006）、担当二子（090-0000-0001）、担当一郎（090-0000-0000）。"));
  post_run(post, 200);
  g_assert_cmpuint(post_count(post, MAIL_WAITING), ==, 2);
}

/* Whose turn it is, told to the holder; who wants nothing gets nothing; a return goes to whoever submitted. */
static void
test_turns(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  g_autoptr(Arena) arena = arena_new();
  guint64 kase = hall_open_case(post->hall);
  MailRead mail;

  post_exercise(post, "['saburo@ward.example.jp','ichiro@ward.example.jp']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 2, NULL);
  hall_must(post->hall, ADMINISTRATOR, "office.change_person", 0, "{'person':'p4','mail':'saburo@ward.example.jp'}");
  hall_must(post->hall, ADMINISTRATOR, "office.change_person", 0, "{'person':'p2','mail':'ichiro@ward.example.jp'}");
  hall_must(post->hall, STAFF, "circulation.submit", kase, "{'subject':'triage-result','text':'これは秘密の内容'}");
  post_until(post, 1, MAIL_ACCEPTED);
  g_assert_true(mails_read(post->hall->engine, 1, arena, &mail, NULL));
  g_assert_cmpstr(mail.to->party, ==, "p4");
  g_assert_cmpstr(mail.queued->about, ==, "k1");
  g_assert_null(strstr(mail.queued->text, "秘密"));
  g_assert_nonnull(strstr(compose_subject(&mail.letter, arena), "[TLP:AMBER]"));
  hall_must(post->hall, STAFF, "mail.prefer", 0, "{'mode':'none'}");
  hall_must(post->hall, MANAGER, "circulation.step", kase, "{'circulation':'k1','result':'returned','comment':'書き直し'}");
  g_assert_cmpuint(outbox_length(world_outbox(engine_world(post->hall->engine))), ==, 1);
  hall_must(post->hall, STAFF, "mail.prefer", 0, "{'mode':'immediate'}");
  hall_must(post->hall, STAFF, "circulation.submit", kase, "{'subject':'triage-result'}");
  hall_must(post->hall, MANAGER, "circulation.step", kase, "{'circulation':'k2','result':'returned','comment':'もう一度'}");
  post_until(post, 3, MAIL_ACCEPTED);
  g_assert_true(mails_read(post->hall->engine, 3, arena, &mail, NULL));
  g_assert_cmpstr(mail.to->party, ==, "p2");
  g_assert_nonnull(strstr(mail.queued->subject, "差し戻されました"));
  g_assert_cmpint(mail.queued->tlp, ==, TLP_AMBER);
}

/* A world rebuilt, from the snapshot and without it, has the outbox that the live one had. */
static void
test_rebuilt(void)
{
  g_autoptr(PostOffice) post = post_new(FALSE);
  g_autoptr(Sink) sink = sink_new(SINK_TAKE);
  post_exercise(post, "['0@ward.example.jp','3@ward.example.jp']");
  post_relay(post, NETWORK_INTERNET, sink_port(sink), 2, NULL);
  post_queue_many(post, 5, "ward.example.jp");
  post_until(post, 4, MAIL_ACCEPTED);
  post_until(post, 5, MAIL_FAILED);
  g_autofree char *live = outbox_save(world_outbox(engine_world(post->hall->engine)));
  post_close(post);
  for (guint i = 0; i < 2; i++) {
    hall_open(post->hall);
    g_assert_cmpint(world_used_snapshot(engine_world(post->hall->engine)), ==, i == 0);
    g_autofree char *again = outbox_save(world_outbox(engine_world(post->hall->engine)));
    g_assert_cmpstr(again, ==, live);
    hall_close(post->hall);
    g_autofree char *snapshot = g_build_filename(post->hall->dir, "snapshot", NULL);
    g_assert_cmpint(g_unlink(snapshot), ==, 0);
  }
  post_open(post);
}

int
main(int argc, char **argv)
{
  int status;
  if (post_is_courier(argc, argv, &status))
    return status;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/mailer/taken", test_taken);
  g_test_add_func("/mailer/two-relays", test_two_relays);
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *name = g_strdup_printf("/mailer/end/%s", ends[i].name);
    g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_end);
  }
  g_test_add_data_func("/mailer/later/rcpt", GINT_TO_POINTER(SINK_RCPT_LATER), test_later);
  g_test_add_data_func("/mailer/later/data", GINT_TO_POINTER(SINK_DATA_LATER), test_later);
  g_test_add_data_func("/mailer/later/busy", GINT_TO_POINTER(SINK_BUSY), test_later);
  g_test_add_data_func("/mailer/later/cut", GINT_TO_POINTER(SINK_RCPT_CUT), test_later);
  g_test_add_data_func("/mailer/later/hang", GINT_TO_POINTER(SINK_RCPT_HANG), test_later);
  g_test_add_data_func("/mailer/clock-back", NULL, test_clock_back);
  g_test_add_data_func("/mailer/clock-back-restarting", "", test_clock_back);
  g_test_add_data_func("/mailer/year", GINT_TO_POINTER(2026), test_year);
  g_test_add_data_func("/mailer/year-without-table", GINT_TO_POINTER(2050), test_year);
  g_test_add_func("/mailer/expired", test_expired);
  g_test_add_func("/mailer/relay-rests", test_relay_rests);
  g_test_add_func("/mailer/stopped", test_stopped);
  g_test_add_func("/mailer/courier-dies", test_courier_dies);
  g_test_add_func("/mailer/keeper-dies", test_keeper_dies);
  g_test_add_func("/mailer/restart", test_restart);
  g_test_add_func("/mailer/exercise", test_exercise);
  g_test_add_func("/mailer/digest", test_digest);
  g_test_add_func("/mailer/acts", test_acts);
  g_test_add_func("/mailer/turns", test_turns);
  g_test_add_func("/mailer/rebuilt", test_rebuilt);
  status = g_test_run();
  hall_forget_template();
  return status;
}
