/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is read is copied chunk by chunk, and is the same as if it were not. */

#include "store-fixture.h"

#define N_RECORDS 300 /* of a kilobyte: several chunks */
#define N_IDS 2000

static void
append (gpointer store, guint64 id, guint64 version, gsize n, gsize size)
{
  g_autoptr (GError) error = NULL;

  store_append_many (store, id, version, n, size, EVS_DURABILITY_NONE, &error);
  g_assert_no_error (error);
}

static void
set_up (StoreFixture *fixture, gconstpointer data)
{
  store_set_up_open (fixture, data);
  append (fixture->store, 1, 0, N_RECORDS, 1000);
}

/* What a visitor sees: versions that follow each other. */
typedef struct
{
  gpointer store;
  guint64 n;
  guint64 next;
  int step;
  gboolean appends; /* while the first is seen */
} Seen;

static gpointer
append_more (gpointer store)
{
  append (store, 1, N_RECORDS, 10, 1000);
  for (guint64 id = N_IDS; id < N_IDS + 200; id++)
    append (store, id, 0, 1, 20);
  return NULL;
}

static void
count (Seen *seen)
{
  if (seen->n++ == 0 && seen->appends)
    g_thread_join (g_thread_new ("writer", append_more, seen->store));
}

static gboolean
see_record (const EvsRecord *record, gpointer data)
{
  Seen *seen = data;

  g_assert_cmpuint (record->version, ==, seen->next);
  seen->next = seen->next + (guint64) seen->step;
  count (seen);
  return TRUE;
}

static gboolean
see_id (const EvsId *id, gpointer seen)
{
  count (seen);
  return TRUE;
}

static guint64
count_sequence (StoreFixture *fixture, guint64 from, guint64 to, guint64 limit,
                gboolean descending, gboolean appends)
{
  EvsId id = store_id (1);
  guint64 last = MIN (to, N_RECORDS - 1);
  Seen seen = { fixture->store, 0, descending ? last : from,
                descending ? -1 : 1, appends };
  g_autoptr (GError) error = NULL;

  store_vtable ()->read_sequence (fixture->store, &id, from, to, limit,
                                  descending, see_record, &seen, &error);
  g_assert_no_error (error);
  return seen.n;
}

/* ------------------------------------------------------------------- tests */

static void
test_bounds (StoreFixture *fixture, gconstpointer data)
{
  for (guint64 from = 0; from < N_RECORDS; from += 7)
    for (guint64 to = from; to < N_RECORDS; to += 31)
      {
        g_assert_cmpuint (count_sequence (fixture, from, to, 0, FALSE, FALSE),
                          ==, to - from + 1);
        g_assert_cmpuint (count_sequence (fixture, from, to, 0, TRUE, FALSE),
                          ==, to - from + 1);
        g_assert_cmpuint (count_sequence (fixture, from, to, 40, FALSE, FALSE),
                          ==, MIN (to - from + 1, 40));
      }
}

static void
test_end_of_sequence_is_fixed (StoreFixture *fixture, gconstpointer descending)
{
  g_assert_cmpuint (
      count_sequence (fixture, 0, G_MAXUINT64, 0, descending != NULL, TRUE), ==,
      N_RECORDS);
  g_assert_cmpint (store_last_version (fixture->store, 1), >=, N_RECORDS);
}

static void
test_end_of_log_is_fixed (StoreFixture *fixture, gconstpointer data)
{
  Seen seen = { fixture->store, 0, 0, 1, TRUE };
  g_autoptr (GError) error = NULL;

  store_vtable ()->read_log (fixture->store, 1, 0, see_record, &seen, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n, ==, N_RECORDS);
  g_assert_cmpuint (store_last_position (fixture->store), >, N_RECORDS);
}

static void
test_end_of_ids_is_fixed (StoreFixture *fixture, gconstpointer data)
{
  Seen seen = { .store = fixture->store, .appends = TRUE };
  g_autoptr (GError) error = NULL;

  for (guint64 id = 2; id < N_IDS; id++)
    append (fixture->store, id, 0, 1, 20);
  store_vtable ()->read_ids (fixture->store, NULL, 0, see_id, &seen, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.n, ==, N_IDS - 1);
}

static void
add (const char *name, gconstpointer data,
     void (*test) (StoreFixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/lmdb/read/", name, NULL);

  g_test_add (path, StoreFixture, data, set_up, test, store_tear_down);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  add ("bounds", NULL, test_bounds);
  add ("end-of-sequence-is-fixed/rising", NULL, test_end_of_sequence_is_fixed);
  add ("end-of-sequence-is-fixed/falling", "falling",
       test_end_of_sequence_is_fixed);
  add ("end-of-log-is-fixed", NULL, test_end_of_log_is_fixed);
  add ("end-of-ids-is-fixed", NULL, test_end_of_ids_is_fixed);
  return g_test_run ();
}
