/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-group.h"

struct _EvsConfig
{
  gatomicrefcount ref_count;
  EvsConfigText *text;
  EvsSettings *main_values;   /* of [eventseal] */
  EvsSettings *mapper_values; /* of [mapper] */
  EvsMapperSettings mapper;
  EvsDurability durability;
  GPtrArray *groups; /* EvsPluginGroup */
  /* By kind: what store=, compressor= and cipher= say. */
  const char *labels[EVS_PLUGIN_STORE + 1];
  /* By kind; NULL where none is configured. */
  EvsPluginGroup *configured[EVS_PLUGIN_STORE + 1];
  const char *const *also_read;   /* (nullable) */
  const char *const *plugin_path; /* (nullable) */
};

/* Checks what the text says against the rules and fills the rest of @self.
 * Errors: EVS_ERROR_CONFIG. */
gboolean _evs_config_apply_rules (EvsConfig *self, GError **error);

/* The part of it that is about plugin groups: which there are, and which the
 * stack is made of. */
gboolean _evs_config_apply_plugin_rules (EvsConfig *self, GError **error);

/* (nullable): the group called @label. */
EvsPluginGroup *_evs_config_find_label (EvsConfig *self, EvsPluginKind kind,
                                        const char *label);
