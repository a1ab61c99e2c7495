/* A signed note: only the text that a key signed verifies by it, and a checkpoint that is read
 * prints as the text it was read from.  The first byte chooses between a note and a vkey, and
 * for a note whether its text is signed anew first, so that mutations get past the signature. */
#include "common.h"

#include <string.h>

#include "journal/note.h"

#define SKEY \
  "PRIVATE+KEY+csirt.city.example.lg.jp/journal+c82def86+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
#define VKEY "csirt.city.example.lg.jp/journal+c82def86+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

static void
key(const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(NoteKey) read = note_key_parse(text, &error);

  if (!read) {
    fuzz_refused(error);
    return;
  }
  g_autofree char *again = note_key_print(read);
  g_assert_cmpstr(again, ==, text);
}

static const NoteSigner *
signer(void)
{
  static NoteSigner *parsed;
  if (!parsed)
    parsed = note_signer_parse(SKEY, NULL);
  g_assert_nonnull(parsed);
  return parsed;
}

static const NoteKey *
known(void)
{
  static NoteKey *parsed;
  if (!parsed)
    parsed = note_key_parse(VKEY, NULL);
  g_assert_nonnull(parsed);
  return parsed;
}

/* Only what the key signed verifies: Ed25519 is deterministic, so signing the text anew gives the
 * line that must be there. */
static void
verified(const char *note)
{
  gsize text = (gsize)(g_strrstr(note, "\n\n") - note) + 1;
  g_autofree char *signed_text = g_strndup(note, text);
  g_autofree char *again = note_sign(signer(), signed_text, NULL);

  g_assert_nonnull(again);
  g_assert_nonnull(strstr(note + text, again + text + 1));
}

static void
note(const char *text)
{
  const NoteKey *keys[] = { known() };
  g_autoptr(GError) error = NULL, why = NULL;
  g_autoptr(Checkpoint) checkpoint = checkpoint_parse(text, &error);
  guint64 by = 0;
  gboolean sound = note_verify(text, keys, 1, &by, &why);

  g_assert_cmpuint(by, ==, sound ? 1 : 0);
  if (sound)
    verified(text);
  else
    fuzz_refused(why);
  g_autoptr(Checkpoint) trusted = checkpoint_verify(text, known(), NULL);
  g_assert_true(!trusted || (sound && checkpoint));
  if (!checkpoint) {
    fuzz_refused(error);
    return;
  }
  g_assert_cmpuint(checkpoint->size, <=, G_MAXINT64);
  g_autofree char *printed = checkpoint_format(checkpoint->origin, checkpoint->size, checkpoint->root);
  g_assert_true(g_str_has_prefix(text, printed));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  if (size == 0)
    return 0;
  g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
  if (data[0] == 'k')
    key(text);
  else if (data[0] == 's') {
    g_autofree char *made = note_sign(signer(), text, NULL);
    if (made)
      note(made);
  } else
    note(text);
  return 0;
}
