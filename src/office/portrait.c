/* office_portrait: the whole office as text, so that two can be compared. */
#include "office/account_state.h"
#include "office/destination.h"

#define LONG G_GINT64_FORMAT
#define NUMBER G_GUINT64_FORMAT

static const char *
or_none(const char *text)
{
  return text ? text : "-";
}

static void
put_body(GString *out, const char *what, const Field *fields, const void *body)
{
  g_string_append_printf(out, "%s ", what);
  fields_text(fields, body, out);
  g_string_append_c(out, '\n');
}

static void
put_strings(GString *out, List strings)
{
  for (gsize i = 0; i < strings.length; i++)
    g_string_append_printf(out, " %s", list_string(strings, i));
  g_string_append_c(out, '\n');
}

static void
put_people(GString *out, const Office *office)
{
  for (gsize i = 0; i < office->persons.length; i++) {
    const Person *one = list_item(office->persons, Person, i);
    g_string_append_printf(out, "person %s|%s|%s|%s|%s|%s|%s %" NUMBER "\n", one->id, or_none(one->name), or_none(one->staff_number),
                           or_none(one->department), or_none(one->phone), or_none(one->mobile), or_none(one->mail), one->entered);
  }
  for (gsize i = 0; i < office->tenures.length; i++) {
    const Tenure *one = list_pointer(office->tenures, Tenure, i);
    g_string_append_printf(out, "tenure %s %s %d %d %d\n", one->person, one->post, one->from, one->until, one->concurrent);
  }
  for (gsize i = 0; i < office->deputies.length; i++)
    put_body(out, "deputies", deputies_fields, list_pointer(office->deputies, const OfficeDeputies, i));
}

static void
put_places(GString *out, const Office *office)
{
  for (gsize i = 0; i < office->departments.length; i++) {
    const Department *one = list_item(office->departments, Department, i);
    g_string_append_printf(out, "department %s|%s|%s\n", one->id, one->name, or_none(one->body));
  }
  for (gsize i = 0; i < office->posts.length; i++) {
    const Post *one = list_item(office->posts, Post, i);
    g_string_append_printf(out, "post %s|%s|%s|%s %d\n", one->id, one->name, or_none(one->role), or_none(one->department), one->many);
  }
  for (gsize i = 0; i < office->outsides.length; i++) {
    const Outside *one = list_item(office->outsides, Outside, i);
    g_string_append_printf(out, "outside %s|%s|%d|%s|%d|%s|%s|%s|%s\n", one->id, or_none(one->name), (int)one->kind, or_none(one->parent),
                           one->approved, or_none(one->contact), or_none(one->out_of_hours), or_none(one->telephone), or_none(one->mail));
  }
}

static void
put_days(GString *out, const Office *office)
{
  for (gsize i = 0; i < office->closures.length; i++) {
    const OfficeClosure *one = list_pointer(office->closures, OfficeClosure, i);
    put_body(out, one->opened ? "opened again" : "closed", close_days_fields, one->body);
  }
  for (gsize i = 0; i < office->holidays.length; i++)
    put_body(out, "holidays", load_holidays_fields, list_pointer(office->holidays, const OfficeHolidays, i));
  for (gsize i = 0; i < office->confirmations.length; i++)
    put_body(out, "confirmed", confirm_rule_fields, list_pointer(office->confirmations, OfficeConfirmation, i)->body);
  for (gsize i = 0; i < office->logs.length; i++)
    put_body(out, "logs", keep_logs_fields, list_pointer(office->logs, const OfficeKeptLogs, i));
}

static void
put_account(GString *out, const Account *one)
{
  g_string_append_printf(out, "account %s|%s|%s %d %d %d %" LONG " %" NUMBER " %" NUMBER " %" NUMBER " %u", one->person,
                         or_none(one->password), or_none(one->sealed), one->one_time, one->closed, one->totp, one->expires, one->since,
                         one->password_entry, one->totp_entry, (guint)one->told.length);
  put_strings(out, one->codes);
}

/* In order of person: what hash tables hold has none. */
static void
put_accounts(GString *out, const Office *office)
{
  for (gsize i = 0; i < office->persons.length; i++) {
    const char *person = list_item(office->persons, Person, i)->id;
    const Account *account = office_account(office, person);
    if (account)
      put_account(out, account);
    g_string_append_printf(out, "mode %d\n", GPOINTER_TO_INT(g_hash_table_lookup(office->mail.modes, person)));
  }
  for (gsize i = 0; i < office->tokens.length; i++) {
    const Token *one = list_pointer(office->tokens, Token, i);
    g_string_append_printf(out, "token %s|%s|%s|%s %u %" LONG " %" LONG " %d\n", one->id, one->person, one->hash, or_none(one->name),
                           one->rights, one->issued, one->expires, one->revoked);
  }
}

static void
put_destinations(GString *out, const Office *office)
{
  List all = office_destinations(office);
  for (gsize i = 0; i < all.length; i++) {
    const Destination *one = list_pointer(all, const Destination, i);
    g_string_append_printf(out, "destination %s|%s|%s|%s|%s %d %d %d %" NUMBER " %" NUMBER " %" NUMBER " %" NUMBER " %" LONG " %" LONG,
                           one->id, one->told->name, one->told->url, or_none(one->secret_by), or_none(one->reason), one->told->exercise,
                           one->state, one->why, one->registered, one->since, one->secret, one->touched, one->secret_at, one->changed);
    put_strings(out, one->told->kinds);
  }
}

static void
put_mail(GString *out, const OfficeMail *mail)
{
  for (gsize i = 0; i < G_N_ELEMENTS(mail->relays); i++)
    if (mail->relays[i])
      put_body(out, "relay", relay_fields, mail->relays[i]);
  g_string_append_printf(out, "stopped %" NUMBER "\n", mail->stopped ? mail->stopped->number : 0);
  if (mail->exercise)
    put_body(out, "exercise", exercise_fields, mail->exercise);
}

void
office_portrait(const Office *office, GString *out)
{
  g_string_append_printf(out, "office %s|%s %d %d\n", or_none(office->name), or_none(office->origin), office->founded, office->real);
  for (gsize i = 0; i < office->adoptions.length; i++) {
    const Adoption *one = list_item(office->adoptions, Adoption, i);
    g_string_append_printf(out, "plan %s %d\n", one->digest, one->from);
  }
  put_places(out, office);
  put_people(out, office);
  put_days(out, office);
  put_accounts(out, office);
  put_mail(out, &office->mail);
  put_destinations(out, office);
}
