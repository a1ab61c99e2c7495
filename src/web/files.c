#include "web/files.h"

#include <string.h>
#include <sys/statvfs.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/roles.h"
#include "base/text.h"
#include "office/secret.h"
#include "web/http.h"
#include "web/multipart.h"
#include "web/problem.h"

#define LOOK_EVERY ((gint64)16 * 1024 * 1024) /* bytes between two looks at the disk */
#define LOOK_MILLISECONDS 50                  /* at the end, between two counts of what is under way */
#define FORM_ROOM ((gsize)1024 * 1024)        /* bytes of a form beside its file */

/* Shared by both threads; the last to leave frees it. */
struct Files {
  GMainContext *main, *own;
  GMainLoop *loop;
  GThread *thread;
  BlobStore *store;
  char *blobs;
  FilesTaken taken;
  gpointer data;
  guint guards;
  gboolean ended; /* main's: nothing is told or answered any more */
  int waiting;    /* atomic */
  /* the thread's own */
  Http *http;
  GHashTable *tickets; /* secret_digest of the token -> Ticket */
  guint under_way;
};

typedef struct {
  FileTicket *ticket;
  gint64 until; /* g_get_monotonic_time */
} Ticket;

struct FileReceipt {
  Files *files;
  HttpExchange *exchange;
  FileTicket *ticket;
  char address[BLOB_ADDRESS + 1];
  gint64 size;
  char *name;
  /* the outcome */
  guint status;
  char *body, *page;
};

/* One request. */
typedef struct {
  Files *files;
  FileTicket *ticket; /* NULL: none that is good */
  BlobWriter *writer;
  BlobReader *reader;
  Multipart *form;
  gint64 looked; /* size at the last look at the disk */
  GError *error; /* why it was given up */
} Passing;

void
file_ticket_free(FileTicket *ticket)
{
  if (!ticket)
    return;
  g_free(ticket->person);
  g_free(ticket->session);
  g_free(ticket->holder);
  g_free(ticket->home);
  g_free(ticket->page);
  g_free(ticket->name);
  g_free(ticket->give);
  g_free(ticket);
}

static void
ticket_free(gpointer data)
{
  Ticket *ticket = data;
  file_ticket_free(ticket->ticket);
  g_free(ticket);
}

static void
files_clear(gpointer data)
{
  Files *files = data;
  g_main_context_unref(files->main);
  g_main_context_unref(files->own);
  g_main_loop_unref(files->loop);
  g_hash_table_unref(files->tickets);
  g_free(files->blobs);
}

static void
files_unref(gpointer files)
{
  g_atomic_rc_box_release_full(files, files_clear);
}

/* --- tickets --- */

static gboolean
is_over(gpointer key G_GNUC_UNUSED, gpointer value, gpointer now)
{
  return ((const Ticket *)value)->until < *(const gint64 *)now;
}

/* At most LIMIT_TICKETS_OF_ONE of a person: the one that ends first makes room. */
static void
make_room(Files *files, const char *person)
{
  GHashTableIter iter;
  gpointer key, value, oldest = NULL;
  gint64 until = G_MAXINT64;
  guint count = 0;

  g_hash_table_iter_init(&iter, files->tickets);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    const Ticket *ticket = value;
    if (!g_str_equal(ticket->ticket->person, person))
      continue;
    count++;
    if (ticket->until < until) {
      until = ticket->until;
      oldest = key;
    }
  }
  if (count >= LIMIT_TICKETS_OF_ONE)
    g_hash_table_remove(files->tickets, oldest);
}

typedef struct {
  Files *files;
  char *token; /* its digest */
  Ticket *ticket;
} Issuing;

static gboolean
take_up(gpointer data)
{
  Issuing *issuing = data;
  gint64 now = g_get_monotonic_time();

  g_hash_table_foreach_remove(issuing->files->tickets, is_over, &now);
  make_room(issuing->files, issuing->ticket->ticket->person);
  g_hash_table_insert(issuing->files->tickets, g_steal_pointer(&issuing->token), g_steal_pointer(&issuing->ticket));
  return G_SOURCE_REMOVE;
}

static void
issuing_free(gpointer data)
{
  Issuing *issuing = data;
  if (issuing->ticket)
    ticket_free(issuing->ticket);
  g_free(issuing->token);
  files_unref(issuing->files);
  g_free(issuing);
}

