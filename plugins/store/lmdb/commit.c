/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "batch.h"

#include <errno.h>

/*
 * All batches of a call go into one transaction, committed with the strictest
 * durability that one of them asks for. A batch is checked while it is
 * written, which saves finding each place twice; one that turns out wrong when
 * part of it is written already takes the transaction with it, and the others
 * begin anew without it.
 */

/* The transaction has part of a batch that was refused. */
#define SPOILED (G_MININT + 1)

typedef struct
{
  EvsLmdb *self;
  const EvsBatch *const *batches;
  gsize n_batches;
  EvsBatchResult *results;
  guint32 durability; /* EvsDurability */
  gboolean wrote;
} Commit;

static int
write_batch (Commit *commit, EvsLmdbFill *fill, gsize i)
{
  const EvsBatch *batch = commit->batches[i];
  EvsBatchResult *result = &commit->results[i];
  guint64 first = fill->self->writer.position + 1;
  int ret;

  if (result->error != NULL)
    return 0;

  fill->wrote = FALSE;
  fill->error = &result->error;
  ret = _evs_lmdb_write_batch (fill, batch);
  if (ret == EVS_LMDB_REFUSED)
    return fill->wrote ? SPOILED : 0;
  if (ret != 0 || !fill->wrote)
    return ret;

  result->first_position = batch->n_inserts > 0 ? first : 0;
  commit->durability = MIN (commit->durability, batch->durability);
  commit->wrote = TRUE;
  return 0;
}

static int
write_batches (Commit *commit, EvsLmdbFill *fill)
{
  int ret = 0;

  for (gsize i = 0; i < commit->n_batches && ret == 0; i++)
    ret = write_batch (commit, fill, i);
  return ret == 0 ? _evs_lmdb_write_run (fill) : ret;
}

/* What the writer knows is true unless another process has committed, or this
 * one has given up a transaction. */
static int
refresh (EvsLmdbFill *fill)
{
  EvsLmdbWriter *writer = &fill->self->writer;
  MDB_cursor *log;
  int ret;

  writer->run_length = 0;
  if (mdb_txn_id (fill->txn) == writer->txn_id + 1)
    return 0;

  memset (writer->heads, 0, EVS_LMDB_HEADS * sizeof *writer->heads);
  ret = mdb_cursor_open (fill->txn, fill->self->trees[EVS_LMDB_LOG], &log);
  if (ret == 0)
    ret = _evs_lmdb_find_last (log, &writer->position);
  if (ret == 0)
    ret = _evs_lmdb_find_last (fill->records, &writer->number);
  if (ret == 0)
    writer->txn_id = mdb_txn_id (fill->txn) - 1;
  return ret;
}

static int
fill_transaction (Commit *commit, EvsLmdbFill *fill)
{
  MDB_dbi records = fill->self->trees[EVS_LMDB_RECORDS];
  int ret = mdb_cursor_open (fill->txn, records, &fill->records);

  if (ret == 0)
    ret = refresh (fill);
  return ret == 0 ? write_batches (commit, fill) : ret;
}

static void
forget_positions (Commit *commit)
{
  commit->self->writer.txn_id = 0;
  for (gsize i = 0; i < commit->n_batches; i++)
    commit->results[i].first_position = 0;
}

static int
try_once (Commit *commit)
{
  EvsLmdb *self = commit->self;
  EvsLmdbFill fill = { .self = self };
  gsize txn_id;
  int ret = _evs_lmdb_write_begin (self, &fill.txn);

  if (ret != 0)
    return ret;
  commit->durability = EVS_DURABILITY_NONE;
  commit->wrote = FALSE;
  txn_id = mdb_txn_id (fill.txn);
  ret = fill_transaction (commit, &fill);
  if (ret == 0 && commit->wrote)
    {
      ret = _evs_lmdb_write_commit (self, fill.txn, commit->durability);
      self->writer.txn_id = txn_id;
    }
  else
    _evs_lmdb_write_abort (self, fill.txn);
  if (ret != 0)
    forget_positions (commit);
  return ret;
}

static void
forget_errors (Commit *commit)
{
  for (gsize i = 0; i < commit->n_batches; i++)
    g_clear_error (&commit->results[i].error);
}

/* A map that is too small is grown, and all is written again. */
static int
try_until_settled (Commit *commit)
{
  int ret;

  do
    {
      ret = try_once (commit);
      if (ret == MDB_MAP_FULL)
        {
          forget_errors (commit);
          ret = _evs_lmdb_grow (commit->self);
          if (ret == 0)
            ret = SPOILED;
        }
    }
  while (ret == SPOILED);
  return ret;
}

static void
fail_all (Commit *commit, const GError *reason)
{
  forget_errors (commit);
  for (gsize i = 0; i < commit->n_batches; i++)
    commit->results[i].error = g_error_copy (reason);
}

static gboolean write_all (Commit *commit, GError **error);

/* Each batch has its own answer: where all of them together are too much,
 * each is tried by itself. */
static gboolean
write_each (Commit *commit)
{
  forget_errors (commit);
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
  EvsLmdb *self = commit->self;
  int ret;

  if (!_evs_lmdb_enter (self, EVS_LMDB_WRITE, error))
    return FALSE;
  ret = try_until_settled (commit);
  if (commit->n_batches > 1 && (ret == MDB_TXN_FULL || ret == ENOMEM))
    return write_each (commit);
  return ret == 0 || _evs_lmdb_fail (self, EVS_LMDB_WRITE, ret, error);
}

void
_evs_lmdb_commit (gpointer store, const EvsBatch *const *batches,
                  gsize n_batches, EvsBatchResult *results)
{
  EvsLmdb *self = store;
  Commit commit = {
    .self = self, .batches = batches, .n_batches = n_batches, .results = results
  };
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  /* A forked child may have inherited the mutex locked. */
  if (!_evs_lmdb_enter (self, EVS_LMDB_WRITE, &reason))
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
