#include "tell/event.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

enum { CRITICAL = 2, ERROR, WARNING, NOTICE, INFORMATION };
#define TOKEN_MOST 40

const EventKind event_kinds[] = {
  /* signing in, accounts, rights */
  { "account.sign_in_failed", "signin.refused", WARNING, "サインインの失敗（15分ごとの回数）", { "count" } },
  { "account.refused", "access.refused", WARNING, "権限がないとして断った要求（15分ごとの回数）", { "person", "count" } },
  { "account.sessions_ended", "signin.sessions_ended", NOTICE, "サインインを終わらせた" },
  { "account.code_used", "signin.recovery_code_used", WARNING, "予備のコードでサインインした" },
  { "account.password_issued", "account.password_issued", NOTICE, "一度だけのパスワードを発行した" },
  { "account.password_changed", "account.password_changed", INFORMATION, "パスワードを変えた" },
  { "office.password_set", "account.password_set", NOTICE, "パスワードを設定した" },
  { "account.closed", "account.closed", NOTICE, "アカウントを止めた" },
  { "account.reopened", "account.reopened", NOTICE, "アカウントを再開した" },
  { "account.totp_enrolled", "account.factor_enrolled", NOTICE, "二要素目を登録した" },
  { "account.totp_removed", "account.factor_removed", WARNING, "二要素目を外した" },
  { "account.codes_renewed", "account.codes_renewed", NOTICE, "予備のコードを作り直した" },
  { "account.token_issued", "token.issued", NOTICE, "APIの鍵を発行した" },
  { "account.token_revoked", "token.revoked", NOTICE, "APIの鍵を失効させた" },
  { "office.person_added", "account.person_added", NOTICE, "職員を登録した" },
  { "office.person_changed", "account.person_changed", INFORMATION, "職員の登録内容を変えた" },
  { "office.appointed", "right.appointed", NOTICE, "職に就けた" },
  { "office.relieved", "right.relieved", NOTICE, "職から外した" },
  { "office.deputies_set", "right.deputies_set", NOTICE, "職務代理を定めた" },
  { "office.post_added", "right.post_added", NOTICE, "職を設けた" },
  /* access to cases */
  { "opening.alerted", "access.broken_open", CRITICAL, "緊急閲覧で事案を開いた", .guarded = TRUE },
  { "opening.reviewed", "access.reviewed", NOTICE, "緊急閲覧を点検した", .guarded = TRUE },
  { "access.restricted", "access.restricted", NOTICE, "事案を限定にした", .guarded = TRUE },
  { "access.lifted", "access.lifted", NOTICE, "事案の限定を解いた", .guarded = TRUE },
  { "access.admitted", "access.admitted", NOTICE, "事案を見られる者を加えた", .guarded = TRUE },
  { "access.withdrawn", "access.withdrawn", NOTICE, "事案を見られる者から外した", .guarded = TRUE },
  { "access.concealed", "access.concealed", NOTICE, "所属に事案を見せないことにした", .guarded = TRUE },
  { "access.revealed", "access.revealed", NOTICE, "所属に事案を見せることにした", .guarded = TRUE },
  /* the office */
  { "office.founded", "office.founded", NOTICE, "運用を始めた" },
  { "office.plan_adopted", "office.plan_adopted", NOTICE, "計画を採用した" },
  { "office.erased", "office.erased", WARNING, "個人情報を消去した" },
  { "office.rule_confirmed", "office.rule_confirmed", INFORMATION, "規則を確認した" },
  /* mail */
  { "mail.stopped", "mail.stopped", ERROR, "庁内メールの汚染のため、メールを止めた" },
  { "mail.resumed", "mail.resumed", NOTICE, "メールを再開した" },
  { "mail.relay_set", "mail.relay_set", NOTICE, "メールの中継サーバを定めた" },
  { "mail.relay_closed", "mail.relay_closed", NOTICE, "メールの中継サーバをやめた" },
  { "mail.unknown", "mail.unknown", WARNING, "メールが送達不明になった" },
  { "mail.failed", "mail.failed", WARNING, "メールを送れなかった" },
  { "mail.bounced", "mail.bounced", WARNING, "メールが不達になった" },
  /* cases */
  { "case.opened", "case.opened", NOTICE, "事案を始めた" },
  { "phase.entered", "case.phase", NOTICE, "段階に入った", { "phase", "round" } },
  { "phase.skipped", "case.phase_skipped", WARNING, "段階を飛ばした", { "to" } },
  { "clause.set_aside", "case.clause_set_aside", WARNING, "条項を行わないことにした" },
  { "triage.judged", "case.judged", NOTICE, "該否を判断した", { "outcome" } },
  { "triage.prioritised", "case.prioritised", NOTICE, "優先順位を定めた", { "priority" } },
  { "response.host_contained", "case.host_contained", NOTICE, "影響ホストを封じ込めた" },
  { "response.reinfected", "case.reinfected", ERROR, "再感染を見つけた" },
  { "response.service_stopped", "case.service_stopped", NOTICE, "サービスを止めた" },
  { "reporting.issued", "case.report_issued", NOTICE, "報告を提出した", { "number", "oral" } },
  { "reporting.notified", "case.notified", NOTICE, "対外的な連絡をした" },
  { "reporting.published", "case.published", NOTICE, "公表した" },
  { "clock.reminded", "case.deadline", WARNING, "期限を知らせた", { "when", "missed" } },
  { "aftermath.declared", "case.converged", NOTICE, "収束を宣言した" },
  { "aftermath.closed", "case.closed", NOTICE, "事案を終えた" },
  { "archive.disposal_approved", "case.disposal_approved", NOTICE, "廃棄を承認した" },
  { NULL, "case.recorded", INFORMATION, "事案に記録した" },
  /* destinations of these events themselves */
  { "destination.registered", "destination.registered", NOTICE, "知らせの宛先を登録した", { "exercise" } },
  { "destination.changed", "destination.changed", NOTICE, "知らせの宛先を変えた", { "exercise" } },
  { "destination.switched_on", "destination.switched_on", NOTICE, "知らせを再開した", { "destination" } },
  { "destination.switched_off", "destination.switched_off", NOTICE, "知らせをやめた", { "destination" } },
  { "destination.secret_issued", "destination.secret_issued", NOTICE, "署名の鍵を発行した", { "destination" } },
  { "destination.stopped", "destination.stopped", ERROR, "知らせが届かないため止まった", { "destination", "why" } },
  { "destination.tested", "destination.tested", INFORMATION, "知らせを試した", { "destination" } },
  /* what the server notices itself; syslog only */
  { NULL, "system.started", NOTICE, "サーバが動き始めた" },
  { NULL, "system.ending", NOTICE, "サーバを終える" },
  { NULL, "system.disk_low", CRITICAL, "ディスクの空きが少ない", { "mebibytes" } },
  { NULL, "system.disk_recovered", NOTICE, "ディスクの空きが戻った", { "mebibytes" } },
  { NULL, "system.read_only", CRITICAL, "記録を保存できず、見るだけになっている" },
  { NULL, "journal.checkpoint", INFORMATION, "記録に署名した", { "size", "root" } },
  { NULL, "syslog.dropped", WARNING, "syslog に送れず、捨てた知らせがある", { "count" } },
  { NULL, NULL, 0, NULL },
};

