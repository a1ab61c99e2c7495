#include "web/page_tasks.h"

#include <string.h>

#include "case/aftermath.h"
#include "case/response.h"
#include "case/shift.h"

typedef struct {
  Arena *arena;
  const Case *kase;
  const Office *office;
  const char *me;
  List seats; /* of SeatHeld */
  List *list;
} TaskMaker;

/* A line with its way to ACT; FIELD=ID fills in what it is about. */
static void
task(TaskMaker *maker, const char *text, const char *act, const char *field, const char *id, const char *title)
{
  *(TplTask *)list_push(maker->arena, maker->list, sizeof(TplTask)) = (TplTask){
    .text = text, .title = title,
    .href = arena_printf(maker->arena, "/cases/%" G_GUINT64_FORMAT "/do/%s?%s=%s", case_number(maker->kase), act, field, id),
  };
}

static const char *
name_of(const TaskMaker *maker, const char *person)
{
  return office_person_name(maker->office, person);
}

/* A person's id, one of my posts' ids, or what people write for either. */
static gboolean
names_me(const TaskMaker *maker, const char *text)
{
  const Person *person = office_person(maker->office, maker->me);
  if (!text || !person)
    return FALSE;
  if (g_str_equal(text, maker->me) || (person->name && strstr(text, person->name)))
    return TRUE;
  for (gsize i = 0; i < maker->seats.length; i++) {
    const SeatHeld *seat = list_item(maker->seats, SeatHeld, i);
    if (g_str_equal(text, seat->post) || g_strcmp0(text, seat->name) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
put_shift(TaskMaker *maker)
{
  const Shift *shift = case_shift(maker->kase);
  for (gsize i = 0; i < shift->handovers.length; i++) {
    const Handover *one = list_pointer(shift->handovers, Handover, i);
    if (!one->to_signed && g_strcmp0(one->body->to, maker->me) == 0)
      task(maker, arena_printf(maker->arena, "%sさんからの引継書に、まだ署名していません", name_of(maker, one->body->from ? one->body->from : one->head->actor.person)),
           "handover.sign", "handover", one->id, "引継書に署名する");
  }
  for (gsize i = 0; i < shift->callouts.length; i++) {
    const Callout *one = list_pointer(shift->callouts, Callout, i);
    if (one->state == CALLOUT_CALLED && g_str_equal(one->id, maker->me))
      task(maker, "参集の呼出しに、まだ応えていません", "callout.update", "person", one->id, "参集の状況を記録する");
  }
}

static void
put_requests(TaskMaker *maker)
{
  const Response *response = case_response(maker->kase);
  for (gsize i = 0; i < response->requests.length; i++) {
    const Request *one = list_pointer(response->requests, Request, i);
    const gboolean to_me = names_me(maker, one->body->party), mine = g_strcmp0(one->head->actor.person, maker->me) == 0;
    if (one->done || (!to_me && !mine))
      continue;
    task(maker, arena_printf(maker->arena, "%s：%s", to_me ? "あなたへの依頼・要請" : "あなたが依頼・要請し、まだ済んでいないもの", one->body->what),
         "response.record_reply", "request", one->id, "返答を記録する");
  }
}

static void
put_follow_ups(TaskMaker *maker)
{
  const Aftermath *aftermath = case_aftermath(maker->kase);
  for (gsize i = 0; i < aftermath->followups.length; i++) {
    const FollowUp *one = list_pointer(aftermath->followups, FollowUp, i);
    if (!one->finished && names_me(maker, one->body->owner))
      task(maker, arena_printf(maker->arena, "あなたが担当するフォローアップ：%s", one->body->text), "aftermath.finish_follow_up", "followup",
           one->id, "フォローアップを終える");
  }
}

void
page_tasks(World *world, const Viewer *viewer, const Case *kase, Arena *arena, List *list)
{
  TaskMaker maker = {
    arena, kase, world_office(world), viewer->person, access_posts(world, viewer->person, instant_date(viewer->now), arena), list,
  };
  put_shift(&maker);
  put_requests(&maker);
  put_follow_ups(&maker);
}
