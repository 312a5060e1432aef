/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench: what it says, and that it leaves everything as it was. How fast it
 * was is nobody's business here. */

#include "command.h"

#include <string.h>

/* What is in the folder, and what it holds, but for the test's own. */
#define STATE                                                                  \
  "find . ! -name 'state-*' ! -name out \\( -type d -print "                   \
  "-o -exec cksum {} \\; \\) | sort"

/* Each is once at the beginning of a line. */
static const char *const lines[] = {
  "store           bdb, durability none",
  "compressor      lz4",
  "cipher          aes-cbc",
  "input           generated",
  "events          300 of ",
  "rounds          ",
  "disk flush      ",
  "append, 100 a commit ",
  "append, 1 a commit ",
  "replay, 20 of a sequence ",
  "scan of the log ",
  "plain: the same stack without cipher and compressor",
  "  map ",
  "  compress ",
  "  seal ",
  "  store ",
};

/* So that nobody waits for the disk. */
static EvsTestFolder *
hurried (const char *options)
{
  EvsTestFolder *folder = initialised (options);

  run_ok (folder, "sed -i 's/^#durability=.*/durability=none/' eventseal.conf");
  return folder;
}

static void
test_every_line_is_there (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");
  g_autoptr (Result) result = run (folder, "eventseal bench --events 300");
  g_autofree char *out = NULL;

  assert_ok (result);
  out = g_strconcat ("\n", result->out, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = g_strconcat ("\n", lines[i], NULL);
      const char *found = strstr (out, line);

      if (found == NULL || strstr (found + 1, line) != NULL)
        g_error ("\"%s\" is not there once: %s", lines[i], result->out);
    }
}

static void
test_lines_fit_80_columns (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  run_ok (folder,
          "eventseal bench --events 300 >out && ! grep '.\\{81\\}' out");
  run_ok (folder, "eventseal bench --help >out && ! grep '.\\{81\\}' out");
}

static void
test_a_plain_stack_has_two_steps (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("--plain");
  g_autoptr (Result) result = run (folder, "eventseal bench --events 100");

  assert_ok (result);
  assert_out (result, "*\ncompressor      none\ncipher          none\n*");
  assert_out (result, "*\n  map  *\n  compress  * none\n  seal  * none\n*");
}

