#include "office/mailing.h"

#include <string.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/text.h"
#include "office/state.h"

/* --- who --- */

static const char *
numbers(Arena *arena, const char *first, const char *second)
{
  return first && second ? arena_printf(arena, "%s、%s", first, second) : first ? first : second;
}

static void
add(const ActContext *context, List *all, const char *party, const char *name, const char *mail, const char *telephone)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *address = mail ? address_canonical(mail, &error) : NULL;

  for (gsize i = 0; i < all->length; i++)
    if (g_str_equal(list_item(*all, Recipient, i)->party, party))
      return;
  *(Recipient *)list_push(context->arena, all, sizeof(Recipient)) = (Recipient){
    .party = arena_strdup(context->arena, party), .name = name ? name : "（消去済み）",
    .address = arena_strdup(context->arena, address), .wrong = error ? arena_strdup(context->arena, error->message) : NULL,
    .telephone = telephone, .network = address ? mail_network(context->office, address) : NETWORK_INTERNET,
    .mode = mail_mode(context->office, party),
  };
}

static void
add_person(const ActContext *context, List *all, const char *id)
{
  const Person *person = office_person(context->office, id);
  if (person)
    add(context, all, person->id, person->name, person->mail, numbers(context->arena, person->phone, person->mobile));
}

/* Its holders; when it is vacant, those of the first deputy that is not. */
static void
add_post(const ActContext *context, List *all, const char *post)
{
  Date day = instant_date(context->now);
  List holders = office_holders(context->office, post, day, context->arena);
  List deputies = { 0 };

  if (!holders.length)
    deputies = office_deputies(context->office, context->plan, post, day, context->arena);
  for (gsize i = 0; i < deputies.length && !holders.length; i++)
    holders = office_holders(context->office, list_string(deputies, i), day, context->arena);
  for (gsize i = 0; i < holders.length; i++)
    add_person(context, all, list_string(holders, i));
}

static void
add_department(const ActContext *context, List *all, const char *department)
{
  List persons = office_persons(context->office);
  for (gsize i = 0; i < persons.length; i++) {
    const Person *person = list_item(persons, Person, i);
    if (g_strcmp0(person->department, department) == 0)
      add_person(context, all, person->id);
  }
}

static void
add_party(const ActContext *context, List *all, const char *id)
{
  const Outside *outside = office_outside(context->office, id);

  if (outside)
    add(context, all, outside->id, outside->name, outside->mail, numbers(context->arena, outside->telephone, outside->out_of_hours));
  else if (office_person(context->office, id))
    add_person(context, all, id);
  else if (office_department(context->office, id))
    add_department(context, all, id);
  else
    add_post(context, all, id);
}

List
mailing_recipients(const ActContext *context, const Mail *mail)
{
  List all = { 0 }, others = { 0 };
  for (gsize i = 0; i < mail->to.length; i++)
    add_party(context, &all, list_string(mail->to, i));
  for (gsize i = 0; i < all.length; i++)
    if (g_strcmp0(list_item(all, Recipient, i)->party, mail->except) != 0)
      *(Recipient *)list_push(context->arena, &others, sizeof(Recipient)) = *list_item(all, Recipient, i);
  return others;
}

/* --- queueing --- */

/* Wanted, and there is a way. */
static gboolean
reached(const ActContext *context, const Mail *mail, const Recipient *recipient)
{
  gboolean full = context->outbox && outbox_count(context->outbox, MAIL_WAITING) >= LIMIT_MAILS_WAITING;
  return recipient->address && !full && mail_in_use(context->office) && (mail->urgent || recipient->mode != MAIL_NONE);
}

static void
flush(MailQueued *queued, gsize *count, Decision *decision)
{
  if (queued->to.length)
    decision_emit(decision, &mail_queued, queued);
  *count += queued->to.length;
  queued->to = queued->envelopes = (List){ 0 };
}

