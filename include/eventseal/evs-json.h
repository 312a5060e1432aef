/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events with JSON attributes made by jansson. A host with a serialisation of
 * its own needs neither this header nor jansson.
 */

#pragma once

#include <eventseal/evs-aggregate.h>
#include <jansson.h>

G_BEGIN_DECLS

/**
 * evs_aggregate_trigger: (skip)
 * @topic: of the type's table
 * @format: how json_pack () makes the attributes, an object, of what follows
 * @...: what @format asks for
 *
 * Makes an event, applies it, and queues it to be saved. An unknown topic, an
 * aggregate that is discarded and attributes that are not JSON (text that is
 * not UTF-8) are refused: the event is neither applied nor queued, and because
 * the aggregate then lacks something that happened, it cannot be saved any
 * more: saving fails with %EVS_ERROR_INVALID or %EVS_ERROR_DISCARDED and the
 * reason.
 *
 * Returns: whether the event was made
 */
EVS_API gboolean evs_aggregate_trigger (EvsAggregate *self, const char *topic,
                                        const char *format, ...);

G_END_DECLS
