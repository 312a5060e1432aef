/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records that were made once, by a script that shares no line with this
 * library. They must open for ever. */

#include "fixture.h"

#include "evs-cipher.h"
#include "evs-config-private.h"
#include "evs-envelope-private.h"
#include "evs-key.h"

#include <string.h>

#define PLAIN ""
#define SEALED "cipher=aes-cbc\n"
#define LZ4 "compressor=lz4\n"

#define STATE "{\"foo\":\"secret info\"}"
#define METADATA "{\"actor\":\"golden\"}"
#define RECORDED_AT G_GINT64_CONSTANT (1700000000123456)
#define NONCE "\xC0\xC1\xC2\xC3\xC4\xC5\xC6\xC7\xC8\xC9\xCA\xCB\xCC\xCD\xCE\xCF"

static GBytes *
load (const char *name)
{
  g_autofree char *file = g_strconcat ("tests/mapper/golden/", name, NULL);
  g_autofree char *path = evs_test_source_file (file);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (const char *next = text; *next != '\0'; next += *next == '\n' ? 1 : 2)
    if (*next != '\n')
      {
        guint8 byte = (guint8) (g_ascii_xdigit_value (next[0]) << 4
                                | g_ascii_xdigit_value (next[1]));

        g_byte_array_append (bytes, &byte, 1);
      }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Opens the golden record @name; the event points into @self and *@data. */
static EvsEventView
open_golden (Fixture *self, const char *name, GBytes **data)
{
  g_autoptr (GError) error = NULL;
  EvsRecord record;
  EvsEventView event;

  *data = load (name);
  record =
      fixture_record (g_bytes_get_data (*data, NULL), g_bytes_get_size (*data));
  fixture_unmap (self, &record, &event, &error);
  g_assert_no_error (error);
  g_assert_true (evs_id_equal (&event.id, &fixture_event_id));
  g_assert_cmpuint (event.version, ==, FIXTURE_VERSION);
  g_assert_cmpuint (event.position, ==, 1);
  fixture_assert_span (event.topic, FIXTURE_TOPIC, strlen (FIXTURE_TOPIC));
  return event;
}

static void
assert_golden_state (const char *config, const char *name)
{
  g_autoptr (Fixture) self = fixture_new (config);
  g_autoptr (GBytes) data = NULL;
  EvsEventView event = open_golden (self, name, &data);

  fixture_assert_span (event.state, STATE, strlen (STATE));
  fixture_assert_span (event.metadata, "", 0);
  g_assert_cmpint (event.recorded_at, ==, 0);
  g_assert_false (event.erased);
}

static void
test_state (void)
{
  assert_golden_state (PLAIN, "plain.hex");
  assert_golden_state (SEALED, "sealed.hex");
}

static void
assert_golden_metadata (const char *config, const char *name)
{
  g_autoptr (Fixture) self = fixture_new (config);
  g_autoptr (GBytes) data = NULL;
  EvsEventView event = open_golden (self, name, &data);

  fixture_assert_span (event.state, STATE, strlen (STATE));
  fixture_assert_span (event.metadata, METADATA, strlen (METADATA));
  g_assert_cmpint (event.recorded_at, ==, RECORDED_AT);
}

static void
test_metadata (void)
{
  assert_golden_metadata (PLAIN, "plain-metadata.hex");
  assert_golden_metadata (SEALED, "sealed-metadata.hex");
}

static void
assert_golden_lz4 (const char *config, const char *name)
{
  g_autoptr (Fixture) self = fixture_new (config);
  g_autoptr (GBytes) data = NULL;
  EvsEventView event = open_golden (self, name, &data);
  GString *wanted = g_string_new (NULL);

  for (guint i = 0; i < 40; i++)
    g_string_append (wanted, "abcdefgh");
  fixture_assert_span (event.state, wanted->str, wanted->len);
  g_string_free (wanted, TRUE);
}

static void
test_lz4 (void)
{
  assert_golden_lz4 (LZ4, "plain-lz4.hex");
  assert_golden_lz4 (SEALED LZ4, "sealed-lz4.hex");
}

static void
assert_golden_tombstone (const char *config, const char *name)
{
  g_autoptr (Fixture) self = fixture_new (config);
  g_autoptr (GBytes) data = NULL;
  EvsEventView event = open_golden (self, name, &data);

  g_assert_true (event.erased);
  g_assert_cmpuint (event.state.size, ==, 0);
  g_assert_cmpuint (event.metadata.size, ==, 0);
  g_assert_cmpint (event.recorded_at, ==, 0);
}

static void
test_tombstone (void)
{
  assert_golden_tombstone (PLAIN, "plain-tombstone.hex");
  assert_golden_tombstone (SEALED, "sealed-tombstone.hex");
}

/* ------------------------------------------------------------------- writing
 */

static void
assert_maps_to (const EvsEventView *event, const char *name)
{
  g_autoptr (Fixture) self = fixture_new (PLAIN);
  g_autoptr (GBytes) wanted = load (name);
  EvsRecord record = fixture_map (self, event);

  fixture_assert_span (record.data, g_bytes_get_data (wanted, NULL),
                       g_bytes_get_size (wanted));
}

static void
test_plain_records_are_written_so (void)
{
  EvsEventView event = fixture_event (fixture_span (STATE));
  EvsEventView tombstone = fixture_event ((EvsSpan){ NULL, 0 });

  assert_maps_to (&event, "plain.hex");
  event.recorded_at = RECORDED_AT;
  event.metadata = fixture_span (METADATA);
  assert_maps_to (&event, "plain-metadata.hex");
  tombstone.erased = TRUE;
  assert_maps_to (&tombstone, "plain-tombstone.hex");
}

/* A mapper never takes a nonce twice, so the parts are put together here. */
static void
assert_seals_to (guint8 flags, EvsSpan payload, const char *name)
{
  g_autoptr (EvsConfig) config = fixture_config (SEALED);
  const EvsConfigGroup *group =
      _evs_config_get_group (config, EVS_PLUGIN_CIPHER);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsHandle) handle = _evs_handle_new (config, group, &error);
  g_autoptr (EvsSecret) subkey = _evs_key_derive (
      group->key, &fixture_store_id, EVS_KEY_PURPOSE_SEAL, handle->plugin, "");
  g_autoptr (EvsCipher) cipher = _evs_cipher_new (handle, subkey, &error);
  g_autoptr (GBytes) wanted = load (name);
  guint8 data[256];
  gsize header = _evs_envelope_write (data, 0x03, 0, flags, FIXTURE_KEY_ID);
  guint8 *body = data + header + strlen (NONCE);
  EvsAssociatedData ad;
  gsize size;

  _evs_associated_data_event (&ad, data, &fixture_store_id, &fixture_event_id,
                              FIXTURE_VERSION, fixture_span (FIXTURE_TOPIC));
  memcpy (data + header, NONCE, strlen (NONCE));
  _evs_cipher_seal (cipher, data + header, _evs_associated_data_span (&ad),
                    payload, body, 128, &size, &error);
  g_assert_no_error (error);
  fixture_assert_span ((EvsSpan){ data, (gsize) (body - data) + size },
                       g_bytes_get_data (wanted, NULL),
                       g_bytes_get_size (wanted));
}

static void
test_sealed_records_are_written_so (void)
{
  assert_seals_to (0, fixture_span (STATE), "sealed.hex");
  assert_seals_to (EVS_ENVELOPE_TOMBSTONE, fixture_span (""),
                   "sealed-tombstone.hex");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  g_test_add_func ("/golden/state", test_state);
  g_test_add_func ("/golden/metadata", test_metadata);
  g_test_add_func ("/golden/lz4", test_lz4);
  g_test_add_func ("/golden/tombstone", test_tombstone);
  g_test_add_func ("/golden/plain-is-written-so",
                   test_plain_records_are_written_so);
  g_test_add_func ("/golden/sealed-is-written-so",
                   test_sealed_records_are_written_so);
  return g_test_run ();
}
