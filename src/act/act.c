#include "act/act.h"

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"

const Choice right_choices[] = {
  { RIGHT_VIEW, "view", "閲覧" },
  { RIGHT_WRITE, "write", "記録" },
  { RIGHT_DECIDE, "decide", "判断・決定" },
  { RIGHT_ADMINISTER, "administer", "管理" },
  { 0, NULL, NULL },
};

const Choice capacity_choices[] = {
  { CAPACITY_SELF, "self", "本人" },
  { CAPACITY_DEPUTY, "deputy", "職務代理" },
  { CAPACITY_PROXY, "proxy", "代決" },
  { CAPACITY_SYSTEM, "system", "自動" },
  { 0, NULL, NULL },
};

const Choice precision_choices[] = {
  { PRECISION_MINUTE, "minute", "分" },
  { PRECISION_HOUR, "hour", "時" },
  { PRECISION_DAY, "day", "日" },
  { PRECISION_ABOUT, "about", "頃" },
  { 0, NULL, NULL },
};

struct Decision {
  GArray *emissions;
};

static void
emission_clear(gpointer data)
{
  Emission *emission = data;
  json_decref(emission->structural);
  json_decref(emission->personal);
  g_clear_pointer(&emission->structural_bytes, g_bytes_unref);
  g_clear_pointer(&emission->personal_bytes, g_bytes_unref);
}

Decision *
decision_new(void)
{
  Decision *decision = g_new0(Decision, 1);
  decision->emissions = g_array_new(FALSE, FALSE, sizeof(Emission));
  g_array_set_clear_func(decision->emissions, emission_clear);
  return decision;
}

void
decision_free(Decision *decision)
{
  if (!decision)
    return;
  g_array_unref(decision->emissions);
  g_free(decision);
}

void
decision_emit(Decision *decision, const EntryKind *kind, const void *body)
{
  Emission emission = { .kind = kind };
  fields_encode(kind->fields, body, &emission.structural, &emission.personal);
  g_array_append_val(decision->emissions, emission);
}

gsize
decision_length(const Decision *decision)
{
  return decision->emissions->len;
}

const Emission *
decision_at(const Decision *decision, gsize i)
{
  g_assert(i < decision->emissions->len);
  return &g_array_index(decision->emissions, Emission, i);
}

static GBytes *
body_bytes(const json_t *body, GError **error)
{
  GBytes *bytes = shodo_json_canonical(body, error);

  if (!bytes || g_bytes_get_size(bytes) <= LIMIT_BODY)
    return bytes;
  g_bytes_unref(bytes);
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_LIMIT, "一件の記録が大きすぎます（1MiBまで）。内容を分けて記録してください。");
  return NULL;
}

gboolean
decision_seal(Decision *decision, gsize i, const EntryHead *head, GError **error)
{
  g_assert(i < decision->emissions->len);
  Emission *emission = &g_array_index(decision->emissions, Emission, i);

  g_assert(!emission->structural_bytes);
  head_encode(head, emission->structural);
  emission->structural_bytes = body_bytes(emission->structural, error);
  if (emission->structural_bytes && emission->personal)
    emission->personal_bytes = body_bytes(emission->personal, error);
  return emission->structural_bytes && (!emission->personal || emission->personal_bytes);
}

/* The head's own fields, encoded like any body. */
static const Field head_fields[] = {
  { "act", "行為", FIELD_LINE, 0, offsetof(EntryHead, act) },
  { "role", "役割", FIELD_LINE, 0, offsetof(EntryHead, role) },
  { "happened", "発生日時", FIELD_INSTANT, 0, offsetof(EntryHead, happened) },
  { "precision", "日時の精度", FIELD_CHOICE, 0, offsetof(EntryHead, precision), .choices = precision_choices },
  { "advised", "助言", FIELD_LINES, 0, offsetof(EntryHead, advised) },
  { "proxy", "代決の理由", FIELD_LINE, 0, offsetof(EntryHead, proxy) },
  { "key", "要求の番号", FIELD_LINE, 0, offsetof(EntryHead, key) },
  { NULL },
};

void
head_encode(const EntryHead *head, json_t *structural)
{
  EntryHead kept = *head;
  if (kept.happened == kept.recorded)
    kept.happened = INSTANT_NONE;
  if (kept.precision == PRECISION_MINUTE)
    kept.precision = 0;

  json_t *object, *none;
  fields_encode(head_fields, &kept, &object, &none);
  json_object_set_new(structural, "@", object);
}

gboolean
head_restore(EntryHead *head, const json_t *structural, Arena *arena, GError **error)
{
  const json_t *object = json_object_get(structural, "@");
  const EntryHead *kept =
      fields_restore(head_fields, sizeof *kept, object, NULL, arena, error);
  if (!kept)
    return FALSE;
  head->act = kept->act;
  head->role = kept->role;
  head->happened = kept->happened == INSTANT_NONE ? head->recorded : kept->happened;
  head->precision = kept->precision ? kept->precision : PRECISION_MINUTE;
  head->advised = kept->advised;
  head->proxy = kept->proxy;
  head->key = kept->key;
  return TRUE;
}
