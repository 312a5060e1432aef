/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-module.h"

#include "evs-elf.h"
#include "evs-path.h"

#include <gmodule.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* -------------------------------------------------------------- before it */

static gboolean
check_owner (const char *name, const struct stat *st, GError **error)
{
  uid_t user = geteuid ();

  if (st->st_uid == 0 || st->st_uid == user)
    return TRUE;
  if (user == 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: owned by user %u, wanted root", name, st->st_uid);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: owned by user %u, wanted root or user %u", name,
                 st->st_uid, user);
  return FALSE;
}

/* A group that may write is no harm in a developer's own build tree, but it
 * must not be able to give code to root; what root runs is root's by now. */
static gboolean
check_mode (const char *name, const struct stat *st, GError **error)
{
  const char *who = NULL;

  if (st->st_mode & S_IWOTH)
    who = "others";
  else if (st->st_uid == 0 && (st->st_mode & S_IWGRP))
    who = "its group";
  if (who == NULL)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: mode %04o lets %s write, wanted its owner alone", name,
               st->st_mode & 07777, who);
  return FALSE;
}

static const char *
name_type (mode_t mode)
{
  if (S_ISLNK (mode))
    return "a link";
  if (S_ISDIR (mode))
    return "a folder";
  return S_ISREG (mode) ? "a file" : "a special file";
}

/* @type: S_IFDIR or S_IFREG. */
static gboolean
check_path (const char *path, mode_t type, GError **error)
{
  g_autofree char *name = _evs_path_display (path);
  struct stat st;

  if (lstat (path, &st) != 0)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", name,
                   g_strerror (errno));
      return FALSE;
    }
  if ((st.st_mode & S_IFMT) != type)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                   "%s: %s, wanted %s itself", name, name_type (st.st_mode),
                   name_type (type));
      return FALSE;
    }
  return check_owner (name, &st, error) && check_mode (name, &st, error);
}

char *
_evs_module_locate (const char *folder, EvsPluginKind kind, const char *name,
                    GError **error)
{
  /* Behind a slash at the end a link would be followed. */
  g_autofree char *trimmed = _evs_path_tidy (folder);
  g_autofree char *file = NULL;
  struct stat st;

  g_return_val_if_fail (_evs_plugin_name_is_valid (name), NULL);

  file = g_strdup_printf ("%s/%s-%s.so", trimmed,
                          _evs_plugin_kind_to_string (kind), name);
  if (lstat (file, &st) != 0 && errno == ENOENT)
    {
      g_autofree char *shown = _evs_path_display (file);

      g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND, "%s: %s", shown,
                   g_strerror (ENOENT));
      return NULL;
    }
  if (!check_path (trimmed, S_IFDIR, error)
      || !check_path (file, S_IFREG, error))
    return NULL;
  return g_steal_pointer (&file);
}

/* ---------------------------------------------------------------- opening */

/* The linker's words mostly begin with the file. */
static const char *
linker_error (const char *file)
{
  const char *text = g_module_error ();
  gsize length = strlen (file);

  if (text == NULL)
    return "refused by the dynamic linker";
  if (strncmp (text, file, length) == 0
      && g_str_has_prefix (text + length, ": "))
    return text + length + 2;
  return text;
}

typedef const EvsPlugin *(*Describe) (void);

static Describe
find_describe (GModule *module, const char *shown, const char *name,
               GError **error)
{
  g_autofree char *symbol = g_strdup_printf ("evs_plugin_%s_describe", name);
  gpointer found = NULL;
  Describe describe = NULL;

  g_strdelimit (symbol, "-", '_');
  if (!g_module_symbol (module, symbol, &found))
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: no symbol %s, wanted the entry point of a plugin", shown,
                 symbol);
  else if (found == NULL)
    g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                 "%s: the symbol %s is NULL, wanted a function", shown, symbol);
  else
    memcpy (&describe, &found, sizeof describe);
  return describe;
}

const EvsPlugin *
_evs_module_open (const char *file, EvsPluginKind kind, const char *name,
                  GError **error)
{
  g_autofree char *shown = _evs_path_display (file);
  GModule *module;
  Describe describe;
  const EvsPlugin *plugin;

  if (!_evs_elf_check (file, shown, error))
    return NULL;
  module = g_module_open (file, G_MODULE_BIND_LOCAL);
  if (module == NULL)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN, "%s: %s", shown,
                   linker_error (file));
      return NULL;
    }
  /* A refused one too: its constructors have run. */
  g_module_make_resident (module);

  describe = find_describe (module, shown, name, error);
  if (describe == NULL)
    return NULL;
  plugin = describe ();
  if (plugin == NULL)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                   "%s: describes nothing, wanted a descriptor", shown);
      return NULL;
    }
  return _evs_module_check (plugin, shown, kind, name, error) ? plugin : NULL;
}
