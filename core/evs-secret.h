/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * Memory for keys: pages of their own, locked where the system's limit allows,
 * left out of core dumps and out of a forked child, wiped before they go.
 */
typedef struct
{
  guint8 *data;
  gsize size;
} EvsSecret;

EvsSecret *_evs_secret_new (gsize size);
EvsSecret *_evs_secret_new_copy (gconstpointer data, gsize size);
void _evs_secret_free (EvsSecret *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsSecret, _evs_secret_free)
