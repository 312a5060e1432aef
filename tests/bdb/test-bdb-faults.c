/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-faults.h"
#include "store-fixture.h"

#include <errno.h>

#define FOREVER 1000000

static void
set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_set_up_open (fixture, data);
  store_append (fixture->store, 1, 0, "before", &error);
  g_assert_no_error (error);
}

static void
tear_down (StoreFixture *fixture, gconstpointer data)
{
  fault_disarm ();
  store_tear_down (fixture, data);
}

static void
reopen (StoreFixture *fixture)
{
  store_close (fixture->store);
  fixture->store = store_must_open (fixture->directory);
}

/* --------------------------------------------------------- a flush that fails
 */

static void
assert_latched (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (gsize i = 0; i < 3; i++)
    {
      store_append (fixture->store, 1, 1, "later", &error);
      evs_assert_error (error, EVS_ERROR_LATCHED,
                        "*/events: an earlier flush failed; nothing more is "
                        "written until the store is closed and opened again");
    }
  text = store_get (fixture->store, 1, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "before");
  g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
}

static void
assert_reopens (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  reopen (fixture);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
  store_append (fixture->store, 1, 1, "after", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 2);
}

/* Once is enough: the kernel reports a lost page once, and takes it for
 * written from then on. */
static void
test_failed_flush_latches (StoreFixture *fixture, gconstpointer data)
{
  int number = GPOINTER_TO_INT (data);
  g_autofree char *pattern =
      g_strdup_printf ("*/events: *fsync: %s", g_strerror (number));
  g_autoptr (GError) error = NULL;

  fault_arm (FAULT_FLUSH, 1, 1, number);
  store_append (fixture->store, 1, 1, "lost", &error);
  g_assert_cmpint (fault_disarm (), >=, 1);
  evs_assert_error (error, EVS_ERROR_IO, pattern);

  assert_latched (fixture);
  assert_reopens (fixture);
}

static void
test_failed_flush_fails_each_batch (StoreFixture *fixture, gconstpointer data)
{
  EvsRecord records[] = { { .id = store_id (2), .topic = store_text ("Test") },
                          { .id = store_id (1), .topic = store_text ("Test") },
                          { .id = store_id (3),
                            .topic = store_text ("Test") } };
  EvsBatch batches[] = { { .inserts = &records[0], .n_inserts = 1 },
                         { .inserts = &records[1], .n_inserts = 1 },
                         { .inserts = &records[2], .n_inserts = 1 } };
  const EvsBatch *const pointers[] = { &batches[0], &batches[1], &batches[2] };
  EvsBatchResult results[3] = { { 0, NULL } };

  fault_arm (FAULT_FLUSH, 1, 1, EIO);
  store_vtable ()->commit (fixture->store, pointers, 3, results);
  fault_disarm ();

  for (gsize i = 0; i < 3; i++)
    {
      g_assert_cmpuint (results[i].first_position, ==, 0);
      evs_assert_error (results[i].error, EVS_ERROR_IO, "*fsync: *");
    }
  g_assert_cmpint (store_last_version (fixture->store, 2), ==, -1);
}

static void
test_latched_store_closes_without_a_write (StoreFixture *fixture,
                                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault_arm (FAULT_FLUSH, 1, 1, EIO);
  store_append (fixture->store, 1, 1, "lost", &error);
  fault_disarm ();
  evs_assert_error (error, EVS_ERROR_IO, "*fsync: *");

  fault_arm (FAULT_WRITE, FOREVER, 1, EIO);
  store_close (fixture->store);
  g_assert_cmpint (fault_disarm (), ==, 0);
  fixture->store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
}

/* An error of the disk that is none of a flush's may come from one that
 * Berkeley DB tried again by itself. */
static void
test_failed_write_latches (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault_arm (FAULT_WRITE, 1, FOREVER, EIO);
  store_append (fixture->store, 1, 1, "lost", &error);
  fault_disarm ();
  evs_assert_error (error, EVS_ERROR_IO, "*/events: *Input/output error*");
  assert_latched (fixture);
  assert_reopens (fixture);
}

