/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Berkeley DB without a library over it, as one process would use it:
 *   clustered, numbered          see bytes.h
 *   clustered-aes, numbered-aes  the same with DB_ENCRYPT_AES
 */

#include "bytes.h"

#include <db.h>

#define N_LOCKS 40000
#define ENVIRONMENT_FLAGS                                                      \
  (DB_CREATE | DB_RECOVER | DB_PRIVATE | DB_THREAD | DB_INIT_MPOOL             \
   | DB_INIT_LOG | DB_INIT_TXN | DB_INIT_LOCK)

typedef struct
{
  DB_ENV *env;
  DB *sequences; /* NULL in the clustered layout */
  DB *records;
  DB *log;
  gboolean numbered;
  gboolean encrypted;
  guint32 commit_flags;
  guint64 position;
  guint64 number;
  GByteArray *value;
  GByteArray *run;
} Store;

static void
check (int ret)
{
  if (ret != 0)
    peer_fail ("Berkeley DB: %s", db_strerror (ret));
}

static char *
describe (const char *variant)
{
  gboolean encrypted = g_str_has_suffix (variant, "-aes");

  return g_strdup_printf ("Berkeley DB %d.%d.%d|%s|%s|4 KiB, checked|64 MiB|"
                          "doubles|%s",
                          DB_VERSION_MAJOR, DB_VERSION_MINOR, DB_VERSION_PATCH,
                          encrypted ? "AES-128-CBC a page" : "none",
                          encrypted ? "HMAC-SHA1 a page" : "none",
                          g_str_has_prefix (variant, "numbered") ? "runs"
                                                                 : "index");
}

/* ----------------------------------------------------------- open and close */

static DB *
open_database (Store *self, const char *name)
{
  guint32 flags = DB_CHKSUM | (self->encrypted ? DB_ENCRYPT : 0);
  DB *db;

  check (db_create (&db, self->env, 0));
  check (db->set_flags (db, flags));
  check (db->set_pagesize (db, PEER_PAGE_SIZE));
  check (db->open (db, NULL, name, NULL, DB_BTREE,
                   DB_CREATE | DB_AUTO_COMMIT | DB_THREAD, 0600));
  return db;
}

static void
open_environment (Store *self, const PeerOptions *options)
{
  DB_ENV *env;

  check (db_env_create (&env, 0));
  check (env->set_cachesize (env, (guint32) (options->cache >> 10),
                             (guint32) (options->cache & 1023) << 20, 1));
  check (env->set_lk_max_locks (env, N_LOCKS));
  check (env->set_lk_max_objects (env, N_LOCKS));
  if (self->encrypted)
    check (env->set_encrypt (env, "a password of no worth", DB_ENCRYPT_AES));
  check (env->open (env, options->folder, ENVIRONMENT_FLAGS, 0600));
  self->env = env;
}

/* The number that the last key of a tree begins with; 0 in an empty one. */
static guint64
last_number (DB *db)
{
  DBT key = { 0 }, value = { .flags = DB_DBT_PARTIAL };
  guint64 number = 0;
  DBC *cursor;
  int ret;

  check (db->cursor (db, NULL, &cursor, 0));
  ret = cursor->get (cursor, &key, &value, DB_LAST);
  if (ret == 0)
    number = bytes_get_u64 (key.data);
  else if (ret != DB_NOTFOUND)
    check (ret);
  check (cursor->close (cursor));
  return number;
}

static gpointer
open_store (const PeerOptions *options)
{
  Store *self = g_new0 (Store, 1);

  self->numbered = g_str_has_prefix (options->variant, "numbered");
  self->encrypted = g_str_has_suffix (options->variant, "-aes");
  self->commit_flags = options->sync ? DB_TXN_SYNC : DB_TXN_NOSYNC;
  self->value = g_byte_array_new ();
  self->run = g_byte_array_new ();
  open_environment (self, options);
  if (self->numbered)
    self->sequences = open_database (self, "sequences.db");
  self->records = open_database (self, "records.db");
  self->log = open_database (self, "log.db");
  self->position = last_number (self->log);
  if (self->numbered)
    self->number = last_number (self->records);
  return self;
}

static void
close_store (gpointer store)
{
  Store *self = store;

  check (self->env->txn_checkpoint (self->env, 0, 0, DB_FORCE));
  check (self->log->close (self->log, 0));
  check (self->records->close (self->records, 0));
  if (self->sequences != NULL)
    check (self->sequences->close (self->sequences, 0));
  check (self->env->close (self->env, 0));
  g_byte_array_unref (self->value);
  g_byte_array_unref (self->run);
  g_free (self);
}

/* ------------------------------------------------------------------- append */

static guint64
find_number (Store *self, DB_TXN *txn, const EvsId *id)
{
  guint8 bytes[8];
  DBT key = { .data = (void *) id->bytes, .size = sizeof id->bytes };
  DBT value = { .data = bytes, .ulen = sizeof bytes, .flags = DB_DBT_USERMEM };

  check (self->sequences->get (self->sequences, txn, &key, &value, 0));
  return bytes_get_u64 (bytes);
}

