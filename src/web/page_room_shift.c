/* 引継書 and 参集. */
#include "case/shift.h"
#include "web/page_room.h"

/* --- 引継書 --- */

static gint64
unsigned_handovers(const PredicateContext *context)
{
  List all = case_shift(context->kase)->handovers;
  gint64 n = 0;
  for (gsize i = 0; i < all.length; i++)
    n += !handover_complete(list_pointer(all, Handover, i));
  return n;
}

static void
put_signature(RoomMaker *maker, const char *what, const char *person, const EntryHead *signature)
{
  const char *name = office_person_name(maker->context.office, person);
  room_pair(maker, what, arena_printf(maker->arena, "%s%s%s", name, signature ? "　" : "", signature ? room_time(maker, signature->happened) : ""));
  if (!signature)
    room_line(maker, ROOM_SOON, "署名待ち");
}

static void
put_handover(RoomMaker *maker, const Handover *handover, gsize nth)
{
  const HandoverWritten *body = handover->body;
  gboolean own = g_strcmp0(maker->viewer->person, handover->to_signed ? body->from : body->to) == 0;
  if (!room_row(maker, handover->id, handover_complete(handover)))
    return;
  room_cell(maker, room_time(maker, handover->head->happened));
  room_paper(maker, "handover", "引継書（PDF）", nth, FALSE);
  room_cell(maker, body->open ? body->open : "（消去済み）");
  room_cell(maker, body->promises);
  room_cell(maker, body->awaited);
  room_cell(maker, NULL);
  put_signature(maker, "引き継ぐ人", body->from, handover->from_signed);
  put_signature(maker, "引き受ける人", body->to, handover->to_signed);
  if (!handover_complete(handover) && own)
    room_act(maker, "handover.sign", "読んで署名する", "handover", handover->id, NULL);
}

static void
put_handovers(RoomMaker *maker)
{
  static const char *const heads[] = { "引継ぎ", "続いている作業", "約束したこと", "待っている連絡", "署名", NULL };
  List all = case_shift(maker->context.kase)->handovers;
  List pending = shift_pending(maker->context.plan, maker->context.office, maker->context.kase, maker->arena);
  room_group(maker, "handovers", "引継書", heads,
             "まだありません。交替するときは「引継書を書く」から書きます。下の「いま続いているもの」が下書きに入ります。書いた人と引き受ける人の二人が署名して成り立ちます。");
  for (gsize i = all.length; i-- > 0;)
    put_handover(maker, list_pointer(all, Handover, i), i + 1);
  room_group(maker, "pending", "引継ぎで触れること", NULL, pending.length ? NULL : "続いている照会・回付・ホスト・参集はありません。");
  for (gsize i = 0; i < pending.length; i++)
    room_remark(maker, arena_printf(maker->arena, "・%s", list_string(pending, i)));
}

const Room room_handover = {
  .segment = "handover", .name = "引継書", .waits = "署名待ち", .count = unsigned_handovers, .put = put_handovers,
  .about = "交替する人へ、続いている作業、約束したこと、待っている連絡を渡します。",
  .acts = { "handover.write", NULL },
};

/* --- 参集 --- */

static gint64
not_arrived(const PredicateContext *context)
{
  List all = case_shift(context->kase)->callouts;
  gint64 n = 0;
  for (gsize i = 0; i < all.length; i++)
    n += list_pointer(all, Callout, i)->state != CALLOUT_ARRIVED;
  return n;
}

/* 「呼び出した 8人：到着 3・参集中 2・連絡済 1・呼出し中 2」 */
static const char *
counts_text(const RoomMaker *maker, List all)
{
  guint counts[CALLOUT_UNREACHABLE + 1] = { 0 };
  static const CalloutState order[] = { CALLOUT_ARRIVED, CALLOUT_COMING, CALLOUT_REACHED, CALLOUT_CALLED, CALLOUT_UNREACHABLE };
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < all.length; i++)
    counts[list_pointer(all, Callout, i)->state]++;
  g_string_printf(text, "呼び出した %" G_GSIZE_FORMAT "人：", all.length);
  for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
    g_string_append_printf(text, "%s%s %u人", i ? "、" : "", choice_label(callout_progress_choices, (int)order[i]), counts[order[i]]);
  return arena_strdup(maker->arena, text->str);
}

static void
put_callout(RoomMaker *maker, const Callout *callout, gboolean sees)
{
  static const CalloutState told[] = { CALLOUT_REACHED, CALLOUT_COMING, CALLOUT_ARRIVED, CALLOUT_UNREACHABLE };
  const Person *person = office_person(maker->context.office, callout->id);
  const CalloutUpdated *update = callout->update;
  gboolean late = update && update->expected != INSTANT_NONE && update->expected <= maker->context.now && callout->state != CALLOUT_ARRIVED;
  if (!room_row(maker, callout->id, callout->state == CALLOUT_ARRIVED))
    return;
  room_cell(maker, office_person_name(maker->context.office, callout->id));
  room_line(maker, ROOM_TELEPHONE, sees && person ? person->mobile : NULL);
  room_line(maker, ROOM_TELEPHONE, sees && person ? person->phone : NULL);
  room_cell(maker, NULL);
  room_line(maker, callout->state == CALLOUT_CALLED || callout->state == CALLOUT_UNREACHABLE ? ROOM_SOON : ROOM_TAG,
            choice_label(callout_progress_choices, (int)callout->state));
  room_line(maker, ROOM_NOTE, room_by(maker, callout->changed));
  room_cell(maker, update && update->expected != INSTANT_NONE ? room_time(maker, update->expected) : NULL);
  if (late)
    room_line(maker, ROOM_OVER, "見込みを過ぎた");
  room_line(maker, ROOM_NOTE, update ? update->note : NULL);
  for (gsize i = 0; callout->state != CALLOUT_ARRIVED && i < G_N_ELEMENTS(told); i++)
    if (told[i] != callout->state)
      room_act(maker, "callout.update", choice_label(callout_progress_choices, (int)told[i]), "person", callout->id, "state",
               choice_token(callout_choices, (int)told[i]), NULL);
}

static void
put_callouts(RoomMaker *maker)
{
  static const char *const heads[] = { "呼び出した人", "状況", "到着の見込み", NULL };
  List all = case_shift(maker->context.kase)->callouts;
  gboolean sees = access_right(maker->world, maker->viewer, "view.office");
  room_group(maker, "callouts", "参集の状況", heads, "まだ誰も呼び出していません。夜間や休日は、計画の役割の人から「参集を呼びかける」で呼び出してください。");
  if (all.length)
    room_remark(maker, counts_text(maker, all));
  for (gint arrived = 0; arrived < 2; arrived++)
    for (gsize i = 0; i < all.length; i++)
      if ((list_pointer(all, Callout, i)->state == CALLOUT_ARRIVED) == arrived)
        put_callout(maker, list_pointer(all, Callout, i), sees);
}

const Room room_callout = {
  .segment = "callout", .name = "参集", .waits = "未着", .count = not_arrived, .put = put_callouts,
  .about = "誰を呼び出し、誰に連絡がつき、誰が向かい、誰が着いたかを見ます。",
  .acts = { "callout.start", NULL },
};
