#include "web/page_ways.h"

#include <string.h>

#include "engine/tables.h"

/* OF is a code, or its part before '.' or '-'; the first row that fits counts.  Without '/' in front: a page of the case. */
static const struct {
  const char *of, *place, *name;
} ways[] = {
  { "access", "contacts", "関係者・連絡先" },
  { "account.close_own", "/office/accounts", "アカウントの一覧" },
  { "account.closed", "/office/accounts", "アカウントの一覧" },
  { "account.erased", "/office/accounts", "アカウントの一覧" },
  { "account.not_closed", "/office/accounts", "アカウントの一覧" },
  { "account", "/account", "アカウント" },
  { "actor", "/office", "体制" },
  { "aftermath", "", "いまの状況" },
  { "after-view", "circulations", "決裁" },
  { "answer", "notifications", "通知・届出" },
  { "approach", "circulations", "決裁" },
  { "archive", "log?log=decisions", "判断・決裁の記録" },
  { "callout", "callout", "参集" },
  { "case", "", "いまの状況" },
  { "circulation", "circulations", "決裁" },
  { "clock", "/clocks", "期限" },
  { "destination", "/destinations", "外部への知らせ" },
  { "evidence", "evidence", "証拠" },
  { "followup", "measures", "措置" },
  { "handover", "handover", "引継書" },
  { "host", "hosts", "影響ホスト" },
  { "mail", "/mail", "発送簿" },
  { "may", "/office", "体制" },
  { "measure", "measures", "措置" },
  { "notice", "contacts", "関係者・連絡先" },
  { "notification", "notifications", "通知・届出" },
  { "office", "/office", "体制" },
  { "opening.sees", "/cases", "事案一覧" },
  { "opening.self", "/opening", "緊急閲覧" },
  { "opening", "/openings", "緊急閲覧の確認" },
  { "paper", "circulations", "決裁" },
  { "phase", "", "いまの状況" },
  { "prevention", "measures", "措置" },
  { "publication", "notifications", "通知・届出" },
  { "received", "/mail/received", "受信簿" },
  { "report", "papers", "書面" },
  { "route", "circulations", "決裁" },
  { "rule", "", "いまの状況" },
  { "separation", "circulations", "決裁" },
  { "service", "measures", "措置" },
  { "statement", "log?log=fact", "事実の記録" },
  { "step", "circulations", "決裁" },
  { "watch", "measures", "措置" },
  { "withdraw", "circulations", "決裁" },
};

static gboolean
fits(const char *code, const char *of)
{
  gsize length = strlen(of);
  return strncmp(code, of, length) == 0 && (!code[length] || code[length] == '.' || code[length] == '-');
}

PageWay
page_way(const char *code, guint64 kase, Arena *arena)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
    const char *place = ways[i].place;
    if (!fits(code, ways[i].of))
      continue;
    if (*place == '/')
      return (PageWay){ place, ways[i].name };
    return kase ? (PageWay){ arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "%s%s", kase, *place ? "/" : "", place), ways[i].name } : (PageWay){ 0 };
  }
  return (PageWay){ 0 };
}

void
page_note(WebRequest *request, const Plan *plan, const ActKind *kind, const Finding *finding, TplNote *note)
{
  const PlanClause *clause = finding->clause ? plan_clause(plan, finding->clause) : NULL;
  const ActKind *supplies = finding->act ? tables_act(finding->act) : NULL;
  *note = (TplNote){ .text = finding->text, .remedy = finding->remedy, .reading = finding->reading };
  if (finding->field)
    note->field = g_strdelimit(arena_strdup(request->arena, finding->field), "[].", '-');
  if (clause) {
    note->clause = clause->label;
    note->clause_id = clause->id;
  }
  if (supplies && supplies != kind) {
    note->act = supplies->name;
    note->act_title = supplies->title;
    note->mine = page_seats(request, supplies, request->kase).length > 0;
    note->who = note->mine ? NULL : page_who_may(request, supplies, request->kase);
  }
  if (!note->mine && finding->weight != FINDING_INVALID) {
    PageWay way = page_way(finding->code, request->kase, request->arena);
    note->way = way.place;
    note->way_name = way.name;
  }
}
