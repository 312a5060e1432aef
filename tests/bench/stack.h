/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/* The config that @variant, such as "bdb:lz4+aes-cbc", names, with its store
 * in @folder; @cache: MiB, 0: as the plugin has it, which may have none. */
EvsConfig *stack_config (const char *variant, const char *folder, gboolean sync,
                         guint64 cache, GError **error);
