/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a folder may hold: nothing, or a whole store of ours. Whatever else it
 * is, it is refused, and never taken for an empty store.
 */

#include "store-fixture.h"

#include <glib/gstdio.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  EvsTestFolder *folder;
  char *directory;
  char *data; /* the file */
  char *lock;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = evs_test_folder_new ();
  fixture->directory = evs_test_folder_file (fixture->folder, "events");
  fixture->data = evs_test_folder_file (fixture->folder, "events/data.mdb");
  fixture->lock = evs_test_folder_file (fixture->folder, "events/lock.mdb");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->lock);
  g_free (fixture->data);
  g_free (fixture->directory);
  evs_test_folder_free (fixture->folder);
}

static void
write_file (const char *path, const char *text, gsize size)
{
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
}

static void
assert_opens (Fixture *fixture, guint64 last_position)
{
  gpointer store = store_must_open (fixture->directory);

  g_assert_cmpuint (store_check_all (store), ==, last_position);
  store_close (store);
}

/* Refused, and not a byte is changed. */
static void
assert_refused (Fixture *fixture, EvsError code, const char *pattern)
{
  g_autofree char *before = store_fingerprint (fixture->directory);
  g_autofree char *after = NULL;

  store_assert_open_fails (fixture->directory, code, pattern);
  after = store_fingerprint (fixture->directory);
  g_assert_cmpstr (after, ==, before);
}

/* --------------------------------------------------------------- strangers */

static void
test_other_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "x", NULL);

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  write_file (path, "mine", 4);
  assert_refused (fixture, EVS_ERROR_FORMAT,
                  "*/events: holds \"x\" but no store; an empty folder is "
                  "wanted");
}

static void
test_file_in_the_folders_place (Fixture *fixture, gconstpointer data)
{
  write_file (fixture->directory, "mine", 4);
  store_assert_open_fails (fixture->directory, EVS_ERROR_IO,
                           "*/events: Not a directory");
}

static void
test_data_of_another_kind (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (10000, 'x');

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  write_file (fixture->data, text, 10000);
  assert_refused (fixture, EVS_ERROR_FORMAT,
                  "*/events/data.mdb: is no file of LMDB");
}

static void
put_main (MDB_env *env, const char *key, const char *value, gsize size)
{
  MDB_val key_val = { strlen (key), (void *) key };
  MDB_val value_val = { size, (void *) value };
  MDB_txn *txn;
  MDB_dbi dbi;

  g_assert_cmpint (mdb_txn_begin (env, NULL, 0, &txn), ==, 0);
  g_assert_cmpint (mdb_dbi_open (txn, NULL, 0, &dbi), ==, 0);
  g_assert_cmpint (mdb_put (txn, dbi, &key_val, &value_val, 0), ==, 0);
  g_assert_cmpint (mdb_txn_commit (txn), ==, 0);
}

static MDB_env *
open_bare (Fixture *fixture, guint flags)
{
  MDB_env *env;

  g_assert_cmpint (mdb_env_create (&env), ==, 0);
  g_assert_cmpint (mdb_env_set_maxdbs (env, 4), ==, 0);
  g_assert_cmpint (mdb_env_open (env, fixture->directory, flags, 0600), ==, 0);
  return env;
}

static void
test_data_of_another_program (Fixture *fixture, gconstpointer flags)
{
  MDB_env *env;

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  env = open_bare (fixture, GPOINTER_TO_UINT (flags));
  put_main (env, "key", "value", 5);
  mdb_env_close (env);
  assert_refused (fixture, EVS_ERROR_FORMAT,
                  "*/events/data.mdb: is LMDB's, but no store of eventseal");
}

static void
test_newer_format (Fixture *fixture, gconstpointer data)
{
  MDB_env *env;

  store_make (fixture->directory);
  env = open_bare (fixture, 0);
  put_main (env, "eventseal-lmdb", "\0\0\0\0\0\0\0\2", 8);
  mdb_env_close (env);
  assert_refused (fixture, EVS_ERROR_FORMAT,
                  "*/events: the store is of format 2, this plugin reads "
                  "format 1");
}

static void
test_other_version_of_lmdb (Fixture *fixture, gconstpointer data)
{
  FILE *file;

  store_make (fixture->directory);
  file = g_fopen (fixture->data, "r+");
  g_assert_cmpint (fseek (file, 20, SEEK_SET), ==, 0);
  g_assert_cmpint (fputc (99, file), ==, 99);
  g_assert_cmpint (fclose (file), ==, 0);
  assert_refused (fixture, EVS_ERROR_FORMAT, "*/data.mdb: MDB_VERSION_*");
}

/* ------------------------------------------------------------- never empty */

