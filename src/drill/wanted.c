#include "drill/wanted.h"

#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "case/clocks.h"
#include "case/measure.h"
#include "case/notice.h"
#include "case/notification.h"
#include "case/record.h"
#include "case/reporting.h"
#include "case/triage.h"
#include "office/office.h"

/* A key of one thing wanted.  FIELD_TEXT need only be contained; all else is equal. */
typedef struct {
  const char *name;
  FieldType type;
  const Choice *choices;
} Key;

static const Key figure_keys[] = {
  { "subject", FIELD_LINE }, { "number", FIELD_INT }, { "unit", FIELD_CHOICE, unit_choices },
  { "status", FIELD_CHOICE, figure_choices }, { "as_of", FIELD_INSTANT }, { "dataset", FIELD_LINE },
  { "id", FIELD_LINE }, { NULL },
};
static const Key statement_keys[] = {
  { "id", FIELD_LINE }, { "kind", FIELD_CHOICE, statement_choices }, { "subject", FIELD_LINE }, { "text", FIELD_TEXT },
  { "number", FIELD_INT }, { "superseded_by", FIELD_LINE }, { "happened", FIELD_INSTANT }, { NULL },
};
static const Key dataset_keys[] = {
  { "name", FIELD_LINE }, { "body", FIELD_LINE }, { "personal", FIELD_CHOICE, ternary_choices },
  { "my_number", FIELD_CHOICE, ternary_choices }, { "encrypted", FIELD_CHOICE, ternary_choices }, { NULL },
};
static const Key notice_keys[] = {
  { "id", FIELD_LINE }, { "received", FIELD_INSTANT }, { "channel", FIELD_CHOICE, channel_choices },
  { "via", FIELD_CHOICE, via_choices }, { NULL },
};
static const Key measure_keys[] = {
  { "id", FIELD_LINE }, { "kind", FIELD_CHOICE, measure_choices }, { "text", FIELD_TEXT },
  { "state", FIELD_CHOICE, measure_state_choices }, { NULL },
};
static const Key service_keys[] = {
  { "service", FIELD_LINE }, { "down", FIELD_BOOL }, { "replacement", FIELD_TEXT }, { "lost", FIELD_TEXT }, { NULL },
};
static const Key record_keys[] = { { "id", FIELD_LINE }, { "sort", FIELD_CHOICE, record_choices }, { "text", FIELD_TEXT }, { NULL } };
static const Key notification_keys[] = {
  { "recipient", FIELD_LINE }, { "told", FIELD_BOOL }, { "at", FIELD_INSTANT }, { "form", FIELD_LINE },
  { "issue", FIELD_LINE }, { "reason", FIELD_TEXT }, { NULL },
};
static const Key publication_keys[] = {
  { "to", FIELD_CHOICE, publish_choices }, { "published", FIELD_BOOL }, { "at", FIELD_INSTANT }, { "text", FIELD_TEXT },
  { "reason", FIELD_TEXT }, { NULL },
};
static const Key outside_keys[] = {
  { "name", FIELD_LINE }, { "kind", FIELD_CHOICE, outside_choices }, { "parent", FIELD_LINE }, { "approved", FIELD_BOOL }, { NULL },
};
static const Key clock_keys[] = {
  { "id", FIELD_LINE }, { "state", FIELD_CHOICE, clock_choices }, { "day", FIELD_LINE }, { "from", FIELD_LINE },
  { "subject", FIELD_LINE }, { "overdue", FIELD_BOOL }, { "late", FIELD_BOOL }, { "stale", FIELD_BOOL }, { "caution", FIELD_LINE },
  { "reason", FIELD_TEXT }, { "why", FIELD_TEXT }, { "text", FIELD_TEXT }, { "days", FIELD_TEXT }, { NULL },
};
static const Key item_keys[] = {
  { "issue", FIELD_LINE }, { "item", FIELD_LINE }, { "state", FIELD_CHOICE, value_choices }, { "contains", FIELD_TEXT }, { NULL },
};
static const Key outcome_key = { "judged", FIELD_CHOICE, outcome_choices };
static const Key line_key = { "recipient", FIELD_LINE, NULL };
static const Key number_key = { "reports", FIELD_INT, NULL };

