#include "engine/news.h"

typedef struct {
  guint64 stream, entry;
} Item;

typedef struct {
  guint id;
  NewsTold told; /* NULL: unwatched while being told */
  gpointer data;
} Watch;

struct News {
  GArray *pending; /* of Item, by entry */
  GArray *watches; /* of Watch */
  guint last;
  gboolean telling;
};

News *
news_new(void)
{
  News *news = g_new0(News, 1);
  news->pending = g_array_new(FALSE, FALSE, sizeof(Item));
  news->watches = g_array_new(FALSE, FALSE, sizeof(Watch));
  return news;
}

void
news_free(News *news)
{
  if (!news)
    return;
  g_array_unref(news->pending);
  g_array_unref(news->watches);
  g_free(news);
}

guint
news_watch(News *news, NewsTold told, gpointer data)
{
  Watch watch = { ++news->last, told, data };
  g_array_append_val(news->watches, watch);
  return watch.id;
}

static void
sweep(News *news)
{
  for (guint i = news->watches->len; i > 0; i--)
    if (!g_array_index(news->watches, Watch, i - 1).told)
      g_array_remove_index(news->watches, i - 1);
}

void
news_unwatch(News *news, guint id)
{
  for (guint i = 0; i < news->watches->len; i++)
    if (g_array_index(news->watches, Watch, i).id == id)
      g_array_index(news->watches, Watch, i).told = NULL;
  if (!news->telling)
    sweep(news);
}

void
news_add(News *news, guint64 stream, guint64 entry)
{
  if (!news->watches->len)
    return;
  Item item = { stream, entry };
  g_array_append_val(news->pending, item);
}

static void
tell_one(News *news, const Item *item)
{
  for (guint i = 0; i < news->watches->len; i++) {
    Watch watch = g_array_index(news->watches, Watch, i);
    if (watch.told)
      watch.told(item->stream, item->entry, watch.data);
  }
}

/* What is still to be written stays; of several entries of one stream the latest is told. */
void
news_tell(News *news, guint64 durable)
{
  g_autoptr(GHashTable) latest = NULL;
  guint ready = 0;

  while (ready < news->pending->len && g_array_index(news->pending, Item, ready).entry < durable)
    ready++;
  if (!ready)
    return;
  latest = g_hash_table_new(g_int64_hash, g_int64_equal);
  g_autofree Item *items = g_memdup2(news->pending->data, ready * sizeof(Item));
  g_array_remove_range(news->pending, 0, ready);
  for (guint i = 0; i < ready; i++)
    g_hash_table_replace(latest, &items[i].stream, &items[i]);
  news->telling = TRUE;
  for (guint i = 0; i < ready; i++)
    if (g_hash_table_lookup(latest, &items[i].stream) == &items[i])
      tell_one(news, &items[i]);
  news->telling = FALSE;
  sweep(news);
}
