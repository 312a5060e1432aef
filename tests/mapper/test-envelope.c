/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include "evs-envelope-private.h"
#include "evs-payload.h"

#include <string.h>

static void
assert_bytes (EvsSpan found, gconstpointer wanted, gsize size)
{
  g_assert_cmpuint (found.size, ==, size);
  g_assert_true (memcmp (found.data, wanted, size) == 0);
}

/* ------------------------------------------------------------------- header */

static void
test_sealed_header (void)
{
  g_autoptr (GError) error = NULL;
  guint8 data[7 + 16 + 16 + 16] = { 0 };
  EvsEnvelope envelope;

  g_assert_cmpuint (
      _evs_envelope_write (data, 0x03, 1, EVS_ENVELOPE_METADATA, 0x1A2B3C4D),
      ==, 7);
  g_assert_cmpmem (data, 7, "\xE1\x03\x81\x1A\x2B\x3C\x4D", 7);

  g_assert_true (
      evs_envelope_parse ((EvsSpan){ data, sizeof data }, &envelope, &error));
  g_assert_cmphex (envelope.suite, ==, 0x03);
  g_assert_cmphex (envelope.compressor, ==, 1);
  g_assert_cmphex (envelope.flags, ==, EVS_ENVELOPE_METADATA);
  g_assert_cmphex (envelope.key_id, ==, 0x1A2B3C4D);
  g_assert_cmpuint (envelope.header_size, ==, 7);
  g_assert_true (envelope.body.data == data + 7);
  g_assert_cmpuint (envelope.body.size, ==, sizeof data - 7);
}

static void
test_plain_header (void)
{
  g_autoptr (GError) error = NULL;
  guint8 data[4] = { 0, 0, 0, 'x' };
  EvsEnvelope envelope;

  g_assert_cmpuint (_evs_envelope_write (data, 0, 0, 0, 0), ==, 3);
  g_assert_true (evs_envelope_parse ((EvsSpan){ data, 4 }, &envelope, &error));
  g_assert_cmphex (envelope.suite, ==, 0);
  g_assert_cmphex (envelope.key_id, ==, 0);
  g_assert_cmpuint (envelope.header_size, ==, 3);
  assert_bytes (envelope.body, "x", 1);
}

typedef struct
{
  const char *data;
  gsize size;
  const char *message;
} Refusal;

static const Refusal refusals[] = {
  { "", 0, "0 bytes, fewer than the 3 of a header" },
  { "\xE1\x00", 2, "2 bytes, fewer than the 3 of a header" },
  { "{\"foo\"}", 7, "does not begin with 0xE1, so is no record of eventseal" },
  { "\xE2\x00\x00", 3, "format version 2, this library reads version 1" },
  { "\xE1\x00\x20", 3, "unknown flags 0x20" },
  { "\xE1\x00\xB0", 3, "unknown flags 0x30" },
  { "\xE1\x03\x00\x01\x02\x03", 6,
    "6 bytes, fewer than the 7 of a sealed record's header" },
  { "\xE1\x03\x00\x00\x00\x00\x00", 7,
    "suite 0x03 with key id 0, which no key has" },
  { "\xE1\x03\x00\x00\x00\x00\x01 31 bytes, one is missing here..", 38,
    "31 bytes behind the header, fewer than the 32 of suite 0x03 (aes-cbc)" },
};

static void
test_refusals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      const Refusal *refusal = &refusals[i];
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *data = g_memdup2 (refusal->data, refusal->size);
      EvsEnvelope envelope;

      g_assert_false (evs_envelope_parse ((EvsSpan){ data, refusal->size },
                                          &envelope, &error));
      evs_assert_error (error, EVS_ERROR_FORMAT, refusal->message);
    }
}

/* One flipped bit must not make one suite into another, or into "plain". */
static void
test_suites_are_two_bits_apart (void)
{
  guint n = 0;

  for (guint id = 1; id <= 0xFF; id++)
    if (evs_suite_lookup ((guint8) id) != NULL)
      {
        g_assert_cmpuint (evs_suite_lookup ((guint8) id)->id, ==, id);
        g_assert_cmpint (__builtin_popcount (id) % 2, ==, 0);
        n++;
      }
  g_assert_cmpuint (n, ==, 7);
  g_assert_null (evs_suite_lookup (0));
  g_assert_cmpstr (evs_suite_lookup (0x03)->name, ==, "aes-cbc");
}

