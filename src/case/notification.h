/* 第3-2(4)イ 対外的な対応: telling outside bodies, warning the staff, publication.
 *
 * A recipient is one of the plan's, by id or name, or free text.  "Not required"
 * is a judgement with its reason; whoever decided it is the entry's actor. */
#ifndef SHODO_CASE_NOTIFICATION_H
#define SHODO_CASE_NOTIFICATION_H

#include "act/act.h"
#include "clock/law.h"
#include "plan/plan.h"

typedef enum {
  NOTIFY_BY_TELEPHONE = 1, NOTIFY_BY_FAX, NOTIFY_BY_INTERNET_MAIL, NOTIFY_BY_LGWAN_MAIL, NOTIFY_BY_PORTAL, NOTIFY_BY_POST, NOTIFY_BY_IN_PERSON,
  NOTIFY_BY_OTHER,
} NotifyChannel;
extern const Choice notify_channel_choices[];

/* What it was about; of the police each has a number of its own. */
typedef enum { MATTER_REPORT = 1, MATTER_CONSULTATION, MATTER_DAMAGE, MATTER_LOST, MATTER_SHARING, MATTER_ANSWER } NotifyMatter;
extern const Choice notify_matter_choices[]; /* 報告・連絡, 相談, 被害届, 遺失物届, 情報の提供, 照会への回答 */

typedef enum { SHARING_GIVEN = 1, SHARING_REFUSED, SHARING_LATER } NotifyConsent;
extern const Choice notify_consent_choices[]; /* 共有してよい, 共有しないよう求めた, 後で答える */

typedef struct {
  const char *recipient; /* id of the plan's recipient, or as written */
  const char *how;       /* in words; never NULL */
  Instant at;
  const char *form;      /* 様式: as written */
  const char *issue;     /* id of the issue that was sent, or NULL */
  const char *receipt;   /* 受理番号, 受領の確認 */
  const char *person;    /* personal: who took it there */
  const char *body;      /* 実施機関 for which it was done; NULL: the only one */
  int channel;           /* NotifyChannel; 0: only HOW tells */
  int matter;            /* NotifyMatter; 0: MATTER_REPORT */
  const char *teller;    /* personal: who spoke or wrote for the city; NULL: who entered it */
  const char *text;      /* personal: what was said, or sent as it stood */
  int consent;           /* NotifyConsent: may it be passed on? 0: not spoken of */
} Notified;

typedef struct {
  const char *recipient;
  const char *reason;
  int matter;            /* NotifyMatter; 0: none of them */
} NotRequired;

typedef struct {
  const char *id; /* "t1" */
  const EntryHead *head;
  const char *recipient;
  const Notified *notified;        /* or NULL */
  const NotRequired *not_required; /* or NULL: one of the two */
} Notification;

typedef struct {
  const char *text;
  const char *to;
  List mail_to;      /* ids of persons, posts, departments: who is sent it by mail */
  gboolean together; /* they see each other */
  int tlp;           /* Tlp; 0: none */
  const char *document_number; /* taken, never drawn; or NULL */
} StaffAlerted;

typedef struct {
  const EntryHead *head;
  const StaffAlerted *body;
} StaffAlert;

typedef enum { PUBLISH_RESIDENTS = 1, PUBLISH_ASSEMBLY, PUBLISH_PRESS, PUBLISH_WEBSITE } PublishTo;
extern const Choice publish_choices[];

typedef enum { WAY_INDIVIDUAL = 1, WAY_BATCH } PublishWay;
extern const Choice publish_way_choices[]; /* 個別公表, 一括公表 */

typedef struct {
  int to;
  const char *text;
  Instant at;
  int way; /* a PublishWay; 0: not told */
} Published;

typedef struct {
  int to;
  const char *reason;
  const char *exemption; /* id of the plan's ground, or NULL */
} NotPublished;

typedef struct {
  const EntryHead *head;
  int to;
  const Published *published;        /* or NULL */
  const NotPublished *not_published; /* or NULL: one of the two */
} Publication;

typedef struct {
  List all;          /* of Notification *, oldest first */
  List alerts;       /* of StaffAlert * */
  List publications; /* of Publication * */
} Notifications;

const Notifications *case_notifications(const Case *kase);
/* What was last done about RECIPIENT, or NULL. */
const Notification *notification_of(const Case *kase, const char *recipient);
/* What was last decided about TO, a PublishTo, or NULL. */
const Publication *notification_published(const Case *kase, int to);
/* What was last done about MATTER of RECIPIENT, or NULL. */
const Notification *notification_about(const Case *kase, const char *recipient, int matter);
/* What to call a recipient on DAY: the plan's name for it, or as it was written. */
const char *notification_name(const Plan *plan, const char *recipient, Date day);

/* The recipient of law that it is, called by id or NAME (or NULL); NULL: none in force on DAY. */
const LawRecipient *notification_lawful(const char *recipient, const char *name, Date day);

extern const Domain notification_domain;
extern const Predicate notification_predicates[]; /* name NULL at the end */

#endif
