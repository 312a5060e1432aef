/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

/*
 * Records are read in bulk, which is much faster than one by one, but goes on
 * into the sequences behind until its memory is full, and may read their pages
 * from the disk: so it gets as much memory as what is left should need, and a
 * page more, since it copies whole pages. Berkeley DB has no bulk in falling
 * order, and none for a record that does not fit.
 */

#define FEW_RECORDS 4
#define BULK_AT_MOST ((gsize) 256 * 1024)
#define BULK_UNIT ((gsize) 1024)
#define PAIR_OVERHEAD ((gsize) 32) /* what a pair takes beside its value */
#define RECORDS_AT_FIRST 32
#define RECORDS_AT_MOST 1024

typedef struct
{
  EvsBdb *self;
  EvsBdbBuffer *buffer;
  EvsId id;
  guint64 number;
  guint64 next; /* the version to go on with */
  guint64 last; /* the one to end with; below `next` if descending */
  guint64 left; /* how many may still be shown */
  gsize n_shown;
  guint64 n_bytes; /* of those shown */
  gboolean descending;
  gboolean ended;   /* nothing that is wanted is left in the tree */
  gboolean stopped; /* all was shown, or the visitor had enough */
  EvsRecordVisitor visitor;
  gpointer user_data;
} Scan;

static gboolean
is_wanted (const Scan *scan, const guint8 *key)
{
  guint64 version = _evs_bdb_get_u64 (key + EVS_BDB_NUMBER_SIZE);

  return _evs_bdb_get_u64 (key) == scan->number
         && (scan->descending ? version >= scan->last : version <= scan->last);
}

/* -------------------------------------------------------------------- show */

static gboolean
show (Scan *scan, guint64 version, EvsSpan stored, GError **error)
{
  EvsRecord record;

  if (!_evs_bdb_parse_record (stored, &record)
      || memcmp (&record.id, &scan->id, sizeof scan->id) != 0)
    return _evs_bdb_fail_damaged (scan->self, "a record is not of its sequence",
                                  error);

  record.version = version;
  scan->next = scan->descending ? version - 1 : version + 1;
  scan->left--;
  scan->n_shown++;
  scan->n_bytes += stored.size + PAIR_OVERHEAD;
  scan->stopped = !scan->visitor (&record, scan->user_data) || scan->left == 0
                  || version == scan->last;
  return TRUE;
}

static gboolean
show_records (Scan *scan, GError **error)
{
  gsize offset = 0;
  EvsBdbItem item;

  while (!scan->stopped && _evs_bdb_buffer_next (scan->buffer, &offset, &item))
    if (!show (scan, item.tag, item.value, error))
      return FALSE;
  return TRUE;
}

/* The pair at *@at, which moves on; %FALSE after the last that is wanted. */
static gboolean
next_wanted (const Scan *scan, DBT *bulk, void **at, EvsBdbItem *item)
{
  guint8 *key, *value;
  guint32 key_size = 0, value_size = 0;

  DB_MULTIPLE_KEY_NEXT (*at, bulk, key, key_size, value, value_size);
  if (*at == NULL || key_size != EVS_BDB_KEY_SIZE || !is_wanted (scan, key))
    return FALSE;

  item->tag = _evs_bdb_get_u64 (key + EVS_BDB_NUMBER_SIZE);
  item->value = (EvsSpan){ value, value_size };
  return TRUE;
}

static gboolean
show_bulk (Scan *scan, DBT *bulk, GError **error)
{
  EvsBdbItem item;
  void *at;

  DB_MULTIPLE_INIT (at, bulk);
  while (!scan->stopped && next_wanted (scan, bulk, &at, &item))
    if (!show (scan, item.tag, item.value, error))
      return FALSE;
  scan->ended = at != NULL;
  return TRUE;
}

/* -------------------------------------------------------------------- copy */

