#include "web/paging.h"

#include "base/json.h"
#include "base/limits.h"

#define PAGE 200

/* FALSE: given, and no number in the range. */
static gboolean
number_of(WebRequest *request, const char *name, guint64 least, guint64 most, guint64 *number)
{
  const char *text = request_parameter(request, name);
  return !text || g_ascii_string_to_unsigned(text, 10, least, most, number, NULL);
}

gboolean
paging_asked(WebRequest *request, guint64 *from, guint64 *limit)
{
  *from = 0;
  *limit = PAGE;
  if (number_of(request, "from", 0, G_MAXINT32, from) && number_of(request, "limit", 1, LIMIT_PAGE, limit))
    return TRUE;
  answer_problem(request, problem_of_status(400), "from は0以上、limit は1から1000までの数で指定してください。");
  return FALSE;
}

void
paging_answer(WebRequest *request, const char *name, json_t *list)
{
  g_autoptr(json_t) whole = list;
  guint64 from, limit, total = json_array_size(list);

  if (!paging_asked(request, &from, &limit))
    return;
  json_t *part = json_array();
  for (guint64 i = from; i < total && i - from < limit; i++)
    json_array_append(part, json_array_get(whole, i));
  json_t *answer = json_pack("{s:o, s:I}", name, part, "total", (json_int_t)total);
  if (from + limit < total)
    json_object_set_new(answer, "next", json_integer((json_int_t)(from + limit)));
  answer_json(request, 200, answer);
}
