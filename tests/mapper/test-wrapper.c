/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Plugins that break their contract, and what the wrappers make of it. */

#include "evs-test.h"

#include "evs-cipher.h"
#include "evs-compressor.h"

#include <string.h>

#define KEY_SIZE 16
#define TAG_SIZE 16

/* How the fakes answer. */
typedef enum
{
  WELL,
  FAIL,
  FAIL_AUTHENTICATION,
  FAIL_IN_SILENCE,
  SUCCEED_WITH_ERROR,
  TOO_MUCH,
  TOO_LITTLE,
  NO_BOUND
} Behaviour;

static Behaviour behaviour;
static const char *misbehaving; /* (nullable): the only function that does */
static guint n_open;

static gboolean
answer (const char *function, GError **error)
{
  if (misbehaving != NULL && strcmp (misbehaving, function) != 0)
    return TRUE;
  if (behaviour == FAIL || behaviour == SUCCEED_WITH_ERROR)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FAILED, "the words of the plugin");
  if (behaviour == FAIL_AUTHENTICATION)
    g_set_error (error, EVS_ERROR, EVS_ERROR_AUTHENTICATION,
                 "bad padding, and a hint for the forger");
  return behaviour != FAIL && behaviour != FAIL_AUTHENTICATION
         && behaviour != FAIL_IN_SILENCE;
}

/* What a fake says it wrote, when @size would be right. */
static gsize
claim (gsize size)
{
  if (behaviour == TOO_MUCH)
    return size + 1;
  return behaviour == TOO_LITTLE ? 0 : size;
}

static gpointer
fake_open (const EvsSettingValue *settings, GError **error)
{
  if (!answer ("open", error))
    return NULL;
  n_open++;
  return &n_open;
}

static void
fake_close (gpointer self)
{
  n_open--;
}

static gboolean
fake_set_key (gpointer self, const guint8 *key, gsize key_size, GError **error)
{
  return answer ("set_key", error);
}

static gsize
fake_bound (gpointer self, gsize size)
{
  return behaviour == NO_BOUND ? G_MAXSIZE : size + TAG_SIZE;
}

static gboolean
fake_seal (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
           guint8 *out, gsize *out_size, GError **error)
{
  memmove (out, in.data, in.size);
  memset (out + in.size, 't', TAG_SIZE);
  *out_size = claim (in.size + TAG_SIZE);
  return answer ("seal", error);
}

static gboolean
fake_open_sealed (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
                  guint8 *out, gsize *out_size, GError **error)
{
  memcpy (out, in.data, in.size);
  *out_size = claim (in.size);
  return answer ("open_sealed", error);
}

static gboolean
fake_compress (gpointer self, EvsSpan in, guint8 *out, gsize *out_size,
               GError **error)
{
  memcpy (out, in.data, in.size);
  *out_size = claim (in.size + TAG_SIZE);
  return answer ("compress", error);
}

static gboolean
fake_decompress (gpointer self, EvsSpan in, guint8 *out, gsize out_size,
                 GError **error)
{
  memset (out, 'd', out_size);
  return answer ("decompress", error);
}

static const EvsCipherVTable cipher_vtable = { .struct_size =
                                                   sizeof (EvsCipherVTable),
                                               .suite = 0x81,
                                               .key_size = KEY_SIZE,
                                               .tag_size = TAG_SIZE,
                                               .open = fake_open,
                                               .close = fake_close,
                                               .set_key = fake_set_key,
                                               .bound = fake_bound,
                                               .seal = fake_seal,
                                               .open_sealed =
                                                   fake_open_sealed };
static const EvsCompressorVTable compressor_vtable = {
  .struct_size = sizeof (EvsCompressorVTable),
  .wire_id = 8,
  .open = fake_open,
  .close = fake_close,
  .bound = fake_bound,
  .compress = fake_compress,
  .decompress = fake_decompress
};
static const EvsPlugin cipher_plugin = { .name = "fake",
                                         .vtable.cipher = &cipher_vtable };
static const EvsPlugin compressor_plugin = { .name = "fake",
                                             .vtable.compressor =
                                                 &compressor_vtable };

static EvsSettings no_settings;
static const EvsHandle cipher_handle = { &cipher_plugin, &no_settings };
static const EvsHandle compressor_handle = { &compressor_plugin, &no_settings };

#define BOTH "fake: the plugin both succeeded and set an error"
#define NEITHER "fake: the plugin failed without an error"
#define OWN_WORDS "fake: the words of the plugin"

/* -------------------------------------------------------------------- cipher
 */

