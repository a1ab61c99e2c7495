#include "paper/sources.h"

#include <string.h>

#include "base/error.h"
#include "case/aftermath.h"
#include "case/kept.h"

static gboolean
declared(const Case *kase)
{
  return aftermath_declared(kase) != NULL;
}

/* Those made by code. */
static const struct {
  const char *id;
  const char *name;
  FormBuild build;
  const char *kind;                    /* of the entry that issues it, or NULL */
  gboolean (*there)(const Case *kase); /* NULL: always */
} made[] = {
  { "intake", "通報受付票", form_intake, NULL, NULL },
  { "handover", "引継書", form_handover, NULL, NULL },
  { "conformity", "計画履行状況表", form_conformity, NULL, NULL },
  { "convergence", "収束宣言", form_convergence, "aftermath.declared", declared },
  { "final-report", "最終報告書", form_final, "aftermath.final_filed", NULL },
  { "register", "対外的な対応・通知の記録簿", form_register, NULL, NULL },
};

/* --- names and times --- */

const char *
form_person(const Draft *draft, const char *person)
{
  return person ? office_person_name(draft->source->office, person) : "";
}

const char *
form_post(const Draft *draft, const char *post)
{
  const Post *known = post ? office_post(draft->source->office, draft->source->plan, post) : NULL;
  return known ? known->name : post ? post : "";
}

const char *
form_who(const Draft *draft, const EntryHead *head)
{
  if (head->actor.capacity == CAPACITY_SYSTEM)
    return choice_label(capacity_choices, CAPACITY_SYSTEM);
  return arena_printf(draft->arena, "%s\n%s", form_post(draft, head->actor.post), form_person(draft, head->actor.person));
}

const char *
form_role(const Draft *draft, const char *role)
{
  const PlanRole *known = plan_role(draft->source->plan, role);
  const PlanPost *post = known && known->post ? plan_post(draft->source->plan, known->post) : NULL;
  if (!known)
    return role;
  return post ? arena_printf(draft->arena, "%s（%s）", post->name, known->name) : known->name;
}

const char *
form_holder(const Draft *draft, const char *role)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List posts = office_posts_of_role(draft->source->office, draft->source->plan, role, draft->arena);
  for (gsize i = 0; i < posts.length; i++) {
    List holders = office_holders(draft->source->office, list_string(posts, i), instant_date(draft->at), draft->arena);
    for (gsize at = 0; at < holders.length; at++)
      g_string_append_printf(names, "%s%s", names->len ? "、" : "", form_person(draft, list_string(holders, at)));
  }
  return names->len ? arena_strdup(draft->arena, names->str) : NULL;
}

const char *
form_party(const Draft *draft, const char *party)
{
  const Outside *outside = office_outside(draft->source->office, party);
  const Department *department = outside ? NULL : office_department(draft->source->office, party);
  return outside ? outside->name : department ? department->name : party;
}

const char *
form_time(const Draft *draft, Instant at)
{
  return instant_print_short(draft->arena, at);
}

const char *
form_happened(const Draft *draft, const EntryHead *head)
{
  switch (head->precision) {
  case PRECISION_HOUR:
    return arena_printf(draft->arena, "%s %d時台", date_print_short(draft->arena, instant_date(head->happened)),
                        instant_minute_of_day(head->happened) / 60);
  case PRECISION_DAY:
    return date_print_short(draft->arena, instant_date(head->happened));
  case PRECISION_ABOUT:
    return arena_printf(draft->arena, "%sごろ", form_time(draft, head->happened));
  default:
    return form_time(draft, head->happened);
  }
}

gboolean
form_none(GError **error, const char *what)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "%s", what);
  return FALSE;
}

Table *
form_pairs(Draft *draft, const char *caption)
{
  static const guint widths[] = { 24, 76 };
  return document_table(draft->document, caption, widths, 2, NULL);
}

void
form_pair(Draft *draft, Table *table, const char *label, const char *value)
{
  if (!value)
    return;
  Row *row = document_row(draft->document, table);
  document_cell(draft->document, row, label)->head = TRUE;
  document_cell(draft->document, row, value);
}

/* --- the whole --- */

static const PlanForm *
plan_form_called(const Plan *plan, const char *name)
{
  const PlanForm *form = plan_form(plan, name);
  List forms = plan_forms(plan);
  for (gsize i = 0; !form && i < forms.length; i++)
    if (g_str_equal(list_item(forms, PlanForm, i)->name, name))
      form = list_item(forms, PlanForm, i);
  return form;
}

