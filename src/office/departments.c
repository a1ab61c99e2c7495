/* Departments, each with the body (実施機関) whose duties it shares. */
#include "office/state.h"

const Field department_fields[] = {
  { "name", "所属名", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeDepartment, name) },
  { "body", "実施機関", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeDepartment, body),
    .help = "市長、教育委員会、公営企業管理者など。漏えい時の報告義務は実施機関ごとに生じます。" },
  { NULL },
};

static void
department_added_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  Office *office = state->office;
  const OfficeDepartment *added = body;
  Department *department = list_push(office->arena, &office->departments, sizeof *department);

  department->id = arena_printf(office->arena, "b%" G_GSIZE_FORMAT, office->departments.length);
  department->name = added->name;
  department->body = added->body;
}

const EntryKind office_department_added = {
  "office.department_added", 1, "所属の登録", SCOPE_OFFICE, department_fields, sizeof(OfficeDepartment),
  department_added_apply,
};

void
department_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficeDepartment *added = fields;
  List departments = context->office->departments;

  for (gsize i = 0; i < departments.length; i++) {
    const Department *other = list_item(departments, Department, i);
    if (!g_str_equal(other->name, added->name) || !g_str_equal(other->body, added->body))
      continue;
    Finding *finding = findings_addf(findings, FINDING_INVALID, "office.department_taken",
                                     "「%s」（%s）は登録済みです（%s）。", other->name, other->body, other->id);
    finding->field = "name";
    finding->remedy = "登録済みの所属を使うか、区別できる名前にしてください。";
  }
}

List
office_departments(const Office *office)
{
  return office->departments;
}

const Department *
office_department(const Office *office, const char *id)
{
  gsize position = id_position(id, 'b');
  return position < office->departments.length ? list_item(office->departments, Department, position)
                                               : NULL;
}

static gboolean
department_exists(const ActContext *context, const char *id)
{
  return office_department(context->office, id) != NULL;
}

static const char *
department_named(const ActContext *context, const char *name)
{
  List departments = office_departments(context->office);
  for (gsize i = 0; i < departments.length; i++)
    if (g_str_equal(list_item(departments, Department, i)->name, name))
      return list_item(departments, Department, i)->id;
  return NULL;
}

static const char *
department_name(const ActContext *context, const char *id)
{
  const Department *department = office_department(context->office, id);
  return department ? department->name : NULL;
}

const RefKind ref_department = { "department", "所属", department_exists, department_named, department_name };
