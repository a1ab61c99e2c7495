/* 証拠: the register with its custody and the hashes taken again. */
#include "evidence/evidence.h"
#include "web/page_room.h"

static gint64
unexplained(const PredicateContext *context)
{
  List items = case_evidence_of(context->kase)->items;
  gint64 n = 0;
  for (gsize i = 0; i < items.length; i++)
    n += evidence_unexplained(list_pointer(items, EvidenceItem, i));
  return n;
}

static const char *
who(const char *name)
{
  return name ? name : "（消去済み）";
}

static void
put_custody(RoomMaker *maker, const EvidenceItem *item, gsize nth)
{
  room_cell(maker, arena_printf(maker->arena, "%s　取得　%s", room_time(maker, item->body->acquired), who(item->body->acquired_by)));
  for (gsize i = 0; i < item->custody.length; i++) {
    const EvidenceTransferred *body = list_pointer(item->custody, Custody, i)->body;
    room_line(maker, ROOM_PLAIN, arena_printf(maker->arena, "%s　%s → %s（%s）", room_time(maker, body->at), who(body->from), who(body->to), body->purpose));
  }
  room_line(maker, ROOM_TAG, arena_printf(maker->arena, "いまの保管者 %s", who(item->holder)));
  room_paper(maker, "custody", "保管・受渡し記録（PDF）", nth, FALSE);
}

static void
put_hash(RoomMaker *maker, const EvidenceItem *item)
{
  room_cell(maker, item->reference);
  if (item->body->size != FIELD_NO_INT)
    room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%" G_GINT64_FORMAT " バイト", item->body->size));
  if (item->body->sha256 && evidence_received_file(maker->context.kase, item->body->sha256))
    room_link(maker, "ファイルを取り出す", arena_printf(maker->arena, "/cases/%" G_GUINT64_FORMAT "/files/%s", case_number(maker->context.kase),
                                                        item->body->sha256));
  for (gsize i = 0; i < item->checks.length; i++) {
    const HashCheck *check = list_pointer(item->checks, HashCheck, i);
    room_line(maker, check->matches ? ROOM_NOTE : check->explanation ? ROOM_NOTE : ROOM_OVER,
              arena_printf(maker->arena, "%s　%s%s%s", room_by(maker, check->head), check->matches ? "一致" : "不一致",
                           check->matches || !check->explanation ? "" : "：", check->matches || !check->explanation ? "" : check->explanation));
  }
}

static void
put_item(RoomMaker *maker, const EvidenceItem *item, gsize nth)
{
  const EvidenceRegistered *body = item->body;
  if (!room_row(maker, item->id, FALSE))
    return;
  room_cell(maker, body->item);
  const EvidenceItem *parent = body->parent ? evidence_item(maker->context.kase, body->parent) : NULL;
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "証拠番号 %s・%s%s%s", evidence_number(item), choice_label(evidence_choices, body->kind),
                                           parent ? "・もと " : "", parent ? parent->body->item : ""));
  room_line(maker, ROOM_NOTE, body->serial);
  room_cell(maker, body->place);
  room_pair(maker, "取得元", who(body->acquired_from));
  room_pair(maker, "立会人", body->witness);
  room_pair(maker, "方法", body->method);
  room_pair(maker, "状態", body->condition);
  room_pair(maker, "保管", body->storage);
  put_custody(maker, item, nth);
  put_hash(maker, item);
  room_act(maker, "evidence.transfer", "受け渡す", "evidence", item->id, NULL);
  room_act(maker, "evidence.verify", "ハッシュ値を確かめる", "evidence", item->id, NULL);
  if (evidence_unexplained(item))
    room_act(maker, "evidence.explain", "不一致を説明する", "evidence", item->id, NULL);
}

static void
put_evidence(RoomMaker *maker)
{
  static const char *const heads[] = { "証拠", "取得", "保管・受渡し", "ハッシュ値（SHA-256）", NULL };
  List items = case_evidence_of(maker->context.kase)->items;
  room_group(maker, "register", "証拠の登録簿", heads,
             "まだありません。ログ、画面の写真、現物を確保したら「証拠を登録する」で登録します。電源を切る前に、時刻と画面を写真に残してください。");
  for (gsize i = 0; i < items.length; i++)
    put_item(maker, list_pointer(items, EvidenceItem, i), i + 1);
}

const Room room_evidence = {
  .segment = "evidence", .name = "証拠", .waits = "不一致", .count = unexplained, .put = put_evidence,
  .about = "何を、いつ、どこで、誰が確保し、いま誰が保管しているかと、ハッシュ値の確認です。",
  .acts = { "evidence.register", NULL },
};