static int
copy_with (Scan *scan, DBC *cursor, gsize n)
{
  EvsBdbBuffer *buffer = scan->buffer;
  guint8 bytes[EVS_BDB_KEY_SIZE];
  DBT key = _evs_bdb_dbt (bytes, sizeof bytes, sizeof bytes);
  guint32 step = DB_SET_RANGE;
  int ret;

  _evs_bdb_buffer_reset (buffer);
  _evs_bdb_put_key (bytes, scan->number, scan->next);
  while ((ret = _evs_bdb_buffer_get (buffer, cursor, NULL, NULL, &key, step))
             == 0
         && is_wanted (scan, bytes))
    {
      _evs_bdb_buffer_keep (buffer, NULL,
                            _evs_bdb_get_u64 (bytes + EVS_BDB_NUMBER_SIZE));
      if (buffer->n_items == n)
        return 0;
      step = scan->descending ? DB_PREV : DB_NEXT;
    }
  if (ret == DB_BUFFER_SMALL)
    return 0;
  /* Not after a deadlock, which is tried again. */
  scan->ended = ret == 0 || ret == DB_NOTFOUND;
  return ret == DB_NOTFOUND ? 0 : ret;
}

static int
copy_records (Scan *scan, gsize n)
{
  DB *db = scan->self->records;
  DBC *cursor;
  int ret = db->cursor (db, NULL, &cursor, 0);

  if (ret != 0)
    return ret;
  ret = copy_with (scan, cursor, MIN (n, scan->left));
  cursor->close (cursor);
  return ret;
}

static int
copy_bulk (Scan *scan, gsize size, DBT *bulk)
{
  DB *db = scan->self->records;
  guint8 bytes[EVS_BDB_KEY_SIZE];
  DBT key = _evs_bdb_dbt (bytes, sizeof bytes, sizeof bytes);
  DBC *cursor;
  int ret;

  _evs_bdb_buffer_reset (scan->buffer);
  ret = _evs_bdb_buffer_reserve (scan->buffer, size);

  *bulk = _evs_bdb_dbt (scan->buffer->data, 0, size);
  _evs_bdb_put_key (bytes, scan->number, scan->next);
  if (ret == 0)
    ret = db->cursor (db, NULL, &cursor, 0);
  if (ret != 0)
    return ret;
  ret = cursor->get (cursor, &key, bulk, DB_SET_RANGE | DB_MULTIPLE_KEY);
  cursor->close (cursor);
  return ret;
}

/* ---------------------------------------------------------- chunk by chunk */

static gboolean
next_records (Scan *scan, gsize n, GError **error)
{
  guint tries = 0;
  int ret;

  do
    ret = copy_records (scan, n);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret != 0)
    return _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);
  return show_records (scan, error);
}

/* What is left, if its records are as large as those shown, or as those of
 * the sequences that were read before. */
static gsize
estimate_bulk (const Scan *scan, guint64 n)
{
  guint64 each = scan->n_shown > 0
                     ? scan->n_bytes / scan->n_shown
                     : (guint64) g_atomic_int_get (&scan->self->record_size);
  guint64 size = each * MIN (n, BULK_AT_MOST / each + 1) + EVS_BDB_PAGE_SIZE;

  size = (size + BULK_UNIT - 1) / BULK_UNIT * BULK_UNIT;
  return (gsize) MIN (size, BULK_AT_MOST);
}

static gboolean
next_bulk (Scan *scan, guint64 n, GError **error)
{
  guint tries = 0;
  DBT bulk;
  int ret;

  do
    ret = copy_bulk (scan, estimate_bulk (scan, n), &bulk);
  while (_evs_bdb_is_deadlock (ret, &tries));
  if (ret == DB_BUFFER_SMALL)
    return next_records (scan, 1, error);
  if (ret == 0)
    return show_bulk (scan, &bulk, error);

  scan->ended = TRUE;
  return ret == DB_NOTFOUND
         || _evs_bdb_fail (scan->self, EVS_BDB_READ, ret, error);
}

