/* What was issued as paper: its model stored with the issue, its files drawn once and stored. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "case/kept.h"
#include "case/reporting.h"
#include "engine/papers.h"
#include "engine/put.h"
#include "paper/form.h"
#include "paper/paper.h"

#define DRAW_PATIENCE 120000 /* milliseconds for one file */

/* --- the model --- */

/* Stores the model of FORM's NUMBER, or of ISSUE (or NULL), or of 0 what the draft would be issued as; FALSE: it could not be. */
static gboolean
store_model(Engine *engine, const Plan *plan, const Case *kase, const char *form, gint64 number, const char *issue, char model[BLOB_ADDRESS + 1],
            GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  World *world = engine_world(engine);
  const PaperSource source = {
    .plan = plan, .office = world_office(world), .notices = world_notices(world), .kase = kase, .at = engine_now(engine), .next = !number, .circulates = !number, .issue = issue,
    .copy = papers_copy, .copies = engine_blobs(engine),
  };
  Document *document = form_build(&source, form, (guint)number, arena, error);
  g_autoptr(GBytes) json = document ? document_to_json(document) : NULL;
  return json && blob_put_bytes(engine_blobs(engine), g_bytes_get_data(json, NULL), g_bytes_get_size(json), model, error);
}

/* The paper with this NAME, as its number REF was issued, or as it stands. */
static gboolean
keep_shown_paper(Engine *engine, const Plan *plan, const Case *kase, const char *name, const Circulation *circulation, Decision *decision)
{
  char model[BLOB_ADDRESS + 1];
  guint64 number = 0;
  const char *ref = circulation->body->ref, *form = form_id(plan, name);
  if (!form || plan_form(plan, form) || (ref && !g_ascii_string_to_unsigned(ref, 10, 1, G_MAXINT32, &number, NULL)))
    return FALSE;
  const KeptPaper *kept = ref ? kept_paper(kase, form, (gint64)number) : NULL;
  PaperShown shown = { .circulation = circulation->id, .form = form, .model = kept ? kept->body->model : model };
  if (!kept && !store_model(engine, plan, kase, form, (gint64)number, NULL, model, NULL))
    return FALSE;
  decision_emit(decision, &shown_entry, &shown);
  return TRUE;
}

/* What circulates is what was issued, or the draft as it stands. */
static gboolean
keep_shown(Engine *engine, const Plan *plan, const Case *kase, const char *form, const Circulation *circulation, Decision *decision)
{
  char model[BLOB_ADDRESS + 1];
  const ReportIssue *issue = reporting_circulating(kase, circulation);
  const KeptPaper *kept = issue ? kept_of_issue(kase, (gint64)issue->head->number) : NULL;
  PaperShown shown = { .circulation = circulation->id, .form = form, .model = kept ? kept->body->model : model };
  if (!plan_form(plan, form) || (!kept && !store_model(engine, plan, kase, form, issue ? issue->body->number : 0, issue ? issue->id : NULL, model, NULL)))
    return FALSE;
  decision_emit(decision, &shown_entry, &shown);
  return TRUE;
}

/* --- 廃棄 --- */

typedef struct {
  Engine *engine;
  guint64 kase;
  guint watch;
} Destroying;

static void
destroy(Engine *engine, const char *address)
{
  g_autoptr(GError) error = NULL;
  if (!blob_remove(engine_blobs(engine), address, &error) && !g_error_matches(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND))
    g_printerr("廃棄した書面（%s）を消せません：%s\n", address, error->message);
}

/* The blobs of a case whose destruction is durable.  What a power cut left is erased at the next start. */
static void
destroy_all(Engine *engine, const Case *kase)
{
  List papers = kept_all(kase), circulations = circulation_all(kase);
  for (gsize i = 0; i < papers.length; i++) {
    const KeptPaper *paper = list_pointer(papers, KeptPaper, i);
    for (gsize at = 0; at < paper->drawn.length; at++)
      destroy(engine, list_pointer(paper->drawn, const PaperDrawn, at)->file);
    destroy(engine, paper->body->model);
  }
  for (gsize i = 0; i < circulations.length; i++) {
    const PaperShown *shown = kept_shown(kase, list_pointer(circulations, Circulation, i)->id);
    if (shown)
      destroy(engine, shown->model);
  }
}

