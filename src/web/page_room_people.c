/* 関係者・連絡先: whom to call tonight, with the numbers for out of hours. */
#include "case/notification.h"
#include "case/response.h"
#include "case/shift.h"
#include "case/triage.h"
#include "web/page_known.h"
#include "web/page_room.h"

/* Numbers of people stand on the page of the office: whoever may see that sees them here. */
static gboolean
sees_numbers(const RoomMaker *maker)
{
  return access_right(maker->world, maker->viewer, "view.office");
}

static void
put_numbers(RoomMaker *maker, const char *id, gboolean sees)
{
  const Person *person = sees ? office_person(maker->context.office, id) : NULL;
  room_line(maker, ROOM_TELEPHONE, person ? person->mobile : NULL);
  room_line(maker, ROOM_TELEPHONE, person ? person->phone : NULL);
  room_line(maker, ROOM_MAIL, person ? person->mail : NULL);
}

/* --- the chain --- */

static void
put_deputies(RoomMaker *maker, const char *post, Date day, gboolean sees)
{
  List deputies = office_deputies(maker->context.office, maker->context.plan, post, day, maker->arena);
  room_cell(maker, NULL);
  for (gsize i = 0; i < deputies.length; i++) {
    const Post *deputy = office_post(maker->context.office, maker->context.plan, list_string(deputies, i));
    List holders = office_holders(maker->context.office, list_string(deputies, i), day, maker->arena);
    for (gsize j = 0; j < holders.length; j++) {
      room_line(maker, ROOM_PLAIN, arena_printf(maker->arena, "%s（%s）", office_person_name(maker->context.office, list_string(holders, j)),
                                                deputy ? deputy->name : list_string(deputies, i)));
      put_numbers(maker, list_string(holders, j), sees);
    }
  }
}

/* 「CSIRT要員・インシデントハンドラー」: what the post is in the plan. */
static const char *
roles_text(const RoomMaker *maker, const char *post)
{
  List roles = office_roles_of_post(maker->context.office, maker->context.plan, post, maker->arena);
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = plan_role(maker->context.plan, list_string(roles, i));
    g_string_append_printf(names, "%s%s", i ? "・" : "", role ? role->name : list_string(roles, i));
  }
  return arena_strdup(maker->arena, names->str);
}

static void
put_post(RoomMaker *maker, const char *id, Date day, gboolean sees)
{
  const Office *office = maker->context.office;
  const Post *post = office_post(office, maker->context.plan, id);
  List holders = office_holders(office, id, day, maker->arena);
  if (!room_row(maker, id, FALSE))
    return;
  room_cell(maker, roles_text(maker, id));
  room_line(maker, ROOM_NOTE, post ? post->name : NULL);
  room_cell(maker, NULL);
  for (gsize i = 0; i < holders.length; i++) {
    room_line(maker, ROOM_PLAIN, office_person_name(office, list_string(holders, i)));
    put_numbers(maker, list_string(holders, i), sees);
  }
  if (!holders.length)
    room_line(maker, ROOM_SOON, "空席");
  put_deputies(maker, id, day, sees);
}

/* In the order of the plan's roles, each post once; whoever keeps the books is not called at night. */
static void
put_posts(RoomMaker *maker, Date day, gboolean sees)
{
  List roles = plan_roles(maker->context.plan);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < roles.length; i++) {
    List posts = office_posts_of_role(maker->context.office, maker->context.plan, list_item(roles, PlanRole, i)->id, maker->arena);
    for (gsize j = 0; j < posts.length; j++)
      if (!g_str_equal(list_string(posts, j), PLAN_ADMINISTRATOR) && g_hash_table_add(seen, (gpointer)list_string(posts, j)))
        put_post(maker, list_string(posts, j), day, sees);
  }
}

/* --- who takes part --- */

static void
add_person(GHashTable *seen, List *list, Arena *arena, const char *person)
{
  if (person && g_hash_table_add(seen, (gpointer)person))
    list_add(arena, list, person);
}

/* Those who did something in the case or are named by it, the latest first. */
static List
taking_part(const RoomMaker *maker)
{
  List log = case_log(maker->context.kase), people = { 0 };
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = log.length; i-- > 0;) {
    const EntryHead *head = list_item(log, LogLine, i)->head;
    if (head->actor.capacity != CAPACITY_SYSTEM)
      add_person(seen, &people, maker->arena, head->actor.person);
  }
  const Access *access = case_access(maker->context.kase);
  for (gsize i = 0; i < access->named.length; i++)
    add_person(seen, &people, maker->arena, list_string(access->named, i));
  for (gsize i = 0; i < access->admitted.length; i++)
    add_person(seen, &people, maker->arena, list_item(access->admitted, Admission, i)->person);
  return people;
}

