/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include "evs-envelope-private.h"
#include "evs-mapper-private.h"
#include "evs-payload.h"

#include <string.h>

#define PLAIN ""
#define SEALED "cipher=aes-cbc\n"
#define LZ4 "compressor=lz4\n"
#define MAPPER "[mapper]\n"

static const char *const stacks[] = { PLAIN, LZ4, SEALED, SEALED LZ4 };

/* -------------------------------------------------------------- round trips */

static void
assert_round_trip (Fixture *self, const EvsEventView *event)
{
  g_autoptr (GError) error = NULL;
  EvsRecord record = fixture_map (self, event);
  EvsEventView again;

  fixture_unmap (self, &record, &again, &error);
  g_assert_no_error (error);
  g_assert_true (evs_id_equal (&again.id, &event->id));
  g_assert_cmpuint (again.version, ==, event->version);
  g_assert_cmpuint (again.position, ==, record.position);
  g_assert_cmpint (again.recorded_at, ==, event->recorded_at);
  g_assert_true (again.erased == event->erased);
  fixture_assert_span (again.topic, event->topic.data, event->topic.size);
  fixture_assert_span (again.state, event->state.data, event->state.size);
  fixture_assert_span (again.metadata, event->metadata.data,
                       event->metadata.size);
}

static void
test_sizes (void)
{
  g_autofree char *state = g_strnfill (5000, 's');

  for (gsize i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      g_autoptr (Fixture) self = fixture_new (stacks[i]);

      for (gsize size = 0; size <= 5000; size += size < 300 ? 1 : 61)
        {
          EvsEventView event = fixture_event ((EvsSpan){ state, size });

          assert_round_trip (self, &event);
          event.recorded_at = G_GINT64_CONSTANT (1700000000123456);
          event.metadata = fixture_span ("{\"actor\":\"me\"}");
          assert_round_trip (self, &event);
        }
    }
}

/* Random bytes: as good as no compressor, and any byte anywhere. */
static void
test_any_bytes (void)
{
  guint32 words[256];

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = (guint32) g_test_rand_int ();
  for (gsize i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      g_autoptr (Fixture) self = fixture_new (stacks[i]);
      EvsEventView event = fixture_event ((EvsSpan){ words, sizeof words });

      assert_round_trip (self, &event);
    }
}

static void
test_tombstones (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      g_autoptr (Fixture) self = fixture_new (stacks[i]);
      EvsEventView event = fixture_event ((EvsSpan){ NULL, 0 });

      event.erased = TRUE;
      assert_round_trip (self, &event);
      g_assert_cmpuint (self->data.size, ==, i < 2 ? 3 : 55);
    }
}

/* When and why, long enough to be compressed. */
static void
test_tombstones_with_a_reason (void)
{
  g_autofree char *reason = g_strnfill (500, 'r');

  for (gsize i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      g_autoptr (Fixture) self = fixture_new (stacks[i]);
      EvsEventView event = fixture_event ((EvsSpan){ NULL, 0 });

      event.erased = TRUE;
      event.recorded_at = 1;
      assert_round_trip (self, &event);
      event.metadata = (EvsSpan){ reason, strlen (reason) };
      assert_round_trip (self, &event);
    }
}

static void
test_extremes (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED LZ4);
  g_autofree char *topic = g_strnfill (EVS_TOPIC_MAX, 't');
  g_autofree char *metadata = g_strnfill (EVS_METADATA_MAX, 'm');
  EvsEventView event = fixture_event (fixture_span ("{}"));

  event.version = G_MAXINT64;
  event.topic = (EvsSpan){ topic, EVS_TOPIC_MAX };
  event.metadata = (EvsSpan){ metadata, EVS_METADATA_MAX };
  event.recorded_at = EVS_RECORDED_AT_MAX;
  assert_round_trip (self, &event);
  event.version = 0;
  event.topic = fixture_span ("t");
  event.recorded_at = 1;
  assert_round_trip (self, &event);
}

