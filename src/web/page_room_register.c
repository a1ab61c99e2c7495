/* 通知・届出: whom the plan and the law want told; owed, to be decided, done, not required. */
#include "case/outreach.h"
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

/* Amber is for the last hour. */
static gboolean
is_soon(const RoomMaker *maker, const Clock *clock)
{
  return clock->due.known && clock->due.at - maker->context.now < INSTANT_HOUR;
}

/* Of several 実施機関 each reports: told without saying for which, none of them is done. */
static gboolean
tells_no_body(const RegisterRow *row)
{
  for (gsize i = 0; i < row->told.length; i++) {
    const Notified *told = list_pointer(row->told, Notification, i)->notified;
    if (told && !told->body)
      return TRUE;
  }
  return FALSE;
}

static void
put_ground(RoomMaker *maker, const RegisterRow *row)
{
  const Clock *clock = row->clock;
  room_cell(maker, row->clause ? NULL : ground(maker, row));
  if (row->clause) {
    g_autofree char *anchor = g_uri_escape_string(row->clause, NULL, FALSE);
    room_link(maker, ground(maker, row), arena_printf(maker->arena, "/plan#%s", anchor));
  }
  if (clock && clock_runs(clock))
    room_line(maker, clock->overdue ? ROOM_OVER : is_soon(maker, clock) ? ROOM_SOON : ROOM_TAG,
              arena_printf(maker->arena, "%s%s", clocks_due_text(clock->force, clock->urgency, clock->count.unit, &clock->due, maker->arena),
                           clock->overdue ? "　過ぎています" : ""));
  if (clock && clock_runs(clock) && clock->rule && clock->rule->about == ABOUT_BODY && tells_no_body(row))
    room_line(maker, ROOM_NOTE, "連絡の記録に実施機関がないため、期限は続いています。実施機関を書いて記録すると済みます。");
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
  if (row->state >= REGISTER_DONE && !row->told.length && !row->published && row->clock)
    room_line(maker, ROOM_TAG, arena_printf(maker->arena, "%s %s", choice_label(clock_choices, (int)row->clock->state),
                                            row->clock->met != INSTANT_NONE ? room_time(maker, row->clock->met) : ""));
  else if (!row->told.length && !row->published)
    room_line(maker, row->state == REGISTER_OWED ? ROOM_SOON : ROOM_PLAIN, "まだ");
  put_acts(maker, row);
}

