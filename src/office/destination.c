#include "office/destination.h"

#include <string.h>

#include "base/limits.h"
#include "office/state.h"

const Choice destination_states[] = {
  { DESTINATION_ON, "on", "送る" },
  { DESTINATION_OFF, "off", "やめている" },
  { DESTINATION_STOPPED, "stopped", "停止" },
  { 0, NULL, NULL },
};

const Choice destination_whys[] = {
  { STOPPED_GONE, "gone", "もう受け取らないと答えました（410）" },
  { STOPPED_EXPIRED, "expired", "3日間、一度も受け取られませんでした" },
  { 0, NULL, NULL },
};

#define TOLD_ROWS                                                                                                                      \
  { "name", "名前", FIELD_LINE, FIELD_REQUIRED, offsetof(DestinationTold, name), .limit = 60, .help = "「県のSIEM」など、相手が分かる名前。" },  \
  { "url", "URL", FIELD_LINE, FIELD_REQUIRED, offsetof(DestinationTold, url), .limit = LIMIT_TELL_URL,                                    \
    .help = "https:// で始まる受け口。サーバの管理者が許した宛先にだけ送られます。" },                                                     \
  { "kinds", "知らせるもの", FIELD_LINES, FIELD_REQUIRED, offsetof(DestinationTold, kinds), .limit = 30,                                     \
    .help = "case.opened のような名前か、case.* のようなまとまり。* はすべて。" },                                                          \
  { "exercise", "訓練用の宛先", FIELD_BOOL, 0, offsetof(DestinationTold, exercise),                                                       \
    .help = "訓練・検証の所属からは、この印のある宛先にだけ送られます。実際の運用からは送られません。" }

static const Field register_fields[] = {
  TOLD_ROWS,
  { NULL },
};

static const Field change_fields[] = {
  { "destination", "知らせの宛先", FIELD_REF, FIELD_REQUIRED, offsetof(DestinationTold, destination), .ref = &ref_destination },
  TOLD_ROWS,
  { NULL },
};

static const Field switch_fields[] = {
  { "destination", "知らせの宛先", FIELD_REF, FIELD_REQUIRED, offsetof(DestinationSwitched, destination), .ref = &ref_destination },
  { "reason", "理由", FIELD_LINE, FIELD_REQUIRED, offsetof(DestinationSwitched, reason) },
  { NULL },
};

static const Field only_fields[] = {
  { "destination", "知らせの宛先", FIELD_REF, FIELD_REQUIRED, offsetof(DestinationOnly, destination), .ref = &ref_destination },
  { NULL },
};

static const Field stopped_fields[] = {
  { "destination", "知らせの宛先", FIELD_REF, FIELD_REQUIRED, offsetof(DestinationStopped, destination), .ref = &ref_destination },
  { "why", "理由", FIELD_CHOICE, FIELD_REQUIRED, offsetof(DestinationStopped, why), .choices = destination_whys },
  { "code", "応答", FIELD_INT, 0, offsetof(DestinationStopped, code) },
  { NULL },
};

/* --- state --- */

static Destination *
destination_at(const Office *office, const char *id)
{
  gsize position = id_position(id, 'w');
  return position < office->destinations.length ? ((Destination *const *)office->destinations.items)[position] : NULL;
}

static void
issue(Destination *destination, const EntryHead *head)
{
  destination->secret = head->number;
  destination->secret_at = head->recorded;
  destination->secret_by = head->actor.person;
}

static void
apply_registered(State *state, const EntryHead *head, const void *body)
{
  Office *office = state->office;
  Destination *destination = arena_new0(office->arena, Destination);
  list_add(office->arena, &office->destinations, destination);
  *destination = (Destination){
    .id = arena_printf(office->arena, "w%" G_GSIZE_FORMAT, office->destinations.length), .told = body, .state = DESTINATION_ON,
    .registered = head->number, .since = head->number, .changed = head->recorded, .touched = head->number,
  };
  issue(destination, head);
}

/* The one that somebody's entry HEAD is about. */
static Destination *
touch(const State *state, const EntryHead *head, const char *id)
{
  Destination *destination = destination_at(state->office, id);
  if (destination)
    destination->touched = head->number;
  return destination;
}

static void
apply_changed(State *state, const EntryHead *head, const void *body)
{
  const DestinationTold *told = body;
  Destination *destination = touch(state, head, told->destination);
  if (destination)
    destination->told = told;
}

/* After 停止 it goes on from where it stood; what happened while it was switched off is not told. */
static void
apply_on(State *state, const EntryHead *head, const void *body)
{
  const DestinationSwitched *switched = body;
  Destination *destination = touch(state, head, switched->destination);
  if (!destination)
    return;
  if (destination->state == DESTINATION_OFF)
    destination->since = head->number;
  destination->state = DESTINATION_ON;
  destination->reason = switched->reason;
  destination->changed = head->recorded;
}