const EventKind *
event_kind_named(const char *name)
{
  for (const EventKind *kind = event_kinds; kind->name; kind++)
    if (!strcmp(kind->name, name))
      return kind;
  return NULL;
}

const EventKind *
event_kind_of(const char *entry, gboolean of_case)
{
  for (const EventKind *kind = event_kinds; kind->name; kind++)
    if (kind->entry && !strcmp(kind->entry, entry))
      return kind;
  return of_case ? event_kind_named("case.recorded") : NULL;
}

gboolean
event_matches(const char *pattern, const char *name)
{
  gsize length = strlen(pattern);
  if (!strcmp(pattern, "*"))
    return TRUE;
  if (length > 2 && !strcmp(pattern + length - 2, ".*"))
    return !strncmp(pattern, name, length - 1);
  return !strcmp(pattern, name);
}

gboolean
event_pattern(const char *pattern)
{
  for (const EventKind *kind = event_kinds; kind->name; kind++)
    if (event_matches(pattern, kind->name))
      return TRUE;
  return FALSE;
}

/* --- one event --- */

const char *
event_id(const Event *event, Arena *arena)
{
  guint8 hash[crypto_generichash_BYTES];
  (void)crypto_generichash(hash, sizeof hash, (const guint8 *)event->origin, strlen(event->origin), NULL, 0);
  g_autofree char *hex = text_hex(hash, 4);
  return arena_printf(arena, "shodo_%s_%" G_GUINT64_FORMAT, hex, event->entry);
}

