/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Writes a new file, flushed to the disk. What is there is never overwritten,
 * and nothing is left behind when it cannot be written whole. */
gboolean folder_write_new (const char *path, const char *text, GError **error);

/* Makes a folder of mode 0700. */
gboolean folder_make (const char *path, GError **error);

/* Removes @path with all that is in it. */
void folder_remove (const char *path);
