/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Several processes append and read at once, and are killed; nobody is harmed.
 */

#include "store-fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 25
#define WRITERS 3
#define CREATORS 6
#define MOST_LINES 40 /* that a test waits for */
#define SHARED 99     /* the sequence that all of them append to */

/* ----------------------------------------------------------------- helpers */

static void
must_write (const char *line)
{
  gssize length = (gssize) strlen (line);

  if (write (STDOUT_FILENO, line, (gsize) length) != length)
    exit (1);
}

static void
append_to_shared (gpointer store)
{
  g_autoptr (GError) error = NULL;
  gint64 last = store_last_version (store, SHARED);

  store_append_many (store, SHARED, (guint64) (last + 1), 2, 80,
                     EVS_DURABILITY_FLUSH, &error);
  if (g_error_matches (error, EVS_ERROR, EVS_ERROR_CONFLICT))
    g_clear_error (&error);
  g_assert_no_error (error);
}

/* Each line says that a version and all before it are stored. There are more
 * than anybody waits for, but not so many that a slow test fills the disk. */
static G_NORETURN void
append_until_killed (gpointer store, guint64 id)
{
  guint64 version = (guint64) (store_last_version (store, id) + 1);

  for (gsize i = 0, n = 1; i < 10 * MOST_LINES; i++, n = n % 7 + 1)
    {
      g_autoptr (GError) error = NULL;
      char line[32];

      store_append_many (store, id, version, n, 100 + 500 * n,
                         n % 2 ? EVS_DURABILITY_SYNC : EVS_DURABILITY_FLUSH,
                         &error);
      g_assert_no_error (error);
      version += n;
      g_snprintf (line, sizeof line, "%" G_GUINT64_FORMAT "\n", version - 1);
      must_write (line);
      append_to_shared (store);
    }
  for (;;)
    pause ();
}

static G_NORETURN void
read_until_killed (gpointer store)
{
  for (guint64 before = 0, now;; before = now)
    {
      now = store_check_log (store);
      g_assert_cmpuint (now, >=, before);
      must_write ("read\n");
    }
}

static int
append_one (gpointer store, guint64 id)
{
  g_autoptr (GError) error = NULL;

  store_append (store, id, 0, "first", &error);
  g_assert_no_error (error);
  store_close (store);
  return 0;
}

static G_NORETURN void
open_until_killed (const char *directory)
{
  for (;;)
    {
      gpointer store = store_must_open (directory);

      g_assert_cmpuint (store_check_log (store), ==, 1);
      store_close (store);
    }
}

/* Of "a3/path", what is to be done, with which sequence, and where. */
static int
help (const char *argument)
{
  const char *path = strchr (argument, '/');
  guint64 id = g_ascii_strtoull (argument + 1, NULL, 10);
  gpointer store;

  if (argument[0] == 'o')
    open_until_killed (path);
  store = store_must_open (path);
  if (argument[0] == 'a')
    append_until_killed (store, id);
  if (argument[0] == 'r')
    read_until_killed (store);
  return append_one (store, id);
}

static GPid
spawn (char what, guint64 id, const char *directory, int *output)
{
  g_autofree char *argument =
      g_strdup_printf ("%c%" G_GUINT64_FORMAT "%s", what, id, directory);

  return store_spawn (argument, output);
}

/* ------------------------------------------------------------------- tests */

/* @n further lines come, so this process was not harmed by another's end.
 * What it has said when it dies counts. */
static gint64
kill_after (GPid pid, int output, int n)
{
  gint64 said = -1;
  char *line;

  for (int i = 0; (line = store_read_line (output)) != NULL; i++)
    {
      said = g_ascii_strtoll (line, NULL, 10);
      g_free (line);
      if (i == n)
        kill (pid, SIGKILL);
    }
  close (output);
  g_assert_cmpint (WTERMSIG (store_wait (pid)), ==, SIGKILL);
  return said;
}

static void
run_round (gpointer store, const char *directory)
{
  GPid writers[WRITERS], reader;
  int outputs[WRITERS], output;

  for (guint64 id = 0; id < WRITERS; id++)
    writers[id] = spawn ('a', id, directory, &outputs[id]);
  reader = spawn ('r', 0, directory, &output);

  for (guint64 id = 0; id < WRITERS; id++)
    {
      gint64 said = kill_after (writers[id], outputs[id],
                                g_test_rand_int_range (0, MOST_LINES));

      g_assert_cmpint (store_last_version (store, id), >=, said);
    }
  kill_after (reader, output, 2);
}

static void
test_killed_process_harms_nobody (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *directory = evs_test_folder_file (folder, "events");
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (directory);
  guint64 version = 0;

  for (int round = 0; round < ROUNDS; round++)
    {
      run_round (store, directory);
      store_append_many (store, 50, version++, 1, 100, EVS_DURABILITY_SYNC,
                         &error);
      g_assert_no_error (error);
    }
  store_check_all (store);
  g_assert_cmpint (store_last_version (store, SHARED), >, 0);
  store_close (store);
}

static void
test_creating_at_once (void)
{
  for (int round = 0; round < 5; round++)
    {
      g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
      g_autofree char *directory = evs_test_folder_file (folder, "events");
      GPid pids[CREATORS];
      gpointer store;

      for (guint64 id = 0; id < CREATORS; id++)
        pids[id] = spawn ('c', id, directory, NULL);
      for (guint64 id = 0; id < CREATORS; id++)
        g_assert_cmpint (store_wait (pids[id]), ==, 0);

      store = store_must_open (directory, "create=false");
      g_assert_cmpuint (store_check_all (store), ==, CREATORS);
      store_close (store);
    }
}

static void
test_killed_while_opening (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *directory = evs_test_folder_file (folder, "events");

  append_one (store_must_open (directory), 1);
  for (int round = 0; round < 40; round++)
    {
      GPid pids[CREATORS];
      gpointer store;

      for (gsize i = 0; i < CREATORS; i++)
        pids[i] = spawn ('o', 0, directory, NULL);
      for (gsize i = 0; i < CREATORS; i++)
        {
          g_usleep ((gulong) g_test_rand_int_range (0, 4000));
          kill (pids[i], SIGKILL);
          g_assert_cmpint (WTERMSIG (store_wait (pids[i])), ==, SIGKILL);
        }
      store = store_must_open (directory, "create=false");
      g_assert_cmpuint (store_check_all (store), ==, 1);
      store_close (store);
    }
}

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--help-out", help);

  g_test_add_func ("/lmdb/kill/killed-process-harms-nobody",
                   test_killed_process_harms_nobody);
  g_test_add_func ("/lmdb/kill/creating-at-once", test_creating_at_once);
  g_test_add_func ("/lmdb/kill/killed-while-opening",
                   test_killed_while_opening);
  return g_test_run ();
}