static void
destroy_durable(guint64 stream, guint64 entry G_GNUC_UNUSED, gpointer data)
{
  if (stream != ((Destroying *)data)->kase)
    return;
  g_autofree Destroying *destroying = data;
  news_unwatch(engine_news(destroying->engine), destroying->watch);
  const Case *kase = world_case(engine_world(destroying->engine), destroying->kase, NULL);
  if (kase && kept_destroyed(kase))
    destroy_all(destroying->engine, kase);
}

/* The entry comes first and tells of each; the blobs go when it is durable. */
static gboolean
keep_destroyed(Engine *engine, const Case *kase, Decision *decision)
{
  g_autoptr(Arena) arena = arena_new();
  PapersDestroyed destroyed = { 0 };
  List papers = kept_all(kase);
  for (gsize i = 0; i < papers.length; i++)
    *(gint64 *)list_push(arena, &destroyed.issues, sizeof(gint64)) = list_pointer(papers, KeptPaper, i)->body->issue;
  if (!papers.length)
    return FALSE;
  decision_emit(decision, &destroyed_entry, &destroyed);
  Destroying *destroying = g_new0(Destroying, 1);
  *destroying = (Destroying){ .engine = engine, .kase = case_number(kase) };
  destroying->watch = news_watch(engine_news(engine), destroy_durable, destroying);
  return TRUE;
}

/* FALSE, with the error and what was left of it erased: KASE's papers are destroyed. */
static gboolean
still_there(Engine *engine, const Case *kase, GError **error)
{
  const EntryHead *destroyed = kept_destroyed(kase);
  g_autoptr(Arena) arena = arena_new();
  if (!destroyed)
    return TRUE;
  destroy_all(engine, kase);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "この事案の書面は、%sの廃棄の承認により廃棄されています（記録第%" G_GUINT64_FORMAT "番）。",
              date_print_plain(arena, instant_date(destroyed->recorded)), destroyed->number);
  return FALSE;
}

gboolean
papers_keep(Engine *engine, const Plan *plan, const Case *kase, const EntryKind *kind, guint64 number, Decision *decision)
{
  char model[BLOB_ADDRESS + 1];
  const Circulation *circulation;
  PaperKept paper = { .issue = (gint64)number, .model = model };
  if (g_str_equal(kind->name, "archive.disposal_approved"))
    return keep_destroyed(engine, kase, decision);
  if (kept_circulates(kase, kind->name, &paper.form, &circulation))
    return kept_subject_paper(circulation->body->subject) ? keep_shown_paper(engine, plan, kase, paper.form, circulation, decision)
                                                          : keep_shown(engine, plan, kase, paper.form, circulation, decision);
  const char *report = kept_report(kase);
  paper.form = report ? report : form_of_kind(plan, kind->name);
  if (!paper.form || !kept_find_issue(kase, kind->name, paper.form, &paper.number) ||
      !store_model(engine, plan, kase, paper.form, paper.number, NULL, model, NULL))
    return FALSE;
  decision_emit(decision, &kept_entry, &paper);
  return TRUE;
}

/* --- the files --- */

typedef struct {
  Engine *engine;
  guint64 kase;
  gint64 issue;
  PaperFormat format;
  gboolean again;
  PapersDone done; /* or NULL */
  gpointer data;
  gboolean tell;    /* nobody waits: what goes wrong is told on standard error */
} Fetch;

static const char *
format_name(const Fetch *fetch)
{
  return choice_token(paper_choices, (int)fetch->format);
}

static void
finish(Fetch *fetch, GBytes *file, gboolean equal, const GError *error)
{
  if (fetch->tell && error)
    g_printerr("書面（事案%" G_GUINT64_FORMAT "、記録%" G_GINT64_FORMAT "、%s）を作れません：%s\n", fetch->kase, fetch->issue, format_name(fetch),
               error->message);
  if (fetch->done)
    fetch->done(file, equal, error, fetch->data);
  g_free(fetch);
}

