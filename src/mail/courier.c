#include "mail/courier.h"

#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/limits.h"
#include "base/roles.h"
#include "base/sandbox.h"
#include "base/text.h"
#include "office/mail.h"

#define CONNECT_SECONDS 30
#define MOST_COURIERS 16
#define IDLE_SECONDS 15

/* --- one message --- */

typedef struct {
  const char *bytes;
  gsize size, at;
  gboolean whole;      /* libcurl was told that there is no more */
  gboolean answered;   /* the relay spoke after that */
  gboolean about_it;   /* the last command was of this message, not of the connection */
  gboolean over;       /* QUIT: what the relay says to that is of nothing */
  guint code;
  GString *words;      /* of the last answer, its lines joined */
  CourierWhole tell;
  gpointer data;
} Transfer;

/* Until this has given 0, libcurl cannot have sent the end of the message; asked again after that it would send it twice. */
static size_t
give(char *to, size_t size, size_t count, void *data)
{
  Transfer *transfer = data;
  gsize room = size * count, left = transfer->size - transfer->at, now = MIN(room, left);

  if (transfer->whole)
    return CURL_READFUNC_ABORT;
  if (now == 0) {
    if (transfer->tell && !transfer->tell(transfer->data))
      return CURL_READFUNC_ABORT;
    transfer->whole = TRUE;
    return 0;
  }
  memcpy(to, transfer->bytes + transfer->at, now);
  transfer->at += now;
  return now;
}

/* One line of an answer: three digits, then "-" when more lines follow (RFC 5321 4.2). */
static size_t
hear(char *line, size_t size, size_t count, void *data)
{
  Transfer *transfer = data;
  gsize length = size * count;
  g_autofree char *text = g_utf8_make_valid(line, (gssize)length);
  guint64 code = 0;

  if (transfer->over)
    return length;
  g_strstrip(text);
  g_autofree char *digits = g_strndup(text, 3);
  if (g_ascii_string_to_unsigned(digits, 10, 200, 599, &code, NULL)) {
    if (code != transfer->code || strlen(text) < 4 || text[3] != '-')
      g_string_append_c(transfer->words, '\n');
    transfer->code = (guint)code;
    transfer->answered = transfer->whole;
  }
  g_string_append_printf(transfer->words, " %s", text);
  return length;
}

static int
overhear(CURL *curl G_GNUC_UNUSED, curl_infotype type, char *text, size_t size, void *data)
{
  Transfer *transfer = data;
  if (type != CURLINFO_HEADER_OUT)
    return 0;
  transfer->over = size >= 5 && !memcmp(text, "QUIT\r", 5); /* whole words: a password in base64 has neither blank nor end */
  if (!transfer->over)
    transfer->about_it = (size > 5 && (!memcmp(text, "MAIL ", 5) || !memcmp(text, "RCPT ", 5) || !memcmp(text, "DATA\r", 5)));
  return 0;
}

static size_t
discard(char *bytes G_GNUC_UNUSED, size_t size, size_t count, void *data G_GNUC_UNUSED)
{
  return size * count;
}

static void
set_tls(CURL *curl, const ParcelJob *job)
{
  struct curl_blob blob = { .flags = CURL_BLOB_COPY };

  curl_easy_setopt(curl, CURLOPT_USE_SSL, job->tls == MAIL_TLS_NONE ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (!job->authority)
    return;
  blob.data = (void *)job->authority;
  blob.len = strlen(job->authority);
  curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
  curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
}

/* PLAIN or LOGIN only, which need no more than the password, and only where nobody hears it.  FALSE: it would be heard. */
static gboolean
set_user(CURL *curl, const ParcelJob *job)
{
  if (!job->user)
    return TRUE;
  if (job->tls == MAIL_TLS_NONE && !mail_loopback(job->host))
    return FALSE;
  curl_easy_setopt(curl, CURLOPT_USERNAME, job->user);
  curl_easy_setopt(curl, CURLOPT_PASSWORD, job->password ? job->password : "");
  curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  return TRUE;
}

/* The name that EHLO gives: the sender's domain. */
static char *
url_of(const ParcelJob *job)
{
  const char *at = strrchr(job->from, '@');
  return g_strdup_printf("%s://%s:%u/%s", job->tls == MAIL_TLS_IMPLICIT ? "smtps" : "smtp", job->host, job->port, at ? at + 1 : "localhost");
}

static void
set_up(CURL *curl, const ParcelJob *job, Transfer *transfer, struct curl_slist *to, const char *url, const char *from, char *problem)
{
  curl_easy_reset(curl); /* keeps connections */
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, MIN((long)job->patience, (long)CONNECT_SECONDS));
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)job->patience);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)job->patience);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)job->patience * 5 + 60);
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
  curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, overhear);
  curl_easy_setopt(curl, CURLOPT_DEBUGDATA, transfer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
  set_tls(curl, job);
}

