/* DESIGN promise 1 for the whole office, evidence included, when the power goes and when the disk
 * fails: what was answered is there, and no answer is a false yes.
 *
 * powercut.h is the disk.  Cuts come at random calls, failures at the Nth call for each N of a
 * scripted run, once and from then on, and the power goes after each.  Notices are handed in
 * through the engine with its writer thread; blobs are uploaded between.  The calibrations leave
 * out syncs of the blob store's order (file, rename, directory) and must lose a blob. */
#include <errno.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "powercut.h"
#include "station.h"

#define CUTS 24
#define MOST_CUTS 2000
#define CALIBRATION_CUTS 80
#define SAMPLE 17 /* every so many calls fail by default, all of them in a long run */

typedef struct {
  char *base; /* a founded office, to copy */
  Ledger *founded;
  char *root;
  char *copy;
  Ledger *ledger;
  Powercut *disk;
} Bench;

static Bench
bench_new(void)
{
  Bench bench = {
    .base = g_dir_make_tmp("shodo-crash-XXXXXX", NULL),
    .root = g_dir_make_tmp("shodo-crash-XXXXXX", NULL),
    .copy = g_dir_make_tmp("shodo-crash-XXXXXX", NULL),
    .founded = station_ledger(),
    .ledger = station_ledger(),
  };

  g_assert(bench.base && bench.root && bench.copy);
  return bench;
}

static void
found_in_child(gpointer data)
{
  Bench *bench = data;
  g_autoptr(GError) error = NULL;

  if (!station_found(bench->base, bench->founded, &error))
    g_strlcpy(bench->founded->failure, error->message, sizeof bench->founded->failure);
}

/* A disk with the founded office on it, all of it durable. */
static void
bench_begin(Bench *bench)
{
  if (!bench->founded->founded) {
    g_assert_cmpint(station_child(found_in_child, bench), ==, 0);
    g_assert_cmpstr(bench->founded->failure, ==, "");
  }
  powercut_copy(bench->base, bench->root);
  *bench->ledger = *bench->founded;
  bench->disk = powercut_new(bench->root);
}

static void
bench_end(Bench *bench)
{
  char *const dirs[] = { bench->base, bench->root, bench->copy };

  for (gsize i = 0; i < G_N_ELEMENTS(dirs); i++) {
    powercut_empty(dirs[i]);
    g_assert_cmpint(g_rmdir(dirs[i]), ==, 0);
    g_free(dirs[i]);
  }
  station_ledger_free(bench->founded);
  station_ledger_free(bench->ledger);
}

static char *
cut(Bench *bench, GRand *random)
{
  powercut_cut(bench->disk, random);
  powercut_copy(bench->root, bench->copy);
  return station_examine(bench->copy, bench->ledger);
}

/* ---- power cuts ---- */

typedef struct {
  Bench *bench;
  guint32 seed;
  guint64 stop_at;
  const PowercutLie *lie;
  PowercutFault fault;
} Child;

static void
work_in_child(gpointer data)
{
  Child *child = data;
  g_autoptr(GRand) random = g_rand_new_with_seed(child->seed);
  g_autoptr(GError) error = NULL;

  powercut_run(child->bench->disk, child->stop_at, child->lie);
  g_autoptr(Engine) engine = engine_open(child->bench->root, &error);
  if (!engine ||
      !station_work(engine, child->bench->ledger, random, &(StationWork){ .rounds = 20 }, &error))
    g_strlcpy(child->bench->ledger->failure, error->message, sizeof child->bench->ledger->failure);
}

static char *
cut_many(Bench *bench, guint32 seed, guint cuts, const PowercutLie *lie)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  char *loss = NULL;

  for (guint done = 0; done < cuts && !loss; done++) {
    if (done % 8 == 0) {
      g_clear_pointer(&bench->disk, powercut_free);
      bench_begin(bench);
    }
    Child child = { .bench = bench, .seed = g_rand_int(random), .lie = lie,
                    .stop_at = (guint64)g_rand_int_range(random, 1, g_rand_boolean(random) ? 60 : 600) };
    int status = station_child(work_in_child, &child);
    if (!WIFEXITED(status) || *bench->ledger->failure)
      loss = g_strdup_printf("status %d: %s", status, bench->ledger->failure);
    else {
      g_autofree char *unseen = powercut_check(bench->disk);
      g_assert_cmpstr(unseen, ==, NULL);
      loss = cut(bench, random);
    }
  }
  g_test_message("%" G_GUINT64_FORMAT " notices and %" G_GUINT64_FORMAT " blobs acknowledged on the last disk",
                 bench->ledger->notices, bench->ledger->stored);
  g_clear_pointer(&bench->disk, powercut_free);
  return loss;
}

static void
test_power_cuts(void)
{
  Bench bench = bench_new();
  guint cuts = station_times(CUTS, MOST_CUTS);
  g_autofree char *loss = cut_many(&bench, station_seed(), cuts, NULL);

  g_test_message("%u cuts", cuts);
  g_assert_cmpstr(loss, ==, NULL);
  bench_end(&bench);
}

typedef struct {
  const char *name;
  PowercutLie lie;
} Calibration;

static const Calibration calibrations[] = {
  { "journal-not-synced", { .about = "*-wal" } },
  { "blob-not-synced", { .about = "blobs/tmp/*" } },
  { "blob-directory-not-synced", { .about = "blobs/??", .directory = TRUE } },
  { "blob-root-not-synced", { .about = "blobs", .directory = TRUE } },
};

