#include "paper/paper.h"

#include <qrencode.h>
#include <string.h>

#include "base/error.h"
#include "paper/face.h"

typedef GBytes *(*Face)(const Document *document, const PaperOptions *options, GError **error);

static const Face faces[] = { [PAPER_HTML] = face_html, [PAPER_PDF] = face_pdf, [PAPER_DOCX] = face_docx, [PAPER_XLSX] = face_xlsx };

GBytes *
paper_render(const Document *document, PaperFormat format, const PaperOptions *options, GError **error)
{
  static const PaperOptions none = { 0 };
  if (!document_check(document, error))
    return NULL;
  return faces[format](document, options ? options : &none, error);
}

/* --- what all faces say --- */

char *
face_foot(const Document *document)
{
  return document->label ? arena_strdup(document->arena, document->label) : NULL;
}

char *
face_check(const Document *document)
{
  const Witness *witness = &document->witness;
  if (!witness->origin)
    return NULL;
  return arena_printf(document->arena,
                      "照合　記録 %s 第%" G_GUINT64_FORMAT "番　先頭から%" G_GUINT64_FORMAT "件の根 %s\n内容の SHA-256 %s",
                      witness->origin, witness->entry, witness->size, witness->root ? witness->root : "", document_digest(document));
}

const Qr *
face_qr(const Document *document)
{
  const char *text = document_witness(document);
  QRcode *code = text ? QRcode_encodeData((int)strlen(text), (const guint8 *)text, 0, QR_ECLEVEL_M) : NULL;
  if (!code)
    return NULL;
  gsize size = (gsize)code->width;
  guint8 *modules = arena_alloc(document->arena, size * size);
  for (gsize i = 0; i < size * size; i++)
    modules[i] = code->data[i] & 1;
  QRcode_free(code);
  Qr *qr = arena_new0(document->arena, Qr);
  *qr = (Qr){ .size = (guint)size, .modules = modules };
  return qr;
}
