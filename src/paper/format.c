/* The formats a paper is drawn in: known to all, drawn by few. */
#include <string.h>

#include "paper/paper.h"

const Choice paper_choices[] = {
  { PAPER_HTML, "html", "HTML" }, { PAPER_PDF, "pdf", "PDF" }, { PAPER_DOCX, "docx", "Word 文書" },
  { PAPER_XLSX, "xlsx", "Excel ブック" }, { 0, NULL, NULL },
};

static const char *const media_types[] = {
  [PAPER_HTML] = "text/html; charset=utf-8",
  [PAPER_PDF] = "application/pdf",
  [PAPER_DOCX] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  [PAPER_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

PaperFormat
paper_format_of(const char *file_name)
{
  const char *dot = strrchr(file_name, '.');
  const Choice *choice = dot ? choice_by_token(paper_choices, dot + 1) : NULL;
  return choice ? (PaperFormat)choice->value : 0;
}

const char *
paper_media_type(PaperFormat format)
{
  return media_types[format];
}

char *
paper_words(Arena *arena, const Block *block)
{
  const char *text = block->text ? block->text : "";
  return arena_printf(arena, "%s%s%s%s%s%s%s", block->change ? "【" : "", block->change ? block->change : "",
                      block->change ? "】" : "", block->state ? "〔" : "", block->state ? block->state : "",
                      block->state ? "〕" : "", text);
}
