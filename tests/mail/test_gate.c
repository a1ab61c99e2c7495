/* Ten thousand random histories of an exercise: whatever is entered as somebody's address, and whatever the list is
 * attacked with, nothing is handed over but to an address of the list, byte for byte. */
#include <string.h>

#include "../seed.h"
#include "mail/gate.h"
#include "office/mailing.h"

#define HISTORIES 10000
#define STEPS 12

/* Addresses, and what an attacker makes of them; %s is a name, %d a domain. */
static const char *const names[] = { "taro", "hanako", "poc", "a.b", "x+y" };
static const char *const domains[] = { "ward.example.jp", "city.example.lg.jp", "drill.example.jp" };
static const char *const shapes[] = {
  "%n@%d", "%N@%d", "%n@%D", " %n@%d ", "%n@%d.", "\"%n\"@%d", "<%n@%d>", "山田 <%n@%d>", "%n@%d (x)", "%n(x)@%d", "%n@%d,x@evil.example", "%n@evil.example,%n@%d",
  "%n@%d\r\nRCPT TO:<x@evil.example>", "%n@%d\nBcc: x@evil.example", "%n@evil.example", "%n@%d@evil.example", "@evil.example:%n@%d", "%n%%d@evil.example",
  "%n@sub.%d", "%n@x%d", "%n@%d.evil.example", "%n.@%d", ".%n@%d", "%n..x@%d", "%n@еxample.jp", "tаro@%d", "%n＠%d", "%n@ｗａｒｄ．ｅｘａｍｐｌｅ．ｊｐ", "%n\xe2\x80\x8b@%d", "%n@%d\xe2\x80\xae",
  "%n@[192.0.2.1]", "", "@", "%n", "%n@", "@%d",
};

static char *
make(void)
{
  const char *name = names[g_test_rand_int_range(0, G_N_ELEMENTS(names))], *domain = domains[g_test_rand_int_range(0, G_N_ELEMENTS(domains))];
  /* one in three is as it should be */
  const char *shape = g_test_rand_int_range(0, 3) ? shapes[g_test_rand_int_range(0, G_N_ELEMENTS(shapes))] : "%n@%d";
  g_autofree char *upper_name = g_ascii_strup(name, -1), *upper_domain = g_ascii_strup(domain, -1);
  GString *text = g_string_new(NULL);
  for (; *shape; shape++) {
    if (shape[0] == '%' && shape[1] && strchr("nNdD", shape[1])) {
      shape++;
      g_string_append(text, *shape == 'n' ? name : *shape == 'N' ? upper_name : *shape == 'd' ? domain : upper_domain);
    } else {
      g_string_append_c(text, *shape);
    }
  }
  return g_string_free(text, FALSE);
}

typedef struct {
  Arena *arena;
  Office *office;
  guint64 entries;
  GHashTable *list; /* set of what may be reached, by the test's own reckoning */
} History;

static void
apply(History *history, const EntryKind *kind, const void *body)
{
  EntryHead *head = arena_new0(history->arena, EntryHead);
  State state = { .office = history->office };
  head->number = history->entries++;
  head->actor = (Actor){ "p1", "administrator", CAPACITY_SELF };
  kind->apply(&state, head, body);
}

static const ActKind *
act(const char *name)
{
  for (gsize i = 0; i < mail_domain.n_acts; i++)
    if (g_str_equal(mail_domain.acts[i].name, name))
      return &mail_domain.acts[i];
  g_assert_not_reached();
}

static ActContext
context_of(const History *history)
{
  return (ActContext){ .office = history->office, .arena = history->arena, .now = 1795000000000 };
}

/* Through guard and decide, as the engine does; FALSE: refused. */
static gboolean
act_out(History *history, const char *name, const void *fields)
{
  const ActKind *kind = act(name);
  const ActContext context = context_of(history);
  g_autoptr(Decision) decision = decision_new();
  Findings *findings = findings_new(history->arena);

  if (kind->guard)
    kind->guard(&context, fields, findings);
  if (findings_stop(findings))
    return FALSE;
  if (kind->decide)
    kind->decide(&context, fields, decision);
  else
    decision_emit(decision, kind->emits, fields);
  const Emission *emission = decision_at(decision, 0);
  void *body = fields_restore(emission->kind->fields, emission->kind->size, emission->structural, emission->personal, history->arena, NULL);
  g_assert_nonnull(body);
  apply(history, emission->kind, body);
  return TRUE;
}

static void
set_relay(History *history)
{
  const MailRelay relay = { .network = NETWORK_INTERNET, .host = "127.0.0.1", .port = 25, .tls = MAIL_TLS_REQUIRED, .from = "poc@city.example.lg.jp", .patience = FIELD_NO_INT };
  g_assert_true(act_out(history, "mail.set_relay", &relay));
}

