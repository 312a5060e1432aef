/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <unistd.h>

/*
 * Two environments of one process over the same files would destroy them, so
 * all that open a folder share one. It has the settings of the first to open
 * it; the later ones' are not looked at. A folder that is being opened or
 * closed is waited for, the others are not held up by it.
 */
static struct
{
  GMutex mutex;
  GCond changed;
  EvsBdb *first;
} table;

/* A child's table is its parent's copy: nothing in it is the child's own. */
static EvsBdb *
find (dev_t device, ino_t inode)
{
  for (EvsBdb *self = table.first; self != NULL; self = self->next)
    if (self->device == device && self->inode == inode
        && self->pid == getpid ())
      return self;
  return NULL;
}

static void
remove_entry (EvsBdb *self)
{
  EvsBdb **link = &table.first;

  while (*link != self)
    link = &(*link)->next;
  *link = self->next;
  g_cond_broadcast (&table.changed);
}

static EvsBdb *
environment_new (const char *directory, dev_t device, ino_t inode)
{
  EvsBdb *self = g_new0 (EvsBdb, 1);

  self->directory = g_strdup (directory);
  self->device = device;
  self->inode = inode;
  self->pid = getpid ();
  self->lock_fd = -1;
  self->record_size = 512;
  self->n_users = 1;
  g_mutex_init (&self->writer.mutex);
  g_mutex_init (&self->pool.mutex);
  g_mutex_init (&self->checkpointer.mutex);
  g_cond_init (&self->checkpointer.changed);
  return self;
}

static void
environment_free (EvsBdb *self)
{
  _evs_bdb_pool_clear (&self->pool);
  _evs_bdb_buffer_clear (&self->writer.old_value);
  _evs_bdb_buffer_clear (&self->writer.new_value);
  _evs_bdb_heads_clear (&self->writer.heads);
  g_mutex_clear (&self->writer.mutex);
  g_mutex_clear (&self->pool.mutex);
  g_mutex_clear (&self->checkpointer.mutex);
  g_cond_clear (&self->checkpointer.changed);
  g_free (self->directory);
  g_free (self);
}

/* ----------------------------------------------------------- open and close */

/* The owner lets go of the lock itself, which a child that it forked off may
 * hold a copy of; a child only closes its copy. */
static void
unlock (EvsBdb *self)
{
  int fd = g_atomic_int_exchange (&self->lock_fd, -1);

  if (fd < 0)
    return;
  if (self->pid == getpid ())
    _evs_bdb_folder_unlock (fd);
  close (fd);
}

static void
stop (EvsBdb *self)
{
  _evs_bdb_checkpointer_stop (self);
  _evs_bdb_environment_close (self);
  unlock (self);
}

/* What is to be made new is marked as unfinished until all of it is there. */
static gboolean
mark_unfinished (EvsBdb *self, EvsBdbFolder *folder, GError **error)
{
  if (folder->state == EVS_BDB_FOLDER_READY)
    return TRUE;
  if (folder->state == EVS_BDB_FOLDER_UNFINISHED
      && !_evs_bdb_folder_sweep (self->directory, error))
    return FALSE;

  for (gsize i = 0; i < EVS_BDB_STORE_ID_SIZE; i += 4)
    {
      guint32 random = g_random_int ();

      memcpy (folder->store_id + i, &random, sizeof random);
    }
  folder->state = EVS_BDB_FOLDER_UNFINISHED;
  return _evs_bdb_marker_write (self->directory, folder, error);
}

static gboolean
mark_ready (EvsBdb *self, EvsBdbFolder *folder, GError **error)
{
  if (folder->state == EVS_BDB_FOLDER_READY)
    return TRUE;

  folder->state = EVS_BDB_FOLDER_READY;
  return _evs_bdb_folder_flush (self->directory, error)
         && _evs_bdb_marker_write (self->directory, folder, error);
}

static gboolean
check_create (EvsBdb *self, const EvsBdbSettings *settings,
              const EvsBdbFolder *folder, GError **error)
{
  if (settings->create || folder->state == EVS_BDB_FOLDER_READY)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_NOT_FOUND,
               "%s: there is no store, and create=false", self->directory);
  return FALSE;
}

/* The folder is looked at twice: before the lock, so that a stranger's is not
 * touched, and behind it, because it may have changed meanwhile. */
static gboolean
start (EvsBdb *self, const EvsBdbSettings *settings, GError **error)
{
  EvsBdbFolder folder;

  if (!_evs_bdb_folder_examine (self->directory, &folder, error)
      || !check_create (self, settings, &folder, error))
    return FALSE;

  self->lock_fd =
      _evs_bdb_folder_lock (self->directory, settings->busy_timeout, error);
  if (self->lock_fd < 0)
    return FALSE;

  return _evs_bdb_folder_examine (self->directory, &folder, error)
         && mark_unfinished (self, &folder, error)
         && _evs_bdb_environment_open (self, settings, &folder, error)
         && _evs_bdb_check_ends (self, &folder, error)
         && mark_ready (self, &folder, error)
         && (!settings->remove_logs
             || _evs_bdb_environment_remove_logs (self, error))
         && _evs_bdb_checkpointer_start (self, settings->checkpoint_size,
                                         error);
}

EvsBdb *
_evs_bdb_open (const EvsBdbSettings *settings, GError **error)
{
  EvsBdb *self;
  dev_t device;
  ino_t inode;
  gboolean ok;

  if (!_evs_bdb_folder_prepare (settings->directory, settings->create, &device,
                                &inode, error))
    return NULL;

  g_mutex_lock (&table.mutex);
  while ((self = find (device, inode)) != NULL && self->state != EVS_BDB_OPEN)
    g_cond_wait (&table.changed, &table.mutex);
  if (self != NULL)
    {
      self->n_users++;
      g_mutex_unlock (&table.mutex);
      return self;
    }
  self = environment_new (settings->directory, device, inode);
  self->next = table.first;
  table.first = self;
  g_mutex_unlock (&table.mutex);

  ok = start (self, settings, error);
  if (!ok)
    stop (self);

  g_mutex_lock (&table.mutex);
  self->state = EVS_BDB_OPEN;
  if (!ok)
    remove_entry (self);
  g_cond_broadcast (&table.changed);
  g_mutex_unlock (&table.mutex);

  if (!ok)
    g_clear_pointer (&self, environment_free);
  return self;
}

/* A forked child lets go of its copy of the lock, which takes nothing from
 * its parent, and touches nothing else. */
void
_evs_bdb_close (gpointer store)
{
  EvsBdb *self = store;
  gboolean last;

  if (self->pid != getpid ())
    {
      unlock (self);
      return;
    }

  g_mutex_lock (&table.mutex);
  last = --self->n_users == 0;
  if (last)
    self->state = EVS_BDB_CLOSING;
  g_mutex_unlock (&table.mutex);
  if (!last)
    return;

  stop (self);
  g_mutex_lock (&table.mutex);
  remove_entry (self);
  g_mutex_unlock (&table.mutex);
  environment_free (self);
}
