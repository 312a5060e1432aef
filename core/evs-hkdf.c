/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-hkdf.h"

#include <string.h>

#define BLOCK_SIZE 64   /* of SHA-256 */
#define STACK_SIZE 4096 /* more than deriving a key takes */

/* ------------------------------------------------------------------ SHA-256 */

static void
update (GChecksum *hash, EvsSpan data)
{
  g_checksum_update (hash, data.data, (gssize) data.size);
}

/* GLib leaves the digest, in hexadecimal too, and the last block in freed
 * memory, where they are keys. This is why HMAC is made of GChecksum here:
 * GHmac lets nobody at them. */
static void
finish (GChecksum *hash, guint8 *out)
{
  static const guint8 zeros[BLOCK_SIZE / 2];
  gsize size = EVS_SHA256_SIZE;

  g_checksum_get_digest (hash, out, &size);
  explicit_bzero ((char *) g_checksum_get_string (hash), 2 * EVS_SHA256_SIZE);
  g_checksum_reset (hash);
  /* A whole block would not pass through its buffer, two halves do. */
  update (hash, (EvsSpan){ zeros, sizeof zeros });
  update (hash, (EvsSpan){ zeros, sizeof zeros });
  g_checksum_free (hash);
}

/* --------------------------------------------------------------------- HMAC */

/* Both hashes, each after its padded key (RFC 2104). */
typedef struct
{
  GChecksum *inner;
  GChecksum *outer;
} Hmac;

static GChecksum *
start_padded (const guint8 *key, guint8 pad)
{
  GChecksum *hash = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 block[BLOCK_SIZE];

  for (gsize i = 0; i < sizeof block; i++)
    block[i] = key[i] ^ pad;
  update (hash, (EvsSpan){ block, sizeof block });
  explicit_bzero (block, sizeof block);
  return hash;
}

static void
hmac_init (Hmac *self, EvsSpan key)
{
  guint8 block[BLOCK_SIZE] = { 0 };

  if (key.size > sizeof block)
    {
      GChecksum *hash = g_checksum_new (G_CHECKSUM_SHA256);

      update (hash, key);
      finish (hash, block);
    }
  else if (key.size > 0)
    memcpy (block, key.data, key.size);

  self->inner = start_padded (block, 0x36);
  self->outer = start_padded (block, 0x5C);
  explicit_bzero (block, sizeof block);
}

static void
hmac_finish (Hmac *self, guint8 *out)
{
  finish (self->inner, out);
  update (self->outer, (EvsSpan){ out, EVS_SHA256_SIZE });
  finish (self->outer, out);
}

/* --------------------------------------------------------------------- HKDF */

static void
extract (EvsSpan key, EvsSpan salt, guint8 *out)
{
  Hmac hmac;

  hmac_init (&hmac, salt);
  update (hmac.inner, key);
  hmac_finish (&hmac, out);
}

/* T(n) = HMAC (PRK, T(n - 1) ‖ info ‖ n); T(0) is empty. */
static void
expand (EvsSpan prk, EvsSpan info, guint8 *out, gsize size)
{
  guint8 block[EVS_SHA256_SIZE];
  gsize block_size = 0;

  for (guint8 i = 1; size > 0; i++)
    {
      gsize n = MIN (size, sizeof block);
      Hmac hmac;

      hmac_init (&hmac, prk);
      update (hmac.inner, (EvsSpan){ block, block_size });
      update (hmac.inner, info);
      update (hmac.inner, (EvsSpan){ &i, 1 });
      hmac_finish (&hmac, block);
      memcpy (out, block, n);
      block_size = sizeof block;
      out += n;
      size -= n;
    }
  explicit_bzero (block, sizeof block);
}

/* GLib's transform leaves the last blocks in the part of the stack that it
 * used: this goes over it. */
static void __attribute__ ((noinline)) wipe_stack (void)
{
  guint8 used[STACK_SIZE];

  explicit_bzero (used, sizeof used);
}

void
_evs_hkdf_sha256 (EvsSpan key, EvsSpan salt, EvsSpan info, guint8 *out,
                  gsize size)
{
  guint8 prk[EVS_SHA256_SIZE];

  g_return_if_fail (size <= 255 * EVS_SHA256_SIZE);

  extract (key, salt, prk);
  expand ((EvsSpan){ prk, sizeof prk }, info, out, size);
  explicit_bzero (prk, sizeof prk);
  wipe_stack ();
}
