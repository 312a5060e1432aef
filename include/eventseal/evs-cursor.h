/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Cursors: events one by one, as the host asks for them.
 */

#pragma once

#include <eventseal/evs-event-store.h>

G_BEGIN_DECLS

/**
 * EvsCursor:
 *
 * Walks over events, a page at a time inside, so that the host may append
 * while it reads. One thread at a time.
 */
typedef struct _EvsCursor EvsCursor;

/**
 * EVS_TYPE_CURSOR:
 *
 * The #GType of #EvsCursor.
 */
#define EVS_TYPE_CURSOR (evs_cursor_get_type ())

/**
 * evs_cursor_get_type:
 *
 * Returns: the boxed type of #EvsCursor
 */
EVS_API GType evs_cursor_get_type (void);

/**
 * evs_event_store_read:
 * @id: the sequence
 * @from: the lowest version wanted
 * @to: the highest; %G_MAXINT64: up to the last
 * @limit: how many events at most; 0: no limit
 * @descending: from the highest version downwards
 *
 * Starts to read a sequence. Never fails: errors come from evs_cursor_next ().
 *
 * Returns: (transfer full): a cursor over one sequence
 */
EVS_API EvsCursor *evs_event_store_read (EvsEventStore *self, const EvsId *id,
                                         guint64 from, guint64 to,
                                         guint64 limit, gboolean descending);

/**
 * evs_event_store_read_all:
 * @from: the lowest position wanted; 0 and 1 are the same
 * @limit: how many events at most; 0: no limit
 *
 * Starts to read the log. Never fails: errors come from evs_cursor_next ().
 *
 * Returns: (transfer full): a cursor over the log
 */
EVS_API EvsCursor *evs_event_store_read_all (EvsEventStore *self, guint64 from,
                                             guint64 limit);

/**
 * evs_cursor_next:
 * @event: (out) (transfer full) (nullable): the next event; %NULL at the end
 * @error: those of evs_mapper_unmap (), or what the store says; after the
 *   former, the next call goes on behind the record that could not be read
 *
 * Moves on by one event. A cursor at the end may be asked again, and sees
 * what was appended since, up to its bound and limit.
 *
 * Returns: %FALSE on error; the end is none
 */
EVS_API gboolean evs_cursor_next (EvsCursor *self, EvsEvent **event,
                                  GError **error);

/**
 * evs_cursor_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsCursor *evs_cursor_ref (EvsCursor *self);

/**
 * evs_cursor_unref:
 * @self: (transfer full): a cursor
 *
 * Gives a reference back; the last one frees the cursor.
 */
EVS_API void evs_cursor_unref (EvsCursor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsCursor, evs_cursor_unref)

G_END_DECLS
