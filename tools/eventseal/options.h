/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Says in the command's own words what GOption found wrong: which option, what
 * is wanted, and the option that may have been meant. Never the value.
 * @tables: what was parsed, NULL-terminated. */
void options_reword (const GOptionEntry *const *tables, GError **error);
