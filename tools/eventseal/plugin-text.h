/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/*
 * A plugin, for people and for programs.
 */

/* One line of a table; NULL: the table's head. */
void plugin_text_append_row (GString *out, const EvsPlugin *plugin);

/* Everything, over several lines. */
void plugin_text_append_details (GString *out, const EvsPluginFile *file);

/* Everything, as a JSON object; a refused file too. */
void plugin_text_append_json (GString *out, const EvsPluginFile *file);

/* What a configuration may say beside the settings of plugins. */
void plugin_text_append_core (GString *out);
void plugin_text_append_core_json (GString *out);
