/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-private.h"
#include "evs-settings.h"

/* A plugin group with what it owns. */
typedef struct
{
  EvsConfigGroup group;
  char *name;
  EvsSettings *host; /* the values of the host's own keys */
  GArray *entries;   /* EvsConfigEntry: the plugin's own settings */
  EvsSecret *key;
} EvsPluginGroup;

/* The kind that a section's name begins with: "store bdb"; 0 if it is not the
 * name of a plugin group. */
EvsPluginKind _evs_plugin_group_kind (const EvsConfigSection *section);

/* @section is called "KIND LABEL". Errors: EVS_ERROR_CONFIG. */
EvsPluginGroup *_evs_plugin_group_new (const EvsConfigText *text,
                                       const EvsConfigSection *section,
                                       GError **error);
void _evs_plugin_group_free (EvsPluginGroup *self);

/* Copies @key. */
void _evs_plugin_group_set_key (EvsPluginGroup *self, gconstpointer key,
                                gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsPluginGroup, _evs_plugin_group_free)
