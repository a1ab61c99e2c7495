/* What the files form*.c share. */
#ifndef SHODO_PAPER_FORMS_H
#define SHODO_PAPER_FORMS_H

#include "case/circulation.h"
#include "case/triage.h"
#include "paper/form.h"

typedef struct {
  const PaperSource *source;
  Document *document;
  Arena *arena;
  Instant at;     /* the paper's own time */
  guint64 upto;   /* entries with a smaller number only */
  const char *narrow, *uncopied; /* of the annex: ReportIssuing */
  const LogLine *line; /* the entry that the paper is of, or NULL */
} Draft;

/* Builds the body; FALSE: there is no such NUMBER, with the error set. */
typedef gboolean (*FormBuild)(Draft *draft, guint number, GError **error);
gboolean form_intake(Draft *draft, guint number, GError **error);
gboolean form_handover(Draft *draft, guint number, GError **error);
gboolean form_conformity(Draft *draft, guint number, GError **error);
gboolean form_convergence(Draft *draft, guint number, GError **error);
gboolean form_final(Draft *draft, guint number, GError **error);
gboolean form_register(Draft *draft, guint number, GError **error);
gboolean form_report(Draft *draft, const PlanForm *form, guint number, GError **error);
/* A paper of data: of the case, or of the NUMBER-th entry that it is of. */
gboolean form_paper(Draft *draft, const PlanPaper *paper, guint number, GError **error);

/* The papers that the program carries; of PlanPaper. */
List form_shipped(void);

/* The sheet with this id of form_blanks, with nothing filled in; FALSE: there is none.  Needs no case. */
gboolean form_sheet(Draft *draft, const char *id);
/* FORM with nothing filled in, and its 記入要領.  Needs of the source only the plan. */
void form_blank(Draft *draft, const PlanForm *form);

/* The annex 別紙 対応記録等: records, figures, evidence. */
void form_annex(Draft *draft, const char *of);
/* Where SUBJECT has travelled: every circulation of which MINE (NULL: any) is true, or the
 * plan's route, to be signed. */
typedef gboolean (*FormMine)(const Circulation *circulation, gconstpointer data);
void form_circulation(Draft *draft, const char *subject, FormMine mine, gconstpointer data);
/* 計画履行状況, phases and their times, what happened when: parts of the final report too. */
void form_conformity_table(Draft *draft);
void form_stays(Draft *draft, const char *caption);
void form_timeline(Draft *draft, const char *caption);
/* What a line of the log says, who did it, and the order in which things happened. */
const char *form_told(const Draft *draft, const LogLine *line);
const char *form_did(const Draft *draft, const EntryHead *head);
gint form_by_time(const LogLine *one, const LogLine *two);

/* Names as they stood on the day: never NULL, in the arena. */
const char *form_person(const Draft *draft, const char *person);
const char *form_post(const Draft *draft, const char *post);
const char *form_who(const Draft *draft, const EntryHead *head);   /* post, LF, name */
const char *form_role(const Draft *draft, const char *role);       /* post（CSIRT責任者） */
const char *form_holder(const Draft *draft, const char *role);     /* names; NULL: vacant */
const char *form_party(const Draft *draft, const char *party);     /* an outside body, department, post or person */
const char *form_amount(const Draft *draft, const Stated *stated); /* 12,400人, 延べ1,035,603人 */
const char *form_time(const Draft *draft, Instant at);             /* R8.11.23 10:05, or "" */
const char *form_happened(const Draft *draft, const EntryHead *head); /* the same, with its precision */

gboolean form_none(GError **error, const char *what); /* sets NOT_FOUND; FALSE */
/* Label and value in two columns; NULL values are left out. */
Table *form_pairs(Draft *draft, const char *caption);
void form_pair(Draft *draft, Table *table, const char *label, const char *value);

#endif
