/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store-fixture.h"

#define MIB ((gsize) 1024 * 1024)

static void
append (StoreFixture *fixture, guint64 id, gsize n, gsize size)
{
  g_autoptr (GError) error = NULL;
  guint64 version = (guint64) (store_last_version (fixture->store, id) + 1);

  store_append_many (fixture->store, id, version, n, size, EVS_DURABILITY_SYNC,
                     &error);
  g_assert_no_error (error);
}

static void
check_and_reopen (StoreFixture *fixture, guint64 position)
{
  g_assert_cmpuint (store_check_all (fixture->store), ==, position);
  store_close (fixture->store);
  fixture->store = store_must_open (fixture->directory);
  g_assert_cmpuint (store_check_all (fixture->store), ==, position);
}

/* ------------------------------------------------------------------ replay */

typedef struct
{
  guint64 n;
  guint64 n_bytes;
} Sum;

static gboolean
add_up (const EvsRecord *record, gpointer data)
{
  Sum *sum = data;

  g_assert_cmpuint (record->version, ==, sum->n);
  sum->n++;
  sum->n_bytes += record->data.size;
  return TRUE;
}

static void
assert_replay (StoreFixture *fixture, guint64 id, guint64 n, guint64 size)
{
  g_autoptr (GError) error = NULL;
  EvsId bytes = store_id (id);
  Sum sum = { 0, 0 };

  store_vtable ()->read_sequence (fixture->store, &bytes, 0, G_MAXUINT64, 0,
                                  FALSE, add_up, &sum, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sum.n, ==, n);
  g_assert_cmpuint (sum.n_bytes, ==, n * size);
}

static void
test_many_records (StoreFixture *fixture, gconstpointer data)
{
  append (fixture, 1, 10000, 250);
  append (fixture, 1, 10000, 250);
  assert_replay (fixture, 1, 20000, 250);
  check_and_reopen (fixture, 20000);
}

/* Each record opens a sequence, which is the most that a record can cost. */
static void
test_many_sequences (StoreFixture *fixture, gconstpointer data)
{
  g_autofree EvsRecord *records = g_new0 (EvsRecord, 10000);
  EvsBatch batch = { .inserts = records, .n_inserts = 10000 };
  g_autoptr (GError) error = NULL;

  for (guint64 round = 0; round < 30; round++)
    {
      for (guint64 i = 0; i < 10000; i++)
        {
          records[i].id = store_id (round % 10 * 10000 + i);
          records[i].version = round / 10;
          records[i].topic = store_text ("Test");
          records[i].data = store_text ("some data");
        }
      batch.durability = EVS_DURABILITY_NONE;
      store_commit (fixture->store, &batch, NULL, &error);
      g_assert_no_error (error);
    }
  check_and_reopen (fixture, 300000);
}

static void
test_large_records (StoreFixture *fixture, gconstpointer data)
{
  append (fixture, 1, 100, MIB);
  assert_replay (fixture, 1, 100, MIB);
  check_and_reopen (fixture, 100);
}

static void
test_largest_record (StoreFixture *fixture, gconstpointer data)
{
  append (fixture, 1, 1, 17 * MIB);
  append (fixture, 1, 1, 10);
  append (fixture, 1, 1, 17 * MIB);
  check_and_reopen (fixture, 3);
}

/* ---------------------------------------------------------------- too large */

static void
test_too_few_locks_are_named (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *directory = evs_test_folder_file (fixture->folder, "few");
  gpointer store = store_must_open (directory, "locks=1000");
  g_autoptr (GError) error = NULL;

  store_append_many (store, 1, 0, 10, 250, EVS_DURABILITY_SYNC, &error);
  g_assert_no_error (error);
  store_append_many (store, 2, 0, 40000, 250, EVS_DURABILITY_SYNC, &error);
  evs_assert_error (error, EVS_ERROR_TOO_LARGE, "*/few: *locks=*");

  g_assert_cmpuint (store_check_all (store), ==, 10);
  store_append_many (store, 2, 0, 10, 250, EVS_DURABILITY_SYNC, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_check_all (store), ==, 20);
  store_close (store);
}

