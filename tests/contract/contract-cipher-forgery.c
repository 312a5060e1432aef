/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a forger may try. Whatever it is, the answer is one error with one
 * text, which is taken from the first forgery of each test.
 */

#include "contract-cipher-private.h"

#include <string.h>

static const gsize sizes[] = { 0, 1, 15, 16, 17, 250 };

/* The text of a refusal: that of a message whose last bit was flipped. */
static char *
get_refusal (const CipherFixture *self)
{
  g_autoptr (Message) message = evs_message_new (self, 64);
  g_autoptr (GError) error = NULL;

  message->sealed->data[message->sealed->size - 1] ^= 1;
  g_assert_null (evs_cipher_open (self, self->handle, message->nonce,
                                  evs_guarded_span (message->ad),
                                  evs_guarded_span (message->sealed),
                                  evs_guarded_span (message->plain), &error));
  g_assert_null (strchr (error->message, '\n'));
  return g_strdup (error->message);
}

typedef struct
{
  const CipherFixture *fixture;
  gpointer handle;
  Message *message;
  char *refusal;
} Forger;

static void
forger_init (Forger *self, const CipherFixture *fixture, gsize size)
{
  self->fixture = fixture;
  self->handle = fixture->handle;
  self->message = evs_message_new (fixture, size);
  self->refusal = get_refusal (fixture);
}

/* Nothing that was tried may have spoilt the handle for the real thing. */
static void
forger_clear (Forger *self)
{
  evs_cipher_assert_opens (self->fixture, self->fixture->handle, self->message);
  evs_message_free (self->message);
  g_free (self->refusal);
}

static void
assert_refused (const Forger *self, const EvsGuarded *nonce, EvsSpan ad,
                EvsSpan sealed)
{
  g_autoptr (GError) error = NULL;
  EvsGuarded *plain =
      evs_cipher_open (self->fixture, self->handle, nonce, ad, sealed,
                       evs_guarded_span (self->message->plain), &error);

  g_assert_null (plain);
  g_assert_cmpstr (error->message, ==, self->refusal);
}

static void
assert_message_refused (const Forger *self)
{
  const Message *message = self->message;

  assert_refused (self, message->nonce, evs_guarded_span (message->ad),
                  evs_guarded_span (message->sealed));
}

static void
assert_sealed_refused (const Forger *self, EvsSpan sealed)
{
  assert_refused (self, self->message->nonce,
                  evs_guarded_span (self->message->ad), sealed);
}

static void
assert_ad_refused (const Forger *self, EvsSpan ad)
{
  assert_refused (self, self->message->nonce, ad,
                  evs_guarded_span (self->message->sealed));
}

/* Every single bit of @part, one at a time. */
static void
flip_every_bit (const Forger *self, const EvsGuarded *part)
{
  for (gsize bit = 0; bit < part->size * 8; bit++)
    {
      part->data[bit / 8] ^= (guint8) (1 << bit % 8);
      assert_message_refused (self);
      part->data[bit / 8] ^= (guint8) (1 << bit % 8);
    }
}

static void
test_sealed_bits (CipherFixture *fixture, gconstpointer target)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Forger forger;

      forger_init (&forger, fixture, sizes[i]);
      flip_every_bit (&forger, forger.message->sealed);
      forger_clear (&forger);
    }
}

static void
test_ad_bits (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;

  forger_init (&forger, fixture, 250);
  flip_every_bit (&forger, forger.message->ad);
  forger_clear (&forger);
}

static void
test_nonce_bits (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;

  forger_init (&forger, fixture, 250);
  flip_every_bit (&forger, forger.message->nonce);
  forger_clear (&forger);
}

static void
cut (const Forger *self)
{
  const EvsGuarded *sealed = self->message->sealed;

  for (gsize size = 0; size < sealed->size; size++)
    {
      g_autoptr (EvsGuarded) head = evs_guarded_new_copy (sealed->data, size);
      g_autoptr (EvsGuarded) tail =
          evs_guarded_new_copy (sealed->data + sealed->size - size, size);

      assert_sealed_refused (self, evs_guarded_span (head));
      assert_sealed_refused (self, evs_guarded_span (tail));
    }
  assert_sealed_refused (self, (EvsSpan){ NULL, 0 });
}

static void
test_truncation (CipherFixture *fixture, gconstpointer target)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Forger forger;

      forger_init (&forger, fixture, sizes[i]);
      cut (&forger);
      forger_clear (&forger);
    }
}

/* @extra bytes are put before or behind the sealed ones. */
static void
extend (const Forger *self, gsize extra)
{
  const EvsGuarded *sealed = self->message->sealed;
  g_autoptr (EvsGuarded) longer = evs_guarded_new (sealed->size + extra);

  memcpy (longer->data, sealed->data, sealed->size);
  memset (longer->data + sealed->size, 0, extra);
  assert_sealed_refused (self, evs_guarded_span (longer));
  memcpy (longer->data + sealed->size, sealed->data, MIN (extra, sealed->size));
  assert_sealed_refused (self, evs_guarded_span (longer));
  memcpy (longer->data + extra, sealed->data, sealed->size);
  assert_sealed_refused (self, evs_guarded_span (longer));
}

