/* 措置: what contains, eradicates, bridges and mends; services stopped; recovery, the watch, 再発防止策. */
#include "case/measure.h"
#include "case/prevention.h"
#include "case/recovery.h"
#include "case/response.h"
#include "case/service.h"
#include "case/triage.h"
#include "web/page_known.h"
#include "web/page_room.h"

static gint64
to_be_started(const PredicateContext *context)
{
  List all = case_response(context->kase)->measures;
  gint64 n = 0;
  for (gsize i = 0; i < all.length; i++)
    n += list_pointer(all, Measure, i)->state == MEASURE_PROPOSED;
  return n;
}

/* --- measures --- */

static const char *
names_of_hosts(const RoomMaker *maker, List ids)
{
  List hosts = case_triage(maker->context.kase)->hosts;
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < ids.length; i++) {
    const Host *host = list_find(hosts, list_string(ids, i));
    g_string_append_printf(names, "%s%s", i ? "、" : "", host ? host->body->name : list_string(ids, i));
  }
  return arena_strdup(maker->arena, names->str);
}

static void
put_end(RoomMaker *maker, const Measure *measure)
{
  room_cell(maker, NULL);
  if (measure->removed) {
    room_line(maker, ROOM_PLAIN, room_by(maker, measure->removed));
    room_pair(maker, "結果", measure->removal->result);
  } else if (measure->plan) {
    gboolean late = measure->plan->until != INSTANT_NONE && measure->plan->until <= maker->context.now;
    if (measure->plan->until != INSTANT_NONE)
      room_line(maker, ROOM_PLAIN, arena_printf(maker->arena, "%s まで", room_time(maker, measure->plan->until)));
    if (late)
      room_line(maker, ROOM_OVER, "超過");
    room_pair(maker, "条件", measure->plan->condition);
  } else if (measure->state == MEASURE_IN_FORCE && measure->body->kind != MEASURE_PERMANENT)
    room_line(maker, ROOM_SOON, "未定");
}

static void
put_measure(RoomMaker *maker, const Measure *measure)
{
  if (!room_row(maker, measure->id, measure->state == MEASURE_REMOVED))
    return;
  room_cell(maker, measure->body->text);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%s　提案 %s", choice_label(measure_choices, measure->body->kind),
                                           room_by(maker, measure->head)));
  if (measure->body->hosts.length)
    room_pair(maker, "対象", names_of_hosts(maker, measure->body->hosts));
  room_cell(maker, NULL);
  room_line(maker, measure->state == MEASURE_PROPOSED ? ROOM_SOON : ROOM_TAG, choice_label(measure_state_choices, (int)measure->state));
  room_cell(maker, measure->started ? room_by(maker, measure->started) : NULL);
  room_pair(maker, "実施者", measure->start ? measure->start->by : NULL);
  put_end(maker, measure);
  if (measure->state == MEASURE_PROPOSED)
    room_act(maker, "response.start_measure", "実施", "measure", measure->id, NULL);
  if (measure->state == MEASURE_IN_FORCE || measure->state == MEASURE_TO_BE_REMOVED) {
    room_act(maker, "response.plan_removal", "解除を決める", "measure", measure->id, NULL);
    room_act(maker, "response.remove_measure", "解除", "measure", measure->id, NULL);
  }
}

static void
put_kinds(RoomMaker *maker, guint kinds)
{
  List all = case_response(maker->context.kase)->measures;
  for (gint removed = 0; removed < 2; removed++)
    for (gsize i = 0; i < all.length; i++) {
      const Measure *measure = list_pointer(all, Measure, i);
      if ((kinds >> measure->body->kind & 1) && (measure->state == MEASURE_REMOVED) == removed)
        put_measure(maker, measure);
    }
}

static const char *const measure_heads[] = { "措置", "状態", "実施", "解除", NULL };

/* --- services --- */

