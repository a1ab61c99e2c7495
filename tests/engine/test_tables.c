/* The two tables hold together, and the plan of Miyazaki covers them. */
#include "hall.h"

#include <string.h>

#include "engine/tables.h"
#include "verify/leaf.h"

static void
test_check(void)
{
  g_autofree char *wrong = tables_check();
  g_assert_cmpstr(wrong, ==, NULL);
}

static Plan *
miyazaki(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = hall_plan_text();
  Plan *plan = plan_load("miyazaki.yaml", text, strlen(text), tables_vocabulary(), &error);
  g_assert_no_error(error);
  return plan;
}

/* What the plan forgets to permit nobody could ever do; administering is the
 * administrator's whatever the plan says. */
static void
test_permitted(void)
{
  g_autoptr(Plan) plan = miyazaki();
  const Vocabulary *vocabulary = tables_vocabulary();
  guint forgotten = 0;
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    const ActKind *act = vocabulary->acts[i];
    if (plan_may(plan, act->name).length || act->right == RIGHT_ADMINISTER || act->own)
      continue;
    g_test_message("nobody may %s", act->name);
    forgotten++;
  }
  g_assert_cmpuint(forgotten, ==, 0);
}

/* Text for officers: no ASCII sentence left over, no field without a label. */
static void
test_words(void)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  for (gsize i = 0; i < vocabulary->n_acts; i++) {
    const ActKind *act = vocabulary->acts[i];
    g_test_message("%s", act->name);
    g_assert_cmpuint(strlen(act->help), >, 12);
    g_assert_false(g_str_is_ascii(act->help));
    g_assert_false(g_str_is_ascii(act->title));
    for (const Field *field = act->fields; field->name; field++)
      g_assert_true(!g_str_is_ascii(field->label) || strlen(field->label) <= 4);
  }
}

static void
test_predicates(void)
{
  const Vocabulary *vocabulary = tables_vocabulary();
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  for (gsize i = 0; i < vocabulary->n_predicates; i++) {
    const Predicate *predicate = vocabulary->predicates[i];
    g_test_message("%s", predicate->name);
    g_assert_nonnull(predicate->holds);
    g_assert_nonnull(predicate->explain);
    g_assert_true((predicate->arg == ARG_TOKEN) == (predicate->tokens != NULL));
    g_assert_true(!predicate->act || tables_act(predicate->act));
    g_assert_true((predicate->arg == ARG_NONE) == !strstr(predicate->explain, "%s"));
    g_assert_true(g_hash_table_add(names, (gpointer)predicate->name));
  }
}

/* A name leads to its row, and to no other. */
static void
test_lookup(void)
{
  for (const Domain *const *domain = tables_domains(); *domain; domain++) {
    for (gsize i = 0; i < (*domain)->n_acts; i++)
      g_assert_true(tables_act((*domain)->acts[i].name) == &(*domain)->acts[i]);
    for (gsize i = 0; i < (*domain)->n_entries; i++) {
      const EntryKind *kind = (*domain)->entries[i];
      g_assert_true(tables_entry(kind->name, kind->version) == kind);
      g_assert_null(tables_entry(kind->name, kind->version + 1));
    }
  }
  g_assert_null(tables_act("triage.guess"));
}

/* --- which entries refer to files, as the verifier has it --- */

/* Hashes of what need not be here. */
static const char *const hashes_only[] = {
  "evidence.registered/sha256", "evidence.transferred/rehash", "evidence.verified/sha256", "mail.received/fingerprint", NULL,
};

static Leaf
leaf_of(const EntryKind *kind)
{
  Leaf leaf;
  const char *zero = "0000000000000000000000000000000000000000000000000000000000000000";
  g_autofree char *text = g_strdup_printf("shodo-entry/1\nnumber 7\nstream 3\nkind %s/%u\nrecorded 2026-11-22T05:05:33.123Z\nmonotonic 1 %.32s\n"
                                          "actor p1 - self\nstructural %s\npersonal -\n", kind->name, kind->version, zero, zero);
  if (!leaf_parse(text, strlen(text), &leaf))
    g_error("no leaf: %s", text);
  return leaf;
}

/* The names of the members that hold addresses, to free; a hash that is neither that nor known to be none fails. */
static char *
addresses(const EntryKind *kind, const Field *fields, gboolean top)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (const Field *field = fields; field->name; field++) {
    g_autofree char *path = g_strdup_printf("%s/%s", kind->name, field->name);
    g_autofree char *inner = field->of ? addresses(kind, field->of, FALSE) : NULL;
    gboolean blob = field->flags & FIELD_BLOB;
    if (blob && (!top || field->type != FIELD_HASH || field->flags & FIELD_PERSONAL))
      g_error("%s: an address is a hash at the top of the structural body", path);
    if (field->type == FIELD_HASH && !blob && !(field->flags & FIELD_SECRET) && !g_strv_contains(hashes_only, path))
      g_error("%s: is it the address of a file (FIELD_BLOB, verify/leaf.c) or a hash only (here)?", path);
    if (blob)
      g_string_append_printf(names, "%s ", field->name);
  }
  return g_string_free(g_steal_pointer(&names), FALSE);
}

static void
test_blobs(void)
{
  g_autofree char *words = NULL;
  g_autoptr(GError) error = NULL;
  guint referring = 0;
  g_assert_true(g_file_get_contents(TEST_FORMATS, &words, NULL, &error));
  for (const Domain *const *domain = tables_domains(); *domain; domain++)
    for (gsize i = 0; i < (*domain)->n_entries; i++) {
      const EntryKind *kind = (*domain)->entries[i];
      Leaf leaf = leaf_of(kind);
      g_autofree char *ours = addresses(kind, kind->fields, TRUE), *theirs = g_strdup_printf("%s%s", leaf.member ? leaf.member : "", leaf.member ? " " : "");
      g_autofree char *cited = g_strdup_printf("`%s`", kind->name);
      if (!g_str_equal(ours, theirs))
        g_error("%s/%u: the table says that %smay be addresses, verify/leaf.c %s", kind->name, kind->version, ours, theirs);
      if (leaf.refer && !strstr(words, cited))
        g_error("%s is not in docs/formats-blob.md", kind->name);
      referring += leaf.refer == REFER_LASTING || leaf.refer == REFER_PAPER;
    }
  g_assert_cmpuint(referring, ==, 9); /* no row of leaf.c is of a kind that there is not */
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tables/check", test_check);
  g_test_add_func("/tables/permitted", test_permitted);
  g_test_add_func("/tables/words", test_words);
  g_test_add_func("/tables/predicates", test_predicates);
  g_test_add_func("/tables/blobs", test_blobs);
  g_test_add_func("/tables/lookup", test_lookup);
  return g_test_run();
}
