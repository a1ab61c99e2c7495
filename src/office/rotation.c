#include "office/rotation.h"

#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "office/state.h"

#define SHOWN_ERRORS 50

typedef enum {
  COLUMN_NAME,
  COLUMN_NUMBER,
  COLUMN_POST,
  COLUMN_FROM,
  COLUMN_UNTIL,
  COLUMN_CONCURRENT,
  COLUMNS,
} Column;

static const char *const headings[COLUMNS] = {
  [COLUMN_NAME] = "氏名",     [COLUMN_NUMBER] = "職員番号", [COLUMN_POST] = "職",
  [COLUMN_FROM] = "着任日",   [COLUMN_UNTIL] = "離任日",    [COLUMN_CONCURRENT] = "兼務",
};

typedef struct {
  guint line;
  const char *cells[COLUMNS]; /* trimmed; "" when empty or without its column */
  const Person *person;
  const Post *post;
  Date from, until;
  enum { ROW_NOTHING, ROW_RELIEVE, ROW_APPOINT } does;
} Row;

typedef struct {
  const Office *office;
  const Plan *plan;
  Arena *arena;
  gssize column[COLUMNS]; /* where each stands; -1: absent */
  List rows;              /* of Row */
  List tenures;           /* of Tenure *: copies, as they will stand */
  GString *errors;
  guint n_errors;
  GString *unread;        /* headings that are not ours */
} Reading;

/* --- errors --- */

static void G_GNUC_PRINTF(3, 4)
wrong(Reading *reading, guint line, const char *format, ...)
{
  if (reading->n_errors++ >= SHOWN_ERRORS)
    return;
  va_list args;
  va_start(args, format);
  g_string_append_printf(reading->errors, "\n%u行目：", line);
  g_string_append_vprintf(reading->errors, format, args);
  va_end(args);
}

static gboolean
finish(Reading *reading, GError **error)
{
  if (!reading->n_errors)
    return TRUE;
  if (reading->n_errors > SHOWN_ERRORS)
    g_string_append_printf(reading->errors, "\nほかに%u件あります。", reading->n_errors - SHOWN_ERRORS);
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
              "異動の一覧に誤りがあります。何も反映していません。次を直して、もう一度読み込んでください。%s",
              reading->errors->str);
  return FALSE;
}

/* --- the head of the table --- */

static void
read_heading(Reading *reading, guint line, const char *heading, gssize at)
{
  for (gsize i = 0; i < COLUMNS; i++) {
    if (!g_str_equal(headings[i], heading))
      continue;
    if (reading->column[i] >= 0)
      wrong(reading, line, "「%s」の列が二つあります。一つにしてください。", heading);
    reading->column[i] = at;
    return;
  }
  if (*heading)
    g_string_append_printf(reading->unread, "%s%s", reading->unread->len ? "、" : "", heading);
}

static void
require_column(Reading *reading, guint line, Column column)
{
  if (reading->column[column] < 0)
    wrong(reading, line, "「%s」の列がありません。1行目を見出しにして、「%s」の列を加えてください。",
          headings[column], headings[column]);
}

static void
read_headings(Reading *reading, const CsvTable *table)
{
  guint line = csv_rows(table) ? csv_line(table, 0) : 1; /* an empty file has no headings either */

  for (guint i = 0; i < csv_columns(table); i++) {
    g_autofree char *heading = g_strdup(csv_field(table, 0, i));
    read_heading(reading, line, g_strstrip(heading), (gssize)i);
  }
  if (reading->column[COLUMN_NAME] < 0 && reading->column[COLUMN_NUMBER] < 0)
    wrong(reading, line, "「氏名」の列も「職員番号」の列もありません。1行目を見出しにして、どちらかの列を加えてください。");
  require_column(reading, line, COLUMN_POST);
  require_column(reading, line, COLUMN_FROM);
  require_column(reading, line, COLUMN_UNTIL);
}

/* --- one row --- */

