#include "generate.h"

#include <string.h>

#include "case/case.h"
#include "plan/plan.h"

#define ID_LETTERS "nfhmrqesadkRtulpxbPywvo"
#define ID_MOST 10

typedef struct {
  const ActContext *context;
  GRand *rand;
  gboolean valid;
  gboolean impossible; /* a required reference has nothing to refer to */
} Making;

static json_t *make_object(Making *making, const Field *fields);

static guint
below(Making *making, guint n)
{
  return (guint)g_rand_int_range(making->rand, 0, (gint32)n);
}

static gboolean
chance(Making *making, guint percent)
{
  return below(making, 100) < percent;
}

/* --- texts --- */

static json_t *
make_text(Making *making, gboolean lines)
{
  static const char *const texts[] = {
    "PC-114 のファイルが開けない", "共有フォルダの拡張子が変わった", "委託先に電話で確認した", "通信を断った", "異常なし",
    "SV-02", "𠮷野家サーバ", "は\u3099か\u309a", "a\"b\\c</script>", "👨‍👩‍👧‍👦", "ＩＤ漏えい 1,024件", "確認中",
  };
  const char *text = texts[below(making, G_N_ELEMENTS(texts))];
  if (!lines || chance(making, 60))
    return json_string(text);
  g_autofree char *two = g_strdup_printf("%s\n\t%s", text, texts[below(making, G_N_ELEMENTS(texts))]);
  return json_string(two);
}

/* Lines that are names of things in the plan. */
static const char *
word_of_plan(Making *making, const char *name)
{
  List subjects = plan_subjects(making->context->plan);
  List forms = plan_forms(making->context->plan);
  if (g_str_equal(name, "subject") && subjects.length)
    return list_item(subjects, PlanTerm, below(making, (guint)subjects.length))->id;
  if (!g_str_equal(name, "key") || !forms.length)
    return NULL;
  List items = list_item(forms, PlanForm, 0)->items;
  return list_item(items, PlanItem, below(making, (guint)items.length))->key;
}

static json_t *
make_line(Making *making, const Field *field)
{
  const char *word = word_of_plan(making, field->name);
  if (g_str_equal(field->name, "password_hash"))
    return json_string("$argon2id$v=19$m=65536,t=3,p=1$x$y");
  return word ? json_string(word) : make_text(making, FALSE);
}

/* --- references --- */

#define ADD_IDS(list, Type)                                   \
  for (gsize i_ = 0; i_ < (list).length; i_++)                \
    g_ptr_array_add(ids, g_strdup(list_item(list, Type, i_)->id))

static GPtrArray *
candidates(const Plan *plan)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
  ADD_IDS(plan_roles(plan), PlanRole);
  ADD_IDS(plan_posts(plan), PlanPost);
  ADD_IDS(plan_classes(plan), PlanTerm);
  ADD_IDS(plan_priorities(plan), PlanTerm);
  ADD_IDS(plan_clauses(plan), PlanClause);
  ADD_IDS(plan_phases(plan), PlanPhase);
  ADD_IDS(plan_routes(plan), PlanRoute);
  ADD_IDS(plan_forms(plan), PlanForm);
  ADD_IDS(plan_recipients(plan), PlanRecipient);
  ADD_IDS(plan_subjects(plan), PlanTerm);
  for (const char *letter = ID_LETTERS; *letter; letter++)
    for (guint i = 1; i <= ID_MOST; i++)
      g_ptr_array_add(ids, g_strdup_printf("%c%u", *letter, i));
  return ids;
}

/* A thing that exists, the newest twice as likely; or NULL. */
static char *
pick(Making *making, const RefKind *ref)
{
  g_autoptr(GPtrArray) ids = candidates(making->context->plan);
  g_autoptr(GPtrArray) there = g_ptr_array_new();
  for (guint i = 0; i < ids->len; i++)
    if (ref->exists(making->context, g_ptr_array_index(ids, i)))
      g_ptr_array_add(there, g_ptr_array_index(ids, i));
  if (!there->len)
    return NULL;
  guint place = chance(making, 30) ? there->len - 1 : below(making, there->len);
  return g_strdup(g_ptr_array_index(there, place));
}

static json_t *
make_ref(Making *making, const Field *field)
{
  g_autofree char *id = pick(making, field->ref);
  if (!id && making->valid) {
    making->impossible = making->impossible || field->flags & FIELD_REQUIRED;
    return NULL;
  }
  return json_string(id && (making->valid || chance(making, 90)) ? id : "z99");
}

/* --- values --- */

static json_t *
make_choice(Making *making, const Field *field)
{
  guint count = 0;
  while (field->choices[count].token)
    count++;
  return json_string(field->choices[chance(making, 45) ? 0 : below(making, count)].token);
}

static json_t *
make_instant(Making *making, const Field *field)
{
  g_autoptr(Arena) arena = arena_new();
  gboolean ahead = g_str_equal(field->name, "until") || g_str_equal(field->name, "due");
  gint64 minutes = g_rand_int_range(making->rand, -5000, chance(making, 10) ? 5000 : 0);
  minutes = ahead ? -minutes : minutes;
  return json_string(instant_print_japan(arena, making->context->now + minutes * INSTANT_MINUTE));
}

static json_t *
make_date(Making *making)
{
  g_autoptr(Arena) arena = arena_new();
  return json_string(date_print_iso(arena, instant_date(making->context->now) + g_rand_int_range(making->rand, -20, 40)));
}

static json_t *
make_array(Making *making, const Field *field)
{
  json_t *array = json_array();
  guint count = 1 + below(making, 3);
  for (guint i = 0; i < count; i++) {
    json_t *item = field->type == FIELD_INTS    ? json_integer(below(making, 60))
                   : field->type == FIELD_LIST  ? make_object(making, field->of)
                   : field->ref                 ? make_ref(making, field)
                                                : make_text(making, FALSE);
    if (item)
      json_array_append_new(array, item);
  }
  return array;
}

static json_t *
make_value(Making *making, const Field *field)
{
  switch (field->type) {
  case FIELD_LINE:
    return make_line(making, field);
  case FIELD_TEXT:
    return make_text(making, TRUE);
  case FIELD_HASH:
    return json_string(chance(making, 80) ? "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                                          : "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210");
  case FIELD_CHOICE:
    return make_choice(making, field);
  case FIELD_INT:
    return json_integer(1 + below(making, 6));
  case FIELD_BOOL:
    return json_boolean(chance(making, 70));
  case FIELD_INSTANT:
    return make_instant(making, field);
  case FIELD_DATE:
    return make_date(making);
  case FIELD_REF:
    return make_ref(making, field);
  default:
    return make_array(making, field);
  }
}

static json_t *
make_object(Making *making, const Field *fields)
{
  json_t *object = json_object();
  for (const Field *field = fields; field->name; field++) {
    gboolean required = field->flags & FIELD_REQUIRED;
    guint often = g_str_equal(field->name, "number") ? 6 : 35; /* a number asks for four fields more */
    if (!chance(making, required ? (making->valid ? 100 : 97) : often))
      continue;
    json_t *value = make_value(making, field);
    if (value)
      json_object_set_new(object, field->name, value);
  }
  if (!making->valid && chance(making, 2))
    json_object_set_new(object, "other", json_null());
  return object;
}

json_t *
generate_fields(const ActContext *context, const ActKind *act, gboolean valid, GRand *rand)
{
  Making making = { .context = context, .rand = rand, .valid = valid };
  json_t *fields = make_object(&making, act->fields);
  if (!making.impossible)
    return fields;
  json_decref(fields);
  return NULL;
}
