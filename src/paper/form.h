/* What is issued as paper: each form's document, made from the plan's form and
 * what a case holds.
 *
 * Pure: reads no clock.  A numbered report is made of the values it was issued
 * with, the records up to its issue and its circulation as it stands; nothing
 * that the case did afterwards changes the rest. */
#ifndef SHODO_PAPER_FORM_H
#define SHODO_PAPER_FORM_H

#include "case/case.h"
#include "case/notice.h"
#include "office/office.h"
#include "paper/document.h"

typedef struct {
  const Plan *plan;
  const Office *office;
  const Notices *notices;
  const Case *kase;
  Instant at;               /* when it is made */
  List marks;               /* strings, besides those that the paper has of itself */
  gboolean next;            /* a form of the plan: what its draft would be issued as, though it was issued before */
  gboolean circulates;      /* what goes its way: without the 記入要領 */
  const char *issue;        /* id of the issue of a form of the plan, whatever NUMBER says; NULL: by NUMBER */
  const char *starred_only; /* the annex holds marked records only, for this reason; NULL: all */
  /* The file of a piece of evidence, or NULL: it is not at hand, or has more than MOST bytes.  NULL: none is. */
  GBytes *(*copy)(const char *sha256, gsize most, gconstpointer data);
  gconstpointer copies;
  /* May the notice be shown to whom the paper is for?  NULL: any. */
  gboolean (*sees)(const char *notice, gconstpointer data);
  gconstpointer data;
} PaperSource;

/* One of the papers there are: a form of the plan, a paper of data (the plan's own or one that the program
 * carries), or one that is made by code. */
typedef struct {
  const char *id;
  const char *name;
  gboolean numbered; /* a form of the plan: 第N報 */
  gboolean there;    /* there is something to print */
  guint count;       /* how many there are, of what each one is of; 0: it is of the case */
} FormListed;
/* All of them, in the order in which they are shown; of FormListed, in ARENA. */
List form_list(const Plan *plan, const Case *kase, Arena *arena);

/* The id of the form with this id or name; NULL: none. */
const char *form_id(const Plan *plan, const char *name);
/* The name of the form with this id; the id itself when there is none. */
const char *form_title(const Plan *plan, const char *id);
/* The kind of the entries that issue the form, or NULL: none does; and the form that is issued by an entry
 * of KIND, or NULL: none, or it is the entry's own (a report's). */
const char *form_kind(const Plan *plan, const char *id);
const char *form_of_kind(const Plan *plan, const char *kind);

/* FORM is the id or name of one of form_list.  NUMBER: 第N報,
 * or the N-th of several; 0: the latest.  A form of the plan never issued is
 * drawn with what its draft holds, or blank, and marked 案; so is the next of a
 * source that asks for it.  witness.entry and
 * .size say where it stands; origin and root are the caller's to add.
 * NOT_FOUND: no such form, or no such number. */
Document *form_build(const PaperSource *source, const char *form, guint number, Arena *arena, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Sheets to be filled in by hand, of no case: for the telephone, for evidence, the plan's own forms; of FormListed, in ARENA. */
List form_blanks(const Plan *plan, Arena *arena);
/* FORM is the id or name of one of them; of SOURCE kase is not read.  Without a witness.  NOT_FOUND: there is no such sheet. */
Document *form_blank_build(const PaperSource *source, const char *form, Arena *arena, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The plan itself: its own words, 別表 and forms, without how the program reads them. */
Document *form_plan(const Plan *plan, Arena *arena, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
