#include "web/delay.h"

#include <string.h>

#include "office/secret.h"

const DelayRule delay_of_account = { 5, 15 * 60, 24 * 60 * 60 };
const DelayRule delay_of_source = { 40, 60, 60 * 60 };

typedef struct {
  guint32 count;
  gint64 until; /* `up` */
} Record;

char *
delay_key(const char *what, const char *who, const char *from)
{
  g_autofree char *text = g_strjoin("\n", what, who, from, NULL);
  return secret_digest(text);
}

/* `until` is of this boot: what an earlier one wrote says only how often. */
static Record
read_record(Scratch *scratch, const char *key)
{
  g_autoptr(GBytes) value = scratch_get(scratch, SCRATCH_DELAY, key);
  Record record = { 0 };
  if (value && g_bytes_get_size(value) == sizeof record)
    memcpy(&record, g_bytes_get_data(value, NULL), sizeof record);
  return record;
}

guint
delay_left(Scratch *scratch, const char *key)
{
  gint64 left = read_record(scratch, key).until - scratch_now(scratch).up;
  return left > 0 ? (guint)MIN(left / 1000 + 1, 3600) : 0;
}

void
delay_fail(Scratch *scratch, const char *key, const DelayRule *rule)
{
  gint64 up = scratch_now(scratch).up;
  Record record;

  memset(&record, 0, sizeof record);
  record.count = read_record(scratch, key).count + 1;
  if (record.count >= rule->free)
    record.until = up + 1000 * (gint64)MIN((guint64)rule->most, G_GUINT64_CONSTANT(1) << MIN(record.count - rule->free, 30u));
  g_autoptr(GBytes) value = g_bytes_new(&record, sizeof record);
  (void)!scratch_put(scratch, SCRATCH_DELAY, key, "", value, up + 1000 * (gint64)rule->forget, NULL);
}

void
delay_forget(Scratch *scratch, const char *key)
{
  scratch_delete(scratch, SCRATCH_DELAY, key);
}
