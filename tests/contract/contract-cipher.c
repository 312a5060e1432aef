/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "contract-cipher-private.h"

#include <string.h>

#define AD_SIZE 37

/* ----------------------------------------------------------------- fixture */

void
evs_cipher_set_up (CipherFixture *self, gconstpointer target)
{
  self->place = evs_contract_place_new (target);
  self->vtable = self->place->target->plugin->vtable.cipher;
  self->handle = evs_cipher_open_with_key (self, 1);
}

void
evs_cipher_tear_down (CipherFixture *self, gconstpointer target)
{
  self->vtable->close (self->handle);
  evs_contract_place_free (self->place);
}

void
evs_cipher_set_key (const CipherFixture *self, gpointer handle, guint64 number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsGuarded) key = evs_guarded_new (self->vtable->key_size);
  gboolean ok;

  evs_contract_fill (key->data, key->size, number);
  ok = self->vtable->set_key (handle, key->data, key->size, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

gpointer
evs_cipher_open_with_key (const CipherFixture *self, guint64 number)
{
  g_autoptr (GError) error = NULL;
  gpointer handle = self->vtable->open (self->place->values, &error);

  g_assert_no_error (error);
  g_assert_nonnull (handle);
  evs_cipher_set_key (self, handle, number);
  return handle;
}

EvsGuarded *
evs_cipher_seal (const CipherFixture *self, gpointer handle,
                 const EvsGuarded *nonce, EvsSpan ad, EvsSpan plain)
{
  g_autoptr (GError) error = NULL;
  gsize bound = self->vtable->bound (handle, plain.size);
  g_autoptr (EvsGuarded) out = evs_guarded_new (bound);
  gsize out_size = 0;
  gboolean ok;

  ok = self->vtable->seal (handle, nonce->data, ad, plain, out->data, &out_size,
                           &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpuint (out_size, <=, bound);
  return evs_guarded_new_copy (out->data, out_size);
}

static void
check_refusal (const EvsGuarded *out, EvsSpan secret, const GError *error)
{
  g_assert_error (error, EVS_ERROR, EVS_ERROR_AUTHENTICATION);
  secret.size = MIN (secret.size, 250); /* enough, and to look takes time */
  if (secret.size >= 8)
    g_assert_false (evs_contract_shows (evs_guarded_span (out), secret, 8));
}

EvsGuarded *
evs_cipher_open (const CipherFixture *self, gpointer handle,
                 const EvsGuarded *nonce, EvsSpan ad, EvsSpan sealed,
                 EvsSpan secret, GError **error)
{
  g_autoptr (EvsGuarded) out = evs_guarded_new (sealed.size);
  GError *answer = NULL;
  gsize out_size = 0;
  gboolean ok = self->vtable->open_sealed (handle, nonce->data, ad, sealed,
                                           out->data, &out_size, &answer);

  evs_contract_assert_answer (ok, answer);
  if (!ok)
    {
      check_refusal (out, secret, answer);
      g_propagate_error (error, answer);
      return NULL;
    }
  g_assert_cmpuint (out_size, <=, sealed.size);
  return evs_guarded_new_copy (out->data, out_size);
}

void
evs_cipher_assert_opens (const CipherFixture *self, gpointer handle,
                         const Message *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsGuarded) plain = evs_cipher_open (
      self, handle, message->nonce, evs_guarded_span (message->ad),
      evs_guarded_span (message->sealed), (EvsSpan){ NULL, 0 }, &error);

  g_assert_no_error (error);
  evs_assert_same_bytes (evs_guarded_span (plain),
                         evs_guarded_span (message->plain));
}

Message *
evs_message_new (const CipherFixture *self, gsize size)
{
  Message *message = g_new0 (Message, 1);

  message->plain = evs_guarded_new (size);
  message->nonce = evs_guarded_new (self->vtable->nonce_size);
  message->ad = evs_guarded_new (AD_SIZE);
  evs_contract_fill (message->plain->data, size, size + 1);
  evs_contract_fill (message->nonce->data, message->nonce->size, 2);
  evs_contract_fill (message->ad->data, AD_SIZE, 3);
  message->sealed = evs_cipher_seal (self, self->handle, message->nonce,
                                     evs_guarded_span (message->ad),
                                     evs_guarded_span (message->plain));
  return message;
}

void
evs_message_free (Message *message)
{
  if (message == NULL)
    return;
  evs_guarded_free (message->plain);
  evs_guarded_free (message->nonce);
  evs_guarded_free (message->ad);
  evs_guarded_free (message->sealed);
  g_free (message);
}

/* -------------------------------------------------------------- round trips */

static void
check_round_trip (CipherFixture *self, gsize size)
{
  g_autoptr (Message) message = evs_message_new (self, size);

  g_assert_cmpuint (message->sealed->size, >=, size + self->vtable->tag_size);
  evs_cipher_assert_opens (self, self->handle, message);
}

static void
test_small_sizes (CipherFixture *self, gconstpointer target)
{
  for (gsize size = 0; size <= 300; size++)
    check_round_trip (self, size);
}

static void
test_powers_of_two (CipherFixture *self, gconstpointer target)
{
  for (gsize size = 512; size <= 16 << 20; size *= 2)
    {
      check_round_trip (self, size - 1);
      check_round_trip (self, size);
      check_round_trip (self, size + 1);
    }
}

static void
test_nothing_at_null (CipherFixture *self, gconstpointer target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Message) message = evs_message_new (self, 0);
  EvsSpan nothing = { NULL, 0 };
  g_autoptr (EvsGuarded) sealed =
      evs_cipher_seal (self, self->handle, message->nonce, nothing, nothing);
  g_autoptr (EvsGuarded) opened =
      evs_cipher_open (self, self->handle, message->nonce, nothing,
                       evs_guarded_span (sealed), nothing, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (opened->size, ==, 0);
}

static void
check_in_place (CipherFixture *self, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Message) message = evs_message_new (self, size);
  g_autoptr (EvsGuarded) memory =
      evs_guarded_new (self->vtable->bound (self->handle, size));
  EvsSpan in = { memory->data, size };
  gsize out_size = 0;

  memcpy (memory->data, message->plain->data, size);
  self->vtable->seal (self->handle, message->nonce->data,
                      evs_guarded_span (message->ad), in, memory->data,
                      &out_size, &error);
  g_assert_no_error (error);
  evs_assert_same_bytes (((EvsSpan){ memory->data, out_size }),
                         evs_guarded_span (message->sealed));
}

