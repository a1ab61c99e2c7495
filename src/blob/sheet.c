#include "blob/sheet.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

#include "base/error.h"

#define LINES 4
#define GROUP 5
#define LINE_DATA (3 * GROUP)           /* characters of key and id on a line */
#define LINE_ALL (LINE_DATA + GROUP)    /* with the check group */
#define PAYLOAD (SHEET_KEY + SHEET_ID)  /* bytes */
#define CHARS (LINES * LINE_DATA)
#define LONGEST_TEXT 65536              /* bytes of text that sheet_parse looks at */

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Bytes to 5-bit digits, the last padded with zero bits. */
static void
encode(const guint8 *bytes, gsize count, char *text, gsize chars)
{
  for (gsize i = 0; i < chars; i++) {
    guint value = 0;
    for (gsize bit = i * 5; bit < i * 5 + 5; bit++)
      value = value << 1 | (bit / 8 < count ? (bytes[bit / 8] >> (7 - bit % 8)) & 1u : 0);
    text[i] = digits[value];
  }
}

static void
decode(const char *text, gsize chars, guint8 *bytes, gsize count)
{
  memset(bytes, 0, count);
  for (gsize bit = 0; bit < chars * 5 && bit / 8 < count; bit++) {
    guint value = (guint)(strchr(digits, text[bit / 5]) - digits);
    if (value >> (4 - bit % 5) & 1)
      bytes[bit / 8] |= (guint8)(0x80u >> bit % 8);
  }
}

static void
check_group(int line, const char *data, char group[GROUP])
{
  static const char domain[] = "shodo-sheet/1\n";
  guint8 hashed[sizeof domain + LINE_DATA], hash[SHA256_DIGEST_LENGTH];

  memcpy(hashed, domain, sizeof domain - 1);
  hashed[sizeof domain - 1] = (guint8)('0' + line);
  memcpy(hashed + sizeof domain, data, LINE_DATA);
  SHA256(hashed, sizeof hashed, hash);
  encode(hash, sizeof hash, group, GROUP);
  sodium_memzero(hashed, sizeof hashed);
}

void
sheet_id_text(const guint8 id[SHEET_ID], char text[SHEET_ID_TEXT + 1])
{
  encode(id, SHEET_ID, text, SHEET_ID_TEXT);
  text[SHEET_ID_TEXT] = '\0';
}

static void
print_line(GString *out, int line, const char *data)
{
  char check[GROUP];

  check_group(line, data, check);
  g_string_append_printf(out, "    %d: %.5s %.5s %.5s  %.5s\n", line, data, data + GROUP,
                         data + 2 * GROUP, check);
}

char *
sheet_print(const guint8 key[SHEET_KEY], const guint8 id[SHEET_ID])
{
  guint8 payload[PAYLOAD];
  char text[CHARS], id_text[SHEET_ID_TEXT + 1];

  memcpy(payload, key, SHEET_KEY);
  memcpy(payload + SHEET_KEY, id, SHEET_ID);
  encode(payload, PAYLOAD, text, CHARS);
  sheet_id_text(id, id_text);

  /* Sized beforehand, so that no grown-out copy of the key stays behind in the heap. */
  GString *out = g_string_sized_new(4096);
  g_string_append_printf(out,
    "初動 復旧シート（厳重保管）\n"
    "\n"
    "鍵番号  %s\n"
    "\n", id_text);
  for (int line = 1; line <= LINES; line++)
    print_line(out, line, text + (line - 1) * LINE_DATA);
  g_string_append(out,
    "\n"
    "この4行は、保管した証拠や文書を開くための親鍵です。\n"
    "・紙に印刷し、封をして、施錠できる金庫に2部を別々の場所に保管してください。\n"
    "・電子ファイルとして残さないでください。写真やメールも避けてください。\n"
    "・この紙を持つ者は、データの写しがあれば全ての証拠を読むことができます。\n"
    "・サーバを失ったときは、バックアップを戻し、この4行を入力すると元に戻ります。\n"
    "・数字の0と英字のO、数字の1と英字のI・Lは、どちらを入力しても構いません。\n"
    "\n"
    "印刷日            保管者            保管場所\n");
  sodium_memzero(payload, sizeof payload);
  sodium_memzero(text, sizeof text);
  return g_string_free(out, FALSE);
}

