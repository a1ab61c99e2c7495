#include "office/mail.h"

#include <string.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/text.h"
#include "office/mail_state.h"
#include "office/outbox.h"
#include "office/state.h"

const Choice network_choices[] = {
  { NETWORK_INTERNET, "internet", "インターネット" },
  { NETWORK_LGWAN, "lgwan", "LGWAN" },
  { 0, NULL, NULL },
};

const Choice mail_tls_choices[] = {
  { MAIL_TLS_REQUIRED, "required", "STARTTLS（必須）" },
  { MAIL_TLS_IMPLICIT, "implicit", "最初から TLS" },
  { MAIL_TLS_NONE, "none", "暗号化しない" },
  { 0, NULL, NULL },
};

const Choice mail_modes[] = {
  { MAIL_IMMEDIATE, "immediate", "そのつど" },
  { MAIL_DIGEST, "digest", "まとめて（8時30分と16時30分）" },
  { MAIL_NONE, "none", "受け取らない" },
  { 0, NULL, NULL },
};

#define DEFAULT_LGWAN "lg.jp"
static const int digest_minutes[] = { 8 * 60 + 30, 16 * 60 + 30 };

/* --- relays --- */

const Field relay_fields[] = {
  { "network", "網", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailRelay, network), .choices = network_choices },
  { "host", "中継サーバ", FIELD_LINE, FIELD_REQUIRED, offsetof(MailRelay, host), .limit = LIMIT_ADDRESS, .help = "名前か IPv4 アドレス。" },
  { "port", "ポート", FIELD_INT, FIELD_REQUIRED, offsetof(MailRelay, port), .help = "25、465、587 など。" },
  { "tls", "暗号化", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailRelay, tls), .choices = mail_tls_choices },
  { "authority", "認証局の証明書", FIELD_TEXT, 0, offsetof(MailRelay, authority),
    .help = "中継サーバの証明書が庁内の認証局のものであるとき、その認証局の証明書（PEM）。" },
  { "from", "差出人のアドレス", FIELD_LINE, FIELD_REQUIRED, offsetof(MailRelay, from), .limit = LIMIT_ADDRESS,
    .help = "窓口（PoC）のアドレス。返信はここに届きます。" },
  { "sender", "差出人の名前", FIELD_LINE, 0, offsetof(MailRelay, sender), .limit = 60 },
  { "domains", "この網で送るドメイン", FIELD_LINES, 0, offsetof(MailRelay, domains), .help = "LGWAN だけ。何も書かなければ lg.jp とその下。" },
  { "user", "認証の利用者名", FIELD_LINE, 0, offsetof(MailRelay, user), .limit = 200,
    .help = "中継サーバが求めるとき（SMTP AUTH）。パスワードはここには書かず、サーバのファイルに置きます（docs/install.md）。" },
  { "patience", "応答を待つ秒数", FIELD_INT, 0, offsetof(MailRelay, patience) },
  { NULL },
};

static void
apply_relay_set(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const MailRelay *relay = body;
  state->office->mail.relays[relay->network - 1] = relay;
}

static const EntryKind relay_set = { "mail.relay_set", 1, "メールの中継サーバ", SCOPE_OFFICE, relay_fields, sizeof(MailRelay), apply_relay_set };

static gboolean
good_host(const char *host)
{
  g_autofree char *lower = g_ascii_strdown(host, -1);
  return *lower && *lower != '-' && *lower != '.' && strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(lower) &&
         strlen(lower) <= 253;
}

gboolean
mail_loopback(const char *host)
{
  return g_ascii_strcasecmp(host, "localhost") == 0 || (g_str_has_prefix(host, "127.") && strspn(host, "0123456789.") == strlen(host));
}

/* The canonical domain of what was written, or NULL. */
static const char *
canonical_domain(const char *domain, Arena *arena)
{
  g_autofree char *probe = g_strdup_printf("x@%s", domain);
  g_autofree char *canonical = address_canonical(probe, NULL);
  return canonical ? arena_strdup(arena, canonical + 2) : NULL;
}

