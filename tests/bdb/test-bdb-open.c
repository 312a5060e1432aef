/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
file_in (StoreFixture *fixture, const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

/* ----------------------------------------------------------------- helper */

/* What another process does: "hold DIR" opens the store, says so, and waits
 * to be killed; "fork DIR" has a child besides; "weak DIR" opens the store
 * without root's right to ignore modes. */
static int
hold (const char *directory)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_open (directory, NULL, &error);

  puts (store != NULL ? "open" : error->message);
  fflush (stdout);
  if (store != NULL)
    pause ();
  return 1;
}

/* A child that gave up the store, and lives on after its parent for as long
 * as somebody listens. */
static int
leave_an_orphan (const char *directory)
{
  gpointer store = store_must_open (directory);

  if (fork () != 0)
    pause ();
  store_close (store);
  puts ("closed");
  fflush (stdout);
  poll (&(struct pollfd){ .fd = STDOUT_FILENO }, 1, -1);
  _exit (0);
}

static int
open_weakly (const char *directory)
{
  struct __user_cap_header_struct header = { .version =
                                                 _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2] = { { 0 } };
  g_autoptr (GError) error = NULL;
  gpointer store;

  syscall (SYS_capset, &header, none);
  store = store_open (directory, NULL, &error);
  if (store != NULL)
    store_close (store);
  printf ("%d %s\n", error != NULL ? error->code : -1,
          error != NULL ? error->message : "open");
  return 0;
}

static int
be_other (const char *argument)
{
  const char *directory = strchr (argument, ' ') + 1;

  if (g_str_has_prefix (argument, "hold "))
    return hold (directory);
  if (g_str_has_prefix (argument, "fork "))
    return leave_an_orphan (directory);
  return open_weakly (directory);
}

static GPid
spawn (const char *what, const char *directory, int *output)
{
  g_autofree char *argument = g_strconcat (what, " ", directory, NULL);

  return store_spawn (argument, output);
}

static void
assert_weak_open (const char *directory, EvsError code, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  int output;
  GPid pid = spawn ("weak", directory, &output);

  line = store_read_line (output);
  close (output);
  g_assert_cmpint (store_wait (pid), ==, 0);
  g_assert_nonnull (line);
  error = g_error_new_literal (EVS_ERROR, atoi (line), strchr (line, ' ') + 1);
  evs_assert_error (error, code, pattern);
}

/* --------------------------------------------------------------- exclusion */

static void
test_other_process_is_told_the_owner (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *pattern = NULL;
  g_autofree char *line = NULL;
  int output;
  GPid pid = spawn ("hold", fixture->directory, &output);

  line = store_read_line (output);
  g_assert_cmpstr (line, ==, "open");
  pattern = g_strdup_printf ("*/events/lock: the store belongs to process %d",
                             (int) pid);
  store_assert_open_fails (fixture->directory, EVS_ERROR_BUSY, pattern);

  kill (pid, SIGKILL);
  store_wait (pid);
  close (output);
  store_close (store_must_open (fixture->directory));
}

static gpointer
kill_soon (gpointer data)
{
  g_usleep (100000);
  kill (GPOINTER_TO_INT (data), SIGKILL);
  return NULL;
}

static void
test_waits_for_the_owner (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *line = NULL;
  int output;
  GPid pid = spawn ("hold", fixture->directory, &output);
  GThread *thread;

  line = store_read_line (output);
  g_assert_cmpstr (line, ==, "open");
  thread = g_thread_new ("killer", kill_soon, GINT_TO_POINTER (pid));
  store_close (store_must_open (fixture->directory, "busy-timeout=60000"));

  g_thread_join (thread);
  store_wait (pid);
  close (output);
}

static void
test_one_process_shares (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = evs_test_folder_file (fixture->folder, "link");
  g_autofree char *text = NULL;
  gpointer one = store_must_open (fixture->directory);
  gpointer two;

  g_assert_cmpint (symlink (fixture->directory, link), ==, 0);
  two = store_must_open (link);
  store_append (one, 1, 0, "by one", &error);
  g_assert_no_error (error);
  store_append (two, 1, 1, "by two", &error);
  g_assert_no_error (error);

  store_close (one);
  store_append (two, 1, 2, "by two alone", &error);
  g_assert_no_error (error);
  text = store_get (two, 1, 0, &error);
  g_assert_cmpstr (text, ==, "by one");
  g_assert_cmpuint (store_check_all (two), ==, 3);
  store_close (two);
}

static gpointer
open_and_close (gpointer directory)
{
  for (gsize i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      gpointer store = store_must_open (directory);

      store_append (store, 1, 0, "first", &error);
      if (error != NULL)
        evs_assert_error (error, EVS_ERROR_CONFLICT, "* version 0: is taken*");
      store_close (store);
    }
  return NULL;
}

static void
test_threads_open_and_close (StoreFixture *fixture, gconstpointer data)
{
  GThread *threads[4];
  gpointer store;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("opener", open_and_close, fixture->directory);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  store = store_must_open (fixture->directory, "create=false");
  g_assert_cmpuint (store_check_all (store), ==, 1);
  store_close (store);
}