static const PlanPaper *
paper_in(List papers, const char *name)
{
  for (gsize i = 0; i < papers.length; i++) {
    const PlanPaper *paper = list_item(papers, PlanPaper, i);
    if (g_str_equal(paper->id, name) || g_str_equal(paper->name, name))
      return paper;
  }
  return NULL;
}

/* The plan's own stands before the one that the program carries. */
static const PlanPaper *
paper_called(const Plan *plan, const char *name)
{
  const PlanPaper *paper = paper_in(plan_papers(plan), name);
  return paper ? paper : paper_in(form_shipped(), name);
}

static gssize
made_called(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(made); i++)
    if (g_str_equal(made[i].id, name) || g_str_equal(made[i].name, name))
      return (gssize)i;
  return -1;
}

const char *
form_id(const Plan *plan, const char *name)
{
  const PlanForm *own = plan_form_called(plan, name);
  const PlanPaper *paper = own ? NULL : paper_called(plan, name);
  gssize which = made_called(name);
  return own ? own->id : paper ? paper->id : which >= 0 ? made[which].id : NULL;
}

const char *
form_title(const Plan *plan, const char *id)
{
  const PlanForm *own = plan_form(plan, id);
  const PlanPaper *paper = own ? NULL : paper_called(plan, id);
  gssize which = made_called(id);
  return own ? own->name : paper ? paper->name : which >= 0 ? made[which].name : id;
}

static const char *
paper_kind(const PlanPaper *paper)
{
  const Series *series = paper->of ? series_find(paper->of) : NULL;
  return series && series->issued ? series->kind : NULL;
}

const char *
form_kind(const Plan *plan, const char *id)
{
  const PlanPaper *paper = paper_called(plan, id);
  gssize which = made_called(id);
  if (plan_form(plan, id))
    return "reporting.issued";
  return paper ? paper_kind(paper) : which >= 0 ? made[which].kind : NULL;
}

static const char *
of_kind_in(List papers, const char *kind)
{
  for (gsize i = 0; i < papers.length; i++)
    if (g_strcmp0(paper_kind(list_item(papers, PlanPaper, i)), kind) == 0)
      return list_item(papers, PlanPaper, i)->id;
  return NULL;
}

const char *
form_of_kind(const Plan *plan, const char *kind)
{
  const char *id = of_kind_in(plan_papers(plan), kind);
  id = id ? id : of_kind_in(form_shipped(), kind);
  for (gsize i = 0; !id && i < G_N_ELEMENTS(made); i++)
    if (g_strcmp0(made[i].kind, kind) == 0)
      id = made[i].id;
  return id;
}

/* --- all of them --- */

static guint
count_of(const Case *kase, const char *kind)
{
  List log = case_log(kase);
  guint count = 0;
  for (gsize i = 0; i < log.length; i++)
    count += g_str_equal(list_item(log, LogLine, i)->kind->name, kind);
  return count;
}

static void
list_papers(List papers, const Plan *besides, const Case *kase, Arena *arena, List *all)
{
  for (gsize i = 0; i < papers.length; i++) {
    const PlanPaper *paper = list_item(papers, PlanPaper, i);
    guint count = paper->of ? count_of(kase, series_find(paper->of)->kind) : 0;
    if (besides && paper_in(plan_papers(besides), paper->id))
      continue;
    *(FormListed *)list_push(arena, all, sizeof(FormListed)) = (FormListed){ paper->id, paper->name, FALSE, !paper->of || count, count };
  }
}

List
form_list(const Plan *plan, const Case *kase, Arena *arena)
{
  List all = { 0 }, forms = plan_forms(plan);
  for (gsize i = 0; i < forms.length; i++)
    *(FormListed *)list_push(arena, &all, sizeof(FormListed)) =
        (FormListed){ list_item(forms, PlanForm, i)->id, list_item(forms, PlanForm, i)->name, TRUE, TRUE, 0 };
  for (gsize i = 0; i < G_N_ELEMENTS(made); i++)
    *(FormListed *)list_push(arena, &all, sizeof(FormListed)) =
        (FormListed){ made[i].id, made[i].name, FALSE, !made[i].there || made[i].there(kase), 0 };
  list_papers(plan_papers(plan), NULL, kase, arena, &all);
  list_papers(form_shipped(), plan, kase, arena, &all);
  return all;
}

