/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-key.h"

#include "evs-hkdf.h"

#include <string.h>

#define KEY_ID_INFO "evs1 key id"
#define INFO_MAX (4 + 1 + 1 + 1 + G_MAXUINT8 + 1 + G_MAXUINT8)

gboolean
_evs_key_is_zero (EvsSpan key)
{
  const guint8 *bytes = key.data;
  guint8 any = 0;

  for (gsize i = 0; i < key.size; i++)
    any |= bytes[i];
  return any == 0;
}

gboolean
_evs_key_check (EvsSpan key, GError **error)
{
  if (key.size != 16 && key.size != 24 && key.size != 32)
    g_set_error (error, EVS_ERROR, EVS_ERROR_KEY,
                 "a key of %" G_GSIZE_FORMAT " bytes, not of 16, 24 or 32",
                 key.size);
  else if (_evs_key_is_zero (key))
    g_set_error_literal (error, EVS_ERROR, EVS_ERROR_KEY,
                         "a key of zeros only, not of random bytes");
  else
    return TRUE;
  return FALSE;
}

guint32
_evs_key_get_id (const EvsSecret *key)
{
  EvsSpan master = { key->data, key->size };
  EvsSpan info = { KEY_ID_INFO, strlen (KEY_ID_INFO) };
  guint32 bits;

  _evs_hkdf_sha256 (master, (EvsSpan){ NULL, 0 }, info, (guint8 *) &bits,
                    sizeof bits);
  return MAX (GUINT32_FROM_BE (bits) >> 1, 1);
}

static void
put_name (guint8 *info, gsize *size, const char *name)
{
  gsize length = strlen (name);

  g_assert (length <= G_MAXUINT8);
  info[(*size)++] = (guint8) length;
  memcpy (info + *size, name, length);
  *size += length;
}

EvsSecret *
_evs_key_derive (const EvsSecret *key, const EvsId *store_id,
                 EvsKeyPurpose purpose, const EvsPlugin *cipher,
                 const char *scope)
{
  const EvsCipherVTable *vtable = cipher->vtable.cipher;
  EvsSecret *subkey = _evs_secret_new (vtable->key_size);
  EvsSpan master = { key->data, key->size };
  EvsSpan salt = { store_id->bytes, sizeof store_id->bytes };
  guint8 info[INFO_MAX] = { 'e', 'v', 's', '1', (guint8) purpose };
  gsize size = 5;

  info[size++] = (guint8) vtable->suite;
  put_name (info, &size,
            vtable->suite >= EVS_SUITE_PRIVATE ? cipher->name : "");
  put_name (info, &size, scope);
  _evs_hkdf_sha256 (master, salt, (EvsSpan){ info, size }, subkey->data,
                    subkey->size);
  return subkey;
}
