/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-commit-queue.h"
#include "evs-test.h"

/*
 * A store that commits only when it is told to, so that batches gather.
 */
typedef struct
{
  EvsCommitQueue *queue;
  GMutex mutex;
  GCond changed;
  guint permits;     /* commits that may go on */
  guint n_waiting;   /* commits that wait for a permit */
  guint n_submitted; /* batches that threads are about to commit */
  GArray *groups;    /* of gsize: batches in each commit */
  guint64 position;
  EvsDurability durability; /* that batches ask for */
} Fixture;

static void
gated_commit (gpointer data, const EvsBatch *const *batches, gsize n_batches,
              EvsBatchResult *results)
{
  Fixture *fixture = data;

  g_mutex_lock (&fixture->mutex);
  fixture->n_waiting++;
  g_cond_broadcast (&fixture->changed);
  while (fixture->permits == 0)
    g_cond_wait (&fixture->changed, &fixture->mutex);
  fixture->permits--;
  fixture->n_waiting--;
  g_array_append_val (fixture->groups, n_batches);
  g_mutex_unlock (&fixture->mutex);

  for (gsize i = 0; i < n_batches; i++)
    if (batches[i]->n_inserts == 0)
      results[i].error =
          g_error_new (EVS_ERROR, EVS_ERROR_CONFLICT, "nothing in it");
    else
      {
        results[i].first_position = fixture->position + 1;
        fixture->position += batches[i]->n_inserts;
      }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->queue = _evs_commit_queue_new (gated_commit, fixture);
  fixture->groups = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_mutex_init (&fixture->mutex);
  g_cond_init (&fixture->changed);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  _evs_commit_queue_free (fixture->queue);
  g_array_unref (fixture->groups);
  g_mutex_clear (&fixture->mutex);
  g_cond_clear (&fixture->changed);
}

typedef struct
{
  Fixture *fixture;
  EvsRecord *records;
  gsize n_records;
  EvsBatchResult result;
  GThread *thread;
} Writer;

static gpointer
write_batch (gpointer data)
{
  Writer *writer = data;
  EvsBatch batch = { .inserts = writer->records,
                     .n_inserts = writer->n_records,
                     .durability = writer->fixture->durability };

  g_mutex_lock (&writer->fixture->mutex);
  writer->fixture->n_submitted++;
  g_cond_broadcast (&writer->fixture->changed);
  g_mutex_unlock (&writer->fixture->mutex);
  _evs_commit_queue_commit (writer->fixture->queue, &batch, &writer->result);
  return NULL;
}

static void
start (Writer *writer, Fixture *fixture, gsize n_records, gsize data_size)
{
  writer->fixture = fixture;
  writer->n_records = n_records;
  writer->records = g_new0 (EvsRecord, n_records);
  for (gsize i = 0; i < n_records; i++)
    writer->records[i].data.size = data_size;
  writer->thread = g_thread_new ("writer", write_batch, writer);
}

static void
finish (Writer *writer)
{
  g_thread_join (writer->thread);
  g_clear_error (&writer->result.error);
  g_free (writer->records);
}

static void
permit (Fixture *fixture, guint n)
{
  g_mutex_lock (&fixture->mutex);
  fixture->permits += n;
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->mutex);
}

/* Waits until one commit is under way and @n batches were submitted. */
static void
wait_for (Fixture *fixture, guint n)
{
  g_mutex_lock (&fixture->mutex);
  while (fixture->n_waiting == 0 || fixture->n_submitted < n)
    g_cond_wait (&fixture->changed, &fixture->mutex);
  g_mutex_unlock (&fixture->mutex);
}

static gsize
sum_of_groups (Fixture *fixture)
{
  gsize sum = 0;

  for (guint i = 0; i < fixture->groups->len; i++)
    sum += g_array_index (fixture->groups, gsize, i);
  return sum;
}

static void
test_one_batch_is_one_commit (Fixture *fixture, gconstpointer data)
{
  Writer writer = { 0 };

  permit (fixture, 1);
  start (&writer, fixture, 3, 10);
  g_thread_join (writer.thread);

  g_assert_no_error (writer.result.error);
  g_assert_cmpuint (writer.result.first_position, ==, 1);
  g_assert_cmpuint (fixture->groups->len, ==, 1);
  g_free (writer.records);
}

