#include "post.h"

#include <string.h>

#include "base/child.h"
#include "base/limits.h"
#include "engine/mails.h"
#include "mail/courier.h"

void
post_open(PostOffice *post)
{
  static const char *const arguments[] = { "courier", "--fd", G_STRINGIFY(CHILD_FD), NULL };
  int fd = -1;

  if (!post->hall->engine)
    hall_open(post->hall);
  g_assert_cmpint(child_start(arguments, &fd, &post->keeper), ==, 0);
  post->mailer = mailer_new(post->hall->engine, fd);
}

void
post_close(PostOffice *post)
{
  g_clear_pointer(&post->mailer, mailer_free);
  child_end(post->keeper, FALSE);
  post->keeper = 0;
  hall_close(post->hall);
}

PostOffice *
post_new(gboolean real)
{
  PostOffice *post = g_new0(PostOffice, 1);
  g_autofree char *plan = real ? hall_plan_text() : NULL;
  post->hall = real ? hall_new_under(plan, TRUE) : hall_new();
  post_open(post);
  return post;
}

void
post_free(PostOffice *post)
{
  if (!post)
    return;
  post_close(post);
  hall_free(post->hall);
  g_free(post);
}

void
post_relay(PostOffice *post, Network network, guint port, gint64 patience, const char *domain)
{
  g_autofree char *domains = domain ? g_strdup_printf(",'domains':['%s']", domain) : g_strdup("");
  g_autofree char *fields = g_strdup_printf("{'network':'%s','host':'127.0.0.1','port':%u,'tls':'none','patience':%" G_GINT64_FORMAT
                                            ",'from':'poc@city.example.lg.jp','sender':'試験市 PoC'%s}",
                                            choice_token(network_choices, (int)network), port, patience, domains);
  hall_must(post->hall, ADMINISTRATOR, "mail.set_relay", 0, fields);
}

void
post_exercise(PostOffice *post, const char *addresses)
{
  g_autofree char *fields = g_strdup_printf("{'addresses':%s}", addresses);
  hall_must(post->hall, ADMINISTRATOR, "mail.set_exercise_list", 0, fields);
}

static void
emit(PostOffice *post, Arena *arena, guint from, guint upto, const char *domain, const char *subject, const char *text)
{
  MailQueued queued = { .kase = FIELD_NO_INT, .purpose = PURPOSE_OTHER, .after = INSTANT_NONE, .subject = subject, .text = text };
  for (guint i = from; i < upto; i++) {
    const char *address = strchr(domain, '@') ? domain : arena_printf(arena, "%u@%s", i, domain);
    *(MailTo *)list_push(arena, &queued.to, sizeof(MailTo)) =
        (MailTo){ .network = (int)mail_network(world_office(engine_world(post->hall->engine)), address) };
    *(MailEnvelope *)list_push(arena, &queued.envelopes, sizeof(MailEnvelope)) = (MailEnvelope){ .address = address, .name = "受信 太郎" };
  }
  g_assert_true(engine_note(post->hall->engine, &mail_queued, &queued));
}

guint64
post_queue(PostOffice *post, const char *address, const char *subject, const char *text)
{
  g_autoptr(Arena) arena = arena_new();
  emit(post, arena, 0, 1, address, subject, text);
  return outbox_length(world_outbox(engine_world(post->hall->engine)));
}

void
post_queue_many(PostOffice *post, guint count, const char *domain)
{
  for (guint from = 0; from < count; from += LIMIT_MAIL_RECIPIENTS) {
    g_autoptr(Arena) arena = arena_new();
    emit(post, arena, from, MIN(count, from + LIMIT_MAIL_RECIPIENTS), domain, "お知らせ", "本文です。\n");
  }
}

const MailRow *
post_row(const PostOffice *post, guint64 number)
{
  return outbox_row(world_outbox(engine_world(post->hall->engine)), number);
}

guint64
post_count(const PostOffice *post, MailState state)
{
  return outbox_count(world_outbox(engine_world(post->hall->engine)), state);
}

void
post_run(PostOffice *post, guint milliseconds)
{
  mailer_look(post->mailer);
  gint64 until = g_get_monotonic_time() + milliseconds * 1000;
  while (g_get_monotonic_time() < until)
    if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(1000);
}

void
post_until(PostOffice *post, guint64 number, MailState state)
{
  gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
  while (post_row(post, number)->state != state && g_get_monotonic_time() < until)
    if (!g_main_context_iteration(NULL, FALSE))
      g_usleep(1000);
  engine_drain(post->hall->engine);
  g_autofree char *words = post_words(post, number);
  g_test_message("o%u: %s, attempt %u, %s", (guint)number, choice_token(mail_states, post_row(post, number)->state),
                 post_row(post, number)->attempts, words);
  g_assert_cmpstr(choice_token(mail_states, post_row(post, number)->state), ==, choice_token(mail_states, (int)state));
}

/* A keeper first starts its spare, then couriers. */
static pid_t
child_at(pid_t parent, gboolean last)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", parent, parent), *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 0;
  g_auto(GStrv) children = g_strsplit(g_strchomp(text), " ", -1);
  guint count = g_strv_length(children);
  return count > (last ? 1u : 0u) ? (pid_t)g_ascii_strtoll(children[last ? count - 1 : 0], NULL, 10) : 0;
}

pid_t
post_courier(const PostOffice *post)
{
  return child_at(post->keeper, TRUE);
}

pid_t
post_spare(pid_t keeper)
{
  return child_at(keeper, FALSE);
}

char *
post_words(PostOffice *post, guint64 number)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GError) error = NULL;
  MailRead mail;
  engine_drain(post->hall->engine);
  gboolean read = mails_read(post->hall->engine, number, arena, &mail, &error);
  g_assert_no_error(error);
  g_assert_true(read);
  return g_strdup(mail.outcome && mail.outcome->words ? mail.outcome->words : mail.outcome ? choice_token(mail_whys, mail.outcome->why) : "");
}

gboolean
post_is_courier(int argc, char **argv, int *status)
{
  if (argc < 2 || !g_str_equal(argv[1], "courier"))
    return FALSE;
  *status = courier_command(argc - 1, argv + 1);
  return TRUE;
}
