/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include "evs-hkdf.h"
#include "evs-key.h"

#include <string.h>

static GBytes *
from_hex (const char *hex)
{
  gsize size = strlen (hex) / 2;
  guint8 *bytes = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4
                         | g_ascii_xdigit_value (hex[2 * i + 1]));
  return g_bytes_new_take (bytes, size);
}

static EvsSpan
span_of (GBytes *bytes)
{
  EvsSpan span;

  span.data = g_bytes_get_data (bytes, &span.size);
  return span;
}

static void
assert_bytes (EvsSpan found, gconstpointer wanted, gsize size)
{
  g_assert_cmpuint (found.size, ==, size);
  g_assert_true (memcmp (found.data, wanted, size) == 0);
}

/* ----------------------------------------------------------------------- HKDF
 */

typedef struct
{
  const char *key;
  const char *salt;
  const char *info;
  const char *out;
} Vector;

/* RFC 5869, appendices A.1 to A.3. */
static const Vector vectors[] = {
  { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
    "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    "34007208d5b887185865" },
  { "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
    "404142434445464748494a4b4c4d4e4f",
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
    "cc30c58179ec3e87c14c01d5c1f3434f1d87" },
  { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    "9d201395faa4b61a96c8" },
};

static void
test_hkdf_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) key = from_hex (vectors[i].key);
      g_autoptr (GBytes) salt = from_hex (vectors[i].salt);
      g_autoptr (GBytes) info = from_hex (vectors[i].info);
      g_autoptr (GBytes) wanted = from_hex (vectors[i].out);
      gsize size = g_bytes_get_size (wanted);
      g_autofree guint8 *out = g_malloc (size);

      _evs_hkdf_sha256 (span_of (key), span_of (salt), span_of (info), out,
                        size);
      assert_bytes ((EvsSpan){ out, size }, span_of (wanted).data, size);
    }
}

/* ----------------------------------------------------------------------- keys
 */

static const EvsId store_id = { { 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6,
                                  0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD,
                                  0xAE, 0xAF } };

static EvsSecret *
make_key (void)
{
  EvsSecret *key = _evs_secret_new (32);

  for (gsize i = 0; i < key->size; i++)
    key->data[i] = (guint8) i;
  return key;
}

static void
test_key_id (void)
{
  g_autoptr (EvsSecret) key = make_key ();

  /* From a script that shares no line with this library. */
  g_assert_cmphex (_evs_key_get_id (key), ==, 0x517DFCB9);
  key->data[31] ^= 1;
  g_assert_cmphex (_evs_key_get_id (key), !=, 0x517DFCB9);
}

static void
assert_subkey (const EvsPlugin *plugin, const char *scope, const char *hex)
{
  g_autoptr (EvsSecret) key = make_key ();
  g_autoptr (EvsSecret) subkey =
      _evs_key_derive (key, &store_id, EVS_KEY_PURPOSE_SEAL, plugin, scope);
  g_autoptr (GBytes) wanted = from_hex (hex);

  assert_bytes ((EvsSpan){ subkey->data, subkey->size }, span_of (wanted).data,
                span_of (wanted).size);
}

/* These two keep stored records readable: they must never change. They come
 * from the same script. */
static void
test_subkey (void)
{
  static const EvsCipherVTable vtable = { .suite = 0x03, .key_size = 32 };
  static const EvsPlugin plugin = { .name = "aes-cbc",
                                    .vtable.cipher = &vtable };

  assert_subkey (
      &plugin, "",
      "cad0ca7c0b1ad0ed85d174df22bbd10f8d7d3075a38def1551f9478177736543");
}

static void
test_subkey_of_a_private_suite_has_its_name (void)
{
  static const EvsCipherVTable vtable = { .suite = 0x81, .key_size = 32 };
  static const EvsPlugin plugin = { .name = "test-sign",
                                    .vtable.cipher = &vtable };

  assert_subkey (
      &plugin, "scope",
      "acc81247c2c8073d64773a193df8d8063fd0d5fb8753c50e0bc49e26bf2910c1");
}

static void
test_subkeys_differ (void)
{
  static const EvsCipherVTable vtables[] = {
    { .suite = 0x03, .key_size = 32 }, { .suite = 0x06, .key_size = 32 }
  };
  static const EvsPlugin plugins[] = {
    { .name = "aes-cbc", .vtable.cipher = &vtables[0] },
    { .name = "aes-gcm", .vtable.cipher = &vtables[1] }
  };
  static const EvsId other_store = { "another store id" };
  g_autoptr (EvsSecret) key = make_key ();
  g_autoptr (EvsSecret) one =
      _evs_key_derive (key, &store_id, EVS_KEY_PURPOSE_SEAL, &plugins[0], "");
  g_autoptr (EvsSecret) suite =
      _evs_key_derive (key, &store_id, EVS_KEY_PURPOSE_SEAL, &plugins[1], "");
  g_autoptr (EvsSecret) store = _evs_key_derive (
      key, &other_store, EVS_KEY_PURPOSE_SEAL, &plugins[0], "");
  g_autoptr (EvsSecret) scope = _evs_key_derive (
      key, &store_id, EVS_KEY_PURPOSE_SEAL, &plugins[0], "scope");

  g_assert_cmpint (memcmp (one->data, suite->data, 32), !=, 0);
  g_assert_cmpint (memcmp (one->data, store->data, 32), !=, 0);
  g_assert_cmpint (memcmp (one->data, scope->data, 32), !=, 0);
  g_assert_cmpint (memcmp (one->data, key->data, 32), !=, 0);
}

static void
test_key_sizes (void)
{
  guint8 key[64];

  memset (key, 'k', sizeof key);
  for (gsize size = 0; size <= sizeof key; size++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = _evs_key_check ((EvsSpan){ key, size }, &error);
      g_autofree char *message = g_strdup_printf (
          "a key of %" G_GSIZE_FORMAT " bytes, not of 16, 24 or 32", size);

      g_assert_true (ok == (size == 16 || size == 24 || size == 32));
      if (!ok)
        evs_assert_error (error, EVS_ERROR_KEY, message);
    }
}

static void
test_key_of_zeros (void)
{
  g_autoptr (GError) error = NULL;
  guint8 key[32] = { 0 };

  g_assert_false (_evs_key_check ((EvsSpan){ key, sizeof key }, &error));
  evs_assert_error (error, EVS_ERROR_KEY,
                    "a key of zeros only, not of random bytes");
  key[31] = 1;
  g_assert_true (_evs_key_check ((EvsSpan){ key, sizeof key }, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/hkdf/rfc5869", test_hkdf_vectors);
  g_test_add_func ("/key/id", test_key_id);
  g_test_add_func ("/key/subkey", test_subkey);
  g_test_add_func ("/key/subkey-of-a-private-suite",
                   test_subkey_of_a_private_suite_has_its_name);
  g_test_add_func ("/key/subkeys-differ", test_subkeys_differ);
  g_test_add_func ("/key/sizes", test_key_sizes);
  g_test_add_func ("/key/zeros", test_key_of_zeros);
  return g_test_run ();
}
