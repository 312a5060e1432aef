/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* (transfer full): @given (nullable), "KEY=VALUE", checked against the
 * settings of @plugin, and what it requires beyond that: a path is one in the
 * folder of the test. Errors: EVS_ERROR_CONFIG. */
char **settings_complete (const EvsPlugin *plugin, char **given,
                          GError **error);
