/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "causes.h"

#include "output.h"
#include "text.h"

#include <string.h>

#define OTHERS "other causes"

/* The last place is for all others. */
static Cause *
find (Causes *self, const char *text)
{
  for (guint i = 0; i < self->n_causes; i++)
    if (strcmp (self->causes[i].text, text) == 0)
      return &self->causes[i];
  if (self->n_causes < N_CAUSES)
    return &self->causes[self->n_causes++];
  self->n_causes = N_CAUSES + 1;
  return &self->causes[N_CAUSES];
}

void
causes_add (Causes *self, const char *text, const char *place)
{
  Cause *cause = find (self, text);

  self->n_wrong++;
  if (cause->n++ == 0)
    {
      cause->text = g_strdup (cause == &self->causes[N_CAUSES] ? OTHERS : text);
      cause->first = g_strdup (place);
    }
  g_free (cause->last);
  cause->last = g_strdup (place);
}

static void
print (const Cause *cause)
{
  g_autofree char *count = text_count (cause->n);
  g_autofree char *line =
      cause->n == 1
          ? g_strdup_printf ("%s: %s", cause->first, cause->text)
          : g_strdup_printf ("%s: %s times, first %s, last %s", cause->text,
                             count, cause->first, cause->last);
  g_autofree char *shown = text_safe ((EvsSpan){ line, strlen (line) }, 0);

  out_print ("%s\n", shown);
}

void
causes_print (const Causes *self)
{
  for (guint i = 0; i < self->n_causes; i++)
    print (&self->causes[i]);
}

void
causes_clear (Causes *self)
{
  for (guint i = 0; i < self->n_causes; i++)
    {
      g_free (self->causes[i].text);
      g_free (self->causes[i].first);
      g_free (self->causes[i].last);
    }
}
