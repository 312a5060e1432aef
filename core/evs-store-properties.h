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

/* (transfer full) (nullable): the property @name goes to *@value. */
gboolean _evs_store_properties_get (EvsRecordStore *self, const char *name,
                                    GBytes **value, GError **error);

/* Copies a property that was got to @out. One of another size is
 * EVS_ERROR_DAMAGED; @what: what the store calls it. */
gboolean _evs_store_properties_copy (EvsRecordStore *self, GBytes *value,
                                     const char *what, gpointer out, gsize size,
                                     GError **error);

/* Gets the property @name or, where it is absent, puts @value there. Two
 * processes may do so at once: both get what the first one put. */
GBytes *_evs_store_properties_claim (EvsRecordStore *self, const char *name,
                                     gconstpointer value, gsize size,
                                     GError **error);

/* Gives an empty store its properties; checks those of another, and puts its
 * id into @store_id. */
gboolean _evs_store_properties_check (EvsRecordStore *self, EvsId *store_id,
                                      GError **error);