static void
guard_relay(const ActContext *context, const void *fields, Findings *findings)
{
  const MailRelay *relay = fields;
  g_autoptr(GError) error = NULL;
  g_autofree char *from = address_canonical(relay->from, &error);

  if (!from)
    findings_addf(findings, FINDING_INVALID, "mail.from", "%s", error->message)->field = "from";
  if (!good_host(relay->host))
    findings_addf(findings, FINDING_INVALID, "mail.host", "中継サーバは、名前か IPv4 アドレスを半角で書いてください。")->field = "host";
  if (relay->port < 1 || relay->port > 65535)
    findings_addf(findings, FINDING_INVALID, "mail.port", "ポートは1から65535までです。")->field = "port";
  if (relay->patience != FIELD_NO_INT && (relay->patience < 1 || relay->patience > 600))
    findings_addf(findings, FINDING_INVALID, "mail.patience", "応答を待つ秒数は1から600までです。")->field = "patience";
  if (relay->authority && !strstr(relay->authority, "-----BEGIN CERTIFICATE-----"))
    findings_addf(findings, FINDING_INVALID, "mail.authority", "認証局の証明書は PEM 形式（BEGIN CERTIFICATE の行から）で書いてください。")->field = "authority";
  if (relay->user && !text_visible(relay->user))
    findings_addf(findings, FINDING_INVALID, "mail.user", "認証の利用者名は半角で書いてください。")->field = "user";
  if (relay->user && relay->tls == MAIL_TLS_NONE && !mail_loopback(relay->host))
    findings_addf(findings, FINDING_INVALID, "mail.clear", "暗号化しないと、パスワードが盗まれます。「STARTTLS（必須）」か「最初から TLS」にしてください。")->field = "tls";
  if (relay->domains.length && relay->network != NETWORK_LGWAN)
    findings_addf(findings, FINDING_INVALID, "mail.domains", "ドメインを書けるのは LGWAN の中継サーバだけです。ほかはインターネットに送ります。")->field = "domains";
  for (gsize i = 0; i < relay->domains.length; i++)
    if (!canonical_domain(list_string(relay->domains, i), context->arena))
      findings_addf(findings, FINDING_INVALID, "mail.domains", "「%s」はドメインとして正しくありません。", list_string(relay->domains, i))->field = "domains";
  if (relay->tls == MAIL_TLS_NONE)
    findings_addf(findings, FINDING_ADVISE, "mail.tls", "暗号化しないと、途中で読まれ、書き換えられるおそれがあります。")->remedy =
        "中継サーバが STARTTLS に応じるなら「必須」にしてください。";
}

static void
decide_relay(const ActContext *context, const void *fields, Decision *decision)
{
  MailRelay relay = *(const MailRelay *)fields;
  g_autofree char *from = address_canonical(relay.from, NULL);
  g_autofree char *host = g_ascii_strdown(relay.host, -1);
  List domains = { 0 };

  relay.from = from;
  relay.host = host;
  for (gsize i = 0; i < relay.domains.length; i++)
    list_add(context->arena, &domains, canonical_domain(list_string(relay.domains, i), context->arena));
  relay.domains = domains;
  decision_emit(decision, &relay_set, &relay);
}

static const Field relay_closed_fields[] = {
  { "network", "網", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailRelayClosed, network), .choices = network_choices },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(MailRelayClosed, reason) },
  { NULL },
};

static void
apply_relay_closed(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  state->office->mail.relays[((const MailRelayClosed *)body)->network - 1] = NULL;
}

static const EntryKind relay_closed = {
  "mail.relay_closed", 1, "中継サーバの廃止", SCOPE_OFFICE, relay_closed_fields, sizeof(MailRelayClosed), apply_relay_closed,
};

static void
guard_close(const ActContext *context, const void *fields, Findings *findings)
{
  int network = ((const MailRelayClosed *)fields)->network;
  if (!context->office->mail.relays[network - 1])
    findings_addf(findings, FINDING_REFUSE, "mail.no_relay", "%sの中継サーバは定められていません。", choice_label(network_choices, network));
}

const MailRelay *
mail_relay(const Office *office, Network network)
{
  return office->mail.relays[network - 1];
}

gboolean
mail_in_use(const Office *office)
{
  return office->mail.relays[0] || office->mail.relays[1];
}

Network
mail_network(const Office *office, const char *address)
{
  const MailRelay *relay = office->mail.relays[NETWORK_LGWAN - 1];
  if (!relay || !relay->domains.length)
    return address_within(address, DEFAULT_LGWAN) ? NETWORK_LGWAN : NETWORK_INTERNET;
  for (gsize i = 0; i < relay->domains.length; i++)
    if (address_within(address, list_string(relay->domains, i)))
      return NETWORK_LGWAN;
  return NETWORK_INTERNET;
}

/* --- 庁内メール汚染 --- */

