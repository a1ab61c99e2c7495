#include "web/once.h"

#include "web/door.h"
#include "web/idempotency.h"

typedef struct {
  Idempotency *seen;
  char *person, *mark; /* MARK is NULL: without a key */
  EngineAnswer done;
  gpointer data;
} Sending;

static void
sent(const Answer *answer, gpointer data)
{
  Sending *sending = data;
  if (sending->mark)
    idempotency_end(sending->seen, sending->person, sending->mark, answer);
  sending->done(answer, sending->data);
  g_free(sending->person);
  g_free(sending->mark);
  g_free(sending);
}

/* MARK may be NULL. */
static void
submit(WebRequest *request, const Request *asked, const Once *once, const char *mark, gpointer data)
{
  Sending *sending = g_new0(Sending, 1);
  Request marked = *asked;

  *sending = (Sending){ door_idempotency(request->door), g_strdup(asked->person), g_strdup(mark), once->done, data };
  marked.key = sending->mark;
  if (mark)
    idempotency_begin(sending->seen, asked->person, mark);
  engine_submit(request->engine, &marked, sent, sending);
}

static void
refuse(WebRequest *request, const Once *once, guint status, const char *detail, gpointer data)
{
  answer_problem(request, problem_of_status(status), detail);
  once->drop(data);
}

static char *
mark_of(const WebRequest *request, const Request *asked, const Once *once)
{
  gsize length;
  const char *body = http_body(request->exchange, &length);
  return once->key ? idempotency_mark(once->key, asked->act, asked->kase, body, length) : NULL;
}

/* TRUE: DATA is taken.  *FRESH: it was never seen; else the key stood for another input. */
static gboolean
answer_seen(WebRequest *request, const Request *asked, const Once *once, const char *mark, gboolean *fresh, gpointer data)
{
  guint64 first = 0, kase = 0;
  g_autoptr(GError) error = NULL;
  Seen was = idempotency_look(door_idempotency(request->door), asked->person, mark, &first, &kase, &error);

  *fresh = was == SEEN_NEVER;
  switch (was) {
  case SEEN_NEVER:
  case SEEN_OTHERWISE:
    return FALSE;
  case SEEN_DONE:
    once->again(first, kase ? kase : asked->kase, data);
    return TRUE;
  case SEEN_PENDING:
    answer_field(request, "Retry-After", "1");
    refuse(request, once, 409, once->form ? "同じ入力を処理しています。少し待って、記録されたことを確かめてください。"
                                          : "同じ要求を処理しています。少し待って、もう一度送ってください。", data);
    return TRUE;
  default:
    answer_error(request, error);
    once->drop(data);
    return TRUE;
  }
}

gboolean
once_was(WebRequest *request, const Request *asked, const Once *once, gpointer data)
{
  gboolean fresh;
  g_autofree char *mark = mark_of(request, asked, once);
  return mark && answer_seen(request, asked, once, mark, &fresh, data);
}

void
once_submit(WebRequest *request, const Request *asked, const Once *once, gpointer data)
{
  gboolean fresh = FALSE;
  g_autofree char *mark = mark_of(request, asked, once);

  if (once->key && !mark && !once->form)
    refuse(request, once, 400, "Idempotency-Key は64字までの英数字と「-」「_」で書いてください。", data);
  else if (mark && answer_seen(request, asked, once, mark, &fresh, data))
    return;
  else if (mark && !fresh && !once->form)
    refuse(request, once, 422, "この Idempotency-Key は、別の要求に使われています。", data);
  else
    submit(request, asked, once, fresh ? mark : NULL, data);
}
