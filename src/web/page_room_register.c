/* 通知・届出: whom the plan and the law want told; owed, to be decided, done, not required. */
#include "case/register.h"
#include "engine/clocks.h"
#include "web/page_room.h"

static void
put_strings(RoomMaker *maker, const char *name, List strings)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (gsize i = 0; i < strings.length; i++)
    g_string_append_printf(text, "%s%s", i ? "、" : "", list_string(strings, i));
  room_pair(maker, name, text->len ? arena_strdup(maker->arena, text->str) : NULL);
}

static const char *
ground(const RoomMaker *maker, const RegisterRow *row)
{
  if (!row->basis)
    return row->why;
  return arena_printf(maker->arena, "%s（%s%s%s）", row->why ? row->why : "", row->basis, row->caution ? "・" : "", row->caution ? row->caution : "");
}

static void
put_ground(RoomMaker *maker, const RegisterRow *row)
{
  const Clock *clock = row->clock;
  room_cell(maker, ground(maker, row));
  if (clock && clock_runs(clock))
    room_line(maker, clock->overdue ? ROOM_OVER : ROOM_SOON,
              arena_printf(maker->arena, "%s%s", clocks_due_text(clock->force, clock->urgency, clock->count.unit, &clock->due, maker->arena),
                           clock->overdue ? "　過ぎています" : ""));
  room_line(maker, ROOM_NOTE, row->note);
  room_pair(maker, "連絡先", row->contact);
  put_strings(maker, "方法", row->channels);
  if (row->consent)
    room_line(maker, ROOM_NOTE, "他の機関と共有してよいかも伝えます");
}

/* --- what was done --- */

static const char *
how_of(const RoomMaker *maker, const Notified *told)
{
  const char *channel = told->channel ? choice_label(notify_channel_choices, told->channel) : told->how;
  return g_str_equal(channel, told->how) ? channel : arena_printf(maker->arena, "%s（%s）", channel, told->how);
}

static const char *
people_of(const RoomMaker *maker, const Notification *one)
{
  const Notified *told = one->notified;
  const char *ours = told->teller ? told->teller : office_person_name(maker->context.office, one->head->actor.person);
  return told->person ? arena_printf(maker->arena, "%s → %s", ours, told->person) : ours;
}

static void
put_notification(RoomMaker *maker, const Notification *one)
{
  const Notified *told = one->notified;
  int matter = told ? told->matter : one->not_required->matter;
  const char *what = matter ? choice_label(notify_matter_choices, matter) : "";
  if (!told) {
    room_line(maker, ROOM_TAG, arena_printf(maker->arena, "%s%s要しないと判断", what, *what ? "は" : ""));
    room_line(maker, ROOM_PLAIN, one->not_required->reason);
    room_line(maker, ROOM_NOTE, room_by(maker, one->head));
    return;
  }
  room_line(maker, ROOM_TAG, arena_printf(maker->arena, "%s済み %s", *what ? what : "連絡", room_time(maker, told->at)));
  room_line(maker, ROOM_PLAIN, how_of(maker, told));
  room_line(maker, ROOM_NOTE, people_of(maker, one));
  room_pair(maker, "様式", told->form);
  room_pair(maker, "実施機関", told->body);
  if (told->receipt)
    room_pair(maker, "受領", told->receipt);
  else
    room_line(maker, ROOM_SOON, "受領は未確認");
  room_pair(maker, "共有", told->consent ? choice_label(notify_consent_choices, told->consent) : NULL);
  room_pair(maker, "内容", told->text);
}

static void
put_publication(RoomMaker *maker, const Publication *last)
{
  const Published *published = last->published;
  room_line(maker, ROOM_TAG, published ? published->way ? choice_label(publish_way_choices, published->way) : "公表・連絡" : "行わないと判断");
  room_line(maker, ROOM_PLAIN, published ? published->text : last->not_published->reason);
  room_line(maker, ROOM_NOTE, room_by(maker, last->head));
}

/* --- what may be done --- */

