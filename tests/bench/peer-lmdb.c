/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* LMDB without a library over it, in the numbered layout of bytes.h. */

#include "bytes.h"

#include <lmdb.h>

#define MAP_SIZE ((gsize) 16 << 30) /* of addresses, not of disk */

typedef struct
{
  MDB_env *env;
  MDB_dbi sequences;
  MDB_dbi records;
  MDB_dbi log;
  guint64 position;
  guint64 number;
  GByteArray *value;
  GByteArray *run;
  MDB_txn *reader; /* reset between reads */
  MDB_cursor *cursor;
} Store;

static void
check (int ret)
{
  if (ret != 0)
    peer_fail ("LMDB: %s", mdb_strerror (ret));
}

static char *
describe (const char *variant)
{
  return g_strdup_printf ("LMDB %d.%d.%d|none|none|4 KiB, not checked|"
                          "the system's|doubles|runs",
                          MDB_VERSION_MAJOR, MDB_VERSION_MINOR,
                          MDB_VERSION_PATCH);
}

/* ----------------------------------------------------------- open and close */

static guint64
last_number (MDB_txn *txn, MDB_dbi dbi)
{
  guint64 number = 0;
  MDB_cursor *cursor;
  MDB_val key, value;
  int ret;

  check (mdb_cursor_open (txn, dbi, &cursor));
  ret = mdb_cursor_get (cursor, &key, &value, MDB_LAST);
  if (ret == 0)
    number = bytes_get_u64 (key.mv_data);
  else if (ret != MDB_NOTFOUND)
    check (ret);
  mdb_cursor_close (cursor);
  return number;
}

static gpointer
open_store (const PeerOptions *options)
{
  Store *self = g_new0 (Store, 1);
  MDB_txn *txn;

  check (mdb_env_create (&self->env));
  check (mdb_env_set_mapsize (self->env, MAP_SIZE));
  check (mdb_env_set_maxdbs (self->env, 3));
  check (mdb_env_open (self->env, options->folder,
                       options->sync ? 0 : MDB_NOSYNC, 0600));
  check (mdb_txn_begin (self->env, NULL, 0, &txn));
  check (mdb_dbi_open (txn, "sequences", MDB_CREATE, &self->sequences));
  check (mdb_dbi_open (txn, "records", MDB_CREATE, &self->records));
  check (mdb_dbi_open (txn, "log", MDB_CREATE, &self->log));
  self->position = last_number (txn, self->log);
  self->number = last_number (txn, self->records);
  check (mdb_txn_commit (txn));
  check (mdb_txn_begin (self->env, NULL, MDB_RDONLY, &self->reader));
  check (mdb_cursor_open (self->reader, self->records, &self->cursor));
  mdb_txn_reset (self->reader);
  self->value = g_byte_array_new ();
  self->run = g_byte_array_new ();
  return self;
}

static void
close_store (gpointer store)
{
  Store *self = store;

  mdb_cursor_close (self->cursor);
  mdb_txn_abort (self->reader);
  check (mdb_env_sync (self->env, 1));
  mdb_env_close (self->env);
  g_byte_array_unref (self->value);
  g_byte_array_unref (self->run);
  g_free (self);
}

/* ------------------------------------------------------------------- append */

static guint64
find_number (Store *self, MDB_txn *txn, const EvsId *id)
{
  MDB_val key = { sizeof id->bytes, (void *) id->bytes }, value;

  check (mdb_get (txn, self->sequences, &key, &value));
  return bytes_get_u64 (value.mv_data);
}

static guint64
new_number (Store *self, MDB_txn *txn, const EvsId *id)
{
  guint8 bytes[8];
  MDB_val key = { sizeof id->bytes, (void *) id->bytes };
  MDB_val value = { sizeof bytes, bytes };

  bytes_put_u64 (bytes, ++self->number);
  check (mdb_put (txn, self->sequences, &key, &value, MDB_NOOVERWRITE));
  return self->number;
}

