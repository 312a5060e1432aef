/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-cipher.h"

#include "evs-contract.h"

#include <string.h>

struct _EvsCipher
{
  const EvsHandle *handle;
  const EvsCipherVTable *vtable;
  gpointer self;
};

/* ----------------------------------------------------------------- lifetime */

static gboolean
open_plugin (EvsCipher *self, GError **error)
{
  GError *answer = NULL;

  self->self = self->vtable->open (self->handle->settings->values, &answer);
  return _evs_contract_finish (self->handle, self->self != NULL, answer, error);
}

static gboolean
set_key (EvsCipher *self, const EvsSecret *key, GError **error)
{
  GError *answer = NULL;
  gboolean ok =
      self->vtable->set_key (self->self, key->data, key->size, &answer);

  return _evs_contract_finish (self->handle, ok, answer, error);
}

EvsCipher *
_evs_cipher_new (const EvsHandle *handle, const EvsSecret *key, GError **error)
{
  g_autoptr (EvsCipher) self = g_new0 (EvsCipher, 1);

  self->handle = handle;
  self->vtable = handle->plugin->vtable.cipher;
  g_return_val_if_fail (key->size == self->vtable->key_size, NULL);

  if (!open_plugin (self, error) || !set_key (self, key, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
_evs_cipher_free (EvsCipher *self)
{
  if (self == NULL)
    return;
  if (self->self != NULL)
    self->vtable->close (self->self);
  g_free (self);
}

/* --------------------------------------------------------- sealing, opening */

gboolean
_evs_cipher_bound (EvsCipher *self, gsize size, gsize *bound, GError **error)
{
  *bound = self->vtable->bound (self->self, size);
  if (*bound != G_MAXSIZE)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
               "%s: takes no %" G_GSIZE_FORMAT " bytes at once",
               self->handle->plugin->name, size);
  return FALSE;
}

/* A plugin that wrote past its bound has overrun our memory. That cannot be
 * undone, but what it wrote must not be stored. */
static gboolean
check_size (EvsCipher *self, gsize size, gsize least, gsize most,
            GError **error)
{
  if (size >= least && size <= most)
    return TRUE;
  g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
               "%s: the plugin gave %" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT
               " to %" G_GSIZE_FORMAT " are possible",
               self->handle->plugin->name, size, least, most);
  return FALSE;
}

gboolean
_evs_cipher_seal (EvsCipher *self, const guint8 *nonce, EvsSpan ad, EvsSpan in,
                  guint8 *out, gsize room, gsize *out_size, GError **error)
{
  GError *answer = NULL;
  gboolean ok;

  *out_size = 0;
  ok = self->vtable->seal (self->self, nonce, ad, in, out, out_size, &answer);
  return _evs_contract_finish (self->handle, ok, answer, error)
         && check_size (self, *out_size, in.size + self->vtable->tag_size, room,
                        error);
}

gboolean
_evs_cipher_open_sealed (EvsCipher *self, const guint8 *nonce, EvsSpan ad,
                         EvsSpan in, guint8 *out, gsize *out_size,
                         GError **error)
{
  GError *answer = NULL;
  gboolean ok;

  *out_size = 0;
  ok = self->vtable->open_sealed (self->self, nonce, ad, in, out, out_size,
                                  &answer);
  if (ok && answer == NULL)
    return check_size (self, *out_size, 0, in.size, error);

  /* The plugin's own words could tell a forger how far the record got. */
  explicit_bzero (out, in.size);
  if (!ok && answer != NULL)
    {
      g_error_free (answer);
      g_set_error_literal (error, EVS_ERROR, EVS_ERROR_AUTHENTICATION,
                           "not authentic: the tag does not fit the bytes, the "
                           "place or the key");
      return FALSE;
    }
  return _evs_contract_finish (self->handle, ok, answer, error);
}
