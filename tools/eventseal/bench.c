/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench.h"

#include "command.h"
#include "measure.h"
#include "throwaway.h"

#include <string.h>

#define N_ROUNDS 5
#define N_MAP_ROUNDS 15
#define N_DEFAULT 20000
#define N_MAX 10000000

/* One event a commit, when each is flushed: so many as take this long. */
#define SINGLE_MICROSECONDS 500e3
#define SINGLE_MIN 100
#define SINGLE_MAX 2000

#define N_STACKS 2 /* the whole one, and the plain one */

typedef struct
{
  const Dataset *data;
  Throwaway *throwaway;
  Pace *pace;
  gsize n_single;
  double rates[N_STACKS][BENCH_N_AXES][N_ROUNDS];
  double maps[THROWAWAY_WHOLE + 1][N_MAP_ROUNDS]; /* by parts: microseconds */
  double store[N_ROUNDS];
  double flush;
} Bench;

static const ThrowawayParts stacks[N_STACKS] = { THROWAWAY_WHOLE, 0 };

/* Each of these costs what it has more than the one before it. */
static const ThrowawayParts mappers[] = { 0, THROWAWAY_COMPRESSOR,
                                          THROWAWAY_WHOLE };

/* ---------------------------------------------------------------- measuring */

/* Whatever the settings of a store may mean: nothing is put where something
 * is. */
static EvsApplication *
open_empty (Bench *self, ThrowawayParts parts, GError **error)
{
  g_autoptr (EvsConfig) config = throwaway_next (self->throwaway, parts, error);
  g_autoptr (EvsApplication) application =
      config != NULL ? evs_application_new (config, error) : NULL;
  guint64 position;

  if (application == NULL
      || !evs_event_store_last_position (
          evs_application_get_event_store (application), &position, error))
    return NULL;
  if (position == 0)
    return g_steal_pointer (&application);
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_CONFLICT,
                       "the store to measure with is not empty");
  return NULL;
}

static gboolean
run_many (Bench *self, guint stack, guint round, GError **error)
{
  g_autoptr (EvsApplication) application =
      open_empty (self, stacks[stack], error);
  double (*rates)[N_ROUNDS] = self->rates[stack];
  gsize n = self->data->events->len;
  EvsEventStore *store;
  MeasureAppend time;

  if (application == NULL)
    return FALSE;
  store = evs_application_get_event_store (application);
  if (!measure_append (store, self->data, n, BENCH_BATCH, self->pace, &time,
                       error)
      || !measure_replay (store, self->data, self->pace,
                          &rates[BENCH_REPLAY][round], error)
      || !measure_scan (store, self->data, self->pace,
                        &rates[BENCH_SCAN][round], error))
    return FALSE;
  rates[BENCH_APPEND_MANY][round] = (double) n / time.all;
  if (stack == 0)
    self->store[round] = time.store * 1e6 / (double) n;
  return TRUE;
}

static gboolean
run_single (Bench *self, guint stack, guint round, GError **error)
{
  g_autoptr (EvsApplication) application =
      open_empty (self, stacks[stack], error);
  MeasureAppend time;

  if (application == NULL
      || !measure_append (evs_application_get_event_store (application),
                          self->data, self->n_single, 1, self->pace, &time,
                          error))
    return FALSE;
  self->rates[stack][BENCH_APPEND_ONE][round] =
      (double) self->n_single / time.all;
  return TRUE;
}

static gboolean
run_mapper (Bench *self, ThrowawayParts parts, guint round, GError **error)
{
  static const EvsId store_id;
  g_autoptr (EvsConfig) config = throwaway_next (self->throwaway, parts, error);
  g_autoptr (EvsMapper) mapper =
      config != NULL ? evs_mapper_new_pipeline (config, &store_id, error)
                     : NULL;

  return mapper != NULL
         && measure_map (mapper, self->data, self->pace,
                         &self->maps[parts][round], error);
}

