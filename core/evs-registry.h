/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-private.h"
#include "evs-module.h"

/*
 * The plugins of this process: found on the search path, loaded once, never
 * unloaded. All global state of the library is one struct beside one mutex in
 * evs-registry.c.
 *
 * The search path is EVENTSEAL_PLUGIN_PATH alone when it is set (and the
 * process is not AT_SECURE), else plugin-path= of the config, then the
 * compiled-in folder. Absolute folders only. A folder that does not exist is
 * passed over; one that has the plugin and is not fit to load from is not.
 */

/* (transfer full): the folders in order. @config_path: (nullable). Errors:
 * EVS_ERROR_PLUGIN for a relative folder in EVENTSEAL_PLUGIN_PATH. */
char **_evs_registry_get_path (const char *const *config_path, GError **error);

/* (transfer none): the plugin, from the first folder that has it. Errors:
 * EVS_ERROR_PLUGIN; a plugin that is nowhere names the folders searched and,
 * where there is one, the nearest plugin of that kind. */
const EvsPlugin *_evs_registry_get (EvsPluginKind kind, const char *name,
                                    const char *const *config_path,
                                    GError **error);

/* The same for a group of @config; but for a wrong search path, an error names
 * the line of the configuration that asks for the plugin. */
const EvsPlugin *_evs_registry_get_configured (EvsConfig *config,
                                               const EvsConfigGroup *group,
                                               GError **error);

/* Whether there is a file for the plugin, fit to be loaded or not. */
gboolean _evs_registry_has (EvsPluginKind kind, const char *name,
                            const char *const *config_path);

/* Sets EVS_ERROR_PLUGIN: also-read= names what is neither cipher nor
 * compressor. */
void _evs_registry_set_no_reader (EvsConfig *config, const char *name,
                                  GError **error);

/* (nullable) (transfer none): the file that @plugin came from. */
const char *_evs_registry_get_file (const EvsPlugin *plugin);
