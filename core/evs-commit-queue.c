/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-commit-queue.h"

/* How long a leader waits for company, in microseconds: about a flush. */
#define PATIENCE 100

typedef struct _Waiter
{
  const EvsBatch *batch;
  EvsBatchResult *result;
  gsize n_items;
  gsize n_bytes;
  gboolean done;
  GCond wake;
  struct _Waiter *next;
} Waiter;

struct _EvsCommitQueue
{
  EvsCommitFunc commit;
  gpointer self;
  GMutex mutex;
  Waiter *first;
  Waiter **end; /* where the next waiter is linked in */
  gsize n_waiting;
  gsize company; /* how many batches the next group may be expected to have */
  gint64 patience;
  gboolean has_leader;
  Waiter *gatherer; /* (nullable): a leader that waits for company */
};

EvsCommitQueue *
_evs_commit_queue_new (EvsCommitFunc commit, gpointer self)
{
  EvsCommitQueue *queue = g_new0 (EvsCommitQueue, 1);

  queue->commit = commit;
  queue->self = self;
  queue->end = &queue->first;
  queue->patience = PATIENCE;
  g_mutex_init (&queue->mutex);
  return queue;
}

void
_evs_commit_queue_free (EvsCommitQueue *queue)
{
  g_mutex_clear (&queue->mutex);
  g_free (queue);
}

void
_evs_commit_queue_set_patience (EvsCommitQueue *queue, gint64 microseconds)
{
  queue->patience = microseconds;
}

gsize
_evs_commit_queue_get_length (EvsCommitQueue *queue)
{
  gsize length;

  g_mutex_lock (&queue->mutex);
  length = queue->n_waiting;
  g_mutex_unlock (&queue->mutex);
  return length;
}

static void
measure (Waiter *waiter)
{
  const EvsBatch *batch = waiter->batch;

  waiter->n_items = batch->n_inserts + batch->n_replacements + batch->n_side;
  for (gsize i = 0; i < batch->n_inserts; i++)
    waiter->n_bytes += batch->inserts[i].data.size;
  for (gsize i = 0; i < batch->n_replacements; i++)
    waiter->n_bytes += batch->replacements[i].new_data.size;
  for (gsize i = 0; i < batch->n_side; i++)
    waiter->n_bytes += batch->side[i].value.size;
}

/* Takes waiters from the front, the first one whatever its size. */
static gsize
take_group (EvsCommitQueue *queue, Waiter **group)
{
  gsize n = 0, items = 0, bytes = 0;

  while (queue->first != NULL && n < EVS_GROUP_MAX_BATCHES)
    {
      Waiter *waiter = queue->first;

      items += waiter->n_items;
      bytes += waiter->n_bytes;
      if (n > 0 && (items > EVS_GROUP_MAX_ITEMS || bytes > EVS_GROUP_MAX_BYTES))
        break;
      group[n++] = waiter;
      queue->first = waiter->next;
    }

  if (queue->first == NULL)
    queue->end = &queue->first;
  queue->n_waiting -= n;
  return n;
}

/* Those whom the last group woke come back within moments, most of them: a
 * flush that they share is cheaper than one each. Who was alone does not wait,
 * nor is there a flush to share when none was asked for. */
static void
gather (EvsCommitQueue *queue, Waiter *self)
{
  gint64 end;

  if (self->batch->durability != EVS_DURABILITY_SYNC
      || queue->n_waiting >= queue->company)
    return;

  end = g_get_monotonic_time () + queue->patience;
  queue->gatherer = self;
  while (queue->n_waiting < queue->company
         && g_cond_wait_until (&self->wake, &queue->mutex, end))
    ;
  queue->gatherer = NULL;
}

/* Called with the mutex held; lets go of it while the store works. */
static void
commit_group (EvsCommitQueue *queue)
{
  Waiter *group[EVS_GROUP_MAX_BATCHES];
  const EvsBatch *batches[EVS_GROUP_MAX_BATCHES];
  EvsBatchResult results[EVS_GROUP_MAX_BATCHES] = { { 0, NULL } };
  gsize n = take_group (queue, group);

  for (gsize i = 0; i < n; i++)
    batches[i] = group[i]->batch;

  g_mutex_unlock (&queue->mutex);
  queue->commit (queue->self, batches, n, results);
  g_mutex_lock (&queue->mutex);

  queue->company = MIN (n + queue->n_waiting, EVS_GROUP_MAX_BATCHES);
  for (gsize i = 0; i < n; i++)
    {
      *group[i]->result = results[i];
      group[i]->done = TRUE;
      g_cond_signal (&group[i]->wake);
    }
}

static void
lead (EvsCommitQueue *queue, Waiter *self)
{
  queue->has_leader = TRUE;
  while (!self->done)
    {
      gather (queue, self);
      commit_group (queue);
    }
  queue->has_leader = FALSE;

  if (queue->first != NULL)
    g_cond_signal (&queue->first->wake);
}

static void
join (EvsCommitQueue *queue, Waiter *self)
{
  *queue->end = self;
  queue->end = &self->next;
  queue->n_waiting++;
  if (queue->gatherer != NULL && queue->n_waiting >= queue->company)
    g_cond_signal (&queue->gatherer->wake);
}

void
_evs_commit_queue_commit (EvsCommitQueue *queue, const EvsBatch *batch,
                          EvsBatchResult *result)
{
  Waiter self = { .batch = batch, .result = result };

  measure (&self);
  g_cond_init (&self.wake);

  g_mutex_lock (&queue->mutex);
  join (queue, &self);
  while (!self.done && queue->has_leader)
    g_cond_wait (&self.wake, &queue->mutex);
  if (!self.done)
    lead (queue, &self);
  g_mutex_unlock (&queue->mutex);

  g_cond_clear (&self.wake);
}