/* 「被害届：連絡を記録」 */
static const char *
titled(const RoomMaker *maker, const RegisterMatter *what, const char *title)
{
  return what->matter ? arena_printf(maker->arena, "%s：%s", choice_label(notify_matter_choices, what->matter), title) : title;
}

static void
put_matter_acts(RoomMaker *maker, const RegisterRow *row, const RegisterMatter *what)
{
  const char *matter = what->matter ? "matter" : NULL, *token = what->matter ? choice_token(notify_matter_choices, what->matter) : NULL;
  room_act(maker, "reporting.notify", titled(maker, what, what->state == REGISTER_DONE ? "続けて記録" : "連絡を記録"), "recipient",
           row->recipient, matter, token, NULL);
  if (what->state == REGISTER_OPEN || what->state == REGISTER_OWED)
    room_act(maker, "reporting.not_required", titled(maker, what, "要しないと判断"), "recipient", row->recipient, matter, token, NULL);
}

static void
put_acts(RoomMaker *maker, const RegisterRow *row)
{
  for (gsize i = 0; !row->publish && i < row->matters.length; i++)
    put_matter_acts(maker, row, list_item(row->matters, RegisterMatter, i));
  if (!row->publish)
    return;
  room_act(maker, "reporting.publish", "公表・連絡を記録", "to", row->recipient, NULL);
  if (row->state <= REGISTER_OPEN)
    room_act(maker, "reporting.not_publish", "行わないと判断", "to", row->recipient, NULL);
}

/* --- the groups --- */

static void
put_row(RoomMaker *maker, const RegisterRow *row)
{
  if (!room_row(maker, row->recipient, FALSE))
    return;
  room_cell(maker, row->name);
  put_ground(maker, row);
  room_cell(maker, NULL);
  for (gsize i = row->told.length; i-- > 0;)
    put_notification(maker, list_pointer(row->told, Notification, i));
  if (row->published)
    put_publication(maker, row->published);
  if (!row->told.length && !row->published)
    room_line(maker, row->state == REGISTER_OWED ? ROOM_SOON : ROOM_PLAIN, "まだ");
  put_acts(maker, row);
}

static const struct {
  RegisterState state;
  const char *id, *title, *empty;
} groups[] = {
  { REGISTER_OWED, "owed", "連絡が要る相手", "連絡が要るのにまだの相手はありません。" },
  { REGISTER_OPEN, "open", "要否を決める相手", NULL },
  { REGISTER_DONE, "done", "連絡した相手", NULL },
  { REGISTER_NOT_REQUIRED, "not-required", "要しないとした相手", NULL },
};

static gboolean
any_of(List rows, RegisterState state)
{
  for (gsize i = 0; i < rows.length; i++)
    if (list_item(rows, RegisterRow, i)->state == state)
      return TRUE;
  return FALSE;
}

static void
put_register(RoomMaker *maker)
{
  static const char *const heads[] = { "相手方", "求められること", "連絡", NULL };
  g_autoptr(Calendar) calendar = calendar_of(maker->context.office);
  List rows = case_register(&maker->context, calendar, maker->arena);
  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
    if (!groups[i].empty && !any_of(rows, groups[i].state))
      continue;
    room_group(maker, groups[i].id, groups[i].title, heads, groups[i].empty);
    for (gsize j = 0; j < rows.length; j++)
      if (list_item(rows, RegisterRow, j)->state == groups[i].state)
        put_row(maker, list_item(rows, RegisterRow, j));
  }
}

static gint64
count_owed(const PredicateContext *context)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Calendar) calendar = calendar_of(context->office);
  List rows = case_register(context, calendar, arena);
  gint64 owed = 0;
  for (gsize i = 0; i < rows.length; i++)
    owed += list_item(rows, RegisterRow, i)->state == REGISTER_OWED;
  return owed;
}

const Room room_register = {
  .segment = "notifications", .name = "通知・届出", .waits = "未了", .count = count_owed, .put = put_register,
  .about = "計画と法令が知らせるよう求める相手を、済んだものもまだのものも見ます。A4の記録簿は「書面」から作れます。",
  .acts = { "reporting.notify", NULL },
};
