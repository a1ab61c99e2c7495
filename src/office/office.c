/* The office as a whole: its founding, the plan in force, its life in memory. */
#include "office/office.h"

#include "office/state.h"

Office *
office_new(void)
{
  Office *office = g_new0(Office, 1);
  office->arena = arena_new();
  office->by_post = g_hash_table_new(g_str_hash, g_str_equal);
  office->by_person = g_hash_table_new(g_str_hash, g_str_equal);
  office->accounts = g_hash_table_new(g_str_hash, g_str_equal);
  office->token_of = g_hash_table_new(g_str_hash, g_str_equal);
  office->mail.modes = g_hash_table_new(g_str_hash, g_str_equal);
  office->known = g_hash_table_new(g_str_hash, g_str_equal);
  return office;
}

void
office_free(Office *office)
{
  if (!office)
    return;
  g_hash_table_unref(office->by_post);
  g_hash_table_unref(office->by_person);
  g_hash_table_unref(office->accounts);
  g_hash_table_unref(office->token_of);
  g_hash_table_unref(office->mail.modes);
  g_hash_table_unref(office->known);
  arena_free(office->arena);
  g_free(office);
}

gboolean
office_real(const Office *office)
{
  return office->real;
}

const char *
office_name(const Office *office)
{
  return office->name;
}

const char *
office_origin(const Office *office)
{
  return office->origin;
}

/* --- founding --- */

const Field found_fields[] = {
  { "name", "所属（市の名称）", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeFound, name) },
  { "real", "実運用", FIELD_BOOL, 0, offsetof(OfficeFound, real),
    .help = "実運用と宣言すると、過去の日時での実演や時計の変更はできません。" },
  { "origin", "記録の名称", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeFound, origin) },
  { "digest", "計画の版", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(OfficeFound, digest) },
  { "from", "運用開始日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeFound, from) },
  { "administrator", "最初のシステム管理者の氏名", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL,
    offsetof(OfficeFound, administrator) },
  { NULL },
};

static const Field founded_fields[] = {
  { "name", "所属（市の名称）", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeFound, name) },
  { "real", "実運用", FIELD_BOOL, 0, offsetof(OfficeFound, real) },
  { "origin", "記録の名称", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeFound, origin) },
  { "digest", "計画の版", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(OfficeFound, digest) },
  { "from", "運用開始日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeFound, from) },
  { NULL },
};

static void
adopt(Office *office, const char *digest, Date from)
{
  Adoption *adoption = list_push(office->arena, &office->adoptions, sizeof *adoption);
  adoption->digest = digest;
  adoption->from = from;
}

static void
founded_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const OfficeFound *found = body;
  Office *office = state->office;

  office->founded = TRUE;
  office->name = found->name;
  office->origin = found->origin;
  office->real = found->real;
  adopt(office, found->digest, found->from);
}

const EntryKind office_founded = {
  "office.founded", 1, "運用の開始", SCOPE_OFFICE, founded_fields, sizeof(OfficeFound), founded_apply,
};

void
found_guard(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  if (context->office->founded)
    findings_addf(findings, FINDING_REFUSE, "office.founded", "「%s」の運用はすでに始まっています。",
                  context->office->name);
}

/* The administrator is the first person of the office, so "p1". */
void
found_decide(const ActContext *context G_GNUC_UNUSED, const void *fields, Decision *decision)
{
  const OfficeFound *found = fields;
  const OfficePerson person = { .name = found->administrator };
  const OfficeAppoint appoint = {
    .person = "p1", .post = OFFICE_ADMINISTRATOR, .from = found->from, .until = DATE_NONE,
  };

  decision_emit(decision, &office_founded, found);
  decision_emit(decision, &office_person_added, &person);
  decision_emit(decision, &office_appointed, &appoint);
}

/* --- the plan in force --- */

const Field adopt_fields[] = {
  { "digest", "計画の版", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(OfficeAdopt, digest) },
  { "from", "適用開始日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeAdopt, from),
    .help = "この日以後に起こした事案から、この版に従います。進行中の事案は元の版のままです。" },
  { NULL },
};

static void
plan_adopted_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const OfficeAdopt *adopted = body;
  adopt(state->office, adopted->digest, adopted->from);
}

const EntryKind office_plan_adopted = {
  "office.plan_adopted", 1, "計画の採用", SCOPE_OFFICE, adopt_fields, sizeof(OfficeAdopt), plan_adopted_apply,
};

const char *
office_plan_on(const Office *office, Date day)
{
  const Adoption *best = NULL;
  for (gsize i = 0; i < office->adoptions.length; i++) {
    const Adoption *adoption = list_item(office->adoptions, Adoption, i);
    if (adoption->from <= day && (!best || best->from <= adoption->from))
      best = adoption;
  }
  return best ? best->digest : NULL;
}

List
office_adoptions(const Office *office)
{
  return office->adoptions;
}

void
adopt_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficeAdopt *wanted = fields;
  const char *present = office_plan_on(context->office, wanted->from);

  if (present && g_str_equal(present, wanted->digest))
    findings_addf(findings, FINDING_ADVISE, "office.plan_same",
                  "その日には、すでに同じ版の計画が適用されています。");
}
