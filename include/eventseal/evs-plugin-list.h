/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The plugins on the search path: what an operator may name in a config file,
 * and why a file on the path was refused.
 */

#pragma once

#include <eventseal/evs-config.h>

G_BEGIN_DECLS

/**
 * EvsPluginFile: (skip)
 * @file: the file, absolute
 * @plugin: (nullable): what it describes; %NULL: it was refused
 * @refusal: (nullable): why, in one line that begins with the file
 *
 * A file on the search path.
 */
typedef struct
{
  const char *file;
  const EvsPlugin *plugin;
  const char *refusal;
} EvsPluginFile;

/**
 * EvsPluginFileVisitor: (skip)
 * @file: (transfer none): borrowed until the visitor returns
 * @user_data: what was given to evs_plugins_visit ()
 *
 * Sees one file.
 *
 * Returns: %FALSE to stop
 */
typedef gboolean (*EvsPluginFileVisitor) (const EvsPluginFile *file,
                                          gpointer user_data);

/**
 * evs_plugins_visit: (skip)
 * @config: (nullable): whose plugin-path= is searched too
 * @visitor: sees each file that ends in .so, folder by folder in the order of
 *   the search path, sorted by name
 * @user_data: for @visitor
 * @error: %EVS_ERROR_PLUGIN: the search path itself is wrong
 *
 * Loads every plugin on the search path. A folder that is not there has no
 * files. Any thread.
 *
 * Returns: whether there is a search path
 */
EVS_API gboolean evs_plugins_visit (EvsConfig *config,
                                    EvsPluginFileVisitor visitor,
                                    gpointer user_data, GError **error);

/**
 * evs_plugins_find: (skip)
 * @config: (nullable): whose plugin-path= is searched too
 * @kind: the kind
 * @name: the name, as in a config file
 * @file: (out) (optional) (transfer none): where it was found
 * @error: %EVS_ERROR_PLUGIN
 *
 * Loads one plugin, as opening a stack would. Any thread.
 *
 * Returns: (transfer none) (nullable): the plugin's descriptor, for ever
 */
EVS_API const EvsPlugin *evs_plugins_find (EvsConfig *config,
                                           EvsPluginKind kind, const char *name,
                                           const char **file, GError **error);

/**
 * evs_plugins_get_path: (skip)
 * @config: (nullable): whose plugin-path= is searched too
 * @error: %EVS_ERROR_PLUGIN: the search path itself is wrong
 *
 * Tells which folders are searched, in that order; one need not be there.
 *
 * Returns: (transfer full): the folders, for g_strfreev ()
 */
EVS_API char **evs_plugins_get_path (EvsConfig *config, GError **error);

/**
 * evs_core_get_setting: (skip)
 * @group: the word that a group's name begins with: "eventseal", "mapper",
 *   "store", "compressor" or "cipher"
 * @index: from 0
 *
 * Reads the tables by which the core checks a configuration: what a group may
 * have beside the settings of its plugin.
 *
 * Returns: (transfer none) (nullable): the setting; %NULL behind the last one
 */
EVS_API const EvsSetting *evs_core_get_setting (const char *group, gsize index);

/**
 * evs_plugin_get_setting: (skip)
 * @plugin: a plugin's descriptor
 * @index: less than its n_settings
 *
 * Reads the settings table of a plugin that was built with another size of
 * #EvsSetting.
 *
 * Returns: (transfer none): the setting
 */
EVS_API const EvsSetting *evs_plugin_get_setting (const EvsPlugin *plugin,
                                                  gsize index);

/**
 * evs_plugin_kind_to_string: (skip)
 * @kind: a kind
 *
 * Gives the word that stands in config files and in names of plugins' files.
 *
 * Returns: (transfer none): "cipher", "compressor" or "store"
 */
EVS_API const char *evs_plugin_kind_to_string (EvsPluginKind kind);

G_END_DECLS
