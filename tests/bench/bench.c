/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * make bench: four stacks on the bdb store beside a bare Berkeley DB loop that
 * stores the bytes which the plain stack stores, in transactions of the same
 * sizes. In every round each of them runs once, beginning with another one.
 */

#include "bare.h"
#include "folder.h"
#include "measure.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>

#define N_DEFAULT 20000
#define N_ROUNDS 5
#define BATCH 100

/* One event a commit: so many as take this long, when it is flushed. */
#define SINGLE_MICROSECONDS 400e3
#define SINGLE_MIN 50
#define SINGLE_MAX 2000

typedef struct
{
  Dataset *data;
  Dataset *stored; /* the same with what the plain stack makes of them */
  EvsBuffer bytes; /* of it */
  char *folder;
  Pace *pace;
  gsize n_single;  /* with a flush a commit */
  gsize n_singles; /* without */
  gboolean has[TABLE_N_LOOPS];
  Table table;
} Bench;

static const char *const compressors[TABLE_N_LOOPS] = {
  [TABLE_LZ4] = "lz4",
  [TABLE_BOTH] = "lz4",
};

static const char *const ciphers[TABLE_N_LOOPS] = {
  [TABLE_AES_CBC] = "aes-cbc",
  [TABLE_BOTH] = "aes-cbc",
};

/* ------------------------------------------------------------------- stacks */

/* Whose key this is does not matter: what it seals is thrown away. */
static gboolean
set_key (EvsConfig *config, GError **error)
{
  g_autoptr (GBytes) key =
      g_bytes_new_static ("thirty-two bytes to seal with...", 32);

  return evs_config_set_key (config, NULL, key, error);
}

static EvsConfig *
make_config (Bench *self, TableLoop loop, gboolean sync, GError **error)
{
  g_autoptr (GString) text =
      g_string_new ("[eventseal]\nformat=1\nstore=bdb\n");
  g_autoptr (EvsConfig) config = NULL;

  if (compressors[loop] != NULL)
    g_string_append_printf (text, "compressor=%s\n", compressors[loop]);
  if (ciphers[loop] != NULL)
    g_string_append_printf (text, "cipher=%s\n", ciphers[loop]);
  g_string_append_printf (text, "[store bdb]\ndirectory=store\ndurability=%s\n",
                          sync ? "sync" : "none");
  config = evs_config_new_from_data (text->str, -1, self->folder, error);
  if (config == NULL || (ciphers[loop] != NULL && !set_key (config, error)))
    return NULL;
  return g_steal_pointer (&config);
}

static gboolean
find_plugin (EvsPluginKind kind, const char *name)
{
  return name == NULL
         || evs_plugins_find (NULL, kind, name, NULL, NULL) != NULL;
}

static void
find_plugins (Bench *self)
{
  for (guint i = 0; i < TABLE_N_LOOPS; i++)
    self->has[i] = find_plugin (EVS_PLUGIN_COMPRESSOR, compressors[i])
                   && find_plugin (EVS_PLUGIN_CIPHER, ciphers[i]);
}

/* ----------------------------------------------------------- what is stored */

static gboolean
map_all (Bench *self, EvsMapper *mapper, gpointer worker, gsize *ends,
         GError **error)
{
  for (guint i = 0; i < self->data->events->len; i++)
    {
      if (!evs_mapper_map (mapper, worker, dataset_get (self->data, i),
                           &self->bytes, error))
        return FALSE;
      ends[i] = self->bytes.size;
    }
  return TRUE;
}

/* Points the copies of the events to what was made of their states. */
static void
make_stored (Bench *self, const gsize *ends)
{
  GArray *events = g_array_copy (self->data->events);
  gsize start = 0;

  for (guint i = 0; i < events->len; i++)
    {
      EvsEventView *event = &g_array_index (events, EvsEventView, i);

      event->state = (EvsSpan){ self->bytes.data + start, ends[i] - start };
      start = ends[i];
    }
  self->stored = g_new0 (Dataset, 1);
  self->stored->events = events;
  self->stored->ids = g_array_ref (self->data->ids);
  self->stored->memory = g_ptr_array_ref (self->data->memory);
}

static gboolean
prepare (Bench *self, GError **error)
{
  static const EvsId store_id;
  g_autoptr (EvsConfig) config = make_config (self, TABLE_PLAIN, FALSE, error);
  g_autoptr (EvsMapper) mapper =
      config != NULL ? evs_mapper_new_pipeline (config, &store_id, error)
                     : NULL;
  g_autofree gsize *ends = g_new (gsize, self->data->events->len);
  gpointer worker;
  gboolean ok;

  if (mapper == NULL || !evs_mapper_begin (mapper, &worker, error))
    return FALSE;
  ok = map_all (self, mapper, worker, ends, error);
  evs_mapper_end (mapper, worker);
  if (ok)
    make_stored (self, ends);
  return ok;
}

/* ---------------------------------------------------------------- measuring */

static gboolean
run_bare (Bench *self, const char *path, gboolean sync, gsize n, gsize batch,
          double *rate, double *replay, GError **error)
{
  g_autoptr (Bare) bare = NULL;
  double time;

  if (!folder_make (path, error))
    return FALSE;
  bare = bare_open (path, sync, error);
  if (bare == NULL
      || !bare_append (bare, self->stored, n, batch, self->pace, &time, error))
    return FALSE;
  *rate = (double) n / time;
  return replay == NULL
         || bare_replay (bare, self->stored, self->pace, replay, error);
}

