/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "contract-cipher.h"
#include "contract-memory.h"

G_BEGIN_DECLS

typedef struct
{
  const EvsCipherVTable *vtable;
  EvsContractPlace *place;
  gpointer handle; /* with key 1 */
} CipherFixture;

void evs_cipher_set_up (CipherFixture *self, gconstpointer target);
void evs_cipher_tear_down (CipherFixture *self, gconstpointer target);

/* A message as it is stored, with what it takes to open it. All of it ends
 * where the memory ends. */
typedef struct
{
  EvsGuarded *plain;
  EvsGuarded *nonce;
  EvsGuarded *ad;
  EvsGuarded *sealed;
} Message;

/* @size random bytes, sealed with key 1. */
Message *evs_message_new (const CipherFixture *self, gsize size);
void evs_message_free (Message *message);

/* Key @number: one of many. */
void evs_cipher_set_key (const CipherFixture *self, gpointer handle,
                         guint64 number);
gpointer evs_cipher_open_with_key (const CipherFixture *self, guint64 number);

/* (transfer full): the sealed bytes, which fitted into bound () bytes. */
EvsGuarded *evs_cipher_seal (const CipherFixture *self, gpointer handle,
                             const EvsGuarded *nonce, EvsSpan ad,
                             EvsSpan plain);

/* (transfer full): the plaintext; NULL if the bytes were refused with the
 * right error, and then nothing of @secret is left where it would have been. */
EvsGuarded *evs_cipher_open (const CipherFixture *self, gpointer handle,
                             const EvsGuarded *nonce, EvsSpan ad,
                             EvsSpan sealed, EvsSpan secret, GError **error);

/* That @handle opens @message and finds its plaintext. */
void evs_cipher_assert_opens (const CipherFixture *self, gpointer handle,
                              const Message *message);

/* The tests against forgers, in a file of their own. */
void evs_contract_cipher_add_forgery_tests (const EvsContractTarget *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Message, evs_message_free)

G_END_DECLS
