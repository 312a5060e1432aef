/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>

/*
 * All batches of a call go into one transaction, committed with the strictest
 * durability that one of them asks for. Readers wait at its pages until it is
 * flushed, so what they see is durable.
 */

typedef struct
{
  EvsBdb *self;
  const EvsBatch *const *batches;
  gsize n_batches;
  EvsBatchResult *results;
  guint32 durability; /* EvsDurability */
  gboolean wrote;
} Commit;

static gboolean
is_empty (const EvsBatch *batch)
{
  return batch->n_inserts + batch->n_replacements + batch->n_side == 0;
}

static int
write_batch (Commit *commit, DB_TXN *txn, gsize i)
{
  EvsBdbWriter *writer = &commit->self->writer;
  const EvsBatch *batch = commit->batches[i];
  EvsBatchResult *result = &commit->results[i];
  int ret;

  writer->batch_count++;
  ret = _evs_bdb_check_batch (commit->self, txn, batch, &result->error);
  if (ret != 0 || result->error != NULL || is_empty (batch))
    return ret;

  result->first_position = batch->n_inserts > 0 ? writer->last.position + 1 : 0;
  commit->durability = MIN (commit->durability, batch->durability);
  commit->wrote = TRUE;
  return _evs_bdb_put_batch (commit->self, txn, batch);
}

static int
write_batches (Commit *commit, DB_TXN *txn)
{
  int ret = 0;

  for (gsize i = 0; i < commit->n_batches && ret == 0; i++)
    ret = write_batch (commit, txn, i);
  return ret == 0 ? _evs_bdb_put_end (commit->self, txn) : ret;
}

static guint32
commit_flags (guint32 durability)
{
  switch (durability)
    {
    case EVS_DURABILITY_FLUSH:
      return DB_TXN_WRITE_NOSYNC;
    case EVS_DURABILITY_NONE:
      return DB_TXN_NOSYNC;
    default:
      return DB_TXN_SYNC;
    }
}

static gboolean
flush_failed (const EvsBdb *self)
{
  return (g_atomic_int_get (&self->trouble) & EVS_BDB_FLUSH_FAILED) != 0;
}

/* After commit or abort there is no transaction, whatever they return. When
 * another thread's flush of the log fails meanwhile, the system may have
 * dropped what precedes our part of it: then ours is not safe either. */
static int
finish (Commit *commit, DB_TXN *txn, int ret)
{
  int aborted;

  if (ret == 0 && flush_failed (commit->self))
    ret = EIO;
  if (ret == 0 && commit->wrote)
    {
      ret = txn->commit (txn, commit_flags (commit->durability));
      if (commit->durability == EVS_DURABILITY_SYNC && ret == 0
          && flush_failed (commit->self))
        ret = EIO;
      return ret;
    }

  aborted = txn->abort (txn);
  return aborted != 0 ? aborted : ret;
}

/* Positions and numbers that nobody got are given again. */
static void
take_back (Commit *commit, const EvsBdbLast *last)
{
  EvsBdbWriter *writer = &commit->self->writer;

  writer->last = *last;
  _evs_bdb_heads_forget (&writer->heads);
  for (gsize i = 0; i < commit->n_batches; i++)
    {
      commit->results[i].first_position = 0;
      g_clear_error (&commit->results[i].error);
    }
}

static int
try_once (Commit *commit)
{
  EvsBdbWriter *writer = &commit->self->writer;
  DB_ENV *env = commit->self->env;
  EvsBdbLast last = writer->last;
  DB_TXN *txn;
  int ret = env->txn_begin (env, NULL, &txn, 0);

  commit->durability = EVS_DURABILITY_NONE;
  commit->wrote = FALSE;
  writer->run_length = 0;
  writer->n_bytes = 0;
  writer->changes_side = FALSE;
  if (ret == 0)
    ret = finish (commit, txn, write_batches (commit, txn));
  if (ret != 0)
    take_back (commit, &last);
  return ret;
}

static void
fail_all (Commit *commit, const GError *reason)
{
  for (gsize i = 0; i < commit->n_batches; i++)
    commit->results[i].error = g_error_copy (reason);
}

/* Whether @ret may be the fault of one of the batches and not of the store. */
static gboolean
may_be_of_one_batch (int ret)
{
  return ret != DB_RUNRECOVERY && ret != EIO && ret != ENOSPC;
}

static gboolean write_all (Commit *commit, GError **error);

/* Each batch has its own answer: where all of them together fail, each is
 * tried by itself. */
static gboolean
write_each (Commit *commit)
{
  for (gsize i = 0; i < commit->n_batches; i++)
    {
      Commit one = { .self = commit->self,
                     .batches = &commit->batches[i],
                     .n_batches = 1,
                     .results = &commit->results[i] };
      g_autoptr (GError) reason = NULL;

      if (!write_all (&one, &reason))
        fail_all (&one, reason);
    }
  return TRUE;
}

static gboolean
write_all (Commit *commit, GError **error)
{
  EvsBdb *self = commit->self;
  guint tries = 0;
  int ret;

  if (!_evs_bdb_enter (self, EVS_BDB_WRITE, error))
    return FALSE;
  do
    ret = try_once (commit);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret != 0 && commit->n_batches > 1 && may_be_of_one_batch (ret))
    return write_each (commit);
  if (ret != 0)
    return _evs_bdb_fail (self, EVS_BDB_WRITE, ret, error);

  _evs_bdb_heads_trim (&self->writer.heads);
  _evs_bdb_buffer_trim (&self->writer.old_value);
  _evs_bdb_buffer_trim (&self->writer.new_value);
  _evs_bdb_checkpointer_tell (self, self->writer.n_bytes);
  return TRUE;
}

void
_evs_bdb_commit (gpointer store, const EvsBatch *const *batches,
                 gsize n_batches, EvsBatchResult *results)
{
  EvsBdb *self = store;
  Commit commit = {
    .self = self, .batches = batches, .n_batches = n_batches, .results = results
  };
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  /* A forked child may have inherited the mutex locked. */
  if (!_evs_bdb_enter (self, EVS_BDB_WRITE, &reason))
    {
      fail_all (&commit, reason);
      return;
    }

  g_mutex_lock (&self->writer.mutex);
  ok = write_all (&commit, &reason);
  g_mutex_unlock (&self->writer.mutex);
  if (!ok)
    fail_all (&commit, reason);
}
