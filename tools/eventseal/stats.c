/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"
#include "names.h"
#include "output.h"
#include "progress.h"
#include "sequences.h"
#include "text.h"

#include <string.h>

#define N_LONGEST 5
#define N_KEYS 32
#define N_COMPRESSORS 16

typedef struct
{
  EvsId id;
  guint64 n;
} Longest;

typedef struct
{
  guint32 id;
  guint64 n;
} Key;

/* All of a fixed size, whatever the store holds. */
typedef struct
{
  EvsConfig *config;
  EvsEventStore *store;
  Progress *progress;
  guint64 last;   /* the log's end when it began */
  guint64 n_seen; /* in this pass and those before it */
  guint64 n_records;
  guint64 n_sequences;
  guint64 n_erased;
  guint64 n_unreadable;
  guint64 n_no_envelope;
  guint64 state_bytes;
  guint64 stored_bytes;
  guint64 suites[256];
  guint64 compressors[N_COMPRESSORS];
  Key keys[N_KEYS];
  guint64 n_other_keys; /* records of keys that found no room */
  Longest longest[N_LONGEST];
} Stats;

/* --------------------------------------------------------------- gathering */

static gboolean
count_seen (Stats *self)
{
  progress_set (self->progress, ++self->n_seen, 3 * self->last);
  return out_ok ();
}

static void
count_key (Stats *self, guint32 id)
{
  for (gsize i = 0; i < N_KEYS; i++)
    if (self->keys[i].n == 0 || self->keys[i].id == id)
      {
        self->keys[i].id = id;
        self->keys[i].n++;
        return;
      }
  self->n_other_keys++;
}

static gboolean
see_record (const EvsRecord *record, gpointer user_data)
{
  Stats *self = user_data;
  EvsEnvelope envelope;

  if (record->position > self->last)
    return FALSE;
  self->n_records++;
  self->stored_bytes += record->data.size;
  if (evs_envelope_parse (record->data, &envelope, NULL))
    {
      self->suites[envelope.suite]++;
      self->compressors[envelope.compressor % N_COMPRESSORS]++;
      self->n_erased += (envelope.flags & EVS_ENVELOPE_TOMBSTONE) != 0;
      if (envelope.suite != 0)
        count_key (self, envelope.key_id);
    }
  else
    self->n_no_envelope++;
  return count_seen (self);
}

static gboolean
see_event (const EvsEventView *event, gpointer user_data)
{
  Stats *self = user_data;

  if (event->position > self->last)
    return FALSE;
  self->state_bytes += event->state.size;
  return count_seen (self);
}

static gboolean
see_unreadable (const EvsRecord *record, const GError *error,
                gpointer user_data)
{
  Stats *self = user_data;

  if (record->position > self->last)
    return FALSE;
  self->n_unreadable++;
  return count_seen (self);
}

static void
keep_longest (Stats *self, const EvsId *id, guint64 n)
{
  for (gsize i = 0; i < N_LONGEST; i++)
    if (n > self->longest[i].n)
      {
        memmove (&self->longest[i + 1], &self->longest[i],
                 (N_LONGEST - 1 - i) * sizeof *self->longest);
        self->longest[i] = (Longest){ *id, n };
        return;
      }
}

static gboolean
measure_sequence (const EvsId *id, gpointer user_data, GError **error)
{
  Stats *self = user_data;
  gint64 version;

  if (!evs_event_store_last_version (self->store, id, &version, error))
    return FALSE;
  self->n_sequences++;
  self->n_seen += (guint64) version;
  count_seen (self);
  keep_longest (self, id, (guint64) version + 1);
  return TRUE;
}

static gboolean
gather (Stats *self, GError **error)
{
  EvsRecordStore *records = evs_event_store_get_record_store (self->store);

  return evs_record_store_last_position (records, &self->last, error)
         && evs_record_store_read_log (records, 1, 0, see_record, self, error)
         && evs_event_store_visit_all_full (self->store, 1, 0, see_event,
                                            see_unreadable, self, error)
         && sequences_foreach (self->store, measure_sequence, self, error);
}

