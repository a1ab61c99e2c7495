/* 照会・依頼: what was asked of whom, open ones first, with the answers. */
#include <string.h>

#include "case/response.h"
#include "case/triage.h"
#include "web/page_room.h"

static gint64
unanswered(const PredicateContext *context)
{
  List inquiries = case_triage(context->kase)->inquiries, requests = case_response(context->kase)->requests;
  gint64 n = 0;
  for (gsize i = 0; i < inquiries.length; i++)
    n += !list_pointer(inquiries, Inquiry, i)->answer;
  for (gsize i = 0; i < requests.length; i++)
    n += !list_pointer(requests, Request, i)->done;
  return n;
}

static void
put_inquiry(RoomMaker *maker, const Inquiry *inquiry)
{
  if (!room_row(maker, inquiry->id, inquiry->answer != NULL))
    return;
  room_cell(maker, inquiry->body->question);
  room_line(maker, ROOM_NOTE, room_by(maker, inquiry->head));
  room_cell(maker, inquiry->body->to);
  if (inquiry->body->party && !strstr(inquiry->body->to, room_party(maker, inquiry->body->party)))
    room_line(maker, ROOM_NOTE, room_party(maker, inquiry->body->party));
  room_cell(maker, inquiry->answer ? inquiry->answer->answer : NULL);
  if (!inquiry->answer)
    room_line(maker, ROOM_SOON, "回答待ち");
  room_act(maker, "triage.answer", inquiry->answer ? "回答を改める" : "回答を記録", "inquiry", inquiry->id, NULL);
}

static void
put_request(RoomMaker *maker, const Request *request, gsize nth)
{
  gboolean late = !request->done && request->body->due != INSTANT_NONE && request->body->due <= maker->context.now;
  if (!room_row(maker, request->id, request->done))
    return;
  room_cell(maker, request->body->what);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%s　%s", choice_label(request_choices, request->body->kind),
                                           room_by(maker, request->head)));
  room_cell(maker, room_party(maker, request->body->party));
  if (request->body->due != INSTANT_NONE)
    room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "期限 %s", room_time(maker, request->body->due)));
  if (late)
    room_line(maker, ROOM_OVER, "超過");
  room_paper(maker, "request", "依頼・要請書（PDF）", nth, TRUE);
  room_cell(maker, NULL);
  room_line(maker, request->done ? ROOM_TAG : ROOM_SOON, request->done ? "実施済み" : request->replies.length ? "返答あり・未了" : "返答待ち");
  for (gsize i = 0; i < request->replies.length; i++) {
    const Reply *reply = list_pointer(request->replies, Reply, i);
    room_line(maker, ROOM_PLAIN, reply->body->reply);
    room_line(maker, ROOM_NOTE, room_by(maker, reply->head));
  }
  room_act(maker, "response.record_reply", "返答を記録", "request", request->id, NULL);
}

static void
put_asks(RoomMaker *maker)
{
  static const char *const inquiry_heads[] = { "照会事項", "照会先", "回答", NULL };
  static const char *const request_heads[] = { "依頼・要請の内容", "依頼先・期限", "返答", NULL };
  List inquiries = case_triage(maker->context.kase)->inquiries, requests = case_response(maker->context.kase)->requests;
  room_group(maker, "inquiries", "照会", inquiry_heads,
             "まだありません。職員や委託先に事実を尋ねたら「照会する」で記録します。回答が来るまで、ここに回答待ちとして残ります。");
  for (gint answered = 0; answered < 2; answered++)
    for (gsize i = 0; i < inquiries.length; i++)
      if ((list_pointer(inquiries, Inquiry, i)->answer != NULL) == answered)
        put_inquiry(maker, list_pointer(inquiries, Inquiry, i));
  room_group(maker, "requests", "依頼・要請", request_heads,
             "まだありません。作業の依頼、協力や証跡保全の要請は、計画の定める職の人が「依頼・要請する」で行います。");
  for (gint done = 0; done < 2; done++)
    for (gsize i = 0; i < requests.length; i++)
      if (list_pointer(requests, Request, i)->done == done)
        put_request(maker, list_pointer(requests, Request, i), i + 1);
}

const Room room_inquiries = {
  .segment = "inquiries", .name = "照会・依頼", .waits = "返答待ち", .count = unanswered, .put = put_asks,
  .about = "事実を尋ねる照会と、作業や協力を求める依頼・要請です。返答待ちのものを先に並べます。",
  .acts = { "triage.inquire", "response.request", NULL },
};
