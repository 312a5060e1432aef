/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A cipher that says it is aes-cbc and seals nothing. */

#include <eventseal/evs-plugin.h>

#include <string.h>

#define TAG_SIZE 16

static gpointer
open_handle (const EvsSettingValue *settings, GError **error)
{
  return g_new0 (guint8, 1);
}

static gboolean
set_key (gpointer self, const guint8 *key, gsize key_size, GError **error)
{
  return TRUE;
}

static gsize
bound (gpointer self, gsize size)
{
  return size + TAG_SIZE;
}

static gboolean
seal (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in, guint8 *out,
      gsize *out_size, GError **error)
{
  memmove (out, in.data, in.size);
  memset (out + in.size, 0, TAG_SIZE);
  *out_size = in.size + TAG_SIZE;
  return TRUE;
}

static gboolean
open_sealed (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
             guint8 *out, gsize *out_size, GError **error)
{
  *out_size = in.size - TAG_SIZE;
  memcpy (out, in.data, *out_size);
  return TRUE;
}

static const EvsCipherVTable aes_cbc_vtable = {
  .struct_size = sizeof (EvsCipherVTable),
  .flags = EVS_CIPHER_CONFIDENTIAL,
  .suite = 0x03,
  .key_size = 32,
  .nonce_size = 16,
  .tag_size = TAG_SIZE,
  .open = open_handle,
  .close = g_free,
  .set_key = set_key,
  .bound = bound,
  .seal = seal,
  .open_sealed = open_sealed,
};

EVS_DEFINE_CIPHER (aes_cbc, .name = "aes-cbc", .version = "0",
                   .summary = "Seals nothing")
