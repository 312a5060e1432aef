/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lmdb-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * LMDB must not open one file twice in a process: closing either would take
 * the locks of the other. So all that open a folder share one environment.
 */
static struct
{
  GMutex mutex;
  GCond changed;
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
  g_cond_broadcast (&table.changed);
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
  self->folder = -1;
  self->writer.heads = g_new0 (EvsLmdbHead, EVS_LMDB_HEADS);
  g_mutex_init (&self->writer.mutex);
  g_mutex_init (&self->pool.mutex);
  init_map_lock (&self->map);
  return self;
}

/* What was committed unsynced would outlive the process; now it outlives a
 * power loss too. */
static void
stop (EvsLmdb *self)
{
  _evs_lmdb_readers_clear (self);
  if (self->writer.unsynced && g_atomic_int_get (&self->trouble) == 0)
    mdb_env_sync (self->env, 1);
  g_clear_pointer (&self->env, mdb_env_close);
  if (self->folder >= 0)
    close (self->folder);
}

static void
environment_free (EvsLmdb *self)
{
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
  int ret = _evs_lmdb_begin_early (self->env, MDB_RDONLY, &txn);

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

/* Somebody who writes may be adding the pages that seem to be missing. */
static gboolean
check_size (EvsLmdb *self, GError **error)
{
  gboolean ok;

  if (!_evs_lmdb_is_short (self->env))
    return TRUE;
  _evs_lmdb_take_turn (self, EVS_LMDB_WRITE, F_WRLCK);
  ok = _evs_lmdb_check_size (self->env, self->directory, error);
  _evs_lmdb_take_turn (self, EVS_LMDB_WRITE, F_UNLCK);
  return ok;
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
  _evs_lmdb_check_readers (self, NULL);
  return check_size (self, error) && open_trees (self, error);
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

static gboolean
is_same_folder (const EvsLmdb *self)
{
  struct stat info;

  return fstat (self->folder, &info) == 0 && info.st_dev == self->device
         && info.st_ino == self->inode;
}

/* One process at a time: LMDB's own lock file passes through states that a
 * process must not die in while another waits for it. */
static gboolean
start (EvsLmdb *self, const EvsLmdbSettings *settings, GError **error)
{
  gboolean ok;

  self->folder = _evs_lmdb_folder_lock (self->directory, error);
  if (self->folder < 0)
    return FALSE;
  ok = is_same_folder (self)
           ? start_locked (self, settings, error)
           : _evs_lmdb_fail_path (self->directory, ESTALE, error);
  _evs_lmdb_folder_unlock (self->folder);
  return ok;
}

/* The one that is open, or a new one, which is in the table already. */
static EvsLmdb *
find_or_add (const EvsLmdbSettings *settings, dev_t device, ino_t inode)
{
  EvsLmdb *self;

  g_mutex_lock (&table.mutex);
  while ((self = find (device, inode)) != NULL && !self->is_open)
    g_cond_wait (&table.changed, &table.mutex);
  if (self != NULL)
    self->n_users++;
  else
    {
      self = environment_new (settings->directory, device, inode);
      self->next = table.first;
      table.first = self;
    }
  g_mutex_unlock (&table.mutex);
  return self;
}

EvsLmdb *
_evs_lmdb_open (const EvsLmdbSettings *settings, GError **error)
{
  EvsLmdb *self;
  dev_t device;
  ino_t inode;
  gboolean ok;

  if (!_evs_lmdb_folder_prepare (settings->directory, settings->create, &device,
                                 &inode, error))
    return NULL;
  self = find_or_add (settings, device, inode);
  if (self->is_open)
    return self;

  ok = start (self, settings, error);
  if (!ok)
    stop (self);
  g_mutex_lock (&table.mutex);
  self->is_open = ok;
  if (!ok)
    remove_entry (self);
  g_cond_broadcast (&table.changed);
  g_mutex_unlock (&table.mutex);
  if (!ok)
    g_clear_pointer (&self, environment_free);
  return self;
}

/* A forked child touches nothing: slots and locks are its parent's. */
void
_evs_lmdb_close (gpointer store)
{
  EvsLmdb *self = store;
  gboolean last;

  if (self->pid != getpid ())
    return;

  g_mutex_lock (&table.mutex);
  last = --self->n_users == 0;
  self->is_open = !last;
  g_mutex_unlock (&table.mutex);
  if (!last)
    return;

  stop (self);
  g_mutex_lock (&table.mutex);
  remove_entry (self);
  g_mutex_unlock (&table.mutex);
  environment_free (self);
}
