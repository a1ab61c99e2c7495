/* A strict reader of the small part of YAML that plans and scenarios use.
 *
 * One document of mappings, sequences and scalars in UTF-8 (a BOM is skipped,
 * CRLF is accepted).  Every scalar is text: quoting changes nothing, nothing
 * becomes a number or a boolean, an absent value is the empty text.  Block
 * literals keep their newlines.  The order of keys is kept.
 *
 * Refused: aliases, anchors, tags, directives, a second document, repeated,
 * empty or non-scalar keys, tabs, NUL and other control characters, line ends
 * other than LF and CRLF; and what a Japanese input method makes of YAML:
 * U+3000 as indentation or after ":" and "-", and U+FF1A where ":" is meant
 * (an unquoted key with one, or an unquoted value that looks like such a key;
 * inside quotes and block literals both are ordinary text).
 * Beyond LIMIT_YAML, LIMIT_YAML_DEPTH or LIMIT_YAML_NODES: SHODO_ERROR_LIMIT.
 * Otherwise SHODO_ERROR_INVALID.  Messages begin with "NAME:line:column: ";
 * lines and columns count from 1, columns in characters.
 *
 * The tree is immutable and belongs to the document.  Accessors state bugs of
 * the caller by assertion (asking a scalar for its length), never bad input. */
#ifndef SHODO_BASE_YAML_H
#define SHODO_BASE_YAML_H

#include <glib.h>

typedef struct YamlDoc YamlDoc;
typedef struct YamlNode YamlNode;

typedef enum {
  YAML_SCALAR,
  YAML_SEQUENCE,
  YAML_MAPPING,
} YamlKind;

YamlDoc *yaml_load_file(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
YamlDoc *yaml_load_bytes(const char *name, const void *data, gsize bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void yaml_doc_free(YamlDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(YamlDoc, yaml_doc_free)

const char *yaml_name(const YamlDoc *doc);
const YamlNode *yaml_root(const YamlDoc *doc); /* never NULL */

YamlKind yaml_kind(const YamlNode *node);
guint yaml_line(const YamlNode *node);
guint yaml_column(const YamlNode *node);
const char *yaml_text(const YamlNode *scalar);

/* Of a sequence or a mapping: how many, and the item or value numbered from 0. */
guint yaml_length(const YamlNode *node);
const YamlNode *yaml_at(const YamlNode *node, guint index);

/* Of a mapping: the key numbered from 0 (a scalar, with its place), and the
 * value under a key or NULL. */
const YamlNode *yaml_key_at(const YamlNode *mapping, guint index);
const YamlNode *yaml_get(const YamlNode *mapping, const char *key);

/* Set SHODO_ERROR_INVALID with the place of `node` before the message. */
void yaml_error(GError **error, const YamlNode *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* FALSE, with the place of the first one, when `mapping` has a key that is not
 * among the NULL-terminated `known`. */
gboolean yaml_check_keys(const YamlNode *mapping, const char *const *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
