/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-handle.h"
#include <eventseal/evs-buffer.h>

/* A compressor. One thread at a time. */
typedef struct _EvsCompressor EvsCompressor;

/* @handle: outlives the compressor. */
EvsCompressor *_evs_compressor_new (const EvsHandle *handle, GError **error);
void _evs_compressor_free (EvsCompressor *self);

/* Appends to @out. in.size is at least 1. */
gboolean _evs_compressor_compress (EvsCompressor *self, EvsSpan in,
                                   EvsBuffer *out, GError **error);

/* Appends exactly @size bytes to @out, or fails. The caller has checked that
 * @size is not too large. */
gboolean _evs_compressor_decompress (EvsCompressor *self, EvsSpan in,
                                     EvsBuffer *out, gsize size,
                                     GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsCompressor, _evs_compressor_free)
