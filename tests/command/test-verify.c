/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "command.h"

#include <string.h>

/* ------------------------------------------------------------------- verify */

static const char six[] =
    LINE (ID_A, "0", "\"state\": 1") LINE (ID_B, "0", "\"state\": 2")
        LINE (ID_A, "1", "\"state\": 3") LINE (ID_A, "2", "\"state\": 4")
            LINE (ID_C, "0", "\"state\": 5") LINE (ID_B, "1", "\"state\": 6");

static void
flip_last_bit (GByteArray *data)
{
  data->data[data->len - 1] ^= 1;
}

static void
test_verify_counts (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("", six);
  g_autoptr (Result) result = run (folder, "eventseal verify");

  assert_ok (result);
  g_assert_cmpstr (result->out, ==,
                   "records                   6\n"
                   "  sealed                  6\n"
                   "  plain                   0\n"
                   "  erased                  0\n"
                   "sequences                 3\n"
                   "wrong                     0\n");
}

static void
test_warning_is_one_line (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("--plain", six);

  run_ok (folder, "eventseal init sealed >said\n"
                  "sed -i -e 's|^directory=.*|directory=../events|' "
                  "-e 's/^\\[mapper\\]/&\\nread=any/' sealed/eventseal.conf\n"
                  "eventseal -c sealed/eventseal.conf verify >said 2>warned\n"
                  "grep -qx 'eventseal: warning: read=any: .*' warned\n"
                  "test $(wc -l <warned) = 1");
}

static void
test_verify_of_nothing (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");
  g_autoptr (Result) result = run (folder, "eventseal verify");

  assert_ok (result);
  assert_out (result, "records                   0\n*wrong *0\n");
}

static void
test_verify_finds_damage (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("", six);
  g_autoptr (Result) result = NULL;

  replace_data (folder, ID_A, 1, flip_last_bit);
  replace_data (folder, ID_B, 1, spoil);
  result = run (folder, "eventseal verify");
  assert_fails (result, 1, "2 things wrong, listed on standard output");
  assert_out (result, "position 3 (" ID_A " version 1): *\n"
                      "position 6 (" ID_B " version 1): *\n"
                      "records                   6\n"
                      "  sealed                  5\n"
                      "  plain                   0\n"
                      "  erased                  0\n"
                      "  no envelope             1\n"
                      "*wrong                     2\n");
}

/* However many records one cause has, it has one line. */
static void
test_verify_gathers_by_cause (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("", six);
  g_autoptr (Result) result = NULL;

  replace_data (folder, ID_A, 1, flip_last_bit);
  replace_data (folder, ID_B, 0, flip_last_bit);
  replace_data (folder, ID_B, 1, flip_last_bit);
  replace_data (folder, ID_C, 0, spoil);
  result = run (folder, "eventseal verify");
  assert_fails (result, 1, "4 things wrong, *");
  assert_out (result, "*: 3 times, first position 2 (" ID_B
                      " version 0), last position 6 (" ID_B " version 1)\n"
                      "position 5 (" ID_C " version 0): *\n"
                      "records                   6\n"
                      "  sealed                  5\n"
                      "  plain                   0\n"
                      "  erased                  0\n"
                      "  no envelope             1\n"
                      "sequences                 3\n"
                      "wrong                     4\n");
}

/* Each byte that is no suite is a cause of its own. */
static guint8 next_suite;

static void
give_suite (GByteArray *data)
{
  data->data[1] = next_suite;
  next_suite += 2;
}

static void
test_verify_has_few_lines (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (EvsTestFolder) folder = NULL;
  g_autoptr (Result) result = NULL;

  for (guint i = 0; i < 14; i++)
    g_string_append_printf (lines,
                            "{\"originator_id\": \"" ID_A
                            "\", \"topic\": \"T\", \"state\": %u}\n",
                            i);
  folder = imported ("", lines->str);
  next_suite = 0x21;
  for (guint i = 0; i < 14; i++)
    replace_data (folder, ID_A, i, give_suite);
  result = run (folder, "eventseal verify | grep -v '^ '");
  assert_out (result, "*\nposition 10 (*: *\n"
                      "other causes: 4 times, first position 11 (*), last "
                      "position 14 (*)\nrecords *");
}

