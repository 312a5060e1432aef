/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-plugin-name.h"

#include <string.h>

static const char *const kinds[] = {
  [EVS_PLUGIN_CIPHER] = "cipher",
  [EVS_PLUGIN_COMPRESSOR] = "compressor",
  [EVS_PLUGIN_STORE] = "store",
};

const char *
_evs_plugin_kind_to_string (EvsPluginKind kind)
{
  g_return_val_if_fail (kind > 0 && kind < G_N_ELEMENTS (kinds), NULL);

  return kinds[kind];
}

EvsPluginKind
_evs_plugin_kind_from_string (const char *word)
{
  for (EvsPluginKind kind = 1; kind < G_N_ELEMENTS (kinds); kind++)
    if (strcmp (word, kinds[kind]) == 0)
      return kind;
  return 0;
}

gboolean
_evs_plugin_name_is_valid (const char *name)
{
  gsize length = 0;

  if (!g_ascii_islower (name[0]))
    return FALSE;
  for (; name[length] != '\0'; length++)
    if (length == 32
        || !(g_ascii_islower (name[length]) || g_ascii_isdigit (name[length])
             || name[length] == '-'))
      return FALSE;
  return TRUE;
}
