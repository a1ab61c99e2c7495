#include "web/page_files.h"

#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "engine/put.h"
#include "engine/seat.h"
#include "engine/tables.h"
#include "evidence/evidence.h"
#include "office/secret.h"
#include "web/door.h"
#include "web/page_rooms.h"

/* Who may register evidence of a case may send its files. */
#define ACT "evidence.register"

/* --- tickets --- */

/* A loopback host, the only one that is reached without nginx, with or without a port. */
static gboolean
is_host(const char *host)
{
  static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };
  for (gsize i = 0; host && i < G_N_ELEMENTS(names); i++) {
    gsize length = strlen(names[i]);
    if (strncmp(host, names[i], length) == 0 && (!host[length] || (host[length] == ':' && strspn(host + length + 1, "0123456789") == strlen(host + length + 1))))
      return TRUE;
  }
  return FALSE;
}

/* Behind nginx both listeners are one place; without it each has its port. */
static const char *
own_host(const WebRequest *request)
{
  const char *host = http_field(request->exchange, "Host");
  gboolean bare = request->files_port && !http_field(request->exchange, "X-Forwarded-Proto");
  return bare && is_host(host) ? host : NULL;
}

/* "" or "http://127.0.0.1:8751". */
static const char *
files_place(const WebRequest *request)
{
  const char *host = own_host(request), *colon = host ? strrchr(host, ':') : NULL;
  if (!host)
    return "";
  int length = colon && !strchr(colon, ']') ? (int)(colon - host) : (int)strlen(host);
  return arena_printf(request->arena, "http://%.*s:%u", length, host, request->files_port);
}

/* The address to use it at; in the request's arena. */
static const char *
issue(WebRequest *request, const char *page, const char *give, const char *name)
{
  const char *host = own_host(request);
  FileTicket *ticket = g_new0(FileTicket, 1);

  ticket->kase = request->kase;
  ticket->person = g_strdup(request->who.person);
  ticket->session = g_strdup(request->who.session);
  ticket->bearer = request->who.bearer;
  ticket->holder = secret_digest(door_credential(request));
  ticket->home = host ? g_strdup_printf("http://%s", host) : g_strdup("");
  ticket->page = g_strdup(page);
  ticket->name = g_strdup(name);
  ticket->give = g_strdup(give);
  char *path = files_issue(request->files, ticket);
  const char *where = arena_printf(request->arena, "%s%s", files_place(request), path);
  secret_free(path);
  return where;
}

static gboolean
may_send(Engine *engine, const char *person, guint64 kase, Arena *arena)
{
  return seat_for(engine, person, ACT, kase, arena).length > 0;
}

/* --- taken --- */

typedef struct {
  FileReceipt *receipt;
  char *body, *page;
} Settling;

static void
settle(const Answer *answer G_GNUC_UNUSED, gpointer data)
{
  Settling *settling = data;
  files_settle(settling->receipt, &(FileOutcome){ 201, settling->body, settling->page });
  free(settling->body);
  g_free(settling->page);
  g_free(settling);
}

/* To the form that registers it, filled in as far as is known. */
static char *
register_page(const FileReceipt *receipt)
{
  const char *name = file_receipt_name(receipt);
  g_autofree char *item = name ? g_uri_escape_string(name, NULL, FALSE) : NULL;
  return g_strdup_printf("/cases/%" G_GUINT64_FORMAT "/do/" ACT "?sha256=%s&size=%" G_GINT64_FORMAT "%s%s",
                         file_receipt_ticket(receipt)->kase, file_receipt_address(receipt), file_receipt_size(receipt),
                         item ? "&item=" : "", item ? item : "");
}

static void
settle_durable(FileReceipt *receipt, Engine *engine, gboolean again)
{
  const FileTicket *ticket = file_receipt_ticket(receipt);
  Settling *settling = g_new0(Settling, 1);
  json_t *json = json_pack("{s:s, s:I, s:s*, s:I, s:b}", "sha256", file_receipt_address(receipt), "size",
                           (json_int_t)file_receipt_size(receipt), "name", file_receipt_name(receipt), "case",
                           (json_int_t)ticket->kase, "again", again);

  *settling = (Settling){ receipt, json_dumps(json, JSON_COMPACT), ticket->page ? register_page(receipt) : NULL };
  json_decref(json);
  engine_hold(engine, settle, settling);
}

static void
settle_refused(FileReceipt *receipt, const char *code, const char *detail)
{
  const FileTicket *ticket = file_receipt_ticket(receipt);
  const Problem *problem = problem_of_code(code);
  json_t *json = problem_json(problem, detail);
  char *body = json_dumps(json, JSON_COMPACT);
  g_autofree char *page = ticket->page ? g_strdup_printf("%s?wrong=%s", ticket->page, code) : NULL;

  files_settle(receipt, &(FileOutcome){ problem->status, body, page });
  json_decref(json);
  free(body);
}

