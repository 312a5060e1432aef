/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* Loads @text: a file KIND-NAME.so, or a name on the search path, where
 * @config (nullable) is the file whose plugin-path= counts. *@file gets the
 * file (transfer full). Errors: EVS_ERROR_PLUGIN; for @config, those of
 * reading it. */
const EvsPlugin *find_plugin (const char *text, const char *config, char **file,
                              GError **error);
