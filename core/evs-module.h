/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-plugin-name.h"

/* (transfer full): FOLDER/KIND-NAME.so, fit to be opened. Opening runs code,
 * so first: folder and file are real, owned by root or the effective user,
 * and not writable by others; nor by a group, if root owns them or runs us.
 * Errors: EVS_ERROR_NOT_FOUND when there is no such file; EVS_ERROR_PLUGIN,
 * "PATH: fact, both sides". */
char *_evs_module_locate (const char *folder, EvsPluginKind kind,
                          const char *name, GError **error);

/* Opens @file, for ever, and returns its checked descriptor. Errors:
 * EVS_ERROR_PLUGIN. */
const EvsPlugin *_evs_module_open (const char *file, EvsPluginKind kind,
                                   const char *name, GError **error);

/* Whether @plugin is what a host of this ABI can use as @kind and @name.
 * @file stands first in the message. */
gboolean _evs_module_check (const EvsPlugin *plugin, const char *file,
                            EvsPluginKind kind, const char *name,
                            GError **error);