/* NULL: who sent it may still, and the case has room. */
static const char *
refusal_of(const FileTicket *ticket, Engine *engine, Door *door)
{
  g_autoptr(Arena) arena = arena_new();
  const Identity who = { .person = ticket->person, .session = ticket->session, .bearer = ticket->bearer };
  const Viewer viewer = { ticket->person, engine_now(engine) };

  if (!door_still(door, &who))
    return "unsigned";
  if (!access_case(engine_world(engine), &viewer, ticket->kase))
    return "not-found";
  return may_send(engine, ticket->person, ticket->kase, arena) ? NULL : "denied";
}

void
page_files_taken(FileReceipt *receipt, Engine *engine, Door *door)
{
  const FileTicket *ticket = file_receipt_ticket(receipt);
  const char *refusal = refusal_of(ticket, engine, door);
  const Case *kase = refusal ? NULL : world_case(engine_world(engine), ticket->kase, NULL);
  const EvidenceReceived body = { .sha256 = file_receipt_address(receipt), .size = file_receipt_size(receipt), .by = ticket->person,
                                  .name = file_receipt_name(receipt) };

  if (refusal)
    settle_refused(receipt, refusal, NULL);
  else if (kase && evidence_received_file(kase, body.sha256))
    settle_durable(receipt, engine, TRUE);
  else if (kase && case_evidence_of(kase)->received.length >= LIMIT_CASE_FILES)
    settle_refused(receipt, "refused", "この事案で受け取れるファイルの数の上限に達しています。まとめて一つのファイルにしてください。");
  else if (kase && engine_note_case(engine, ticket->kase, &evidence_received, &body))
    settle_durable(receipt, engine, FALSE);
  else
    settle_refused(receipt, "busy", "いまは記録できません。少し待って、もう一度送ってください。");
}

/* --- what was received --- */

/* 「ログの複製」: what was registered with the hash; NULL: nothing yet. */
static const char *
item_of(const Case *kase, const char *sha256)
{
  List items = case_evidence_of(kase)->items;
  for (gsize i = 0; i < items.length; i++) {
    const EvidenceItem *item = list_pointer(items, EvidenceItem, i);
    if (g_strcmp0(item->body->sha256, sha256) == 0)
      return item->body->item;
  }
  return NULL;
}

List
page_files_received(WebRequest *request, const Case *kase)
{
  const Office *office = world_office(engine_world(request->engine));
  List files = case_evidence_of(kase)->received, shown = { 0 };

  for (gsize i = files.length; i > 0; i--) {
    const ReceivedFile *file = list_pointer(files, ReceivedFile, i - 1);
    g_autofree char *size = g_format_size_full((guint64)file->body->size, G_FORMAT_SIZE_IEC_UNITS);
    *(TplReceived *)list_push(request->arena, &shown, sizeof(TplReceived)) = (TplReceived){
      .name = file->body->name ? file->body->name : "（名前なし）", .size = arena_strdup(request->arena, size), .sha256 = file->body->sha256,
      .at = page_time(request->arena, file->head->recorded, engine_now(request->engine)),
      .by = office_person_name(office, file->body->by),
      .href = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/files/%s", request->kase, file->body->sha256),
      .item = item_of(kase, file->body->sha256),
      .enter = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/do/" ACT "?sha256=%s&size=%" G_GINT64_FORMAT, request->kase,
                            file->body->sha256, file->body->size),
    };
  }
  return shown;
}

static json_t *
received_json(const ReceivedFile *file)
{
  json_t *json = json_pack("{s:s, s:I, s:s*, s:s, s:I}", "sha256", file->body->sha256, "size", (json_int_t)file->body->size, "name",
                           file->body->name, "by", file->body->by, "entry", (json_int_t)file->head->number);
  put_time(json, "received", file->head->recorded);
  return json;
}

static const Case *
seen_case(WebRequest *request)
{
  const Viewer viewer = request_viewer(request);
  return access_open(engine_world(request->engine), &viewer, request->kase, NULL);
}

static gboolean
is_open(WebRequest *request)
{
  if (!request->files)
    answer_problem(request, problem_of_code("busy"), "ファイルを受け渡す口が開いていません。システムの担当者に知らせてください。");
  return request->files != NULL;
}

void
page_files_give(WebRequest *request, const char *address, const char *name)
{
  if (is_open(request))
    answer_see_other(request, issue(request, NULL, address, name));
}

static void
get_list(WebRequest *request)
{
  const Case *kase = seen_case(request);
  List files = kase ? case_evidence_of(kase)->received : (List){ 0 };
  json_t *list = json_array();
  for (gsize i = 0; i < files.length; i++)
    json_array_append_new(list, received_json(list_pointer(files, ReceivedFile, i)));
  answer_json(request, 200, json_pack("{s:o}", "files", list));
}

