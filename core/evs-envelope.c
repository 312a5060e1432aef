/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-envelope-private.h"

#include <string.h>

#define MAGIC_MASK 0xF0
#define FLAGS_MASK 0xF0
#define KNOWN_FLAGS (EVS_ENVELOPE_METADATA | EVS_ENVELOPE_TOMBSTONE)

/* ------------------------------------------------------------- assigned ids */

/* A format's numbers: rows are added, never changed. */
static const EvsSuite suites[] = {
  { 0x03, "aes-cbc", 16, 16 },           /* A128CBC-HS256 of RFC 7518 */
  { 0x05, "a256cbc-hs512", 16, 32 },     /* RFC 7518 */
  { 0x06, "aes-gcm", 12, 16 },           /* AES-256-GCM */
  { 0x09, "xaes-256-gcm", 24, 16 },      /* C2SP */
  { 0x0A, "aes-siv", 0, 16 },            /* RFC 5297 */
  { 0x0C, "chacha20-poly1305", 12, 16 }, /* RFC 8439 */
  { 0x12, "hmac", 0, 16 },               /* signed, not confidential */
};

static const char *const compressors[] = { "none", "lz4", "zstd", "zlib",
                                           "lz4-dictionary" };

const EvsSuite *
evs_suite_lookup (guint8 id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (suites); i++)
    if (suites[i].id == id)
      return &suites[i];
  return NULL;
}

const char *
evs_compressor_name (guint8 id)
{
  return id < G_N_ELEMENTS (compressors) ? compressors[id] : NULL;
}

/* ------------------------------------------------------------------- header */

gsize
_evs_envelope_write (guint8 *out, guint8 suite, guint8 compressor, guint8 flags,
                     guint32 key_id)
{
  guint32 id = GUINT32_TO_BE (key_id);

  out[0] = EVS_ENVELOPE_MAGIC;
  out[1] = suite;
  out[2] = compressor | flags;
  if (suite == 0)
    return EVS_ENVELOPE_SIZE_PLAIN;
  memcpy (out + EVS_ENVELOPE_SIZE_PLAIN, &id, sizeof id);
  return EVS_ENVELOPE_SIZE_SEALED;
}

static gboolean
check_magic (EvsSpan data, GError **error)
{
  const guint8 *bytes = data.data;

  if (data.size < EVS_ENVELOPE_SIZE_PLAIN)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                 "%" G_GSIZE_FORMAT " bytes, fewer than the %d of a header",
                 data.size, EVS_ENVELOPE_SIZE_PLAIN);
  else if ((bytes[0] & MAGIC_MASK) != (EVS_ENVELOPE_MAGIC & MAGIC_MASK))
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                 "does not begin with 0x%02X, so is no record of eventseal",
                 EVS_ENVELOPE_MAGIC);
  else if (bytes[0] != EVS_ENVELOPE_MAGIC)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                 "format version %d, this library reads version %d",
                 bytes[0] & ~MAGIC_MASK, EVS_ENVELOPE_MAGIC & ~MAGIC_MASK);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_flags (const EvsEnvelope *envelope, GError **error)
{
  guint unknown = envelope->flags & ~KNOWN_FLAGS;

  if (unknown != 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT, "unknown flags 0x%02X",
                 unknown);
  return unknown == 0;
}

/* Whether what follows can hold a nonce and a tag. */
static gboolean
check_body (const EvsEnvelope *envelope, GError **error)
{
  const EvsSuite *suite = evs_suite_lookup (envelope->suite);
  gsize least = suite == NULL ? 0 : suite->nonce_size + suite->tag_size;

  if (envelope->key_id == 0)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                 "suite 0x%02X with key id 0, which no key has",
                 envelope->suite);
  else if (envelope->body.size < least)
    g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                 "%" G_GSIZE_FORMAT " bytes behind the header, "
                 "fewer than the %" G_GSIZE_FORMAT " of suite 0x%02X (%s)",
                 envelope->body.size, least, suite->id, suite->name);
  else
    return TRUE;
  return FALSE;
}

