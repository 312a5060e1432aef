/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * Standard output, buffered. The first error is kept, and what comes after it
 * is dropped.
 */

void out_write (gconstpointer data, gsize size);
void out_print (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Whether everything could be written so far. */
gboolean out_ok (void);

/* Whether that was because nobody reads any more. */
gboolean out_is_broken (void);

/* Flushes; reports the first error. */
gboolean out_finish (GError **error);

/* The columns of the terminal that standard output is; 0: it is none. */
guint out_columns (void);
