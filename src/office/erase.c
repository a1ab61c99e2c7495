/* Lawful erasure: the personal bodies of the entries named are no longer to be
 * read.  The journal deletes the bytes; here the state in memory comes to what
 * folding the journal anew gives. */
#include "office/state.h"

const Field erase_fields[] = {
  { "entries", "記録の番号", FIELD_INTS, FIELD_REQUIRED, offsetof(OfficeErase, entries) },
  { "ground", "根拠", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficeErase, ground),
    .help = "消去の根拠となる法令の条項や決裁を書きます。" },
  { NULL },
};

static void
erased_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const OfficeErase *erased = body;
  for (gsize i = 0; i < erased->entries.length; i++) {
    guint64 entry = (guint64)*list_item(erased->entries, gint64, i);
    people_erase(state->office, entry);
    accounts_erase(state->office, entry);
    outside_erase(state->office, entry);
  }
}

const EntryKind office_erased = {
  "office.erased", 1, "個人情報の消去", SCOPE_OFFICE, erase_fields, sizeof(OfficeErase), erased_apply,
};

void
erase_guard(const ActContext *context G_GNUC_UNUSED, const void *fields, Findings *findings)
{
  const OfficeErase *erase = fields;
  const gint64 *entries = erase->entries.items;

  for (gsize i = 0; i < erase->entries.length; i++)
    for (gsize k = 0; k < i; k++)
      if (entries[i] == entries[k]) {
        Finding *finding =
            findings_addf(findings, FINDING_INVALID, "office.erase_twice",
                          "記録の番号 %" G_GINT64_FORMAT " が二度書かれています。", entries[i]);
        finding->field = "entries";
        finding->remedy = "番号は一度ずつ書いてください。";
        return;
      }
}