/* Lists of the view of the same name, of which the things wanted must be some, or all. */
static const struct {
  const char *name;
  const Key *keys;
  gboolean whole;
} lists[] = {
  { "figures", figure_keys, TRUE },
  { "statements", statement_keys, FALSE },
  { "datasets", dataset_keys, FALSE },
  { "notices", notice_keys, FALSE },
  { "measures", measure_keys, FALSE },
  { "services", service_keys, FALSE },
  { "records", record_keys, FALSE },
  { "notifications", notification_keys, FALSE },
  { "publications", publication_keys, FALSE },
  { "outsides", outside_keys, FALSE },
  { "clocks", clock_keys, FALSE },
};

const char *const wanted_keys[] = {
  "figures", "statements", "datasets", "notices", "measures", "services", "records", "notifications", "publications",
  "outsides", "clocks", "judged", "judgements", "reports", "report", "notified", "not_required", NULL,
};

/* --- reading --- */

static json_t *
choice_of(const Key *key, const YamlNode *node, GError **error)
{
  g_autoptr(GString) tokens = g_string_new(NULL);
  if (choice_by_token(key->choices, yaml_text(node)))
    return json_string(yaml_text(node));
  for (const Choice *choice = key->choices; choice->token; choice++)
    g_string_append_printf(tokens, "%s%s", tokens->len ? "、" : "", choice->token);
  yaml_error(error, node, "%s は %s のどれかです。", key->name, tokens->str);
  return NULL;
}

static json_t *
instant_of_node(const Key *key, const YamlNode *node, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) why = NULL;
  Instant at;
  if (instant_parse(yaml_text(node), &at, &why))
    return json_string(instant_print_japan(arena, at));
  yaml_error(error, node, "%s の日時が読み取れません（%s）。", key->name, why->message);
  return NULL;
}

static json_t *
number_of_node(const Key *key, const YamlNode *node, GError **error)
{
  gint64 number;
  if (g_ascii_string_to_signed(yaml_text(node), 10, 0, FIELD_INT_MAX, &number, NULL))
    return json_integer(number);
  yaml_error(error, node, "%s は0以上の整数で書いてください。", key->name);
  return NULL;
}

static json_t *
flag_of_node(const Key *key, const YamlNode *node, GError **error)
{
  const char *text = yaml_text(node);
  if (g_str_equal(text, "true") || g_str_equal(text, "false"))
    return json_boolean(text[0] == 't');
  yaml_error(error, node, "%s は true か false で書いてください。", key->name);
  return NULL;
}

static json_t *
value_of(const Key *key, const YamlNode *node, GError **error)
{
  if (yaml_kind(node) != YAML_SCALAR || !yaml_text(node)[0]) {
    yaml_error(error, node, "%s は一つの値で書いてください。", key->name);
    return NULL;
  }
  if (key->type == FIELD_CHOICE)
    return choice_of(key, node, error);
  if (key->type == FIELD_INSTANT)
    return instant_of_node(key, node, error);
  if (key->type == FIELD_INT)
    return number_of_node(key, node, error);
  return key->type == FIELD_BOOL ? flag_of_node(key, node, error) : json_string(yaml_text(node));
}

static json_t *
thing_of(const Key *keys, const YamlNode *map, GError **error)
{
  g_autoptr(json_t) thing = json_object();
  if (yaml_kind(map) != YAML_MAPPING) {
    yaml_error(error, map, "確かめるものは「項目: 値」の組で書いてください。");
    return NULL;
  }
  for (guint i = 0; i < yaml_length(map); i++) {
    const char *name = yaml_text(yaml_key_at(map, i));
    const Key *key = keys;
    while (key->name && !g_str_equal(key->name, name))
      key++;
    if (!key->name) {
      yaml_error(error, yaml_key_at(map, i), "「%s」では確かめられません。docs/scenario-format.md に項目の一覧があります。", name);
      return NULL;
    }
    json_t *value = value_of(key, yaml_at(map, i), error);
    if (!value)
      return NULL;
    json_object_set_new(thing, name, value);
  }
  return g_steal_pointer(&thing);
}

/* A sequence; ONE is allowed to stand for a sequence of one. */
static json_t *
things_of(const Key *keys, const YamlNode *node, GError **error)
{
  g_autoptr(json_t) list = json_array();
  gboolean one = yaml_kind(node) == YAML_MAPPING;
  if (yaml_kind(node) == YAML_SCALAR) {
    yaml_error(error, node, "確かめるものを一覧（- の行）で書いてください。");
    return NULL;
  }
  for (guint i = 0; i < (one ? 1 : yaml_length(node)); i++) {
    json_t *thing = thing_of(keys, one ? node : yaml_at(node, i), error);
    if (!thing)
      return NULL;
    json_array_append_new(list, thing);
  }
  return g_steal_pointer(&list);
}

