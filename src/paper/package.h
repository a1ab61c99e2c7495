/* A package of parts in a ZIP: what DOCX and XLSX are.  Written in memory; no part
 * carries a time, so the same parts give the same bytes in any time zone. */
#ifndef SHODO_PAPER_PACKAGE_H
#define SHODO_PAPER_PACKAGE_H

#include <glib.h>

typedef struct Package Package;

Package *package_new(void);
void package_free(Package *package);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Package, package_free)

/* NAME in ASCII; the bytes are copied. */
void package_add(Package *package, const char *name, const void *data, gsize bytes);
/* The file; IO when a part could not be written. */
GBytes *package_close(Package *package, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TEXT into OUT as XML; a tab and a line end are kept as characters. */
void package_escape(GString *out, const char *text);
#define PACKAGE_XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

#endif
