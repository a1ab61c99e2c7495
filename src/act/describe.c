#include "act/describe.h"

#include "base/json.h"
#include "base/text.h"

#define HASH_SHOWN 12 /* digits */
#define WORDS_SHOWN 28 /* clusters: a name in a sentence */

static void describe_into(GString *text, const Field *fields, const void *body, const ActContext *context);

static const char *
name_of(const Field *field, const char *value, const ActContext *context)
{
  const char *name = field->ref && field->ref->name_of ? field->ref->name_of(context, value) : NULL;
  return name ? name : value;
}

/* A year or a port is read as it is; what is longer, in groups. */
static const char *
number_text(Arena *arena, gint64 number)
{
  return ABS(number) < 100000 ? arena_printf(arena, "%" G_GINT64_FORMAT, number) : text_grouped(arena, number);
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

/* 令和8年11月22日(日), as on every page of another year: what is told may be read years later. */
static const char *
day_text(const ActContext *context, Date day)
{
  return arena_printf(context->arena, "%s(%s)", date_print_plain(context->arena, day), date_weekday_name(day));
}

static const char *
moment_text(const ActContext *context, Instant at)
{
  return arena_printf(context->arena, "%s %s", day_text(context, instant_date(at)), instant_print_time(context->arena, at));
}

static void
describe_value(GString *text, const Field *field, const void *at, const ActContext *context)
{
  switch (field->type) {
  case FIELD_CHOICE:
    g_string_append(text, choice_label(field->choices, *(const int *)at));
    break;
  case FIELD_INT:
    g_string_append(text, number_text(context->arena, *(const gint64 *)at));
    break;
  case FIELD_BOOL:
    g_string_append(text, *(const gboolean *)at ? "はい" : "いいえ");
    break;
  case FIELD_INSTANT:
    g_string_append(text, moment_text(context, *(const Instant *)at));
    break;
  case FIELD_DATE:
    g_string_append(text, day_text(context, *(const Date *)at));
    break;
  case FIELD_LINES:
  case FIELD_INTS:
  case FIELD_LIST:
    describe_list(text, field, at, context);
    break;
  case FIELD_HASH: /* enough to tell one from another; whole in the journal and in describe_json */
    g_string_append_printf(text, "%.*s…", HASH_SHOWN, *(const char *const *)at);
    break;
  case FIELD_LINE:
  case FIELD_TEXT:
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
    if (!field_given(field, at) || field->flags & (FIELD_SECRET | FIELD_BOOK))
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

static json_t *
json_of_structs(const Field *field, const List *list, const ActContext *context)
{
  json_t *array = json_array();
  for (gsize i = 0; i < list->length; i++)
    json_array_append_new(array, describe_json(field->of, (const guint8 *)list->items + i * field->of_size, context));
  return array;
}

static json_t *
json_of_names(const Field *field, const List *list, const ActContext *context)
{
  json_t *array = json_array();
  for (gsize i = 0; i < list->length; i++)
    json_array_append_new(array, json_string(name_of(field, list_string(*list, i), context)));
  return array;
}

/* What the journal's form leaves to the reader: names, and moments of Japan. */
static void
put_words(json_t *object, const Field *field, const void *at, const ActContext *context)
{
  g_autofree char *key = g_strconcat(field->name, "_name", NULL);

  if (field->type == FIELD_CHOICE)
    json_object_set_new(object, key, json_string(choice_label(field->choices, *(const int *)at)));
  else if (field->type == FIELD_REF)
    json_object_set_new(object, key, json_string(name_of(field, *(const char *const *)at, context)));
  else if (field->type == FIELD_LINES && field->ref)
    json_object_set_new(object, key, json_of_names(field, at, context));
  else if (field->type == FIELD_LIST)
    json_object_set_new(object, field->name, json_of_structs(field, at, context));
  else if (field->type == FIELD_INSTANT)
    json_object_set_new(object, field->name, json_string(instant_print_japan(context->arena, *(const Instant *)at)));
}

json_t *
describe_json(const Field *fields, const void *body, const ActContext *context)
{
  json_t *object;
  g_autoptr(json_t) personal = NULL;
  fields_encode(fields, body, &object, &personal);
  if (personal)
    json_object_update(object, personal);
  for (const Field *field = fields; field->name; field++) {
    const void *at = (const guint8 *)body + field->offset;
    if (field->flags & FIELD_SECRET)
      json_object_del(object, field->name);
    else if (field_given(field, at))
      put_words(object, field, at, context);
  }
  return object;
}

/* --- things named in sentences --- */

char *
describe_words(Arena *arena, const char *text)
{
  if (!text || !*text)
    return arena_strdup(arena, "（消去済み）");
  g_autofree char *line = g_strndup(text, strcspn(text, "\r\n"));
  return text_truncate(arena, line, WORDS_SHOWN);
}

char *
describe_when(Arena *arena, Instant at)
{
  int year, month, day;
  if (at == INSTANT_NONE)
    return arena_strdup(arena, "");
  date_split(instant_date(at), &year, &month, &day);
  return arena_printf(arena, "%d月%d日 %s", month, day, instant_print_time(arena, at));
}

char *
describe_thing(Arena *arena, const char *text, const EntryHead *head)
{
  return arena_printf(arena, "「%s」（%s）", describe_words(arena, text), describe_when(arena, head->happened));
}

void
describe_add(GString *names, Arena *arena, const char *text, const EntryHead *head)
{
  g_string_append_printf(names, "%s%s", names->len ? "、" : "",
                         arena_printf(arena, "%s「%s」", describe_when(arena, head->happened), describe_words(arena, text)));
}
