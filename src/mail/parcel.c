#include "mail/parcel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>


#define JOB_STRINGS 10

/* --- packing: strings that each end in NUL, then bytes --- */

static void
put_string(GByteArray *frame, const char *text)
{
  g_byte_array_append(frame, (const guint8 *)text, (guint)strlen(text) + 1);
}

static void
put_number(GByteArray *frame, guint64 number)
{
  g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, number);
  put_string(frame, text);
}

static GByteArray *
frame_new(void)
{
  GByteArray *frame = g_byte_array_new();
  g_byte_array_set_size(frame, 4);
  return frame;
}

static GBytes *
frame_done(GByteArray *frame)
{
  guint32 length = g_htonl(frame->len - 4);
  memcpy(frame->data, &length, 4);
  return g_byte_array_free_to_bytes(frame);
}

GBytes *
parcel_pack_job(const ParcelJob *job)
{
  GByteArray *frame = frame_new();
  gsize size;
  const guint8 *message = g_bytes_get_data(job->message, &size);

  put_number(frame, job->number);
  put_string(frame, job->host);
  put_number(frame, job->port);
  put_number(frame, (guint64)job->tls);
  put_number(frame, job->patience);
  put_string(frame, job->authority ? job->authority : "");
  put_string(frame, job->from);
  put_string(frame, job->to);
  put_string(frame, job->user ? job->user : "");
  put_string(frame, job->password ? job->password : "");
  g_byte_array_append(frame, message, (guint)size);
  return frame_done(frame);
}

GBytes *
parcel_pack_report(const ParcelReport *report)
{
  GByteArray *frame = frame_new();
  const char verdict[] = { (char)report->verdict, 0 };

  put_number(frame, report->number);
  put_string(frame, verdict);
  put_number(frame, report->code);
  put_string(frame, report->words ? report->words : "");
  return frame_done(frame);
}

/* --- reading --- */

/* COUNT strings in ARENA; gives where the rest begins, or 0. */
static gsize
take_strings(GBytes *frame, const char **strings, gsize count, Arena *arena)
{
  gsize size, at = 0;
  const char *bytes = g_bytes_get_data(frame, &size);

  for (gsize i = 0; i < count; i++) {
    const char *end = at < size ? memchr(bytes + at, 0, size - at) : NULL;
    if (!end || !g_utf8_validate(bytes + at, end - bytes - (gssize)at, NULL))
      return 0;
    strings[i] = arena_strdup(arena, bytes + at);
    at = (gsize)(end - bytes) + 1;
  }
  return at;
}

static gboolean
take_number(const char *text, guint64 most, guint64 *number)
{
  return g_ascii_string_to_unsigned(text, 10, 0, most, number, NULL);
}

gboolean
parcel_read_job(GBytes *frame, ParcelJob *job, Arena *arena)
{
  const char *strings[JOB_STRINGS];
  gsize at = take_strings(frame, strings, JOB_STRINGS, arena);
  guint64 port, tls, patience;

  if (!at || !take_number(strings[0], G_MAXUINT64, &job->number) || !take_number(strings[2], 65535, &port) ||
      !take_number(strings[3], 9, &tls) || !take_number(strings[4], 3600, &patience))
    return FALSE;
  job->host = strings[1];
  job->port = (guint)port;
  job->tls = (int)tls;
  job->patience = (guint)patience;
  job->authority = *strings[5] ? strings[5] : NULL;
  job->from = strings[6];
  job->to = strings[7];
  job->user = *strings[8] ? strings[8] : NULL;
  job->password = *strings[9] ? strings[9] : NULL;
  job->message = g_bytes_new_from_bytes(frame, at, g_bytes_get_size(frame) - at);
  return TRUE;
}

gboolean
parcel_read_report(GBytes *frame, ParcelReport *report, Arena *arena)
{
  const char *strings[4];
  gsize at = take_strings(frame, strings, G_N_ELEMENTS(strings), arena);
  guint64 code;

  if (at != g_bytes_get_size(frame) || !at || !take_number(strings[0], G_MAXUINT64, &report->number) || !take_number(strings[2], 999, &code) ||
      strlen(strings[1]) != 1 || !strchr("wadrucs", strings[1][0]))
    return FALSE;
  report->verdict = (ParcelVerdict)strings[1][0];
  report->code = (guint)code;
  report->words = strings[3];
  return TRUE;
}

GBytes *
parcel_take(GByteArray *in, gboolean *bad)
{
  guint32 length;

  *bad = FALSE;
  if (in->len < sizeof length)
    return NULL;
  memcpy(&length, in->data, sizeof length);
  length = g_ntohl(length);
  *bad = length > PARCEL_LONGEST;
  if (*bad || in->len < sizeof length + length)
    return NULL;
  GBytes *frame = g_bytes_new(in->data + sizeof length, length);
  g_byte_array_remove_range(in, 0, (guint)sizeof length + length);
  return frame;
}

/* --- descriptors --- */

typedef union {
  char room[CMSG_SPACE(sizeof(int))];
  struct cmsghdr align;
} Ancillary;

gboolean
parcel_send_fd(int socket, int fd)
{
  Ancillary ancillary = { 0 };
  char byte = fd >= 0 ? 'f' : 'n';
  struct iovec io = { &byte, 1 };
  struct msghdr message = { .msg_iov = &io, .msg_iovlen = 1 };
  gssize sent;

  if (fd >= 0) {
    message.msg_control = ancillary.room;
    message.msg_controllen = sizeof ancillary.room;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
  }
  do
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == 1;
}

int
parcel_receive_fd(int socket)
{
  Ancillary ancillary = { 0 };
  char byte;
  struct iovec io = { &byte, 1 };
  struct msghdr message = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = ancillary.room, .msg_controllen = sizeof ancillary.room };
  gssize got;
  int fd = -1;

  do
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  const struct cmsghdr *head = got == 1 ? CMSG_FIRSTHDR(&message) : NULL;
  if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof fd))
    memcpy(&fd, CMSG_DATA(head), sizeof fd);
  return fd;
}
