/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bare.h"

#include "measure.h"

#include <db.h>
#include <errno.h>
#include <string.h>

#define PAGE_SIZE 4096
#define CACHE_SIZE (64u * 1024 * 1024)
#define N_LOCKS 40000
#define KEY_SIZE 24
#define ENVIRONMENT_FLAGS                                                      \
  (DB_CREATE | DB_RECOVER | DB_PRIVATE | DB_THREAD | DB_INIT_MPOOL             \
   | DB_INIT_LOG | DB_INIT_TXN | DB_INIT_LOCK)

struct _Bare
{
  DB_ENV *env;
  DB *records;
  DB *log;
  gboolean sync;
  guint64 position;
  EvsBuffer value;
};

static gboolean
fail (int ret, GError **error)
{
  if (ret == 0)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "Berkeley DB: %s",
               db_strerror (ret));
  return FALSE;
}

static void
put_u64 (guint8 *out, guint64 number)
{
  number = GUINT64_TO_BE (number);
  memcpy (out, &number, sizeof number);
}

static void
put_key (guint8 *key, const EvsId *id, guint64 version)
{
  memcpy (key, id->bytes, sizeof id->bytes);
  put_u64 (key + sizeof id->bytes, version);
}

/* ----------------------------------------------------------- open and close */

static int
open_environment (Bare *self, const char *folder)
{
  int ret = db_env_create (&self->env, 0);

  if (ret == 0)
    ret = self->env->set_cachesize (self->env, 0, CACHE_SIZE, 1);
  if (ret == 0)
    ret = self->env->set_lk_max_locks (self->env, N_LOCKS);
  if (ret == 0)
    ret = self->env->set_lk_max_objects (self->env, N_LOCKS);
  if (ret == 0)
    ret = self->env->open (self->env, folder, ENVIRONMENT_FLAGS, 0600);
  return ret;
}

static int
open_database (Bare *self, DB **db, const char *name)
{
  int ret = db_create (db, self->env, 0);

  if (ret == 0)
    ret = (*db)->set_flags (*db, DB_CHKSUM);
  if (ret == 0)
    ret = (*db)->set_pagesize (*db, PAGE_SIZE);
  if (ret == 0)
    ret = (*db)->open (*db, NULL, name, NULL, DB_BTREE,
                       DB_CREATE | DB_AUTO_COMMIT | DB_THREAD, 0600);
  return ret;
}

Bare *
bare_open (const char *folder, gboolean sync, GError **error)
{
  g_autoptr (Bare) self = g_new0 (Bare, 1);
  int ret = open_environment (self, folder);

  self->sync = sync;
  if (ret == 0)
    ret = open_database (self, &self->records, "records.db");
  if (ret == 0)
    ret = open_database (self, &self->log, "log.db");
  return fail (ret, error) ? g_steal_pointer (&self) : NULL;
}

void
bare_close (Bare *self)
{
  if (self == NULL)
    return;
  if (self->log != NULL)
    self->log->close (self->log, 0);
  if (self->records != NULL)
    self->records->close (self->records, 0);
  if (self->env != NULL)
    self->env->close (self->env, 0);
  evs_buffer_clear (&self->value);
  g_free (self);
}

/* ------------------------------------------------------------------- append */

/* position, length of the topic, topic, data */
static void
compose (Bare *self, const EvsEventView *record)
{
  EvsBuffer *value = &self->value;
  guint16 topic_size = GUINT16_TO_BE ((guint16) record->topic.size);
  guint8 position[8];

  value->size = 0;
  put_u64 (position, self->position);
  evs_buffer_append (value, position, sizeof position);
  evs_buffer_append (value, &topic_size, sizeof topic_size);
  evs_buffer_append (value, record->topic.data, record->topic.size);
  evs_buffer_append (value, record->state.data, record->state.size);
}

static int
put (Bare *self, DB_TXN *txn, const EvsEventView *record)
{
  guint8 key[KEY_SIZE], position[8];
  DBT key_dbt = { .data = key, .size = sizeof key };
  DBT position_dbt = { .data = position, .size = sizeof position };
  DBT value_dbt = { 0 };
  int ret;

  self->position++;
  put_key (key, &record->id, record->version);
  put_u64 (position, self->position);
  compose (self, record);
  value_dbt.data = self->value.data;
  value_dbt.size = (guint32) self->value.size;
  ret = self->records->put (self->records, txn, &key_dbt, &value_dbt,
                            DB_NOOVERWRITE);
  if (ret == 0)
    ret = self->log->put (self->log, txn, &position_dbt, &key_dbt, 0);
  return ret;
}

static int
commit (Bare *self, const Dataset *data, gsize first, gsize end)
{
  guint32 flags = self->sync ? DB_TXN_SYNC : DB_TXN_NOSYNC;
  DB_TXN *txn;
  int ret = self->env->txn_begin (self->env, NULL, &txn, 0);

  if (ret != 0)
    return ret;
  for (gsize i = first; ret == 0 && i < end; i++)
    ret = put (self, txn, dataset_get (data, i));
  if (ret == 0)
    return txn->commit (txn, flags);
  txn->abort (txn);
  return ret;
}

gboolean
bare_append (Bare *self, const Dataset *data, gsize n, gsize batch, Pace *pace,
             double *time, GError **error)
{
  double start = measure_now ();

  for (gsize i = 0; i < n; i += batch)
    {
      gsize end = MIN (i + batch, n);

      if (!fail (commit (self, data, i, end), error)
          || !pace_step (pace, end - i, error))
        return FALSE;
    }
  *time = measure_now () - start;
  return TRUE;
}

/* ------------------------------------------------------------------- replay */

/* Counts the first events of a sequence. */
static int
replay (DBC *cursor, const EvsId *id, EvsBuffer *buffer, guint64 *n)
{
  guint8 key[KEY_SIZE];
  DBT key_dbt = {
    .data = key, .size = sizeof key, .ulen = sizeof key, .flags = DB_DBT_USERMEM
  };
  DBT value = { .data = buffer->data,
                .ulen = (guint32) buffer->capacity,
                .flags = DB_DBT_USERMEM };
  guint32 step = DB_SET_RANGE;
  guint seen;
  int ret = 0;

  put_key (key, id, 0);
  for (seen = 0; seen < MEASURE_SHORT; seen++, step = DB_NEXT)
    {
      ret = cursor->get (cursor, &key_dbt, &value, step);
      if (ret == DB_BUFFER_SMALL)
        {
          evs_buffer_reserve (buffer, value.size);
          value.data = buffer->data;
          value.ulen = (guint32) buffer->capacity;
          ret = cursor->get (cursor, &key_dbt, &value, step);
        }
      if (ret != 0 || memcmp (key, id->bytes, sizeof id->bytes) != 0)
        break;
    }
  *n += seen;
  return ret == DB_NOTFOUND ? 0 : ret;
}

static int
replay_one (Bare *self, const EvsId *id, guint64 *n)
{
  DBC *cursor;
  int ret = self->records->cursor (self->records, NULL, &cursor, 0);

  if (ret != 0)
    return ret;
  ret = replay (cursor, id, &self->value, n);
  cursor->close (cursor);
  return ret;
}

gboolean
bare_replay (Bare *self, const Dataset *data, Pace *pace, double *rate,
             GError **error)
{
  double start = measure_now ();
  guint64 n = 0;

  for (guint i = 0; i < data->ids->len; i++)
    if (!fail (replay_one (self, &g_array_index (data->ids, EvsId, i), &n),
               error))
      return FALSE;
  *rate = (double) n / (measure_now () - start);
  return pace_step (pace, data->events->len, error);
}