static void
put_service(RoomMaker *maker, const Service *service)
{
  const ServiceStopped *body = service->body;
  if (!room_row(maker, service->id, service->reconnected != NULL))
    return;
  room_cell(maker, body->service);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%s　%s", choice_label(service_action_choices, body->action), room_by(maker, service->head)));
  room_cell(maker, body->decided_by);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "所管課の同意：%s%s%s", choice_label(consent_choices, body->consent),
                                           body->consent_by ? "　" : "", body->consent_by ? body->consent_by : ""));
  if (service->confirmation)
    room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "後から確認：%s　%s", choice_label(consent_choices, service->confirmation->consent),
                                             service->confirmation->consent_by));
  room_cell(maker, NULL);
  room_pair(maker, "失われるもの", body->lost);
  room_pair(maker, "代替", body->replacement);
  room_cell(maker, NULL);
  if (service->reconnected) {
    room_line(maker, ROOM_PLAIN, room_by(maker, service->reconnected));
    room_pair(maker, "確認", service->reconnection->checked);
  } else
    room_line(maker, ROOM_SOON, "停止中");
  if (!service->reconnected)
    room_act(maker, "response.reconnect_service", "再開・再接続", "service_id", service->id, NULL);
  if (body->consent == CONSENT_NOT_REACHED && !service->confirmed)
    room_act(maker, "response.confirm_consent", "同意を確かめる", "service_id", service->id, NULL);
}

/* --- recovery and the watch --- */

static void
put_restoration(RoomMaker *maker, const Restoration *restoration)
{
  if (!room_row(maker, restoration->id, restoration->confirmed != NULL))
    return;
  room_cell(maker, restoration->body->system);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%u回目%s", restoration->round, restoration->body->provisional ? "・暫定" : ""));
  room_cell(maker, restoration->body->how);
  room_line(maker, ROOM_NOTE, room_by(maker, restoration->head));
  room_cell(maker, restoration->confirmation ? restoration->confirmation->checked : NULL);
  if (restoration->confirmed)
    room_line(maker, ROOM_NOTE, room_by(maker, restoration->confirmed));
  else {
    room_line(maker, ROOM_SOON, "未確認");
    room_act(maker, "recovery.confirm", "正常を確認", "restored", restoration->id, NULL);
  }
}

static const char *
watch_state(const RoomMaker *maker, const Watch *watch)
{
  if (watch->ended)
    return arena_printf(maker->arena, "%s　監視を終了", room_by(maker, watch->ended));
  if (watch->replaced_by)
    return "改めた";
  Date next = recovery_next(watch);
  return next == DATE_NONE ? "点検の日はすべて済み" : arena_printf(maker->arena, "次の点検 %s", page_date(maker->arena, next, maker->context.now));
}

static void
put_watch(RoomMaker *maker, const Watch *watch)
{
  Date first;
  gboolean over = watch->ended || watch->replaced_by;
  if (!room_row(maker, watch->id, over))
    return;
  room_cell(maker, arena_printf(maker->arena, "再発の監視　%s まで", room_time(maker, watch->body->until)));
  room_line(maker, ROOM_NOTE, room_by(maker, watch->head));
  room_cell(maker, watch->body->points);
  room_cell(maker, over ? NULL : watch_state(maker, watch));
  if (!over && recovery_overdue(watch, maker->context.now, &first))
    room_line(maker, ROOM_OVER, arena_printf(maker->arena, "%s の点検がまだ", page_date(maker->arena, first, maker->context.now)));
  for (gsize i = 0; i < watch->checks.length; i++) {
    const WatchCheck *check = list_pointer(watch->checks, WatchCheck, i);
    const char *finding = choice_label(watch_choices, check->body->finding), *text = check->body->text;
    gboolean more = text && !g_str_equal(text, finding);
    room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%s　%s%s%s", room_by(maker, check->head), finding, more ? "：" : "", more ? text : ""));
  }
  if (over)
    room_line(maker, ROOM_NOTE, watch_state(maker, watch));
  if (!over) {
    room_act(maker, "recovery.check_watch", "点検を記録", NULL);
    room_act(maker, "recovery.end_watch", "監視を終える", NULL);
  }
}