static EvsCipher *
make_cipher (void)
{
  g_autoptr (EvsSecret) key = _evs_secret_new (KEY_SIZE);
  g_autoptr (GError) error = NULL;
  EvsCipher *cipher;

  behaviour = WELL;
  cipher = _evs_cipher_new (&cipher_handle, key, &error);
  g_assert_no_error (error);
  return cipher;
}

static void
assert_no_cipher (const char *function)
{
  static const Behaviour ways[] = { FAIL, FAIL_IN_SILENCE, SUCCEED_WITH_ERROR };
  static const char *const messages[] = { OWN_WORDS, NEITHER, BOTH };
  g_autoptr (EvsSecret) key = _evs_secret_new (KEY_SIZE);

  misbehaving = function;
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GError) error = NULL;

      behaviour = ways[i];
      g_assert_null (_evs_cipher_new (&cipher_handle, key, &error));
      evs_assert_error (error, i == 0 ? EVS_ERROR_FAILED : EVS_ERROR_PLUGIN,
                        messages[i]);
    }
  misbehaving = NULL;
  g_assert_cmpuint (n_open, ==, 0);
}

static void
test_cipher_open (void)
{
  assert_no_cipher ("open");
}

static void
test_cipher_set_key (void)
{
  assert_no_cipher ("set_key");
}

static void
test_cipher_closes (void)
{
  EvsCipher *cipher = make_cipher ();

  g_assert_cmpuint (n_open, ==, 1);
  _evs_cipher_free (cipher);
  g_assert_cmpuint (n_open, ==, 0);
}

static void
assert_seal (Behaviour way, EvsError code, const char *message)
{
  g_autoptr (EvsCipher) cipher = make_cipher ();
  g_autoptr (GError) error = NULL;
  guint8 out[4 + TAG_SIZE + 1] = "text";
  EvsSpan in = { out, 4 };
  gsize size;

  behaviour = way;
  g_assert_false (_evs_cipher_seal (cipher, NULL, (EvsSpan){ NULL, 0 }, in, out,
                                    4 + TAG_SIZE, &size, &error));
  evs_assert_error (error, code, message);
}

static void
test_cipher_seal (void)
{
  assert_seal (FAIL, EVS_ERROR_FAILED, OWN_WORDS);
  assert_seal (FAIL_IN_SILENCE, EVS_ERROR_PLUGIN, NEITHER);
  assert_seal (SUCCEED_WITH_ERROR, EVS_ERROR_PLUGIN, BOTH);
  assert_seal (TOO_MUCH, EVS_ERROR_PLUGIN,
               "fake: the plugin gave 21 bytes, 20 to 20 are possible");
  assert_seal (TOO_LITTLE, EVS_ERROR_PLUGIN,
               "fake: the plugin gave 0 bytes, 20 to 20 are possible");
}

static void
assert_open_sealed (Behaviour way, EvsError code, const char *message)
{
  g_autoptr (EvsCipher) cipher = make_cipher ();
  g_autoptr (GError) error = NULL;
  guint8 out[4] = { 0 };
  gsize size;

  behaviour = way;
  g_assert_false (_evs_cipher_open_sealed (cipher, NULL, (EvsSpan){ NULL, 0 },
                                           (EvsSpan){ "text", 4 }, out, &size,
                                           &error));
  evs_assert_error (error, code, message);
  /* What the fake had put there is gone. */
  if (way != TOO_MUCH)
    g_assert_cmpmem (out, 4, "\0\0\0\0", 4);
}

/* Whatever reason a cipher gives for a refusal, the caller learns one. */
static void
test_cipher_open_sealed (void)
{
  static const char one_text[] = "not authentic: the tag does not fit the "
                                 "bytes, the place or the key";

  assert_open_sealed (FAIL_AUTHENTICATION, EVS_ERROR_AUTHENTICATION, one_text);
  assert_open_sealed (FAIL, EVS_ERROR_AUTHENTICATION, one_text);
  assert_open_sealed (FAIL_IN_SILENCE, EVS_ERROR_PLUGIN, NEITHER);
  assert_open_sealed (SUCCEED_WITH_ERROR, EVS_ERROR_PLUGIN, BOTH);
  assert_open_sealed (TOO_MUCH, EVS_ERROR_PLUGIN,
                      "fake: the plugin gave 5 bytes, 0 to 4 are possible");
}

static void
test_cipher_without_bound (void)
{
  g_autoptr (EvsCipher) cipher = make_cipher ();
  g_autoptr (GError) error = NULL;
  gsize bound;

  g_assert_true (_evs_cipher_bound (cipher, 100, &bound, &error));
  g_assert_cmpuint (bound, ==, 100 + TAG_SIZE);
  behaviour = NO_BOUND;
  g_assert_false (_evs_cipher_bound (cipher, 100, &bound, &error));
  evs_assert_error (error, EVS_ERROR_TOO_LARGE,
                    "fake: takes no 100 bytes at once");
}

