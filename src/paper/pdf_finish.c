#include <qpdf/qpdf-c.h>
#include <string.h>

#include "base/error.h"
#include "paper/press.h"

static char *
metadata(const Document *document, Arena *arena)
{
  g_autofree char *title = g_markup_escape_text(document->title, -1);
  g_autofree char *owner = g_markup_escape_text(document->owner ? document->owner : "", -1);
  const char *made = instant_print_utc(arena, document->made);
  return arena_printf(arena,
                      "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">"
                      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s</rdf:li></rdf:Alt></dc:title>"
                      "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>"
                      "<dc:language><rdf:Bag><rdf:li>ja</rdf:li></rdf:Bag></dc:language>"
                      "<xmp:CreateDate>%s</xmp:CreateDate><xmp:CreatorTool>Shodo</xmp:CreatorTool>"
                      "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
                      title, owner, made);
}

static void
complete(qpdf_data pdf, const Document *document)
{
  g_autoptr(Arena) arena = arena_new();
  const char *xmp = metadata(document, arena);
  qpdf_oh root = qpdf_get_root(pdf), preferences = qpdf_oh_new_dictionary(pdf), stream = qpdf_oh_new_stream(pdf);
  qpdf_oh facts = qpdf_oh_get_dict(pdf, stream);

  qpdf_oh_replace_key(pdf, root, "/Lang", qpdf_oh_new_string(pdf, "ja"));
  qpdf_oh_replace_key(pdf, preferences, "/DisplayDocTitle", qpdf_oh_new_bool(pdf, QPDF_TRUE));
  qpdf_oh_replace_key(pdf, root, "/ViewerPreferences", preferences);
  qpdf_oh_replace_stream_data(pdf, stream, (const unsigned char *)xmp, strlen(xmp), qpdf_oh_new_null(pdf), qpdf_oh_new_null(pdf));
  qpdf_oh_replace_key(pdf, facts, "/Type", qpdf_oh_new_name(pdf, "/Metadata"));
  qpdf_oh_replace_key(pdf, facts, "/Subtype", qpdf_oh_new_name(pdf, "/XML"));
  qpdf_oh_replace_key(pdf, root, "/Metadata", stream);
}

GBytes *
pdf_finish(GBytes *drawn, const Document *document, GError **error)
{
  qpdf_data pdf = qpdf_init();
  GBytes *done = NULL;

  qpdf_silence_errors(pdf);
  qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
  if (!(qpdf_read_memory(pdf, "paper.pdf", g_bytes_get_data(drawn, NULL), g_bytes_get_size(drawn), NULL) & QPDF_ERRORS)) {
    complete(pdf, document);
    qpdf_init_write_memory(pdf);
    qpdf_set_deterministic_ID(pdf, QPDF_TRUE);
    qpdf_set_object_stream_mode(pdf, qpdf_o_generate);
    if (!(qpdf_write(pdf) & QPDF_ERRORS))
      done = g_bytes_new(qpdf_get_buffer(pdf), qpdf_get_buffer_length(pdf));
  }
  qpdf_cleanup(&pdf);
  if (!done)
    g_set_error(error, SHODO_ERROR, SHODO_ERROR_IO, "PDF を仕上げられませんでした。");
  return done;
}