static void
test_calibration(gconstpointer data)
{
  const Calibration *calibration = data;
  Bench bench = bench_new();
  g_autofree char *loss = cut_many(&bench, 20261123, CALIBRATION_CUTS, &calibration->lie);

  g_test_message("%s", loss ? loss : "nothing lost");
  g_assert_nonnull(loss);
  bench_end(&bench);
}

/* A founding that said yes outlives the power. */
static void
found_on_disk(gpointer data)
{
  Child *child = data;
  Bench *bench = child->bench;
  g_autoptr(GError) error = NULL;

  powercut_run(bench->disk, child->stop_at, NULL);
  if (!station_found(bench->root, bench->ledger, &error))
    g_strlcpy(bench->ledger->failure, error->message, sizeof bench->ledger->failure);
}

static void
test_founding(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(20261123);
  Bench bench = bench_new();

  for (guint i = 0; i < 8; i++) {
    powercut_empty(bench.root);
    memset(bench.ledger, 0, sizeof *bench.ledger);
    bench.disk = powercut_new(bench.root);
    g_assert_cmpint(station_child(found_on_disk, &(Child){ .bench = &bench }), ==, 0);
    g_assert_cmpstr(bench.ledger->failure, ==, "");
    g_autofree char *loss = cut(&bench, random);
    g_assert_cmpstr(loss, ==, NULL);
    powercut_free(bench.disk);
  }
  bench_end(&bench);
}

/* ---- failing calls ---- */

/* An act that cannot be stored ends the process with 3; one that is refused is no yes. */
static void
script_in_child(gpointer data)
{
  Child *child = data;
  Ledger *ledger = child->bench->ledger;
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  g_autoptr(GError) error = NULL;

  powercut_run(child->bench->disk, 0, NULL);
  powercut_fail(child->bench->disk, &child->fault);
  Engine *engine = engine_open(child->bench->root, &error);
  gboolean ok = engine && station_work(engine, ledger, random, &(StationWork){ .rounds = 5 }, &error);
  engine_close(engine);
  if (ok)
    return;
  g_printerr("%s\n", error->message);
  _exit(3);
}

static char *
read_errors(const char *path)
{
  char *text = NULL;

  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

typedef struct {
  Child *child;
  const char *errors;
} Quiet;

static void
script_quietly(gpointer data)
{
  const Quiet *quiet = data;

  g_assert_nonnull(freopen(quiet->errors, "w", stderr));
  script_in_child(quiet->child);
}

/* Whether the message is a Japanese sentence. */
static gboolean
is_message(const char *text)
{
  return g_utf8_validate(text, -1, NULL) && strstr(text, "。") && !strstr(text, "SQL ") && !strstr(text, "ERROR");
}

static guint64
fail_one(Bench *bench, const PowercutFault *fault, GRand *random)
{
  g_autofree char *errors = g_strconcat(bench->copy, ".errors", NULL);

  bench_begin(bench);
  Child child = { .bench = bench, .fault = *fault };
  int status = station_child(script_quietly, &(Quiet){ &child, errors });
  g_autofree char *text = read_errors(errors);
  guint64 operations = powercut_operations(bench->disk);

  if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && (WEXITSTATUS(status) != 3 || !is_message(text))))
    g_error("call %" G_GUINT64_FORMAT " failing: status %d: %s", fault->nth, status, text);
  g_autofree char *loss = cut(bench, random);
  if (loss)
    g_error("call %" G_GUINT64_FORMAT " failing: %s", fault->nth, loss);
  powercut_free(bench->disk);
  g_assert_cmpint(g_unlink(errors), ==, 0);
  return operations;
}

static void
test_nth_call(gconstpointer data)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(20261123);
  guint step = station_times(1, 100) > 1 ? 1 : SAMPLE;
  gboolean once = GPOINTER_TO_INT(data) > 0;
  int errnum = once ? GPOINTER_TO_INT(data) : -GPOINTER_TO_INT(data);
  Bench bench = bench_new();
  guint64 operations = fail_one(&bench, &(PowercutFault){ G_MAXUINT64, G_MAXUINT64, 0 }, random);
  guint runs = 0;

  for (guint64 nth = 1; nth <= operations; nth += step, runs++)
    (void)fail_one(&bench, &(PowercutFault){ nth, once ? nth : G_MAXUINT64, errnum }, random);
  g_test_message("%u runs, of a script of some %" G_GUINT64_FORMAT " calls", runs, operations);
  g_assert_cmpuint(runs, >, 1);
  bench_end(&bench);
}

int
main(int argc, char **argv)
{
  int status;

  if (station_is_signer(argc, argv, &status))
    return status;
  setlocale(LC_CTYPE, "C.UTF-8");
  g_test_init(&argc, &argv, NULL);
  powercut_quick();
  g_test_add_func("/crash/engine/founding", test_founding);
  g_test_add_func("/crash/engine/power-cuts", test_power_cuts);
  for (gsize i = 0; i < G_N_ELEMENTS(calibrations); i++) {
    g_autofree char *path = g_strdup_printf("/crash/engine/calibration/%s", calibrations[i].name);
    g_test_add_data_func(path, &calibrations[i], test_calibration);
  }
  g_test_add_data_func("/crash/engine/nth-call-fails", GINT_TO_POINTER(EIO), test_nth_call);
  g_test_add_data_func("/crash/engine/nth-call-and-all-after-fail", GINT_TO_POINTER(-EIO), test_nth_call);
  g_test_add_data_func("/crash/engine/disk-full-from-nth-call", GINT_TO_POINTER(-ENOSPC), test_nth_call);
  return g_test_run();
}