static void
test_largest_state (void)
{
  const gsize size = 16 * 1024 * 1024;
  g_autofree char *state = g_strnfill (size + 1, 's');
  g_autofree char *metadata = g_strnfill (EVS_METADATA_MAX, 'm');

  /* All different, so that nothing shrinks and the bound is met exactly. */
  for (gsize i = 0; i + 4 <= size; i += 4)
    {
      guint32 word = (guint32) (i * 2654435761u);

      memcpy (state + i, &word, sizeof word);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (stacks); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Fixture) self = fixture_new (stacks[i]);
      EvsEventView event = fixture_event ((EvsSpan){ state, size });

      event.metadata = (EvsSpan){ metadata, EVS_METADATA_MAX };
      event.recorded_at = 1;
      assert_round_trip (self, &event);

      event.state.size++;
      self->data.size = 0;
      g_assert_false (evs_mapper_map (self->mapper, self->worker, &event,
                                      &self->data, &error));
      evs_assert_error (error, EVS_ERROR_TOO_LARGE,
                        "a state of 16777217 bytes, over "
                        "max-state-size=16777216");
      g_assert_cmpuint (self->data.size, ==, 0);
    }
}

/* The same, where everything shrinks: the bound on what a record may become
 * leaves room for the largest metadata. */
static void
test_largest_state_compressed (void)
{
  const gsize size = 16 * 1024 * 1024;
  g_autofree char *state = g_strnfill (size, 's');
  g_autofree char *metadata = g_strnfill (EVS_METADATA_MAX, 'm');
  g_autoptr (Fixture) self = fixture_new (SEALED LZ4);
  EvsEventView event = fixture_event ((EvsSpan){ state, size });

  event.metadata = (EvsSpan){ metadata, EVS_METADATA_MAX };
  event.recorded_at = 1;
  assert_round_trip (self, &event);
  g_assert_cmpuint (self->data.size, <, 100000);
}

/* ------------------------------------------------------------------ writing */

static void
test_map_appends (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span ("{}"));
  gsize first;

  evs_buffer_append (&self->data, "before", 6);
  evs_mapper_map (self->mapper, self->worker, &event, &self->data, &error);
  g_assert_no_error (error);
  first = self->data.size;
  evs_mapper_map (self->mapper, self->worker, &event, &self->data, &error);
  g_assert_no_error (error);

  g_assert_cmpmem (self->data.data, 6, "before", 6);
  g_assert_cmpuint (self->data.size - first, ==, first - 6);
  /* The same event twice: another nonce, other bytes. */
  g_assert_cmpint (
      memcmp (self->data.data + first + 7, self->data.data + 6 + 7, 16), !=, 0);
  g_assert_cmpint (memcmp (self->data.data + first + 23,
                           self->data.data + 6 + 23, first - 6 - 23),
                   !=, 0);
}

static void
assert_not_mapped (const EvsEventView *event, EvsError code,
                   const char *message)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GError) error = NULL;

  evs_buffer_append (&self->data, "before", 6);
  g_assert_false (
      evs_mapper_map (self->mapper, self->worker, event, &self->data, &error));
  evs_assert_error (error, code, message);
  fixture_assert_span ((EvsSpan){ self->data.data, self->data.size }, "before",
                       6);
}

