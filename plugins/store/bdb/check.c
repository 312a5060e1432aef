/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

/*
 * The four databases are files of their own, and one that was put back alone,
 * emptied or swapped opens as if nothing had happened. So the ends of the
 * three that grow together are compared, and side.db is asked whose it is and
 * how often it was changed.
 */

typedef struct
{
  EvsBdb *self;
  EvsBdbBuffer *buffer;
} Check;

/* The last key of @db and its value; DB_NOTFOUND if it is empty. */
static int
get_last (Check *check, DB *db, guint8 *bytes, gsize size)
{
  DBT key = _evs_bdb_dbt (bytes, 0, size);
  DBC *cursor;
  int ret = db->cursor (db, NULL, &cursor, 0);

  if (ret != 0)
    return ret;
  ret = _evs_bdb_buffer_get (check->buffer, cursor, NULL, NULL, &key, DB_LAST);
  cursor->close (cursor);
  if (ret == 0 && key.size != size)
    ret = DB_VERIFY_BAD;
  return ret;
}

static gboolean
fail (Check *check, int ret, const char *what, GError **error)
{
  if (ret == 0 || ret == DB_NOTFOUND)
    return _evs_bdb_fail_damaged (check->self, what, error);
  return _evs_bdb_fail_open (check->self, NULL, ret, error);
}

/* Whether the record at @key belongs to the sequence whose number it has, and
 * stands at a position between @first and @last. */
static gboolean
check_record (Check *check, guint8 *bytes, guint64 first, guint64 last,
              GError **error)
{
  EvsBdb *self = check->self;
  DBT key = _evs_bdb_dbt (bytes, EVS_BDB_KEY_SIZE, EVS_BDB_KEY_SIZE);
  guint64 number;
  EvsRecord record;
  int ret =
      _evs_bdb_buffer_get (check->buffer, NULL, self->records, NULL, &key, 0);

  if (ret != 0
      || !_evs_bdb_parse_record (_evs_bdb_buffer_found (check->buffer), &record)
      || record.position < first || record.position > last)
    return fail (check, ret, "log.db and records.db do not end alike", error);

  ret = _evs_bdb_find_number (self, NULL, &record.id, &number);
  if (ret != 0 || number != _evs_bdb_get_u64 (bytes))
    return fail (check, ret, "sequences.db lacks what records.db has", error);
  return TRUE;
}

static gboolean
check_log (Check *check, GError **error)
{
  guint8 bytes[8];
  guint8 key[EVS_BDB_KEY_SIZE];
  int ret = get_last (check, check->self->log, bytes, sizeof bytes);
  EvsSpan run = _evs_bdb_buffer_found (check->buffer);
  guint64 position;

  if (ret == DB_NOTFOUND || (ret == 0 && _evs_bdb_get_u64 (bytes) == 0))
    return TRUE;
  if (ret != 0 || run.size < sizeof key || run.size % sizeof key != 0)
    return fail (check, ret, "log.db ends in what is no entry", error);

  position = _evs_bdb_get_u64 (bytes);
  memcpy (key, (const guint8 *) run.data + run.size - sizeof key, sizeof key);
  if (!check_record (check, key, position, position, error))
    return FALSE;
  check->self->writer.last.position = position;
  return TRUE;
}

static gboolean
check_records (Check *check, GError **error)
{
  guint8 key[EVS_BDB_KEY_SIZE];
  int ret = get_last (check, check->self->records, key, sizeof key);

  if (ret == 0 && check->self->writer.last.position > 0)
    {
      check->self->writer.last.number = _evs_bdb_get_u64 (key);
      return check_record (check, key, 1, check->self->writer.last.position,
                           error);
    }
  if (ret == DB_NOTFOUND)
    return TRUE;
  return fail (check, ret, "log.db is empty, records.db is not", error);
}

static gboolean
check_sequences (Check *check, GError **error)
{
  EvsId id;
  int ret = get_last (check, check->self->sequences, id.bytes, sizeof id);

  if (check->self->writer.last.number > 0 || ret == DB_NOTFOUND)
    return TRUE;
  return fail (check, ret, "records.db is empty, sequences.db is not", error);
}

static int
get (Check *check, DB *db, const guint8 *bytes, gsize size, EvsSpan *found)
{
  DBT key = _evs_bdb_dbt ((void *) bytes, size, size);
  int ret = _evs_bdb_buffer_get (check->buffer, NULL, db, NULL, &key, 0);

  *found = _evs_bdb_buffer_found (check->buffer);
  return ret;
}

/* 0 if there is none: then side.db was never changed. */
static int
get_count (Check *check, DB *db, const guint8 *key, gsize size, guint64 *count)
{
  EvsSpan found;
  int ret = get (check, db, key, size, &found);

  *count = 0;
  if (ret == 0 && found.size == sizeof *count)
    *count = _evs_bdb_get_u64 (found.data);
  return ret == DB_NOTFOUND ? 0 : ret;
}

static gboolean
check_count (Check *check, GError **error)
{
  EvsBdb *self = check->self;
  guint64 again = 0;
  int ret =
      get_count (check, self->side, _evs_bdb_side_count_key,
                 sizeof _evs_bdb_side_count_key, &self->writer.last.side_count);

  if (ret == 0)
    ret = get_count (check, self->log, _evs_bdb_log_count_key,
                     sizeof _evs_bdb_log_count_key, &again);
  if (ret == 0 && self->writer.last.side_count == again)
    return TRUE;
  return fail (check, ret, "side.db and log.db are not of one time", error);
}

static gboolean
check_side (Check *check, const EvsBdbFolder *folder, GError **error)
{
  EvsSpan found;
  int ret = get (check, check->self->side, _evs_bdb_store_id_key,
                 sizeof _evs_bdb_store_id_key, &found);

  if (ret == 0 && found.size == sizeof folder->store_id
      && memcmp (found.data, folder->store_id, found.size) == 0)
    return check_count (check, error);
  return fail (check, ret, "side.db is not of this store", error);
}

gboolean
_evs_bdb_check_ends (EvsBdb *self, const EvsBdbFolder *folder, GError **error)
{
  Check check = { self, _evs_bdb_pool_lease (&self->pool) };
  gboolean ok;

  _evs_bdb_forget_messages ();
  ok = check_side (&check, folder, error) && check_log (&check, error)
       && check_records (&check, error) && check_sequences (&check, error);
  _evs_bdb_pool_return (&self->pool, check.buffer);
  return ok;
}
