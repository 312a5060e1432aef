/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The mapper: event -> record and back. The default one is the pipeline
 * transcode -> compress -> seal, made of the configured plugins; a host may
 * bring its own.
 */

#pragma once

#include <eventseal/evs-buffer.h>
#include <eventseal/evs-config.h>
#include <eventseal/evs-event.h>

G_BEGIN_DECLS

/**
 * EvsMapperInterface: (skip)
 * @struct_size: sizeof (EvsMapperInterface)
 * @begin: (nullable): gives a worker: what one thread needs for one batch or
 *   one page; may be called from several threads at once
 * @end: (nullable): takes the worker back
 * @map: appends to @data what is to be stored for @event; on failure leaves
 *   @data->size as it was
 * @unmap: reads @record; fills @event, whose spans may point into @record and
 *   @scratch, which is cleared to size 0 before each call. id, version,
 *   position and topic are filled already
 * @free: (nullable): frees @self
 *
 * What a mapper does. All functions may be called from several threads at
 * once, each with a worker of its own. May grow; a host fills struct_size.
 */
typedef struct
{
  gsize struct_size;
  gpointer (*begin) (gpointer self, GError **error);
  void (*end) (gpointer self, gpointer worker);
  gboolean (*map) (gpointer self, gpointer worker, const EvsEventView *event,
                   EvsBuffer *data, GError **error);
  gboolean (*unmap) (gpointer self, gpointer worker, const EvsRecord *record,
                     EvsBuffer *scratch, EvsEventView *event, GError **error);
  void (*free) (gpointer self);
} EvsMapperInterface;

/**
 * EvsMapper:
 *
 * A mapper. Refcounted; any thread may use it.
 */
typedef struct _EvsMapper EvsMapper;

/**
 * EVS_TYPE_MAPPER:
 *
 * The #GType of #EvsMapper.
 */
#define EVS_TYPE_MAPPER (evs_mapper_get_type ())

/**
 * evs_mapper_get_type:
 *
 * Returns: the boxed type of #EvsMapper
 */
EVS_API GType evs_mapper_get_type (void);

/**
 * evs_mapper_new: (skip)
 * @iface: (transfer none): lives as long as the mapper
 * @self: (transfer full): what the functions get; @iface->free frees it
 *
 * Makes a mapper of functions.
 *
 * Returns: (transfer full): a mapper of the host's own
 */
EVS_API EvsMapper *evs_mapper_new (const EvsMapperInterface *iface,
                                   gpointer self);

/**
 * evs_mapper_new_pipeline:
 * @config: which compressor and cipher, with which key
 * @store_id: the id of the store whose records are mapped: sealed records are
 *   bound to it
 * @error: %EVS_ERROR_CONFIG, %EVS_ERROR_KEY, %EVS_ERROR_PLUGIN;
 *   %EVS_ERROR_IO: the key file cannot be read; %EVS_ERROR_FORKED: the key was
 *   set from code, by another process
 *
 * The default mapper: what an application uses without one of its own. A
 * host's mapper may wrap it.
 *
 * Returns: (transfer full): the mapper
 */
EVS_API EvsMapper *evs_mapper_new_pipeline (EvsConfig *config,
                                            const EvsId *store_id,
                                            GError **error);

/**
 * evs_mapper_get_key_id:
 * @self: a mapper
 *
 * Tells which key the default mapper seals with, as records name it.
 *
 * Returns: the key's id; 0 for a mapper of the host's own and for one without
 *   a cipher
 */
EVS_API guint32 evs_mapper_get_key_id (EvsMapper *self);

/**
 * evs_mapper_begin: (skip)
 * @worker: (out): where the worker is put; %NULL may be one
 * @error: %EVS_ERROR_FORKED, or what a mapper of the host's says
 *
 * Calls the mapper's begin (). One worker serves one thread.
 *
 * Returns: whether there is a worker
 */
EVS_API gboolean evs_mapper_begin (EvsMapper *self, gpointer *worker,
                                   GError **error);

/**
 * evs_mapper_end: (skip)
 * @worker: (nullable): what evs_mapper_begin () gave
 *
 * Calls the mapper's end (), if it has one.
 */
EVS_API void evs_mapper_end (EvsMapper *self, gpointer worker);

/**
 * evs_mapper_map: (skip)
 * @worker: (nullable): a worker
 * @event: an event with id and version
 * @data: where the bytes are appended; on failure its size is as it was
 * @error: %EVS_ERROR_INVALID: topic, version or time; %EVS_ERROR_TOO_LARGE:
 *   state or metadata; or what a plugin says
 *
 * Makes of an event what is stored as its record's data.
 *
 * Returns: whether the bytes are in @data
 */
EVS_API gboolean evs_mapper_map (EvsMapper *self, gpointer worker,
                                 const EvsEventView *event, EvsBuffer *data,
                                 GError **error);

/**
 * evs_mapper_unmap: (skip)
 * @worker: (nullable): a worker
 * @record: what is stored
 * @scratch: holds what @event points to; its old content goes
 * @event: (out caller-allocates): the event, in the memory of @record and
 *   @scratch
 * @error: %EVS_ERROR_ENCRYPTED, %EVS_ERROR_NOT_ENCRYPTED,
 *   %EVS_ERROR_AUTHENTICATION, %EVS_ERROR_KEY, %EVS_ERROR_FORMAT,
 *   %EVS_ERROR_TOO_LARGE, %EVS_ERROR_PLUGIN (the record needs one that is not
 *   configured); the message begins with id and version
 *
 * Makes of a record the event that it was made of.
 *
 * Returns: whether there is an event
 */
EVS_API gboolean evs_mapper_unmap (EvsMapper *self, gpointer worker,
                                   const EvsRecord *record, EvsBuffer *scratch,
                                   EvsEventView *event, GError **error);

/**
 * evs_mapper_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsMapper *evs_mapper_ref (EvsMapper *self);

/**
 * evs_mapper_unref:
 * @self: (transfer full): a mapper
 *
 * Gives a reference back. With the last one the default mapper's keys are
 * wiped.
 */
EVS_API void evs_mapper_unref (EvsMapper *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsMapper, evs_mapper_unref)

G_END_DECLS
