/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-plugin-list.h>

#include "evs-config-private.h"
#include "evs-path.h"
#include "evs-registry.h"

#include <string.h>

typedef struct
{
  const char *const *config_path; /* (nullable) */
  EvsPluginFileVisitor visitor;
  gpointer user_data;
  GHashTable *seen; /* the names of files of earlier folders -> their paths */
} Listing;

static const char *const *
config_path (EvsConfig *config)
{
  return config != NULL ? _evs_config_get_plugin_path (config) : NULL;
}

/* Takes KIND-NAME.so apart. (transfer full) (nullable): the name. */
static char *
parse_file_name (const char *file, EvsPluginKind *kind)
{
  for (*kind = EVS_PLUGIN_CIPHER; *kind <= EVS_PLUGIN_STORE; (*kind)++)
    {
      const char *word = _evs_plugin_kind_to_string (*kind);
      gsize skip = strlen (word);
      g_autofree char *name = NULL;

      if (!g_str_has_prefix (file, word) || file[skip] != '-')
        continue;
      name = g_strndup (file + skip + 1, strlen (file) - skip - 1 - 3);
      return _evs_plugin_name_is_valid (name) ? g_steal_pointer (&name) : NULL;
    }
  return NULL;
}

/* @fact: (transfer full) */
static gboolean
visit_refused (const Listing *listing, const char *path, char *fact)
{
  g_autofree char *shown = _evs_path_display (path);
  g_autofree char *refusal = g_strconcat (shown, ": ", fact, NULL);
  EvsPluginFile file = { path, NULL, refusal };

  g_free (fact);
  return listing->visitor (&file, listing->user_data);
}

static gboolean
visit_file (const Listing *listing, const char *path, const char *name)
{
  const char *earlier = g_hash_table_lookup (listing->seen, name);
  g_autofree char *plugin_name = NULL;
  g_autoptr (GError) error = NULL;
  EvsPluginFile file = { path, NULL, NULL };
  EvsPluginKind kind;

  if (earlier != NULL)
    return visit_refused (listing, path,
                          g_strconcat ("hidden by ", earlier, NULL));
  plugin_name = parse_file_name (name, &kind);
  if (plugin_name == NULL)
    return visit_refused (
        listing, path,
        g_strdup (
            "not named cipher-NAME.so, compressor-NAME.so or store-NAME.so"));

  g_hash_table_insert (listing->seen, g_strdup (name), g_strdup (path));
  file.plugin =
      _evs_registry_get (kind, plugin_name, listing->config_path, &error);
  file.refusal = error != NULL ? error->message : NULL;
  return listing->visitor (&file, listing->user_data);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
visit_folder (const Listing *listing, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean go_on = TRUE;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".so"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; go_on && i < names->len; i++)
    {
      g_autofree char *path = NULL;

      name = g_ptr_array_index (names, i);
      path = g_build_filename (folder, name, NULL);
      go_on = visit_file (listing, path, name);
    }
  return go_on;
}

gboolean
evs_plugins_visit (EvsConfig *config, EvsPluginFileVisitor visitor,
                   gpointer user_data, GError **error)
{
  g_auto (GStrv) folders = NULL;
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Listing listing = { config_path (config), visitor, user_data, seen };

  g_return_val_if_fail (visitor != NULL, FALSE);

  folders = _evs_registry_get_path (listing.config_path, error);
  if (folders == NULL)
    return FALSE;
  for (gsize i = 0; folders[i] != NULL; i++)
    if (!visit_folder (&listing, folders[i]))
      break;
  return TRUE;
}

const EvsPlugin *
evs_plugins_find (EvsConfig *config, EvsPluginKind kind, const char *name,
                  const char **file, GError **error)
{
  const EvsConfigGroup *group;
  const EvsPlugin *plugin;

  g_return_val_if_fail (name != NULL, NULL);

  if (!_evs_plugin_name_is_valid (name))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                   "not a plugin's name: wanted 1 to 32 of a-z, 0-9 and '-', "
                   "beginning with a letter");
      return NULL;
    }
  group = config != NULL ? _evs_config_find_group (config, kind, name) : NULL;
  plugin = group != NULL
               ? _evs_registry_get_configured (config, group, error)
               : _evs_registry_get (kind, name, config_path (config), error);
  if (plugin != NULL && file != NULL)
    *file = _evs_registry_get_file (plugin);
  return plugin;
}

char **
evs_plugins_get_path (EvsConfig *config, GError **error)
{
  return _evs_registry_get_path (config_path (config), error);
}

const EvsSetting *
evs_core_get_setting (const char *group, gsize index)
{
  const EvsSettingTable *table;

  g_return_val_if_fail (group != NULL, NULL);

  table = _evs_config_get_table (group);
  return table != NULL && index < table->n_settings
             ? _evs_setting_table_get (table, index)
             : NULL;
}

const EvsSetting *
evs_plugin_get_setting (const EvsPlugin *plugin, gsize index)
{
  g_return_val_if_fail (plugin != NULL && index < plugin->n_settings, NULL);

  return (gconstpointer) ((const guint8 *) plugin->settings
                          + index * plugin->setting_size);
}

const char *
evs_plugin_kind_to_string (EvsPluginKind kind)
{
  return _evs_plugin_kind_to_string (kind);
}
