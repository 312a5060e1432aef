/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE /* fallocate */

#include "lmdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM_TO_KEEP ((gsize) 1024 * 1024)
#define POOL_LENGTH 16

/* --------------------------------------------------------------------- map */

/* Without @size the map takes the size that the store has by now. When LMDB
 * cannot make the new map, it has lost the old one. */
static int
set_map (EvsLmdb *self, gsize size)
{
  int ret = MDB_PANIC;

  pthread_rwlock_wrlock (&self->map);
  if (!(g_atomic_int_get (&self->trouble) & EVS_LMDB_STOPPED))
    ret = mdb_env_set_mapsize (self->env, size);
  if (ret != 0)
    g_atomic_int_or (&self->trouble, EVS_LMDB_STOPPED);
  pthread_rwlock_unlock (&self->map);
  return ret;
}

int
_evs_lmdb_begin_early (MDB_env *env, guint flags, MDB_txn **txn)
{
  int ret;

  while ((ret = mdb_txn_begin (env, NULL, flags, txn)) == MDB_MAP_RESIZED)
    {
      ret = mdb_env_set_mapsize (env, 0);
      if (ret != 0)
        break;
    }
  return ret;
}

/* Opens a transaction, under the map's lock unless it fails. Another process
 * may have grown the map. */
static int
begin (EvsLmdb *self, int (*try) (EvsLmdb *self, gpointer data), gpointer data)
{
  for (;;)
    {
      int ret = MDB_PANIC;

      pthread_rwlock_rdlock (&self->map);
      if (!(g_atomic_int_get (&self->trouble) & EVS_LMDB_STOPPED))
        ret = try (self, data);
      if (ret == 0)
        return 0;
      pthread_rwlock_unlock (&self->map);
      if (ret != MDB_MAP_RESIZED)
        return ret;
      ret = set_map (self, 0);
      if (ret != 0)
        return ret;
    }
}

/* The system takes the threads of a process for one: where two processes hold
 * a turn each and have another thread that waits for the other's, it sees a
 * deadlock that is none. */
static gboolean
is_no_deadlock (int number)
{
  if (number == EDEADLK)
    g_usleep (1000);
  return number == EDEADLK;
}

/* Processes take turns here before they come to LMDB's own mutexes. When one
 * is killed that was waiting for such a mutex and had just been woken, the
 * others that wait may never be: nobody must wait there. The system's lock
 * has no such gap. If there is none, LMDB's mutexes are still enough to keep
 * the store whole. */
void
_evs_lmdb_take_turn (EvsLmdb *self, EvsLmdbAccess access, short type)
{
  struct flock lock = {
    .l_type = type, .l_whence = SEEK_SET, .l_start = access, .l_len = 1
  };
  int fd;

  if (mdb_env_get_fd (self->env, &fd) == 0)
    while (fcntl (fd, F_SETLKW, &lock) != 0
           && (errno == EINTR || is_no_deadlock (errno)))
      ;
}

/* ----------------------------------------------------------------- growing */

int
_evs_lmdb_check_readers (EvsLmdb *self, int *n_dead)
{
  int ret;

  g_mutex_lock (&self->pool.mutex);
  _evs_lmdb_take_turn (self, EVS_LMDB_READ, F_WRLCK);
  ret = mdb_reader_check (self->env, n_dead);
  _evs_lmdb_take_turn (self, EVS_LMDB_READ, F_UNLCK);
  g_mutex_unlock (&self->pool.mutex);
  return ret;
}

