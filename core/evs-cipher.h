/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-handle.h"
#include "evs-secret.h"

/* A cipher with its key. One thread at a time. */
typedef struct _EvsCipher EvsCipher;

/* @handle: outlives the cipher. */
EvsCipher *_evs_cipher_new (const EvsHandle *handle, const EvsSecret *key,
                            GError **error);
/* Wipes the key. */
void _evs_cipher_free (EvsCipher *self);

/* How much room seal needs for @size bytes. EVS_ERROR_TOO_LARGE. */
gboolean _evs_cipher_bound (EvsCipher *self, gsize size, gsize *bound,
                            GError **error);

/* As EvsCipherVTable has it; @room: bytes at @out, at least the bound. */
gboolean _evs_cipher_seal (EvsCipher *self, const guint8 *nonce, EvsSpan ad,
                           EvsSpan in, guint8 *out, gsize room, gsize *out_size,
                           GError **error);

/* Whatever is wrong with @in: EVS_ERROR_AUTHENTICATION with one text, and
 * @out, which has in.size bytes, is wiped. */
gboolean _evs_cipher_open_sealed (EvsCipher *self, const guint8 *nonce,
                                  EvsSpan ad, EvsSpan in, guint8 *out,
                                  gsize *out_size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsCipher, _evs_cipher_free)