static void
test_json_is_one_line_of_json (void)
{
  static const char *const members[] = {
    "store",     "cipher", "events",       "append_100",  "append_1",
    "replay_20", "scan",   "microseconds", "state_bytes", "rounds"
  };
  g_autoptr (EvsTestFolder) folder = hurried ("");
  g_autoptr (Result) result =
      run (folder, "eventseal bench --events 100 --json");
  EvsJsonValue value;

  assert_ok (result);
  g_assert_true (g_str_has_suffix (result->out, "}}\n")
                 || g_str_has_suffix (result->out, "}\n"));
  g_assert_true (strchr (result->out, '\n')
                 == result->out + strlen (result->out) - 1);
  g_assert_true (evs_json_scan ((EvsSpan){ result->out, strlen (result->out) },
                                &value, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *member = g_strdup_printf ("*\"%s\": *", members[i]);

      assert_out (result, member);
    }
}

static void
test_input_of_a_file (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");
  g_autoptr (Result) result = NULL;

  write_file (folder, "in",
              LINE (ID_A, "7", "\"state\": {\"a\": 1}") /* 8 bytes */
              LINE (ID_B, "0", "\"state\": {\"b\": 2}")
                  LINE (ID_A, "8", "\"state\": {\"c\": 3}"));
  result = run (folder, "eventseal bench --input in");
  assert_ok (result);
  assert_out (result, "*\ninput           in\n"
                      "events          3 of 8 bytes in 2 sequences; 3 for*");
  run_ok (folder, "eventseal bench -i - -n 2 <in >out && "
                  "grep -q '^events  *2 of 8 bytes in 2 sequences' out");
}

static void
test_bad_input_is_refused (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  write_file (folder, "in", LINE (ID_A, "0", "\"state\": 1") "{\"x\": 1}\n");
  write_file (folder, "empty", "");
  run_fails (folder, "eventseal bench -i in", 1, "in:2: *");
  run_fails (folder, "eventseal bench -i empty", 1,
             "empty: no events, wanted at least one");
  run_fails (folder, "eventseal bench -i absent", 1, "absent: No such file*");
  run_fails (folder, "eventseal bench -n 0", 2,
             "--events: wanted 1 to 10000000");
  run_fails (folder, "eventseal bench x", 2,
             "bench: too many arguments, wanted: none");
}

static void
test_nothing_is_touched_or_left (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  write_file (folder, "in", LINE (ID_A, "0", "\"state\": 1"));
  run_ok (folder, "eventseal import in >out; " STATE " >state-1");
  run_ok (folder, "eventseal bench -n 200 >out");
  run_ok (folder, STATE " >state-2; cmp state-1 state-2");
  run_fails (folder, "eventseal bench -i absent", 1, "*");
  write_file (folder, "in", "x\n");
  run_ok (folder, STATE " >state-1");
  run_fails (folder, "eventseal bench -i in", 1, "*");
  run_ok (folder, STATE " >state-2; cmp state-1 state-2");
  g_assert_true (has_file (folder, "events"));
}

/* Not even made, if it is not there yet. */
static void
test_an_absent_store_stays_absent (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  run_ok (folder, "eventseal bench -n 10 >out");
  g_assert_false (has_file (folder, "events"));
  run_ok (folder, "test -z \"$(find . -name '*bench*')\"");
}

/* A key that is not there is found when the folder is there already. */
static void
test_an_error_leaves_nothing (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  run_ok (folder, "rm -f secret.key");
  run_fails (folder, "eventseal bench -n 10", 1, "*secret.key: *");
  run_ok (folder, "test -z \"$(find . -name '*bench*')\"");
}

static void
test_a_signal_leaves_nothing (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  run_fails (folder,
             "trap : TERM\n"
             "EVENTSEAL_CONFIG=eventseal.conf; export EVENTSEAL_CONFIG\n"
             "\"$EVS_TEST_BUILDDIR/eventseal\" bench -n 1000000 >out &\n"
             "until test -n \"$(find . -name 'eventseal-bench-*')\"\n"
             "do sleep 0.01; done\n"
             "kill -TERM $!; wait $!",
             1, "interrupted; what was measured with is removed");
  run_ok (folder, "test -z \"$(find . -name '*bench*')\"");
}

/* In a group that the configuration has only for records of former times, and
 * with a store that may not be made. */
static void
test_a_stack_with_a_past (void)
{
  g_autoptr (EvsTestFolder) folder = hurried ("");

  run_ok (folder, "sed -i -e 's/^#create=true/create=false/' "
                  "-e 's/^cipher=aes-cbc/#&/' -e 's/^#also-read=/&aes-cbc/' "
                  "-e 's/^#also-read/also-read/' eventseal.conf");
  run_ok (folder, "eventseal bench -n 10 >out && grep -q '^cipher  *none' out");
}

static void
test_a_store_in_memory (void)
{
  g_autoptr (EvsTestFolder) folder = evs_test_folder_new ();

  write_file (folder, "eventseal.conf",
              "[eventseal]\nformat=1\nstore=memory\n[store memory]\nname=x\n");
  run_ok (folder, "eventseal bench -n 100 >out && ! grep 'flush' out");
  run_ok (folder, "test \"$(echo *)\" = 'eventseal.conf out'");
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/bench/every-line-is-there", test_every_line_is_there);
  g_test_add_func ("/bench/lines-fit-80-columns", test_lines_fit_80_columns);
  g_test_add_func ("/bench/a-plain-stack-has-two-steps",
                   test_a_plain_stack_has_two_steps);
  g_test_add_func ("/bench/json-is-one-line-of-json",
                   test_json_is_one_line_of_json);
  g_test_add_func ("/bench/input-of-a-file", test_input_of_a_file);
  g_test_add_func ("/bench/bad-input-is-refused", test_bad_input_is_refused);
  g_test_add_func ("/bench/nothing-is-touched-or-left",
                   test_nothing_is_touched_or_left);
  g_test_add_func ("/bench/an-absent-store-stays-absent",
                   test_an_absent_store_stays_absent);
  g_test_add_func ("/bench/an-error-leaves-nothing",
                   test_an_error_leaves_nothing);
  g_test_add_func ("/bench/a-signal-leaves-nothing",
                   test_a_signal_leaves_nothing);
  g_test_add_func ("/bench/a-stack-with-a-past", test_a_stack_with_a_past);
  g_test_add_func ("/bench/a-store-in-memory", test_a_store_in_memory);
  return g_test_run ();
}
