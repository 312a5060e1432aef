/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-payload.h"

#include "evs-envelope-private.h"

#include <string.h>

/* ------------------------------------------------------------------ writing */

void
_evs_payload_init (EvsPayload *payload, const EvsEventView *event,
                   gboolean record_time)
{
  *payload = (EvsPayload){ 0 };
  payload->recorded_at = record_time ? event->recorded_at : 0;
  payload->metadata = event->metadata;
  if (event->erased)
    payload->flags = EVS_ENVELOPE_TOMBSTONE;
  else
    payload->state = event->state;
  if (payload->recorded_at != 0 || payload->metadata.size > 0)
    payload->flags |= EVS_ENVELOPE_METADATA;
}

gsize
_evs_payload_size (const EvsPayload *payload)
{
  gsize size = payload->state.size;

  if ((payload->flags & EVS_ENVELOPE_METADATA) != 0)
    size += sizeof payload->recorded_at
            + _evs_varint_size ((guint32) payload->metadata.size)
            + payload->metadata.size;
  return size;
}

static guint8 *
put (guint8 *out, gconstpointer data, gsize size)
{
  if (size > 0)
    memcpy (out, data, size);
  return out + size;
}

void
_evs_payload_write (const EvsPayload *payload, guint8 *out)
{
  guint64 time = GUINT64_TO_BE ((guint64) payload->recorded_at);

  if ((payload->flags & EVS_ENVELOPE_METADATA) != 0)
    {
      out = put (out, &time, sizeof time);
      out += _evs_varint_write (out, (guint32) payload->metadata.size);
      out = put (out, payload->metadata.data, payload->metadata.size);
    }
  put (out, payload->state.data, payload->state.size);
}

/* ------------------------------------------------------------------ reading */

static gboolean
refuse (GError **error, const char *fact)
{
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_FORMAT, fact);
  return FALSE;
}

static void
take (EvsSpan *from, gsize size, EvsSpan *taken)
{
  *taken = (EvsSpan){ from->data, size };
  *from = (EvsSpan){ (const guint8 *) from->data + size, from->size - size };
}

static gboolean
read_time (EvsPayload *payload, EvsSpan *rest, GError **error)
{
  EvsSpan bytes;
  guint64 time;

  if (rest->size < sizeof time)
    return refuse (error, "the payload ends inside the time");
  take (rest, sizeof time, &bytes);
  memcpy (&time, bytes.data, sizeof time);
  time = GUINT64_FROM_BE (time);
  if (time > EVS_RECORDED_AT_MAX)
    return refuse (error, "the time is not between the years 1970 and 9999");
  payload->recorded_at = (gint64) time;
  return TRUE;
}

static gboolean
read_metadata (EvsPayload *payload, EvsSpan *rest, GError **error)
{
  guint32 size;

  if (!_evs_varint_read (rest, &size))
    return refuse (error, "the length of the metadata is malformed");
  if (size > EVS_METADATA_MAX)
    return refuse (error, "the metadata is longer than metadata can be");
  if (size > rest->size)
    return refuse (error, "the payload ends inside the metadata");
  take (rest, size, &payload->metadata);
  return TRUE;
}

gboolean
_evs_payload_read (EvsPayload *payload, EvsSpan bytes, guint8 flags,
                   GError **error)
{
  *payload = (EvsPayload){ .flags = flags };
  if ((flags & EVS_ENVELOPE_METADATA) != 0
      && (!read_time (payload, &bytes, error)
          || !read_metadata (payload, &bytes, error)))
    return FALSE;
  if ((flags & EVS_ENVELOPE_TOMBSTONE) != 0 && bytes.size > 0)
    return refuse (error, "a tombstone with a state");
  payload->state = bytes;
  return TRUE;
}
