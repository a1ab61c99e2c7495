#include "drill/scenario.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/yaml.h"
#include "case/conformity.h"
#include "drill/wanted.h"

struct Scenario {
  Arena *arena;
  YamlDoc *doc;
  const char *name;
  List steps; /* of ScenarioStep */
};

typedef struct {
  Scenario *scenario;
  const char *path; /* NULL: from memory */
  const Vocabulary *vocabulary;
  Instant clock;
} Loader;

static const char *const expect_names[] = {
  [EXPECT_OK] = "ok", [EXPECT_REFUSED] = "refused", [EXPECT_DENIED] = "denied", [EXPECT_INVALID] = "invalid",
};

const char *
scenario_expect_name(Expect expect)
{
  return expect_names[expect];
}

/* --- fields --- */

static json_t *value_of(const Field *field, const YamlNode *node, GError **error);

static json_t *
object_of(const Field *fields, const YamlNode *map, GError **error)
{
  g_autoptr(json_t) object = json_object();
  if (yaml_kind(map) != YAML_MAPPING) {
    yaml_error(error, map, "項目と値の組（項目: 値）を書いてください。");
    return NULL;
  }
  for (guint i = 0; i < yaml_length(map); i++) {
    const char *key = yaml_text(yaml_key_at(map, i));
    const Field *field = fields;
    while (field->name && !g_str_equal(field->name, key))
      field++;
    if (!field->name) {
      yaml_error(error, yaml_key_at(map, i), "「%s」という項目はありません。shodo help act で項目の一覧を見られます。", key);
      return NULL;
    }
    json_t *value = value_of(field, yaml_at(map, i), error);
    if (!value)
      return NULL;
    json_object_set_new(object, key, value);
  }
  return g_steal_pointer(&object);
}

static json_t *
array_of(const Field *field, const YamlNode *node, GError **error)
{
  g_autoptr(json_t) array = json_array();
  Field item = *field;

  item.type = field->type == FIELD_INTS ? FIELD_INT : FIELD_LINE;
  if (yaml_kind(node) != YAML_SEQUENCE) {
    yaml_error(error, node, "「%s」は一覧（[ , ] か - の行）で書いてください。", field->label);
    return NULL;
  }
  for (guint i = 0; i < yaml_length(node); i++) {
    json_t *value = field->type == FIELD_LIST ? object_of(field->of, yaml_at(node, i), error)
                                              : value_of(&item, yaml_at(node, i), error);
    if (!value)
      return NULL;
    json_array_append_new(array, value);
  }
  return g_steal_pointer(&array);
}

static json_t *
scalar_of(const Field *field, const YamlNode *node, GError **error)
{
  const char *text = yaml_text(node);
  gint64 number;

  if (field->type == FIELD_BOOL) {
    if (g_str_equal(text, "true") || g_str_equal(text, "false"))
      return json_boolean(text[0] == 't');
    yaml_error(error, node, "「%s」は true か false で書いてください。", field->label);
    return NULL;
  }
  if (field->type != FIELD_INT)
    return json_string(text);
  if (g_ascii_string_to_signed(text, 10, 0, FIELD_INT_MAX, &number, NULL))
    return json_integer(number);
  yaml_error(error, node, "「%s」は0以上の整数で書いてください。", field->label);
  return NULL;
}

static json_t *
value_of(const Field *field, const YamlNode *node, GError **error)
{
  if (field->type == FIELD_LINES || field->type == FIELD_INTS || field->type == FIELD_LIST)
    return array_of(field, node, error);
  if (yaml_kind(node) == YAML_SCALAR)
    return scalar_of(field, node, error);
  yaml_error(error, node, "「%s」は一つの値で書いてください。", field->label);
  return NULL;
}

/* --- steps --- */

static const char *
text_at(const YamlNode *map, const char *key)
{
  const YamlNode *node = yaml_get(map, key);
  return node && yaml_kind(node) == YAML_SCALAR ? yaml_text(node) : NULL;
}

