/* The rooms of a case (影響ホスト, 措置, 照会・依頼…): each a page of tables of one subject, drawn from the folded case,
 * with the acts that belong to it.  Knows nothing of requests: src/web/page_rooms.c has the routes. */
#ifndef SHODO_WEB_PAGE_ROOM_H
#define SHODO_WEB_PAGE_ROOM_H

#include "engine/access.h"
#include "web/templates.h"

typedef struct RoomMaker RoomMaker;

/* One room. */
typedef struct {
  const char *segment; /* of the address: "hosts" */
  const char *name;    /* 影響ホスト */
  const char *about;   /* what is done here, in one sentence */
  const char *waits;   /* what its count counts: 未確認; NULL: none */
  gint64 (*count)(const PredicateContext *context); /* what is not done yet; or NULL */
  void (*put)(RoomMaker *maker);
  const char *acts[8]; /* above the tables, NULL at the end */
} Room;

/* Being made: groups hold rows, rows hold cells, cells hold lines; each call adds to what was begun last. */
struct RoomMaker {
  PredicateContext context;
  World *world;
  const Viewer *viewer;
  Arena *arena;
  const Room *room;
  gboolean all; /* every row, not the first LIMIT_ROOM_ROWS of a group */
  gboolean (*may)(gconstpointer asking, const char *act); /* may whoever looks do ACT in the case? */
  gconstpointer asking;
  List groups; /* of TplRoomGroup */
};

/* HEADS: names of the columns, NULL at the end; the first names the rows.  EMPTY: what to do first, when no row follows. */
void room_group(RoomMaker *maker, const char *id, const char *title, const char *const *heads, const char *empty);
void room_remark(RoomMaker *maker, const char *text); /* under the title */
/* FALSE: the group is full and counts the row only. */
gboolean room_row(RoomMaker *maker, const char *id, gboolean done);
/* A cell, with a first line when TEXT is not NULL or empty. */
void room_cell(RoomMaker *maker, const char *text);
typedef enum { ROOM_PLAIN = 0, ROOM_NOTE, ROOM_TAG, ROOM_SOON, ROOM_OVER, ROOM_TELEPHONE, ROOM_MAIL, ROOM_GONE } RoomLook;
/* One more line in the cell; nothing when TEXT is NULL or empty. */
void room_line(RoomMaker *maker, RoomLook look, const char *text);
/* 「name：text」 */
void room_pair(RoomMaker *maker, const char *name, const char *text);
/* A line that leads to HREF. */
void room_link(RoomMaker *maker, const char *text, const char *href);
/* A line that leads to the PDF of the NTH paper FORM (paper/form.h): as it was issued when KEPT, else as things stand.
 * What was issued and has been destroyed (廃棄) says so and leads nowhere. */
void room_paper(RoomMaker *maker, const char *form, const char *text, gsize nth, gboolean kept);
/* The same of what was issued as FILE: 「2」, 「R1」. */
void room_issued(RoomMaker *maker, const char *form, const char *text, const char *file);
/* Beside the row, for whoever may: ACT with fields filled in, pairs of name and value, NULL at the end.  LABEL NULL: the act's title. */
void room_act(RoomMaker *maker, const char *act, const char *label, ...) G_GNUC_NULL_TERMINATED;

/* Words that many rooms use. */
const char *room_time(const RoomMaker *maker, Instant at);
const char *room_by(const RoomMaker *maker, const EntryHead *head); /* 「14:32 佐藤健」; NULL: "" */
const char *room_party(const RoomMaker *maker, const char *id);     /* of ref_any_party; as written when unknown */

/* The rooms, one file for each subject. */
extern const Room room_hosts, room_measures, room_inquiries, room_evidence, room_contacts, room_handover, room_callout,
    room_reports, room_register, room_circulations;

#endif