static Document *
stored_model(Engine *engine, const char *address, Arena *arena, GError **error)
{
  g_autoptr(GBytes) json = blob_get_bytes(engine_blobs(engine), address, LIMIT_PAPER, error);
  return json ? document_from_json(arena, g_bytes_get_data(json, NULL), g_bytes_get_size(json), error) : NULL;
}

/* The document with its witness: the tree before the issue is the same for ever. */
static Document *
read_model(Engine *engine, const PaperKept *paper, Arena *arena, GError **error)
{
  guint8 root[TREE_HASH];
  Document *document = stored_model(engine, paper->model, arena, error);
  if (!document || !journal_root_at(engine_reader(engine), (guint64)paper->issue, root, error))
    return NULL;
  g_autofree char *base64 = g_base64_encode(root, sizeof root);
  document->witness = (Witness){
    .origin = arena_strdup(arena, journal_reader_origin(engine_reader(engine))), .entry = (guint64)paper->issue,
    .size = (guint64)paper->issue, .root = arena_strdup(arena, base64),
  };
  return document;
}

static GBytes *
draw_request(const Fetch *fetch, const PaperKept *paper, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  Document *document = read_model(fetch->engine, paper, arena, error);
  if (!document)
    return NULL;
  g_autoptr(GBytes) json = document_to_json(document);
  g_autoptr(GString) request = g_string_new(NULL);
  g_string_append_printf(request, "%s spell\n", format_name(fetch));
  g_string_append_len(request, g_bytes_get_data(json, NULL), (gssize)g_bytes_get_size(json));
  return g_string_free_to_bytes(g_steal_pointer(&request));
}

static GBytes *
stored(Engine *engine, const PaperDrawn *drawn, GError **error)
{
  return blob_get_bytes(engine_blobs(engine), drawn->file, LIMIT_JOB, error);
}

/* The first of a format stands; FALSE: it could not be stored. */
static gboolean
keep_file(const Fetch *fetch, GBytes *file, GError **error)
{
  char address[BLOB_ADDRESS + 1];
  if (!blob_put_bytes(engine_blobs(fetch->engine), g_bytes_get_data(file, NULL), g_bytes_get_size(file), address, error))
    return FALSE;
  const PaperDrawn drawn = { .issue = fetch->issue, .format = format_name(fetch), .file = address,
                             .size = (gint64)g_bytes_get_size(file), .by = PAPER_RENDERER };
  if (engine_note_case(fetch->engine, fetch->kase, &drawn_entry, &drawn))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "いまは書面を保存できません。少し待ってからもう一度行ってください。");
  return FALSE;
}

/* The case is looked up anew: an erasure makes the world anew. */
static void
drawn_now(GBytes *reply, const GError *failed, gpointer data)
{
  Fetch *fetch = data;
  g_autoptr(GError) error = failed ? g_error_copy(failed) : NULL;
  const Case *kase = error ? NULL : world_case(engine_world(fetch->engine), fetch->kase, &error);
  const KeptPaper *paper = kase && still_there(fetch->engine, kase, &error) ? kept_of_issue(kase, fetch->issue) : NULL;
  const PaperDrawn *before = paper ? kept_drawn(paper, format_name(fetch)) : NULL;
  g_autoptr(GBytes) file = NULL;

  if (before)
    file = stored(fetch->engine, before, &error);
  else if (paper && keep_file(fetch, reply, &error))
    file = g_bytes_ref(reply);
  if (!file && !error) /* made anew meanwhile, without it */
    g_set_error(&error, SHODO_ERROR, SHODO_ERROR_CONFLICT, "書面を作っている間に記録が改められました。もう一度行ってください。");
  finish(fetch, file, file && g_bytes_equal(file, reply), error);
}

static void
draw(Fetch *fetch, const PaperKept *paper)
{
  g_autoptr(GError) error = NULL;
  Worker *worker = engine_worker(fetch->engine);
  if (!worker)
    g_set_error(&error, SHODO_ERROR, SHODO_ERROR_IO, "書面を作る係が動いていません。");
  g_autoptr(GBytes) request = worker ? draw_request(fetch, paper, &error) : NULL;
  if (request)
    worker_ask(worker, "paper", request, DRAW_PATIENCE, drawn_now, fetch);
  else
    finish(fetch, NULL, FALSE, error);
}

