/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* log, stats, check, plugins and erase. */

#include "command.h"

#include <glib/gstdio.h>
#include <string.h>

#define THREE_LINES                                                            \
  LINE (ID_A, "0", "\"state\": {\"a\": 1}")                                    \
  LINE (ID_B, "0", "\"state\": {\"b\": 22}")                                   \
  LINE (ID_A, "1", "\"state\": {\"a\": \"secret info\"}")

static EvsTestFolder *
with_three_events (const char *options)
{
  EvsTestFolder *folder = initialised (options);

  write_file (folder, "in", THREE_LINES);
  run_ok (folder, "eventseal import in >summary");
  return folder;
}

/* ---------------------------------------------------------------------- log */

static void
test_log_shows_all_sequences_in_order (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) result = run (folder, "eventseal log");

  assert_ok (result);
  assert_out (result,
              "position  originator id *  version  topic * state\n"
              "       1  " ID_A "        0  T * {\"a\": 1}\n"
              "       2  " ID_B "        0  T * {\"b\": 22}\n"
              "       3  " ID_A "        1  T * {\"a\": \"secret info\"}\n");
}

static void
test_log_begins_and_ends_where_it_is_told (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) result =
      run (folder, "eventseal log --from 2 --limit 1 --json");

  assert_ok (result);
  g_assert_cmpstr (result->out, ==,
                   "{\"position\": 2, \"originator_id\": \"" ID_B
                   "\", \"originator_version\": 0, \"topic\": \"T\", "
                   "\"state\": {\"b\": 22}}\n");
}

static void
test_log_refuses_negative_numbers (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "eventseal log --from -1", 2,
             "log: --from and --limit want a number from 0");
}

/* -------------------------------------------------------------------- stats */

static void
test_stats_counts (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) result = NULL;

  run_ok (folder, "eventseal erase " ID_B " 0 >said");
  result = run (folder, "eventseal stats");

  assert_ok (result);
  assert_out (result, "events                                     3\n"
                      "  erased                                   1\n"
                      "sequences                                  2\n"
                      "bytes of state                            28\n"
                      "bytes of stored data *\n"
                      "  for each byte of state *\n"
                      "bytes on disk *\n"
                      "\n"
                      "by suite\n"
                      "  0x03 aes-cbc                             3\n"
                      "\n"
                      "by key id\n"
                      "  ????????                                 3\n"
                      "\n"
                      "by compressor\n"
                      "  0 none                                   3\n"
                      "\n"
                      "longest sequences\n"
                      "  " ID_A "     2\n"
                      "  " ID_B "     1\n");
}

static void
test_stats_of_an_empty_store (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");
  g_autoptr (Result) result = run (folder, "eventseal stats");

  assert_ok (result);
  assert_out (result, "events                                     0\n"
                      "sequences                                  0\n*");
  g_assert_null (strstr (result->out, "longest"));
}

static void
flip_last_byte (GByteArray *data)
{
  data->data[data->len - 1] ^= 1;
}

static void
test_stats_counts_what_cannot_be_read (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) result = NULL;

  replace_data (folder, ID_A, 1, flip_last_byte);
  result = run (folder, "eventseal stats");

  assert_ok (result);
  assert_out (result, "*\n  unreadable                               1\n*");
}

/* -------------------------------------------------------------------- check */

static void
test_check_says_what_was_found (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) result = run (folder, "eventseal check");

  assert_ok (result);
  assert_out (result, "config      *eventseal.conf\n"
                      "store       bdb *, /*/store-bdb.so\n"
                      "compressor  lz4 *, /*/compressor-lz4.so\n"
                      "cipher      aes-cbc *, /*/cipher-aes-cbc.so\n"
                      "key id      ????????\n"
                      "store id    *-*-*-*-*\n"
                      "format      1\n"
                      "events      3\n");
}

static void
test_check_of_a_plain_stack (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");
  g_autoptr (Result) result = run (folder, "eventseal check");

  assert_ok (result);
  assert_out (result, "*\ncompressor  none\ncipher      none\nkey id      "
                      "none\n*");
}

static void
test_check_stops_at_what_is_wrong (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autoptr (Result) result = NULL;
  g_autofree char *key = evs_test_folder_file (folder, "secret.key");

  g_assert_cmpint (g_chmod (key, 0444), ==, 0);
  result = run (folder, "eventseal check");

  assert_fails (result, 1, "*secret.key: *");
  assert_out (result, "config *\nstore *\ncompressor *\ncipher *\n");
}

/* ------------------------------------------------------------------ plugins */

static void
test_plugins_are_listed (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal plugins");

  assert_ok (result);
  assert_out (result, "kind        name              version  id    summary\n"
                      "cipher      aes-cbc           *  0x03  *\n"
                      "compressor  lz4               *  1     *\n"
                      "store       bdb               *  -     *\n"
                      "store       memory            *  -     *\n");
}

static void
test_a_plugin_is_shown_with_its_settings (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) cipher = run (folder, "eventseal plugins aes-cbc");
  g_autoptr (Result) store = run (folder, "eventseal plugins bdb");

  assert_ok (cipher);
  assert_out (cipher, "name        aes-cbc\n"
                      "kind        cipher\n*"
                      "\nid          0x03\n"
                      "sizes       key 32, nonce 16, tag 16 bytes\n"
                      "flags       confidential*\n"
                      "settings    none\n");
  assert_ok (store);
  assert_out (store, "*\nsettings\n"
                     "  directory        path     required *"
                     "\n  locks *");
}

