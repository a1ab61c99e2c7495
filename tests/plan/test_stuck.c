/* Plans that ship, spoiled in one place and read with the program's own acts and
 * conditions: the place is named, with a sentence for whoever mends it.  Among them
 * are plans under which a case would get stuck (plan/reach.c). */
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "engine/tables.h"
#include "plan/plan.h"

typedef struct {
  const char *plan, *name, *find, *put;
  const char *where;    /* the line on which this begins in the spoiled plan; NULL: PUT's */
  const char *fragment;
} Spoiled;

static const Spoiled table[] = {
  /* a village */
  { "mura", "unknown-predicate", "that: fact-known, modality", "that: fact-knwon, modality", NULL, "条件「fact-knwon」はありません。「fact-known」の誤り" },
  { "mura", "unknown-class", "{class-is: teishi}, {class-is: shinnyu}, {class-is: goso}, {notified", "{class-is: tesihi}, {class-is: shinnyu}, {class-is: goso}, {notified", NULL, "対象の種類「tesihi」はありません。「teishi」の誤り" },
  { "mura", "two-outcomes", "that: {judged-as: incident}, modality", "that: {all: [{judged-as: incident}, {judged-as: not-incident}]}, modality", "      - to: fukkyu", "同時には成り立ちません" },
  { "mura", "never-back", "that: prioritised, modality", "that: {not-done: triage.prioritise}, modality", NULL, "いちど外れると" },
  { "mura", "loop-without-when", "to: shoki, when: watch-hit, clause", "to: nowhere, when: watch-hit, clause", NULL, "段階「nowhere」はありません" },
  { "mura", "phase-misspelt", "      - to: fukkyu", "      - to: fukko", NULL, "段階「fukko」はありません" },
  { "mura", "phase-elsewhere", "that: evidence-registered, modality", "that: {phase-is: jigo}, modality", NULL, "段階「初期対応」では成り立つとは限りません" },
  { "mura", "quote-other", "quote: 事実を確かめた上で}", "quote: 事実を確認した上で}", NULL, "引用「事実を確認した上で」は、条項「条6-1」の文言にありません" },
  { "mura", "wide-indent", "    verb: 報告\n", "　　　　verb: 報告\n", NULL, "全角" },
  { "mura", "nobody-steps", "  - {acts: [circulation.step, circulation.after_view], roles: [kanrisha, fuku-sekininsha, sekininsha]", "  - {acts: [circulation.after_view], roles: [kanrisha, fuku-sekininsha, sekininsha]", "      - {role: kanrisha, kind: 報告}", "を行えない" },
  /* three levels */
  { "sandan", "unseen-step", "  - acts: [circulation.step, circulation.after_view]\n    roles: [manager, vice, chief]", "  - acts: [circulation.step, circulation.after_view]\n    roles: [manager, vice]", "      - {role: chief, kind: 承認}", "を行えないので" },
  { "sandan", "level-and-another", "that: prioritised, modality", "that: {all: [{priority-is: level1}, {priority-at-least: level3}]}, modality", "      - to: taisho", "同時には成り立ちません" },
  { "sandan", "route-of-itself", "    when: {priority-is: level1}\n    steps", "    when: {reported-on-route: approach}\n    steps", NULL, "その文書の経路を問うています" },
  /* a matrix */
  { "matrix", "individual-itself", "individual: {any: [{priority-is: red}", "individual: {any: [publication-individual", NULL, "自分で自分を決める" },
  { "matrix", "act-unknown", "aftermath.finish_follow_up, aftermath.close]", "aftermath.finish_follow_up, aftermath.closes]", NULL, "操作「aftermath.closes」はありません" },
  { "matrix", "role-by-name", "    actor: director\n    verb: 個別", "    actor: 統括監\n    verb: 個別", NULL, "名称でなく、id「director」を書いてください" },
  { "matrix", "loop-on-closing", "  - {act: response.reinfect, to: mitate", "  - {act: aftermath.close, to: mitate", "          - {clause: \"3\", that: {judged-as", NULL },
  { "matrix", "nobody-eradicates", "      - response.eradicate_host\n", "", "          - {clause: \"6\", that", "（response.eradicate_host）を行える役割がありません" },
  { "matrix", "cleared-before-clearing", "      - {act: prevention.announce, that: prevention-approved", "      - {act: response.clear_host, that: hosts-cleared", "          - {clause: \"6\", that", NULL },
  { "matrix", "step-never", "      - {act: prevention.announce, that: prevention-approved, modality: 必須, origin: 本文, quote: 統括監の承認を受け、職員に知らせる", "      - {act: circulation.step, that: {reported: approach}, modality: 必須, origin: 本文, quote: 統括監の承認を受け、職員に知らせる", "  - id: red-hard", "文書が回りません" },
  { "matrix", "day-32", "closed: 翌開庁日", "closed: 翌営業日", NULL, "翌開庁日、前開庁日" },
  { "matrix", "persons-of-word", "{persons-at-most: 100}]}, modality", "{persons-at-most: 百}]}, modality", NULL, "数ではありません" },
  /* an old version and its successor */
  { "kaitei-old", "effective-reversed", "effective: {from: 2022-04-01", "effective: {from: 2022-04-31", NULL, "暦にありません" },
  { "kaitei-old", "era-unknown", "effective: {from: 2022-04-01", "effective: {from: 霊和4年4月1日", NULL, "日" },
  { "kaitei-old", "alias", "  municipality: つばくろ町", "  municipality: *name", NULL, "使えません" },
  { "kaitei-old", "anchor", "  municipality: つばくろ町", "  municipality: &name つばくろ町", NULL, "使えません" },
  { "kaitei-old", "no-such-post", "{id: kacho, name: 課長, post: kacho", "{id: kacho, name: 課長, post: kachou", NULL, "職「kachou」はありません" },
  { "kaitei-old", "two-holders", "{id: kacho, name: 課長, post: kacho", "{id: kacho, name: 課長, anyone: true, post: kacho", NULL, "通り書かれています" },
  { "kaitei-old", "quote-of-elsewhere", "quote: 事実を調べ}", "quote: 収まったことを認めて}", NULL, "の文言にありません" },
  { "kaitei-old", "to-before-from", "to: 2026-12-31", "to: 2021-12-31", NULL, "始まりの日（from）より前" },
  { "kaitei-old", "nobody-closes", "acts: [aftermath.declare, aftermath.close]", "acts: [aftermath.declare]", "      - {to: kanryo", "（aftermath.close）を行える役割がありません" },
  { "kaitei-old", "loop-to-nowhere", "to: uketsuke, clause: 旧3}", "to: uketuke, clause: 旧3}", NULL, "「uketsuke」の誤り" },
  { "kaitei-new", "quote-of-nothing", "quote: 取り掛かる順を定め}", "quote: 順番を定め}", NULL, "文言にありません" },
  { "kaitei-new", "step-of-anyone", "    steps: [{role: shidosha, kind: 報告}]", "    steps: [{role: dareka, kind: 報告}]", NULL, "受け取る人が決まりません" },
  { "kaitei-new", "route-after-closing", "    subjects: [triage-result]\n    steps", "    subjects: [triage-result]\n    when: closed\n    gap: 終結を待つ。\n    steps", "          - {clause: 新4, that: {reported", "の経路が、どれも使えません" },
  { "kaitei-new", "asks-chance", "that: {reported: triage-result}, modality", "that: {done: clock.acknowledge}, modality", NULL, "行えるとは限りません" },
  { "kaitei-new", "office-act", "that: has-notice, modality", "that: {done: notice.receive}, modality", NULL, "事案の記録に残らない" },
  { "kaitei-new", "need-before-case", "- {act: triage.judge, that: fact-known", "- {act: notice.receive, that: fact-known", NULL, "まだ事案がない" },
  { "kaitei-new", "loop-of-office", "loops:\n  - {act: response.reinfect", "loops:\n  - {act: notice.receive", "  - {act: notice.receive, to", "繰り返しのきっかけになりません" },
  { "kaitei-new", "report-without-form", "that: prioritised, modality", "that: {done: reporting.draft}, modality", NULL, "計画に一つもありません" },
  { "kaitei-new", "exempt-without-rules", "that: prioritised, modality", "that: publication-exempt, modality", NULL, "この計画では成り立つとは限りません" },
  { "kaitei-new", "judged-and-not", "that: prioritised, modality", "that: {judged-as: undetermined}, modality", "      - to: taio", "同時には成り立ちません" },
  /* three towns */
  { "kouiki", "named-in-a-ring", "  - {id: jimukyokuin, name: 事務局員, many: true}", "  - {id: jimukyokuin, name: 事務局員, many: true, named: {by: choketsu, from: tanto, clause: 第4条, origin: 本文}}", NULL, "自分の職のうちから指名する" },
  { "kouiki", "outsider-acts", "    actor: choketsu\n    verb: 依頼", "    actor: hoshu\n    verb: 依頼", NULL, "庁外の人や会議体なので" },
  { "kouiki", "nobody-sees", "roles: [tanto, jimukyoku, machi, choketsu, ciso], origin", "roles: [tanto, jimukyoku, machi, choketsu], origin", "      - {role: ciso, kind: 承認}", "事案を見られない" },
  { "kouiki", "answer-by-nobody", "    acts: [triage.inquire, triage.answer, triage.judge]", "    acts: [triage.inquire, triage.judge]", "          - {clause: 第5条-2, that", "（triage.judge）の前に要る" },
  { "kouiki", "always-back", "  - {act: response.reinfect, to: kakunin, clause", "  - {act: triage.answer, to: kakunin, clause", "          - {clause: 第7条-2, that", NULL },
  { "kouiki", "route-of-outsider", "      - {role: machi, kind: 供覧}", "      - {role: gikai, kind: 供覧}", NULL, "受け取る人が決まりません" },
  { "kouiki", "step-kind", "      - {role: machi, kind: 合議}", "      - {role: machi, kind: 協議}", NULL, "kind に「協議」は使えません" },
  { "kouiki", "deputy-of-himself", "{id: jimukyokucho, name: 事務局長}", "{id: jimukyokucho, name: 事務局長, deputies: [rengocho]}", NULL, "一巡して自分に戻ります" },
  { "kouiki", "tab", "    verb: 受付\n", "\tverb: 受付\n", NULL, "タブ" },
};