static void
apply_off(State *state, const EntryHead *head, const void *body)
{
  const DestinationSwitched *switched = body;
  Destination *destination = touch(state, head, switched->destination);
  if (!destination)
    return;
  destination->state = DESTINATION_OFF;
  destination->reason = switched->reason;
  destination->changed = head->recorded;
}

static void
apply_secret(State *state, const EntryHead *head, const void *body)
{
  Destination *destination = touch(state, head, ((const DestinationOnly *)body)->destination);
  if (destination)
    issue(destination, head);
}

static void
apply_tested(State *state, const EntryHead *head, const void *body)
{
  (void)touch(state, head, ((const DestinationOnly *)body)->destination);
}

static void
apply_stopped(State *state, const EntryHead *head, const void *body)
{
  const DestinationStopped *stopped = body;
  Destination *destination = destination_at(state->office, stopped->destination);
  if (!destination || destination->state != DESTINATION_ON)
    return;
  destination->state = DESTINATION_STOPPED;
  destination->why = stopped->why;
  destination->changed = head->recorded;
}

#define ENTRY(name, title, fields, type, apply) { "destination." name, 1, title, SCOPE_OFFICE, fields, sizeof(type), apply }

static const EntryKind registered = ENTRY("registered", "知らせの宛先の登録", register_fields, DestinationTold, apply_registered);
static const EntryKind changed = ENTRY("changed", "知らせの宛先の変更", change_fields, DestinationTold, apply_changed);
static const EntryKind switched_on = ENTRY("switched_on", "知らせの再開", switch_fields, DestinationSwitched, apply_on);
static const EntryKind switched_off = ENTRY("switched_off", "知らせの取りやめ", switch_fields, DestinationSwitched, apply_off);
static const EntryKind secret_issued = ENTRY("secret_issued", "署名の鍵の発行", only_fields, DestinationOnly, apply_secret);
static const EntryKind tested = ENTRY("tested", "知らせの試し", only_fields, DestinationOnly, apply_tested);
const EntryKind destination_stopped = ENTRY("stopped", "知らせの停止", stopped_fields, DestinationStopped, apply_stopped);

/* --- questions --- */

List
office_destinations(const Office *office)
{
  return office->destinations;
}

const Destination *
office_destination(const Office *office, const char *id)
{
  return destination_at(office, id);
}

static gboolean
destination_exists(const ActContext *context, const char *id)
{
  return destination_at(context->office, id) != NULL;
}

static const char *
destination_named(const ActContext *context, const char *name)
{
  List all = context->office->destinations;
  const char *found = NULL;
  for (gsize i = 0; i < all.length; i++) {
    const Destination *destination = list_pointer(all, const Destination, i);
    if (!same_name(destination->told->name, name))
      continue;
    if (found)
      return NULL;
    found = destination->id;
  }
  return found;
}

static const char *
destination_name(const ActContext *context, const char *id)
{
  const Destination *destination = destination_at(context->office, id);
  return destination ? destination->told->name : NULL;
}

const RefKind ref_destination = { "destination", "知らせの宛先", destination_exists, destination_named, destination_name };

/* --- guards --- */

static gboolean
good_url(const char *url)
{
  for (const char *c = url; *c; c++)
    if (!g_ascii_isgraph(*c) || strchr("\"<>\\^`{|}#@", *c))
      return FALSE;
  return (g_str_has_prefix(url, "https://") && url[8] && url[8] != '/') || (g_str_has_prefix(url, "http://") && url[7] && url[7] != '/');
}

static gboolean
good_kind(const char *kind)
{
  gsize length = strlen(kind);
  if (!strcmp(kind, "*"))
    return TRUE;
  if (length > 2 && !strcmp(kind + length - 2, ".*"))
    length -= 2;
  return length > 0 && length <= 32 && strspn(kind, "abcdefghijklmnopqrstuvwxyz_.") >= length && g_ascii_islower(*kind);
}

