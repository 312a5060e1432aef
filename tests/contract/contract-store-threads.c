/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Several threads at a store. One that does not call itself concurrent is
 * entered by one thread at a time, as the host does it.
 */

#include "contract-store-private.h"

#include <pthread.h>
#include <string.h>

#define N_THREADS 8
#define N_VERSIONS 1000
#define N_BATCHES 200
#define BATCH_SIZE 3
#define N_INCREMENTS 50

/* What the threads of a test share. */
typedef struct
{
  StoreFixture *store;
  pthread_barrier_t barrier; /* the writers, and who started them */
  gint finished;             /* how many writers are done */
} Crowd;

typedef struct
{
  Crowd *crowd;
  guint number;
  guint64 wins;
} Member;

static void
wait_for_all (const Member *member)
{
  pthread_barrier_wait (&member->crowd->barrier);
}

/* Runs @write in N_THREADS threads from a barrier, and @read, until all have
 * finished, in this one. Returns how often they won. */
static guint64
run_crowd (StoreFixture *store, GThreadFunc write, void (*read) (Crowd *crowd))
{
  Crowd crowd = { .store = store };
  Member members[N_THREADS] = { 0 };
  GThread *threads[N_THREADS];
  guint64 wins = 0;

  pthread_barrier_init (&crowd.barrier, NULL, N_THREADS + 1);
  for (guint i = 0; i < N_THREADS; i++)
    {
      members[i].crowd = &crowd;
      members[i].number = i;
      threads[i] = g_thread_new ("writer", write, &members[i]);
    }
  pthread_barrier_wait (&crowd.barrier);
  while (g_atomic_int_get (&crowd.finished) < N_THREADS)
    read (&crowd);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      wins += members[i].wins;
    }
  pthread_barrier_destroy (&crowd.barrier);
  return wins;
}

static gpointer
finish (Member *member)
{
  g_atomic_int_inc (&member->crowd->finished);
  return NULL;
}

/* -------------------------------------------------------- following the log */

static gboolean
expect_next (const EvsRecord *record, gpointer user_data)
{
  guint64 *last = user_data;

  g_assert_cmpuint (record->position, ==, *last + 1);
  *last = record->position;
  return TRUE;
}

/* From the beginning to the end: never n + 1 without n, always whole batches,
 * and all that the store says it has. */
static void
follow_log (Crowd *crowd)
{
  guint64 promised = evs_store_last_position (crowd->store);
  guint64 last = 0;

  evs_store_read_log (crowd->store, 1, 0, expect_next, &last);
  g_assert_cmpuint (last, >=, promised);
  evs_store_read_log (crowd->store, last + 1, 0, expect_next, &last);
}

static void
follow_batches (Crowd *crowd)
{
  guint64 promised = evs_store_last_position (crowd->store);
  guint64 last = promised;

  g_assert_cmpuint (promised % BATCH_SIZE, ==, 0);
  evs_store_read_log (crowd->store, last + 1, 0, expect_next, &last);
  g_assert_cmpuint (last % BATCH_SIZE, ==, 0);
  follow_log (crowd);
}

/* --------------------------------------------------------------- the races */

/* All want every version of one sequence. */
static gpointer
race (gpointer data)
{
  Member *self = data;
  char name = (char) ('0' + self->number);

  wait_for_all (self);
  for (guint64 version = 0; version < N_VERSIONS; version++)
    {
      EvsRecord record = { .version = version, .data = { &name, 1 } };
      EvsBatch batch = { .inserts = &record,
                         .n_inserts = 1,
                         .durability = EVS_DURABILITY_NONE };

      record.topic = evs_span_of_text ("Test.Won");
      self->wins += evs_store_commit_one (self->crowd->store, &batch) != 0;
    }
  return finish (self);
}

static gboolean
expect_version (const EvsRecord *record, gpointer user_data)
{
  guint64 *next = user_data;

  g_assert_cmpuint (record->version, ==, (*next)++);
  g_assert_cmpuint (record->position, ==, *next);
  g_assert_cmpuint (record->data.size, ==, 1);
  return TRUE;
}

static void
test_race (StoreFixture *self, gconstpointer target)
{
  EvsId id = { { 0 } };
  guint64 n = 0;

  g_assert_cmpuint (run_crowd (self, race, follow_log), ==, N_VERSIONS);
  evs_store_read_sequence (self, &id, 0, G_MAXUINT64, 0, FALSE, expect_version,
                           &n);
  g_assert_cmpuint (n, ==, N_VERSIONS);
  g_assert_cmpuint (evs_store_last_position (self), ==, N_VERSIONS);
}

