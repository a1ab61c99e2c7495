/* Drawing a document (document.h) as a file.
 *
 * Pure: the same document, options and fonts give the same bytes; no journal,
 * no clock, no network, and of the file system only what a PDF reads when it
 * first needs it: the fonts' directories and /var/cache/fontconfig.  Pango starts
 * a thread for each Fonts: a sandbox must allow both.  Bounded by LIMIT_PAPER_*,
 * not in time. */
#ifndef SHODO_PAPER_PAPER_H
#define SHODO_PAPER_PAPER_H

#include "paper/document.h"

/* What draws: another name as soon as one byte of any file could differ. */
#define PAPER_RENDERER "paper/2"

typedef enum { PAPER_HTML = 1, PAPER_PDF, PAPER_DOCX, PAPER_XLSX } PaperFormat;
extern const Choice paper_choices[]; /* tokens are the endings of file names */

/* The fonts of a PDF: IPAex明朝, IPAexゴシック and, for characters that they lack,
 * IPAmj明朝.  Nothing else of the machine's font configuration is asked.  DIR is
 * where their files are; NULL: where Debian puts them.  Not shared by threads.
 * IO: a font is not there, with the package that brings it. */
typedef struct Fonts Fonts;
Fonts *fonts_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void fonts_close(Fonts *fonts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fonts, fonts_close)

typedef struct {
  Fonts *fonts;      /* kept over many papers; NULL: opened for this one */
  gboolean spell; /* PDF: a character that no font has is printed as 〔U+1F600〕; else it is INVALID */
} PaperOptions;

/* The whole file.  INVALID: the document is not whole, or characters that no
 * font has, all named with their code points; LIMIT; IO: a font is missing. */
GBytes *paper_render(const Document *document, PaperFormat format, const PaperOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The words of a block as they are printed: change and state before the text. */
char *paper_words(Arena *arena, const Block *block);

/* The format a file name ends in; 0: none of them. */
PaperFormat paper_format_of(const char *file_name);
const char *paper_media_type(PaperFormat format);

#endif
