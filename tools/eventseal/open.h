/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

typedef gpointer (*OpenFunc) (EvsConfig *config, GError **error);

/* Opens with @func. Where another process has the store, somebody at a
 * terminal is told after half a second what the wait is for. (transfer full)
 * (nullable) */
gpointer open_patiently (EvsConfig *config, OpenFunc func, GError **error);

/* A setting of the configured store's plugin; NULL: it has none of that name
 * and type, or cannot be loaded. */
const EvsSetting *store_setting (EvsConfig *config, const char *key,
                                 EvsSettingType type);
