/* Who may do what, when and how related: every act of the API asked for over HTTP by every relation
 * of relations.csv in every state of phases.csv, on a case open to its roles and on one behind a
 * door (restricted to p2, concealed from the 税務課).  The right itself is that of
 * tests/engine/matrix.csv.  The three tables are written by hand from the plan's clauses; whoever
 * changes one says why. */
#include <string.h>

#include "town.h"

#define STATES 7

/* --- the tables --- */

typedef struct {
  GPtrArray *rows; /* of GStrv, the header first */
} Table;

static Table
table_read(const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  Table table = { g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev) };

  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (gsize i = 0; lines[i] && *lines[i]; i++)
    g_ptr_array_add(table.rows, g_strsplit(lines[i], ",", -1));
  return table;
}

static char **
table_row(const Table *table, const char *name)
{
  for (guint i = 1; i < table->rows->len; i++)
    if (g_str_equal(((char **)g_ptr_array_index(table->rows, i))[0], name))
      return g_ptr_array_index(table->rows, i);
  return NULL;
}

static const char *
table_cell(const Table *table, const char *row, const char *column)
{
  char **head = g_ptr_array_index(table->rows, 0), **cells = table_row(table, row);
  for (gsize i = 0; cells && head[i]; i++)
    if (g_str_equal(head[i], column))
      return cells[i];
  g_error("no cell %s %s", row, column);
}

typedef struct {
  Table rights, phases, relations;
} Tables;

static Tables
tables_read(void)
{
  return (Tables){ table_read(TEST_DATA "/../engine/matrix.csv"), table_read(TEST_DATA "/phases.csv"),
                   table_read(TEST_DATA "/relations.csv") };
}

