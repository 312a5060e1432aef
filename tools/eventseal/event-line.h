/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/*
 * An event as a line of JSON: what import reads and export writes.
 *
 *   {"originator_id": "…", "originator_version": 0, "topic": "…",
 *    "state": …, "metadata": …, "recorded_at": "…"}
 *
 * State and metadata stand there byte for byte. Where they are not one line
 * of JSON, "state_base64" and "metadata_base64" stand in their place.
 */
typedef struct
{
  EvsEventView event;   /* points into the line and what is below */
  gboolean has_version; /* whether the line has originator_version */
  GString *topic;
  GString *text; /* a string member, decoded */
  guchar *state;
  guchar *metadata;
} EventLine;

EventLine *event_line_new (void);
void event_line_free (EventLine *self);

/* Reads @line, which is borrowed as long as self->event is used. */
gboolean event_line_parse (EventLine *self, EvsSpan line, GError **error);

/* Appends @event as a line. */
void event_line_append (GString *out, const EvsEventView *event);

/* The same without the '{' that the line begins with. */
void event_line_append_members (GString *out, const EvsEventView *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventLine, event_line_free)
