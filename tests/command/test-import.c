/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* import, and export as its inverse. */

#include "command.h"

#include <string.h>

#define TOPIC "\"topic\": \"T\""

/* Events that come back byte for byte. */
static const struct
{
  const char *id;
  const char *version;
  const char *topic;
  const char *rest;
} events[] = {
  { ID_A, "0", "T", "\"state\": 0.1" },
  { ID_B, "0", "T", "\"state\": 1e2" },
  { ID_A, "1", "T", "\"state\": [-0, 1E+400, 123456789012345678901]" },
  { ID_A, "2", "T", "\"state\": {\"a\": 1, \"a\": 1.0, \"\": \"\\u0000\"}" },
  { ID_B, "1", "T", "\"state\": \"\\ud800 \\/ \\u0041 \x7f\"" },
  { ID_B, "2", "T",
    "\"state\": {\"\xC3\xBC\": \"\xE2\x82\xAC \xF0\x9F\x98\x80\"}" },
  { ID_C, "0", "T", "\"state\": [ 1,\t{ } ]" },
  { ID_C, "1", "T", "\"state\": null" },
  { ID_C, "2", "T", "\"state\": \"\"" },
  { ID_C, "3", "T", "\"state_base64\": \"\"" },
  { ID_C, "4", "T", "\"state_base64\": \"AP8K\"" },
  { ID_C, "5", "T", "\"state_base64\": \"WzEsCjJd\"" }, /* [1,\n2] */
  { ID_D, "0", "T", "\"state_base64\": \"WzEsDTJd\"" }, /* [1,\r2] */
  { ID_C, "6", "T", "\"state_base64\": \"IDEg\"" },     /* " 1 " */
  { ID_C, "7", "T", "\"state\": {}, \"metadata\": {\"by\": 1.50, \"by\": 2}" },
  { ID_C, "8", "T", "\"state\": {}, \"metadata\": null" },
  { ID_C, "9", "T", "\"state\": {}, \"metadata_base64\": \"AAE=\"" },
  { ID_C, "10", "T",
    "\"state\": {}, \"recorded_at\": \"2008-10-28T20:04:09.000001Z\"" },
  { ID_C, "11", "T",
    "\"state\": {}, \"metadata\": [ ], \"recorded_at\": "
    "\"9999-12-31T23:59:59.999999Z\"" },
  { ID_C, "12", "\\\"\\\\ \xC3\xA4\\n", "\"state\": 1" },
};

static void
write_events (const EvsTestFolder *folder)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    g_string_append_printf (
        text,
        "{\"originator_id\": \"%s\", "
        "\"originator_version\": %s, \"topic\": \"%s\", %s}\n",
        events[i].id, events[i].version, events[i].topic, events[i].rest);
  write_file (folder, "in", text->str);
}

/* --------------------------------------------------------------- round trip */

static void
check_round_trip (const char *options)
{
  g_autoptr (EvsTestFolder) folder = initialised (options);

  write_events (folder);
  run_ok (folder, "eventseal import in >summary\n"
                  "eventseal export >out; cmp in out");
  run_ok (folder, "eventseal export --originator " ID_C " >out\n"
                  "grep " ID_C " in | cmp - out");
  run_ok (folder, "eventseal verify >out; grep -q 'records .* 20$' out");
}

/* "plain.conf" is the configuration without its cipher. */
static void
test_plain_events_among_sealed_ones_must_be_meant (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("", "{\"originator_id\": \"" ID_A "\", " TOPIC ", "
                    "\"state\": 1}\n");
  g_autoptr (Result) result = NULL;

  write_file (folder, "more",
              "{\"originator_id\": \"" ID_B "\", " TOPIC ", \"state\": 2}\n");
  run_ok (folder, "sed '/^cipher=/d; /^key-file=/d; /^.cipher /d' "
                  "eventseal.conf >plain.conf");
  run_fails (folder, "eventseal -c plain.conf import more", 1,
             "the store has key ???????? and the configuration no cipher: "
             "these events would be stored plain; --plain stores them");
  result = run (folder, "eventseal -c plain.conf check");
  assert_ok (result);
  assert_out (result, "*\nstore key   ????????: without a cipher, events would "
                      "be appended plain\nevents      1\n");

  run_ok (folder, "eventseal -c plain.conf import --plain more >summary");
  run_fails (folder, "eventseal import --plain more", 2,
             "--plain: the configuration has a cipher, which would seal these "
             "events*");
}

