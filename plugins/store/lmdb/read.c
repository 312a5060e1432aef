/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "scan.h"

/* --------------------------------------------------------------- the trees */

gboolean
_evs_lmdb_parse_record (EvsSpan stored, EvsRecord *record)
{
  const guint8 *in = stored.data;
  gsize topic_size;

  if (stored.size < EVS_LMDB_HEADER_SIZE)
    return FALSE;
  topic_size = (gsize) in[24] << 8 | in[25];
  if (topic_size > stored.size - EVS_LMDB_HEADER_SIZE)
    return FALSE;

  record->position = _evs_lmdb_get_u64 (in);
  memcpy (&record->id, in + 8, sizeof record->id);
  in += EVS_LMDB_HEADER_SIZE;
  record->topic = (EvsSpan){ in, topic_size };
  record->data = (EvsSpan){ in + topic_size,
                            stored.size - EVS_LMDB_HEADER_SIZE - topic_size };
  return TRUE;
}

int
_evs_lmdb_find_number (EvsLmdb *self, MDB_txn *txn, const EvsId *id,
                       guint64 *number)
{
  MDB_val key = _evs_lmdb_val (id, sizeof *id);
  MDB_val value;
  int ret = mdb_get (txn, self->trees[EVS_LMDB_SEQUENCES], &key, &value);

  *number = 0;
  if (ret == MDB_NOTFOUND)
    return 0;
  if (ret == 0 && value.mv_size != EVS_LMDB_NUMBER_SIZE)
    ret = MDB_CORRUPTED;
  if (ret == 0)
    *number = _evs_lmdb_get_u64 (value.mv_data);
  return ret;
}

int
_evs_lmdb_find_last (MDB_cursor *cursor, guint64 *last)
{
  MDB_val key;
  int ret = mdb_cursor_get (cursor, &key, NULL, MDB_LAST);

  *last = 0;
  if (ret == MDB_NOTFOUND)
    return 0;
  if (ret == 0 && key.mv_size < sizeof *last)
    ret = MDB_CORRUPTED;
  if (ret == 0)
    *last = _evs_lmdb_get_u64 (key.mv_data);
  return ret;
}

/* Finds the last record with a key that is no greater. */
static int
seek_back (MDB_cursor *records, guint64 number, guint64 version, MDB_val *key,
           MDB_val *value)
{
  guint8 bytes[EVS_LMDB_KEY_SIZE];
  int ret;

  _evs_lmdb_put_key (bytes, number, version);
  *key = _evs_lmdb_val (bytes, sizeof bytes);
  ret = mdb_cursor_get (records, key, value, MDB_SET_RANGE);
  if (ret == MDB_NOTFOUND)
    return mdb_cursor_get (records, key, value, MDB_LAST);
  if (ret == 0 && memcmp (key->mv_data, bytes, sizeof bytes) != 0)
    return mdb_cursor_get (records, key, value, MDB_PREV);
  return ret;
}

/* Whether @key is of sequence @number; then its version. */
static gboolean
get_version (const MDB_val *key, guint64 number, guint64 *version)
{
  const guint8 *bytes = key->mv_data;

  if (key->mv_size != EVS_LMDB_KEY_SIZE || _evs_lmdb_get_u64 (bytes) != number)
    return FALSE;
  *version = _evs_lmdb_get_u64 (bytes + EVS_LMDB_NUMBER_SIZE);
  return TRUE;
}

int
_evs_lmdb_find_next (MDB_cursor *records, guint64 number, guint64 *next)
{
  MDB_val key, value;
  int ret = seek_back (records, number, G_MAXUINT64, &key, &value);

  if (ret == 0 && !get_version (&key, number, next))
    ret = MDB_NOTFOUND;
  if (ret == 0)
    *next += 1;
  return ret;
}

/* ---------------------------------------------------------------- sequence */

typedef struct
{
  EvsLmdbScan scan;
  EvsId id;
  guint64 number;
  guint64 next; /* the version, or position, to go on with */
  guint64 last; /* the one to end with */
  gboolean descending;
  EvsRecordVisitor visitor;
  gpointer user_data;
} Records;