static void
test_map_refuses (void)
{
  g_autofree char *metadata = g_strnfill (EVS_METADATA_MAX + 1, 'm');
  g_autofree char *topic = g_strnfill (EVS_TOPIC_MAX + 1, 't');
  EvsEventView event = fixture_event (fixture_span ("{}"));

  event.topic = fixture_span ("");
  assert_not_mapped (&event, EVS_ERROR_INVALID,
                     "a topic of 0 bytes, not of 1 to 1024");
  event.topic = fixture_span (topic);
  assert_not_mapped (&event, EVS_ERROR_INVALID,
                     "a topic of 1025 bytes, not of 1 to 1024");
  event.topic = fixture_span ("\xFF");
  assert_not_mapped (&event, EVS_ERROR_INVALID, "a topic that is not UTF-8");
  event.topic = (EvsSpan){ "a\0b", 3 };
  assert_not_mapped (&event, EVS_ERROR_INVALID, "a topic that is not UTF-8");

  event = fixture_event (fixture_span ("{}"));
  event.metadata = fixture_span (metadata);
  assert_not_mapped (&event, EVS_ERROR_TOO_LARGE,
                     "metadata of 65537 bytes, over 65536");

  event = fixture_event (fixture_span ("{}"));
  event.version = G_GUINT64_CONSTANT (1) << 63;
  assert_not_mapped (&event, EVS_ERROR_INVALID,
                     "version 9223372036854775808, over 9223372036854775807");

  event = fixture_event (fixture_span ("{}"));
  event.recorded_at = -1;
  assert_not_mapped (&event, EVS_ERROR_INVALID,
                     "a time that is not between the years 1970 and 9999");
  event.recorded_at = EVS_RECORDED_AT_MAX + 1;
  assert_not_mapped (&event, EVS_ERROR_INVALID,
                     "a time that is not between the years 1970 and 9999");
}

static void
test_max_state_size_is_configured (void)
{
  g_autoptr (Fixture) small = fixture_new (MAPPER "max-state-size=10\n");
  g_autoptr (Fixture) large = fixture_new (PLAIN);
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span ("0123456789"));
  EvsRecord record;

  assert_round_trip (small, &event);
  event.state = fixture_span ("0123456789A");
  g_assert_false (evs_mapper_map (small->mapper, small->worker, &event,
                                  &small->data, &error));
  evs_assert_error (error, EVS_ERROR_TOO_LARGE,
                    "a state of 11 bytes, over max-state-size=10");

  /* One that was written under another limit. */
  record = fixture_map (large, &event);
  fixture_assert_unreadable (small, &record, EVS_ERROR_TOO_LARGE,
                             "a state of 11 bytes, over max-state-size=10");
}

static void
test_record_time_off (void)
{
  g_autoptr (Fixture) self = fixture_new (MAPPER "record-time=false\n");
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span ("{}"));
  EvsEventView again;
  EvsRecord record;

  event.recorded_at = 12345;
  record = fixture_map (self, &event);
  fixture_assert_span (record.data, "\xE1\x00\x00{}", 5);

  event.metadata = fixture_span ("[]");
  record = fixture_map (self, &event);
  fixture_unmap (self, &record, &again, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again.recorded_at, ==, 0);
  fixture_assert_span (again.metadata, "[]", 2);
}

/* --------------------------------------------------------------- compression
 */

static gboolean
is_compressed (Fixture *self, EvsSpan state)
{
  EvsEventView event = fixture_event (state);
  EvsRecord record = fixture_map (self, &event);

  return (((const guint8 *) record.data.data)[2] & 0x0F) != 0;
}

static void
test_min_size (void)
{
  g_autofree char *state = g_strnfill (128, 's');
  g_autoptr (Fixture) self = fixture_new (LZ4);
  g_autoptr (Fixture) none = fixture_new (LZ4 MAPPER "min-size=0\n");

  g_assert_false (is_compressed (self, (EvsSpan){ state, 127 }));
  g_assert_true (is_compressed (self, (EvsSpan){ state, 128 }));
  g_assert_true (is_compressed (none, (EvsSpan){ state, 100 }));
  g_assert_false (is_compressed (none, (EvsSpan){ state, 0 }));
}

/* Without a gain, the state is stored as it is: not a byte is lost to it. */
static void
test_only_if_smaller (void)
{
  g_autoptr (Fixture) self = fixture_new (LZ4);
  guint8 state[256];

  for (gsize i = 0; i < sizeof state; i++)
    state[i] = (guint8) i;
  g_assert_false (is_compressed (self, (EvsSpan){ state, sizeof state }));
  g_assert_cmpuint (self->data.size, ==, 3 + sizeof state);
}

/* Events of a topic that never shrink do not all pay for the attempt, and the
 * first that shrinks again is found soon. */
