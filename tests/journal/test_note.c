#include "journal/note.h"

#include <string.h>

#include "base/error.h"
#include "journal_fixture.h"

#define EXAMPLE_VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define EXAMPLE_NOTE \
  "This is an example message.\n\n" \
  "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define HEAD8 \
  "csirt.city.example.lg.jp/journal\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
#define SIGNED8 \
  "— csirt.city.example.lg.jp/journal " \
  "yC3vhrnWtjik+ZjzLQft70qs9pWWhAbL6GnsnQo7eesmnRyAWKCVv35zIYbANfuefmrcUxjTAnueYmNKtfUmMwY45A4=\n"

static gboolean
verifies(const char *note, const char *vkey)
{
  g_autoptr(NoteKey) key = note_key_parse(vkey, NULL);
  const NoteKey *keys[] = {key};

  g_assert_nonnull(key);
  return note_verify(note, keys, 1, NULL, NULL);
}

static void
test_example(void)
{
  g_assert_true(verifies(EXAMPLE_NOTE, EXAMPLE_VKEY));
  g_assert_true(verifies(HEAD8 SIGNED8, FIXTURE_VKEY));
  g_assert_false(verifies(EXAMPLE_NOTE, FIXTURE_VKEY)); /* no known key signed it */
}

static void
test_keys(void)
{
  static const char *const bad[] = {
    "", "a", "a+b", "a+b+c", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
    "example.com/foo +530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+BukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(note_key_parse(bad[i], &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
  g_autoptr(NoteSigner) signer = note_signer_parse(FIXTURE_SKEY, NULL);
  g_autoptr(NoteKey) key = note_signer_key(signer);
  g_autofree char *vkey = note_key_print(key);
  g_assert_cmpstr(vkey, ==, FIXTURE_VKEY);
  g_assert_cmpuint(note_key_id(key), ==, 0xc82def86);
  char *skey = note_signer_print(signer);
  g_assert_cmpstr(skey, ==, FIXTURE_SKEY);
  note_secret_free(skey);
  g_assert_null(note_signer_parse(FIXTURE_VKEY, NULL));
  g_assert_null(note_signer_parse("PRIVATE+KEY+" FIXTURE_VKEY, NULL));
  g_assert_null(note_signer_new("a b", NULL));
}

static void
test_sign_and_cosign(void)
{
  g_autoptr(NoteSigner) log = note_signer_parse(FIXTURE_SKEY, NULL);
  g_autoptr(NoteSigner) witness = note_signer_new("witness.example/w1", NULL);
  g_autoptr(NoteKey) key = note_signer_key(log), cosigner = note_signer_cosigner_key(witness);
  const NoteKey *keys[] = {key, cosigner};
  guint64 by;

  g_autofree char *note = note_sign(log, "csirt.city.example.lg.jp/journal\n8\n"
                                         "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", NULL);
  g_assert_cmpstr(note, ==, HEAD8 SIGNED8);
  g_autofree char *both = note_cosign(witness, note, 1795323935, NULL);
  g_assert_true(note_verify(both, keys, 2, &by, NULL));
  g_assert_cmpuint(by, ==, 3);
  g_autofree char *vkey = note_key_print(cosigner);
  g_assert_true(verifies(both, vkey));
  g_assert_null(note_sign(log, "no newline", NULL));
  g_assert_null(note_sign(log, "a\tb\n", NULL));
  g_assert_null(note_sign(log, "", NULL));
}

/* Whatever byte is changed, the note is refused; the last base64 digit has no spare bits to hide in. */
static void
test_every_byte(void)
{
  g_autofree char *note = g_strdup(HEAD8 SIGNED8);

  for (gsize at = 0; note[at]; at++)
    for (guint bit = 0; bit < 8; bit++) {
      char before = note[at];
      note[at] = (char)((guint8)before ^ (1u << bit));
      g_assert_false(verifies(note, FIXTURE_VKEY));
      note[at] = before;
    }
  g_assert_true(verifies(note, FIXTURE_VKEY));
}

/* A note with COUNT signatures of keys nobody knows before the log's own. */
static char *
with_unknown(guint count)
{
  g_autoptr(GString) note = g_string_new(HEAD8);

  for (guint i = 0; i < count; i++)
    g_string_append_printf(note, "— unknown.example/%u AAAAAAA%c\n", i, i % 2 ? 'A' : 'Q');
  g_string_append(note, SIGNED8);
  return g_string_free(g_steal_pointer(&note), FALSE);
}

static void
test_many_signatures(void)
{
  static const guint good[] = {0, 1, 15, 16, NOTE_SIGNATURES - 1};

  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autofree char *note = with_unknown(good[i]);
    g_assert_true(verifies(note, FIXTURE_VKEY));
  }
  g_autofree char *beyond = with_unknown(NOTE_SIGNATURES);
  g_assert_false(verifies(beyond, FIXTURE_VKEY));
}

