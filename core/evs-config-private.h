/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-text.h"
#include "evs-secret.h"
#include "evs-setting.h"

#include <eventseal/evs-config.h>

/* The [mapper] group. */
typedef struct
{
  gboolean always_encrypt;
  const char *const *encrypt_topics; /* (nullable) */
  gboolean read_any;
  gsize min_size;
  gsize max_state_size;
  gboolean record_time;
} EvsMapperSettings;

/* One plugin group: [store LABEL], [compressor LABEL] or [cipher LABEL]. A
 * plugin that is named without a group of its own has one without entries,
 * with the line of the key that names it. also-read= does not say the kind: a
 * name in it without a group has one as cipher and one as compressor. */
typedef struct
{
  EvsPluginKind kind;
  const char *name; /* for messages: "store bdb" */
  const char *label;
  const char *plugin;   /* plugin=, or the label */
  const char *key_file; /* (nullable) ciphers: key-file=, made absolute */
  const EvsSecret *key; /* (nullable) ciphers: from evs_config_set_key () */
  guint line;
  const EvsConfigEntry *entries; /* the plugin's own settings */
  gsize n_entries;
} EvsConfigGroup;

/* The file's path for messages; "(data)" for one from memory. */
const char *_evs_config_get_name (EvsConfig *self);
/* What the settings of a group are checked with. */
const EvsConfigText *_evs_config_get_text (EvsConfig *self);
/* What relative paths are taken from: absolute. */
const char *_evs_config_get_folder (EvsConfig *self);
const char *const *_evs_config_get_plugin_path (EvsConfig *self); /* nullable */
const char *const *_evs_config_get_also_read (EvsConfig *self);   /* nullable */
const EvsMapperSettings *_evs_config_get_mapper (EvsConfig *self);
EvsDurability _evs_config_get_durability (EvsConfig *self);

/* The group of the store, or of the configured compressor or cipher; NULL
 * where none is configured. */
const EvsConfigGroup *_evs_config_get_group (EvsConfig *self,
                                             EvsPluginKind kind);

/* The group of @kind whose plugin is @plugin: the configured one or one of
 * also-read=. NULL if there is none. */
const EvsConfigGroup *_evs_config_find_group (EvsConfig *self,
                                              EvsPluginKind kind,
                                              const char *plugin);

/* (nullable): what the core itself lets a group have, by the word that its
 * name begins with: "eventseal", "mapper", "store" … */
const EvsSettingTable *_evs_config_get_table (const char *group);

/* Puts "FILE:LINE: [group] key: " before the message of *@error. */
void _evs_config_prefix_error (EvsConfig *self, GError **error,
                               const char *group, const char *key);
/* The same with the key that names the plugin of @group. */
void _evs_config_prefix_plugin_error (EvsConfig *self, GError **error,
                                      const EvsConfigGroup *group);

/* "FILE:LINE: [group] key: " and so on: every config error is made here.
 * @line 0, @group and @key NULL: left out. */
void _evs_config_set_error (EvsConfig *self, GError **error, guint line,
                            const char *group, const char *key,
                            const char *format, ...) G_GNUC_PRINTF (6, 7);
