/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The event store: sequences of domain events and one global log, over a
 * mapper and a record store.
 */

#pragma once

#include <eventseal/evs-event.h>
#include <eventseal/evs-mapper.h>
#include <eventseal/evs-record-store.h>

G_BEGIN_DECLS

/**
 * EVS_EXPECT_ANY:
 *
 * Append whatever is there. The other expectations: %EVS_EXPECT_NONE,
 * %EVS_EXPECT_EXISTS, or, a number from 0, the last version that there must be.
 */
#define EVS_EXPECT_ANY ((gint64) -1)

/**
 * EVS_EXPECT_NONE:
 *
 * Append to a new sequence only.
 */
#define EVS_EXPECT_NONE ((gint64) -2)

/**
 * EVS_EXPECT_EXISTS:
 *
 * Append to a sequence only that has events.
 */
#define EVS_EXPECT_EXISTS ((gint64) -3)

/**
 * EvsEventStore:
 *
 * Sequences of events, and one log of all of them. Refcounted; any thread may
 * use it.
 */
typedef struct _EvsEventStore EvsEventStore;

/**
 * EVS_TYPE_EVENT_STORE:
 *
 * The #GType of #EvsEventStore.
 */
#define EVS_TYPE_EVENT_STORE (evs_event_store_get_type ())

/**
 * evs_event_store_get_type:
 *
 * Returns: the boxed type of #EvsEventStore
 */
EVS_API GType evs_event_store_get_type (void);

/**
 * evs_event_store_new:
 * @records: where records are stored; a reference is taken
 * @mapper: what makes records of events; a reference is taken
 *
 * Puts a mapper over a record store; an application does this by itself.
 *
 * Returns: (transfer full): the event store
 */
EVS_API EvsEventStore *evs_event_store_new (EvsRecordStore *records,
                                            EvsMapper *mapper);

/**
 * evs_event_store_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsEventStore *evs_event_store_ref (EvsEventStore *self);

/**
 * evs_event_store_unref:
 * @self: (transfer full): an event store
 *
 * Gives a reference back; the last one lets go of record store and mapper.
 */
EVS_API void evs_event_store_unref (EvsEventStore *self);

/**
 * evs_event_store_get_record_store:
 *
 * Gives the layer below: the records as they are stored.
 *
 * Returns: (transfer none): what lies under it
 */
EVS_API EvsRecordStore *evs_event_store_get_record_store (EvsEventStore *self);

/**
 * evs_event_store_append:
 * @id: the sequence
 * @expectation: %EVS_EXPECT_ANY, %EVS_EXPECT_NONE, %EVS_EXPECT_EXISTS or the
 *   last version
 * @events: (array length=n_events): what to append, in order
 * @n_events: at least 1
 * @position: (out) (optional): the position of the first one
 * @error: %EVS_ERROR_CONFLICT and the others of
 *   evs_record_store_commit (); %EVS_ERROR_INVALID, %EVS_ERROR_TOO_LARGE
 *
 * Appends all events in one commit, or none. Versions follow the sequence's
 * last one; an event without a time gets the present one. After %EVS_ERROR_IO
 * or %EVS_ERROR_FAILED they may be stored all the same: to repeat such an
 * append safely, expect an exact version, or use an #EvsAppender.
 *
 * Returns: whether they are stored
 */
EVS_API gboolean evs_event_store_append (EvsEventStore *self, const EvsId *id,
                                         gint64 expectation,
                                         EvsEvent *const *events,
                                         gsize n_events, guint64 *position,
                                         GError **error);

/**
 * evs_event_store_erase:
 * @self: an event store
 * @id: the sequence
 * @version: the event's version
 * @metadata: (nullable): JSON that says why, at most %EVS_METADATA_MAX bytes;
 *   it stays with the tombstone
 * @error: %EVS_ERROR_NOT_FOUND, %EVS_ERROR_ERASED: it is already, those of
 *   evs_event_store_get (), %EVS_ERROR_CONFLICT: somebody else replaced it at
 *   the same time
 *
 * Replaces the event by a tombstone, sealed where the event's topic is: state
 * and metadata are gone, while id, version, position and topic stay, so that
 * nothing can be put in its place. The store's own log files may hold the
 * stored bytes for a while yet.
 *
 * Returns: whether it is erased
 */
EVS_API gboolean evs_event_store_erase (EvsEventStore *self, const EvsId *id,
                                        guint64 version, GBytes *metadata,
                                        GError **error);