static void
guard_told(const ActContext *context, const void *fields, Findings *findings)
{
  const DestinationTold *told = fields;
  List all = context->office->destinations;

  if (!good_url(told->url))
    findings_addf(findings, FINDING_INVALID, "destination.url",
                  "URLは https://hooks.example.lg.jp/shodo の形で、半角で書いてください。利用者名、パスワード、# は書けません。")->field = "url";
  else if (g_str_has_prefix(told->url, "http://"))
    findings_addf(findings, FINDING_ADVISE, "destination.plain", "https でないので、途中で読まれ、又は書き換えられることがあります。署名は確かめられます。")->field = "url";
  for (gsize i = 0; i < told->kinds.length; i++)
    if (!good_kind(list_string(told->kinds, i)))
      findings_addf(findings, FINDING_INVALID, "destination.kinds", "「%s」は知らせの名前の形ではありません。case.opened、case.*、* のように書いてください。",
                    list_string(told->kinds, i))->field = "kinds";
  for (gsize i = 0; i < all.length; i++) {
    const Destination *other = list_pointer(all, const Destination, i);
    if (g_strcmp0(other->id, told->destination) && same_name(other->told->name, told->name))
      findings_addf(findings, FINDING_INVALID, "destination.name", "「%s」という宛先はすでにあります。", told->name)->field = "name";
  }
  if (!told->destination && all.length >= LIMIT_DESTINATIONS)
    findings_addf(findings, FINDING_REFUSE, "destination.limit", "宛先は%d件までです。使わなくなったものを書き換えてください。", LIMIT_DESTINATIONS)->act = "destination.change";
  if (told->exercise == office_real(context->office))
    findings_addf(findings, FINDING_ADVISE, "destination.world",
                  told->exercise ? "ここは実運用の所属なので、訓練用の宛先には送られません。" : "ここは訓練・検証の所属なので、訓練用の宛先にだけ送られます。")->field = "exercise";
}

static void
guard_on(const ActContext *context, const void *fields, Findings *findings)
{
  const Destination *destination = destination_at(context->office, ((const DestinationSwitched *)fields)->destination);
  if (destination->state == DESTINATION_ON)
    findings_addf(findings, FINDING_REFUSE, "destination.on", "この宛先には、いまも送っています。");
}

static void
guard_off(const ActContext *context, const void *fields, Findings *findings)
{
  const Destination *destination = destination_at(context->office, ((const DestinationSwitched *)fields)->destination);
  if (destination->state == DESTINATION_OFF)
    findings_addf(findings, FINDING_REFUSE, "destination.off", "この宛先には、すでに送っていません。");
}

static void
guard_test(const ActContext *context, const void *fields, Findings *findings)
{
  const Destination *destination = destination_at(context->office, ((const DestinationOnly *)fields)->destination);
  if (destination->state != DESTINATION_ON)
    findings_addf(findings, FINDING_REFUSE, "destination.silent", "この宛先には送っていません。")->act = "destination.switch_on";
  if (destination->told->exercise == office_real(context->office))
    findings_addf(findings, FINDING_REFUSE, "destination.world", office_real(context->office) ? "訓練用の宛先には、実運用の所属から送れません。"
                                                                                               : "訓練・検証の所属からは、訓練用の宛先にだけ送れます。")->act = "destination.change";
}

/* --- tables --- */

static const EntryKind *const entries[] = {
  &registered, &changed, &switched_on, &switched_off, &secret_issued, &tested, &destination_stopped,
};

#define ACT(verb, title_, fields_, type, guard_, emits_, help_) \
  { .name = "destination." verb, .title = title_, .right = RIGHT_ADMINISTER, .scope = SCOPE_OFFICE, .fields = fields_, .size = sizeof(type), \
    .guard = guard_, .emits = &emits_, .help = help_ }

static const ActKind acts[] = {
  ACT("register", "知らせの宛先を登録する", register_fields, DestinationTold, guard_told, registered,
      "ほかのシステムに、起きたことの種類と番号を署名して知らせます。文面や氏名は送りません。署名の鍵は、登録した後に一度だけ表示できます。"),
  ACT("change", "知らせの宛先を変える", change_fields, DestinationTold, guard_told, changed, "URLや知らせるものを、すべて書き直します。鍵は変わりません。"),
  ACT("switch_off", "知らせをやめる", switch_fields, DestinationSwitched, guard_off, switched_off, "やめている間に起きたことは、再開した後も知らせません。"),
  ACT("switch_on", "知らせを再開する", switch_fields, DestinationSwitched, guard_on, switched_on,
      "やめていた宛先には、いまから後のことを知らせます。停止していた宛先には、止まったところから知らせます。"),
  ACT("issue_secret", "署名の鍵を発行し直す", only_fields, DestinationOnly, NULL, secret_issued,
      "前の鍵は、すぐに使えなくなります。新しい鍵は、一度だけ表示できます。"),
  ACT("test", "知らせを試す", only_fields, DestinationOnly, guard_test, tested, "この宛先だけに、試しの知らせを一つ送ります。"),
};

const Domain destination_domain = { "destination", acts, G_N_ELEMENTS(acts), entries, G_N_ELEMENTS(entries) };
