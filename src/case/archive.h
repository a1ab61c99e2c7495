/* The end of a case's records: 分類・簿冊・保存期間・正本の所在, 廃棄, and what
 * suspends it.
 *
 * The retention begins on 1 April after the fiscal year in which the case was
 * closed, and ends on 31 March of its last year; a permanent one never ends.
 * The day of closing is the day it happened.  Disposal is proposed by one and
 * approved by another; approval is recorded here, and what reaches bodies,
 * papers, blobs and backups follows from it elsewhere. */
#ifndef SHODO_CASE_ARCHIVE_H
#define SHODO_CASE_ARCHIVE_H

#include "act/act.h"
#include "base/date.h"
#include "plan/plan.h"

#define ARCHIVE_YEARS_MAX 100

typedef enum { ORIGINAL_SHODO = 1, ORIGINAL_PAPER, ORIGINAL_DMS } Original;
extern const Choice original_choices[]; /* Shodo, 紙, 文書管理システム: exactly one */

typedef struct {
  const char *classification; /* 分類, as the city's table has it */
  const char *binder;         /* 簿冊 */
  gint64 retention_years;     /* FIELD_NO_INT when permanent */
  gboolean permanent;
  int original;
  const char *place;          /* where it is: 書庫, 文書番号; taken, never drawn */
} ArchiveClassified;

typedef struct {
  const char *reason;
} ArchiveReason;

typedef struct {
  const char *hold; /* in the act NULL: the only one in force */
  const char *reason;
} ArchiveReleased;

/* 廃棄の停止: 開示請求, 争訟, 調査… Several may be in force at once. */
typedef struct {
  const char *id; /* "o1" */
  const EntryHead *head;
  const ArchiveReason *body;
  const EntryHead *released; /* NULL: in force */
  const ArchiveReleased *release;
} Hold;

typedef struct {
  const ArchiveClassified *classified; /* the latest, or NULL */
  const EntryHead *classified_head;
  const ArchiveReason *proposal;       /* the latest that still stands, or NULL */
  const EntryHead *proposed;
  const EntryHead *approved;           /* NULL: not yet */
  List holds;                          /* of Hold * */
} Archive;

const Archive *case_archive(const Case *kase);

/* The entry that ended the case: aftermath.close, or else entering a final
 * phase of the plan.  NULL while it goes on. */
const EntryHead *archive_closing(const Plan *plan, const Case *kase);
/* The last day of the retention; DATE_NONE while it is not closed, not
 * classified, or permanent. */
Date archive_retained_until(const Plan *plan, const Case *kase);
/* A hold in force, or NULL. */
const Hold *archive_held(const Case *kase);

extern const RefKind ref_hold;
extern const Domain archive_domain;
extern const Predicate archive_predicates[]; /* name NULL at the end */

#endif
