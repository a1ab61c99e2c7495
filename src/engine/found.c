#include "engine/found.h"

#include <string.h>

#include "base/durable.h"
#include "base/error.h"
#include "base/json.h"
#include "engine/issue.h"
#include "engine/tables.h"
#include "journal/note.h"
#include "office/entries.h"
#include "signer/signer.h"

#define ORIGIN_DEFAULT "shodo.invalid/journal"

typedef struct {
  gboolean done;
  gboolean failed; /* the environment, not the act */
  char *why;
} Outcome;

static void
take_outcome(const Answer *answer, gpointer data)
{
  Outcome *outcome = data;
  outcome->done = answer->done;
  outcome->failed = findings_worst(answer->findings) == FINDING_FAILED;
  if (!answer->done && findings_length(answer->findings))
    outcome->why = g_strdup(findings_at(answer->findings, 0)->text);
}

static gboolean
issue_first_password(Engine *engine, char **password, GError **error)
{
  g_autoptr(json_t) fields = issue_password(engine, "p1", password, error);
  if (!fields)
    return FALSE;
  Request request = {
    .act = "account.issue_password", .person = "p1", .post = OFFICE_ADMINISTRATOR, .happened = INSTANT_NONE, .fields = fields,
  };
  Outcome outcome = { 0 };
  engine_submit(engine, &request, take_outcome, &outcome);
  engine_drain(engine);
  g_autofree char *why = outcome.why;
  if (!outcome.done)
    g_set_error(error, SHODO_ERROR, outcome.failed ? SHODO_ERROR_IO : SHODO_ERROR_INVALID, "管理者を登録できません：%s", why ? why : "");
  return outcome.done;
}

static const char *
origin_of(const EngineFounding *founding)
{
  return founding->origin ? founding->origin : ORIGIN_DEFAULT;
}

/* The act's own fields, which nobody typed as JSON, and the origin: before
 * anything is made.  BODY is as founding told it. */
static gboolean
sound(const OfficeFound *body, GError **error)
{
  g_autoptr(Arena) arena = arena_new();
  const ActKind *act = tables_act("office.found");
  Findings *findings = findings_new(arena);
  json_t *structural, *personal;

  fields_encode(act->fields, body, &structural, &personal);
  json_object_update(structural, personal);
  const void *again = fields_decode(act->fields, act->size, structural, NULL, arena, findings);
  json_decref(structural);
  json_decref(personal);
  if (!again) {
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_INVALID, "%s", findings_at(findings, 0)->text);
    return FALSE;
  }
  g_autoptr(NoteSigner) trial = note_signer_new(body->origin, error); /* refuses a name that is none */
  return trial != NULL;
}

static gboolean
create_journal(const char *dir, const EngineFounding *founding, GError **error)
{
  const char *origin = origin_of(founding);
  return founding->store ? journal_create_in(dir, founding->store, founding->store_owner, origin, error)
                         : journal_create(dir, origin, error);
}

static gboolean
prepare_directory(const char *dir, const EngineFounding *founding, char **sheet, GError **error)
{
  return durable_mkdir(dir, error) && create_journal(dir, founding, error) && keyring_create(dir, sheet, error) &&
         signer_create_key(dir, origin_of(founding), error);
}

gboolean
engine_found(const char *dir, const EngineFounding *founding, char **password, char **sheet, GError **error)
{
  char digest[BLOB_ADDRESS + 1];
  gsize size;
  const char *bytes = g_bytes_get_data(founding->plan, &size);
  g_autoptr(Plan) plan = plan_load(founding->plan_name, bytes, size, tables_vocabulary(), error);

  if (!plan)
    return FALSE;
  OfficeFound body = {
    .name = founding->name ? founding->name : plan_head(plan)->municipality,
    .real = founding->real,
    .origin = origin_of(founding),
    .digest = plan_digest(plan),
    .from = founding->from != DATE_NONE ? founding->from : plan_head(plan)->effective_from,
    .administrator = founding->administrator,
  };
  if (!sound(&body, error) || !prepare_directory(dir, founding, sheet, error))
    return FALSE;
  g_autoptr(Engine) engine = engine_open(dir, error);
  if (!engine || !blob_put_bytes(engine_blobs(engine), bytes, size, digest, error))
    return FALSE;
  if (!founding->real && founding->now != INSTANT_NONE && !engine_set_clock(engine, founding->now, error))
    return FALSE;
  return engine_begin(engine, "office.found", &body, plan, error) && issue_first_password(engine, password, error);
}
