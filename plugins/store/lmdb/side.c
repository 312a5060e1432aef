/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scan.h"

#define MAX_TABLE 32
#define MAX_KEY 255

gsize
_evs_lmdb_side_key (guint8 *out, const char *table, EvsSpan key, GError **error)
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

typedef struct
{
  EvsLmdbScan scan;
  const char *table;
  gsize prefix;                       /* the table's name and its zero byte */
  guint8 key[EVS_LMDB_SIDE_KEY_SIZE]; /* the one wanted, or the last shown */
  gsize key_size;
  EvsSideVisitor visitor;
  gpointer user_data;
} Entries;

static gboolean
show_entry (EvsLmdbScan *scan, const EvsLmdbItem *item, GError **error)
{
  Entries *self = (Entries *) scan;
  EvsSpan key = { (const guint8 *) item->key.data + self->prefix,
                  item->key.size - self->prefix };

  memcpy (self->key, item->key.data, item->key.size);
  self->key_size = item->key.size;
  _evs_lmdb_scan_count (scan,
                        self->visitor (key, item->value, self->user_data));
  return TRUE;
}

static gboolean
prepare (Entries *self, EvsSpan key, GError **error)
{
  self->prefix = strlen (self->table) + 1;
  self->key_size = _evs_lmdb_side_key (self->key, self->table, key, error);
  return self->key_size != 0
         && _evs_lmdb_enter (self->scan.self, EVS_LMDB_READ, error);
}

/* --------------------------------------------------------------- one entry */

static int
copy_entry (EvsLmdbScan *scan)
{
  Entries *self = (Entries *) scan;
  MDB_val key = _evs_lmdb_val (self->key, self->key_size);
  MDB_val value;
  gboolean full;
  int ret = mdb_get (scan->reader->txn, scan->self->trees[EVS_LMDB_SIDE], &key,
                     &value);

  scan->ended = TRUE;
  if (ret == 0)
    ret = _evs_lmdb_scan_keep (scan, 0, &key, &value, &full);
  return ret == MDB_NOTFOUND ? 0 : ret;
}

gboolean
_evs_lmdb_side_get (gpointer store, const char *table, EvsSpan key,
                    EvsSideVisitor visitor, gpointer user_data, GError **error)
{
  Entries self = { .scan = { .self = store,
                             .left = 1,
                             .copy = copy_entry,
                             .show = show_entry },
                   .table = table,
                   .visitor = visitor,
                   .user_data = user_data };

  return prepare (&self, key, error) && _evs_lmdb_scan_run (&self.scan, error);
}

/* -------------------------------------------------------------------- scan */

static gboolean
is_in_table (const Entries *self, const MDB_val *key)
{
  return key->mv_size > self->prefix && key->mv_size <= sizeof self->key
         && memcmp (key->mv_data, self->table, self->prefix) == 0;
}

static gboolean
is_after (const Entries *self, const MDB_val *key)
{
  return key->mv_size != self->key_size
         || memcmp (key->mv_data, self->key, key->mv_size) != 0;
}

static int
copy_entries (EvsLmdbScan *scan)
{
  Entries *self = (Entries *) scan;
  MDB_val key = _evs_lmdb_val (self->key, self->key_size);
  MDB_val value;
  MDB_cursor *cursor;
  gboolean full = FALSE;
  int ret = _evs_lmdb_scan_cursor (scan, EVS_LMDB_SIDE, &cursor);

  if (ret == 0)
    ret = mdb_cursor_get (cursor, &key, &value, MDB_SET_RANGE);
  if (ret == 0 && !is_after (self, &key))
    ret = mdb_cursor_get (cursor, &key, &value, MDB_NEXT);
  while (ret == 0 && is_in_table (self, &key))
    {
      ret = _evs_lmdb_scan_keep (scan, 0, &key, &value, &full);
      if (ret != 0 || full)
        return ret;
      ret = mdb_cursor_get (cursor, &key, &value, MDB_NEXT);
    }
  scan->ended = TRUE;
  return ret == MDB_NOTFOUND ? 0 : ret;
}

gboolean
_evs_lmdb_side_scan (gpointer store, const char *table, EvsSpan after,
                     guint64 limit, EvsSideVisitor visitor, gpointer user_data,
                     GError **error)
{
  Entries self = { .scan = { .self = store,
                             .left = limit,
                             .copy = copy_entries,
                             .show = show_entry },
                   .table = table,
                   .visitor = visitor,
                   .user_data = user_data };

  return prepare (&self, after, error)
         && _evs_lmdb_scan_run (&self.scan, error);
}
