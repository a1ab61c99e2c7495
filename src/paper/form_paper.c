/* A paper that is data: parts in order, each of words and of what the case tells. */
#include <string.h>

#include "paper/sources.h"

static const BlockKind blocks[] = {
  [PART_NUMBER] = BLOCK_NUMBER, [PART_DATE] = BLOCK_DATE,           [PART_ADDRESSEE] = BLOCK_ADDRESSEE, [PART_SENDER] = BLOCK_SENDER,
  [PART_TITLE] = BLOCK_TITLE,   [PART_HEADING] = BLOCK_HEADING,     [PART_PARAGRAPH] = BLOCK_PARAGRAPH, [PART_ITEM] = BLOCK_ITEM,
  [PART_NOTE] = BLOCK_NOTE,     [PART_BEGIN] = BLOCK_BEGIN,         [PART_END] = BLOCK_END,             [PART_PAGE] = BLOCK_PAGE,
};

static const char *
said(Draft *draft, const char *name)
{
  const Source *source = name ? source_find(name) : NULL;
  return source && source->say ? source->say(draft) : NULL;
}

/* TEXT with each {name} told. */
static const char *
filled(Draft *draft, const char *text)
{
  g_autoptr(GString) out = g_string_new(NULL);
  const char *open;
  for (; text && (open = strchr(text, '{')); text = strchr(open, '}') + 1) {
    g_autofree char *name = g_strndup(open + 1, strcspn(open + 1, "}"));
    const char *told = said(draft, name);
    g_string_append_len(out, text, open - text);
    g_string_append(out, told ? told : "");
  }
  return text ? arena_strdup(draft->arena, g_string_append(out, text)->str) : NULL;
}

static void
add_item(Draft *draft, const PlanPart *part, const char *text, const char *told)
{
  Block *block = document_item(draft->document, (guint)part->level, text);
  block->level = (guint)part->level;
  if (part->from)
    document_add(draft->document, BLOCK_VALUE, told ? told : "")->level = (guint)part->level;
}

static void
add_part(Draft *draft, const PlanPart *part)
{
  const Source *source = part->from ? source_find(part->from) : NULL;
  const char *text = filled(draft, part->text), *told = said(draft, part->from);
  if (source && source->draw) {
    source->draw(draft, text);
    return;
  }
  if (part->from && !told && !part->always)
    return;
  if (part->kind == PART_ITEM) {
    add_item(draft, part, text, told);
    return;
  }
  if (part->kind == PART_DATE && !text && !told)
    text = date_print_plain(draft->arena, instant_date(draft->at));
  if (part->kind == PART_BEGIN || part->kind == PART_END)
    text = choice_label(part_choices, part->kind);
  document_add(draft->document, blocks[part->kind], text && told ? arena_printf(draft->arena, "%s%s", text, told) : text ? text : told)->level = (guint)part->level;
}

/* The N-th entry of KIND, or the last; NULL: there is none. */
static const LogLine *
line_of(const Case *kase, const char *kind, guint number)
{
  List log = case_log(kase);
  const LogLine *found = NULL;
  guint count = 0;
  for (gsize i = 0; i < log.length && (!number || count < number); i++) {
    if (!g_str_equal(list_item(log, LogLine, i)->kind->name, kind))
      continue;
    found = list_item(log, LogLine, i);
    count++;
  }
  return number && count < number ? NULL : found;
}

static gboolean
take_line(Draft *draft, const PlanPaper *paper, guint number, GError **error)
{
  const Series *series = series_find(paper->of);
  draft->line = line_of(draft->source->kase, series->kind, number);
  if (!draft->line)
    return form_none(error, arena_printf(draft->arena, "%sを作る「%s」は、まだありません。", paper->name, series->told.title));
  draft->at = draft->line->head->happened;
  if (!series->issued)
    return TRUE;
  draft->document->made = draft->line->head->recorded;
  draft->document->witness = (Witness){ .entry = draft->line->head->number, .size = draft->line->head->number };
  return TRUE;
}

gboolean
form_paper(Draft *draft, const PlanPaper *paper, guint number, GError **error)
{
  Document *document = draft->document;
  const char *nth = number && paper->of ? arena_printf(draft->arena, "　第%u号", number) : "";
  document->label = arena_printf(draft->arena, "%s　%s%s", case_label(draft->source->kase, draft->arena), paper->name, nth);
  document->title = arena_printf(draft->arena, "%s　%s", paper->name, case_title(draft->source->kase));
  if (paper->of && !take_line(draft, paper, number, error))
    return FALSE;
  for (gsize i = 0; i < paper->parts.length; i++)
    add_part(draft, list_item(paper->parts, PlanPart, i));
  return TRUE;
}