static gboolean
next_chunk (Scan *scan, GError **error)
{
  guint64 n;

  if (scan->descending)
    return next_records (
        scan, scan->n_shown == 0 ? RECORDS_AT_FIRST : RECORDS_AT_MOST, error);
  n = MIN (scan->last - scan->next, scan->left - 1) + 1;
  return n <= FEW_RECORDS ? next_records (scan, (gsize) n, error)
                          : next_bulk (scan, n, error);
}

/* What is appended from now on is not shown. */
static gboolean
fix_end (Scan *scan, GError **error)
{
  guint64 next;
  int ret = _evs_bdb_find_next (scan->self, NULL, scan->number, &next);

  if (ret != 0 || next == 0)
    return _evs_bdb_fail (scan->self, EVS_BDB_READ,
                          ret != 0 ? ret : DB_NOTFOUND, error);
  if (scan->descending)
    scan->next = MIN (scan->next, next - 1);
  else
    scan->last = MIN (scan->last, next - 1);
  return TRUE;
}

/* Up to the end that was fixed, versions are dense. */
static gboolean
read_all (Scan *scan, GError **error)
{
  gboolean is_one = scan->next == scan->last || scan->left == 1;

  if (is_one && !scan->descending)
    return next_records (scan, 1, error);
  if (!fix_end (scan, error))
    return FALSE;

  scan->stopped =
      scan->descending ? scan->next < scan->last : scan->next > scan->last;
  while (!scan->stopped && !scan->ended)
    if (!next_chunk (scan, error))
      return FALSE;
  return scan->stopped
         || _evs_bdb_fail_damaged (scan->self, "a sequence lacks records",
                                   error);
}

/* Of a few records nothing is learnt; what many readers look at is written
 * seldom. */
static void
learn_record_size (const Scan *scan)
{
  gint known = g_atomic_int_get (&scan->self->record_size);
  gint seen;

  if (scan->n_shown <= FEW_RECORDS)
    return;
  seen = (gint) MIN (scan->n_bytes / scan->n_shown, BULK_AT_MOST);
  if (ABS (seen - known) > known / 8)
    g_atomic_int_set (&scan->self->record_size, (known + seen) / 2);
}

gboolean
_evs_bdb_read_sequence (gpointer store, const EvsId *id, guint64 from,
                        guint64 to, guint64 limit, gboolean descending,
                        EvsRecordVisitor visitor, gpointer user_data,
                        GError **error)
{
  EvsBdb *self = store;
  Scan scan = { .self = self,
                .id = *id,
                .next = descending ? to : from,
                .last = descending ? from : to,
                .left = limit != 0 ? limit : G_MAXUINT64,
                .descending = descending,
                .visitor = visitor,
                .user_data = user_data };
  gboolean ok;
  int ret;

  if (!_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;
  ret = _evs_bdb_find_number (self, NULL, id, &scan.number);
  if (ret != 0)
    return _evs_bdb_fail (self, EVS_BDB_READ, ret, error);
  if (scan.number == 0 || from > to)
    return TRUE;

  scan.buffer = _evs_bdb_pool_lease (&self->pool);
  ok = read_all (&scan, error);
  _evs_bdb_pool_return (&self->pool, scan.buffer);
  learn_record_size (&scan);
  return ok;
}

gboolean
_evs_bdb_last_version (gpointer store, const EvsId *id, gint64 *version,
                       GError **error)
{
  EvsBdb *self = store;
  guint64 number, next = 0;
  int ret;

  if (!_evs_bdb_enter (self, EVS_BDB_READ, error))
    return FALSE;
  ret = _evs_bdb_find_number (self, NULL, id, &number);
  if (ret == 0 && number != 0)
    ret = _evs_bdb_find_next (self, NULL, number, &next);
  if (ret != 0)
    return _evs_bdb_fail (self, EVS_BDB_READ, ret, error);

  *version = (gint64) next - 1;
  return TRUE;
}
