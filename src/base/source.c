#include "base/source.h"

GSource *
source_attach(GSource *source, GMainContext *context, GSourceFunc call, gpointer data)
{
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, call, data, NULL);
  g_source_attach(source, context);
  return source;
}

void
source_drop(GSource **source)
{
  if (*source)
    g_source_destroy(*source);
  g_clear_pointer(source, g_source_unref);
}

void
source_later(GMainContext *context, GSourceFunc call, gpointer data, GDestroyNotify clear)
{
  g_autoptr(GSource) source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, call, data, clear);
  g_source_attach(source, context);
}