/* Before any connection is looked at: who has the ticket in hand finds it known. */
char *
files_issue(Files *files, FileTicket *ticket)
{
  char *path = secret_token("/files/");
  Issuing *issuing = g_new0(Issuing, 1);

  *issuing = (Issuing){ g_atomic_rc_box_acquire(files), secret_digest(path + strlen("/files/")), g_new0(Ticket, 1) };
  *issuing->ticket = (Ticket){ ticket, g_get_monotonic_time() + LIMIT_TICKET_SECONDS * G_USEC_PER_SEC };
  g_main_context_invoke_full(files->own, G_PRIORITY_HIGH, take_up, issuing, issuing_free);
  return path;
}

/* Does what comes along belong to whom the ticket was made for? */
static gboolean
is_holder(const FileTicket *ticket, const HttpExchange *exchange)
{
  const char *bearer = http_field(exchange, "Authorization"), *cookie = http_cookie(exchange, "__Host-sid");
  const char *shown = !ticket->bearer ? cookie : bearer && g_ascii_strncasecmp(bearer, "Bearer ", 7) == 0 ? bearer + 7 : NULL;
  g_autofree char *digest = shown ? secret_digest(shown) : NULL;
  return digest && secret_same(digest, ticket->holder);
}

static gboolean
fits(const FileTicket *ticket, const char *method)
{
  return ticket->give ? strcmp(method, "GET") == 0 : strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0;
}

/* NULL: none that is good.  It is used up. */
static FileTicket *
redeem(Files *files, const HttpExchange *exchange)
{
  const char *path = http_path(exchange);
  g_autofree char *digest = g_str_has_prefix(path, "/files/") ? secret_digest(path + strlen("/files/")) : NULL;
  Ticket *ticket = digest ? g_hash_table_lookup(files->tickets, digest) : NULL;

  if (!ticket || !fits(ticket->ticket, http_method(exchange)) || !is_holder(ticket->ticket, exchange))
    return NULL;
  FileTicket *good = ticket->until < g_get_monotonic_time() ? NULL : g_steal_pointer(&ticket->ticket);
  g_hash_table_remove(files->tickets, digest);
  return good;
}

/* --- answers --- */

/* Whatever it is, no browser shows or runs it. */
static const HttpField common[] = {
  { "Cache-Control", "no-store" },
  { "Content-Security-Policy", "sandbox; default-src 'none'" },
  { "X-Content-Type-Options", "nosniff" },
  { "X-Frame-Options", "DENY" },
  { "Referrer-Policy", "no-referrer" },
  { "Cross-Origin-Resource-Policy", "same-origin" },
  { "Strict-Transport-Security", "max-age=31536000; includeSubDomains" },
};

#define FIELDS (G_N_ELEMENTS(common) + 3)

static gsize
put_fields(HttpField fields[FIELDS], const char *name, const char *value)
{
  memcpy(fields, common, sizeof common);
  fields[G_N_ELEMENTS(common)] = (HttpField){ name, value };
  return G_N_ELEMENTS(common) + 1;
}

static void
answer_text(HttpExchange *exchange, guint status, const char *type, const char *text)
{
  HttpField fields[FIELDS];
  gsize count = put_fields(fields, "Content-Type", type);
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  http_answer(exchange, &(HttpAnswer){ .status = status, .fields = fields, .n_fields = count, .body = body });
}

static void
answer_page(HttpExchange *exchange, const char *home, const char *page)
{
  HttpField fields[FIELDS];
  g_autofree char *where = g_strconcat(home, page, NULL);
  gsize count = put_fields(fields, "Location", where);
  http_answer(exchange, &(HttpAnswer){ .status = 303, .fields = fields, .n_fields = count });
}

static void
answer_problem(HttpExchange *exchange, const Problem *problem, const char *detail)
{
  json_t *json = problem_json(problem, detail);
  char *text = json_dumps(json, JSON_COMPACT);
  json_decref(json);
  answer_text(exchange, problem->status, "application/problem+json", text);
  free(text);
}

/* The thread has no templates and knows nobody: what a person sees is plain. */
static void
answer_no_ticket(HttpExchange *exchange)
{
  static const char text[] = "この送り先は使えません。使い終わったか、時間が過ぎたか、別の人のためのものです。"
                             "事案の画面に戻り、もう一度「ファイルを送る」から始めてください。";
  const char *accept = http_field(exchange, "Accept");

  if (!accept || !strstr(accept, "text/html")) {
    answer_problem(exchange, problem_of_status(404), text);
    return;
  }
  g_autofree char *page = g_strdup_printf("<!DOCTYPE html><html lang=\"ja\"><title>初動</title><h1>見つかりません</h1><p>%s</p></html>\n", text);
  answer_text(exchange, 404, "text/html; charset=utf-8", page);
}

