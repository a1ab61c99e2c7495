#include "web/rate.h"

typedef struct {
  gdouble left;
  gint64 at; /* when LEFT was reckoned */
} Bucket;

struct Rate {
  guint burst, each_second;
  GHashTable *buckets; /* token -> Bucket: tokens are few (LIMIT_TOKENS_OF_ONE) */
};

Rate *
rate_new(guint burst, guint each_second)
{
  Rate *rate = g_new0(Rate, 1);
  *rate = (Rate){ burst, each_second, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) };
  return rate;
}

void
rate_free(Rate *rate)
{
  if (!rate)
    return;
  g_hash_table_unref(rate->buckets);
  g_free(rate);
}

static Bucket *
bucket_of(Rate *rate, const char *who, gint64 now)
{
  Bucket *bucket = g_hash_table_lookup(rate->buckets, who);
  if (bucket)
    return bucket;
  bucket = g_new0(Bucket, 1);
  *bucket = (Bucket){ rate->burst, now };
  g_hash_table_insert(rate->buckets, g_strdup(who), bucket);
  return bucket;
}

guint
rate_take(Rate *rate, const char *who, gint64 now)
{
  Bucket *bucket = bucket_of(rate, who, now);
  gdouble filled = (gdouble)(now - bucket->at) / G_USEC_PER_SEC * rate->each_second;

  bucket->left = MIN(bucket->left + filled, (gdouble)rate->burst);
  bucket->at = now;
  if (bucket->left < 1)
    return (guint)((1 - bucket->left) / rate->each_second) + 1;
  bucket->left -= 1;
  return 0;
}
