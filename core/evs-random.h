/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Fills @data from getrandom (2). Never fails: a system without randomness
 * ends the program, since there is nothing safe that it could go on with. */
void _evs_random_fill (gpointer data, gsize size);
