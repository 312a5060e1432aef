/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-runner.h"

#include <unistd.h>

struct _EvsRunner
{
  EvsRunnerFunc func;
  gpointer data;
  GThread *thread;
  pid_t process; /* that the thread is in */
  GMutex mutex;  /* guards what follows */
  GCond changed;
  gpointer jobs[EVS_RUNNER_MAX]; /* the first one is under way, or failed */
  guint n_jobs;
  gboolean failed;
  gboolean stop;
};

static gboolean
is_busy (const EvsRunner *self)
{
  return self->n_jobs > 0 && !self->failed;
}

static void
run_first (EvsRunner *self)
{
  gpointer job = self->jobs[0];
  gboolean ok;

  g_mutex_unlock (&self->mutex);
  ok = self->func (self->data, job);
  g_mutex_lock (&self->mutex);

  self->failed = !ok;
  if (ok)
    {
      self->n_jobs--;
      for (guint i = 0; i < self->n_jobs; i++)
        self->jobs[i] = self->jobs[i + 1];
    }
  g_cond_broadcast (&self->changed);
}

static gpointer
run (gpointer data)
{
  EvsRunner *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->stop)
    if (is_busy (self))
      run_first (self);
    else
      g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
clear (EvsRunner *self)
{
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

EvsRunner *
_evs_runner_new (EvsRunnerFunc func, gpointer data, GError **error)
{
  EvsRunner *self = g_new0 (EvsRunner, 1);
  g_autoptr (GError) reason = NULL;

  self->func = func;
  self->data = data;
  self->process = getpid ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->thread = g_thread_try_new ("evs-runner", run, self, &reason);
  if (self->thread != NULL)
    return self;

  g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "a thread to store in: %s",
               reason->message);
  clear (self);
  return NULL;
}

void
_evs_runner_free (EvsRunner *self)
{
  if (self->process != getpid ())
    return;

  _evs_runner_wait (self);
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  clear (self);
}

gboolean
_evs_runner_give (EvsRunner *self, gpointer job)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  while (is_busy (self) && self->n_jobs == EVS_RUNNER_MAX)
    g_cond_wait (&self->changed, &self->mutex);
  ok = !self->failed;
  if (ok)
    self->jobs[self->n_jobs++] = job;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return ok;
}

gboolean
_evs_runner_wait (EvsRunner *self)
{
  gboolean ok;

  g_mutex_lock (&self->mutex);
  while (is_busy (self))
    g_cond_wait (&self->changed, &self->mutex);
  ok = !self->failed;
  g_mutex_unlock (&self->mutex);
  return ok;
}

void
_evs_runner_resume (EvsRunner *self)
{
  g_mutex_lock (&self->mutex);
  self->failed = FALSE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

void
_evs_runner_drop (EvsRunner *self)
{
  g_mutex_lock (&self->mutex);
  self->failed = FALSE;
  self->n_jobs = 0;
  g_mutex_unlock (&self->mutex);
}
