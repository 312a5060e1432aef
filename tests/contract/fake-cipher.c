/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A cipher for tests: its key stream is a xorshift generator begun with an
 * HMAC of the nonce, its tag a quick sum of everything. It protects nothing.
 */

#include "contract-fakes.h"

#include <string.h>

#define KEY_SIZE 32
#define NONCE_SIZE 8
#define TAG_SIZE 16

typedef struct
{
  const char *fault;
  const guint8 *key;
  guint8 own_key[KEY_SIZE];
  gboolean has_key;
  guint8 count;
} FakeCipher;

static const char *const faults[] = { "none",
                                      "accepts-any-tag",
                                      "checks-half-the-tag",
                                      "ignores-ad",
                                      "ignores-nonce",
                                      "joins-ad-and-text",
                                      "leaves-secrets",
                                      "says-why",
                                      "sets-no-error",
                                      "writes-past-bound",
                                      "bound-wraps",
                                      "does-not-encrypt",
                                      "draws-a-nonce",
                                      "shares-key",
                                      "shares-state",
                                      "keeps-key",
                                      "keeps-first-key",
                                      NULL };

static const EvsSetting settings_table[] = { { .key = "fault",
                                               .type = EVS_SETTING_CHOICE,
                                               .default_value = "none",
                                               .help = "What it does wrong",
                                               .choices = faults } };

static gboolean
has (const FakeCipher *self, const char *fault)
{
  return strcmp (self->fault, fault) == 0;
}

static gpointer
fake_open (const EvsSettingValue *settings, GError **error)
{
  FakeCipher *self = g_new0 (FakeCipher, 1);

  /* Settings live no longer than this call. */
  for (gsize i = 0; faults[i] != NULL; i++)
    if (strcmp (faults[i], settings[0].string) == 0)
      self->fault = faults[i];
  return self;
}

static gboolean
fake_set_key (gpointer cipher, const guint8 *key, gsize key_size,
              GError **error)
{
  static guint8 shared_key[KEY_SIZE];
  FakeCipher *self = cipher;

  if (has (self, "keeps-first-key") && self->has_key)
    return TRUE;
  memcpy (self->own_key, key, KEY_SIZE);
  memcpy (shared_key, key, KEY_SIZE);
  self->has_key = TRUE;
  self->key = has (self, "shares-key")  ? shared_key
              : has (self, "keeps-key") ? key
                                        : self->own_key;
  return TRUE;
}

static gsize
fake_bound (gpointer cipher, gsize size)
{
  FakeCipher *self = cipher;

  if (has (self, "writes-past-bound"))
    return size + TAG_SIZE - 1;
  if (has (self, "draws-a-nonce"))
    size++;
  if (size > G_MAXSIZE - TAG_SIZE && !has (self, "bound-wraps"))
    return G_MAXSIZE;
  return size + TAG_SIZE;
}

static guint64
get_seed (FakeCipher *self, const guint8 *nonce)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, self->key, KEY_SIZE);
  guint64 digest[4];
  gsize digest_size = sizeof digest;

  g_hmac_update (hmac, nonce, NONCE_SIZE);
  g_hmac_get_digest (hmac, (guint8 *) digest, &digest_size);
  return digest[0];
}

static void
crypt (FakeCipher *self, const guint8 *nonce, const guint8 *in, guint8 *out,
       gsize size)
{
  static guint64 shared_state;
  guint64 own_state;
  guint64 *state = has (self, "shares-state") ? &shared_state : &own_state;

  *state = has (self, "does-not-encrypt") ? 0 : get_seed (self, nonce);
  for (gsize i = 0; i < size; i += sizeof *state)
    {
      if (state == &shared_state && i % 64 == 0)
        g_thread_yield ();
      *state ^= *state << 13;
      *state ^= *state >> 7;
      *state ^= *state << 17;
      for (gsize j = 0; j < MIN (size - i, sizeof *state); j++)
        out[i + j] = in[i + j] ^ (guint8) (*state >> 8 * j);
    }
}

/* Each byte goes in by a step that can be undone, so that no single change of
 * what goes in is lost. */
static void
absorb (guint64 state[2], gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < size; i++)
    {
      state[0] = (state[0] ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001B3);
      state[1] =
          (state[1] + bytes[i]) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
    }
}

static void
make_tag (FakeCipher *self, const guint8 *nonce, EvsSpan ad,
          const guint8 *ciphertext, gsize size, guint8 *tag)
{
  guint64 ad_size = ad.size;
  guint64 state[2] = { 1, 1 };

  absorb (state, self->key, KEY_SIZE);
  if (!has (self, "ignores-ad"))
    absorb (state, ad.data, ad.size);
  if (!has (self, "ignores-nonce"))
    absorb (state, nonce, NONCE_SIZE);
  absorb (state, ciphertext, size);
  if (!has (self, "joins-ad-and-text") && !has (self, "ignores-ad"))
    absorb (state, &ad_size, sizeof ad_size);
  memcpy (tag, state, TAG_SIZE);
}

static gboolean
fake_seal (gpointer cipher, const guint8 *nonce, EvsSpan ad, EvsSpan in,
           guint8 *out, gsize *out_size, GError **error)
{
  FakeCipher *self = cipher;
  gsize size = in.size;

  crypt (self, nonce, in.data, out, size);
  if (has (self, "draws-a-nonce"))
    out[size++] = self->count++;
  make_tag (self, nonce, ad, out, size, out + size);
  *out_size = size + TAG_SIZE;
  return TRUE;
}

static gboolean
refuse (FakeCipher *self, const char *why, GError **error)
{
  if (!has (self, "sets-no-error"))
    g_set_error_literal (error, EVS_ERROR, EVS_ERROR_AUTHENTICATION,
                         has (self, "says-why") ? why : "not genuine");
  return FALSE;
}

static gboolean
fake_open_sealed (gpointer cipher, const guint8 *nonce, EvsSpan ad, EvsSpan in,
                  guint8 *out, gsize *out_size, GError **error)
{
  FakeCipher *self = cipher;
  const guint8 *bytes = in.data;
  gsize size = in.size - TAG_SIZE;
  gsize checked = has (self, "accepts-any-tag")       ? 0
                  : has (self, "checks-half-the-tag") ? TAG_SIZE / 2
                                                      : TAG_SIZE;
  guint8 tag[TAG_SIZE];

  if (in.size < TAG_SIZE)
    return refuse (self, "too short", error);
  make_tag (self, nonce, ad, bytes, size, tag);
  if (has (self, "leaves-secrets"))
    crypt (self, nonce, bytes, out, size);
  if (memcmp (tag, bytes + size, checked) != 0)
    return refuse (self, "wrong tag", error);
  if (has (self, "draws-a-nonce"))
    size--;
  crypt (self, nonce, bytes, out, size);
  *out_size = size;
  return TRUE;
}

static const EvsCipherVTable fake_cipher_vtable = {
  .struct_size = sizeof (EvsCipherVTable),
  .flags = EVS_CIPHER_CONFIDENTIAL,
  .suite = 0x81,
  .key_size = KEY_SIZE,
  .nonce_size = NONCE_SIZE,
  .tag_size = TAG_SIZE,
  .open = fake_open,
  .close = g_free,
  .set_key = fake_set_key,
  .bound = fake_bound,
  .seal = fake_seal,
  .open_sealed = fake_open_sealed
};

EVS_DEFINE_CIPHER (fake_cipher, .name = "fake-cipher", .version = "1.0",
                   .summary = "A cipher for tests",
                   EVS_PLUGIN_SETTINGS (settings_table))
