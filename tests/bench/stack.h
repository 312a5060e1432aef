/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/* The config that @variant, such as "bdb:lz4+aes-cbc", names, with its store
 * in @folder. */
EvsConfig *stack_config (const char *variant, const char *folder, gboolean sync,
                         GError **error);