void
sheet_free(char *sheet)
{
  if (!sheet)
    return;
  sodium_memzero(sheet, strlen(sheet));
  g_free(sheet);
}

/* A typed character as a digit of the alphabet, or NUL. */
static char
digit_of(char typed)
{
  char c = g_ascii_toupper(typed);

  if (c == 'O')
    return '0';
  if (c == 'I' || c == 'L')
    return '1';
  return c && strchr(digits, c) ? c : '\0';
}

/* "N: …" gives N and what follows; anything else is not a key line. */
static int
line_number(const char *line, const char **rest)
{
  while (g_ascii_isspace(*line))
    line++;
  if (*line < '1' || *line > '0' + LINES)
    return 0;
  int number = *line++ - '0';
  while (g_ascii_isspace(*line))
    line++;
  if (*line != ':')
    return 0;
  *rest = line + 1;
  return number;
}

static gboolean
read_line(int number, const char *rest, char *data, GError **error)
{
  char typed[LINE_ALL], check[GROUP];
  gsize count = 0;

  for (; *rest; rest++) {
    char c = digit_of(*rest);
    if (g_ascii_isspace(*rest) || *rest == '-')
      continue;
    if (!c || count == LINE_ALL) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                  "復旧シートの%d行目に、使わない文字か余分な文字があります。5文字4組を紙のとおり入力してください。",
                  number);
      return FALSE;
    }
    typed[count++] = c;
  }
  if (count == LINE_ALL)
    check_group(number, typed, check);
  if (count != LINE_ALL || memcmp(check, typed + LINE_DATA, GROUP) != 0) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                "復旧シートの%d行目に打ち間違いがあります。紙と見比べて入力し直してください。", number);
    return FALSE;
  }
  memcpy(data + (number - 1) * LINE_DATA, typed, LINE_DATA);
  sodium_memzero(typed, sizeof typed);
  return TRUE;
}

static gboolean
read_lines(char **lines, char data[CHARS], GError **error)
{
  gboolean seen[LINES + 1] = { FALSE };

  for (; *lines; lines++) {
    const char *rest;
    int number = line_number(*lines, &rest);
    if (number == 0)
      continue;
    if (!read_line(number, rest, data, error))
      return FALSE;
    seen[number] = TRUE;
  }
  for (int number = 1; number <= LINES; number++)
    if (!seen[number]) {
      g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                  "復旧シートの%d行目がありません。「%d:」で始まる行を入力してください。", number, number);
      return FALSE;
    }
  return TRUE;
}

gboolean
sheet_parse(const char *text, guint8 key[SHEET_KEY], guint8 id[SHEET_ID], GError **error)
{
  char data[CHARS];
  guint8 payload[PAYLOAD];

  char *plain = strlen(text) <= LONGEST_TEXT ? g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
  if (!plain) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID,
                        "復旧シートとして読めません。1:から4:までの4行を入力してください。");
    return FALSE;
  }
  g_strdelimit(plain, "\r", '\n');
  g_auto(GStrv) lines = g_strsplit(plain, "\n", -1);
  gboolean ok = read_lines(lines, data, error);
  if (ok) {
    decode(data, CHARS, payload, PAYLOAD);
    memcpy(key, payload, SHEET_KEY);
    memcpy(id, payload + SHEET_KEY, SHEET_ID);
  }
  for (char **line = lines; *line; line++)
    sodium_memzero(*line, strlen(*line));
  sheet_free(plain);
  sodium_memzero(data, sizeof data);
  sodium_memzero(payload, sizeof payload);
  return ok;
}
