/* What the office decided about days, rules and logs: its own closed days, tables of
 * holidays, rules of law it confirmed, and how long logs are kept. */
#include "base/limits.h"
#include "office/state.h"

/* --- the rules of law in use --- */

static const Field law_used_fields[] = {
  { "digest", "版", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(OfficeLawUsed, digest) },
  { "name", "名称", FIELD_LINE, 0, offsetof(OfficeLawUsed, name) },
  { "own", "市のもの", FIELD_BOOL, 0, offsetof(OfficeLawUsed, own) },
  { NULL },
};

static void
law_used_apply(State *state, const EntryHead *head, const void *body)
{
  *(OfficeLaw *)list_push(state->office->arena, &state->office->laws, sizeof(OfficeLaw)) = (OfficeLaw){ head, body };
}

const EntryKind office_law_used = { "office.law_used", 1, "期限の規則（法令）の版", SCOPE_OFFICE, law_used_fields, sizeof(OfficeLawUsed), law_used_apply };

List
office_laws(const Office *office)
{
  return office->laws;
}

/* --- closed days --- */

const Field close_days_fields[] = {
  { "from", "閉める最初の日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeClosedDays, from) },
  { "until", "閉める最後の日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeClosedDays, until) },
  { "name", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeClosedDays, name), .help = "庁舎の停電、市の記念日など。" },
  { NULL },
};

static void
days_closed_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  OfficeClosure *closure = arena_new0(office->arena, OfficeClosure);
  *closure = (OfficeClosure){
    .id = arena_printf(office->arena, "c%" G_GSIZE_FORMAT, office->closures.length + 1), .head = head, .body = body,
  };
  list_add(office->arena, &office->closures, closure);
}

const EntryKind office_days_closed = {
  "office.days_closed", 1, "閉庁日", SCOPE_OFFICE, close_days_fields, sizeof(OfficeClosedDays), days_closed_apply,
};

void
close_days_guard(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  const OfficeClosedDays *closing = fields;
  days_check(closing->from, closing->until, findings);
  if (closing->until - closing->from >= LIMIT_CLOSED_DAYS)
    findings_addf(findings, FINDING_INVALID, "office.closed_long", "一度に閉められるのは%d日までです。", LIMIT_CLOSED_DAYS)->field = "until";
}

static gboolean
closure_exists(const ActContext *context, const char *id)
{
  return list_find(context->office->closures, id) != NULL;
}
const RefKind ref_closure = { "closure", "閉庁日", closure_exists };

const Field open_days_fields[] = {
  { "closure", "閉庁日", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeOpenedDays, closure), .ref = &ref_closure },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeOpenedDays, reason) },
  { NULL },
};

static void
days_opened_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  OfficeClosure *closure = list_find(state->office->closures, ((const OfficeOpenedDays *)body)->closure);
  if (closure)
    closure->opened = TRUE;
}

const EntryKind office_days_opened = {
  "office.days_opened", 1, "閉庁日の取消し", SCOPE_OFFICE, open_days_fields, sizeof(OfficeOpenedDays), days_opened_apply,
};

/* --- holidays --- */

static const Field holiday_fields[] = {
  { "day", "日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeHoliday, day) },
  { "name", "名称", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeHoliday, name) },
  { NULL },
};

const Field load_holidays_fields[] = {
  { "source", "出所", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeHolidays, source) },
  { "first", "最初の年", FIELD_INT, FIELD_REQUIRED, offsetof(OfficeHolidays, first) },
  { "last", "最後の年", FIELD_INT, FIELD_REQUIRED, offsetof(OfficeHolidays, last) },
  { "days", "祝日", FIELD_LIST, FIELD_REQUIRED, offsetof(OfficeHolidays, days), .limit = LIMIT_HOLIDAYS, .of = holiday_fields,
    .of_size = sizeof(OfficeHoliday), .help = "その間の年の祝日・休日の全部を、日の順に。" },
  { NULL },
};

static void
holidays_loaded_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  list_add(state->office->arena, &state->office->holidays, body);
}

const EntryKind office_holidays_loaded = {
  "office.holidays_loaded", 1, "祝日の表", SCOPE_OFFICE, load_holidays_fields, sizeof(OfficeHolidays), holidays_loaded_apply,
};

