/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A record store for tests: the plugin memory, with a fault between it and
 * the caller.
 */

#include "contract-fakes.h"

#include "contract-target.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *fault;
  const EvsStoreVTable *inner;
  gpointer store;
  GMutex mutex;
  guint64 hidden;   /* a position not to be seen yet */
  GByteArray *lent; /* the data of the record that is being visited */
  gboolean serial;
  gint inside; /* calls under way */
} FakeStore;

static const char *const faults[] = { "none",
                                      "loses-second-half",
                                      "repeats-positions",
                                      "shows-later-first",
                                      "ignores-expectations",
                                      "ignores-old-data",
                                      "splits-batches",
                                      "stops-at-conflict",
                                      "takes-gaps",
                                      "ignores-limit",
                                      "excludes-upper-bound",
                                      "never-stops",
                                      "moves-end-of-log",
                                      "moves-end-of-sequence",
                                      "moves-end-of-ids",
                                      "lends-its-own-memory",
                                      "sets-no-error",
                                      "never-ends",
                                      "ends-the-process",
                                      NULL };

static const EvsSetting settings_table[] = { { .key = "fault",
                                               .type = EVS_SETTING_CHOICE,
                                               .default_value = "none",
                                               .help = "What it does wrong",
                                               .choices = faults } };

static gboolean
has (const FakeStore *self, const char *fault)
{
  return strcmp (self->fault, fault) == 0;
}

static gpointer
fake_open (const EvsSettingValue *settings, GError **error)
{
  const EvsPlugin *memory = evs_contract_load (EVS_PLUGIN_STORE, "memory");
  g_autofree EvsSettingValue *unset =
      g_new0 (EvsSettingValue, memory->n_settings);
  FakeStore *self = g_new0 (FakeStore, 1);

  for (gsize i = 0; faults[i] != NULL; i++)
    if (strcmp (faults[i], settings[0].string) == 0)
      self->fault = faults[i];
  self->inner = memory->vtable.store;
  self->store = self->inner->open (unset, error);
  self->lent = g_byte_array_new ();
  g_mutex_init (&self->mutex);
  return self;
}

static gpointer
fake_open_serial (const EvsSettingValue *settings, GError **error)
{
  FakeStore *self = fake_open (settings, error);

  self->serial = TRUE;
  return self;
}

static void
enter (FakeStore *self)
{
  if (g_atomic_int_add (&self->inside, 1) > 0 && self->serial)
    g_error ("entered while it was entered");
}

static void
leave (FakeStore *self)
{
  g_atomic_int_add (&self->inside, -1);
}

