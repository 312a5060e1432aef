/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The record store: what lies under the event store. A host sees it to look
 * at the bytes as they are stored.
 */

#pragma once

#include <eventseal/evs-config.h>
#include <eventseal/evs-id.h>

G_BEGIN_DECLS

/**
 * EvsRecordStore:
 *
 * An open record store. Refcounted; any thread may use it. Batches that
 * several threads commit at the same time are flushed together.
 *
 * "What the store says" may be, wherever it stands: %EVS_ERROR_DAMAGED,
 * %EVS_ERROR_IO, %EVS_ERROR_LATCHED, %EVS_ERROR_FORKED, %EVS_ERROR_TOO_LARGE
 * (out of memory), %EVS_ERROR_INVALID (called from a visitor),
 * %EVS_ERROR_PLUGIN (the plugin broke its contract) or %EVS_ERROR_FAILED.
 */
typedef struct _EvsRecordStore EvsRecordStore;

/**
 * EVS_TYPE_RECORD_STORE:
 *
 * The #GType of #EvsRecordStore.
 */
#define EVS_TYPE_RECORD_STORE (evs_record_store_get_type ())

/**
 * evs_record_store_get_type:
 *
 * Returns: the boxed type of #EvsRecordStore
 */
EVS_API GType evs_record_store_get_type (void);

/**
 * evs_record_store_open: (constructor)
 * @config: which store
 * @error: %EVS_ERROR_CONFIG, %EVS_ERROR_PLUGIN, %EVS_ERROR_BUSY,
 *   %EVS_ERROR_FORMAT, %EVS_ERROR_NO_SPACE, %EVS_ERROR_NOT_FOUND (there is no
 *   store, and its settings forbid to make one), or what the store says
 *
 * Opens the configured store and nothing else of the stack: neither cipher
 * nor key is needed. Makes the store if there is none.
 *
 * Returns: (transfer full): the store
 */
EVS_API EvsRecordStore *evs_record_store_open (EvsConfig *config,
                                               GError **error);

/**
 * evs_record_store_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsRecordStore *evs_record_store_ref (EvsRecordStore *self);

/**
 * evs_record_store_unref:
 * @self: (transfer full): a record store
 *
 * Gives a reference back; the last one closes the store. Not from a visitor.
 */
EVS_API void evs_record_store_unref (EvsRecordStore *self);

/**
 * evs_record_store_get_id:
 *
 * Tells stores apart.
 *
 * Returns: (transfer none): the 16 random bytes made with the store, which
 *   keys and sealed records are bound to
 */
EVS_API const EvsId *evs_record_store_get_id (EvsRecordStore *self);

/**
 * evs_record_store_get_format:
 * @self: a record store
 *
 * Tells how the library's own entries in the store are to be read.
 *
 * Returns: the version of the format of what the library puts into the store
 */
EVS_API guint evs_record_store_get_format (EvsRecordStore *self);

/**
 * evs_record_store_get_disk_size:
 * @self: a record store
 * @bytes: (out): what the store takes on the disk; 0: the store cannot tell
 * @error: %EVS_ERROR_IO
 *
 * Measures the store, its log files included.
 *
 * Returns: whether the store could be asked
 */
EVS_API gboolean evs_record_store_get_disk_size (EvsRecordStore *self,
                                                 guint64 *bytes,
                                                 GError **error);

/**
 * evs_record_store_get_data:
 * @id: an originator id
 * @version: an originator version
 * @topic: (out) (optional) (transfer full): the record's topic
 * @position: (out) (optional): its place in the log
 * @error: %EVS_ERROR_NOT_FOUND or what the store says
 *
 * Reads one record as it is stored: an envelope.
 *
 * Returns: (transfer full): the stored bytes
 */
EVS_API GBytes *evs_record_store_get_data (EvsRecordStore *self,
                                           const EvsId *id, guint64 version,
                                           char **topic, guint64 *position,
                                           GError **error);

/*
 * The functions below are those of EvsStoreVTable, checked: the contract there
 * is the contract here. Visitors must not call the same store; a call from one
 * fails with EVS_ERROR_INVALID.
 */

