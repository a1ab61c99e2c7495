/* What a check of a scenario wants of 今わかっていること: figures that stand with
 * unit, status and time, judgements in their order, issued reports and what they
 * say, who was told (docs/scenario-format.md, "What is known"). */
#ifndef SHODO_DRILL_WANTED_H
#define SHODO_DRILL_WANTED_H

#include "act/field.h"
#include "base/yaml.h"

extern const char *const wanted_keys[]; /* of a check, read here; NULL at the end */

/* Those keys of the mapping CHECK, values found good; empty when it has none.
 * NULL with line and column of the first mistake. */
json_t *wanted_read(const YamlNode *check, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Does it ask for the outside bodies, which the office knows and no case? */
gboolean wanted_of_office(const json_t *wanted);

/* Tell every difference from what case-show answers, the office's "outsides" added. */
typedef void (*WantedTell)(const char *text, gpointer data);
void wanted_compare(const json_t *wanted, const json_t *shown, WantedTell tell, gpointer data);

#endif
