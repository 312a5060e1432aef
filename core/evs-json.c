/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <eventseal/evs-json.h>

#include "evs-aggregate-private.h"

#include <string.h>

static GBytes *
serialise (json_t *attributes)
{
  char *text = json_dumps (attributes, JSON_COMPACT);

  if (text == NULL)
    return NULL;
  return g_bytes_new_with_free_func (text, strlen (text), free, text);
}

/* Jansson's own words may quote a value: they are not passed on. */
static json_t *
pack_attributes (const EvsEventType *event_type, const char *format,
                 va_list values, GError **error)
{
  json_t *attributes = json_vpack_ex (NULL, 0, format, values);

  if (attributes == NULL || !json_is_object (attributes))
    {
      g_clear_pointer (&attributes, json_decref);
      g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                   "%s: the format \"%s\" does not make a JSON object",
                   event_type->topic, format);
    }
  return attributes;
}

static gboolean
trigger (EvsAggregate *self, const char *topic, const char *format,
         va_list values, GError **error)
{
  const EvsEventType *event_type =
      _evs_aggregate_find_event_type (self, topic, error);
  g_autoptr (GBytes) state = NULL;
  json_t *attributes;
  gboolean ok;

  if (event_type == NULL)
    return FALSE;
  attributes = pack_attributes (event_type, format, values, error);
  if (attributes == NULL)
    return FALSE;

  state = serialise (attributes);
  ok = state != NULL;
  if (ok)
    ok = _evs_aggregate_queue (self, event_type, state, attributes, error);
  else
    g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                 "%s: the attributes cannot be written as JSON",
                 event_type->topic);
  json_decref (attributes);
  return ok;
}

gboolean
evs_aggregate_trigger (EvsAggregate *self, const char *topic,
                       const char *format, ...)
{
  GError *error = NULL;
  va_list values;
  gboolean ok;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (topic != NULL && format != NULL, FALSE);

  va_start (values, format);
  ok = trigger (self, topic, format, values, &error);
  va_end (values);
  if (!ok)
    _evs_aggregate_break (self, error);
  return ok;
}
