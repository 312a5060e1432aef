/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a folder may hold: nothing, or a whole store of ours. Whatever else it
 * is, it is refused, and never taken for an empty store.
 */

#include "bdb-logs.h"
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
file_in (StoreFixture *fixture, const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

/* ------------------------------------------------------------- never empty */

static void
test_missing_database_is_damage (StoreFixture *fixture, gconstpointer name)
{
  g_autofree char *path = NULL;
  g_autofree char *pattern =
      g_strdup_printf ("*/events/%s: the store is damaged: the file is missing",
                       (const char *) name);

  store_make (fixture->directory);
  path = file_in (fixture, name);
  g_assert_cmpint (g_unlink (path), ==, 0);
  store_assert_open_fails (fixture->directory, EVS_ERROR_DAMAGED, pattern);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_missing_log_files_are_damage (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  store_make (fixture->directory);
  dir = g_dir_open (fixture->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "log.0"))
      {
        g_autofree char *path = file_in (fixture, name);

        g_assert_cmpint (g_unlink (path), ==, 0);
      }
  store_assert_open_fails (fixture->directory, EVS_ERROR_DAMAGED,
                           "*/events/log.NNNNNNNNNN: *the file is missing");
  g_assert_cmpuint (bdb_count_logs (fixture->directory), ==, 0);
}

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (from, &text, &size, NULL));
  g_assert_true (g_file_set_contents (to, text, (gssize) size, NULL));
}

static void
copy_from (StoreFixture *fixture, const char *name, StoreFixture *other)
{
  g_autofree char *from = g_build_filename (other->directory, name, NULL);
  g_autofree char *to = file_in (fixture, name);

  copy_file (from, to);
}

/* One file of another store, which has nothing in it, or something. */
static void
test_foreign_database_is_damage (StoreFixture *fixture, gconstpointer name)
{
  StoreFixture other = { fixture->folder,
                         evs_test_folder_file (fixture->folder, "other") };

  store_close (store_must_open (other.directory));
  store_make (fixture->directory);
  copy_from (fixture, name, &other);
  store_assert_open_fails (fixture->directory, EVS_ERROR_DAMAGED,
                           "*/events: the store is damaged: *");
  g_free (other.directory);
}

static void
test_emptied_databases_are_damage (StoreFixture *fixture, gconstpointer data)
{
  StoreFixture other = { fixture->folder,
                         evs_test_folder_file (fixture->folder, "other") };

  store_close (store_must_open (other.directory));
  store_make (fixture->directory);
  copy_from (fixture, "log.db", &other);
  copy_from (fixture, "records.db", &other);
  store_assert_open_fails (fixture->directory, EVS_ERROR_DAMAGED,
                           "*: records.db is empty, sequences.db is not");
  g_free (other.directory);
}

static void
test_foreign_folder_is_not_touched (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *path = file_in (fixture, "thesis.txt");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "thirty years of work", -1, NULL));
  before = store_fingerprint (fixture->directory);
  store_assert_open_fails (
      fixture->directory, EVS_ERROR_FORMAT,
      "*/events: holds \"thesis.txt\" but no store; an empty "
      "folder is wanted");
  after = store_fingerprint (fixture->directory);
  g_assert_cmpstr (before, ==, after);
}

static void
put_marker (StoreFixture *fixture, const char *text)
{
  g_autofree char *path = file_in (fixture, "eventseal-bdb");

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

typedef struct
{
  const char *text;
  EvsError code;
  const char *pattern;
} Marker;

static const Marker markers[] = {
  { "eventseal-bdb 2 ready 00112233445566778899aabbccddeeff\n",
    EVS_ERROR_FORMAT,
    "*/events/eventseal-bdb: the store is of format 2, this plugin "
    "reads format 1" },
  { "eventseal-bdb 10 otherwise\n", EVS_ERROR_FORMAT,
    "*: the store is of format 10, this plugin reads format 1" },
  { "", EVS_ERROR_FORMAT, "*: does not say what the store is" },
  { "eventseal-lmdb 1 ready 00112233445566778899aabbccddeeff\n",
    EVS_ERROR_FORMAT, "*: does not say what the store is" },
  { "eventseal-bdb one ready 00112233445566778899aabbccddeeff\n",
    EVS_ERROR_FORMAT, "*: does not say what the store is" },
  { "eventseal-bdb 1 ready 0011\n", EVS_ERROR_DAMAGED,
    "*: \"eventseal-bdb 1\" stands there alone, the rest of *the line is "
    "missing" },
  { "eventseal-bdb 1 steady 00112233445566778899aabbccddeeff\n",
    EVS_ERROR_DAMAGED,
    "*: \"eventseal-bdb 1\" stands there alone, the rest of *the line is "
    "missing" },
  { "eventseal-bdb 1 ready 00112233445566778899aabbccddeefg\n",
    EVS_ERROR_DAMAGED,
    "*: \"eventseal-bdb 1\" stands there alone, the rest of *the line is "
    "missing" }
};

static void
test_marker_is_refused (StoreFixture *fixture, gconstpointer data)
{
  const Marker *marker = data;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  store_make (fixture->directory);
  put_marker (fixture, marker->text);
  before = store_fingerprint (fixture->directory);
  store_assert_open_fails (fixture->directory, marker->code, marker->pattern);
  after = store_fingerprint (fixture->directory);
  g_assert_cmpstr (before, ==, after);
}

static void
test_marker_of_another_store_is_damage (StoreFixture *fixture,
                                        gconstpointer data)
{
  store_make (fixture->directory);
  put_marker (fixture,
              "eventseal-bdb 1 ready 00112233445566778899aabbccddeeff\n");
  store_assert_open_fails (fixture->directory, EVS_ERROR_DAMAGED,
                           "*: side.db is not of this store");
}

/* A power failure leaves more than a killed process does. */
static void
test_unfinished_store_is_made_anew (StoreFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "log.0000000001", "records.db", "log.db",
                                       "__db.001" };
  gpointer store;

  store_make (fixture->directory);
  put_marker (fixture,
              "eventseal-bdb 1 new 00112233445566778899aabbccddeeff\n");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = file_in (fixture, names[i]);

      g_assert_true (g_file_set_contents (path, "half a page", -1, NULL));
    }
  store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (store), ==, 0);
  store_close (store);
}

