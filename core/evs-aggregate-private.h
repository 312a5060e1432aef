/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-arena.h"
#include <eventseal/evs-aggregate.h>

/* Queues an event and applies it. @attributes: (nullable): @state as JSON. */
gboolean _evs_aggregate_queue (EvsAggregate *self, const EvsEventType *topic,
                               GBytes *state, struct json_t *attributes,
                               GError **error);

/* (nullable): the type of event; NULL with an error also when none may happen
 * any more. */
const EvsEventType *_evs_aggregate_find_event_type (EvsAggregate *self,
                                                    const char *topic,
                                                    GError **error);

/* The aggregate lacks something that happened: saving it fails from now on. */
void _evs_aggregate_break (EvsAggregate *self, GError *reason);

/* Applies a stored event. */
gboolean _evs_aggregate_replay (EvsAggregate *self, const EvsEventView *event,
                                GError **error);

/* Maps the queued events that are not mapped yet, into @spare where the
 * aggregate has no arena, and appends their records to @records. *@spare
 * becomes NULL if the aggregate keeps it. */
gboolean _evs_aggregate_map (EvsAggregate *self, EvsMapper *mapper,
                             EvsArena **spare, GArray *records, GError **error);

/* Whether a save of the queued events failed and may have landed. */
gboolean _evs_aggregate_get_outcome_unknown (EvsAggregate *self);
void _evs_aggregate_set_outcome_unknown (EvsAggregate *self);

/* Forgets the queue: it is saved. (transfer full) (nullable): the arena. */
EvsArena *_evs_aggregate_saved (EvsAggregate *self);
