/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The configuration: which plugins make a stack, and with which settings.
 * eventseal.conf(5) describes the file.
 *
 * A file is checked strictly. An unknown group, key or kind, a repeated one,
 * a missing one that is required, a plugin's group that nothing names, a line
 * that is neither blank, comment, group nor key=value, a '#' after white space
 * in a value and white space at the end of one are errors that name file,
 * line, group, key and the nearest known name. They never repeat a value: it
 * may be a secret in the wrong place. A promise that nothing would keep is an
 * error too: encrypt-topics= beside always-encrypt=true, and either of them,
 * written out, without a cipher. The settings of a plugin are checked when the
 * stack is opened, against the plugin's own table.
 */

#pragma once

#include <eventseal/evs-error.h>

G_BEGIN_DECLS

/**
 * EvsConfig:
 *
 * A checked configuration. Refcounted. Immutable but for evs_config_set_key ()
 * and evs_config_set_setting (), which belong before the first use; from then
 * on any thread may read it.
 */
typedef struct _EvsConfig EvsConfig;

/**
 * EVS_TYPE_CONFIG:
 *
 * The #GType of #EvsConfig.
 */
#define EVS_TYPE_CONFIG (evs_config_get_type ())

/**
 * evs_config_get_type:
 *
 * Returns: the boxed type of #EvsConfig
 */
EVS_API GType evs_config_get_type (void);

/**
 * evs_config_new_from_file:
 * @path: (type filename): the file; relative paths in it are taken from its
 *   folder
 * @error: %EVS_ERROR_CONFIG, %EVS_ERROR_IO
 *
 * Reads and checks a file of at most 1 MiB. No plugin is loaded, and no key
 * file read.
 *
 * Returns: (transfer full): the configuration
 */
EVS_API EvsConfig *evs_config_new_from_file (const char *path, GError **error);

/**
 * evs_config_new_from_data:
 * @text: what would stand in a file
 * @length: its bytes, or -1 if it is terminated
 * @folder: (nullable) (type filename): what relative paths are taken from;
 *   %NULL: the working directory at the time of the call
 * @error: %EVS_ERROR_CONFIG
 *
 * Checks a text of at most 1 MiB. Errors name "(data)" as the file.
 *
 * Returns: (transfer full): the configuration
 */
EVS_API EvsConfig *evs_config_new_from_data (const char *text, gssize length,
                                             const char *folder,
                                             GError **error);

/**
 * evs_config_set_key:
 * @self: a configuration that no application has been opened with
 * @label: (nullable): the cipher's label; %NULL: the one that cipher= names
 * @key: 16, 24 or 32 bytes, not all zero; copied into locked memory
 * @error: %EVS_ERROR_KEY, %EVS_ERROR_CONFIG when there is no such cipher
 *
 * Gives a cipher's master key from code; the group then needs no key-file=
 * and must have none. The caller's own copy is the caller's to wipe.
 *
 * Returns: whether the key was taken
 */
EVS_API gboolean evs_config_set_key (EvsConfig *self, const char *label,
                                     GBytes *key, GError **error);

/**
 * evs_config_set_setting: (skip)
 * @self: a configuration that no application has been opened with
 * @kind: a kind of plugin
 * @key: a setting of the configured plugin of that kind, not of the core's
 * @value: what the file would say; copied
 *
 * Gives a setting from code, in the place of what the file says. It is checked
 * when the stack is opened.
 *
 * Returns: %FALSE if no plugin of that kind is configured, or the key is one
 *   of the core's own
 */
EVS_API gboolean evs_config_set_setting (EvsConfig *self, EvsPluginKind kind,
                                         const char *key, const char *value);

/**
 * evs_config_get_setting: (skip)
 * @self: a configuration
 * @kind: a kind of plugin
 * @key: a setting of the configured plugin of that kind, not of the core's
 *
 * Tells what the configuration says, not what the default is.
 *
 * Returns: (transfer none) (nullable): the value as it was given, with escapes
 *   resolved; %NULL if it is not given
 */
EVS_API const char *evs_config_get_setting (EvsConfig *self, EvsPluginKind kind,
                                            const char *key);

/**
 * evs_config_get_also_read:
 * @self: a configuration
 *
 * Tells which further ciphers and compressors a record may call for.
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of the plugins
 */
EVS_API const char *const *evs_config_get_also_read (EvsConfig *self);

/**
 * evs_config_get_file:
 * @self: a configuration
 *
 * Tells where the configuration comes from.
 *
 * Returns: (transfer none): the file's path as messages name it; "(data)" for
 *   a configuration from memory
 */
EVS_API const char *evs_config_get_file (EvsConfig *self);

/**
 * evs_config_get_plugin: (skip)
 * @self: a configuration
 * @kind: a kind of plugin
 *
 * Tells which plugin of a kind is configured; not whether it can be loaded.
 *
 * Returns: (transfer none) (nullable): the name of the configured plugin of
 *   that kind; %NULL where none is configured
 */
EVS_API const char *evs_config_get_plugin (EvsConfig *self, EvsPluginKind kind);

/**
 * evs_config_ref:
 *
 * Takes a reference; any thread may.
 *
 * Returns: (transfer full): @self
 */
EVS_API EvsConfig *evs_config_ref (EvsConfig *self);

/**
 * evs_config_unref:
 * @self: (transfer full): a configuration
 *
 * Gives a reference back. With the last one keys that were set from code are
 * wiped.
 */
EVS_API void evs_config_unref (EvsConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsConfig, evs_config_unref)

G_END_DECLS
