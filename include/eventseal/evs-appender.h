/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Appenders: many events, of any sequences, batch by batch.
 */

#pragma once

#include <eventseal/evs-event-store.h>

G_BEGIN_DECLS

/**
 * EvsAppender:
 *
 * A batch of events of any sequences, mapped as they are added, stored in one
 * commit. Its memory is reused: the way to append many events. One thread at
 * a time; refcounted.
 */
typedef struct _EvsAppender EvsAppender;

/**
 * EVS_TYPE_APPENDER:
 *
 * The #GType of #EvsAppender.
 */
#define EVS_TYPE_APPENDER (evs_appender_get_type ())

/**
 * evs_appender_get_type:
 *
 * Returns: the boxed type of #EvsAppender
 */
EVS_API GType evs_appender_get_type (void);

/**
 * evs_appender_new:
 * @store: where the events are to go; a reference is taken
 *
 * Makes a batch.
 *
 * Returns: (transfer full): an empty batch for @store
 */
EVS_API EvsAppender *evs_appender_new (EvsEventStore *store);

/**
 * evs_appender_add: (skip)
 * @event: what to append; id and version must be set, position is not used,
 *   and recorded_at is stored as it is
 * @error: %EVS_ERROR_INVALID, %EVS_ERROR_TOO_LARGE or what the mapper says;
 *   the batch is then as it was
 *
 * Maps the event at once. Nothing of it is borrowed afterwards.
 *
 * Returns: whether the event is in the batch
 */
EVS_API gboolean evs_appender_add (EvsAppender *self, const EvsEventView *event,
                                   GError **error);

/**
 * evs_appender_get_n_events:
 *
 * Counts what was added since the last commit.
 *
 * Returns: how many events wait
 */
EVS_API gsize evs_appender_get_n_events (EvsAppender *self);

/**
 * evs_appender_get_size:
 *
 * Tells when a batch is large enough to be committed.
 *
 * Returns: the bytes that wait: topics, and data as it will be stored
 */
EVS_API gsize evs_appender_get_size (EvsAppender *self);

/**
 * evs_appender_commit:
 * @position: (out) (optional): the position of the first event
 * @error: as evs_record_store_commit ()
 *
 * Stores what waits and empties the batch; before it, what was submitted and
 * is not stored yet. After a failure the batch is kept,
 * with its sealed bytes: when it was stored in spite of the error, committing
 * it again finds these bytes in their place and succeeds; they are stored
 * once. An empty batch succeeds with position 0.
 *
 * Returns: whether the events are stored
 */
EVS_API gboolean evs_appender_commit (EvsAppender *self, guint64 *position,
                                      GError **error);

/**
 * evs_appender_submit:
 * @error: as evs_record_store_commit (), of a batch that was submitted before
 *
 * Commits what waits in a thread of its own, while the next batch is gathered:
 * so events are mapped, and sealed, on another core than the one that stores
 * them. Waits while two batches are not stored yet; when one has failed,
 * nothing is submitted, and what waits still waits. Batches are stored in the
 * order in which they were submitted, none of them after one that failed.
 *
 * A batch that failed is kept as evs_appender_commit () keeps it, ahead of
 * those behind it and of what waits. Its error is told once; after that, the
 * next submit, wait or commit tries it again first.
 *
 * Returns: whether what waited was submitted
 */
EVS_API gboolean evs_appender_submit (EvsAppender *self, GError **error);

/**
 * evs_appender_wait:
 * @error: as evs_record_store_commit ()
 *
 * Waits until all that was submitted is stored.
 *
 * Returns: whether it is
 */
EVS_API gboolean evs_appender_wait (EvsAppender *self, GError **error);

/**
 * evs_appender_get_n_submitted:
 *
 * Counts what was submitted and is not stored, as after a failure. Waits for
 * the batches that are being stored.
 *
 * Returns: how many events
 */
EVS_API gsize evs_appender_get_n_submitted (EvsAppender *self);

/**
 * evs_appender_clear:
 *
 * Forgets what waits, and what was submitted and failed; a batch that is being
 * stored is waited for. The memory is kept.
 */
EVS_API void evs_appender_clear (EvsAppender *self);

/**
 * evs_appender_ref:
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsAppender *evs_appender_ref (EvsAppender *self);

/**
 * evs_appender_unref:
 * @self: (transfer full): an appender
 *
 * Gives a reference back. The last one waits for a batch that is being stored,
 * then wipes and frees the memory; what was not committed is forgotten. It must
 * not be given back in a visitor of the same store.
 */
EVS_API void evs_appender_unref (EvsAppender *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsAppender, evs_appender_unref)

G_END_DECLS
