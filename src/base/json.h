/* Strict JSON at the door, one spelling of it in the journal (jansson).
 *
 * Parsing (RFC 8259) takes an object or an array in UTF-8 without BOM and
 * refuses repeated keys, NUL in any text, lone surrogates, integers beyond 64
 * bits and anything after the root: SHODO_ERROR_INVALID.  Beyond LIMIT_JSON
 * bytes or LIMIT_JSON_DEPTH nested values: SHODO_ERROR_LIMIT, before anything
 * is allocated.  Messages begin with "NAME:line:column: ", counted from 1.
 *
 * The canonical form: no white space; keys in the order of their UTF-8 bytes;
 * only `"`, `\` and U+0000-U+001F are escaped, as jansson 2.14 does (\" \\ \b
 * \f \n \r \t, otherwise \u00XX in capitals); integers of 64 bits in decimal.
 * A real number is refused, since its spelling is not unique. */
#ifndef SHODO_BASE_JSON_H
#define SHODO_BASE_JSON_H

#include <glib.h>
#include <jansson.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* The caller owns the value.  `name` says in messages what was read. */
json_t *shodo_json_parse(const char *name, const void *data, gsize bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The canonical bytes of an object or an array, without a newline or a NUL
 * after them.  Refuses what shodo_json_parse would: INVALID for a real, NUL in
 * a text, or text that is not UTF-8; LIMIT for depth and size. */
GBytes *shodo_json_canonical(const json_t *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