gsize
mailing_queue(const ActContext *context, const Mail *mail, Decision *decision)
{
  List all = mailing_recipients(context, mail);
  gsize count = 0;
  MailQueued queued = {
    .kase = context->kase ? (gint64)context->stream : FIELD_NO_INT, .about = mail->about, .purpose = (int)mail->purpose,
    .tlp = mail->tlp, .urgent = mail->urgent, .together = mail->together,
    .after = mail->after > context->now ? mail->after : INSTANT_NONE, .answers = mail->answers,
    .subject = text_truncate(context->arena, mail->subject, LIMIT_MAIL_SUBJECT), .text = mail->text,
  };

  for (gsize i = 0; i < all.length; i++) {
    const Recipient *recipient = list_item(all, Recipient, i);
    if (!reached(context, mail, recipient))
      continue;
    *(MailTo *)list_push(context->arena, &queued.to, sizeof(MailTo)) = (MailTo){
      .party = recipient->party, .network = (int)recipient->network, .digest = recipient->mode == MAIL_DIGEST && !mail->urgent,
    };
    *(MailEnvelope *)list_push(context->arena, &queued.envelopes, sizeof(MailEnvelope)) = (MailEnvelope){
      .address = recipient->address, .name = recipient->name,
      .token = mail->token ? mail->token(mail->token_data, recipient->party) : NULL,
    };
    if (queued.to.length == LIMIT_MAIL_RECIPIENTS)
      flush(&queued, &count, decision);
  }
  flush(&queued, &count, decision);
  return count;
}

/* --- what guard says --- */

typedef struct {
  GString *text;
  gsize count;
} Names;

#define NAMES_SHOWN 20

static void
name_one(Names *names, const Recipient *recipient, const char *detail)
{
  if (names->count++ >= NAMES_SHOWN)
    return;
  g_string_append_printf(names->text, "%s%s（%s）", names->text->len ? "、" : "", recipient->name, detail);
}

static void
tell(Findings *findings, Names *names, const char *code, const char *before, const char *after, const char *remedy)
{
  if (names->count > NAMES_SHOWN)
    g_string_append_printf(names->text, " ほか%" G_GSIZE_FORMAT "人", names->count - NAMES_SHOWN);
  if (names->count)
    findings_addf(findings, FINDING_ADVISE, code, "%s%s%s", before, names->text->str, after)->remedy = remedy;
  g_string_free(names->text, TRUE);
}

static void
tell_stopped(const ActContext *context, Findings *findings)
{
  const MailStopped *why;
  if (mail_stopped(context->office, &why))
    findings_addf(findings, FINDING_ADVISE, "mail.stopped", "庁内メールの汚染のおそれがあるため、メールを止めています。再開するまで送られません。")->remedy =
        why->instead ? why->instead : "電話、FAX、紙で伝えてください。";
}

/* Asked for, and there is no way at all. */
static gboolean
refuse_wanted(const ActContext *context, const Mail *mail, List all, Findings *findings)
{
  gsize there = 0;
  for (gsize i = 0; i < all.length; i++)
    there += list_item(all, Recipient, i)->address != NULL;
  if (!mail->field || (mail_in_use(context->office) && there))
    return FALSE;
  Finding *finding = mail_in_use(context->office)
                         ? findings_addf(findings, FINDING_REFUSE, "mail.no_address", "宛先のメールアドレスが登録されていません。")
                         : findings_addf(findings, FINDING_REFUSE, "mail.no_relay", "メールの中継サーバが定められていないため、メールでは送れません。");
  finding->field = mail->field;
  finding->remedy = "メールの指定を外して記録し、電話、FAX、紙で伝えてください。";
  return TRUE;
}

void
mailing_guard(const ActContext *context, const Mail *mail, Findings *findings)
{
  List all = mailing_recipients(context, mail);
  gboolean still = mail_stopped(context->office, NULL) != NULL;

  if (refuse_wanted(context, mail, all, findings) || (!mail_in_use(context->office) && !still))
    return;
  Names sent = { g_string_new(NULL), 0 }, unreached = { g_string_new(NULL), 0 };

  tell_stopped(context, findings);
  for (gsize i = 0; i < all.length; i++) {
    const Recipient *recipient = list_item(all, Recipient, i);
    const char *telephone = recipient->telephone ? recipient->telephone : "電話番号の登録なし";
    if (reached(context, mail, recipient) && !still)
      name_one(&sent, recipient, recipient->address);
    else
      name_one(&unreached, recipient, telephone);
  }
  tell(findings, &sent, "mail.recipients", "メールを送ります：", "。", NULL);
  tell(findings, &unreached, "mail.unreachable", "メールでは届かない人：", "。", "電話、FAX、紙で伝えてください。");
}
