/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/eventseal.h>

/* What a record's header means by a suite or a compressor: the name that the
 * library gives it, or else that of the plugin that @config names for it;
 * "private" where neither knows. */
const char *name_suite (EvsConfig *config, guint8 suite);
const char *name_compressor (EvsConfig *config, guint8 id);
