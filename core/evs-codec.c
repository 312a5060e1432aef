/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-codec.h"

#include "evs-cipher.h"
#include "evs-compressor.h"
#include "evs-envelope-private.h"
#include "evs-nonce-pool.h"

#include <string.h>

/* Small events hardly shrink by themselves, and whether they do depends on
 * their topic. After a few that saved less than one byte in WORTH, only one in
 * TRY_EVERY is tried. */
#define SMALL 1024
#define WORTH 16
#define MISSES_MAX 4
#define TRY_EVERY 16
#define N_SCORES 64

/* What a worker may keep of the memory for compressing. */
#define WORK_KEPT (1024 * 1024)

typedef struct
{
  guint misses; /* in a row */
  guint turn;
} Score;

struct _EvsCodec
{
  const EvsStack *stack;
  EvsCipher **ciphers;         /* (nullable) each, as in the stack */
  EvsCompressor **compressors; /* (nullable) each, as in the stack */
  EvsNoncePool *nonces;
  EvsBuffer work; /* what is compressed, on its way in or out */
  EvsAssociatedData associated_data;
  Score scores[N_SCORES]; /* by the topic's hash */
};

/* ----------------------------------------------------------------- lifetime */

EvsCodec *
_evs_codec_new (const EvsStack *stack)
{
  EvsCodec *self = g_new0 (EvsCodec, 1);

  self->stack = stack;
  self->ciphers = g_new0 (EvsCipher *, stack->ciphers->len);
  self->compressors = g_new0 (EvsCompressor *, stack->compressors->len);
  self->nonces = _evs_nonce_pool_new ();
  return self;
}

void
_evs_codec_free (EvsCodec *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->stack->ciphers->len; i++)
    _evs_cipher_free (self->ciphers[i]);
  for (guint i = 0; i < self->stack->compressors->len; i++)
    _evs_compressor_free (self->compressors[i]);
  g_free (self->ciphers);
  g_free (self->compressors);
  _evs_nonce_pool_free (self->nonces);
  evs_buffer_clear (&self->work);
  g_free (self);
}

void
_evs_codec_trim (EvsCodec *self)
{
  if (self->work.capacity > WORK_KEPT)
    evs_buffer_clear (&self->work);
}

static EvsCipher *
get_cipher (EvsCodec *self, gint index, GError **error)
{
  const EvsStackCipher *cipher =
      g_ptr_array_index (self->stack->ciphers, index);

  if (self->ciphers[index] == NULL)
    self->ciphers[index] =
        _evs_cipher_new (cipher->handle, cipher->subkey, error);
  return self->ciphers[index];
}

static EvsCompressor *
get_compressor (EvsCodec *self, gint index, GError **error)
{
  if (self->compressors[index] == NULL)
    self->compressors[index] = _evs_compressor_new (
        g_ptr_array_index (self->stack->compressors, index), error);
  return self->compressors[index];
}

static EvsSpan
bind_place (EvsCodec *self, const guint8 *header, const EvsPlace *place)
{
  _evs_associated_data_event (&self->associated_data, header, place->store_id,
                              place->id, place->version, place->topic);
  return _evs_associated_data_span (&self->associated_data);
}

/* ------------------------------------------------------------------ writing */

static Score *
get_score (EvsCodec *self, EvsSpan topic)
{
  const guint8 *bytes = topic.data;
  guint32 hash = 2166136261;

  for (gsize i = 0; i < topic.size; i++)
    hash = (hash ^ bytes[i]) * 16777619;
  return &self->scores[hash % N_SCORES];
}

static gboolean
is_worth_trying (Score *score, gsize size)
{
  if (size >= SMALL || score->misses < MISSES_MAX)
    return TRUE;
  score->turn = (score->turn + 1) % TRY_EVERY;
  return score->turn == 0;
}

/* Replaces the last @size bytes of @data by varint length ‖ compressed bytes,
 * if that makes them fewer; then *@wire_id says so. */
static gboolean
compress (EvsCodec *self, EvsCompressor *compressor, EvsBuffer *data,
          gsize size, guint8 *wire_id, GError **error)
{
  const EvsHandle *handle = g_ptr_array_index (self->stack->compressors, 0);
  guint8 *payload = data->data + data->size - size;
  gsize length_size = _evs_varint_size ((guint32) size);

  self->work.size = 0;
  if (!_evs_compressor_compress (compressor, (EvsSpan){ payload, size },
                                 &self->work, error))
    return FALSE;

  if (length_size + self->work.size < size)
    {
      _evs_varint_write (payload, (guint32) size);
      memcpy (payload + length_size, self->work.data, self->work.size);
      data->size -= size - length_size - self->work.size;
      *wire_id = (guint8) handle->plugin->vtable.compressor->wire_id;
    }
  return TRUE;
}

static gboolean
try_to_compress (EvsCodec *self, EvsSpan topic, EvsBuffer *data, gsize size,
                 guint8 *wire_id, GError **error)
{
  EvsCompressor *compressor = get_compressor (self, 0, error);
  Score *score = get_score (self, topic);
  gsize before = data->size;

  if (compressor == NULL)
    return FALSE;
  if (!is_worth_trying (score, size))
    return TRUE;
  if (!compress (self, compressor, data, size, wire_id, error))
    return FALSE;
  if (before - data->size >= size / WORTH)
    score->misses = 0;
  else if (score->misses < MISSES_MAX)
    score->misses++;
  return TRUE;
}

