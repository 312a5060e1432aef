/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "throwaway.h"

#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAIN "eventseal"
#define MAPPER "mapper"
#define FOLDER_NAME "eventseal-bench-XXXXXX"

struct _Throwaway
{
  GKeyFile *file;       /* what the configuration says */
  char *config_folder;  /* what relative paths in it are taken from */
  char *store;          /* the group */
  char *durability;     /* of the store */
  GPtrArray *path_keys; /* the store's settings that are paths */
  char *folder;         /* (nullable): has all that is thrown away */
  guint n;              /* how many stacks there were */
};

/* ------------------------------------------------------------------ reading */

/* The file was checked when @config was made of it, so that GKeyFile sees in
 * it what the library saw. */
static gboolean
read_file (Throwaway *self, const char *path, GError **error)
{
  g_autofree char *label = NULL;

  if (!g_key_file_load_from_file (self->file, path, G_KEY_FILE_NONE, error))
    return FALSE;
  label = g_key_file_get_string (self->file, MAIN, "store", error);
  if (label == NULL)
    return FALSE;
  self->store = g_strconcat ("store ", label, NULL);
  self->durability =
      g_key_file_get_string (self->file, self->store, "durability", NULL);
  if (self->durability == NULL)
    self->durability = g_strdup ("sync");
  return TRUE;
}

/* A path that is neither set nor has a default is not used. */
static void
find_paths (Throwaway *self, const EvsPlugin *plugin)
{
  for (guint i = 0; i < plugin->n_settings; i++)
    {
      const EvsSetting *setting = evs_plugin_get_setting (plugin, i);

      if (setting->type == EVS_SETTING_PATH
          && (setting->default_value != NULL
              || g_key_file_has_key (self->file, self->store, setting->key,
                                     NULL)))
        g_ptr_array_add (self->path_keys, g_strdup (setting->key));
    }
}

/* ------------------------------------------------------------------- folder */

/* The folder that the configured store is in, behind all links. */
static char *
find_parent (Throwaway *self, const EvsPlugin *plugin)
{
  const char *key = g_ptr_array_index (self->path_keys, 0);
  g_autofree char *value =
      g_key_file_get_string (self->file, self->store, key, NULL);
  g_autofree char *path = NULL;
  g_autofree char *real = NULL;

  for (guint i = 0; value == NULL && i < plugin->n_settings; i++)
    {
      const EvsSetting *setting = evs_plugin_get_setting (plugin, i);

      if (strcmp (setting->key, key) == 0)
        value = g_strdup (setting->default_value);
    }
  path = g_canonicalize_filename (value, self->config_folder);
  real = realpath (path, NULL);
  return g_path_get_dirname (real != NULL ? real : path);
}

static gboolean
make_folder (Throwaway *self, const EvsPlugin *plugin, GError **error)
{
  g_autofree char *parent = find_parent (self, plugin);
  g_autofree char *path = g_build_filename (parent, FOLDER_NAME, NULL);

  if (g_mkdtemp (path) != NULL)
    {
      self->folder = g_steal_pointer (&path);
      return TRUE;
    }
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO,
               "%s: %s, wanted to make a folder in it", parent,
               g_strerror (errno));
  return FALSE;
}

/* A store that lasts must be somewhere else than the configured one. */
static gboolean
find_place (Throwaway *self, EvsConfig *config, GError **error)
{
  const char *name = evs_config_get_plugin (config, EVS_PLUGIN_STORE);
  const EvsPlugin *plugin =
      evs_plugins_find (config, EVS_PLUGIN_STORE, name, NULL, error);

  if (plugin == NULL)
    return FALSE;
  find_paths (self, plugin);
  if (self->path_keys->len > 0)
    return make_folder (self, plugin, error);
  if ((plugin->vtable.store->flags & EVS_STORE_PERSISTENT) == 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_CONFIG,
               "%s: [%s]: no path is set, wanted one to put a store beside",
               evs_config_get_file (config), self->store);
  return FALSE;
}

