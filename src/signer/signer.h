/* The signer: a process of its own that holds the log's key (promise 7).
 *
 * It remembers the last head it signed and signs a new one only with a proof that
 * the new is the old with entries added (RFC 9162 2.1.4).  It never signs a smaller
 * head, nor another root for a size it has signed, and it writes its memory to disk
 * before the signature leaves.  So a server that was broken into can append false
 * entries but cannot have a forged history signed.
 *
 * DIR/keys/log.skey   the key, C2SP signed-note private key, 0600
 * DIR/keys/log.vkey   its public key, for anyone
 * DIR/keys/signed     the last signed checkpoint; without it or altered it will not start
 *
 * What may go wrong in a request, as the client's error: REFUSED (smaller head,
 * other root, wrong proof), CONFLICT (the proof does not begin at signer_size),
 * INVALID (malformed), IO (the signer is gone, does not answer within ten seconds
 * or could not write: free the client and start again). */
#ifndef SHODO_SIGNER_SIGNER_H
#define SHODO_SIGNER_SIGNER_H

#include <glib.h>

#include "journal/tree.h"

/* Make key and memory (an empty log) for the log named ORIGIN in data directory DIR.
 * CONFLICT: there is a key already. */
gboolean signer_create_key(const char *dir, const char *origin, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The child's side.  signer_command is "signer --fd N --keys DIR" (argv[0] is "signer")
 * for the program's main; signer_main answers on FD until it is closed.  Exit status. */
int signer_command(int argc, char **argv);
int signer_main(int fd, const char *keys_dir);

/* The server's side; one thread at a time. */
typedef struct SignerClient SignerClient;

/* Run this program anew as the signer of data directory DIR, and wait until it is
 * ready.  The program's main must hand the command "signer" to signer_command. */
SignerClient *signer_start(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void signer_stop(SignerClient *client); /* accepts NULL; waits for the process to end */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignerClient, signer_stop)

const char *signer_origin(const SignerClient *client);
/* The size and root of the last signed head, as of the last answer. */
guint64 signer_size(const SignerClient *client);
void signer_root(const SignerClient *client, guint8 root[TREE_HASH]);

/* Ask for a checkpoint of (SIZE, ROOT).  PROOF is COUNT hashes, the consistency proof from
 * signer_size to SIZE; none while signer_size is 0 or unchanged.  Does not wait: one
 * request at a time, then signer_fd becomes readable and signer_reply gives the note. */
gboolean signer_request(SignerClient *client, guint64 size, const guint8 root[TREE_HASH], const guint8 *proof,
                        gsize count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *signer_reply(SignerClient *client, GError **error) G_GNUC_WARN_UNUSED_RESULT;
int signer_fd(const SignerClient *client);

/* Both, waiting. */
char *signer_sign(SignerClient *client, guint64 size, const guint8 root[TREE_HASH], const guint8 *proof,
                  gsize count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For the system check: what protects the key less than it could, one Japanese
 * sentence each; empty when nothing. */
GPtrArray *signer_weaknesses(const SignerClient *client);

#endif
