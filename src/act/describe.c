#include "act/describe.h"

static void describe_into(GString *text, const Field *fields, const void *body, const ActContext *context);

static const char *
name_of(const Field *field, const char *value, const ActContext *context)
{
  const char *name = field->ref && field->ref->name_of ? field->ref->name_of(context, value) : NULL;
  return name ? name : value;
}

static void
describe_list(GString *text, const Field *field, const List *list, const ActContext *context)
{
  for (gsize i = 0; i < list->length; i++) {
    g_string_append(text, i ? "・" : "");
    if (field->type == FIELD_LINES)
      g_string_append(text, name_of(field, list_string(*list, i), context));
    else if (field->type == FIELD_INTS)
      g_string_append_printf(text, "%" G_GINT64_FORMAT, *list_item(*list, gint64, i));
    else {
      g_string_append(text, "（");
      describe_into(text, field->of, (const guint8 *)list->items + i * field->of_size, context);
      g_string_append(text, "）");
    }
  }
}

static void
describe_value(GString *text, const Field *field, const void *at, const ActContext *context)
{
  switch (field->type) {
  case FIELD_CHOICE:
    g_string_append(text, choice_label(field->choices, *(const int *)at));
    break;
  case FIELD_INT:
    g_string_append_printf(text, "%" G_GINT64_FORMAT, *(const gint64 *)at);
    break;
  case FIELD_BOOL:
    g_string_append(text, *(const gboolean *)at ? "はい" : "いいえ");
    break;
  case FIELD_INSTANT:
    g_string_append(text, instant_print_short(context->arena, *(const Instant *)at));
    break;
  case FIELD_DATE:
    g_string_append(text, date_print_short(context->arena, *(const Date *)at));
    break;
  case FIELD_LINES:
  case FIELD_INTS:
  case FIELD_LIST:
    describe_list(text, field, at, context);
    break;
  case FIELD_LINE:
  case FIELD_TEXT:
  case FIELD_HASH:
  case FIELD_REF:
    g_string_append(text, name_of(field, *(const char *const *)at, context));
    break;
  }
}

static void
describe_into(GString *text, const Field *fields, const void *body, const ActContext *context)
{
  gboolean first = TRUE;
  for (const Field *field = fields; field->name; field++) {
    const void *at = (const guint8 *)body + field->offset;
    if (!field_given(field, at))
      continue;
    g_string_append_printf(text, "%s%s：", first ? "" : " ／ ", field->label);
    describe_value(text, field, at, context);
    first = FALSE;
  }
}

char *
describe_body(const Field *fields, const void *body, const ActContext *context)
{
  g_autoptr(GString) text = g_string_new(NULL);
  describe_into(text, fields, body, context);
  return arena_strdup(context->arena, text->str);
}
