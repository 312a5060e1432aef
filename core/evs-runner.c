/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-runner.h"

#include <unistd.h>

struct _EvsRunner
{
  void (*job) (gpointer data);
  gpointer data;
  GThread *thread;
  pid_t process; /* that the thread is in */
  GMutex mutex;  /* guards what follows */
  GCond changed;
  gboolean busy;
  gboolean stop;
};

static void
run_job (EvsRunner *self)
{
  g_mutex_unlock (&self->mutex);
  self->job (self->data);
  g_mutex_lock (&self->mutex);
  self->busy = FALSE;
  g_cond_signal (&self->changed);
}

static gpointer
run (gpointer data)
{
  EvsRunner *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->stop)
    if (self->busy)
      run_job (self);
    else
      g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

EvsRunner *
_evs_runner_new (void (*job) (gpointer data), gpointer data)
{
  EvsRunner *self = g_new0 (EvsRunner, 1);

  self->job = job;
  self->data = data;
  self->process = getpid ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("evs-runner", run, self);
  return self;
}

void
_evs_runner_free (EvsRunner *self)
{
  if (self->process != getpid ())
    return;

  _evs_runner_wait (self);
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
_evs_runner_start (EvsRunner *self)
{
  g_mutex_lock (&self->mutex);
  g_assert (!self->busy);
  self->busy = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);
}

void
_evs_runner_wait (EvsRunner *self)
{
  g_mutex_lock (&self->mutex);
  while (self->busy)
    g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
}