static const Field stopped_fields[] = {
  { "reason", "止める理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(MailStopped, reason), .help = "庁内メールの乗っ取り、なりすまし、閲覧のおそれなど。" },
  { "instead", "代わりの連絡手段", FIELD_TEXT, 0, offsetof(MailStopped, instead), .help = "電話、FAX、紙の回覧など。止めている間、画面に出ます。" },
  { NULL },
};

static void
apply_stopped(State *state, const EntryHead *head, const void *body)
{
  state->office->mail.stopped = head;
  state->office->mail.why = body;
}

static const EntryKind stopped = { "mail.stopped", 1, "庁内メール汚染（メールの停止）", SCOPE_OFFICE, stopped_fields, sizeof(MailStopped), apply_stopped };

static void
guard_stop(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  if (context->office->mail.stopped)
    findings_addf(findings, FINDING_REFUSE, "mail.stopped", "メールはすでに止めています。");
}

static const Field resumed_fields[] = {
  { "reason", "再開する理由", FIELD_TEXT, FIELD_REQUIRED, offsetof(MailResumed, reason), .help = "何を確かめたか。" },
  { NULL },
};

static void
apply_resumed(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body G_GNUC_UNUSED)
{
  state->office->mail.stopped = NULL;
  state->office->mail.why = NULL;
}

static const EntryKind resumed = { "mail.resumed", 1, "メールの再開", SCOPE_OFFICE, resumed_fields, sizeof(MailResumed), apply_resumed };

static void
guard_resume(const ActContext *context, const void *fields G_GNUC_UNUSED, Findings *findings)
{
  guint64 waiting = context->outbox ? outbox_count(context->outbox, MAIL_WAITING) : 0;
  if (!context->office->mail.stopped)
    findings_addf(findings, FINDING_REFUSE, "mail.running", "メールは止めていません。");
  else if (waiting)
    findings_addf(findings, FINDING_ADVISE, "mail.waiting", "止めている間に書かれた%" G_GUINT64_FORMAT "通が、再開すると送られます。", waiting)->remedy =
        "もう要らないものは、発送簿で先に取りやめてください。";
}

const EntryHead *
mail_stopped(const Office *office, const MailStopped **why)
{
  if (why)
    *why = office->mail.why;
  return office->mail.stopped;
}

/* --- whom an exercise may reach --- */

const Field exercise_fields[] = {
  { "addresses", "訓練で送ってよい宛先", FIELD_LINES, FIELD_PERSONAL, offsetof(MailExerciseList, addresses),
    .help = "訓練・検証の所属では、ここにある宛先にしか送られません。全部を書き直します。" },
  { NULL },
};

static void
apply_exercise(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  state->office->mail.exercise = body;
}

static const EntryKind exercise_set = {
  "mail.exercise_list_set", 1, "訓練の宛先一覧", SCOPE_OFFICE, exercise_fields, sizeof(MailExerciseList), apply_exercise,
};

static void
guard_exercise(const ActContext *context, const void *fields, Findings *findings)
{
  const MailExerciseList *list = fields;
  for (gsize i = 0; i < list->addresses.length; i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *canonical = address_canonical(list_string(list->addresses, i), &error);
    if (!canonical)
      findings_addf(findings, FINDING_INVALID, "mail.address", "%" G_GSIZE_FORMAT "行目：%s", i + 1, error->message)->field = "addresses";
  }
  if (office_real(context->office))
    findings_addf(findings, FINDING_ADVISE, "mail.real", "ここは実運用の所属なので、この一覧は使われません。訓練の所属で定めてください。");
}

static void
decide_exercise(const ActContext *context, const void *fields, Decision *decision)
{
  const MailExerciseList *list = fields;
  MailExerciseList entry = { 0 };
  for (gsize i = 0; i < list->addresses.length; i++) {
    g_autofree char *canonical = address_canonical(list_string(list->addresses, i), NULL);
    if (!list_has_string(entry.addresses, canonical))
      list_add(context->arena, &entry.addresses, arena_strdup(context->arena, canonical));
  }
  decision_emit(decision, &exercise_set, &entry);
}

const char *
mail_on_exercise_list(const Office *office, const char *address)
{
  List list = office->mail.exercise ? office->mail.exercise->addresses : (List){ 0 };
  for (gsize i = 0; i < list.length; i++)
    if (g_str_equal(list_string(list, i), address))
      return list_string(list, i);
  return NULL;
}

gsize
mail_exercise_addresses(const Office *office)
{
  return office->mail.exercise ? office->mail.exercise->addresses.length : 0;
}

/* --- what a person wants --- */

static const Field prefer_fields[] = {
  { "mode", "知らせのメール", FIELD_CHOICE, FIELD_REQUIRED, offsetof(MailPreferred, mode), .choices = mail_modes },
  { NULL },
};

static void
apply_preferred(State *state, const EntryHead *head, const void *body)
{
  g_hash_table_insert(state->office->mail.modes, (gpointer)head->actor.person, GINT_TO_POINTER(((const MailPreferred *)body)->mode));
}

static const EntryKind preferred = { "mail.preferred", 1, "知らせのメールの受け取り方", SCOPE_OFFICE, prefer_fields, sizeof(MailPreferred), apply_preferred };

MailMode
mail_mode(const Office *office, const char *person)
{
  gpointer mode = person ? g_hash_table_lookup(office->mail.modes, person) : NULL;
  return mode ? (MailMode)GPOINTER_TO_INT(mode) : MAIL_IMMEDIATE;
}

Instant
mail_digest_after(Instant now)
{
  Date day = instant_date(now);
  for (gsize i = 0; i < G_N_ELEMENTS(digest_minutes); i++)
    if (instant_of(day, digest_minutes[i]) >= now)
      return instant_of(day, digest_minutes[i]);
  return instant_of(day + 1, digest_minutes[0]);
}

/* --- tables --- */

static const EntryKind *const entries[] = {
  &relay_set,      &relay_closed,  &stopped,       &resumed,     &exercise_set, &preferred,      &mail_queued,   &mail_attempted,
  &mail_accepted,  &mail_deferred, &mail_failed,   &mail_unknown, &mail_withdrawn, &mail_requeued, &mail_bounced,
  &mail_received,  &mail_put_aside, &mail_received_linked,
};

#define ACT(verb, title_, right_, fields_, type, guard_, help_) \
  .name = "mail." verb, .title = title_, .right = right_, .scope = SCOPE_OFFICE, .fields = fields_, .size = sizeof(type), \
  .guard = guard_, .help = help_

static const ActKind acts[] = {
  { ACT("set_relay", "メールの中継サーバを定める", RIGHT_ADMINISTER, relay_fields, MailRelay, guard_relay,
        "インターネットと LGWAN のそれぞれに一つです。定めるまで、メールは送られません。"), .decide = decide_relay },
  { ACT("close_relay", "中継サーバを使うのをやめる", RIGHT_ADMINISTER, relay_closed_fields, MailRelayClosed, guard_close,
        "待っているメールは、また定めるまで待ちます。"), .emits = &relay_closed },
  { ACT("set_exercise_list", "訓練の宛先一覧を定める", RIGHT_ADMINISTER, exercise_fields, MailExerciseList, guard_exercise,
        "訓練・検証の所属から送ってよい宛先の全部です。ほかの宛先には、何をしても送られません。"), .decide = decide_exercise },
  { ACT("stop", "庁内メールの汚染を宣言し、メールを止める", RIGHT_WRITE, stopped_fields, MailStopped, guard_stop,
        "メールが攻撃者に読まれ、又は使われるおそれがあるときです。再開するまで一通も送りません。"), .emits = &stopped },
  { ACT("resume", "メールを再開する", RIGHT_DECIDE, resumed_fields, MailResumed, guard_resume,
        "庁内メールを使ってよいと確かめた後に行います。待っていたメールが送られます。"), .emits = &resumed },
  { ACT("withdraw", "メールを取りやめる", RIGHT_WRITE, mail_order_fields, MailOrder, mail_withdraw_guard,
        "送信待ちのメールを送らないことにし、又は送達不明のメールをもう送らないことにします。"), .decide = mail_withdraw_decide },
  { ACT("send_again", "メールをもう一度送る", RIGHT_WRITE, mail_order_fields, MailOrder, mail_send_again_guard,
        "送達不明・送信失敗・不達のメールを、同じ文面でもう一度送ります。"), .decide = mail_send_again_decide },
  { ACT("record_bounce", "不達を記録する", RIGHT_WRITE, mail_order_fields, MailOrder, mail_bounce_guard,
        "不達の知らせが戻ってきたメールに、その理由を記録します。"), .decide = mail_bounce_decide },
  { ACT("set_aside", "受け取ったメールを対応不要とする", RIGHT_WRITE, received_order_fields, ReceivedOrder, mail_set_aside_guard,
        "未整理のメールのうち、どの事案のものでもないものです。原本は残ります。"), .emits = &mail_put_aside },
  { ACT("prefer", "知らせのメールの受け取り方を決める", RIGHT_WRITE, prefer_fields, MailPreferred, NULL,
        "そのつど、まとめて、受け取らないのどれかです。急ぎのものは、いつもそのつど届きます。"), .emits = &preferred, .own = TRUE },
};

const Domain mail_domain = { "mail", acts, G_N_ELEMENTS(acts), entries, G_N_ELEMENTS(entries) };