/* LMDB gives up its map before it has another. */
static gboolean
has_room_for (gsize size)
{
  void *room = mmap (NULL, size, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  return room != MAP_FAILED && munmap (room, size) == 0;
}

/* The map may also be full because nobody has noticed yet that a reader died,
 * whose pages are not used again. */
int
_evs_lmdb_grow (EvsLmdb *self)
{
  MDB_envinfo info;
  gboolean stopped;
  int n_dead = 0;

  pthread_rwlock_rdlock (&self->map);
  stopped = (g_atomic_int_get (&self->trouble) & EVS_LMDB_STOPPED) != 0;
  if (!stopped)
    {
      _evs_lmdb_check_readers (self, &n_dead);
      mdb_env_info (self->env, &info);
    }
  pthread_rwlock_unlock (&self->map);
  if (stopped)
    return MDB_PANIC;
  if (n_dead > 0)
    return 0;
  if (!has_room_for (2 * info.me_mapsize))
    return ENOMEM;
  return set_map (self, 2 * info.me_mapsize);
}

/* ------------------------------------------------------------------ writing */

static int
try_write (EvsLmdb *self, gpointer data)
{
  return mdb_txn_begin (self->env, NULL, 0, data);
}

/* The turn first: who waits for it must not hold the map's lock, behind which
 * readers would wait. */
int
_evs_lmdb_write_begin (EvsLmdb *self, MDB_txn **txn)
{
  int ret;

  _evs_lmdb_take_turn (self, EVS_LMDB_WRITE, F_WRLCK);
  ret = begin (self, try_write, txn);
  if (ret != 0)
    _evs_lmdb_take_turn (self, EVS_LMDB_WRITE, F_UNLCK);
  return ret;
}

static void
end_write (EvsLmdb *self)
{
  _evs_lmdb_take_turn (self, EVS_LMDB_WRITE, F_UNLCK);
  pthread_rwlock_unlock (&self->map);
}

void
_evs_lmdb_write_abort (EvsLmdb *self, MDB_txn *txn)
{
  mdb_txn_abort (txn);
  end_write (self);
}

/* Whether the disk has no room for one page more. */
static gboolean
is_disk_full (EvsLmdb *self)
{
  const off_t wanted = 64 * 1024; /* the largest page there is */
  struct stat info;
  int fd;

  if (mdb_env_get_fd (self->env, &fd) != 0 || fstat (fd, &info) != 0)
    return FALSE;
  return fallocate (fd, FALLOC_FL_KEEP_SIZE, info.st_size, wanted) != 0
         && (errno == ENOSPC || errno == EDQUOT);
}

/* LMDB says what failed, but not whether it was a write or a flush, and calls
 * a write that ended early for want of room an I/O error. After a flush that
 * failed the system forgets what it could not write, and the next one would
 * succeed: a full disk that now takes a flush is known to be harmless only if
 * nothing else was there to be flushed. */
static int
judge (EvsLmdb *self, int ret)
{
  gboolean may_be_full = ret == ENOSPC || ret == EDQUOT || ret == EIO;

  if (may_be_full && !self->writer.unsynced && is_disk_full (self)
      && mdb_env_sync (self->env, 1) == 0)
    return ENOSPC;
  if (may_be_full)
    g_atomic_int_or (&self->trouble, EVS_LMDB_FLUSH_FAILED);
  return ret;
}

/* With MDB_NOSYNC nothing is flushed. Without it, the pages are flushed, those
 * of earlier commits among them, then the page that makes the commit count is
 * written through to the disk, and only then do readers get to see it. */
int
_evs_lmdb_write_commit (EvsLmdb *self, MDB_txn *txn, guint32 durability)
{
  gboolean sync = durability == EVS_DURABILITY_SYNC;
  int ret;

  mdb_env_set_flags (self->env, MDB_NOSYNC, !sync);
  ret = mdb_txn_commit (txn);
  if (ret == 0)
    self->writer.unsynced = !sync;
  else
    ret = judge (self, ret);
  end_write (self);
  return ret;
}

/* ------------------------------------------------------------------ reading */

static int
take_slot (EvsLmdb *self, EvsLmdbReader *reader)
{
  int n_dead = 0;
  int ret;

  ret = mdb_txn_begin (self->env, NULL, MDB_RDONLY, &reader->txn);
  if (ret == MDB_READERS_FULL && mdb_reader_check (self->env, &n_dead) == 0
      && n_dead > 0)
    ret = mdb_txn_begin (self->env, NULL, MDB_RDONLY, &reader->txn);
  return ret;
}

static int
try_read (EvsLmdb *self, gpointer data)
{
  EvsLmdbReader *reader = data;
  int ret;

  if (reader->txn != NULL)
    return mdb_txn_renew (reader->txn);

  g_mutex_lock (&self->pool.mutex);
  _evs_lmdb_take_turn (self, EVS_LMDB_READ, F_WRLCK);
  ret = take_slot (self, reader);
  _evs_lmdb_take_turn (self, EVS_LMDB_READ, F_UNLCK);
  g_mutex_unlock (&self->pool.mutex);
  return ret;
}

int
_evs_lmdb_reader_begin (EvsLmdb *self, EvsLmdbReader *reader)
{
  reader->used = 0;
  reader->n_items = 0;
  return begin (self, try_read, reader);
}

void
_evs_lmdb_reader_end (EvsLmdb *self, EvsLmdbReader *reader)
{
  mdb_txn_reset (reader->txn);
  pthread_rwlock_unlock (&self->map);
}

int
_evs_lmdb_reader_cursor (EvsLmdb *self, EvsLmdbReader *reader, EvsLmdbTree tree,
                         MDB_cursor **cursor)
{
  MDB_cursor **own = &reader->cursors[tree];
  int ret = *own == NULL ? mdb_cursor_open (reader->txn, self->trees[tree], own)
                         : mdb_cursor_renew (reader->txn, *own);

  *cursor = *own;
  return ret;
}

/* --------------------------------------------------------------- the items */

typedef struct
{
  guint64 tag;
  gsize key_size;
  gsize value_size;
} Header;

/* Headers stand on multiples of 8; a key behind its value. */
static gsize
item_size (gsize key_size, gsize value_size)
{
  return (sizeof (Header) + value_size + key_size + 7) & ~(gsize) 7;
}

/* Only an empty buffer grows. */
static int
reserve (EvsLmdbReader *reader, gsize size)
{
  if (size <= reader->size)
    return 0;

  g_free (reader->data);
  reader->data = g_try_malloc (size);
  reader->size = reader->data != NULL ? size : 0;
  return reader->data != NULL ? 0 : ENOMEM;
}

int
_evs_lmdb_reader_keep (EvsLmdbReader *reader, gsize room, guint64 tag,
                       const MDB_val *key, const MDB_val *value)
{
  Header header = { tag, key->mv_size, value->mv_size };
  gsize size = item_size (key->mv_size, value->mv_size);
  guint8 *at;
  int ret = 0;

  if (reader->used == 0)
    ret = reserve (reader, MAX (size, room));
  else if (size > room - MIN (room, reader->used))
    ret = MDB_MAP_FULL;
  if (ret != 0)
    return ret;

  at = reader->data + reader->used;
  memcpy (at, &header, sizeof header);
  at += sizeof header;
  if (value->mv_size > 0)
    memcpy (at, value->mv_data, value->mv_size);
  if (key->mv_size > 0)
    memcpy (at + value->mv_size, key->mv_data, key->mv_size);
  reader->used += size;
  reader->n_items++;
  return 0;
}

gboolean
_evs_lmdb_reader_next (const EvsLmdbReader *reader, gsize *offset,
                       EvsLmdbItem *item)
{
  const guint8 *at;
  Header header;

  if (*offset >= reader->used)
    return FALSE;

  at = reader->data + *offset;
  memcpy (&header, at, sizeof header);
  at += sizeof header;
  item->tag = header.tag;
  item->value = (EvsSpan){ at, header.value_size };
  item->key = (EvsSpan){ at + header.value_size, header.key_size };
  *offset += item_size (header.key_size, header.value_size);
  return TRUE;
}

/* -------------------------------------------------------------------- pool */

static void
reader_free (EvsLmdbReader *reader)
{
  for (gsize i = 0; i < EVS_LMDB_N_TREES; i++)
    if (reader->cursors[i] != NULL)
      mdb_cursor_close (reader->cursors[i]);
  if (reader->txn != NULL)
    mdb_txn_abort (reader->txn);
  g_free (reader->data);
  g_free (reader);
}

EvsLmdbReader *
_evs_lmdb_reader_lease (EvsLmdb *self)
{
  EvsLmdbPool *pool = &self->pool;
  EvsLmdbReader *reader;

  g_mutex_lock (&pool->mutex);
  reader = pool->first;
  if (reader != NULL)
    {
      pool->first = reader->next;
      pool->length--;
    }
  g_mutex_unlock (&pool->mutex);
  return reader != NULL ? reader : g_new0 (EvsLmdbReader, 1);
}

void
_evs_lmdb_reader_return (EvsLmdb *self, EvsLmdbReader *reader)
{
  EvsLmdbPool *pool = &self->pool;

  if (reader->size > ROOM_TO_KEEP)
    {
      g_clear_pointer (&reader->data, g_free);
      reader->size = 0;
    }

  g_mutex_lock (&pool->mutex);
  if (pool->length < POOL_LENGTH)
    {
      reader->next = pool->first;
      pool->first = g_steal_pointer (&reader);
      pool->length++;
    }
  g_mutex_unlock (&pool->mutex);
  if (reader != NULL)
    reader_free (reader);
}

void
_evs_lmdb_readers_clear (EvsLmdb *self)
{
  EvsLmdbReader *reader;

  while ((reader = self->pool.first) != NULL)
    {
      self->pool.first = reader->next;
      reader_free (reader);
    }
}
