#include "case/notification.h"

#include "act/describe.h"
#include "case/state.h"
#include "office/mailing.h"

const Choice publish_choices[] = {
  { PUBLISH_RESIDENTS, "residents", "関係する住民" },
  { PUBLISH_ASSEMBLY, "assembly", "議会" },
  { PUBLISH_PRESS, "press", "報道機関" },
  { PUBLISH_WEBSITE, "website", "ホームページ" },
  { 0, NULL, NULL },
};

const Choice notify_channel_choices[] = {
  { NOTIFY_BY_TELEPHONE, "telephone", "電話" },
  { NOTIFY_BY_FAX, "fax", "ファクシミリ" },
  { NOTIFY_BY_INTERNET_MAIL, "internet-mail", "インターネットメール" },
  { NOTIFY_BY_LGWAN_MAIL, "lgwan-mail", "LGWANメール" },
  { NOTIFY_BY_PORTAL, "portal", "ポータルサイト" },
  { NOTIFY_BY_POST, "post", "郵送" },
  { NOTIFY_BY_IN_PERSON, "in-person", "持参・面談" },
  { NOTIFY_BY_OTHER, "other", "その他" },
  { 0, NULL, NULL },
};

const Choice notify_matter_choices[] = {
  { MATTER_REPORT, "report", "報告・連絡" },   { MATTER_CONSULTATION, "consultation", "相談" }, { MATTER_DAMAGE, "damage", "被害届" },
  { MATTER_LOST, "lost", "遺失物届" },         { MATTER_SHARING, "sharing", "情報の提供" },     { MATTER_ANSWER, "answer", "照会への回答" },
  { 0, NULL, NULL },
};

const Choice notify_consent_choices[] = {
  { SHARING_GIVEN, "given", "共有してよいと伝えた" },
  { SHARING_REFUSED, "refused", "共有しないよう求めた" },
  { SHARING_LATER, "later", "後で答えるとした" },
  { 0, NULL, NULL },
};

/* --- outside bodies --- */

