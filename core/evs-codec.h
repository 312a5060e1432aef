/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-payload.h"
#include "evs-stack.h"

#include <eventseal/evs-buffer.h>
#include <eventseal/evs-envelope.h>

/*
 * What one thread needs to make records and to read them: open ciphers and
 * compressors, nonces, scratch memory. All of it is opened when it is first
 * needed and kept, so that a record costs no allocation.
 */
typedef struct _EvsCodec EvsCodec;

/* Where a record stands: what it is sealed to, with its header. */
typedef struct
{
  const EvsId *store_id;
  const EvsId *id;
  guint64 version;
  EvsSpan topic;
} EvsPlace;

/* @stack: outlives the codec. */
EvsCodec *_evs_codec_new (const EvsStack *stack);
/* Wipes all keys and what it held of records. */
void _evs_codec_free (EvsCodec *self);

/* Lets go of what one large event took. */
void _evs_codec_trim (EvsCodec *self);

/* Appends the record of @payload to @data. @sealed: with the configured
 * cipher. Compressed if the payload has at least @min_size bytes and becomes
 * smaller. On failure @data->size is undefined. */
gboolean _evs_codec_encode (EvsCodec *self, const EvsPayload *payload,
                            const EvsPlace *place, gboolean sealed,
                            gsize min_size, EvsBuffer *data, GError **error);

/* Opens and decompresses what stands behind a header. @header: the record's
 * first header_size bytes. @bytes is what is found there: in the record or in
 * @scratch. @size_max: what it may take. */
gboolean _evs_codec_decode (EvsCodec *self, const EvsEnvelope *envelope,
                            const guint8 *header, const EvsPlace *place,
                            gsize size_max, EvsBuffer *scratch, EvsSpan *bytes,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsCodec, _evs_codec_free)
