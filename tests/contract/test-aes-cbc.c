/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The plugin aes-cbc: published vectors through its own ABI, and what no
 * other cipher has: padding, and libgcrypt.
 */

#include "contract-memory.h"
#include "contract-target.h"

#include <gcrypt.h>
#include <string.h>

static const EvsCipherVTable *aes_cbc;

/* RFC 7518, appendix B.1. */
static const char rfc7518_key[] = "000102030405060708090a0b0c0d0e0f"
                                  "101112131415161718191a1b1c1d1e1f";
static const char rfc7518_plain[] =
    "A cipher system must not be required to be secret, and it must be able "
    "to fall into the hands of the enemy without inconvenience";
static const char rfc7518_iv[] = "1af38c2dc2b96ffdd86694092341bc04";
static const char rfc7518_ad[] = "The second principle of Auguste Kerckhoffs";
static const char rfc7518_sealed[] = "c80edfa32ddf39d5ef00c0b468834279"
                                     "a2e46a1b8049f792f76bfe54b903a9c9"
                                     "a94ac9b47ad2655c5f10f9aef71427e2"
                                     "fc6f9b3f399a221489f16362c7032336"
                                     "09d45ac69864e3321cf82935ac4096c8"
                                     "6e133314c54019e8ca7980dfa4b9cf1b"
                                     "384c486f3a54c51078158ee5d79de59f"
                                     "bd34d848b3d69550a67646344427ade5"
                                     "4b8851ffb598f7f80074b9473c82e2db"
                                     "652c3fa36b0a7c5b3219fab3a30bc1c4";

/* NIST SP 800-38A, F.2.1: CBC-AES128.Encrypt. */
static const char nist_key[] = "2b7e151628aed2a6abf7158809cf4f3c";
static const char nist_iv[] = "000102030405060708090a0b0c0d0e0f";
static const char nist_plain[] = "6bc1bee22e409f96e93d7e117393172a"
                                 "ae2d8a571e03ac9c9eb76fac45af8e51"
                                 "30c81c46a35ce411e5fbc1191a0a52ef"
                                 "f69f2445df4f9b17ad2b417be66c3710";
static const char nist_ciphertext[] = "7649abac8119b246cee98e9b12e9197d"
                                      "5086cb9b507219ee95db113a917678b2"
                                      "73bed6b8e3c1743b7116e69e22229516"
                                      "3ff1caa1681fac09120eca307586e1a7";

/* ----------------------------------------------------------------- helpers */

static EvsGuarded *
from_hex (const char *hex)
{
  EvsGuarded *bytes = evs_guarded_new (strlen (hex) / 2);

  for (gsize i = 0; i < bytes->size; i++)
    bytes->data[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) * 16
                               + g_ascii_xdigit_value (hex[2 * i + 1]));
  return bytes;
}

static EvsSpan
from_text (const char *text)
{
  return (EvsSpan){ text, strlen (text) };
}

static gpointer
open_with_key (const guint8 *key)
{
  g_autoptr (GError) error = NULL;
  gpointer handle = aes_cbc->open (NULL, &error);

  g_assert_no_error (error);
  aes_cbc->set_key (handle, key, 32, &error);
  g_assert_no_error (error);
  return handle;
}

static EvsGuarded *
seal (gpointer handle, const EvsGuarded *iv, EvsSpan ad, EvsSpan plain)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsGuarded) out =
      evs_guarded_new (aes_cbc->bound (handle, plain.size));
  gsize size;

  aes_cbc->seal (handle, iv->data, ad, plain, out->data, &size, &error);
  g_assert_no_error (error);
  return evs_guarded_new_copy (out->data, size);
}

/* (nullable) (transfer full) */
static EvsGuarded *
open_sealed (gpointer handle, const EvsGuarded *iv, EvsSpan ad, EvsSpan sealed,
             GError **error)
{
  g_autoptr (EvsGuarded) out = evs_guarded_new (sealed.size);
  gsize size;

  if (!aes_cbc->open_sealed (handle, iv->data, ad, sealed, out->data, &size,
                             error))
    return NULL;
  return evs_guarded_new_copy (out->data, size);
}

/* ----------------------------------------------------------------- vectors */

static void
test_rfc7518_sealed (void)
{
  g_autoptr (EvsGuarded) key = from_hex (rfc7518_key);
  g_autoptr (EvsGuarded) iv = from_hex (rfc7518_iv);
  g_autoptr (EvsGuarded) expected = from_hex (rfc7518_sealed);
  gpointer handle = open_with_key (key->data);
  g_autoptr (EvsGuarded) sealed =
      seal (handle, iv, from_text (rfc7518_ad), from_text (rfc7518_plain));

  evs_assert_same_bytes (evs_guarded_span (sealed),
                         evs_guarded_span (expected));
  aes_cbc->close (handle);
}