/* A token is what tables and plans call things; a root of the journal is base64. */
static gboolean
is_token(const char *text)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/=";
  gsize length = strlen(text);
  return length > 0 && length <= TOKEN_MOST + 4 && strspn(text, allowed) == length;
}

static gboolean
may_tell(const json_t *value)
{
  return json_is_integer(value) || json_is_boolean(value) || (json_is_string(value) && is_token(json_string_value(value)));
}

/* New reference, or NULL when there is nothing to tell. */
static json_t *
details_of(const Event *event)
{
  json_t *details = json_object();
  for (gsize i = 0; i < EVENT_DETAILS && event->kind->details[i]; i++) {
    json_t *value = json_object_get(event->body, event->kind->details[i]);
    if (may_tell(value))
      json_object_set(details, event->kind->details[i], value);
  }
  if (json_object_size(details))
    return details;
  json_decref(details);
  return NULL;
}

char *
event_json(const Event *event)
{
  g_autoptr(Arena) arena = arena_new();
  json_t *data = json_pack("{s:s, s:I, s:b, s:s, s:s*, s:o*}", "origin", event->origin, "entry", (json_int_t)event->entry, "exercise",
                           event->exercise, "title", event->kind->title, "clauses", event->clauses, "details", details_of(event));
  if (event->kase)
    json_object_set_new(data, "case", json_integer((json_int_t)event->kase));
  json_t *body = json_pack("{s:s, s:s, s:o}", "type", event->kind->name, "timestamp", instant_print_utc(arena, event->when), "data", data);
  char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(body);
  return text;
}

static void
put(SyslogLine *line, Arena *arena, const char *name, const char *value)
{
  *(SyslogParameter *)list_push(arena, &line->parameters, sizeof(SyslogParameter)) = (SyslogParameter){ name, value };
}

static const char *
text_of(const json_t *value, Arena *arena)
{
  if (json_is_integer(value))
    return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  return json_is_boolean(value) ? (json_is_true(value) ? "true" : "false") : arena_strdup(arena, json_string_value(value));
}

void
event_line(const Event *event, SyslogLine *line, Arena *arena)
{
  json_t *details = details_of(event);

  line->when = event->when;
  line->severity = event->kind->severity;
  line->id = event->kind->name;
  line->message = event->exercise ? arena_printf(arena, "【訓練】%s", event->kind->title) : event->kind->title;
  put(line, arena, "origin", event->origin);
  if (event->entry)
    put(line, arena, "entry", arena_printf(arena, "%" G_GUINT64_FORMAT, event->entry));
  if (event->kase)
    put(line, arena, "case", arena_printf(arena, "%" G_GUINT64_FORMAT, event->kase));
  put(line, arena, "exercise", event->exercise ? "true" : "false");
  if (event->clauses)
    put(line, arena, "clauses", event->clauses);
  const char *name;
  json_t *value;
  json_object_foreach(details, name, value) {
    put(line, arena, arena_strdup(arena, name), text_of(value, arena));
  }
  json_decref(details);
}
