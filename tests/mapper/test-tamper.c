/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whoever can write to the store changes what is stored. */

#include "fixture.h"

#include <eventseal/evs-envelope.h>

#include <string.h>

#define SEALED "cipher=aes-cbc\n"
#define HEADER 7

#define NOT_AUTHENTIC                                                          \
  "not authentic: the tag does not fit the bytes, the place or the key"

static const gsize sizes[] = { 0, 1, 15, 16, 17, 250 };

/* The record of a state of @size bytes, copied. */
static GBytes *
make_record (Fixture *self, gsize size)
{
  g_autofree char *state = g_strnfill (size, 's');
  EvsEventView event = fixture_event ((EvsSpan){ state, size });
  EvsRecord record = fixture_map (self, &event);

  return g_bytes_new (record.data.data, record.data.size);
}

static void
assert_still_opens (Fixture *self, GBytes *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  EvsEventView event;

  fixture_unmap (self, &record, &event, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (event.state.size, ==, size);
}

/* A change in the header may be seen for what it is, before the tag is. */
static void
assert_not_read (Fixture *self, const EvsRecord *record, gsize changed_byte)
{
  EvsEventView event;
  g_autoptr (GError) error = NULL;

  if (changed_byte >= HEADER)
    {
      fixture_assert_unreadable (self, record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
      return;
    }
  g_assert_false (fixture_unmap (self, record, &event, &error));
  g_assert_true (error->domain == EVS_ERROR);
  g_assert_null (event.state.data);
}

static void
test_every_flipped_bit (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) data = make_record (self, sizes[i]);
      gsize size = g_bytes_get_size (data);
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (data, NULL), size);
      EvsRecord record = fixture_record (copy, size);

      for (gsize bit = 0; bit < 8 * size; bit++)
        {
          copy[bit / 8] ^= (guint8) (1 << bit % 8);
          assert_not_read (self, &record, bit / 8);
          copy[bit / 8] ^= (guint8) (1 << bit % 8);
        }
      assert_still_opens (self, data, sizes[i]);
    }
}

typedef struct
{
  EvsError code;
  const char *message;
} Seen;

/* What one flipped bit of each byte is seen as. No bit of the suite's makes it
 * another suite, or none. The third byte is below. */
static const Seen seen_in_header[HEADER] = {
  { EVS_ERROR_FORMAT, "*, *" },
  { EVS_ERROR_FORMAT, "unknown suite 0x*" },
  { 0, NULL },
  { EVS_ERROR_KEY, "encrypted with key *, the configured key is 517dfcb9" },
  { EVS_ERROR_KEY, "encrypted with key *, the configured key is 517dfcb9" },
  { EVS_ERROR_KEY, "encrypted with key *, the configured key is 517dfcb9" },
  { EVS_ERROR_KEY, "encrypted with key *, the configured key is 517dfcb9" },
};

static void
test_header_says_what_is_wrong (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  gsize size = g_bytes_get_size (data);

  for (gsize bit = 0; bit < 8 * HEADER; bit++)
    {
      const Seen *seen = &seen_in_header[bit / 8];
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (data, NULL), size);
      EvsRecord record = fixture_record (copy, size);

      copy[bit / 8] ^= (guint8) (1 << bit % 8);
      if (seen->message != NULL)
        fixture_assert_unreadable (self, &record, seen->code, seen->message);
    }
}

/* Any that are possible are refused by the tag alone. */
static void
test_flags_and_compressor_are_sealed (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED "compressor=lz4\n");
  g_autoptr (GBytes) data = make_record (self, 16);
  gsize size = g_bytes_get_size (data);
  static const guint8 possible[] = { 0x01, 0x80, 0x81, 0x40 };

  for (gsize i = 0; i < G_N_ELEMENTS (possible); i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (data, NULL), size);
      EvsRecord record = fixture_record (copy, size);

      copy[2] = possible[i];
      fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
    }
}

static void
test_every_truncation (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) data = make_record (self, sizes[i]);
      gsize size = g_bytes_get_size (data);

      for (gsize length = 0; length < size; length++)
        {
          /* Memory of its own, so that a sanitizer sees a read behind it. */
          g_autofree guint8 *copy =
              g_memdup2 (g_bytes_get_data (data, NULL), length);
          EvsRecord record = fixture_record (copy, length);

          if (length < HEADER + 16 + 16)
            fixture_assert_unreadable (self, &record, EVS_ERROR_FORMAT,
                                       "* bytes*, fewer than the *");
          else
            fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                                       NOT_AUTHENTIC);
        }
    }
}

