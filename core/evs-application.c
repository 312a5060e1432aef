/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-application.h>

#include "evs-config-private.h"
#include "evs-mapper-private.h"
#include "evs-store-properties.h"

struct _EvsApplication
{
  gatomicrefcount ref_count;
  EvsEventStore *events;
  EvsRepository *repository;
  guint32 key_id;
  guint32 store_key_id;
};

G_DEFINE_BOXED_TYPE (EvsApplication, evs_application, evs_application_ref,
                     evs_application_unref)

/* ---------------------------------------------------------------- the key */

static void
set_other_key (EvsConfig *config, guint32 configured, guint32 stored,
               GError **error)
{
  const EvsConfigGroup *cipher =
      _evs_config_get_group (config, EVS_PLUGIN_CIPHER);

  g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
               "%s: this is key %08x, the store's records are sealed with key "
               "%08x",
               cipher->key_file != NULL ? cipher->key_file : "(key from code)",
               configured, stored);
}

/* The id of the store's key. If it has none yet, it gets @configured; if that
 * is 0 too, so is *@key_id. */
static gboolean
get_store_key (EvsRecordStore *records, guint32 configured, guint32 *key_id,
               GError **error)
{
  guint32 wire = GUINT32_TO_BE (configured);
  g_autoptr (GBytes) stored = NULL;

  *key_id = 0;
  if (configured != 0)
    stored = _evs_store_properties_claim (records, EVS_PROPERTY_KEY_ID, &wire,
                                          sizeof wire, error);
  else if (_evs_store_properties_get (records, EVS_PROPERTY_KEY_ID, &stored,
                                      error)
           && stored == NULL)
    return TRUE;

  if (stored == NULL
      || !_evs_store_properties_copy (records, stored, "key id", &wire,
                                      sizeof wire, error))
    return FALSE;
  *key_id = GUINT32_FROM_BE (wire);
  return TRUE;
}

/* A store has one key: the first one that it was opened with. Writing with
 * another would make a history that no single key opens. */
static gboolean
check_key (EvsApplication *self, EvsConfig *config, EvsRecordStore *records,
           GError **error)
{
  if (!get_store_key (records, self->key_id, &self->store_key_id, error))
    return FALSE;
  if (self->key_id == 0 || self->key_id == self->store_key_id)
    return TRUE;
  set_other_key (config, self->key_id, self->store_key_id, error);
  return FALSE;
}

/* ----------------------------------------------------------- open and close */

EvsApplication *
evs_application_open (const char *path, GError **error)
{
  g_autoptr (EvsConfig) config = evs_config_new_from_file (path, error);

  return config != NULL ? evs_application_new (config, error) : NULL;
}

static EvsMapper *
make_pipeline (EvsConfig *config, const EvsId *store_id, gpointer user_data,
               GError **error)
{
  return evs_mapper_new_pipeline (config, store_id, error);
}

EvsApplication *
evs_application_new (EvsConfig *config, GError **error)
{
  return evs_application_new_with_mapper (config, make_pipeline, NULL, error);
}

EvsApplication *
evs_application_new_with_mapper (EvsConfig *config, EvsMapperFactory factory,
                                 gpointer user_data, GError **error)
{
  g_autoptr (EvsRecordStore) records = NULL;
  g_autoptr (EvsMapper) mapper = NULL;
  g_autoptr (EvsApplication) self = NULL;

  g_return_val_if_fail (config != NULL && factory != NULL, NULL);

  records = evs_record_store_open (config, error);
  if (records == NULL)
    return NULL;
  mapper =
      factory (config, evs_record_store_get_id (records), user_data, error);
  if (mapper == NULL)
    return NULL;

  self = g_new0 (EvsApplication, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->events = evs_event_store_new (records, mapper);
  self->repository = evs_repository_new (self->events);
  self->key_id = evs_mapper_get_key_id (mapper);
  return check_key (self, config, records, error) ? g_steal_pointer (&self)
                                                  : NULL;
}

EvsApplication *
evs_application_ref (EvsApplication *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_application_unref (EvsApplication *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  evs_repository_unref (self->repository);
  evs_event_store_unref (self->events);
  g_free (self);
}

guint32
evs_application_get_key_id (EvsApplication *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->key_id;
}

guint32
evs_application_get_store_key_id (EvsApplication *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->store_key_id;
}

EvsEventStore *
evs_application_get_event_store (EvsApplication *self)
{
  return self->events;
}

EvsRepository *
evs_application_get_repository (EvsApplication *self)
{
  return self->repository;
}

gboolean
evs_application_save (EvsApplication *self, EvsAggregate *aggregate,
                      GError **error)
{
  g_return_val_if_fail (self != NULL && aggregate != NULL, FALSE);

  return evs_repository_save (self->repository, aggregate, error);
}

EvsAggregate *
evs_application_load (EvsApplication *self, const EvsAggregateType *type,
                      const EvsId *id, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return evs_repository_load (self->repository, type, id, error);
}
