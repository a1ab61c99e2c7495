/* News: which stream reached which entry, told when it is durable (promise 1).  For
 * whoever shows, mails or indexes what happened: they look it up under their own
 * rights.  Costs O(1) an entry and O(streams changed x watchers) a commit. */
#ifndef SHODO_ENGINE_NEWS_H
#define SHODO_ENGINE_NEWS_H

#include <glib.h>

typedef struct News News;

News *news_new(void);
void news_free(News *news);

/* STREAM (0: the office, else a case) reached entry number ENTRY, the latest of the commit. */
typedef void (*NewsTold)(guint64 stream, guint64 entry, gpointer data);
guint news_watch(News *news, NewsTold told, gpointer data);
/* May be called from within TOLD. */
void news_unwatch(News *news, guint watch);

/* For the engine: entry ENTRY was decided; and all below DURABLE are on disk. */
void news_add(News *news, guint64 stream, guint64 entry);
void news_tell(News *news, guint64 durable);

#endif