static json_t *
values_of(const Key *key, const YamlNode *node, GError **error)
{
  g_autoptr(json_t) list = json_array();
  if (yaml_kind(node) != YAML_SEQUENCE) {
    yaml_error(error, node, "一覧（[ , ] か - の行）で書いてください。");
    return NULL;
  }
  for (guint i = 0; i < yaml_length(node); i++) {
    json_t *value = value_of(key, yaml_at(node, i), error);
    if (!value)
      return NULL;
    json_array_append_new(list, value);
  }
  return g_steal_pointer(&list);
}

static json_t *
counts_of(const YamlNode *map, GError **error)
{
  g_autoptr(json_t) counts = json_object();
  if (yaml_kind(map) != YAML_MAPPING) {
    yaml_error(error, map, "reports は「様式: 提出した数」の組で書いてください。");
    return NULL;
  }
  for (guint i = 0; i < yaml_length(map); i++) {
    json_t *count = value_of(&number_key, yaml_at(map, i), error);
    if (!count)
      return NULL;
    json_object_set_new(counts, yaml_text(yaml_key_at(map, i)), count);
  }
  return g_steal_pointer(&counts);
}

static json_t *
value_under(const char *name, const YamlNode *node, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
    if (g_str_equal(lists[i].name, name))
      return things_of(lists[i].keys, node, error);
  if (g_str_equal(name, "judged"))
    return value_of(&outcome_key, node, error);
  if (g_str_equal(name, "judgements"))
    return values_of(&outcome_key, node, error);
  if (g_str_equal(name, "reports"))
    return counts_of(node, error);
  return g_str_equal(name, "report") ? things_of(item_keys, node, error) : values_of(&line_key, node, error);
}

json_t *
wanted_read(const YamlNode *check, GError **error)
{
  g_autoptr(json_t) wanted = json_object();
  for (gsize i = 0; wanted_keys[i]; i++) {
    const YamlNode *node = yaml_get(check, wanted_keys[i]);
    json_t *value = node ? value_under(wanted_keys[i], node, error) : NULL;
    if (node && !value)
      return NULL;
    if (value)
      json_object_set_new(wanted, wanted_keys[i], value);
  }
  return g_steal_pointer(&wanted);
}

gboolean
wanted_of_office(const json_t *wanted)
{
  return json_object_get(wanted, "outsides") != NULL;
}

/* --- comparing --- */

typedef struct {
  const json_t *wanted;
  const json_t *shown;
  WantedTell tell;
  gpointer data;
} Comparison;

static void G_GNUC_PRINTF(2, 3)
tell(const Comparison *comparison, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  comparison->tell(text, comparison->data);
}

static char *
in_words(const json_t *json)
{
  char *dumped = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
  char *words = g_strdup(dumped ? dumped : "（なし）");
  free(dumped);
  return words;
}

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static gboolean
is_as_wanted(const json_t *wanted, const json_t *is, const Key *keys)
{
  for (const Key *key = keys; key->name; key++) {
    const json_t *value = json_object_get(wanted, key->name);
    const json_t *found = json_object_get(is, key->name);
    if (!value)
      continue;
    if (key->type == FIELD_TEXT ? !strstr(text_of(is, key->name), json_string_value(value)) : !json_equal(value, found))
      return FALSE;
  }
  return TRUE;
}

static const json_t *
find_as_wanted(const json_t *wanted, const json_t *all, const Key *keys)
{
  for (gsize i = 0; i < json_array_size(all); i++)
    if (is_as_wanted(wanted, json_array_get(all, i), keys))
      return json_array_get(all, i);
  return NULL;
}

/* Only what can be asked for, so that a difference is short enough to read. */
static char *
all_in_words(const json_t *all, const Key *keys)
{
  g_autoptr(json_t) short_ones = json_array();
  for (gsize i = 0; i < json_array_size(all); i++) {
    json_t *thing = json_object();
    for (const Key *key = keys; key->name; key++)
      json_object_set(thing, key->name, json_object_get(json_array_get(all, i), key->name));
    json_array_append_new(short_ones, thing);
  }
  return in_words(short_ones);
}

static void
compare_list(const Comparison *comparison, const char *name, const Key *keys, gboolean whole)
{
  const json_t *things = json_object_get(comparison->wanted, name);
  const json_t *all = json_object_get(comparison->shown, name);
  if (!things)
    return;
  g_autofree char *is = all_in_words(all, keys);

  for (gsize i = 0; i < json_array_size(things); i++) {
    g_autofree char *thing = in_words(json_array_get(things, i));
    if (!find_as_wanted(json_array_get(things, i), all, keys))
      tell(comparison, "%s に %s がありません。いまは %s です。", name, thing, is);
  }
  if (whole && json_array_size(things) != json_array_size(all))
    tell(comparison, "%s は%" G_GSIZE_FORMAT "のはずが%" G_GSIZE_FORMAT "ありました。いまは %s です。", name, json_array_size(things),
         json_array_size(all), is);
}