static void
test_comes_back_byte_for_byte_sealed (void)
{
  check_round_trip ("");
}

static void
test_comes_back_byte_for_byte_plain (void)
{
  check_round_trip ("--plain");
}

static void
test_any_batch_gives_the_same (void)
{
  static const int batches[] = { 1, 2, 7, 19, 20, 21, 10000 };
  g_autoptr (EvsTestFolder) folder = initialised ("");

  write_events (folder);
  for (gsize i = 0; i < G_N_ELEMENTS (batches); i++)
    {
      g_autoptr (Result) result =
          run (folder,
               "rm -rf events; eventseal import --batch %d in >summary\n"
               "eventseal export | cmp - in",
               batches[i]);

      assert_ok (result);
    }
}

static void
test_reads_standard_input (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  write_events (folder);
  run_ok (folder, "head -n 5 in | eventseal import >summary\n"
                  "tail -n +6 in | eventseal import - >summary\n"
                  "eventseal export | cmp - in");
}

/* A carriage return at the end, members in another order, no version, no end
 * of the last line. */
static void
test_reads_what_others_write (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autofree char *out = NULL;

  write_file (folder, "in",
              "{\"state\":1," TOPIC ",\"originator_id\":\"" ID_A "\"}\r\n"
              " {\"\\u0074opic\":\"T\",\"originator_id\":\"" ID_B "\","
              "\"state\": {\"a\":[]} } \n"
              "{\"recorded_at\":\"2024-02-29T00:00:00Z\",\"state_base64\":"
              "\"WzFd\"," TOPIC ",\"originator_id\":"
              "\"0E9F2F0C-6A54-4D5C-9D13-5F0A4F6B7C01\"}");
  run_ok (folder, "eventseal import in >summary; eventseal export >out");
  out = read_file (folder, "out");
  g_assert_cmpstr (
      out, ==,
      LINE (ID_A, "0", "\"state\": 1") LINE (ID_B, "0", "\"state\": {\"a\":[]}")
          LINE (ID_A, "1",
                "\"state\": [1], "
                "\"recorded_at\": \"2024-02-29T00:00:00.000000Z\""));
}

static void
test_summary_counts (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autoptr (Result) first = NULL;
  g_autoptr (Result) again = NULL;

  write_file (folder, "in",
              LINE (ID_A, "0", "\"state\": 123")
                  LINE (ID_B, "0", "\"state_base64\": \"AAAA\""));
  first = run (folder, "eventseal import in");
  assert_ok (first);
  assert_out (first, "events                       2\n"
                     "new sequences                2\n"
                     "bytes of state               6\n"
                     "seconds *\n"
                     "events/second *\n");
  write_file (folder, "in", LINE (ID_A, "1", "\"state\": 1"));
  again = run (folder, "eventseal import in");
  assert_out (again, "events                       1\n"
                     "new sequences                0\n*");
}

static void
test_nothing_is_imported (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_ok (folder, "eventseal import </dev/null | grep -q '^events .* 0$'");
  run_ok (folder, "test -z \"$(eventseal export)\"");
}

/* ----------------------------------------------------------------- bad lines
 */

#define ID_MEMBER "\"originator_id\": \"" ID_A "\""
#define GOOD ID_MEMBER ", " TOPIC ", \"state\": {}"

