/* What people are told of the herald: how each destination is doing, a key once, the system check. */
#include "engine/herald_inside.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/roles.h"

#define SECRET_HOUR (60 * INSTANT_MINUTE)

/* --- what is said of it --- */

static const char *
words_of(const Reach *reach, Arena *arena)
{
  if (reach->code)
    return arena_printf(arena, "相手の応答は %u でした。", reach->code);
  if (!reach->words)
    return "応答がありません。";
  return !strcmp(reach->words, HERALD_FORBIDDEN) ? HERALD_FORBIDDEN : arena_printf(arena, "届きません（%s）。", reach->words);
}

static const char *
trouble_of(Herald *herald, const Destination *destination, const Reach *reach, Arena *arena)
{
  g_autofree char *host = NULL;
  gboolean tls;
  guint port;

  if (!herald)
    return "shodo serve が動いていないため、知らせません。";
  if (!herald->rules)
    return "サーバの管理者が、宛先を一つも許していません（shodo serve の --events）。";
  if (destination && (!rules_url(destination->told->url, &tls, &host, &port, NULL) || !rules_allow(herald->rules, tls, host, port, NULL)))
    return "この宛先は、サーバの管理者が許していません。";
  if (reach->failing != INSTANT_NONE)
    return words_of(reach, arena);
  return NULL;
}

HeraldView
herald_view(Engine *engine, const Destination *destination, Arena *arena)
{
  Herald *herald = engine_herald(engine);
  g_autoptr(Reached) other = herald ? NULL : reached_open(engine_dir(engine), journal_reader_origin(engine_reader(engine)));
  const Reach *reach = reached_of(herald ? herald->reached : other, destination ? destination->id : "syslog");
  const Course *course = !herald ? NULL : destination ? herald_course(herald, destination->id) : &herald->course;
  guint64 size = engine_head(engine).size;
  HeraldView view = { .next = destination ? MAX(reach->next, destination->since) : reach->next, .sent = reach->sent, .ok = reach->ok, .bad = reach->bad,
                      .again = INSTANT_NONE };

  view.behind = size > view.next ? size - view.next : 0;
  if (course && course->again > g_get_monotonic_time())
    view.again = herald_wall() + (course->again - g_get_monotonic_time()) / 1000;
  if (!destination || destination->state == DESTINATION_ON)
    view.trouble = trouble_of(herald, destination, reach, arena);
  return view;
}

const char *
herald_syslog(Engine *engine, Arena *arena)
{
  static const char *const names[] = { [SYSLOG_UDP] = "udp", [SYSLOG_TCP] = "tcp", [SYSLOG_TLS] = "tls", [SYSLOG_UNIX] = "unix" };
  const Herald *herald = engine_herald(engine);
  if (!herald || !herald_may_log(herald))
    return NULL;
  if (herald->rules->syslog == SYSLOG_UNIX)
    return arena_printf(arena, "unix %s", herald->rules->host);
  return arena_printf(arena, "%s %s:%u", names[herald->rules->syslog], herald->rules->host, herald->rules->port);
}

List
herald_rules(Engine *engine, Arena *arena)
{
  const Herald *herald = engine_herald(engine);
  List rows = { 0 };
  for (gsize i = 0; herald && herald->rules && i < herald->rules->allows.length; i++) {
    const TellAllow *allow = list_item(herald->rules->allows, TellAllow, i);
    list_add(arena, &rows, arena_printf(arena, "%s://%s:%u", allow->tls ? "https" : "http", !strcmp(allow->host, "*") ? "（許した範囲のアドレス）" : allow->host,
                                        allow->port));
  }
  return rows;
}

/* --- showing a key --- */

static const char *
unrevealed(Engine *engine, const Destination *destination, const char *person, const Reach *reach)
{
  if (reach->shown == destination->secret)
    return "この鍵は、すでに一度表示しました。分からなくなったときは、発行し直してください。";
  if (engine_now(engine) > destination->secret_at + SECRET_HOUR)
    return "鍵を表示できるのは、発行してから1時間です。発行し直してください。";
  if (person && g_strcmp0(person, destination->secret_by))
    return "鍵を表示できるのは、発行した本人だけです。発行し直してください。";
  return NULL;
}

gboolean
herald_may_reveal(Engine *engine, const Destination *destination, const char *person)
{
  Herald *herald = engine_herald(engine);
  return herald && !unrevealed(engine, destination, person, reached_of(herald->reached, destination->id));
}

char *
herald_reveal(Engine *engine, const Destination *destination, const char *person, GError **error)
{
  Herald *herald = engine_herald(engine);
  g_autoptr(Reached) other = herald ? NULL : reached_open(engine_dir(engine), journal_reader_origin(engine_reader(engine)));
  Reached *reached = herald ? herald->reached : other;
  Reach *reach = reached_of(reached, destination->id);
  const char *why = unrevealed(engine, destination, person, reach);
  guint8 key[HOOK_KEY];

  if (why) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "%s", why);
    return NULL;
  }
  reach->shown = destination->secret;
  reached_write(reached);
  herald_key(engine, destination, key);
  char *secret = hook_secret(key);
  sodium_memzero(key, sizeof key);
  return secret;
}

/* --- the system check --- */

static void
add_trouble(Engine *engine, const Destination *destination, GPtrArray *sentences)
{
  g_autoptr(Arena) arena = arena_new();
  HeraldView view = herald_view(engine, destination, arena);
  const char *name = destination ? destination->told->name : "syslog";

  if (destination && destination->state == DESTINATION_STOPPED)
    g_ptr_array_add(sentences, g_strdup_printf("知らせ（%s）：停止しています。%s。", name, choice_label(destination_whys, destination->why)));
  else if (view.trouble)
    g_ptr_array_add(sentences, g_strdup_printf("知らせ（%s）：%s", name, view.trouble));
}

void
herald_weaknesses(Herald *herald, GPtrArray *sentences)
{
  List all = office_destinations(herald_office(herald));
  const Voice *voices[] = { &herald->hooks, &herald->syslog };

  for (gsize i = 0; i < G_N_ELEMENTS(voices); i++)
    if (voices[i]->told) {
      roles_weaknesses(ROLE_TELLER, voices[i]->guards, sentences);
      roles_weaknesses(ROLE_KEEPER, voices[i]->keeper, sentences);
    }
  for (gsize i = 0; i < all.length; i++) {
    const Destination *destination = list_pointer(all, const Destination, i);
    if (destination->state == DESTINATION_STOPPED || herald_may_tell(herald, destination))
      add_trouble(herald->engine, destination, sentences);
  }
  if (herald_may_log(herald))
    add_trouble(herald->engine, NULL, sentences);
}
