/* The plan as data: clauses with their wording, roles, posts, phases, routes,
 * forms and rules of one municipality's emergency response plan.
 *
 * Loaded from YAML (docs/plan-format.md) and immutable.  Nothing of any one
 * city lives in C: phases, roles, classes and routes are known by their ids.
 * All strings live as long as the Plan. */
#ifndef SHODO_PLAN_PLAN_H
#define SHODO_PLAN_PLAN_H

#include "plan/clock_rule.h"
#include "plan/predicate.h"

#define PLAN_ADMINISTRATOR "administrator" /* id of the post that keeps the office's own books */

typedef enum { MODALITY_MUST = 1, MODALITY_NEED, MODALITY_EFFORT, MODALITY_TARGET } Modality;
extern const Choice modality_choices[]; /* 必須, 必要に応じ, 極力, 目途 */

typedef enum { ORIGIN_TEXT = 1, ORIGIN_READING, ORIGIN_CITY } Origin;
extern const Choice origin_choices[]; /* 本文, 解釈, 市の追加 */

typedef enum { STEP_REPORT = 1, STEP_APPROVE, STEP_CONSULT, STEP_CIRCULATE } StepKind;
extern const Choice step_choices[]; /* 報告, 承認, 合議, 供覧 */
extern const Choice awaited_choices[]; /* after the name of the role: CISOへの報告, CISOの承認 */

/* A role of the plan: CSIRT責任者.  Bound to a post, to any member of staff, or
 * to whatever posts the office gives it (one per department, say). */
typedef struct {
  const char *id;
  const char *name;     /* CSIRT責任者 */
  const char *post;     /* id of the plan's post that has it, or NULL */
  gboolean anyone;      /* 職員等: whoever acts */
  gboolean department;  /* each department has a post with this role */
  const char *clause;   /* where the plan sets it up, or NULL */
  guint line;
  gboolean outside;     /* a body or a party that never acts in the program: 外部委託事業者 */
  Origin origin;
} PlanRole;

/* A post (職) that the plan names: 統括情報セキュリティ責任者. */
typedef struct {
  const char *id;
  const char *name;
  const char *office;  /* the office (補職) the plan gives for it: 情報政策課長; or NULL */
  gboolean many;       /* held by several persons at once: 情報システム担当者 */
  List deputies;       /* ids of posts that may stand in, in order (市の追加 unless the text says so) */
  Origin deputies_origin;
  guint line;
  Origin origin;
  const char *named_by;     /* id of the role that names who takes the post (指名), or NULL */
  const char *named_from;   /* id of the post from whose holders, or NULL */
  const char *named_clause; /* or NULL */
  Origin named_origin;      /* only 本文 refuses */
} PlanPost;

/* A class of what the plan covers (第2), or a level of handling priority. */
typedef struct {
  const char *id;
  const char *name;
  const char *text;   /* the plan's definition, or NULL */
  List examples;      /* strings: what falls under it, as the plan lists it */
  const char *clause; /* whose wording it is part of, or NULL */
  Origin origin;
  guint line;
} PlanTerm;

/* A condition with how strongly and on whose word it holds. */
typedef struct {
  const char *clause;       /* the clause it belongs to */
  const Condition *that;
  Modality modality;
  Origin origin;
  const char *quote;        /* the words of the plan it rests on; with ORIGIN_TEXT always */
  const char *note;         /* Japanese: why; printed with the rule, or NULL */
  guint line;
} PlanRule;

/* TRUE when the rule may refuse (必須 and 本文); else it advises. */
gboolean plan_rule_refuses(const PlanRule *rule);

/* A rule that stands before an act. */
typedef struct {
  const char *act;
  PlanRule rule;
} PlanNeed;

typedef struct {
  const char *id;       /* "3-2-2-ア" */
  const char *label;    /* 第3-2(2)ア */
  const char *heading;  /* (2) トリアージ（検査・分析）; or NULL */
  const char *mark;     /* ア; NULL with no heading either: goes on from the clause before */
  const char *text;     /* the full wording, as the plan has it; NULL: a heading alone */
  const char *actor;    /* role id, or NULL */
  const Condition *actor_when; /* the actor may do the acts only when…; NULL: at any time */
  const char *verb;     /* 受付, 判断, 報告… or NULL */
  Modality modality;
  Origin origin;
  const char *phase;    /* or NULL */
  List acts;            /* names of the acts that carry it out */
  List subjects;          /* of the circulations among them, only those of these documents count; empty: all */
  const Condition *when;  /* it applies only when…; NULL: always */
  const Condition *done;  /* it is done when…; NULL: when any of its acts was done */
  gboolean standing;    /* 平常時: is not judged per case */
  List needs;           /* of PlanNeed */
  guint depth;          /* 0 for 第1, 第2…: for printing */
  guint line;
} PlanClause;

