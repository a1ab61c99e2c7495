/* 対外的な対応・通知の記録簿: whom the plan and the law want told, and what came of each. */
#include "case/register.h"
#include "paper/forms.h"

static const char *
how_of(const Draft *draft, const Notified *notified)
{
  const char *channel = notified->channel ? choice_label(notify_channel_choices, notified->channel) : NULL;
  if (!channel || g_str_equal(channel, notified->how))
    return notified->how;
  return arena_printf(draft->arena, "%s（%s）", channel, notified->how);
}

static void
add_words(GString *text, const char *label, const char *words)
{
  if (words && *words)
    g_string_append_printf(text, "%s%s%s", text->len ? "\n" : "", label, words);
}

static const char *
remark(const Draft *draft, const Notification *one)
{
  g_autoptr(GString) text = g_string_new(NULL);
  const Notified *told = one->notified;
  if (!told) {
    add_words(text, "要しない：", one->not_required->reason);
    return arena_strdup(draft->arena, text->str);
  }
  add_words(text, "番号等 ", told->receipt);
  add_words(text, "様式 ", told->form);
  add_words(text, "実施機関 ", told->body);
  add_words(text, "共有 ", told->consent ? choice_label(notify_consent_choices, told->consent) : NULL);
  add_words(text, "", told->text);
  return arena_strdup(draft->arena, text->str);
}

static const char *
matter_name(const Notification *one)
{
  int matter = one->notified ? one->notified->matter : one->not_required->matter;
  return matter ? choice_label(notify_matter_choices, matter) : one->notified ? choice_label(notify_matter_choices, MATTER_REPORT) : "";
}

static const char *
people(const Draft *draft, const Notification *one)
{
  const Notified *told = one->notified;
  const char *ours = told && told->teller ? told->teller : form_person(draft, one->head->actor.person);
  return told && told->person ? arena_printf(draft->arena, "%s\n先方 %s", ours, told->person) : ours;
}

static void
add_told(Draft *draft, Table *table, const RegisterRow *row)
{
  for (gsize i = 0; i < row->told.length; i++) {
    const Notification *one = list_pointer(row->told, Notification, i);
    Instant at = one->notified && one->notified->at != INSTANT_NONE ? one->notified->at : one->head->happened;
    const char *what = arena_printf(draft->arena, "%s\n%s", matter_name(one), one->notified ? how_of(draft, one->notified) : "");
    const char *cells[] = { row->name, form_time(draft, at), what, people(draft, one), remark(draft, one) };
    document_cells(draft->document, table, cells);
  }
}

static void
add_published(Draft *draft, Table *table, const RegisterRow *row)
{
  const Publication *last = row->published;
  if (!last)
    return;
  Instant at = last->published && last->published->at != INSTANT_NONE ? last->published->at : last->head->happened;
  const char *cells[] = { row->name, form_time(draft, at), last->published ? "公表・連絡" : "公表しない", form_person(draft, last->head->actor.person),
                          last->published ? last->published->text : last->not_published->reason };
  document_cells(draft->document, table, cells);
}

static void
add_open(Draft *draft, List rows)
{
  static const guint widths[] = { 26, 16, 30, 28 };
  static const char *const heads[] = { "相手方", "状況", "根拠", "期限" };
  Table *table = NULL;
  for (gsize i = 0; i < rows.length; i++) {
    const RegisterRow *row = list_item(rows, RegisterRow, i);
    if (row->state >= REGISTER_DONE)
      continue;
    if (!table)
      table = document_table(draft->document, "2　まだのもの", widths, G_N_ELEMENTS(widths), heads);
    const char *due = row->clock && row->clock->due.known ? form_time(draft, row->clock->due.at) : "";
    const char *cells[] = { row->name, choice_label(register_choices, (int)row->state), row->why ? row->why : "", due };
    document_cells(draft->document, table, cells);
  }
  if (!table)
    document_add(draft->document, BLOCK_PARAGRAPH, "2　まだのもの　なし");
}

gboolean
form_register(Draft *draft, guint number G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  static const guint widths[] = { 18, 19, 15, 13, 35 };
  static const char *const heads[] = { "相手方", "日時", "用件・方法", "担当", "番号・内容" };
  const PaperSource *source = draft->source;
  g_autoptr(Calendar) calendar = calendar_of(source->office);
  const PredicateContext asking = { .plan = source->plan, .office = source->office, .notices = source->notices, .kase = source->kase, .now = source->at };
  List rows = case_register(&asking, calendar, draft->arena);

  document_add(draft->document, BLOCK_DATE, date_print_plain(draft->arena, instant_date(source->at)));
  document_add(draft->document, BLOCK_TITLE, "対外的な対応・通知の記録簿");
  Table *head = form_pairs(draft, NULL);
  form_pair(draft, head, "事案", arena_printf(draft->arena, "%s　%s", case_label(source->kase, draft->arena), case_title(source->kase)));
  form_pair(draft, head, "作成", arena_printf(draft->arena, "%s現在", instant_print_long(draft->arena, source->at)));
  Table *table = document_table(draft->document, "1　行ったこと、要しないとしたこと", widths, G_N_ELEMENTS(widths), heads);
  for (gsize i = 0; i < rows.length; i++) {
    add_told(draft, table, list_item(rows, RegisterRow, i));
    add_published(draft, table, list_item(rows, RegisterRow, i));
  }
  add_open(draft, rows);
  return TRUE;
}
