#include "journal/note.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"

#define EM_DASH "\xe2\x80\x94 "
#define PUBLIC crypto_sign_PUBLICKEYBYTES
#define SEED crypto_sign_SEEDBYTES
#define SIGNATURE crypto_sign_BYTES
#define NAME_MAX_BYTES 255
#define SKEY_PREFIX "PRIVATE+KEY+"

struct NoteKey {
  char *name;
  guint32 id;
  guint8 type;
  guint8 public[PUBLIC];
};

struct NoteSigner {
  char *name;
  guint8 public[PUBLIC];
  guint8 *secret; /* sodium_malloc: crypto_sign_SECRETKEYBYTES */
};

static gboolean
invalid(const char *message, GError **error)
{
  g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_INVALID, message);
  return FALSE;
}

/* ---- base64 and hex, strictly one spelling ---- */

/* Standard base64 of exactly LENGTH characters; the bytes decoded or -1. */
static gssize
decode(const char *text, gsize length, guint8 *out, gsize room)
{
  size_t used;
  const char *end;

  /* libsodium 1.0.18 takes a byte above 0x7f for "+" or "/". */
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isprint(text[i]))
      return -1;
  if (sodium_base642bin(out, room, text, length, NULL, &used, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text + length)
    return -1;
  return (gssize)used;
}

static char *
encode(const guint8 *data, gsize length)
{
  gsize room = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_ORIGINAL);
  char *text = g_malloc(room);

  return sodium_bin2base64(text, room, data, length, sodium_base64_VARIANT_ORIGINAL);
}

static guint32
big_endian(const guint8 bytes[4])
{
  return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

static void
put_big_endian(guint64 value, guint8 *out, gsize bytes)
{
  for (gsize i = 0; i < bytes; i++)
    out[i] = (guint8)(value >> 8 * (bytes - 1 - i));
}

/* ---- keys ---- */

static gboolean
is_name(const char *name, gsize length)
{
  if (length == 0 || length > NAME_MAX_BYTES || !g_utf8_validate(name, (gssize)length, NULL))
    return FALSE;
  for (const char *at = name; at < name + length; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);
    if (c == '+' || c < 0x20 || g_unichar_isspace(c))
      return FALSE;
  }
  return TRUE;
}

/* SHA-256(name || "\n" || type || public)[:4] */
static guint32
key_id(const char *name, guint8 type, const guint8 public[PUBLIC])
{
  g_autoptr(GByteArray) text = g_byte_array_new();
  guint8 hash[TREE_HASH];

  g_byte_array_append(text, (const guint8 *)name, (guint)strlen(name));
  g_byte_array_append(text, (const guint8 *)"\n", 1);
  g_byte_array_append(text, &type, 1);
  g_byte_array_append(text, public, PUBLIC);
  tree_sha256(text->data, text->len, hash);
  return big_endian(hash);
}

static NoteKey *
key_new(const char *name, guint8 type, const guint8 public[PUBLIC])
{
  NoteKey *key = g_new0(NoteKey, 1);

  key->name = g_strdup(name);
  key->type = type;
  memcpy(key->public, public, PUBLIC);
  key->id = key_id(name, type, public);
  return key;
}

/* "name+hex8+base64(type || 32 bytes)": the parts, or NULL. */
static char **
split_key(const char *text, guint8 material[1 + PUBLIC])
{
  g_auto(GStrv) parts = g_strsplit(text, "+", 3);

  if (g_strv_length(parts) != 3 || !is_name(parts[0], strlen(parts[0])) || strlen(parts[1]) != 8 ||
      strspn(parts[1], "0123456789abcdef") != 8 ||
      decode(parts[2], strlen(parts[2]), material, 1 + PUBLIC) != 1 + PUBLIC)
    return NULL;
  return g_steal_pointer(&parts);
}

