/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

/*
 * Ids come in their own order, in which new ones turn up anywhere; but the
 * sequences are numbered, so those that began after the call are known by
 * their numbers and left out.
 */

#define BULK_SIZE ((gsize) 64 * 1024)

typedef struct
{
  EvsBdb *self;
  EvsBdbBuffer *buffer;
  EvsId after;
  guint64 last_number;
  guint64 left;
  gboolean stopped;
  EvsIdVisitor visitor;
  gpointer user_data;
} Scan;

static int
copy_bulk (Scan *scan, DBT *bulk)
{
  DB *db = scan->self->sequences;
  EvsId after = scan->after;
  DBT key = _evs_bdb_dbt (&after, sizeof after, sizeof after);
  DBC *cursor;
  int ret = _evs_bdb_buffer_reserve (scan->buffer, BULK_SIZE);

  *bulk = _evs_bdb_dbt (scan->buffer->data, 0, BULK_SIZE);
  if (ret == 0)
    ret = db->cursor (db, NULL, &cursor, 0);
  if (ret != 0)
    return ret;
  ret = cursor->get (cursor, &key, bulk, DB_SET_RANGE | DB_MULTIPLE_KEY);
  cursor->close (cursor);
  return ret;
}

static void
show (Scan *scan, const guint8 *id, const guint8 *number)
{
  memcpy (&scan->after, id, sizeof scan->after);
  if (_evs_bdb_get_u64 (number) > scan->last_number)
    return;

  scan->left--;
  scan->stopped =
      !scan->visitor (&scan->after, scan->user_data) || scan->left == 0;
}

/* A chunk begins with the id that the one before it ended with, if that is
 * there. */
static gboolean
show_bulk (Scan *scan, DBT *bulk, gboolean inclusive, GError **error)
{
  EvsId before = scan->after;
  gsize n_new = 0;
  void *at;

  DB_MULTIPLE_INIT (at, bulk);
  while (!scan->stopped)
    {
      guint8 *id, *number;
      guint32 id_size, number_size;

      DB_MULTIPLE_KEY_NEXT (at, bulk, id, id_size, number, number_size);
      if (at == NULL)
        break;
      if (id_size != sizeof before || number_size != EVS_BDB_NUMBER_SIZE)
        return _evs_bdb_fail_damaged (
            scan->self, "sequences.db has a strange entry", error);
      if (!inclusive && memcmp (id, &before, id_size) == 0)
        continue;
      show (scan, id, number);
      n_new++;
    }
  scan->stopped |= n_new == 0;
  return TRUE;
}

static gboolean
next_bulk (Scan *scan, gboolean inclusive, GError **error)
{
  guint tries = 0;
  DBT bulk;
  int ret;

  do
    ret = copy_bulk (scan, &bulk);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret == 0)
    return show_bulk (scan, &bulk, inclusive, error);

  scan->stopped = TRUE;
  return ret == DB_NOTFOUND
         || _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);
}

static gboolean
fix_end (Scan *scan, GError **error)
{
  guint8 key[EVS_BDB_KEY_SIZE];
  int ret = _evs_bdb_find_last (scan->self->records, key, sizeof key);

  if (ret != 0 && ret != DB_NOTFOUND)
    return _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);

  scan->last_number = ret == 0 ? _evs_bdb_get_u64 (key) : 0;
  return TRUE;
}

static gboolean
read_all (Scan *scan, gboolean inclusive, GError **error)
{
  if (!fix_end (scan, error))
    return FALSE;

  for (; !scan->stopped; inclusive = FALSE)
    if (!next_bulk (scan, inclusive, error))
      return FALSE;
  return TRUE;
}

gboolean
_evs_bdb_read_ids (gpointer store, const EvsId *after, guint64 limit,
                   EvsIdVisitor visitor, gpointer user_data, GError **error)
{
  EvsBdb *self = store;
  Scan scan = { .self = self,
                .left = limit != 0 ? limit : G_MAXUINT64,
                .visitor = visitor,
                .user_data = user_data };
  gboolean ok;

  if (!_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;
  if (after != NULL)
    scan.after = *after;

  scan.buffer = _evs_bdb_pool_lease (&self->pool);
  ok = read_all (&scan, after == NULL, error);
  _evs_bdb_pool_return (&self->pool, scan.buffer);
  return ok;
}
