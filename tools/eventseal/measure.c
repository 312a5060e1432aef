/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* As import: a batch of large events is stored before it has grown to its
 * number. */
#define BATCH_SIZE_MAX ((gsize) 64 * 1024 * 1024)

#define N_FLUSHES 64
#define FLUSH_SIZE 4096
#define MAP_AT_A_TIME 100

/* What a reader has seen. */
typedef struct
{
  guint64 n;
  guint64 size;
} Seen;

double
measure_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
measure_median (double *numbers, gsize n)
{
  qsort (numbers, n, sizeof *numbers, compare_numbers);
  return n % 2 != 0 ? numbers[n / 2]
                    : (numbers[n / 2 - 1] + numbers[n / 2]) / 2;
}

/* ------------------------------------------------------------------- append */

static gboolean
commit (EvsAppender *appender, Pace *pace, MeasureAppend *time, GError **error)
{
  guint64 n = evs_appender_get_n_events (appender);
  double start = measure_now ();

  if (!evs_appender_commit (appender, NULL, error))
    return FALSE;
  time->store += measure_now () - start;
  return pace_step (pace, n, error);
}

gboolean
measure_append (EvsEventStore *store, const Dataset *data, gsize n, gsize batch,
                Pace *pace, MeasureAppend *time, GError **error)
{
  g_autoptr (EvsAppender) appender = evs_appender_new (store);
  double start = measure_now ();

  time->store = 0;
  for (gsize i = 0; i < n; i++)
    if (!evs_appender_add (appender, dataset_get (data, i), error)
        || ((evs_appender_get_n_events (appender) == batch
             || evs_appender_get_size (appender) >= BATCH_SIZE_MAX)
            && !commit (appender, pace, time, error)))
      return FALSE;
  if (evs_appender_get_n_events (appender) > 0
      && !commit (appender, pace, time, error))
    return FALSE;
  time->all = measure_now () - start;
  return TRUE;
}

/* --------------------------------------------------------------------- read */

static gboolean
see (const EvsEventView *event, gpointer user_data)
{
  Seen *seen = user_data;

  seen->n++;
  seen->size += event->state.size;
  return TRUE;
}

gboolean
measure_replay (EvsEventStore *store, const Dataset *data, Pace *pace,
                double *rate, GError **error)
{
  Seen seen = { 0, 0 };
  double start = measure_now ();

  for (guint i = 0; i < data->ids->len; i++)
    if (!evs_event_store_visit (store, &g_array_index (data->ids, EvsId, i), 0,
                                MEASURE_SHORT - 1, 0, FALSE, see, &seen, error))
      return FALSE;
  *rate = (double) seen.n / (measure_now () - start);
  return pace_step (pace, data->events->len, error);
}

/* A number is worth nothing if not all came back. */
gboolean
measure_scan (EvsEventStore *store, const Dataset *data, Pace *pace,
              double *rate, GError **error)
{
  Seen seen = { 0, 0 };
  double start = measure_now ();

  if (!evs_event_store_visit_all (store, 1, 0, see, &seen, error))
    return FALSE;
  *rate = (double) seen.n / (measure_now () - start);
  if (seen.n == data->events->len && seen.size == data->size)
    return pace_step (pace, data->events->len, error);
  g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
               "the log has %" G_GUINT64_FORMAT
               " events where %u were appended, or other ones",
               seen.n, data->events->len);
  return FALSE;
}

/* ---------------------------------------------------------------------- map */

static gboolean
map_all (EvsMapper *mapper, gpointer worker, const Dataset *data,
         EvsBuffer *buffer, GError **error)
{
  for (gsize i = 0; i < data->events->len; i++)
    {
      if (i % MAP_AT_A_TIME == 0)
        buffer->size = 0;
      if (!evs_mapper_map (mapper, worker, dataset_get (data, i), buffer,
                           error))
        return FALSE;
    }
  return TRUE;
}

gboolean
measure_map (EvsMapper *mapper, const Dataset *data, Pace *pace, double *time,
             GError **error)
{
  g_auto (EvsBuffer) buffer = { NULL, 0, 0 };
  gpointer worker;
  gboolean ok;
  double start;

  if (!evs_mapper_begin (mapper, &worker, error))
    return FALSE;
  start = measure_now ();
  ok = map_all (mapper, worker, data, &buffer, error);
  *time = (measure_now () - start) * 1e6 / (double) data->events->len;
  evs_mapper_end (mapper, worker);
  return ok && pace_step (pace, data->events->len, error);
}

/* -------------------------------------------------------------------- flush */

static gboolean
flush_once (int fd, double *time)
{
  static const guint8 bytes[FLUSH_SIZE];
  double start = measure_now ();

  if (write (fd, bytes, sizeof bytes) != (gssize) sizeof bytes
      || fdatasync (fd) != 0)
    return FALSE;
  *time = (measure_now () - start) * 1e6;
  return TRUE;
}

gboolean
measure_flush (const char *folder, double *time, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "flush", NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean ok = fd >= 0;
  double times[N_FLUSHES];

  for (gsize i = 0; ok && i < N_FLUSHES; i++)
    ok = flush_once (fd, &times[i]);
  if (!ok)
    g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "%s: %s", path,
                 g_strerror (errno));
  else
    *time = measure_median (times, N_FLUSHES);
  if (fd >= 0)
    close (fd);
  unlink (path);
  return ok;
}
