#include "clock/law.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "clock/shipped.h"
#include "plan/clock_shapes.h"

struct Law {
  Arena *arena;
  gint32 format;
  const char *name;
  const char *digest;
  List regimes, events, rules, reminders, words, recipients;
};

const Choice fact_choices[] = {
  { FACT_PERSONAL, "personal", "個人情報" },
  { FACT_MY_NUMBER, "my_number", "個人番号" },
  { FACT_SENSITIVE, "sensitive", "要配慮個人情報" },
  { FACT_FINANCIAL, "financial", "財産的被害のおそれ" },
  { FACT_MALICIOUS, "malicious", "不正の目的" },
  { FACT_LOCAL_SENSITIVE, "local_sensitive", "条例要配慮個人情報" },
  { FACT_NUMBER_SYSTEM, "number_system", "個人番号を扱うシステムから" },
  { FACT_VIEWABLE, "viewable", "不特定多数が閲覧できた" },
  { FACT_MANY, "many", "人数" },
  { FACT_STRONG_ENCRYPTION, "strong_encryption", "高度な暗号化等の措置" },
  { FACT_RECOVERED, "recovered", "見られる前に全て回収" },
  { FACT_KEPT_ELSEWHERE, "kept_elsewhere", "同じ内容が別にある" },
  { 0, NULL, NULL },
};

static int
fact_named(const char *label)
{
  for (const Choice *choice = fact_choices; label && choice->token; choice++)
    if (g_str_equal(choice->label, label))
      return choice->value;
  return 0;
}

static void
complain_fact(Reader *reader, const YamlNode *node, const char *label)
{
  g_autoptr(GString) list = g_string_new(NULL);
  for (const Choice *choice = fact_choices; choice->token; choice++)
    g_string_append_printf(list, "%s%s", list->len ? "、" : "", choice->label);
  reader_complain(reader, node, "「%s」という事実はありません。書けるのは %s です。", label, list->str);
}

/* --- the shapes --- */

#define FIELD_KEY(Type, field, key, kind, ...) { .name = key, .type = kind, .offset = offsetof(Type, field), __VA_ARGS__ }
#define REQUIRED .flags = KEY_REQUIRED
#define SOURCE_KEYS(Type)                                                            \
  FIELD_KEY(Type, basis, "basis", KEY_LINE, REQUIRED),                               \
  FIELD_KEY(Type, source, "source", KEY_LINE, REQUIRED),                             \
  FIELD_KEY(Type, mark, "mark", KEY_CHOICE, REQUIRED, .choices = mark_choices),      \
  FIELD_KEY(Type, from, "from", KEY_DATE), FIELD_KEY(Type, until, "until", KEY_DATE)

