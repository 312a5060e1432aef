/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-registry.h"

#include "evs-nearest-name.h"
#include "evs-path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/* A file is opened once, whatever is put in its place later: two copies of a
 * plugin in one process would not know of each other. A refusal is not kept,
 * so that it can be mended. */
static struct
{
  GHashTable *plugins; /* real path -> EvsPlugin */
  GHashTable *files;   /* EvsPlugin -> real path */
} registry;
static GMutex registry_mutex;

/* ------------------------------------------------------------ search path */

/* (nullable): EVENTSEAL_PLUGIN_PATH, if it counts. */
static const char *
get_environment (void)
{
  return getauxval (AT_SECURE) == 0 ? g_getenv ("EVENTSEAL_PLUGIN_PATH") : NULL;
}

static gboolean
check_environment_path (const char *const *folders, GError **error)
{
  gboolean absolute = folders[0] != NULL;

  for (gsize i = 0; folders[i] != NULL; i++)
    absolute = absolute && g_path_is_absolute (folders[i]);
  if (!absolute)
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "EVENTSEAL_PLUGIN_PATH: an empty or relative folder, wanted "
                 "absolute ones with ':' between them");
  return absolute;
}

static void
add_folders (GStrvBuilder *builder, const char *const *folders)
{
  for (; *folders != NULL; folders++)
    {
      g_autofree char *tidy = _evs_path_tidy (*folders);

      g_strv_builder_add (builder, tidy);
    }
}

char **
_evs_registry_get_path (const char *const *config_path, GError **error)
{
  const char *environment = get_environment ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (environment != NULL)
    {
      g_auto (GStrv) folders = g_strsplit (environment, ":", -1);

      if (!check_environment_path ((const char *const *) folders, error))
        return NULL;
      add_folders (builder, (const char *const *) folders);
      return g_strv_builder_end (builder);
    }

  if (config_path != NULL)
    add_folders (builder, config_path);
  g_strv_builder_add (builder, EVS_PLUGIN_DIR);
  return g_strv_builder_end (builder);
}

/* -------------------------------------------------------------- not found */

/* "compressor-lz4.so" -> "lz4", for files of @kind. */
static char *
name_of_file (const char *file, EvsPluginKind kind)
{
  g_autofree char *prefix =
      g_strconcat (_evs_plugin_kind_to_string (kind), "-", NULL);
  gsize skip = strlen (prefix);

  if (!g_str_has_prefix (file, prefix) || !g_str_has_suffix (file, ".so"))
    return NULL;
  return g_strndup (file + skip, strlen (file + skip) - strlen (".so"));
}

static void
add_names (GPtrArray *names, char **folders, EvsPluginKind kind)
{
  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (folders[i], 0, NULL);
      const char *file;

      while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
        {
          char *known = name_of_file (file, kind);

          if (known != NULL && _evs_plugin_name_is_valid (known))
            g_ptr_array_add (names, known);
          else
            g_free (known);
        }
    }
}

/* @kinds: ends with 0. */
static char *
plugin_hint (char **folders, const EvsPluginKind *kinds, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (; *kinds != 0; kinds++)
    add_names (names, folders, *kinds);
  g_ptr_array_add (names, NULL);
  return _evs_nearest_hint (name, (const char *const *) names->pdata);
}

static void
set_not_found (char **folders, EvsPluginKind kind, const char *name,
               GError **error)
{
  const char *word = _evs_plugin_kind_to_string (kind);
  const EvsPluginKind kinds[] = { kind, 0 };
  g_autofree char *joined = g_strjoinv (", ", folders);
  g_autofree char *shown = _evs_path_display (joined);
  g_autofree char *hint = plugin_hint (folders, kinds, name);

  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s-%s.so: not found in %s%s%s", word, name, shown,
               get_environment () != NULL ? ", as EVENTSEAL_PLUGIN_PATH says"
                                          : "",
               hint);
}