/* MAP has only KNOWN keys, and all but NESTED (or NULL) are one text each. */
static gboolean
plain_keys(const YamlNode *map, const char *const *known, const char *const *nested, GError **error)
{
  if (yaml_kind(map) != YAML_MAPPING) {
    yaml_error(error, map, "「項目: 値」の組で書いてください。");
    return FALSE;
  }
  if (!yaml_check_keys(map, known, error))
    return FALSE;
  for (guint i = 0; i < yaml_length(map); i++) {
    const char *key = yaml_text(yaml_key_at(map, i));
    if (yaml_kind(yaml_at(map, i)) == YAML_SCALAR ? !yaml_text(yaml_at(map, i))[0] : !g_strv_contains(nested, key)) {
      yaml_error(error, yaml_at(map, i), "「%s」は一つの値で書いてください。", key);
      return FALSE;
    }
  }
  return TRUE;
}

static const ActKind *
act_named(const Loader *loader, const char *name)
{
  for (gsize i = 0; name && i < loader->vocabulary->n_acts; i++)
    if (g_str_equal(loader->vocabulary->acts[i]->name, name))
      return loader->vocabulary->acts[i];
  return NULL;
}

static gboolean
read_time(Loader *loader, const YamlNode *map, ScenarioStep *step, GError **error)
{
  const char *at = text_at(map, "at");
  g_autoptr(GError) why = NULL;

  step->at = INSTANT_NONE;
  if (!at)
    return TRUE;
  if (!instant_parse(at, &step->at, &why)) {
    yaml_error(error, yaml_get(map, "at"), "日時が読み取れません（%s）。", why->message);
    return FALSE;
  }
  if (step->at < loader->clock) {
    yaml_error(error, yaml_get(map, "at"), "前の場面より前の時刻です。台本の時計は戻りません。起きた時刻は happened に書きます。");
    return FALSE;
  }
  loader->clock = step->at;
  return TRUE;
}

static gboolean
read_expectation(const YamlNode *map, ScenarioStep *step, GError **error)
{
  const char *expect = text_at(map, "expect") ? text_at(map, "expect") : expect_names[EXPECT_OK];
  gsize found = 0;
  step->says = text_at(map, "says");
  step->advises = text_at(map, "advises");
  while (found < G_N_ELEMENTS(expect_names) && !g_str_equal(expect_names[found], expect))
    found++;
  step->expect = (Expect)found;
  if (found == G_N_ELEMENTS(expect_names))
    yaml_error(error, yaml_get(map, "expect"), "expect は ok、refused、denied、invalid のどれかです。");
  else if (step->says && step->expect == EXPECT_OK)
    yaml_error(error, yaml_get(map, "says"), "says は断られるはずの場面に書きます。助言は advises に書きます。");
  else if (step->opens && step->expect != EXPECT_OK)
    yaml_error(error, yaml_get(map, "opens"), "断られるはずの場面では、事案は開かれません。");
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_act(Loader *loader, const YamlNode *map, const char *as, ScenarioStep *step, GError **error)
{
  static const char *const known[] = {
    "at", "as", "act", "case", "opens", "proxy", "happened", "precision", "fields", "expect", "says", "advises", NULL,
  };
  static const char *const nested[] = { "fields", NULL };
  const YamlNode *fields = yaml_get(map, "fields");

  if (!plain_keys(map, known, nested, error))
    return FALSE;
  const ActKind *act = act_named(loader, text_at(map, "act"));
  if (!act) {
    yaml_error(error, yaml_get(map, "act") ? yaml_get(map, "act") : map, "act に行為の名前を書いてください。shodo help acts で一覧を見られます。");
    return FALSE;
  }
  step->kase = text_at(map, "case");
  step->opens = text_at(map, "opens");
  json_t *values = fields ? object_of(act->fields, fields, error) : json_object();
  if (!values)
    return FALSE;
  step->request = json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:o}", "command", "act", "act", act->name, "as",
                            text_at(map, "as") ? text_at(map, "as") : as, "proxy", text_at(map, "proxy"), "happened",
                            text_at(map, "happened"), "precision", text_at(map, "precision"), "fields", values);
  return read_expectation(map, step, error);
}

/* -1 when it is not there. */
static gboolean
read_number(const YamlNode *map, const char *key, gint64 *number, GError **error)
{
  const char *text = text_at(map, key);
  *number = -1;
  if (!text || g_ascii_string_to_signed(text, 10, 0, G_MAXINT32, number, NULL))
    return TRUE;
  yaml_error(error, yaml_get(map, key), "「%s」は0以上の整数で書いてください。", key);
  return FALSE;
}