static const Key regime_keys[] = {
  FIELD_KEY(LawRegime, id, "id", KEY_ID, REQUIRED, .names = NAME_NONE),
  FIELD_KEY(LawRegime, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(LawRegime, data, "data", KEY_CHOICE, REQUIRED, .choices = fact_choices),
  FIELD_KEY(LawRegime, excluded, "excluded", KEY_LINES),
  FIELD_KEY(LawRegime, note, "note", KEY_TEXT),
  { .name = NULL },
};

static void
finish_regime(Reader *reader, const YamlNode *node, void *item)
{
  LawRegime *regime = item;
  for (gsize i = 0; i < regime->excluded.length; i++) {
    int fact = fact_named(list_string(regime->excluded, i));
    if (fact)
      regime->excluding |= 1u << fact;
    else
      complain_fact(reader, yaml_get(node, "excluded"), list_string(regime->excluded, i));
  }
}

static const Shape regime_shape = { "制度（regimes）", regime_keys, sizeof(LawRegime), offsetof(LawRegime, line), SHAPE_NO, finish_regime };

static const Key event_keys[] = {
  FIELD_KEY(LawEvent, id, "id", KEY_ID, REQUIRED, .names = NAME_NONE),
  FIELD_KEY(LawEvent, regime, "regime", KEY_LINE, REQUIRED),
  FIELD_KEY(LawEvent, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(LawEvent, fact_label, "fact", KEY_LINE, REQUIRED),
  FIELD_KEY(LawEvent, over, "over", KEY_INT, .least = 0, .most = 100000000),
  SOURCE_KEYS(LawEvent),
  { .name = NULL },
};

static void
finish_event(Reader *reader, const YamlNode *node, void *item)
{
  LawEvent *event = item;
  event->fact = fact_named(event->fact_label);
  if (event->fact_label && !event->fact)
    complain_fact(reader, yaml_get(node, "fact"), event->fact_label);
  if ((event->fact == FACT_MANY) != (yaml_get(node, "over") != NULL))
    reader_complain(reader, node, "「人数」の事態には、何人を超えるとき（over）かを書きます。ほかの事態には書けません。");
}

static const Shape event_shape = { "事態（events）", event_keys, sizeof(LawEvent), offsetof(LawEvent, line), SHAPE_NO, finish_event };

static const Key instead_keys[] = {
  FIELD_KEY(ClockInstead, events, "events", KEY_LINES, REQUIRED),
  FIELD_KEY(ClockInstead, number, "number", KEY_INT, REQUIRED, .least = 1, .most = 3660),
  { .name = NULL },
};
static const Shape instead_shape = { "切替え（instead）", instead_keys, sizeof(ClockInstead), SHAPE_NO, SHAPE_NO, NULL };

static const Key rule_keys[] = {
  FIELD_KEY(ClockRule, id, "id", KEY_ID, REQUIRED, .names = NAME_NONE),
  FIELD_KEY(ClockRule, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(ClockRule, about, "about", KEY_CHOICE, REQUIRED, .choices = about_choices),
  FIELD_KEY(ClockRule, regime, "regime", KEY_LINE),
  FIELD_KEY(ClockRule, starts, "starts", KEY_LINE, REQUIRED),
  FIELD_KEY(ClockRule, count, "count", KEY_ONE, REQUIRED, .of = &count_shape),
  FIELD_KEY(ClockRule, instead, "instead", KEY_LIST, .of = &instead_shape),
  FIELD_KEY(ClockRule, unless, "unless-event", KEY_BOOL),
  FIELD_KEY(ClockRule, urgency, "urgency", KEY_CHOICE, .choices = urgency_choices),
  FIELD_KEY(ClockRule, force, "force", KEY_CHOICE, REQUIRED, .choices = force_choices),
  FIELD_KEY(ClockRule, told, "told", KEY_LINES),
  FIELD_KEY(ClockRule, forms, "forms", KEY_LINES),
  FIELD_KEY(ClockRule, act, "act", KEY_LINE, REQUIRED),
  FIELD_KEY(ClockRule, what, "what", KEY_LINE, REQUIRED),
  FIELD_KEY(ClockRule, note, "note", KEY_TEXT),
  SOURCE_KEYS(ClockRule),
  { .name = NULL },
};

static void
finish_rule(Reader *reader, const YamlNode *node, void *item)
{
  ClockRule *rule = item;
  if (rule->id && strchr(rule->id, '/'))
    reader_complain(reader, yaml_get(node, "id"), "期限の id に「/」は使えません。");
  if ((rule->about == ABOUT_BODY) != (rule->regime != NULL))
    reader_complain(reader, node, "実施機関ごとの期限には、どの制度のもの（regime）かを書きます。ほかの期限には書けません。");
}

static const Shape rule_shape = { "期限（rules）", rule_keys, sizeof(ClockRule), offsetof(ClockRule, line), offsetof(ClockRule, name), finish_rule };

const Choice remind_when_choices[] = {
  { REMIND_BEFORE, "before", "前" },
  { REMIND_AFTER, "after", "後" },
  { REMIND_REPEAT, "repeat", "くり返し" },
  { 0, NULL, NULL },
};

const Choice remind_to_choices[] = {
  { REMIND_POST, "post", "担当" },
  { REMIND_DEPUTY, "deputy", "職務代理者" },
  { REMIND_CHAIN, "chain", "上位" },
  { 0, NULL, NULL },
};

static const Key reminder_keys[] = {
  FIELD_KEY(LawReminder, when, "when", KEY_CHOICE, REQUIRED, .choices = remind_when_choices),
  FIELD_KEY(LawReminder, hours, "hours", KEY_INT, REQUIRED, .least = 0, .most = 8760),
  FIELD_KEY(LawReminder, to, "to", KEY_CHOICE, REQUIRED, .choices = remind_to_choices),
  FIELD_KEY(LawReminder, answer, "answer", KEY_INT, .least = 5, .most = 1440),
  { .name = NULL },
};

static void
finish_reminder(Reader *reader, const YamlNode *node, void *item)
{
  const LawReminder *reminder = item;
  if (reminder->when == REMIND_REPEAT && reminder->hours < 1)
    reader_complain(reader, node, "くり返しの間隔は1時間以上にしてください。");
}

static const Key word_keys[] = {
  FIELD_KEY(LawWord, urgency, "urgency", KEY_CHOICE, REQUIRED, .choices = urgency_choices),
  FIELD_KEY(LawWord, hours, "hours", KEY_INT, REQUIRED, .least = 1, .most = 8760),
  { .name = NULL },
};
static const Shape word_shape = { "急ぐ語（words）", word_keys, sizeof(LawWord), SHAPE_NO, SHAPE_NO, NULL };

static const Shape reminder_shape = { "知らせ（reminders）", reminder_keys, sizeof(LawReminder), SHAPE_NO, SHAPE_NO, finish_reminder };

static const Key recipient_keys[] = {
  FIELD_KEY(LawRecipient, id, "id", KEY_ID, REQUIRED, .names = NAME_NONE),
  FIELD_KEY(LawRecipient, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(LawRecipient, names, "names", KEY_LINES, REQUIRED),
  FIELD_KEY(LawRecipient, asks, "asks", KEY_TEXT, REQUIRED),
  FIELD_KEY(LawRecipient, channels, "channels", KEY_LINES, REQUIRED),
  FIELD_KEY(LawRecipient, matters, "matters", KEY_LINES),
  FIELD_KEY(LawRecipient, consent, "consent", KEY_BOOL),
  SOURCE_KEYS(LawRecipient),
  { .name = NULL },
};
static const Shape recipient_shape = { "連絡の相手（recipients）", recipient_keys, sizeof(LawRecipient), offsetof(LawRecipient, line), SHAPE_NO, NULL };

static const Key law_keys[] = {
  FIELD_KEY(Law, format, "format", KEY_INT, REQUIRED, .least = 1, .most = 1),
  FIELD_KEY(Law, name, "name", KEY_LINE, REQUIRED),
  FIELD_KEY(Law, regimes, "regimes", KEY_LIST, .of = &regime_shape),
  FIELD_KEY(Law, events, "events", KEY_LIST, .of = &event_shape),
  FIELD_KEY(Law, rules, "rules", KEY_LIST, REQUIRED, .of = &rule_shape),
  FIELD_KEY(Law, reminders, "reminders", KEY_LIST, .of = &reminder_shape),
  FIELD_KEY(Law, words, "words", KEY_LIST, .of = &word_shape),
  FIELD_KEY(Law, recipients, "recipients", KEY_LIST, .of = &recipient_shape),
  { .name = NULL },
};
static const Shape law_shape = { "法令の期限", law_keys, sizeof(Law), SHAPE_NO, SHAPE_NO, NULL };

/* --- what needs the whole file --- */

static gboolean
overlap(Date from, Date until, Date other_from, Date other_until)
{
  return (until == DATE_NONE || other_from == DATE_NONE || other_from <= until) &&
         (other_until == DATE_NONE || from == DATE_NONE || from <= other_until);
}

static void
check_days(Reader *reader, const void *slot, const char *id, Date from, Date until, const char *other, Date other_from, Date other_until)
{
  if (id && other && g_str_equal(id, other) && overlap(from, until, other_from, other_until))
    reader_complain_of(reader, slot, "「%s」の効力のある期間が、前に書いた同じ id のものと重なっています。前のものの until の翌日から始めてください。", id);
}

static gboolean
event_known(const Law *law, const char *id)
{
  for (gsize i = 0; i < law->events.length; i++)
    if (g_strcmp0(list_item(law->events, LawEvent, i)->id, id) == 0)
      return TRUE;
  return FALSE;
}

static void
check_events(const Law *law, Reader *reader)
{
  for (gsize i = 0; i < law->events.length; i++) {
    const LawEvent *event = list_item(law->events, LawEvent, i);
    if (event->regime && !law_regime(law, event->regime))
      reader_complain_of(reader, &event->regime, "「%s」という制度（regimes）はありません。", event->regime);
    for (gsize j = 0; j < i; j++) {
      const LawEvent *other = list_item(law->events, LawEvent, j);
      check_days(reader, &event->id, event->id, event->from, event->until, other->id, other->from, other->until);
    }
  }
}

static void
check_rule(const Law *law, const ClockRule *rule, Reader *reader)
{
  if (rule->regime && !law_regime(law, rule->regime))
    reader_complain_of(reader, &rule->regime, "「%s」という制度（regimes）はありません。", rule->regime);
  for (gsize i = 0; i < rule->instead.length; i++) {
    const ClockInstead *instead = list_item(rule->instead, ClockInstead, i);
    for (gsize j = 0; j < instead->events.length; j++)
      if (!event_known(law, list_string(instead->events, j)))
        reader_complain_of(reader, &instead->events, "「%s」という事態（events）はありません。", list_string(instead->events, j));
  }
}

static void
check_recipients(const Law *law, Reader *reader)
{
  for (gsize i = 0; i < law->recipients.length; i++) {
    const LawRecipient *recipient = list_item(law->recipients, LawRecipient, i);
    for (gsize j = 0; j < i; j++) {
      const LawRecipient *other = list_item(law->recipients, LawRecipient, j);
      check_days(reader, &recipient->id, recipient->id, recipient->from, recipient->until, other->id, other->from, other->until);
    }
  }
}

static void
check(const Law *law, Reader *reader)
{
  check_events(law, reader);
  check_recipients(law, reader);
  for (gsize i = 0; i < law->rules.length; i++) {
    const ClockRule *rule = list_item(law->rules, ClockRule, i);
    check_rule(law, rule, reader);
    for (gsize j = 0; j < i; j++) {
      const ClockRule *other = list_item(law->rules, ClockRule, j);
      check_days(reader, &rule->id, rule->id, rule->from, rule->until, other->id, other->from, other->until);
    }
  }
}

Law *
law_load(const char *name, const char *bytes, gsize length, GError **error)
{
  static const Vocabulary nothing; /* conditions and acts of a plan are not spoken of here */
  g_autoptr(YamlDoc) doc = yaml_load_bytes(name, bytes, length, error);
  if (!doc)
    return NULL;
  Arena *arena = arena_new();
  g_autoptr(Law) law = arena_new0(arena, Law);
  law->arena = arena;
  g_autoptr(Reader) reader = reader_new(&nothing, arena);
  reader_fill(reader, &law_shape, yaml_root(doc), law);
  reader_resolve(reader);
  check(law, reader);
  g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
  law->digest = arena_strdup(arena, digest);
  return reader_error(reader, name, error) ? g_steal_pointer(&law) : NULL;
}

void
law_free(Law *law)
{
  if (law)
    arena_free(law->arena);
}

static GPtrArray *own; /* of Law *: the city's, the last in use; NULL at the end: the program's is */

gboolean
law_open(const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "law.yaml", NULL);
  gboolean there = g_file_test(path, G_FILE_TEST_EXISTS);
  g_autoptr(GBytes) bytes = there ? file_read(path, LIMIT_YAML, error) : NULL;
  Law *law = bytes ? law_load("law.yaml", g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error) : NULL;
  if (there && !law)
    return FALSE;
  if (!own)
    own = g_ptr_array_new();
  if (law || (own->len && own->pdata[own->len - 1]))
    g_ptr_array_add(own, law);
  return TRUE;
}

const Law *
law_shipped(void)
{
  if (own && own->len && own->pdata[own->len - 1])
    return own->pdata[own->len - 1];
  static gsize once;
  static const Law *law;
  if (g_once_init_enter(&once)) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = shipped_bytes("rules/law.yaml");
    law = law_load("data/rules/law.yaml", g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);
    g_assert_no_error(error);
    g_once_init_leave(&once, 1);
  }
  return law;
}

/* --- asking --- */

const char *
law_name(const Law *law)
{
  return law->name;
}

const char *
law_digest(const Law *law)
{
  return law->digest;
}

gboolean
law_is_own(void)
{
  return own && own->len && own->pdata[own->len - 1];
}

List
law_regimes(const Law *law)
{
  return law->regimes;
}

List
law_events(const Law *law)
{
  return law->events;
}

List
law_rules(const Law *law)
{
  return law->rules;
}

gboolean
law_in_force(Date from, Date until, Date day)
{
  return (from == DATE_NONE || from <= day) && (until == DATE_NONE || day <= until);
}

List
law_reminders(const Law *law)
{
  return law->reminders;
}

List
law_words(const Law *law)
{
  return law->words;
}

List
law_recipients(const Law *law)
{
  return law->recipients;
}

gboolean
law_called(const LawRecipient *recipient, const char *id, const char *name)
{
  if (g_str_equal(recipient->id, id) || g_str_equal(recipient->name, id) || (name && g_str_equal(recipient->name, name)))
    return TRUE;
  for (gsize i = 0; i < recipient->names.length; i++) {
    const char *called = list_string(recipient->names, i);
    if (g_str_has_prefix(id, called) || (name && g_str_has_prefix(name, called)))
      return TRUE;
  }
  return FALSE;
}

const LawRegime *
law_regime(const Law *law, const char *id)
{
  for (gsize i = 0; i < law->regimes.length; i++)
    if (g_strcmp0(list_item(law->regimes, LawRegime, i)->id, id) == 0)
      return list_item(law->regimes, LawRegime, i);
  return NULL;
}

const LawEvent *
law_event(const Law *law, const char *id, Date day)
{
  for (gsize i = 0; i < law->events.length; i++) {
    const LawEvent *event = list_item(law->events, LawEvent, i);
    if (g_str_equal(event->id, id) && law_in_force(event->from, event->until, day))
      return event;
  }
  return NULL;
}

const ClockRule *
law_rule(const Law *law, const char *id, Date day)
{
  for (gsize i = 0; i < law->rules.length; i++) {
    const ClockRule *rule = list_item(law->rules, ClockRule, i);
    if (g_str_equal(rule->id, id) && law_in_force(rule->from, rule->until, day))
      return rule;
  }
  return NULL;
}

static gboolean
any_of(List wanted, List events)
{
  for (gsize i = 0; i < wanted.length; i++)
    if (list_has_string(events, list_string(wanted, i)))
      return TRUE;
  return FALSE;
}

Count
law_count(const ClockRule *rule, List events)
{
  Count count = rule->count;
  for (gsize i = 0; i < rule->instead.length; i++) {
    const ClockInstead *instead = list_item(rule->instead, ClockInstead, i);
    if (!any_of(instead->events, events))
      continue;
    count.number = instead->number;
    break;
  }
  return count;
}