static void
test_compressor_names (void)
{
  g_assert_cmpstr (evs_compressor_name (0), ==, "none");
  g_assert_cmpstr (evs_compressor_name (1), ==, "lz4");
  g_assert_cmpstr (evs_compressor_name (4), ==, "lz4-dictionary");
  g_assert_null (evs_compressor_name (5));
  g_assert_null (evs_compressor_name (15));
}

/* ------------------------------------------------------------------ varints */

static void
test_varint_round_trip (void)
{
  static const guint32 values[] = { 0,         1,          0x7F,
                                    0x80,      0x3FFF,     0x4000,
                                    123456,    0xFFFFF,    0x1FFFFFF,
                                    0xFFFFFFF, 0x10000000, G_MAXUINT32 };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      guint8 bytes[EVS_VARINT_MAX + 1];
      gsize size = _evs_varint_write (bytes, values[i]);
      EvsSpan in = { bytes, size + 1 };
      guint32 value;

      g_assert_cmpuint (size, ==, _evs_varint_size (values[i]));
      g_assert_cmpuint (size, <=, EVS_VARINT_MAX);
      g_assert_true (_evs_varint_read (&in, &value));
      g_assert_cmpuint (value, ==, values[i]);
      g_assert_true (in.data == bytes + size);
      g_assert_cmpuint (in.size, ==, 1);

      in = (EvsSpan){ bytes, size - 1 };
      g_assert_false (_evs_varint_read (&in, &value));
    }
}

static void
test_varint_has_one_spelling (void)
{
  static const char *const wrong[] = {
    "\x80",                                             /* cut off */
    "\x80\x80\x80\x80\x80",                             /* cut off */
    "\x81\x00",                                         /* 1 in two bytes */
    "\xFF\x80\x00",                                     /* 127 in three */
    "\xFF\xFF\xFF\xFF\x10",                             /* 2^32 and more */
    "\x80\x80\x80\x80\x80\x01",                         /* six bytes */
    "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", /* twelve */
  };
  static const gsize sizes[] = { 1, 5, 2, 3, 5, 6, 12 };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      EvsSpan in = { wrong[i], sizes[i] };
      guint32 value;

      g_assert_false (_evs_varint_read (&in, &value));
    }
}

/* ---------------------------------------------------------- associated data */

static const guint8 header[7] = { 0xE1, 0x03, 0x80, 0x1A, 0x2B, 0x3C, 0x4D };
static const EvsId store_id = { "0123456789abcdef" };
static const EvsId event_id = { "ABCDEFGHIJKLMNOP" };

static void
test_associated_data_of_an_event (void)
{
  static const char wanted[] = "evs1\x01\xE1\x03\x80\x1A\x2B\x3C\x4D"
                               "0123456789abcdefABCDEFGHIJKLMNOP"
                               "\x00\x00\x00\x00\x00\x00\x01\x02"
                               "\x00\x05Topic";
  EvsAssociatedData ad;
  EvsSpan span;

  _evs_associated_data_event (&ad, header, &store_id, &event_id, 0x102,
                              (EvsSpan){ "Topic", 5 });
  span = _evs_associated_data_span (&ad);
  assert_bytes (span, wanted, sizeof wanted - 1);
}

static void
test_associated_data_of_a_side_entry (void)
{
  static const char wanted[] = "evs1\x05\xE1\x03\x80\x1A\x2B\x3C\x4D"
                               "0123456789abcdef"
                               "\x08tracking\x00\x03key";
  EvsAssociatedData ad;
  EvsSpan span;

  _evs_associated_data_side (&ad, EVS_KIND_SIDE_ENTRY, header, &store_id,
                             "tracking", (EvsSpan){ "key", 3 });
  span = _evs_associated_data_span (&ad);
  assert_bytes (span, wanted, sizeof wanted - 1);
}

