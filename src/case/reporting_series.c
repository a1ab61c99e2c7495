/* Two series of reports of one case, to the CISO and to the ministry: where their figures or the times of
 * these differ.  What is compared are items that are filled from the same thing (PlanItem.from). */
#include "case/reporting.h"
#include "case/state.h"

#define FIGURE "(延べ)? ?([0-9][0-9,]*) ?(人|件|世帯|団体|台|円)"
#define AS_OF "([^（(、。,\\n]*[^（(、。,\\n ]) ?(現在|時点)"

/* Compiled once; they live as long as the program. */
static const GRegex *
compiled(gsize *once, const char *pattern)
{
  if (g_once_init_enter(once)) {
    g_autoptr(GError) error = NULL;
    GRegex *regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, &error);
    g_assert_no_error(error);
    g_once_init_leave(once, (gsize)regex);
  }
  return (const GRegex *)*once;
}

static const GRegex *
figures(void)
{
  static gsize once;
  return compiled(&once, FIGURE);
}

static const GRegex *
times(void)
{
  static gsize once;
  return compiled(&once, AS_OF);
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
  return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* All that REGEX finds, each once, sorted and joined; "" when there is nothing.  To free. */
static char *
found(const char *text, const GRegex *regex)
{
  g_autofree char *plain = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);
  g_autoptr(GMatchInfo) match = NULL;
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  GString *all = g_string_new(NULL);
  if (plain)
    g_regex_match(regex, plain, 0, &match);
  for (; match && g_match_info_matches(match); g_match_info_next(match, NULL)) {
    char *word = g_match_info_fetch(match, 0);
    if (g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
      g_free(word);
    else
      g_ptr_array_add(words, word);
  }
  g_ptr_array_sort(words, by_text);
  for (guint i = 0; i < words->len; i++)
    g_string_append_printf(all, "%s%s", i ? "、" : "", (const char *)words->pdata[i]);
  return g_string_free(all, FALSE);
}

static gboolean
share(const PlanItem *one, const PlanItem *two)
{
  for (gsize i = 0; i < one->from.length; i++)
    if (list_has_string(two->from, list_string(one->from, i)))
      return TRUE;
  return FALSE;
}

typedef struct {
  const PlanForm *form;
  List values;
  const char *name; /* 「報告様式1 第2報」 */
} Side;

/* What its readers have: the last issue, else the draft.  DRAFT: the draft, unless it is what was issued. */
static gboolean
take_side(const Case *kase, const PlanForm *form, gboolean draft, Arena *arena, Side *side)
{
  const ReportIssue *last = reporting_last(kase, form->id);
  const ReportDraft *written = reporting_draft(kase, form->id);
  if (!written)
    return FALSE;
  *side = (Side){ form, written->body->items, arena_printf(arena, "%s（下書き）", form->name) };
  if (last && (!draft || last->body->draft == (gint64)written->head->number)) {
    side->values = last->body->items;
    side->name = arena_printf(arena, "%s 第%" G_GINT64_FORMAT "報", form->name, last->body->number);
  }
  return TRUE;
}

static void
compare(const Side *mine, const PlanItem *one, const Side *theirs, const PlanItem *two, List *differences, Arena *arena)
{
  const GRegex *const what[] = { figures(), times() };
  const ReportValue *here = reporting_value(mine->values, one->key), *there = reporting_value(theirs->values, two->key);
  for (gsize i = 0; here && here->value && there && there->value && i < G_N_ELEMENTS(what); i++) {
    g_autofree char *a = found(here->value, what[i]), *b = found(there->value, what[i]);
    if (*a && *b && !g_str_equal(a, b))
      list_add(arena, differences, arena_printf(arena, "%s「%s」は %s、%s「%s」は %s", mine->name, one->label, a, theirs->name, two->label, b));
  }
}

static void
compare_forms(const Side *mine, const Side *theirs, List *differences, Arena *arena)
{
  for (gsize i = 0; i < mine->form->items.length; i++)
    for (gsize j = 0; j < theirs->form->items.length; j++) {
      const PlanItem *one = list_item(mine->form->items, PlanItem, i), *two = list_item(theirs->form->items, PlanItem, j);
      if (share(one, two))
        compare(mine, one, theirs, two, differences, arena);
    }
}

List
reporting_differences(const Plan *plan, const Case *kase, const PlanForm *form, Arena *arena)
{
  List forms = plan_forms(plan), differences = { 0 };
  Side mine, theirs;
  if (!take_side(kase, form, TRUE, arena, &mine))
    return differences;
  for (gsize i = 0; i < forms.length; i++) {
    const PlanForm *other = list_item(forms, PlanForm, i);
    if (other != form && take_side(kase, other, FALSE, arena, &theirs))
      compare_forms(&mine, &theirs, &differences, arena);
  }
  return differences;
}
