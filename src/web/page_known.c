/* 今わかっていること: figures with unit, status and time; how much there is of everything. */
#include "case/measure.h"
#include "case/reporting.h"
#include "case/response.h"
#include "case/service.h"
#include "case/triage.h"
#include "evidence/evidence.h"
#include "web/page_known.h"

#define STATEMENTS 8 /* the latest; the rest stand in the log */

/* 12,400 */
static const char *
grouped(Arena *arena, gint64 number)
{
  const char *digits = arena_printf(arena, "%" G_GINT64_FORMAT, number);
  g_autoptr(GString) text = g_string_new(NULL);
  gsize length = strlen(digits);
  for (gsize i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0 && digits[i - 1] != '-')
      g_string_append_c(text, ',');
    g_string_append_c(text, digits[i]);
  }
  return arena_strdup(arena, text->str);
}

static void
put_figure(Arena *arena, TplCase *shown, const Statement *statement, Instant now)
{
  const Stated *stated = statement->body;
  Instant at = stated->as_of == INSTANT_NONE ? statement->head->happened : stated->as_of;
  *(TplFigure *)list_push(arena, &shown->figures, sizeof(TplFigure)) = (TplFigure){
    .id = statement->id,
    .subject = stated->subject,
    .number = grouped(arena, stated->number),
    .unit = choice_label(unit_choices, stated->unit),
    .status = choice_label(figure_choices, stated->status),
    .as_of = page_time(arena, at, now),
  };
}

static void
put_statements(Arena *arena, TplCase *shown, List all, Instant now)
{
  for (gsize i = all.length; i-- > 0;) {
    const Statement *statement = list_pointer(all, Statement, i);
    const Stated *stated = statement->body;
    if (statement->superseded_by)
      continue;
    *(stated->kind == KIND_FACT ? &shown->facts : &shown->opinions) += 1;
    if (stated->number != FIELD_NO_INT)
      put_figure(arena, shown, statement, now);
    else if (shown->said.length < STATEMENTS)
      *(TplFact *)list_push(arena, &shown->said, sizeof(TplFact)) = (TplFact){
        .id = statement->id, .subject = stated->subject, .text = stated->text, .source = stated->source,
        .opinion = stated->kind != KIND_FACT,
      };
  }
}

static TplCount *
add_count(Arena *arena, TplCase *shown, const char *name, gint64 number, const char *unit)
{
  TplCount *count = list_push(arena, &shown->counts, sizeof *count);
  *count = (TplCount){ .name = name, .number = number, .unit = unit };
  return count;
}

/* 「隔離 3・未確認 2」 of N states, of which COUNTS says how many there are. */
static const char *
states_text(Arena *arena, const Choice *choices, const guint *counts, guint n)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint state = 1; state < n; state++)
    if (counts[state])
      g_string_append_printf(text, "%s%s %u", text->len ? "・" : "（", choice_label(choices, (int)state), counts[state]);
  if (text->len)
    g_string_append(text, "）");
  return arena_strdup(arena, text->str);
}

static void
count_hosts(Arena *arena, TplCase *shown, List hosts)
{
  guint states[HOST_CLEARED + 1] = { 0 };
  for (gsize i = 0; i < hosts.length; i++)
    states[list_pointer(hosts, Host, i)->state]++;
  add_count(arena, shown, "影響ホスト", (gint64)hosts.length, "台")->detail =
      states_text(arena, host_progress_choices, states, G_N_ELEMENTS(states));
}

static void
count_measures(Arena *arena, TplCase *shown, List measures)
{
  guint states[MEASURE_REMOVED + 1] = { 0 };
  for (gsize i = 0; i < measures.length; i++)
    states[list_pointer(measures, Measure, i)->state]++;
  add_count(arena, shown, "措置", (gint64)measures.length, "件")->detail =
      states_text(arena, measure_state_choices, states, G_N_ELEMENTS(states));
}

static void
count_open(Arena *arena, TplCase *shown, const char *name, gint64 all, gint64 open, const char *word)
{
  TplCount *count = add_count(arena, shown, name, all, "件");
  if (open)
    count->detail = arena_printf(arena, "（%s %" G_GINT64_FORMAT "）", word, open);
}

/* What is there stands in a line of its own; what is not, together in one. */
static void
put_nothing(Arena *arena, TplCase *shown)
{
  List all = shown->counts;
  g_autoptr(GString) names = g_string_new(NULL);
  shown->counts = (List){ 0 };
  for (gsize i = 0; i < all.length; i++) {
    const TplCount *count = list_item(all, TplCount, i);
    if (count->number)
      *(TplCount *)list_push(arena, &shown->counts, sizeof *count) = *count;
    else
      g_string_append_printf(names, "%s%s", names->len ? "、" : "", count->name);
  }
  shown->nothing = names->len ? arena_strdup(arena, names->str) : NULL;
}

void
page_known(const PredicateContext *context, Arena *arena, TplCase *shown)
{
  const Triage *triage = case_triage(context->kase);
  const Response *response = case_response(context->kase);
  gint64 unanswered = 0, undone = 0, down = 0;

  put_statements(arena, shown, triage->statements, context->now);
  for (gsize i = 0; i < triage->inquiries.length; i++)
    unanswered += !list_pointer(triage->inquiries, Inquiry, i)->answer;
  for (gsize i = 0; i < response->requests.length; i++)
    undone += !list_pointer(response->requests, Request, i)->done;
  for (gsize i = 0; i < response->services.length; i++)
    down += !list_pointer(response->services, Service, i)->reconnected;
  count_hosts(arena, shown, triage->hosts);
  count_measures(arena, shown, response->measures);
  add_count(arena, shown, "証拠", (gint64)case_evidence_of(context->kase)->items.length, "件");
  count_open(arena, shown, "照会", (gint64)triage->inquiries.length, unanswered, "回答待ち");
  count_open(arena, shown, "依頼・要請", (gint64)response->requests.length, undone, "未了");
  count_open(arena, shown, "停止・遮断", (gint64)response->services.length, down, "停止中");
  add_count(arena, shown, "提出した報告", (gint64)reporting_issues(context->kase).length, "件");
  add_count(arena, shown, "対外的な連絡", (gint64)case_notifications(context->kase)->all.length, "件");
  put_nothing(arena, shown);
}
