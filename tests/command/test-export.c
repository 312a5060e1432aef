/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* export where something is wrong, or erased. */

#include "command.h"

#include <string.h>

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
  run_fails (
      folder,
      "{ eventseal export; echo $? >status; } | true; exit $(cat status)", 1,
      "standard output: Broken pipe");
  run_fails (folder, "eventseal export >&-", 1,
             "standard output: Bad file descriptor");
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

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/export/output-that-cannot-be-written",
                   test_output_that_cannot_be_written);
  g_test_add_func ("/export/of-an-unknown-sequence",
                   test_export_of_an_unknown_sequence);
  g_test_add_func ("/export/erased-events-are-marked",
                   test_erased_events_are_marked);
  return g_test_run ();
}
