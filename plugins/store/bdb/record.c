/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bdb-private.h"

#include <errno.h>

/* What a record looks like in records.db. */
enum
{
  POSITION = 0,
  ID = 8,
  TOPIC_SIZE = 24,
  TOPIC = 26 /* and the data behind it */
};

G_STATIC_ASSERT (TOPIC == EVS_BDB_HEADER_SIZE);

static void
put (guint8 *out, EvsSpan span)
{
  if (span.size > 0)
    memcpy (out, span.data, span.size);
}

int
_evs_bdb_compose_record (EvsBdbBuffer *buffer, const EvsRecord *record,
                         guint64 position, EvsSpan *stored)
{
  gsize topic_size = record->topic.size;
  gsize size = TOPIC + topic_size + record->data.size;
  guint8 *out;

  if (_evs_bdb_buffer_reserve (buffer, size) != 0)
    return ENOMEM;

  out = buffer->data;
  _evs_bdb_put_u64 (out + POSITION, position);
  memcpy (out + ID, &record->id, sizeof record->id);
  out[TOPIC_SIZE] = (guint8) (topic_size >> 8);
  out[TOPIC_SIZE + 1] = (guint8) topic_size;
  put (out + TOPIC, record->topic);
  put (out + TOPIC + topic_size, record->data);
  *stored = (EvsSpan){ out, size };
  return 0;
}

gboolean
_evs_bdb_parse_record (EvsSpan stored, EvsRecord *record)
{
  const guint8 *bytes = stored.data;
  gsize topic_size;

  if (stored.size < TOPIC)
    return FALSE;
  topic_size = (gsize) bytes[TOPIC_SIZE] << 8 | bytes[TOPIC_SIZE + 1];
  if (stored.size - TOPIC < topic_size)
    return FALSE;

  record->position = _evs_bdb_get_u64 (bytes + POSITION);
  memcpy (&record->id, bytes + ID, sizeof record->id);
  record->topic = (EvsSpan){ bytes + TOPIC, topic_size };
  record->data =
      (EvsSpan){ bytes + TOPIC + topic_size, stored.size - TOPIC - topic_size };
  return TRUE;
}
