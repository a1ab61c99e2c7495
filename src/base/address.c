#include "base/address.h"

#include <string.h>
#include <unicode/uidna.h>

#include "base/error.h"
#include "base/text.h"

#define LONGEST_DOMAIN 253

/* atext of RFC 5322 3.2.3 beside letters and digits */
static gboolean
is_atext(char c)
{
  return g_ascii_isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static gboolean
fail(GError **error, const char *what)
{
  g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s「名前@example.lg.jp」の形で、一つだけ書いてください。", what);
  return FALSE;
}

/* Only atext and dots. */
static gboolean
plain(const char *local, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!is_atext(local[i]) && local[i] != '.')
      return FALSE;
  return length > 0;
}

static gboolean
is_dot_atom(const char *local, gsize length)
{
  return local[0] != '.' && local[length - 1] != '.' && !g_strstr_len(local, (gssize)length, "..");
}

/* Appends the local part as it is sent. */
static gboolean
take_local(const char *local, gsize length, GString *to, GError **error)
{
  gboolean quoted = length >= 2 && local[0] == '"' && local[length - 1] == '"';

  for (gsize i = 0; i < length; i++)
    if ((guchar)local[i] >= 0x80)
      return fail(error, "メールアドレスの「@」より前に、全角の文字や日本語は使えません。");
  if (quoted) {
    local++;
    length -= 2;
  }
  if (!plain(local, length))
    return fail(error, "メールアドレスの「@」より前に、使えない文字があります。");
  if (is_dot_atom(local, length))
    g_string_append_len(to, local, (gssize)length);
  else
    g_string_append_printf(to, "\"%.*s\"", (int)length, local);
  return to->len <= ADDRESS_LOCAL ? TRUE : fail(error, "メールアドレスの「@」より前は64文字までです。");
}

/* LDH labels, the last not a number alone, at least two. */
static gboolean
good_labels(const char *domain)
{
  g_auto(GStrv) labels = g_strsplit(domain, ".", -1);
  guint count = g_strv_length(labels);

  for (guint i = 0; i < count; i++) {
    gsize length = strlen(labels[i]);
    if (length < 1 || length > 63 || labels[i][0] == '-' || labels[i][length - 1] == '-' ||
        strspn(labels[i], "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
      return FALSE;
  }
  return count >= 2 && strspn(labels[count - 1], "0123456789") != strlen(labels[count - 1]);
}

static gboolean
take_domain(const char *domain, GString *to, GError **error)
{
  UErrorCode status = U_ZERO_ERROR;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UIDNA *idna = uidna_openUTS46(UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
  char ascii[LONGEST_DOMAIN + 2];

  if (U_FAILURE(status))
    return fail(error, "メールアドレスのドメインを確かめられません。");
  int32_t length = uidna_nameToASCII_UTF8(idna, domain, -1, ascii, sizeof ascii - 1, &info, &status);
  uidna_close(idna);
  if (U_FAILURE(status) || info.errors || length < 1 || length > LONGEST_DOMAIN)
    return fail(error, "メールアドレスの「@」より後（ドメイン）が正しくありません。");
  ascii[length] = 0;
  g_autofree char *lower = g_ascii_strdown(ascii, length);
  if (!good_labels(lower))
    return fail(error, "メールアドレスの「@」より後（ドメイン）が正しくありません。");
  g_string_append(to, lower);
  return TRUE;
}

char *
address_canonical(const char *text, GError **error)
{
  if (!text_valid(text, strlen(text), TEXT_LINE, error)) {
    g_prefix_error(error, "メールアドレスに使えない文字があります。");
    return NULL;
  }
  g_autofree char *bare = g_strstrip(g_strdup(text));
  const char *at = strrchr(bare, '@');
  g_autoptr(GString) canonical = g_string_new(NULL);

  if (!at || at == bare || !at[1]) {
    fail(error, "メールアドレスに「@」とその前後がありません。");
    return NULL;
  }
  if (!take_local(bare, (gsize)(at - bare), canonical, error))
    return NULL;
  g_string_append_c(canonical, '@');
  if (!take_domain(at + 1, canonical, error))
    return NULL;
  if (canonical->len > ADDRESS_LONGEST) {
    fail(error, "メールアドレスが長すぎます（254文字まで）。");
    return NULL;
  }
  return g_string_free(g_steal_pointer(&canonical), FALSE);
}

gboolean
address_within(const char *canonical, const char *suffix)
{
  const char *at = strrchr(canonical, '@');
  const char *domain = at ? at + 1 : canonical;
  gsize length = strlen(domain), tail = strlen(suffix);

  return tail && length >= tail && g_str_equal(domain + length - tail, suffix) && (length == tail || domain[length - tail - 1] == '.');
}