static void
test_missing_data_is_damage (Fixture *fixture, gconstpointer data)
{
  store_make (fixture->directory);
  g_assert_cmpint (g_unlink (fixture->data), ==, 0);
  assert_refused (fixture, EVS_ERROR_DAMAGED,
                  "*/events/data.mdb: the store is damaged: the file is "
                  "missing");
}

static void
test_cut_off_data_is_damage (Fixture *fixture, gconstpointer with_lock)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);
  struct stat info;

  store_append_many (store, 1, 0, 300, 100, EVS_DURABILITY_SYNC, &error);
  g_assert_no_error (error);
  store_close (store);

  g_assert_cmpint (stat (fixture->data, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 10 * 4096);
  for (off_t size = info.st_size - 1; size >= 0; size -= 1 + size % 4096 / 2)
    {
      g_assert_cmpint (truncate (fixture->data, size), ==, 0);
      if (with_lock == NULL)
        g_unlink (fixture->lock);
      store_assert_open_fails (fixture->directory, EVS_ERROR_DAMAGED,
                               "*/events/data.mdb: the store is damaged: *");
      g_assert_cmpint (stat (fixture->data, &info), ==, 0);
      g_assert_cmpint (info.st_size, ==, size);
    }
}

/* LMDB does not write a page that is free again by the end of the transaction,
 * once it has others that are free. */
static void
test_short_by_free_pages_is_whole (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (200000, 'x');
  EvsSideWrite put = { "table", store_text ("key"), { text, 200000 } };
  EvsSideWrite delete = { "table", store_text ("key"), { NULL, 0 } };
  EvsBatch batches[] = { { .side = &put, .n_side = 1 },
                         { .side = &delete, .n_side = 1 } };
  const EvsBatch *const pointers[] = { &batches[0], &batches[1] };
  EvsBatchResult results[2] = { { 0, NULL } };
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);
  struct stat info;

  for (guint64 version = 0; version < 5; version++)
    store_append (store, 2, version, "other", &error);
  g_assert_no_error (error);
  store_vtable ()->commit (store, pointers, 2, results);
  g_assert_no_error (results[0].error);
  g_assert_no_error (results[1].error);
  store_close (store);
  g_assert_cmpint (stat (fixture->data, &info), ==, 0);
  g_assert_cmpint (info.st_size, <, 200000);

  assert_opens (fixture, 5);
  g_assert_cmpint (truncate (fixture->data, info.st_size), ==, 0);
  g_unlink (fixture->lock);
  assert_opens (fixture, 5);
}

static void
test_lost_lock_is_made_again (Fixture *fixture, gconstpointer data)
{
  store_make (fixture->directory);
  g_assert_cmpint (g_unlink (fixture->lock), ==, 0);
  assert_opens (fixture, 1);
}

static void
test_unfinished_creation_is_made_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strconcat (fixture->data, ".new", NULL);

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  write_file (path, "half", 4);
  store_make (fixture->directory);
  assert_opens (fixture, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* As mdb_copy makes it, from a store that is open. */
static void
test_copy_by_lmdb_opens (Fixture *fixture, gconstpointer flags)
{
  g_autofree char *copy = evs_test_folder_file (fixture->folder, "copy");
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);
  MDB_env *env;

  for (guint64 version = 0; version < 100; version++)
    store_append (store, 1, version, "event", &error);
  g_assert_no_error (error);
  env = open_bare (fixture, MDB_RDONLY | MDB_NOLOCK);
  g_assert_cmpint (g_mkdir (copy, 0700), ==, 0);
  g_assert_cmpint (mdb_env_copy2 (env, copy, GPOINTER_TO_UINT (flags)), ==, 0);
  mdb_env_close (env);
  store_close (store);

  store = store_must_open (copy, "create=false");
  g_assert_cmpuint (store_check_all (store), ==, 100);
  store_append (store, 1, 100, "event", &error);
  g_assert_no_error (error);
  store_close (store);
}

