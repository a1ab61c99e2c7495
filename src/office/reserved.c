#include "office/reserved.h"

/* Digits of any width, as a Japanese number is written: 0985-21-1712, 0985（21）1712, 0120-000-000. */
#define DIGIT "[0-9０-９]"
#define BREAK "[-‐‑–—−－ー(（)）]"

static char *
replace(const char *pattern, const char *text, const char *by)
{
  g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
  return g_regex_replace(regex, text, -1, 0, by, 0, NULL);
}

const char *
reserved_contact(const Office *office, const char *text, Arena *arena)
{
  if (!text || office_real(office))
    return text;
  g_autofree char *called = replace("[0０]" DIGIT "{1,4}" BREAK DIGIT "{1,4}" BREAK DIGIT "{0,1}(" DIGIT "{3})(?!" DIGIT ")", text, "000-555-0\\1");
  g_autofree char *lgwan = replace("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.lg\\.jp", called, "poc@example.lg.jp");
  g_autofree char *mail = replace("[A-Za-z0-9._%+-]+@(?!example\\.lg\\.jp)[A-Za-z0-9.-]+", lgwan, "poc@example.jp");
  return arena_strdup(arena, mail);
}