/* Who else may an act, besides the actors of the clauses that name it. */
typedef struct {
  const char *act;
  List roles;
  const Condition *when; /* only when…; NULL: at any time */
  const char *clause; /* or NULL */
  Origin origin;
  const char *note;   /* or NULL */
  guint line;
} PlanPermit;

/* One role that may an act, from a clause or a permit. */
typedef struct {
  const char *role;
  const Condition *when; /* NULL: at any time; always so of an urgent act */
} PlanMay;

typedef struct {
  const char *to;        /* phase id */
  const Condition *when; /* which way out; NULL: the ordinary one */
  List rules;            /* of PlanRule: what is asked before leaving this way */
  guint line;
} PlanExit;

typedef struct {
  const char *id;
  const char *name;
  gboolean parallel; /* runs beside the others (報告・公表); never entered or left */
  gboolean final;    /* 終結: the case ends here */
  List exits;        /* of PlanExit; see plan_exit_ahead */
  guint line;
} PlanPhase;

/* Doing ACT leads back to TO and counts a new round. */
typedef struct {
  const char *act;
  const char *to;
  const Condition *when; /* or NULL */
  const char *clause;
  guint line;
} PlanLoop;

typedef struct {
  const char *role;
  StepKind kind;
  guint line;
} PlanStep;

typedef struct {
  const char *id;
  const char *name;
  const char *clause;
  Origin origin;
  List steps;     /* of PlanStep, in order */
  List subjects;  /* ids of the documents that travel it */
  const Condition *when; /* they do only when…; NULL: whenever no route before it serves */
  const char *gap;       /* Japanese: what to do when no route of the documents serves; or NULL */
  gboolean separate;     /* who submits may not approve, unless nobody else could */
  Origin separate_origin; /* only 本文 refuses */
  guint line;
} PlanRoute;

typedef struct {
  const char *key;       /* "1-1" */
  const char *label;     /* (1) 発生した事案の種類, as printed */
  const char *note;      /* printed under it: 対応記録等は別紙のとおり; or NULL */
  const char *phase;     /* to be known by then, or NULL */
  Modality modality;
  List examples;         /* strings: 記載例 */
  List from;             /* strings: what the case tells that may be filled in (Vocabulary) */
  const char *part;      /* name of the part of the form that begins with it, not printed; or NULL */
  guint depth;           /* dashes in the key */
} PlanItem;

typedef struct {
  const char *id;
  const char *name;       /* 報告様式1 */
  const char *title;      /* …事案の発生について報告（第〇報）; plan_form_title fills it in */
  const char *date;       /* as printed: 令和〇〇年〇〇月〇〇日; or NULL */
  const char *to;         /* role id of the addressee; NULL: it goes outside */
  List recipients;        /* ids of the plan's recipients that it goes to; empty: to the role */
  Origin origin;          /* only 本文 is the plan's own form */
  const char *from;       /* role id of the sender */
  const char *clause;
  const char *route;      /* route id */
  List items;             /* of PlanItem */
  List notes;             /* strings: 記入要領 */
  const char *body;       /* the sentence above 記, or NULL; plan_form_body fills it in */
  guint line;
} PlanForm;

/* What a part of a paper is; docs/plan-format.md. */
typedef enum {
  PART_NUMBER = 1, PART_DATE, PART_ADDRESSEE, PART_SENDER, PART_TITLE, PART_HEADING, PART_PARAGRAPH, PART_ITEM, PART_NOTE, PART_BEGIN,
  PART_END, PART_DRAWN, PART_PAGE,
} PartKind;
extern const Choice part_choices[];

typedef struct {
  int kind;
  gint32 level;
  const char *text; /* words; {name} is what the case tells of it.  NULL: none */
  const char *from; /* what the case tells: the part alone, or under an item; or NULL */
  gboolean always;  /* shown though the case tells nothing of it */
} PlanPart;

/* A paper that is no numbered report: 依頼書, 注意喚起… */
typedef struct {
  const char *id;
  const char *name;
  const char *of;   /* what each one is about (Vocabulary.series); NULL: the case */
  Origin origin;
  List parts;       /* of PlanPart */
  guint line;
} PlanPaper;

/* Whom the plan has told: 総務省, 都道府県, 警察… */
typedef struct {
  const char *name;
  Date from, until; /* both days included; DATE_NONE: open */
} PlanName;

/* How a recipient is told in a case for which WHEN holds. */
typedef struct {
  const Condition *when;
  int modality;        /* Modality; 0: the recipient's own */
  List channels;       /* strings; empty: the recipient's own */
  const char *contact; /* where to: 「警察本部サイバー犯罪対策課」; or NULL */
  const char *note;    /* or NULL */
} PlanTelling;