static void
answer_failed(HttpExchange *exchange, const FileTicket *ticket, const Problem *problem, const char *detail)
{
  if (!ticket->page) {
    answer_problem(exchange, problem, detail);
    return;
  }
  g_autofree char *page = g_strdup_printf("%s?wrong=%s", ticket->page, problem->code);
  answer_page(exchange, ticket->home, page);
}

/* --- a request begins --- */

static gboolean
room_for(const Files *files, gint64 more)
{
  struct statvfs disk;
  return statvfs(files->blobs, &disk) != 0 || (gint64)(disk.f_bavail * disk.f_frsize) - more >= LIMIT_FILE_FREE;
}

static gboolean
take_piece(const void *data, gsize length, gpointer sink)
{
  Passing *passing = sink;

  if (blob_writer_size(passing->writer) - passing->looked >= LOOK_EVERY) {
    passing->looked = blob_writer_size(passing->writer);
    if (!room_for(passing->files, 0)) {
      g_set_error_literal(&passing->error, SHODO_ERROR, SHODO_ERROR_REFUSED, "ディスクの空きが足りません。");
      return FALSE;
    }
  }
  return blob_writer_write(passing->writer, data, length, &passing->error);
}

static gboolean
take_form(const void *data, gsize length, gpointer sink)
{
  return multipart_feed(((Passing *)sink)->form, data, length);
}

static gint64
announced(const HttpExchange *exchange)
{
  const char *text = http_field(exchange, "Content-Length");
  return text ? (gint64)MIN(g_ascii_strtoull(text, NULL, 10), (guint64)LIMIT_BLOB + FORM_ROOM) : 0;
}

/* 0: the request was refused. */
static gsize
begin_taking(Passing *passing, HttpExchange *exchange)
{
  const char *type = http_field(exchange, "Content-Type");
  gint64 length = announced(exchange);

  if (passing->files->under_way > LIMIT_FILES)
    answer_failed(exchange, passing->ticket, problem_of_code("busy"), "ほかのファイルを受け取っています。少し待って、もう一度送ってください。");
  else if (!room_for(passing->files, length))
    answer_failed(exchange, passing->ticket, problem_of_code("room"), "このファイルを置くディスクの空きがありません。システムの担当者に知らせてください。");
  else if (!(passing->writer = blob_writer_new(passing->files->store, BLOB_SIZE_UNKNOWN, &passing->error)))
    answer_failed(exchange, passing->ticket, problem_of_error(passing->error), passing->error->message);
  else {
    passing->form = multipart_new(type, take_piece, passing);
    http_sink(exchange, passing->form ? take_form : take_piece, passing);
    return (gsize)LIMIT_BLOB + (passing->form ? FORM_ROOM : 0);
  }
  return 0;
}

static gsize
allow(HttpExchange *exchange, gpointer data)
{
  Files *files = data;
  Passing *passing = g_new0(Passing, 1);

  passing->files = files;
  passing->ticket = redeem(files, exchange);
  files->under_way++;
  http_keep(exchange, passing);
  if (passing->ticket && !passing->ticket->give)
    return begin_taking(passing, exchange);
  if (!passing->ticket)
    answer_no_ticket(exchange);
  return 0;
}

static void
gone(gpointer kept, gpointer data)
{
  Passing *passing = kept;
  ((Files *)data)->under_way--;
  multipart_free(passing->form);
  blob_writer_abort(passing->writer);
  blob_reader_close(passing->reader);
  file_ticket_free(passing->ticket);
  g_clear_error(&passing->error);
  g_free(passing);
}

/* --- taken --- */

static void
receipt_free(gpointer data)
{
  FileReceipt *receipt = data;
  file_ticket_free(receipt->ticket);
  files_unref(receipt->files);
  g_free(receipt->name);
  g_free(receipt->body);
  g_free(receipt->page);
  g_free(receipt);
}

/* In the main thread. */
static gboolean
tell_taken(gpointer data)
{
  FileReceipt *receipt = data;
  if (receipt->files->ended)
    receipt_free(receipt);
  else
    receipt->files->taken(receipt, receipt->files->data);
  return G_SOURCE_REMOVE;
}