static void
set_list(History *history)
{
  MailExerciseList list = { 0 };
  g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);

  for (guint i = (guint)g_test_rand_int_range(0, 4); i > 0; i--) {
    char *address = make();
    g_ptr_array_add(given, address);
    list_add(history->arena, &list.addresses, arena_strdup(history->arena, address));
  }
  if (!act_out(history, "mail.set_exercise_list", &list))
    return;
  g_hash_table_remove_all(history->list);
  for (guint i = 0; i < given->len; i++) {
    /* what passed is one address: its domain in lower case, nothing around it */
    char *address = g_strstrip(g_strdup(given->pdata[i])), *at = strrchr(address, '@');
    for (char *c = at; *c; c++)
      *c = g_ascii_tolower(*c);
    g_hash_table_add(history->list, address);
  }
}

/* Does REACHED, without the quotes that an odd local part needs and in any script, stand on the test's list? */
static gboolean
listed(History *history, const char *reached)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, history->list);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    g_autofree char *bare = g_strdup(key), *plain = g_strdup(reached);
    g_auto(GStrv) one = g_strsplit(bare, "\"", -1), two = g_strsplit(plain, "\"", -1);
    g_autofree char *a = g_strjoinv("", one), *b = g_strjoinv("", two);
    const char *domain_a = strrchr(a, '@'), *domain_b = strrchr(b, '@');
    gboolean ascii = g_str_is_ascii(a);
    if (ascii ? g_str_equal(a, b) : strncmp(a, b, (gsize)(domain_a - a)) == 0 && domain_b - b == domain_a - a)
      return TRUE;
  }
  return FALSE;
}

static guint reached_ever;

static void
check(History *history, const char *address)
{
  const char *reached = gate_address(history->office, address);
  if (!reached)
    return;
  reached_ever++;
  g_assert_true(listed(history, reached));
  g_assert_null(strpbrk(reached, "\r\n<> ,"));
  g_assert_true(reached == mail_on_exercise_list(history->office, reached)); /* the list's own string */
}

/* Somebody's address as it was entered, through the act's queue to the gate. */
static void
send_to_person(History *history)
{
  g_autofree char *address = make();
  const OfficePerson changed = { .person = "p1", .mail = arena_strdup(history->arena, address) };
  OfficePerson *kept = arena_new0(history->arena, OfficePerson);
  List to = { 0 };
  *kept = changed;
  apply(history, &office_person_changed, kept);
  list_add(history->arena, &to, "p1");
  const Mail mail = { .to = to, .purpose = PURPOSE_OTHER, .subject = "件名", .text = "本文" };
  const ActContext context = context_of(history);
  g_autoptr(Decision) decision = decision_new();
  (void)mailing_queue(&context, &mail, decision);
  for (gsize i = 0; i < decision_length(decision); i++) {
    const Emission *emission = decision_at(decision, i);
    const MailQueued *queued = fields_restore(mail_queued.fields, mail_queued.size, emission->structural, emission->personal, history->arena, NULL);
    for (gsize j = 0; j < queued->envelopes.length; j++)
      check(history, list_item(queued->envelopes, MailEnvelope, j)->address);
  }
}

static void
step(History *history)
{
  g_autofree char *address = make();
  const MailStopped stopping = { .reason = "汚染" };
  const MailResumed resuming = { .reason = "確認" };

  switch (g_test_rand_int_range(0, 6)) {
  case 0:
    set_list(history);
    break;
  case 1:
    (void)(act_out(history, "mail.stop", &stopping) || act_out(history, "mail.resume", &resuming));
    break;
  case 2:
    send_to_person(history);
    break;
  default:
    check(history, address); /* as if the queue held it as it stands */
  }
}

static void
one_history(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Office) office = office_new();
  g_autoptr(GHashTable) list = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  History history = { arena, office, 0, list };
  const OfficeFound found = { .name = "試験市", .real = FALSE, .origin = "x", .digest = "y" };
  const OfficePerson person = { .name = "太郎" };

  apply(&history, &office_founded, &found);
  apply(&history, &office_person_added, &person);
  set_relay(&history);
  for (guint i = 0; i < STEPS; i++)
    step(&history);
}

static void
test_histories(void)
{
  for (guint i = 0; i < HISTORIES; i++)
    one_history();
  g_test_message("%u addresses were reached", reached_ever);
  g_assert_cmpuint(reached_ever, >, HISTORIES / 100); /* the gate opens at all */
}

/* A real office's mail goes to whoever it is addressed to, in the one form there is. */
static void
test_real(void)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(Office) office = office_new();
  History history = { arena, office, 0, NULL };
  const OfficeFound found = { .name = "試験市", .real = TRUE, .origin = "x", .digest = "y" };
  apply(&history, &office_founded, &found);
  g_assert_cmpstr(gate_address(office, "taro@ward.example.jp"), ==, "taro@ward.example.jp");
  g_assert_null(gate_address(office, "taro@WARD.example.jp"));
  g_assert_null(gate_address(office, "taro@ward.example.jp\r\nRCPT TO:<x@evil.example>"));
  g_assert_null(gate_address(office, NULL));
}

int
main(int argc, char **argv)
{
  seed_init(&argc, &argv);
  g_test_add_func("/gate/histories", test_histories);
  g_test_add_func("/gate/real", test_real);
  return g_test_run();
}
