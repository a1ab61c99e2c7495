#include "paper/forms.h"

#include <string.h>

#include "base/error.h"
#include "case/aftermath.h"

static gboolean
declared(const Case *kase)
{
  return aftermath_declared(kase) != NULL;
}

const FormName form_names[] = {
  { "intake", "通報受付票", NULL },
  { "handover", "引継書", NULL },
  { "conformity", "計画履行状況表", NULL },
  { "convergence", "収束宣言", declared },
  { "final-report", "最終報告書", NULL },
  { "register", "対外的な対応・通知の記録簿", NULL },
  { NULL, NULL, NULL },
};

static const FormBuild builds[] = { form_intake, form_handover, form_conformity, form_convergence, form_final, form_register };
G_STATIC_ASSERT(G_N_ELEMENTS(builds) == G_N_ELEMENTS(form_names) - 1);

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

static gsize
other_called(const char *name)
{
  gsize which = 0;
  while (form_names[which].id && !g_str_equal(form_names[which].id, name) && !g_str_equal(form_names[which].name, name))
    which++;
  return which;
}

const char *
form_id(const Plan *plan, const char *name)
{
  const PlanForm *own = plan_form_called(plan, name);
  return own ? own->id : form_names[other_called(name)].id;
}

const char *
form_title(const Plan *plan, const char *id)
{
  const PlanForm *own = plan_form(plan, id);
  gsize which = other_called(id);
  return own ? own->name : form_names[which].id ? form_names[which].name : id;
}

/* All names of forms, for whoever asked for one that is not there. */
static Document *
no_form(const Plan *plan, const char *name, GError **error)
{
  g_autoptr(GString) all = g_string_new(NULL);
  List forms = plan_forms(plan);
  for (gsize i = 0; i < forms.length; i++)
    g_string_append_printf(all, "%s（%s）、", list_item(forms, PlanForm, i)->id, list_item(forms, PlanForm, i)->name);
  for (const FormName *form = form_names; form->id; form++)
    g_string_append_printf(all, "%s（%s）%s", form->id, form->name, form[1].id ? "、" : "");
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND, "「%s」という様式はありません。あるのは %s です。", name, all->str);
  return NULL;
}

static void
begin(Draft *draft)
{
  const PaperSource *source = draft->source;
  Document *document = draft->document;
  document->owner = arena_strdup(draft->arena, office_name(source->office));
  document->made = source->at;
  document->witness.entry = case_reached(source->kase);
  document->witness.size = case_reached(source->kase) + 1;
  if (!office_real(source->office))
    list_add(draft->arena, &document->marks, "訓練");
  if (case_backfill(source->kase))
    list_add(draft->arena, &document->marks, "事後入力");
  for (gsize i = 0; i < source->marks.length; i++)
    list_add(draft->arena, &document->marks, arena_strdup(draft->arena, list_string(source->marks, i)));
}

static gboolean
build_other(Draft *draft, gsize which, guint number, GError **error)
{
  const char *name = form_names[which].name;
  Document *document = draft->document;
  document->label = arena_printf(draft->arena, "%s　%s", case_label(draft->source->kase, draft->arena), name);
  document->title = arena_printf(draft->arena, "%s　%s", name, case_title(draft->source->kase));
  return builds[which](draft, number, error);
}

Document *
form_build(const PaperSource *source, const char *form, guint number, Arena *arena, GError **error)
{
  const PlanForm *own = plan_form_called(source->plan, form);
  Draft draft = { .source = source, .document = document_new(arena), .arena = arena, .at = source->at, .upto = G_MAXUINT64,
                  .narrow = source->starred_only };
  gsize which = other_called(form);

  if (!own && !form_names[which].id)
    return no_form(source->plan, form, error);
  begin(&draft);
  gboolean built = own ? form_report(&draft, own, number, error) : build_other(&draft, which, number, error);
  return built && document_check(draft.document, error) ? draft.document : NULL;
}