static const struct
{
  const char *line;
  const char *reason;
} bad[] = {
  { "", "byte 1: the text ends, wanted a value" },
  { "{" GOOD, "byte *: the text ends, wanted ',' or '}'" },
  { "{" GOOD "} {}", "byte *: wanted nothing more after the value" },
  { "\xEF\xBB\xBF{" GOOD "}", "byte 1: a byte order mark, *" },
  { "{" ID_MEMBER ", " TOPIC ", \"state\": \"\xFF\"}", "byte *: not UTF-8" },
  { "[]", "wanted an object" },
  { "null", "wanted an object" },
  { "{}", "no originator_id" },
  { "{" ID_MEMBER ", \"state\": 1}", "no topic" },
  { "{" TOPIC ", \"state\": 1}", "no originator_id" },
  { "{" ID_MEMBER ", " TOPIC "}", "no state" },
  { "{" GOOD ", \"state_base64\": \"\"}", "both state and state_base64" },
  { "{" GOOD ", \"metadata\": 1, \"metadata_base64\": \"AA==\"}",
    "both metadata and metadata_base64" },
  { "{" GOOD ", \"State\": 1}", "unknown member \"State\"" },
  { "{" GOOD ", \"state\\u0000\": 1}", "unknown member \"state\\u0000\"" },
  { "{" GOOD ", \"\\ud800\": 1}", "unknown member \"\\ud800\"" },
  { "{" GOOD ", \"\xC2\x9B"
    "2J\": 1}",
    "unknown member \"\\u009b2J\"" },
  { "{" GOOD ", " TOPIC "}", "topic: stands there twice" },
  { "{" GOOD ", \"\\u0074opic\": \"U\"}", "topic: stands there twice" },
  { "{" GOOD ", \"state\": {}}", "state: stands there twice" },
  { "{\"originator_id\": 1, " TOPIC ", \"state\": 1}",
    "originator_id: wanted a string" },
  { "{\"originator_id\": \"x\", " TOPIC ", \"state\": 1}",
    "originator_id: \"x\": not a UUID, *" },
  { "{\"originator_id\": \"" ID_A "0\", " TOPIC ", \"state\": 1}",
    "originator_id: *: not a UUID, *" },
  { "{" ID_MEMBER ", \"topic\": null, \"state\": 1}",
    "topic: wanted a string" },
  { "{" ID_MEMBER ", \"topic\": \"\", \"state\": 1}",
    "topic: wanted 1 to 1024 bytes, none of them zero" },
  { "{" ID_MEMBER ", \"topic\": \"a\\u0000b\", \"state\": 1}",
    "topic: wanted 1 to 1024 bytes, none of them zero" },
  { "{" ID_MEMBER ", \"topic\": \"\\udfff\", \"state\": 1}",
    "topic: a lone surrogate has no UTF-8" },
  { "{" GOOD ", \"originator_version\": -1}",
    "originator_version: wanted a whole number *" },
  { "{" GOOD ", \"originator_version\": 0.0}",
    "originator_version: wanted a whole number *" },
  { "{" GOOD ", \"originator_version\": 0e0}",
    "originator_version: wanted a whole number *" },
  { "{" GOOD ", \"originator_version\": \"0\"}",
    "originator_version: wanted a whole number *" },
  { "{" GOOD ", \"originator_version\": 9223372036854775808}",
    "originator_version: wanted a whole number *" },
  { "{" GOOD ", \"originator_version\": 9223372036854775807}",
    "originator_version: 9223372036854775807 would leave a gap, the next of "
    "*c01 is 2" },
  { "{" GOOD ", \"originator_version\": 3}",
    "originator_version: 3 would leave a gap, the next of *c01 is 2" },
  { "{" GOOD ", \"originator_version\": 1}",
    "originator_version: 1 is taken, the next of *c01 is 2" },
  { "{" GOOD ", \"originator_version\": 0}",
    "originator_version: 0 is taken, the next of *c01 is 2" },
  { "{" ID_MEMBER ", " TOPIC ", \"state_base64\": 1}",
    "state_base64: wanted a string" },
  { "{" ID_MEMBER ", " TOPIC ", \"state_base64\": \"AA\"}",
    "state_base64: wanted base64 *" },
  { "{" ID_MEMBER ", " TOPIC ", \"state_base64\": \"AB==\"}",
    "state_base64: wanted base64 *" },
  { "{" ID_MEMBER ", " TOPIC ", \"state_base64\": \"AA ==\"}",
    "state_base64: wanted base64 *" },
  { "{" ID_MEMBER ", " TOPIC ", \"state_base64\": \"AA-_\"}",
    "state_base64: wanted base64 *" },
  { "{" ID_MEMBER ", " TOPIC ", \"state_base64\": \"AAAA\\u0000\"}",
    "state_base64: wanted base64 *" },
  { "{" GOOD ", \"recorded_at\": 1}", "recorded_at: wanted a string" },
  { "{" ID_MEMBER ", " TOPIC ", \"erased\": true}",
    "erased: the state of this event is gone, so that it cannot be "
    "imported" },
};

