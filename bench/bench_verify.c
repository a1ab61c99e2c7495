/* shodo verify of a grown office against bare SHA-256 over as many bytes, hashed in one stream from
 * memory: what the verifier reads, parses, hashes apart and compares is its own cost. */
#include <openssl/evp.h>
#include <sqlite3.h>

#include "fixture.h"
#include "measure.h"
#include "verify/verify.h"

#define ROUNDS 3
#define BUFFER ((gsize)1 << 20)
#define LEAST_HELD 0.3

/* Bytes of envelopes, salts and bodies. */
static guint64
bytes_of(const char *dir)
{
  g_autofree char *path = g_build_filename(dir, "journal.db", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *sum = NULL;
  g_assert(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
  g_assert(sqlite3_prepare_v2(db, "SELECT (SELECT sum(length(leaf) + length(structural) + 32) FROM entry)"
                                  " + (SELECT sum(length(body) + 32) FROM personal)", -1, &sum, NULL) == SQLITE_OK);
  g_assert(sqlite3_step(sum) == SQLITE_ROW);
  guint64 bytes = (guint64)sqlite3_column_int64(sum, 0);
  sqlite3_finalize(sum);
  sqlite3_close(db);
  return bytes;
}

static double
hash_seconds(guint64 bytes)
{
  g_autofree guint8 *buffer = g_malloc0(BUFFER);
  guint8 out[EVP_MAX_MD_SIZE];
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  double began = measure_now();

  g_assert(EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1);
  for (guint64 left = bytes; left > 0; left -= MIN(left, BUFFER))
    g_assert(EVP_DigestUpdate(hash, buffer, MIN(left, BUFFER)) == 1);
  g_assert(EVP_DigestFinal_ex(hash, out, NULL) == 1);
  double took = measure_now() - began;
  EVP_MD_CTX_free(hash);
  return took;
}

static double
verify_seconds(const char *dir, guint64 *size)
{
  VerifyReport report;
  g_autoptr(GError) error = NULL;
  double began = measure_now();
  measure_check(verify_data(dir, NULL, NULL, NULL, &report, &error), "verifying", &error);
  *size = report.size;
  return measure_now() - began;
}

int
main(void)
{
  g_autofree char *dir = fixture_grown(measure_entries());
  guint64 bytes = bytes_of(dir), size = 0; /* also brings the file into memory, for both */
  double ratio[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++) {
    double bare = hash_seconds(bytes);
    double verify = verify_seconds(dir, &size);
    ratio[i] = bare / verify;
    measure_say("verify %.2f s, SHA-256 %.2f s for %" G_GUINT64_FORMAT " MiB", verify, bare, bytes >> 20);
  }
  g_autofree char *name = g_strdup_printf("verify of %" G_GUINT64_FORMAT " entries", size);
  measure_hold(name, measure_share(ratio, ROUNDS, 0.5), ">=", LEAST_HELD);
  return 0;
}
