#include "engine/snapshot.h"

#include <jansson.h>
#include <string.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "case/case.h"

#define FORMAT "shodo-snapshot/3"
#define LIMIT_SNAPSHOT ((gsize)1 << 30)
#define LIMIT_PROGRAM ((gsize)256 << 20)

/* The running program's own bytes: a snapshot of another build is never read. */
static const char *
build_id(void)
{
  static gsize once;
  static char *id;
  if (g_once_init_enter(&once)) {
    g_autoptr(GBytes) bytes = file_read("/proc/self/exe", LIMIT_PROGRAM, NULL); /* a link, which durable_read refuses */
    id = bytes ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : g_strdup("unknown");
    g_once_init_leave(&once, 1);
  }
  return id;
}

static char *
path_of(const char *dir)
{
  return g_build_filename(dir, "snapshot", NULL);
}

gboolean
snapshot_write(const char *dir, const Keyring *keyring, const JournalHead *head, const GPtrArray *cards,
               const Outbox *outbox, GError **error)
{
  g_autofree char *root = text_hex(head->root, sizeof head->root);
  g_autofree char *path = path_of(dir);
  g_autofree char *mails = outbox_save(outbox);
  json_t *list = json_array();

  for (guint i = 0; i < cards->len; i++) {
    json_t *structural, *personal;
    fields_encode(card_fields, cards->pdata[i], &structural, &personal);
    json_array_append_new(list, structural);
  }
  g_autoptr(json_t) snapshot = json_pack("{s:s, s:s, s:I, s:s, s:s, s:o}", "format", FORMAT, "build", build_id(), "size",
                                         (json_int_t)head->size, "root", root, "outbox", mails, "cards", list);
  g_autofree char *text = json_dumps(snapshot, JSON_COMPACT | JSON_SORT_KEYS);
  gsize length = strlen(text);
  g_autofree guint8 *file = g_malloc(length + KEYRING_MAC);
  memcpy(file, text, length);
  keyring_mac(keyring, text, length, file + length);
  return durable_write(path, file, length + KEYRING_MAC, DURABLE_REPLACE, error);
}

static json_t *
authentic(const char *dir, const Keyring *keyring)
{
  g_autofree char *path = path_of(dir);
  g_autoptr(GBytes) bytes = durable_read(path, LIMIT_SNAPSHOT, NULL);
  gsize size;
  const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

  if (!data || size <= KEYRING_MAC || !keyring_mac_check(keyring, data, size - KEYRING_MAC, data + size - KEYRING_MAC))
    return NULL;
  return json_loadb((const char *)data, size - KEYRING_MAC, 0, NULL);
}

static gboolean
of_this_journal(json_t *snapshot, JournalReader *reader, guint64 *size)
{
  const char *format, *build, *root;
  json_int_t count;
  guint8 now[TREE_HASH];

  if (json_unpack(snapshot, "{s:s, s:s, s:I, s:s}", "format", &format, "build", &build, "size", &count, "root", &root) ||
      !g_str_equal(format, FORMAT) || !g_str_equal(build, build_id()) || count < 0)
    return FALSE;
  if (!journal_root_at(reader, (guint64)count, now, NULL))
    return FALSE;
  g_autofree char *expected = text_hex(now, sizeof now);
  if (!g_str_equal(root, expected))
    return FALSE;
  *size = (guint64)count;
  return TRUE;
}

gboolean
snapshot_read(const char *dir, const Keyring *keyring, JournalReader *reader, GPtrArray *cards, GPtrArray *arenas,
              Outbox *outbox, guint64 *size)
{
  g_autoptr(json_t) snapshot = authentic(dir, keyring);
  json_t *list = snapshot ? json_object_get(snapshot, "cards") : NULL;
  guint64 count;

  if (!json_is_array(list) || !of_this_journal(snapshot, reader, &count))
    return FALSE;
  for (gsize i = 0; i < json_array_size(list); i++) {
    Arena *arena = arena_new();
    Card *card = fields_restore(card_fields, sizeof(Card), json_array_get(list, i), NULL, arena, NULL);
    g_ptr_array_add(arenas, arena);
    if (!card || card->number != i + 1) {
      g_ptr_array_set_size(cards, 0);
      g_ptr_array_set_size(arenas, 0);
      return FALSE;
    }
    g_ptr_array_add(cards, card);
  }
  const char *mails = json_string_value(json_object_get(snapshot, "outbox"));
  if (!mails || !outbox_restore(outbox, mails)) {
    g_ptr_array_set_size(cards, 0);
    g_ptr_array_set_size(arenas, 0);
    return FALSE;
  }
  *size = count;
  return TRUE;
}
