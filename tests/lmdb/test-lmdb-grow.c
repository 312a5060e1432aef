/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The map grows by itself, in every process that has the store open; the file
 * does not, where its pages can be used again.
 */

#include "store-fixture.h"

#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEBIBYTE (1024 * 1024)

static off_t
file_size (StoreFixture *fixture)
{
  g_autofree char *path =
      g_build_filename (fixture->directory, "data.mdb", NULL);
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  return info.st_size;
}

/* ----------------------------------------------------------------- helpers */

/* 50 MiB in sequence @id. */
static int
fill (const char *directory, guint64 id)
{
  gpointer store = store_must_open (directory);

  for (guint64 version = 0; version < 51200; version += 256)
    {
      g_autoptr (GError) error = NULL;

      store_append_many (store, id, version, 256, 1024, EVS_DURABILITY_FLUSH,
                         &error);
      g_assert_no_error (error);
    }
  store_close (store);
  return 0;
}

/* Takes slots of readers, @n or all, and keeps them. */
static G_NORETURN void
read_for_ever (const char *directory, guint64 n)
{
  MDB_txn *txn;
  MDB_env *env;
  int ret = 0;

  g_assert_cmpint (mdb_env_create (&env), ==, 0);
  g_assert_cmpint (mdb_env_open (env, directory, MDB_NOTLS, 0600), ==, 0);
  for (guint64 i = 0; ret == 0 && i < n; i++)
    ret = mdb_txn_begin (env, NULL, MDB_RDONLY, &txn);
  g_assert_true (ret == 0 || ret == MDB_READERS_FULL);
  g_assert_cmpint (puts ("reading"), >, 0);
  fflush (stdout);
  for (;;)
    pause ();
}

/* Of "f3/path", what is to be done, with which number, and where. */
static int
help (const char *argument)
{
  const char *path = strchr (argument, '/');
  guint64 n = g_ascii_strtoull (argument + 1, NULL, 10);

  if (argument[0] == 'r')
    read_for_ever (path, n);
  return fill (path, n);
}

static GPid
spawn (StoreFixture *fixture, const char *what, int *output)
{
  g_autofree char *argument = g_strconcat (what, fixture->directory, NULL);

  return store_spawn (argument, output);
}

static GPid
spawn_reader (StoreFixture *fixture, const char *what)
{
  int output;
  GPid pid = spawn (fixture, what, &output);
  g_autofree char *line = store_read_line (output);

  g_assert_cmpstr (line, ==, "reading");
  close (output);
  return pid;
}

static void
kill_and_wait (GPid pid)
{
  kill (pid, SIGKILL);
  store_wait (pid);
}

/* ------------------------------------------------------------------- tests */

/* The map moves under their feet, but never while they stand on it. */
static gpointer
read_in_thread (gpointer store)
{
  while (store_last_position (store) < 2 * 51200)
    g_free (store_get (store, 3, 0, NULL));
  return NULL;
}

static void
test_every_process_follows (StoreFixture *fixture, gconstpointer data)
{
  GThread *threads[] = {
    g_thread_new ("one", read_in_thread, fixture->store),
    g_thread_new ("two", read_in_thread, fixture->store),
  };
  g_autoptr (GError) error = NULL;
  GPid one = spawn (fixture, "f1", NULL);
  GPid two = spawn (fixture, "f2", NULL);
  guint64 version = 0;

  while (store_last_position (fixture->store) < 2 * 51200)
    store_append_many (fixture->store, 3, version++, 1, 100,
                       EVS_DURABILITY_NONE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (store_wait (one), ==, 0);
  g_assert_cmpint (store_wait (two), ==, 0);
  g_thread_join (threads[0]);
  g_thread_join (threads[1]);

  g_assert_cmpint (file_size (fixture), >, 100 * MEBIBYTE);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 2 * 51200 + version);
}

/* Erases, with a megabyte in its place each time. */
static void
replace_often (StoreFixture *fixture)
{
  g_autofree char *text = g_malloc0 (MEBIBYTE);
  EvsReplacement change = { .id = store_id (1),
                            .old_data = store_text ("first"),
                            .new_data = { text, MEBIBYTE } };
  EvsBatch batch = { .replacements = &change,
                     .n_replacements = 1,
                     .durability = EVS_DURABILITY_NONE };
  g_autofree char *other = g_malloc0 (MEBIBYTE);

  for (int i = 0; i < 60; i++)
    {
      g_autoptr (GError) error = NULL;

      memset (i % 2 ? other : text, i, MEBIBYTE);
      change.new_data.data = i % 2 ? other : text;
      store_commit (fixture->store, &batch, NULL, &error);
      g_assert_no_error (error);
      change.old_data = change.new_data;
    }
}

static gpointer
replace_in_thread (gpointer fixture)
{
  replace_often (fixture);
  return NULL;
}

static gboolean
let_replace (const EvsRecord *record, gpointer fixture)
{
  g_thread_join (g_thread_new ("writer", replace_in_thread, fixture));
  g_assert_cmpmem (record->data.data, (int) record->data.size, "first", 5);
  return TRUE;
}

static void
test_slow_visitor_keeps_no_page (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_append (fixture->store, 1, 0, "first", &error);
  g_assert_no_error (error);
  store_vtable ()->read_log (fixture->store, 0, 0, let_replace, fixture,
                             &error);
  g_assert_no_error (error);
  g_assert_cmpint (file_size (fixture), <, 16 * MEBIBYTE);
}

static void
test_killed_reader_keeps_no_page (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_append (fixture->store, 1, 0, "first", &error);
  g_assert_no_error (error);
  kill_and_wait (spawn_reader (fixture, "r1"));
  replace_often (fixture);
  g_assert_cmpint (file_size (fixture), <=, 16 * MEBIBYTE);
}

static void
test_killed_readers_slots_are_free (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GPid pid = spawn_reader (fixture, "r100000");
  guint64 position;

  g_assert_false (
      store_vtable ()->last_position (fixture->store, &position, &error));
  evs_assert_error (error, EVS_ERROR_BUSY,
                    "*/events: as many reads are under way as there can be");
  kill_and_wait (pid);
  g_assert_cmpuint (store_last_position (fixture->store), ==, 0);
}

static void
test_large_record (StoreFixture *fixture, gconstpointer data)
{
  gsize size = (gsize) 64 * MEBIBYTE;
  g_autofree char *text = g_malloc0 (size + 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;
  EvsRecord record = { .id = store_id (1), .data = { text, size + 1 } };
  EvsBatch batch = { .inserts = &record, .n_inserts = 1 };

  g_assert_false (store_commit (fixture->store, &batch, NULL, &error));
  evs_assert_error (error, EVS_ERROR_TOO_LARGE, "* has 67108865 bytes, at*");

  memset (text, 'x', size);
  record.data.size = size;
  store_commit (fixture->store, &batch, NULL, &error);
  g_assert_no_error (error);
  found = store_get (fixture->store, 1, 0, &error);
  g_assert_no_error (error);
  g_assert_true (memcmp (found, text, size) == 0);
}

static void
add (const char *name, void (*test) (StoreFixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/lmdb/grow/", name, NULL);

  g_test_add (path, StoreFixture, NULL, store_set_up_open, test,
              store_tear_down);
}

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--help-out", help);

  add ("every-process-follows", test_every_process_follows);
  add ("slow-visitor-keeps-no-page", test_slow_visitor_keeps_no_page);
  add ("killed-reader-keeps-no-page", test_killed_reader_keeps_no_page);
  add ("killed-readers-slots-are-free", test_killed_readers_slots_are_free);
  add ("large-record", test_large_record);
  return g_test_run ();
}
