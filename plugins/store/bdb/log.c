/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

/*
 * The log's entries say where its records are. Some entries are copied, then
 * the records that they name, as many as the buffer takes, then these are
 * shown.
 */

#define ENTRY_SIZE (EVS_BDB_RUN_LENGTH * EVS_BDB_KEY_SIZE)
#define N_KEYS (4 * EVS_BDB_RUN_LENGTH)
#define ROOM ((gsize) 128 * 1024)

typedef struct
{
  EvsBdb *self;
  EvsBdbBuffer *buffer;
  guint64 next;     /* the position to go on with */
  guint64 last;     /* the one to end with */
  guint64 left;     /* how many may still be shown */
  gboolean ended;   /* the log has no more entries */
  gboolean stopped; /* there is no more to show */
  guint8 keys[N_KEYS * EVS_BDB_KEY_SIZE];
  gsize n_keys; /* the first is of the record at `next` */
  EvsRecordVisitor visitor;
  gpointer user_data;
} Scan;

/* ----------------------------------------------------------- entries of log */

/* Takes what an entry has at `next` + n_keys and behind it. */
static int
take_entry (Scan *scan, guint64 last, const guint8 *keys, gsize size)
{
  guint64 next = scan->next + scan->n_keys;
  gsize n = size / EVS_BDB_KEY_SIZE;
  gsize n_wanted = last + 1 - next;

  if (n == 0 || size % EVS_BDB_KEY_SIZE != 0 || last < next || n_wanted > n)
    return DB_VERIFY_BAD;

  memcpy (scan->keys + scan->n_keys * EVS_BDB_KEY_SIZE,
          keys + (n - n_wanted) * EVS_BDB_KEY_SIZE,
          n_wanted * EVS_BDB_KEY_SIZE);
  scan->n_keys += n_wanted;
  return 0;
}

static int
copy_entries_with (Scan *scan, DBC *cursor)
{
  guint8 bytes[8], entry[ENTRY_SIZE];
  DBT key = _evs_bdb_dbt (bytes, sizeof bytes, sizeof bytes);
  DBT value = _evs_bdb_dbt (entry, 0, sizeof entry);
  guint32 step = DB_SET_RANGE;
  int ret = 0;

  scan->n_keys = 0;
  _evs_bdb_put_u64 (bytes, scan->next);
  while (ret == 0 && scan->n_keys <= N_KEYS - EVS_BDB_RUN_LENGTH)
    {
      ret = cursor->get (cursor, &key, &value, step);
      if (ret == 0)
        ret = take_entry (scan, _evs_bdb_get_u64 (bytes), entry, value.size);
      step = DB_NEXT;
    }
  scan->ended = ret == DB_NOTFOUND;
  return scan->ended ? 0 : ret;
}

static int
copy_entries (Scan *scan)
{
  DB *db = scan->self->log;
  DBC *cursor;
  int ret = db->cursor (db, NULL, &cursor, 0);

  if (ret != 0)
    return ret;
  ret = copy_entries_with (scan, cursor);
  cursor->close (cursor);
  return ret;
}

static gboolean
next_entries (Scan *scan, GError **error)
{
  guint tries = 0;
  int ret;

  do
    ret = copy_entries (scan);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret != 0)
    return _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);

  scan->stopped = scan->n_keys == 0;
  return TRUE;
}

/* What is appended from now on is not shown. */
static gboolean
fix_end (Scan *scan, GError **error)
{
  scan->last = scan->next + scan->n_keys - 1;
  return scan->ended || scan->left <= scan->n_keys
         || _evs_bdb_last_position (scan->self, &scan->last, error);
}

/* ------------------------------------------------------------------ records */

static int
copy_records (Scan *scan, const guint8 *keys, gsize n)
{
  EvsBdbBuffer *buffer = scan->buffer;
  guint8 bytes[EVS_BDB_KEY_SIZE];
  DBT key = _evs_bdb_dbt (bytes, sizeof bytes, sizeof bytes);
  int ret;

  _evs_bdb_buffer_reset (buffer);
  ret = _evs_bdb_buffer_reserve (buffer, ROOM);
  for (gsize i = 0; ret == 0 && i < n; i++)
    {
      memcpy (bytes, keys + i * sizeof bytes, sizeof bytes);
      ret = _evs_bdb_buffer_get (buffer, NULL, scan->self->records, NULL, &key,
                                 0);
      if (ret == 0)
        _evs_bdb_buffer_keep (buffer, NULL,
                              _evs_bdb_get_u64 (bytes + EVS_BDB_NUMBER_SIZE));
    }
  return ret == DB_BUFFER_SMALL ? 0 : ret;
}

static gboolean
show (Scan *scan, const EvsBdbItem *item, GError **error)
{
  EvsRecord record;

  if (!_evs_bdb_parse_record (item->value, &record)
      || record.position != scan->next)
    return _evs_bdb_fail_damaged (scan->self,
                                  "a record is not where the log says", error);

  record.version = item->tag;
  scan->next++;
  scan->left--;
  scan->stopped = !scan->visitor (&record, scan->user_data) || scan->left == 0
                  || record.position == scan->last;
  return TRUE;
}

static gboolean
next_records (Scan *scan, const guint8 *keys, gsize n, GError **error)
{
  gsize offset = 0;
  guint tries = 0;
  EvsBdbItem item;
  int ret;

  do
    ret = copy_records (scan, keys, n);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret != 0)
    return _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);

  while (!scan->stopped && _evs_bdb_buffer_next (scan->buffer, &offset, &item))
    if (!show (scan, &item, error))
      return FALSE;
  return TRUE;
}

/* Shows the records of all entries that were copied. */
static gboolean
show_entries (Scan *scan, GError **error)
{
  guint64 first = scan->next;

  while (!scan->stopped && scan->next < first + scan->n_keys)
    {
      gsize done = scan->next - first;

      if (!next_records (scan, scan->keys + done * EVS_BDB_KEY_SIZE,
                         MIN (scan->n_keys - done, scan->left), error))
        return FALSE;
    }
  scan->stopped |= scan->ended;
  return TRUE;
}

static gboolean
read_all (Scan *scan, GError **error)
{
  if (!next_entries (scan, error) || !fix_end (scan, error))
    return FALSE;

  while (!scan->stopped)
    if (!show_entries (scan, error)
        || (!scan->stopped && !next_entries (scan, error)))
      return FALSE;
  return TRUE;
}

gboolean
_evs_bdb_read_log (gpointer store, guint64 from, guint64 limit,
                   EvsRecordVisitor visitor, gpointer user_data, GError **error)
{
  EvsBdb *self = store;
  Scan scan = { .self = self,
                .next = MAX (from, 1),
                .left = limit != 0 ? limit : G_MAXUINT64,
                .visitor = visitor,
                .user_data = user_data };
  gboolean ok;

  if (!_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;

  scan.buffer = _evs_bdb_pool_lease (&self->pool);
  ok = read_all (&scan, error);
  _evs_bdb_pool_return (&self->pool, scan.buffer);
  return ok;
}

gboolean
_evs_bdb_last_position (gpointer store, guint64 *position, GError **error)
{
  EvsBdb *self = store;
  guint8 bytes[8];
  int ret;

  if (!_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;
  ret = _evs_bdb_find_last (self->log, bytes, sizeof bytes);
  if (ret != 0 && ret != DB_NOTFOUND)
    return _evs_bdb_fail (self, EVS_BDB_READ, ret, error);

  *position = ret == 0 ? _evs_bdb_get_u64 (bytes) : 0;
  return TRUE;
}
