#include "office/rotation.h"

#include <string.h>

#include "base/error.h"
#include "town.h"

static Town *
before_april(void)
{
  Town *town = town_new();

  town_apply(town, &office_person_added, &(OfficePerson){ .name = "青木 一郎", .staff_number = "001" });
  town_apply(town, &office_person_added, &(OfficePerson){ .name = "石井 花子", .staff_number = "002" });
  town_add(town, "佐藤 実");
  town_add(town, "佐藤　実");
  town_appoint(town, "p1", "head", "2024-04-01", NULL);
  town_appoint(town, "p2", "vice", "2024-04-01", NULL);
  return town;
}

static gboolean
read_as(Town *town, const char *encoding, const char *text, Rotation *rotation, GError **error)
{
  gsize bytes;
  g_autofree char *encoded = g_convert(text, -1, encoding, "UTF-8", NULL, &bytes, NULL);
  g_assert_nonnull(encoded);
  return rotation_read("異動.csv", encoded, bytes, town->office, town->plan, town->arena, rotation, error);
}

static void
test_good(void)
{
  static const struct {
    const char *csv, *preview;
  } rows[] = {
    /* leaving first, whatever the order of the rows */
    { "氏名,職,着任日,離任日\r\n石井花子,統括情報セキュリティ責任者,2027-04-01,\r\n"
      "青木一郎,統括情報セキュリティ責任者,,2027-03-31\r\n",
      "2行目　着任　統括情報セキュリティ責任者　石井 花子（p2）　令和9年4月1日から\n"
      "3行目　離任　統括情報セキュリティ責任者　青木 一郎（p1）　令和9年3月31日まで\n"
      "離任1件、着任1件、変更なし0件\n" },
    /* columns in another order, staff numbers, eras, 補職, a column that is not ours */
    { "離任日,職,備考,職員番号,着任日\nR9.3.31,情報政策課長,転出,001,\n,ＣＳＩＲＴ責任者,,002,令和9年4月1日\n",
      "2行目　離任　統括情報セキュリティ責任者　青木 一郎（p1）　令和9年3月31日まで\n"
      "3行目　着任　統括情報セキュリティ責任者　石井 花子（p2）　令和9年4月1日から\n"
      "離任1件、着任1件、変更なし0件\n読まなかった列：備考\n" },
    /* a vacancy is named; 着任日 with 離任日 of the present tenure is a leaving */
    { "氏名,職,着任日,離任日\n石井 花子,情報セキュリティ責任者,2024/4/1,2027/3/31\n",
      "2行目　離任　情報セキュリティ責任者　石井 花子（p2）　令和9年3月31日まで\n"
      "離任1件、着任0件、変更なし0件\n"
      "ご注意：「情報セキュリティ責任者」は令和9年4月1日から欠員になります。\n" },
    /* what is so already, and a second post */
    { "氏名,職,着任日,離任日,兼務\n青木 一郎,head,2024-04-01,,\n青木 一郎,handler,2027-04-01,2028-03-31,兼\n",
      "2行目　変更なし　統括情報セキュリティ責任者　青木 一郎（p1）　\n"
      "3行目　着任　情報システム担当者　青木 一郎（p1）　令和9年4月1日から令和10年3月31日まで（兼務）\n"
      "離任0件、着任1件、変更なし1件\n" },
  };
  static const char *const encodings[] = { "UTF-8", "CP932" };

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(encodings); k++) {
      g_autoptr(Town) town = before_april();
      g_autoptr(GError) error = NULL;
      Rotation rotation = { 0 };

      g_assert_true(read_as(town, encodings[k], rows[i].csv, &rotation, &error));
      g_assert_no_error(error);
      g_assert_cmpstr(rotation.preview, ==, rows[i].preview);
    }
}

/* Every act planned passes its own guard in turn and leads to what was previewed. */
static void
test_performed(void)
{
  g_autoptr(Town) town = before_april();
  g_autoptr(GError) error = NULL;
  Rotation rotation = { 0 };

  g_assert_true(read_as(town, "CP932",
                        "氏名,職,着任日,離任日\n石井 花子,head,R9.4.1,\n青木 一郎,vice,R9.4.1,R10.3.31\n"
                        "青木 一郎,head,,R9.3.31\n石井 花子,vice,,R9.3.31\n",
                        &rotation, &error));
  g_assert_cmpuint(rotation.acts.length, ==, 4);
  for (gsize i = 0; i < rotation.acts.length; i++) {
    const RotationAct *planned = list_item(rotation.acts, RotationAct, i);
    gboolean relieve = g_str_equal(planned->act, "office.relieve");
    g_assert_cmpint(relieve, ==, i < 2);
    g_assert_cmpuint(findings_length(town_ask(town, planned->act, planned->fields)), ==, 0);
    town_apply(town, relieve ? &office_relieved : &office_appointed, planned->fields);
  }
  g_autofree char *head = town_join(office_holders(town->office, "head", town_day("R9.4.1"), town->arena));
  g_autofree char *vice = town_join(office_holders(town->office, "vice", town_day("R9.4.1"), town->arena));
  g_autofree char *eve = town_join(office_holders(town->office, "head", town_day("R9.3.31"), town->arena));
  g_assert_cmpstr(head, ==, "p2");
  g_assert_cmpstr(vice, ==, "p1");
  g_assert_cmpstr(eve, ==, "p1");
}

