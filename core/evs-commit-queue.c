/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-commit-queue.h"

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
  gboolean has_leader;
};

EvsCommitQueue *
_evs_commit_queue_new (EvsCommitFunc commit, gpointer self)
{
  EvsCommitQueue *queue = g_new0 (EvsCommitQueue, 1);

  queue->commit = commit;
  queue->self = self;
  queue->end = &queue->first;
  g_mutex_init (&queue->mutex);
  return queue;
}

void
_evs_commit_queue_free (EvsCommitQueue *queue)
{
  g_mutex_clear (&queue->mutex);
  g_free (queue);
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
  return n;
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
    commit_group (queue);
  queue->has_leader = FALSE;

  if (queue->first != NULL)
    g_cond_signal (&queue->first->wake);
}

void
_evs_commit_queue_commit (EvsCommitQueue *queue, const EvsBatch *batch,
                          EvsBatchResult *result)
{
  Waiter self = { .batch = batch, .result = result };

  measure (&self);
  g_cond_init (&self.wake);

  g_mutex_lock (&queue->mutex);
  *queue->end = &self;
  queue->end = &self.next;
  while (!self.done && queue->has_leader)
    g_cond_wait (&self.wake, &queue->mutex);
  if (!self.done)
    lead (queue, &self);
  g_mutex_unlock (&queue->mutex);

  g_cond_clear (&self.wake);
}
