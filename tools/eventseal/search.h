/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-plugin.h>

/* Looks for text in the forms that it could take: raw, hexadecimal in either
 * case, base64 at each of its three offsets, UTF-16 in either byte order. */
typedef struct _Search Search;

Search *search_new (const char *text);
void search_free (Search *self);

/* The form in which the text is in @data, or NULL. */
const char *search_data (Search *self, EvsSpan data);

/* Looks in every file below @folder. @n_files: (out): how many there are.
 * @file: (out) (nullable): the first one that the text is in. */
gboolean search_folder (Search *self, const char *folder, guint *n_files,
                        char **file, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)
