/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-logs.h"
#include "store-fixture.h"

#include <glib/gstdio.h>

#define PAGE 4096
#define N_RECORDS 1500

/* A store whose trees have some pages, closed. */
static void
set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer store;

  store_set_up (fixture, data);
  store = store_must_open (fixture->directory);
  for (guint64 id = 0; id < N_RECORDS / 5; id++)
    {
      store_append_many (store, id, 0, 5, 200, EVS_DURABILITY_NONE, &error);
      g_assert_no_error (error);
    }
  store_close (store);
}

/* ------------------------------------------------------------------- damage */

typedef struct
{
  char *path;
  char *bytes;
  gsize size;
} File;

static void
file_read (File *file, StoreFixture *fixture, const char *name)
{
  file->path = g_build_filename (fixture->directory, name, NULL);
  g_assert_true (
      g_file_get_contents (file->path, &file->bytes, &file->size, NULL));
}

static void
file_write (File *file, gsize size)
{
  g_assert_true (
      g_file_set_contents (file->path, file->bytes, (gssize) size, NULL));
}

static void
file_clear (File *file)
{
  g_free (file->path);
  g_free (file->bytes);
}

/* ------------------------------------------------- what a reader gets to see
 */

static gboolean
ignore (const EvsRecord *record, gpointer data)
{
  guint64 *position = data;

  g_assert_cmpuint (record->position, ==, ++*position);
  return TRUE;
}

static gboolean
ignore_id (const EvsId *id, gpointer data)
{
  return TRUE;
}

static void
assert_damaged (GError **error)
{
  evs_assert_error (*error, EVS_ERROR_DAMAGED,
                    "*/events*: the store is damaged: *");
}

/* Opens, reads all there is, and tells whether it all went well; if not, it
 * was damage, said by that name, and the store stays refused. */
static gboolean
survives (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_open (fixture->directory, NULL, &error);
  guint64 position = 0;

  if (store == NULL)
    {
      assert_damaged (&error);
      return FALSE;
    }
  if (store_vtable ()->read_log (store, 0, 0, ignore, &position, &error)
      && store_vtable ()->read_ids (store, NULL, 0, ignore_id, NULL, &error))
    {
      g_assert_no_error (error);
      g_assert_cmpuint (store_check_all (store), ==, N_RECORDS);
      store_close (store);
      return TRUE;
    }
  assert_damaged (&error);
  store_append (store, 10000, 0, "more", &error);
  if (error != NULL)
    assert_damaged (&error);
  store_close (store);
  return FALSE;
}

/* One byte of a page, in turn, the first page among them. */
static void
test_flipped_byte_is_seen (StoreFixture *fixture, gconstpointer name)
{
  gsize n_seen = 0;
  gsize n = 0;
  File file;

  file_read (&file, fixture, name);
  for (gsize offset = 300; offset < file.size; offset += 3 * PAGE)
    {
      file.bytes[offset] ^= 1;
      file_write (&file, file.size);
      n++;
      n_seen += !survives (fixture);
      file.bytes[offset] ^= 1;
      file_write (&file, file.size);
    }
  g_assert_cmpuint (n_seen, ==, n);
  g_assert_true (survives (fixture));
  file_clear (&file);
}

static void
copy_store (StoreFixture *from, StoreFixture *to)
{
  g_autoptr (GDir) dir = g_dir_open (from->directory, 0, NULL);
  const char *name;

  g_assert_cmpint (g_mkdir (to->directory, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      File file;

      file_read (&file, from, name);
      g_free (file.path);
      file.path = g_build_filename (to->directory, name, NULL);
      file_write (&file, file.size);
      file_clear (&file);
    }
}

static gboolean
survives_flip_in_log (StoreFixture *fixture, gsize offset)
{
  g_autofree char *name = g_strdup_printf ("copy-%d", (int) offset);
  StoreFixture copy = { fixture->folder,
                        evs_test_folder_file (fixture->folder, name) };
  gboolean ok;
  File file;

  copy_store (fixture, &copy);
  file_read (&file, &copy, "log.0000000001");
  file.bytes[offset] ^= 1;
  file_write (&file, file.size);
  ok = survives (&copy);
  file_clear (&file);
  g_free (copy.directory);
  return ok;
}

/* After a close, the databases need no more of Berkeley DB's log than that it
 * reaches as far as they do. If it seems not to, nothing is lost in silence. */
static void
test_flipped_byte_in_the_log (StoreFixture *fixture, gconstpointer data)
{
  static const gsize offsets[] = { 0,    5,     30,     60,     130,
                                   1000, 10000, 100000, 400000, 1000000 };
  gsize n_seen = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    n_seen += !survives_flip_in_log (fixture, offsets[i]);
  g_assert_cmpuint (n_seen, >=, 4);
}

static void
test_cut_file_is_seen (StoreFixture *fixture, gconstpointer name)
{
  static const gsize parts[] = { 0, 1, 2, 3 };
  File file;

  file_read (&file, fixture, name);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      file_write (&file, file.size * parts[i] / 4);
      g_assert_false (survives (fixture));
    }
  file_clear (&file);
}

