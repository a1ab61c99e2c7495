#include "engine/inside.h"

#include "base/error.h"
#include "base/roles.h"
#include "engine/herald.h"
#include "engine/mailer.h"
#include "journal/note.h"

#define WORKER_PATIENCE 10000 /* milliseconds for a worker to start */

/* --- signing --- */

guint64
engine_unsigned(Engine *engine)
{
  if (engine->stopped)
    return 0;
  guint64 size = engine_head(engine).size;
  g_autofree char *note = journal_last_checkpoint(engine->reader, NULL);
  g_autoptr(Checkpoint) last = note ? checkpoint_parse(note, NULL) : NULL;
  return last && last->size <= size ? size - last->size : size;
}

char *
engine_sign(Engine *engine, GError **error)
{
  engine_drain(engine);
  if (engine->stopped) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_REFUSED, "止まった後、まだ再開していません。shodo resume で再開してください。");
    return NULL;
  }
  if (!engine->signer && !(engine->signer = signer_start(engine->dir, error)))
    return NULL;

  JournalHead head = engine_head(engine);
  guint64 signed_size = signer_size(engine->signer);
  g_autoptr(GByteArray) proof = NULL;
  if (signed_size && signed_size < head.size && !(proof = journal_consistency(engine->reader, signed_size, head.size, error)))
    return NULL;
  g_autofree char *note = signer_sign(engine->signer, head.size, head.root, proof ? proof->data : NULL,
                                      proof ? proof->len / TREE_HASH : 0, error);
  if (!note || !journal_store_checkpoint(engine->journal, note, error))
    return NULL;
  return g_steal_pointer(&note);
}
/* --- what could not be had --- */

void
engine_files_confined(Engine *engine, guint guards)
{
  engine->files = TRUE;
  engine->files_guards = guards;
}

void
engine_confined(Engine *engine, guint guards, Worker *worker)
{
  engine->confined = TRUE;
  engine->guards = guards;
  engine->worker = worker;
}

typedef struct {
  GError *error;
  gboolean done;
} Echo;

static void
echoed(GBytes *reply G_GNUC_UNUSED, const GError *error, gpointer data)
{
  Echo *echo = data;
  echo->done = TRUE;
  echo->error = error ? g_error_copy(error) : NULL;
}

/* It tells its guards when it starts. */
static void
add_worker(Engine *engine, GPtrArray *all)
{
  g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
  Echo echo = { 0 };

  worker_ask(engine->worker, "echo", nothing, WORKER_PATIENCE, echoed, &echo);
  while (!echo.done)
    g_main_context_iteration(engine->context, TRUE);
  if (echo.error)
    g_ptr_array_add(all, g_strdup_printf("%s：%s", roles_name(ROLE_WORKER), echo.error->message));
  else
    roles_weaknesses(ROLE_WORKER, worker_guards(engine->worker), all);
  g_clear_error(&echo.error);
}

/* Takes WEAK, or says what hid it. */
static void
add_weaknesses(GPtrArray *all, const char *of, GPtrArray *weak, const GError *error)
{
  if (!weak)
    g_ptr_array_add(all, g_strdup_printf("%s：確かめられません。%s", of, error->message));
  for (guint i = 0; weak && i < weak->len; i++)
    g_ptr_array_add(all, g_strdup(weak->pdata[i]));
  if (weak)
    g_ptr_array_unref(weak);
}

GPtrArray *
engine_weaknesses(Engine *engine)
{
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) journal_error = NULL, signer_error = NULL;

  engine_drain(engine); /* the writer has the journal until then */
  if (engine->confined)
    roles_weaknesses(ROLE_MAIN, engine->guards, all);
  else
    g_ptr_array_add(all, g_strdup_printf("%s：shodo serve が動いていないため、守りを確かめられません。", roles_name(ROLE_MAIN)));
  roles_weaknesses(ROLE_WRITER, writer_guards(engine->writer), all);
  if (engine->files)
    roles_weaknesses(ROLE_FILES, engine->files_guards, all);
  if (engine->worker)
    add_worker(engine, all);
  if (engine->mailer)
    mailer_weaknesses(engine->mailer, all);
  if (engine->herald)
    herald_weaknesses(engine->herald, all);
  if (!engine->signer)
    engine->signer = signer_start(engine->dir, &signer_error);
  add_weaknesses(all, roles_name(ROLE_SIGNER), engine->signer ? signer_weaknesses(engine->signer) : NULL, signer_error);
  GPtrArray *journal = journal_weaknesses(engine->journal, &journal_error);
  add_weaknesses(all, "記録", journal, journal_error);
  return all;
}