/* Seals, in place, what stands behind the header and nonce at @start. */
static gboolean
seal (EvsCodec *self, EvsBuffer *data, gsize start, const EvsPlace *place,
      GError **error)
{
  gsize nonce_size = _evs_stack_get_cipher (self->stack)->vtable->nonce_size;
  EvsCipher *cipher = get_cipher (self, 0, error);
  gsize body = start + EVS_ENVELOPE_SIZE_SEALED + nonce_size;
  EvsSpan in = { NULL, data->size - body };
  guint8 *header;
  gsize bound;
  gsize size;

  if (cipher == NULL || !_evs_cipher_bound (cipher, in.size, &bound, error))
    return FALSE;
  evs_buffer_reserve (data, MAX (bound, in.size) - in.size);
  header = data->data + start;
  in.data = data->data + body;
  _evs_nonce_pool_take (self->nonces, header + EVS_ENVELOPE_SIZE_SEALED,
                        nonce_size);
  if (!_evs_cipher_seal (cipher, header + EVS_ENVELOPE_SIZE_SEALED,
                         bind_place (self, header, place), in,
                         data->data + body, bound, &size, error))
    return FALSE;
  data->size = body + size;
  return TRUE;
}

static void
put_header (guint8 *out, const EvsStackCipher *cipher, guint8 wire_id,
            guint8 flags)
{
  if (cipher == NULL)
    _evs_envelope_write (out, 0, wire_id, flags, 0);
  else
    _evs_envelope_write (out, (guint8) cipher->vtable->suite, wire_id, flags,
                         cipher->key_id);
}

/* What stands before the payload. */
static gsize
front_size (const EvsStackCipher *cipher)
{
  return cipher == NULL ? EVS_ENVELOPE_SIZE_PLAIN
                        : EVS_ENVELOPE_SIZE_SEALED + cipher->vtable->nonce_size;
}

gboolean
_evs_codec_encode (EvsCodec *self, const EvsPayload *payload,
                   const EvsPlace *place, gboolean sealed, gsize min_size,
                   EvsBuffer *data, GError **error)
{
  const EvsStackCipher *cipher =
      sealed ? _evs_stack_get_cipher (self->stack) : NULL;
  gsize start = data->size;
  gsize front = front_size (cipher);
  gsize size = _evs_payload_size (payload);
  guint8 wire_id = 0;

  evs_buffer_reserve (data, front + size);
  _evs_payload_write (payload, data->data + start + front);
  data->size += front + size;
  if (self->stack->has_compressor && size > 0 && size >= min_size
      && !try_to_compress (self, place->topic, data, size, &wire_id, error))
    return FALSE;
  put_header (data->data + start, cipher, wire_id, payload->flags);
  return !sealed || seal (self, data, start, place, error);
}

/* ------------------------------------------------------------------ reading */

/* Opens @envelope's body into @out, which holds nothing else then. */
static gboolean
open_sealed (EvsCodec *self, gint index, const EvsEnvelope *envelope,
             const guint8 *header, const EvsPlace *place, EvsBuffer *out,
             GError **error)
{
  const EvsStackCipher *stacked =
      g_ptr_array_index (self->stack->ciphers, index);
  gsize nonce_size = stacked->vtable->nonce_size;
  gsize least = nonce_size + stacked->vtable->tag_size;
  EvsCipher *cipher = get_cipher (self, index, error);
  const guint8 *nonce = envelope->body.data;
  EvsSpan in;

  if (cipher == NULL)
    return FALSE;
  if (envelope->body.size < least)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%" G_GSIZE_FORMAT " bytes behind the header, "
                   "fewer than the %" G_GSIZE_FORMAT " of suite 0x%02X",
                   envelope->body.size, least, envelope->suite);
      return FALSE;
    }
  in = (EvsSpan){ nonce + nonce_size, envelope->body.size - nonce_size };
  out->size = 0;
  return _evs_cipher_open_sealed (
      cipher, nonce, bind_place (self, header, place), in,
      evs_buffer_reserve (out, in.size), &out->size, error);
}

static gboolean
decompress (EvsCodec *self, gint index, EvsSpan in, gsize size_max,
            EvsBuffer *out, GError **error)
{
  EvsCompressor *compressor = get_compressor (self, index, error);
  guint32 size;

  if (compressor == NULL)
    return FALSE;
  if (!_evs_varint_read (&in, &size) || size == 0)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "the length before the compressed bytes is malformed");
      return FALSE;
    }
  if (size > size_max)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_TOO_LARGE,
                   "%u bytes when decompressed, over the %" G_GSIZE_FORMAT
                   " that max-state-size= leaves room for",
                   size, size_max);
      return FALSE;
    }
  out->size = 0;
  return _evs_compressor_decompress (compressor, in, out, size, error);
}

gboolean
_evs_codec_decode (EvsCodec *self, const EvsEnvelope *envelope,
                   const guint8 *header, const EvsPlace *place, gsize size_max,
                   EvsBuffer *scratch, EvsSpan *bytes, GError **error)
{
  gboolean sealed = envelope->suite != 0;
  gboolean compressed = envelope->compressor != 0;
  EvsBuffer *opened = compressed ? &self->work : scratch;
  gint cipher = -1;
  gint compressor = -1;

  *bytes = envelope->body;
  if (sealed)
    cipher = _evs_stack_find_cipher (self->stack, envelope->suite,
                                     envelope->key_id, error);
  if (sealed && cipher < 0)
    return FALSE;
  if (compressed)
    compressor =
        _evs_stack_find_compressor (self->stack, envelope->compressor, error);
  if (compressed && compressor < 0)
    return FALSE;

  if (sealed
      && !open_sealed (self, cipher, envelope, header, place, opened, error))
    return FALSE;
  if (sealed)
    *bytes = (EvsSpan){ opened->data, opened->size };
  if (compressed
      && !decompress (self, compressor, *bytes, size_max, scratch, error))
    return FALSE;
  if (compressed)
    *bytes = (EvsSpan){ scratch->data, scratch->size };
  return TRUE;
}
