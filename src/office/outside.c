/* Outside bodies: contractors and their sub-contractors, experts, authorities. */
#include "base/limits.h"
#include "office/state.h"

const Choice outside_choices[] = {
  { OUTSIDE_CONTRACTOR, "contractor", "外部委託事業者" },
  { OUTSIDE_EXPERT, "expert", "外部の専門家" },
  { OUTSIDE_AUTHORITY, "authority", "関係機関" },
  { OUTSIDE_OTHER, "other", "その他" },
  { 0, NULL, NULL },
};

enum { APPROVAL_YES = 1, APPROVAL_NO };
static const Choice approval_choices[] = {
  { APPROVAL_YES, "yes", "承認あり" },
  { APPROVAL_NO, "no", "承認なし" },
  { 0, NULL, NULL },
};

#define OUTSIDE_ROWS(flags)                                                                          \
  { "name", "名称", FIELD_LINE, (flags), offsetof(OfficeOutside, name) },                             \
  { "kind", "種別", FIELD_CHOICE, (flags), offsetof(OfficeOutside, kind), .choices = outside_choices }, \
  { "parent", "再委託元", FIELD_REF, 0, offsetof(OfficeOutside, parent), .ref = &ref_outside }

#define CONTACT_ROWS                                                                                 \
  { "contact", "担当者", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficeOutside, contact) },              \
  { "out_of_hours", "時間外の連絡先", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficeOutside, out_of_hours) }, \
  { "telephone", "電話番号", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficeOutside, telephone) },         \
  { "mail", "メール", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficeOutside, mail), .limit = LIMIT_ADDRESS }

const Field add_outside_fields[] = {
  OUTSIDE_ROWS(FIELD_REQUIRED),
  { "approved", "再委託の承認", FIELD_BOOL, 0, offsetof(OfficeOutside, approved) },
  CONTACT_ROWS,
  { NULL },
};

const Field change_outside_fields[] = {
  { "outside", "外部の相手方", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeOutside, outside), .ref = &ref_outside },
  OUTSIDE_ROWS(0),
  { "approval", "再委託の承認", FIELD_CHOICE, 0, offsetof(OfficeOutside, approval), .choices = approval_choices },
  CONTACT_ROWS,
  { NULL },
};

/* --- state --- */

static Outside *
outside_at(const Office *office, gsize position)
{
  return &((Outside *)office->outsides.items)[position];
}

static List *
history_at(const Office *office, gsize position)
{
  return &((List *)office->outside_history.items)[position];
}

static void
fold_version(Outside *outside, const Version *version)
{
  const OfficeOutside *told = version->body;

  keep_given(&outside->name, told->name);
  keep_given(&outside->parent, told->parent);
  if (told->kind)
    outside->kind = (OutsideKind)told->kind;
  if (told->approval)
    outside->approved = told->approval == APPROVAL_YES;
  outside->approved = outside->approved || told->approved;
  if (version->erased)
    return;
  keep_given(&outside->contact, told->contact);
  keep_given(&outside->out_of_hours, told->out_of_hours);
  keep_given(&outside->telephone, told->telephone);
  keep_given(&outside->mail, told->mail);
}

static void
outside_added_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  Outside *outside = list_push(office->arena, &office->outsides, sizeof *outside);
  List *history = list_push(office->arena, &office->outside_history, sizeof *history);

  outside->id = arena_printf(office->arena, "x%" G_GSIZE_FORMAT, office->outsides.length);
  version_add(office, history, head->number, body);
  fold_version(outside, list_item(*history, Version, 0));
}

static void
outside_changed_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  const OfficeOutside *changed = body;
  gsize position = id_position(changed->outside, 'x');

  if (position >= office->outsides.length)
    return;
  List *history = history_at(office, position);
  version_add(office, history, head->number, body);
  fold_version(outside_at(office, position), list_item(*history, Version, history->length - 1));
}

