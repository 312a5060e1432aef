/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lmdb-private.h"

#include <fcntl.h>
#include <unistd.h>

/*
 * LMDB must not open one file twice in a process: closing either would take
 * the locks of the other. So all that open a folder share one environment.
 */
static struct
{
  GMutex mutex;
  EvsLmdb *first;
} table;

/* A child's table is its parent's copy: nothing in it is the child's own. */
static EvsLmdb *
find (dev_t device, ino_t inode)
{
  for (EvsLmdb *self = table.first; self != NULL; self = self->next)
    if (self->device == device && self->inode == inode
        && self->pid == getpid ())
      return self;
  return NULL;
}

static void
remove_entry (EvsLmdb *self)
{
  EvsLmdb **link = &table.first;

  while (*link != self)
    link = &(*link)->next;
  *link = self->next;
}

/* A thread that wants to change the map is not kept waiting by readers that
 * come after it. */
static void
init_map_lock (pthread_rwlock_t *lock)
{
  pthread_rwlockattr_t attributes;

  pthread_rwlockattr_init (&attributes);
  pthread_rwlockattr_setkind_np (&attributes,
                                 PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init (lock, &attributes);
  pthread_rwlockattr_destroy (&attributes);
}

static EvsLmdb *
environment_new (const char *directory, dev_t device, ino_t inode)
{
  EvsLmdb *self = g_new0 (EvsLmdb, 1);

  self->directory = g_strdup (directory);
  self->device = device;
  self->inode = inode;
  self->pid = getpid ();
  self->n_users = 1;
  self->writer.heads = g_new0 (EvsLmdbHead, EVS_LMDB_HEADS);
  g_mutex_init (&self->writer.mutex);
  g_mutex_init (&self->pool.mutex);
  init_map_lock (&self->map);
  return self;
}

/* What was committed unsynced would outlive the process; now it outlives a
 * power loss too. */
static void
environment_free (EvsLmdb *self)
{
  _evs_lmdb_readers_clear (self);
  if (self->writer.unsynced && g_atomic_int_get (&self->trouble) == 0)
    mdb_env_sync (self->env, 1);
  g_clear_pointer (&self->env, mdb_env_close);
  pthread_rwlock_destroy (&self->map);
  g_mutex_clear (&self->writer.mutex);
  g_mutex_clear (&self->pool.mutex);
  g_free (self->writer.heads);
  g_free (self->directory);
  g_free (self);
}

/* -------------------------------------------------------------------- open */

static gboolean
make_store (EvsLmdb *self, const EvsLmdbSettings *settings, GError **error)
{
  if (settings->create)
    return _evs_lmdb_folder_create (self->directory, error);
  g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND,
               "%s: there is no store, and create=false", self->directory);
  return FALSE;
}

static gboolean
open_trees (EvsLmdb *self, GError **error)
{
  MDB_txn *txn;
  int ret = mdb_txn_begin (self->env, NULL, MDB_RDONLY, &txn);

  if (ret != 0)
    return _evs_lmdb_fail_path (self->directory, ret, error);
  if (!_evs_lmdb_check_marker (txn, self->directory, error))
    {
      mdb_txn_abort (txn);
      return FALSE;
    }
  ret = _evs_lmdb_open_trees (txn, 0, self->trees);
  mdb_txn_commit (txn);
  return ret == 0 || _evs_lmdb_fail_path (self->directory, ret, error);
}

/* LMDB leaves the file open in programs that the host runs. */
static void
close_on_exec (MDB_env *env)
{
  int fd;

  if (mdb_env_get_fd (env, &fd) == 0)
    fcntl (fd, F_SETFD, FD_CLOEXEC);
}

/* Slots of readers that died are free again from now on. */
static gboolean
open_environment (EvsLmdb *self, GError **error)
{
  int ret = mdb_env_create (&self->env);

  if (ret == 0)
    ret = mdb_env_set_maxdbs (self->env, EVS_LMDB_N_TREES);
  if (ret != 0)
    return _evs_lmdb_fail_path (self->directory, ret, error);
  if (!_evs_lmdb_env_open (self->env, self->directory, MDB_NOTLS, error))
    return FALSE;
  close_on_exec (self->env);
  mdb_reader_check (self->env, NULL);
  return _evs_lmdb_check_size (self->env, self->directory, error)
         && open_trees (self, error);
}

static gboolean
start_locked (EvsLmdb *self, const EvsLmdbSettings *settings, GError **error)
{
  gboolean found;

  return _evs_lmdb_folder_examine (self->directory, &found, error)
         && (found || make_store (self, settings, error))
         && _evs_lmdb_folder_make_lock (self->directory, error)
         && open_environment (self, error);
}

/* One process at a time: LMDB's own lock file passes through states that a
 * process must not die in while another waits for it. */
static gboolean
start (EvsLmdb *self, const EvsLmdbSettings *settings, GError **error)
{
  int fd = _evs_lmdb_folder_lock (self->directory, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = start_locked (self, settings, error);
  _evs_lmdb_folder_unlock (fd);
  return ok;
}

static EvsLmdb *
find_or_start (const EvsLmdbSettings *settings, dev_t device, ino_t inode,
               GError **error)
{
  EvsLmdb *self = find (device, inode);

  if (self != NULL)
    {
      self->n_users++;
      return self;
    }

  self = environment_new (settings->directory, device, inode);
  if (!start (self, settings, error))
    {
      environment_free (self);
      return NULL;
    }
  self->next = table.first;
  table.first = self;
  return self;
}

EvsLmdb *
_evs_lmdb_open (const EvsLmdbSettings *settings, GError **error)
{
  EvsLmdb *self;
  dev_t device;
  ino_t inode;

  if (!_evs_lmdb_folder_prepare (settings->directory, settings->create, &device,
                                 &inode, error))
    return NULL;
  g_mutex_lock (&table.mutex);
  self = find_or_start (settings, device, inode, error);
  g_mutex_unlock (&table.mutex);
  return self;
}

/* A forked child touches nothing: slots and locks are its parent's. */
void
_evs_lmdb_close (EvsLmdb *self)
{
  if (self->pid != getpid ())
    return;

  g_mutex_lock (&table.mutex);
  if (--self->n_users == 0)
    {
      remove_entry (self);
      environment_free (self);
    }
  g_mutex_unlock (&table.mutex);
}