NoteKey *
note_key_parse(const char *vkey, GError **error)
{
  guint8 material[1 + PUBLIC];
  g_auto(GStrv) parts = split_key(vkey, material);

  if (!parts || (material[0] != NOTE_ED25519 && material[0] != NOTE_COSIGNATURE)) {
    invalid("検証用の鍵（vkey）が書式どおりではありません。配られたとおりに一行で写してください。", error);
    return NULL;
  }
  g_autoptr(NoteKey) key = key_new(parts[0], material[0], material + 1);
  if (key->id != g_ascii_strtoull(parts[1], NULL, 16)) {
    invalid("検証用の鍵（vkey）の番号が鍵と合いません。配られたとおりに写してください。", error);
    return NULL;
  }
  return g_steal_pointer(&key);
}

char *
note_key_print(const NoteKey *key)
{
  guint8 material[1 + PUBLIC];

  material[0] = key->type;
  memcpy(material + 1, key->public, PUBLIC);
  g_autofree char *text = encode(material, sizeof material);
  return g_strdup_printf("%s+%08x+%s", key->name, key->id, text);
}

const char *
note_key_name(const NoteKey *key)
{
  return key->name;
}

guint32
note_key_id(const NoteKey *key)
{
  return key->id;
}

void
note_key_free(NoteKey *key)
{
  if (!key)
    return;
  g_free(key->name);
  g_free(key);
}

/* ---- signers ---- */

static NoteSigner *
signer_new(const char *name, const guint8 seed[SEED])
{
  NoteSigner *signer = g_new0(NoteSigner, 1);

  signer->name = g_strdup(name);
  signer->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
  g_assert(signer->secret);
  crypto_sign_seed_keypair(signer->public, signer->secret, seed);
  return signer;
}

NoteSigner *
note_signer_new(const char *name, GError **error)
{
  guint8 seed[SEED];

  g_assert(sodium_init() >= 0);
  if (!is_name(name, strlen(name))) {
    invalid("署名鍵の名に空白と + は使えません。", error);
    return NULL;
  }
  randombytes_buf(seed, SEED);
  NoteSigner *signer = signer_new(name, seed);
  sodium_memzero(seed, SEED);
  return signer;
}

NoteSigner *
note_signer_parse(const char *skey, GError **error)
{
  guint8 material[1 + SEED];
  gboolean prefixed = g_str_has_prefix(skey, SKEY_PREFIX);

  g_assert(sodium_init() >= 0);
  g_auto(GStrv) parts = prefixed ? split_key(skey + strlen(SKEY_PREFIX), material) : NULL;
  g_autoptr(NoteSigner) signer =
      parts && material[0] == NOTE_ED25519 ? signer_new(parts[0], material + 1) : NULL;
  if (parts)
    sodium_memzero(parts[2], strlen(parts[2]));
  sodium_memzero(material, sizeof material);
  if (!signer || key_id(signer->name, NOTE_ED25519, signer->public) != g_ascii_strtoull(parts[1], NULL, 16)) {
    invalid("署名鍵のファイルが書式どおりではありません。控えから戻してください。", error);
    return NULL;
  }
  return g_steal_pointer(&signer);
}

char *
note_signer_print(const NoteSigner *signer)
{
  guint8 material[1 + SEED];

  material[0] = NOTE_ED25519;
  crypto_sign_ed25519_sk_to_seed(material + 1, signer->secret);
  char *text = encode(material, sizeof material);
  char *skey = g_strdup_printf(SKEY_PREFIX "%s+%08x+%s", signer->name,
                               key_id(signer->name, NOTE_ED25519, signer->public), text);
  note_secret_free(text);
  sodium_memzero(material, sizeof material);
  return skey;
}

void
note_secret_free(char *secret)
{
  if (secret)
    sodium_memzero(secret, strlen(secret));
  g_free(secret);
}

NoteKey *
note_signer_key(const NoteSigner *signer)
{
  return key_new(signer->name, NOTE_ED25519, signer->public);
}

NoteKey *
note_signer_cosigner_key(const NoteSigner *signer)
{
  return key_new(signer->name, NOTE_COSIGNATURE, signer->public);
}

void
note_signer_free(NoteSigner *signer)
{
  if (!signer)
    return;
  sodium_free(signer->secret);
  g_free(signer->name);
  g_free(signer);
}

/* ---- the shape of a note ---- */

/* A note taken apart: TEXT keeps its last newline, SIGNATURES are the lines after the blank one. */
typedef struct {
  const char *text;
  gsize text_length;
  const char *signatures;
} Parts;

