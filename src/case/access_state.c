/* The state that access.c folds, and questions on it. */
#include "base/limits.h"
#include "case/state.h"
#include "office/office.h"

const Choice opening_choices[] = {
  { OPENING_PROPER, "proper", "必要な閲覧であった" },
  { OPENING_EXPLAINED, "explained", "必要ではなかったが、事情を確かめた" },
  { OPENING_IMPROPER, "improper", "不適切な閲覧であった" },
  { 0, NULL, NULL },
};

/* --- as fields --- */

static const Field admission_fields[] = {
  { "person", "人", FIELD_LINE, FIELD_REQUIRED, offsetof(Admission, person) },
  { "entry", "記録", FIELD_INT, FIELD_REQUIRED, offsetof(Admission, entry) },
  { NULL },
};

static const Field concealment_fields[] = {
  { "department", "所属", FIELD_LINE, FIELD_REQUIRED, offsetof(Concealment, department) },
  { "entry", "記録", FIELD_INT, FIELD_REQUIRED, offsetof(Concealment, entry) },
  { "persons", "その時の所属の人", FIELD_LINES, 0, offsetof(Concealment, persons), .limit = LIMIT_DEPARTMENT },
  { NULL },
};

static const Field opening_fields[] = {
  { "id", "番号", FIELD_LINE, FIELD_REQUIRED, offsetof(Opening, id) },
  { "person", "人", FIELD_LINE, FIELD_REQUIRED, offsetof(Opening, person) },
  { "post", "職", FIELD_LINE, FIELD_REQUIRED, offsetof(Opening, post) },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(Opening, reason) },
  { "entry", "記録", FIELD_INT, FIELD_REQUIRED, offsetof(Opening, entry) },
  { "at", "始まり", FIELD_INSTANT, FIELD_REQUIRED, offsetof(Opening, at) },
  { "until", "終わり", FIELD_INSTANT, FIELD_REQUIRED, offsetof(Opening, until) },
  { "outcome", "確認の結果", FIELD_CHOICE, 0, offsetof(Opening, outcome), .choices = opening_choices },
  { "reviewer", "確認した人", FIELD_LINE, 0, offsetof(Opening, reviewer) },
  { NULL },
};

const Field access_fields[] = {
  { "restricted", "限定", FIELD_BOOL, 0, offsetof(Access, restricted) },
  { "admitted", "加えた人", FIELD_LIST, 0, offsetof(Access, admitted), .limit = LIMIT_CASE_RECORDS, .of = admission_fields,
    .of_size = sizeof(Admission) },
  { "concealed", "見せない所属", FIELD_LIST, 0, offsetof(Access, concealed), .limit = LIMIT_CASE_RECORDS,
    .of = concealment_fields, .of_size = sizeof(Concealment) },
  { "openings", "緊急閲覧", FIELD_LIST, 0, offsetof(Access, openings), .limit = LIMIT_CASE_RECORDS, .of = opening_fields,
    .of_size = sizeof(Opening) },
  { "named", "名の挙がった人", FIELD_LINES, 0, offsetof(Access, named), .limit = LIMIT_NAMED },
  { NULL },
};

/* --- copying --- */

static List
copy_strings(List list, Arena *arena)
{
  List copy = { 0 };
  for (gsize i = 0; i < list.length; i++)
    list_add(arena, &copy, arena_strdup(arena, list_string(list, i)));
  return copy;
}

static List
copy_admitted(List list, Arena *arena)
{
  List copy = { 0 };
  for (gsize i = 0; i < list.length; i++) {
    const Admission *of = list_item(list, Admission, i);
    *(Admission *)list_push(arena, &copy, sizeof *of) = (Admission){ arena_strdup(arena, of->person), of->entry };
  }
  return copy;
}

static List
copy_concealed(List list, Arena *arena)
{
  List copy = { 0 };
  for (gsize i = 0; i < list.length; i++) {
    const Concealment *of = list_item(list, Concealment, i);
    *(Concealment *)list_push(arena, &copy, sizeof *of) =
        (Concealment){ arena_strdup(arena, of->department), of->entry, copy_strings(of->persons, arena) };
  }
  return copy;
}

static List
copy_openings(List list, Arena *arena)
{
  List copy = { 0 };
  for (gsize i = 0; i < list.length; i++) {
    Opening *opening = list_push(arena, &copy, sizeof *opening);
    *opening = *list_item(list, Opening, i);
    opening->id = arena_strdup(arena, opening->id);
    opening->person = arena_strdup(arena, opening->person);
    opening->post = arena_strdup(arena, opening->post);
    opening->reason = arena_strdup(arena, opening->reason);
    opening->reviewer = arena_strdup(arena, opening->reviewer);
  }
  return copy;
}

Access
access_copy(const Access *access, Arena *arena)
{
  return (Access){
    .restricted = access->restricted,
    .admitted = copy_admitted(access->admitted, arena),
    .concealed = copy_concealed(access->concealed, arena),
    .openings = copy_openings(access->openings, arena),
    .named = copy_strings(access->named, arena),
  };
}

/* --- questions --- */

gboolean
access_admits(const Access *access, const char *person, gint64 after)
{
  for (gsize i = 0; i < access->admitted.length; i++) {
    const Admission *admission = list_item(access->admitted, Admission, i);
    if (admission->entry > after && g_str_equal(admission->person, person))
      return TRUE;
  }
  return FALSE;
}

gboolean
access_belongs(const Office *office, const char *person, const char *department, Date day)
{
  const Person *who = office_person(office, person);
  g_autoptr(Arena) arena = arena_new();

  if (who && g_strcmp0(who->department, department) == 0)
    return TRUE;
  List posts = office_posts_of(office, person, day, arena);
  for (gsize i = 0; i < posts.length; i++) {
    const Post *post = office_post(office, NULL, list_string(posts, i));
    if (post && g_strcmp0(post->department, department) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
access_conceals(const Access *access, const Office *office, const char *person, Date day)
{
  for (gsize i = 0; i < access->concealed.length; i++) {
    const Concealment *concealment = list_item(access->concealed, Concealment, i);
    gboolean concerned = list_has_string(concealment->persons, person) ||
                         access_belongs(office, person, concealment->department, day);
    if (concerned && !access_admits(access, person, concealment->entry))
      return TRUE;
  }
  return FALSE;
}

gboolean
access_conceals_department(const Access *access, const char *department)
{
  for (gsize i = 0; department && i < access->concealed.length; i++)
    if (g_str_equal(list_item(access->concealed, Concealment, i)->department, department))
      return TRUE;
  return FALSE;
}

const Access *
case_access(const Case *kase)
{
  return &kase->access;
}

/* --- who is named --- */

static void
note_person(Case *kase, const char *person)
{
  List *named = &kase->access.named;
  if (person && named->length < LIMIT_NAMED && !list_has_string(*named, person))
    list_add(kase->arena, named, person);
}

/* Deciding who may see a case names people without giving them a part in it. */
void
access_note(Case *kase, const EntryKind *kind, const void *body)
{
  if (g_str_has_prefix(kind->name, "access.") || g_str_has_prefix(kind->name, "opening."))
    return;
  for (const Field *field = kind->fields; field->name; field++) {
    const void *at = (const guint8 *)body + field->offset;
    if (field->ref != &ref_person)
      continue;
    if (field->type == FIELD_REF)
      note_person(kase, *(const char *const *)at);
    for (gsize i = 0; field->type == FIELD_LINES && i < ((const List *)at)->length; i++)
      note_person(kase, list_string(*(const List *)at, i));
  }
}
