/* 発行した書面: what was issued as paper, kept for ever.
 *
 * By the program itself, in the same commit as the entry that issued it: the
 * paper's model, a blob whose address is the SHA-256 printed on it
 * (docs/papers.md); and later, each file once drawn from it.  The first of a
 * format stands: nothing that comes after takes its place. */
#ifndef SHODO_CASE_KEPT_H
#define SHODO_CASE_KEPT_H

#include "case/circulation.h"

/* 文書番号 of the paper that an entry issues, at OFFSET: a row of the entry's fields and of its act's. */
#define KEPT_NUMBER_FIELD(offset) \
  { "document_number", "文書番号", FIELD_LINE, 0, offset, .limit = 60, \
    .help = "文書管理の手続で取った番号を書き写します。ここで番号を取ることはありません。" }

typedef struct {
  const char *form;  /* of the plan, or of the program's own (paper/form.h) */
  gint64 number;     /* the N-th of the form */
  gint64 issue;      /* number of the entry that issued it */
  const char *model; /* address of the model's blob */
} PaperKept;

typedef struct {
  gint64 issue;
  const char *format; /* pdf, docx… */
  const char *file;   /* address of the file's blob */
  gint64 size;        /* bytes */
  const char *by;     /* program and version that drew it */
} PaperDrawn;

typedef struct {
  const EntryHead *head;
  const PaperKept *body;
  List drawn; /* of const PaperDrawn *, one a format */
} KeptPaper;

/* A report that circulates: the paper as whoever takes a step sees it. */
typedef struct {
  const char *circulation; /* id */
  const char *form;
  const char *model;       /* address of its model's blob: of what was issued, or of the draft */
} PaperShown;

typedef struct {
  List papers; /* of KeptPaper * */
  List shown;  /* of const PaperShown * */
  const EntryHead *destroyed; /* 廃棄: their blobs are erased; or NULL */
} KeptPapers;

typedef struct {
  List issues; /* of gint64: the entries whose papers are destroyed */
} PapersDestroyed;

List kept_all(const Case *kase);                                                     /* of KeptPaper * */
const KeptPaper *kept_paper(const Case *kase, const char *form, gint64 number);      /* 0: the latest; the last with NUMBER; or NULL */
const KeptPaper *kept_of_issue(const Case *kase, gint64 issue);                      /* or NULL */
const PaperDrawn *kept_drawn(const KeptPaper *paper, const char *format);            /* or NULL */

const EntryHead *kept_destroyed(const Case *kase);                                   /* or NULL */
const PaperShown *kept_shown(const Case *kase, const char *circulation);             /* or NULL */

/* 「書面：依頼・要請書」: what a paper that is no numbered report circulates as; ref is its number, NULL of what there is one of. */
const char *kept_subject(const char *paper, Arena *arena);
/* The paper's name, or NULL: another subject. */
const char *kept_subject_paper(const char *subject);
/* The last circulation of PAPER, a name, with REF (or NULL); or NULL. */
const Circulation *kept_circulation(const Case *kase, const char *paper, const char *ref);

/* Does entry KIND, just folded, put a paper on its way?  Then the form's id, or the name of a paper that is no report, and the
 * circulation. */
gboolean kept_circulates(const Case *kase, const char *kind, const char **form, const Circulation **circulation);

/* The entry that issued FORM's NUMBER (0: the latest, then set), the last one of it, of those of KIND; 0: none. */
gint64 kept_find_issue(const Case *kase, const char *kind, const char *form, gint64 *number);
/* The form of the report that the last entry of the log issued. */
const char *kept_report(const Case *kase);

extern const EntryKind kept_entry, drawn_entry, shown_entry, destroyed_entry;
extern const Domain kept_domain;

#endif
