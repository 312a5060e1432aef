/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-compressor.h"

#include "evs-contract.h"

struct _EvsCompressor
{
  const EvsHandle *handle;
  const EvsCompressorVTable *vtable;
  gpointer self;
};

/* ----------------------------------------------------------------- lifetime */

static gboolean
open_plugin (EvsCompressor *self, GError **error)
{
  GError *answer = NULL;

  if (self->vtable->open == NULL)
    return TRUE;
  self->self = self->vtable->open (self->handle->settings->values, &answer);
  return _evs_contract_finish (self->handle, self->self != NULL, answer, error);
}

EvsCompressor *
_evs_compressor_new (const EvsHandle *handle, GError **error)
{
  g_autoptr (EvsCompressor) self = g_new0 (EvsCompressor, 1);

  self->handle = handle;
  self->vtable = handle->plugin->vtable.compressor;
  return open_plugin (self, error) ? g_steal_pointer (&self) : NULL;
}

void
_evs_compressor_free (EvsCompressor *self)
{
  if (self == NULL)
    return;
  if (self->self != NULL)
    self->vtable->close (self->self);
  g_free (self);
}

/* ------------------------------------------------------------- there and back
 */

gboolean
_evs_compressor_compress (EvsCompressor *self, EvsSpan in, EvsBuffer *out,
                          GError **error)
{
  gsize bound = self->vtable->bound (self->self, in.size);
  GError *answer = NULL;
  gsize size = 0;
  gboolean ok;

  if (bound == G_MAXSIZE)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
                   "%s: takes no %" G_GSIZE_FORMAT " bytes at once",
                   self->handle->plugin->name, in.size);
      return FALSE;
    }
  ok = self->vtable->compress (self->self, in, evs_buffer_reserve (out, bound),
                               &size, &answer);
  if (!_evs_contract_finish (self->handle, ok, answer, error))
    return FALSE;
  if (size == 0 || size > bound)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_PLUGIN,
                   "%s: the plugin gave %" G_GSIZE_FORMAT
                   " bytes, 1 to %" G_GSIZE_FORMAT " are possible",
                   self->handle->plugin->name, size, bound);
      return FALSE;
    }
  out->size += size;
  return TRUE;
}

gboolean
_evs_compressor_decompress (EvsCompressor *self, EvsSpan in, EvsBuffer *out,
                            gsize size, GError **error)
{
  GError *answer = NULL;
  gboolean ok = self->vtable->decompress (
      self->self, in, evs_buffer_reserve (out, size), size, &answer);

  if (!_evs_contract_finish (self->handle, ok, answer, error))
    return FALSE;
  out->size += size;
  return TRUE;
}