/* An appointment that was taken back is none, and may come again. */
static void
test_again(void)
{
  g_autoptr(Town) town = before_april();
  Rotation rotation = { 0 };

  town_relieve(town, "p2", "vice", "2024-03-31");
  g_assert_true(read_as(town, "UTF-8", "氏名,職,着任日,離任日\n石井 花子,vice,2024-04-01,\n", &rotation, NULL));
  g_assert_cmpuint(rotation.acts.length, ==, 1);
  g_assert_cmpstr(list_item(rotation.acts, RotationAct, 0)->act, ==, "office.appoint");
}

static void
test_refused(void)
{
  static const struct {
    const char *csv;
    const char *messages[3];
  } rows[] = {
    { "青木一郎,head,2027-04-01,\n",
      { "1行目：「氏名」の列も「職員番号」の列もありません", "1行目：「職」の列がありません", "1行目：「離任日」の列" } },
    { "氏名,職,職,着任日,離任日\n", { "1行目：「職」の列が二つあります" } },
    { "氏名,職,着任日,離任日\n\n誰か,head,2027-04-01,\n佐藤実,head,2027-04-01,\n,head,2027-04-01,\n",
      { "3行目：氏名「誰か」の職員が登録されていません", "4行目：氏名「佐藤実」の職員が2人います", "5行目：職員が書かれていません" } },
    { "氏名,職員番号,職,着任日,離任日\n石井花子,001,head,2027-04-01,\n",
      { "2行目：職員番号「001」は「青木 一郎」ですが、氏名は「石井花子」" } },
    { "氏名,職,着任日,離任日\n青木一郎,無い職,2027-04-01,\n青木一郎,,2027-04-01,\n",
      { "2行目：職「無い職」が見つからない", "3行目：「職」が未記入です" } },
    { "氏名,職,着任日,離任日\n青木一郎,head,2027-02-29,\n青木一郎,head,,\n青木一郎,vice,R9.4.1,R9.3.31\n",
      { "2行目：着任日「2027-02-29」を日付として読めません", "3行目：着任日も離任日もありません",
        "4行目：離任日が着任日より前になっています（令和9年4月1日から令和9年3月31日まで）" } },
    { "氏名,職,着任日,離任日\n石井花子,head,2027-04-01,\n",
      { "2行目：「統括情報セキュリティ責任者」には 青木 一郎（p1） が令和6年4月1日から就いています。その人の離任日の行を加え" } },
    { "氏名,職,着任日,離任日\n石井花子,ciso,2027-04-01,\n青木一郎,ciso,2027-05-01,\n",
      { "3行目：「最高情報セキュリティ責任者」には 石井 花子（p2） が令和9年4月1日から就いています" } },
    { "氏名,職,着任日,離任日\n石井花子,head,,2027-03-31\n",
      { "2行目：石井 花子（p2） は令和9年3月31日に「統括情報セキュリティ責任者」に就いていません" } },
    { "氏名,職,着任日,離任日\n\"青木\n一郎\",head,2027-04-01,\n", { "2行目：「氏名」に使えない文字があります" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Town) town = before_april();
    g_autoptr(GError) error = NULL;
    Rotation rotation = { 0 };

    g_assert_false(read_as(town, "CP932", rows[i].csv, &rotation, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_assert_cmpuint(rotation.acts.length, ==, 0);
    for (gsize k = 0; k < G_N_ELEMENTS(rows[i].messages) && rows[i].messages[k]; k++)
      if (!strstr(error->message, rows[i].messages[k]))
        g_error("「%s」 is not said in: %s", rows[i].messages[k], error->message);
  }
}

static void
test_too_many(void)
{
  g_autoptr(Town) town = before_april();
  g_autoptr(GString) csv = g_string_new("氏名,職,着任日,離任日\n");
  g_autoptr(GError) error = NULL;
  Rotation rotation = { 0 };

  for (guint i = 0; i < 1001; i++)
    g_string_append(csv, "青木一郎,head,2024-04-01,\n");
  g_assert_false(read_as(town, "UTF-8", csv->str, &rotation, &error));
  g_assert_nonnull(strstr(error->message, "1002行目：一度に読み込めるのは1000行まで"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rotation/good", test_good);
  g_test_add_func("/rotation/performed", test_performed);
  g_test_add_func("/rotation/again", test_again);
  g_test_add_func("/rotation/refused", test_refused);
  g_test_add_func("/rotation/too-many", test_too_many);
  return g_test_run();
}
