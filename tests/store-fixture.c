/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-fixture.h"

#include "evs-registry.h"
#include "evs-setting.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* --------------------------------------------------------- open and close */

static const EvsPlugin *
plugin (void)
{
  g_autoptr (GError) error = NULL;
  const EvsPlugin *found =
      _evs_registry_get (EVS_PLUGIN_STORE, FIXTURE_STORE, NULL, &error);

  g_assert_no_error (error);
  return found;
}

const EvsStoreVTable *
store_vtable (void)
{
  return plugin ()->vtable.store;
}

static const char *
find_text (const char *const *settings, const EvsSetting *setting)
{
  gsize length = strlen (setting->key);

  for (gsize i = 0; settings != NULL && settings[i] != NULL; i++)
    if (g_str_has_prefix (settings[i], setting->key)
        && settings[i][length] == '=')
      return settings[i] + length + 1;
  return strcmp (setting->key, "busy-timeout") == 0 ? "0"
                                                    : setting->default_value;
}

gpointer
store_open (const char *directory, const char *const *settings, GError **error)
{
  const EvsPlugin *self = plugin ();
  g_autofree EvsSettingValue *values =
      g_new0 (EvsSettingValue, self->n_settings);
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < self->n_settings; i++)
    {
      const EvsSetting *setting = &self->settings[i];
      gboolean is_directory = strcmp (setting->key, "directory") == 0;
      g_autofree char *reason = NULL;

      g_assert_true (_evs_setting_parse (
          setting, is_directory ? directory : find_text (settings, setting),
          "/", owned, &values[i], &reason));
    }
  return self->vtable.store->open (values, error);
}

gpointer
store_must_open_with (const char *where, const char *directory,
                      const char *const *settings)
{
  g_autoptr (GError) error = NULL;
  gpointer store = store_open (directory, settings, &error);

  if (store == NULL)
    g_error ("%s: %s", where, error->message);
  g_assert_no_error (error);
  return store;
}

void
store_close (gpointer store)
{
  store_vtable ()->close (store);
}

void
store_set_up (StoreFixture *fixture, gconstpointer data)
{
  fixture->folder = evs_test_folder_new ();
  fixture->directory = evs_test_folder_file (fixture->folder, "events");
}

void
store_set_up_open (StoreFixture *fixture, gconstpointer data)
{
  store_set_up (fixture, data);
  fixture->store = store_must_open (fixture->directory);
}

void
store_tear_down (StoreFixture *fixture, gconstpointer data)
{
  if (fixture->store != NULL)
    store_close (fixture->store);
  g_free (fixture->directory);
  evs_test_folder_free (fixture->folder);
}

void
store_assert_open_fails (const char *directory, EvsError code,
                         const char *pattern)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (store_open (directory, NULL, &error));
  evs_assert_error (error, code, pattern);
}

/* ------------------------------------------------------------------ append */

