/* YAML: a tree whose every text is valid and whose every key is found, or a reason with a place. */
#include "common.h"

#include <string.h>

#include "base/limits.h"
#include "base/yaml.h"

static guint
walk(const YamlNode *node, guint depth)
{
  guint nodes = 1;

  g_assert_cmpuint(depth, <=, LIMIT_YAML_DEPTH + 1);
  g_assert_true(yaml_line(node) >= 1 && yaml_column(node) >= 1);
  if (yaml_kind(node) == YAML_SCALAR) {
    g_assert_true(g_utf8_validate(yaml_text(node), -1, NULL));
    return nodes;
  }
  for (guint i = 0; i < yaml_length(node); i++) {
    if (yaml_kind(node) == YAML_MAPPING)
      g_assert_true(yaml_get(node, yaml_text(yaml_key_at(node, i))) == yaml_at(node, i));
    nodes += walk(yaml_at(node, i), depth + 1);
  }
  return nodes;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YamlDoc) doc = yaml_load_bytes("a.yaml", data, size, &error);

  if (!doc) {
    fuzz_refused(error);
    g_assert_true(g_str_has_prefix(error->message, "a.yaml:"));
    return 0;
  }
  g_assert_cmpuint(walk(yaml_root(doc), 0), <=, LIMIT_YAML_NODES);
  return 0;
}