/* RFC 4954 6: of whoever sends, not of this message, whenever it is said. */
static gboolean
wants_authentication(guint code)
{
  return code == 530 || code == 534 || code == 535 || code == 538 || code == 454;
}

/* What the relay said of the message counts; what went wrong beside it does not. */
static ParcelVerdict
judge(const Transfer *transfer, CURLcode result)
{
  guint class = transfer->code / 100;

  if (result == CURLE_OK || (transfer->answered && class == 2))
    return PARCEL_ACCEPTED;
  if (transfer->whole && !transfer->answered)
    return result == CURLE_OPERATION_TIMEDOUT ? PARCEL_SILENT : PARCEL_CUT;
  if (!transfer->about_it && !transfer->answered)
    return PARCEL_UNREACHED;
  if (transfer->code == 421 || wants_authentication(transfer->code))
    return PARCEL_UNREACHED;
  return class == 5 ? PARCEL_REFUSED : class == 4 ? PARCEL_DEFERRED : PARCEL_UNREACHED;
}

/* The relay's last answer; when it did not refuse anything, what the library says. */
static const char *
words_of(const Transfer *transfer, ParcelVerdict verdict, CURLcode result, const char *problem, Arena *arena)
{
  const char *last = strrchr(transfer->words->str, '\n');
  gboolean relay = last && (verdict == PARCEL_ACCEPTED || transfer->code >= 400);
  g_autofree char *text = g_strdup(relay ? last + 1 : *problem ? problem : curl_easy_strerror(result));

  for (char *c = text; *c; c++)
    if ((guchar)*c < 0x20 || *c == 0x7f)
      *c = ' ';
  g_strstrip(text);
  if (!*text || !text_valid(text, strlen(text), TEXT_LINE, NULL))
    return "（読み取れない応答）";
  return text_truncate(arena, text, LIMIT_MAIL_WORDS - 1);
}

void
courier_send(gpointer handle, const ParcelJob *job, CourierWhole whole, gpointer data, ParcelReport *report, Arena *arena)
{
  CURL *curl = handle;
  g_autoptr(GString) words = g_string_new(NULL);
  g_autofree char *url = url_of(job), *from = g_strdup_printf("<%s>", job->from), *to = g_strdup_printf("<%s>", job->to);
  struct curl_slist *recipients = curl_slist_append(NULL, to);
  char problem[CURL_ERROR_SIZE] = "";
  Transfer transfer = { .words = words, .tell = whole, .data = data };

  transfer.bytes = g_bytes_get_data(job->message, &transfer.size);
  set_up(curl, job, &transfer, recipients, url, from, problem);
  CURLcode result = set_user(curl, job) ? curl_easy_perform(curl) : CURLE_LOGIN_DENIED;
  report->number = job->number;
  report->verdict = judge(&transfer, result);
  report->code = transfer.code;
  report->words = words_of(&transfer, report->verdict, result, problem, arena);
  curl_easy_reset(curl);
  curl_slist_free_all(recipients);
}

gpointer
courier_handle_new(void)
{
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  return curl_easy_init();
}

void
courier_handle_free(gpointer handle)
{
  curl_easy_cleanup(handle);
}

/* --- the process that sends --- */

typedef struct {
  int fd;
  guint64 number;
} Line;

static void
renew(gpointer *handle)
{
  courier_handle_free(*handle);
  *handle = curl_easy_init();
}

static gboolean
say(int fd, const ParcelReport *report)
{
  gsize size;
  g_autoptr(GBytes) frame = parcel_pack_report(report);
  const guint8 *bytes = g_bytes_get_data(frame, &size);
  return child_send(fd, bytes, size);
}

static gboolean
say_whole(gpointer data)
{
  const Line *line = data;
  const ParcelReport report = { .number = line->number, .verdict = PARCEL_WHOLE };
  return say(line->fd, &report);
}

/* After a failure nothing of the connection is used again. */
static gboolean
carry(gpointer *handle, int fd)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GBytes) frame = child_receive_frame(fd, PARCEL_LONGEST);
  ParcelJob job;
  ParcelReport report;

  if (!frame || !parcel_read_job(frame, &job, arena))
    return FALSE;
  Line line = { fd, job.number };
  courier_send(*handle, &job, say_whole, &line, &report, arena);
  g_bytes_unref(job.message);
  if (report.verdict != PARCEL_ACCEPTED)
    renew(handle);
  return say(fd, &report) && *handle;
}

/* A relay is not kept waiting by a courier without work: QUIT, and a new connection for the next. */
static gboolean
wait_for_work(gpointer *handle, int fd)
{
  struct pollfd work = { .fd = fd, .events = POLLIN };
  int got = poll(&work, 1, IDLE_SECONDS * 1000);

  if (got == 0)
    renew(handle);
  return *handle != NULL;
}

