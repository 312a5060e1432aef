/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* export at its limits. */

#include "command.h"

#include <signal.h>
#include <string.h>

static GString *
nested_line (guint depth)
{
  GString *text = g_string_new (
      "{\"originator_id\": \"" ID_A
      "\", \"originator_version\": 0, \"topic\": \"T\", \"state\": ");

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append (text, "}\n");
  return text;
}

/* In the line, the state is one level deeper than by itself. */
static void
test_deepest_state_comes_back (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autoptr (GString) deep = nested_line (EVS_JSON_DEPTH_MAX - 1);
  g_autoptr (GString) deeper = nested_line (EVS_JSON_DEPTH_MAX);
  g_autofree char *state = g_base64_encode (
      (const guchar *) strchr (deeper->str, '['), 2 * EVS_JSON_DEPTH_MAX);
  g_autofree char *encoded =
      g_strdup_printf (LINE (ID_B, "0", "\"state_base64\": \"%s\""), state);

  write_file (folder, "in", deep->str);
  write_file (folder, "more", encoded);
  run_ok (folder, "eventseal import in >summary; eventseal import more >summary"
                  "\neventseal export >out; cat in more | cmp - out");
  write_file (folder, "in", deeper->str);
  run_fails (folder, "eventseal import in", 1,
             "in:1: byte *: nested deeper than 512; nothing is stored");
}

static void
test_output_that_cannot_be_written (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < 3000; i++)
    g_string_append_printf (text, LINE (ID_A, "%d", "\"state\": {}"), i);
  write_file (folder, "in", text->str);
  run_ok (folder, "eventseal import in >summary");
  run_fails (folder, "eventseal export >/dev/full", 1,
             "standard output: No space left on device");
  run_fails (folder, "eventseal --version >/dev/full", 1,
             "standard output: No space left on device");
  run_fails (folder, "eventseal export >&-", 1,
             "standard output: Bad file descriptor");
  run_ok (folder, "! grep -rq originator events");
  run_ok (folder, "eventseal export | cmp - in");
}

static void
test_export_of_an_unknown_sequence (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "eventseal export --originator " ID_A, 1,
             ID_A ": no such sequence");
}

static void
erase (GByteArray *data)
{
  static const guint8 tombstone[] = { EVS_ENVELOPE_MAGIC, 0,
                                      EVS_ENVELOPE_TOMBSTONE };

  g_byte_array_set_size (data, 0);
  g_byte_array_append (data, tombstone, sizeof tombstone);
}

static void
test_erased_events_are_marked (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");

  write_file (folder, "in", LINE (ID_A, "0", "\"state\": 1"));
  run_ok (folder, "eventseal import in >summary");
  replace_data (folder, ID_A, 0, erase);
  write_file (folder, "wanted", LINE (ID_A, "0", "\"erased\": true"));
  run_ok (folder, "eventseal export | cmp - wanted");
  run_fails (folder, "eventseal export >out; eventseal import out", 1,
             "*erased: the state of this event is gone*");
}

/* As cat does. What a pipe holds is less than what each of them prints. */
static void
test_ends_quietly_when_nobody_reads (void)
{
  static const char *const commands[] = {
    "export", "log", "log --json", "show " ID_A, "raw " ID_A " 0",
  };
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");
  g_autofree char *state = g_strnfill (100000, '1');
  g_autofree char *line = g_strconcat (
      "{\"originator_id\": \"" ID_A "\", \"topic\": \"T\", \"state\": ", state,
      "}\n", NULL);

  write_file (folder, "in", line);
  run_ok (folder, "eventseal import in >summary");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (Result) result =
          run (folder,
               "{ eventseal %s; echo $? >status; } | true; exit $(cat status)",
               commands[i]);

      g_assert_cmpstr (result->err, ==, "");
      g_assert_cmpint (result->status, ==, 128 + SIGPIPE);
    }
  run_ok (folder, "eventseal verify >said");
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/export/deepest-state-comes-back",
                   test_deepest_state_comes_back);
  g_test_add_func ("/export/output-that-cannot-be-written",
                   test_output_that_cannot_be_written);
  g_test_add_func ("/export/of-an-unknown-sequence",
                   test_export_of_an_unknown_sequence);
  g_test_add_func ("/export/erased-events-are-marked",
                   test_erased_events_are_marked);
  g_test_add_func ("/export/ends-quietly-when-nobody-reads",
                   test_ends_quietly_when_nobody_reads);
  return g_test_run ();
}