typedef struct {
  const char *name; /* not terminated */
  gsize name_length;
  guint8 bytes[4 + 8 + 4096]; /* an ML-DSA-44 cosignature is 2,432 */
  gsize length;
} SignatureLine;

static gboolean
is_note_text(const char *text)
{
  gsize length = strnlen(text, NOTE_BYTES + 1);

  if (length == 0 || length > NOTE_BYTES || text[length - 1] != '\n' || !g_utf8_validate(text, -1, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if ((guint8)text[i] < 0x20 && text[i] != '\n')
      return FALSE;
  return TRUE;
}

/* Read one line at *AT and pass it. */
static gboolean
next_signature(const char **at, SignatureLine *line)
{
  const char *end = strchr(*at, '\n');

  if (!end || !g_str_has_prefix(*at, EM_DASH))
    return FALSE;
  line->name = *at + strlen(EM_DASH);
  const char *space = memchr(line->name, ' ', (gsize)(end - line->name));
  if (!space)
    return FALSE;
  line->name_length = (gsize)(space - line->name);
  gssize decoded = decode(space + 1, (gsize)(end - space - 1), line->bytes, sizeof line->bytes);
  line->length = decoded < 0 ? 0 : (gsize)decoded;
  *at = end + 1;
  return is_name(line->name, line->name_length) && line->length > 4;
}

static gboolean
take_apart(const char *note, Parts *parts, GError **error)
{
  SignatureLine line;
  gsize count = 0;
  const char *blank = is_note_text(note) ? g_strrstr(note, "\n\n") : NULL;

  if (blank) {
    *parts = (Parts){note, (gsize)(blank - note) + 1, blank + 2};
    const char *at = parts->signatures;
    while (*at && count <= NOTE_SIGNATURES && next_signature(&at, &line))
      count++;
    if (*at == '\0' && count >= 1 && count <= NOTE_SIGNATURES)
      return TRUE;
  }
  return invalid("署名された控え（checkpoint）が書式どおりではありません。配られたとおりに写してください。", error);
}

/* ---- verify ---- */

/* "cosignature/v1\ntime <t>\n" || text; the caller frees. */
static char *
cosigned_text(guint64 time, const char *text, gsize length)
{
  return g_strdup_printf("cosignature/v1\ntime %" G_GUINT64_FORMAT "\n%.*s", time, (int)length, text);
}

static gboolean
verify_cosignature(const SignatureLine *line, const NoteKey *key, const Parts *parts)
{
  if (line->length != 4 + 8 + SIGNATURE)
    return FALSE;
  guint64 time = (guint64)big_endian(line->bytes + 4) << 32 | big_endian(line->bytes + 8);
  if (time > G_MAXINT64)
    return FALSE;
  g_autofree char *message = cosigned_text(time, parts->text, parts->text_length);
  return crypto_sign_verify_detached(line->bytes + 12, (const guint8 *)message, strlen(message),
                                     key->public) == 0;
}

static gboolean
verify_line(const SignatureLine *line, const NoteKey *key, const Parts *parts)
{
  if (key->type == NOTE_COSIGNATURE)
    return verify_cosignature(line, key, parts);
  return line->length == 4 + SIGNATURE &&
         crypto_sign_verify_detached(line->bytes + 4, (const guint8 *)parts->text, parts->text_length,
                                     key->public) == 0;
}

static gboolean
is_by(const SignatureLine *line, const NoteKey *key)
{
  return strlen(key->name) == line->name_length && memcmp(key->name, line->name, line->name_length) == 0 &&
         big_endian(line->bytes) == key->id;
}

gboolean
note_verify(const char *note, const NoteKey *const *keys, gsize count, guint64 *signed_by, GError **error)
{
  guint64 by = 0;
  Parts parts;
  SignatureLine line;

  g_assert(count <= 64 && sodium_init() >= 0);
  if (!take_apart(note, &parts, error))
    return FALSE;
  for (const char *at = parts.signatures; *at && next_signature(&at, &line);)
    for (gsize i = 0; i < count; i++) {
      if (!is_by(&line, keys[i]))
        continue;
      if (!verify_line(&line, keys[i], &parts)) {
        g_set_error(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "控えの署名（%s）が正しくありません。", keys[i]->name);
        return FALSE;
      }
      by |= G_GUINT64_CONSTANT(1) << i;
    }
  if (!by) {
    g_set_error_literal(error, SHODO_ERROR, SHODO_ERROR_CORRUPT, "控えに、知っている鍵の署名がありません。");
    return FALSE;
  }
  if (signed_by)
    *signed_by = by;
  return TRUE;
}

/* ---- sign ---- */

static char *
signature_line(const char *name, guint32 id, const guint8 *data, gsize length)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 head[4];

  put_big_endian(id, head, 4);
  g_byte_array_append(bytes, head, 4);
  g_byte_array_append(bytes, data, (guint)length);
  g_autofree char *text = encode(bytes->data, bytes->len);
  return g_strdup_printf(EM_DASH "%s %s\n", name, text);
}

char *
note_sign(const NoteSigner *signer, const char *text, GError **error)
{
  guint8 signature[SIGNATURE];

  if (!is_note_text(text)) {
    invalid("署名する文に使えない文字があるか、長すぎます。", error);
    return NULL;
  }
  crypto_sign_detached(signature, NULL, (const guint8 *)text, strlen(text), signer->secret);
  g_autofree char *line = signature_line(signer->name, key_id(signer->name, NOTE_ED25519, signer->public),
                                         signature, sizeof signature);
  return g_strconcat(text, "\n", line, NULL);
}

char *
note_cosign(const NoteSigner *signer, const char *note, guint64 time, GError **error)
{
  guint8 stamped[8 + SIGNATURE];
  Parts parts;

  if (!take_apart(note, &parts, error))
    return NULL;
  g_autofree char *message = cosigned_text(time, parts.text, parts.text_length);
  put_big_endian(time, stamped, 8);
  crypto_sign_detached(stamped + 8, NULL, (const guint8 *)message, strlen(message), signer->secret);
  g_autofree char *line = signature_line(
      signer->name, key_id(signer->name, NOTE_COSIGNATURE, signer->public), stamped, sizeof stamped);
  return g_strconcat(note, line, NULL);
}

/* ---- checkpoints ---- */

char *
checkpoint_format(const char *origin, guint64 size, const guint8 root[TREE_HASH])
{
  g_autofree char *text = encode(root, TREE_HASH);

  return g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, text);
}

