/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "folder.h"

#include <eventseal/evs-error.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
refuse (GError **error, const char *path, int saved_errno)
{
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", path,
               g_strerror (saved_errno));
  return FALSE;
}

static gboolean
write_all (int fd, const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize n = write (fd, text, left);

      if (n < 0 && errno != EINTR)
        return FALSE;
      text += MAX (n, 0);
      left -= (gsize) MAX (n, 0);
    }
  return fsync (fd) == 0;
}

gboolean
folder_write_new (const char *path, const char *text, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  int saved_errno;
  gboolean ok;

  if (fd < 0)
    return refuse (error, path, errno);
  ok = write_all (fd, text);
  saved_errno = errno;
  if (close (fd) != 0 && ok)
    {
      saved_errno = errno;
      ok = FALSE;
    }
  if (ok)
    return TRUE;
  unlink (path);
  return refuse (error, path, saved_errno);
}

gboolean
folder_make (const char *path, GError **error)
{
  return g_mkdir (path, 0700) == 0 || refuse (error, path, errno);
}

void
folder_remove (const char *path)
{
  struct stat st;

  if (lstat (path, &st) == 0 && S_ISDIR (st.st_mode))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          folder_remove (child);
        }
    }
  g_remove (path);
}
