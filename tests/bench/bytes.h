/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "peer.h"

#include <string.h>

/*
 * What peers that store bytes under bytes have in common. Integers are
 * big-endian, so that the order of bytes is theirs.
 *
 * Layout "clustered":
 *   records    id ‖ version -> position ‖ topic length ‖ topic ‖ data
 *   log        position -> id ‖ version
 * Layout "numbered", that of our own stores:
 *   sequences  id -> number of the sequence, from 1
 *   records    number ‖ version -> position ‖ id ‖ topic length ‖ topic ‖ data
 *   log        last position of a run -> at most BYTES_RUN × (number ‖ version)
 */

#define BYTES_RUN 60
#define BYTES_KEY_MAX 24

static inline void
bytes_put_u64 (guint8 *out, guint64 number)
{
  guint64 big = GUINT64_TO_BE (number);

  memcpy (out, &big, sizeof big);
}

static inline guint64
bytes_get_u64 (const void *in)
{
  guint64 big;

  memcpy (&big, in, sizeof big);
  return GUINT64_FROM_BE (big);
}

/* A record's key. @number: 0 in the clustered layout. Returns its size. */
static inline gsize
bytes_put_key (guint8 *out, const EvsId *id, guint64 number, guint64 version)
{
  gsize size = 8;

  if (number == 0)
    {
      memcpy (out, id->bytes, sizeof id->bytes);
      size = sizeof id->bytes;
    }
  else
    bytes_put_u64 (out, number);
  bytes_put_u64 (out + size, version);
  return size + 8;
}

static inline void
bytes_append (GByteArray *out, gconstpointer data, gsize size)
{
  g_byte_array_append (out, data, (guint) size);
}

/* A record's value. @id: NULL in the clustered layout. */
static inline void
bytes_put_record (GByteArray *out, guint64 position, const EvsId *id,
                  const EvsEventView *event)
{
  guint16 topic_size = GUINT16_TO_BE ((guint16) event->topic.size);
  guint8 number[8];

  g_byte_array_set_size (out, 0);
  bytes_put_u64 (number, position);
  bytes_append (out, number, sizeof number);
  if (id != NULL)
    bytes_append (out, id->bytes, sizeof id->bytes);
  bytes_append (out, &topic_size, sizeof topic_size);
  bytes_append (out, event->topic.data, event->topic.size);
  bytes_append (out, event->state.data, event->state.size);
}

/* How long the data in a record's value of @size is. */
static inline gsize
bytes_data_size (const void *value, gsize size, gboolean numbered)
{
  gsize header = numbered ? 8 + sizeof (EvsId) : 8;
  guint16 topic_size;

  memcpy (&topic_size, (const guint8 *) value + header, sizeof topic_size);
  return size - header - sizeof topic_size - GUINT16_FROM_BE (topic_size);
}
