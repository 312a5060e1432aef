/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-record-store.h>

/* The store's own properties: a side table that the core keeps. */
#define EVS_PROPERTIES "eventseal"
#define EVS_PROPERTY_FORMAT "format"
#define EVS_PROPERTY_STORE_ID "store-id"
#define EVS_PROPERTY_KEY_ID "key-id"

/* What stands in EVS_PROPERTY_FORMAT: the format of everything that the core
 * puts into a store. */
#define EVS_STORE_FORMAT 1

/* Gets the property @name or, where it is absent, puts @value there. Two
 * processes may do so at once: both get what the first one put. */
GBytes *_evs_record_store_claim (EvsRecordStore *self, const char *name,
                                 gconstpointer value, gsize size,
                                 GError **error);

/* Whether this process opened the store: a forked child's copy of the mutexes
 * may be held by threads that it does not have. EVS_ERROR_FORKED. */
gboolean _evs_record_store_check_process (EvsRecordStore *self, GError **error);

/* The same, and whether the call comes from no visitor of this store. */
gboolean _evs_record_store_check_caller (EvsRecordStore *self, GError **error);

/* The plugin's name, for messages. */
const char *_evs_record_store_get_name (EvsRecordStore *self);