static void
tables_clear(Tables *tables)
{
  g_ptr_array_unref(tables->rights.rows);
  g_ptr_array_unref(tables->phases.rows);
  g_ptr_array_unref(tables->relations.rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tables, tables_clear)

/* --- the acts of the API --- */

typedef struct {
  char *name;
  char *path; /* with %u for the case, or none */
  gboolean of_case;
  gboolean decides;
} Act;

static void
act_clear(gpointer data)
{
  g_free(((Act *)data)->name);
  g_free(((Act *)data)->path);
}

/* By the description that the running program gives of itself. */
static GArray *
acts_of(Town *town)
{
  GArray *acts = g_array_new(FALSE, TRUE, sizeof(Act));
  g_autoptr(Reply) reply = client_get(town->client, NULL, "/api/v1/openapi.json");
  const char *path;
  json_t *item;

  g_array_set_clear_func(acts, act_clear);
  json_object_foreach(json_object_get(reply->json, "paths"), path, item) {
    const char *at = strstr(path, "/acts/");
    const char *right = json_string_value(json_object_get(json_object_get(item, "post"), "x-right"));
    if (!at || !right)
      continue;
    Act act = { g_strdup(at + 6), NULL, strstr(path, "{case}") != NULL, g_str_equal(right, "decide") };
    act.path = g_strdup(path);
    g_array_append_val(acts, act);
  }
  return acts;
}

static char *
path_of(const Act *act, guint kase)
{
  g_autofree char *number = g_strdup_printf("%u", kase);
  g_autoptr(GString) text = g_string_new(act->path);
  g_string_replace(text, "{case}", number, 1);
  g_string_append(text, "?ask=1");
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- asking --- */

typedef enum { OPEN = 1, RULE, CLOSED, DENIED, HIDDEN, DEAD, SEES } Verdict;
static const char *const verdicts[] = { "?", "open", "rule", "closed", "denied", "hidden", "dead", "sees" };

static gboolean
rule_refuses(const Reply *reply)
{
  const json_t *findings = json_object_get(reply->json, "findings");
  for (gsize i = 0; i < json_array_size(findings); i++) {
    const json_t *finding = json_array_get(findings, i);
    if (g_strcmp0(json_string_value(json_object_get(finding, "code")), "rule") == 0 &&
        g_strcmp0(json_string_value(json_object_get(finding, "weight")), "refused") == 0)
      return TRUE;
  }
  return FALSE;
}

static Verdict
verdict_of(const Reply *reply)
{
  if (reply->status == 401)
    return DEAD;
  if (reply->status == 404 || reply_says(reply, "case.unknown"))
    return HIDDEN;
  if (reply_says(reply, "opening.sees"))
    return SEES;
  if (reply->status == 403)
    return DENIED;
  if (reply->status != 200)
    g_error("%ld %s", reply->status, reply->text);
  if (reply_says(reply, "may.role") || reply_says(reply, "may.proxy") || reply_says(reply, "actor"))
    return DENIED;
  if (reply_says(reply, "case.closed"))
    return CLOSED;
  return rule_refuses(reply) ? RULE : OPEN;
}

static Verdict
ask(Town *town, char *const *relation, const Act *act, guint kase)
{
  g_autofree char *token = town_token(relation[2]);
  g_autofree char *path = path_of(act, kase);
  gboolean proxy = !g_str_equal(relation[4], "-");
  g_autofree char *body = proxy ? g_strdup_printf("{'post':'%s','proxy':'%s'}", relation[3], relation[4])
                                : g_strdup_printf("{'post':'%s'}", relation[3]);
  g_autoptr(Reply) reply = client_post(town->client, token, path, body);
  return verdict_of(reply);
}

/* --- what the tables say --- */

static gboolean
right_says(const Tables *tables, char *const *relation, const Act *act)
{
  const char *acts = relation[6];
  if (strstr(table_cell(&tables->rights, act->name, "clause"), "本人"))
    return FALSE; /* one's own way of signing in, which no token may touch */
  if (g_str_equal(acts, "none") || (g_str_equal(acts, "decide") && !act->decides))
    return FALSE;
  return g_str_equal(table_cell(&tables->rights, act->name, relation[5]), "o");
}

static Verdict
expected(const Tables *tables, char *const *relation, const Act *act, const char *state, const char *sees)
{
  gboolean breaking = g_str_equal(act->name, "opening.break");

  if (g_str_equal(relation[6], "dead"))
    return DEAD;
  if (act->of_case && (g_str_equal(sees, "concealed") || (g_str_equal(sees, "hidden") && !breaking)))
    return HIDDEN;
  if (breaking && g_str_equal(sees, "seen"))
    return SEES; /* there is nothing to open */
  if (!right_says(tables, relation, act))
    return DENIED;
  const char *cell = act->of_case ? table_cell(&tables->phases, act->name, state) : "o";
  return *cell == '-' ? CLOSED : *cell == 'x' ? RULE : OPEN;
}

/* --- the town with a case in each state, open and behind the door --- */

static void
bring(Hall *hall, guint64 kase, const char *state)
{
  g_autofree char *skip = g_strdup_printf("{'to':'%s','reason':'試験'}", state);

  if (g_str_equal(state, "worked") || g_str_equal(state, "closed"))
    hall_must(hall, STAFF, "triage.state", kase, "{'kind':'fact','subject':'暗号化','text':'開けない'}");
  if (g_str_equal(state, "closed")) {
    hall_must(hall, STAFF, "triage.judge", kase, "{'outcome':'not-incident','reasons':'誤検知'}");
    hall_must(hall, HEAD, "aftermath.close", kase, "{}");
  } else if (g_str_equal(state, "worked")) {
    hall_must(hall, STAFF, "triage.judge", kase, "{'outcome':'incident','reasons':'特徴がある'}");
    hall_must(hall, STAFF, "triage.prioritise", kase, "{'priority':'high','reasons':'住民情報'}");
    hall_must(hall, STAFF, "response.propose", kase, "{'text':'隔離する'}");
  } else if (!g_str_equal(state, "triage"))
    hall_must(hall, HEAD, "phase.skip", kase, skip);
}

/* WITHOUT: what is otherwise than the tables have it ('a', 'c', 'o' of facts); 0: nothing. */
static void
shut_the_door(Hall *hall, guint64 kase, char without)
{
  hall_must(hall, HEAD, "access.restrict", kase, without == 'a' ? "{'persons':['p3'],'reason':'試験'}" : "{'persons':['p2'],'reason':'試験'}");
  if (without != 'c')
    hall_must(hall, HEAD, "access.conceal", kase, "{'department':'b1','reason':'試験'}");
  if (without != 'o')
    hall_must(hall, CHAIR, "opening.break", kase, "{'reason':'試験'}");
}

/* Cases 1 to STATES are open to their roles, the next STATES are behind the door.  PLAN: NULL, or another. */
static Town *
town_of_states(const Tables *tables, const char *plan)
{
  Town *town = town_new(plan);
  char **head = g_ptr_array_index(tables->phases.rows, 0);
  for (guint i = 0; i < 2 * STATES; i++) {
    guint64 kase = hall_open_case(town->hall);
    bring(town->hall, kase, head[2 + i % STATES]);
    if (i >= STATES)
      shut_the_door(town->hall, kase, 0);
  }
  town_serve(town);
  return town;
}

static gboolean
compare(Town *town, const Tables *tables, char *const *relation, const Act *act, guint i)
{
  char **head = g_ptr_array_index(tables->phases.rows, 0);
  const char *state = head[2 + i % STATES];
  Verdict want = expected(tables, relation, act, state, relation[i < STATES ? 7 : 8]);
  Verdict is = ask(town, relation, act, i + 1);

  if (is != want)
    g_test_message("%s by %s in %s%s: %s, but should be %s", act->name, relation[0], state, i < STATES ? "" : " behind the door",
                   verdicts[is], verdicts[want]);
  return is == want;
}

static void
test_cells(void)
{
  g_auto(Tables) tables = tables_read();
  g_autoptr(Town) town = town_of_states(&tables, NULL);
  g_autoptr(GArray) acts = acts_of(town);
  guint cells = 0, wrong = 0;

  for (guint r = 1; r < tables.relations.rows->len; r++)
    for (guint a = 0; a < acts->len; a++) {
      const Act *act = &g_array_index(acts, Act, a);
      for (guint i = 0; i < (act->of_case ? 2 * STATES : 1u); i++, cells++)
        wrong += !compare(town, &tables, g_ptr_array_index(tables.relations.rows, r), act, i);
    }
  g_test_message("%u cells, %u wrong", cells, wrong);
  g_assert_cmpuint(wrong, ==, 0);
  g_assert_cmpuint(cells, >, 10000);
}

/* --- really done --- */

/* What is asked and what is done are refused alike: a sample, by who may and by who may not. */
static void
test_done(void)
{
  static const struct {
    const char *person, *post, *act, *fields, *code;
    guint kase; /* 0: of the office */
    long status;
  } rows[] = {
    { "p2", "system-staff", "record.add", "{'text':'記す'}", "", 1, 200 },
    { "p8", "zeimu", "record.add", "{'text':'記す'}", "may.role", 1, 403 },
    { "p9", "committee-chair", "record.add", "{'text':'記す'}", "not-found", 1, 404 },
    { "p9", "committee-chair", "record.add", "{'text':'記す'}", "may.role", 1 + STATES, 403 },
    { "p3", "system-staff", "record.add", "{'text':'記す'}", "not-found", 1 + STATES, 404 },
    { "p8", "zeimu", "opening.break", "{'reason':'x'}", "case.unknown", 1 + STATES, 404 },
    { "p1", "administrator", "record.add", "{'text':'記す'}", "not-found", 1, 404 },
    { "p6", "chief-security-officer", "phase.skip", "{'to':'recovery','reason':'x'}", "", 1, 200 },
    { "p11", "chief-security-officer", "phase.skip", "{'to':'prevention','reason':'x'}", "", 1, 200 },
    { "p5", "security-officer", "phase.skip", "{'to':'aftermath','reason':'x'}", "may.role", 1, 403 },
    { "p3", "ciso", "phase.skip", "{'to':'aftermath','reason':'x'}", "actor", 1, 403 },
    { "p2", "system-staff", "triage.judge", "{'outcome':'incident','reasons':'x'}", "rule", 2, 409 },
    { "p2", "system-staff", "record.add", "{'text':'記す'}", "case.closed", STATES, 409 },
    { "p6", "chief-security-officer", "aftermath.addend", "{'text':'追記'}", "", STATES, 200 },
    { "p1", "administrator", "office.add_person", "{'name':'新人'}", "", 0, 200 },
    { "p6", "chief-security-officer", "office.add_person", "{'name':'新人'}", "may.role", 0, 403 },
    { "p10", "system-staff", "office.add_person", "{'name':'新人'}", "unsigned", 0, 401 },
  };
  g_auto(Tables) tables = tables_read();
  g_autoptr(Town) town = town_of_states(&tables, NULL);
  guint wrong = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *token = town_token(rows[i].person);
    g_autofree char *path = rows[i].kase ? g_strdup_printf("/api/v1/cases/%u/acts/%s", rows[i].kase, rows[i].act)
                                         : g_strdup_printf("/api/v1/acts/%s", rows[i].act);
    g_autofree char *body = g_strdup_printf("{'post':'%s','fields':%s}", rows[i].post, rows[i].fields);
    g_autoptr(Reply) reply = client_post(town->client, token, path, body);
    gboolean right = reply->status == rows[i].status &&
                     (!*rows[i].code || reply_says(reply, rows[i].code) || g_str_equal(reply_text(reply, "code"), rows[i].code));
    wrong += !right;
    if (!right)
      g_test_message("row %zu: %ld %s", i, reply->status, reply->text);
  }
  g_assert_cmpuint(wrong, ==, 0);
}

/* --- mutations --- */

#define COLUMNS 8
#define MUTATED 6 /* the posts that see cases by a role of their own */

static const struct {
  const char *post, *person, *role;
} columns[COLUMNS] = {
  { "zeimu", "p8", "security-manager" },           { "system-staff", "p2", "csirt-staff" },
  { "system-manager", "p4", "csirt-manager" },     { "security-officer", "p5", "csirt-vice" },
  { "chief-security-officer", "p6", "csirt-head" }, { "ciso", "p7", "ciso" },
  { "committee-chair", "p9", NULL },               { "administrator", "p1", "administrator" },
};

/* Who may an act under a plan that grants it to these columns; EVERYONE is the role 職員等. */
typedef struct {
  gboolean may[COLUMNS];
  gboolean everyone;
} Grant;

static Grant
grant_of(const Tables *tables, const char *act)
{
  Grant grant = { .everyone = TRUE };
  for (gsize i = 0; i < COLUMNS; i++) {
    grant.may[i] = g_str_equal(table_cell(&tables->rights, act, columns[i].post), "o");
    grant.everyone = grant.everyone && grant.may[i];
  }
  return grant;
}

/* One's own account is nobody's to give; who sees the case has nothing to open; a plan whose routes
 * lead to somebody who may not step is refused when it is read. */
static gboolean
granted_by_plan(const Tables *tables, const char *act, guint column)
{
  gboolean own = strstr(table_cell(&tables->rights, act, "clause"), "本人") != NULL;
  gboolean chain = column > 1 && (g_str_equal(act, "opening.break") || g_str_equal(act, "circulation.step") ||
                                  g_str_equal(act, "circulation.after_view"));
  return !own && !chain;
}

/* One cell turned over; an act that nobody might any more goes to the next column. */
static Grant
mutated(const Tables *tables, const char *act, guint column)
{
  Grant grant = grant_of(tables, act);
  gboolean any = FALSE;

  if (!granted_by_plan(tables, act, column))
    return grant;
  if (grant.everyone)
    grant.may[6] = grant.may[7] = FALSE; /* no role of their own gives it to them */
  grant.everyone = FALSE;
  grant.may[column] = !grant.may[column];
  for (guint i = 0; i < COLUMNS; i++)
    any = any || grant.may[i];
  if (!any)
    grant.may[(column + 1) % MUTATED] = TRUE;
  return grant;
}

static void
append_grant(GString *text, const char *act, const Grant *grant)
{
  g_string_append_printf(text, "  - {acts: [%s], origin: 市の追加, roles: [%s", act, grant->everyone ? "staff" : "");
  for (guint i = 0, n = 0; i < COLUMNS && !grant->everyone; i++)
    if (grant->may[i])
      g_string_append_printf(text, "%s%s", n++ ? ", " : "", columns[i].role);
  g_string_append(text, "]}\n");
}

/* The plan with no actor in its clauses, its permits written anew. */
static char *
plan_with(const Tables *tables, const GArray *acts, guint column)
{
  g_autofree char *whole = hall_plan_text();
  char *permits = strstr(whole, "\npermits:");
  g_autoptr(GString) text = g_string_new(NULL);

  permits[1] = '\0';
  g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);
  for (gsize i = 0; lines[i]; i++)
    if (!g_str_has_prefix(lines[i], "    actor: "))
      g_string_append_printf(text, "%s\n", lines[i]);
  g_string_append(text, "permits:\n");
  for (guint i = 1; i < tables->rights.rows->len; i++) {
    char **row = g_ptr_array_index(tables->rights.rows, i);
    Grant as_is = grant_of(tables, row[0]);
    if (g_str_has_prefix(row[0], "view."))
      append_grant(text, row[0], &as_is);
  }
  for (guint i = 0; i < acts->len; i++) {
    Grant grant = mutated(tables, g_array_index(acts, Act, i).name, column);
    append_grant(text, g_array_index(acts, Act, i).name, &grant);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The answers under the mutated plan are those of the mutated table, and not those of the table. */
static gboolean
noticed(Town *town, const Tables *tables, const Act *act, guint column)
{
  Grant was = grant_of(tables, act->name), is = mutated(tables, act->name, column);
  gboolean flipped = FALSE, exact = TRUE;

  for (guint i = 0; i < COLUMNS; i++) {
    char *relation[] = { "", "", (char *)columns[i].person, (char *)columns[i].post, "-", NULL };
    gboolean breaking = g_str_equal(act->name, "opening.break");
    gboolean unseen = act->of_case && !breaking && i >= MUTATED, hard = i == 7 && was.may[7] && !was.everyone;
    Verdict verdict = ask(town, relation, act, breaking ? 2 : 1);
    if (verdict == SEES)
      continue;
    gboolean may = verdict == OPEN || verdict == RULE;
    flipped = flipped || may != was.may[i];
    if (may != (is.may[i] && !unseen) && !hard) {
      g_test_message("%s by %s: %s", act->name, columns[i].post, verdicts[verdict]);
      exact = FALSE;
    }
  }
  return exact && flipped;
}

static guint64
open_by(Hall *hall, const char *as)
{
  hall_must(hall, as, "notice.receive", 0,
            "{'channel':'telephone','received':'2026-11-20T17:00','via':'manager','subject':'異常','text':'開けない'}");
  g_autofree char *fields = g_strdup_printf("{'title':'試験','notices':['n%u'],'mode':'real'}",
                                            (guint)notices_all(world_notices(engine_world(hall->engine))).length);
  return hall_must(hall, as, "intake.open", 0, fields);
}

static void
mutate(const Tables *tables, const GArray *acts, guint column, guint *count, guint *kept)
{
  g_autofree char *plan = plan_with(tables, acts, column);
  g_autoptr(Town) town = town_new(plan);

  open_by(town->hall, column == 1 ? MANAGER : STAFF);
  guint64 second = open_by(town->hall, column == 1 ? MANAGER : STAFF);
  hall_must(town->hall, column == 5 ? HEAD : CISO, "access.restrict", second, "{'reason':'試験'}");
  town_serve(town);
  for (guint i = 0; i < acts->len; i++) {
    if (!granted_by_plan(tables, g_array_index(acts, Act, i).name, column))
      continue;
    ++*count;
    if (!noticed(town, tables, &g_array_index(acts, Act, i), column)) {
      ++*kept;
      g_test_message("not noticed: %s for %s", g_array_index(acts, Act, i).name, columns[column].post);
    }
  }
}

static void
test_mutated_rights(void)
{
  g_auto(Tables) tables = tables_read();
  g_autoptr(Town) town = town_new(NULL);
  guint count = 0, kept = 0;

  town_serve(town);
  g_autoptr(GArray) acts = acts_of(town);
  for (guint column = 0; column < MUTATED; column++)
    mutate(&tables, acts, column, &count, &kept);
  g_test_message("%u rows of permission mutated, %u noticed", count, count - kept);
  g_assert_cmpuint(count, >, 500);
  g_assert_cmpuint(kept, ==, 0);
}

/* --- mutations of phases.csv: a rule taken from the plan, or one more --- */

/* The first relation that sees open cases and has the right; or NULL. */
static char *const *
somebody_for(const Tables *tables, const Act *act)
{
  for (guint r = 1; r < tables->relations.rows->len; r++) {
    char **relation = g_ptr_array_index(tables->relations.rows, r);
    if (g_str_equal(relation[6], "all") && g_str_equal(relation[7], "seen") && right_says(tables, relation, act))
      return relation;
  }
  return NULL;
}

/* Which cells, "act state", are not as the table says. */
static GHashTable *
differing(Town *town, const Tables *tables, const GArray *acts)
{
  char **head = g_ptr_array_index(tables->phases.rows, 0);
  GHashTable *cells = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint a = 0; a < acts->len; a++) {
    const Act *act = &g_array_index(acts, Act, a);
    char *const *relation = act->of_case ? somebody_for(tables, act) : NULL;
    for (guint i = 0; relation && i < STATES; i++)
      if (ask(town, relation, act, i + 1) != expected(tables, relation, act, head[2 + i], relation[7]))
        g_hash_table_add(cells, g_strdup_printf("%s %s", act->name, head[2 + i]));
  }
  return cells;
}

/* What stands before ACT as 必須 is advice only. */
static char *
plan_without_rules(const char *act)
{
  g_autofree char *whole = hall_plan_text(), *rule = g_strdup_printf("      - act: %s", act);
  g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);
  gboolean inside = FALSE;
  for (gsize i = 0; lines[i]; i++) {
    inside = g_str_has_prefix(lines[i], "      - ") ? g_str_equal(lines[i], rule) : inside && g_str_has_prefix(lines[i], "        ");
    if (inside && g_str_equal(lines[i], "        modality: 必須")) {
      g_free(lines[i]);
      lines[i] = g_strdup("        modality: 必要に応じ");
    }
  }
  return g_strjoinv("\n", lines);
}

