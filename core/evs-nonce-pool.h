/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/*
 * Random nonces, drawn from getrandom (2) a page at a time. One thread at a
 * time. A forked child finds its copy of the page empty and draws its own.
 */
typedef struct _EvsNoncePool EvsNoncePool;

#define EVS_NONCE_MAX 64

EvsNoncePool *_evs_nonce_pool_new (void);
void _evs_nonce_pool_free (EvsNoncePool *self);

/* @size: at most EVS_NONCE_MAX. No byte is ever given twice. */
void _evs_nonce_pool_take (EvsNoncePool *self, guint8 *nonce, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsNoncePool, _evs_nonce_pool_free)