static void
find_by(Reading *reading, Row *row, Column column)
{
  const char *wanted = row->cells[column];
  guint found = column == COLUMN_NUMBER ? people_numbered(reading->office, wanted, &row->person)
                                        : people_named(reading->office, wanted, &row->person);
  if (found == 1)
    return;
  row->person = NULL;
  if (found == 0)
    wrong(reading, row->line, "%s「%s」の職員が登録されていません。書き誤りを直すか、先に職員を登録してください（office.add_person）。",
          headings[column], wanted);
  else
    wrong(reading, row->line, "%s「%s」の職員が%u人います。「職員番号」の列で一人に決めてください。",
          headings[column], wanted, found);
}

static void
read_person(Reading *reading, Row *row)
{
  const char *name = row->cells[COLUMN_NAME];

  if (*row->cells[COLUMN_NUMBER]) {
    find_by(reading, row, COLUMN_NUMBER);
    if (row->person && *name && row->person->name && !same_name(row->person->name, name))
      wrong(reading, row->line, "職員番号「%s」は「%s」ですが、氏名は「%s」と書かれています。どちらかを直してください。",
            row->cells[COLUMN_NUMBER], row->person->name, name);
  } else if (*name)
    find_by(reading, row, COLUMN_NAME);
  else
    wrong(reading, row->line, "職員が書かれていません。「氏名」か「職員番号」を記入してください。");
}

static void
read_post(Reading *reading, Row *row)
{
  const char *wanted = row->cells[COLUMN_POST];

  row->post = office_post_named(reading->office, reading->plan, wanted);
  if (!*wanted)
    wrong(reading, row->line, "「職」が未記入です。");
  else if (!row->post)
    wrong(reading, row->line, "職「%s」が見つからないか、一つに決まりません。計画の職名か、職の記号で書いてください。", wanted);
}

static void
read_day(Reading *reading, const Row *row, Column column, Date *day)
{
  *day = DATE_NONE;
  if (*row->cells[column] && !date_parse(row->cells[column], day, NULL))
    wrong(reading, row->line, "%s「%s」を日付として読めません。2027-04-01、令和9年4月1日、R9.4.1 のように書いてください。",
          headings[column], row->cells[column]);
}

static void
read_days(Reading *reading, Row *row)
{
  guint before = reading->n_errors;

  read_day(reading, row, COLUMN_FROM, &row->from);
  read_day(reading, row, COLUMN_UNTIL, &row->until);
  if (reading->n_errors > before)
    return;
  if (row->from == DATE_NONE && row->until == DATE_NONE)
    wrong(reading, row->line, "着任日も離任日もありません。着任する人には着任日、離任する人には離任日を記入してください。");
  else if (row->from != DATE_NONE && row->until != DATE_NONE && row->until < row->from)
    wrong(reading, row->line, "離任日が着任日より前になっています（%s）。",
          days_text(row->from, row->until, reading->arena));
}

static const char *
read_cell(Reading *reading, const CsvTable *table, guint row, Column column)
{
  g_autoptr(GError) error = NULL;

  if (reading->column[column] < 0)
    return "";
  g_autofree char *cell = g_strdup(csv_field(table, row, (guint)reading->column[column]));
  g_strstrip(cell);
  if (!text_valid(cell, strlen(cell), TEXT_LINE, &error))
    wrong(reading, csv_line(table, row), "「%s」に使えない文字があります（%s）。", headings[column], error->message);
  else if (text_length(cell) > LIMIT_LINE)
    wrong(reading, csv_line(table, row), "「%s」は%d文字までです。", headings[column], LIMIT_LINE);
  else
    return arena_strdup(reading->arena, cell);
  return "";
}

static void
read_row(Reading *reading, const CsvTable *table, guint at)
{
  Row *row = list_push(reading->arena, &reading->rows, sizeof *row);
  guint before = reading->n_errors;

  row->line = csv_line(table, at);
  for (Column column = 0; column < COLUMNS; column++)
    row->cells[column] = read_cell(reading, table, at, column);
  if (reading->n_errors > before)
    return;
  read_person(reading, row);
  read_post(reading, row);
  read_days(reading, row);
}

