/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-error.h>

/*
 * Group commit: batches that several threads commit at the same time go to
 * the store in one call, so that one flush serves them all. The first thread
 * that finds no leader leads: it takes what waits, commits it, and wakes the
 * others with their results. While it flushes, the next group gathers; and a
 * leader whose last group had company waits a moment for it to come back.
 */
typedef struct _EvsCommitQueue EvsCommitQueue;

/* Commits a group; called by one thread at a time. */
typedef void (*EvsCommitFunc) (gpointer self, const EvsBatch *const *batches,
                               gsize n_batches, EvsBatchResult *results);

/* A group has at most this many batches, items and bytes; a larger batch goes
 * alone. */
#define EVS_GROUP_MAX_BATCHES 256
#define EVS_GROUP_MAX_ITEMS 10000
#define EVS_GROUP_MAX_BYTES (4 * 1024 * 1024)

EvsCommitQueue *_evs_commit_queue_new (EvsCommitFunc commit, gpointer self);
void _evs_commit_queue_free (EvsCommitQueue *queue);

/* For tests: how long a leader waits for company at most, and how many
 * batches wait. */
void _evs_commit_queue_set_patience (EvsCommitQueue *queue,
                                     gint64 microseconds);
gsize _evs_commit_queue_get_length (EvsCommitQueue *queue);

/* Returns when @batch was committed or refused; *result then says which. */
void _evs_commit_queue_commit (EvsCommitQueue *queue, const EvsBatch *batch,
                               EvsBatchResult *result);
