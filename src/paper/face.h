/* The four faces, each a function from a checked document to a file: for paper.c. */
#ifndef SHODO_PAPER_FACE_H
#define SHODO_PAPER_FACE_H

#include "paper/paper.h"

GBytes *face_html(const Document *document, const PaperOptions *options, GError **error);
GBytes *face_pdf(const Document *document, const PaperOptions *options, GError **error);
GBytes *face_docx(const Document *document, const PaperOptions *options, GError **error);
GBytes *face_xlsx(const Document *document, const PaperOptions *options, GError **error);

/* What stands at the foot of every page besides its number, NULL: nothing; and
 * the lines under the last block, which tell how to check the paper. */
char *face_foot(const Document *document);
char *face_check(const Document *document);

/* A QR code: SIZE x SIZE modules, row by row; 1 is black. */
typedef struct {
  guint size;
  const guint8 *modules;
} Qr;
/* NULL: no witness. */
const Qr *face_qr(const Document *document);

#endif
