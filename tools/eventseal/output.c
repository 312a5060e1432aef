/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "output.h"

#include <eventseal/evs-error.h>

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int first_errno;

static void
note (gboolean ok)
{
  if (!ok && first_errno == 0)
    first_errno = errno != 0 ? errno : EIO;
}

void
out_write (gconstpointer data, gsize size)
{
  if (first_errno == 0)
    note (fwrite (data, 1, size, stdout) == size);
}

void
out_print (const char *format, ...)
{
  va_list arguments;

  if (first_errno != 0)
    return;
  va_start (arguments, format);
  note (vprintf (format, arguments) >= 0);
  va_end (arguments);
}

gboolean
out_ok (void)
{
  return first_errno == 0;
}

gboolean
out_is_broken (void)
{
  return first_errno == EPIPE;
}

gboolean
out_finish (GError **error)
{
  if (first_errno == 0)
    note (fflush (stdout) == 0);
  if (first_errno == 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "standard output: %s",
               g_strerror (first_errno));
  return FALSE;
}

guint
out_columns (void)
{
  struct winsize size;

  if (!isatty (STDOUT_FILENO))
    return 0;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return size.ws_col;
}
