/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-record-store.h>

/* Whether this process opened the store: a forked child's copy of the mutexes
 * may be held by threads that it does not have. EVS_ERROR_FORKED. */
gboolean _evs_record_store_check_process (EvsRecordStore *self, GError **error);

/* The same, and whether the call comes from no visitor of this store. */
gboolean _evs_record_store_check_caller (EvsRecordStore *self, GError **error);

/* The plugin's name, for messages. */
const char *_evs_record_store_get_name (EvsRecordStore *self);
