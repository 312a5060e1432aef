/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* (transfer full): @path for a message: UTF-8, on one line. */
char *_evs_path_display (const char *path);

/* (transfer full): @path without "//", "/./" and a slash at the end. */
char *_evs_path_tidy (const char *path);

/* (transfer full): tidy @path, taken from @folder if it is relative. The system
 * resolves "..", so that it means the same behind a link. */
char *_evs_path_resolve (const char *path, const char *folder);