typedef struct {
  const char *id;
  const char *name;    /* as the plan has it */
  List names;          /* of PlanName, in order of time: what it was and is called; may be empty */
  const char *aliases; /* NAMES with their dates, for people; or NULL */
  Modality modality;
  const char *clause;
  Origin origin;
  const char *note;    /* or NULL */
  List channels;       /* strings: how, as the plan says */
  const char *contact; /* or NULL */
  gboolean consent;    /* what it is told may be passed on: ask whether that may be */
  List rules;          /* of PlanTelling */
  guint line;
} PlanRecipient;

typedef struct {
  const char *label;
  const char *value;
} PlanPair;

typedef struct {
  const char *title;  /* 別表1 */
  List rows;          /* of PlanPair */
} PlanTable;

typedef struct {
  const char *name;       /* 情報セキュリティ委員会 */
  const char *clause;
  List members;           /* of PlanPair: label 委員長, value id of a plan post */
} PlanCommittee;

typedef enum { CLOSED_AFTER = 1, CLOSED_BEFORE } ClosedDay;
extern const Choice closed_choices[]; /* 翌開庁日, 前開庁日 */

/* The plan's own rules of publication: at once and singly, or with others on a
 * day of the month; and the grounds on which nothing is published. */
typedef struct {
  const char *clause;          /* NULL: the plan has no such rules */
  const Condition *individual; /* 個別に公表する; NULL: always */
  gint32 batch_day;            /* 一括公表 on this day of each month; 0: none.  Not computed yet */
  ClosedDay batch_closed;      /* where it moves when the office is closed */
  const char *batch_text;      /* as printed, or NULL */
  List exemptions;             /* of PlanTerm */
  Origin origin;               /* only 本文 refuses */
  guint line;
} PlanPublication;

typedef struct {
  const char *name;        /* ○○市情報セキュリティ緊急時対応計画 */
  const char *municipality;
  const char *established; /* as printed: 平成28年3月31日策定 */
  const char *revised;
  Date effective_from;
  Date effective_to;       /* DATE_NONE: still in force */
  const char *hours_text;  /* PoC hours as printed */
  gint32 opens, closes;    /* minutes of the day of the PoC */
  gint32 review_months;    /* 1か月を目途; 0: none */
  const char *review_anchor; /* act that starts it: "aftermath.declare" */
  Origin review_origin;
} PlanHead;

/* Load and check.  NULL with an error of several lines, each 「FILE:行:桁: …」, in
 * the order of the file: everything that is wrong, up to LIMIT_PLAN_ERRORS; only
 * broken YAML stops at the first.  Bounded by LIMIT_YAML.  O(size log size) time.
 * SHODO_ERROR_INVALID, SHODO_ERROR_LIMIT.  VOCABULARY must outlive the Plan. */
