/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-envelope.h>
#include <eventseal/evs-event.h>

#define EVS_ENVELOPE_SIZE_PLAIN 3
#define EVS_ENVELOPE_SIZE_SEALED 7

/* Writes the 3 or 7 bytes of the header; returns how many. */
gsize _evs_envelope_write (guint8 *out, guint8 suite, guint8 compressor,
                           guint8 flags, guint32 key_id);

/* A length as minimal ULEB128: 7 bits a byte, the lowest first. */
#define EVS_VARINT_MAX 5
gsize _evs_varint_size (guint32 value);
gsize _evs_varint_write (guint8 *out, guint32 value);
/* Takes a varint from the front of @in. FALSE: cut off, not minimal, or over
 * 32 bits. */
gboolean _evs_varint_read (EvsSpan *in, guint32 *value);

/*
 * What a sealed record is bound to: rebuilt when it is opened, never stored.
 *
 *   "evs1" ‖ kind ‖ header (7) ‖ store id (16) ‖ place
 *
 * where place is, for an event, id (16) ‖ version (8) ‖ u16 length ‖ topic, and
 * for the other kinds u8 length ‖ table ‖ u16 length ‖ key.
 */
typedef enum
{
  EVS_KIND_EVENT = 1,
  EVS_KIND_SNAPSHOT = 2,
  EVS_KIND_DATA_KEY = 3,
  EVS_KIND_SIDE_ENTRY = 5
} EvsKind;

#define EVS_SIDE_TABLE_MAX 32
#define EVS_SIDE_KEY_MAX 255
#define EVS_ASSOCIATED_DATA_MAX                                                \
  (4 + 1 + EVS_ENVELOPE_SIZE_SEALED + 16 + 16 + 8 + 2 + EVS_TOPIC_MAX)

typedef struct
{
  gsize size;
  guint8 bytes[EVS_ASSOCIATED_DATA_MAX];
} EvsAssociatedData;

EvsSpan _evs_associated_data_span (const EvsAssociatedData *ad);

/* @header: EVS_ENVELOPE_SIZE_SEALED bytes. @topic: at most EVS_TOPIC_MAX. */
void _evs_associated_data_event (EvsAssociatedData *ad, const guint8 *header,
                                 const EvsId *store_id, const EvsId *id,
                                 guint64 version, EvsSpan topic);

/* @kind: any but EVS_KIND_EVENT. @table and @key: as EvsSideWrite has them. */
void _evs_associated_data_side (EvsAssociatedData *ad, EvsKind kind,
                                const guint8 *header, const EvsId *store_id,
                                const char *table, EvsSpan key);