/* One more rule: ACT needs a judgement. */
static char *
plan_with_rule(const char *act)
{
  static const char first[] = "    needs:\n      - act: triage.judge\n        that: fact-known\n";
  g_autofree char *whole = hall_plan_text();
  g_autofree char *more = g_strdup_printf("    needs:\n      - act: %s\n        that: judged\n        modality: 必須\n        origin: 本文\n"
                                          "        quote: 得られた情報に基づき事実関係を確認の上\n%s", act, first + strlen("    needs:\n"));
  return hall_replace(whole, first, more);
}

/* The cells of ACT that the mutation turns over: those with WAS, but where the case was judged. */
static GHashTable *
turned(const Tables *tables, const char *act, char was, gboolean judged_too)
{
  char **head = g_ptr_array_index(tables->phases.rows, 0);
  GHashTable *cells = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < STATES; i++)
    if (*table_cell(&tables->phases, act, head[2 + i]) == was && (judged_too || !g_str_equal(head[2 + i], "worked")))
      g_hash_table_add(cells, g_strdup_printf("%s %s", act, head[2 + i]));
  return cells;
}

static gboolean
same_cells(GHashTable *found, GHashTable *wanted, const char *what)
{
  GHashTable *const sides[] = { found, wanted };
  gboolean same = TRUE;
  for (guint i = 0; i < 2; i++) {
    GHashTableIter each;
    gpointer cell;
    g_hash_table_iter_init(&each, sides[i]);
    while (g_hash_table_iter_next(&each, &cell, NULL))
      if (!g_hash_table_contains(sides[1 - i], cell)) {
        g_test_message("%s: %s %s", what, (char *)cell, i ? "was not noticed" : "should not have changed");
        same = FALSE;
      }
  }
  return same && g_hash_table_size(wanted) > 0;
}