static const struct {
  RegisterState state;
  const char *id, *title, *empty;
} groups[] = {
  { REGISTER_OWED, "owed", "連絡が要る相手", "連絡が要るのにまだの相手はありません。要否の決まっていない相手があれば、「要否を決める相手」に並びます。" },
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

/* --- persons, the help line, what it costs --- */

static const char *
counted(const RoomMaker *maker, gint64 number, const char *unit)
{
  g_autofree char *plain = g_strdup_printf("%" G_GINT64_FORMAT, number);
  g_autoptr(GString) text = g_string_new(plain);
  for (gssize at = (gssize)text->len - 3; at > 0; at -= 3)
    g_string_insert_c(text, at, ',');
  return arena_printf(maker->arena, "%s%s", text->str, unit);
}

static void
put_persons(RoomMaker *maker)
{
  static const char *const heads[] = { "区分", "人数", "方法・文面", "いつ・誰が", NULL };
  const Case *kase = maker->context.kase;
  List all = case_outreach(kase)->persons;
  if (!all.length)
    return;
  room_group(maker, "persons", "本人への通知", heads, NULL);
  room_remark(maker, arena_printf(maker->arena, "送った %s、不達 %s、送り直した %s。あて先の名簿はここにはありません。",
                                  counted(maker, outreach_persons(kase, NULL, PERSONS_SENT), "人"),
                                  counted(maker, outreach_persons(kase, NULL, PERSONS_RETURNED), "人"),
                                  counted(maker, outreach_persons(kase, NULL, PERSONS_SENT_AGAIN), "人")));
  for (gsize i = all.length; i-- > 0;) {
    const PersonsCount *one = list_item(all, PersonsCount, i);
    if (!room_row(maker, arena_printf(maker->arena, "%" G_GUINT64_FORMAT, one->head->number), FALSE))
      continue;
    room_cell(maker, choice_label(persons_choices, one->body->what));
    room_line(maker, ROOM_NOTE, one->body->body);
    room_cell(maker, counted(maker, one->body->number, "人"));
    room_cell(maker, one->body->channel ? choice_label(notify_channel_choices, one->body->channel) : NULL);
    room_pair(maker, "名簿", one->body->list);
    room_line(maker, ROOM_PLAIN, one->body->text);
    room_cell(maker, room_time(maker, one->body->at));
    room_line(maker, ROOM_NOTE, room_by(maker, one->head));
  }
}

static void
put_calls(RoomMaker *maker)
{
  static const char *const heads[] = { "いつまでの分", "件数", "主な内容", "誰が", NULL };
  List all = case_outreach(maker->context.kase)->calls;
  gint64 sum = 0;
  if (!all.length)
    return;
  for (gsize i = 0; i < all.length; i++)
    sum += list_item(all, HelplineCount, i)->body->calls;
  room_group(maker, "calls", "相談窓口", heads, NULL);
  room_remark(maker, arena_printf(maker->arena, "これまでに %s。", counted(maker, sum, "件")));
  for (gsize i = all.length; i-- > 0;) {
    const HelplineCount *one = list_item(all, HelplineCount, i);
    if (!room_row(maker, arena_printf(maker->arena, "%" G_GUINT64_FORMAT, one->head->number), FALSE))
      continue;
    room_cell(maker, room_time(maker, one->body->at));
    room_cell(maker, counted(maker, one->body->calls, "件"));
    room_cell(maker, one->body->text);
    room_cell(maker, room_by(maker, one->head));
  }
}

static void
put_answers(RoomMaker *maker)
{
  static const char *const heads[] = { "問い", "答え", "いつ・誰が", NULL };
  List all = case_outreach(maker->context.kase)->answers;
  if (!all.length)
    return;
  room_group(maker, "answers", "想定問答", heads, NULL);
  for (gsize i = 0; i < all.length; i++) {
    const HelplineAnswer *one = list_pointer(all, HelplineAnswer, i);
    if (!room_row(maker, one->id, one->replaced_by != NULL))
      continue;
    room_cell(maker, one->body->question);
    room_cell(maker, one->body->answer);
    if (one->replaced_by)
      room_line(maker, ROOM_GONE, "改めた");
    room_cell(maker, room_by(maker, one->head));
    if (!one->replaced_by)
      room_act(maker, "helpline.answer", "改める", "replaces", one->id, "question", one->body->question, NULL);
  }
}

static void
put_expenses(RoomMaker *maker)
{
  static const char *const heads[] = { "区分", "内容", "金額・時間", "いつ・誰が", NULL };
  const Case *kase = maker->context.kase;
  List all = case_outreach(kase)->expenses;
  if (!all.length)
    return;
  room_group(maker, "expenses", "費用等", heads, NULL);
  room_remark(maker, arena_printf(maker->arena, "時間外勤務 %s、緊急随意契約と費用 %s、求償 %s（受入れ %s）。",
                                  counted(maker, outreach_sum(kase, EXPENSE_OVERTIME), "時間"),
                                  counted(maker, outreach_sum(kase, EXPENSE_CONTRACT) + outreach_sum(kase, EXPENSE_COST), "円"),
                                  counted(maker, outreach_sum(kase, EXPENSE_CLAIM), "円"), counted(maker, outreach_sum(kase, EXPENSE_RECOVERED), "円")));
  for (gsize i = all.length; i-- > 0;) {
    const Expense *one = list_item(all, Expense, i);
    if (!room_row(maker, arena_printf(maker->arena, "%" G_GUINT64_FORMAT, one->head->number), FALSE))
      continue;
    room_cell(maker, choice_label(expense_choices, one->body->kind));
    room_cell(maker, one->body->text);
    room_pair(maker, "相手方", one->body->party);
    room_pair(maker, "根拠", one->body->ground);
    room_cell(maker, one->body->amount != FIELD_NO_INT ? counted(maker, one->body->amount, "円") : NULL);
    room_line(maker, ROOM_PLAIN, one->body->hours != FIELD_NO_INT ? counted(maker, one->body->hours, "時間") : NULL);
    room_cell(maker, date_print_plain(maker->arena, one->body->day));
    room_line(maker, ROOM_NOTE, room_by(maker, one->head));
  }
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
  put_persons(maker);
  put_calls(maker);
  put_answers(maker);
  put_expenses(maker);
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
  .acts = { "reporting.notify", "persons.count", "helpline.count", "helpline.answer", "expense.record", NULL },
};
