/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_PREFIX "log."
#define LOG_DIGITS 10

const char *const _evs_bdb_database_files[EVS_BDB_N_DATABASES] = {
  "sequences.db", "records.db", "log.db", "side.db"
};

/* ----------------------------------------------------------------- prepare */

gboolean
_evs_bdb_folder_flush (const char *directory, GError **error)
{
  int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int number;

  if (fd < 0)
    return _evs_bdb_fail_errno (directory, errno, error);
  number = fsync (fd) == 0 ? 0 : errno;
  close (fd);

  /* Some file systems have nothing to flush in a folder, and say so. */
  if (number == 0 || number == EINVAL)
    return TRUE;
  return _evs_bdb_fail_errno (directory, number, error);
}

static gboolean
make (const char *directory, gboolean create, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (directory);

  if (!create)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND,
                   "%s: there is no store, and create=false", directory);
      return FALSE;
    }
  if (g_mkdir (directory, 0700) != 0 && errno != EEXIST)
    return _evs_bdb_fail_errno (directory, errno, error);
  return _evs_bdb_folder_flush (parent, error);
}

gboolean
_evs_bdb_folder_prepare (const char *directory, gboolean create, dev_t *device,
                         ino_t *inode, GError **error)
{
  struct stat info;
  int ret = stat (directory, &info);

  if (ret != 0 && errno == ENOENT)
    {
      if (!make (directory, create, error))
        return FALSE;
      ret = stat (directory, &info);
    }
  if (ret != 0)
    return _evs_bdb_fail_errno (directory, errno, error);
  if (!S_ISDIR (info.st_mode))
    return _evs_bdb_fail_errno (directory, ENOTDIR, error);

  *device = info.st_dev;
  *inode = info.st_ino;
  return TRUE;
}

/* ----------------------------------------------------------------- examine */

static gboolean
is_log (const char *name)
{
  const char *digits = name + strlen (LOG_PREFIX);

  return g_str_has_prefix (name, LOG_PREFIX) && strlen (digits) == LOG_DIGITS
         && strspn (digits, "0123456789") == LOG_DIGITS;
}

static gboolean
is_database (const char *name)
{
  for (gsize i = 0; i < EVS_BDB_N_DATABASES; i++)
    if (strcmp (name, _evs_bdb_database_files[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
exists (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return access (path, F_OK) == 0;
}

GDir *
_evs_bdb_folder_open (const char *directory, GError **error)
{
  g_autoptr (GError) reason = NULL;
  GDir *dir;

  errno = 0;
  dir = g_dir_open (directory, 0, &reason);
  if (dir == NULL)
    _evs_bdb_fail_errno (directory, errno != 0 ? errno : EIO, error);
  return dir;
}

/* A folder without a marker must have nothing in it but what comes before
 * the marker. Another process may put the marker there while we look. */
static gboolean
examine_unmarked (const char *directory, EvsBdbFolder *folder, GError **error)
{
  g_autoptr (GDir) dir = _evs_bdb_folder_open (directory, error);
  const char *name;

  if (dir == NULL)
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (strcmp (name, EVS_BDB_LOCK_FILE) == 0
          || strcmp (name, EVS_BDB_MARKER_FILE_NEW) == 0)
        continue;
      if (exists (directory, EVS_BDB_MARKER_FILE))
        return _evs_bdb_folder_examine (directory, folder, error);
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%s: holds \"%s\" but no store; an empty folder is wanted",
                   directory, name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_log (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_log (name))
      return TRUE;
  return FALSE;
}

static gboolean
fail_missing (const char *directory, const char *name, GError **error)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
               "%s/%s: the store is damaged: the file is missing", directory,
               name);
  return FALSE;
}

static gboolean
examine_ready (const char *directory, GError **error)
{
  for (gsize i = 0; i < EVS_BDB_N_DATABASES; i++)
    if (!exists (directory, _evs_bdb_database_files[i]))
      return fail_missing (directory, _evs_bdb_database_files[i], error);
  return has_log (directory)
         || fail_missing (directory, LOG_PREFIX "NNNNNNNNNN", error);
}

gboolean
_evs_bdb_folder_examine (const char *directory, EvsBdbFolder *folder,
                         GError **error)
{
  folder->state = EVS_BDB_FOLDER_EMPTY;
  if (!_evs_bdb_marker_read (directory, folder, error))
    return FALSE;

  /* It would overrule our settings, durability among them. */
  if (exists (directory, "DB_CONFIG"))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%s/DB_CONFIG: must not be there; the plugin's settings "
                   "are the only ones",
                   directory);
      return FALSE;
    }

  if (folder->state == EVS_BDB_FOLDER_EMPTY)
    return examine_unmarked (directory, folder, error);
  return folder->state != EVS_BDB_FOLDER_READY
         || examine_ready (directory, error);
}

gboolean
_evs_bdb_folder_sweep (const char *directory, GError **error)
{
  g_autoptr (GDir) dir = _evs_bdb_folder_open (directory, error);
  const char *name;

  if (dir == NULL)
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (is_database (name) || is_log (name) || g_str_has_prefix (name, "__db."))
      {
        g_autofree char *path = g_build_filename (directory, name, NULL);

        if (g_unlink (path) != 0)
          return _evs_bdb_fail_errno (path, errno, error);
      }
  return TRUE;
}
