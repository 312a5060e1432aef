/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What one process remembers of the store must not outlive another's commit.
 */

#include "store-fixture.h"

#include <sys/wait.h>

static void
append (gpointer store, guint64 id, gsize n)
{
  g_autoptr (GError) error = NULL;
  guint64 next = (guint64) (store_last_version (store, id) + 1);

  store_append_many (store, id, next, n, 100, EVS_DURABILITY_NONE, &error);
  g_assert_no_error (error);
}

/* Of a folder. */
static int
append_in_helper (const char *directory)
{
  gpointer store = store_must_open (directory);

  append (store, 1, 3);
  store_close (store);
  return 0;
}

static void
let_another_append (StoreFixture *fixture)
{
  g_assert_cmpint (store_wait (store_spawn (fixture->directory, NULL)), ==, 0);
}

static void
delete_side_entry (StoreFixture *fixture)
{
  EvsSideWrite write = { .table = "notes", .key = store_text ("absent") };
  EvsBatch batch = { .side = &write, .n_side = 1 };
  g_autoptr (GError) error = NULL;

  store_commit (fixture->store, &batch, NULL, &error);
  g_assert_no_error (error);
}

static void
test_writers_take_turns (StoreFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      append (fixture->store, 2, 2);
      let_another_append (fixture);
    }
  append (fixture->store, 1, 1);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 3 * 5 + 1);
}

static void
test_nothing_changed_is_nothing_known (StoreFixture *fixture,
                                       gconstpointer data)
{
  append (fixture->store, 2, 2);
  delete_side_entry (fixture);
  let_another_append (fixture);
  append (fixture->store, 2, 4);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 9);
}

int
main (int argc, char **argv)
{
  store_test_init (&argc, &argv, "--append-in", append_in_helper);

  g_test_add ("/lmdb/share/writers-take-turns", StoreFixture, NULL,
              store_set_up_open, test_writers_take_turns, store_tear_down);
  g_test_add ("/lmdb/share/nothing-changed-is-nothing-known", StoreFixture,
              NULL, store_set_up_open, test_nothing_changed_is_nothing_known,
              store_tear_down);
  return g_test_run ();
}