static void
test_longest_associated_data_fits (void)
{
  g_autofree char *topic = g_strnfill (EVS_TOPIC_MAX, 't');
  EvsAssociatedData ad;

  _evs_associated_data_event (&ad, header, &store_id, &event_id, 0,
                              (EvsSpan){ topic, EVS_TOPIC_MAX });
  g_assert_cmpuint (ad.size, ==, sizeof ad.bytes);
}

/* ------------------------------------------------------------------ payload */

typedef struct
{
  guint8 flags;
  const char *bytes;
  gsize size;
  const char *message;
} PayloadRefusal;

#define TIME "\x00\x06\x0A\x24\x18\x1E\x40\x00"

static const PayloadRefusal payload_refusals[] = {
  { EVS_ENVELOPE_METADATA, TIME, 7, "the payload ends inside the time" },
  { EVS_ENVELOPE_METADATA, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00", 9,
    "the time is not between the years 1970 and 9999" },
  /* One microsecond after the year 9999. */
  { EVS_ENVELOPE_METADATA, "\x03\x84\x44\x0C\xCC\x73\x60\x00\x00", 9,
    "the time is not between the years 1970 and 9999" },
  { EVS_ENVELOPE_METADATA, TIME, 8, "the length of the metadata is malformed" },
  { EVS_ENVELOPE_METADATA, TIME "\x82\x00{}", 12,
    "the length of the metadata is malformed" },
  { EVS_ENVELOPE_METADATA, TIME "\x03{}", 11,
    "the payload ends inside the metadata" },
  { EVS_ENVELOPE_METADATA, TIME "\xFF\xFF\xFF\xFF\x0F{}", 15,
    "the metadata is longer than metadata can be" },
  { EVS_ENVELOPE_METADATA, TIME "\x81\x80\x04{}", 13,
    "the metadata is longer than metadata can be" },
  { EVS_ENVELOPE_TOMBSTONE, "x", 1, "a tombstone with a state" },
  { EVS_ENVELOPE_TOMBSTONE | EVS_ENVELOPE_METADATA, TIME "\x02{}x", 12,
    "a tombstone with a state" },
};

static void
test_payload_refusals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (payload_refusals); i++)
    {
      const PayloadRefusal *refusal = &payload_refusals[i];
      g_autofree guint8 *bytes = g_memdup2 (refusal->bytes, refusal->size);
      g_autoptr (GError) error = NULL;
      EvsPayload payload;

      g_assert_false (_evs_payload_read (
          &payload, (EvsSpan){ bytes, refusal->size }, refusal->flags, &error));
      evs_assert_error (error, EVS_ERROR_FORMAT, refusal->message);
    }
}

static void
test_last_time_there_is (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) after = NULL;
  EvsPayload payload;

  g_assert_true (_evs_payload_read (
      &payload, (EvsSpan){ "\x03\x84\x44\x0C\xCC\x73\x5F\xFF\x00", 9 },
      EVS_ENVELOPE_METADATA, &error));
  g_assert_cmpint (payload.recorded_at, ==, EVS_RECORDED_AT_MAX);

  after = g_date_time_new_utc (9999, 12, 31, 23, 59, 59.0);
  g_assert_cmpint (g_date_time_to_unix (after), ==,
                   EVS_RECORDED_AT_MAX / G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/envelope/sealed-header", test_sealed_header);
  g_test_add_func ("/envelope/plain-header", test_plain_header);
  g_test_add_func ("/envelope/refusals", test_refusals);
  g_test_add_func ("/envelope/suites-are-two-bits-apart",
                   test_suites_are_two_bits_apart);
  g_test_add_func ("/envelope/compressor-names", test_compressor_names);
  g_test_add_func ("/varint/round-trip", test_varint_round_trip);
  g_test_add_func ("/varint/one-spelling", test_varint_has_one_spelling);
  g_test_add_func ("/associated-data/event", test_associated_data_of_an_event);
  g_test_add_func ("/associated-data/side-entry",
                   test_associated_data_of_a_side_entry);
  g_test_add_func ("/associated-data/longest",
                   test_longest_associated_data_fits);
  g_test_add_func ("/payload/refusals", test_payload_refusals);
  g_test_add_func ("/payload/last-time", test_last_time_there_is);
  return g_test_run ();
}