typedef struct
{
  guint64 version;
  gsize topic_size;
  gsize data_size;
  EvsError code;
  const char *pattern;
} Limit;

static const Limit limits[] = {
  { (guint64) G_MAXINT64 + 1, 4, 4, EVS_ERROR_INVALID,
    "* version 9223372036854775808: is over 9223372036854775807*" },
  { 0, 65536, 4, EVS_ERROR_TOO_LARGE,
    "* version 0: has a topic of 65536 bytes, at most 65535 can be "
    "stored" },
  { 0, 4, 64 * MIB + 1, EVS_ERROR_TOO_LARGE,
    "* version 0: has 67108865 bytes, at most 67108864 can be stored" },
  { 0, 4, G_MAXSIZE, EVS_ERROR_TOO_LARGE, "* version 0: has * bytes*" }
};

/* No byte of the data is there to be touched. */
static void
test_over_the_limit (StoreFixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      const Limit *limit = &limits[i];
      EvsRecord record = { .id = store_id (1),
                           .version = limit->version,
                           .topic = { "none", limit->topic_size },
                           .data = { "none", limit->data_size } };
      EvsBatch batch = { .inserts = &record, .n_inserts = 1 };
      g_autoptr (GError) error = NULL;

      store_commit (fixture->store, &batch, NULL, &error);
      evs_assert_error (error, limit->code, limit->pattern);
    }
  g_assert_cmpuint (store_check_all (fixture->store), ==, 0);
}

/* ------------------------------------------------------------------ the rest
 */

static gboolean
take_size (EvsSpan key, EvsSpan value, gpointer data)
{
  *(gsize *) data = value.size;
  return TRUE;
}

static void
test_large_side_entry (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *value = g_malloc0 (16 * MIB);
  EvsSideWrite write = { .table = "snapshots",
                         .key = store_text ("key"),
                         .value = { value, 16 * MIB } };
  EvsBatch batch = { .side = &write, .n_side = 1 };
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  store_commit (fixture->store, &batch, NULL, &error);
  g_assert_no_error (error);
  store_vtable ()->side_get (fixture->store, "snapshots", write.key, take_size,
                             &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 16 * MIB);

  size = 0;
  store_vtable ()->side_scan (fixture->store, "snapshots", (EvsSpan){ NULL, 0 },
                              0, take_size, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 16 * MIB);
}

static void
test_large_replacement (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *small = g_strnfill (10, 's');
  g_autofree char *large = g_strnfill (5 * MIB, 'l');
  EvsReplacement grow = { .id = store_id (1),
                          .old_data = store_text (small),
                          .new_data = store_text (large) };
  EvsReplacement shrink = { .id = store_id (1),
                            .old_data = store_text (large),
                            .new_data = store_text (small) };
  EvsBatch batch = { .replacements = &grow, .n_replacements = 1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  store_append (fixture->store, 1, 0, small, &error);
  g_assert_no_error (error);
  store_commit (fixture->store, &batch, NULL, &error);
  g_assert_no_error (error);
  store_commit (fixture->store, &batch, NULL, &error);
  evs_assert_error (error, EVS_ERROR_CONFLICT,
                    "* version 0: holds other data than*");

  text = store_get (fixture->store, 1, 0, &error);
  g_assert_cmpstr (text, ==, large);
  batch.replacements = &shrink;
  store_commit (fixture->store, &batch, NULL, &error);
  g_assert_no_error (error);
  check_and_reopen (fixture, 1);
}

#define add(name, function)                                                    \
  g_test_add ("/bdb/large/" name, StoreFixture, NULL, store_set_up_open,       \
              function, store_tear_down)

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("many-records", test_many_records);
  add ("many-sequences", test_many_sequences);
  add ("large-records", test_large_records);
  add ("largest-record", test_largest_record);
  add ("too-few-locks-are-named", test_too_few_locks_are_named);
  add ("over-the-limit", test_over_the_limit);
  add ("large-side-entry", test_large_side_entry);
  add ("large-replacement", test_large_replacement);
  return g_test_run ();
}