static void
fetch_kept(Fetch *fetch, const KeptPaper *paper)
{
  const PaperDrawn *drawn = kept_drawn(paper, format_name(fetch));
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) file = drawn && !fetch->again ? stored(fetch->engine, drawn, &error) : NULL;
  if (drawn && !fetch->again)
    finish(fetch, file, TRUE, error);
  else
    draw(fetch, paper->body);
}

/* --- what is asked for --- */

/* An issue of a time when papers were not kept, or that could not be: made up for now. */
static const KeptPaper *
keep_late(Engine *engine, const Plan *plan, const Case *kase, const char *form, gint64 number, const ReportIssue *issue, GError **error)
{
  char model[BLOB_ADDRESS + 1];
  PaperKept paper = { .form = form, .number = issue ? issue->body->number : number, .model = model };
  const char *kind = form_kind(plan, form);
  paper.issue = issue ? (gint64)issue->head->number : kind ? kept_find_issue(kase, kind, form, &paper.number) : 0;
  if (!paper.issue) {
    if (number)
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "%sの第%" G_GINT64_FORMAT "報は提出されていません。", form_title(plan, form), number);
    else
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "%sはまだ発行されていません。", form_title(plan, form));
    return NULL;
  }
  if (!store_model(engine, plan, kase, form, paper.number, issue ? issue->id : NULL, model, error))
    return NULL;
  if (!engine_note_case(engine, case_number(kase), &kept_entry, &paper)) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "いまは書面を保存できません。少し待ってからもう一度行ってください。");
    return NULL;
  }
  return kept_of_issue(kase, paper.issue);
}

/* FALSE, with the error: ID is no issue of FORM.  Without ID, ISSUE is NULL. */
static gboolean
find_by_id(const Case *kase, const char *form, const char *id, const ReportIssue **issue, GError **error)
{
  *issue = id ? reporting_issue(kase, id) : NULL;
  if (!id || (*issue && g_str_equal((*issue)->body->issuing.form, form)))
    return TRUE;
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "この様式に「%s」という報告はありません。", id);
  return FALSE;
}

/* NULL: there is no such paper for VIEWER. */
static const KeptPaper *
asked_for(Engine *engine, const Viewer *viewer, const json_t *request, GError **error)
{
  json_int_t asked = json_integer_value(json_object_get(request, "case")), number = json_integer_value(json_object_get(request, "number"));
  const char *name = json_string_value(json_object_get(request, "form"));
  const Case *kase = access_open(engine_world(engine), viewer, asked > 0 ? (guint64)asked : 0, error);
  const Plan *plan = kase ? world_plan(engine_world(engine), case_plan(kase), error) : NULL;
  if (!plan)
    return NULL;
  const char *form = name ? form_id(plan, name) : NULL;
  if (!form || number < 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」という様式はありません。", name ? name : "");
    return NULL;
  }
  const ReportIssue *issue;
  if (!find_by_id(kase, form, json_string_value(json_object_get(request, "issue")), &issue, error))
    return NULL;
  const KeptPaper *paper = issue ? kept_of_issue(kase, (gint64)issue->head->number) : kept_paper(kase, form, number);
  if (!still_there(engine, kase, error))
    return NULL;
  return paper ? paper : keep_late(engine, plan, kase, form, number, issue, error);
}

void
papers_fetch(Engine *engine, const Viewer *viewer, const json_t *request, PapersDone done, gpointer data)
{
  g_autoptr(GError) error = NULL;
  const char *name = json_string_value(json_object_get(request, "format"));
  const Choice *format = name ? choice_by_token(paper_choices, name) : NULL;
  const KeptPaper *paper = NULL;

  if (!format)
    g_set_error(&error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "書面の形式は html、pdf、docx、xlsx のどれかです。");
  else
    paper = asked_for(engine, viewer, request, &error);
  if (!paper) {
    done(NULL, FALSE, error, data);
    return;
  }
  Fetch *fetch = g_new0(Fetch, 1);
  *fetch = (Fetch){ .engine = engine, .kase = paper->head->stream, .issue = paper->body->issue, .format = (PaperFormat)format->value,
                    .again = json_is_true(json_object_get(request, "again")), .done = done, .data = data };
  fetch_kept(fetch, paper);
}

