/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>
#include <sys/stat.h>

/* What the system has set aside for @path, which may have gone by now. */
static gboolean
add_file (const char *path, guint64 *bytes, GError **error)
{
  struct stat info;

  if (lstat (path, &info) != 0)
    return errno == ENOENT || _evs_bdb_fail_errno (path, errno, error);
  *bytes += (guint64) info.st_blocks * 512;
  return TRUE;
}

gboolean
_evs_bdb_disk_size (gpointer store, guint64 *bytes, GError **error)
{
  EvsBdb *self = store;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;
  *bytes = 0;
  dir = _evs_bdb_folder_open (self->directory, error);
  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->directory, name, NULL);

      if (!add_file (path, bytes, error))
        return FALSE;
    }
  return TRUE;
}
