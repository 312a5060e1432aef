/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* "cipher", "compressor", "store". */
const char *_evs_plugin_kind_to_string (EvsPluginKind kind);

/* The reverse; 0 for any other word. */
EvsPluginKind _evs_plugin_kind_from_string (const char *word);

/* Whether @name is [a-z][a-z0-9-]{0,31}: the rule for the names of plugins,
 * for labels, and for the keys of settings. */
gboolean _evs_plugin_name_is_valid (const char *name);

/* The same for people, behind "wanted ". */
#define EVS_PLUGIN_NAME_RULE "at most 32 of a-z, 0-9 and '-', first a letter"
