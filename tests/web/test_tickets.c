/* Tickets and the thread for files, in this process: a clock that is put forward, a disk that is full, one person's
 * many tickets, and an end while something is under way. */
#include <string.h>
#include <sys/statvfs.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/limits.h"
#include "office/secret.h"
#include "raw.h"
#include "web/files.h"
#include "web/listen.h"

/* statvfs is called so when offsets have 64 bits, as everywhere in the program. */
static gint64 forward;      /* microseconds the clock was put forward */
static gint64 free_bytes = -1; /* of the disk; -1: as it is */

gint64 __real_g_get_monotonic_time(void);
gint64 __wrap_g_get_monotonic_time(void);
int __real_statvfs64(const char *path, struct statvfs *disk);
int __wrap_statvfs64(const char *path, struct statvfs *disk);

gint64
__wrap_g_get_monotonic_time(void)
{
  return __real_g_get_monotonic_time() + __atomic_load_n(&forward, __ATOMIC_SEQ_CST);
}

int
__wrap_statvfs64(const char *path, struct statvfs *disk)
{
  gint64 left = __atomic_load_n(&free_bytes, __ATOMIC_SEQ_CST);
  int status = __real_statvfs64(path, disk);
  if (left >= 0)
    disk->f_bavail = (fsblkcnt_t)left / disk->f_frsize;
  return status;
}

typedef struct {
  char *dir, *where, *place;
  Keyring *keyring;
  BlobStore *store;
  Files *files;
  gboolean holds; /* what was taken is not settled */
  GPtrArray *held;
} Room;

static void
taken(FileReceipt *receipt, gpointer data)
{
  Room *room = data;
  if (room->holds)
    g_ptr_array_add(room->held, receipt);
  else
    files_settle(receipt, &(FileOutcome){ 201, file_receipt_address(receipt), NULL });
}

static Room *
room_new(void)
{
  Room *room = g_new0(Room, 1);
  g_autoptr(GError) error = NULL;
  char *sheet = NULL;
  guint16 port;

  room->dir = g_dir_make_tmp("shodo-tickets-XXXXXX", NULL);
  g_assert_true(keyring_create(room->dir, &sheet, &error));
  keyring_sheet_free(sheet);
  room->keyring = keyring_open(room->dir, &error);
  room->store = blob_open(room->dir, room->keyring, &error);
  g_assert_no_error(error);
  g_autofree char *where = g_strdup_printf("unix:%s/web", room->dir), *blobs = g_build_filename(room->dir, "blobs", NULL);
  int listener = listen_beside(-1, where, &port, &error);
  g_assert_no_error(error);
  room->place = g_strdup_printf("%s.files", where);
  room->held = g_ptr_array_new();
  room->files = files_new(listener, room->store, blobs, taken, room, &error);
  g_assert_no_error(error);
  return room;
}

static void
room_free(Room *room)
{
  const char *argv[] = { "rm", "-rf", room->dir, NULL };
  __atomic_store_n(&forward, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&free_bytes, -1, __ATOMIC_SEQ_CST);
  files_free(room->files);
  blob_close(room->store);
  keyring_close(room->keyring);
  g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
  g_ptr_array_unref(room->held);
  g_free(room->dir);
  g_free(room->place);
  g_free(room);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Room, room_free)

static char *
ticket_for(Room *room, const char *person)
{
  FileTicket *ticket = g_new0(FileTicket, 1);
  *ticket = (FileTicket){ .kase = 1, .person = g_strdup(person), .session = g_strdup("s"), .holder = secret_digest("cookie"), .home = g_strdup("") };
  return files_issue(room->files, ticket);
}

static Raw *
begin(Room *room, const char *ticket, const char *framing)
{
  g_autofree char *head = g_strdup_printf("PUT %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: __Host-sid=cookie\r\n%s\r\n\r\n", ticket, framing);
  Raw *raw = raw_open(room->place, NULL);
  g_assert_true(raw && raw_send(raw, head, strlen(head)));
  return raw;
}

/* Reads while the main context goes on. */
typedef struct {
  Raw *raw;
  char *statuses;
  int done;
} Reading;

