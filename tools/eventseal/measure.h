/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "dataset.h"
#include "pace.h"

/* How many events of a sequence are replayed at most. */
#define MEASURE_SHORT 20

/* Seconds that appending took: all of it, and the part of the store alone. */
typedef struct
{
  double all;
  double store;
} MeasureAppend;

/* Appends the first @n events, @batch a commit, to an empty store. */
gboolean measure_append (EvsEventStore *store, const Dataset *data, gsize n,
                         gsize batch, Pace *pace, MeasureAppend *time,
                         GError **error);

/* Reads the first MEASURE_SHORT events of every sequence; the whole log.
 * @rate: events a second. */
gboolean measure_replay (EvsEventStore *store, const Dataset *data, Pace *pace,
                         double *rate, GError **error);
gboolean measure_scan (EvsEventStore *store, const Dataset *data, Pace *pace,
                       double *rate, GError **error);

/* Maps every event and drops it. @time: microseconds an event. */
gboolean measure_map (EvsMapper *mapper, const Dataset *data, Pace *pace,
                      double *time, GError **error);

/* What it takes to write 4 KiB at the end of a file in @folder and to flush
 * them, in microseconds. */
gboolean measure_flush (const char *folder, double *time, GError **error);

double measure_now (void); /* in seconds */

/* Sorts the numbers. */
double measure_median (double *numbers, gsize n);