static const char good[] =
    LINE (ID_A, "0", "\"state\": 1") LINE (ID_B, "0", "\"state\": 2");

/* A good line stands before the bad one: it is of the same batch, and not
 * stored either. */
static void
test_bad_line_is_refused_with_its_batch (void)
{
  static const char unlucky[] = LINE (ID_A, "1", "\"state\": 3");
  g_autoptr (EvsTestFolder) folder = initialised ("");

  write_file (folder, "good", good);
  run_ok (folder, "eventseal import good >summary");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *in = g_strconcat (unlucky, bad[i].line, "\n", NULL);
      g_autofree char *message =
          g_strconcat ("in:2: ", bad[i].reason, "; nothing is stored", NULL);

      g_test_message ("%s", bad[i].reason);
      write_file (folder, "in", in);
      run_fails (folder, "eventseal import in", 1, message);
    }
  run_ok (folder, "eventseal export | cmp - good");
}

static void
test_batches_before_the_bad_line_stay (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autofree char *in =
      g_strconcat (good, LINE (ID_A, "1", "\"state\": 3"), "{}\n", NULL);

  write_file (folder, "good", good);
  write_file (folder, "in", in);
  run_fails (folder, "eventseal import --batch 2 in", 1,
             "in:4: no originator_id; stored up to line 2");
  run_ok (folder, "eventseal export | cmp - good");
}

static void
test_batch_that_the_store_refuses (void)
{
  g_autoptr (EvsTestFolder) folder = with_odd_store ();
  g_autofree char *line = knowing_odd_plugins ("eventseal import --batch 2 in");

  write_file (folder, "in",
              "{" GOOD "}\n{" GOOD "}\n{" GOOD "}\n"
              "{" ID_MEMBER ", \"topic\": \"Full\", \"state\": {}}\n");
  run_fails (folder, line, 1,
             "in:3-4: odd: no space left; stored up to line 2");
}

static void
test_no_time_but_a_real_one (void)
{
  static const char *const times[] = { "",
                                       "2008-10-28",
                                       "2008-10-28T20:04:09",
                                       "2008-10-28T20:04:09+00:00",
                                       "2008-10-28 20:04:09Z",
                                       "2008-10-28T20:04:09.Z",
                                       "2008-10-28T20:04:09.0000001Z",
                                       "2008-10-28T20:04:09.000000Zx",
                                       "2008-10-28T20:04:09z",
                                       "2008-10-28T20:04Z",
                                       "2008-13-01T00:00:00Z",
                                       "2008-00-01T00:00:00Z",
                                       "2007-02-29T00:00:00Z",
                                       "2008-10-28T24:00:00Z",
                                       "2008-10-28T23:60:00Z",
                                       "2008-12-31T23:59:60Z",
                                       "1969-12-31T23:59:59Z",
                                       "1970-01-01T00:00:00Z",
                                       "-008-10-28T20:04:09Z",
                                       "10000-01-01T00:00:00Z",
                                       "2008-10-28T20:04:09Z\\u0000",
                                       " 2008-10-28T20:04:09Z" };
  g_autoptr (EvsTestFolder) folder = initialised ("");

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *in =
          g_strdup_printf ("{" GOOD ", \"recorded_at\": \"%s\"}\n", times[i]);

      g_test_message ("%s", times[i]);
      write_file (folder, "in", in);
      run_fails (folder, "eventseal import in", 1,
                 "in:1: recorded_at: wanted a time in UTC after 1970 *; "
                 "nothing is stored");
    }
}

static void
test_standard_input_has_line_numbers_too (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "printf '\\n' | eventseal import", 1,
             "(standard input):1: byte 1: *; nothing is stored");
}

static void
test_input_that_cannot_be_read (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "eventseal import none", 1,
             "none: No such file or directory");
  g_assert_false (has_file (folder, "events"));
  run_fails (folder, "eventseal import .", 1, ".: Is a directory");
  g_assert_false (has_file (folder, "events"));
}