/* The address of what is stored of what REQUEST asks for, or NULL. */
static const char *
stored_for(const Case *kase, const Plan *plan, const json_t *request)
{
  const char *name = json_string_value(json_object_get(request, "form")), *circulation = json_string_value(json_object_get(request, "circulation"));
  const PaperShown *shown = circulation ? kept_shown(kase, circulation) : NULL;
  const char *form = name ? form_id(plan, name) : NULL;
  gboolean kept = form && !json_is_true(json_object_get(request, "next"));
  const KeptPaper *paper = kept ? kept_paper(kase, form, json_integer_value(json_object_get(request, "number"))) : NULL;
  return circulation ? (shown ? shown->model : NULL) : paper ? paper->body->model : NULL;
}

Document *
papers_document(Engine *engine, const Viewer *viewer, const json_t *request, Arena *arena, GError **error)
{
  World *world = engine_world(engine);
  json_int_t asked = json_integer_value(json_object_get(request, "case"));
  const Case *kase = access_open(world, viewer, asked > 0 ? (guint64)asked : 0, error);
  const Plan *plan = kase ? world_plan(world, case_plan(kase), error) : NULL;
  const char *model = plan ? stored_for(kase, plan, request) : NULL;
  if (!plan)
    return NULL;
  if (model)
    return still_there(engine, kase, error) ? stored_model(engine, model, arena, error) : NULL;
  if (!json_object_get(request, "circulation"))
    return papers_build(engine, world, viewer, request, arena, error);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "この回議に、保存された書面はありません。");
  return NULL;
}

/* --- as things stand --- */

typedef struct {
  Engine *engine;
  char *viewer; /* or NULL: the owner */
  json_t *request;
  PapersDone done;
  gpointer data;
} Passing;

static void
pass(Passing *passing, GBytes *file, const GError *error)
{
  passing->done(file, TRUE, error, passing->data);
  json_decref(passing->request);
  g_free(passing->viewer);
  g_free(passing);
}

static void
passing_drawn(GBytes *reply, const GError *error, gpointer data)
{
  pass(data, reply, error);
}

static GBytes *
passing_request(const Passing *passing, GError **error)
{
  const Viewer viewer = { passing->viewer, engine_now(passing->engine) };
  g_autoptr(json_t) model = papers_model(passing->engine, engine_world(passing->engine), &viewer, passing->request, error);
  const char *format = json_string_value(json_object_get(passing->request, "format"));
  g_autofree char *json = model ? json_dumps(json_object_get(model, "paper"), JSON_COMPACT) : NULL;
  g_autofree char *text = json ? g_strdup_printf("%s spell\n%s", format, json) : NULL;
  return text ? g_bytes_new(text, strlen(text)) : NULL;
}

/* What is shown is durable; what came meanwhile may not be. */
static void
passing_durable(const Answer *answer G_GNUC_UNUSED, gpointer data)
{
  Passing *passing = data;
  g_autoptr(GError) error = NULL;
  const Card *card = world_card(engine_world(passing->engine), (guint64)json_integer_value(json_object_get(passing->request, "case")));
  Worker *worker = engine_worker(passing->engine);
  if (card && card->reached >= engine_head(passing->engine).size) {
    engine_hold(passing->engine, passing_durable, passing);
    return;
  }
  if (!worker)
    g_set_error(&error, SHODO_ERROR, SHODO_ERROR_IO, "書面を作る係が動いていません。");
  g_autoptr(GBytes) bytes = worker ? passing_request(passing, &error) : NULL;
  if (bytes)
    worker_ask(worker, "paper", bytes, DRAW_PATIENCE, passing_drawn, passing);
  else
    pass(passing, NULL, error);
}

void
papers_draw(Engine *engine, const Viewer *viewer, const json_t *request, PapersDone done, gpointer data)
{
  Passing *passing = g_new0(Passing, 1);
  *passing = (Passing){ .engine = engine, .viewer = g_strdup(viewer->person), .request = json_deep_copy(request), .done = done, .data = data };
  engine_hold(engine, passing_durable, passing);
}

