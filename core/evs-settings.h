/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-text.h"
#include "evs-setting.h"

/* A group of the configuration, checked against a table. */
typedef struct
{
  EvsSettingValue *values; /* in the order of the table */
  gsize n_values;
  GPtrArray *owned; /* what the values point to */
} EvsSettings;

/* The values of @section, which is part of @text; the table's defaults fill
 * the rest. @others: (nullable): a table that the caller reads elsewhere,
 * whose keys may be meant by one that is unknown. Errors: EVS_ERROR_CONFIG
 * with file, line, group, key and the nearest key. */
EvsSettings *_evs_settings_read (const EvsConfigText *text,
                                 const EvsConfigSection *section,
                                 const EvsSettingTable *table,
                                 const EvsSettingTable *others, GError **error);
void _evs_settings_free (EvsSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsSettings, _evs_settings_free)