/* Each fills a sequence of its own; some batches are conflicts. */
static gpointer
write_batches (gpointer data)
{
  Member *self = data;
  EvsRecord records[BATCH_SIZE] = { 0 };
  EvsBatch batch = { .inserts = records,
                     .n_inserts = BATCH_SIZE,
                     .durability = EVS_DURABILITY_NONE };

  wait_for_all (self);
  for (guint i = 0; i < N_BATCHES * BATCH_SIZE; i += BATCH_SIZE)
    {
      guint64 first;

      for (guint j = 0; j < BATCH_SIZE; j++)
        {
          records[j].id = evs_id_of_number (self->number);
          records[j].version = i + j;
          records[j].topic = evs_span_of_text ("Test.Written");
        }
      first = evs_store_commit_one (self->crowd->store, &batch);
      g_assert_cmpuint (first % BATCH_SIZE, ==, 1);
      g_assert_cmpuint (evs_store_last_position (self->crowd->store), >=,
                        first + BATCH_SIZE - 1);
      self->wins += BATCH_SIZE;
      g_assert_cmpuint (evs_store_commit_one (self->crowd->store, &batch), ==,
                        0);
    }
  return finish (self);
}

static void
test_log_is_dense (StoreFixture *self, gconstpointer target)
{
  guint64 n = run_crowd (self, write_batches, follow_batches);
  guint64 last = 0;

  g_assert_cmpuint (n, ==, N_THREADS * N_BATCHES * BATCH_SIZE);
  evs_store_read_log (self, 1, 0, expect_next, &last);
  g_assert_cmpuint (last, ==, n);
}

/* ------------------------------------------------------------- the counter */

static gboolean
copy_value (EvsSpan key, EvsSpan value, gpointer user_data)
{
  memcpy (user_data, value.data, sizeof (guint32));
  return TRUE;
}

/* Adds one, unless somebody else was faster. */
static gboolean
try_increment (StoreFixture *store)
{
  guint32 old = 0, new;
  EvsSideWrite write = { .table = "t",
                         .key = evs_span_of_text ("counter"),
                         .value = { &new, sizeof new },
                         .expectation = EVS_SIDE_EXACTLY,
                         .expected = { &old, sizeof old } };
  EvsBatch batch = { .side = &write,
                     .n_side = 1,
                     .durability = EVS_DURABILITY_NONE };
  const EvsBatch *batches = &batch;
  EvsBatchResult result;

  evs_store_side_get (store, "t", write.key, copy_value, &old);
  new = old + 1;
  evs_store_commit (store, &batches, 1, &result);
  if (result.error == NULL)
    return TRUE;

  g_assert_error (result.error, EVS_ERROR, EVS_ERROR_CONFLICT);
  g_clear_error (&result.error);
  return FALSE;
}

static gpointer
count (gpointer data)
{
  Member *self = data;

  wait_for_all (self);
  while (self->wins < N_INCREMENTS)
    self->wins += try_increment (self->crowd->store) ? 1 : 0;
  return finish (self);
}

static void
test_counter (StoreFixture *self, gconstpointer target)
{
  guint32 value = 0;
  EvsSideWrite write = { .table = "t",
                         .key = evs_span_of_text ("counter"),
                         .value = { &value, sizeof value } };
  EvsBatch batch = { .side = &write, .n_side = 1 };

  evs_store_commit_one (self, &batch);
  g_assert_cmpuint (run_crowd (self, count, follow_log), ==,
                    N_THREADS * N_INCREMENTS);
  evs_store_side_get (self, "t", write.key, copy_value, &value);
  g_assert_cmpuint (value, ==, N_THREADS * N_INCREMENTS);
}

/* --------------------------------------------------------------------- add */

void
evs_store_add_thread_tests (const EvsContractTarget *target)
{
  evs_store_add (target, "threads/one-winner-each", test_race);
  evs_store_add (target, "threads/log-is-dense", test_log_is_dense);
  evs_store_add (target, "threads/counter", test_counter);
  if (target->plugin->vtable.store->flags & EVS_STORE_CONCURRENT)
    evs_store_add_visitor_tests (target);
}