Throwaway *
throwaway_new (EvsConfig *config, const char *path, GError **error)
{
  g_autoptr (Throwaway) self = g_new0 (Throwaway, 1);
  g_autofree char *folder = g_path_get_dirname (path);

  self->file = g_key_file_new ();
  self->config_folder = g_canonicalize_filename (folder, NULL);
  self->path_keys = g_ptr_array_new_with_free_func (g_free);
  if (!read_file (self, path, error) || !find_place (self, config, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
throwaway_free (Throwaway *self)
{
  if (self == NULL)
    return;
  if (self->folder != NULL)
    folder_remove (self->folder);
  g_key_file_unref (self->file);
  g_ptr_array_unref (self->path_keys);
  g_free (self->config_folder);
  g_free (self->store);
  g_free (self->durability);
  g_free (self->folder);
  g_free (self);
}

/* ------------------------------------------------------------------- stacks */

static void
remove_key (GKeyFile *file, const char *group, const char *key)
{
  if (g_key_file_has_key (file, group, key, NULL))
    g_key_file_remove_key (file, group, key, NULL);
}

/* Takes a kind of plugin out, with its groups and all that needs it. */
static void
remove_kind (GKeyFile *file, EvsPluginKind kind)
{
  const char *name = evs_plugin_kind_to_string (kind);
  g_autofree char *prefix = g_strconcat (name, " ", NULL);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  remove_key (file, MAIN, name);
  for (gsize i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], prefix))
      g_key_file_remove_group (file, groups[i], NULL);
  if (kind != EVS_PLUGIN_CIPHER)
    return;
  remove_key (file, MAPPER, "always-encrypt");
  remove_key (file, MAPPER, "encrypt-topics");
}

/* What is named by also-read= alone has no part in a new store. */
static void
remove_unused (GKeyFile *file)
{
  static const EvsPluginKind kinds[] = { EVS_PLUGIN_CIPHER,
                                         EVS_PLUGIN_COMPRESSOR };

  remove_key (file, MAIN, "also-read");
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *name = evs_plugin_kind_to_string (kinds[i]);
      g_autofree char *label = g_key_file_get_string (file, MAIN, name, NULL);
      g_autofree char *prefix = g_strconcat (name, " ", NULL);
      g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

      for (gsize j = 0; groups[j] != NULL; j++)
        if (g_str_has_prefix (groups[j], prefix)
            && g_strcmp0 (groups[j] + strlen (prefix), label) != 0)
          g_key_file_remove_group (file, groups[j], NULL);
    }
}

static char *
stack_folder (Throwaway *self)
{
  return g_strdup_printf ("%s/%u", self->folder, self->n);
}

/* A folder for what the new stack stores; that of the one before it goes. */
static gboolean
change_folder (Throwaway *self, GError **error)
{
  g_autofree char *before = stack_folder (self);
  g_autofree char *after = NULL;

  folder_remove (before);
  self->n++;
  after = stack_folder (self);
  return folder_make (after, error);
}

/* Other paths, and the leave to make what is not there. */
static gboolean
move_store (Throwaway *self, GKeyFile *file, GError **error)
{
  g_autofree char *folder = NULL;

  if (self->folder == NULL)
    return TRUE;
  if (!change_folder (self, error))
    return FALSE;
  folder = stack_folder (self);
  for (guint i = 0; i < self->path_keys->len; i++)
    {
      const char *key = g_ptr_array_index (self->path_keys, i);
      g_autofree char *path = g_build_filename (folder, key, NULL);

      g_key_file_set_string (file, self->store, key, path);
    }
  remove_key (file, self->store, "create");
  return TRUE;
}

EvsConfig *
throwaway_next (Throwaway *self, ThrowawayParts parts, GError **error)
{
  g_autofree char *before = g_key_file_to_data (self->file, NULL, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_data (file, before, (gsize) -1, G_KEY_FILE_NONE,
                                  error))
    return NULL;
  if ((parts & THROWAWAY_COMPRESSOR) == 0)
    remove_kind (file, EVS_PLUGIN_COMPRESSOR);
  if ((parts & THROWAWAY_CIPHER) == 0)
    remove_kind (file, EVS_PLUGIN_CIPHER);
  remove_unused (file);
  if (!move_store (self, file, error))
    return NULL;
  text = g_key_file_to_data (file, NULL, NULL);
  return evs_config_new_from_data (text, -1, self->config_folder, error);
}

const char *
throwaway_get_folder (Throwaway *self)
{
  return self->folder;
}

const char *
throwaway_get_durability (Throwaway *self)
{
  return self->durability;
}
