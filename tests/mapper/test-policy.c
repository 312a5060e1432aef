/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is sealed, what is accepted, and with which plugins and keys. */

#include "fixture.h"

#include "evs-mapper-private.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLAIN ""
#define SEALED "cipher=aes-cbc\n"
#define SIGNED "cipher=test-sign\n[mapper]\nalways-encrypt=false\n" TOPICS
#define LZ4 "compressor=lz4\n"
#define SOME "[mapper]\nalways-encrypt=false\n"
#define TOPICS "encrypt-topics=Example.Created;Example.Secret\n"
#define ANY "[mapper]\nread=any\n"

static GBytes *
map_topic (Fixture *self, const char *topic)
{
  EvsEventView event = fixture_event (fixture_span ("{\"foo\":\"bar\"}"));
  EvsRecord record;

  event.topic = fixture_span (topic);
  record = fixture_map (self, &event);
  return g_bytes_new (record.data.data, record.data.size);
}

static guint8
suite_of (GBytes *data)
{
  return ((const guint8 *) g_bytes_get_data (data, NULL))[1];
}

static EvsRecord
record_of (GBytes *data, const char *topic)
{
  EvsRecord record =
      fixture_record (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  record.topic = fixture_span (topic);
  return record;
}

static void
assert_reads (Fixture *self, GBytes *data, const char *topic)
{
  g_autoptr (GError) error = NULL;
  EvsRecord record = record_of (data, topic);
  EvsEventView event;

  fixture_unmap (self, &record, &event, &error);
  g_assert_no_error (error);
  fixture_assert_span (event.state, "{\"foo\":\"bar\"}", 13);
}

static void
assert_does_not_read (const char *config, GBytes *data, EvsError code,
                      const char *message)
{
  g_autoptr (Fixture) self = fixture_new (config);
  EvsRecord record = record_of (data, FIXTURE_TOPIC);

  fixture_assert_unreadable (self, &record, code, message);
}

/* ---------------------------------------------------------- what is written */

static void
test_no_cipher_is_plain (void)
{
  g_autoptr (Fixture) self = fixture_new (PLAIN);
  g_autoptr (GBytes) data = map_topic (self, FIXTURE_TOPIC);

  g_assert_cmphex (suite_of (data), ==, 0);
  g_assert_cmphex (evs_mapper_get_key_id (self->mapper), ==, 0);
}

static void
test_cipher_seals_all (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED);
  g_autoptr (GBytes) data = map_topic (self, "Any.Topic");

  g_assert_cmphex (suite_of (data), ==, 0x03);
  g_assert_cmphex (evs_mapper_get_key_id (self->mapper), ==, FIXTURE_KEY_ID);
}

static void
test_encrypt_topics (void)
{
  static const char *const plain[] = { "Example.Changed", "Example.Create",
                                       "Example.Created2", "E" };
  g_autoptr (Fixture) self = fixture_new (SEALED SOME TOPICS);
  g_autoptr (GBytes) first = map_topic (self, "Example.Created");
  g_autoptr (GBytes) second = map_topic (self, "Example.Secret");

  g_assert_cmphex (suite_of (first), ==, 0x03);
  g_assert_cmphex (suite_of (second), ==, 0x03);
  assert_reads (self, first, "Example.Created");
  assert_reads (self, second, "Example.Secret");
  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      g_autoptr (GBytes) data = map_topic (self, plain[i]);

      g_assert_cmphex (suite_of (data), ==, 0);
      assert_reads (self, data, plain[i]);
    }
}

/* A tombstone is sealed as the event was: nobody can plant one. */
static void
test_tombstone_is_sealed (void)
{
  g_autoptr (Fixture) self = fixture_new (SEALED SOME TOPICS);
  EvsEventView event = fixture_event ((EvsSpan){ NULL, 0 });
  EvsRecord record;

  event.erased = TRUE;
  record = fixture_map (self, &event);
  g_assert_cmphex (((const guint8 *) record.data.data)[1], ==, 0x03);
}

