/* What a browser loads beside the pages: embedded in the program, compressed while building, the
 * beginning of its SHA-256 in its name, and so kept by the browser for a year. */
#ifndef SHODO_WEB_ASSET_H
#define SHODO_WEB_ASSET_H

#include <glib.h>

#include "web/route.h"

typedef struct {
  const char *name;  /* app.css */
  const char *path;  /* /assets/app-0123456789abcdef.css */
  const char *tag;   /* ETag */
  const char *type;
  const unsigned char *plain;
  gsize plain_length;
  const unsigned char *gzip;
  gsize gzip_length;
} Asset;

/* Made by tools/template.c; ends with a row without a name. */
extern const Asset assets[];

/* The address of the asset NAME; templates name only those that there are. */
const char *asset_path(const char *name);

void asset_routes(Router *router);

#endif
