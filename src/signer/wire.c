#include "signer/wire.h"

#include <errno.h>
#include <string.h>

#include "base/child.h"

#define ASK_FIXED (1 + 8 + 8 + TREE_HASH + 1)
#define ANSWER_FIXED (1 + 8 + TREE_HASH + 4)

static void
put_u64(GByteArray *out, guint64 value)
{
  value = GUINT64_TO_BE(value);
  g_byte_array_append(out, (const guint8 *)&value, sizeof value);
}

static guint64
get_u64(const guint8 *at)
{
  guint64 value;
  memcpy(&value, at, sizeof value);
  return GUINT64_FROM_BE(value);
}

static void
put_u32(GByteArray *out, guint32 value)
{
  value = GUINT32_TO_BE(value);
  g_byte_array_append(out, (const guint8 *)&value, sizeof value);
}

static guint32
get_u32(const guint8 *at)
{
  guint32 value;
  memcpy(&value, at, sizeof value);
  return GUINT32_FROM_BE(value);
}

static void
put_u8(GByteArray *out, guint value)
{
  guint8 byte = (guint8)value;
  g_byte_array_append(out, &byte, 1);
}

/* version 1 | old size 8 | new size 8 | root 32 | count 1 | count × 32 */
GByteArray *
wire_encode_ask(const WireAsk *ask)
{
  GByteArray *out = g_byte_array_new();

  g_assert(ask->count <= TREE_MAX_PROOF);
  put_u8(out, WIRE_VERSION);
  put_u64(out, ask->old_size);
  put_u64(out, ask->new_size);
  g_byte_array_append(out, ask->root, TREE_HASH);
  put_u8(out, (guint)ask->count);
  g_byte_array_append(out, ask->proof, (guint)(ask->count * TREE_HASH));
  return out;
}

gboolean
wire_decode_ask(const guint8 *bytes, gsize count, WireAsk *ask)
{
  if (count < ASK_FIXED || bytes[0] != WIRE_VERSION)
    return FALSE;
  ask->old_size = get_u64(bytes + 1);
  ask->new_size = get_u64(bytes + 9);
  memcpy(ask->root, bytes + 17, TREE_HASH);
  ask->count = bytes[ASK_FIXED - 1];
  if (ask->count > TREE_MAX_PROOF || count != ASK_FIXED + ask->count * TREE_HASH || ask->new_size > G_MAXINT64)
    return FALSE;
  memcpy(ask->proof, bytes + ASK_FIXED, ask->count * TREE_HASH);
  return TRUE;
}

/* status 1 | signed size 8 | signed root 32 | guards 4 | text, UTF-8 */
GByteArray *
wire_encode_answer(const WireAnswer *answer)
{
  GByteArray *out = g_byte_array_new();
  gsize text = answer->text ? strlen(answer->text) : 0;

  g_assert(ANSWER_FIXED + text <= WIRE_FRAME);
  put_u8(out, answer->status);
  put_u64(out, answer->size);
  g_byte_array_append(out, answer->root, TREE_HASH);
  put_u32(out, answer->guards);
  g_byte_array_append(out, (const guint8 *)answer->text, (guint)text);
  return out;
}

gboolean
wire_decode_answer(const guint8 *bytes, gsize count, WireAnswer *answer)
{
  if (count < ANSWER_FIXED || bytes[0] > WIRE_FAILED ||
      !g_utf8_validate_len((const char *)bytes + ANSWER_FIXED, count - ANSWER_FIXED, NULL))
    return FALSE;
  answer->status = bytes[0];
  answer->size = get_u64(bytes + 1);
  memcpy(answer->root, bytes + 9, TREE_HASH);
  answer->guards = get_u32(bytes + 9 + TREE_HASH);
  answer->text = g_strndup((const char *)bytes + ANSWER_FIXED, count - ANSWER_FIXED);
  return TRUE;
}

gboolean
wire_send(int fd, const GByteArray *frame)
{
  g_autoptr(GByteArray) out = g_byte_array_new();

  put_u32(out, frame->len);
  g_byte_array_append(out, frame->data, frame->len);
  return child_send(fd, out->data, out->len);
}

GByteArray *
wire_receive(int fd)
{
  guint8 length[4];

  if (!child_receive(fd, length, sizeof length))
    return NULL;
  guint32 count = get_u32(length);
  if (count > WIRE_FRAME) {
    errno = EMSGSIZE;
    return NULL;
  }
  g_autoptr(GByteArray) frame = g_byte_array_new();
  g_byte_array_set_size(frame, count);
  return child_receive(fd, frame->data, count) ? g_steal_pointer(&frame) : NULL;
}
