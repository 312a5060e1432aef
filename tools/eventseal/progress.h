/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* A bar on standard error, if that is a terminal and the work takes more than
 * a second. */
typedef struct _Progress Progress;

/* @what: what is done, such as "importing". */
Progress *progress_new (const char *what);

/* @done of @total are done; @total 0: nobody knows. */
void progress_set (Progress *self, guint64 done, guint64 total);

/* Clears the bar away. */
void progress_free (Progress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Progress, progress_free)
