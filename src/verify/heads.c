#include "verify/heads.h"

#include <string.h>

#include "base/error.h"

typedef struct {
  Checkpoint *checkpoint;
  char *note; /* NULL: verified already */
  gboolean outside;
} Head;

struct Heads {
  NoteKey *key;
  GArray *heads; /* Head, by size */
  guint next;
  guint64 last;  /* size of the last one that agreed */
  VerifyReport *report;
};

static void
head_clear(gpointer data)
{
  Head *head = data;

  checkpoint_free(head->checkpoint);
  g_free(head->note);
}

static gboolean
found(GError **error, const char *format, guint64 number)
{
  g_autofree char *place = g_strdup_printf("%" G_GUINT64_FORMAT, number);
  g_auto(GStrv) parts = g_strsplit(format, "#", -1);
  g_autofree char *text = g_strjoinv(place, parts);

  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, text);
  return FALSE;
}

static NoteKey *
read_key(const char *path, const char *vkey, GError **error)
{
  g_autofree char *text = NULL;

  if (!vkey) {
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
      g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_NOT_FOUND,
                          "検証用の鍵（log.vkey）がありません。控えてある鍵を指定してください。");
      return NULL;
    }
    vkey = g_strchomp(text);
  }
  return note_key_parse(vkey, error);
}

static gboolean
add_outside(Heads *heads, const char *note, GError **error)
{
  g_autoptr(GError) reason = NULL;
  Head head = {checkpoint_verify(note, heads->key, &reason), NULL, TRUE};

  if (!head.checkpoint) {
    heads->report->found = TRUE;
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "外で保管していた控えが、この台帳の鍵と合いません：%s",
                reason->message);
    return FALSE;
  }
  g_array_append_val(heads->heads, head);
  return TRUE;
}

Heads *
heads_new(const char *key_path, const VerifyOutside *outside, VerifyReport *report, GError **error)
{
  g_autoptr(Heads) heads = g_new0(Heads, 1);

  heads->report = report;
  heads->heads = g_array_new(FALSE, FALSE, sizeof(Head));
  g_array_set_clear_func(heads->heads, head_clear);
  heads->key = read_key(key_path, outside ? outside->vkey : NULL, error);
  if (!heads->key)
    return NULL;
  for (gsize i = 0; outside && outside->checkpoints && outside->checkpoints[i]; i++)
    if (!add_outside(heads, outside->checkpoints[i], error))
      return NULL;
  return g_steal_pointer(&heads);
}

void
heads_free(Heads *heads)
{
  if (!heads)
    return;
  note_key_free(heads->key);
  g_array_unref(heads->heads);
  g_free(heads);
}

const char *
heads_origin(const Heads *heads)
{
  return note_key_name(heads->key);
}

gboolean
heads_add(Heads *heads, const char *note, guint64 size, GError **error)
{
  Head head = {checkpoint_parse(note, NULL), NULL, FALSE};

  if (!head.checkpoint || head.checkpoint->size != size ||
      strcmp(head.checkpoint->origin, heads_origin(heads)) != 0) {
    checkpoint_free(head.checkpoint);
    return found(error, "保存された控え（#件のもの）が書式どおりではないか、別の台帳のものです。", size);
  }
  head.note = g_strdup(note);
  g_array_append_val(heads->heads, head);
  return TRUE;
}

static gint
by_size(gconstpointer a, gconstpointer b)
{
  const Head *first = a, *second = b;
  guint64 x = first->checkpoint->size, y = second->checkpoint->size;

  /* a stored one before one from outside: what is damaged inside is named first */
  return x != y ? (x < y ? -1 : 1) : first->outside - second->outside;
}

void
heads_sort(Heads *heads)
{
  g_array_sort(heads->heads, by_size);
}

static const Head *
next_head(const Heads *heads)
{
  return heads->next < heads->heads->len ? &g_array_index(heads->heads, Head, heads->next) : NULL;
}

guint64
heads_next(const Heads *heads)
{
  const Head *head = next_head(heads);

  return head ? head->checkpoint->size : G_MAXUINT64;
}

static gboolean
is_signed(const Heads *heads, const Head *head, GError **error)
{
  const NoteKey *keys[] = {heads->key};

  return !head->note || note_verify(head->note, keys, 1, NULL, NULL) ||
         found(error, "保存された控え（#件のもの）の署名が正しくありません。", head->checkpoint->size);
}

gboolean
heads_pass(Heads *heads, const TreeRange *range, guint64 *last, GError **error)
{
  const Head *head = next_head(heads);
  guint8 root[TREE_HASH];

  *last = G_MAXUINT64;
  if (!is_signed(heads, head, error))
    return FALSE;
  tree_range_root(range, root);
  if (memcmp(root, head->checkpoint->root, TREE_HASH) != 0) {
    *last = heads->last;
    return found(error, head->outside ? "外で保管していた控え（#件のもの）と台帳が合いません。"
                                      : "署名された控え（#件のもの）と台帳が合いません。",
                 head->checkpoint->size);
  }
  heads->last = heads->report->signed_size = range->size;
  heads->report->checkpoints++;
  heads->next++;
  return TRUE;
}

gboolean
heads_end(Heads *heads, guint64 size, GError **error)
{
  const Head *head = next_head(heads);

  if (!head)
    return TRUE;
  if (!is_signed(heads, head, error))
    return FALSE;
  heads->report->entry = (gint64)size;
  return found(error, head->outside ? "外で保管していた控えは#件を示しますが、台帳はそこまでありません。"
                                      "台帳の終わりが切られたか、古い控えに戻されています。"
                                    : "署名された控えは#件を示しますが、台帳はそこまでありません。"
                                      "台帳の終わりが切られています。",
               head->checkpoint->size);
}
