#include "engine/papers.h"

#include "base/error.h"
#include "base/text.h"
#include "paper/form.h"
#include "paper/source.h"

#define MARKS_MOST 5

typedef struct {
  World *now;
  const Viewer *viewer;
} Looking;

static gboolean
sees(const char *notice, gconstpointer data)
{
  const Looking *looking = data;
  return access_notice(looking->now, looking->viewer, notice);
}

/* FALSE: a mark is not one line, or there are too many. */
static gboolean
take_marks(const json_t *request, PaperSource *source, Arena *arena, GError **error)
{
  const json_t *marks = json_object_get(request, "marks");
  for (gsize i = 0; i < json_array_size(marks); i++) {
    const json_t *mark = json_array_get(marks, i);
    const char *text = json_string_value(mark);
    if (!text || i >= MARKS_MOST || text_length(text) > 20 || !text_valid(text, json_string_length(mark), TEXT_LINE, NULL)) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "書類に付ける表示は、20字までのものを%dつまでにしてください。", MARKS_MOST);
      return FALSE;
    }
    list_add(arena, &source->marks, arena_strdup(arena, text));
  }
  return TRUE;
}

/* The tree as it was before the paper: what anybody may check later. */
static gboolean
witness(Engine *engine, Document *document, GError **error)
{
  guint8 root[TREE_HASH];
  Witness *stands = &document->witness;
  if (!journal_root_at(engine_reader(engine), stands->size, root, error))
    return FALSE;
  g_autofree char *base64 = g_base64_encode(root, sizeof root);
  stands->origin = arena_strdup(document->arena, journal_reader_origin(engine_reader(engine)));
  stands->root = arena_strdup(document->arena, base64);
  return TRUE;
}

static Case *
case_asked(Engine *engine, World *world, const Viewer *viewer, const json_t *request, GError **error)
{
  json_int_t asked = json_integer_value(json_object_get(request, "case"));
  guint64 number = asked > 0 ? (guint64)asked : 0;
  if (access_case(engine_world(engine), viewer, number))
    return world_case(world, number, error);
  world_no_case(number, error);
  return NULL;
}

GBytes *
papers_copy(const char *sha256, gsize most, gconstpointer data)
{
  return blob_get_bytes((BlobStore *)data, sha256, most, NULL);
}

/* Now; in a world whose clock was ahead while it was played, not before what the case tells. */
static Instant
made_at(Engine *engine, const Case *kase)
{
  List log = case_log(kase);
  Instant last = log.length ? list_item(log, LogLine, log.length - 1)->head->recorded : 0;
  return MAX(engine_now(engine), last);
}

Document *
papers_build(Engine *engine, World *world, const Viewer *viewer, const json_t *request, Arena *arena, GError **error)
{
  const char *form = json_string_value(json_object_get(request, "form"));
  json_int_t number = json_integer_value(json_object_get(request, "number"));
  const Looking looking = { engine_world(engine), viewer };
  const Case *kase = case_asked(engine, world, viewer, request, error);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), error) : NULL;
  PaperSource source = {
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .at = kase ? made_at(engine, kase) : 0,
    .next = json_is_true(json_object_get(request, "next")),
    .issue = json_string_value(json_object_get(request, "issue")),
    .starred_only = json_string_value(json_object_get(request, "starred_only")), .sees = sees, .data = &looking, .copy = papers_copy, .copies = engine_blobs(engine),
  };

  if (!plan || !take_marks(request, &source, arena, error))
    return NULL;
  if (!form || number < 0 || number > G_MAXINT) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "様式と、何番目のものかを正しく指定してください。");
    return NULL;
  }
  return form_build(&source, form, (guint)number, arena, error);
}

/* A sheet to be filled in by hand: of the plan in force. */
static Document *
build_blank(Engine *engine, World *world, const json_t *request, Arena *arena, GError **error)
{
  const char *form = json_string_value(json_object_get(request, "form"));
  PaperSource source = { .plan = world_plan_on(world, instant_date(engine_now(engine)), error), .office = world_office(world), .at = engine_now(engine) };
  return source.plan && take_marks(request, &source, arena, error) ? form_blank_build(&source, form ? form : "", arena, error) : NULL;
}

json_t *
papers_model(Engine *engine, World *world, const Viewer *viewer, const json_t *request, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  gboolean blank = json_is_true(json_object_get(request, "blank"));
  Document *document = blank ? build_blank(engine, world, request, arena, error) : papers_build(engine, world, viewer, request, arena, error);
  if (!document || (!blank && !witness(engine, document, error)))
    return NULL;
  return json_pack("{s:o, s:s}", "paper", document_encode(document), "digest", document_digest(document));
}

json_t *
papers_proposals(Engine *engine, const Viewer *viewer, const json_t *request, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  World *world = engine_world(engine);
  const Case *kase = case_asked(engine, world, viewer, request, error);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), error) : NULL;
  const char *name = json_string_value(json_object_get(request, "form")), *id = plan && name ? form_id(plan, name) : NULL;
  const PlanForm *form = id ? plan_form(plan, id) : NULL;
  if (!plan)
    return NULL;
  if (!form) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」は、計画にある様式ではありません。", name ? name : "");
    return NULL;
  }
  const PaperSource source = { .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .at = engine_now(engine) };
  List proposals = form_proposals(&source, form, arena);
  json_t *list = json_array();
  for (gsize i = 0; i < proposals.length; i++) {
    const Proposal *proposal = list_item(proposals, Proposal, i);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "key", proposal->item->key, "label", proposal->item->label, "value",
                                          proposal->text, "from", proposal->titles));
  }
  return list;
}