static gboolean
parse_sealed (EvsSpan data, EvsEnvelope *envelope, GError **error)
{
  const guint8 *bytes = data.data;
  guint32 id;

  if (data.size < EVS_ENVELOPE_SIZE_SEALED)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_FORMAT,
                   "%" G_GSIZE_FORMAT
                   " bytes, fewer than the %d of a sealed record's header",
                   data.size, EVS_ENVELOPE_SIZE_SEALED);
      return FALSE;
    }
  memcpy (&id, bytes + EVS_ENVELOPE_SIZE_PLAIN, sizeof id);
  envelope->key_id = GUINT32_FROM_BE (id);
  envelope->header_size = EVS_ENVELOPE_SIZE_SEALED;
  envelope->body = (EvsSpan){ bytes + EVS_ENVELOPE_SIZE_SEALED,
                              data.size - EVS_ENVELOPE_SIZE_SEALED };
  return check_body (envelope, error);
}

gboolean
evs_envelope_parse (EvsSpan data, EvsEnvelope *envelope, GError **error)
{
  const guint8 *bytes = data.data;

  if (!check_magic (data, error))
    return FALSE;
  *envelope = (EvsEnvelope){ .suite = bytes[1],
                             .compressor = bytes[2] & ~FLAGS_MASK,
                             .flags = bytes[2] & FLAGS_MASK,
                             .header_size = EVS_ENVELOPE_SIZE_PLAIN,
                             .body = { bytes + EVS_ENVELOPE_SIZE_PLAIN,
                                       data.size - EVS_ENVELOPE_SIZE_PLAIN } };
  return check_flags (envelope, error)
         && (envelope->suite == 0 || parse_sealed (data, envelope, error));
}

/* ------------------------------------------------------------------ varints */

gsize
_evs_varint_size (guint32 value)
{
  gsize size = 1;

  while (value >>= 7)
    size++;
  return size;
}

gsize
_evs_varint_write (guint8 *out, guint32 value)
{
  gsize size = 0;

  for (; value >= 0x80; value >>= 7)
    out[size++] = (guint8) (value | 0x80);
  out[size++] = (guint8) value;
  return size;
}

gboolean
_evs_varint_read (EvsSpan *in, guint32 *value)
{
  const guint8 *bytes = in->data;
  guint64 sum = 0;

  for (gsize i = 0; i < MIN (in->size, EVS_VARINT_MAX); i++)
    {
      sum |= (guint64) (bytes[i] & 0x7F) << (7 * i);
      if ((bytes[i] & 0x80) != 0)
        continue;
      if ((i > 0 && bytes[i] == 0) || sum > G_MAXUINT32)
        return FALSE;
      *value = (guint32) sum;
      *in = (EvsSpan){ bytes + i + 1, in->size - i - 1 };
      return TRUE;
    }
  return FALSE;
}

/* ---------------------------------------------------------- associated data */

static void
put (EvsAssociatedData *ad, gconstpointer data, gsize size)
{
  if (size > 0)
    memcpy (ad->bytes + ad->size, data, size);
  ad->size += size;
}

static void
put_uint (EvsAssociatedData *ad, guint64 value, gsize size)
{
  guint64 bytes = GUINT64_TO_BE (value);

  put (ad, (const guint8 *) &bytes + sizeof bytes - size, size);
}

static void
start (EvsAssociatedData *ad, EvsKind kind, const guint8 *header,
       const EvsId *store_id)
{
  ad->size = 0;
  put (ad, "evs1", 4);
  put_uint (ad, kind, 1);
  put (ad, header, EVS_ENVELOPE_SIZE_SEALED);
  put (ad, store_id->bytes, sizeof store_id->bytes);
}

void
_evs_associated_data_event (EvsAssociatedData *ad, const guint8 *header,
                            const EvsId *store_id, const EvsId *id,
                            guint64 version, EvsSpan topic)
{
  g_assert (topic.size <= EVS_TOPIC_MAX);

  start (ad, EVS_KIND_EVENT, header, store_id);
  put (ad, id->bytes, sizeof id->bytes);
  put_uint (ad, version, 8);
  put_uint (ad, topic.size, 2);
  put (ad, topic.data, topic.size);
}

void
_evs_associated_data_side (EvsAssociatedData *ad, EvsKind kind,
                           const guint8 *header, const EvsId *store_id,
                           const char *table, EvsSpan key)
{
  gsize length = strlen (table);

  g_assert (kind != EVS_KIND_EVENT);
  g_assert (length <= EVS_SIDE_TABLE_MAX && key.size <= EVS_SIDE_KEY_MAX);

  start (ad, kind, header, store_id);
  put_uint (ad, length, 1);
  put (ad, table, length);
  put_uint (ad, key.size, 2);
  put (ad, key.data, key.size);
}

EvsSpan
_evs_associated_data_span (const EvsAssociatedData *ad)
{
  return (EvsSpan){ ad->bytes, ad->size };
}