/* --------------------------------------------------------- what is accepted */

static void
test_planted_plain_record (void)
{
  g_autoptr (Fixture) plain = fixture_new (PLAIN);
  g_autoptr (Fixture) some = fixture_new (SEALED SOME TOPICS);
  g_autoptr (GBytes) data = map_topic (plain, FIXTURE_TOPIC);

  assert_does_not_read (SEALED, data, EVS_ERROR_NOT_ENCRYPTED,
                        "not encrypted, and this configuration encrypts "
                        "events of its topic");
  assert_does_not_read (SEALED SOME TOPICS, data, EVS_ERROR_NOT_ENCRYPTED,
                        "not encrypted, and this configuration encrypts "
                        "events of its topic");
  assert_reads (some, data, "Example.Changed");
}

static void
test_read_any_warns_once (void)
{
  g_autoptr (Fixture) plain = fixture_new (PLAIN);
  g_autoptr (Fixture) any = fixture_new (SEALED ANY);
  g_autoptr (GBytes) data = map_topic (plain, FIXTURE_TOPIC);
  g_autoptr (GBytes) sealed = map_topic (any, FIXTURE_TOPIC);

  assert_reads (any, sealed, FIXTURE_TOPIC);
  g_test_expect_message ("eventseal", G_LOG_LEVEL_WARNING,
                         "read=any: records that are not encrypted *");
  assert_reads (any, data, FIXTURE_TOPIC);
  g_test_assert_expected_messages ();
  assert_reads (any, data, FIXTURE_TOPIC);
}

/* read=any is about plain records only. */
static void
test_read_any_checks_tags (void)
{
  g_autoptr (Fixture) any = fixture_new (SEALED ANY);
  g_autoptr (GBytes) data = map_topic (any, FIXTURE_TOPIC);
  EvsRecord record = record_of (data, "Another.Topic");

  fixture_assert_unreadable (any, &record, EVS_ERROR_AUTHENTICATION,
                             "not authentic: *");
}

/* A topic that is written plain today may have been sealed before. */
static void
test_sealed_record_of_a_plain_topic (void)
{
  g_autoptr (Fixture) all = fixture_new (SEALED);
  g_autoptr (Fixture) some = fixture_new (SEALED SOME TOPICS);
  g_autoptr (GBytes) data = map_topic (all, "Example.Changed");

  assert_reads (some, data, "Example.Changed");
}

static void
test_no_cipher_configured (void)
{
  g_autoptr (Fixture) sealed = fixture_new (SEALED);
  g_autoptr (GBytes) data = map_topic (sealed, FIXTURE_TOPIC);

  assert_does_not_read (PLAIN, data, EVS_ERROR_ENCRYPTED,
                        "encrypted with suite 0x03 (aes-cbc), key 517dfcb9, "
                        "no cipher configured");
  assert_does_not_read (PLAIN ANY, data, EVS_ERROR_ENCRYPTED,
                        "encrypted with suite 0x03 (aes-cbc), key 517dfcb9, "
                        "no cipher configured");
}

static Fixture *
fixture_with_key (const char *text, const char *label, guint8 step)
{
  g_autoptr (EvsConfig) config = fixture_config (text);
  g_autoptr (GBytes) key = fixture_key (step);
  g_autoptr (GError) error = NULL;

  evs_config_set_key (config, label, key, &error);
  g_assert_no_error (error);
  return fixture_new_for (config, &fixture_store_id);
}

static void
test_another_key (void)
{
  g_autoptr (Fixture) theirs = fixture_with_key (SEALED, NULL, 1);
  g_autoptr (GBytes) data = map_topic (theirs, FIXTURE_TOPIC);
  g_autofree char *message = g_strdup_printf (
      "encrypted with key %08x, the configured key is 517dfcb9",
      evs_mapper_get_key_id (theirs->mapper));

  g_assert_cmphex (evs_mapper_get_key_id (theirs->mapper), !=, FIXTURE_KEY_ID);
  assert_does_not_read (SEALED, data, EVS_ERROR_KEY, message);
  assert_reads (theirs, data, FIXTURE_TOPIC);
}