/* ---------------------------------------------------------------- printing */

static void
print_count (const char *name, guint64 number)
{
  g_autofree char *text = text_count (number);

  out_print ("%-28s %15s\n", name, text);
}

static void
print_named (const char *name, guint64 number)
{
  g_autofree char *indented = g_strconcat ("  ", name, NULL);

  if (number > 0)
    print_count (indented, number);
}

static void
print_suites (const Stats *self)
{
  out_print ("\nby suite\n");
  for (guint id = 0; id < G_N_ELEMENTS (self->suites); id++)
    {
      g_autofree char *name = NULL;

      if (self->suites[id] == 0)
        continue;
      name = g_strdup_printf ("0x%02X %s", id,
                              name_suite (self->config, (guint8) id));
      print_named (name, self->suites[id]);
    }
  print_named ("no envelope", self->n_no_envelope);
}

static void
print_keys (const Stats *self)
{
  if (self->keys[0].n == 0)
    return;
  out_print ("\nby key id\n");
  for (gsize i = 0; i < N_KEYS; i++)
    {
      g_autofree char *name = g_strdup_printf ("%08x", self->keys[i].id);

      print_named (name, self->keys[i].n);
    }
  print_named ("others", self->n_other_keys);
}

static void
print_compressors (const Stats *self)
{
  out_print ("\nby compressor\n");
  for (guint id = 0; id < N_COMPRESSORS; id++)
    {
      g_autofree char *name = NULL;

      if (self->compressors[id] == 0)
        continue;
      name = g_strdup_printf ("%u %s", id,
                              name_compressor (self->config, (guint8) id));
      print_named (name, self->compressors[id]);
    }
}

static void
print_longest (const Stats *self)
{
  char id[EVS_ID_STRING_LENGTH + 1];

  if (self->longest[0].n == 0)
    return;
  out_print ("\nlongest sequences\n");
  for (gsize i = 0; i < N_LONGEST && self->longest[i].n > 0; i++)
    {
      g_autofree char *count = text_count (self->longest[i].n);

      evs_id_format (&self->longest[i].id, id);
      out_print ("  %s %5s\n", id, count);
    }
}

static void
print (const Stats *self, guint64 disk_size)
{
  print_count ("events", self->n_records);
  print_named ("erased", self->n_erased);
  print_named ("unreadable", self->n_unreadable);
  print_count ("sequences", self->n_sequences);
  print_count ("bytes of state", self->state_bytes);
  print_count ("bytes of stored data", self->stored_bytes);
  if (self->state_bytes > 0)
    out_print ("%-28s %15.2f\n", "  for each byte of state",
               (double) self->stored_bytes / (double) self->state_bytes);
  if (disk_size > 0)
    print_count ("bytes on disk", disk_size);
  print_suites (self);
  print_keys (self);
  print_compressors (self);
  print_longest (self);
}

static gboolean
run (Run *self, GError **error)
{
  g_autoptr (EvsApplication) application = NULL;
  g_autoptr (Progress) progress = NULL;
  Stats stats = { 0 };
  guint64 disk_size;

  if (!run_parse (self, NULL, error))
    return FALSE;
  application = run_open (self, error);
  if (application == NULL)
    return FALSE;

  progress = progress_new ("counting");
  stats.config = self->read;
  stats.progress = progress;
  stats.store = evs_application_get_event_store (application);
  if (!gather (&stats, error)
      || !evs_record_store_get_disk_size (
          evs_event_store_get_record_store (stats.store), &disk_size, error))
    return FALSE;
  g_clear_pointer (&progress, progress_free);
  print (&stats, disk_size);
  return TRUE;
}

const Command command_stats = {
  .name = "stats",
  .arguments = "",
  .summary = "Count what the store holds",
  .details = "Events, sequences, bytes of state against stored bytes, counts "
             "by suite, key id\nand compressor, the longest sequences, and the "
             "size on disk.\n",
  .run = run,
};
