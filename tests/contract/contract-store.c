/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "contract-store-private.h"

#include <string.h>

/* ----------------------------------------------------------------- fixture */

gpointer
evs_store_open (const StoreFixture *self)
{
  g_autoptr (GError) error = NULL;
  gpointer store = self->vtable->open (self->place->values, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

void
evs_store_set_up (StoreFixture *self, gconstpointer target)
{
  g_mutex_init (&self->serial);
  self->place = evs_contract_place_new (target);
  self->vtable = self->place->target->plugin->vtable.store;
  self->store = evs_store_open (self);
}

void
evs_store_tear_down (StoreFixture *self, gconstpointer target)
{
  self->vtable->close (self->store);
  evs_contract_place_free (self->place);
  g_mutex_clear (&self->serial);
}

void
evs_store_reopen (StoreFixture *self)
{
  self->vtable->close (self->store);
  self->store = evs_store_open (self);
}

/* ------------------------------------------------------------------- calls */

static void
enter (StoreFixture *self)
{
  if (!(self->vtable->flags & EVS_STORE_CONCURRENT))
    g_mutex_lock (&self->serial);
}

static void
leave (StoreFixture *self)
{
  if (!(self->vtable->flags & EVS_STORE_CONCURRENT))
    g_mutex_unlock (&self->serial);
}

static void
leave_with (StoreFixture *self, gboolean ok, GError *error)
{
  leave (self);
  g_assert_no_error (error);
  g_assert_true (ok);
}

void
evs_store_commit (StoreFixture *self, const EvsBatch *const *batches,
                  gsize n_batches, EvsBatchResult *results)
{
  memset (results, 0, n_batches * sizeof *results);
  enter (self);
  self->vtable->commit (self->store, batches, n_batches, results);
  leave (self);
  for (gsize i = 0; i < n_batches; i++)
    g_assert_cmpint (batches[i]->n_inserts > 0 && results[i].error == NULL, ==,
                     results[i].first_position > 0);
}

guint64
evs_store_commit_one (StoreFixture *self, const EvsBatch *batch)
{
  EvsBatchResult result;

  evs_store_commit (self, &batch, 1, &result);
  if (result.error == NULL)
    return result.first_position;

  g_assert_error (result.error, EVS_ERROR, EVS_ERROR_CONFLICT);
  g_clear_error (&result.error);
  return 0;
}

void
evs_store_read_sequence (StoreFixture *self, const EvsId *id, guint64 from,
                         guint64 to, guint64 limit, gboolean descending,
                         EvsRecordVisitor visitor, gpointer user_data)
{
  GError *error = NULL;
  gboolean ok;

  enter (self);
  ok = self->vtable->read_sequence (self->store, id, from, to, limit,
                                    descending, visitor, user_data, &error);
  leave_with (self, ok, error);
}

void
evs_store_read_log (StoreFixture *self, guint64 from, guint64 limit,
                    EvsRecordVisitor visitor, gpointer user_data)
{
  GError *error = NULL;
  gboolean ok;

  enter (self);
  ok = self->vtable->read_log (self->store, from, limit, visitor, user_data,
                               &error);
  leave_with (self, ok, error);
}

void
evs_store_read_ids (StoreFixture *self, const EvsId *after, guint64 limit,
                    EvsIdVisitor visitor, gpointer user_data)
{
  GError *error = NULL;
  gboolean ok;

  enter (self);
  ok = self->vtable->read_ids (self->store, after, limit, visitor, user_data,
                               &error);
  leave_with (self, ok, error);
}

gint64
evs_store_last_version (StoreFixture *self, const EvsId *id)
{
  GError *error = NULL;
  gint64 version = -2;
  gboolean ok;

  enter (self);
  ok = self->vtable->last_version (self->store, id, &version, &error);
  leave_with (self, ok, error);
  g_assert_cmpint (version, >=, -1);
  return version;
}

guint64
evs_store_last_position (StoreFixture *self)
{
  GError *error = NULL;
  guint64 position = G_MAXUINT64;
  gboolean ok;

  enter (self);
  ok = self->vtable->last_position (self->store, &position, &error);
  leave_with (self, ok, error);
  return position;
}

void
evs_store_side_get (StoreFixture *self, const char *table, EvsSpan key,
                    EvsSideVisitor visitor, gpointer user_data)
{
  GError *error = NULL;
  gboolean ok;

  enter (self);
  ok = self->vtable->side_get (self->store, table, key, visitor, user_data,
                               &error);
  leave_with (self, ok, error);
}

void
evs_store_side_scan (StoreFixture *self, const char *table, EvsSpan after,
                     guint64 limit, EvsSideVisitor visitor, gpointer user_data)
{
  GError *error = NULL;
  gboolean ok;

  enter (self);
  ok = self->vtable->side_scan (self->store, table, after, limit, visitor,
                                user_data, &error);
  leave_with (self, ok, error);
}

/* --------------------------------------------------------------------- add */

void
evs_store_add (const EvsContractTarget *target, const char *name,
               StoreTest test)
{
  g_autofree char *path = evs_contract_path (target, name);

  g_test_add (path, StoreFixture, target, evs_store_set_up, test,
              evs_store_tear_down);
}

void
evs_contract_store_add_tests (const EvsContractTarget *target)
{
  evs_contract_add_descriptor_test (target);
  evs_store_add_commit_tests (target);
  evs_store_add_side_tests (target);
  evs_store_add_read_tests (target);
  evs_store_add_thread_tests (target);
  if (target->plugin->vtable.store->flags & EVS_STORE_PERSISTENT)
    evs_store_add_lasting_tests (target);
}