/* --------------------------------------------------------------- also-read= */

static void
test_compressor_that_is_not_named (void)
{
  static const guint8 zstd[] = { 0xE1, 0x00, 0x02, 'x' };
  static const guint8 private[] = { 0xE1, 0x00, 0x0F, 'x' };
  g_autoptr (GBytes) data = g_bytes_new_static (zstd, sizeof zstd);
  g_autoptr (GBytes) other = g_bytes_new_static (private, sizeof private);

  assert_does_not_read (LZ4, data, EVS_ERROR_PLUGIN,
                        "compressed with compressor 2 (zstd), which neither "
                        "compressor= nor also-read= names");
  assert_does_not_read (LZ4, other, EVS_ERROR_PLUGIN,
                        "compressed with compressor 15 (private), which "
                        "neither compressor= nor also-read= names");
}

static void
test_also_read_compressor (void)
{
  g_autofree char *text = g_strnfill (200, 's');
  g_autoptr (Fixture) with = fixture_new (LZ4);
  g_autoptr (Fixture) without = fixture_new (PLAIN);
  g_autoptr (Fixture) also = fixture_new ("also-read=lz4\n");
  g_autoptr (GError) error = NULL;
  EvsEventView event = fixture_event (fixture_span (text));
  EvsEventView again;
  EvsRecord record = fixture_map (with, &event);

  fixture_assert_unreadable (without, &record, EVS_ERROR_PLUGIN,
                             "compressed with compressor 1 (lz4), which "
                             "neither compressor= nor also-read= names");
  fixture_unmap (also, &record, &again, &error);
  g_assert_no_error (error);
  fixture_assert_span (again.state, text, 200);

  /* It only reads. */
  record = fixture_map (also, &event);
  g_assert_cmphex (((const guint8 *) record.data.data)[2], ==, 0);
}

static void
test_also_read_cipher (void)
{
  g_autoptr (Fixture) old = fixture_new (SEALED);
  g_autoptr (Fixture) plain =
      fixture_with_key ("also-read=aes-cbc\n[cipher aes-cbc]\n", "aes-cbc", 0);
  g_autoptr (GBytes) data = map_topic (old, FIXTURE_TOPIC);
  g_autoptr (GBytes) now = map_topic (plain, FIXTURE_TOPIC);

  assert_reads (plain, data, FIXTURE_TOPIC);
  g_assert_cmphex (suite_of (now), ==, 0);
  g_assert_cmphex (evs_mapper_get_key_id (plain->mapper), ==, 0);
}

/* Two ciphers with a key each: what is written goes by cipher=. */
static void
test_two_ciphers (void)
{
  g_autoptr (Fixture) old = fixture_new (SIGNED);
  g_autoptr (Fixture) both = fixture_with_key (
      SEALED "also-read=test-sign;lz4\n[cipher test-sign]\n", "test-sign", 0);
  g_autoptr (Fixture) wrong = fixture_with_key (
      SEALED "also-read=test-sign\n[cipher test-sign]\n", "test-sign", 1);
  g_autoptr (GBytes) data = map_topic (old, FIXTURE_TOPIC);
  g_autoptr (GBytes) now = map_topic (both, FIXTURE_TOPIC);
  EvsRecord record = record_of (data, FIXTURE_TOPIC);

  g_assert_cmphex (suite_of (data), ==, 0x81);
  g_assert_cmphex (suite_of (now), ==, 0x03);
  assert_reads (old, data, FIXTURE_TOPIC);
  assert_reads (both, data, FIXTURE_TOPIC);
  fixture_assert_unreadable (wrong, &record, EVS_ERROR_KEY,
                             "encrypted with key 517dfcb9, the configured key "
                             "is *");
  assert_does_not_read (SEALED, data, EVS_ERROR_PLUGIN,
                        "encrypted with suite 0x81 (private), key 517dfcb9, "
                        "which neither cipher= nor also-read= names");
}