static void
put_run (Store *self, MDB_txn *txn)
{
  guint8 position[8];
  MDB_val key = { sizeof position, position };
  MDB_val value = { self->run->len, self->run->data };

  if (self->run->len == 0)
    return;
  bytes_put_u64 (position, self->position);
  check (mdb_put (txn, self->log, &key, &value, MDB_APPEND));
  g_byte_array_set_size (self->run, 0);
}

/* A new sequence's first record has the greatest key of all. */
static void
put (Store *self, MDB_txn *txn, const EvsEventView *event)
{
  gboolean is_new = event->version == 0;
  guint64 number = is_new ? new_number (self, txn, &event->id)
                          : find_number (self, txn, &event->id);
  guint8 bytes[BYTES_KEY_MAX];
  MDB_val key = { bytes_put_key (bytes, &event->id, number, event->version),
                  bytes };
  MDB_val value;

  bytes_put_record (self->value, ++self->position, &event->id, event);
  value = (MDB_val){ self->value->len, self->value->data };
  check (mdb_put (txn, self->records, &key, &value,
                  is_new ? MDB_APPEND : MDB_NOOVERWRITE));
  bytes_append (self->run, bytes, key.mv_size);
  if (self->run->len == BYTES_RUN * key.mv_size)
    put_run (self, txn);
}

static void
append (gpointer store, const EvsEventView *events, gsize n)
{
  Store *self = store;
  MDB_txn *txn;

  check (mdb_txn_begin (self->env, NULL, 0, &txn));
  for (gsize i = 0; i < n; i++)
    put (self, txn, &events[i]);
  put_run (self, txn);
  check (mdb_txn_commit (txn));
}

/* --------------------------------------------------------------------- read */

static void
begin_read (Store *self)
{
  check (mdb_txn_renew (self->reader));
  check (mdb_cursor_renew (self->reader, self->cursor));
}

static void
read_records (Store *self, const EvsId *id, guint64 version, guint64 limit,
              PeerSeen *seen)
{
  MDB_cursor_op step = MDB_SET_RANGE;
  guint8 first[BYTES_KEY_MAX];
  MDB_val key, value;
  int ret = 0;

  begin_read (self);
  key.mv_size =
      bytes_put_key (first, id, find_number (self, self->reader, id), version);
  key.mv_data = first;
  for (; limit > 0; limit--, step = MDB_NEXT)
    {
      ret = mdb_cursor_get (self->cursor, &key, &value, step);
      if (ret != 0 || memcmp (key.mv_data, first, 8) != 0)
        break;
      peer_see (seen, bytes_data_size (value.mv_data, value.mv_size, TRUE));
    }
  if (ret != MDB_NOTFOUND)
    check (ret);
  mdb_txn_reset (self->reader);
}

static void
replay (gpointer store, const EvsId *id, guint64 limit, PeerSeen *seen)
{
  read_records (store, id, 0, limit, seen);
}

static void
get_one (gpointer store, const EvsId *id, guint64 version, PeerSeen *seen)
{
  read_records (store, id, version, 1, seen);
}

static void
see_run (Store *self, MDB_val run, PeerSeen *seen)
{
  for (gsize at = 0; at < run.mv_size; at += 16)
    {
      MDB_val key = { 16, (guint8 *) run.mv_data + at }, value;

      check (mdb_cursor_get (self->cursor, &key, &value, MDB_SET));
      peer_see (seen, bytes_data_size (value.mv_data, value.mv_size, TRUE));
    }
}

/* Through the log, in its order. */
static void
scan (gpointer store, PeerSeen *seen)
{
  Store *self = store;
  MDB_val key, value;
  MDB_cursor *log;
  int ret;

  begin_read (self);
  check (mdb_cursor_open (self->reader, self->log, &log));
  while ((ret = mdb_cursor_get (log, &key, &value, MDB_NEXT)) == 0)
    see_run (self, value, seen);
  if (ret != MDB_NOTFOUND)
    check (ret);
  mdb_cursor_close (log);
  mdb_txn_reset (self->reader);
}

const Peer peer = {
  .describe = describe,
  .open = open_store,
  .close = close_store,
  .append = append,
  .replay = replay,
  .get = get_one,
  .scan = scan,
};