static gboolean
mutate_phases(const Tables *tables, const GArray *acts, const char *act, gboolean more)
{
  g_autofree char *plan = more ? plan_with_rule(act) : plan_without_rules(act);
  g_autoptr(Town) town = town_of_states(tables, plan);
  g_autoptr(GHashTable) found = differing(town, tables, acts), wanted = turned(tables, act, more ? 'o' : 'x', !more);
  return same_cells(found, wanted, act);
}

/* Every row with a rule loses it; some rows without get one. */
static void
test_mutated_phases(void)
{
  static const char *const given[] = { "record.add", "triage.mark_host", "reporting.notify", "evidence.register", "recovery.start_watch" };
  g_auto(Tables) tables = tables_read();
  g_autoptr(Town) town = town_new(NULL);
  guint count = 0, kept = 0;

  town_serve(town);
  g_autoptr(GArray) acts = acts_of(town);
  for (guint i = 1; i < tables.phases.rows->len; i++) {
    char **row = g_ptr_array_index(tables.phases.rows, i);
    if (!g_strv_contains((const char *const *)row + 2, "x"))
      continue;
    count++;
    kept += !mutate_phases(&tables, acts, row[0], FALSE);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(given); i++, count++)
    kept += !mutate_phases(&tables, acts, given[i], TRUE);
  g_test_message("%u rules taken or given, %u noticed by their own cells and no others", count, count - kept);
  g_assert_cmpuint(count, >=, 10);
  g_assert_cmpuint(kept, ==, 0);
}

