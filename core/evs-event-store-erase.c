/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Erasing an event. */

#include "evs-event-private.h"
#include "evs-event-store-private.h"

#include <string.h>

static gboolean
map_tombstone (EvsEventStore *self, EvsEvent *event, GBytes *metadata,
               EvsBuffer *data, GError **error)
{
  EvsMapper *mapper = _evs_event_store_get_mapper (self);
  const char *topic = evs_event_get_topic (event);
  EvsEventView tombstone = {
    .id = *evs_event_get_id (event),
    .version = evs_event_get_version (event),
    .recorded_at = g_get_real_time (),
    .erased = TRUE,
    .topic = { topic, strlen (topic) },
    .metadata = _evs_span_from_bytes (metadata),
  };
  gpointer worker;
  gboolean ok;

  if (!evs_mapper_begin (mapper, &worker, error))
    return FALSE;
  ok = evs_mapper_map (mapper, worker, &tombstone, data, error);
  evs_mapper_end (mapper, worker);
  return ok;
}

static gboolean
replace (EvsRecordStore *records, EvsEvent *event, GBytes *old,
         const EvsBuffer *data, GError **error)
{
  EvsReplacement replacement = {
    .id = *evs_event_get_id (event),
    .version = evs_event_get_version (event),
    .old_data = _evs_span_from_bytes (old),
    .new_data = { data->data, data->size },
  };
  EvsBatch batch = { .replacements = &replacement, .n_replacements = 1 };

  return evs_record_store_commit (records, &batch, NULL, error);
}

gboolean
evs_event_store_erase (EvsEventStore *self, const EvsId *id, guint64 version,
                       GBytes *metadata, GError **error)
{
  g_auto (EvsBuffer) data = { NULL, 0, 0 };
  g_autoptr (EvsEvent) event = NULL;
  g_autoptr (GBytes) old = NULL;
  EvsRecordStore *records;

  g_return_val_if_fail (self != NULL && id != NULL, FALSE);

  /* The bytes before the event: what is replaced is what was read, or older. */
  records = evs_event_store_get_record_store (self);
  old = evs_record_store_get_data (records, id, version, NULL, NULL, error);
  if (old == NULL)
    return FALSE;
  event = evs_event_store_get (self, id, version, error);
  if (event == NULL)
    return FALSE;
  if (evs_event_is_erased (event))
    {
      _evs_event_set_error (error, EVS_ERROR_ERASED, id, version,
                            "erased already");
      return FALSE;
    }
  return map_tombstone (self, event, metadata, &data, error)
         && replace (records, event, old, &data, error);
}
