/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The process dies, or the disk gives up, at each system call in turn.
 */

#include "bdb-faults.h"
#include "store-fixture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOREVER 1000000

static void
tear_down (StoreFixture *fixture, gconstpointer data)
{
  fault_disarm ();
  store_tear_down (fixture, data);
}

/* ----------------------------------------------------- death at each call */

static int
die_creating (const char *directory, int when)
{
  g_autoptr (GError) error = NULL;
  gpointer store;

  fault_arm_kill (FAULT_ANY, when);
  store = store_open (directory, NULL, &error);
  g_assert_no_error (error);
  fault_disarm ();
  store_close (store);
  return 0;
}

/* Says which versions were acknowledged, and dies. */
static int
die_writing (const char *directory, int when)
{
  gpointer store = store_must_open (directory, "checkpoint-size=64 KiB");
  guint64 version = (guint64) (store_last_version (store, 1) + 1);

  setvbuf (stdout, NULL, _IONBF, 0);
  fault_arm_kill (FAULT_ANY, when);
  for (guint64 end = version + 60; version < end; version += 3)
    {
      g_autoptr (GError) error = NULL;

      store_append_many (store, 1, version, 3, 2000, EVS_DURABILITY_SYNC,
                         &error);
      g_assert_no_error (error);
      printf ("%" G_GUINT64_FORMAT "\n", version + 2);
    }
  store_close (store);
  return 0;
}

static int
be_mortal (const char *argument)
{
  int when = atoi (argument + 1);
  const char *directory = strchr (argument, ' ') + 1;

  return argument[0] == 'c' ? die_creating (directory, when)
                            : die_writing (directory, when);
}

static GPid
spawn (char what, int when, const char *directory, int *output)
{
  g_autofree char *argument =
      g_strdup_printf ("%c%d %s", what, when, directory);

  return store_spawn (argument, output);
}

static gboolean
was_killed (GPid pid)
{
  int status = store_wait (pid);

  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL
                                      : status == 0);
  return WIFSIGNALED (status);
}

static void
test_creation_dies_at_each_call (StoreFixture *fixture, gconstpointer data)
{
  int when = 0;
  gboolean killed;

  do
    {
      g_autofree char *name = g_strdup_printf ("events-%d", ++when);
      g_autofree char *directory = evs_test_folder_file (fixture->folder, name);
      g_autoptr (GError) error = NULL;
      gpointer store;

      killed = was_killed (spawn ('c', when, directory, NULL));
      store = store_must_open (directory);
      g_assert_cmpuint (store_check_all (store), ==, 0);
      store_append (store, 1, 0, "first", &error);
      g_assert_no_error (error);
      store_close (store);
    }
  while (killed);
  g_assert_cmpint (when, >, 20);
}

static gint64
read_acknowledged (int output)
{
  gint64 version = -1;
  char *line;

  while ((line = store_read_line (output)) != NULL)
    {
      version = g_ascii_strtoll (line, NULL, 10);
      g_free (line);
    }
  close (output);
  return version;
}

static void
test_writing_dies_at_each_call (StoreFixture *fixture, gconstpointer data)
{
  int step = g_test_slow () ? 1 : 7;
  int when = 1;
  gboolean killed;

  do
    {
      int output;
      GPid pid = spawn ('w', when, fixture->directory, &output);
      gint64 acknowledged = read_acknowledged (output);
      gpointer store;

      killed = was_killed (pid);
      store = store_must_open (fixture->directory);
      g_assert_cmpint (store_last_version (store, 1), >=, acknowledged);
      store_check_all (store);
      store_close (store);
      when += step;
    }
  while (killed);
  g_assert_cmpint (when, >, 40);
}

/* --------------------------------------------------- opening in bad times */

static int
open_failing (const char *directory, FaultKind kind, int first, int number)
{
  EvsError code = number == ENOSPC ? EVS_ERROR_NO_SPACE : EVS_ERROR_IO;
  g_autofree char *pattern =
      g_strdup_printf ("*/events*: *%s*", g_strerror (number));
  g_autoptr (GError) error = NULL;
  gpointer store;
  int count;

  fault_arm (kind, first, FOREVER, number);
  store = store_open (directory, NULL, &error);
  count = fault_disarm ();
  if (store != NULL)
    store_close (store);
  if (error != NULL)
    evs_assert_error (error, code, pattern);
  return count;
}

/* What cannot be made whole is made anew by the next to open it. */
static void
test_creation_fails_at_each_call (StoreFixture *fixture, gconstpointer data)
{
  int first = 0;
  int count;

  do
    {
      g_autofree char *name = g_strdup_printf ("%d", ++first);
      g_autofree char *top = evs_test_folder_file (fixture->folder, name);
      g_autofree char *directory = g_build_filename (top, "events", NULL);
      gpointer store;

      g_assert_cmpint (g_mkdir (top, 0700), ==, 0);
      count = open_failing (directory, FAULT_ANY, first, EIO);
      store = store_must_open (directory);
      g_assert_cmpuint (store_check_all (store), ==, 0);
      store_close (store);
    }
  while (count >= first);
  g_assert_cmpint (first, >, 20);
}

/* Recovery has something to do, and the disk does not let it. */
static void
test_opening_on_a_failing_disk (StoreFixture *fixture, gconstpointer data)
{
  int number = GPOINTER_TO_INT (data);
  int first = 1;
  int count;

  do
    {
      GPid pid = spawn ('w', 30, fixture->directory, NULL);

      g_assert_true (was_killed (pid));
      first += first / 8 + 1;
      count = open_failing (fixture->directory, FAULT_WRITE | FAULT_FLUSH,
                            first, number);
      fixture->store = store_must_open (fixture->directory);
      store_check_all (fixture->store);
      store_close (g_steal_pointer (&fixture->store));
    }
  while (count >= first);
  g_assert_cmpint (first, >, 5);
}

/* -------------------------------------------------------------------- main */

/* Berkeley DB does not free an environment that is in a panic. */
const char *__lsan_default_suppressions (void);

__attribute__ ((visibility ("default"))) const char *
__lsan_default_suppressions (void)
{
  return "leak:libdb-5.3.so\n";
}

#define add(name, data, function)                                              \
  g_test_add ("/bdb/death/" name, StoreFixture, data, store_set_up, function,  \
              tear_down)

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--mortal", be_mortal);

  add ("creation-fails-at-each-call", NULL, test_creation_fails_at_each_call);
  add ("opening-on-a-failing-disk/no-space", GINT_TO_POINTER (ENOSPC),
       test_opening_on_a_failing_disk);
  add ("opening-on-a-failing-disk/io-error", GINT_TO_POINTER (EIO),
       test_opening_on_a_failing_disk);
  add ("creation-dies-at-each-call", NULL, test_creation_dies_at_each_call);
  add ("writing-dies-at-each-call", NULL, test_writing_dies_at_each_call);
  return g_test_run ();
}