static const Problem *
problem_of_taking(const Passing *passing, const char **detail)
{
  if (passing->error) {
    *detail = passing->error->message;
    return problem_of_code(passing->error->code == SHODO_ERROR_REFUSED ? "room" : problem_of_error(passing->error)->code);
  }
  *detail = "ファイルが選ばれていないか、送り方が正しくありません。ファイルを一つ選んで送ってください。";
  return problem_of_code("invalid");
}

/* A form whose file has no name and no byte is one in which none was chosen. */
static gboolean
has_come(const Passing *passing)
{
  return !passing->error &&
         (!passing->form || (multipart_whole(passing->form) && (multipart_name(passing->form) || blob_writer_size(passing->writer))));
}

static void
finish_taking(Passing *passing, HttpExchange *exchange)
{
  g_autofree FileReceipt *receipt = g_new0(FileReceipt, 1);
  const char *detail;

  if (has_come(passing)) {
    receipt->size = blob_writer_size(passing->writer);
    if (blob_writer_commit(g_steal_pointer(&passing->writer), BLOB_COMMIT_PLAIN, receipt->address, &passing->error)) {
      const char *name = passing->form ? multipart_name(passing->form) : NULL;
      receipt->files = g_atomic_rc_box_acquire(passing->files);
      receipt->exchange = exchange;
      receipt->name = g_strdup(name ? name : passing->ticket->name);
      receipt->ticket = g_steal_pointer(&passing->ticket);
      g_main_context_invoke_full(passing->files->main, G_PRIORITY_DEFAULT, tell_taken, g_steal_pointer(&receipt), NULL);
      return;
    }
  }
  const Problem *problem = problem_of_taking(passing, &detail);
  answer_failed(exchange, passing->ticket, problem, detail);
}

const FileTicket *
file_receipt_ticket(const FileReceipt *receipt)
{
  return receipt->ticket;
}

const char *
file_receipt_address(const FileReceipt *receipt)
{
  return receipt->address;
}

gint64
file_receipt_size(const FileReceipt *receipt)
{
  return receipt->size;
}

const char *
file_receipt_name(const FileReceipt *receipt)
{
  return receipt->name;
}

/* In the thread again. */
static gboolean
answer_settled(gpointer data)
{
  const FileReceipt *receipt = data;
  if (receipt->page)
    answer_page(receipt->exchange, receipt->ticket->home, receipt->page);
  else
    answer_text(receipt->exchange, receipt->status, receipt->status < 400 ? "application/json" : "application/problem+json", receipt->body);
  return G_SOURCE_REMOVE;
}

void
files_settle(FileReceipt *receipt, const FileOutcome *outcome)
{
  if (receipt->files->ended) {
    receipt_free(receipt);
    return;
  }
  receipt->status = outcome->status;
  receipt->body = g_strdup(outcome->body);
  receipt->page = g_strdup(outcome->page);
  g_main_context_invoke_full(receipt->files->own, G_PRIORITY_DEFAULT, answer_settled, receipt, receipt_free);
}

/* --- given --- */

static gssize
give_piece(void *buffer, gsize size, gpointer source)
{
  return blob_reader_read(((Passing *)source)->reader, buffer, size, NULL);
}

/* RFC 8187: all but attr-char is escaped. */
static char *
disposition(const FileTicket *ticket)
{
  g_autofree char *name = g_uri_escape_string(ticket->name ? ticket->name : ticket->give, NULL, FALSE);
  return g_strdup_printf("attachment; filename=\"evidence.bin\"; filename*=UTF-8''%s", name);
}

/* RFC 9530: "sha-256=:…:" of the whole, whose address is the same in hexadecimal. */
static char *
digest_of(const char *address)
{
  guint8 bytes[BLOB_ADDRESS / 2] = { 0 };
  (void)!text_unhex(address, bytes, sizeof bytes); /* an address is nothing else */
  g_autofree char *base64 = g_base64_encode(bytes, sizeof bytes);
  return g_strdup_printf("sha-256=:%s:", base64);
}

