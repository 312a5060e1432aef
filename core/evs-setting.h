/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* A table of settings, whose elements may be larger than this host's. */
typedef struct
{
  const EvsSetting *settings;
  gsize n_settings;
  gsize setting_size;
} EvsSettingTable;

#define EVS_SETTING_TABLE(array)                                               \
  {                                                                            \
    (array), G_N_ELEMENTS (array), sizeof (EvsSetting)                         \
  }

const EvsSetting *_evs_setting_table_get (const EvsSettingTable *table,
                                          gsize index);

/* The place of @key in @table; -1 if it is not there. */
gssize _evs_setting_table_find (const EvsSettingTable *table, const char *key);

/* The keys of a plugin's group that are the host's: a plugin has none of the
 * same name. The values' order is that of the enum. */
const EvsSettingTable *_evs_setting_host_table (EvsPluginKind kind);

enum
{
  EVS_HOST_KEY_PLUGIN,
  EVS_HOST_KEY_DURABILITY,                        /* of a store */
  EVS_HOST_KEY_KEY_FILE = EVS_HOST_KEY_DURABILITY /* of a cipher */
};

/* Whether @text is a value of @setting's type and in its range, for a table's
 * own defaults and for a file. @folder: what a relative path is taken from.
 * @owned takes what @value points to; g_free () is its free function. On
 * failure *@reason says what is wanted (transfer full), and never repeats
 * @text: somebody may have put a secret there. */
gboolean _evs_setting_parse (const EvsSetting *setting, const char *text,
                             const char *folder, GPtrArray *owned,
                             EvsSettingValue *value, char **reason);