static void
compare_judgements(const Comparison *comparison)
{
  const json_t *judged = json_object_get(comparison->wanted, "judged");
  const json_t *wanted = json_object_get(comparison->wanted, "judgements");
  const json_t *all = json_object_get(comparison->shown, "judgements");
  g_autoptr(json_t) is = json_array();

  for (gsize i = 0; i < json_array_size(all); i++)
    json_array_append(is, json_object_get(json_array_get(all, i), "outcome"));
  g_autofree char *words = in_words(is);
  if (judged && !json_equal(judged, json_object_get(comparison->shown, "judged")))
    tell(comparison, "該否は %s のはずが「%s」でした。", json_string_value(judged), text_of(comparison->shown, "judged"));
  if (wanted && !json_equal(wanted, is))
    tell(comparison, "該否判断の経過が期待と違います。いまは %s です。", words);
}

static void
compare_reports(const Comparison *comparison)
{
  json_t *counts = json_object_get(comparison->wanted, "reports");
  const json_t *all = json_object_get(comparison->shown, "reports");
  const char *form;
  json_t *count;
  json_object_foreach(counts, form, count) {
    gint64 is = 0;
    for (gsize i = 0; i < json_array_size(all); i++)
      is += g_str_equal(text_of(json_array_get(all, i), "form"), form);
    if (is != json_integer_value(count))
      tell(comparison, "%s の報告は%" G_GINT64_FORMAT "のはずが%" G_GINT64_FORMAT "でした。", form, (gint64)json_integer_value(count), is);
  }
}

static const json_t *
find_item(const json_t *reports, const char *issue, const char *key)
{
  for (gsize i = 0; i < json_array_size(reports); i++) {
    const json_t *report = json_array_get(reports, i);
    const json_t *items = json_object_get(report, "items");
    for (gsize j = 0; g_str_equal(text_of(report, "id"), issue) && j < json_array_size(items); j++)
      if (g_str_equal(text_of(json_array_get(items, j), "key"), key))
        return json_array_get(items, j);
  }
  return NULL;
}

static void
compare_items(const Comparison *comparison)
{
  const json_t *wanted = json_object_get(comparison->wanted, "report");
  for (gsize i = 0; i < json_array_size(wanted); i++) {
    const json_t *want = json_array_get(wanted, i);
    const json_t *item = find_item(json_object_get(comparison->shown, "reports"), text_of(want, "issue"), text_of(want, "item"));
    const json_t *state = json_object_get(want, "state");
    g_autofree char *is = in_words(item);
    if (!item || !strstr(text_of(item, "value"), text_of(want, "contains")) ||
        (state && !json_equal(state, json_object_get(item, "state"))))
      tell(comparison, "報告 %s の項目 %s が期待と違います。いまは %s です。", text_of(want, "issue"), text_of(want, "item"), is);
  }
}

/* What was last done about a recipient counts. */
static void
compare_told(const Comparison *comparison, const char *name, gboolean told)
{
  const json_t *wanted = json_object_get(comparison->wanted, name);
  const json_t *all = json_object_get(comparison->shown, "notifications");
  for (gsize i = 0; i < json_array_size(wanted); i++) {
    const char *recipient = json_string_value(json_array_get(wanted, i));
    const json_t *last = NULL;
    for (gsize j = 0; j < json_array_size(all); j++)
      if (g_str_equal(text_of(json_array_get(all, j), "recipient"), recipient))
        last = json_array_get(all, j);
    if (!last || json_is_true(json_object_get(last, "told")) != told)
      tell(comparison, "%s に %s があるはずが、ありません。", name, recipient);
  }
}

void
wanted_compare(const json_t *wanted, const json_t *shown, WantedTell take, gpointer data)
{
  const Comparison comparison = { .wanted = wanted, .shown = shown, .tell = take, .data = data };
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
    compare_list(&comparison, lists[i].name, lists[i].keys, lists[i].whole);
  compare_judgements(&comparison);
  compare_reports(&comparison);
  compare_items(&comparison);
  compare_told(&comparison, "notified", TRUE);
  compare_told(&comparison, "not_required", FALSE);
}