static void
fake_close (gpointer store)
{
  FakeStore *self = store;

  self->inner->close (self->store);
  g_byte_array_unref (self->lent);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* ------------------------------------------------------------------ commit */

static void
commit_to_inner (FakeStore *self, const EvsBatch *batch, EvsBatchResult *result)
{
  self->inner->commit (self->store, &batch, 1, result);
}

/* Everything but the side entries first, and then these whatever happened. */
static void
commit_split (FakeStore *self, const EvsBatch *batch, EvsBatchResult *result)
{
  EvsBatch records = *batch;
  EvsBatch side = { .side = batch->side, .n_side = batch->n_side };
  EvsBatchResult side_result = { 0 };

  records.n_side = 0;
  commit_to_inner (self, &records, result);
  commit_to_inner (self, &side, &side_result);
  if (result->error == NULL)
    result->error = g_steal_pointer (&side_result.error);
  g_clear_error (&side_result.error);
}

static void
commit_without_expectations (FakeStore *self, const EvsBatch *batch,
                             EvsBatchResult *result)
{
  g_autofree EvsSideWrite *side =
      g_memdup2 (batch->side, batch->n_side * sizeof *side);
  EvsBatch changed = *batch;

  for (gsize i = 0; i < batch->n_side; i++)
    side[i].expectation = EVS_SIDE_ANY;
  changed.side = side;
  commit_to_inner (self, &changed, result);
}

static gboolean
take_data (const EvsRecord *record, gpointer user_data)
{
  *(EvsSpan *) user_data = record->data;
  return TRUE;
}

/* The memory store keeps the data until it is replaced: here that is enough. */
static void
commit_whatever_was_there (FakeStore *self, const EvsBatch *batch,
                           EvsBatchResult *result)
{
  g_autofree EvsReplacement *replacements = g_memdup2 (
      batch->replacements, batch->n_replacements * sizeof *replacements);
  EvsBatch changed = *batch;

  for (gsize i = 0; i < batch->n_replacements; i++)
    self->inner->read_sequence (self->store, &replacements[i].id,
                                replacements[i].version,
                                replacements[i].version, 0, FALSE, take_data,
                                &replacements[i].old_data, NULL);
  changed.replacements = replacements;
  commit_to_inner (self, &changed, result);
}

/* A version that is too high becomes the one that is wanted. */
static void
commit_with_gaps (FakeStore *self, const EvsBatch *batch,
                  EvsBatchResult *result)
{
  EvsBatch changed = *batch;
  EvsRecord record;
  gint64 last = -1;

  if (batch->n_inserts == 1)
    {
      record = *batch->inserts;
      self->inner->last_version (self->store, &record.id, &last, NULL);
      record.version = MIN (record.version, (guint64) (last + 1));
      changed.inserts = &record;
    }
  commit_to_inner (self, &changed, result);
}

/* Others may commit and read while the new record, which has its position,
 * cannot be seen: what comes of numbers that are handed out too early. */
static void
commit_hidden (FakeStore *self, const EvsBatch *batch, EvsBatchResult *result)
{
  g_mutex_lock (&self->mutex);
  commit_to_inner (self, batch, result);
  if (self->hidden == 0)
    self->hidden = result->first_position;
  g_mutex_unlock (&self->mutex);

  g_usleep (10);

  g_mutex_lock (&self->mutex);
  if (self->hidden == result->first_position)
    self->hidden = 0;
  g_mutex_unlock (&self->mutex);
}

static void
commit_batch (FakeStore *self, const EvsBatch *batch, EvsBatchResult *result)
{
  EvsBatch half = *batch;

  half.n_inserts = (half.n_inserts + 1) / 2;
  if (has (self, "loses-second-half"))
    commit_to_inner (self, &half, result);
  else if (has (self, "splits-batches"))
    commit_split (self, batch, result);
  else if (has (self, "ignores-expectations"))
    commit_without_expectations (self, batch, result);
  else if (has (self, "ignores-old-data"))
    commit_whatever_was_there (self, batch, result);
  else if (has (self, "takes-gaps"))
    commit_with_gaps (self, batch, result);
  else if (has (self, "shows-later-first"))
    commit_hidden (self, batch, result);
  else
    commit_to_inner (self, batch, result);
}

static void
spoil_result (FakeStore *self, EvsBatchResult *result)
{
  if (has (self, "repeats-positions") && result->first_position > 1)
    result->first_position--;
  if (has (self, "sets-no-error"))
    g_clear_error (&result->error);
}

static void
fake_commit (gpointer store, const EvsBatch *const *batches, gsize n_batches,
             EvsBatchResult *results)
{
  FakeStore *self = store;

  enter (self);
  if (has (self, "lends-its-own-memory") && self->lent->len > 0)
    self->lent->data[0] ^= 1;
  for (gsize i = 0; i < n_batches; i++)
    {
      commit_batch (self, batches[i], &results[i]);
      if (results[i].error != NULL && has (self, "stops-at-conflict"))
        n_batches = i;
      spoil_result (self, &results[i]);
    }
  leave (self);
}

/* -------------------------------------------------------------------- read */

/* A visitor between the inner store and the real one. */
typedef struct
{
  FakeStore *store;
  EvsRecordVisitor visitor;
  gpointer user_data;
  guint64 last;
} Filter;

static gboolean
visit_lent (Filter *filter, const EvsRecord *record)
{
  FakeStore *self = filter->store;
  EvsRecord copy = *record;

  g_byte_array_set_size (self->lent, 0);
  g_byte_array_append (self->lent, record->data.data,
                       (guint) record->data.size);
  copy.data.data = self->lent->data;
  return filter->visitor (&copy, filter->user_data);
}

static gboolean
filter_record (const EvsRecord *record, gpointer user_data)
{
  Filter *filter = user_data;
  FakeStore *self = filter->store;
  gboolean hidden;

  g_mutex_lock (&self->mutex);
  hidden = self->hidden == record->position;
  g_mutex_unlock (&self->mutex);
  filter->last = record->position;
  if (has (self, "lends-its-own-memory"))
    return visit_lent (filter, record);
  return hidden || filter->visitor (record, filter->user_data)
         || has (self, "never-stops");
}

/* One at a time, for as long as there is another. */
static gboolean
read_to_moving_version (FakeStore *self, const EvsId *id, guint64 from,
                        guint64 to, Filter *filter, GError **error)
{
  do
    {
      filter->last = 0;
      self->inner->read_sequence (self->store, id, from++, to, 1, FALSE,
                                  filter_record, filter, error);
    }
  while (filter->last != 0);
  return TRUE;
}

/* What a suite cannot tell that runs in the same process. */
static void
end_or_not (FakeStore *self)
{
  while (has (self, "never-ends"))
    g_usleep (G_USEC_PER_SEC);
  if (has (self, "ends-the-process"))
    exit (0);
}

static gboolean
fake_read_sequence (gpointer store, const EvsId *id, guint64 from, guint64 to,
                    guint64 limit, gboolean descending,
                    EvsRecordVisitor visitor, gpointer user_data,
                    GError **error)
{
  FakeStore *self = store;
  Filter filter = { self, visitor, user_data, 0 };

  if (descending)
    end_or_not (self);
  if (has (self, "excludes-upper-bound") && to-- == 0)
    return TRUE;
  if (has (self, "moves-end-of-sequence") && limit == 0 && !descending)
    return read_to_moving_version (self, id, from, to, &filter, error);
  return self->inner->read_sequence (self->store, id, from, to,
                                     has (self, "ignores-limit") ? 0 : limit,
                                     descending, filter_record, &filter, error);
}

static gboolean
read_to_moving_end (FakeStore *self, guint64 from, Filter *filter,
                    GError **error)
{
  do
    {
      filter->last = 0;
      self->inner->read_log (self->store, from, 1, filter_record, filter,
                             error);
      from = filter->last + 1;
    }
  while (filter->last != 0);
  return TRUE;
}

static gboolean
fake_read_log (gpointer store, guint64 from, guint64 limit,
               EvsRecordVisitor visitor, gpointer user_data, GError **error)
{
  FakeStore *self = store;
  Filter filter = { self, visitor, user_data, 0 };
  gboolean ok;

  enter (self);
  if (has (self, "moves-end-of-log") && limit == 0)
    ok = read_to_moving_end (self, from, &filter, error);
  else
    ok = self->inner->read_log (self->store, from,
                                has (self, "ignores-limit") ? 0 : limit,
                                filter_record, &filter, error);
  leave (self);
  return ok;
}

static gboolean
take_id (const EvsId *id, gpointer user_data)
{
  *(EvsId *) user_data = *id;
  return TRUE;
}

static gboolean
read_to_moving_id (FakeStore *self, const EvsId *after, EvsIdVisitor visitor,
                   gpointer user_data, GError **error)
{
  EvsId end = { { 0 } };
  EvsId id;

  for (; self->inner->read_ids (self->store, after, 1, take_id, &id, error)
         && memcmp (&id, &end, sizeof id) != 0;
       after = &end)
    {
      end = id;
      if (!visitor (&id, user_data))
        break;
    }
  return TRUE;
}

static gboolean
fake_read_ids (gpointer store, const EvsId *after, guint64 limit,
               EvsIdVisitor visitor, gpointer user_data, GError **error)
{
  FakeStore *self = store;

  if (has (self, "moves-end-of-ids") && limit == 0)
    return read_to_moving_id (self, after, visitor, user_data, error);
  return self->inner->read_ids (self->store, after, limit, visitor, user_data,
                                error);
}

static gboolean
fake_last_version (gpointer store, const EvsId *id, gint64 *version,
                   GError **error)
{
  FakeStore *self = store;

  return self->inner->last_version (self->store, id, version, error);
}

static gboolean
fake_last_position (gpointer store, guint64 *position, GError **error)
{
  FakeStore *self = store;

  return self->inner->last_position (self->store, position, error);
}

static gboolean
fake_side_get (gpointer store, const char *table, EvsSpan key,
               EvsSideVisitor visitor, gpointer user_data, GError **error)
{
  FakeStore *self = store;

  return self->inner->side_get (self->store, table, key, visitor, user_data,
                                error);
}

static gboolean
fake_side_scan (gpointer store, const char *table, EvsSpan after, guint64 limit,
                EvsSideVisitor visitor, gpointer user_data, GError **error)
{
  FakeStore *self = store;

  return self->inner->side_scan (self->store, table, after, limit, visitor,
                                 user_data, error);
}

#define FAKE_STORE_VTABLE(OPEN, FLAGS)                                         \
  {                                                                            \
    .struct_size = sizeof (EvsStoreVTable), .flags = (FLAGS), .open = (OPEN),  \
    .close = fake_close, .commit = fake_commit,                                \
    .read_sequence = fake_read_sequence, .read_log = fake_read_log,            \
    .read_ids = fake_read_ids, .last_version = fake_last_version,              \
    .last_position = fake_last_position, .side_get = fake_side_get,            \
    .side_scan = fake_side_scan                                                \
  }

static const EvsStoreVTable fake_store_vtable =
    FAKE_STORE_VTABLE (fake_open, EVS_STORE_CONCURRENT);
static const EvsStoreVTable fake_serial_store_vtable =
    FAKE_STORE_VTABLE (fake_open_serial, 0);

EVS_DEFINE_STORE (fake_store, .name = "fake-store", .version = "1.0",
                  .summary = "A record store for tests",
                  EVS_PLUGIN_SETTINGS (settings_table))
EVS_DEFINE_STORE (fake_serial_store, .name = "fake-serial-store",
                  .version = "1.0",
                  .summary = "A record store for one thread at a time",
                  EVS_PLUGIN_SETTINGS (settings_table))