void
_evs_registry_set_no_reader (EvsConfig *config, const char *name,
                             GError **error)
{
  static const EvsPluginKind kinds[] = { EVS_PLUGIN_CIPHER,
                                         EVS_PLUGIN_COMPRESSOR, 0 };
  g_auto (GStrv) folders =
      _evs_registry_get_path (_evs_config_get_plugin_path (config), error);
  g_autofree char *joined = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *hint = NULL;

  if (folders == NULL)
    return;
  joined = g_strjoinv (", ", folders);
  shown = _evs_path_display (joined);
  hint = plugin_hint (folders, kinds, name);
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "no cipher and no compressor %s in %s%s%s", name, shown,
               get_environment () != NULL ? ", as EVENTSEAL_PLUGIN_PATH says"
                                          : "",
               hint);
  _evs_config_prefix_error (config, error, "eventseal", "also-read");
}

/* ---------------------------------------------------------------- loading */

static void
remember (char *real, const EvsPlugin *plugin)
{
  if (registry.plugins == NULL)
    {
      registry.plugins = g_hash_table_new (g_str_hash, g_str_equal);
      registry.files = g_hash_table_new (NULL, NULL);
    }
  g_hash_table_insert (registry.plugins, real, (gpointer) plugin);
  g_hash_table_insert (registry.files, (gpointer) plugin, real);
}

/* With the mutex held. */
static const EvsPlugin *
get_plugin (const char *file, EvsPluginKind kind, const char *name,
            GError **error)
{
  char *real = realpath (file, NULL);
  const EvsPlugin *plugin = NULL;

  if (real == NULL)
    {
      g_autofree char *shown = _evs_path_display (file);

      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", shown,
                   g_strerror (errno));
      return NULL;
    }
  if (registry.plugins != NULL)
    plugin = g_hash_table_lookup (registry.plugins, real);
  if (plugin == NULL)
    {
      plugin = _evs_module_open (real, kind, name, error);
      if (plugin != NULL)
        remember (g_steal_pointer (&real), plugin);
    }
  free (real);
  return plugin;
}

const EvsPlugin *
_evs_registry_get (EvsPluginKind kind, const char *name,
                   const char *const *config_path, GError **error)
{
  g_auto (GStrv) folders = _evs_registry_get_path (config_path, error);

  for (gsize i = 0; folders != NULL && folders[i] != NULL; i++)
    {
      g_autoptr (GError) refusal = NULL;
      g_autofree char *file =
          _evs_module_locate (folders[i], kind, name, &refusal);
      const EvsPlugin *plugin;

      if (file == NULL
          && g_error_matches (refusal, EVS_ERROR, EVS_ERROR_NOT_FOUND))
        continue;
      if (file == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return NULL;
        }
      g_mutex_lock (&registry_mutex);
      plugin = get_plugin (file, kind, name, error);
      g_mutex_unlock (&registry_mutex);
      return plugin;
    }
  if (folders != NULL)
    set_not_found (folders, kind, name, error);
  return NULL;
}

const EvsPlugin *
_evs_registry_get_configured (EvsConfig *config, const EvsConfigGroup *group,
                              GError **error)
{
  const char *const *config_path = _evs_config_get_plugin_path (config);
  g_auto (GStrv) folders = _evs_registry_get_path (config_path, error);
  const EvsPlugin *plugin;

  /* That the path is wrong is no fault of the configuration. */
  if (folders == NULL)
    return NULL;
  plugin = _evs_registry_get (group->kind, group->plugin, config_path, error);
  if (plugin == NULL)
    _evs_config_prefix_plugin_error (config, error, group);
  return plugin;
}

gboolean
_evs_registry_has (EvsPluginKind kind, const char *name,
                   const char *const *config_path)
{
  g_auto (GStrv) folders = _evs_registry_get_path (config_path, NULL);

  for (gsize i = 0; folders != NULL && folders[i] != NULL; i++)
    {
      g_autoptr (GError) refusal = NULL;

      g_free (_evs_module_locate (folders[i], kind, name, &refusal));
      if (!g_error_matches (refusal, EVS_ERROR, EVS_ERROR_NOT_FOUND))
        return TRUE;
    }
  return FALSE;
}

const char *
_evs_registry_get_file (const EvsPlugin *plugin)
{
  const char *file = NULL;

  g_mutex_lock (&registry_mutex);
  if (registry.files != NULL)
    file = g_hash_table_lookup (registry.files, plugin);
  g_mutex_unlock (&registry_mutex);
  return file;
}