static char *
sound_plan(const char *name)
{
  char *bytes = NULL;
  g_autofree char *path = g_strdup_printf(PLANS "/%s.yaml", name);
  g_assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
  return bytes;
}

static guint
line_of(const char *plan, const char *at)
{
  guint line = 1;
  for (const char *c = plan; c < at; c++)
    line += *c == '\n' ? 1 : 0;
  return line;
}

/* One of the complaints is of LINE and says FRAGMENT; each names its place and ends as a sentence. */
static gboolean
complains(const char *message, guint line, const char *fragment)
{
  g_autofree char *place = g_strdup_printf("計画.yaml:%u:", line);
  g_auto(GStrv) lines = g_strsplit(message, "\n", -1);
  gboolean found = FALSE;
  for (guint i = 0; lines[i]; i++) {
    g_assert_true(g_str_has_prefix(lines[i], "計画.yaml:"));
    g_assert_true(g_str_has_suffix(lines[i], "。") || g_str_has_suffix(lines[i], "。）"));
    found = found || (g_str_has_prefix(lines[i], place) && (!fragment || strstr(lines[i], fragment)));
  }
  return found;
}

static void
test_spoiled(gconstpointer data)
{
  const Spoiled *one = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *sound = sound_plan(one->plan);
  const char *at = strstr(sound, one->find);
  g_assert_nonnull(at);
  g_autofree char *bytes = g_strdup_printf("%.*s%s%s", (int)(at - sound), sound, one->put, at + strlen(one->find));
  const char *where = one->where ? strstr(bytes, one->where) : bytes + (at - sound);
  g_assert_nonnull(where);
  g_autoptr(Plan) plan = plan_load("計画.yaml", bytes, strlen(bytes), tables_vocabulary(), &error);
  g_assert_null(plan);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  if (!complains(error->message, line_of(bytes, where), one->fragment))
    g_error("%s/%s: expected line %u …%s…, got:\n%s", one->plan, one->name, line_of(bytes, where), one->fragment ? one->fragment : "", error->message);
}

/* More than 1 MiB is not read at all. */
static void
test_too_large(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *sound = sound_plan("kouiki");
  g_autofree char *tail = g_strnfill(LIMIT_YAML, '#');
  g_autofree char *bytes = g_strconcat(sound, tail, NULL);
  g_autoptr(Plan) plan = plan_load("計画.yaml", bytes, strlen(bytes), tables_vocabulary(), &error);
  g_assert_null(plan);
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_LIMIT);
  g_assert_nonnull(strstr(error->message, "1"));
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    g_autofree char *path = g_strdup_printf("/stuck/%s/%s", table[i].plan, table[i].name);
    g_test_add_data_func(path, &table[i], test_spoiled);
  }
  g_test_add_func("/stuck/too-large", test_too_large);
  return g_test_run();
}
