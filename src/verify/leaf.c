#include "verify/leaf.h"

#include <string.h>

#define LEAF_BYTES 512u
#define LARGEST ((guint64)G_MAXINT64)

/* A line without its label and newline. */
typedef struct {
  const char *text;
  gsize length;
} Span;

/* ---- values ---- */

static gboolean
decimal(Span in, guint64 *out)
{
  guint64 value = 0;

  if (in.length < 1 || in.length > 19 || (in.text[0] == '0' && in.length > 1))
    return FALSE;
  for (gsize i = 0; i < in.length; i++) {
    if (in.text[i] < '0' || in.text[i] > '9')
      return FALSE;
    value = value * 10 + (guint64)(in.text[i] - '0');
  }
  *out = value;
  return value <= LARGEST;
}

/* One more than the value of a lower-case hex digit, 0 for any other byte; a table, because three
 * hashes of each leaf pass here. */
static const guint8 digit[256] = {
  ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
  ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static gboolean
hash(Span in, guint8 out[TREE_HASH])
{
  if (in.length != 2 * TREE_HASH)
    return FALSE;
  gboolean ok = TRUE;
  for (gsize i = 0; i < TREE_HASH; i++) {
    guint high = digit[(guint8)in.text[2 * i]], low = digit[(guint8)in.text[2 * i + 1]];
    ok &= high && low;
    out[i] = (guint8)((high - 1) << 4 | (low - 1));
  }
  return ok;
}

/* [a-z0-9][a-z0-9._-]{0,39} */
static gboolean
token(Span in)
{
  if (in.length < 1 || in.length > 40)
    return FALSE;
  for (gsize i = 0; i < in.length; i++) {
    char c = in.text[i];
    gboolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-')))
      return FALSE;
  }
  return TRUE;
}

static gboolean
token_or_nobody(Span in)
{
  return token(in) || (in.length == 1 && in.text[0] == '-');
}

/* What stands before STOP; IN becomes what stands after it. */
static gboolean
cut(Span *in, char stop, Span *head)
{
  const char *found = in->length ? memchr(in->text, stop, in->length) : NULL;

  if (!found)
    return FALSE;
  *head = (Span){in->text, (gsize)(found - in->text)};
  *in = (Span){found + 1, in->length - head->length - 1};
  return TRUE;
}

/* ---- lines ---- */

static gboolean
version_line(Span in, Leaf *out)
{
  (void)out;
  return in.length == 0;
}

static gboolean
number_line(Span in, Leaf *out)
{
  return decimal(in, &out->number);
}

static gboolean
stream_line(Span in, Leaf *out)
{
  return decimal(in, &out->stream);
}

static const struct {
  const char *kind;
  const char *member;
  Refer refer;
} referring[] = {
  {"office.founded", "digest", REFER_LASTING}, {"office.plan_adopted", "digest", REFER_LASTING},
  {"case.opened", "plan", REFER_LASTING},      {"evidence.received", "sha256", REFER_LASTING},
  {"paper.kept", "model", REFER_PAPER},        {"paper.drawn", "file", REFER_PAPER},
  {"paper.shown", "model", REFER_PAPER},       {"paper.destroyed", NULL, REFER_DESTROYED},
  {"mail.received", "blob", REFER_LASTING},    {"office.law_used", "digest", REFER_LASTING},
};

static gboolean
is_text(Span in, const char *text)
{
  return in.length == strlen(text) && memcmp(in.text, text, in.length) == 0;
}

static void
note_reference(Span kind, Leaf *out)
{
  out->refer = REFER_NONE;
  out->member = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(referring); i++)
    if (is_text(kind, referring[i].kind)) {
      out->refer = referring[i].refer;
      out->member = referring[i].member;
    }
}

static gboolean
kind_line(Span in, Leaf *out)
{
  guint64 version;
  Span name;

  if (!cut(&in, '/', &name) || !token(name) || !decimal(in, &version) || version < 1 || version > 999)
    return FALSE;
  out->erasing = is_text(name, "office.erased");
  note_reference(name, out);
  return TRUE;
}

/* The digits of TEXT at the places that PATTERN marks 0, and its other bytes elsewhere. */
static gboolean
matches(Span in, const char *pattern)
{
  if (in.length != strlen(pattern))
    return FALSE;
  for (gsize i = 0; i < in.length; i++)
    if (pattern[i] == '0' ? in.text[i] < '0' || in.text[i] > '9' : in.text[i] != pattern[i])
      return FALSE;
  return TRUE;
}

static guint
two(const char *text)
{
  return (guint)(text[0] - '0') * 10 + (guint)(text[1] - '0');
}

static gboolean
recorded_line(Span in, Leaf *out)
{
  static const guint8 days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  (void)out;
  if (!matches(in, "0000-00-00T00:00:00.000Z"))
    return FALSE;
  guint year = two(in.text) * 100 + two(in.text + 2), month = two(in.text + 5), day = two(in.text + 8);
  gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return year >= 1970 && month >= 1 && month <= 12 && day >= 1 &&
         day <= days[month - 1] + (guint)(month == 2 && leap) && two(in.text + 11) < 24 &&
         two(in.text + 14) < 60 && two(in.text + 17) < 60;
}

static gboolean
monotonic_line(Span in, Leaf *out)
{
  Span ms;

  if (!cut(&in, ' ', &ms) || !decimal(ms, &out->monotonic) || in.length != sizeof out->boot)
    return FALSE;
  for (gsize i = 0; i < in.length; i++)
    if (!digit[(guint8)in.text[i]])
      return FALSE;
  memcpy(out->boot, in.text, sizeof out->boot);
  return TRUE;
}