static guint64
new_number (Store *self, DB_TXN *txn, const EvsId *id)
{
  guint8 bytes[8];
  DBT key = { .data = (void *) id->bytes, .size = sizeof id->bytes };
  DBT value = { .data = bytes, .size = sizeof bytes };

  bytes_put_u64 (bytes, ++self->number);
  check (self->sequences->put (self->sequences, txn, &key, &value,
                               DB_NOOVERWRITE));
  return self->number;
}

static void
put_log (Store *self, DB_TXN *txn, const void *data, gsize size)
{
  guint8 position[8];
  DBT key = { .data = position, .size = sizeof position };
  DBT value = { .data = (void *) data, .size = (guint32) size };

  bytes_put_u64 (position, self->position);
  check (self->log->put (self->log, txn, &key, &value, 0));
}

static void
put_run (Store *self, DB_TXN *txn)
{
  if (self->run->len > 0)
    put_log (self, txn, self->run->data, self->run->len);
  g_byte_array_set_size (self->run, 0);
}

static void
put_in_log (Store *self, DB_TXN *txn, const guint8 *key, gsize size)
{
  if (!self->numbered)
    {
      put_log (self, txn, key, size);
      return;
    }
  bytes_append (self->run, key, size);
  if (self->run->len == BYTES_RUN * size)
    put_run (self, txn);
}

static void
put (Store *self, DB_TXN *txn, const EvsEventView *event)
{
  guint8 bytes[BYTES_KEY_MAX];
  guint64 number = 0;
  DBT key = { .data = bytes }, value = { 0 };

  if (self->numbered)
    number = event->version == 0 ? new_number (self, txn, &event->id)
                                 : find_number (self, txn, &event->id);
  key.size =
      (guint32) bytes_put_key (bytes, &event->id, number, event->version);
  bytes_put_record (self->value, ++self->position,
                    self->numbered ? &event->id : NULL, event);
  value.data = self->value->data;
  value.size = self->value->len;
  check (self->records->put (self->records, txn, &key, &value, DB_NOOVERWRITE));
  put_in_log (self, txn, bytes, key.size);
}

static void
append (gpointer store, const EvsEventView *events, gsize n)
{
  Store *self = store;
  DB_TXN *txn;

  check (self->env->txn_begin (self->env, NULL, &txn, 0));
  for (gsize i = 0; i < n; i++)
    put (self, txn, &events[i]);
  put_run (self, txn);
  check (txn->commit (txn, self->commit_flags));
}

/* --------------------------------------------------------------------- read */

/* The value lies in self->value, which grows until it fits. */
static int
get (Store *self, DBC *cursor, DBT *key, guint32 step, gsize *size)
{
  DBT value = { .flags = DB_DBT_USERMEM };
  int ret;

  if (self->value->len < PEER_PAGE_SIZE)
    g_byte_array_set_size (self->value, PEER_PAGE_SIZE);
  value.data = self->value->data;
  value.ulen = self->value->len;
  ret = cursor->get (cursor, key, &value, step);
  *size = value.size;
  if (ret != DB_BUFFER_SMALL)
    return ret;
  g_byte_array_set_size (self->value, value.size);
  return get (self, cursor, key, step, size);
}

static void
read_records (Store *self, const EvsId *id, guint64 version, guint64 limit,
              PeerSeen *seen)
{
  guint64 number = self->numbered ? find_number (self, NULL, id) : 0;
  guint8 first[BYTES_KEY_MAX], bytes[BYTES_KEY_MAX];
  gsize key_size = bytes_put_key (first, id, number, version), size;
  guint32 step = DB_SET_RANGE;
  DBT key = { .data = bytes,
              .size = (guint32) key_size,
              .ulen = sizeof bytes,
              .flags = DB_DBT_USERMEM };
  DBC *cursor;
  int ret = 0;

  memcpy (bytes, first, key_size);
  check (self->records->cursor (self->records, NULL, &cursor, 0));
  for (; limit > 0; limit--, step = DB_NEXT)
    {
      ret = get (self, cursor, &key, step, &size);
      if (ret != 0 || memcmp (bytes, first, key_size - 8) != 0)
        break;
      peer_see (seen,
                bytes_data_size (self->value->data, size, self->numbered));
    }
  if (ret != DB_NOTFOUND)
    check (ret);
  check (cursor->close (cursor));
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
see_record (Store *self, DBC *cursor, const guint8 *bytes, gsize key_size,
            PeerSeen *seen)
{
  DBT key = { .data = (void *) bytes,
              .size = (guint32) key_size,
              .ulen = (guint32) key_size,
              .flags = DB_DBT_USERMEM };
  gsize size;

  check (get (self, cursor, &key, DB_SET, &size));
  peer_see (seen, bytes_data_size (self->value->data, size, self->numbered));
}

/* Through the log, in its order. */
static void
scan (gpointer store, PeerSeen *seen)
{
  Store *self = store;
  gsize key_size = self->numbered ? 16 : 24;
  DBT key = { 0 }, value = { 0 };
  DBC *log, *records;
  int ret;

  check (self->log->cursor (self->log, NULL, &log, 0));
  check (self->records->cursor (self->records, NULL, &records, 0));
  while ((ret = log->get (log, &key, &value, DB_NEXT)) == 0)
    for (gsize at = 0; at < value.size; at += key_size)
      see_record (self, records, (const guint8 *) value.data + at, key_size,
                  seen);
  if (ret != DB_NOTFOUND)
    check (ret);
  check (records->close (records));
  check (log->close (log));
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
