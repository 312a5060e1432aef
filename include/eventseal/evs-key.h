/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Key files. A key file is one line, "eventseal-key-1 BASE64", holding a
 * master key of 16, 24 or 32 bytes (RFC 4648, section 4, padded). It is a
 * regular file of the effective user or root that nobody else may read.
 */

#pragma once

#include <eventseal/evs-macros.h>
#include <eventseal/evs-plugin.h>

G_BEGIN_DECLS

/**
 * evs_key_file_create:
 * @path: (type filename): where to put it; never overwritten
 * @error: %EVS_ERROR_IO; no file is left behind then
 *
 * Makes a key of 32 bytes with the system's randomness, in a file of mode
 * 0400 that is flushed to the disk.
 *
 * Returns: whether there is a new key file
 */
EVS_API gboolean evs_key_file_create (const char *path, GError **error);

/**
 * evs_key_file_check:
 * @path: (type filename): a file
 * @error: %EVS_ERROR_KEY or %EVS_ERROR_IO, as when an application is opened
 *
 * Tells whether a file is a key file that an application would take: what is
 * in it, its owner and its mode. The key is wiped before this returns.
 *
 * Returns: whether it is
 */
EVS_API gboolean evs_key_file_check (const char *path, GError **error);

G_END_DECLS