static gboolean
parse_size(const char *text, guint64 *size)
{
  return g_ascii_isdigit(text[0]) && (text[0] != '0' || text[1] == '\0') &&
         g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, size, NULL);
}

/* At least three lines, none empty. */
static gboolean
parse_lines(char **lines, Checkpoint *out)
{
  guint count = g_strv_length(lines);

  if (count < 3)
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (lines[i][0] == '\0')
      return FALSE;
  out->origin = g_strdup(lines[0]);
  return parse_size(lines[1], &out->size) &&
         decode(lines[2], strlen(lines[2]), out->root, TREE_HASH) == TREE_HASH;
}

Checkpoint *
checkpoint_parse(const char *note, GError **error)
{
  g_autoptr(Checkpoint) checkpoint = g_new0(Checkpoint, 1);
  Parts parts;

  if (!take_apart(note, &parts, error))
    return NULL;
  g_autofree char *text = g_strndup(parts.text, parts.text_length - 1);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  if (!parse_lines(lines, checkpoint)) {
    invalid("控え（checkpoint）の本文が書式どおりではありません。配られたとおりに写してください。", error);
    return NULL;
  }
  return g_steal_pointer(&checkpoint);
}

Checkpoint *
checkpoint_verify(const char *note, const NoteKey *key, GError **error)
{
  g_autoptr(Checkpoint) checkpoint = checkpoint_parse(note, error);

  if (!checkpoint || !note_verify(note, &key, 1, NULL, error))
    return NULL;
  if (strcmp(checkpoint->origin, key->name) != 0) {
    invalid("控え（checkpoint）が別の台帳のものです。", error);
    return NULL;
  }
  return g_steal_pointer(&checkpoint);
}

void
checkpoint_free(Checkpoint *checkpoint)
{
  if (!checkpoint)
    return;
  g_free(checkpoint->origin);
  g_free(checkpoint);
}
