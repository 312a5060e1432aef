/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the command says to somebody at a terminal, and to nobody else.
 * script(1) gives it one. */

#include "command.h"

#include <string.h>
#include <unistd.h>

/* A line of shell that runs "eventseal ARGUMENTS" on a terminal. */
#define ON_TERMINAL(arguments)                                                 \
  "script -qec \"'$eventseal' " arguments "\" /dev/null"

#define OF_TOPIC(topic)                                                        \
  "{\"originator_id\": \"" ID_C "\", \"topic\": \"" topic "\", "               \
  "\"state\": 1}\n"

/* ----------------------------------------------------------------- progress */

/* An import that takes a little more than a second. */
static EvsTestFolder *
with_slow_import (void)
{
  EvsTestFolder *folder = with_odd_store ();

  /* One is stored, one waits for that: the third is read meanwhile. */
  write_file (folder, "in",
              OF_TOPIC ("Slow") OF_TOPIC ("Fast") OF_TOPIC ("Fast")
                  OF_TOPIC ("Fast"));
  return folder;
}

static void
test_progress_is_drawn_on_a_terminal (void)
{
  g_autoptr (EvsTestFolder) folder = with_slow_import ();
  g_autofree char *line =
      knowing_odd_plugins (ON_TERMINAL ("import --batch 1 in"));
  g_autoptr (Result) result = run (folder, "%s", line);

  assert_ok (result);
  assert_out (result, "*\rimporting  [####*] ??? %\r\033[K*events *");
}

static void
test_progress_of_standard_input_is_a_count (void)
{
  g_autoptr (EvsTestFolder) folder = with_slow_import ();
  g_autofree char *line = knowing_odd_plugins (
      "script -qec \"cat in | '$eventseal' import --batch 1\" /dev/null");
  g_autoptr (Result) result = run (folder, "%s", line);

  assert_ok (result);
  assert_out (result, "*\rimporting  ?\r\033[K*events *");
}

static void
test_progress_is_not_drawn_in_a_pipe (void)
{
  g_autoptr (EvsTestFolder) folder = with_slow_import ();
  g_autofree char *line = knowing_odd_plugins ("eventseal import --batch 1 in");
  g_autoptr (Result) result = run (folder, "%s", line);

  assert_ok (result);
  assert_out (result, "events *");
}

/* --------------------------------------------------------------------- busy */

static EvsTestFolder *
with_timeout (const char *milliseconds)
{
  EvsTestFolder *folder = initialised ("--plain");
  g_autoptr (Result) result =
      run (folder,
           "sed -i '/^directory=/a busy-timeout=%s' eventseal.conf\n"
           "eventseal stats >said",
           milliseconds);

  assert_ok (result);
  return folder;
}

static void
test_waiting_is_said_on_a_terminal (void)
{
  g_autoptr (EvsTestFolder) folder = with_timeout ("700");
  g_autoptr (EvsApplication) owner = open_here (folder);
  g_autofree char *wanted = g_strdup_printf (
      "eventseal: *events/lock: the store belongs to process %d, waiting up to "
      "0.7 s\r\neventseal: *the store belongs to process %d\r\n",
      (int) getpid (), (int) getpid ());
  g_autoptr (Result) stats = run (folder, ON_TERMINAL ("stats"));
  g_autoptr (Result) raw = run (folder, ON_TERMINAL ("raw " ID_A " 0"));
  g_autoptr (Result) check = run (folder, ON_TERMINAL ("check"));

  g_assert_cmpint (stats->status, ==, 1);
  assert_out (stats, wanted);
  g_assert_cmpint (raw->status, ==, 1);
  assert_out (raw, wanted);
  g_assert_cmpint (check->status, ==, 1);
  assert_out (check, "config *waiting up to 0.7 s\r\n*");
}

/* What is over within half a second is not worth a line. */
static void
test_a_short_wait_is_not_said (void)
{
  g_autoptr (EvsTestFolder) folder = with_timeout ("100");
  g_autoptr (EvsApplication) owner = open_here (folder);
  g_autoptr (Result) result = run (folder, ON_TERMINAL ("stats"));

  g_assert_cmpint (result->status, ==, 1);
  g_assert_null (strstr (result->out, "waiting"));
}

static void
test_waiting_is_not_said_in_a_pipe (void)
{
  g_autoptr (EvsTestFolder) folder = with_timeout ("600");
  g_autoptr (EvsApplication) owner = open_here (folder);
  g_autofree char *wanted =
      g_strdup_printf ("*the store belongs to process %d", (int) getpid ());

  run_fails (folder, "eventseal stats", 1, wanted);
}

/* ------------------------------------------------------------------- erase */

static void
test_erase_asks_first (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");
  g_autoptr (Result) no = NULL;
  g_autoptr (Result) yes = NULL;

  write_file (folder, "in", LINE (ID_A, "0", "\"state\": 1"));
  run_ok (folder, "eventseal import in >said");
  no = run (folder, "echo no | " ON_TERMINAL ("erase " ID_A " 0"));
  g_assert_cmpint (no->status, ==, 1);
  assert_out (no, "*Erase " ID_A " version 0? *Type yes: *"
                  "eventseal: nothing was erased\r\n");
  yes = run (folder, "echo yes | " ON_TERMINAL ("erase " ID_A " 0"));
  assert_ok (yes);
  run_ok (folder, "eventseal show " ID_A " | grep -q '(erased)$'");
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/progress/is-drawn-on-a-terminal",
                   test_progress_is_drawn_on_a_terminal);
  g_test_add_func ("/progress/of-standard-input-is-a-count",
                   test_progress_of_standard_input_is_a_count);
  g_test_add_func ("/progress/is-not-drawn-in-a-pipe",
                   test_progress_is_not_drawn_in_a_pipe);
  g_test_add_func ("/busy/waiting-is-said-on-a-terminal",
                   test_waiting_is_said_on_a_terminal);
  g_test_add_func ("/busy/a-short-wait-is-not-said",
                   test_a_short_wait_is_not_said);
  g_test_add_func ("/busy/waiting-is-not-said-in-a-pipe",
                   test_waiting_is_not_said_in_a_pipe);
  g_test_add_func ("/erase/asks-first", test_erase_asks_first);
  return g_test_run ();
}