/* A year without its 元日 is no year of the table. */
void
load_holidays_guard(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  const OfficeHolidays *loading = fields;
  gint64 begun = 0;

  if (loading->first < 1949 || loading->last < loading->first || loading->last > 2200) {
    findings_addf(findings, FINDING_INVALID, "holidays.years", "年は1949年から2200年までの間で、最初の年を先にしてください。")->field = "first";
    return;
  }
  for (gsize i = 0; i < loading->days.length; i++) {
    const OfficeHoliday *one = list_item(loading->days, OfficeHoliday, i);
    int year, month, date;
    date_split(one->day, &year, &month, &date);
    begun += month == 1 && date == 1;
    if (year < loading->first || year > loading->last || (i && one->day <= list_item(loading->days, OfficeHoliday, i - 1)->day)) {
      findings_addf(findings, FINDING_INVALID, "holidays.order", "%d年%d月%d日が、年の範囲の外か、日の順になっていません。", year, month, date)->field = "days";
      return;
    }
  }
  if (begun != loading->last - loading->first + 1)
    findings_addf(findings, FINDING_INVALID, "holidays.cut", "元日のない年があります。表が途中で切れていないか確かめてください。")->field = "days";
}

/* --- rules of law --- */

const Field confirm_rule_fields[] = {
  { "rule", "規則", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeConfirmedRule, rule), .help = "shodo clock rules の番号（appi-final など）。" },
  { "read", "確かめた本文", FIELD_TEXT, FIELD_REQUIRED, offsetof(OfficeConfirmedRule, read), .help = "何を、いつの版で読んだか。" },
  { NULL },
};

static void
rule_confirmed_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  OfficeConfirmation *confirmation = arena_new0(office->arena, OfficeConfirmation);
  *confirmation = (OfficeConfirmation){ head, body };
  list_add(office->arena, &office->confirmations, confirmation);
}

const EntryKind office_rule_confirmed = {
  "office.rule_confirmed", 1, "規則の確認", SCOPE_OFFICE, confirm_rule_fields, sizeof(OfficeConfirmedRule), rule_confirmed_apply,
};

/* --- logs --- */

const Field keep_logs_fields[] = {
  { "system", "システム", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeKeptLogs, system) },
  { "log", "記録の種類", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeKeptLogs, log), .help = "プロキシの記録、認証の記録など。" },
  { "days", "保存日数", FIELD_INT, FIELD_REQUIRED, offsetof(OfficeKeptLogs, days) },
  { NULL },
};

static void
logs_kept_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  list_add(state->office->arena, &state->office->logs, body);
}

const EntryKind office_logs_kept = {
  "office.logs_kept", 1, "記録の保存日数", SCOPE_OFFICE, keep_logs_fields, sizeof(OfficeKeptLogs), logs_kept_apply,
};

void
keep_logs_guard(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  gint64 days = ((const OfficeKeptLogs *)fields)->days;
  if (days < 1 || days > LIMIT_RETENTION_DAYS)
    findings_addf(findings, FINDING_INVALID, "logs.days", "保存日数は1から%dまでで書いてください。", LIMIT_RETENTION_DAYS)->field = "days";
}

/* --- asking --- */

List
office_closures(const Office *office)
{
  return office->closures;
}

List
office_holidays(const Office *office)
{
  return office->holidays;
}

const OfficeConfirmation *
office_confirmed(const Office *office, const char *rule)
{
  for (gsize i = office->confirmations.length; i > 0; i--) {
    const OfficeConfirmation *one = list_pointer(office->confirmations, OfficeConfirmation, i - 1);
    if (g_str_equal(one->body->rule, rule))
      return one;
  }
  return NULL;
}

gint64
office_log_days(const Office *office, const char *system, const char **log)
{
  gint64 least = 0;
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = office->logs.length; i > 0; i--) {
    const OfficeKeptLogs *kept = list_pointer(office->logs, OfficeKeptLogs, i - 1);
    if (!g_str_equal(kept->system, system) || !g_hash_table_add(seen, (gpointer)kept->log) || (least && kept->days >= least))
      continue;
    least = kept->days;
    *log = kept->log;
  }
  return least;
}
