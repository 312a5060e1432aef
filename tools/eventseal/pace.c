/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pace.h"

#include "progress.h"

#include <eventseal/evs-error.h>

#include <signal.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t wanted_to_end;

struct _Pace
{
  Progress *progress;
  guint64 done;
  guint64 total;
  struct sigaction old[G_N_ELEMENTS (signals)];
};

static void
note_signal (int number)
{
  wanted_to_end = 1;
}

Pace *
pace_new (const char *what)
{
  Pace *self = g_new0 (Pace, 1);
  struct sigaction action = { .sa_handler = note_signal,
                              .sa_flags = SA_RESTART };

  wanted_to_end = 0;
  sigemptyset (&action.sa_mask);
  self->progress = progress_new (what);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      sigaction (signals[i], NULL, &self->old[i]);
      if (self->old[i].sa_handler != SIG_IGN)
        sigaction (signals[i], &action, NULL);
    }
  return self;
}

void
pace_free (Pace *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &self->old[i], NULL);
  progress_free (self->progress);
  g_free (self);
}

void
pace_expect (Pace *self, guint64 total)
{
  self->total = total;
}

gboolean
pace_step (Pace *self, guint64 n, GError **error)
{
  self->done += n;
  progress_set (self->progress, self->done, self->total);
  if (!wanted_to_end)
    return TRUE;
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_FAILED,
                       "interrupted; what was measured with is removed");
  return FALSE;
}