static gboolean
show_of_sequence (EvsLmdbScan *scan, const EvsLmdbItem *item, GError **error)
{
  Records *self = (Records *) scan;
  EvsRecord record;

  if (!_evs_lmdb_parse_record (item->value, &record)
      || memcmp (&record.id, &self->id, sizeof self->id) != 0)
    return _evs_lmdb_fail_damaged (scan->self->directory,
                                   "a record is not of its sequence", error);

  record.version = item->tag;
  self->next = self->descending ? record.version - 1 : record.version + 1;
  _evs_lmdb_scan_count (scan, self->visitor (&record, self->user_data)
                                  && record.version != self->last);
  return TRUE;
}

static gboolean
is_wanted (const Records *self, const MDB_val *key, guint64 *version)
{
  return get_version (key, self->number, version)
         && (self->descending ? *version >= self->last
                              : *version <= self->last);
}

static int
seek (Records *self, MDB_cursor *records, MDB_val *key, MDB_val *value)
{
  guint8 bytes[EVS_LMDB_KEY_SIZE];

  if (self->descending)
    return seek_back (records, self->number, self->next, key, value);

  _evs_lmdb_put_key (bytes, self->number, self->next);
  *key = _evs_lmdb_val (bytes, sizeof bytes);
  return mdb_cursor_get (records, key, value, MDB_SET_RANGE);
}

static int
copy_records (Records *self, MDB_cursor *records)
{
  static const MDB_val no_key;
  MDB_cursor_op step = self->descending ? MDB_PREV : MDB_NEXT;
  gboolean full = FALSE;
  MDB_val key, value;
  guint64 version;
  int ret = seek (self, records, &key, &value);

  while (ret == 0 && is_wanted (self, &key, &version))
    {
      ret = _evs_lmdb_scan_keep (&self->scan, version, &no_key, &value, &full);
      if (ret != 0 || full)
        return ret;
      ret = mdb_cursor_get (records, &key, &value, step);
    }
  self->scan.ended = TRUE;
  return ret == MDB_NOTFOUND ? 0 : ret;
}

/* What is appended from now on is not shown. */
static int
fix_end (Records *self, MDB_cursor *records)
{
  guint64 next;
  int ret = _evs_lmdb_find_next (records, self->number, &next);

  if (ret == 0)
    self->last = MIN (self->last, next - 1);
  return ret;
}

static int
copy_sequence (EvsLmdbScan *scan)
{
  Records *self = (Records *) scan;
  gboolean is_first = !scan->is_begun;
  MDB_cursor *records;
  int ret = 0;

  if (is_first)
    ret = _evs_lmdb_find_number (scan->self, scan->reader->txn, &self->id,
                                 &self->number);
  scan->ended = self->number == 0;
  if (ret != 0 || scan->ended)
    return ret;

  ret = _evs_lmdb_scan_cursor (scan, EVS_LMDB_RECORDS, &records);
  if (ret == 0)
    ret = copy_records (self, records);
  if (ret == 0 && is_first && !scan->ended && !self->descending
      && scan->reader->n_items < scan->left)
    ret = fix_end (self, records);
  return ret;
}

gboolean
_evs_lmdb_read_sequence (gpointer store, const EvsId *id, guint64 from,
                         guint64 to, guint64 limit, gboolean descending,
                         EvsRecordVisitor visitor, gpointer user_data,
                         GError **error)
{
  Records self = { .scan = { .self = store,
                             .left = limit,
                             .copy = copy_sequence,
                             .show = show_of_sequence },
                   .id = *id,
                   .next = descending ? to : from,
                   .last = descending ? from : to,
                   .descending = descending,
                   .visitor = visitor,
                   .user_data = user_data };

  if (!_evs_lmdb_enter (store, EVS_LMDB_READ, error))
    return FALSE;
  return from > to || _evs_lmdb_scan_run (&self.scan, error);
}

