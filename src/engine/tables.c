#include "engine/tables.h"

#include <string.h>

#include "case/case.h"
#include "office/accounts.h"
#include "office/destination.h"
#include "office/mail.h"
#include "paper/source.h"

typedef struct {
  GPtrArray *domains;    /* of const Domain *, NULL at the end */
  GPtrArray *acts;       /* of const ActKind * */
  GPtrArray *predicates; /* of const Predicate * */
  GHashTable *act_of;
  GHashTable *entry_of;
  Vocabulary vocabulary;
} Tables;

static void
join_domain(Tables *tables, const Domain *domain)
{
  g_ptr_array_add(tables->domains, (gpointer)domain);
  for (gsize i = 0; i < domain->n_acts; i++) {
    g_ptr_array_add(tables->acts, (gpointer)&domain->acts[i]);
    g_hash_table_insert(tables->act_of, (gpointer)domain->acts[i].name, (gpointer)&domain->acts[i]);
  }
  for (gsize i = 0; i < domain->n_entries; i++)
    g_hash_table_insert(tables->entry_of, (gpointer)domain->entries[i]->name, (gpointer)domain->entries[i]);
}

static Tables *
join(void)
{
  Tables *tables = g_new0(Tables, 1);
  tables->domains = g_ptr_array_new();
  tables->acts = g_ptr_array_new();
  tables->predicates = g_ptr_array_new();
  tables->act_of = g_hash_table_new(g_str_hash, g_str_equal);
  tables->entry_of = g_hash_table_new(g_str_hash, g_str_equal);

  join_domain(tables, &office_domain);
  join_domain(tables, &account_domain);
  join_domain(tables, &mail_domain);
  join_domain(tables, &destination_domain);
  for (gsize i = 0; case_domains[i]; i++)
    join_domain(tables, case_domains[i]);
  g_ptr_array_add(tables->domains, NULL);
  for (gsize i = 0; case_predicates[i]; i++)
    for (const Predicate *row = case_predicates[i]; row->name; row++)
      g_ptr_array_add(tables->predicates, (gpointer)row);

  tables->vocabulary = (Vocabulary){
    .predicates = (const Predicate *const *)tables->predicates->pdata,
    .n_predicates = tables->predicates->len,
    .acts = (const ActKind *const *)tables->acts->pdata,
    .n_acts = tables->acts->len,
    .told = source_told,
    .series = source_series_told,
  };
  return tables;
}

static const Tables *
the_tables(void)
{
  static gsize once;
  static Tables *tables;
  if (g_once_init_enter(&once)) {
    tables = join();
    g_once_init_leave(&once, 1);
  }
  return tables;
}

const ActKind *
tables_act(const char *name)
{
  return g_hash_table_lookup(the_tables()->act_of, name);
}

const EntryKind *
tables_entry(const char *name, guint version)
{
  const EntryKind *kind = g_hash_table_lookup(the_tables()->entry_of, name);
  return kind && version <= kind->version ? kind : NULL;
}

const Domain *const *
tables_domains(void)
{
  return (const Domain *const *)the_tables()->domains->pdata;
}

const Vocabulary *
tables_vocabulary(void)
{
  return &the_tables()->vocabulary;
}

/* --- checks --- */

static gboolean
good_name(const char *name)
{
  const char *dot = strchr(name, '.');
  return dot && dot > name && dot[1] && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == strlen(name) &&
         strlen(name) <= 40;
}

static char *
check_fields(const char *owner, const Field *fields, gsize size)
{
  for (const Field *field = fields; field && field->name; field++) {
    if (!field->label || field->offset >= size)
      return g_strdup_printf("%s.%s: no label, or outside the struct", owner, field->name);
    if ((field->type == FIELD_CHOICE) != (field->choices != NULL))
      return g_strdup_printf("%s.%s: choices", owner, field->name);
    if (field->type == FIELD_REF && !field->ref)
      return g_strdup_printf("%s.%s: reference to nothing", owner, field->name);
    if (field->type == FIELD_LIST) {
      char *wrong = check_fields(field->name, field->of, field->of_size);
      if (wrong)
        return wrong;
    }
  }
  return NULL;
}

static char *
check_act(const ActKind *act)
{
  if (!good_name(act->name) || !act->title || !act->help || !act->right)
    return g_strdup_printf("%s: name, title, help or right", act->name);
  if ((act->right == RIGHT_VIEW) != (!act->decide && !act->emits))
    return g_strdup_printf("%s: decides and emits nothing, or views and does", act->name);
  if (act->emits && !act->decide && act->emits->size != act->size)
    return g_strdup_printf("%s: emits a struct of another size", act->name);
  if (act->emits && tables_entry(act->emits->name, act->emits->version) != act->emits)
    return g_strdup_printf("%s: emits an entry that no domain exports", act->name);
  return check_fields(act->name, act->fields, act->size);
}

static char *
check_entry(const EntryKind *entry)
{
  if (!good_name(entry->name) || !entry->title || !entry->version || !entry->apply)
    return g_strdup_printf("%s: name, title, version or apply", entry->name);
  if (tables_entry(entry->name, entry->version) != entry)
    return g_strdup_printf("%s: exported twice", entry->name);
  return check_fields(entry->name, entry->fields, entry->size);
}

char *
tables_check(void)
{
  const Tables *tables = the_tables();
  char *wrong = NULL;

  if (g_hash_table_size(tables->act_of) != tables->acts->len)
    return g_strdup("an act's name is used twice");
  for (guint i = 0; !wrong && i < tables->acts->len; i++)
    wrong = check_act(tables->acts->pdata[i]);
  for (const Domain *const *domain = tables_domains(); !wrong && *domain; domain++)
    for (gsize i = 0; !wrong && i < (*domain)->n_entries; i++)
      wrong = check_entry((*domain)->entries[i]);
  return wrong;
}