static void
test_in_place (CipherFixture *self, gconstpointer target)
{
  for (gsize size = 0; size <= 300; size++)
    check_in_place (self, size);
  for (gsize size = 512; size <= 16 << 20; size *= 4)
    check_in_place (self, size);
}

static void
test_bound_overflow (CipherFixture *self, gconstpointer target)
{
  gsize tag_size = self->vtable->tag_size;

  for (gsize less = 0; less <= 256; less++)
    {
      gsize size = G_MAXSIZE - less;
      gsize least = less < tag_size ? G_MAXSIZE : size + tag_size;

      g_assert_cmpuint (self->vtable->bound (self->handle, size), >=, least);
    }
}

/* ------------------------------------------------------------ what is sealed
 */

static void
test_same_input_same_output (CipherFixture *self, gconstpointer target)
{
  for (gsize size = 0; size <= 300; size += 25)
    {
      g_autoptr (Message) first = evs_message_new (self, size);
      g_autoptr (Message) second = evs_message_new (self, size);

      evs_assert_same_bytes (evs_guarded_span (first->sealed),
                             evs_guarded_span (second->sealed));
    }
}

/* Whether @sealed shows nothing of how it is akin to @message: the same
 * plaintext but for a bit, or the same nonce but for a bit. */
static void
assert_unlike (CipherFixture *self, const EvsGuarded *sealed,
               const Message *message)
{
  gboolean confidential = self->vtable->flags & EVS_CIPHER_CONFIDENTIAL;

  g_assert_false (evs_contract_shows (evs_guarded_span (sealed),
                                      evs_guarded_span (message->sealed),
                                      confidential ? 8 : sealed->size));
}

static void
test_nonce_matters (CipherFixture *self, gconstpointer target)
{
  g_autoptr (Message) message = evs_message_new (self, 250);
  g_autoptr (EvsGuarded) sealed = NULL;

  message->nonce->data[0] ^= 1;
  sealed = evs_cipher_seal (self, self->handle, message->nonce,
                            evs_guarded_span (message->ad),
                            evs_guarded_span (message->plain));
  assert_unlike (self, sealed, message);
}

static void
test_confidential (CipherFixture *self, gconstpointer target)
{
  for (gsize size = 8; size <= 300; size++)
    {
      g_autoptr (Message) message = evs_message_new (self, size);

      g_assert_false (evs_contract_shows (evs_guarded_span (message->sealed),
                                          evs_guarded_span (message->plain),
                                          8));
    }
}

/* The last bit of the plaintext must change all of the sealed bytes. */
static void
test_misuse_resistant (CipherFixture *self, gconstpointer target)
{
  g_autoptr (Message) message = evs_message_new (self, 250);
  g_autoptr (EvsGuarded) sealed = NULL;

  message->plain->data[249] ^= 1;
  sealed = evs_cipher_seal (self, self->handle, message->nonce,
                            evs_guarded_span (message->ad),
                            evs_guarded_span (message->plain));
  assert_unlike (self, sealed, message);
}