static void
test_topic_that_does_not_shrink (void)
{
  g_autofree char *good = g_strnfill (250, 's');
  g_autoptr (Fixture) self = fixture_new (LZ4);
  guint8 bad[250];
  guint n = 0;

  for (gsize i = 0; i < sizeof bad; i++)
    bad[i] = (guint8) i;
  for (guint i = 0; i < 10; i++)
    g_assert_false (is_compressed (self, (EvsSpan){ bad, sizeof bad }));

  while (!is_compressed (self, (EvsSpan){ good, 250 }))
    n++;
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <, 16);
  for (guint i = 0; i < 20; i++)
    g_assert_true (is_compressed (self, (EvsSpan){ good, 250 }));
}

static void
test_large_states_are_always_tried (void)
{
  g_autofree char *good = g_strnfill (1024, 's');
  g_autoptr (Fixture) self = fixture_new (LZ4);
  guint8 bad[250];

  for (gsize i = 0; i < sizeof bad; i++)
    bad[i] = (guint8) i;
  for (guint i = 0; i < 10; i++)
    g_assert_false (is_compressed (self, (EvsSpan){ bad, sizeof bad }));
  g_assert_true (is_compressed (self, (EvsSpan){ good, 1024 }));
}

static void
assert_data_unreadable (const char *stack, const char *data, gsize size,
                        EvsError code, const char *message)
{
  g_autoptr (Fixture) self = fixture_new (stack);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  EvsRecord record = fixture_record (copy, size);

  fixture_assert_unreadable (self, &record, code, message);
}

static void
test_compressed_length (void)
{
  static const char malformed[] =
      "the length before the compressed bytes is malformed";

  assert_data_unreadable (LZ4, "\xE1\x00\x01", 3, EVS_ERROR_FORMAT, malformed);
  assert_data_unreadable (LZ4, "\xE1\x00\x01\x80", 4, EVS_ERROR_FORMAT,
                          malformed);
  assert_data_unreadable (LZ4, "\xE1\x00\x01\x81\x00\x10x", 7, EVS_ERROR_FORMAT,
                          malformed);
  assert_data_unreadable (LZ4, "\xE1\x00\x01\x00\x00", 5, EVS_ERROR_FORMAT,
                          malformed);
  /* Right: one literal. Then one byte more and one less than there is. */
  assert_data_unreadable (LZ4, "\xE1\x00\x01\x02\x10x", 6, EVS_ERROR_FORMAT,
                          "lz4: *");
  assert_data_unreadable (LZ4, "\xE1\x00\x01\x01\x20xx", 7, EVS_ERROR_FORMAT,
                          "lz4: *");
  assert_data_unreadable (LZ4, "\xE1\x00\x01\x05", 4, EVS_ERROR_FORMAT,
                          "lz4: *");
}

/* Refused before memory is taken: the scratch buffer stays as it is. */
static void
test_bomb (void)
{
  static const guint8 bomb[] = {
    EVS_ENVELOPE_MAGIC, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x10, 'x'
  };
  /* max-state-size + EVS_PAYLOAD_EXTRA_MAX, and one byte. */
  guint8 least[] = {
    EVS_ENVELOPE_MAGIC, 0, 1, 0x8E, 0x80, 0x84, 0x08, 0x10, 'x'
  };
  g_autoptr (Fixture) self = fixture_new (LZ4);
  EvsRecord record = fixture_record (bomb, sizeof bomb);

  fixture_assert_unreadable (self, &record, EVS_ERROR_TOO_LARGE,
                             "4294967295 bytes when decompressed, over the "
                             "16842765 that max-state-size= leaves room for");
  record = fixture_record (least, sizeof least);
  fixture_assert_unreadable (self, &record, EVS_ERROR_TOO_LARGE,
                             "16842766 bytes when decompressed, over the "
                             "16842765 that max-state-size= leaves room for");
  g_assert_cmpuint (self->scratch.capacity, ==, 0);

  /* What is allowed is tried. */
  least[3]--;
  fixture_assert_unreadable (self, &record, EVS_ERROR_FORMAT, "lz4: *");
}

/* ------------------------------------------------------------------ reading */