static void
put_taking_part(RoomMaker *maker, Date day, gboolean sees)
{
  static const char *const heads[] = { "職員", "職", "電話・メール", NULL };
  List people = taking_part(maker);
  room_group(maker, "people", "この事案に関わっている職員", heads, "まだいません。");
  for (gsize i = 0; i < people.length; i++) {
    const char *id = list_string(people, i);
    List posts = office_posts_of(maker->context.office, id, day, maker->arena);
    if (!room_row(maker, id, FALSE))
      continue;
    room_cell(maker, office_person_name(maker->context.office, id));
    room_cell(maker, NULL);
    for (gsize j = 0; j < posts.length; j++) {
      const Post *post = office_post(maker->context.office, maker->context.plan, list_string(posts, j));
      room_line(maker, ROOM_PLAIN, post ? post->name : list_string(posts, j));
    }
    room_cell(maker, NULL);
    put_numbers(maker, id, sees);
  }
}

/* --- outside --- */

static gboolean
takes_part(const RoomMaker *maker, const char *outside)
{
  List inquiries = case_triage(maker->context.kase)->inquiries, requests = case_response(maker->context.kase)->requests;
  for (gsize i = 0; i < inquiries.length; i++)
    if (g_strcmp0(list_pointer(inquiries, Inquiry, i)->body->party, outside) == 0)
      return TRUE;
  for (gsize i = 0; i < requests.length; i++)
    if (g_str_equal(list_pointer(requests, Request, i)->body->party, outside))
      return TRUE;
  return FALSE;
}

static void
put_outside(RoomMaker *maker, const Outside *outside, gboolean part)
{
  const Outside *parent = outside->parent ? office_outside(maker->context.office, outside->parent) : NULL;
  if (!room_row(maker, outside->id, FALSE))
    return;
  room_cell(maker, outside->name);
  room_line(maker, ROOM_NOTE, parent ? arena_printf(maker->arena, "%s（%sの再委託先）", choice_label(outside_choices, (int)outside->kind), parent->name)
                                     : choice_label(outside_choices, (int)outside->kind));
  if (part)
    room_line(maker, ROOM_TAG, "この事案で連絡済み");
  room_cell(maker, outside->contact);
  room_line(maker, ROOM_TELEPHONE, outside->telephone);
  room_cell(maker, NULL);
  room_line(maker, ROOM_TELEPHONE, outside->out_of_hours);
  room_act(maker, "triage.inquire", "照会", "party", outside->id, "to", outside->name, NULL);
  room_act(maker, "response.request", "依頼・要請", "party", outside->id, NULL);
}

/* Those of the case first. */
static void
put_outsides(RoomMaker *maker, gboolean sees)
{
  static const char *const heads[] = { "相手方", "担当・電話", "夜間・休日", NULL };
  List outsides = office_outsides(maker->context.office);
  room_group(maker, "outside", "外部の相手方", heads,
             sees ? "委託先や相談先がまだ登録されていません。体制の画面から、夜間・休日の連絡先とともに登録してください。" : "体制を見る権限のある人に表示します。");
  for (gint part = 1; part >= 0; part--)
    for (gsize i = 0; sees && i < outsides.length; i++)
      if (takes_part(maker, list_item(outsides, Outside, i)->id) == part)
        put_outside(maker, list_item(outsides, Outside, i), part);
}

/* --- who told us --- */

static void
put_notices(RoomMaker *maker)
{
  static const char *const heads[] = { "通報", "通報した人", "連絡先", NULL };
  List all = notices_all(maker->context.notices), ids = case_card(maker->context.kase, maker->arena)->notices;
  room_group(maker, "notices", "通報・連絡", heads, "結び付けた通報はありません。「通報を事案に結び付ける」から結び付けてください。");
  for (gsize i = 0; i < all.length; i++) {
    const Notice *notice = list_pointer(all, Notice, i);
    if (!list_has_string(ids, notice->id) || !access_notice(maker->world, maker->viewer, notice->id) || !room_row(maker, notice->id, FALSE))
      continue;
    room_cell(maker, notice->body->subject);
    room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%s　%s", room_time(maker, notice->body->received),
                                             choice_label(channel_choices, notice->body->channel)));
    room_cell(maker, notice->body->sender ? notice->body->sender : "（消去済み）");
    room_cell(maker, notice->body->contact);
    room_act(maker, "intake.unlink", "結び付けを取り消す", "notice", notice->id, NULL);
  }
}

static void
put_contacts(RoomMaker *maker)
{
  static const char *const heads[] = { "役割・職", "現任者", "職務代理者", NULL };
  Date day = instant_date(maker->context.now);
  gboolean sees = sees_numbers(maker);
  room_group(maker, "chain", "計画の役割", heads, "計画に役割がありません。");
  put_posts(maker, day, sees);
  put_outsides(maker, sees);
  put_notices(maker);
  put_taking_part(maker, day, sees);
}

const Room room_contacts = {
  .segment = "contacts", .name = "関係者・連絡先", .put = put_contacts,
  .about = "今夜電話する相手です。計画の役割の人と職務代理者、外部の相手方、通報した人、この事案に関わっている職員の順に並べます。",
  .acts = { "intake.link", "callout.start", NULL },
};