/* Sizes of a private suite come from its plugin. */
static void
test_short_record_of_a_private_suite (void)
{
  g_autoptr (Fixture) self = fixture_new (SIGNED);
  g_autoptr (GBytes) data = map_topic (self, FIXTURE_TOPIC);

  for (gsize size = 7; size < 7 + 32; size++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (data, NULL), size);
      EvsRecord record = fixture_record (copy, size);

      fixture_assert_unreadable (self, &record, EVS_ERROR_FORMAT,
                                 "* bytes behind the header, fewer than the "
                                 "32 of suite 0x81");
    }
}

/* A record says no more of its compressor than this. */
static void
test_compressors_with_one_id (void)
{
  fixture_assert_refused (
      "compressor=test-copy\n", EVS_ERROR_PLUGIN,
      "test-copy: compressor 1 is lz4; a plugin of one's own takes one of 8 "
      "to 15");
  fixture_assert_refused ("compressor=lz4\nalso-read=test-copy\n",
                          EVS_ERROR_PLUGIN, "test-copy: compressor 1 is lz4*");
}

static void
test_also_read_refusals (void)
{
  fixture_assert_refused ("also-read=nothing\n", EVS_ERROR_PLUGIN,
                          "(data):4: [eventseal] also-read: no cipher and no "
                          "compressor nothing in *");
  fixture_assert_refused ("also-read=aes-cbc\n", EVS_ERROR_CONFIG,
                          "(data):4: [cipher aes-cbc] key-file: missing, and "
                          "no key was set from code");
}

/* -------------------------------------------------------------------- set-up
 */

static void
test_cipher_that_only_signs (void)
{
  fixture_assert_refused ("cipher=test-sign\n", EVS_ERROR_CONFIG,
                          "(data):*: [cipher test-sign]: test-sign signs and "
                          "does not encrypt, which always-encrypt=true asks "
                          "for");
}

static void
test_missing_plugins (void)
{
  fixture_assert_refused (
      "compressor=nothing\n", EVS_ERROR_PLUGIN,
      "(data):4: [eventseal] compressor: compressor-nothing.so: not "
      "found in *");
}

