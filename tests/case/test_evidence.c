/* Evidence: the register, the chain of custody, hashes and their explanations. */
#include "desk.h"

#include "engine/tables.h"

#define H1 "1111111111111111111111111111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222222222222222222222222222"
#define H3 "3333333333333333333333333333333333333333333333333333333333333333"
#define REGISTER(kind, more) \
  "{'item':'通信記録','kind':'" kind "','acquired':'2026-11-20T16:00','acquired_from':'プロキシ','place':'電算室'," \
  "'acquired_by':'担当 一郎'" more "}"
#define TRANSFER(from, to, at, more) \
  "{'evidence':'e1','from':'" from "','to':'" to "','at':'" at "','purpose':'解析'" more "}"

static void
good(Desk *desk, const char *act, const char *fields)
{
  desk_assert_ok(desk_do(desk, act, fields));
}

static const EvidenceItem *
item(const Desk *desk)
{
  return evidence_item(desk->kase, "e1");
}

static gboolean
sound(const Desk *desk)
{
  return desk_holds(desk, evidence_predicates, "evidence-sound");
}

static void
test_register(void)
{
  static const struct {
    const char *fields;
    FindingWeight weight;
    const char *code; /* NULL: nothing to say */
  } rows[] = {
    { REGISTER("original", ""), FINDING_ADVISE, NULL },
    { REGISTER("paper", ",'witness':'立会人'"), FINDING_ADVISE, NULL },
    { REGISTER("interview", ""), FINDING_ADVISE, NULL },
    { REGISTER("log", ",'sha256':'" H1 "','size':1024"), FINDING_ADVISE, NULL },
    { REGISTER("log", ""), FINDING_ADVISE, "evidence.hash" },
    { REGISTER("photo", ""), FINDING_ADVISE, "evidence.hash" },
    { REGISTER("screen", ""), FINDING_ADVISE, "evidence.hash" },
    { REGISTER("copy", ",'sha256':'" H1 "'"), FINDING_ADVISE, "evidence.parent" },
    { REGISTER("log", ",'sha256':'1234'"), FINDING_INVALID, "field.hash" },
    { REGISTER("copy", ",'parent':'e7'"), FINDING_INVALID, "ref.unknown" },
    { "{'item':'端末','kind':'original','acquired':'2026-11-20T17:06','acquired_from':'机','place':'市民課','acquired_by':'担当'}",
      FINDING_INVALID, "evidence.future" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Desk) desk = desk_new();
    Findings *findings = desk_do(desk, "evidence.register", rows[i].fields);
    if (rows[i].code)
      desk_assert(findings, rows[i].weight, rows[i].code, NULL);
    else
      desk_assert_ok(findings);
    g_assert_cmpint(desk_holds(desk, evidence_predicates, "evidence-registered"), ==, rows[i].weight == FINDING_ADVISE);
  }
}

static void
test_custody(void)
{
  g_autoptr(Desk) desk = desk_new();
  desk_at(desk, "2026-11-21T12:00");
  good(desk, "evidence.register", REGISTER("original", ""));
  g_assert_cmpstr(item(desk)->holder, ==, "担当 一郎");

  Findings *gap = desk_do(desk, "evidence.transfer", TRANSFER("管理三郎", "南電算", "2026-11-21T09:00", ""));
  desk_assert(gap, FINDING_REFUSE, "evidence.holder", "担当 一郎");
  g_assert_cmpstr(findings_at(gap, 0)->field, ==, "from");
  g_assert_cmpstr(findings_at(gap, 0)->act, ==, "evidence.transfer");
  desk_assert(desk_do(desk, "evidence.transfer", TRANSFER("担当一郎", "担当　一郎", "2026-11-21T09:00", "")), FINDING_INVALID,
              "evidence.same", NULL);
  desk_assert(desk_do(desk, "evidence.transfer", TRANSFER("担当一郎", "南電算", "2026-11-20T15:59", "")), FINDING_INVALID,
              "evidence.before", "16時00分");
  desk_assert(desk_do(desk, "evidence.transfer", TRANSFER("担当一郎", "南電算", "2026-11-21T12:01", "")), FINDING_INVALID,
              "evidence.future", NULL);
  g_assert_cmpuint(item(desk)->custody.length, ==, 0);

  /* Spaces do not make another person. */
  good(desk, "evidence.transfer", TRANSFER("担当一郎", "管理三郎", "2026-11-21T09:00", ""));
  good(desk, "evidence.transfer", TRANSFER("管理　三郎", "南電算", "2026-11-21T10:00", ""));
  g_assert_cmpstr(item(desk)->holder, ==, "南電算");
  g_assert_cmpuint(item(desk)->custody.length, ==, 2);
  desk_assert(desk_do(desk, "evidence.transfer", TRANSFER("担当一郎", "警察", "2026-11-21T11:00", "")), FINDING_REFUSE, "evidence.holder",
              "南電算");
}

