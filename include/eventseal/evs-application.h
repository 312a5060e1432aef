/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The application: the host's handle on a stack.
 */

#pragma once

#include <eventseal/evs-repository.h>

G_BEGIN_DECLS

/**
 * EvsApplication:
 *
 * An open stack. Refcounted; any thread may use it. Several applications may
 * be open on one store in one process.
 */
typedef struct _EvsApplication EvsApplication;

/**
 * EVS_TYPE_APPLICATION:
 *
 * The #GType of #EvsApplication.
 */
#define EVS_TYPE_APPLICATION (evs_application_get_type ())

/**
 * evs_application_get_type:
 *
 * Returns: the boxed type of #EvsApplication
 */
EVS_API GType evs_application_get_type (void);

/**
 * evs_application_open: (constructor)
 * @path: (type filename): the configuration file
 * @error: those of evs_config_new_from_file () and evs_application_new ()
 *
 * Opens what a configuration file describes.
 *
 * Returns: (transfer full): the application
 */
EVS_API EvsApplication *evs_application_open (const char *path, GError **error);

/**
 * evs_application_new:
 * @config: the configuration; may go when this returns
 * @error: those of evs_record_store_open () and evs_mapper_new_pipeline ();
 *   %EVS_ERROR_KEY: the store's records are sealed with another key
 *
 * Opens the store and makes the default mapper. A store has one key: the
 * first one that it was opened with.
 *
 * Returns: (transfer full): the application
 */
EVS_API EvsApplication *evs_application_new (EvsConfig *config, GError **error);

/**
 * EvsMapperFactory: (skip)
 * @config: the application's configuration
 * @store_id: the store's id, borrowed for the call
 * @user_data: what evs_application_new_with_mapper () got
 * @error: of any domain; goes to the caller as it is
 *
 * Makes the mapper of an application, once the store is open.
 *
 * Returns: (transfer full): the mapper that the application is to use
 */
typedef EvsMapper *(*EvsMapperFactory) (EvsConfig *config,
                                        const EvsId *store_id,
                                        gpointer user_data, GError **error);

/**
 * evs_application_new_with_mapper: (skip)
 * @config: the configuration; its cipher and compressor are not used, unless
 *   @factory does
 * @factory: called once, before this function returns
 * @user_data: for @factory
 * @error: those of evs_record_store_open () and of @factory
 *
 * Opens the store for a mapper of the host's own.
 *
 * Returns: (transfer full): the application
 */
EVS_API EvsApplication *
evs_application_new_with_mapper (EvsConfig *config, EvsMapperFactory factory,
                                 gpointer user_data, GError **error);

/**
 * evs_application_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsApplication *evs_application_ref (EvsApplication *self);

/**
 * evs_application_unref:
 * @self: (transfer full): an application
 *
 * Gives a reference back. The stack is closed when nobody has a reference to
 * the application, to its event store or to what was made from that.
 */
EVS_API void evs_application_unref (EvsApplication *self);

/**
 * evs_application_get_key_id:
 * @self: an application
 *
 * Tells keys apart; the id is a fingerprint of the key.
 *
 * Returns: the id of the key that it seals with, as it stands in records; 0
 *   without a cipher or with a mapper of the host's own
 */
EVS_API guint32 evs_application_get_key_id (EvsApplication *self);

/**
 * evs_application_get_store_key_id:
 * @self: an application
 *
 * Where evs_application_get_key_id () is 0 and this is not, what the
 * application appends stands plain among sealed events.
 *
 * Returns: the id of the key that the store was first opened with; 0 if that
 *   had not happened when the application was opened
 */
EVS_API guint32 evs_application_get_store_key_id (EvsApplication *self);

/**
 * evs_application_get_event_store:
 *
 * Gives the layer below: sequences of events without aggregates.
 *
 * Returns: (transfer none): the events under the aggregates
 */
EVS_API EvsEventStore *evs_application_get_event_store (EvsApplication *self);

/**
 * evs_application_get_repository:
 *
 * Gives the layer that makes aggregates of events.
 *
 * Returns: (transfer none): where aggregates are found
 */
EVS_API EvsRepository *evs_application_get_repository (EvsApplication *self);

/**
 * evs_application_save:
 * @aggregate: what to save
 * @error: as evs_repository_save ()
 *
 * Appends all queued events of an aggregate, as evs_repository_save () does.
 *
 * Returns: whether they are stored
 */
EVS_API gboolean evs_application_save (EvsApplication *self,
                                       EvsAggregate *aggregate, GError **error);

/**
 * evs_application_load: (skip)
 * @type: what to make of the events
 * @id: the originator id
 * @error: as evs_repository_load ()
 *
 * Replays a sequence, as evs_repository_load () does.
 *
 * Returns: (transfer full): the aggregate as it is now
 */
EVS_API EvsAggregate *evs_application_load (EvsApplication *self,
                                            const EvsAggregateType *type,
                                            const EvsId *id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsApplication, evs_application_unref)

G_END_DECLS