static void
test_known_key_wrong(void)
{
  /* right name and id, another text's signature: the whole note falls, though a right one stands too */
  static const char wrong[] =
      "— csirt.city.example.lg.jp/journal "
      "yC3vhhipoEI5f3twOhX9wV27ThjrOL6WY4RDilscFnPbUzqYLbn542TeC3R9V1tXch+7IBAL6oxSeziQMjeYa2qqNwU=\n";
  g_autofree char *first = g_strconcat(HEAD8, wrong, SIGNED8, NULL);
  g_autofree char *last = g_strconcat(HEAD8, SIGNED8, wrong, NULL);
  g_autofree char *other_id = g_strconcat(HEAD8, "— csirt.city.example.lg.jp/journal AAAAAAAA\n", SIGNED8, NULL);

  g_assert_false(verifies(first, FIXTURE_VKEY));
  g_assert_false(verifies(last, FIXTURE_VKEY));
  g_assert_true(verifies(other_id, FIXTURE_VKEY)); /* same name, other id: unknown */
}

static void
test_malformed(void)
{
  static const char *const bad[] = {
    "", "\n", "\n\n", "a\n\n", HEAD8, HEAD8 "\n", "a\n" SIGNED8, HEAD8 SIGNED8 "x", HEAD8 SIGNED8 "\n",
    HEAD8 "- csirt.city.example.lg.jp/journal AAAAAAAA\n", HEAD8 "— AAAAAAAA\n", HEAD8 "— a b AAAAAAAA\n",
    HEAD8 "— a AAAA\n", HEAD8 "— a AAAAAA==\n", HEAD8 "— a AAAAAAB=\n", HEAD8 "— a+b AAAAAAAA\n", "a\rb\n\n" SIGNED8,
    "\xff\n\n" SIGNED8,
  };

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(NoteKey) key = note_key_parse(FIXTURE_VKEY, NULL);
    const NoteKey *keys[] = {key};
    g_autoptr(GError) error = NULL;
    g_assert_false(note_verify(bad[i], keys, 1, NULL, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
  g_autofree char *huge = g_strnfill(NOTE_BYTES, 'a');
  g_autofree char *note = g_strconcat(huge, "\n\n", SIGNED8, NULL);
  g_assert_false(verifies(note, FIXTURE_VKEY));
}

static void
test_checkpoint(void)
{
  static const char *const bad[] = {
    "a\n8\n\n" SIGNED8,
    "a\n08\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n" SIGNED8,
    "a\n+8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n" SIGNED8,
    "a\n-8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n" SIGNED8,
    "a\n9223372036854775808\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n" SIGNED8,
    "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n\n" SIGNED8,
    "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n\n" SIGNED8,
    "a\n8\nAAAA\n\n" SIGNED8,
    "\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n" SIGNED8,
    "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\nx\n\n" SIGNED8,
  };
  g_autoptr(NoteKey) key = note_key_parse(FIXTURE_VKEY, NULL);
  g_autoptr(Checkpoint) checkpoint = checkpoint_verify(HEAD8 SIGNED8, key, NULL);

  g_assert_nonnull(checkpoint);
  g_assert_cmpstr(checkpoint->origin, ==, FIXTURE_ORIGIN);
  g_assert_cmpuint(checkpoint->size, ==, 8);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(checkpoint_parse(bad[i], &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
  /* extension lines are allowed; another origin under our key is not ours */
  g_autoptr(NoteSigner) signer = note_signer_parse(FIXTURE_SKEY, NULL);
  g_autofree char *extended = note_sign(signer, FIXTURE_ORIGIN "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n", NULL);
  g_autoptr(Checkpoint) more = checkpoint_verify(extended, key, NULL);
  g_assert_nonnull(more);
  g_autofree char *foreign = note_sign(signer, "other\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", NULL);
  g_assert_null(checkpoint_verify(foreign, key, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/note/example", test_example);
  g_test_add_func("/note/keys", test_keys);
  g_test_add_func("/note/sign-and-cosign", test_sign_and_cosign);
  g_test_add_func("/note/every-byte", test_every_byte);
  g_test_add_func("/note/many-signatures", test_many_signatures);
  g_test_add_func("/note/known-key-wrong", test_known_key_wrong);
  g_test_add_func("/note/malformed", test_malformed);
  g_test_add_func("/note/checkpoint", test_checkpoint);
  return g_test_run();
}
