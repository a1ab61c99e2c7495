/* The yearly rotation (人事異動) from a table: who takes and who leaves which post.
 *
 * CSV as Excel writes it, UTF-8 or CP932, at most LIMIT_LIST rows.  The first
 * row names the columns, in any order: 氏名 or 職員番号 (or both), 職, 着任日,
 * 離任日, and 兼務 if wanted; other columns are left unread, which the preview
 * says.  Days are ISO or by era (date_parse); 離任日 is the last day in the post. */
#ifndef SHODO_OFFICE_ROTATION_H
#define SHODO_OFFICE_ROTATION_H

#include "office/entries.h"
#include "office/office.h"

/* An act to perform, in this order; its fields are encoded with the act's own table. */
typedef struct {
  const char *act;    /* "office.relieve" or "office.appoint" */
  const void *fields; /* OfficeRelieve or OfficeAppoint */
  guint line;         /* of the table */
} RotationAct;

typedef struct {
  List acts;           /* of RotationAct: everybody leaves before anybody takes over */
  const char *preview; /* Japanese lines: what changes, and which posts fall vacant */
} Rotation;

/* Read the table against the office as it stands; rows that say what is so
 * already need no act.  NAME is the file's, for messages.  What is read lives in ARENA and points into OFFICE.  FALSE when any
 * row is wrong: SHODO_ERROR_INVALID with a line for each, by number, and how to
 * mend it.  Time is rows × tenures. */
gboolean rotation_read(const char *name, const char *bytes, gsize length, const Office *office,
                       const Plan *plan, Arena *arena, Rotation *rotation, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