/* The signals that end the server are for the server. */
static void
leave_signals(void)
{
  static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
  for (gsize i = 0; i < G_N_ELEMENTS(ignored); i++)
    (void)signal(ignored[i], SIG_IGN);
}

static int
send_all(guint port, guint keeper)
{
  guint8 word[ROLES_WORD];

  leave_signals();
  gpointer handle = courier_handle_new(); /* reads what OpenSSL wants while it may */
  roles_say(roles_enter_courier(port), keeper, word);
  if (!handle || !child_send_frame(CHILD_FD, word, sizeof word, NULL, 0))
    return 3;
  while (wait_for_work(&handle, CHILD_FD) && carry(&handle, CHILD_FD))
    continue;
  courier_handle_free(handle);
  return 0;
}

/* --- the keeper --- */

typedef struct {
  guint port;
  pid_t pid;
} Kept;

/* The slot of PORT, whose courier is ended; else a free one, or NULL. */
static Kept *
slot_for(Kept *kept, guint port)
{
  for (gsize i = 0; i < MOST_COURIERS; i++)
    if (kept[i].pid && (kept[i].port == port || waitpid(kept[i].pid, NULL, WNOHANG) == kept[i].pid)) {
      if (kept[i].port == port)
        child_end(kept[i].pid, TRUE);
      kept[i] = (Kept){ 0 };
    }
  for (gsize i = 0; i < MOST_COURIERS; i++)
    if (!kept[i].pid)
      return &kept[i];
  return NULL;
}

/* Whether it started or not, main is told. */
static gboolean
hand_up(int fd, int end)
{
  gboolean told = parcel_send_fd(fd, end);
  if (end >= 0)
    (void)close(end);
  return told;
}

/* Inside the sandbox already, which it does not enter again: Landlock takes sixteen layers and no more. */
static gboolean
start_spare(int fd, const char *guards)
{
  const char *const arguments[] = { "courier", "--keeper", guards, "--fd", G_STRINGIFY(CHILD_FD), NULL };
  int end = -1;
  pid_t pid;
  return hand_up(fd, child_start(arguments, &end, &pid) == 0 ? end : -1);
}

static gboolean
start_one(Kept *kept, int fd, guint port, const char *guards)
{
  g_autofree char *number = g_strdup_printf("%u", port);
  const char *const arguments[] = { "courier", "--port", number, "--keeper", guards, "--fd", G_STRINGIFY(CHILD_FD), NULL };
  Kept *slot = slot_for(kept, port);
  int end = -1;

  if (slot && child_start(arguments, &end, &slot->pid) == 0)
    slot->port = port;
  else
    end = -1;
  return hand_up(fd, end);
}

static gboolean
start(Kept *kept, int fd, guint port, const char *guards)
{
  return port ? start_one(kept, fd, port, guards) : start_spare(fd, guards);
}

/* INSIDE: the guards of the sandbox that it was started in; NULL: none. */
static int
keep(const char *inside)
{
  Kept kept[MOST_COURIERS] = { 0 };
  guint8 port[2];

  leave_signals();
  g_autofree char *guards = inside ? g_strdup(inside) : g_strdup_printf("%u", roles_enter_keeper());
  while (child_receive(CHILD_FD, port, sizeof port) && start(kept, CHILD_FD, (guint)port[0] << 8 | port[1], guards))
    continue;
  return 0; /* couriers end when main's side of their sockets is closed */
}

int
courier_command(int argc, char **argv)
{
  guint64 port, keeper;

  if (argc == 3 && !strcmp(argv[1], "--fd") && !strcmp(argv[2], G_STRINGIFY(CHILD_FD)))
    return keep(NULL);
  if (argc == 5 && !strcmp(argv[1], "--keeper") && g_ascii_string_to_unsigned(argv[2], 10, 0, SANDBOX_ALL, &keeper, NULL) &&
      !strcmp(argv[3], "--fd") && !strcmp(argv[4], G_STRINGIFY(CHILD_FD)))
    return keep(argv[2]);
  if (argc == 7 && !strcmp(argv[1], "--port") && g_ascii_string_to_unsigned(argv[2], 10, 1, 65535, &port, NULL) &&
      !strcmp(argv[3], "--keeper") && g_ascii_string_to_unsigned(argv[4], 10, 0, SANDBOX_ALL, &keeper, NULL) &&
      !strcmp(argv[5], "--fd") && !strcmp(argv[6], G_STRINGIFY(CHILD_FD)))
    return send_all((guint)port, (guint)keeper);
  g_printerr("courier は初動が自ら起動する部品です。直接は使いません。\n");
  return 2;
}
