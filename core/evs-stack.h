/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-config-private.h"
#include "evs-handle.h"

#include <eventseal/evs-id.h>

/*
 * The ciphers and compressors that a configuration names: one of each kind to
 * write with, if it is configured, and all of them to read with. Immutable.
 */

/* A cipher and what it gets as its key for one store. */
typedef struct
{
  EvsHandle *handle;
  const EvsCipherVTable *vtable;
  EvsSecret *key; /* (nullable): the master key; gone when all is made */
  EvsSecret *subkey;
  guint32 key_id;
} EvsStackCipher;

typedef struct
{
  GPtrArray *ciphers;     /* of EvsStackCipher */
  GPtrArray *compressors; /* of EvsHandle */
  gboolean has_cipher;    /* whether the first is the configured one */
  gboolean has_compressor;
} EvsStack;

/* EVS_ERROR_CONFIG, EVS_ERROR_KEY, EVS_ERROR_PLUGIN, EVS_ERROR_FORKED. */
EvsStack *_evs_stack_new (EvsConfig *config, const EvsId *store_id,
                          GError **error);
void _evs_stack_free (EvsStack *self);

/* (nullable): the configured cipher. */
const EvsStackCipher *_evs_stack_get_cipher (const EvsStack *self);

/* Whether fork has wiped the keys. */
gboolean _evs_stack_is_forked (const EvsStack *self);

/* The index of the cipher for @suite and @key_id. Without one: EVS_ERROR_KEY,
 * EVS_ERROR_ENCRYPTED, EVS_ERROR_PLUGIN or EVS_ERROR_FORMAT, and -1. */
gint _evs_stack_find_cipher (const EvsStack *self, guint8 suite, guint32 key_id,
                             GError **error);

/* The index of the compressor with @wire_id, or -1. EVS_ERROR_PLUGIN,
 * EVS_ERROR_FORMAT. */
gint _evs_stack_find_compressor (const EvsStack *self, guint8 wire_id,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvsStack, _evs_stack_free)
