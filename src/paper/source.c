#include "paper/source.h"

#include "paper/sources.h"

static const Source *
find_in(const Source *all, const char *name)
{
  while (all->told.name && !g_str_equal(all->told.name, name))
    all++;
  return all->told.name ? all : NULL;
}

const Source *
source_find(const char *name)
{
  const Source *found = find_in(case_sources, name);
  return found ? found : find_in(each_sources, name);
}

const Series *
series_find(const char *name)
{
  const Series *at = series_known;
  while (at->told.name && !g_str_equal(at->told.name, name))
    at++;
  return at->told.name ? at : NULL;
}

const Told *
source_told(const char *name)
{
  const Source *found = source_find(name);
  return found ? &found->told : NULL;
}

const Told *
source_series_told(const char *name)
{
  const Series *found = series_find(name);
  return found ? &found->told : NULL;
}

void
source_line(GString *text, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  if (text->len)
    g_string_append_c(text, '\n');
  g_string_append_vprintf(text, format, arguments);
  va_end(arguments);
}

const char *
source_lines(Draft *draft, GString *text)
{
  return text->len ? arena_strdup(draft->arena, text->str) : NULL;
}

List
form_proposals(const PaperSource *source, const PlanForm *form, Arena *arena)
{
  Draft draft = { .source = source, .arena = arena, .at = source->at, .upto = G_MAXUINT64 };
  List proposals = { 0 };
  for (gsize i = 0; i < form->items.length; i++) {
    const PlanItem *item = list_item(form->items, PlanItem, i);
    g_autoptr(GString) text = g_string_new(NULL), titles = g_string_new(NULL);
    for (gsize at = 0; at < item->from.length; at++) {
      const Source *from = source_find(list_string(item->from, at));
      const char *said = from && from->say ? from->say(&draft) : NULL;
      if (!said)
        continue;
      source_line(text, "%s", said);
      g_string_append_printf(titles, "%s%s", titles->len ? "、" : "", from->told.title);
    }
    if (text->len)
      *(Proposal *)list_push(arena, &proposals, sizeof(Proposal)) = (Proposal){ item, arena_strdup(arena, text->str), arena_strdup(arena, titles->str) };
  }
  return proposals;
}