/* ------------------------------------------------------------------ handles */

static void
test_handles_are_independent (CipherFixture *self, gconstpointer target)
{
  g_autoptr (Message) message = evs_message_new (self, 250);
  gpointer twin = evs_cipher_open_with_key (self, 1);
  gpointer other = evs_cipher_open_with_key (self, 2);
  g_autoptr (EvsGuarded) sealed = evs_cipher_seal (
      self, other, message->nonce, evs_guarded_span (message->ad),
      evs_guarded_span (message->plain));

  g_assert_false (evs_contract_shows (evs_guarded_span (sealed),
                                      evs_guarded_span (message->sealed), 16));
  evs_cipher_assert_opens (self, twin, message);
  self->vtable->close (other);
  evs_cipher_assert_opens (self, self->handle, message);
  self->vtable->close (twin);
  evs_cipher_assert_opens (self, self->handle, message);
}

static void
test_key_is_replaced (CipherFixture *self, gconstpointer target)
{
  g_autoptr (Message) message = evs_message_new (self, 250);
  g_autoptr (GError) error = NULL;

  evs_cipher_set_key (self, self->handle, 2);
  g_assert_null (evs_cipher_open (self, self->handle, message->nonce,
                                  evs_guarded_span (message->ad),
                                  evs_guarded_span (message->sealed),
                                  evs_guarded_span (message->plain), &error));

  evs_cipher_set_key (self, self->handle, 1);
  evs_cipher_assert_opens (self, self->handle, message);
}

/* What set_key was given may change once the call is over. */
static void
test_key_is_copied (CipherFixture *self, gconstpointer target)
{
  g_autoptr (Message) message = evs_message_new (self, 250);
  g_autoptr (EvsGuarded) key = evs_guarded_new (self->vtable->key_size);
  g_autoptr (GError) error = NULL;

  evs_contract_fill (key->data, key->size, 1);
  self->vtable->set_key (self->handle, key->data, key->size, &error);
  g_assert_no_error (error);
  memset (key->data, 0, key->size);
  evs_cipher_assert_opens (self, self->handle, message);
}

/* Handles come and go without a key ever having been set, too. */
static void
test_close_without_key (CipherFixture *self, gconstpointer target)
{
  g_autoptr (GError) error = NULL;
  gpointer handle = self->vtable->open (self->place->values, &error);

  g_assert_no_error (error);
  self->vtable->close (handle);
}

typedef struct
{
  CipherFixture *fixture;
  guint64 key;
} Worker;

static gpointer
seal_and_open (gpointer data)
{
  Worker *worker = data;
  CipherFixture mine = *worker->fixture;

  mine.handle = evs_cipher_open_with_key (&mine, worker->key);
  for (gsize size = 0; size < 1000; size++)
    check_round_trip (&mine, size);
  mine.vtable->close (mine.handle);
  return NULL;
}

static void
test_threads (CipherFixture *self, gconstpointer target)
{
  Worker workers[] = { { self, 1 }, { self, 2 } };
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("sealer", seal_and_open, &workers[i]);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
}

/* --------------------------------------------------------------------- add */

static void
add (const EvsContractTarget *target, const char *name,
     void (*test) (CipherFixture *, gconstpointer))
{
  g_autofree char *path = evs_contract_path (target, name);

  g_test_add (path, CipherFixture, target, evs_cipher_set_up, test,
              evs_cipher_tear_down);
}

void
evs_contract_cipher_add_tests (const EvsContractTarget *target)
{
  const EvsCipherVTable *vtable = target->plugin->vtable.cipher;

  evs_contract_add_descriptor_test (target);
  add (target, "round-trip-of-small-sizes", test_small_sizes);
  add (target, "round-trip-around-powers-of-two", test_powers_of_two);
  add (target, "nothing-at-null", test_nothing_at_null);
  add (target, "sealing-in-place-is-the-same", test_in_place);
  add (target, "bound-never-wraps", test_bound_overflow);
  add (target, "same-input-same-output", test_same_input_same_output);
  if (vtable->nonce_size > 0)
    add (target, "nonce-matters", test_nonce_matters);
  if (vtable->flags & EVS_CIPHER_CONFIDENTIAL)
    add (target, "shows-nothing", test_confidential);
  if (vtable->flags & EVS_CIPHER_MISUSE_RESISTANT)
    add (target, "resists-misuse", test_misuse_resistant);
  add (target, "handles-are-independent", test_handles_are_independent);
  add (target, "key-is-replaced", test_key_is_replaced);
  add (target, "key-is-copied", test_key_is_copied);
  add (target, "closes-without-key", test_close_without_key);
  add (target, "a-handle-a-thread", test_threads);
  evs_contract_cipher_add_forgery_tests (target);
}
