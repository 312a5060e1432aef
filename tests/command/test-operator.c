/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* log, stats, check and erase, and what is wrong with a stack. */

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
  return imported (options, THREE_LINES);
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

static void
test_check_makes_no_store (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autofree char *before = read_file (folder, "eventseal.conf");
  g_autofree char *after = NULL;
  g_autoptr (Result) result = run (folder, "eventseal check");

  assert_ok (result);
  assert_out (result, "*\nkey id      ????????\n"
                      "store id    none yet; the first command that opens the "
                      "store makes directory=events\n");
  g_assert_false (has_file (folder, "events"));
  after = read_file (folder, "eventseal.conf");
  g_assert_cmpstr (before, ==, after);
}

static void
test_check_of_a_store_that_must_be_there (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder,
             "sed -i '/^directory=/a create=false' eventseal.conf\n"
             "eventseal check >said",
             1, "*there is no store, and create=false");
  run_fails (folder,
             "sed -i '/^create=/d; s/^directory=.*/&\\ncraete=true/' "
             "eventseal.conf\n"
             "eventseal check >said",
             1, "*craete: unknown key; did you mean create?");
}

/* Also when there is no store that it could be tried with. */
static void
test_check_looks_at_every_setting (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder,
             "sed -i '/^.compressor lz4/a acceleration=0' eventseal.conf\n"
             "eventseal check >said",
             1,
             "eventseal.conf:*: [compressor lz4] acceleration: out of "
             "range, wanted 1 to 65537");
}

/* -------------------------------------------------------- errors of a stack */

static const struct
{
  const char *change; /* a line of shell */
  const char *message;
} wrong_stacks[] = {
  { "sed -i 's/^store=.*/store=bbd/' eventseal.conf",
    "eventseal.conf:*: [eventseal] store: no group [store LABEL] has this "
    "label; did you mean bdb?" },
  { "rm -f secret.key",
    "eventseal.conf:*: [cipher aes-cbc] key-file: /*/secret.key: No such "
    "file or directory; *" },
  { "chmod 0444 secret.key",
    "eventseal.conf:*: [cipher aes-cbc] key-file: /*/secret.key: mode 0444 "
    "is open to others, wanted is 0400 or 0600" },
  { "rm -f secret.key; umask 077; echo x >secret.key",
    "eventseal.conf:*: [cipher aes-cbc] key-file: /*/secret.key: *" },
  { "sed -i 's/^cipher=.*/cipher=aes-cbx/; s/^.cipher .*/[cipher aes-cbx]/' "
    "eventseal.conf",
    "eventseal.conf:*: [eventseal] cipher: cipher-aes-cbx.so: not found in "
    "/*; did you mean aes-cbc?" },
  { "sed -i '/^.cipher /a plugin=aes-xyz' eventseal.conf",
    "eventseal.conf:*: [cipher aes-cbc] plugin: cipher-aes-xyz.so: not "
    "found in /*" },
  { "sed -i '/^cipher=/a also-read=lz5' eventseal.conf",
    "eventseal.conf:*: [eventseal] also-read: no cipher and no compressor "
    "lz5 in /*; did you mean lz4?" },
  { "mkdir -m 700 p; cp \"$EVENTSEAL_PLUGIN_PATH\"/*.so p; "
    "EVENTSEAL_PLUGIN_PATH=$PWD/./p//; echo x >p/compressor-zz.so; "
    "sed -i '/^cipher=/a also-read=zz' eventseal.conf",
    "eventseal.conf:*: [eventseal] also-read: /*/p/compressor-zz.so: too "
    "short, wanted a shared object" },
};

/* In the same words from every command. */
static void
test_the_line_of_the_configuration_leads (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_stacks); i++)
    {
      g_autoptr (EvsTestFolder) folder = initialised ("");
      g_autoptr (Result) result =
          run (folder,
               "%s\n{ eventseal check 2>&1 >said; eventseal stats 2>&1; } |\n"
               "  uniq >&2; exit 1",
               wrong_stacks[i].change);

      assert_fails (result, 1, wrong_stacks[i].message);
      g_assert_null (strstr (result->err, "/./"));
      g_assert_null (strstr (result->err, "//"));
    }
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
  g_test_add_func ("/check/makes-no-store", test_check_makes_no_store);
  g_test_add_func ("/check/no-store-and-create-false",
                   test_check_of_a_store_that_must_be_there);
  g_test_add_func ("/check/every-setting", test_check_looks_at_every_setting);
  g_test_add_func ("/stack/line-leads",
                   test_the_line_of_the_configuration_leads);
  g_test_add_func ("/erase/tombstone", test_erase_leaves_a_tombstone);
  g_test_add_func ("/erase/sealed", test_a_tombstone_is_sealed);
  g_test_add_func ("/erase/refused", test_what_cannot_be_erased);
  return g_test_run ();
}
