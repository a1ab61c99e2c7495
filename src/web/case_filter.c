#include "web/case_filter.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "case/notice.h"

const Choice listed_choices[] = {
  { LISTED_OPEN, "open", "進行中" }, { LISTED_CLOSED, "closed", "終結" }, { LISTED_ALL, "all", "すべて" }, { 0 },
};
const Choice case_order_choices[] = {
  { ORDER_NUMBER, "number", "番号の新しい順" }, { ORDER_CHANGED, "changed", "最終の記録の新しい順" },
  { ORDER_PRIORITY, "priority", "優先の高い順" }, { ORDER_PHASE, "phase", "段階の順" },
  { ORDER_OLDEST, "oldest", "番号の古い順" }, { 0 },
};
const Choice listed_mode_choices[] = {
  { MODE_LISTED_REAL, "real", "通常" }, { MODE_LISTED_BACKFILL, "backfill", "事後入力" }, { 0 },
};

/* --- what is asked for --- */

typedef struct {
  const CaseQuery *query;
  GError **error; /* of the first that is wrong */
  gboolean well;
} Reading;

static const char *
value_of(const Reading *reading, const char *name)
{
  const char *text = reading->query->asked(reading->query->query, name);
  return text && *text ? text : NULL;
}

static void
told_wrong(Reading *reading, const char *name, const char *may)
{
  if (reading->well)
    g_set_error(reading->error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s には %s を指定してください。", name, may);
  reading->well = FALSE;
}

static int
choice_of(Reading *reading, const char *name, const Choice *choices)
{
  const char *text = value_of(reading, name);
  const Choice *choice = text ? choice_by_token(choices, text) : NULL;
  g_autoptr(GString) may = g_string_new(NULL);
  if (choice || !text)
    return choice ? choice->value : 0;
  for (const Choice *each = choices; each->token; each++)
    g_string_append_printf(may, "%s%s", may->len ? "、" : "", each->token);
  g_string_append(may, " のどれか");
  told_wrong(reading, name, may->str);
  return 0;
}

static Date
day_of(Reading *reading, const char *name)
{
  const char *text = value_of(reading, name);
  Date day;
  if (!text)
    return DATE_NONE;
  if (date_parse(text, &day, NULL))
    return day;
  told_wrong(reading, name, "日付（例 2026-11-22）");
  return DATE_NONE;
}

gboolean
case_filter_read(CaseFilter *filter, const CaseQuery *query, GError **error)
{
  Reading reading = { query, error, TRUE };
  *filter = (CaseFilter){
    .text = value_of(&reading, "q"),
    .listed = (Listed)choice_of(&reading, "listed", listed_choices),
    .phase = value_of(&reading, "phase"),
    .class = value_of(&reading, "class"),
    .mode = (ListedMode)choice_of(&reading, "mode", listed_mode_choices),
    .mine = value_of(&reading, "mine") != NULL,
    .from = day_of(&reading, query->from),
    .until = day_of(&reading, query->until),
    .order = (CaseOrder)choice_of(&reading, "order", case_order_choices),
  };
  return reading.well;
}

gboolean
case_filter_narrow(const CaseFilter *filter)
{
  return filter->phase || filter->class || filter->mode || filter->mine || filter->from != DATE_NONE || filter->until != DATE_NONE ||
         filter->order != ORDER_NUMBER;
}

/* --- which --- */

typedef struct {
  const CaseFilter *filter;
  const char *wanted; /* the text, folded; "" for none */
  World *world;
  const Viewer *viewer;
  Arena *arena;
} Looking;

static gboolean
holds(const Looking *looking, const char *text)
{
  return text && strstr(text_fold(looking->arena, text), looking->wanted);
}

static gboolean
notice_holds(const Looking *looking, const char *id)
{
  const Notice *notice = access_notice(looking->world, looking->viewer, id) ? notices_get(world_notices(looking->world), id) : NULL;
  return notice && (holds(looking, notice->body->subject) || holds(looking, notice->body->text) || holds(looking, notice->body->sender));
}

static gboolean
text_found(const Looking *looking, const Card *card)
{
  if (!*looking->wanted || holds(looking, card->label) || holds(looking, card->title))
    return TRUE;
  for (gsize i = 0; i < card->notices.length; i++)
    if (notice_holds(looking, list_string(card->notices, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_mine(const Looking *looking, const Card *card)
{
  const Access *access = card_access(card);
  const char *person = looking->viewer->person;
  return person && (list_has_string(access->named, person) || access_admits(access, person, -1));
}

static gboolean
in_period(const CaseFilter *filter, const Card *card)
{
  Date day = instant_date(card->opened);
  return (filter->from == DATE_NONE || day >= filter->from) && (filter->until == DATE_NONE || day <= filter->until);
}

static gboolean
fits(const Looking *looking, const Card *card)
{
  const CaseFilter *filter = looking->filter;
  return (!filter->phase || g_strcmp0(card->phase, filter->phase) == 0) &&
         (!filter->class || list_has_string(card->classes, filter->class)) &&
         (!filter->mode || card->backfill == (filter->mode == MODE_LISTED_BACKFILL)) && (!filter->mine || is_mine(looking, card)) &&
         in_period(filter, card) && text_found(looking, card);
}

static gboolean
listed(const CaseFilter *filter, const Card *card)
{
  return filter->listed == LISTED_ALL || card->closed == (filter->listed == LISTED_CLOSED);
}

/* --- in what order --- */

static gint64
place_of_term(List terms, const char *id)
{
  for (gsize i = 0; id && i < terms.length; i++)
    if (g_str_equal(list_item(terms, PlanTerm, i)->id, id))
      return (gint64)i;
  return (gint64)terms.length;
}

static gint64
place_of_phase(const Plan *plan, const char *id)
{
  List phases = plan_phases(plan);
  for (gsize i = 0; id && i < phases.length; i++)
    if (g_str_equal(list_item(phases, PlanPhase, i)->id, id))
      return (gint64)i;
  return (gint64)phases.length;
}

/* Small comes first; equal ones by number. */
static gint64
sort_key(const Looking *looking, const Card *card)
{
  const Plan *plan = world_plan(looking->world, card->plan, NULL);
  switch (looking->filter->order) {
  case ORDER_CHANGED:
    return -card->changed;
  case ORDER_PRIORITY:
    return plan ? place_of_term(plan_priorities(plan), card->priority) : 0;
  case ORDER_PHASE:
    return plan ? place_of_phase(plan, card->phase) : 0;
  case ORDER_OLDEST:
    return (gint64)card->number;
  default:
    return 0;
  }
}

typedef struct {
  gint64 key;
  const Card *card;
} Sorted;

static gint
compare(gconstpointer a, gconstpointer b)
{
  const Sorted *one = a, *other = b;
  if (one->key != other->key)
    return one->key < other->key ? -1 : 1;
  return one->card->number > other->card->number ? -1 : 1;
}

List
case_filter_apply(const CaseFilter *filter, World *world, const Viewer *viewer, List cards, Arena *arena, gsize *hidden)
{
  const Looking looking = { filter, filter->text ? text_fold(arena, filter->text) : "", world, viewer, arena };
  g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(Sorted));
  List found = { 0 };
  *hidden = 0;
  for (gsize i = 0; i < cards.length; i++) {
    const Card *card = list_pointer(cards, Card, i);
    if (!fits(&looking, card))
      continue;
    const Sorted one = { sort_key(&looking, card), card };
    if (listed(filter, card))
      g_array_append_val(sorted, one);
    else
      *hidden += card->closed ? 1 : 0;
  }
  g_array_sort(sorted, compare);
  for (guint i = 0; i < sorted->len; i++)
    list_add(arena, &found, g_array_index(sorted, Sorted, i).card);
  return found;
}

/* --- as a query --- */

static void
put(GString *query, const char *name, const char *value)
{
  if (!value || !*value)
    return;
  g_string_append_printf(query, "%s%s=", query->len ? "&" : "", name);
  g_string_append_uri_escaped(query, value, NULL, FALSE);
}

const char *
case_filter_query(const CaseFilter *filter, Arena *arena)
{
  g_autoptr(GString) query = g_string_new(NULL);
  put(query, "q", filter->text);
  put(query, "listed", filter->listed == (filter->text ? LISTED_ALL : LISTED_OPEN) ? NULL : choice_token(listed_choices, (int)filter->listed));
  put(query, "phase", filter->phase);
  put(query, "class", filter->class);
  put(query, "mode", filter->mode ? choice_token(listed_mode_choices, (int)filter->mode) : NULL);
  put(query, "mine", filter->mine ? "1" : NULL);
  put(query, "from", filter->from == DATE_NONE ? NULL : date_print_iso(arena, filter->from));
  put(query, "until", filter->until == DATE_NONE ? NULL : date_print_iso(arena, filter->until));
  put(query, "order", filter->order == ORDER_NUMBER ? NULL : choice_token(case_order_choices, (int)filter->order));
  return arena_strdup(arena, query->str);
}