/* Every round begins with another of those that are compared. */
static gboolean
run_round (Bench *self, guint round, GError **error)
{
  for (guint i = 0; i < N_STACKS; i++)
    if (!run_many (self, (i + round) % N_STACKS, round, error)
        || !run_single (self, (i + round) % N_STACKS, round, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_map_round (Bench *self, guint round, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (mappers); i++)
    if (!run_mapper (self, mappers[(i + round) % G_N_ELEMENTS (mappers)], round,
                     error))
      return FALSE;
  return TRUE;
}

static guint64
count_steps (const Bench *self)
{
  guint64 n = self->data->events->len;

  return N_ROUNDS * N_STACKS * (3 * n + self->n_single)
         + N_MAP_ROUNDS * G_N_ELEMENTS (mappers) * n;
}

static void
choose_n_single (Bench *self)
{
  gsize n = SINGLE_MAX;

  if (self->flush > 0
      && strcmp (throwaway_get_durability (self->throwaway), "sync") == 0)
    n = (gsize) CLAMP (SINGLE_MICROSECONDS / self->flush, SINGLE_MIN,
                       SINGLE_MAX);
  self->n_single = MIN (self->data->events->len, n);
}

static gboolean
run_all (Bench *self, GError **error)
{
  pace_expect (self->pace, count_steps (self));
  for (guint round = 0; round < N_ROUNDS; round++)
    if (!run_round (self, round, error))
      return FALSE;
  for (guint round = 0; round < N_MAP_ROUNDS; round++)
    if (!run_map_round (self, round, error))
      return FALSE;
  return TRUE;
}

static gboolean
measure (Bench *self, GError **error)
{
  const char *folder = throwaway_get_folder (self->throwaway);

  if (folder != NULL && !measure_flush (folder, &self->flush, error))
    return FALSE;
  choose_n_single (self);
  return run_all (self, error);
}

/* ---------------------------------------------------------------- reckoning */

static void
reckon_axis (Bench *self, BenchAxis axis, BenchResult *result)
{
  double ratios[N_ROUNDS];

  for (guint i = 0; i < N_ROUNDS; i++)
    ratios[i] = self->rates[0][axis][i] / self->rates[1][axis][i];
  result->ratios[axis] = measure_median (ratios, N_ROUNDS);
  result->rates[axis] = measure_median (self->rates[0][axis], N_ROUNDS);
  result->plain[axis] = measure_median (self->rates[1][axis], N_ROUNDS);
}

/* What a pipeline costs more than another, by the round. */
static double
reckon_step (Bench *self, ThrowawayParts parts, ThrowawayParts less)
{
  double steps[N_MAP_ROUNDS];

  for (guint i = 0; i < N_MAP_ROUNDS; i++)
    steps[i] = self->maps[parts][i] - self->maps[less][i];
  return measure_median (steps, N_MAP_ROUNDS);
}

static void
reckon (Bench *self, BenchResult *result)
{
  double *steps = result->steps;

  for (guint i = 0; i < BENCH_N_AXES; i++)
    reckon_axis (self, i, result);
  if (result->plugins[EVS_PLUGIN_COMPRESSOR] != NULL)
    steps[BENCH_COMPRESS] = reckon_step (self, THROWAWAY_COMPRESSOR, 0);
  if (result->plugins[EVS_PLUGIN_CIPHER] != NULL)
    steps[BENCH_SEAL] =
        reckon_step (self, THROWAWAY_WHOLE, THROWAWAY_COMPRESSOR);
  steps[BENCH_MAP] = measure_median (self->maps[0], N_MAP_ROUNDS);
  steps[BENCH_STORE] = measure_median (self->store, N_ROUNDS);
  result->durability = throwaway_get_durability (self->throwaway);
  result->flush = self->flush;
  result->n_rounds = N_ROUNDS;
  result->n_single = self->n_single;
  result->data = self->data;
}

/* ------------------------------------------------------------------ command */

static gboolean
bench (Run *self, const Dataset *data, BenchResult *result, gboolean json,
       GError **error)
{
  g_autoptr (EvsConfig) config = run_read_config (self, error);
  g_autoptr (Pace) pace = pace_new ("measuring"); /* freed after the folder */
  g_autoptr (Throwaway) throwaway = NULL;
  g_autofree Bench *state = g_new0 (Bench, 1);

  if (config == NULL)
    return FALSE;
  throwaway = throwaway_new (config, run_config_path (self), error);
  if (throwaway == NULL)
    return FALSE;
  state->data = data;
  state->throwaway = throwaway;
  state->pace = pace;
  if (!measure (state, error))
    return FALSE;

  for (EvsPluginKind kind = EVS_PLUGIN_CIPHER; kind <= EVS_PLUGIN_STORE; kind++)
    result->plugins[kind] = evs_config_get_plugin (config, kind);
  reckon (state, result);
  if (json)
    bench_print_json (result);
  else
    bench_print (result);
  return TRUE;
}

static gboolean
run (Run *self, GError **error)
{
  g_autofree char *input = NULL;
  gint64 n = N_DEFAULT;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "input", 'i', 0, G_OPTION_ARG_FILENAME, &input,
      "Measure with these events, not with generated ones", "FILE" },
    { "events", 'n', 0, G_OPTION_ARG_INT64, &n,
      "How many events, at most (20000)", "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print one line of JSON", NULL },
    { NULL }
  };
  g_autoptr (Dataset) data = NULL;
  BenchResult result = { 0 };

  if (!run_parse (self, entries, error))
    return FALSE;
  if (n < 1 || n > N_MAX)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--events: wanted 1 to %d", N_MAX);
      return FALSE;
    }
  data = input != NULL ? dataset_new_from_file (input, (gsize) n, error)
                       : dataset_new_generated ((gsize) n);
  result.input = input;
  return data != NULL && bench (self, data, &result, json, error);
}

const Command command_bench = {
  .name = "bench",
  .arguments = "",
  .summary = "Measure what the configured stack costs",
  .details =
      "Appends, replays and scans events in a store of its own, in a folder "
      "beside the\nconfigured one that is removed at the end; the configured "
      "store is not opened.\nRuns of the stack alternate with runs of the "
      "same one without cipher and\ncompressor. FILE has lines of JSON as "
      "import reads them.\n",
  .run = run,
};