Plan *plan_load(const char *name, const char *bytes, gsize length, const Vocabulary *vocabulary,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* What an officer should look at though the plan loads: findings with lines
 * (解釈 not confirmed, an act nobody may do…).  Lives in ARENA; strings. */
GPtrArray *plan_remarks(const Plan *plan, Arena *arena);

const PlanHead *plan_head(const Plan *plan);
const char *plan_digest(const Plan *plan); /* hex SHA-256 of the file's bytes: its version */

List plan_roles(const Plan *plan);      /* of PlanRole */
List plan_posts(const Plan *plan);      /* of PlanPost */
List plan_classes(const Plan *plan);    /* of PlanTerm */
List plan_priorities(const Plan *plan); /* of PlanTerm, highest first */
List plan_clauses(const Plan *plan);    /* of PlanClause, in the plan's order */
List plan_permits(const Plan *plan);    /* of PlanPermit */
List plan_phases(const Plan *plan);     /* of PlanPhase; the first is where a case begins */
List plan_loops(const Plan *plan);      /* of PlanLoop */
List plan_subjects(const Plan *plan);   /* of PlanTerm: the documents that circulate */
List plan_routes(const Plan *plan);     /* of PlanRoute */
List plan_forms(const Plan *plan);      /* of PlanForm */
List plan_recipients(const Plan *plan); /* of PlanRecipient */
List plan_papers(const Plan *plan);     /* of PlanPaper: the plan's own */
List plan_clocks(const Plan *plan);     /* of ClockRule: the deadlines it sets itself */
List plan_tables(const Plan *plan);     /* of PlanTable: 別表 as printed */
const PlanCommittee *plan_committee(const Plan *plan); /* or NULL */
const PlanPublication *plan_publication(const Plan *plan); /* or NULL */
/* 「毎月20日（閉庁日に当たるときは翌開庁日）」; NULL when the plan has no day.  In ARENA. */
const char *plan_batch_day(const Plan *plan, Arena *arena);

/* By id; NULL when there is none.  O(1). */
const PlanRole *plan_role(const Plan *plan, const char *id);
const PlanPost *plan_post(const Plan *plan, const char *id);
const PlanClause *plan_clause(const Plan *plan, const char *id);
const PlanPhase *plan_phase(const Plan *plan, const char *id);
const PlanTerm *plan_class(const Plan *plan, const char *id);
const PlanTerm *plan_priority(const Plan *plan, const char *id);
const PlanTerm *plan_subject(const Plan *plan, const char *id);
const PlanRoute *plan_route(const Plan *plan, const char *id);
/* The routes that SUBJECT may travel, in the plan's order, of const PlanRoute *; and
 * the one it travels as the case stands: the first whose `when` holds, or NULL. */
List plan_routes_of(const Plan *plan, const char *subject);
const PlanRoute *plan_route_of(const Plan *plan, const char *subject, const PredicateContext *context);
const PlanForm *plan_form(const Plan *plan, const char *id);
const PlanRecipient *plan_recipient(const Plan *plan, const char *id);
const PlanTerm *plan_exemption(const Plan *plan, const char *id);

/* Everyone who may ACT at some time: role ids from clauses and permits, without repeats. */
List plan_may(const Plan *plan, const char *act);       /* strings */
/* The same one by one with their conditions, in the plan's order. */
List plan_mays(const Plan *plan, const char *act);      /* of PlanMay */
/* Everyone who may ACT as the case stands; with no case in CONTEXT as plan_may. */
List plan_may_now(const Plan *plan, const char *act, const PredicateContext *context, Arena *arena); /* strings */
/* The clauses that ACT carries out, in the plan's order; the first is the one to cite. */
List plan_clauses_of(const Plan *plan, const char *act); /* of const PlanClause * */
/* The rules that stand before ACT. */
List plan_needs(const Plan *plan, const char *act);     /* of const PlanRule * */

/* The way out of PHASE that the case is on: the first exit whose `when` holds;
 * when none does, the last one (its `when` is then missing too).  NULL when the
 * phase has no exits. */
const PlanExit *plan_exit_ahead(const PlanPhase *phase, const PredicateContext *context);

/* A part of a form, to be written by itself: the items from FIRST on. */
typedef struct {
  const char *name;
  gsize first, length;
} PlanFormPart;

/* The parts of FORM in its order, as its items name them (`part`), or else, of more than LIMIT_FORM_WHOLE items, made of
 * neighbours with the same leading number (「1～3」).  Of PlanFormPart; empty: the form is written whole. */
List plan_form_parts(const PlanForm *form, Arena *arena);

/* 第〇報 with the number ISSUE; 〇〇〇〇〇 in the body with WHAT (item 1(1)).  In ARENA; NULL stays NULL. */
char *plan_form_title(const PlanForm *form, guint issue, Arena *arena);
char *plan_form_body(const PlanForm *form, const char *what, Arena *arena);
/* Whom it is addressed to on DAY: the post and its role, or the recipients, one a line. */
const char *plan_form_to(const Plan *plan, const PlanForm *form, Date day, Arena *arena);

/* Papers alone, of a file that holds nothing else ("format", "papers"); only plan_papers may be
 * asked of it.  SHODO_ERROR_INVALID, SHODO_ERROR_LIMIT. */
Plan *plan_load_papers(const char *name, const char *bytes, gsize length, const Vocabulary *vocabulary,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the recipient is called on DAY: one of its names, or `name`. */
/* Of the rules of RECIPIENT that hold the one that asks for most; of several the last.  NULL: none holds. */
const PlanTelling *plan_telling(const PlanRecipient *recipient, const PredicateContext *context);
const char *plan_recipient_name(const PlanRecipient *recipient, Date day);

/* References for field tables. */
extern const RefKind ref_role, ref_plan_post, ref_class, ref_priority, ref_clause, ref_phase,
    ref_route, ref_form, ref_recipient, ref_subject, ref_exemption;

/* The plan's own words alone, in its order, one paragraph a line: what a
 * comparison with the printed document needs. */
char *plan_wording(const Plan *plan);

/* The plan as a formal document in HTML: the wording, then 別表 and forms, our
 * rules apart with their origin.  The caller frees. */
char *plan_print_html(const Plan *plan);

/* What `plan check` says of a plan that loads: counts, then the remarks. */
char *plan_check_report(const Plan *plan, Arena *arena);

/* One clause for an officer: its words, who may, what must be there before, what
 * it advises and what it refuses.  NULL when there is no such clause. */
char *plan_explain_clause(const Plan *plan, const char *id, Arena *arena);

#endif
