/* 決裁: everything of the case that circulated, what is under way first. */
#include "case/circulation.h"
#include "case/reporting.h"
#include "web/page_room.h"
#include "web/page_subject.h"

static gint64
under_way(const PredicateContext *context)
{
  List all = circulation_all(context->kase);
  gint64 n = 0;
  for (gsize i = 0; i < all.length; i++)
    n += list_pointer(all, Circulation, i)->state == CIRCULATION_OPEN;
  return n;
}

static void
put_proxies(RoomMaker *maker, const Circulation *circulation)
{
  for (gsize i = 0; i < circulation->steps.length; i++) {
    const CirculationStep *step = list_pointer(circulation->steps, CirculationStep, i);
    if (step->head->actor.capacity == CAPACITY_PROXY && !step->viewed)
      room_line(maker, ROOM_SOON, "後閲待ち");
    if (step->body->oral && !step->papered)
      room_line(maker, ROOM_SOON, "口頭・書面待ち");
    if (step->body->result == RESULT_RETURNED)
      room_line(maker, ROOM_PLAIN, step->body->comment);
  }
}

static void
put_one(RoomMaker *maker, const Circulation *circulation)
{
  const PlanRoute *route = plan_route(maker->context.plan, circulation->route);
  const PlanStep *step = circulation_awaits(maker->context.plan, circulation);
  const PlanRole *role = step ? plan_role(maker->context.plan, step->role) : NULL;
  if (!room_row(maker, circulation->id, circulation->state != CIRCULATION_OPEN))
    return;
  room_cell(maker, NULL);
  room_link(maker, page_subject_name(&maker->context, circulation, maker->arena),
            arena_printf(maker->arena, "/cases/%" G_GUINT64_FORMAT "/circulations/%s", case_number(maker->context.kase), circulation->id));
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "提出 %s", room_by(maker, circulation->head)));
  room_cell(maker, route ? route->name : NULL);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT "段", circulation->steps.length, circulation->length));
  room_cell(maker, NULL);
  room_line(maker, step ? ROOM_SOON : ROOM_TAG, role ? arena_printf(maker->arena, "%s待ち", role->name)
                                                     : choice_label(circulation_choices, (int)circulation->state));
  room_line(maker, ROOM_PLAIN, circulation->withdrawal);
  put_proxies(maker, circulation);
}

static void
put_circulations(RoomMaker *maker)
{
  static const char *const heads[] = { "件名", "経路", "いま", NULL };
  List all = circulation_all(maker->context.kase);
  room_group(maker, "circulations", "報告・回議", heads,
             "まだありません。対応方針や報告様式ができたら「報告・回議に出す」から、計画の定める経路に載せてください。封じ込めは報告を待ちません。");
  for (gint ended = 0; ended < 2; ended++)
    for (gsize i = all.length; i-- > 0;)
      if ((list_pointer(all, Circulation, i)->state != CIRCULATION_OPEN) == ended)
        put_one(maker, list_pointer(all, Circulation, i));
}

const Room room_circulations = {
  .segment = "circulations", .name = "決裁", .waits = "回付中", .count = under_way, .put = put_circulations,
  .about = "計画の経路で報告・承認・合議・供覧を受けるものです。件名を開くと、書面と前からの変更を見て処理できます。",
  .acts = { "circulation.submit", NULL },
};
