/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "progress.h"

#include "text.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40
#define FIRST_AFTER G_USEC_PER_SEC
#define THEN_EVERY (G_USEC_PER_SEC / 10)

struct _Progress
{
  const char *what;
  gboolean visible; /* whether there is a terminal */
  gboolean drawn;
  gint64 next; /* when to draw */
};

Progress *
progress_new (const char *what)
{
  Progress *self = g_new0 (Progress, 1);

  self->what = what;
  self->visible = isatty (STDERR_FILENO);
  self->next = g_get_monotonic_time () + FIRST_AFTER;
  return self;
}

static void
draw (const char *what, guint64 done, guint64 total)
{
  double share = total > 0 ? MIN ((double) done / (double) total, 1.0) : 0.0;
  int full = (int) (share * WIDTH);
  g_autofree char *count = text_count (done);

  if (total == 0)
    fprintf (stderr, "\r%s  %s", what, count);
  else
    fprintf (stderr, "\r%s  [%.*s%*s] %3d %%", what, full,
             "########################################", WIDTH - full, "",
             (int) (share * 100));
  fflush (stderr);
}

void
progress_set (Progress *self, guint64 done, guint64 total)
{
  gint64 now = self->visible ? g_get_monotonic_time () : 0;

  if (!self->visible || now < self->next)
    return;
  self->next = now + THEN_EVERY;
  self->drawn = TRUE;
  draw (self->what, done, total);
}

void
progress_free (Progress *self)
{
  if (self == NULL)
    return;
  if (self->drawn)
    fputs ("\r\033[K", stderr);
  g_free (self);
}
