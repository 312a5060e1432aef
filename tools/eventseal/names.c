/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "names.h"

/* What a plugin is called by in a header. */
static guint32
header_id (const EvsPlugin *plugin)
{
  return plugin->kind == EVS_PLUGIN_CIPHER ? plugin->vtable.cipher->suite
                                           : plugin->vtable.compressor->wire_id;
}

static gboolean
is_named (EvsConfig *config, EvsPluginKind kind, const char *name, guint32 id)
{
  const EvsPlugin *plugin =
      name != NULL ? evs_plugins_find (config, kind, name, NULL, NULL) : NULL;

  return plugin != NULL && header_id (plugin) == id;
}

static const char *
name_private (EvsConfig *config, EvsPluginKind kind, guint32 id)
{
  const char *name = evs_config_get_plugin (config, kind);

  if (is_named (config, kind, name, id))
    return name;
  for (const char *const *also = evs_config_get_also_read (config);
       *also != NULL; also++)
    if (is_named (config, kind, *also, id))
      return *also;
  return "private";
}

const char *
name_suite (EvsConfig *config, guint8 suite)
{
  const EvsSuite *known = evs_suite_lookup (suite);

  if (suite == 0)
    return "not encrypted";
  return known != NULL ? known->name
                       : name_private (config, EVS_PLUGIN_CIPHER, suite);
}

const char *
name_compressor (EvsConfig *config, guint8 id)
{
  const char *known = evs_compressor_name (id);

  return known != NULL ? known
                       : name_private (config, EVS_PLUGIN_COMPRESSOR, id);
}
