/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "lmdb-private.h"

G_BEGIN_DECLS

/* A write transaction that is being filled. */
typedef struct
{
  EvsLmdb *self;
  MDB_txn *txn;
  MDB_cursor *records;
  gboolean wrote; /* something of the batch that is being written */
  GError **error; /* why it was refused */
} EvsLmdbFill;

/* What a function below returns beside 0 and the errors of LMDB: the batch
 * itself is wrong. */
#define EVS_LMDB_REFUSED G_MININT

/* Checks a batch and writes it, as far as it is right. */
int _evs_lmdb_write_batch (EvsLmdbFill *fill, const EvsBatch *batch);

/* Writes the entry of the log that is being gathered, if there is one. */
int _evs_lmdb_write_run (EvsLmdbFill *fill);

G_END_DECLS