static void
test_unknown_bytes (void)
{
  assert_data_unreadable (PLAIN, "", 0, EVS_ERROR_FORMAT,
                          "0 bytes, fewer than the 3 of a header");
  assert_data_unreadable (
      PLAIN, "{\"foo\":\"bar\"}", 13, EVS_ERROR_FORMAT,
      "does not begin with 0xE1, so is no record of eventseal");
  assert_data_unreadable (PLAIN, "\xE2\x00\x00{}", 5, EVS_ERROR_FORMAT,
                          "format version 2, this library reads version 1");
  assert_data_unreadable (PLAIN, "\xE1\x00\x10{}", 5, EVS_ERROR_FORMAT,
                          "unknown flags 0x10");
  assert_data_unreadable (PLAIN, "\xE1\x07\x00\x01\x02\x03\x04{}", 9,
                          EVS_ERROR_FORMAT, "unknown suite 0x07");
  assert_data_unreadable (SEALED, "\xE1\x0F\x00\x01\x02\x03\x04{}", 9,
                          EVS_ERROR_FORMAT, "unknown suite 0x0F");
  assert_data_unreadable (PLAIN, "\xE1\x00\x05{}", 5, EVS_ERROR_FORMAT,
                          "unknown compressor 5");
  assert_data_unreadable (PLAIN, "\xE1\x00\x40{}", 5, EVS_ERROR_FORMAT,
                          "a tombstone with a state");
  assert_data_unreadable (PLAIN, "\xE1\x00\x80{}", 5, EVS_ERROR_FORMAT,
                          "the payload ends inside the time");
}

static void
test_topic_of_a_record (void)
{
  g_autoptr (Fixture) self = fixture_new (PLAIN);
  g_autofree char *long_topic = g_strnfill (EVS_TOPIC_MAX + 1, 't');
  EvsRecord record = fixture_record ("\xE1\x00\x00{}", 5);

  record.topic = fixture_span ("");
  fixture_assert_unreadable (self, &record, EVS_ERROR_FORMAT,
                             "a topic of 0 bytes, not of 1 to 1024");
  record.topic = fixture_span (long_topic);
  fixture_assert_unreadable (self, &record, EVS_ERROR_FORMAT,
                             "a topic of 1025 bytes, not of 1 to 1024");
  record.topic = fixture_span ("\xFF");
  fixture_assert_unreadable (self, &record, EVS_ERROR_FORMAT,
                             "a topic that is not UTF-8");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  g_test_add_func ("/mapper/sizes", test_sizes);
  g_test_add_func ("/mapper/any-bytes", test_any_bytes);
  g_test_add_func ("/mapper/tombstones", test_tombstones);
  g_test_add_func ("/mapper/tombstones-with-a-reason",
                   test_tombstones_with_a_reason);
  g_test_add_func ("/mapper/extremes", test_extremes);
  g_test_add_func ("/mapper/largest-state", test_largest_state);
  g_test_add_func ("/mapper/largest-state-compressed",
                   test_largest_state_compressed);
  g_test_add_func ("/mapper/map-appends", test_map_appends);
  g_test_add_func ("/mapper/map-refuses", test_map_refuses);
  g_test_add_func ("/mapper/max-state-size", test_max_state_size_is_configured);
  g_test_add_func ("/mapper/record-time-off", test_record_time_off);
  g_test_add_func ("/mapper/min-size", test_min_size);
  g_test_add_func ("/mapper/only-if-smaller", test_only_if_smaller);
  g_test_add_func ("/mapper/topic-that-does-not-shrink",
                   test_topic_that_does_not_shrink);
  g_test_add_func ("/mapper/large-states-are-tried",
                   test_large_states_are_always_tried);
  g_test_add_func ("/mapper/compressed-length", test_compressed_length);
  g_test_add_func ("/mapper/bomb", test_bomb);
  g_test_add_func ("/mapper/unknown-bytes", test_unknown_bytes);
  g_test_add_func ("/mapper/topic-of-a-record", test_topic_of_a_record);
  return g_test_run ();
}
