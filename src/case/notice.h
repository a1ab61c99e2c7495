/* The register of notices (通報・連絡) at the PoC: third chapter, 2(1).
 *
 * Folded from the office's stream: a notice is there before any case, many
 * notices may belong to one case, and one notice to several.  Which case a
 * notice belongs to is the case's entry (intake.linked), and can be undone. */
#ifndef SHODO_CASE_NOTICE_H
#define SHODO_CASE_NOTICE_H

#include "act/act.h"

typedef enum {
  CHANNEL_TELEPHONE = 1,
  CHANNEL_MAIL,
  CHANNEL_LGWAN_MAIL,
  CHANNEL_FAX,
  CHANNEL_VISIT,
  CHANNEL_FORM,
  CHANNEL_OTHER,
} Channel;
extern const Choice channel_choices[];

typedef enum { VIA_MANAGER = 1, VIA_DIRECT, VIA_OUTSIDE } Via;
extern const Choice via_choices[];

typedef struct {
  int channel;
  Instant received;
  int via;
  const char *sender;  /* personal */
  const char *contact; /* personal */
  const char *department;
  const char *subject;
  const char *text;    /* personal */
  gboolean out_of_hours;
} NoticeReceived;

typedef struct {
  const char *notice;
  const char *manager; /* person */
  Instant confirmed;
} NoticeConfirmed;

typedef struct {
  const char *id; /* "n1", "n2"… */
  const EntryHead *head;
  const NoticeReceived *body;
  const NoticeConfirmed *confirmed; /* 情報セキュリティ管理者に事後確認; or NULL */
} Notice;

Notices *notices_new(void);
void notices_free(Notices *notices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notices, notices_free)

List notices_all(const Notices *notices); /* of Notice *, oldest first */
const Notice *notices_get(const Notices *notices, const char *id); /* or NULL */

const char *notice_number(const Notice *notice); /* 受付番号: 3 */
extern const RefKind ref_notice;
extern const Domain notice_domain;

#endif
