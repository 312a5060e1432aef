/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-event.h>

/*
 * The payload: what is compressed and sealed. With EVS_ENVELOPE_METADATA,
 * u64 microseconds since 1970 ‖ varint length ‖ metadata; then the state. A
 * tombstone has no state; its time and metadata say when and why.
 */
typedef struct
{
  guint8 flags;       /* EVS_ENVELOPE_METADATA, EVS_ENVELOPE_TOMBSTONE */
  gint64 recorded_at; /* 0: not recorded */
  EvsSpan metadata;
  EvsSpan state;
} EvsPayload;

/* The most that a payload is longer than its state. */
#define EVS_PAYLOAD_EXTRA_MAX (8 + 5 + EVS_METADATA_MAX)

/* The last microsecond of the year 9999. */
#define EVS_RECORDED_AT_MAX G_GINT64_CONSTANT (253402300799999999)

/* @event: (borrowed). Chooses the flags. */
void _evs_payload_init (EvsPayload *payload, const EvsEventView *event,
                        gboolean record_time);

gsize _evs_payload_size (const EvsPayload *payload);

/* @out: _evs_payload_size () bytes. */
void _evs_payload_write (const EvsPayload *payload, guint8 *out);

/* Takes @bytes apart as @flags say. EVS_ERROR_FORMAT. */
gboolean _evs_payload_read (EvsPayload *payload, EvsSpan bytes, guint8 flags,
                            GError **error);