static gboolean
read_closed(const YamlNode *map, int *closed, GError **error)
{
  const char *text = text_at(map, "closed");
  *closed = text ? g_str_equal(text, "true") : -1;
  if (!text || g_str_equal(text, "true") || g_str_equal(text, "false"))
    return TRUE;
  yaml_error(error, yaml_get(map, "closed"), "closed は true か false で書いてください。");
  return FALSE;
}

static gboolean
read_conformity(Loader *loader, const YamlNode *map, ScenarioCheck *check, GError **error)
{
  Arena *arena = loader->scenario->arena;
  if (map && yaml_kind(map) != YAML_MAPPING) {
    yaml_error(error, map, "conformity は「条項: 状態」の組で書いてください。");
    return FALSE;
  }
  for (guint i = 0; map && i < yaml_length(map); i++) {
    const YamlNode *status = yaml_at(map, i);
    if (yaml_kind(status) != YAML_SCALAR || !choice_by_token(conformity_choices, yaml_text(status))) {
      yaml_error(error, status, "条項の状態は done、open など、計画履行状況表の状態で書いてください。");
      return FALSE;
    }
    list_add(arena, &check->clauses, yaml_text(yaml_key_at(map, i)));
    list_add(arena, &check->statuses, yaml_text(status));
  }
  return TRUE;
}

/* Keys of the check's OWN, one text each but conformity; or of what is known. */
static gboolean
check_keys(const YamlNode *map, const char *const *own, GError **error)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  g_autoptr(GPtrArray) nested = g_ptr_array_new();
  for (gsize i = 0; own[i]; i++)
    g_ptr_array_add(known, (gpointer)own[i]);
  g_ptr_array_add(nested, (gpointer)"conformity");
  for (gsize i = 0; wanted_keys[i]; i++) {
    g_ptr_array_add(known, (gpointer)wanted_keys[i]);
    g_ptr_array_add(nested, (gpointer)wanted_keys[i]);
  }
  g_ptr_array_add(known, NULL);
  g_ptr_array_add(nested, NULL);
  return plain_keys(map, (const char *const *)known->pdata, (const char *const *)nested->pdata, error);
}

static gboolean
read_check(Loader *loader, const YamlNode *map, ScenarioStep *step, GError **error)
{
  static const char *const own[] = { "case", "phase", "round", "hosts_open", "closed", "conformity", "next", NULL };
  ScenarioCheck *check = arena_new0(loader->scenario->arena, ScenarioCheck);

  step->check = check;
  if (!check_keys(map, own, error) || !read_number(map, "round", &check->round, error) ||
      !read_number(map, "hosts_open", &check->hosts_open, error) || !read_closed(map, &check->closed, error) ||
      !read_conformity(loader, yaml_get(map, "conformity"), check, error) || !(check->wanted = wanted_read(map, error)))
    return FALSE;
  step->kase = text_at(map, "case");
  check->phase = text_at(map, "phase");
  check->next = text_at(map, "next");
  if (!step->kase)
    yaml_error(error, map, "どの事案を確かめるかを case に書いてください。");
  return step->kase != NULL;
}

/* A plan to adopt: its file, beside the scenario's. */
static gboolean
read_adoption(Loader *loader, const YamlNode *map, const char *as, ScenarioStep *step, GError **error)
{
  static const char *const known[] = { "at", "as", "adopt", "from", "expect", "says", "advises", NULL };
  static const char *const nested[] = { NULL };
  g_autoptr(GError) why = NULL;

  if (!plain_keys(map, known, nested, error))
    return FALSE;
  if (!loader->path) {
    yaml_error(error, yaml_get(map, "adopt"), "計画を採用する場面（adopt）は、ファイルから読む台本にだけ書けます。");
    return FALSE;
  }
  g_autofree char *dir = g_path_get_dirname(loader->path);
  g_autofree char *path = g_build_filename(dir, text_at(map, "adopt"), NULL);
  g_autoptr(GBytes) bytes = file_read(path, LIMIT_YAML, &why);
  if (!bytes) {
    yaml_error(error, yaml_get(map, "adopt"), "採用する計画が読めません（%s）。台本のある所からの道筋で書いてください。", why->message);
    return FALSE;
  }
  g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  step->request = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "command", "adopt-plan", "act", "office.adopt_plan", "as",
                            text_at(map, "as") ? text_at(map, "as") : as, "name", text_at(map, "adopt"), "text", text, "from",
                            text_at(map, "from"));
  if (!step->request) {
    yaml_error(error, yaml_get(map, "adopt"), "採用する計画は UTF-8 ではありません。");
    return FALSE;
  }
  return read_expectation(map, step, error);
}

