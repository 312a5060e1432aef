/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For tests: a third party's cipher that signs and does not encrypt. */

#include <eventseal/evs-plugin.h>

#include <string.h>

#define KEY_SIZE 32
#define TAG_SIZE 32

static gpointer
test_sign_open (const EvsSettingValue *settings, GError **error)
{
  return g_malloc (KEY_SIZE);
}

static gboolean
test_sign_set_key (gpointer self, const guint8 *key, gsize key_size,
                   GError **error)
{
  memcpy (self, key, key_size);
  return TRUE;
}

static gsize
test_sign_bound (gpointer self, gsize size)
{
  return size > G_MAXSIZE - TAG_SIZE ? G_MAXSIZE : size + TAG_SIZE;
}

static void
sign (const guint8 *key, EvsSpan ad, EvsSpan in, guint8 *tag)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, KEY_SIZE);
  guint64 size = GUINT64_TO_BE ((guint64) ad.size);
  gsize tag_size = TAG_SIZE;

  g_hmac_update (hmac, (const guint8 *) &size, sizeof size);
  g_hmac_update (hmac, ad.data, (gssize) ad.size);
  g_hmac_update (hmac, in.data, (gssize) in.size);
  g_hmac_get_digest (hmac, tag, &tag_size);
}

static gboolean
test_sign_seal (gpointer self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
                guint8 *out, gsize *out_size, GError **error)
{
  memmove (out, in.data, in.size);
  sign (self, ad, in, out + in.size);
  *out_size = in.size + TAG_SIZE;
  return TRUE;
}

static gboolean
test_sign_open_sealed (gpointer self, const guint8 *nonce, EvsSpan ad,
                       EvsSpan in, guint8 *out, gsize *out_size, GError **error)
{
  EvsSpan text = { in.data, in.size - TAG_SIZE };
  guint8 tag[TAG_SIZE];

  if (in.size >= TAG_SIZE)
    sign (self, ad, text, tag);
  if (in.size < TAG_SIZE
      || memcmp (tag, (const guint8 *) in.data + text.size, TAG_SIZE) != 0)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_AUTHENTICATION, "another text");
      return FALSE;
    }
  memcpy (out, text.data, text.size);
  *out_size = text.size;
  return TRUE;
}

static const EvsCipherVTable test_sign_vtable = { .struct_size =
                                                      sizeof (EvsCipherVTable),
                                                  .suite = 0x81,
                                                  .key_size = KEY_SIZE,
                                                  .tag_size = TAG_SIZE,
                                                  .open = test_sign_open,
                                                  .close = g_free,
                                                  .set_key = test_sign_set_key,
                                                  .bound = test_sign_bound,
                                                  .seal = test_sign_seal,
                                                  .open_sealed =
                                                      test_sign_open_sealed };

EVS_DEFINE_CIPHER (test_sign, .name = "test-sign", .version = "1",
                   .summary = "Signs, for tests")
