/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-event.h>

/*
 * Events in a file that is mapped into memory, so that no contender spends
 * time on making them and all have the same. A file for this machine alone.
 */

typedef struct
{
  EvsId id;
  guint64 length; /* its events in the file */
} EventFileSequence;

typedef struct
{
  const guint8 *bytes;
  gsize mapped;
  guint64 n_events;
  guint64 size; /* of all states */
  guint64 n_sequences;
  const EventFileSequence *sequences; /* in no order */
} EventFile;

/* What goes wrong ends the program. */
void event_file_open (EventFile *self, const char *path);
void event_file_close (EventFile *self);

/* Steps to the event at *@at, which is 0 at first; FALSE at the end. */
gboolean event_file_next (const EventFile *self, gsize *at,
                          EvsEventView *event);

typedef struct _EventFileWriter EventFileWriter;

EventFileWriter *event_file_create (const char *path);
void event_file_add (EventFileWriter *self, const EvsEventView *event);

/* @sequences: of EventFileSequence. Frees @self. */
void event_file_finish (EventFileWriter *self, const GArray *sequences);
