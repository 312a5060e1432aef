/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#define MAX_TABLE 32
#define MAX_KEY 255
#define CHUNK_ENTRIES 256

gsize
_evs_bdb_side_key (guint8 *out, const char *table, EvsSpan key, GError **error)
{
  gsize prefix = strlen (table) + 1;

  if (prefix == 1 || prefix > MAX_TABLE + 1 || key.size > MAX_KEY)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                   "table %s: a name has 1 to %d bytes, a key 1 to %d",
                   prefix > MAX_TABLE + 1 ? "" : table, MAX_TABLE, MAX_KEY);
      return 0;
    }
  memcpy (out, table, prefix);
  if (key.size > 0)
    memcpy (out + prefix, key.data, key.size);
  return prefix + key.size;
}

/* --------------------------------------------------------------- one entry */

static int
get_entry (EvsBdb *self, EvsBdbBuffer *buffer, guint8 *bytes, gsize size)
{
  DBT key = _evs_bdb_dbt (bytes, size, EVS_BDB_SIDE_KEY_SIZE);
  guint tries = 0;
  int ret;

  do
    ret = _evs_bdb_buffer_get (buffer, NULL, self->side, NULL, &key, 0);
  while (_evs_bdb_is_deadlock (ret, &tries));
  return ret;
}

gboolean
_evs_bdb_side_get (gpointer store, const char *table, EvsSpan key,
                   EvsSideVisitor visitor, gpointer user_data, GError **error)
{
  EvsBdb *self = store;
  guint8 bytes[EVS_BDB_SIDE_KEY_SIZE];
  gsize size = _evs_bdb_side_key (bytes, table, key, error);
  EvsBdbBuffer *buffer;
  int ret;

  if (size == 0 || !_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;

  buffer = _evs_bdb_pool_lease (&self->pool);
  ret = get_entry (self, buffer, bytes, size);
  if (ret == 0)
    visitor (key, _evs_bdb_buffer_found (buffer), user_data);
  _evs_bdb_pool_return (&self->pool, buffer);
  return ret == 0 || ret == DB_NOTFOUND
         || _evs_bdb_fail (self, EVS_BDB_READ, ret, error);
}

/* -------------------------------------------------------------------- scan */

typedef struct
{
  EvsBdb *self;
  EvsBdbBuffer *buffer;
  const char *table;
  gsize prefix; /* the table's name and its zero byte */
  guint8 after[EVS_BDB_SIDE_KEY_SIZE];
  gsize after_size;
  guint64 left;
  gboolean ended;   /* the table has no more entries */
  gboolean stopped; /* there is no more to show */
  EvsSideVisitor visitor;
  gpointer user_data;
} Scan;

static gboolean
is_after (const Scan *scan, const DBT *key)
{
  return key->size != scan->after_size
         || memcmp (key->data, scan->after, key->size) != 0;
}

static gboolean
is_in_table (const Scan *scan, const DBT *key)
{
  return key->size > scan->prefix
         && memcmp (key->data, scan->table, scan->prefix) == 0;
}

static int
copy_with (Scan *scan, DBC *cursor)
{
  EvsBdbBuffer *buffer = scan->buffer;
  guint8 bytes[EVS_BDB_SIDE_KEY_SIZE];
  DBT key = _evs_bdb_dbt (bytes, scan->after_size, sizeof bytes);
  gsize n = MIN (scan->left, CHUNK_ENTRIES);
  int ret;

  memcpy (bytes, scan->after, scan->after_size);
  ret = _evs_bdb_buffer_get (buffer, cursor, NULL, NULL, &key, DB_SET_RANGE);
  if (ret == 0 && !is_after (scan, &key))
    ret = _evs_bdb_buffer_get (buffer, cursor, NULL, NULL, &key, DB_NEXT);
  while (ret == 0 && is_in_table (scan, &key))
    {
      _evs_bdb_buffer_keep (buffer, &key, 0);
      if (buffer->n_items == n)
        return 0;
      ret = _evs_bdb_buffer_get (buffer, cursor, NULL, NULL, &key, DB_NEXT);
    }
  if (ret == DB_BUFFER_SMALL)
    return 0;
  /* Not after a deadlock, which is tried again. */
  scan->ended = ret == 0 || ret == DB_NOTFOUND;
  return ret == DB_NOTFOUND ? 0 : ret;
}

static int
copy_entries (Scan *scan)
{
  DB *db = scan->self->side;
  DBC *cursor;
  int ret = db->cursor (db, NULL, &cursor, 0);

  _evs_bdb_buffer_reset (scan->buffer);
  if (ret != 0)
    return ret;
  ret = copy_with (scan, cursor);
  cursor->close (cursor);
  return ret;
}

static void
show (Scan *scan, const EvsBdbItem *item)
{
  EvsSpan key = { (const guint8 *) item->key.data + scan->prefix,
                  item->key.size - scan->prefix };

  memcpy (scan->after, item->key.data, item->key.size);
  scan->after_size = item->key.size;
  scan->left--;
  scan->stopped =
      !scan->visitor (key, item->value, scan->user_data) || scan->left == 0;
}

static gboolean
next_entries (Scan *scan, GError **error)
{
  gsize offset = 0;
  guint tries = 0;
  EvsBdbItem item;
  int ret;

  do
    ret = copy_entries (scan);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret != 0)
    return _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);

  while (!scan->stopped && _evs_bdb_buffer_next (scan->buffer, &offset, &item))
    show (scan, &item);
  scan->stopped |= scan->ended;
  return TRUE;
}

static gboolean
scan_all (Scan *scan, GError **error)
{
  while (!scan->stopped)
    if (!next_entries (scan, error))
      return FALSE;
  return TRUE;
}

gboolean
_evs_bdb_side_scan (gpointer store, const char *table, EvsSpan after,
                    guint64 limit, EvsSideVisitor visitor, gpointer user_data,
                    GError **error)
{
  EvsBdb *self = store;
  Scan scan = { .self = self,
                .table = table,
                .left = limit != 0 ? limit : G_MAXUINT64,
                .visitor = visitor,
                .user_data = user_data };
  gboolean ok;

  scan.after_size = _evs_bdb_side_key (scan.after, table, after, error);
  if (scan.after_size == 0 || !_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;

  scan.prefix = strlen (table) + 1;
  scan.buffer = _evs_bdb_pool_lease (&self->pool);
  ok = scan_all (&scan, error);
  _evs_bdb_pool_return (&self->pool, scan.buffer);
  return ok;
}
