/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "evs-secret.h"
#include <eventseal/evs-id.h>

/*
 * Master keys: 16, 24 or 32 bytes, never all zero. They never touch a cipher;
 * what a cipher gets is derived for one store, purpose and suite.
 */

/* The first suite id that is left to third parties. */
#define EVS_SUITE_PRIVATE 0x81

typedef enum
{
  EVS_KEY_PURPOSE_SEAL = 1 /* records and side entries */
} EvsKeyPurpose;

/* No key is: it is what fork leaves of one. */
gboolean _evs_key_is_zero (EvsSpan key);

/* Whether @key can be a master key. EVS_ERROR_KEY; the message says what was
 * found and what is wanted. */
gboolean _evs_key_check (EvsSpan key, GError **error);

/* A key's own fingerprint, 1 to 2^31 - 1: what a record names its key by. */
guint32 _evs_key_get_id (const EvsSecret *key);

/* (transfer full): the key_size bytes that @cipher gets. @scope: "" or what
 * narrows the key down, at most 255 bytes. */
EvsSecret *_evs_key_derive (const EvsSecret *key, const EvsId *store_id,
                            EvsKeyPurpose purpose, const EvsPlugin *cipher,
                            const char *scope);

/* Reads a key file strictly. EVS_ERROR_KEY, or EVS_ERROR_IO with errno's text;
 * messages begin with @path and never hold a byte of the file. */
EvsSecret *_evs_key_file_load (const char *path, GError **error);