/* -------------------------------------------------------------------- fork */

static int
use_after_fork (gpointer store)
{
  g_autoptr (GError) error = NULL;
  guint64 position;

  store_append (store, 1, 1, "child's", &error);
  evs_assert_error (error, EVS_ERROR_FORKED, "*/events: opened by process *");
  store_vtable ()->last_position (store, &position, &error);
  evs_assert_error (error, EVS_ERROR_FORKED, "*/events: opened by process *");
  store_vtable ()->close (store);
  return 0;
}

static void
test_forked_child_is_refused (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  pid_t pid;

  store_append (store, 1, 0, "before", &error);
  g_assert_no_error (error);
  before = store_fingerprint (fixture->directory);
  pid = fork ();
  if (pid == 0)
    {
      g_free (before);
      _exit (use_after_fork (store));
    }
  g_assert_cmpint (store_wait (pid), ==, 0);
  after = store_fingerprint (fixture->directory);
  g_assert_cmpstr (before, ==, after);

  store_append (store, 1, 1, "after", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (store), ==, 2);
  store_close (store);
}

/* The child lives on without the store; its parent is killed with it. */
static void
test_forked_child_gives_up_the_lock (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *line = NULL;
  int output;
  GPid pid = spawn ("fork", fixture->directory, &output);

  line = store_read_line (output);
  g_assert_cmpstr (line, ==, "closed");
  kill (pid, SIGKILL);
  store_wait (pid);
  store_close (store_must_open (fixture->directory));
  close (output);
}

/* The owner's lock is the owner's to give, whoever has a copy of it. */
static void
test_owner_closes_in_spite_of_a_child (StoreFixture *fixture,
                                       gconstpointer data)
{
  gpointer store = store_must_open (fixture->directory);
  int quit[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (quit), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      close (quit[1]);
      _exit (read (quit[0], &byte, 1) != 0);
    }
  store_close (store);
  store_close (store_must_open (fixture->directory));
  close (quit[1]);
  g_assert_cmpint (store_wait (pid), ==, 0);
  close (quit[0]);
}

/* A child that opens the store anew is another process like any other. */
static void
test_forked_child_does_not_share (StoreFixture *fixture, gconstpointer data)
{
  gpointer store = store_must_open (fixture->directory);
  pid_t pid = fork ();

  if (pid == 0)
    {
      store_assert_open_fails (fixture->directory, EVS_ERROR_BUSY,
                               "*belongs to process *");
      _exit (0);
    }
  g_assert_cmpint (store_wait (pid), ==, 0);
  store_close (store);
}

/* ------------------------------------------------------------- permissions */

static void
test_folder_not_to_be_written (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *below = file_in (fixture, "below");

  g_assert_cmpint (g_mkdir (fixture->directory, 0500), ==, 0);
  assert_weak_open (fixture->directory, EVS_ERROR_IO,
                    "*/events/lock: Permission denied");
  assert_weak_open (below, EVS_ERROR_IO, "*/events/below: Permission denied");
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
}

static void
test_store_not_to_be_written (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *lock = file_in (fixture, "lock");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  store_make (fixture->directory);
  before = store_fingerprint (fixture->directory);
  g_assert_cmpint (g_chmod (lock, 0400), ==, 0);
  assert_weak_open (fixture->directory, EVS_ERROR_IO,
                    "*/events/lock: Permission denied");
  g_assert_cmpint (g_chmod (fixture->directory, 0000), ==, 0);
  assert_weak_open (fixture->directory, EVS_ERROR_IO,
                    "*/events/*: Permission denied");
  g_assert_cmpint (g_chmod (fixture->directory, 0700), ==, 0);
  after = store_fingerprint (fixture->directory);
  g_assert_cmpstr (before, ==, after);
}

/* -------------------------------------------------------------------- main */

#define add(name, data, function)                                              \
  g_test_add ("/bdb/open/" name, StoreFixture, data, store_set_up, function,   \
              store_tear_down)

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--other-process", be_other);

  add ("other-process-is-told-the-owner", NULL,
       test_other_process_is_told_the_owner);
  add ("waits-for-the-owner", NULL, test_waits_for_the_owner);
  add ("one-process-shares", NULL, test_one_process_shares);
  add ("threads-open-and-close", NULL, test_threads_open_and_close);
  add ("forked-child-is-refused", NULL, test_forked_child_is_refused);
  add ("forked-child-gives-up-the-lock", NULL,
       test_forked_child_gives_up_the_lock);
  add ("owner-closes-in-spite-of-a-child", NULL,
       test_owner_closes_in_spite_of_a_child);
  add ("forked-child-does-not-share", NULL, test_forked_child_does_not_share);
  add ("folder-not-to-be-written", NULL, test_folder_not_to_be_written);
  add ("store-not-to-be-written", NULL, test_store_not_to_be_written);
  return g_test_run ();
}
