/* Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
 *
 *   <text, ends in newline>
 *   <empty line>                                  the last empty line separates
 *   — <key name> <base64(key id || signature)>    U+2014, one line or more
 *
 * A note is UTF-8 without control characters but newline, at most NOTE_BYTES
 * bytes and NOTE_SIGNATURES signatures; beyond that it is refused.  Key types:
 * 0x01 Ed25519 and 0x04 timestamped Ed25519 cosignature; others are unknown and
 * their signatures ignored.  INVALID for malformed input, CORRUPT for a wrong
 * signature. */
#ifndef SHODO_JOURNAL_NOTE_H
#define SHODO_JOURNAL_NOTE_H

#include <glib.h>

#include "journal/tree.h"

#define NOTE_BYTES 65536
#define NOTE_SIGNATURES 64
#define NOTE_ED25519 0x01
#define NOTE_COSIGNATURE 0x04

/* A public key: vkey "name+hex8(id)+base64(type || key)". */
typedef struct NoteKey NoteKey;
NoteKey *note_key_parse(const char *vkey, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *note_key_print(const NoteKey *key);
const char *note_key_name(const NoteKey *key);
guint32 note_key_id(const NoteKey *key);
void note_key_free(NoteKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoteKey, note_key_free)

/* A private key: "PRIVATE+KEY+name+hex8(id)+base64(0x01 || seed)"; kept in locked memory. */
typedef struct NoteSigner NoteSigner;
NoteSigner *note_signer_new(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NoteSigner *note_signer_parse(const char *skey, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *note_signer_print(const NoteSigner *signer); /* the secret; free with note_secret_free */
void note_secret_free(char *secret);
NoteKey *note_signer_key(const NoteSigner *signer);
void note_signer_free(NoteSigner *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoteSigner, note_signer_free)

/* The note over TEXT (which ends in a newline) with one Ed25519 signature.  NULL when TEXT may not be signed. */
char *note_sign(const NoteSigner *signer, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NOTE with a cosignature of TIME (seconds since 1970) added. */
char *note_cosign(const NoteSigner *signer, const char *note, guint64 time, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* The vkey of SIGNER as a cosigner (type 0x04). */
NoteKey *note_signer_cosigner_key(const NoteSigner *signer);

/* Verify against COUNT known keys.  TRUE when at least one known key signed and none of a known
 * key's signatures is wrong; then *SIGNED_BY (may be NULL) has a bit for each key that signed
 * (COUNT <= 64).  Signatures of unknown keys are ignored. */
gboolean note_verify(const char *note, const NoteKey *const *keys, gsize count, guint64 *signed_by,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A checkpoint: the text is origin, size, base64 root, extension lines. */
typedef struct {
  char *origin;
  guint64 size; /* below 2^63 */
  guint8 root[TREE_HASH];
} Checkpoint;

/* The unsigned text "origin\nsize\nroot\n". */
char *checkpoint_format(const char *origin, guint64 size, const guint8 root[TREE_HASH]);
/* Read a signed checkpoint without looking at its signatures. */
Checkpoint *checkpoint_parse(const char *note, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Read it and demand the signature of KEY, whose name is the origin. */
Checkpoint *checkpoint_verify(const char *note, const NoteKey *key, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void checkpoint_free(Checkpoint *checkpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checkpoint, checkpoint_free)

#endif
