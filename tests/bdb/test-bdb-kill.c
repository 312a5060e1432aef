/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLS 50
#define THREADS 4

/* ----------------------------------------------------------------- helper */

typedef struct
{
  gpointer store;
  guint64 id;
} Writer;

/* Appends for ever; each line says that a version and all before it are
 * stored. */
static gpointer
write_and_tell (gpointer data)
{
  Writer *writer = data;
  guint64 version =
      (guint64) (store_last_version (writer->store, writer->id) + 1);

  for (gsize n = 1;; n = n % 7 + 1)
    {
      g_autoptr (GError) error = NULL;
      char line[64];
      int length;

      store_append_many (writer->store, writer->id, version, n, 100 + 50 * n,
                         EVS_DURABILITY_SYNC, &error);
      g_assert_no_error (error);
      version += n;
      length = g_snprintf (line, sizeof line,
                           "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                           writer->id, version - 1);
      if (write (STDOUT_FILENO, line, (gsize) length) != length)
        exit (1);
    }
  return NULL;
}

static int
write_until_killed (const char *directory)
{
  gpointer store = store_must_open (directory, "checkpoint-size=256 KiB");
  Writer writers[THREADS];
  GThread *threads[THREADS];

  for (gsize i = 0; i < THREADS; i++)
    {
      writers[i] = (Writer){ store, i };
      threads[i] = g_thread_new ("writer", write_and_tell, &writers[i]);
    }
  for (gsize i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  return 1;
}

/* ------------------------------------------------------------------- tests */

/* Reads what is acknowledged, kills after @n lines, and reads on, for what was
 * said before the end counts. */
static void
kill_after (const char *directory, int n, gint64 acknowledged[THREADS])
{
  int output;
  GPid pid = store_spawn (directory, &output);
  char *line;

  for (int i = 0; (line = store_read_line (output)) != NULL; i++)
    {
      guint64 id = g_ascii_strtoull (line, NULL, 10);

      g_assert_cmpuint (id, <, THREADS);
      acknowledged[id] = g_ascii_strtoll (strchr (line, ' '), NULL, 10);
      g_free (line);
      if (i == n)
        kill (pid, SIGKILL);
    }
  close (output);
  g_assert_true (WIFSIGNALED (store_wait (pid)));
}

static void
test_killed_writer_loses_nothing (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *directory = evs_test_folder_file (folder, "events");
  gint64 acknowledged[THREADS] = { -1, -1, -1, -1 };

  for (guint round = evs_test_rounds (KILLS); round > 0; round--)
    {
      gpointer store;

      kill_after (directory, g_test_rand_int_range (0, 120), acknowledged);
      store = store_must_open (directory, "create=false");
      for (guint64 id = 0; id < THREADS; id++)
        g_assert_cmpint (store_last_version (store, id), >=, acknowledged[id]);
      store_check_all (store);
      store_close (store);
    }
}

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--write-until-killed", write_until_killed);

  g_test_add_func ("/bdb/kill/killed-writer-loses-nothing",
                   test_killed_writer_loses_nothing);
  return g_test_run ();
}