static gpointer
read_on(gpointer data)
{
  Reading *reading = data;
  gboolean closed;
  g_autoptr(GByteArray) bytes = raw_read(reading->raw, 20, &closed);
  reading->statuses = raw_statuses(bytes, 0);
  g_atomic_int_set(&reading->done, 1);
  g_main_context_wakeup(NULL);
  return NULL;
}

static void
assert_answer(Raw *taken_raw, const char *statuses)
{
  g_autoptr(Raw) raw = taken_raw;
  Reading reading = { .raw = raw };
  GThread *thread = g_thread_new("reads", read_on, &reading);
  while (!g_atomic_int_get(&reading.done))
    g_main_context_iteration(NULL, TRUE);
  g_thread_join(thread);
  g_test_message("%s for %s", reading.statuses, statuses);
  g_assert_cmpstr(reading.statuses, ==, statuses);
  g_free(reading.statuses);
}

static void
test_over(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *one = ticket_for(room, "p1"), *two = ticket_for(room, "p1");

  __atomic_store_n(&forward, (LIMIT_TICKET_SECONDS - 5) * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  assert_answer(begin(room, one, "Content-Length: 0"), "201");
  __atomic_store_n(&forward, (LIMIT_TICKET_SECONDS + 1) * G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  assert_answer(begin(room, two, "Content-Length: 0"), "404");
}

static void
test_many(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *other = ticket_for(room, "p2"), *first = ticket_for(room, "p1");
  g_autofree char *second = ticket_for(room, "p1");

  for (guint i = 0; i < LIMIT_TICKETS_OF_ONE - 1; i++)
    g_free(ticket_for(room, "p1"));
  assert_answer(begin(room, first, "Content-Length: 0"), "404"); /* made room */
  assert_answer(begin(room, second, "Content-Length: 0"), "201");
  assert_answer(begin(room, other, "Content-Length: 0"), "201");
}

static void
test_full(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *one = ticket_for(room, "p1"), *two = ticket_for(room, "p1"), *three = ticket_for(room, "p1");

  __atomic_store_n(&free_bytes, LIMIT_FILE_FREE + 1000000, __ATOMIC_SEQ_CST);
  assert_answer(begin(room, one, "Content-Length: 1100000"), "507"); /* it is told before a byte was sent */
  assert_answer(begin(room, two, "Content-Length: 0"), "201");
  /* and looked at again on the way */
  g_autofree char *piece = g_malloc0(1 << 20);
  Raw *raw = begin(room, three, "Transfer-Encoding: chunked");
  for (guint i = 0; i < 24; i++) {
    gboolean sent = raw_send(raw, "100000\r\n", 8) && raw_send(raw, piece, 1 << 20) && raw_send(raw, "\r\n", 2);
    g_assert_true(sent || i > 16);
    if (i == 10)
      __atomic_store_n(&free_bytes, LIMIT_FILE_FREE - 1, __ATOMIC_SEQ_CST);
    if (!sent)
      break;
  }
  assert_answer(raw, "507");
  g_autofree char *temp = g_build_filename(room->dir, "blobs", "tmp", NULL);
  g_autoptr(GDir) rubbish = g_dir_open(temp, 0, NULL);
  g_assert_null(g_dir_read_name(rubbish));
}

/* Two receipts are held by main when all ends: nobody answers them, nothing is used after its end. */
static void
test_end(void)
{
  g_autoptr(Room) room = room_new();
  g_autofree char *one = ticket_for(room, "p1"), *two = ticket_for(room, "p1"), *three = ticket_for(room, "p1");
  g_autoptr(Raw) first = begin(room, one, "Content-Length: 0");
  g_autoptr(Raw) second = begin(room, two, "Content-Length: 0");
  g_autoptr(Raw) half = begin(room, three, "Content-Length: 9");

  room->holds = TRUE;
  while (room->held->len < 2)
    g_main_context_iteration(NULL, TRUE);
  files_quiesce(room->files);
  while (files_waiting(room->files) != 3)
    g_usleep(1000);
  files_free(g_steal_pointer(&room->files));
  for (guint i = 0; i < 2; i++)
    files_settle(room->held->pdata[i], &(FileOutcome){ 201, "{}", NULL });
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tickets/over", test_over);
  g_test_add_func("/tickets/many", test_many);
  g_test_add_func("/tickets/full", test_full);
  g_test_add_func("/tickets/end", test_end);
  return g_test_run();
}
