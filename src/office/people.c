/* Persons: the contact book of the office's own people.  What an entry tells is
 * kept by entry, so that one entry's personal fields can be forgotten. */
#include "office/accounts.h"
#include "office/state.h"

#define ERASED_NAME "（消去済み）"

#define PERSON_ROWS(name_flags)                                                                     \
  { "name", "氏名", FIELD_LINE, (name_flags) | FIELD_PERSONAL, offsetof(OfficePerson, name) },       \
  { "staff_number", "職員番号", FIELD_LINE, 0, offsetof(OfficePerson, staff_number) },               \
  { "department", "所属", FIELD_REF, 0, offsetof(OfficePerson, department), .ref = &ref_department }, \
  { "phone", "内線・電話", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficePerson, phone) },              \
  { "mobile", "携帯電話", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficePerson, mobile),                \
    .help = "夜間・休日の参集連絡に使います。" },                                                    \
  { "mail", "メール", FIELD_LINE, FIELD_PERSONAL, offsetof(OfficePerson, mail) }

const Field add_person_fields[] = { PERSON_ROWS(FIELD_REQUIRED), { NULL } };

const Field change_person_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(OfficePerson, person), .ref = &ref_person },
  PERSON_ROWS(0),
  { NULL },
};

/* --- state --- */

static void
fold_version(Person *person, const Version *version)
{
  const OfficePerson *told = version->body;

  keep_given(&person->staff_number, told->staff_number);
  keep_given(&person->department, told->department);
  if (version->erased)
    return;
  keep_given(&person->name, told->name);
  keep_given(&person->phone, told->phone);
  keep_given(&person->mobile, told->mobile);
  keep_given(&person->mail, told->mail);
}

static Person *
person_at(const Office *office, gsize position)
{
  return &((Person *)office->persons.items)[position];
}

static List *
history_at(List histories, gsize position)
{
  return &((List *)histories.items)[position];
}

static void
person_added_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  Person *person = list_push(office->arena, &office->persons, sizeof *person);
  List *history = list_push(office->arena, &office->person_history, sizeof *history);

  person->id = arena_printf(office->arena, "p%" G_GSIZE_FORMAT, office->persons.length);
  person->entered = head->number;
  version_add(office, history, head->number, body);
  fold_version(person, list_item(*history, Version, 0));
}

static void
person_changed_apply(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  const OfficePerson *changed = body;
  gsize position = id_position(changed->person, 'p');

  if (position >= office->persons.length)
    return;
  List *history = history_at(office->person_history, position);
  version_add(office, history, head->number, body);
  fold_version(person_at(office, position), list_item(*history, Version, history->length - 1));
}

void
people_erase(Office *office, guint64 entry)
{
  for (gsize i = 0; i < office->persons.length; i++) {
    List history = *history_at(office->person_history, i);
    if (!version_erase(history, entry))
      continue;
    Person *person = person_at(office, i);
    *person = (Person){ .id = person->id, .entered = person->entered };
    for (gsize k = 0; k < history.length; k++)
      fold_version(person, list_item(history, Version, k));
  }
}

const EntryKind office_person_added = {
  "office.person_added", 1, "職員の登録", SCOPE_OFFICE, add_person_fields, sizeof(OfficePerson),
  person_added_apply,
};

const EntryKind office_person_changed = {
  "office.person_changed", 1, "職員の登録内容の変更", SCOPE_OFFICE, change_person_fields,
  sizeof(OfficePerson), person_changed_apply,
};

/* --- guard --- */

/* Two persons under one staff number cannot be told apart in a rotation. */
void
person_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficePerson *told = fields;

  for (gsize i = 0; told->staff_number && i < context->office->persons.length; i++) {
    const Person *other = person_at(context->office, i);
    if (g_strcmp0(other->staff_number, told->staff_number) != 0 ||
        g_strcmp0(other->id, told->person) == 0)
      continue;
    Finding *finding = findings_addf(findings, FINDING_INVALID, "office.staff_number",
                                     "職員番号「%s」は %s が使っています。", told->staff_number,
                                     person_label(context->office, other->id, findings_arena(findings)));
    finding->field = "staff_number";
    finding->remedy = "番号を確かめるか、登録済みの職員の内容を変更してください。";
    finding->act = "office.change_person";
  }
}

/* --- questions --- */

List
office_persons(const Office *office)
{
  return office->persons;
}

const Person *
office_person(const Office *office, const char *id)
{
  gsize position = id_position(id, 'p');
  return position < office->persons.length ? person_at(office, position) : NULL;
}

const char *
office_person_name(const Office *office, const char *id)
{
  const Person *person = office_person(office, id);
  return person && person->name ? person->name : ERASED_NAME;
}

guint
people_named(const Office *office, const char *name, const Person **found)
{
  guint count = 0;

  *found = NULL;
  for (gsize i = 0; i < office->persons.length; i++) {
    const Person *person = person_at(office, i);
    if (!person->name || !same_name(person->name, name))
      continue;
    *found = person;
    count++;
  }
  return count;
}

guint
people_numbered(const Office *office, const char *number, const Person **found)
{
  guint count = 0;

  *found = NULL;
  for (gsize i = 0; i < office->persons.length; i++) {
    const Person *person = person_at(office, i);
    if (g_strcmp0(person->staff_number, number) != 0)
      continue;
    *found = person;
    count++;
  }
  return count;
}

const Person *
office_person_named(const Office *office, const char *name_or_id)
{
  const Person *found = office_person(office, name_or_id);

  if (found || people_numbered(office, name_or_id, &found) == 1)
    return found;
  return people_named(office, name_or_id, &found) == 1 ? found : NULL;
}

List
office_personal_entries(const Office *office, const char *person, Arena *arena)
{
  List entries = { 0 };
  gsize position = id_position(person, 'p');

  if (position >= office->persons.length)
    return entries;
  List history = *history_at(office->person_history, position);
  for (gsize i = 0; i < history.length; i++)
    if (!list_item(history, Version, i)->erased)
      *(gint64 *)list_push(arena, &entries, sizeof(gint64)) =
          (gint64)list_item(history, Version, i)->entry;
  const Account *account = office_account(office, person);
  for (gsize i = 0; account && i < account->told.length; i++)
    *(gint64 *)list_push(arena, &entries, sizeof(gint64)) = *list_item(account->told, gint64, i);
  return entries;
}

static gboolean
person_exists(const ActContext *context, const char *id)
{
  return office_person(context->office, id) != NULL;
}

static const char *
person_named(const ActContext *context, const char *name)
{
  const Person *person = office_person_named(context->office, name);
  return person ? person->id : NULL;
}

static const char *
person_name(const ActContext *context, const char *id)
{
  return office_person(context->office, id) ? office_person_name(context->office, id) : NULL;
}

const RefKind ref_person = { "person", "職員", person_exists, person_named, person_name };
