/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The envelope: the header that every record's data begins with. The format
 * is ours (docs: eventseal.conf(5) names what is configured, this header what
 * is stored). Integers are big-endian.
 *
 *   0   1   0xE1     magic nibble, format version 1
 *   1   1   suite    0x00: not encrypted
 *   2   1   low 4 bits: compressor; high 4 bits: flags
 *   --- only with a suite ---
 *   3   4   key id
 *   7   N   nonce, then ciphertext, then a tag of T bytes
 *
 * What follows the header, or was sealed, is the payload:
 *
 *   if compressed: varint length of the rest ‖ compressed rest
 *   if flagged 0x80: u64 microseconds since 1970 ‖ varint length ‖ metadata
 *   the state
 *
 * A varint is unsigned LEB128 (DWARF 5, section 7.6), minimal, of at most 5
 * bytes. The tag covers all of this and the record's place: store id,
 * originator id, version and topic.
 */

#pragma once

#include <eventseal/evs-error.h>

G_BEGIN_DECLS

/**
 * EVS_ENVELOPE_MAGIC:
 *
 * The first byte of a record's data: a magic nibble, then the format version.
 */
#define EVS_ENVELOPE_MAGIC 0xE1

/**
 * EVS_ENVELOPE_METADATA:
 *
 * The flag that says that a time and metadata precede the state.
 */
#define EVS_ENVELOPE_METADATA 0x80

/**
 * EVS_ENVELOPE_TOMBSTONE:
 *
 * The flag of an event that was erased: it has no state. A time and metadata
 * say when and why, if anything does.
 */
#define EVS_ENVELOPE_TOMBSTONE 0x40

/**
 * EvsEnvelope: (skip)
 * @suite: 0: not encrypted
 * @compressor: 0: not compressed
 * @flags: %EVS_ENVELOPE_METADATA, %EVS_ENVELOPE_TOMBSTONE
 * @key_id: 0 without a suite
 * @header_size: 3, or 7 with a suite
 * @body: what follows the header: nonce ‖ ciphertext ‖ tag, or the payload
 *
 * A record's header, decoded.
 */
typedef struct
{
  guint8 suite;
  guint8 compressor;
  guint8 flags;
  guint32 key_id;
  gsize header_size;
  EvsSpan body;
} EvsEnvelope;

/**
 * evs_envelope_parse: (skip)
 * @data: a record's data
 * @envelope: (out caller-allocates): the header, decoded
 * @error: %EVS_ERROR_FORMAT
 *
 * Needs neither plugin nor key. Checks magic, version, reserved flags and that
 * there are enough bytes for the header and, where the format assigns the
 * suite, for nonce and tag.
 *
 * Returns: whether @data begins with a header of this format
 */
EVS_API gboolean evs_envelope_parse (EvsSpan data, EvsEnvelope *envelope,
                                     GError **error);

/**
 * EvsSuite:
 * @id: the suite id
 * @name: the plugin's name, as in the config
 * @nonce_size: bytes after the header
 * @tag_size: bytes at the end
 *
 * A suite that the format assigns:
 *
 *  - 0x03 aes-cbc: AEAD_AES_128_CBC_HMAC_SHA_256, RFC 7518, section 5.2.3
 *  - 0x05 a256cbc-hs512: AEAD_AES_256_CBC_HMAC_SHA_512, section 5.2.5 there
 *  - 0x06 aes-gcm: AES-256-GCM, NIST SP 800-38D
 *  - 0x09 xaes-256-gcm: C2SP XAES-256-GCM
 *  - 0x0A aes-siv: AES-SIV-CMAC-256, RFC 5297
 *  - 0x0C chacha20-poly1305: RFC 8439, section 2.8
 *  - 0x12 hmac: signed, not confidential
 */
typedef struct
{
  guint8 id;
  const char *name;
  guint8 nonce_size;
  guint8 tag_size;
} EvsSuite;

/**
 * evs_suite_lookup:
 * @id: a suite id
 *
 * Tells which suite a record names, whether there is a plugin for it or not.
 *
 * Returns: (transfer none) (nullable): what is assigned to @id; %NULL for a
 *   private or unknown one
 */
EVS_API const EvsSuite *evs_suite_lookup (guint8 id);

/**
 * evs_compressor_name:
 * @id: a compressor's wire id
 *
 * Tells which compressor a record names, whether there is a plugin for it or
 * not.
 *
 * Returns: (transfer none) (nullable): what the format assigns to @id; "none"
 *   for 0, %NULL for a private or unknown one
 */
EVS_API const char *evs_compressor_name (guint8 id);

G_END_DECLS