static void
test_no_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = evs_config_new_from_data (
      "[eventseal]\nformat=1\nstore=memory\ncipher=aes-cbc\n"
      "[cipher aes-cbc]\n",
      -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (evs_mapper_new_pipeline (config, &fixture_store_id, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "(data):5: [cipher aes-cbc] key-file: missing, and no key "
                    "was set from code");
}

static void
test_key_file (void)
{
  static const char text[] =
      "eventseal-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *path =
      evs_test_folder_write (folder, "secret.key", text, 0400);
  g_autoptr (GError) error = NULL;
  g_autoptr (EvsConfig) config = evs_config_new_from_data (
      "[eventseal]\nformat=1\nstore=memory\ncipher=aes-cbc\n"
      "[cipher aes-cbc]\nkey-file=secret.key\n",
      -1, folder->path, &error);
  g_autoptr (EvsMapper) mapper = NULL;

  g_assert_no_error (error);
  mapper = evs_mapper_new_pipeline (config, &fixture_store_id, &error);
  g_assert_no_error (error);
  g_assert_cmphex (evs_mapper_get_key_id (mapper), ==, FIXTURE_KEY_ID);

  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_null (evs_mapper_new_pipeline (config, &fixture_store_id, &error));
  evs_assert_error (error, EVS_ERROR_KEY, "*/secret.key: No such file *");
}

/* Found by trying 34099 of them: two keys with one fingerprint. */
static void
test_two_keys_with_one_id (void)
{
  g_autoptr (EvsConfig) config =
      fixture_config (SEALED "also-read=test-sign\n[cipher test-sign]\n");
  g_autoptr (GBytes) one = g_bytes_new_static ("eventseal 028282", 16);
  g_autoptr (GBytes) two = g_bytes_new_static ("eventseal 034099", 16);
  g_autoptr (GError) error = NULL;

  evs_config_set_key (config, "aes-cbc", one, &error);
  g_assert_no_error (error);
  evs_config_set_key (config, "test-sign", two, &error);
  g_assert_no_error (error);
  g_assert_null (evs_mapper_new_pipeline (config, &fixture_store_id, &error));
  evs_assert_error (error, EVS_ERROR_KEY,
                    "the keys of aes-cbc and test-sign differ and have one "
                    "id, 0ba72e4e; one of them must be made anew");
}

/* ---------------------------------------------------------------------- fork
 */

/* Runs @check in a child; its result is the child's. */
static void
assert_in_child (gboolean (*check) (gpointer), gpointer data)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    _exit (check (data) ? 0 : 1);
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static gboolean
begin_is_refused (gpointer mapper)
{
  g_autoptr (GError) error = NULL;
  gpointer worker;

  return !evs_mapper_begin (mapper, &worker, &error)
         && g_error_matches (error, EVS_ERROR, EVS_ERROR_FORKED);
}

static gboolean
mapper_is_refused (gpointer config)
{
  g_autoptr (GError) error = NULL;

  return evs_mapper_new_pipeline (config, &fixture_store_id, &error) == NULL
         && g_error_matches (error, EVS_ERROR, EVS_ERROR_FORKED);
}

/* The child's copy of each key is zeros. Nothing may be sealed with that. */
static void
test_child_gets_no_key (void)
{
  g_autoptr (EvsConfig) config = fixture_config (SEALED);
  g_autoptr (Fixture) self = fixture_new_for (config, &fixture_store_id);

  assert_in_child (begin_is_refused, self->mapper);
  assert_in_child (mapper_is_refused, config);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);

  g_test_add_func ("/policy/no-cipher-is-plain", test_no_cipher_is_plain);
  g_test_add_func ("/policy/cipher-seals-all", test_cipher_seals_all);
  g_test_add_func ("/policy/encrypt-topics", test_encrypt_topics);
  g_test_add_func ("/policy/tombstone-is-sealed", test_tombstone_is_sealed);
  g_test_add_func ("/policy/planted-plain-record", test_planted_plain_record);
  g_test_add_func ("/policy/read-any-warns-once", test_read_any_warns_once);
  g_test_add_func ("/policy/read-any-checks-tags", test_read_any_checks_tags);
  g_test_add_func ("/policy/sealed-record-of-a-plain-topic",
                   test_sealed_record_of_a_plain_topic);
  g_test_add_func ("/policy/no-cipher-configured", test_no_cipher_configured);
  g_test_add_func ("/policy/another-key", test_another_key);
  g_test_add_func ("/policy/compressor-not-named",
                   test_compressor_that_is_not_named);
  g_test_add_func ("/policy/also-read-compressor", test_also_read_compressor);
  g_test_add_func ("/policy/also-read-cipher", test_also_read_cipher);
  g_test_add_func ("/policy/two-ciphers", test_two_ciphers);
  g_test_add_func ("/policy/short-record-of-a-private-suite",
                   test_short_record_of_a_private_suite);
  g_test_add_func ("/policy/also-read-refusals", test_also_read_refusals);
  g_test_add_func ("/policy/compressors-with-one-id",
                   test_compressors_with_one_id);
  g_test_add_func ("/policy/cipher-that-only-signs",
                   test_cipher_that_only_signs);
  g_test_add_func ("/policy/missing-plugins", test_missing_plugins);
  g_test_add_func ("/policy/no-key", test_no_key);
  g_test_add_func ("/policy/key-file", test_key_file);
  g_test_add_func ("/policy/two-keys-with-one-id", test_two_keys_with_one_id);
  g_test_add_func ("/policy/child-gets-no-key", test_child_gets_no_key);
  return g_test_run ();
}
