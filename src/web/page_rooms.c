#include "web/page_rooms.h"

#include <string.h>

#include "case/case.h"
#include "engine/tables.h"
#include "web/door.h"
#include "web/page_case.h"
#include "web/page_room.h"

/* Whether a page stands in the line above each page, or under 「ほかの画面」 alone. */
typedef enum { ELSEWHERE = 0, ON_WIDE, ALWAYS } Standing;

/* Every page of a case, by what it is about; a group's name stands at its first page. */
static const struct {
  const char *group, *segment, *name;
  const Room *room; /* NULL: a page of its own */
  Standing standing;
} places[] = {
  { "今", "", "いまの状況", NULL, ALWAYS },
  { NULL, "acts", "行えること", NULL, ELSEWHERE },
  { "記録", "log", "記録", NULL, ALWAYS },
  { NULL, "evidence", NULL, &room_evidence, ELSEWHERE },
  { NULL, "files", "ファイル", NULL, ELSEWHERE },
  { "対処", "hosts", NULL, &room_hosts, ON_WIDE },
  { NULL, "measures", NULL, &room_measures, ON_WIDE },
  { NULL, "inquiries", NULL, &room_inquiries, ELSEWHERE },
  { "報告", "reports", NULL, &room_reports, ON_WIDE },
  { NULL, "circulations", NULL, &room_circulations, ALWAYS },
  { NULL, "notifications", NULL, &room_register, ELSEWHERE },
  { "人", "contacts", NULL, &room_contacts, ELSEWHERE },
  { NULL, "handover", NULL, &room_handover, ELSEWHERE },
  { NULL, "callout", NULL, &room_callout, ELSEWHERE },
  { "資料", "papers", "書面", NULL, ON_WIDE },
  { NULL, "mail", "発送簿", NULL, ELSEWHERE },
  { NULL, "conformity", "計画履行状況表", NULL, ELSEWHERE },
};

static void
put_tab(TplRooms *shown, gsize i, const TplRoomTab *tab, gint64 waiting, Arena *arena)
{
  if (places[i].group)
    *(TplRoomKind *)list_push(arena, &shown->kinds, sizeof(TplRoomKind)) = (TplRoomKind){ .name = places[i].group };
  TplRoomKind *kind = &((TplRoomKind *)shown->kinds.items)[shown->kinds.length - 1];
  *(TplRoomTab *)list_push(arena, &kind->tabs, sizeof(TplRoomTab)) = *tab;
  if (tab->here || places[i].standing != ELSEWHERE)
    *(TplRoomTab *)list_push(arena, &shown->line, sizeof(TplRoomTab)) = *tab;
  else
    shown->off_wide += waiting;
  if (!tab->here && places[i].standing != ALWAYS)
    shown->off_narrow += waiting;
}

const TplRooms *
page_tabs(const PredicateContext *context, const char *segment, Arena *arena)
{
  TplRooms *shown = arena_new0(arena, TplRooms);
  for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
    const Room *room = places[i].room;
    gint64 waiting = room && room->count ? room->count(context) : 0;
    const TplRoomTab tab = {
      .name = room ? room->name : places[i].name, .here = g_str_equal(places[i].segment, segment), .wide = places[i].standing != ALWAYS,
      .href = arena_printf(arena, "/cases/%" G_GUINT64_FORMAT "%s%s", case_number(context->kase), *places[i].segment ? "/" : "", places[i].segment),
      .waits = waiting ? arena_printf(arena, "%s %" G_GINT64_FORMAT, room->waits, waiting) : NULL,
    };
    put_tab(shown, i, &tab, waiting, arena);
  }
  return shown;
}

const TplRooms *
page_tabs_of(WebRequest *request, const Case *kase, const char *segment)
{
  World *world = engine_world(request->engine);
  const Plan *plan = world_plan(world, case_plan(kase), NULL);
  const PredicateContext context = { plan, world_office(world), world_notices(world), kase, engine_now(request->engine) };
  return plan ? page_tabs(&context, segment, request->arena) : arena_new0(request->arena, TplRooms);
}

gboolean
page_is_place(const char *text)
{
  gsize length = text ? strcspn(text, "/") : 0;
  for (gsize i = 1; text && i < G_N_ELEMENTS(places); i++)
    if (strlen(places[i].segment) == length && strncmp(places[i].segment, text, length) == 0)
      return !text[length] || strspn(text + length + 1, "abcdefghijklmnopqrstuvwxyz0123456789") == strlen(text + length + 1);
  return FALSE;
}

