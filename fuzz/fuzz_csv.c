/* A table: what was read is written and read again the same, but for the mark before a formula;
 * and the same bytes as the yearly rotation of a fixed office. */
#include "common.h"

#include <string.h>

#include "base/csv.h"
#include "office/rotation.h"

static void
write_rows(const CsvTable *table, GString *out)
{
  g_autofree const char **row = g_new(const char *, csv_columns(table) + 1);

  for (guint i = 0; i < csv_rows(table); i++) {
    for (guint k = 0; k < csv_columns(table); k++)
      row[k] = csv_field(table, i, k);
    csv_append(out, row, csv_columns(table));
  }
}

static void
same_field(const char *was, const char *is)
{
  g_assert_true(strcmp(was, is) == 0 || (is[0] == '\'' && strcmp(was, is + 1) == 0));
}

static void
round_trip(const CsvTable *table)
{
  g_autoptr(GString) text = g_string_new(CSV_BOM);
  g_autoptr(GError) error = NULL;

  write_rows(table, text);
  g_autoptr(CsvTable) again = csv_parse("b.csv", text->str, text->len, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(csv_rows(again), ==, csv_rows(table));
  g_assert_cmpuint(csv_columns(again), ==, csv_columns(table));
  for (guint i = 0; i < csv_rows(table); i++)
    for (guint k = 0; k < csv_columns(table); k++)
      same_field(csv_field(table, i, k), csv_field(again, i, k));
}

static void
add(Office *office, Arena *arena, const EntryKind *kind, const void *body)
{
  static guint64 number;
  State state = { .office = office };
  EntryHead *head = arena_new0(arena, EntryHead);
  guint8 *kept = arena_alloc(arena, kind->size);

  memcpy(kept, body, kind->size);
  head->number = ++number;
  kind->apply(&state, head, kept);
}

static const Office *
office(void)
{
  static Office *town;
  static Arena *arena;
  if (town)
    return town;
  arena = arena_new();
  town = office_new();
  add(town, arena, &office_person_added, &(OfficePerson){ .name = "青木 一郎", .staff_number = "001" });
  add(town, arena, &office_person_added, &(OfficePerson){ .name = "石井 花子", .staff_number = "002" });
  add(town, arena, &office_person_added, &(OfficePerson){ .name = "佐藤 実" });
  add(town, arena, &office_appointed,
      &(OfficeAppoint){ .person = "p1", .post = "ciso", .from = 19814, .until = DATE_NONE });
  add(town, arena, &office_appointed,
      &(OfficeAppoint){ .person = "p2", .post = "system-staff", .from = 19814, .until = DATE_NONE });
  return town;
}

static void
rotate(const guint8 *data, gsize size)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  Rotation rotation;

  if (!rotation_read("異動.csv", (const char *)data, size, office(), fuzz_plan(), arena, &rotation, &error)) {
    fuzz_refused(error);
    return;
  }
  g_assert_true(g_utf8_validate(rotation.preview, -1, NULL));
  for (gsize i = 0; i < rotation.acts.length; i++)
    g_assert_true(g_str_has_prefix(list_item(rotation.acts, RotationAct, i)->act, "office."));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CsvTable) table = csv_parse("a.csv", data, size, &error);

  if (table)
    round_trip(table);
  else
    fuzz_refused(error);
  rotate(data, size);
  return 0;
}
