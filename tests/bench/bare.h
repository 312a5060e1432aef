/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "dataset.h"
#include "pace.h"

/*
 * A bare Berkeley DB loop, as somebody would write it who needs no library:
 * records in a tree by (id, version), and a tree position -> (id, version) as
 * the log. It has the page size, the page checksums, the cache and the
 * transactions of the store plugin, refuses a version that is there, and does
 * no more: no check for gaps, no checkpoints, no other process kept out.
 */
typedef struct _Bare Bare;

Bare *bare_open (const char *folder, gboolean sync, GError **error);
void bare_close (Bare *self);

/* As measure_append () and measure_replay (). @data: of the records; what a
 * stack stores for these events. */
gboolean bare_append (Bare *self, const Dataset *data, gsize n, gsize batch,
                      Pace *pace, double *time, GError **error);
gboolean bare_replay (Bare *self, const Dataset *data, Pace *pace, double *rate,
                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bare, bare_close)