gboolean
_evs_lmdb_last_version (gpointer store, const EvsId *id, gint64 *version,
                        GError **error)
{
  EvsLmdb *self = store;
  EvsLmdbReader *reader;
  MDB_cursor *records;
  guint64 number, next = 0;
  int ret;

  if (!_evs_lmdb_enter (self, EVS_LMDB_READ, error))
    return FALSE;
  reader = _evs_lmdb_reader_lease (self);
  ret = _evs_lmdb_reader_begin (self, reader);
  if (ret == 0)
    {
      ret = _evs_lmdb_find_number (self, reader->txn, id, &number);
      if (ret == 0 && number != 0)
        ret =
            _evs_lmdb_reader_cursor (self, reader, EVS_LMDB_RECORDS, &records);
      if (ret == 0 && number != 0)
        ret = _evs_lmdb_find_next (records, number, &next);
      _evs_lmdb_reader_end (self, reader);
    }
  _evs_lmdb_reader_return (self, reader);
  if (ret != 0)
    return _evs_lmdb_fail (self, EVS_LMDB_READ, ret, error);

  *version = (gint64) next - 1;
  return TRUE;
}

/* --------------------------------------------------------------------- log */

static gboolean
show_of_log (EvsLmdbScan *scan, const EvsLmdbItem *item, GError **error)
{
  Records *self = (Records *) scan;
  EvsRecord record;

  if (!_evs_lmdb_parse_record (item->value, &record)
      || record.position != self->next)
    return _evs_lmdb_fail_damaged (scan->self->directory,
                                   "a record is not where the log says", error);

  record.version = item->tag;
  self->next++;
  _evs_lmdb_scan_count (scan, self->visitor (&record, self->user_data));
  return TRUE;
}

/* Copies the records that an entry names from position *@next on. */
static int
copy_entry (Records *self, MDB_cursor *records, guint64 last,
            const MDB_val *entry, guint64 *next, gboolean *full)
{
  static const MDB_val no_key;
  gsize n = entry->mv_size / EVS_LMDB_KEY_SIZE;
  const guint8 *end = (const guint8 *) entry->mv_data + entry->mv_size;
  int ret = 0;

  if (last < *next || last - *next >= n)
    return MDB_CORRUPTED;

  while (ret == 0 && !*full && *next <= MIN (last, self->last))
    {
      const guint8 *at = end - (last + 1 - *next) * EVS_LMDB_KEY_SIZE;
      MDB_val key = _evs_lmdb_val (at, EVS_LMDB_KEY_SIZE);
      MDB_val value;

      ret = mdb_cursor_get (records, &key, &value, MDB_SET);
      if (ret == 0)
        ret = _evs_lmdb_scan_keep (
            &self->scan, _evs_lmdb_get_u64 (at + EVS_LMDB_NUMBER_SIZE), &no_key,
            &value, full);
      ++*next;
    }
  return ret;
}

static int
copy_entries (Records *self, MDB_cursor *log, MDB_cursor *records)
{
  guint64 next = self->next;
  gboolean full = FALSE;
  guint8 bytes[8];
  MDB_val key = _evs_lmdb_val (bytes, sizeof bytes);
  MDB_val entry;
  MDB_cursor_op step = MDB_SET_RANGE;
  int ret = 0;

  _evs_lmdb_put_u64 (bytes, next);
  while (ret == 0 && !full && next <= self->last)
    {
      ret = mdb_cursor_get (log, &key, &entry, step);
      if (ret == 0 && key.mv_size != sizeof bytes)
        ret = MDB_CORRUPTED;
      if (ret == 0)
        ret = copy_entry (self, records, _evs_lmdb_get_u64 (key.mv_data),
                          &entry, &next, &full);
      step = MDB_NEXT;
    }
  self->scan.ended = !full && next > self->last;
  return ret;
}

static int
copy_log (EvsLmdbScan *scan)
{
  Records *self = (Records *) scan;
  MDB_cursor *log, *records;
  int ret = _evs_lmdb_scan_cursor (scan, EVS_LMDB_LOG, &log);

  if (ret == 0)
    ret = _evs_lmdb_scan_cursor (scan, EVS_LMDB_RECORDS, &records);
  if (ret == 0 && !scan->is_begun)
    ret = _evs_lmdb_find_last (log, &self->last);
  return ret == 0 ? copy_entries (self, log, records) : ret;
}

gboolean
_evs_lmdb_read_log (gpointer store, guint64 from, guint64 limit,
                    EvsRecordVisitor visitor, gpointer user_data,
                    GError **error)
{
  Records self = { .scan = { .self = store,
                             .left = limit,
                             .copy = copy_log,
                             .show = show_of_log },
                   .next = MAX (from, 1),
                   .visitor = visitor,
                   .user_data = user_data };

  return _evs_lmdb_enter (store, EVS_LMDB_READ, error)
         && _evs_lmdb_scan_run (&self.scan, error);
}

