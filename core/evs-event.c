/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-event-private.h"

#include <string.h>

struct _EvsEvent
{
  gatomicrefcount ref_count;
  EvsId id;
  guint64 version;
  guint64 position;
  gint64 recorded_at;
  gboolean erased;
  char *topic;
  GBytes *metadata; /* (nullable) */
  GBytes *state;
};

G_DEFINE_BOXED_TYPE (EvsEvent, evs_event, evs_event_ref, evs_event_unref)

EvsEvent *
evs_event_new (const char *topic, GBytes *state)
{
  return evs_event_new_full (topic, state, NULL, 0);
}

EvsEvent *
evs_event_new_full (const char *topic, GBytes *state, GBytes *metadata,
                    gint64 recorded_at)
{
  EvsEvent *self;

  g_return_val_if_fail (topic != NULL && state != NULL, NULL);

  self = g_new0 (EvsEvent, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->topic = g_strdup (topic);
  self->state = g_bytes_ref (state);
  self->metadata = metadata != NULL ? g_bytes_ref (metadata) : NULL;
  self->recorded_at = recorded_at;
  return self;
}

EvsEvent *
evs_event_new_from_view (const EvsEventView *view)
{
  EvsEvent *self;

  g_return_val_if_fail (view != NULL, NULL);

  self = g_new0 (EvsEvent, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->id = view->id;
  self->version = view->version;
  self->position = view->position;
  self->recorded_at = view->recorded_at;
  self->erased = view->erased;
  self->topic = g_strndup (view->topic.data, view->topic.size);
  self->state = g_bytes_new (view->state.data, view->state.size);
  if (view->metadata.size > 0)
    self->metadata = g_bytes_new (view->metadata.data, view->metadata.size);
  return self;
}

EvsEvent *
evs_event_ref (EvsEvent *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
evs_event_unref (EvsEvent *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->topic);
  g_bytes_unref (self->state);
  g_clear_pointer (&self->metadata, g_bytes_unref);
  g_free (self);
}

EvsSpan
_evs_span_from_bytes (GBytes *bytes)
{
  EvsSpan span = { NULL, 0 };

  if (bytes != NULL)
    span.data = g_bytes_get_data (bytes, &span.size);
  return span;
}

void
_evs_event_view (EvsEvent *self, const EvsId *id, guint64 version, gint64 now,
                 EvsEventView *view)
{
  *view = (EvsEventView){
    .id = *id,
    .version = version,
    .recorded_at = self->recorded_at != 0 ? self->recorded_at : now,
    .topic = { self->topic, strlen (self->topic) },
    .metadata = _evs_span_from_bytes (self->metadata),
    .state = _evs_span_from_bytes (self->state),
  };
}

const EvsId *
evs_event_get_id (EvsEvent *self)
{
  return &self->id;
}

guint64
evs_event_get_version (EvsEvent *self)
{
  return self->version;
}

guint64
evs_event_get_position (EvsEvent *self)
{
  return self->position;
}

const char *
evs_event_get_topic (EvsEvent *self)
{
  return self->topic;
}

GBytes *
evs_event_get_state (EvsEvent *self)
{
  return self->state;
}

GBytes *
evs_event_get_metadata (EvsEvent *self)
{
  return self->metadata;
}

gint64
evs_event_get_recorded_at (EvsEvent *self)
{
  return self->recorded_at;
}

gboolean
evs_event_is_erased (EvsEvent *self)
{
  return self->erased;
}

/* ------------------------------------------------------------------- errors */

void
_evs_event_prefix_error (GError **error, const EvsId *id, guint64 version)
{
  char text[EVS_ID_STRING_LENGTH + 1];

  evs_id_format (id, text);
  g_prefix_error (error, "%s version %" G_GUINT64_FORMAT ": ", text, version);
}

void
_evs_event_set_error (GError **error, EvsError code, const EvsId *id,
                      guint64 version, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  g_set_error_literal (error, EVS_ERROR, (int) code, text);
  _evs_event_prefix_error (error, id, version);
}
