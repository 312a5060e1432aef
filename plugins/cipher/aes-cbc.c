/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Suite 0x03: AEAD_AES_128_CBC_HMAC_SHA_256 of RFC 7518, section 5.2.
 *
 * AES-128-CBC with PKCS#7 padding, then HMAC-SHA-256, cut to 16 bytes, over
 * associated data ‖ nonce ‖ ciphertext ‖ bits of associated data (64-bit,
 * big-endian). The key is MAC key ‖ encryption key; the nonce is the IV, so it
 * must be unpredictable.
 */

#include <eventseal/evs-plugin.h>

#include <gcrypt.h>
#include <string.h>

#define BLOCK_SIZE 16
#define NONCE_SIZE BLOCK_SIZE
#define TAG_SIZE 16
#define MAC_KEY_SIZE 16
#define ENC_KEY_SIZE 16
#define KEY_SIZE (MAC_KEY_SIZE + ENC_KEY_SIZE)

/* Both are kept for the life of the handle: to open one costs more than to
 * seal a record. libgcrypt wipes them when they are closed. Its locked memory
 * would hold a dozen of them and then refuse, so they live in the heap. */
typedef struct
{
  gcry_cipher_hd_t cipher;
  gcry_mac_hd_t mac;
} AesCbc;

static gboolean
check (gcry_error_t code, GError **error)
{
  if (code == 0)
    return TRUE;

  g_set_error (error, EVS_ERROR, EVS_ERROR_FAILED, "libgcrypt: %s",
               gcry_strerror (code));
  return FALSE;
}

/* Every reason to refuse a record gives this one error: what tells them apart
 * helps only a forger. */
static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_AUTHENTICATION,
                       "the tag does not fit the record's bytes, place or key");
  return FALSE;
}

/* Whoever initialises libgcrypt decides for the whole process, so this is left
 * to the host program if it did so. The default generator would gather entropy
 * of its own; nothing here draws from it. */
static void
init_libgcrypt (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  if (gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P) == 0)
    {
      gcry_control (GCRYCTL_SET_PREFERRED_RNG_TYPE, GCRY_RNG_TYPE_SYSTEM);
      gcry_check_version (NULL);
      gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
  g_once_init_leave (&done, 1);
}

static void
aes_cbc_close (gpointer self)
{
  AesCbc *cbc = self;

  gcry_cipher_close (cbc->cipher);
  gcry_mac_close (cbc->mac);
  g_free (cbc);
}

static gpointer
aes_cbc_open (const EvsSettingValue *settings, GError **error)
{
  AesCbc *cbc = g_new0 (AesCbc, 1);

  init_libgcrypt ();
  if (check (gcry_cipher_open (&cbc->cipher, GCRY_CIPHER_AES128,
                               GCRY_CIPHER_MODE_CBC, 0),
             error)
      && check (gcry_mac_open (&cbc->mac, GCRY_MAC_HMAC_SHA256, 0, NULL),
                error))
    return cbc;

  aes_cbc_close (cbc);
  return NULL;
}

static gboolean
aes_cbc_set_key (gpointer self, const guint8 *key, gsize key_size,
                 GError **error)
{
  AesCbc *cbc = self;

  g_return_val_if_fail (key_size == KEY_SIZE, FALSE);

  return check (gcry_mac_setkey (cbc->mac, key, MAC_KEY_SIZE), error)
         && check (
             gcry_cipher_setkey (cbc->cipher, key + MAC_KEY_SIZE, ENC_KEY_SIZE),
             error);
}

static gsize
aes_cbc_bound (gpointer self, gsize size)
{
  if (size > G_MAXSIZE - BLOCK_SIZE - TAG_SIZE)
    return G_MAXSIZE;

  return size - size % BLOCK_SIZE + BLOCK_SIZE + TAG_SIZE;
}

static gcry_error_t
mac_write (gcry_mac_hd_t mac, gconstpointer data, gsize size)
{
  return size == 0 ? 0 : gcry_mac_write (mac, data, size);
}

/* Leaves the MAC ready to be read or verified. */
static gcry_error_t
authenticate (AesCbc *cbc, const guint8 *nonce, EvsSpan ad, EvsSpan ciphertext)
{
  guint64 ad_bits = GUINT64_TO_BE ((guint64) ad.size * 8);
  gcry_error_t code = gcry_mac_reset (cbc->mac);

  if (code == 0)
    code = mac_write (cbc->mac, ad.data, ad.size);
  if (code == 0)
    code = mac_write (cbc->mac, nonce, NONCE_SIZE);
  if (code == 0)
    code = mac_write (cbc->mac, ciphertext.data, ciphertext.size);
  if (code == 0)
    code = mac_write (cbc->mac, &ad_bits, sizeof ad_bits);
  return code;
}