/* -------------------------------------------------------------------- sizes */

static void
write_large (const EvsTestFolder *folder, gsize size)
{
  g_autoptr (GString) text = g_string_new (
      "{" ID_MEMBER ", \"originator_version\": 0, " TOPIC ", \"state\": \"");
  gsize start = text->len + size - 1;

  while (text->len + 6 < start)
    g_string_append (text, "\\u0041");
  while (text->len < start - 1)
    g_string_append_c (text, '.');
  g_string_append (text, "\"}\n");
  write_file (folder, "in", text->str);
}

static void
test_largest_state (void)
{
  const gsize limit = 16 * 1024 * 1024;
  g_autoptr (EvsTestFolder) folder = initialised ("");

  write_large (folder, limit);
  run_ok (folder, "eventseal import in | grep -q 'of state .* 16,777,216$'\n"
                  "eventseal export | cmp - in; rm -rf events");
  write_large (folder, limit + 1);
  run_fails (folder, "eventseal import in", 1,
             "in:1: *16777217*16777216*; nothing is stored");
}

static void
test_states_may_be_limited (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_ok (folder, "sed -i 's/#max-state-size=.*/max-state-size=3/' "
                  "eventseal.conf");
  write_file (folder, "in",
              LINE (ID_A, "0", "\"state\": 123")
                  LINE (ID_A, "1", "\"state\": 1234"));
  run_fails (folder, "eventseal import in", 1, "in:2: *; nothing is stored");
  run_fails (folder, "eventseal import --batch 1 in", 1,
             "in:2: *; stored up to line 1");
}

static void
test_longest_metadata (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autofree char *fill = g_strnfill (EVS_METADATA_MAX - 2, 'm');
  g_autofree char *fits = g_strdup_printf (
      LINE (ID_A, "0", "\"state\": 1, \"metadata\": \"%s\""), fill);
  g_autofree char *over = g_strdup_printf (
      LINE (ID_A, "1", "\"state\": 1, \"metadata\": \"%sm\""), fill);

  write_file (folder, "in", fits);
  run_ok (folder, "eventseal import in >summary; eventseal export | cmp - in");
  write_file (folder, "in", over);
  run_fails (folder, "eventseal import in", 1, "in:1: *; nothing is stored");
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/import/comes-back-byte-for-byte-sealed",
                   test_comes_back_byte_for_byte_sealed);
  g_test_add_func ("/import/plain-events-among-sealed-ones-must-be-meant",
                   test_plain_events_among_sealed_ones_must_be_meant);
  g_test_add_func ("/import/comes-back-byte-for-byte-plain",
                   test_comes_back_byte_for_byte_plain);
  g_test_add_func ("/import/any-batch-gives-the-same",
                   test_any_batch_gives_the_same);
  g_test_add_func ("/import/reads-standard-input", test_reads_standard_input);
  g_test_add_func ("/import/reads-what-others-write",
                   test_reads_what_others_write);
  g_test_add_func ("/import/summary-counts", test_summary_counts);
  g_test_add_func ("/import/nothing-is-imported", test_nothing_is_imported);
  g_test_add_func ("/import/bad-line-is-refused-with-its-batch",
                   test_bad_line_is_refused_with_its_batch);
  g_test_add_func ("/import/batches-before-the-bad-line-stay",
                   test_batches_before_the_bad_line_stay);
  g_test_add_func ("/import/batch-that-the-store-refuses",
                   test_batch_that_the_store_refuses);
  g_test_add_func ("/import/no-time-but-a-real-one",
                   test_no_time_but_a_real_one);
  g_test_add_func ("/import/standard-input-has-line-numbers-too",
                   test_standard_input_has_line_numbers_too);
  g_test_add_func ("/import/input-that-cannot-be-read",
                   test_input_that_cannot_be_read);
  g_test_add_func ("/import/largest-state", test_largest_state);
  g_test_add_func ("/import/states-may-be-limited", test_states_may_be_limited);
  g_test_add_func ("/import/longest-metadata", test_longest_metadata);
  return g_test_run ();
}
