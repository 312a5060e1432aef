/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A growing piece of memory that is reused from record to record, so that the
 * hot path allocates nothing. What it ever held is wiped before it is freed.
 */

#pragma once

#include <eventseal/evs-error.h>

G_BEGIN_DECLS

/**
 * EvsBuffer: (skip)
 * @data: the bytes; moves when the buffer grows
 * @size: how many are used
 * @capacity: how many there is room for
 *
 * Memory that grows and is used again. One thread at a time. { NULL, 0, 0 }
 * is an empty buffer.
 */
typedef struct
{
  guint8 *data;
  gsize size;
  gsize capacity;
} EvsBuffer;

/**
 * evs_buffer_reserve: (skip)
 * @self: a buffer
 * @extra: how many bytes more than the used ones there must be room for
 *
 * Makes room, without using it: that is for the caller to add to the size.
 * Ends the program when memory runs out, as GLib does.
 *
 * Returns: (transfer none): the first byte after the used ones
 */
EVS_API guint8 *evs_buffer_reserve (EvsBuffer *self, gsize extra);

/**
 * evs_buffer_append: (skip)
 * @self: a buffer
 * @data: (nullable): what to copy; not from this buffer
 * @size: its bytes
 *
 * Copies bytes behind the used ones.
 */
EVS_API void evs_buffer_append (EvsBuffer *self, gconstpointer data,
                                gsize size);

/**
 * evs_buffer_clear: (skip)
 * @self: a buffer
 *
 * Wipes and frees the memory. The buffer is empty and can be used again.
 */
EVS_API void evs_buffer_clear (EvsBuffer *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EvsBuffer, evs_buffer_clear)

G_END_DECLS