static gboolean
read_step(Loader *loader, const YamlNode *map, const char *as, GError **error)
{
  static const char *const of_check[] = { "at", "check", NULL };
  ScenarioStep *step = list_push(loader->scenario->arena, &loader->scenario->steps, sizeof *step);
  if (yaml_kind(map) != YAML_MAPPING) {
    yaml_error(error, map, "場面は「項目: 値」の組で書いてください。");
    return FALSE;
  }
  step->line = yaml_line(map);
  if (!read_time(loader, map, step, error))
    return FALSE;
  const YamlNode *check = yaml_get(map, "check");
  if (yaml_get(map, "adopt"))
    return read_adoption(loader, map, as, step, error);
  if (!check)
    return read_act(loader, map, as, step, error);
  return yaml_check_keys(map, of_check, error) && read_check(loader, check, step, error);
}

static gboolean
read_steps(Loader *loader, const YamlNode *list, const char *as, GError **error)
{
  if (list && yaml_kind(list) != YAML_SEQUENCE) {
    yaml_error(error, list, "場面は - で始まる一覧で書いてください。");
    return FALSE;
  }
  for (guint i = 0; list && i < yaml_length(list); i++)
    if (!read_step(loader, yaml_at(list, i), as, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_all(Loader *loader, GError **error)
{
  static const char *const known[] = { "name", "plan", "clock", "office", "steps", "note", NULL };
  const YamlNode *root = yaml_root(loader->scenario->doc);
  const char *clock = yaml_kind(root) == YAML_MAPPING ? text_at(root, "clock") : NULL;
  const char *name = clock ? text_at(root, "name") : NULL;
  g_autoptr(GError) why = NULL;

  if (!clock || !instant_parse(clock, &loader->clock, &why)) {
    yaml_error(error, root, "台本の始まる日時を clock に書いてください（例 clock: 2026-11-20T08:30）。");
    return FALSE;
  }
  if (!yaml_check_keys(root, known, error))
    return FALSE;
  if (!name || !name[0] || !yaml_get(root, "steps")) {
    yaml_error(error, root, "台本には name（題）と steps（場面）が要ります。");
    return FALSE;
  }
  loader->scenario->name = name;
  ScenarioStep *first = list_push(loader->scenario->arena, &loader->scenario->steps, sizeof *first);
  *first = (ScenarioStep){ .line = yaml_line(root), .at = loader->clock };
  return read_steps(loader, yaml_get(root, "office"), "p1/administrator", error) &&
         read_steps(loader, yaml_get(root, "steps"), "", error);
}

/* Takes DOC, which may be NULL: then the error is set already. */
static Scenario *
read_doc(YamlDoc *doc, const char *path, const Vocabulary *vocabulary, GError **error)
{
  g_autoptr(Scenario) scenario = g_new0(Scenario, 1);
  Loader loader = { .scenario = scenario, .path = path, .vocabulary = vocabulary };

  scenario->arena = arena_new();
  scenario->doc = doc;
  return doc && read_all(&loader, error) ? g_steal_pointer(&scenario) : NULL;
}

Scenario *
scenario_load(const char *path, const Vocabulary *vocabulary, GError **error)
{
  return read_doc(yaml_load_file(path, error), path, vocabulary, error);
}

Scenario *
scenario_parse(const char *name, const void *data, gsize length, const Vocabulary *vocabulary, GError **error)
{
  return read_doc(yaml_load_bytes(name, data, length, error), NULL, vocabulary, error);
}

void
scenario_free(Scenario *scenario)
{
  if (!scenario)
    return;
  for (gsize i = 0; i < scenario->steps.length; i++) {
    ScenarioStep *step = (ScenarioStep *)scenario->steps.items + i;
    json_decref(step->request);
    json_decref(step->check ? step->check->wanted : NULL);
  }
  yaml_doc_free(scenario->doc);
  arena_free(scenario->arena);
  g_free(scenario);
}

const char *
scenario_name(const Scenario *scenario)
{
  return scenario->name;
}

List
scenario_steps(const Scenario *scenario)
{
  return scenario->steps;
}
