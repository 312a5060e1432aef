/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

/*
 * The marker is one line: "eventseal-bdb FORMAT STATE STORE-ID". Berkeley DB
 * makes a missing database anew when it is told to create; only the marker
 * decides whether it is told so, hence a store never becomes empty by itself.
 */

#define NAME EVS_BDB_MARKER_FILE
#define FORMAT 1
#define SIZE_MAX_MARKER 128

static const char *const states[] = { [EVS_BDB_FOLDER_EMPTY] = "",
                                      [EVS_BDB_FOLDER_UNFINISHED] = "new",
                                      [EVS_BDB_FOLDER_READY] = "ready" };

static gboolean
parse_store_id (const char *text, guint8 *id)
{
  if (strlen (text) != 2 * EVS_BDB_STORE_ID_SIZE)
    return FALSE;

  for (gsize i = 0; i < EVS_BDB_STORE_ID_SIZE; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      id[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

static gboolean
parse_state (const char *text, EvsBdbFolderState *state)
{
  for (gsize i = EVS_BDB_FOLDER_UNFINISHED; i <= EVS_BDB_FOLDER_READY; i++)
    if (strcmp (text, states[i]) == 0)
      {
        *state = (EvsBdbFolderState) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse (const char *path, char *text, EvsBdbFolder *folder, GError **error)
{
  g_auto (GStrv) words = g_strsplit (g_strchomp (text), " ", -1);
  guint64 format;

  if (g_strv_length (words) < 2 || strcmp (words[0], NAME) != 0
      || !g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXUINT32, &format,
                                      NULL))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%s: does not say what the store is", path);
      return FALSE;
    }
  if (format != FORMAT)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%s: the store is of format %" G_GUINT64_FORMAT
                   ", this plugin reads format %d",
                   path, format, FORMAT);
      return FALSE;
    }
  if (g_strv_length (words) != 4 || !parse_state (words[2], &folder->state)
      || !parse_store_id (words[3], folder->store_id))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
                   "%s: \"" NAME
                   " %d\" stands there alone, the rest of the line is missing",
                   path, FORMAT);
      return FALSE;
    }
  return TRUE;
}

/* What stands in a file, at most size - 1 bytes of it. -1 with errno. */
static gssize
read_text (const char *path, char *text, gsize size)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
  gssize n;
  int saved;

  if (fd < 0)
    return -1;
  n = read (fd, text, size - 1);
  saved = errno;
  close (fd);
  errno = saved;
  if (n >= 0)
    text[n] = '\0';
  return n;
}

gboolean
_evs_bdb_marker_read (const char *directory, EvsBdbFolder *folder,
                      GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_BDB_MARKER_FILE, NULL);
  char text[SIZE_MAX_MARKER];

  if (read_text (path, text, sizeof text) >= 0)
    return parse (path, text, folder, error);
  if (errno == ENOENT)
    return TRUE;
  return _evs_bdb_fail_errno (path, errno, error);
}

static gboolean
write_and_flush (int fd, const char *text)
{
  gsize size = strlen (text);
  gssize n = write (fd, text, size);

  if (n >= 0 && (gsize) n != size)
    errno = ENOSPC;
  return n == (gssize) size && fsync (fd) == 0;
}

static gboolean
write_text (const char *path, const char *text)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                   0600);
  gboolean ok;
  int saved;

  if (fd < 0)
    return FALSE;
  ok = write_and_flush (fd, text);
  saved = errno;
  close (fd);
  errno = saved;
  return ok;
}

static char *
format_marker (const EvsBdbFolder *folder)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, NAME " %d %s ", FORMAT, states[folder->state]);
  for (gsize i = 0; i < EVS_BDB_STORE_ID_SIZE; i++)
    g_string_append_printf (text, "%02x", folder->store_id[i]);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

gboolean
_evs_bdb_marker_write (const char *directory, const EvsBdbFolder *folder,
                       GError **error)
{
  g_autofree char *path =
      g_build_filename (directory, EVS_BDB_MARKER_FILE, NULL);
  g_autofree char *path_new =
      g_build_filename (directory, EVS_BDB_MARKER_FILE_NEW, NULL);
  g_autofree char *text = format_marker (folder);

  if (write_text (path_new, text) && g_rename (path_new, path) == 0)
    return _evs_bdb_folder_flush (directory, error);

  _evs_bdb_fail_errno (path, errno, error);
  g_unlink (path_new);
  return FALSE;
}
