/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-handle.h"

#include "evs-registry.h"

static EvsSettings *
read_settings (EvsConfig *config, const EvsConfigGroup *group,
               const EvsPlugin *plugin, GError **error)
{
  EvsConfigSection section = { group->name, group->line, group->entries,
                               group->n_entries };
  EvsSettingTable table = { plugin->settings, plugin->n_settings,
                            plugin->setting_size };

  return _evs_settings_read (_evs_config_get_text (config), &section, &table,
                             _evs_setting_host_table (group->kind), error);
}

EvsHandle *
_evs_handle_new (EvsConfig *config, const EvsConfigGroup *group, GError **error)
{
  const EvsPlugin *plugin = _evs_registry_get_configured (config, group, error);
  EvsSettings *settings = NULL;
  EvsHandle *handle;

  if (plugin != NULL)
    settings = read_settings (config, group, plugin, error);
  if (settings == NULL)
    return NULL;

  handle = g_new (EvsHandle, 1);
  handle->plugin = plugin;
  handle->settings = settings;
  g_atomic_ref_count_init (&handle->ref_count);
  return handle;
}

EvsHandle *
_evs_handle_ref (EvsHandle *handle)
{
  g_atomic_ref_count_inc (&handle->ref_count);
  return handle;
}

void
_evs_handle_unref (EvsHandle *handle)
{
  if (handle == NULL || !g_atomic_ref_count_dec (&handle->ref_count))
    return;
  _evs_settings_free (handle->settings);
  g_free (handle);
}

void
_evs_handle_prefix_error (const EvsHandle *handle, GError **error)
{
  g_autofree char *prefix = g_strconcat (handle->plugin->name, ": ", NULL);

  if (error != NULL && *error != NULL
      && !g_str_has_prefix ((*error)->message, prefix))
    g_prefix_error (error, "%s", prefix);
}