/**
 * evs_event_store_get:
 * @id: the sequence
 * @version: the event's place in it, from 0
 * @error: %EVS_ERROR_NOT_FOUND, those of evs_mapper_unmap (), or what the
 *   store says
 *
 * Reads one event.
 *
 * Returns: (transfer full): the event at (@id, @version)
 */
EVS_API EvsEvent *evs_event_store_get (EvsEventStore *self, const EvsId *id,
                                       guint64 version, GError **error);

/**
 * evs_event_store_last_version:
 * @id: the sequence
 * @version: (out): its last version; -1 for an unknown sequence
 * @error: what the store says (see #EvsRecordStore)
 *
 * Tells how long a sequence is.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_event_store_last_version (EvsEventStore *self,
                                               const EvsId *id, gint64 *version,
                                               GError **error);

/**
 * evs_event_store_last_position:
 * @position: (out): the position of the last event; 0 in an empty store
 * @error: what the store says
 *
 * Tells how long the log is.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_event_store_last_position (EvsEventStore *self,
                                                guint64 *position,
                                                GError **error);

/**
 * evs_event_store_list_ids:
 * @after: (nullable): ids greater than this one; %NULL: from the first
 * @limit: how many at most; 0: no limit
 * @n_ids: (out): how many there are
 * @error: what the store says
 *
 * Lists sequences, all of them in memory at once: use @limit and @after to
 * take them in pages.
 *
 * Returns: (transfer container) (array length=n_ids): ids in rising order (as
 *   memcmp () has it), to be freed with g_free ()
 */
EVS_API EvsId *evs_event_store_list_ids (EvsEventStore *self,
                                         const EvsId *after, guint64 limit,
                                         gsize *n_ids, GError **error);

/* ------------------------------------------------------------- inner loops */

/**
 * evs_event_store_visit: (skip)
 * @id: the sequence
 * @from: the lowest version wanted
 * @to: the highest; %G_MAXINT64: up to the last
 * @limit: how many events at most; 0: no limit
 * @descending: from the highest version downwards
 * @visitor: sees each event of the sequence in borrowed memory
 * @user_data: for @visitor
 * @error: those of evs_mapper_unmap (), or what the store says; the visit
 *   ends there
 *
 * Reads a sequence without allocating for each event. The visitor must not
 * call the store.
 *
 * Returns: whether all that was wanted, or all up to where the visitor
 *   stopped, could be read
 */
EVS_API gboolean evs_event_store_visit (EvsEventStore *self, const EvsId *id,
                                        guint64 from, guint64 to, guint64 limit,
                                        gboolean descending,
                                        EvsEventVisitor visitor,
                                        gpointer user_data, GError **error);

/**
 * evs_event_store_visit_all: (skip)
 * @from: the lowest position wanted; 0 and 1 are the same
 * @limit: how many events at most; 0: no limit
 * @visitor: sees each event of the log in borrowed memory
 * @user_data: for @visitor
 * @error: as evs_event_store_visit ()
 *
 * Reads the log without allocating for each event. The visitor must not call
 * the store.
 *
 * Returns: as evs_event_store_visit ()
 */
EVS_API gboolean evs_event_store_visit_all (EvsEventStore *self, guint64 from,
                                            guint64 limit,
                                            EvsEventVisitor visitor,
                                            gpointer user_data, GError **error);

/**
 * EvsUnreadable: (skip)
 * @record: (transfer none): a record that could not be mapped back, borrowed
 * @error: (transfer none): why, borrowed
 * @user_data: what evs_event_store_visit_all_full () got
 *
 * Sees what a visitor cannot see.
 *
 * Returns: whether to go on
 */
typedef gboolean (*EvsUnreadable) (const EvsRecord *record, const GError *error,
                                   gpointer user_data);

/**
 * evs_event_store_visit_all_full: (skip)
 * @from: the lowest position wanted; 0 and 1 are the same
 * @limit: how many records at most; 0: no limit
 * @visitor: sees each event of the log in borrowed memory
 * @unreadable: (nullable): sees the records that cannot be mapped back, in
 *   their place; %NULL: the visit ends there
 * @user_data: for both
 * @error: what the store says; without @unreadable as evs_event_store_visit ()
 *
 * As evs_event_store_visit_all (), but goes on behind a record that cannot be
 * mapped back.
 *
 * Returns: as evs_event_store_visit ()
 */
EVS_API gboolean evs_event_store_visit_all_full (
    EvsEventStore *self, guint64 from, guint64 limit, EvsEventVisitor visitor,
    EvsUnreadable unreadable, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsEventStore, evs_event_store_unref)

G_END_DECLS
