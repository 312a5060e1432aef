/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-event.h>

/* (transfer none): the bytes of @bytes, which may be NULL. */
EvsSpan _evs_span_from_bytes (GBytes *bytes);

/* The event as a view, at (@id, @version). Without a time of its own it gets
 * @now. */
void _evs_event_view (EvsEvent *self, const EvsId *id, guint64 version,
                      gint64 now, EvsEventView *view);