/* --- what it changes --- */

static const Tenure *
present_tenure(const Reading *reading, const Row *row)
{
  for (gsize i = 0; i < reading->tenures.length; i++) {
    const Tenure *tenure = list_pointer(reading->tenures, Tenure, i);
    if (g_str_equal(tenure->post, row->post->id) && g_str_equal(tenure->person, row->person->id) &&
        tenure->from == row->from && days_cover(tenure->from, tenure->until, tenure->from))
      return tenure;
  }
  return NULL;
}

static void
plan_act(Reading *reading, Rotation *rotation, const Row *row, const char *act, const void *fields)
{
  RotationAct *planned = list_push(reading->arena, &rotation->acts, sizeof *planned);
  *planned = (RotationAct){ act, fields, row->line };
}

static void
plan_relief(Reading *reading, Rotation *rotation, Row *row)
{
  const OfficeRelieve relieve = { row->person->id, row->post->id, row->until };
  const Tenure *present = present_tenure(reading, row);

  if (present && (row->until == DATE_NONE || present->until == row->until))
    return;
  Tenure *ending = tenure_ending(reading->tenures, &relieve);
  if (!ending || (present && ending != present)) {
    wrong(reading, row->line, "%s は%sに「%s」に就いていません。職員・職・離任日（在職する最後の日）を確かめてください。",
          person_label(reading->office, row->person->id, reading->arena),
          date_print_plain(reading->arena, row->until), row->post->name);
    return;
  }
  if (ending->until == row->until)
    return;
  ending->until = row->until;
  row->does = ROW_RELIEVE;
  OfficeRelieve *kept = arena_new0(reading->arena, OfficeRelieve);
  *kept = relieve;
  plan_act(reading, rotation, row, "office.relieve", kept);
}

static void
refuse_clash(Reading *reading, const Row *row, const Tenure *clash)
{
  wrong(reading, row->line, "「%s」には %s が%s就いています。%s", row->post->name,
        person_label(reading->office, clash->person, reading->arena),
        days_text(clash->from, clash->until, reading->arena),
        clash->from < row->from ? "その人の離任日の行を加えるか、日付を直してください。"
                                : "期間が重ならないように日付を直してください。");
}

static void
plan_appointment(Reading *reading, Rotation *rotation, const Row *row)
{
  OfficeAppoint *appoint = arena_new0(reading->arena, OfficeAppoint);
  Tenure *tenure = arena_new0(reading->arena, Tenure);

  *appoint = (OfficeAppoint){
    .person = row->person->id, .post = row->post->id, .from = row->from, .until = row->until,
    .concurrent = *row->cells[COLUMN_CONCURRENT] != '\0',
  };
  const Tenure *clash = tenure_clash(reading->tenures, appoint, row->post->many);
  if (clash) {
    refuse_clash(reading, row, clash);
    return;
  }
  *tenure = (Tenure){ appoint->person, appoint->post, appoint->from, appoint->until, appoint->concurrent };
  list_add(reading->arena, &reading->tenures, tenure);
  plan_act(reading, rotation, row, "office.appoint", appoint);
}

/* A row whose 着任日 is the one under which the person holds the post takes over nothing. */
static void
plan_acts(Reading *reading, Rotation *rotation)
{
  Row *rows = reading->rows.items;

  for (gsize i = 0; i < reading->office->tenures.length; i++) {
    Tenure *copy = arena_new0(reading->arena, Tenure);
    *copy = *list_pointer(reading->office->tenures, Tenure, i);
    list_add(reading->arena, &reading->tenures, copy);
  }
  for (gsize i = 0; i < reading->rows.length; i++)
    if (rows[i].from != DATE_NONE && !present_tenure(reading, &rows[i]))
      rows[i].does = ROW_APPOINT;
    else
      plan_relief(reading, rotation, &rows[i]);
  for (gsize i = 0; i < reading->rows.length; i++)
    if (rows[i].does == ROW_APPOINT)
      plan_appointment(reading, rotation, &rows[i]);
}

