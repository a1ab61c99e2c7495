#include "web/password.h"

#include <gio/gio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "web/passwords-data.h"

#define LEAST_BESIDE_NAMES 8 /* characters, once names are taken out */
#define LEAST_DIFFERENT 5    /* characters that are not alike */

static const char *const always[] = { "shodo", "初動", "password", "パスワード", "csirt", "administrator", "管理者" };

/* --- the list --- */

static int
compare(const char *line, const char *end, const char *word)
{
  gsize length = (gsize)(end - line);
  int order = strncmp(line, word, length);
  return order ? order : -(int)(word[length] != '\0');
}

/* Lines in the order of their bytes; found by halving between two bytes of the text. */
static gboolean
listed(const char *word)
{
  g_autoptr(GBytes) bytes = g_resource_lookup_data(passwords_data_get_resource(), "/shodo/common-passwords.txt",
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize size;
  const char *text = g_bytes_get_data(bytes, &size), *low = text, *high = text + size;

  while (low < high) {
    const char *line = low + (high - low) / 2;
    while (line > low && line[-1] != '\n')
      line--;
    const char *end = memchr(line, '\n', (gsize)(text + size - line));
    int order = compare(line, end, word);
    if (order == 0)
      return TRUE;
    if (order < 0)
      low = end + 1;
    else
      high = line;
  }
  return FALSE;
}

/* password2026!! is password. */
static gboolean
core_listed(const char *folded)
{
  const char *first = folded, *last = folded + strlen(folded);

  while (*first && !g_ascii_isalpha(*first) && !((guint8)*first & 0x80))
    first++;
  while (last > first && !g_ascii_isalpha(last[-1]) && !((guint8)last[-1] & 0x80))
    last--;
  g_autofree char *core = g_strndup(first, (gsize)(last - first));
  return strlen(core) >= 4 && listed(core);
}

/* --- patterns --- */

static gboolean
repeats(const gunichar *text, glong length)
{
  for (glong period = 1; period <= length / 2; period++) {
    glong i = period;
    while (i < length && text[i] == text[i - period])
      i++;
    if (i == length)
      return TRUE;
  }
  return FALSE;
}

/* abcdefgh…, 98765432…: nearly every character is the neighbour of the one before. */
static gboolean
runs(const gunichar *text, glong length)
{
  glong steps = 0;
  for (glong i = 1; i < length; i++) {
    gint64 step = (gint64)text[i] - (gint64)text[i - 1];
    steps += step >= -1 && step <= 1;
  }
  return steps * 10 >= length * 8;
}

static glong
different(const gunichar *text, glong length)
{
  glong count = 0;
  for (glong i = 0; i < length; i++) {
    glong k = 0;
    while (k < i && text[k] != text[i])
      k++;
    count += k == i;
  }
  return count;
}

static gboolean
is_pattern(const char *folded)
{
  glong length;
  g_autofree gunichar *text = g_utf8_to_ucs4_fast(folded, -1, &length);
  return different(text, length) < LEAST_DIFFERENT || repeats(text, length) || runs(text, length);
}

/* --- names --- */

static char *
without(char *text, const char *word, Arena *arena)
{
  const char *folded = text_fold(arena, word);

  if (g_utf8_strlen(folded, -1) < 2)
    return text;
  for (char *at; (at = strstr(text, folded));)
    memmove(at, at + strlen(folded), strlen(at + strlen(folded)) + 1);
  return text;
}

static gboolean
made_of_names(const char *folded, const char *const *words, Arena *arena)
{
  char *left = arena_strdup(arena, folded);

  for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
    left = without(left, always[i], arena);
  for (gsize i = 0; words && words[i]; i++)
    left = without(left, words[i], arena);
  return strlen(left) < strlen(folded) && g_utf8_strlen(left, -1) < LEAST_BESIDE_NAMES;
}

/* --- all of it --- */

const char *
password_fault(const char *password, const char *const *words, Arena *arena)
{
  g_autofree char *plain = g_utf8_normalize(password, -1, G_NORMALIZE_NFKC);
  glong length = plain ? g_utf8_strlen(plain, -1) : 0;

  if (!plain)
    return "パスワードに、文字として読めないものが入っています。入力し直してください。";
  if (length < LIMIT_PASSWORD_LEAST)
    return arena_printf(arena, "パスワードが短すぎます（%ld文字）。%d文字以上にしてください。意味のつながらない言葉をいくつか並べると覚えやすくなります。",
                        length, LIMIT_PASSWORD_LEAST);
  if (length > LIMIT_PASSWORD)
    return arena_printf(arena, "パスワードは%d文字までです。", LIMIT_PASSWORD);
  const char *folded = text_fold(arena, plain);
  if (listed(folded) || core_listed(folded))
    return "よく使われるパスワードなので、推測されます。別の言葉を組み合わせてください。";
  if (is_pattern(folded))
    return "同じ文字や並びの繰返しなので、推測されます。意味のつながらない言葉をいくつか並べてください。";
  if (made_of_names(folded, words, arena))
    return "氏名・職員番号・団体の名前などは、知られているため使えません。別の言葉を加えてください。";
  return NULL;
}
