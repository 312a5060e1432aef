/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-store-properties.h"

#include "evs-record-store-private.h"

#include <string.h>

gboolean
_evs_store_properties_get (EvsRecordStore *self, const char *name,
                           GBytes **value, GError **error)
{
  return evs_record_store_get_side (self, EVS_PROPERTIES, name, strlen (name),
                                    value, error);
}

gboolean
_evs_store_properties_copy (EvsRecordStore *self, GBytes *value,
                            const char *what, gpointer out, gsize size,
                            GError **error)
{
  gsize found;
  gconstpointer bytes = g_bytes_get_data (value, &found);

  if (found != size)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
                   "%s: the store's %s has %" G_GSIZE_FORMAT
                   " bytes, %" G_GSIZE_FORMAT " are wanted",
                   _evs_record_store_get_name (self), what, found, size);
      return FALSE;
    }
  memcpy (out, bytes, size);
  return TRUE;
}

GBytes *
_evs_store_properties_claim (EvsRecordStore *self, const char *name,
                             gconstpointer value, gsize size, GError **error)
{
  EvsSideWrite put = {
    .table = EVS_PROPERTIES,
    .key = { name, strlen (name) },
    .value = { value, size },
    .expectation = EVS_SIDE_ABSENT,
  };
  EvsBatch batch = { .side = &put, .n_side = 1 };
  g_autoptr (GError) conflict = NULL;
  GBytes *found;

  if (!_evs_store_properties_get (self, name, &found, error) || found != NULL)
    return found;

  if (evs_record_store_commit (self, &batch, NULL, &conflict))
    return g_bytes_new (value, size);
  if (!g_error_matches (conflict, EVS_ERROR, EVS_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&conflict));
      return NULL;
    }

  _evs_store_properties_get (self, name, &found, error);
  return found;
}

static gboolean
check_format (EvsRecordStore *self, GError **error)
{
  static const char wanted[] = G_STRINGIFY (EVS_STORE_FORMAT);
  g_autoptr (GBytes) format = NULL;
  g_autofree char *found = NULL;
  const char *text;
  gsize size;

  format = _evs_store_properties_claim (self, EVS_PROPERTY_FORMAT, wanted,
                                        strlen (wanted), error);
  if (format == NULL)
    return FALSE;

  text = g_bytes_get_data (format, &size);
  if (size == strlen (wanted) && memcmp (text, wanted, size) == 0)
    return TRUE;

  found = g_utf8_make_valid (text, (gssize) MIN (size, 8));
  g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
               "%s: the store is of format %s, this library reads format %s",
               _evs_record_store_get_name (self), found, wanted);
  return FALSE;
}

static gboolean
claim_id (EvsRecordStore *self, EvsId *id, GError **error)
{
  g_autoptr (GBytes) stored = NULL;
  EvsId fresh;

  evs_id_init_random (&fresh);
  stored = _evs_store_properties_claim (self, EVS_PROPERTY_STORE_ID, &fresh,
                                        sizeof fresh, error);
  return stored != NULL
         && _evs_store_properties_copy (self, stored, "id", id, sizeof *id,
                                        error);
}

/* An empty store gets its properties; a store with records must have them, for
 * a new id would make every sealed record unreadable for ever. */
gboolean
_evs_store_properties_check (EvsRecordStore *self, EvsId *store_id,
                             GError **error)
{
  g_autoptr (GBytes) id = NULL;
  guint64 position;

  /* In this order: another process may make the store between the two. */
  if (!evs_record_store_last_position (self, &position, error)
      || !_evs_store_properties_get (self, EVS_PROPERTY_STORE_ID, &id, error))
    return FALSE;

  if (id == NULL && position > 0)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_DAMAGED,
                   "%s: the store has records but no id",
                   _evs_record_store_get_name (self));
      return FALSE;
    }
  return check_format (self, error) && claim_id (self, store_id, error);
}
