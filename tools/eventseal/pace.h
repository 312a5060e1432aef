/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* How far a long measurement is: a progress bar, and whether somebody wants
 * it to end (SIGINT, SIGTERM, SIGHUP), so that it can clean up behind itself.
 * One at a time. */
typedef struct _Pace Pace;

/* @what: what is done, such as "measuring". From now on signals are noted. */
Pace *pace_new (const char *what);
void pace_free (Pace *self);

/* How many steps there are; without it nobody knows. */
void pace_expect (Pace *self, guint64 total);

/* @n more steps are done. FALSE when it is to end. */
gboolean pace_step (Pace *self, guint64 n, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pace, pace_free)