static void
test_replaced_file_is_seen (StoreFixture *fixture, gconstpointer name)
{
  File file;

  file_read (&file, fixture, name);
  for (gsize i = 0; i < file.size; i++)
    file.bytes[i] = (char) (i * 7);
  file_write (&file, file.size);
  g_assert_false (survives (fixture));
  file_clear (&file);
}

/* Each of its pages is genuine, and it is too short. */
static void
test_older_log_is_seen (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer store;
  File file;

  file_read (&file, fixture, "log.db");
  store = store_must_open (fixture->directory);
  store_append_many (store, N_RECORDS, 0, 5, 200, EVS_DURABILITY_NONE, &error);
  g_assert_no_error (error);
  store_close (store);

  file_write (&file, file.size);
  g_assert_false (survives (fixture));
  file_clear (&file);
}

static void
put_side (StoreFixture *fixture, const char *value)
{
  EvsSideWrite write = { .table = "notes",
                         .key = { "key", 3 },
                         .value = { value, strlen (value) } };
  EvsBatch batch = { .side = &write, .n_side = 1 };
  g_autoptr (GError) error = NULL;
  gpointer store = store_must_open (fixture->directory);

  store_commit (store, &batch, NULL, &error);
  g_assert_no_error (error);
  store_close (store);
}

/* One of the files is put back as it was before the last change. */
static void
test_older_side_is_seen (StoreFixture *fixture, gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  File file;

  put_side (fixture, "first");
  file_read (&file, fixture, name);
  put_side (fixture, "second");
  store_close (store_must_open (fixture->directory));

  file_write (&file, file.size);
  g_assert_null (store_open (fixture->directory, NULL, &error));
  evs_assert_error (error, EVS_ERROR_DAMAGED,
                    "*: side.db and log.db are not of one time");
  file_clear (&file);
}

/* What is in them may be all that a repair has. */
static void
test_damage_keeps_the_log_files (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gsize n_logs;
  File file;
  gpointer store = store_must_open (fixture->directory, "remove-logs=false");

  store_append_many (store, N_RECORDS, 0, 10000, 2000, EVS_DURABILITY_NONE,
                     &error);
  g_assert_no_error (error);
  store_close (store);
  n_logs = bdb_count_logs (fixture->directory);
  g_assert_cmpuint (n_logs, >, 1);

  file_read (&file, fixture, "records.db");
  file_write (&file, 2 * PAGE);
  g_assert_null (store_open (fixture->directory, NULL, &error));
  assert_damaged (&error);
  g_assert_cmpuint (bdb_count_logs (fixture->directory), >=, n_logs);
  file_clear (&file);
}

/* -------------------------------------------------------------------- main */

/* Berkeley DB does not free an environment that is in a panic. */
const char *__lsan_default_suppressions (void);

__attribute__ ((visibility ("default"))) const char *
__lsan_default_suppressions (void)
{
  return "leak:libdb-5.3.so\n";
}

static void
add_for_each_database (const char *what,
                       void (*function) (StoreFixture *, gconstpointer))
{
  static const char *const names[] = { "sequences.db", "records.db", "log.db",
                                       "side.db" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/bdb/damage/%s/%s", what, names[i]);

      g_test_add (path, StoreFixture, names[i], set_up, function,
                  store_tear_down);
    }
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add_for_each_database ("flipped-byte-is-seen", test_flipped_byte_is_seen);
  add_for_each_database ("cut-file-is-seen", test_cut_file_is_seen);
  add_for_each_database ("replaced-file-is-seen", test_replaced_file_is_seen);
  g_test_add ("/bdb/damage/older-log-is-seen", StoreFixture, NULL, set_up,
              test_older_log_is_seen, store_tear_down);
  g_test_add ("/bdb/damage/older-side-is-seen/side.db", StoreFixture, "side.db",
              set_up, test_older_side_is_seen, store_tear_down);
  g_test_add ("/bdb/damage/older-side-is-seen/log.db", StoreFixture, "log.db",
              set_up, test_older_side_is_seen, store_tear_down);
  g_test_add ("/bdb/damage/keeps-the-log-files", StoreFixture, NULL, set_up,
              test_damage_keeps_the_log_files, store_tear_down);
  g_test_add ("/bdb/damage/flipped-byte-in-the-log", StoreFixture, NULL, set_up,
              test_flipped_byte_in_the_log, store_tear_down);
  return g_test_run ();
}
