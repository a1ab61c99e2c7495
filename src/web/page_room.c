#include "web/page_room.h"

#include "base/limits.h"
#include "case/kept.h"
#include "engine/tables.h"
#include "web/page_known.h"

/* What was begun last; list_push moves items, so it is looked for each time. */
static TplRoomGroup *
group_of(const RoomMaker *maker)
{
  return &((TplRoomGroup *)maker->groups.items)[maker->groups.length - 1];
}

static TplRoomRow *
row_of(const RoomMaker *maker)
{
  List rows = group_of(maker)->rows;
  return &((TplRoomRow *)rows.items)[rows.length - 1];
}

static TplRoomCell *
cell_of(const RoomMaker *maker)
{
  List cells = row_of(maker)->cells;
  return &((TplRoomCell *)cells.items)[cells.length - 1];
}

void
room_group(RoomMaker *maker, const char *id, const char *title, const char *const *heads, const char *empty)
{
  TplRoomGroup *group = list_push(maker->arena, &maker->groups, sizeof *group);
  *group = (TplRoomGroup){ .id = id, .title = title, .empty = empty };
  for (gsize i = 0; heads && heads[i]; i++)
    list_add(maker->arena, &group->heads, heads[i]);
}

void
room_remark(RoomMaker *maker, const char *text)
{
  if (text && *text)
    list_add(maker->arena, &group_of(maker)->remarks, text);
}

gboolean
room_row(RoomMaker *maker, const char *id, gboolean done)
{
  TplRoomGroup *group = group_of(maker);
  group->total++;
  if (!maker->all && group->rows.length >= LIMIT_ROOM_ROWS) {
    group->more = TRUE;
    return FALSE;
  }
  TplRoomRow *row = list_push(maker->arena, &group->rows, sizeof *row);
  *row = (TplRoomRow){ .id = arena_printf(maker->arena, "%s-%s", group->id, id), .done = done };
  return TRUE;
}

void
room_cell(RoomMaker *maker, const char *text)
{
  TplRoomRow *row = row_of(maker);
  List heads = group_of(maker)->heads;
  gsize at = row->cells.length;
  TplRoomCell *cell = list_push(maker->arena, &row->cells, sizeof *cell);
  *cell = (TplRoomCell){ .head = at < heads.length ? list_string(heads, at) : "", .first = at == 0 };
  room_line(maker, ROOM_PLAIN, text);
}

/* 「内線3100」 is no number to be dialled from outside. */
void
room_line(RoomMaker *maker, RoomLook look, const char *text)
{
  if (!text || !*text)
    return;
  /* An address that is too long for its column goes on from its @, not from within a name. */
  const char *rest = look == ROOM_MAIL ? strchr(text, '@') : NULL;
  if (rest)
    text = arena_strndup(maker->arena, text, (gsize)(rest - text));
  *(TplRoomLine *)list_push(maker->arena, &cell_of(maker)->lines, sizeof(TplRoomLine)) = (TplRoomLine){
    .text = text, .rest = rest, .note = look == ROOM_NOTE || look == ROOM_MAIL, .tag = look == ROOM_TAG, .soon = look == ROOM_SOON, .over = look == ROOM_OVER,
    .telephone = look == ROOM_TELEPHONE && (g_ascii_isdigit(*text) || *text == '+'), .gone = look == ROOM_GONE,
  };
}

void
room_pair(RoomMaker *maker, const char *name, const char *text)
{
  if (text && *text)
    room_line(maker, ROOM_PLAIN, arena_printf(maker->arena, "%s：%s", name, text));
}

void
room_link(RoomMaker *maker, const char *text, const char *href)
{
  *(TplRoomLine *)list_push(maker->arena, &cell_of(maker)->lines, sizeof(TplRoomLine)) = (TplRoomLine){ .text = text, .href = href };
}

static void
put_paper(RoomMaker *maker, const char *form, const char *text, const char *file)
{
  room_link(maker, text, arena_printf(maker->arena, "/cases/%" G_GUINT64_FORMAT "/papers/%s/%s.pdf", case_number(maker->context.kase), form, file));
}

void
room_issued(RoomMaker *maker, const char *form, const char *text, const char *file)
{
  if (kept_destroyed(maker->context.kase))
    room_line(maker, ROOM_NOTE, "書面は廃棄済み");
  else
    put_paper(maker, form, text, file);
}

void
room_paper(RoomMaker *maker, const char *form, const char *text, gsize nth, gboolean kept)
{
  const char *file = arena_printf(maker->arena, "%" G_GSIZE_FORMAT "%s", nth, kept ? "" : "-now");
  if (kept)
    room_issued(maker, form, text, file);
  else
    put_paper(maker, form, text, file);
}

/* --- acts --- */

void
room_act(RoomMaker *maker, const char *act, const char *label, ...)
{
  const ActKind *kind = tables_act(act);
  va_list fields;
  if (!maker->may(maker->asking, act))
    return;
  g_autoptr(GString) href = g_string_new(NULL);
  g_string_printf(href, "/cases/%" G_GUINT64_FORMAT "/do/%s?_from=%s", case_number(maker->context.kase), act, maker->room->segment);
  va_start(fields, label);
  for (const char *name = va_arg(fields, const char *); name; name = va_arg(fields, const char *)) {
    g_autofree char *value = g_uri_escape_string(va_arg(fields, const char *), NULL, FALSE);
    g_string_append_printf(href, "&%s=%s", name, value);
  }
  va_end(fields);
  *(TplActRow *)list_push(maker->arena, &row_of(maker)->acts, sizeof(TplActRow)) = (TplActRow){
    .name = kind->name, .title = label ? label : kind->title, .href = arena_strdup(maker->arena, href->str),
  };
  group_of(maker)->acts = TRUE;
}

/* --- words --- */

const char *
room_time(const RoomMaker *maker, Instant at)
{
  return page_time(maker->arena, at, maker->context.now);
}

const char *
room_by(const RoomMaker *maker, const EntryHead *head)
{
  if (!head)
    return "";
  const char *name = head->actor.capacity == CAPACITY_SYSTEM ? "" : office_person_name(maker->context.office, head->actor.person);
  return arena_printf(maker->arena, "%s %s", room_time(maker, head->happened), name);
}

const char *
room_party(const RoomMaker *maker, const char *id)
{
  const Office *office = maker->context.office;
  if (!id)
    return "";
  const Outside *outside = office_outside(office, id);
  const Post *post = office_post(office, maker->context.plan, id);
  const Department *department = office_department(office, id);
  return outside ? outside->name : post ? post->name : department ? department->name
       : office_person(office, id) ? office_person_name(office, id) : id;
}
