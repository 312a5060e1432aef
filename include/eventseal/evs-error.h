/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-macros.h>
#include <eventseal/evs-plugin.h>

G_BEGIN_DECLS

/**
 * evs_error_quark:
 *
 * Gives the error domain to languages that have no macros.
 *
 * Returns: the domain of #EvsError; the same as %EVS_ERROR
 */
EVS_API GQuark evs_error_quark (void);

G_END_DECLS
