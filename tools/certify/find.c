/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "find.h"

#include "evs-module.h"
#include "evs-nearest-name.h"
#include "evs-path.h"

#include <eventseal/evs-plugin-list.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
refuse (GError **error, const char *text, const char *reason)
{
  g_autofree char *shown = _evs_path_display (text);

  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", shown, reason);
}

/* ----------------------------------------------------------------- a file */

/* Takes KIND-NAME.so apart. (transfer full) (nullable): the name. */
static char *
parse_file_name (const char *file, EvsPluginKind *kind)
{
  g_autofree char *stem = NULL;
  char *name;

  if (!g_str_has_suffix (file, ".so"))
    return NULL;
  stem = g_strndup (file, strlen (file) - strlen (".so"));
  name = strchr (stem, '-');
  if (name == NULL)
    return NULL;
  *name++ = '\0';
  *kind = _evs_plugin_kind_from_string (stem);
  return *kind != 0 && _evs_plugin_name_is_valid (name) ? g_strdup (name)
                                                        : NULL;
}

/* Whoever names a file says which folder it is in, through a link too; what is
 * behind the link must be fit to load from. */
static const EvsPlugin *
load_file (const char *path, char **file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;
  EvsPluginKind kind;
  char *real;

  name = parse_file_name (base, &kind);
  if (name == NULL)
    {
      refuse (error, path,
              "not named cipher-NAME.so, compressor-NAME.so or store-NAME.so");
      return NULL;
    }
  real = realpath (folder, NULL);
  if (real == NULL)
    {
      refuse (error, path, g_strerror (errno));
      return NULL;
    }
  *file = _evs_module_locate (real, kind, name, error);
  free (real);
  return *file != NULL ? _evs_module_open (*file, kind, name, error) : NULL;
}

/* ----------------------------------------------------------------- a name */

typedef struct
{
  const char *name;
  const EvsPlugin *plugin;
  char *file;
  char *refusal;
  GPtrArray *names; /* of others */
} Search;

/* The first one is the one that the library would take. */
static gboolean
see_file (const EvsPluginFile *file, gpointer user_data)
{
  Search *self = user_data;
  g_autofree char *base = g_path_get_basename (file->file);
  EvsPluginKind kind;
  g_autofree char *name = parse_file_name (base, &kind);

  if (g_strcmp0 (name, self->name) != 0)
    {
      if (file->plugin != NULL)
        g_ptr_array_add (self->names, (gpointer) file->plugin->name);
      return TRUE;
    }
  self->plugin = file->plugin;
  self->file = g_strdup (file->file);
  self->refusal = g_strdup (file->refusal);
  return FALSE;
}

static void
refuse_unknown (const Search *search, GError **error)
{
  g_autofree char *hint = NULL;
  g_autofree char *reason = NULL;

  g_ptr_array_add (search->names, NULL);
  hint = _evs_nearest_hint (search->name,
                            (const char *const *) search->names->pdata);
  reason = g_strconcat ("no such plugin on the path",
                        *hint != '\0' ? hint : "; eventseal plugins lists them",
                        NULL);
  refuse (error, search->name, reason);
}

static const EvsPlugin *
load_name (const char *name, const char *config_file, char **file,
           GError **error)
{
  g_autoptr (EvsConfig) config = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  Search search = { .name = name, .names = names };

  if (config_file != NULL)
    {
      config = evs_config_new_from_file (config_file, error);
      if (config == NULL)
        return NULL;
    }
  if (!evs_plugins_visit (config, see_file, &search, error))
    return NULL;
  if (search.refusal != NULL)
    g_set_error_literal (error, EVS_ERROR, EVS_ERROR_PLUGIN, search.refusal);
  else if (search.plugin == NULL)
    refuse_unknown (&search, error);
  g_free (search.refusal);
  *file = search.file;
  return search.plugin;
}

const EvsPlugin *
find_plugin (const char *text, const char *config, char **file, GError **error)
{
  *file = NULL;
  if (strchr (text, '/') != NULL || g_str_has_suffix (text, ".so"))
    return load_file (text, file, error);
  return load_name (text, config, file, error);
}
