/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-mapper.h>

/*
 * The memory that events pass through. On the way in it holds a batch: topics
 * and mapped bytes one behind the other, and the records that point to them.
 * On the way out it is the mapper's scratch. It is reused from batch to batch
 * and page to page, so nothing is allocated for a single event.
 */
typedef struct
{
  EvsBuffer bytes;
  GArray *entries;          /* where each record's parts are in bytes */
  gboolean outcome_unknown; /* a commit of it failed and may have landed */
} EvsArena;

EvsArena *_evs_arena_new (void);
void _evs_arena_free (EvsArena *arena);

/* Forgets the batch, keeps the memory. */
void _evs_arena_clear (EvsArena *arena);

/* Maps @event and adds it to the batch; on failure the batch is as it was. */
gboolean _evs_arena_add (EvsArena *arena, EvsMapper *mapper, gpointer worker,
                         const EvsEventView *event, GError **error);

gsize _evs_arena_get_n_records (const EvsArena *arena);

/* Appends the batch's records to @records, an array of EvsRecord. They point
 * into the arena until something is added to it. */
void _evs_arena_collect (const EvsArena *arena, GArray *records);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsArena, _evs_arena_free)