json_t *
papers_list(Engine *engine, const Viewer *viewer, guint64 number, GError **error)
{
  Case *kase = access_open(engine_world(engine), viewer, number, error);
  const Plan *plan = kase ? world_plan(engine_world(engine), case_plan(kase), error) : NULL;
  List papers = plan ? kept_all(kase) : (List){ 0 };
  json_t *list = plan ? json_array() : NULL;

  for (gsize i = 0; i < papers.length; i++) {
    const KeptPaper *paper = list_pointer(papers, KeptPaper, i);
    json_t *files = json_object();
    for (gsize at = 0; at < paper->drawn.length; at++) {
      const PaperDrawn *drawn = list_pointer(paper->drawn, const PaperDrawn, at);
      json_object_set_new(files, drawn->format, json_string(drawn->file));
    }
    json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "form", paper->body->form, "name", form_title(plan, paper->body->form),
                               "number", (json_int_t)paper->body->number, "entry", (json_int_t)paper->body->issue, "digest",
                               paper->body->model, "files", files);
    put_time(object, "kept", paper->head->recorded);
    json_array_append_new(list, object);
  }
  return list;
}

/* --- as soon as it is issued --- */

struct Drawing {
  Engine *engine;
  guint watch;
  GHashTable *tried; /* "issue format": asked of the worker, or failed for good */
  guint64 swept;     /* cases looked at since the start */
  guint sweep;       /* source; 0: all were */
};

static const PaperFormat at_issue[] = { PAPER_PDF, PAPER_DOCX };

static void
draw_missing(Drawing *drawing, guint64 kase, const KeptPaper *paper, PaperFormat format)
{
  const char *name = choice_token(paper_choices, (int)format);
  if (kept_drawn(paper, name) || !g_hash_table_add(drawing->tried, g_strdup_printf("%" G_GINT64_FORMAT " %s", paper->body->issue, name)))
    return;
  Fetch *fetch = g_new0(Fetch, 1);
  *fetch = (Fetch){ .engine = drawing->engine, .kase = kase, .issue = paper->body->issue, .format = format, .tell = TRUE };
  draw(fetch, paper->body);
}

static void
heard(guint64 stream, guint64 entry G_GNUC_UNUSED, gpointer data)
{
  Drawing *drawing = data;
  const Case *kase = stream ? world_case(engine_world(drawing->engine), stream, NULL) : NULL;
  List papers = kase && !kept_destroyed(kase) ? kept_all(kase) : (List){ 0 };
  for (gsize i = 0; i < papers.length; i++)
    for (gsize at = 0; at < G_N_ELEMENTS(at_issue); at++)
      draw_missing(drawing, stream, list_pointer(papers, KeptPaper, i), at_issue[at]);
}

/* One case a turn: folding it is the work, and other things come first. */
static gboolean
sweep(gpointer data)
{
  Drawing *drawing = data;
  World *world = engine_world(drawing->engine);
  List cards = world_cards(world);
  while (drawing->swept < cards.length) {
    const Card *card = list_pointer(cards, const Card, drawing->swept++);
    const Case *kase = card->destroyed ? world_case(world, card->number, NULL) : NULL;
    if (!kase)
      continue;
    destroy_all(drawing->engine, kase);
    return G_SOURCE_CONTINUE;
  }
  drawing->sweep = 0;
  return G_SOURCE_REMOVE;
}

Drawing *
drawing_new(Engine *engine)
{
  Drawing *drawing = g_new0(Drawing, 1);
  drawing->engine = engine;
  drawing->tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  drawing->watch = news_watch(engine_news(engine), heard, drawing);
  drawing->sweep = g_idle_add_full(G_PRIORITY_LOW, sweep, drawing, NULL);
  return drawing;
}

void
drawing_free(Drawing *drawing)
{
  if (!drawing)
    return;
  news_unwatch(engine_news(drawing->engine), drawing->watch);
  if (drawing->sweep)
    g_source_remove(drawing->sweep);
  g_hash_table_unref(drawing->tried);
  g_free(drawing);
}