/* --- one room --- */

typedef struct {
  WebRequest *request;
  const Case *kase;
  GHashTable *known; /* name of an act -> whether whoever looks may; of pointers */
} Asking;

static gboolean
may(gconstpointer data, const char *act)
{
  const Asking *asking = data;
  const ActKind *kind = tables_act(act);
  gpointer known;
  if (g_hash_table_lookup_extended(asking->known, kind, NULL, &known))
    return GPOINTER_TO_INT(known);
  gboolean mine = (!case_closed(asking->kase) || kind->after_closing) && page_seats(asking->request, kind, asking->request->kase).length > 0;
  g_hash_table_insert(asking->known, (gpointer)kind, GINT_TO_POINTER(mine));
  return mine;
}

static void
put_acts(const RoomMaker *maker, TplRoom *shown)
{
  const char *const *acts = maker->room->acts;
  for (gsize i = 0; acts[i]; i++)
    if (may(maker->asking, acts[i]))
      *(TplActRow *)list_push(maker->arena, &shown->acts, sizeof(TplActRow)) = (TplActRow){
        .name = acts[i], .title = tables_act(acts[i])->title,
        .href = arena_printf(maker->arena, "/cases/%" G_GINT64_FORMAT "/do/%s?_from=%s", shown->number, acts[i], shown->segment),
      };
}

static void
get_room(WebRequest *request)
{
  const Room *room = request->route->about;
  World *world = engine_world(request->engine);
  Viewer viewer = request_viewer(request);
  const Case *kase = access_open(world, &viewer, request->kase, NULL);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), NULL) : NULL;
  if (!plan) {
    answer_missing(request);
    return;
  }
  g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
  const Asking asking = { request, kase, known };
  RoomMaker maker = {
    .context = { plan, world_office(world), world_notices(world), kase, viewer.now }, .world = world, .viewer = &viewer,
    .arena = request->arena, .room = room, .all = request_parameter(request, "all") != NULL, .may = may, .asking = &asking,
  };
  TplRoom shown = {
    .number = (gint64)request->kase, .label = case_label(kase, request->arena), .title = case_title(kase) ? case_title(kase) : "（消去済み）",
    .segment = room->segment, .name = room->name, .about = room->about, .tabs = page_tabs(&maker.context, room->segment, request->arena),
  };
  room->put(&maker);
  shown.groups = maker.groups;
  put_acts(&maker, &shown);
  TplPage *page = page_new(request, arena_printf(request->arena, "%s %s", shown.label, room->name), "cases");
  page->number = shown.number;
  page->live = "case";
  page_say(request, kase, page);
  GString *out = g_string_sized_new(32768);
  template_room(out, page, &shown);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/cases/{case}/hosts", NEED_CASE, 0, get_room, FACE_PAGE, "影響ホスト", &room_hosts, TRUE },
  { "GET", "/cases/{case}/measures", NEED_CASE, 0, get_room, FACE_PAGE, "措置", &room_measures, TRUE },
  { "GET", "/cases/{case}/inquiries", NEED_CASE, 0, get_room, FACE_PAGE, "照会・依頼", &room_inquiries, TRUE },
  { "GET", "/cases/{case}/evidence", NEED_CASE, 0, get_room, FACE_PAGE, "証拠", &room_evidence, TRUE },
  { "GET", "/cases/{case}/contacts", NEED_CASE, 0, get_room, FACE_PAGE, "関係者・連絡先", &room_contacts, TRUE },
  { "GET", "/cases/{case}/reports", NEED_CASE, 0, get_room, FACE_PAGE, "報告・周知", &room_reports, TRUE },
  { "GET", "/cases/{case}/notifications", NEED_CASE, 0, get_room, FACE_PAGE, "通知・届出", &room_register, TRUE },
  { "GET", "/cases/{case}/handover", NEED_CASE, 0, get_room, FACE_PAGE, "引継書", &room_handover, TRUE },
  { "GET", "/cases/{case}/callout", NEED_CASE, 0, get_room, FACE_PAGE, "参集", &room_callout, TRUE },
  { "GET", "/cases/{case}/circulations", NEED_CASE, 0, get_room, FACE_PAGE, "決裁", &room_circulations, TRUE },
};

void
page_rooms_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