static const Field notified_fields[] = {
  { "recipient", "相手方", FIELD_LINE, FIELD_REQUIRED, offsetof(Notified, recipient),
    .help = "計画に挙げられた相手はその名称、ほかの相手は名称をそのまま書きます。" },
  { "channel", "方法", FIELD_CHOICE, 0, offsetof(Notified, channel), .choices = notify_channel_choices },
  { "how", "方法の補足", FIELD_LINE, 0, offsetof(Notified, how), .help = "どの番号・アドレスへ、など。方法を選ばないときは、ここに書きます。" },
  { "matter", "用件", FIELD_CHOICE, 0, offsetof(Notified, matter), .choices = notify_matter_choices,
    .help = "警察への相談、被害届、遺失物届は、それぞれ別に記録します。" },
  { "at", "連絡した日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(Notified, at) },
  { "teller", "当方の担当者", FIELD_LINE, FIELD_PERSONAL, offsetof(Notified, teller), .help = "記録する人と違うとき。" },
  { "form", "様式", FIELD_LINE, 0, offsetof(Notified, form), .help = "相手方の定める様式の名称。" },
  { "issue", "送った報告", FIELD_REF, 0, offsetof(Notified, issue), .ref = &ref_report },
  { "receipt", "受領の確認", FIELD_LINE, 0, offsetof(Notified, receipt), .help = "受理番号、受信の確認をした旨など。" },
  { "person", "先方の担当者", FIELD_LINE, FIELD_PERSONAL, offsetof(Notified, person) },
  { "text", "伝えた内容", FIELD_TEXT, FIELD_PERSONAL, offsetof(Notified, text), .help = "送った文面のまま、又は話した要点。" },
  { "consent", "他の機関との共有", FIELD_CHOICE, 0, offsetof(Notified, consent), .choices = notify_consent_choices,
    .help = "伝えた内容を、相手が他の機関に知らせてよいか。" },
  { "body", "実施機関", FIELD_LINE, 0, offsetof(Notified, body), .help = "報告の義務のある実施機関が複数あるとき、どの分か。" },
  { NULL },
};

static const Field not_required_fields[] = {
  { "recipient", "相手方", FIELD_LINE, FIELD_REQUIRED, offsetof(NotRequired, recipient) },
  { "reason", "要しないとした理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(NotRequired, reason),
    .help = "後から「なぜ報告しなかったか」を説明できるように、根拠とともに書きます。" },
  { "matter", "用件", FIELD_CHOICE, 0, offsetof(NotRequired, matter), .choices = notify_matter_choices,
    .help = "被害届だけを出さないときなど。書かなければ、その相手への連絡の全部です。" },
  { NULL },
};

static Notification *
add_notification(Case *kase, const EntryHead *head, const char *recipient)
{
  Notifications *notifications = &kase->reporting.notifications;
  Notification *notification = arena_new0(kase->arena, Notification);
  *notification = (Notification){ .id = case_next_id(kase, "t", notifications->all), .head = head, .recipient = recipient };
  list_add(kase->arena, &notifications->all, notification);
  return notification;
}

static void
apply_notified(State *state, const EntryHead *head, const void *body)
{
  const Notified *now = body;
  add_notification(state->kase, head, now->recipient)->notified = now;
}

static void
apply_not_required(State *state, const EntryHead *head, const void *body)
{
  const NotRequired *now = body;
  add_notification(state->kase, head, now->recipient)->not_required = now;
}

static const EntryKind notified = {
  .name = "reporting.notified", .version = 1, .title = "関係機関への報告・連絡", .scope = SCOPE_CASE,
  .fields = notified_fields, .size = sizeof(Notified), .apply = apply_notified,
};

static const EntryKind not_required = {
  .name = "reporting.not_required", .version = 1, .title = "報告・連絡を要しないとの判断", .scope = SCOPE_CASE,
  .fields = not_required_fields, .size = sizeof(NotRequired), .apply = apply_not_required,
};

static gboolean
called(const PlanRecipient *recipient, const char *written)
{
  if (g_str_equal(recipient->id, written) || g_str_equal(recipient->name, written))
    return TRUE;
  for (gsize i = 0; i < recipient->names.length; i++)
    if (g_str_equal(list_item(recipient->names, PlanName, i)->name, written))
      return TRUE;
  return FALSE;
}

/* The id of the plan's recipient of that id or name, earlier names too; else as it was written. */
static const char *
resolve(const Plan *plan, const char *written)
{
  List recipients = plan_recipients(plan);
  for (gsize i = 0; i < recipients.length; i++)
    if (called(list_item(recipients, PlanRecipient, i), written))
      return list_item(recipients, PlanRecipient, i)->id;
  return written;
}

static void
guard_past(const ActContext *context, Instant at, const char *label, Findings *findings)
{
  if (at != INSTANT_NONE && at > context->now)
    findings_addf(findings, FINDING_INVALID, "at.future", "「%s」が先の日時になっています。行った後に記録してください。", label)->field = "at";
}

/* Asked where it matters, and never held up by it. */
static void
guard_consent(const ActContext *context, const Notified *notifying, Findings *findings)
{
  const char *recipient = resolve(context->plan, notifying->recipient);
  const PlanRecipient *known = plan_recipient(context->plan, recipient);
  const LawRecipient *lawful = notification_lawful(recipient, known ? known->name : NULL, instant_date(context->now));
  if (!notifying->consent && ((known && known->consent) || (lawful && lawful->consent)))
    findings_addf(findings, FINDING_ADVISE, "notification.consent",
                  "%sは、伝えた内容を他の機関に知らせることがあります。共有してよいかを伝えて、記録してください。",
                  notification_name(context->plan, recipient, instant_date(context->now)))->field = "consent";
}

/* With the data of several bodies nobody can tell whose duty it serves (clocks.h). */
static void
guard_body(const ActContext *context, const Notified *notifying, Findings *findings)
{
  List bodies = duty_bodies(context->kase, G_MAXUINT64, context->arena), rules = law_rules(law_shipped());
  const char *name = notification_name(context->plan, resolve(context->plan, notifying->recipient), instant_date(context->now));
  gboolean duty = FALSE;
  for (gsize i = 0; i < rules.length; i++) {
    const ClockRule *rule = list_item(rules, ClockRule, i);
    for (gsize j = 0; j < rule->told.length; j++)
      duty = duty || g_str_has_prefix(name, list_string(rule->told, j));
  }
  if (duty && bodies.length > 1 && !notifying->body)
    findings_addf(findings, FINDING_ADVISE, "notification.body",
                  "複数の実施機関の情報が関わっています。どの実施機関の分かを書かないと、報告の期限が済みになりません。")->field = "body";
}

static void
guard_notify(const ActContext *context, const void *fields, Findings *findings)
{
  const Notified *notifying = fields;
  const ReportIssue *issue = notifying->issue ? reporting_issue(context->kase, notifying->issue) : NULL;

  guard_past(context, notifying->at, "連絡した日時", findings);
  if (!notifying->how && !notifying->channel)
    findings_addf(findings, FINDING_INVALID, "field.missing", "「方法」を選ぶか、「方法の補足」に書いてください。")->field = "channel";
  guard_consent(context, notifying, findings);
  guard_body(context, notifying, findings);
  if (issue && issue->retracted)
    findings_addf(findings, FINDING_REFUSE, "report.retracted", "%sは取り消されています。取り消していない報告を指定してください。",
                  reporting_issue_name(context->plan, issue, context->arena))->field = "issue";
  if (issue && issue->replaced_by)
    findings_addf(findings, FINDING_REFUSE, "report.replaced", "%sは差し替えられています。差し替えたものを指定してください。",
                  reporting_issue_name(context->plan, issue, context->arena))->field = "issue";
}

static void
decide_notify(const ActContext *context, const void *fields, Decision *decision)
{
  Notified entry = *(const Notified *)fields;
  entry.recipient = resolve(context->plan, entry.recipient);
  if (!entry.how)
    entry.how = choice_label(notify_channel_choices, entry.channel);
  decision_emit(decision, &notified, &entry);
}

static void
guard_not_required(const ActContext *context, const void *fields, Findings *findings)
{
  const char *recipient = resolve(context->plan, ((const NotRequired *)fields)->recipient);
  int matter = ((const NotRequired *)fields)->matter;
  const Notification *before = matter ? notification_about(context->kase, recipient, matter) : notification_of(context->kase, recipient);
  if (before && before->notified)
    findings_addf(findings, FINDING_REFUSE, "notification.done", "%sには、すでに報告・連絡しています（%s）。",
                  notification_name(context->plan, recipient, instant_date(context->now)), describe_when(context->arena, before->head->happened))->field = "recipient";
}

static void
decide_not_required(const ActContext *context, const void *fields, Decision *decision)
{
  NotRequired entry = *(const NotRequired *)fields;
  entry.recipient = resolve(context->plan, entry.recipient);
  decision_emit(decision, &not_required, &entry);
}

/* --- the staff --- */

static const Field alerted_fields[] = {
  { "text", "周知の内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(StaffAlerted, text) },
  { "to", "周知先", FIELD_LINE, FIELD_REQUIRED, offsetof(StaffAlerted, to), .help = "全職員、関係課の職員など。" },
  { "mail_to", "メールで送る先", FIELD_LINES, 0, offsetof(StaffAlerted, mail_to), .ref = &ref_any_party,
    .help = "所属・職・職員。一人に一通ずつ送ります。" },
  { "together", "宛先を互いに見せる", FIELD_BOOL, 0, offsetof(StaffAlerted, together) },
  { "tlp", "取扱区分（TLP）", FIELD_CHOICE, 0, offsetof(StaffAlerted, tlp), .choices = tlp_choices,
    .help = "どこまで伝えてよいか。件名と本文に入ります。選ばなければ指定なしです。" },
  KEPT_NUMBER_FIELD(offsetof(StaffAlerted, document_number)),
  { NULL },
};

static void
apply_alerted(State *state, const EntryHead *head, const void *body)
{
  Case *kase = state->kase;
  StaffAlert *alert = arena_new0(kase->arena, StaffAlert);
  *alert = (StaffAlert){ .head = head, .body = body };
  list_add(kase->arena, &kase->reporting.notifications.alerts, alert);
}

static const EntryKind staff_alerted = {
  .name = "reporting.staff_alerted", .version = 1, .title = "職員等への注意喚起", .scope = SCOPE_CASE,
  .fields = alerted_fields, .size = sizeof(StaffAlerted), .apply = apply_alerted,
};

static Mail
alert_mail(const StaffAlerted *alert)
{
  return (Mail){ .to = alert->mail_to, .purpose = PURPOSE_ALERT, .subject = "職員への注意喚起", .text = alert->text, .urgent = TRUE,
                 .together = alert->together, .tlp = alert->tlp, .field = "mail_to" };
}

static void
guard_alert(const ActContext *context, const void *fields, Findings *findings)
{
  const Mail mail = alert_mail(fields);
  if (mail.to.length)
    mailing_guard(context, &mail, findings);
}

static void
decide_alert(const ActContext *context, const void *fields, Decision *decision)
{
  const Mail mail = alert_mail(fields);
  decision_emit(decision, &staff_alerted, fields);
  if (mail.to.length)
    (void)mailing_queue(context, &mail, decision);
}

/* --- publication --- */

const Choice publish_way_choices[] = {
  { WAY_INDIVIDUAL, "individual", "個別公表" },
  { WAY_BATCH, "batch", "一括公表" },
  { 0, NULL, NULL },
};

static const Field published_fields[] = {
  { "to", "相手方", FIELD_CHOICE, FIELD_REQUIRED, offsetof(Published, to), .choices = publish_choices },
  { "text", "内容", FIELD_TEXT, FIELD_REQUIRED, offsetof(Published, text) },
  { "at", "行った日時", FIELD_INSTANT, 0, offsetof(Published, at) },
  { "way", "公表のしかた", FIELD_CHOICE, 0, offsetof(Published, way), .choices = publish_way_choices,
    .help = "計画が個別と一括を分けているとき。" },
  { NULL },
};

static const Field not_published_fields[] = {
  { "to", "相手方", FIELD_CHOICE, FIELD_REQUIRED, offsetof(NotPublished, to), .choices = publish_choices },
  { "reason", "行わない理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(NotPublished, reason) },
  { "exemption", "計画の定める理由", FIELD_REF, 0, offsetof(NotPublished, exemption), .ref = &ref_exemption,
    .help = "計画が公表しない場合を列挙しているとき、そのどれに当たるか。" },
  { NULL },
};

static Publication *
add_publication(Case *kase, const EntryHead *head, int to)
{
  Publication *publication = arena_new0(kase->arena, Publication);
  *publication = (Publication){ .head = head, .to = to };
  list_add(kase->arena, &kase->reporting.notifications.publications, publication);
  return publication;
}

static void
apply_published(State *state, const EntryHead *head, const void *body)
{
  const Published *now = body;
  add_publication(state->kase, head, now->to)->published = now;
}

static void
apply_not_published(State *state, const EntryHead *head, const void *body)
{
  const NotPublished *now = body;
  add_publication(state->kase, head, now->to)->not_published = now;
}

static const EntryKind published = {
  .name = "reporting.published", .version = 1, .title = "住民・議会・報道機関等への公表", .scope = SCOPE_CASE,
  .fields = published_fields, .size = sizeof(Published), .apply = apply_published,
};

static const EntryKind not_published = {
  .name = "reporting.not_published", .version = 1, .title = "公表しないとの判断", .scope = SCOPE_CASE,
  .fields = not_published_fields, .size = sizeof(NotPublished), .apply = apply_not_published,
};

/* What the plan's own words on publication refuse; a reading of them advises. */
static Finding *
find_publication(const PlanPublication *publication, const char *code, Findings *findings, const char *text)
{
  FindingWeight weight = publication->origin == ORIGIN_TEXT ? FINDING_REFUSE : FINDING_ADVISE;
  Finding *finding = findings_addf(findings, weight, code, "%s", text);
  finding->clause = publication->clause;
  finding->reading = publication->origin == ORIGIN_READING;
  return finding;
}

static void
guard_way(const ActContext *context, const Published *publishing, Findings *findings)
{
  const PlanPublication *publication = plan_publication(context->plan);
  PredicateContext asking = predicate_context(context);

  if (publication && publishing->way == WAY_BATCH && condition_holds(publication->individual, &asking))
    find_publication(publication, "publication.individual", findings,
                     arena_printf(context->arena, "個別に公表する場合に当たるので、一括公表を待てません（%s）。",
                                  condition_explain(context->plan, publication->individual, context->arena)))->field = "way";
}

static void
guard_publish(const ActContext *context, const void *fields, Findings *findings)
{
  guard_past(context, ((const Published *)fields)->at, "行った日時", findings);
  guard_way(context, fields, findings);
}

/* A plan that lists its grounds wants one of them. */
static void
guard_exemption(const ActContext *context, const NotPublished *deciding, Findings *findings)
{
  const PlanPublication *publication = plan_publication(context->plan);
  g_autoptr(GString) names = g_string_new(NULL);

  if (!publication || !publication->exemptions.length || deciding->exemption)
    return;
  for (gsize i = 0; i < publication->exemptions.length; i++) {
    const PlanTerm *term = list_item(publication->exemptions, PlanTerm, i);
    g_string_append_printf(names, "%s%s", i ? "、" : "", term->name);
  }
  find_publication(publication, "publication.exemption", findings,
                   arena_printf(context->arena, "計画は、公表しない場合を定めています。どれに当たるかを選んでください：%s。", names->str))->field = "exemption";
}

static void
guard_not_publish(const ActContext *context, const void *fields, Findings *findings)
{
  const NotPublished *deciding = fields;
  const Publication *before = notification_published(context->kase, deciding->to);
  if (before && before->published)
    findings_addf(findings, FINDING_REFUSE, "publication.done", "%sへは、すでに連絡・公表しています。",
                  choice_label(publish_choices, deciding->to))->field = "to";
  guard_exemption(context, deciding, findings);
}

/* --- tables --- */

static const EntryKind *const entries[] = { &notified, &not_required, &staff_alerted, &published, &not_published };

static const ActKind acts[] = {
  { .name = "reporting.notify", .title = "関係機関に報告・連絡する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = notified_fields, .size = sizeof(Notified), .guard = guard_notify, .decide = decide_notify,
    .help = "総務省、都道府県、警察等への報告・連絡について、相手方、方法、日時、受領の確認を記録します。" },
  { .name = "reporting.not_required", .title = "報告・連絡を要しないと判断する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = not_required_fields, .size = sizeof(NotRequired), .guard = guard_not_required, .decide = decide_not_required,
    .help = "報告・連絡を要しないと判断したことを、理由とともに記録します。後から報告することもできます。" },
  { .name = "reporting.alert_staff", .title = "職員等に注意喚起する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = alerted_fields, .size = sizeof(StaffAlerted), .guard = guard_alert, .decide = decide_alert, .emits = &staff_alerted,
    .help = "職員等に速やかに情報提供すべきと判断したときの、注意喚起等の周知を記録します。" },
  { .name = "reporting.publish", .title = "住民・議会・報道機関等に公表する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = published_fields, .size = sizeof(Published), .guard = guard_publish, .emits = &published,
    .help = "関係する住民への連絡、議会への報告、報道機関等への公表を記録します。" },
  { .name = "reporting.not_publish", .title = "公表しないと判断する", .right = RIGHT_DECIDE, .scope = SCOPE_CASE,
    .fields = not_published_fields, .size = sizeof(NotPublished), .guard = guard_not_publish, .emits = &not_published,
    .help = "連絡・公表を行わないと判断したことを、相手方ごとに理由とともに記録します。後から公表することもできます。" },
};

const Domain notification_domain = {
  .name = "notification", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- questions --- */

const Notifications *
case_notifications(const Case *kase)
{
  return &kase->reporting.notifications;
}

const Notification *
notification_of(const Case *kase, const char *recipient)
{
  List all = kase->reporting.notifications.all;
  for (gsize i = all.length; i > 0; i--) {
    const Notification *notification = list_pointer(all, Notification, i - 1);
    if (g_str_equal(notification->recipient, recipient))
      return notification;
  }
  return NULL;
}

static int
matter_of(const Notification *notification)
{
  int matter = notification->notified ? notification->notified->matter : notification->not_required->matter;
  return matter || notification->not_required ? matter : MATTER_REPORT;
}

const Notification *
notification_about(const Case *kase, const char *recipient, int matter)
{
  List all = kase->reporting.notifications.all;
  for (gsize i = all.length; i > 0; i--) {
    const Notification *notification = list_pointer(all, Notification, i - 1);
    if (g_str_equal(notification->recipient, recipient) && matter_of(notification) == matter)
      return notification;
  }
  return NULL;
}

const LawRecipient *
notification_lawful(const char *recipient, const char *name, Date day)
{
  List all = law_recipients(law_shipped());
  for (gsize i = 0; i < all.length; i++) {
    const LawRecipient *one = list_item(all, LawRecipient, i);
    if (law_in_force(one->from, one->until, day) && law_called(one, recipient, name))
      return one;
  }
  return NULL;
}

const Publication *
notification_published(const Case *kase, int to)
{
  List all = kase->reporting.notifications.publications;
  for (gsize i = all.length; i > 0; i--) {
    const Publication *publication = list_pointer(all, Publication, i - 1);
    if (publication->to == to)
      return publication;
  }
  return NULL;
}

const char *
notification_name(const Plan *plan, const char *recipient, Date day)
{
  const PlanRecipient *known = plan_recipient(plan, recipient);
  const LawRecipient *lawful = known ? NULL : notification_lawful(recipient, NULL, day);
  if (known)
    return plan_recipient_name(known, day);
  return lawful && g_str_equal(lawful->id, recipient) ? lawful->name : recipient;
}

/* --- predicates --- */

static gboolean
holds_notified(const PredicateContext *context, const char *arg)
{
  List all = context->kase->reporting.notifications.all;
  for (gsize i = 0; i < all.length; i++) {
    const Notification *notification = list_pointer(all, Notification, i);
    if (notification->notified && g_str_equal(notification->recipient, arg))
      return TRUE;
  }
  return FALSE;
}

static gboolean
holds_notified_or_not(const PredicateContext *context, const char *arg)
{
  return notification_of(context->kase, arg) != NULL;
}

static gboolean
holds_staff_alerted(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return context->kase->reporting.notifications.alerts.length > 0;
}

/* Those the clause names; the web site is a means of telling them. */
static const int to_decide[] = { PUBLISH_RESIDENTS, PUBLISH_ASSEMBLY, PUBLISH_PRESS };

static gboolean
holds_publication_decided(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  for (gsize i = 0; i < G_N_ELEMENTS(to_decide); i++)
    if (!notification_published(context->kase, to_decide[i]))
      return FALSE;
  return TRUE;
}

static char *
detail_publication_decided(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(to_decide); i++)
    if (!notification_published(context->kase, to_decide[i]))
      g_string_append_printf(names, "%s%s", names->len ? "、" : "", choice_label(publish_choices, to_decide[i]));
  return arena_printf(arena, "連絡・公表を行うかどうかが決まっていません（%s）", names->str);
}

/* FALSE where the plan says nothing of publication. */
static gboolean
holds_publication_individual(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  const PlanPublication *publication = plan_publication(context->plan);
  return publication && condition_holds(publication->individual, context);
}

static gboolean
holds_published_as(const PredicateContext *context, const char *arg)
{
  int way = choice_by_token(publish_way_choices, arg)->value;
  List all = context->kase->reporting.notifications.publications;
  for (gsize i = 0; i < all.length; i++) {
    const Publication *publication = list_pointer(all, Publication, i);
    if (publication->published && publication->published->way == way)
      return TRUE;
  }
  return FALSE;
}

/* Of whichever party it was last decided that nothing is published, on a ground of the plan. */
static gboolean
holds_publication_exempt(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List all = context->kase->reporting.notifications.publications;
  const Publication *last = all.length ? list_pointer(all, Publication, all.length - 1) : NULL;
  return last && last->not_published && last->not_published->exemption;
}

static gboolean
possible_exemption(const Plan *plan, const char *arg G_GNUC_UNUSED)
{
  const PlanPublication *publication = plan_publication(plan);
  return publication && publication->exemptions.length > 0;
}

/* A case that must be published singly is not published with others. */
static gboolean
possible_way(const Plan *plan, const char *arg)
{
  const PlanPublication *publication = plan_publication(plan);
  return !g_str_equal(arg, "batch") || !publication || publication->origin != ORIGIN_TEXT;
}

const Predicate notification_predicates[] = {
  { .name = "publication-individual", .explain = "個別に公表する場合に当たる", .missing = "個別に公表する場合に当たりません", .holds = holds_publication_individual, .comes = COMES_BY_PUBLICATION },
  { .name = "published-as", .arg = ARG_TOKEN, .tokens = publish_way_choices, .explain = "%sを行った", .missing = "%sがまだです", .act = "reporting.publish", .holds = holds_published_as, .possible = possible_way },
  { .name = "publication-exempt", .explain = "計画の定める理由により公表しないと判断した", .missing = "計画の定める理由による、公表しないとの判断がありません", .act = "reporting.not_publish", .holds = holds_publication_exempt, .possible = possible_exemption },
  { .name = "notified", .arg = ARG_RECIPIENT, .explain = "%sに報告・連絡した", .missing = "%sへの報告・連絡がまだです", .act = "reporting.notify", .holds = holds_notified },
  { .name = "notified-or-not-required", .arg = ARG_RECIPIENT, .explain = "%sに報告・連絡した、又は要しないと判断した", .missing = "%sへの報告・連絡、又は要しないとの判断がまだです", .act = "reporting.notify", .holds = holds_notified_or_not },
  { .name = "staff-alerted", .explain = "職員等に注意喚起した", .missing = "職員等への注意喚起がまだです", .act = "reporting.alert_staff", .holds = holds_staff_alerted },
  { .name = "publication-decided", .explain = "住民・議会・報道機関それぞれについて、連絡・公表するかどうかを決めた", .missing = "連絡・公表を行うかどうかが決まっていません", .act = "reporting.publish", .holds = holds_publication_decided, .detail = detail_publication_decided },
  { .name = NULL },
};
