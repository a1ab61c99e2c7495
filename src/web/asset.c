#include "web/asset.h"

#include <string.h>

#include "web/request.h"

const char *
asset_path(const char *name)
{
  for (const Asset *asset = assets; asset->name; asset++)
    if (strcmp(asset->name, name) == 0)
      return asset->path;
  g_assert_not_reached();
}

static const Asset *
find(const char *path)
{
  for (const Asset *asset = assets; asset->name; asset++)
    if (strcmp(asset->path, path) == 0)
      return asset;
  return NULL;
}

/* RFC 9110 12.5.3, as far as browsers go: "gzip" is named, and not with q=0. */
static gboolean
takes_gzip(const WebRequest *request)
{
  const char *codings = http_field(request->exchange, "Accept-Encoding");
  const char *gzip = codings ? strstr(codings, "gzip") : NULL;
  return gzip && !g_str_has_prefix(gzip + 4, ";q=0");
}

static gboolean
has_it(const WebRequest *request, const Asset *asset)
{
  const char *tags = http_field(request->exchange, "If-None-Match");
  return tags && strstr(tags, asset->tag);
}

static void
get_asset(WebRequest *request)
{
  const Asset *asset = find(http_path(request->exchange));
  if (!asset) {
    answer_missing(request);
    return;
  }
  gboolean gzip = takes_gzip(request), known = has_it(request, asset);
  const HttpField fields[] = {
    { "Cache-Control", "public, max-age=31536000, immutable" },
    { "ETag", asset->tag },
    { "Vary", "Accept-Encoding" },
    { "Content-Encoding", "gzip" },
  };
  g_autoptr(GBytes) body = gzip ? g_bytes_new_static(asset->gzip, asset->gzip_length)
                                : g_bytes_new_static(asset->plain, asset->plain_length);
  gsize n = gzip && !known ? 4 : 3;
  answer_with(request, known ? 304 : 200, known ? NULL : asset->type, known ? NULL : body, fields, n);
}

static const Route route = { "GET", "/assets/{name}", NEED_NOTHING, 0, get_asset, FACE_ASSET, "画面の部品" };

void
asset_routes(Router *router)
{
  router_add(router, &route);
}
