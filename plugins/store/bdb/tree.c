/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

int
_evs_bdb_find_number (EvsBdb *self, DB_TXN *txn, const EvsId *id,
                      guint64 *number)
{
  DB *db = self->sequences;
  guint8 stored[EVS_BDB_NUMBER_SIZE] = { 0 };
  EvsId key_bytes = *id;
  DBT key = _evs_bdb_dbt (&key_bytes, sizeof key_bytes, sizeof key_bytes);
  DBT value = _evs_bdb_dbt (stored, 0, sizeof stored);
  guint tries = 0;
  int ret;

  do
    ret = db->get (db, txn, &key, &value, 0);
  while (txn == NULL && _evs_bdb_is_deadlock (ret, &tries));

  *number = 0;
  if (ret == 0)
    *number = _evs_bdb_get_u64 (stored);
  return ret == DB_NOTFOUND ? 0 : ret;
}

/* Goes to the last record of a sequence. Another one may begin meanwhile, so
 * the end of the tree need not be the end of the last sequence. */
static int
seek_end (DBC *cursor, guint64 number, guint8 *bytes)
{
  DBT key = _evs_bdb_dbt (bytes, EVS_BDB_KEY_SIZE, EVS_BDB_KEY_SIZE);
  DBT value = _evs_bdb_no_value ();
  int ret;

  _evs_bdb_put_key (bytes, number + 1, 0);
  ret = cursor->get (cursor, &key, &value, DB_SET_RANGE);
  if (ret == DB_NOTFOUND)
    ret = cursor->get (cursor, &key, &value, DB_LAST);
  while (ret == 0 && _evs_bdb_get_u64 (bytes) > number)
    ret = cursor->get (cursor, &key, &value, DB_PREV);
  return ret;
}

static int
find_next (EvsBdb *self, DB_TXN *txn, guint64 number, guint64 *next)
{
  guint8 key[EVS_BDB_KEY_SIZE];
  DBC *cursor;
  int ret = self->records->cursor (self->records, txn, &cursor, 0);

  if (ret != 0)
    return ret;
  ret = seek_end (cursor, number, key);
  if (ret == 0 && _evs_bdb_get_u64 (key) == number)
    *next = _evs_bdb_get_u64 (key + EVS_BDB_NUMBER_SIZE) + 1;
  cursor->close (cursor);
  return ret == DB_NOTFOUND ? 0 : ret;
}

int
_evs_bdb_find_next (EvsBdb *self, DB_TXN *txn, guint64 number, guint64 *next)
{
  guint tries = 0;
  int ret;

  *next = 0;
  do
    ret = find_next (self, txn, number, next);
  while (txn == NULL && _evs_bdb_is_deadlock (ret, &tries));
  return ret;
}

static int
find_last (DB *db, DBT *key)
{
  DBT value = _evs_bdb_no_value ();
  DBC *cursor;
  int ret = db->cursor (db, NULL, &cursor, 0);

  if (ret != 0)
    return ret;
  ret = cursor->get (cursor, key, &value, DB_LAST);
  cursor->close (cursor);
  return ret;
}

int
_evs_bdb_find_last (DB *db, guint8 *bytes, gsize size)
{
  DBT key = _evs_bdb_dbt (bytes, 0, size);
  guint tries = 0;
  int ret;

  do
    ret = find_last (db, &key);
  while (_evs_bdb_is_deadlock (ret, &tries));
  return ret;
}