static void
test_extension (CipherFixture *fixture, gconstpointer target)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Forger forger;

      forger_init (&forger, fixture, sizes[i]);
      for (gsize extra = 1; extra <= 64; extra++)
        extend (&forger, extra);
      forger_clear (&forger);
    }
}

static void
test_ad_length (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;
  const EvsGuarded *ad;

  forger_init (&forger, fixture, 250);
  ad = forger.message->ad;
  assert_ad_refused (&forger, (EvsSpan){ NULL, 0 });
  for (gsize size = 0; size < ad->size; size++)
    {
      assert_ad_refused (&forger, (EvsSpan){ ad->data, size });
      assert_ad_refused (&forger,
                         (EvsSpan){ ad->data + ad->size - size, size });
    }
  for (gsize extra = 1; extra <= 64; extra++)
    {
      g_autoptr (EvsGuarded) longer = evs_guarded_new (ad->size + extra);

      memset (longer->data, 0, longer->size);
      memcpy (longer->data, ad->data, ad->size);
      assert_ad_refused (&forger, evs_guarded_span (longer));
    }
  forger_clear (&forger);
}

/* Associated data ‖ nonce ‖ sealed bytes stay what they are as a whole, while
 * the limits between them move by @shift: a cipher that authenticates the
 * bytes without their lengths takes this for genuine. */
static void
move_limits (const Forger *self, gssize shift)
{
  const Message *m = self->message;
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gsize ad_size = m->ad->size + shift;
  g_autoptr (EvsGuarded) nonce = NULL;

  g_byte_array_append (all, m->ad->data, (guint) m->ad->size);
  g_byte_array_append (all, m->nonce->data, (guint) m->nonce->size);
  g_byte_array_append (all, m->sealed->data, (guint) m->sealed->size);
  nonce = evs_guarded_new_copy (all->data + ad_size, m->nonce->size);
  assert_refused (self, nonce, (EvsSpan){ all->data, ad_size },
                  (EvsSpan){ all->data + ad_size + m->nonce->size,
                             m->sealed->size - shift });
}

static void
test_moved_limits (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;

  forger_init (&forger, fixture, 250);
  for (gssize shift = 1; shift <= 32; shift++)
    {
      move_limits (&forger, shift);
      move_limits (&forger, -shift);
    }
  forger_clear (&forger);
}

/* Other keys as a whole. One that shares a part with the right key is another
 * matter: a suite whose tag does not depend on that part cannot tell. */
static void
test_wrong_keys (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;

  forger_init (&forger, fixture, 250);
  for (guint64 key = 2; key < 300; key++)
    {
      forger.handle = evs_cipher_open_with_key (fixture, key);
      assert_message_refused (&forger);
      fixture->vtable->close (forger.handle);
    }
  forger_clear (&forger);
}

static void
test_random_bytes (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;

  forger_init (&forger, fixture, 250);
  for (gsize size = 0; size <= 600; size++)
    {
      g_autoptr (EvsGuarded) noise = evs_guarded_new (size);

      evs_contract_fill (noise->data, size, size + 1000);
      assert_sealed_refused (&forger, evs_guarded_span (noise));
    }
  forger_clear (&forger);
}

/* A large message is refused as a small one is. */
static void
test_large_forgery (CipherFixture *fixture, gconstpointer target)
{
  Forger forger;
  gsize last;

  forger_init (&forger, fixture, 1 << 16);
  last = forger.message->sealed->size - 1;
  for (gsize place = 0; place <= last; place += last / 8)
    {
      forger.message->sealed->data[place] ^= 0x80;
      assert_message_refused (&forger);
      forger.message->sealed->data[place] ^= 0x80;
    }
  forger_clear (&forger);
}

static void
add (const EvsContractTarget *target, const char *name,
     void (*test) (CipherFixture *, gconstpointer))
{
  g_autofree char *path = evs_contract_path (target, name);

  g_test_add (path, CipherFixture, target, evs_cipher_set_up, test,
              evs_cipher_tear_down);
}

void
evs_contract_cipher_add_forgery_tests (const EvsContractTarget *target)
{
  add (target, "every-bit-of-sealed-counts", test_sealed_bits);
  add (target, "every-bit-of-ad-counts", test_ad_bits);
  if (target->plugin->vtable.cipher->nonce_size > 0)
    add (target, "every-bit-of-nonce-counts", test_nonce_bits);
  add (target, "cut-is-refused", test_truncation);
  add (target, "extended-is-refused", test_extension);
  add (target, "length-of-ad-counts", test_ad_length);
  add (target, "limits-do-not-move", test_moved_limits);
  add (target, "wrong-key-is-refused", test_wrong_keys);
  add (target, "random-bytes-are-refused", test_random_bytes);
  add (target, "large-forgery-is-refused", test_large_forgery);
}