static void
give(Passing *passing, HttpExchange *exchange)
{
  HttpField fields[FIELDS];
  gboolean full = passing->files->under_way > LIMIT_FILES;
  g_autofree char *attached = disposition(passing->ticket), *digest = digest_of(passing->ticket->give);
  gsize count = put_fields(fields, "Content-Disposition", attached);

  fields[count++] = (HttpField){ "Content-Type", "application/octet-stream" };
  fields[count++] = (HttpField){ "Repr-Digest", digest };
  if (!full)
    passing->reader = blob_reader_open(passing->files->store, passing->ticket->give, &passing->error);
  if (full)
    answer_problem(exchange, problem_of_code("busy"), "ほかのファイルを渡しています。少し待って、もう一度開いてください。");
  else if (passing->reader)
    http_answer_from(exchange, &(HttpAnswer){ .status = 200, .fields = fields, .n_fields = count },
                     (guint64)blob_reader_size(passing->reader), give_piece, passing);
  else
    answer_problem(exchange, problem_of_error(passing->error), passing->error->message);
}

static void
handle(HttpExchange *exchange, gpointer data G_GNUC_UNUSED)
{
  Passing *passing = http_kept(exchange);

  if (!passing->ticket)
    answer_no_ticket(exchange);
  else if (passing->ticket->give)
    give(passing, exchange);
  else
    finish_taking(passing, exchange);
}

static const HttpService service = { .allow = allow, .handle = handle, .gone = gone, .refusal = problem_refusal };

/* --- the thread --- */

typedef struct {
  Files *files;
  int listener;
  GError *error;
  GMutex lock;
  GCond begun;
  gboolean ready;
} Start;

static gpointer
run(gpointer data)
{
  Start *start = data;
  Files *files = start->files;

  g_main_context_push_thread_default(files->own);
  files->guards = roles_enter_files(files->blobs);
  files->http = http_new(start->listener, files->own, &service, files, &start->error);
  g_mutex_lock(&start->lock);
  start->ready = TRUE;
  g_cond_signal(&start->begun);
  g_mutex_unlock(&start->lock); /* START is gone from here on */
  if (files->http)
    g_main_loop_run(files->loop);
  http_free(files->http);
  g_main_context_pop_thread_default(files->own);
  return NULL;
}

Files *
files_new(int listener, BlobStore *store, const char *blobs, FilesTaken taken, gpointer data, GError **error)
{
  Files *files = g_atomic_rc_box_new0(Files);
  Start start = { .files = files, .listener = listener };

  files->main = g_main_context_ref_thread_default();
  files->own = g_main_context_new();
  files->loop = g_main_loop_new(files->own, FALSE);
  files->tickets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, ticket_free);
  files->store = store;
  files->blobs = g_strdup(blobs);
  files->taken = taken;
  files->data = data;
  g_mutex_init(&start.lock);
  g_cond_init(&start.begun);
  files->thread = g_thread_new("files", run, &start);
  g_mutex_lock(&start.lock);
  while (!start.ready)
    g_cond_wait(&start.begun, &start.lock);
  g_mutex_unlock(&start.lock);
  g_mutex_clear(&start.lock);
  g_cond_clear(&start.begun);
  if (!start.error)
    return files;
  g_propagate_error(error, start.error);
  g_thread_join(files->thread);
  files_unref(files);
  return NULL;
}

guint
files_guards(const Files *files)
{
  return files->guards;
}

/* --- the end --- */

static gboolean
count_waiting(gpointer data)
{
  Files *files = data;
  g_atomic_int_set(&files->waiting, (int)http_waiting(files->http));
  return G_SOURCE_CONTINUE;
}

static gboolean
quiesce(gpointer data)
{
  Files *files = data;
  g_autoptr(GSource) timer = g_timeout_source_new(LOOK_MILLISECONDS);

  http_quiesce(files->http);
  count_waiting(files);
  g_source_set_callback(timer, count_waiting, files, NULL);
  g_source_attach(timer, files->own);
  return G_SOURCE_REMOVE;
}

void
files_quiesce(Files *files)
{
  g_atomic_int_set(&files->waiting, 1); /* until it was counted */
  g_main_context_invoke_full(files->own, G_PRIORITY_DEFAULT, quiesce, g_atomic_rc_box_acquire(files), files_unref);
}

guint
files_waiting(Files *files)
{
  return (guint)g_atomic_int_get(&files->waiting);
}

static gboolean
quit(gpointer data)
{
  g_main_loop_quit(((Files *)data)->loop);
  return G_SOURCE_REMOVE;
}

void
files_free(Files *files)
{
  if (!files)
    return;
  g_main_context_invoke_full(files->own, G_PRIORITY_DEFAULT, quit, g_atomic_rc_box_acquire(files), files_unref);
  g_thread_join(files->thread);
  files->ended = TRUE;
  files_unref(files);
}
