/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the host had in its memory does not get into the store's files, where
 * pages are written out whole, used or not.
 */

#include "store-fixture.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "the host's plaintext "
#define CHUNKS 10000

/* Memory of all sizes that is free again and still says what was in it. Some
 * stays, so that the rest is not given back to the system. */
static void
leave_secrets (char *kept[CHUNKS])
{
  for (gsize i = 0; i < CHUNKS; i++)
    {
      gsize size = 16 + i * 37 % 9000;

      kept[i] = malloc (size);
      for (gsize j = 0; j < size; j++)
        kept[i][j] = SECRET[j % strlen (SECRET)];
    }
  for (gsize i = 0; i < CHUNKS; i++)
    if (i % 50 != 0)
      g_clear_pointer (&kept[i], free);
}

static void
forget_secrets (char *kept[CHUNKS])
{
  for (gsize i = 0; i < CHUNKS; i++)
    free (kept[i]);
}

static void
assert_no_secret (const char *directory)
{
  const char *form = NULL;

  g_assert_false (
      evs_test_tree_shows (directory, SECRET, strlen (SECRET), &form));
}

static void
append (gpointer store, guint64 id)
{
  for (guint64 version = 0; version < 3000; version++)
    {
      g_autoptr (GError) error = NULL;

      store_append_many (store, id, version, 1, 100 + version % 7 * 300,
                         EVS_DURABILITY_FLUSH, &error);
      g_assert_no_error (error);
    }
}

static void
test_writing (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *directory = evs_test_folder_file (folder, "events");
  char *kept[CHUNKS];
  gpointer store;

  leave_secrets (kept);
  store = store_must_open (directory);
  append (store, 1);
  assert_no_secret (directory);
  store_close (store);
  assert_no_secret (directory);
  forget_secrets (kept);
}

static int
write_and_die (const char *directory)
{
  append (store_must_open (directory), 1);
  _exit (0);
}

static void
test_recovering (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *directory = evs_test_folder_file (folder, "events");
  char *kept[CHUNKS];
  gpointer store;

  g_assert_cmpint (store_wait (store_spawn (directory, NULL)), ==, 0);
  leave_secrets (kept);
  store = store_must_open (directory);
  g_assert_cmpuint (store_check_all (store), ==, 3000);
  store_close (store);
  assert_no_secret (directory);
  forget_secrets (kept);
}

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--write-and-die", write_and_die);

  g_test_add_func ("/" FIXTURE_STORE "/heap/writing", test_writing);
  g_test_add_func ("/" FIXTURE_STORE "/heap/recovering", test_recovering);
  return g_test_run ();
}
