/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

/* Of what is put, Berkeley DB's log gets a multiple; it knows how much, and
 * is asked this many times before a checkpoint is due. */
#define LOOKS 8

/* Runs beside commits and does not hold them up. Its errors reach the writer
 * by way of the latch; a second checkpoint after one that failed might seem to
 * succeed, and the log that is needed would go. */
static void
checkpoint (EvsBdb *self)
{
  guint32 kbytes = (guint32) (self->checkpointer.size >> 10);
  int ret;

  if (g_atomic_int_get (&self->trouble) != 0)
    return;

  _evs_bdb_forget_messages ();
  ret = self->env->txn_checkpoint (self->env, kbytes, 0, 0);
  if (ret == EIO)
    g_atomic_int_or (&self->trouble, EVS_BDB_FLUSH_FAILED);
  if (ret == DB_RUNRECOVERY)
    g_atomic_int_or (&self->trouble, EVS_BDB_PANIC);
}

static gboolean
is_due (const EvsBdbCheckpointer *checkpointer)
{
  return checkpointer->n_bytes >= checkpointer->size / LOOKS;
}

static gpointer
run (gpointer data)
{
  EvsBdb *self = data;
  EvsBdbCheckpointer *checkpointer = &self->checkpointer;

  g_mutex_lock (&checkpointer->mutex);
  while (!checkpointer->stop)
    if (is_due (checkpointer))
      {
        checkpointer->n_bytes = 0;
        g_mutex_unlock (&checkpointer->mutex);
        checkpoint (self);
        g_mutex_lock (&checkpointer->mutex);
      }
    else
      g_cond_wait (&checkpointer->changed, &checkpointer->mutex);
  g_mutex_unlock (&checkpointer->mutex);
  return NULL;
}

/* The host's signals are none of the thread's business. */
static GThread *
start_without_signals (EvsBdb *self, GError **error)
{
  sigset_t all, before;
  GThread *thread;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  thread = g_thread_try_new ("evs-bdb", run, self, error);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return thread;
}

gboolean
_evs_bdb_checkpointer_start (EvsBdb *self, guint64 size, GError **error)
{
  g_autoptr (GError) reason = NULL;

  self->checkpointer.size = size;
  self->checkpointer.thread = start_without_signals (self, &reason);
  if (self->checkpointer.thread != NULL)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_IO,
               "%s: cannot start the thread for checkpoints: %s",
               self->directory, reason->message);
  return FALSE;
}

void
_evs_bdb_checkpointer_stop (EvsBdb *self)
{
  EvsBdbCheckpointer *checkpointer = &self->checkpointer;

  if (checkpointer->thread == NULL)
    return;

  g_mutex_lock (&checkpointer->mutex);
  checkpointer->stop = TRUE;
  g_cond_signal (&checkpointer->changed);
  g_mutex_unlock (&checkpointer->mutex);
  g_thread_join (g_steal_pointer (&checkpointer->thread));
}

void
_evs_bdb_checkpointer_tell (EvsBdb *self, gsize n_bytes)
{
  EvsBdbCheckpointer *checkpointer = &self->checkpointer;

  g_mutex_lock (&checkpointer->mutex);
  checkpointer->n_bytes += n_bytes;
  if (is_due (checkpointer))
    g_cond_signal (&checkpointer->changed);
  g_mutex_unlock (&checkpointer->mutex);
}
