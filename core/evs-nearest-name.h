/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* The name in @known (NULL-terminated) nearest to @name by edit distance, or
 * NULL when none is near enough to be meant. Case and '_' for '-' count as
 * nothing; two neighbours swapped count as one edit; the first of several
 * equally near ones is taken. */
const char *_evs_nearest_name (const char *name, const char *const *known);

/* (transfer full): "; did you mean NAME?", or "" when there is none. */
char *_evs_nearest_hint (const char *name, const char *const *known);