/**
 * evs_record_store_commit: (skip)
 * @batch: what to store together or not at all; its durability is replaced
 *   by the configured one
 * @first_position: (out) (optional): the position of the first insert
 * @error: %EVS_ERROR_CONFLICT, %EVS_ERROR_NO_SPACE, %EVS_ERROR_TOO_LARGE,
 *   %EVS_ERROR_INVALID (a version over %G_MAXINT64, an empty key), or what the
 *   store says
 *
 * Stores a batch. After %EVS_ERROR_CONFLICT, %EVS_ERROR_NO_SPACE,
 * %EVS_ERROR_TOO_LARGE, %EVS_ERROR_INVALID, %EVS_ERROR_LATCHED and
 * %EVS_ERROR_FORKED nothing of it is stored; after any other error it may be.
 *
 * Returns: whether the batch is stored, as durably as configured
 */
EVS_API gboolean evs_record_store_commit (EvsRecordStore *self,
                                          const EvsBatch *batch,
                                          guint64 *first_position,
                                          GError **error);

/**
 * evs_record_store_read_sequence: (skip)
 * @id: the sequence
 * @from: the lowest version wanted
 * @to: the highest; %G_MAXINT64: up to the last
 * @limit: how many records at most; 0: no limit
 * @descending: from the highest version downwards
 * @visitor: (scope call): sees each record
 * @user_data: for @visitor
 * @error: what the store says
 *
 * Reads one sequence. An unknown one has no records; that is no error.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_record_store_read_sequence (
    EvsRecordStore *self, const EvsId *id, guint64 from, guint64 to,
    guint64 limit, gboolean descending, EvsRecordVisitor visitor,
    gpointer user_data, GError **error);

/**
 * evs_record_store_read_log: (skip)
 * @from: the lowest position wanted; 0 and 1 are the same
 * @limit: how many records at most; 0: no limit
 * @visitor: (scope call): sees each record
 * @user_data: for @visitor
 * @error: what the store says
 *
 * Reads the log, in rising order of position.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_record_store_read_log (EvsRecordStore *self, guint64 from,
                                            guint64 limit,
                                            EvsRecordVisitor visitor,
                                            gpointer user_data, GError **error);

/**
 * evs_record_store_read_ids: (skip)
 * @after: (nullable): ids greater than this one; %NULL: from the first
 * @limit: how many at most; 0: no limit
 * @visitor: (scope call): sees each id
 * @user_data: for @visitor
 * @error: what the store says
 *
 * Reads the ids of all sequences, in rising order, as memcmp () has it.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_record_store_read_ids (EvsRecordStore *self,
                                            const EvsId *after, guint64 limit,
                                            EvsIdVisitor visitor,
                                            gpointer user_data, GError **error);

/**
 * evs_record_store_last_version:
 * @id: an originator id
 * @version: (out): the last version of @id; -1 for an unknown sequence
 * @error: what the store says
 *
 * Tells how long a sequence is.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_record_store_last_version (EvsRecordStore *self,
                                                const EvsId *id,
                                                gint64 *version,
                                                GError **error);

/**
 * evs_record_store_last_position:
 * @position: (out): that of the last record; 0 in an empty store
 * @error: what the store says
 *
 * Tells how long the log is.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_record_store_last_position (EvsRecordStore *self,
                                                 guint64 *position,
                                                 GError **error);

/**
 * evs_record_store_get_side:
 * @table: a side table: [a-z][a-z0-9-]{0,31}
 * @key: (array length=key_size) (element-type guint8): a key in it
 * @key_size: its bytes: 1 to 255
 * @value: (out) (transfer full) (nullable): the value; %NULL: not there
 * @error: what the store says
 *
 * Reads one side entry.
 *
 * Returns: whether the store could be read
 */
EVS_API gboolean evs_record_store_get_side (EvsRecordStore *self,
                                            const char *table,
                                            gconstpointer key, gsize key_size,
                                            GBytes **value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsRecordStore, evs_record_store_unref)

G_END_DECLS
