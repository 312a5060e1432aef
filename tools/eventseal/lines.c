/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lines.h"

#include <eventseal/evs-error.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_CAPACITY ((gsize) 64 * 1024)

Lines *
lines_open (const char *path, GError **error)
{
  g_autoptr (Lines) self = g_new0 (Lines, 1);
  struct stat st;

  if (path == NULL || strcmp (path, "-") == 0)
    {
      self->name = g_strdup ("(standard input)");
      self->fd = STDIN_FILENO;
    }
  else
    {
      self->name = g_strdup (path);
      self->fd = open (path, O_RDONLY | O_CLOEXEC);
    }
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", self->name,
                   g_strerror (errno));
      return NULL;
    }
  if (S_ISDIR (st.st_mode))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", self->name,
                   g_strerror (EISDIR));
      return NULL;
    }
  if (S_ISREG (st.st_mode))
    self->size = (guint64) st.st_size;
  self->capacity = FIRST_CAPACITY;
  self->data = g_malloc (self->capacity);
  return g_steal_pointer (&self);
}

void
lines_free (Lines *self)
{
  if (self == NULL)
    return;
  if (self->fd > STDIN_FILENO)
    close (self->fd);
  g_free (self->name);
  g_free (self->data);
  g_free (self);
}

/* Makes room behind what is there. */
static gboolean
make_room (Lines *self, GError **error)
{
  if (self->start > 0)
    {
      memmove (self->data, self->data + self->start, self->end - self->start);
      self->end -= self->start;
      self->start = 0;
    }
  if (self->end < self->capacity)
    return TRUE;
  if (self->capacity >= LINE_MAX_SIZE)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
                   "longer than %" G_GSIZE_FORMAT " MiB",
                   LINE_MAX_SIZE / (1024 * 1024));
      return FALSE;
    }
  self->capacity *= 2;
  self->data = g_realloc (self->data, self->capacity);
  return TRUE;
}

/* Reads on; @n is 0 at the end of the file. */
static gboolean
fill (Lines *self, gssize *n, GError **error)
{
  if (!make_room (self, error))
    return FALSE;
  do
    *n = read (self->fd, self->data + self->end, self->capacity - self->end);
  while (*n < 0 && errno == EINTR);
  if (*n < 0)
    {
      g_set_error_literal (error, EVS_ERROR, EVS_ERROR_IO, g_strerror (errno));
      return FALSE;
    }
  self->end += (gsize) *n;
  return TRUE;
}

static void
give (Lines *self, gsize size, gsize end_size, EvsSpan *line)
{
  line->data = self->data + self->start;
  line->size = size;
  self->start += size + end_size;
  self->offset += size + end_size;
}

gboolean
lines_next (Lines *self, EvsSpan *line, GError **error)
{
  gsize seen = 0;
  gssize n = 1;

  line->data = NULL;
  line->size = 0;
  while (n > 0)
    {
      gsize size = self->end - self->start;
      const char *p = self->data + self->start;
      const char *newline = memchr (p + seen, '\n', size - seen);

      if (newline != NULL)
        {
          give (self, (gsize) (newline - p), 1, line);
          return TRUE;
        }
      seen = size;
      if (!fill (self, &n, error))
        return FALSE;
    }
  if (seen > 0)
    give (self, seen, 0, line);
  return TRUE;
}