static void
test_rfc7518_opened (void)
{
  g_autoptr (EvsGuarded) key = from_hex (rfc7518_key);
  g_autoptr (EvsGuarded) iv = from_hex (rfc7518_iv);
  g_autoptr (EvsGuarded) sealed = from_hex (rfc7518_sealed);
  g_autoptr (GError) error = NULL;
  gpointer handle = open_with_key (key->data);
  g_autoptr (EvsGuarded) plain = open_sealed (
      handle, iv, from_text (rfc7518_ad), evs_guarded_span (sealed), &error);

  g_assert_no_error (error);
  evs_assert_same_bytes (evs_guarded_span (plain), from_text (rfc7518_plain));
  aes_cbc->close (handle);
}

/* The vector has no padding: ours is one block more. */
static void
test_nist_ciphertext (void)
{
  g_autoptr (EvsGuarded) encryption_key = from_hex (nist_key);
  g_autoptr (EvsGuarded) iv = from_hex (nist_iv);
  g_autoptr (EvsGuarded) plain = from_hex (nist_plain);
  g_autoptr (EvsGuarded) expected = from_hex (nist_ciphertext);

  for (guint8 mac_key = 0; mac_key < 3; mac_key++)
    {
      guint8 key[32];
      gpointer handle;
      g_autoptr (EvsGuarded) sealed = NULL;

      memset (key, mac_key, 16);
      memcpy (key + 16, encryption_key->data, 16);
      handle = open_with_key (key);
      sealed = seal (handle, iv, from_text (""), evs_guarded_span (plain));
      g_assert_cmpuint (sealed->size, ==, 64 + 16 + 16);
      evs_assert_same_bytes (((EvsSpan){ sealed->data, 64 }),
                             evs_guarded_span (expected));
      aes_cbc->close (handle);
    }
}

/* ----------------------------------------------------------------- padding */

/* A genuine tag over the first block of what seals @block: its padding is
 * then whatever @block ends with. */
static EvsGuarded *
seal_without_padding (gpointer handle, const guint8 *key, const EvsGuarded *iv,
                      const guint8 *block)
{
  g_autoptr (EvsGuarded) sealed =
      seal (handle, iv, from_text (""), (EvsSpan){ block, 16 });
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, 16);
  guint8 no_bits[8] = { 0 };
  guint8 digest[32];
  gsize digest_size = sizeof digest;

  g_hmac_update (hmac, iv->data, 16);
  g_hmac_update (hmac, sealed->data, 16);
  g_hmac_update (hmac, no_bits, sizeof no_bits);
  g_hmac_get_digest (hmac, digest, &digest_size);
  memcpy (sealed->data + 16, digest, 16);
  return evs_guarded_new_copy (sealed->data, 32);
}

/* The size of what a last block with @end opens to; -1 if it is refused, with
 * nothing of the block left behind. */
static int
open_block (const char *end)
{
  guint8 key[32] = "a MAC key, then another for AES";
  guint8 block[16] = "pppppppppppppppp";
  gpointer handle = open_with_key (key);
  g_autoptr (EvsGuarded) iv = from_hex (nist_iv);
  g_autoptr (EvsGuarded) out = evs_guarded_new (32);
  g_autoptr (EvsGuarded) sealed = NULL;
  g_autoptr (EvsGuarded) ending = from_hex (end);
  g_autoptr (GError) error = NULL;
  gsize size;
  gboolean ok;

  memcpy (block + 16 - ending->size, ending->data, ending->size);
  sealed = seal_without_padding (handle, key, iv, block);
  ok = aes_cbc->open_sealed (handle, iv->data, from_text (""),
                             evs_guarded_span (sealed), out->data, &size,
                             &error);
  aes_cbc->close (handle);
  if (ok)
    return (int) size;

  evs_assert_error (error, EVS_ERROR_AUTHENTICATION, "the tag does not fit*");
  g_assert_false (
      evs_contract_shows (evs_guarded_span (out), (EvsSpan){ block, 16 }, 8));
  return -1;
}