static gboolean
run_stack (Bench *self, TableLoop loop, gboolean sync, gsize n, gsize batch,
           double *rate, double *replay, GError **error)
{
  g_autoptr (EvsConfig) config = make_config (self, loop, sync, error);
  g_autoptr (EvsApplication) application =
      config != NULL ? evs_application_new (config, error) : NULL;
  EvsEventStore *store;
  MeasureAppend time;

  if (application == NULL)
    return FALSE;
  store = evs_application_get_event_store (application);
  if (!measure_append (store, self->data, n, batch, self->pace, &time, error))
    return FALSE;
  *rate = (double) n / time.all;
  return replay == NULL
         || measure_replay (store, self->data, self->pace, replay, error);
}

static gboolean
run_loop (Bench *self, TableLoop loop, gboolean sync, gsize n, gsize batch,
          double *rate, double *replay, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "store", NULL);
  gboolean ok =
      loop == TABLE_BARE
          ? run_bare (self, path, sync, n, batch, rate, replay, error)
          : run_stack (self, loop, sync, n, batch, rate, replay, error);

  folder_remove (path);
  return ok;
}

static gboolean
run_axes (Bench *self, TableLoop loop, guint round, GError **error)
{
  double (*rates)[TABLE_MAX_ROUNDS] = self->table.rates[loop];
  gsize n = self->data->events->len;

  return run_loop (self, loop, FALSE, n, BATCH, &rates[TABLE_MANY][round],
                   &rates[TABLE_REPLAY][round], error)
         && run_loop (self, loop, TRUE, n, BATCH,
                      &rates[TABLE_MANY_SYNC][round], NULL, error)
         && run_loop (self, loop, FALSE, self->n_singles, 1,
                      &rates[TABLE_ONE][round], NULL, error)
         && run_loop (self, loop, TRUE, self->n_single, 1,
                      &rates[TABLE_ONE_SYNC][round], NULL, error);
}

static gboolean
run_rounds (Bench *self, GError **error)
{
  guint n_loops = 0;

  for (guint i = 0; i < TABLE_N_LOOPS; i++)
    n_loops += self->has[i];
  pace_expect (self->pace, (guint64) N_ROUNDS * n_loops
                               * (3 * self->data->events->len + self->n_singles
                                  + self->n_single));
  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint i = 0; i < TABLE_N_LOOPS; i++)
      {
        TableLoop loop = (i + round) % TABLE_N_LOOPS;

        if (self->has[loop] && !run_axes (self, loop, round, error))
          return FALSE;
      }
  return TRUE;
}

static gboolean
measure (Bench *self, GError **error)
{
  gsize n = self->data->events->len;

  if (!prepare (self, error)
      || !measure_flush (self->folder, &self->table.flush, error))
    return FALSE;
  self->n_single =
      MIN (n, (gsize) CLAMP (SINGLE_MICROSECONDS / self->table.flush,
                             SINGLE_MIN, SINGLE_MAX));
  self->n_singles = MIN (n, 5 * SINGLE_MAX);
  find_plugins (self);
  return run_rounds (self, error);
}

/* ------------------------------------------------------------------ command */

static void
print (Bench *self, const char *input)
{
  printf ("events      %u of %.0f bytes in %u sequences, %s\n",
          self->data->events->len,
          (double) self->data->size / self->data->events->len,
          self->data->ids->len, input != NULL ? input : "generated");
  printf ("1 a commit  %" G_GSIZE_FORMAT
          " events without a flush, %" G_GSIZE_FORMAT " with one each\n",
          self->n_singles, self->n_single);
  printf ("disk flush  %.1f us for 4 KiB\n", self->table.flush);
  printf ("rounds      %u; medians of rates, and of the ratios of each round\n",
          N_ROUNDS);
  table_print (&self->table);
}

static void
bench_clear (Bench *self)
{
  if (self->folder != NULL)
    folder_remove (self->folder);
  g_free (self->folder);
  g_clear_pointer (&self->data, dataset_free);
  g_clear_pointer (&self->stored, dataset_free);
  evs_buffer_clear (&self->bytes);
}

static gboolean
run (Bench *self, const char *input, gsize n, GError **error)
{
  self->data = input != NULL ? dataset_new_from_file (input, n, error)
                             : dataset_new_generated (n);
  if (self->data == NULL)
    return FALSE;
  self->folder = g_strdup ("bench-XXXXXX");
  if (g_mkdtemp (self->folder) == NULL)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_IO, "a folder here: %s",
                   g_strerror (errno));
      g_clear_pointer (&self->folder, g_free);
      return FALSE;
    }
  self->table.n_rounds = N_ROUNDS;
  return measure (self, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  Bench self = { .pace = pace_new ("measuring") };
  const char *input = argc > 2 && *argv[2] != '\0' ? argv[2] : NULL;
  guint64 n = N_DEFAULT;
  gboolean ok = FALSE;

  if (argc > 1 && *argv[1] != '\0'
      && !g_ascii_string_to_unsigned (argv[1], 10, 1, 10000000, &n, NULL))
    g_set_error_literal (&error, EVS_ERROR, EVS_ERROR_INVALID,
                         "BENCH_EVENTS: wanted 1 to 10000000");
  else
    ok = run (&self, input, (gsize) n, &error);
  if (ok)
    print (&self, input);
  bench_clear (&self);
  pace_free (self.pace);
  if (!ok)
    {
      fprintf (stderr, "bench: %s\n", error->message);
      return 1;
    }
  return 0;
}