/* --- mutations of relations.csv: a fact of the office or of the case that is otherwise --- */

static const struct {
  char what;
  const char *how;
  const char *rows; /* that notice it, and no others */
} facts[] = {
  { 'a', "p3 is admitted, and not p2",
    "holder-staff-admitted holder-staff-not-admitted proxy-of-ciso proxy-not-admitted post-of-another" },
  { 'c', "nothing is concealed from the 税務課", "holder-department of-the-department" },
  { 'o', "p9 opened nothing", "post-without-role-opened proxy-without-role" },
  { 'd', "p11 left the post that deputises", "deputy-by-rule deputy-own-post" },
  { 'r', "p10 was never relieved", "relieved" },
};

/* An open case, and one behind the door. */
static Town *
town_otherwise(char what)
{
  Town *town = town_new(NULL);
  if (what == 'd')
    hall_must(town->hall, ADMINISTRATOR, "office.relieve", 0, "{'person':'p11','post':'assistant','until':'2026-11-19'}");
  if (what == 'r')
    hall_must(town->hall, ADMINISTRATOR, "office.appoint", 0, "{'person':'p10','post':'system-staff','from':'2026-11-20'}");
  (void)hall_open_case(town->hall);
  shut_the_door(town->hall, hall_open_case(town->hall), what);
  town_serve(town);
  return town;
}

