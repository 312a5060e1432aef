/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "buffer.h"

#include <errno.h>

#define ROOM_AT_FIRST ((gsize) 64 * 1024)
#define ROOM_TO_KEEP ((gsize) 1024 * 1024)
#define POOL_LENGTH 16

typedef struct
{
  guint64 tag;
  guint32 key_size;
  guint32 value_size;
} Header;

/* Headers stand on multiples of 8; a key behind its value. */
static gsize
item_size (gsize key_size, gsize value_size)
{
  return (sizeof (Header) + value_size + key_size + 7) & ~(gsize) 7;
}

void
_evs_bdb_buffer_clear (EvsBdbBuffer *buffer)
{
  g_clear_pointer (&buffer->data, g_free);
  buffer->size = 0;
  _evs_bdb_buffer_reset (buffer);
}

void
_evs_bdb_buffer_reset (EvsBdbBuffer *buffer)
{
  buffer->used = 0;
  buffer->n_items = 0;
  buffer->found = 0;
}

void
_evs_bdb_buffer_trim (EvsBdbBuffer *buffer)
{
  if (buffer->size > ROOM_TO_KEEP)
    _evs_bdb_buffer_clear (buffer);
  _evs_bdb_buffer_reset (buffer);
}

int
_evs_bdb_buffer_reserve (EvsBdbBuffer *buffer, gsize size)
{
  if (size <= buffer->size)
    return 0;

  g_assert (buffer->used == 0);
  size = (size + ROOM_AT_FIRST - 1) & ~(ROOM_AT_FIRST - 1);
  g_free (buffer->data);
  buffer->data = g_try_malloc (size);
  buffer->size = buffer->data != NULL ? size : 0;
  return buffer->data != NULL ? 0 : ENOMEM;
}

/* A value has the room that a header and the longest key leave. */
static int
get (EvsBdbBuffer *buffer, DBC *cursor, DB *db, DB_TXN *txn, DBT *key,
     guint32 flags, gsize *wanted)
{
  gsize taken = buffer->used + item_size (key->ulen, 0);
  DBT value = { .flags = DB_DBT_USERMEM };
  int ret = DB_BUFFER_SMALL;

  if (taken < buffer->size)
    {
      value.data = buffer->data + buffer->used + sizeof (Header);
      value.ulen = (guint32) MIN (buffer->size - taken, G_MAXUINT32);
      ret = cursor != NULL ? cursor->get (cursor, key, &value, flags)
                           : db->get (db, txn, key, &value, flags);
    }
  *wanted = value.size;
  return ret;
}

int
_evs_bdb_buffer_get (EvsBdbBuffer *buffer, DBC *cursor, DB *db, DB_TXN *txn,
                     DBT *key, guint32 flags)
{
  gsize wanted = 0;
  int ret = _evs_bdb_buffer_reserve (buffer, buffer->used == 0 ? 1 : 0);

  if (ret == 0)
    ret = get (buffer, cursor, db, txn, key, flags, &wanted);
  while (ret == DB_BUFFER_SMALL && buffer->used == 0)
    {
      gsize needed = item_size (key->ulen, wanted) + 8;

      /* The value has room: it is a key that is longer than ours are. */
      if (needed <= buffer->size)
        return DB_VERIFY_BAD;
      ret = _evs_bdb_buffer_reserve (buffer, needed);
      if (ret == 0)
        ret = get (buffer, cursor, db, txn, key, flags, &wanted);
    }
  buffer->found = wanted;
  return ret;
}

EvsSpan
_evs_bdb_buffer_found (const EvsBdbBuffer *buffer)
{
  return (EvsSpan){ buffer->data + buffer->used + sizeof (Header),
                    buffer->found };
}

void
_evs_bdb_buffer_keep (EvsBdbBuffer *buffer, const DBT *key, guint64 tag)
{
  guint8 *at = buffer->data + buffer->used;
  Header header = { .tag = tag, .value_size = (guint32) buffer->found };

  if (key != NULL)
    {
      header.key_size = key->size;
      memcpy (at + sizeof header + buffer->found, key->data, key->size);
    }
  memcpy (at, &header, sizeof header);
  buffer->used += item_size (header.key_size, header.value_size);
  buffer->n_items++;
}

gboolean
_evs_bdb_buffer_next (const EvsBdbBuffer *buffer, gsize *offset,
                      EvsBdbItem *item)
{
  const guint8 *at;
  Header header;

  if (*offset >= buffer->used)
    return FALSE;

  at = buffer->data + *offset;
  memcpy (&header, at, sizeof header);
  at += sizeof header;
  item->tag = header.tag;
  item->value = (EvsSpan){ at, header.value_size };
  item->key = (EvsSpan){ at + header.value_size, header.key_size };
  *offset += item_size (header.key_size, header.value_size);
  return TRUE;
}

/* -------------------------------------------------------------------- pool */

EvsBdbBuffer *
_evs_bdb_pool_lease (EvsBdbPool *pool)
{
  EvsBdbBuffer *buffer;

  g_mutex_lock (&pool->mutex);
  buffer = pool->first;
  if (buffer != NULL)
    {
      pool->first = buffer->next;
      pool->length--;
    }
  g_mutex_unlock (&pool->mutex);
  return buffer != NULL ? buffer : g_new0 (EvsBdbBuffer, 1);
}

static void
buffer_free (EvsBdbBuffer *buffer)
{
  _evs_bdb_buffer_clear (buffer);
  g_free (buffer);
}

void
_evs_bdb_pool_return (EvsBdbPool *pool, EvsBdbBuffer *buffer)
{
  _evs_bdb_buffer_trim (buffer);

  g_mutex_lock (&pool->mutex);
  if (pool->length < POOL_LENGTH)
    {
      buffer->next = pool->first;
      pool->first = g_steal_pointer (&buffer);
      pool->length++;
    }
  g_mutex_unlock (&pool->mutex);

  if (buffer != NULL)
    buffer_free (buffer);
}

void
_evs_bdb_pool_clear (EvsBdbPool *pool)
{
  while (pool->first != NULL)
    {
      EvsBdbBuffer *buffer = pool->first;

      pool->first = buffer->next;
      buffer_free (buffer);
    }
  pool->length = 0;
}
