/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/* Sees one sequence; returns FALSE to stop with an error. */
typedef gboolean (*SequenceFunc) (const EvsId *id, gpointer user_data,
                                  GError **error);

/* Calls @func for every sequence of @store, in the order of their ids, in
 * constant memory. @func may read the store. */
gboolean sequences_foreach (EvsEventStore *store, SequenceFunc func,
                            gpointer user_data, GError **error);