static void
test_lost_marker_is_refused (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *path = file_in (fixture, "eventseal-bdb");

  store_make (fixture->directory);
  g_assert_cmpint (g_unlink (path), ==, 0);
  store_assert_open_fails (fixture->directory, EVS_ERROR_FORMAT,
                           "*/events: holds \"*\" but no "
                           "store*");
}

static void
test_own_settings_of_berkeley_db_are_refused (StoreFixture *fixture,
                                              gconstpointer data)
{
  g_autofree char *path = NULL;

  store_make (fixture->directory);
  path = file_in (fixture, "DB_CONFIG");
  g_assert_true (
      g_file_set_contents (path, "set_flags DB_TXN_NOSYNC\n", -1, NULL));
  store_assert_open_fails (fixture->directory, EVS_ERROR_FORMAT,
                           "*/events/DB_CONFIG: must not be there*");
}

/* ------------------------------------------------------------------ create */

static void
assert_mode (const char *path, guint mode)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, mode);
}

static void
test_files_are_private (StoreFixture *fixture, gconstpointer data)
{
  mode_t before = umask (0);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  store_make (fixture->directory);
  umask (before);
  assert_mode (fixture->directory, 0700);
  dir = g_dir_open (fixture->directory, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = file_in (fixture, name);

      assert_mode (path, 0600);
    }
}

static void
test_create_false_wants_a_store (StoreFixture *fixture, gconstpointer data)
{
  const char *const settings[] = { "create=false", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (store_open (fixture->directory, settings, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND,
                    "*/events: there is no store, and create=false");
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
  g_assert_null (store_open (fixture->directory, settings, &error));
  evs_assert_error (error, EVS_ERROR_NOT_FOUND,
                    "*/events: there is no store, and create=false");
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);

  store_make (fixture->directory);
  store_close (store_must_open (fixture->directory, "create=false"));
}

static void
test_file_in_place_of_the_folder (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *path =
      evs_test_folder_write (fixture->folder, "events", "text", 0600);
  g_autofree char *text = NULL;

  store_assert_open_fails (fixture->directory, EVS_ERROR_IO,
                           "*/events: Not a directory");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "text");
}

static void
test_missing_parent (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *directory = file_in (fixture, "below");
  g_autoptr (GError) error = NULL;

  g_assert_null (store_open (directory, NULL, &error));
  evs_assert_error (error, EVS_ERROR_IO,
                    "*/events/below: No such file or directory");
}

/* -------------------------------------------------------------------- main */

#define add(name, data, function)                                              \
  g_test_add ("/bdb/folder/" name, StoreFixture, data, store_set_up, function, \
              store_tear_down)

static void
add_for_each_database (const char *what,
                       void (*function) (StoreFixture *, gconstpointer))
{
  static const char *const names[] = { "sequences.db", "records.db", "log.db",
                                       "side.db" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/bdb/folder/%s/%s", what, names[i]);

      g_test_add (path, StoreFixture, names[i], store_set_up, function,
                  store_tear_down);
    }
}

static void
add_for_each_marker (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (markers); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/bdb/folder/marker-is-refused/%d", (int) i);

      g_test_add (path, StoreFixture, &markers[i], store_set_up,
                  test_marker_is_refused, store_tear_down);
    }
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add_for_each_database ("missing-is-damage", test_missing_database_is_damage);
  add ("missing-log-files-are-damage", NULL, test_missing_log_files_are_damage);
  add_for_each_database ("foreign-is-damage", test_foreign_database_is_damage);
  add ("foreign-folder-is-not-touched", NULL,
       test_foreign_folder_is_not_touched);
  add_for_each_marker ();
  add ("marker-of-another-store-is-damage", NULL,
       test_marker_of_another_store_is_damage);
  add ("emptied-databases-are-damage", NULL, test_emptied_databases_are_damage);
  add ("unfinished-store-is-made-anew", NULL,
       test_unfinished_store_is_made_anew);
  add ("lost-marker-is-refused", NULL, test_lost_marker_is_refused);
  add ("own-settings-of-berkeley-db-are-refused", NULL,
       test_own_settings_of_berkeley_db_are_refused);
  add ("files-are-private", NULL, test_files_are_private);
  add ("create-false-wants-a-store", NULL, test_create_false_wants_a_store);
  add ("file-in-place-of-the-folder", NULL, test_file_in_place_of_the_folder);
  add ("missing-parent", NULL, test_missing_parent);
  return g_test_run ();
}
