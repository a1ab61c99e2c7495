/* Sheets without a case, to lie beside the telephone and in the emergency kit: what is written on them by hand is
 * entered afterwards (事後入力). */
#include "evidence/evidence.h"
#include "paper/forms.h"

#define HAND "\n"          /* room for a line by hand */
#define HANDS "\n\n\n\n"   /* for several */

/* □電話　□FAX　… */
static const char *
boxes(const Draft *draft, const Choice *choices)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (const Choice *choice = choices; choice->token; choice++)
    g_string_append_printf(text, "%s□%s", text->len ? "　" : "", choice->label);
  return arena_strdup(draft->arena, text->str);
}

static const char *
day_and_time(const Draft *draft)
{
  return arena_printf(draft->arena, "　　　　年　　　月　　　日（　　）　　　　時　　　分");
}

static void
add_empty(Draft *draft, const char *caption, const guint *widths, const char *const *heads, gsize columns, guint rows)
{
  static const char *const cells[] = { HAND, "", "", "", "", "", "", "" };
  Table *table = document_table(draft->document, caption, widths, columns, heads);
  for (guint i = 0; i < rows; i++)
    document_cells(draft->document, table, cells);
}

static void
add_facts(Draft *draft)
{
  Table *table = form_pairs(draft, "聞いたこと（分からないことは「不明」と書く）");
  form_pair(draft, table, "受付日時", day_and_time(draft));
  form_pair(draft, table, "受付者（職・氏名）", HAND);
  form_pair(draft, table, "受付手段", boxes(draft, channel_choices));
  form_pair(draft, table, "経由", boxes(draft, via_choices));
  form_pair(draft, table, "通報者（所属・氏名）", HAND);
  form_pair(draft, table, "連絡先", "折り返しの電話　　　　　　　　　　　　　　つながる時間" HAND);
  form_pair(draft, table, "件名", HAND);
  form_pair(draft, table, "気付いた日時", day_and_time(draft));
  form_pair(draft, table, "場所・端末・システム", "端末の名前や番号" HAND);
  form_pair(draft, table, "内容\n（何が起きたか。画面の表示は、そのまま書く）", HANDS);
  form_pair(draft, table, "いま困っていること", "止まっている業務、窓口への影響" "\n個人情報　□含む　□含まない　□不明");
  form_pair(draft, table, "これまでにしたこと", "□何もしていない　□抜線・無線を切る　□再起動　□電源を切る　□初期化　□その他" HAND);
}

static void
add_told(Draft *draft)
{
  static const char *const told[] = { "□　電源を切らず、再起動せず、操作を止めて、画面の表示を写真か紙に残す。", "□　届いたメールや添付ファイルを、消さない、転送しない、もう一度開かない。",
                                      "□　ほかの人に広めず、折り返しの電話を待つ。様子が変わったら、すぐにこの窓口へ電話する。" };
  document_heading(draft->document, 2, "その場で伝えること（伝えたら印を付ける）");
  for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
    document_add(draft->document, BLOCK_PARAGRAPH, told[i]);
}

static void
blank_intake(Draft *draft)
{
  static const guint widths[] = { 30, 20, 50 };
  static const char *const heads[] = { "連絡した相手", "時刻", "伝えたこと・返事" };
  document_add(draft->document, BLOCK_NUMBER, "受付番号　　　　　　　　");
  document_add(draft->document, BLOCK_TITLE, "通報受付票");
  add_facts(draft);
  add_told(draft);
  add_empty(draft, "受けた後の連絡", widths, heads, G_N_ELEMENTS(widths), 4);
  Table *table = form_pairs(draft, NULL);
  form_pair(draft, table, "管理者の確認", "氏名　　　　　　　　　　　　　　　　　月　　　日　　　時　　　分");
  form_pair(draft, table, "システムへの入力", "氏名　　　　　　　　　　　　月　　日　　時　　分　　受付の番号");
}

static void
blank_custody(Draft *draft)
{
  static const guint widths[] = { 5, 17, 15, 15, 20, 14, 14 };
  static const char *const heads[] = { "順", "日時", "渡した人", "受けた人", "目的", "ハッシュ値の確認", "署名" };
  document_add(draft->document, BLOCK_TITLE, "証拠の保管・受渡し記録");
  Table *table = form_pairs(draft, "証拠");
  form_pair(draft, table, "事案", HAND);
  form_pair(draft, table, "証拠番号・品名", HAND);
  form_pair(draft, table, "種別", boxes(draft, evidence_choices));
  form_pair(draft, table, "型番・製造番号等", HAND);
  form_pair(draft, table, "取得日時", day_and_time(draft));
  form_pair(draft, table, "取得した場所・取得者", HAND);
  form_pair(draft, table, "立会人", HAND);
  form_pair(draft, table, "方法・道具", HAND);
  form_pair(draft, table, "発見時の状態", HAND);
  form_pair(draft, table, "SHA-256", HAND);
  form_pair(draft, table, "保管場所・封印", HAND);
  add_empty(draft, "受渡し", widths, heads, G_N_ELEMENTS(widths), 4);
  document_add(draft->document, BLOCK_NOTE, "渡す人と受ける人は、受渡しのたびにハッシュ値を確かめ、欄に書いて署名する。");
}

static const struct {
  const char *id;
  const char *name;
  void (*build)(Draft *draft);
} sheets[] = {
  { "intake", "通報受付票", blank_intake },
  { "custody", "証拠の保管・受渡し記録", blank_custody },
};

List
form_blanks(const Plan *plan, Arena *arena)
{
  List all = { 0 }, forms = plan_forms(plan);
  for (gsize i = 0; i < G_N_ELEMENTS(sheets); i++)
    *(FormListed *)list_push(arena, &all, sizeof(FormListed)) = (FormListed){ .id = sheets[i].id, .name = sheets[i].name, .there = TRUE };
  for (gsize i = 0; i < forms.length; i++)
    *(FormListed *)list_push(arena, &all, sizeof(FormListed)) =
        (FormListed){ .id = list_item(forms, PlanForm, i)->id, .name = list_item(forms, PlanForm, i)->name, .numbered = TRUE, .there = TRUE };
  return all;
}

gboolean
form_sheet(Draft *draft, const char *id)
{
  const PlanForm *own = plan_form(draft->source->plan, id);
  if (own)
    form_blank(draft, own);
  for (gsize i = 0; !own && i < G_N_ELEMENTS(sheets); i++)
    if (g_str_equal(sheets[i].id, id)) {
      sheets[i].build(draft);
      return TRUE;
    }
  return own != NULL;
}