static gboolean
row_differs(Town *town, const Tables *tables, const GArray *acts, char *const *relation)
{
  for (guint a = 0; a < acts->len; a++) {
    const Act *act = &g_array_index(acts, Act, a);
    for (guint i = 0; i < (act->of_case ? 2u : 1u); i++)
      if (ask(town, relation, act, i + 1) != expected(tables, relation, act, "triage", relation[7 + i]))
        return TRUE;
  }
  return FALSE;
}

static void
test_mutated_relations(void)
{
  g_auto(Tables) tables = tables_read();
  guint wrong = 0;

  for (gsize f = 0; f < G_N_ELEMENTS(facts); f++) {
    g_autoptr(Town) town = town_otherwise(facts[f].what);
    g_autoptr(GArray) acts = acts_of(town);
    g_auto(GStrv) rows = g_strsplit(facts[f].rows, " ", -1);
    for (guint r = 1; r < tables.relations.rows->len; r++) {
      char **relation = g_ptr_array_index(tables.relations.rows, r);
      gboolean should = g_strv_contains((const char *const *)rows, relation[0]);
      if (row_differs(town, &tables, acts, relation) == should)
        continue;
      g_test_message("%s: %s %s", facts[f].how, relation[0], should ? "did not notice" : "should not have changed");
      wrong++;
    }
  }
  g_assert_cmpuint(wrong, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rights/cells", test_cells);
  g_test_add_func("/rights/done", test_done);
  g_test_add_func("/rights/mutated-rights", test_mutated_rights);
  g_test_add_func("/rights/mutated-phases", test_mutated_phases);
  g_test_add_func("/rights/mutated-relations", test_mutated_relations);
  int status = g_test_run();
  hall_forget_template();
  return status;
}