static void
test_create_false (Fixture *fixture, gconstpointer data)
{
  static const char *const settings[] = { "create=false", NULL };
  static const char wanted[] = "*/events: there is no store, and create=false";
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  g_assert_null (store_open (fixture->directory, settings, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND, wanted);
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  g_assert_null (store_open (fixture->directory, settings, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND, wanted);
  names = store_fingerprint (fixture->directory);
  g_assert_cmpstr (names, ==, "");

  store_make (fixture->directory);
  store_close (store_must_open (fixture->directory, "create=false"));
}

/* ----------------------------------------------------------------- handles */

static void
test_files_are_private (Fixture *fixture, gconstpointer data)
{
  mode_t mask = umask (0);
  struct stat info;

  store_make (fixture->directory);
  umask (mask);
  g_assert_cmpint (stat (fixture->directory, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (stat (fixture->data, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (fixture->lock, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, 0600);
}

/* A hole in it would be a SIGBUS when the disk is full. */
static void
test_lock_has_no_hole (Fixture *fixture, gconstpointer data)
{
  struct stat info;

  store_make (fixture->directory);
  g_assert_cmpint (stat (fixture->lock, &info), ==, 0);
  g_assert_cmpint (info.st_blocks * 512, >=, info.st_size);
  g_assert_cmpint (info.st_size, >=, 8192);
}

static void
test_handles_of_a_process_share (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = evs_test_folder_file (fixture->folder, "link");
  gpointer one = store_must_open (fixture->directory);
  gpointer two;

  g_assert_cmpint (symlink ("events", link), ==, 0);
  two = store_must_open (link);
  store_append (one, 1, 0, "one", &error);
  g_assert_no_error (error);
  store_close (one);
  store_append (two, 1, 1, "two", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (two), ==, 2);
  store_close (two);
}

static void
assert_forked (GError **error)
{
  evs_assert_error (*error, EVS_ERROR_FORKED,
                    "*/events: opened by process * before it forked this one");
}

static int
use_in_child (Fixture *fixture, gpointer store)
{
  g_autoptr (GError) error = NULL;
  guint64 position;

  g_assert_false (store_append (store, 1, 1, "child", &error));
  assert_forked (&error);
  g_assert_false (store_vtable ()->last_position (store, &position, &error));
  assert_forked (&error);
  g_assert_null (store_get (store, 1, 0, &error));
  assert_forked (&error);
  store_close (store);

  store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (store), ==, 1);
  g_assert_true (store_append (store, 2, 0, "child", &error));
  store_close (store);
  return 0;
}

static void
test_forked_child_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer store;
  pid_t pid;

  store_make (fixture->directory);
  store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (store), ==, 1);
  pid = fork ();
  if (pid == 0)
    _exit (use_in_child (fixture, store));

  g_assert_cmpint (store_wait (pid), ==, 0);
  store_append (store, 1, 1, "parent", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (store), ==, 3);
  store_close (store);
}

static void
test_programs_that_are_run_get_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);
  const char *argv[] = { "ls", "-l", "/proc/self/fd", NULL };
  g_autofree char *out = NULL;

  store_append (store, 1, 0, "first", &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_LEAVE_DESCRIPTORS_OPEN, NULL,
                NULL, &out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (out, "/proc/"));
  g_assert_null (strstr (out, ".mdb"));
  store_close (store);
}

static void
test_disk_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);
  guint64 before, after;

  g_assert_true (store_vtable ()->disk_size (store, &before, &error));
  store_append_many (store, 1, 0, 1000, 1000, EVS_DURABILITY_SYNC, &error);
  g_assert_no_error (error);
  g_assert_true (store_vtable ()->disk_size (store, &after, &error));
  g_assert_cmpuint (before, >, 0);
  g_assert_cmpuint (after, >, before + 1000 * 1000);
  store_close (store);
}

static void
add (const char *name, gconstpointer data,
     void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/lmdb/open/", name, NULL);

  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("other-files", NULL, test_other_files);
  add ("file-in-the-folders-place", NULL, test_file_in_the_folders_place);
  add ("data-of-another-kind", NULL, test_data_of_another_kind);
  add ("data-of-another-program", GUINT_TO_POINTER (MDB_NOLOCK),
       test_data_of_another_program);
  add ("data-and-lock-of-another-program", NULL, test_data_of_another_program);
  add ("newer-format", NULL, test_newer_format);
  add ("other-version-of-lmdb", NULL, test_other_version_of_lmdb);
  add ("missing-data-is-damage", NULL, test_missing_data_is_damage);
  add ("cut-off-data-is-damage", NULL, test_cut_off_data_is_damage);
  add ("cut-off-data-with-lock-is-damage", "lock", test_cut_off_data_is_damage);
  add ("short-by-free-pages-is-whole", NULL, test_short_by_free_pages_is_whole);
  add ("lost-lock-is-made-again", NULL, test_lost_lock_is_made_again);
  add ("unfinished-creation-is-made-again", NULL,
       test_unfinished_creation_is_made_again);
  add ("copy-by-lmdb-opens", NULL, test_copy_by_lmdb_opens);
  add ("compact-copy-by-lmdb-opens", GUINT_TO_POINTER (MDB_CP_COMPACT),
       test_copy_by_lmdb_opens);
  add ("create-false", NULL, test_create_false);
  add ("files-are-private", NULL, test_files_are_private);
  add ("lock-has-no-hole", NULL, test_lock_has_no_hole);
  add ("handles-of-a-process-share", NULL, test_handles_of_a_process_share);
  add ("forked-child-is-refused", NULL, test_forked_child_is_refused);
  add ("programs-that-are-run-get-no-file", NULL,
       test_programs_that_are_run_get_no_file);
  add ("disk-size", NULL, test_disk_size);
  return g_test_run ();
}