static void
test_batches_gather_during_a_commit (Fixture *fixture, gconstpointer data)
{
  Writer writers[9] = { 0 };

  start (&writers[0], fixture, 1, 10);
  wait_for (fixture, 1);
  for (guint i = 1; i < 9; i++)
    start (&writers[i], fixture, 1, 10);
  wait_for (fixture, 9);
  permit (fixture, 9);
  for (guint i = 0; i < 9; i++)
    finish (&writers[i]);

  g_assert_cmpuint (sum_of_groups (fixture), ==, 9);
  g_assert_cmpuint (fixture->position, ==, 9);
  g_assert_cmpuint (g_array_index (fixture->groups, gsize, 0), ==, 1);
}

static void
test_each_batch_gets_its_own_answer (Fixture *fixture, gconstpointer data)
{
  Writer writers[3] = { 0 };
  guint n_conflicts = 0;

  for (guint i = 0; i < 3; i++)
    start (&writers[i], fixture, i, 10);
  permit (fixture, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_thread_join (writers[i].thread);
      n_conflicts += writers[i].result.error != NULL;
      g_assert_cmpint (writers[i].result.error != NULL, ==, i == 0);
      g_clear_error (&writers[i].result.error);
      g_free (writers[i].records);
    }
  g_assert_cmpuint (n_conflicts, ==, 1);
}

static void
test_a_large_batch_goes_alone (Fixture *fixture, gconstpointer data)
{
  Writer first = { 0 }, large = { 0 }, small = { 0 };

  start (&first, fixture, 1, 10);
  wait_for (fixture, 1);
  start (&large, fixture, 2, EVS_GROUP_MAX_BYTES);
  wait_for (fixture, 2);
  start (&small, fixture, 1, 10);
  wait_for (fixture, 3);
  permit (fixture, 3);
  finish (&first);
  finish (&large);
  finish (&small);

  g_assert_cmpuint (fixture->groups->len, ==, 3);
  g_assert_cmpuint (fixture->position, ==, 4);
}

#define FOREVER (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* Were it to wait, this would not end. */
static void
test_who_was_alone_does_not_wait (Fixture *fixture, gconstpointer data)
{
  _evs_commit_queue_set_patience (fixture->queue, FOREVER);
  permit (fixture, 2);
  for (guint i = 0; i < 2; i++)
    {
      Writer writer = { 0 };

      start (&writer, fixture, 1, 10);
      finish (&writer);
    }
  g_assert_cmpuint (fixture->groups->len, ==, 2);
}

/* The first is committed while a second waits; the third comes afterwards. */
static void
run_three (Fixture *fixture)
{
  Writer writers[3] = { 0 };

  _evs_commit_queue_set_patience (fixture->queue, FOREVER);
  start (&writers[0], fixture, 1, 10);
  wait_for (fixture, 1);
  start (&writers[1], fixture, 1, 10);
  while (_evs_commit_queue_get_length (fixture->queue) == 0)
    g_thread_yield ();
  permit (fixture, 1);
  finish (&writers[0]);
  if (fixture->durability != EVS_DURABILITY_SYNC)
    wait_for (fixture, 2);
  start (&writers[2], fixture, 1, 10);
  permit (fixture, 2);
  finish (&writers[1]);
  finish (&writers[2]);
}

static void
test_leader_waits_for_its_company (Fixture *fixture, gconstpointer data)
{
  run_three (fixture);
  g_assert_cmpuint (fixture->groups->len, ==, 2);
  g_assert_cmpuint (g_array_index (fixture->groups, gsize, 1), ==, 2);
}

static void
test_without_a_flush_nobody_waits (Fixture *fixture, gconstpointer data)
{
  fixture->durability = EVS_DURABILITY_NONE;
  run_three (fixture);
  g_assert_cmpuint (fixture->groups->len, ==, 3);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add ("/commit-queue/one-batch", Fixture, NULL, set_up,
              test_one_batch_is_one_commit, tear_down);
  g_test_add ("/commit-queue/gather", Fixture, NULL, set_up,
              test_batches_gather_during_a_commit, tear_down);
  g_test_add ("/commit-queue/own-answer", Fixture, NULL, set_up,
              test_each_batch_gets_its_own_answer, tear_down);
  g_test_add ("/commit-queue/large-batch", Fixture, NULL, set_up,
              test_a_large_batch_goes_alone, tear_down);
  g_test_add ("/commit-queue/alone", Fixture, NULL, set_up,
              test_who_was_alone_does_not_wait, tear_down);
  g_test_add ("/commit-queue/company", Fixture, NULL, set_up,
              test_leader_waits_for_its_company, tear_down);
  g_test_add ("/commit-queue/company-without-a-flush", Fixture, NULL, set_up,
              test_without_a_flush_nobody_waits, tear_down);
  return g_test_run ();
}
