#include "case/kept.h"

#include <string.h>

#include "case/circulation.h"
#include "case/state.h"

static const Field kept_fields[] = {
  { "form", "様式", FIELD_LINE, FIELD_REQUIRED, offsetof(PaperKept, form), .ref = &ref_form },
  { "number", "番号", FIELD_INT, FIELD_REQUIRED, offsetof(PaperKept, number) },
  { "issue", "発行の記録", FIELD_INT, FIELD_REQUIRED, offsetof(PaperKept, issue) },
  { "model", "内容の SHA-256", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(PaperKept, model) },
  { NULL },
};

static void
apply_kept(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  KeptPaper *paper = arena_new0(kase->arena, KeptPaper);
  *paper = (KeptPaper){ .head = head, .body = body };
  if (!kept_of_issue(kase, paper->body->issue))
    list_add(kase->arena, &kase->kept.papers, paper);
}

const EntryKind kept_entry = {
  .name = "paper.kept", .version = 1, .title = "発行した書面の保存", .scope = SCOPE_CASE,
  .fields = kept_fields, .size = sizeof(PaperKept), .apply = apply_kept, .aside = TRUE,
};

static const Field drawn_fields[] = {
  { "issue", "発行の記録", FIELD_INT, FIELD_REQUIRED, offsetof(PaperDrawn, issue) },
  { "format", "形式", FIELD_LINE, FIELD_REQUIRED, offsetof(PaperDrawn, format) },
  { "file", "ファイルの SHA-256", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(PaperDrawn, file) },
  { "size", "バイト数", FIELD_INT, FIELD_REQUIRED, offsetof(PaperDrawn, size) },
  { "by", "作成したプログラム", FIELD_LINE, FIELD_REQUIRED, offsetof(PaperDrawn, by) },
  { NULL },
};

static void
apply_drawn(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const PaperDrawn *drawn = body;
  KeptPaper *paper = (KeptPaper *)kept_of_issue(state->kase, drawn->issue);
  if (paper && !kept_drawn(paper, drawn->format))
    list_add(state->kase->arena, &paper->drawn, drawn);
}

const EntryKind drawn_entry = {
  .name = "paper.drawn", .version = 1, .title = "発行した書面のファイルの保存", .scope = SCOPE_CASE,
  .fields = drawn_fields, .size = sizeof(PaperDrawn), .apply = apply_drawn, .aside = TRUE,
};

static const Field shown_fields[] = {
  { "circulation", "回議", FIELD_LINE, FIELD_REQUIRED, offsetof(PaperShown, circulation), .ref = &ref_circulation },
  { "form", "様式", FIELD_LINE, FIELD_REQUIRED, offsetof(PaperShown, form), .ref = &ref_form },
  { "model", "内容の SHA-256", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(PaperShown, model) },
  { NULL },
};

static void
apply_shown(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const PaperShown *shown = body;
  if (!kept_shown(state->kase, shown->circulation))
    list_add(state->kase->arena, &state->kase->kept.shown, shown);
}

const EntryKind shown_entry = {
  .name = "paper.shown", .version = 1, .title = "回付した書面の保存", .scope = SCOPE_CASE,
  .fields = shown_fields, .size = sizeof(PaperShown), .apply = apply_shown, .aside = TRUE,
};

static const Field destroyed_fields[] = {
  { "issues", "発行の記録", FIELD_INTS, 0, offsetof(PapersDestroyed, issues) },
  { NULL },
};

static void
apply_destroyed(State *state, const EntryHead *head, const void *body G_GNUC_UNUSED)
{
  state->kase->kept.destroyed = head;
}

const EntryKind destroyed_entry = {
  .name = "paper.destroyed", .version = 1, .title = "保存した書面の廃棄", .scope = SCOPE_CASE,
  .fields = destroyed_fields, .size = sizeof(PapersDestroyed), .apply = apply_destroyed,
};

static const EntryKind *const entries[] = { &kept_entry, &drawn_entry, &shown_entry, &destroyed_entry };

const Domain kept_domain = { .name = "paper", .entries = entries, .n_entries = G_N_ELEMENTS(entries) };

