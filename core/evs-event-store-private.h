/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-arena.h"
#include <eventseal/evs-event-store.h>

/* Arenas are lent, one to a thread and a batch or page, and come back. NULL
 * with EVS_ERROR_FORKED: before any mutex, which may have been held when it
 * was copied. */
EvsArena *_evs_event_store_borrow (EvsEventStore *self, GError **error);
void _evs_event_store_give_back (EvsEventStore *self, EvsArena *arena);

EvsMapper *_evs_event_store_get_mapper (EvsEventStore *self);

/* Commits records. *@unknown says whether an earlier commit of the same bytes
 * may have landed: then those that are found in their place count as stored.
 * It is set when this commit fails and may have landed after all. */
gboolean _evs_event_store_commit (EvsEventStore *self, const EvsRecord *records,
                                  gsize n_records, gboolean *unknown,
                                  guint64 *position, GError **error);

/* A stretch of a sequence, or of the log where id is NULL. */
typedef struct
{
  const EvsId *id; /* (nullable) */
  guint64 from;
  guint64 to; /* sequences only */
  guint64 limit;
  gboolean descending; /* sequences only */
} EvsRange;

/* @unreadable: (nullable): without it, a record that cannot be mapped ends the
 * visit with its error. */
gboolean _evs_event_store_visit_range (EvsEventStore *self,
                                       const EvsRange *range,
                                       EvsEventVisitor visitor,
                                       EvsUnreadable unreadable,
                                       gpointer user_data, GError **error);