static void
put_prevention(RoomMaker *maker)
{
  static const char *const heads[] = { "再発防止策の案", "改正の要否", "委員会等・承認", NULL };
  const Prevention *prevention = case_prevention(maker->context.kase);
  room_group(maker, "prevention", "再発防止策", heads,
             "まだありません。原因の調査が終わったら「調査の結果を記録する」、次に「再発防止策の案を作る」に進みます。");
  if (prevention->investigated)
    room_remark(maker, arena_printf(maker->arena, "調査の結果：%s%s%s", prevention->investigated->findings, prevention->investigated->cause ? "　原因：" : "",
                                    prevention->investigated->cause ? prevention->investigated->cause : ""));
  for (gsize i = prevention->drafts.length; i-- > 0;) {
    const PreventionDraft *draft = list_pointer(prevention->drafts, PreventionDraft, i);
    if (!room_row(maker, draft->id, i + 1 < prevention->drafts.length))
      continue;
    room_cell(maker, draft->body->text);
    room_line(maker, ROOM_NOTE, room_by(maker, draft->head));
    room_cell(maker, arena_printf(maker->arena, "ポリシー：%s", choice_label(amends_choices, draft->body->amends_policy)));
    room_pair(maker, "実施手順", choice_label(amends_choices, draft->body->amends_procedures));
    room_pair(maker, "計画", choice_label(amends_choices, draft->body->amends_plan));
    room_cell(maker, NULL);
    for (gsize j = 0; j < prevention->committees.length; j++) {
      const Committee *committee = list_pointer(prevention->committees, Committee, j);
      if (g_strcmp0(committee->body->draft, draft->id) == 0)
        room_line(maker, ROOM_PLAIN, arena_printf(maker->arena, "%s　%s", room_time(maker, committee->body->report.held),
                                                  choice_label(committee_choices, committee->body->report.outcome)));
    }
    if (prevention->approved && g_strcmp0(prevention->approved->draft, draft->id) == 0)
      room_line(maker, ROOM_TAG, arena_printf(maker->arena, "承認 %s", room_by(maker, prevention->approved_head)));
    else if (i + 1 == prevention->drafts.length)
      room_act(maker, "prevention.approve", "承認", "draft", draft->id, NULL);
  }
}

static void
put_recovery(RoomMaker *maker)
{
  static const char *const heads[] = { "システム・監視", "方法・監視する点", "確認", NULL };
  const Recovery *recovery = case_recovery(maker->context.kase);
  room_group(maker, "recovery", "復旧と再発の監視", heads, "まだありません。封じ込めと根絶を終えてから復旧させ、正常に機能していることを確かめ、再発の監視を始めます。");
  for (gsize i = 0; i < recovery->restorations.length; i++)
    put_restoration(maker, list_pointer(recovery->restorations, Restoration, i));
  for (gsize i = 0; i < recovery->watches.length; i++)
    put_watch(maker, list_pointer(recovery->watches, Watch, i));
}

static void
put_measures(RoomMaker *maker)
{
  static const char *const service_heads[] = { "サービス・接続", "判断した人", "影響", "再開", NULL };
  List services = case_response(maker->context.kase)->services;
  room_group(maker, "contain", "封じ込め・根絶の措置", measure_heads,
             "まだありません。緊急の封じ込めは報告も承認も待たずに行い、後から「措置を提案する」で記録します。");
  put_kinds(maker, 1 << MEASURE_CONTAIN | 1 << MEASURE_ERADICATE);
  room_group(maker, "services", "停止・遮断", service_heads, "止めたサービス、断った接続はありません。");
  for (gint up = 0; up < 2; up++)
    for (gsize i = 0; i < services.length; i++)
      if ((list_pointer(services, Service, i)->reconnected != NULL) == up)
        put_service(maker, list_pointer(services, Service, i));
  room_group(maker, "lasting", "復旧の措置（暫定）と恒久の対策", measure_heads, "まだありません。応急の代替手段や恒久の対策を決めたら「措置を提案する」で記録します。");
  put_kinds(maker, 1 << MEASURE_PROVISIONAL | 1 << MEASURE_PERMANENT);
  put_recovery(maker);
  put_prevention(maker);
}

const Room room_measures = {
  .segment = "measures", .name = "措置", .waits = "未実施", .count = to_be_started, .put = put_measures,
  .about = "封じ込め、停止・遮断、復旧、再発防止を、提案・実施中・解除予定・解除済みの状態とともに見ます。",
  .acts = { "response.propose_measure", "response.stop_service", "recovery.restore", "recovery.start_watch", "prevention.investigate",
            "prevention.draft", "prevention.report_committee", NULL },
};
