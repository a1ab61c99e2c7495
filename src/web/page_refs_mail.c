#include "web/page_refs_mail.h"

#include "case/case.h"
#include "engine/mails.h"
#include "office/inbox.h"
#include "office/outbox.h"
#include "web/page_known.h"
#include "web/page_refs.h"

#define NEWEST (PAGE_REFS_CHOSEN + 1)

static void
add(const ActContext *context, List *options, const char *id, Instant at, const char *what, const char *state)
{
  *(RefOption *)list_push(context->arena, options, sizeof(RefOption)) = (RefOption){
    id, arena_printf(context->arena, "%s　%s（%s）", page_time(context->arena, at, context->now), what, state),
  };
}

void
page_refs_mails(World *world, const Viewer *viewer, const ActContext *context, List *options)
{
  Arena *arena = context->arena;
  gboolean more;
  g_autoptr(GArray) numbers = mails_list(world, viewer, context->kase ? case_number(context->kase) : 0, 0, 0, NEWEST, &more);
  for (guint i = 0; i < numbers->len; i++) {
    guint64 number = g_array_index(numbers, guint64, i);
    const MailRow *row = outbox_row(world_outbox(world), number);
    const char *to = row->party ? office_person_name(context->office, arena_printf(arena, "p%u", row->party)) : "庁外の宛先";
    add(context, options, arena_printf(arena, "o%" G_GUINT64_FORMAT, number), row->queued,
        arena_printf(arena, "%s　%s", to, choice_label(mail_purposes, row->purpose)), choice_label(mail_states, row->state));
  }
}

void
page_refs_received(World *world, const Viewer *viewer, const ActContext *context, List *options)
{
  gboolean more;
  g_autoptr(GArray) numbers = mails_received_list(world, viewer, 0, 0, 0, 0, NEWEST, &more);
  for (guint i = 0; i < numbers->len; i++) {
    guint64 number = g_array_index(numbers, guint64, i);
    const ReceivedRow *row = inbox_row(outbox_inbox(world_outbox(world)), number);
    add(context, options, arena_printf(context->arena, "m%" G_GUINT64_FORMAT, number), row->at, choice_label(incoming_kinds, row->kind),
        choice_label(received_states, row->state));
  }
}
