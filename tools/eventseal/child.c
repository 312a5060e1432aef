/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "child.h"

#include <eventseal/evs-error.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child, between fork and exec. */
static void
set_up (gpointer user_data)
{
  const struct rlimit no_core = { 0, 0 };

  setrlimit (RLIMIT_CORE, &no_core);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Returns how many bytes were read; 0 at the end, or after @patience seconds
 * without any. */
static gssize
read_some (int fd, char *bytes, gsize size, int patience, gboolean *stuck)
{
  GPollFD poll = { fd, G_IO_IN, 0 };
  gssize n = -1;
  int ready;

  do
    ready = g_poll (&poll, 1, patience * 1000);
  while (ready < 0 && errno == EINTR);
  *stuck = ready == 0;
  while (ready > 0 && n < 0)
    {
      n = read (fd, bytes, size);
      if (n < 0 && errno != EINTR)
        break;
    }
  return MAX (n, 0);
}

static void
visit_lines (GString *text, ChildVisitor visitor, gpointer user_data)
{
  const char *end;

  while ((end = memchr (text->str, '\n', text->len)) != NULL)
    {
      gsize length = (gsize) (end - text->str);
      g_autofree char *line = g_strndup (text->str, length);

      g_string_erase (text, 0, (gssize) length + 1);
      visitor (line, user_data);
    }
}

static void
listen (int fd, int patience, ChildVisitor visitor, gpointer user_data,
        gboolean *stuck)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char bytes[4096];
  gssize n;

  while ((n = read_some (fd, bytes, sizeof bytes, patience, stuck)) > 0)
    {
      g_string_append_len (text, bytes, n);
      visit_lines (text, visitor, user_data);
    }
}

gboolean
child_run (const char *const *argv, const char *folder, int patience,
           ChildVisitor visitor, gpointer user_data, ChildEnd *end,
           GError **error)
{
  g_auto (GStrv) environment =
      g_environ_setenv (g_get_environ (), "TMPDIR", folder, TRUE);
  g_autoptr (GError) reason = NULL;
  GPid pid;
  int fd;

  if (!g_spawn_async_with_pipes (NULL, (char **) argv, environment,
                                 G_SPAWN_DO_NOT_REAP_CHILD
                                     | G_SPAWN_STDERR_TO_DEV_NULL,
                                 set_up, NULL, &pid, NULL, &fd, NULL, &reason))
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", argv[0],
                   reason->message);
      return FALSE;
    }
  listen (fd, patience, visitor, user_data, &end->stuck);
  if (end->stuck)
    kill (pid, SIGKILL);
  close (fd);
  while (waitpid (pid, &end->status, 0) < 0 && errno == EINTR)
    continue;
  g_spawn_close_pid (pid);
  return TRUE;
}

gboolean
child_end_is_good (const ChildEnd *end)
{
  return !end->stuck && WIFEXITED (end->status)
         && WEXITSTATUS (end->status) == 0;
}

char *
child_end_text (const ChildEnd *end)
{
  if (end->stuck)
    return g_strdup ("never ended");
  if (WIFSIGNALED (end->status))
    return g_strdup_printf ("ended by signal %d, %s", WTERMSIG (end->status),
                            g_strsignal (WTERMSIG (end->status)));
  return g_strdup_printf ("ended with status %d", WEXITSTATUS (end->status));
}
