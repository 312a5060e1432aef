/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The repository: finds an aggregate by its id, and saves what happened to it.
 */

#pragma once

#include <eventseal/evs-aggregate.h>
#include <eventseal/evs-event-store.h>

G_BEGIN_DECLS

/**
 * EvsRepository:
 *
 * Aggregates over an event store. Refcounted; any thread may use it.
 */
typedef struct _EvsRepository EvsRepository;

/**
 * EVS_TYPE_REPOSITORY:
 *
 * The #GType of #EvsRepository.
 */
#define EVS_TYPE_REPOSITORY (evs_repository_get_type ())

/**
 * evs_repository_get_type:
 *
 * Returns: the boxed type of #EvsRepository
 */
EVS_API GType evs_repository_get_type (void);

/**
 * evs_repository_new:
 * @events: where the events of the aggregates are; a reference is taken
 *
 * Makes a repository; an application has one already.
 *
 * Returns: (transfer full): a repository over @events
 */
EVS_API EvsRepository *evs_repository_new (EvsEventStore *events);

/**
 * evs_repository_load: (skip)
 * @type: what to make of the events
 * @id: the originator id
 * @error: %EVS_ERROR_NOT_FOUND, %EVS_ERROR_DISCARDED, %EVS_ERROR_INVALID (an
 *   event that the type does not know, or whose state is not JSON), or as
 *   evs_event_store_get ()
 *
 * Replays the sequence. An erased event is passed over.
 *
 * Returns: (transfer full): the aggregate as it is now
 */
EVS_API EvsAggregate *evs_repository_load (EvsRepository *self,
                                           const EvsAggregateType *type,
                                           const EvsId *id, GError **error);

/**
 * evs_repository_load_at: (skip)
 * @type: what to make of the events
 * @id: the originator id
 * @version: the last version to apply
 * @error: as evs_repository_load (), but never %EVS_ERROR_DISCARDED
 *
 * Replays a part of the sequence. The aggregate cannot be saved on
 * (%EVS_ERROR_CONFLICT) unless that version is still the last.
 *
 * Returns: (transfer full): the aggregate as it was then, even if it was
 *   discarded then or later
 */
EVS_API EvsAggregate *evs_repository_load_at (EvsRepository *self,
                                              const EvsAggregateType *type,
                                              const EvsId *id, guint64 version,
                                              GError **error);

/**
 * evs_repository_contains:
 * @id: an originator id
 * @found: (out): whether there is a sequence of that id, discarded or not
 * @error: what the store says (see #EvsRecordStore)
 *
 * Looks for a sequence without reading it.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_repository_contains (EvsRepository *self, const EvsId *id,
                                          gboolean *found, GError **error);

/**
 * evs_repository_save:
 * @aggregate: what to save
 * @error: %EVS_ERROR_CONFLICT when somebody else appended since it was loaded;
 *   else as evs_appender_commit ()
 *
 * Appends all queued events in one commit. After a failure they are still
 * queued, with their sealed bytes, so that a save whose outcome is unknown
 * can be repeated: it lands once. Saving what has no queued events succeeds
 * and stores nothing.
 *
 * Returns: whether the events are stored
 */
EVS_API gboolean evs_repository_save (EvsRepository *self,
                                      EvsAggregate *aggregate, GError **error);

/**
 * evs_repository_save_all:
 * @aggregates: (array length=n_aggregates): no aggregate twice
 * @n_aggregates: how many
 * @error: as evs_repository_save ()
 *
 * Saves several aggregates in one commit: all or nothing.
 *
 * Returns: whether the events are stored
 */
EVS_API gboolean evs_repository_save_all (EvsRepository *self,
                                          EvsAggregate *const *aggregates,
                                          gsize n_aggregates, GError **error);

/**
 * evs_repository_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsRepository *evs_repository_ref (EvsRepository *self);

/**
 * evs_repository_unref:
 * @self: (transfer full): a repository
 *
 * Gives a reference back; the last one lets go of the event store.
 */
EVS_API void evs_repository_unref (EvsRepository *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsRepository, evs_repository_unref)

G_END_DECLS
