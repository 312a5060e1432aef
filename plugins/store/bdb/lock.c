/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAP_MICROSECONDS 20000

/*
 * The lock is flock's: the kernel lets go of it when the owner dies, a second
 * descriptor in the same process does not get it, and closing that one does
 * not lose it. A child forked off by an owner that dies has it until it closes
 * the store, executes another program, or ends.
 */

static gboolean
fail_busy (const char *path, int fd, GError **error)
{
  char text[32] = "";
  gssize n = pread (fd, text, sizeof text - 1, 0);
  guint64 owner;

  text[MAX (n, 0)] = '\0';
  if (g_ascii_string_to_unsigned (g_strchomp (text), 10, 1, G_MAXINT32, &owner,
                                  NULL))
    g_set_error (error, EVS_ERROR, EVS_ERROR_BUSY,
                 "%s: the store belongs to process %" G_GUINT64_FORMAT, path,
                 owner);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_BUSY,
                 "%s: the store belongs to another process", path);
  return FALSE;
}

static gboolean
wait_for_lock (const char *path, int fd, guint busy_timeout, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) busy_timeout * 1000;

  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      gint64 left = end - g_get_monotonic_time ();

      if (errno != EWOULDBLOCK && errno != EINTR)
        return _evs_bdb_fail_errno (path, errno, error);
      if (left <= 0)
        return fail_busy (path, fd, error);
      g_usleep ((gulong) MIN (left, NAP_MICROSECONDS));
    }
  return TRUE;
}

/* Whether the file that is locked is the one that others will find. */
static gboolean
is_at (const char *path, int fd)
{
  struct stat at_path, locked;

  return stat (path, &at_path) == 0 && fstat (fd, &locked) == 0
         && at_path.st_dev == locked.st_dev && at_path.st_ino == locked.st_ino;
}

static gboolean
write_owner (const char *path, int fd, GError **error)
{
  char text[32];
  int length = g_snprintf (text, sizeof text, "%ld\n", (long) getpid ());

  if (ftruncate (fd, 0) == 0 && pwrite (fd, text, (gsize) length, 0) == length)
    return TRUE;
  return _evs_bdb_fail_errno (path, errno, error);
}

static gboolean
lock (const char *path, int fd, guint busy_timeout, GError **error)
{
  if (!wait_for_lock (path, fd, busy_timeout, error))
    return FALSE;
  if (!is_at (path, fd))
    return _evs_bdb_fail_errno (path, ESTALE, error);
  return write_owner (path, fd, error);
}

int
_evs_bdb_folder_lock (const char *directory, guint busy_timeout, GError **error)
{
  g_autofree char *path = g_build_filename (directory, EVS_BDB_LOCK_FILE, NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      _evs_bdb_fail_errno (path, errno, error);
      return -1;
    }
  if (!lock (path, fd, busy_timeout, error))
    {
      close (fd);
      return -1;
    }
  return fd;
}

void
_evs_bdb_folder_unlock (int fd)
{
  int ret = ftruncate (fd, 0); /* the file names no owner now */

  (void) ret; /* if it still does, nobody is harmed */
  flock (fd, LOCK_UN);
}
