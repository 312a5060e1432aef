/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "table.h"

#include "measure.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static const char *const loop_names[] = {
  [TABLE_BARE] = "bare loop",   [TABLE_PLAIN] = "plain",
  [TABLE_LZ4] = "lz4",          [TABLE_AES_CBC] = "aes-cbc",
  [TABLE_BOTH] = "lz4+aes-cbc",
};

static gboolean
ran (const Table *self, TableLoop loop)
{
  return self->rates[loop][TABLE_MANY][0] > 0;
}

static void
print_heading (const char *what)
{
  printf ("\n%-14s %35s %20s\n", "", "append, events a commit", "");
  printf ("%-14s", what);
  printf (" %11s %11s %11s %11s %11s\n", "100", "100, sync", "1", "1, sync",
          "replay");
}

/* The median, and how far the rounds lie apart: on a busy machine far. */
static double
ratio (const Table *self, TableLoop loop, TableLoop base, TableAxis axis,
       double *spread)
{
  double ratios[TABLE_MAX_ROUNDS];
  double median;

  for (guint i = 0; i < self->n_rounds; i++)
    ratios[i] = self->rates[loop][axis][i] / self->rates[base][axis][i];
  median = measure_median (ratios, self->n_rounds);
  *spread = (ratios[self->n_rounds - 1] - ratios[0]) / median;
  return median;
}

static void
print_spread (double *spreads, gsize n)
{
  if (n > 0)
    printf ("from the lowest to the highest of a ratio's rounds, typically: "
            "%.0f %% of it\n",
            100 * measure_median (spreads, n));
}

static void
print_ratios (const Table *self, TableLoop base, const char *what)
{
  double spreads[TABLE_N_LOOPS * TABLE_N_AXES];
  gsize n = 0;

  print_heading (what);
  for (TableLoop loop = base + 1; loop < TABLE_N_LOOPS; loop++)
    {
      printf ("%-14s", loop_names[loop]);
      for (TableAxis axis = 0; axis < TABLE_N_AXES; axis++)
        if (ran (self, loop))
          printf (" %11.2f", ratio (self, loop, base, axis, &spreads[n++]));
        else
          printf (" %11s", "not built");
      printf ("\n");
    }
  print_spread (spreads, n);
}

static void
print_rates (const Table *self)
{
  print_heading ("events/second");
  for (TableLoop loop = 0; loop < TABLE_N_LOOPS; loop++)
    {
      if (!ran (self, loop))
        continue;
      printf ("%-14s", loop_names[loop]);
      for (TableAxis axis = 0; axis < TABLE_N_AXES; axis++)
        {
          double rates[TABLE_MAX_ROUNDS];
          g_autofree char *text = NULL;

          memcpy (rates, self->rates[loop][axis], sizeof rates);
          text = text_count ((guint64) measure_median (rates, self->n_rounds));
          printf (" %11s", text);
        }
      printf ("\n");
    }
}

void
table_print (const Table *self)
{
  print_ratios (self, TABLE_BARE, "to bare loop");
  print_ratios (self, TABLE_PLAIN, "to plain");
  print_rates (self);
  printf (
      "\nreplay: the first %d events of each sequence, sequences in no order\n"
      "bare loop: Berkeley DB alone, the plain stack's bytes by (id, version) "
      "and a\n"
      "log tree; same pages, checksums, cache and transactions; no check for "
      "gaps, no\n"
      "checkpoints, nothing mapped, nothing sealed\n",
      MEASURE_SHORT);
}