/* Only what was received for this case: a hash that is known from elsewhere opens nothing. */
static void
get_file(WebRequest *request)
{
  const Case *kase = seen_case(request);
  const ReceivedFile *file = kase ? evidence_received_file(kase, request_value(request, 1)) : NULL;
  if (!file)
    answer_missing(request);
  else
    page_files_give(request, file->body->sha256, file->body->name);
}

/* {"name"?} */
static void
post_ticket(WebRequest *request)
{
  g_autoptr(json_t) body = request_json(request);
  const json_t *name = json_object_get(body, "name");
  const char *text = json_string_value(name);

  if (!body)
    return;
  if (json_object_size(body) > (name != NULL) || (name && (!text || !*text || g_utf8_strlen(text, -1) > LIMIT_LINE || strchr(text, '\n'))))
    answer_problem(request, problem_of_status(422), "指定できるのは name（ファイルの名前、200字まで）だけです。");
  else if (!(request->who.rights & (1u << RIGHT_WRITE)) || !may_send(request->engine, request->who.person, request->kase, request->arena))
    answer_problem(request, problem_of_status(403), "この事案の証拠を登録できる職に就いている人が、ファイルを送れます。");
  else if (is_open(request))
    answer_json(request, 201, json_pack("{s:s, s:i}", "upload", issue(request, NULL, NULL, text), "seconds", LIMIT_TICKET_SECONDS));
}

/* --- the page --- */

static const Problem *
problem_told(WebRequest *request)
{
  const char *code = request_parameter(request, "wrong");
  for (gsize i = 0; code && problem_table[i].code; i++)
    if (g_str_equal(problem_table[i].code, code))
      return &problem_table[i];
  return NULL;
}

/* What the thread led back with, in words. */
static const char *
words_of(const Problem *problem)
{
  static const struct {
    const char *code, *words;
  } rows[] = {
    { "invalid", "ファイルが選ばれていません。ファイルを一つ選んで、もう一度送ってください。" },
    { "room", "ファイルを置くディスクの空きが足りません。システムの担当者に知らせてください。" },
    { "large", "ファイルが大きすぎます。分割して送ってください。" },
  };
  for (gsize i = 0; problem && i < G_N_ELEMENTS(rows); i++)
    if (g_str_equal(rows[i].code, problem->code))
      return rows[i].words;
  return problem ? problem->title : NULL;
}

/* The form goes to the second listener; where that is another place, this page alone may send there. */
static void
allow_place(WebRequest *request)
{
  const char *place = files_place(request);
  if (*place)
    answer_field(request, "Content-Security-Policy",
                 arena_printf(request->arena,
                              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' %s; "
                              "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'", place));
}

static void
get_page(WebRequest *request)
{
  const Case *kase = seen_case(request);
  const ActKind *act = tables_act(ACT);
  const char *here = arena_printf(request->arena, "/cases/%" G_GUINT64_FORMAT "/files", request->kase);
  TplFiles shown = { .number = (gint64)request->kase, .open = request->files != NULL, .wrong = words_of(problem_told(request)) };

  if (!kase) {
    answer_missing(request);
    return;
  }
  shown.label = case_label(kase, request->arena);
  shown.title = case_title(kase);
  shown.tabs = page_tabs_of(request, kase, "files");
  shown.files = page_files_received(request, kase);
  shown.who = page_who_may(request, act, request->kase);
  if (shown.open && may_send(request->engine, request->who.person, request->kase, request->arena)) {
    shown.action = issue(request, here, NULL, NULL);
    shown.mine = TRUE;
    allow_place(request);
  }
  TplPage *page = page_new(request, arena_printf(request->arena, "%s ファイル", shown.label), "cases");
  page->number = shown.number;
  GString *out = g_string_sized_new(16384);
  template_files(out, page, &shown);
  page_answer(request, 200, out);
}

static const Route routes[] = {
  { "GET", "/cases/{case}/files", NEED_CASE, 0, get_page, FACE_PAGE, "事案のファイル" },
  { "GET", "/cases/{case}/files/{sha256}", NEED_CASE, 0, get_file, FACE_PAGE, "受け取ったファイル" },
  { "GET", "/api/v1/cases/{case}/files", NEED_CASE, 0, get_list, FACE_API, "受け取ったファイルの一覧" },
  { "POST", "/api/v1/cases/{case}/files", NEED_CASE, LIMIT_LINE * 8, post_ticket, FACE_API, "ファイルを送るための一度きりの送り先" },
  { "GET", "/api/v1/cases/{case}/files/{sha256}", NEED_CASE, 0, get_file, FACE_API, "受け取ったファイル（一度きりの受取り先へ 303 で移る）" },
};

void
page_files_routes(Router *router)
{
  router_add_all(router, routes, G_N_ELEMENTS(routes));
}