/* The checkpoint's thread meets the fault; the next writer is told. */
static void
test_failed_checkpoint_latches (StoreFixture *fixture, gconstpointer kind)
{
  g_autoptr (GError) error = NULL;
  guint64 version = 0;

  store_close (fixture->store);
  fixture->store =
      store_must_open (fixture->directory, "checkpoint-size=64 KiB");
  fault_arm (GPOINTER_TO_INT (kind), 1, FOREVER, EIO);
  while (store_append_many (fixture->store, 2, version, 10, 1000,
                            EVS_DURABILITY_NONE, &error))
    version += 10;
  fault_disarm ();
  /* The writer that was under way may have met it as an error of its own. */
  g_clear_error (&error);
  store_append (fixture->store, 3, 1, "late", &error);
  evs_assert_error (error, EVS_ERROR_LATCHED, "*an earlier flush failed*");

  /* What was not to be flushed is there, or not, but whole. */
  reopen (fixture);
  store_check_all (fixture->store);
}

/* ---------------------------------------------------------------- a full disk
 */

static void
test_full_disk_passes (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fault_arm (FAULT_WRITE, 1, FOREVER, ENOSPC);
  store_append (fixture->store, 1, 1, "no room", &error);
  evs_assert_error (error, EVS_ERROR_NO_SPACE,
                    "*/events: No space left on device");
  store_append (fixture->store, 2, 0, "no room", &error);
  evs_assert_error (error, EVS_ERROR_NO_SPACE,
                    "*/events: No space left on device");
  g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
  fault_disarm ();

  store_append (fixture->store, 1, 1, "room again", &error);
  g_assert_no_error (error);
  store_append (fixture->store, 2, 0, "room again", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 3);
  reopen (fixture);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 3);
}

/* The batch does not fit into Berkeley DB's buffers, so that writing begins
 * long before the commit. */
static gboolean
append_with_room_for (StoreFixture *fixture, int n_writes)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  fault_arm (FAULT_WRITE, n_writes + 1, FOREVER, ENOSPC);
  ok = store_append_many (fixture->store, 2, 0, 300, 10000, EVS_DURABILITY_SYNC,
                          &error);
  fault_disarm ();
  if (!ok)
    evs_assert_error (error, EVS_ERROR_NO_SPACE,
                      "*/events: No space left on device");
  return ok;
}

static void
test_full_disk_within_a_large_batch (StoreFixture *fixture, gconstpointer data)
{
  int n_writes = 0;

  while (!append_with_room_for (fixture, n_writes))
    {
      g_assert_cmpuint (store_check_all (fixture->store), ==, 1);
      n_writes += 23;
    }
  g_assert_cmpint (n_writes, >, 50);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 301);
  reopen (fixture);
  g_assert_cmpuint (store_check_all (fixture->store), ==, 301);
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
  g_test_add ("/bdb/faults/" name, StoreFixture, data, set_up, function,       \
              tear_down)

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("failed-flush-latches", GINT_TO_POINTER (EIO),
       test_failed_flush_latches);
  add ("failed-flush-latches/no-space", GINT_TO_POINTER (ENOSPC),
       test_failed_flush_latches);
  add ("failed-flush-fails-each-batch", NULL,
       test_failed_flush_fails_each_batch);
  add ("latched-store-closes-without-a-write", NULL,
       test_latched_store_closes_without_a_write);
  add ("failed-write-latches", NULL, test_failed_write_latches);
  add ("failed-checkpoint-latches/flush", GINT_TO_POINTER (FAULT_FLUSH),
       test_failed_checkpoint_latches);
  add ("failed-checkpoint-latches/write",
       GINT_TO_POINTER (FAULT_WRITE | FAULT_ELSEWHERE),
       test_failed_checkpoint_latches);
  add ("full-disk-passes", NULL, test_full_disk_passes);
  add ("full-disk-within-a-large-batch", NULL,
       test_full_disk_within_a_large_batch);
  return g_test_run ();
}