/* The names were erased before the case was folded: the chain goes on, and
 * nothing is compared with what is not there. */
static void
test_erased(void)
{
  g_autoptr(Desk) desk = desk_new();
  static const EntryHead head = { .number = 90, .stream = 1 };
  static const EvidenceRegistered registered = { .item = "端末", .kind = EVIDENCE_ORIGINAL, .size = FIELD_NO_INT, .place = "市民課" };
  static const EvidenceTransferred transferred = { .evidence = "e1", .at = 1, .purpose = "解析" };

  case_fold(desk->kase, tables_entry("evidence.registered", 1), &head, &registered);
  good(desk, "evidence.transfer", TRANSFER("誰か", "南電算", "2026-11-20T17:00", ""));
  g_assert_cmpstr(item(desk)->holder, ==, "南電算");
  case_fold(desk->kase, tables_entry("evidence.transferred", 1), &head, &transferred);
  g_assert_null(item(desk)->holder);
  good(desk, "evidence.transfer", TRANSFER("誰か", "警察", "2026-11-20T17:01", ""));
}

static void
test_hashes(void)
{
  g_autoptr(Desk) desk = desk_new();
  good(desk, "evidence.register", REGISTER("log", ",'sha256':'" H1 "'"));
  desk_assert(desk_do(desk, "evidence.explain", "{'evidence':'e1','text':'補足'}"), FINDING_REFUSE, "evidence.nothing", "通信記録");
  good(desk, "evidence.verify", "{'evidence':'e1','sha256':'" H1 "'}");
  g_assert_true(sound(desk));

  desk_assert(desk_do(desk, "evidence.transfer", TRANSFER("担当一郎", "南電算", "2026-11-20T17:00", "")), FINDING_ADVISE,
              "evidence.rehash", NULL);
  Findings *differs =
      desk_do(desk, "evidence.transfer", TRANSFER("南電算", "管理三郎", "2026-11-20T17:01", ",'rehash':'" H2 "'"));
  desk_assert(differs, FINDING_ADVISE, "evidence.mismatch", "通信記録");
  g_assert_cmpstr(findings_at(differs, 0)->act, ==, "evidence.explain");
  g_assert_cmpstr(item(desk)->holder, ==, "管理三郎");
  g_assert_false(sound(desk));
  g_assert_cmpstr(desk_detail(desk, evidence_predicates, "evidence-sound"), ==,
                  "ハッシュ値の相違の説明がまだの証拠があります（11月20日 17:05「通信記録」）");

  good(desk, "evidence.explain", "{'evidence':'e1','text':'末尾の空行が落ちていた。行は同じ'}");
  g_assert_true(sound(desk));
  const HashCheck *check = list_pointer(item(desk)->checks, HashCheck, 1);
  g_assert_false(check->matches);
  g_assert_nonnull(check->explained);

  /* An explained value is known; another is not.  An explanation given at once serves. */
  good(desk, "evidence.verify", "{'evidence':'e1','sha256':'" H2 "'}");
  desk_assert(desk_do(desk, "evidence.verify", "{'evidence':'e1','sha256':'" H3 "'}"), FINDING_ADVISE, "evidence.mismatch", NULL);
  g_assert_false(sound(desk));
  good(desk, "evidence.explain", "{'evidence':'e1','text':'別のファイルを測っていた'}");
  g_assert_true(sound(desk));
}

static void
test_explained_at_once(void)
{
  g_autoptr(Desk) desk = desk_new();
  good(desk, "evidence.register", REGISTER("log", ",'sha256':'" H1 "'"));
  good(desk, "evidence.verify", "{'evidence':'e1','sha256':'" H2 "','explanation':'文字コードを変えて保存した'}");
  g_assert_true(sound(desk));
  g_assert_false(list_pointer(item(desk)->checks, HashCheck, 0)->matches);
}

/* Registered without a hash: the first one taken is what later ones are compared with. */
static void
test_first_hash(void)
{
  g_autoptr(Desk) desk = desk_new();
  good(desk, "evidence.register", REGISTER("original", ""));
  good(desk, "evidence.verify", "{'evidence':'e1','sha256':'" H1 "'}");
  g_assert_cmpstr(item(desk)->reference, ==, H1);
  desk_assert(desk_do(desk, "evidence.verify", "{'evidence':'e1','sha256':'" H2 "'}"), FINDING_ADVISE, "evidence.mismatch", NULL);
  g_assert_false(sound(desk));
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/evidence/register", test_register);
  g_test_add_func("/evidence/custody", test_custody);
  g_test_add_func("/evidence/erased", test_erased);
  g_test_add_func("/evidence/hashes", test_hashes);
  g_test_add_func("/evidence/explained-at-once", test_explained_at_once);
  g_test_add_func("/evidence/first-hash", test_first_hash);
  return g_test_run();
}
