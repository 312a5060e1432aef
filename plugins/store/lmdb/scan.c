/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scan.h"

#define ROOM_AT_FIRST ((gsize) 16 * 1024)
#define ROOM_AT_MOST ((gsize) 256 * 1024)

int
_evs_lmdb_scan_cursor (EvsLmdbScan *scan, EvsLmdbTree tree, MDB_cursor **cursor)
{
  return _evs_lmdb_reader_cursor (scan->self, scan->reader, tree, cursor);
}

int
_evs_lmdb_scan_keep (EvsLmdbScan *scan, guint64 tag, const MDB_val *key,
                     const MDB_val *value, gboolean *full)
{
  int ret = _evs_lmdb_reader_keep (scan->reader, scan->room, tag, key, value);

  *full = ret == MDB_MAP_FULL || scan->reader->n_items == scan->left;
  return ret == MDB_MAP_FULL ? 0 : ret;
}

void
_evs_lmdb_scan_count (EvsLmdbScan *scan, gboolean go_on)
{
  scan->left--;
  scan->stopped = !go_on || scan->left == 0;
}

static gboolean
copy_chunk (EvsLmdbScan *scan, GError **error)
{
  EvsLmdb *self = scan->self;
  int ret = _evs_lmdb_reader_begin (self, scan->reader);

  if (ret == 0)
    {
      ret = scan->copy (scan);
      _evs_lmdb_reader_end (self, scan->reader);
    }
  scan->is_begun = TRUE;
  return ret == 0 || _evs_lmdb_fail (self, EVS_LMDB_READ, ret, error);
}

static gboolean
show_chunk (EvsLmdbScan *scan, GError **error)
{
  gsize offset = 0;
  EvsLmdbItem item;

  while (!scan->stopped && _evs_lmdb_reader_next (scan->reader, &offset, &item))
    if (!scan->show (scan, &item, error))
      return FALSE;
  scan->stopped |= scan->ended;
  return TRUE;
}

gboolean
_evs_lmdb_scan_run (EvsLmdbScan *scan, GError **error)
{
  gboolean ok = TRUE;

  if (scan->left == 0)
    scan->left = G_MAXUINT64;
  scan->reader = _evs_lmdb_reader_lease (scan->self);
  for (scan->room = ROOM_AT_FIRST; ok && !scan->stopped;
       scan->room = MIN (2 * scan->room, ROOM_AT_MOST))
    ok = copy_chunk (scan, error) && show_chunk (scan, error);
  _evs_lmdb_reader_return (scan->self, scan->reader);
  return ok;
}