/* All names of forms, for whoever asked for one that is not there. */
static Document *
no_form(const PaperSource *source, const char *name, Arena *arena, GError **error)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List all = form_list(source->plan, source->kase, arena);
  for (gsize i = 0; i < all.length; i++)
    g_string_append_printf(names, "%s%s（%s）", i ? "、" : "", list_item(all, FormListed, i)->id, list_item(all, FormListed, i)->name);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」という様式はありません。あるのは %s です。", name, names->str);
  return NULL;
}

static void
begin(Draft *draft)
{
  const PaperSource *source = draft->source;
  Document *document = draft->document;
  document->owner = arena_strdup(draft->arena, office_name(source->office));
  document->made = source->at;
  if (source->kase)
    document->witness = (Witness){ .entry = case_reached(source->kase), .size = case_reached(source->kase) + 1 };
  if (!office_real(source->office))
    list_add(draft->arena, &document->marks, "訓練");
  if (source->kase && case_backfill(source->kase))
    list_add(draft->arena, &document->marks, "事後入力");
  for (gsize i = 0; i < source->marks.length; i++)
    list_add(draft->arena, &document->marks, arena_strdup(draft->arena, list_string(source->marks, i)));
}

static gboolean
build_made(Draft *draft, gsize which, guint number, GError **error)
{
  const char *name = made[which].name;
  Document *document = draft->document;
  document->label = arena_printf(draft->arena, "%s　%s", case_label(draft->source->kase, draft->arena), name);
  document->title = arena_printf(draft->arena, "%s　%s", name, case_title(draft->source->kase));
  return made[which].build(draft, number, error);
}

/* Of the NTH of a paper, or of what there is one of. */
static gboolean
of_number(const Circulation *circulation, gconstpointer nth)
{
  return g_strcmp0(circulation->body->ref, nth) == 0;
}

/* Where a paper that is no report has travelled; nothing when it has not. */
static void
add_travels(Draft *draft, const char *name, guint number)
{
  List log = case_log(draft->source->kase);
  guint nth = 0;
  for (gsize i = 0; draft->line && i < log.length && list_item(log, LogLine, i)->head->number <= draft->line->head->number; i++)
    nth += g_str_equal(list_item(log, LogLine, i)->kind->name, draft->line->kind->name);
  nth = nth ? nth : number;
  const char *ref = nth ? arena_printf(draft->arena, "%u", nth) : NULL;
  if (kept_circulation(draft->source->kase, name, ref))
    form_circulation(draft, kept_subject(name, draft->arena), of_number, ref);
}

Document *
form_build(const PaperSource *source, const char *form, guint number, Arena *arena, GError **error)
{
  const PlanForm *own = plan_form_called(source->plan, form);
  const PlanPaper *paper = own ? NULL : paper_called(source->plan, form);
  Draft draft = { .source = source, .document = document_new(arena), .arena = arena, .at = source->at, .upto = G_MAXUINT64,
                  .narrow = source->starred_only };
  gssize which = made_called(form);

  if (!own && !paper && which < 0)
    return no_form(source, form, arena, error);
  begin(&draft);
  gboolean built = own     ? form_report(&draft, own, number, error)
                   : paper ? form_paper(&draft, paper, number, error)
                           : build_made(&draft, (gsize)which, number, error);
  if (built && !own)
    add_travels(&draft, paper ? paper->name : made[which].name, number);
  return built && document_check(draft.document, error) ? draft.document : NULL;
}

static const FormListed *
blank_called(List blanks, const char *name)
{
  for (gsize i = 0; i < blanks.length; i++) {
    const FormListed *form = list_item(blanks, FormListed, i);
    if (g_str_equal(form->id, name) || g_str_equal(form->name, name))
      return form;
  }
  return NULL;
}

Document *
form_blank_build(const PaperSource *source, const char *form, Arena *arena, GError **error)
{
  List blanks = form_blanks(source->plan, arena);
  const FormListed *found = blank_called(blanks, form);
  PaperSource none = *source;
  none.kase = NULL;
  Draft draft = { .source = &none, .document = document_new(arena), .arena = arena, .at = source->at, .upto = G_MAXUINT64 };
  if (!found) {
    g_autoptr(GString) names = g_string_new(NULL);
    for (gsize i = 0; i < blanks.length; i++)
      g_string_append_printf(names, "%s%s（%s）", i ? "、" : "", list_item(blanks, FormListed, i)->id, list_item(blanks, FormListed, i)->name);
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」という白紙はありません。あるのは %s です。", form, names->str);
    return NULL;
  }
  begin(&draft);
  draft.document->title = draft.document->label = arena_printf(arena, "%s（白紙）", found->name);
  return form_sheet(&draft, found->id) && document_check(draft.document, error) ? draft.document : NULL;
}