/* ---------------------------------------------------------------- compressor
 */

static EvsCompressor *
make_compressor (void)
{
  g_autoptr (GError) error = NULL;
  EvsCompressor *compressor;

  behaviour = WELL;
  compressor = _evs_compressor_new (&compressor_handle, &error);
  g_assert_no_error (error);
  return compressor;
}

static void
test_compressor_open (void)
{
  static const Behaviour ways[] = { FAIL, FAIL_IN_SILENCE, SUCCEED_WITH_ERROR };
  static const char *const messages[] = { OWN_WORDS, NEITHER, BOTH };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (GError) error = NULL;

      behaviour = ways[i];
      g_assert_null (_evs_compressor_new (&compressor_handle, &error));
      evs_assert_error (error, i == 0 ? EVS_ERROR_FAILED : EVS_ERROR_PLUGIN,
                        messages[i]);
    }
  g_assert_cmpuint (n_open, ==, 0);
}

static void
test_compressor_without_open (void)
{
  static const EvsCompressorVTable vtable = { .struct_size =
                                                  sizeof (EvsCompressorVTable),
                                              .bound = fake_bound,
                                              .compress = fake_compress,
                                              .decompress = fake_decompress };
  static const EvsPlugin plugin = { .name = "fake",
                                    .vtable.compressor = &vtable };
  static const EvsHandle handle = { &plugin, &no_settings };
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsCompressor) compressor = NULL;
  g_auto (EvsBuffer) out = { NULL, 0, 0 };

  behaviour = WELL;
  compressor = _evs_compressor_new (&handle, &error);
  g_assert_no_error (error);
  g_assert_true (_evs_compressor_compress (compressor, (EvsSpan){ "text", 4 },
                                           &out, &error));
  g_assert_no_error (error);
}

static void
assert_compress (Behaviour way, EvsError code, const char *message)
{
  g_autoptr (EvsCompressor) compressor = make_compressor ();
  g_auto (EvsBuffer) out = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;

  behaviour = way;
  g_assert_false (_evs_compressor_compress (compressor, (EvsSpan){ "text", 4 },
                                            &out, &error));
  evs_assert_error (error, code, message);
  g_assert_cmpuint (out.size, ==, 0);
}

static void
test_compress (void)
{
  assert_compress (FAIL, EVS_ERROR_FAILED, OWN_WORDS);
  assert_compress (FAIL_IN_SILENCE, EVS_ERROR_PLUGIN, NEITHER);
  assert_compress (SUCCEED_WITH_ERROR, EVS_ERROR_PLUGIN, BOTH);
  assert_compress (TOO_MUCH, EVS_ERROR_PLUGIN,
                   "fake: the plugin gave 21 bytes, 1 to 20 are possible");
  assert_compress (TOO_LITTLE, EVS_ERROR_PLUGIN,
                   "fake: the plugin gave 0 bytes, 1 to 20 are possible");
  assert_compress (NO_BOUND, EVS_ERROR_TOO_LARGE,
                   "fake: takes no 4 bytes at once");
}

static void
assert_decompress (Behaviour way, EvsError code, const char *message)
{
  g_autoptr (EvsCompressor) compressor = make_compressor ();
  g_auto (EvsBuffer) out = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;

  behaviour = way;
  g_assert_false (_evs_compressor_decompress (
      compressor, (EvsSpan){ "text", 4 }, &out, 100, &error));
  evs_assert_error (error, code, message);
  g_assert_cmpuint (out.size, ==, 0);
}

static void
test_decompress (void)
{
  assert_decompress (FAIL, EVS_ERROR_FAILED, OWN_WORDS);
  assert_decompress (FAIL_IN_SILENCE, EVS_ERROR_PLUGIN, NEITHER);
  assert_decompress (SUCCEED_WITH_ERROR, EVS_ERROR_PLUGIN, BOTH);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/cipher/open", test_cipher_open);
  g_test_add_func ("/cipher/set-key", test_cipher_set_key);
  g_test_add_func ("/cipher/closes", test_cipher_closes);
  g_test_add_func ("/cipher/seal", test_cipher_seal);
  g_test_add_func ("/cipher/open-sealed", test_cipher_open_sealed);
  g_test_add_func ("/cipher/without-bound", test_cipher_without_bound);
  g_test_add_func ("/compressor/open", test_compressor_open);
  g_test_add_func ("/compressor/without-open", test_compressor_without_open);
  g_test_add_func ("/compressor/compress", test_compress);
  g_test_add_func ("/compressor/decompress", test_decompress);
  return g_test_run ();
}