static void
test_others_stay_readable (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("", six);

  replace_data (folder, ID_A, 1, flip_last_bit);
  run_ok (folder, "eventseal export --originator " ID_B " >out\n"
                  "grep " ID_B " in | cmp - out");
  run_fails (folder, "eventseal show " ID_A " >out", 1, ID_A " version 1: *");
  run_fails (folder, "eventseal export >out", 1, ID_A " version 1: *");
  run_ok (folder, "head -n 2 in | cmp - out");
}

static void
test_verify_finds_a_planted_plain_record (void)
{
  static const guint8 data[] = { EVS_ENVELOPE_MAGIC, 0, 0, '1' };
  g_autoptr (EvsTestFolder) folder = imported ("", six);
  g_autoptr (Result) result = NULL;
  EvsRecord record = { .version = 3,
                       .topic = { "T", 1 },
                       .data = { data, sizeof data } };

  g_assert_true (evs_id_parse (ID_A, -1, &record.id, NULL));
  put_record (folder, &record);
  result = run (folder, "eventseal verify");
  assert_fails (result, 1, "1 thing wrong, *");
  assert_out (result, "position 7 (" ID_A " version 3): not encrypted*\n"
                      "records                   7\n"
                      "  sealed                  6\n"
                      "  plain                   1\n*");
}

static void
erase (GByteArray *data)
{
  data->data[2] = EVS_ENVELOPE_TOMBSTONE;
  g_byte_array_set_size (data, 3);
}

static void
test_erased_is_not_wrong (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("--plain", six);
  g_autoptr (Result) result = NULL;

  replace_data (folder, ID_C, 0, erase);
  result = run (folder, "eventseal verify");
  assert_ok (result);
  assert_out (result, "*  plain                   5\n"
                      "  erased                  1\n*");
  run_ok (folder, "eventseal show " ID_C " | grep -q '  (erased)$'");
}

#define ODD_B "42424242-4242-4242-4242-424242424242"

static void
test_verify_finds_gaps (void)
{
  g_autoptr (EvsTestFolder) folder = with_odd_store ();
  g_autofree char *line = knowing_odd_plugins ("eventseal verify");
  g_autoptr (Result) result = run (folder, "%s", line);

  assert_fails (result, 1, "4 things wrong, *");
  assert_out (result, "position 7: positions missing before it\n"
                      "the log: ends at position 7, wanted 8\n" ODD_B
                      " version 2: versions missing before it\n"
                      "the log: 6 records, 6 in sequences, and they "
                      "are not the same\n"
                      "records *");
}

static void
test_verify_with_another_key (void)
{
  g_autoptr (EvsTestFolder) folder = imported ("", six);

  run_fails (folder,
             "eventseal init other >out\n"
             "mv -f other/secret.key secret.key; eventseal verify",
             1, "*key*");
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/verify/counts", test_verify_counts);
  g_test_add_func ("/verify/of-nothing", test_verify_of_nothing);
  g_test_add_func ("/verify/finds-damage", test_verify_finds_damage);
  g_test_add_func ("/verify/gathers-by-cause", test_verify_gathers_by_cause);
  g_test_add_func ("/verify/has-few-lines", test_verify_has_few_lines);
  g_test_add_func ("/verify/others-stay-readable", test_others_stay_readable);
  g_test_add_func ("/verify/finds-a-planted-plain-record",
                   test_verify_finds_a_planted_plain_record);
  g_test_add_func ("/verify/erased-is-not-wrong", test_erased_is_not_wrong);
  g_test_add_func ("/verify/warning-is-one-line", test_warning_is_one_line);
  g_test_add_func ("/verify/finds-gaps", test_verify_finds_gaps);
  g_test_add_func ("/verify/with-another-key", test_verify_with_another_key);
  return g_test_run ();
}
