/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

#include <db.h>
#include <string.h>

G_BEGIN_DECLS

/*
 * Memory that pairs are copied into, one behind another, before anybody looks
 * at them. It belongs to one thread at a time and is used again and again.
 */
typedef struct _EvsBdbBuffer EvsBdbBuffer;
struct _EvsBdbBuffer
{
  guint8 *data;
  gsize size;
  gsize used;
  gsize n_items;
  gsize found; /* the size of the value behind the items */
  EvsBdbBuffer *next;
};

typedef struct
{
  EvsSpan key;
  EvsSpan value;
  guint64 tag;
} EvsBdbItem;

void _evs_bdb_buffer_clear (EvsBdbBuffer *buffer);

/* Forgets the items. */
void _evs_bdb_buffer_reset (EvsBdbBuffer *buffer);

/* The same, and gives back memory that is not needed often. */
void _evs_bdb_buffer_trim (EvsBdbBuffer *buffer);

/* Makes an empty buffer hold at least @size bytes. Returns 0 or ENOMEM. */
int _evs_bdb_buffer_reserve (EvsBdbBuffer *buffer, gsize size);

/* Gets a pair by @cursor, or without one by @db and @txn (nullable). Its value
 * goes behind the items, where it stays if it is kept. When there is no room,
 * an empty buffer grows; another answers DB_BUFFER_SMALL. */
int _evs_bdb_buffer_get (EvsBdbBuffer *buffer, DBC *cursor, DB *db, DB_TXN *txn,
                         DBT *key, guint32 flags);

/* The value that the last get found. */
EvsSpan _evs_bdb_buffer_found (const EvsBdbBuffer *buffer);

/* Makes the value found an item, with @key (nullable) and @tag. */
void _evs_bdb_buffer_keep (EvsBdbBuffer *buffer, const DBT *key, guint64 tag);

/* The item at *@offset, which moves on; %FALSE at the end. */
gboolean _evs_bdb_buffer_next (const EvsBdbBuffer *buffer, gsize *offset,
                               EvsBdbItem *item);

/* Buffers that wait for the next reader. */
typedef struct
{
  GMutex mutex;
  EvsBdbBuffer *first;
  guint length;
} EvsBdbPool;

EvsBdbBuffer *_evs_bdb_pool_lease (EvsBdbPool *pool);
void _evs_bdb_pool_return (EvsBdbPool *pool, EvsBdbBuffer *buffer);
void _evs_bdb_pool_clear (EvsBdbPool *pool);

G_END_DECLS