/* --- questions --- */

List
kept_all(const Case *kase)
{
  return kase->kept.papers;
}

const KeptPaper *
kept_paper(const Case *kase, const char *form, gint64 number)
{
  List papers = kase->kept.papers;
  for (gsize i = papers.length; i > 0; i--) {
    const KeptPaper *paper = list_pointer(papers, KeptPaper, i - 1);
    if (g_str_equal(paper->body->form, form) && (!number || paper->body->number == number))
      return paper;
  }
  return NULL;
}

const KeptPaper *
kept_of_issue(const Case *kase, gint64 issue)
{
  List papers = kase->kept.papers;
  for (gsize i = papers.length; i > 0; i--)
    if (list_pointer(papers, KeptPaper, i - 1)->body->issue == issue)
      return list_pointer(papers, KeptPaper, i - 1);
  return NULL;
}

const PaperDrawn *
kept_drawn(const KeptPaper *paper, const char *format)
{
  for (gsize i = 0; i < paper->drawn.length; i++)
    if (g_str_equal(list_pointer(paper->drawn, const PaperDrawn, i)->format, format))
      return list_pointer(paper->drawn, const PaperDrawn, i);
  return NULL;
}

const EntryHead *
kept_destroyed(const Case *kase)
{
  return kase->kept.destroyed;
}

const PaperShown *
kept_shown(const Case *kase, const char *circulation)
{
  List shown = kase->kept.shown;
  for (gsize i = 0; i < shown.length; i++)
    if (g_str_equal(list_pointer(shown, const PaperShown, i)->circulation, circulation))
      return list_pointer(shown, const PaperShown, i);
  return NULL;
}

#define SUBJECT "書面："

const char *
kept_subject(const char *paper, Arena *arena)
{
  return arena_printf(arena, SUBJECT "%s", paper);
}

const char *
kept_subject_paper(const char *subject)
{
  return g_str_has_prefix(subject, SUBJECT) ? subject + strlen(SUBJECT) : NULL;
}

const Circulation *
kept_circulation(const Case *kase, const char *paper, const char *ref)
{
  List all = circulation_all(kase);
  for (gsize i = all.length; i > 0; i--) {
    const Circulation *circulation = list_pointer(all, const Circulation, i - 1);
    if (g_strcmp0(kept_subject_paper(circulation->body->subject), paper) == 0 && g_strcmp0(circulation->body->ref, ref) == 0)
      return circulation;
  }
  return NULL;
}

gboolean
kept_circulates(const Case *kase, const char *kind, const char **form, const Circulation **circulation)
{
  List all = circulation_all(kase);
  if (!g_str_equal(kind, "circulation.submitted") || !all.length)
    return FALSE;
  *circulation = list_pointer(all, const Circulation, all.length - 1);
  *form = reporting_form((*circulation)->body->subject);
  *form = *form ? *form : kept_subject_paper((*circulation)->body->subject);
  return *form != NULL;
}

/* --- what issues a paper --- */

/* A report says which form it is of and its number; the other kinds are counted. */
static const ReportIssued *
report_of(const LogLine *line)
{
  return g_str_equal(line->kind->name, "reporting.issued") ? line->body : NULL;
}

const char *
kept_report(const Case *kase)
{
  const ReportIssued *report = report_of(list_item(kase->log, LogLine, kase->log.length - 1));
  return report ? report->issuing.form : NULL;
}

gint64
kept_find_issue(const Case *kase, const char *kind, const char *form, gint64 *number)
{
  gint64 count = 0, entry = 0, found = 0;
  for (gsize i = 0; i < kase->log.length; i++) {
    const LogLine *line = list_item(kase->log, LogLine, i);
    const ReportIssued *report = report_of(line);
    if (!g_str_equal(line->kind->name, kind) || (report && !g_str_equal(report->issuing.form, form)))
      continue;
    gint64 own = report ? report->number : ++count;
    if (*number && own != *number)
      continue;
    entry = (gint64)line->head->number;
    found = own;
  }
  if (entry)
    *number = found;
  return entry;
}