EvsId
store_id (guint64 n)
{
  EvsId id = { { 0 } };
  guint64 mixed = (n + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  memcpy (id.bytes, &mixed, sizeof mixed);
  memcpy (id.bytes + 8, &n, sizeof n);
  return id;
}

static guint64
id_number (const EvsId *id)
{
  guint64 n;

  memcpy (&n, id->bytes + 8, sizeof n);
  return n;
}

EvsSpan
store_text (const char *text)
{
  return (EvsSpan){ text, strlen (text) };
}

gboolean
store_commit (gpointer store, const EvsBatch *batch, guint64 *position,
              GError **error)
{
  EvsBatchResult result = { 0, NULL };

  store_vtable ()->commit (store, &batch, 1, &result);
  if (position != NULL)
    *position = result.first_position;
  if (result.error == NULL)
    return TRUE;
  g_assert_cmpuint (result.first_position, ==, 0);
  g_propagate_error (error, result.error);
  return FALSE;
}

gboolean
store_append (gpointer store, guint64 id, guint64 version, const char *data,
              GError **error)
{
  EvsRecord record = { .id = store_id (id),
                       .version = version,
                       .topic = store_text ("Test.Happened"),
                       .data = store_text (data) };
  EvsBatch batch = { .inserts = &record, .n_inserts = 1 };

  return store_commit (store, &batch, NULL, error);
}

/* Data that tells its place; eight bytes at least. */
static void
fill (guint8 *data, gsize size, guint64 id, guint64 version)
{
  guint64 state = (id << 32 ^ version) * 2 + 1;

  for (gsize i = 0; i < size; i++)
    {
      state = state * G_GUINT64_CONSTANT (6364136223846793005) + 1;
      data[i] = (guint8) (state >> 56);
    }
}

gboolean
store_append_many (gpointer store, guint64 id, guint64 version, gsize n,
                   gsize size, EvsDurability durability, GError **error)
{
  g_autofree EvsRecord *records = g_new0 (EvsRecord, n);
  g_autofree guint8 *data = g_malloc (n * size);
  EvsBatch batch = { .inserts = records,
                     .n_inserts = n,
                     .durability = durability };

  for (gsize i = 0; i < n; i++)
    {
      fill (data + i * size, size, id, version + i);
      records[i].id = store_id (id);
      records[i].version = version + i;
      records[i].topic = store_text ("Test.Filled");
      records[i].data = (EvsSpan){ data + i * size, size };
    }
  return store_commit (store, &batch, NULL, error);
}

void
store_make (const char *directory)
{
  gpointer store = store_must_open (directory);
  g_autoptr (GError) error = NULL;

  store_append (store, 1, 0, "first", &error);
  g_assert_no_error (error);
  store_close (store);
}

/* -------------------------------------------------------------------- read */

typedef struct
{
  guint64 position;
  GHashTable *next; /* id's number -> version */
} Walk;

static void
check_fill (const EvsRecord *record)
{
  gsize size = record->data.size;
  g_autofree guint8 *expected = g_malloc (size);

  fill (expected, size, id_number (&record->id), record->version);
  g_assert_cmpmem (record->data.data, (int) size, expected, (int) size);
}

static gboolean
check_record (const EvsRecord *record, gpointer data)
{
  Walk *walk = data;
  gpointer key = GSIZE_TO_POINTER (id_number (&record->id));
  gsize next = GPOINTER_TO_SIZE (g_hash_table_lookup (walk->next, key));

  g_assert_cmpuint (record->position, ==, ++walk->position);
  g_assert_cmpuint (record->version, ==, next);
  g_hash_table_insert (walk->next, key, GSIZE_TO_POINTER (next + 1));
  if (record->topic.size == strlen ("Test.Filled"))
    check_fill (record);
  return TRUE;
}

/* @next: takes the version that each sequence has next. */
static guint64
walk_log (gpointer store, GHashTable *next)
{
  g_autoptr (GError) error = NULL;
  Walk walk = { 0, next };

  store_vtable ()->read_log (store, 0, 0, check_record, &walk, &error);
  g_assert_no_error (error);
  return walk.position;
}

guint64
store_check_log (gpointer store)
{
  g_autoptr (GHashTable) next = g_hash_table_new (NULL, NULL);

  return walk_log (store, next);
}

guint64
store_check_all (gpointer store)
{
  g_autoptr (GHashTable) next = g_hash_table_new (NULL, NULL);
  guint64 position = walk_log (store, next);
  GHashTableIter iter;
  gpointer id, n;

  g_assert_cmpuint (store_last_position (store), ==, position);
  g_hash_table_iter_init (&iter, next);
  while (g_hash_table_iter_next (&iter, &id, &n))
    g_assert_cmpint (store_last_version (store, GPOINTER_TO_SIZE (id)), ==,
                     GPOINTER_TO_SIZE (n) - 1);
  return position;
}

guint64
store_last_position (gpointer store)
{
  g_autoptr (GError) error = NULL;
  guint64 position = G_MAXUINT64;

  store_vtable ()->last_position (store, &position, &error);
  g_assert_no_error (error);
  return position;
}

gint64
store_last_version (gpointer store, guint64 id)
{
  g_autoptr (GError) error = NULL;
  EvsId bytes = store_id (id);
  gint64 version = G_MAXINT64;

  store_vtable ()->last_version (store, &bytes, &version, &error);
  g_assert_no_error (error);
  return version;
}

static gboolean
copy_data (const EvsRecord *record, gpointer data)
{
  char **copy = data;

  g_assert_null (*copy);
  *copy = g_strndup (record->data.data, record->data.size);
  return TRUE;
}

char *
store_get (gpointer store, guint64 id, guint64 version, GError **error)
{
  EvsId bytes = store_id (id);
  char *data = NULL;

  store_vtable ()->read_sequence (store, &bytes, version, version, 0, FALSE,
                                  copy_data, &data, error);
  return data;
}

/* ----------------------------------------------------------------- helpers */

static const char *role_name;

void
store_test_init (int *argc, char ***argv, const char *role, StoreRole run)
{
  if (*argc == 3 && strcmp ((*argv)[1], role) == 0)
    {
      /* A test that fails leaves nobody behind. */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      exit (run ((*argv)[2]));
    }

  role_name = role;
  evs_test_init (argc, argv);
}

GPid
store_spawn (const char *argument, int *output)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  char *argv[] = { self, (char *) role_name, (char *) argument, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async_with_pipes (
      NULL, argv, NULL,
      G_SPAWN_DO_NOT_REAP_CHILD
          | (output == NULL ? G_SPAWN_STDOUT_TO_DEV_NULL : 0),
      NULL, NULL, &pid, NULL, output, NULL, &error);
  g_assert_no_error (error);
  return pid;
}

int
store_wait (GPid pid)
{
  int status;

  while (waitpid (pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  return status;
}

char *
store_read_line (int output)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (read (output, &c, 1) == 1)
    {
      if (c == '\n')
        return g_string_free (g_steal_pointer (&line), FALSE);
      g_string_append_c (line, c);
    }
  return NULL;
}

/* ------------------------------------------------------------------- files */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

char *
store_fingerprint (const char *directory)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *text = NULL;
      g_autofree char *sum = NULL;
      gsize size = 0;

      if (strcmp (name, "lock.mdb") != 0)
        g_assert_true (g_file_get_contents (path, &text, &size, NULL));
      sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                         (const guchar *) text, size);
      g_ptr_array_add (lines, g_strconcat (name, " ", sum, NULL));
    }
  g_ptr_array_sort (lines, compare_names);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}