static gcry_error_t
encrypt (AesCbc *cbc, const guint8 *nonce, guint8 *data, gsize size)
{
  gcry_error_t code = gcry_cipher_setiv (cbc->cipher, nonce, NONCE_SIZE);

  return code != 0 ? code
                   : gcry_cipher_encrypt (cbc->cipher, data, size, NULL, 0);
}

static gboolean
aes_cbc_seal (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
              guint8 *out, gsize *out_size, GError **error)
{
  AesCbc *cbc = self;
  gsize padding = BLOCK_SIZE - in.size % BLOCK_SIZE;
  EvsSpan ciphertext = { out, in.size + padding };
  gsize tag_size = TAG_SIZE;

  if (in.size > 0 && out != in.data)
    memcpy (out, in.data, in.size);
  memset (out + in.size, (int) padding, padding);

  if (!check (encrypt (cbc, nonce, out, ciphertext.size), error)
      || !check (authenticate (cbc, nonce, ad, ciphertext), error)
      || !check (gcry_mac_read (cbc->mac, out + ciphertext.size, &tag_size),
                 error))
    return FALSE;

  *out_size = ciphertext.size + TAG_SIZE;
  return TRUE;
}

static gboolean
is_genuine (AesCbc *cbc, const guint8 *nonce, EvsSpan ad, EvsSpan ciphertext,
            const guint8 *tag)
{
  /* gcry_mac_verify () compares in constant time. */
  return authenticate (cbc, nonce, ad, ciphertext) == 0
         && gcry_mac_verify (cbc->mac, tag, TAG_SIZE) == 0;
}

static gboolean
decrypt (AesCbc *cbc, const guint8 *nonce, EvsSpan ciphertext, guint8 *out)
{
  return gcry_cipher_setiv (cbc->cipher, nonce, NONCE_SIZE) == 0
         && gcry_cipher_decrypt (cbc->cipher, out, ciphertext.size,
                                 ciphertext.data, ciphertext.size)
                == 0;
}

/* The tag was checked before, so this tells a forger nothing. */
static gboolean
unpad (const guint8 *data, gsize size, gsize *unpadded_size)
{
  guint8 padding = data[size - 1];

  if (padding < 1 || padding > BLOCK_SIZE)
    return FALSE;
  for (gsize i = size - padding; i < size; i++)
    if (data[i] != padding)
      return FALSE;

  *unpadded_size = size - padding;
  return TRUE;
}

static gboolean
aes_cbc_open_sealed (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
                     guint8 *out, gsize *out_size, GError **error)
{
  AesCbc *cbc = self;
  EvsSpan ciphertext = { in.data, in.size - TAG_SIZE };

  if (in.size < BLOCK_SIZE + TAG_SIZE || ciphertext.size % BLOCK_SIZE != 0)
    return refuse (error);
  if (!is_genuine (cbc, nonce, ad, ciphertext,
                   (const guint8 *) in.data + ciphertext.size))
    return refuse (error);

  if (!decrypt (cbc, nonce, ciphertext, out)
      || !unpad (out, ciphertext.size, out_size))
    {
      explicit_bzero (out, ciphertext.size);
      return refuse (error);
    }
  return TRUE;
}

static const EvsCipherVTable aes_cbc_vtable = {
  .struct_size = sizeof (EvsCipherVTable),
  .flags = EVS_CIPHER_CONFIDENTIAL | EVS_CIPHER_FIPS,
  .suite = 0x03,
  .key_size = KEY_SIZE,
  .nonce_size = NONCE_SIZE,
  .tag_size = TAG_SIZE,
  .open = aes_cbc_open,
  .close = aes_cbc_close,
  .set_key = aes_cbc_set_key,
  .bound = aes_cbc_bound,
  .seal = aes_cbc_seal,
  .open_sealed = aes_cbc_open_sealed
};

EVS_DEFINE_CIPHER (aes_cbc, .name = "aes-cbc", .version = "1.0",
                   .summary =
                       "AES-128-CBC with HMAC-SHA-256 (A128CBC-HS256 of RFC "
                       "7518)")
