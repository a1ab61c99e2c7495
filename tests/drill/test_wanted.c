/* What a check wants, against what a case shows: each row must give its one difference, or none. */
#include <string.h>

#include "base/json.h"
#include "base/yaml.h"
#include "drill/wanted.h"

static const char shown[] =
    "{\"judged\": \"not-incident\", \"judgements\": [{\"outcome\": \"incident\"}, {\"outcome\": \"not-incident\"}],"
    " \"figures\": ["
    "  {\"id\": \"f2\", \"subject\": \"住民\", \"number\": 460517, \"unit\": \"person\", \"status\": \"fixed\","
    "   \"as_of\": \"2023-06-21T17:40:00.000+09:00\", \"dataset\": \"d1\"},"
    "  {\"id\": \"f3\", \"subject\": \"世帯\", \"number\": 74767, \"unit\": \"household\", \"status\": \"maximum\"}],"
    " \"statements\": [{\"id\": \"f1\", \"number\": 5, \"superseded_by\": \"f2\"}, {\"id\": \"f2\", \"text\": \"まだ分からない\"}],"
    " \"services\": [{\"service\": \"ホームページ\", \"down\": true, \"replacement\": \"広報車とFAX\"}],"
    " \"outsides\": [{\"name\": \"子\", \"parent\": \"親\", \"approved\": false}],"
    " \"clocks\": [{\"id\": \"appi-final/市長\", \"state\": \"met\", \"day\": \"2023-07-20\", \"late\": true, \"days\": \"2023-07-20→2023-08-21\"}],"
    " \"reports\": [{\"id\": \"R1\", \"form\": \"form1\", \"items\": [{\"key\": \"4\", \"state\": \"investigating\", \"value\": \"調査中\"}]},"
    "  {\"id\": \"R2\", \"form\": \"form1\", \"items\": [{\"key\": \"4\", \"state\": \"filled\", \"value\": \"460,517人\"}]}],"
    " \"notifications\": [{\"recipient\": \"ppc\", \"told\": true}, {\"recipient\": \"mic\", \"told\": true},"
    "  {\"recipient\": \"ppc\", \"told\": false}]}";

#define BOTH "figures: [{subject: 世帯, number: 74767}, {subject: 住民}]"

static const struct {
  const char *name, *wanted, *says; /* says NULL: no difference */
} rows[] = {
  { "nothing", "phase: triage", NULL },
  { "judged", "judged: not-incident", NULL },
  { "judged-else", "judged: incident", "not-incident" },
  { "history", "judgements: [incident, not-incident]", NULL },
  { "history-lost", "judgements: [not-incident]", "経過" },
  { "history-order", "judgements: [not-incident, incident]", "経過" },
  { "figures", BOTH, NULL },
  { "figures-left", "figures: [{subject: 住民}]", "1のはずが2" },
  { "figures-sum", "figures: [{number: 535284}, {subject: 世帯}]", "535284" },
  { "unit", "figures: [{subject: 住民, unit: item}, {subject: 世帯}]", "item" },
  { "status", "figures: [{subject: 住民}, {subject: 世帯, status: fixed}]", "maximum" },
  { "as-of", "figures: [{as_of: 2023-06-21T17:40}, {subject: 世帯}]", NULL },
  { "as-of-else", "figures: [{as_of: 2023-06-21T17:41}, {subject: 世帯}]", "17:41" },
  { "superseded", "statements: [{id: f1, superseded_by: f2}]", NULL },
  { "not-superseded", "statements: [{id: f2, superseded_by: f3}]", "f3" },
  { "text-within", "statements: [{text: 分からない}]", NULL },
  { "text-without", "statements: [{text: 漏れた}]", "漏れた" },
  { "flag", "services: [{service: ホームページ, down: true, replacement: FAX}]", NULL },
  { "flag-else", "services: [{service: ホームページ, down: false}]", "ホームページ" },
  { "outside", "outsides: [{name: 子, parent: 親, approved: false}]", NULL },
  { "outside-else", "outsides: [{name: 子, approved: true}]", "true" },
  { "clock", "clocks: [{id: appi-final/市長, state: met, day: 2023-07-20, late: true, days: →2023-08-21}]", NULL },
  { "clock-day", "clocks: [{id: appi-final/市長, day: 2023-07-21}]", "2023-07-20" },
  { "clock-state", "clocks: [{id: appi-final/市長, state: absent}]", "absent" },
  { "clock-none", "clocks: [{id: appi-final/教育委員会}]", "教育委員会" },
  { "reports", "reports: {form1: 2}", NULL },
  { "reports-else", "reports: {form1: 3}", "3のはずが2" },
  { "reports-none", "reports: {form2: 1}", "form2" },
  { "report", "report: {issue: R1, item: \"4\", contains: 調査中, state: investigating}", NULL },
  { "reports-kept", "report: [{issue: R1, item: \"4\", contains: 調査中}, {issue: R2, item: \"4\", contains: \"460,517人\"}]", NULL },
  { "report-changed", "report: {issue: R1, item: \"4\", contains: \"460,517人\"}", "調査中" },
  { "report-state", "report: {issue: R1, item: \"4\", state: filled}", "investigating" },
  { "report-unknown", "report: {issue: R3, item: \"4\"}", "R3" },
  { "notified", "notified: [mic]", NULL },
  { "notified-not", "notified: [police]", "police" },
  { "notified-last", "notified: [ppc]", "ppc" },
  { "not-required", "not_required: [ppc]", NULL },
  { "not-required-else", "not_required: [mic]", "mic" },
};

static void
keep(const char *text, gpointer data)
{
  g_ptr_array_add(data, g_strdup(text));
}

static void
test_row(gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE(data);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) known = shodo_json_parse("shown", shown, strlen(shown), &error);
  g_assert_no_error(error);
  g_autoptr(YamlDoc) doc = yaml_load_bytes("wanted", rows[i].wanted, strlen(rows[i].wanted), &error);
  g_assert_no_error(error);
  g_autoptr(json_t) wanted = wanted_read(yaml_root(doc), &error);
  g_assert_no_error(error);
  g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func(g_free);

  wanted_compare(wanted, known, keep, told);
  g_assert_cmpuint(told->len, ==, rows[i].says ? 1 : 0);
  if (rows[i].says)
    g_assert_nonnull(strstr(told->pdata[0], rows[i].says));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strconcat("/wanted/", rows[i].name, NULL);
    g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_row);
  }
  return g_test_run();
}
