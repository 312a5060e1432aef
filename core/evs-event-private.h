/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-event.h>

/* (transfer none): the bytes of @bytes, which may be NULL. */
EvsSpan _evs_span_from_bytes (GBytes *bytes);

/* Sets @error with the event's place before the text: "ID version N: ". */
void _evs_event_set_error (GError **error, EvsError code, const EvsId *id,
                           guint64 version, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
void _evs_event_prefix_error (GError **error, const EvsId *id, guint64 version);

/* The event as a view, at (@id, @version). Without a time of its own it gets
 * @now. */
void _evs_event_view (EvsEvent *self, const EvsId *id, guint64 version,
                      gint64 now, EvsEventView *view);