void
outside_erase(Office *office, guint64 entry)
{
  for (gsize i = 0; i < office->outsides.length; i++) {
    List history = *history_at(office, i);
    if (!version_erase(history, entry))
      continue;
    Outside *outside = outside_at(office, i);
    *outside = (Outside){ .id = outside->id };
    for (gsize k = 0; k < history.length; k++)
      fold_version(outside, list_item(history, Version, k));
  }
}

const EntryKind office_outside_added = {
  "office.outside_added", 1, "外部の相手方の登録", SCOPE_OFFICE, add_outside_fields, sizeof(OfficeOutside),
  outside_added_apply,
};

const EntryKind office_outside_changed = {
  "office.outside_changed", 1, "外部の相手方の変更", SCOPE_OFFICE, change_outside_fields,
  sizeof(OfficeOutside), outside_changed_apply,
};

/* --- guard --- */

/* Is ID the body called CEILING, or one entrusted with its work further up?  Steps are
 * bounded, since a circle in PARENT is what this looks for. */
static gboolean
leads_to(const Office *office, const char *id, const char *ceiling)
{
  for (gsize steps = 0; id && steps <= office->outsides.length; steps++) {
    if (g_strcmp0(id, ceiling) == 0)
      return TRUE;
    const Outside *outside = office_outside(office, id);
    id = outside ? outside->parent : NULL;
  }
  return FALSE;
}

/* What the body will be once TOLD is folded in. */
static Outside
outcome(const Office *office, const OfficeOutside *told)
{
  const Outside *present = told->outside ? office_outside(office, told->outside) : NULL;
  Outside after = present ? *present : (Outside){ 0 };
  const Version version = { .body = told };

  fold_version(&after, &version);
  return after;
}

void
outside_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficeOutside *told = fields;
  Outside after = outcome(context->office, told);
  Finding *finding = NULL;

  if (after.parent && after.kind != OUTSIDE_CONTRACTOR)
    finding = findings_addf(findings, FINDING_INVALID, "office.outside_kind",
                            "再委託元を書けるのは、種別が「外部委託事業者」のときだけです。");
  else if (told->outside && leads_to(context->office, told->parent, told->outside))
    finding = findings_addf(findings, FINDING_INVALID, "office.outside_circle",
                            "再委託元をたどると「%s」自身に戻ってしまいます。", after.name);
  else if (after.parent && !after.approved)
    finding = findings_addf(findings, FINDING_ADVISE, "office.outside_unapproved",
                            "「%s」への再委託の承認が記録されていません。", after.name);
  if (finding)
    finding->field = "parent";
}

/* --- questions --- */

List
office_outsides(const Office *office)
{
  return office->outsides;
}

const Outside *
office_outside(const Office *office, const char *id)
{
  gsize position = id_position(id, 'x');
  return position < office->outsides.length ? outside_at(office, position) : NULL;
}

static gboolean
outside_exists(const ActContext *context, const char *id)
{
  return office_outside(context->office, id) != NULL;
}

static gboolean
any_party_exists(const ActContext *context, const char *id)
{
  return ref_person.exists(context, id) || ref_outside.exists(context, id) ||
         ref_department.exists(context, id) || ref_post.exists(context, id);
}

static const char *
outside_named(const ActContext *context, const char *name)
{
  List outsides = office_outsides(context->office);
  for (gsize i = 0; i < outsides.length; i++)
    if (g_str_equal(list_item(outsides, Outside, i)->name, name))
      return list_item(outsides, Outside, i)->id;
  return NULL;
}

static const char *
outside_name(const ActContext *context, const char *id)
{
  const Outside *outside = office_outside(context->office, id);
  return outside ? outside->name : NULL;
}

const RefKind ref_outside = { "outside", "外部の相手方", outside_exists, outside_named, outside_name };
static const char *
party_name(const ActContext *context, const char *id)
{
  const char *name = outside_name(context, id);
  return name ? name : ref_department.name_of(context, id);
}

const RefKind ref_any_party = { "party", "相手方", any_party_exists, outside_named, party_name };