static void
test_bytes_behind (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  gsize size = g_bytes_get_size (data);

  for (gsize more = 1; more <= 48; more++)
    {
      g_autofree guint8 *copy = g_malloc0 (size + more);
      EvsRecord record = fixture_record (copy, size + more);

      memcpy (copy, g_bytes_get_data (data, NULL), size);
      fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
    }
}

/* ------------------------------------------------------------------- places */

static void
test_another_version (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  for (guint bit = 0; bit < 64; bit++)
    {
      record.version = FIXTURE_VERSION ^ G_GUINT64_CONSTANT (1) << bit;
      fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
    }
}

static void
test_another_sequence (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  for (guint bit = 0; bit < 128; bit++)
    {
      record.id = fixture_event_id;
      record.id.bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
    }
}

static void
test_another_topic (void)
{
  static const char *const topics[] = { "Example.Createe", "Example.Create",
                                        "Example.Created2", "E",
                                        "example.Created" };
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      record.topic = fixture_span (topics[i]);
      fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
    }
}

static void
test_another_store (void)
{
  g_autoptr (EvsConfig) config = fixture_config (SEALED);
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  for (guint bit = 0; bit < 128; bit++)
    {
      EvsId store_id = fixture_store_id;
      g_autoptr (Fixture) other = NULL;

      store_id.bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      other = fixture_new_for (config, &store_id);
      fixture_assert_unreadable (other, &record, EVS_ERROR_AUTHENTICATION,
                                 NOT_AUTHENTIC);
    }
}

/* The position is the store's to give, after the record is sealed. */
static void
test_another_position_is_no_change (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  EvsEventView event;

  record.position = 12345;
  fixture_unmap (self, &record, &event, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (event.position, ==, 12345);
}

/* The body of a genuine record behind the header of a plain one. */
static void
test_sealed_made_plain (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 16);
  g_autofree guint8 *copy =
      g_memdup2 (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  EvsRecord record = fixture_record (copy, g_bytes_get_size (data));

  copy[1] = 0;
  fixture_assert_unreadable (self, &record, EVS_ERROR_NOT_ENCRYPTED,
                             "not encrypted, *");
}

static void
test_planted_tombstone (void)
{
  static const guint8 plain[] = { EVS_ENVELOPE_MAGIC, 0,
                                  EVS_ENVELOPE_TOMBSTONE };
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = make_record (self, 0);
  g_autofree guint8 *copy =
      g_memdup2 (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  EvsRecord record = fixture_record (plain, sizeof plain);

  fixture_assert_unreadable (self, &record, EVS_ERROR_NOT_ENCRYPTED,
                             "not encrypted, *");

  copy[2] = EVS_ENVELOPE_TOMBSTONE;
  record.data = (EvsSpan){ copy, g_bytes_get_size (data) };
  fixture_assert_unreadable (self, &record, EVS_ERROR_AUTHENTICATION,
                             NOT_AUTHENTIC);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  g_test_add_func ("/tamper/every-bit", test_every_flipped_bit);
  g_test_add_func ("/tamper/header-says-what-is-wrong",
                   test_header_says_what_is_wrong);
  g_test_add_func ("/tamper/flags-and-compressor",
                   test_flags_and_compressor_are_sealed);
  g_test_add_func ("/tamper/every-truncation", test_every_truncation);
  g_test_add_func ("/tamper/bytes-behind", test_bytes_behind);
  g_test_add_func ("/tamper/version", test_another_version);
  g_test_add_func ("/tamper/sequence", test_another_sequence);
  g_test_add_func ("/tamper/topic", test_another_topic);
  g_test_add_func ("/tamper/store", test_another_store);
  g_test_add_func ("/tamper/position", test_another_position_is_no_change);
  g_test_add_func ("/tamper/sealed-made-plain", test_sealed_made_plain);
  g_test_add_func ("/tamper/planted-tombstone", test_planted_tombstone);
  return g_test_run ();
}
