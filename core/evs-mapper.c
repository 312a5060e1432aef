/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-mapper-private.h"

#include "evs-event-private.h"
#include "evs-payload.h"

#include <string.h>

struct _EvsMapper
{
  gatomicrefcount ref_count;
  const EvsMapperInterface *iface;
  gpointer self;
};

G_DEFINE_BOXED_TYPE (EvsMapper, evs_mapper, evs_mapper_ref, evs_mapper_unref)

/* ----------------------------------------------------------------- lifetime */

EvsMapper *
evs_mapper_new (const EvsMapperInterface *iface, gpointer self)
{
  EvsMapper *mapper;

  g_return_val_if_fail (iface != NULL, NULL);
  g_return_val_if_fail (iface->struct_size >= sizeof *iface, NULL);
  g_return_val_if_fail (iface->map != NULL && iface->unmap != NULL, NULL);

  mapper = g_new (EvsMapper, 1);
  g_atomic_ref_count_init (&mapper->ref_count);
  mapper->iface = iface;
  mapper->self = self;
  return mapper;
}

EvsMapper *
evs_mapper_ref (EvsMapper *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_mapper_unref (EvsMapper *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->iface->free != NULL)
    self->iface->free (self->self);
  g_free (self);
}

gpointer
_evs_mapper_get_self (EvsMapper *self, const EvsMapperInterface *iface)
{
  return self->iface == iface ? self->self : NULL;
}

/* ------------------------------------------------------------------ workers */

gboolean
evs_mapper_begin (EvsMapper *self, gpointer *worker, GError **error)
{
  GError *reason = NULL;

  g_return_val_if_fail (self != NULL && worker != NULL, FALSE);

  *worker = NULL;
  if (self->iface->begin == NULL)
    return TRUE;
  /* NULL may be a worker, so only an error says that there is none. */
  *worker = self->iface->begin (self->self, &reason);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

void
evs_mapper_end (EvsMapper *self, gpointer worker)
{
  g_return_if_fail (self != NULL);

  if (self->iface->end != NULL)
    self->iface->end (self->self, worker);
}

/* --------------------------------------------------------------- validation */

/* Most topics are ASCII, and each event has one: the general way costs more
 * than all else that is looked at in an event that is not sealed. */
static gboolean
is_text (EvsSpan text)
{
  const guint8 *bytes = text.data;

  for (gsize i = 0; i < text.size; i++)
    if (bytes[i] == 0 || bytes[i] >= 0x80)
      return g_utf8_validate_len (text.data, text.size, NULL);
  return TRUE;
}

/* What every mapper may count on. @code: INVALID for what a host gives,
 * FORMAT for what is stored. */
static gboolean
check_topic (EvsSpan topic, EvsError code, GError **error)
{
  if (topic.size == 0 || topic.size > EVS_TOPIC_MAX)
    g_set_error (error, EVS_ERROR, (int) code,
                 "a topic of %" G_GSIZE_FORMAT " bytes, not of 1 to %d",
                 topic.size, EVS_TOPIC_MAX);
  else if (!is_text (topic))
    g_set_error_literal (error, EVS_ERROR, (int) code,
                         "a topic that is not UTF-8");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_event (const EvsEventView *event, GError **error)
{
  if (event->version > G_MAXINT64)
    g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                 "version %" G_GUINT64_FORMAT ", over %" G_GINT64_FORMAT,
                 event->version, G_MAXINT64);
  else if (event->recorded_at < 0 || event->recorded_at > EVS_RECORDED_AT_MAX)
    g_set_error_literal (error, EVS_ERROR, EVS_ERROR_INVALID,
                         "a time that is not between the years 1970 and 9999");
  else if (event->metadata.size > EVS_METADATA_MAX)
    g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
                 "metadata of %" G_GSIZE_FORMAT " bytes, over %d",
                 event->metadata.size, EVS_METADATA_MAX);
  else
    return check_topic (event->topic, EVS_ERROR_INVALID, error);
  return FALSE;
}

/* ------------------------------------------------------------- there and back
 */

gboolean
evs_mapper_map (EvsMapper *self, gpointer worker, const EvsEventView *event,
                EvsBuffer *data, GError **error)
{
  gsize size;

  g_return_val_if_fail (self != NULL && event != NULL && data != NULL, FALSE);

  size = data->size;
  if (check_event (event, error)
      && self->iface->map (self->self, worker, event, data, error))
    return TRUE;
  data->size = size;
  return FALSE;
}

gboolean
evs_mapper_unmap (EvsMapper *self, gpointer worker, const EvsRecord *record,
                  EvsBuffer *scratch, EvsEventView *event, GError **error)
{
  g_return_val_if_fail (self != NULL && record != NULL, FALSE);
  g_return_val_if_fail (scratch != NULL && event != NULL, FALSE);

  scratch->size = 0;
  *event = (EvsEventView){ .id = record->id,
                           .version = record->version,
                           .position = record->position,
                           .topic = record->topic };
  if (check_topic (record->topic, EVS_ERROR_FORMAT, error)
      && self->iface->unmap (self->self, worker, record, scratch, event, error))
    return TRUE;
  _evs_event_prefix_error (error, &record->id, record->version);
  return FALSE;
}