static gboolean
actor_line(Span in, Leaf *out)
{
  static const char *const capacities[] = {"self", "deputy", "proxy", "system"};
  Span person, post;

  (void)out;
  if (!cut(&in, ' ', &person) || !token_or_nobody(person) || !cut(&in, ' ', &post) || !token_or_nobody(post))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(capacities); i++)
    if (is_text(in, capacities[i]))
      return TRUE;
  return FALSE;
}

static gboolean
structural_line(Span in, Leaf *out)
{
  return hash(in, out->structural);
}

static gboolean
personal_line(Span in, Leaf *out)
{
  out->has_personal = !(in.length == 1 && in.text[0] == '-');
  return !out->has_personal || hash(in, out->personal);
}

static const struct {
  const char *label;
  gboolean (*read)(Span in, Leaf *out);
} lines[] = {
  {"shodo-entry/1", version_line}, {"number ", number_line},         {"stream ", stream_line},
  {"kind ", kind_line},            {"recorded ", recorded_line},     {"monotonic ", monotonic_line},
  {"actor ", actor_line},          {"structural ", structural_line}, {"personal ", personal_line},
};

gboolean
leaf_parse(const char *data, gsize length, Leaf *leaf)
{
  Span rest = {data, length}, line;

  if (length > LEAF_BYTES)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    gsize label = strlen(lines[i].label);
    if (!cut(&rest, '\n', &line) || line.length < label || memcmp(line.text, lines[i].label, label) != 0 ||
        !lines[i].read((Span){line.text + label, line.length - label}, leaf))
      return FALSE;
  }
  return rest.length == 0;
}

/* ---- members of a body ---- */

/* The end of the string that starts at AT (on its quote), or NULL. */
static const char *
string_end(const char *at, const char *end)
{
  for (at++; at < end; at++) {
    if (*at == '"')
      return at + 1;
    if (*at == '\\')
      at++;
  }
  return NULL;
}

/* The first character from AT on that is none of SET, or END; the body ends without a NUL. */
static const char *
skip(const char *at, const char *end, const char *set)
{
  while (at < end && *at && strchr(set, *at))
    at++;
  return at;
}

static gboolean
is_key(const char *at, const char *after, const char *end, const char *key)
{
  gsize length = strlen(key);
  const char *colon = skip(after, end, " \t\r\n");

  return colon < end && *colon == ':' && (gsize)(after - at) == length + 2 && memcmp(at + 1, key, length) == 0;
}

/* The only top-level member KEY: VALUE gets what stands from its first character to the end of BODY. */
static gboolean
find_member(const char *body, gsize length, const char *key, Span *value)
{
  const char *end = body + length, *next;
  gsize depth = 0, found = 0;

  for (const char *at = body; at < end; at = next) {
    next = at + 1;
    if (*at == '{' || *at == '[')
      depth++;
    else if ((*at == '}' || *at == ']') && depth-- == 0)
      return FALSE;
    else if (*at == '"') {
      next = string_end(at, end);
      if (!next)
        return FALSE;
      if (depth != 1 || !is_key(at, next, end, key))
        continue;
      const char *open = skip(next, end, " :\t\r\n");
      if (found++)
        return FALSE;
      *value = (Span){open, (gsize)(end - open)};
    }
  }
  return length > 0 && body[0] == '{' && depth == 0 && found == 1;
}

gboolean
leaf_member_hash(const char *body, gsize length, const char *name, guint8 out[TREE_HASH])
{
  Span value;

  if (!find_member(body, length, name, &value) || value.length < 2 * TREE_HASH + 2 || value.text[0] != '"' ||
      value.text[2 * TREE_HASH + 1] != '"')
    return FALSE;
  return hash((Span){value.text + 1, 2 * TREE_HASH}, out);
}

/* ---- the ground of an erasure ---- */

/* What stands between the "[" and the "]" of the member "entries". */
static gboolean
find_list(const char *body, gsize length, Span *list)
{
  Span value;

  if (!find_member(body, length, "entries", &value) || value.length == 0 || value.text[0] != '[')
    return FALSE;
  const char *close = memchr(value.text, ']', value.length);
  if (!close)
    return FALSE;
  *list = (Span){value.text + 1, (gsize)(close - value.text - 1)};
  return TRUE;
}

static guint
number_hash(gconstpointer key)
{
  return g_int64_hash(key);
}

gboolean
leaf_ground_lists(const char *body, gsize length, const guint64 *numbers, gsize count)
{
  g_autoptr(GHashTable) listed = g_hash_table_new_full(number_hash, g_int64_equal, g_free, NULL);
  Span list = {NULL, 0}, item;
  guint64 number;

  if (!find_list(body, length, &list))
    return FALSE;
  g_autofree char *text = g_strndup(list.text, list.length);
  g_auto(GStrv) items = g_strsplit(text, ",", -1);
  for (char **at = items; *at; at++) {
    g_strstrip(*at);
    item = (Span){*at, strlen(*at)};
    if (!decimal(item, &number))
      return FALSE;
    g_hash_table_add(listed, g_memdup2(&number, sizeof number));
  }
  for (gsize i = 0; i < count; i++)
    if (!g_hash_table_contains(listed, &numbers[i]))
      return FALSE;
  return TRUE;
}