/* --- the preview --- */

static gboolean
held_on(const Reading *reading, const char *post, Date day)
{
  for (gsize i = 0; i < reading->tenures.length; i++) {
    const Tenure *tenure = list_pointer(reading->tenures, Tenure, i);
    if (g_str_equal(tenure->post, post) && days_cover(tenure->from, tenure->until, day))
      return TRUE;
  }
  return FALSE;
}

static void
preview_row(const Reading *reading, GString *out, const Row *row)
{
  static const char *const verbs[] = { "変更なし", "離任", "着任" };
  const char *days = row->does == ROW_APPOINT ? days_text(row->from, row->until, reading->arena)
                     : row->does == ROW_RELIEVE
                         ? arena_printf(reading->arena, "%sまで", date_print_plain(reading->arena, row->until))
                         : "";
  g_string_append_printf(out, "%u行目　%s　%s　%s　%s%s\n", row->line, verbs[row->does], row->post->name,
                         person_label(reading->office, row->person->id, reading->arena), days,
                         row->does == ROW_APPOINT && *row->cells[COLUMN_CONCURRENT] ? "（兼務）" : "");
}

static void
preview_vacancies(const Reading *reading, GString *out)
{
  List seen = { 0 };
  for (gsize i = 0; i < reading->rows.length; i++) {
    const Row *row = list_item(reading->rows, Row, i);
    if (row->does != ROW_RELIEVE || row->until >= DATE_LAST || list_has_string(seen, row->post->id) ||
        held_on(reading, row->post->id, row->until + 1))
      continue;
    list_add(reading->arena, &seen, row->post->id);
    g_string_append_printf(out, "ご注意：「%s」は%sから欠員になります。\n", row->post->name,
                           date_print_plain(reading->arena, row->until + 1));
  }
}

static const char *
preview(const Reading *reading)
{
  g_autoptr(GString) out = g_string_new(NULL);
  guint count[3] = { 0 };

  for (gsize i = 0; i < reading->rows.length; i++) {
    const Row *row = list_item(reading->rows, Row, i);
    preview_row(reading, out, row);
    count[row->does]++;
  }
  g_string_append_printf(out, "離任%u件、着任%u件、変更なし%u件\n", count[ROW_RELIEVE], count[ROW_APPOINT],
                         count[ROW_NOTHING]);
  preview_vacancies(reading, out);
  if (reading->unread->len)
    g_string_append_printf(out, "読まなかった列：%s\n", reading->unread->str);
  return arena_strdup(reading->arena, out->str);
}

/* --- the whole --- */

static void
read_table(Reading *reading, const CsvTable *table)
{
  read_headings(reading, table);
  if (csv_rows(table) > LIMIT_LIST + 1)
    wrong(reading, csv_line(table, LIMIT_LIST + 1), "一度に読み込めるのは%d行までです。分けて読み込んでください。",
          LIMIT_LIST);
  if (reading->n_errors)
    return;
  for (guint row = 1; row < csv_rows(table); row++)
    read_row(reading, table, row);
}

gboolean
rotation_read(const char *name, const char *bytes, gsize length, const Office *office, const Plan *plan,
              Arena *arena, Rotation *rotation, GError **error)
{
  g_autoptr(CsvTable) table = csv_parse(name, bytes, length, error);
  g_autoptr(GString) errors = g_string_new(NULL);
  g_autoptr(GString) unread = g_string_new(NULL);
  Reading reading = { .office = office, .plan = plan, .arena = arena, .errors = errors, .unread = unread };
  Rotation read = { 0 };

  if (!table)
    return FALSE;
  for (gsize i = 0; i < COLUMNS; i++)
    reading.column[i] = -1;
  read_table(&reading, table);
  if (!reading.n_errors)
    plan_acts(&reading, &read);
  if (!finish(&reading, error))
    return FALSE;
  read.preview = preview(&reading);
  *rotation = read;
  return TRUE;
}