static void
test_refused_files_are_listed_with_the_reason (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autofree char *broken =
      evs_test_folder_write (folder, "store-broken.so", "no plugin", 0644);
  g_autofree char *stray =
      evs_test_folder_write (folder, "other.so", "no plugin", 0644);
  g_autoptr (Result) result =
      run (folder, "EVENTSEAL_PLUGIN_PATH=$PWD eventseal plugins");
  g_autoptr (Result) json =
      run (folder, "EVENTSEAL_PLUGIN_PATH=$PWD eventseal plugins --json");

  assert_ok (result);
  assert_out (result, "Refused\n"
                      "  /*/other.so: not named cipher-NAME.so, "
                      "compressor-NAME.so or store-NAME.so\n"
                      "  /*/store-broken.so: *\n");
  assert_ok (json);
  assert_out (json, "[\n"
                    "  {\"file\": \"/*/other.so\", \"refused\": \"*\"},\n"
                    "  {\"file\": \"/*/store-broken.so\", \"refused\": "
                    "\"*\"}\n"
                    "]\n");
}

static void
test_plugins_as_json (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) result = run (folder, "eventseal plugins --json");
  g_autoptr (GError) error = NULL;

  assert_ok (result);
  evs_json_scan ((EvsSpan){ result->out, strlen (result->out) }, NULL, &error);
  g_assert_no_error (error);
  assert_out (result, "*\"kind\": \"cipher\", \"name\": \"aes-cbc\", *"
                      "\"id\": 3, \"key_size\": 32, \"nonce_size\": 16, "
                      "\"tag_size\": 16, \"flags\": [\"confidential\"*");
}

static void
test_plugins_exists_answers_by_its_status (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();
  g_autoptr (Result) there = run (folder, "eventseal plugins --exists lz4");

  assert_ok (there);
  g_assert_cmpstr (there->out, ==, "");
  run_fails (folder, "eventseal plugins --exists lz5", 1,
             "lz5: no such plugin on the path*");
}

/* -------------------------------------------------------------------- erase */

static void
test_erase_leaves_a_tombstone (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) erase = run (
      folder, "eventseal erase " ID_A " 1 --reason 'a \"request\"' </dev/null");
  g_autoptr (Result) lines = run (folder, "eventseal export");
  g_autoptr (Result) show = run (folder, "eventseal show " ID_A);
  g_autoptr (Result) verify = run (folder, "eventseal verify");

  assert_ok (erase);
  assert_ok (lines);
  assert_out (lines, "*{\"originator_id\": \"" ID_A
                     "\", \"originator_version\": 1, \"topic\": \"T\", "
                     "\"erased\": true, \"metadata\": {\"reason\": \"a "
                     "\\\"request\\\"\"}, \"recorded_at\": \"*\"}\n");
  assert_ok (show);
  assert_out (show, "*(erased)\n");
  assert_ok (verify);
  assert_out (verify, "*\n  erased                  1\n*");
}

static void
test_a_tombstone_is_sealed (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");
  g_autoptr (Result) raw = NULL;

  run_ok (folder, "eventseal erase " ID_A " 1 --reason private >said");
  raw = run (folder, "eventseal raw " ID_A " 1");

  assert_ok (raw);
  assert_out (raw, "*suite       03 aes-cbc\n*flags       c0 *erased*");
  g_assert_null (strstr (raw->out, "private"));
}

static void
test_what_cannot_be_erased (void)
{
  g_autoptr (EvsTestFolder) folder = with_three_events ("");

  run_fails (folder, "eventseal erase " ID_A " 2", 1,
             ID_A " version 2: no such event");
  run_ok (folder, "eventseal erase " ID_A " 1 >said");
  run_fails (folder, "eventseal erase " ID_A " 1", 1,
             ID_A " version 1: erased already");
  run_fails (folder, "eventseal erase " ID_A " x", 2,
             "x: wanted an originator version, a number from 0");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/log/order", test_log_shows_all_sequences_in_order);
  g_test_add_func ("/log/from-and-limit",
                   test_log_begins_and_ends_where_it_is_told);
  g_test_add_func ("/log/negative", test_log_refuses_negative_numbers);
  g_test_add_func ("/stats/counts", test_stats_counts);
  g_test_add_func ("/stats/empty", test_stats_of_an_empty_store);
  g_test_add_func ("/stats/unreadable", test_stats_counts_what_cannot_be_read);
  g_test_add_func ("/check/found", test_check_says_what_was_found);
  g_test_add_func ("/check/plain", test_check_of_a_plain_stack);
  g_test_add_func ("/check/wrong", test_check_stops_at_what_is_wrong);
  g_test_add_func ("/plugins/list", test_plugins_are_listed);
  g_test_add_func ("/plugins/one", test_a_plugin_is_shown_with_its_settings);
  g_test_add_func ("/plugins/refused",
                   test_refused_files_are_listed_with_the_reason);
  g_test_add_func ("/plugins/json", test_plugins_as_json);
  g_test_add_func ("/plugins/exists",
                   test_plugins_exists_answers_by_its_status);
  g_test_add_func ("/erase/tombstone", test_erase_leaves_a_tombstone);
  g_test_add_func ("/erase/sealed", test_a_tombstone_is_sealed);
  g_test_add_func ("/erase/refused", test_what_cannot_be_erased);
  return g_test_run ();
}
