/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-private.h"
#include "evs-settings.h"

/*
 * A plugin as configured: its descriptor and its checked settings. What the
 * wrappers open plugins from. Immutable; refcounted; any thread may use it.
 */
typedef struct
{
  const EvsPlugin *plugin;
  EvsSettings *settings;
  gatomicrefcount ref_count;
} EvsHandle;

/* Errors: EVS_ERROR_PLUGIN; EVS_ERROR_CONFIG for what the plugin's table of
 * settings does not allow. */
EvsHandle *_evs_handle_new (EvsConfig *config, const EvsConfigGroup *group,
                            GError **error);
EvsHandle *_evs_handle_ref (EvsHandle *handle);
void _evs_handle_unref (EvsHandle *handle);

/* Puts "NAME: " before the message, once. For what plugins report. */
void _evs_handle_prefix_error (const EvsHandle *handle, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsHandle, _evs_handle_unref)