gboolean
_evs_lmdb_last_position (gpointer store, guint64 *position, GError **error)
{
  EvsLmdb *self = store;
  EvsLmdbReader *reader;
  MDB_cursor *log;
  int ret;

  if (!_evs_lmdb_enter (self, EVS_LMDB_READ, error))
    return FALSE;
  reader = _evs_lmdb_reader_lease (self);
  ret = _evs_lmdb_reader_begin (self, reader);
  if (ret == 0)
    {
      ret = _evs_lmdb_reader_cursor (self, reader, EVS_LMDB_LOG, &log);
      if (ret == 0)
        ret = _evs_lmdb_find_last (log, position);
      _evs_lmdb_reader_end (self, reader);
    }
  _evs_lmdb_reader_return (self, reader);
  return ret == 0 || _evs_lmdb_fail (self, EVS_LMDB_READ, ret, error);
}

/* --------------------------------------------------------------------- ids */

typedef struct
{
  EvsLmdbScan scan;
  EvsId after;
  gboolean has_after;
  guint64 last_number;
  EvsIdVisitor visitor;
  gpointer user_data;
} Ids;

static gboolean
show_id (EvsLmdbScan *scan, const EvsLmdbItem *item, GError **error)
{
  Ids *self = (Ids *) scan;

  memcpy (&self->after, item->key.data, sizeof self->after);
  self->has_after = TRUE;
  if (item->tag <= self->last_number)
    _evs_lmdb_scan_count (scan, self->visitor (&self->after, self->user_data));
  return TRUE;
}

/* Ids come in their own order, in which new ones turn up anywhere; but the
 * sequences are numbered, so those that began after the call are known by
 * their numbers and left out. */
static int
copy_ids_with (Ids *self, MDB_cursor *sequences)
{
  static const MDB_val no_value;
  EvsId after = self->after;
  MDB_val key = _evs_lmdb_val (&after, sizeof after);
  MDB_val value;
  gboolean full = FALSE;
  int ret = mdb_cursor_get (sequences, &key, &value, MDB_SET_RANGE);

  if (ret == 0 && self->has_after
      && memcmp (key.mv_data, &after, sizeof after) == 0)
    ret = mdb_cursor_get (sequences, &key, &value, MDB_NEXT);
  while (ret == 0 && !full)
    {
      if (key.mv_size != sizeof after || value.mv_size != EVS_LMDB_NUMBER_SIZE)
        return MDB_CORRUPTED;
      ret = _evs_lmdb_scan_keep (&self->scan, _evs_lmdb_get_u64 (value.mv_data),
                                 &key, &no_value, &full);
      if (ret == 0 && !full)
        ret = mdb_cursor_get (sequences, &key, &value, MDB_NEXT);
    }
  self->scan.ended = ret == MDB_NOTFOUND;
  return self->scan.ended ? 0 : ret;
}

static int
copy_ids (EvsLmdbScan *scan)
{
  Ids *self = (Ids *) scan;
  MDB_cursor *cursor;
  int ret = 0;

  if (!scan->is_begun)
    ret = _evs_lmdb_scan_cursor (scan, EVS_LMDB_RECORDS, &cursor);
  if (ret == 0 && !scan->is_begun)
    ret = _evs_lmdb_find_last (cursor, &self->last_number);
  if (ret == 0)
    ret = _evs_lmdb_scan_cursor (scan, EVS_LMDB_SEQUENCES, &cursor);
  return ret == 0 ? copy_ids_with (self, cursor) : ret;
}

gboolean
_evs_lmdb_read_ids (gpointer store, const EvsId *after, guint64 limit,
                    EvsIdVisitor visitor, gpointer user_data, GError **error)
{
  Ids self = {
    .scan = { .self = store, .left = limit, .copy = copy_ids, .show = show_id },
    .has_after = after != NULL,
    .visitor = visitor,
    .user_data = user_data
  };

  if (after != NULL)
    self.after = *after;
  return _evs_lmdb_enter (store, EVS_LMDB_READ, error)
         && _evs_lmdb_scan_run (&self.scan, error);
}
