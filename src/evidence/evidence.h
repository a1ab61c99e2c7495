/* Evidence (証拠) and its custody (保管・受渡し記録): third chapter, 2(3-1)ウ.
 *
 * The register of a case: items with reference and hash, every hand-over, every
 * check of a hash and the explanation of each mismatch.  Physical items (現物,
 * 紙) and files are kept alike; only what is a file needs a hash. */
#ifndef SHODO_EVIDENCE_EVIDENCE_H
#define SHODO_EVIDENCE_EVIDENCE_H

#include "act/act.h"
#include "plan/predicate.h"

typedef enum {
  EVIDENCE_ORIGINAL = 1, EVIDENCE_COPY, EVIDENCE_LOG, EVIDENCE_PHOTO, EVIDENCE_SCREEN, EVIDENCE_PAPER, EVIDENCE_INTERVIEW,
} EvidenceKind;
extern const Choice evidence_choices[];

typedef struct {
  const char *item;
  int kind;
  const char *serial;        /* maker, model, serial and asset number, or NULL */
  const char *parent;        /* id of the item it was copied or derived from, or NULL */
  const char *sha256;        /* or NULL: not taken, or not a file */
  gint64 size;               /* bytes; FIELD_NO_INT: not given */
  Instant acquired;
  const char *acquired_from; /* personal */
  const char *place;
  const char *acquired_by;   /* personal; the first holder */
  const char *witness;       /* personal */
  const char *method;        /* tool and version, write protection, offset of the clock */
  const char *condition;     /* as found: power, screen, connection, seal */
  const char *storage;       /* where it is kept, number of the seal */
} EvidenceRegistered;

typedef struct {
  const char *evidence;
  const char *from; /* personal */
  const char *to;   /* personal */
  Instant at;
  const char *purpose;
  const char *rehash; /* SHA-256 taken at the hand-over, or NULL */
} EvidenceTransferred;

typedef struct {
  const char *evidence;
  const char *sha256;
  const char *explanation; /* of a mismatch, or NULL: to follow */
} EvidenceVerified;

typedef struct {
  const char *evidence;
  const char *text;
} EvidenceExplained;

/* A file that was received for the case, entered by the program itself (engine_note_case) once the blob is
 * on disk.  It belongs to no item until one is registered with its hash. */
typedef struct {
  const char *sha256; /* address of the blob */
  gint64 size;        /* bytes */
  const char *by;     /* id of the person who sent it */
  const char *name;   /* personal: as the sender called the file; NULL: not told, or erased */
} EvidenceReceived;

typedef struct {
  const EntryHead *head;
  const EvidenceReceived *body;
} ReceivedFile;

typedef struct {
  const EntryHead *head;
  const EvidenceTransferred *body;
} Custody;

/* A hash taken again, at a hand-over or apart from one. */
typedef struct {
  const EntryHead *head;
  const char *sha256;
  gboolean matches;
  const char *explanation; /* of a mismatch; NULL: still to be explained */
  const EntryHead *explained;
} HashCheck;

typedef struct {
  const char *id; /* "e1" */
  const EntryHead *head;
  const EvidenceRegistered *body;
  const char *reference; /* SHA-256 it is compared with: as registered, else the first taken; or NULL */
  const char *holder;    /* who has it now; NULL once erased */
  Instant held_since;
  List custody; /* of Custody *, in order */
  List checks;  /* of HashCheck *, in order */
} EvidenceItem;

typedef struct {
  List items;    /* of EvidenceItem * */
  List received; /* of ReceivedFile *, in order, each hash once */
} Evidence;

/* Given by case/, which keeps the register of each case. */
Evidence *case_evidence(Case *kase);
const Evidence *case_evidence_of(const Case *kase);
Arena *case_arena(Case *kase);

const EvidenceItem *evidence_item(const Case *kase, const char *id); /* or NULL */
/* Is a mismatch of ITEM still to be explained? */
gboolean evidence_unexplained(const EvidenceItem *item);

/* The file of the case with this hash; NULL: none was received for it, whatever other cases have. */
const ReceivedFile *evidence_received_file(const Case *kase, const char *sha256);
extern const EntryKind evidence_received;

/* 証拠番号, as the label on the thing and the papers have it: 3. */
const char *evidence_number(const EvidenceItem *item);
extern const RefKind ref_evidence;
extern const Domain evidence_domain;
extern const Predicate evidence_predicates[]; /* name NULL at the end */

#endif