static void
test_padding (void)
{
  g_assert_cmpint (open_block ("01"), ==, 15);
  g_assert_cmpint (open_block ("0202"), ==, 14);
  g_assert_cmpint (open_block ("10101010101010101010101010101010"), ==, 0);

  g_assert_cmpint (open_block ("00"), ==, -1);
  g_assert_cmpint (open_block ("0102"), ==, -1);
  g_assert_cmpint (open_block ("02030303040404"), ==, -1);
  g_assert_cmpint (open_block ("0f101010101010101010101010101010"), ==, -1);
  g_assert_cmpint (open_block ("11111111111111111111111111111111"), ==, -1);
  g_assert_cmpint (open_block ("ff"), ==, -1);
}

/* -------------------------------------------------------------------- keys */

/* Whether memory from @address on has the bytes whose complement is @inverse:
 * who looks for a key must not keep a copy of it. */
static gboolean
has_inverse (const guint8 *memory, gsize size, const guint8 *inverse)
{
  for (gsize i = 0; i + 16 <= size; i++)
    {
      gsize n = 0;

      while (n < 16 && (memory[i + n] ^ inverse[n]) == 0xFF)
        n++;
      if (n == 16)
        return TRUE;
    }
  return FALSE;
}

static gboolean
range_shows (FILE *memory, guint64 start, guint64 end, const guint8 *inverse)
{
  static guint8 chunk[1 << 16];
  gsize size;

  for (guint64 at = start; at + 16 <= end; at += sizeof chunk - 16)
    {
      if (fseeko (memory, (off_t) at, SEEK_SET) != 0)
        return FALSE;
      size = fread (chunk, 1, MIN (sizeof chunk, end - at), memory);
      if (has_inverse (chunk, size, inverse))
        {
          memset (chunk, 0, sizeof chunk);
          return TRUE;
        }
    }
  return FALSE;
}

/* All memory of this process that can be written, but for ranges so large
 * that only a sanitizer has them. */
static gboolean
process_shows (const guint8 *inverse)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  FILE *memory = fopen ("/proc/self/mem", "rb");
  gboolean shows = FALSE;

  g_assert_nonnull (memory);
  setvbuf (memory, NULL, _IONBF, 0);
  g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL);
  lines = g_strsplit (maps, "\n", -1);
  for (gsize i = 0; lines[i] != NULL && !shows; i++)
    {
      char *rest = NULL;
      guint64 start = g_ascii_strtoull (lines[i], &rest, 16);
      guint64 end = *rest == '-' ? g_ascii_strtoull (rest + 1, &rest, 16) : 0;

      if (g_str_has_prefix (rest, " rw") && end - start < 1 << 30)
        shows = range_shows (memory, start, end, inverse);
    }
  fclose (memory);
  return shows;
}

static void
test_keys_are_wiped (void)
{
  g_autofree guint8 *key = g_malloc (32);
  guint8 inverse[32];
  gpointer handle;

  evs_contract_fill (inverse, 32, 5);
  for (gsize i = 0; i < 32; i++)
    key[i] = (guint8) ~inverse[i];
  handle = open_with_key (key);
  explicit_bzero (key, 32);

  /* The first round key of AES is the key itself. */
  g_assert_true (process_shows (inverse + 16));
  aes_cbc->close (handle);
  g_assert_false (process_shows (inverse));
  g_assert_false (process_shows (inverse + 16));
}

/* --------------------------------------------------------------- libgcrypt */

static int
get_rng_type (void)
{
  int type = 0;

  gcry_control (GCRYCTL_GET_CURRENT_RNG_TYPE, &type);
  return type;
}

static void
test_first_user (void)
{
  guint8 key[32] = { 0 };

  if (g_test_subprocess ())
    {
      g_assert_cmpint (gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P), ==, 0);
      aes_cbc->close (open_with_key (key));
      g_assert_cmpint (gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P), !=, 0);
      g_assert_cmpint (get_rng_type (), ==, GCRY_RNG_TYPE_SYSTEM);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);
  aes_cbc = evs_contract_load (EVS_PLUGIN_CIPHER, "aes-cbc")->vtable.cipher;

  g_test_add_func ("/aes-cbc/rfc7518-b1-sealed", test_rfc7518_sealed);
  g_test_add_func ("/aes-cbc/rfc7518-b1-opened", test_rfc7518_opened);
  g_test_add_func ("/aes-cbc/sp800-38a-f21", test_nist_ciphertext);
  g_test_add_func ("/aes-cbc/padding-is-checked", test_padding);
  g_test_add_func ("/aes-cbc/keys-are-wiped", test_keys_are_wiped);
  g_test_add_func ("/aes-cbc/first-user-of-libgcrypt", test_first_user);
  return g_test_run ();
}
