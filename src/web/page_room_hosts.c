/* 影響ホスト: round by round until each is closed; the information that was on them. */
#include "case/containment.h"
#include "case/triage.h"
#include "web/page_room.h"

static gint64
not_examined(const PredicateContext *context)
{
  List hosts = case_triage(context->kase)->hosts;
  gint64 n = 0;
  for (gsize i = 0; i < hosts.length; i++)
    n += host_unexamined(list_pointer(hosts, Host, i));
  return n;
}

/* --- the history of each --- */

/* Of each host what was told of it, in order: lines of text. */
typedef struct {
  const RoomMaker *maker;
  GHashTable *of; /* id of a host -> GPtrArray of strings */
} History;

static void
add_step(const History *history, const char *host, int state, const char *text, const EntryHead *head)
{
  GPtrArray *lines = g_hash_table_lookup(history->of, host);
  if (!lines) {
    lines = g_ptr_array_new();
    g_hash_table_insert(history->of, (gpointer)host, lines);
  }
  g_ptr_array_add(lines, arena_printf(history->maker->arena, "%s　%s%s%s", room_by(history->maker, head), choice_label(host_progress_choices, state),
                                      text ? "：" : "", text ? text : ""));
}

static void
read_history(const History *history)
{
  static const struct {
    const char *kind;
    HostState state;
  } moves[] = {
    { "response.host_contained", HOST_CONTAINED }, { "response.host_eradicated", HOST_ERADICATED }, { "response.host_cleared", HOST_CLEARED },
  };
  List log = case_log(history->maker->context.kase);
  for (gsize i = 0; i < log.length; i++) {
    const LogLine *line = list_item(log, LogLine, i);
    const HostExamined *examined = line->body;
    const HostMoved *moved = line->body;
    if (g_str_equal(line->kind->name, "triage.host_examined"))
      add_step(history, examined->host, examined->state, examined->result, line->head);
    for (gsize j = 0; j < G_N_ELEMENTS(moves); j++)
      if (g_str_equal(line->kind->name, moves[j].kind))
        add_step(history, moved->host, (int)moves[j].state, moved->text, line->head);
  }
}

/* --- */

/* What can follow a state; the guard has the last word. */
static const struct {
  const char *act, *label;
  guint states; /* bits 1 << HostState; 0: when nobody looked yet */
} ways[] = {
  { "triage.examine_host", "検査・分析", 0 },
  { "response.contain_host", "封じ込め", 1 << HOST_SUSPECTED | 1 << HOST_AFFECTED },
  { "response.eradicate_host", "根絶", 1 << HOST_AFFECTED | 1 << HOST_CONTAINED },
  { "response.clear_host", "対応を終える", 1 << HOST_CLEAN | 1 << HOST_ERADICATED },
};

static void
put_host(RoomMaker *maker, const Host *host, GHashTable *histories)
{
  const Department *department = host->body->department ? office_department(maker->context.office, host->body->department) : NULL;
  const GPtrArray *lines = g_hash_table_lookup(histories, host->id);
  if (!room_row(maker, host->id, host_closed(host)))
    return;
  room_cell(maker, host->body->name);
  room_line(maker, ROOM_NOTE, arena_printf(maker->arena, "%s%s%s", choice_label(host_kind_choices, host->body->kind), department ? "・" : "",
                                           department ? department->name : ""));
  room_cell(maker, NULL);
  room_line(maker, host_unexamined(host) ? ROOM_SOON : ROOM_TAG, choice_label(host_progress_choices, (int)host->state));
  room_line(maker, ROOM_NOTE, room_by(maker, host->changed));
  room_cell(maker, NULL);
  room_pair(maker, "挙げた根拠", host->body->reason);
  for (guint i = 0; lines && i < lines->len; i++)
    room_line(maker, ROOM_PLAIN, lines->pdata[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
    if (ways[i].states ? (ways[i].states >> host->state & 1) != 0 : host_unexamined(host))
      room_act(maker, ways[i].act, ways[i].label, "host", host->id, NULL);
}

static void
put_round(RoomMaker *maker, List hosts, guint round, GHashTable *histories)
{
  static const char *const heads[] = { "ホスト", "状態", "経過", NULL };
  gboolean begun = FALSE;
  for (gint closed = 0; closed < 2; closed++)
    for (gsize i = 0; i < hosts.length; i++) {
      const Host *host = list_pointer(hosts, Host, i);
      if (host->round != round || host_closed(host) != closed)
        continue;
      if (!begun)
        room_group(maker, arena_printf(maker->arena, "round%u", round),
                   arena_printf(maker->arena, "%u回目のトリアージ%s", round, round == case_round(maker->context.kase) ? "（いま）" : ""), heads, NULL);
      begun = TRUE;
      put_host(maker, host, histories);
    }
}

static void
put_datasets(RoomMaker *maker, List datasets)
{
  static const char *const heads[] = { "情報の種類", "実施機関・システム", "個人情報", "個人番号", "暗号化", NULL };
  room_group(maker, "datasets", "影響を受けた情報", heads,
             "まだ記録されていません。ホストやシステムにどのような情報があったかが分かったら、「影響を受けた情報を記録する」から記録してください。報告の期限はこれで決まります。");
  for (gsize i = 0; i < datasets.length; i++) {
    const Dataset *dataset = list_pointer(datasets, Dataset, i);
    if (!room_row(maker, dataset->id, FALSE))
      continue;
    room_cell(maker, dataset->body->name);
    room_line(maker, ROOM_NOTE, room_by(maker, dataset->head));
    room_cell(maker, dataset->body->body);
    room_line(maker, ROOM_NOTE, dataset->body->system);
    room_cell(maker, choice_label(ternary_choices, dataset->body->personal));
    room_cell(maker, choice_label(ternary_choices, dataset->body->my_number));
    room_cell(maker, choice_label(ternary_choices, dataset->body->encrypted));
  }
}

static void
put_hosts(RoomMaker *maker)
{
  const Triage *triage = case_triage(maker->context.kase);
  g_autoptr(GHashTable) histories = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  const History history = { maker, histories };
  read_history(&history);
  for (guint round = case_round(maker->context.kase); round > 0; round--)
    put_round(maker, triage->hosts, round, histories);
  if (!triage->hosts.length)
    room_group(maker, "hosts", "影響ホスト", NULL,
               "まだ挙げられていません。影響の疑いがある端末・サーバ・サービスを、確かめる前でも「影響ホストを挙げる」から挙げてください。");
  put_datasets(maker, triage->datasets);
}

const Room room_hosts = {
  .segment = "hosts", .name = "影響ホスト", .waits = "検査待ち", .count = not_examined, .put = put_hosts,
  .about = "影響の疑いがある端末・サーバ・サービスを挙げ、回ごとに、検査し、封じ込め、根絶し、終わりを確かめます。",
  .acts = { "triage.mark_host", "response.reinfect", "triage.add_dataset", NULL },
};
