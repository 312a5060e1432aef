/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

static int
put (EvsBdb *self, DB *db, DB_TXN *txn, EvsSpan key, EvsSpan value)
{
  DBT key_dbt = { .data = (void *) key.data, .size = (guint32) key.size };
  DBT value_dbt = { .data = (void *) value.data, .size = (guint32) value.size };

  self->writer.n_bytes += key.size + value.size;
  return db->put (db, txn, &key_dbt, &value_dbt, 0);
}

/* ----------------------------------------------------------------- inserts */

static int
put_run (EvsBdb *self, DB_TXN *txn)
{
  EvsBdbWriter *writer = &self->writer;
  EvsSpan run = { writer->run, writer->run_length * EVS_BDB_KEY_SIZE };
  guint8 key[8];

  if (writer->run_length == 0)
    return 0;

  writer->run_length = 0;
  _evs_bdb_put_u64 (key, writer->last.position);
  return put (self, self->log, txn, (EvsSpan){ key, sizeof key }, run);
}

static int
put_in_log (EvsBdb *self, DB_TXN *txn, const guint8 *key)
{
  EvsBdbWriter *writer = &self->writer;

  memcpy (writer->run + writer->run_length * EVS_BDB_KEY_SIZE, key,
          EVS_BDB_KEY_SIZE);
  writer->run_length++;
  if (writer->run_length < EVS_BDB_RUN_LENGTH)
    return 0;
  return put_run (self, txn);
}

static int
put_sequence (EvsBdb *self, DB_TXN *txn, EvsBdbHead *head)
{
  guint8 number[EVS_BDB_NUMBER_SIZE];

  head->number = ++self->writer.last.number;
  _evs_bdb_put_u64 (number, head->number);
  return put (self, self->sequences, txn,
              (EvsSpan){ &head->id, sizeof head->id },
              (EvsSpan){ number, sizeof number });
}

static int
put_insert (EvsBdb *self, DB_TXN *txn, const EvsRecord *record)
{
  EvsBdbWriter *writer = &self->writer;
  EvsBdbHead *head = _evs_bdb_heads_find (&writer->heads, &record->id);
  guint8 key[EVS_BDB_KEY_SIZE];
  EvsSpan stored;
  int ret = 0;

  if (head->number == 0)
    ret = put_sequence (self, txn, head);
  if (ret == 0)
    ret = _evs_bdb_compose_record (&writer->new_value, record,
                                   ++writer->last.position, &stored);
  if (ret != 0)
    return ret;

  _evs_bdb_put_key (key, head->number, record->version);
  head->next = record->version + 1;
  ret = put (self, self->records, txn, (EvsSpan){ key, sizeof key }, stored);
  return ret == 0 ? put_in_log (self, txn, key) : ret;
}

/* -------------------------------------------- replacements and side entries */

/* Position and topic stay. */
static int
put_replacement (EvsBdb *self, DB_TXN *txn, const EvsReplacement *replacement)
{
  guint8 key[EVS_BDB_KEY_SIZE];
  EvsRecord record;
  EvsSpan stored;
  int ret = _evs_bdb_get_old (self, txn, replacement, key, &record);

  if (ret != 0)
    return ret;

  record.data = replacement->new_data;
  ret = _evs_bdb_compose_record (&self->writer.new_value, &record,
                                 record.position, &stored);
  if (ret != 0)
    return ret;
  return put (self, self->records, txn, (EvsSpan){ key, sizeof key }, stored);
}

static int
put_side (EvsBdb *self, DB_TXN *txn, const EvsSideWrite *write)
{
  guint8 bytes[EVS_BDB_SIDE_KEY_SIZE];
  gsize size = _evs_bdb_side_key (bytes, write->table, write->key, NULL);
  DBT key = { .data = bytes, .size = (guint32) size };
  int ret;

  self->writer.changes_side = TRUE;
  if (write->value.data != NULL)
    return put (self, self->side, txn, (EvsSpan){ bytes, size }, write->value);

  ret = self->side->del (self->side, txn, &key, 0);
  return ret == DB_NOTFOUND ? 0 : ret;
}

int
_evs_bdb_put_batch (EvsBdb *self, DB_TXN *txn, const EvsBatch *batch)
{
  int ret = 0;

  for (gsize i = 0; ret == 0 && i < batch->n_inserts; i++)
    ret = put_insert (self, txn, &batch->inserts[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_replacements; i++)
    ret = put_replacement (self, txn, &batch->replacements[i]);
  for (gsize i = 0; ret == 0 && i < batch->n_side; i++)
    ret = put_side (self, txn, &batch->side[i]);
  return ret;
}

/* --------------------------------------------------------------------- end */

/* An older side.db that was put back alone does not have this number. */
static int
put_count (EvsBdb *self, DB_TXN *txn)
{
  guint8 count[8];
  EvsSpan value = { count, sizeof count };
  int ret;

  _evs_bdb_put_u64 (count, ++self->writer.last.side_count);
  ret =
      put (self, self->side, txn,
           (EvsSpan){ _evs_bdb_side_count_key, sizeof _evs_bdb_side_count_key },
           value);
  if (ret == 0)
    ret =
        put (self, self->log, txn,
             (EvsSpan){ _evs_bdb_log_count_key, sizeof _evs_bdb_log_count_key },
             value);
  return ret;
}

/* In the order of the log's keys, which is that of who reads it. */
int
_evs_bdb_put_end (EvsBdb *self, DB_TXN *txn)
{
  int ret = self->writer.changes_side ? put_count (self, txn) : 0;

  return ret == 0 ? put_run (self, txn) : ret;
}
