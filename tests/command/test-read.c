/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* show and raw. */

#define _GNU_SOURCE /* posix_openpt () */

#include "command.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* --------------------------------------------------------------------- show */

#define HEAD "version  position  recorded (UTC)      "

static void
test_show_aligns_columns (void)
{
  g_autoptr (EvsTestFolder) folder = imported (
      "",
      LINE (ID_A, "0",
            "\"state\": {\"a\": \"\xC3\xA4\"}, "
            "\"recorded_at\": \"2008-10-28T20:04:09.5Z\"")
          LINE (ID_B, "0",
                "\"state\": 1") "{\"originator_id\": \"" ID_A "\", \"topic\": "
                                "\"\xE2\x82\xAC \xE5\xAD\x97.Long\", "
                                "\"state\": 2}\n");
  g_autoptr (Result) result = run (folder, "eventseal show " ID_A);

  assert_ok (result);
  g_assert_cmpstr (result->out, ==,
                   HEAD " topic      state\n"
                        "      0         1  2008-10-28 20:04:09  T          "
                        "{\"a\": \"\xC3\xA4\"}\n"
                        "      1         3  -                    "
                        "\xE2\x82\xAC \xE5\xAD\x97.Long  2\n");
}

static void
test_show_holds_nothing_a_terminal_obeys (void)
{
  g_autoptr (EvsTestFolder) folder = imported (
      "", "{\"originator_id\": \"" ID_A "\", \"topic\": \"a\\u001b[2Jb\", "
          "\"state_base64\": \"G1sySsKbMko=\"}\n" /* ESC [2J CSI 2J */
          "{\"originator_id\": \"" ID_A "\", \"topic\": \"\\r\xE2\x80\xAE\", "
          "\"state_base64\": \"AAoJ//4=\"}\n");
  g_autoptr (Result) result = run (folder, "eventseal show " ID_A);

  assert_ok (result);
  assert_out (result, "*  a\\u001b[2Jb  \\u001b[2J\\u009b2J\n"
                      "*  \\r\\u202e     \\u0000\\n\\t\\xff\\xfe\n");
}

/* Runs "eventseal show" on a terminal of @columns and returns what it wrote. */
static char *
show_on_terminal (const EvsTestFolder *folder, guint columns)
{
  struct winsize size = { .ws_row = 24, .ws_col = (unsigned short) columns };
  int master = posix_openpt (O_RDWR | O_NOCTTY), slave;
  g_autoptr (Result) result = NULL;
  char text[4096];
  gssize n;

  g_assert_cmpint (master, >=, 0);
  g_assert_cmpint (grantpt (master) | unlockpt (master), ==, 0);
  slave = open (ptsname (master), O_RDWR | O_NOCTTY);
  g_assert_cmpint (slave, >=, 0);
  g_assert_cmpint (ioctl (slave, TIOCSWINSZ, &size), ==, 0);
  result = run (folder, "eventseal show " ID_A " >%s", ptsname (master));
  assert_ok (result);
  n = read (master, text, sizeof text);
  g_assert_cmpint (n, >, 0);
  close (slave);
  close (master);
  return g_strndup (text, (gsize) n);
}

static void
test_show_fits_the_terminal (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("", LINE (ID_A, "0", "\"state\": \"0123456789ABCDEF\"")
                        LINE (ID_A, "1", "\"state\": \"0123456789abcdefg\""));
  g_autofree char *narrow = show_on_terminal (folder, 65);
  g_autofree char *tiny = show_on_terminal (folder, 20);

  g_assert_cmpstr (narrow, ==,
                   HEAD " topic  state\r\n"
                        "      0         1  -                    T      "
                        "\"0123456789ABCDEF\"\r\n"
                        "      1         2  -                    T      "
                        "\"0123456789abcdef\xE2\x80\xA6\r\n");
  g_assert_nonnull (strstr (tiny, "T      \"01234567\xE2\x80\xA6\r\n"));
}

static void
test_show_of_an_unknown_sequence (void)
{
  g_autoptr (EvsTestFolder) folder = initialised ("");

  run_fails (folder, "eventseal show " ID_A, 1, ID_A ": no such sequence");
}

/* ---------------------------------------------------------------------- raw */

static void
test_raw_shows_a_plain_record (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("--plain", LINE (ID_A, "0",
                                 "\"state\": \"0123456789abcdef0123456789abcdef"
                                 "0123456789abcdef\""));
  g_autoptr (Result) result = run (folder, "eventseal raw " ID_A " 0");

  assert_ok (result);
  g_assert_cmpstr (
      result->out, ==,
      "position    1\n"
      "topic       T\n"
      "size        53 bytes\n"
      "format      e1 version 1\n"
      "suite       00 not encrypted\n"
      "compressor  0 none\n"
      "flags       00 none\n"
      "payload     50 bytes\n"
      "\n"
      "00000000  e1 00 00 22 30 31 32 33  34 35 36 37 38 39 61 62  "
      "|...\"0123456789ab|\n"
      "00000010  63 64 65 66 30 31 32 33  34 35 36 37 38 39 61 62  "
      "|cdef0123456789ab|\n"
      "*\n"
      "00000030  63 64 65 66 22                                    |cdef\"|\n"
      "00000035\n");
}

/* Bytes of the stored event in hexadecimal; a negative @from counts from the
 * end. */
static char *
get_hex (const EvsTestFolder *folder, int from, gsize size)
{
  g_autoptr (EvsApplication) application = open_here (folder);
  EvsEventStore *events = evs_application_get_event_store (application);
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) data = NULL;
  const guint8 *bytes;
  gsize length;
  EvsId id;

  g_assert_true (evs_id_parse (ID_A, -1, &id, NULL));
  data = evs_record_store_get_data (evs_event_store_get_record_store (events),
                                    &id, 0, NULL, NULL, NULL);
  bytes = g_bytes_get_data (data, &length);
  bytes += from < 0 ? (int) length + from : from;
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static void
test_raw_shows_a_sealed_record (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("", LINE (ID_A, "0", "\"state\": 1, \"metadata\": {}"));
  g_autofree char *key_id = get_hex (folder, 3, 4);
  g_autofree char *nonce = get_hex (folder, 7, 16);
  g_autofree char *tag = get_hex (folder, -16, 16);
  g_autoptr (Result) result = run (folder, "eventseal raw " ID_A " 0");
  g_autofree char *wanted = g_strdup_printf ("position    1\n"
                                             "topic       T\n"
                                             "size        55 bytes\n"
                                             "format      e1 version 1\n"
                                             "suite       03 aes-cbc\n"
                                             "compressor  0 none\n"
                                             "flags       80 time or metadata\n"
                                             "key id      %s\n"
                                             "nonce       16 bytes %s\n"
                                             "ciphertext  16 bytes\n"
                                             "tag         16 bytes %s\n"
                                             "\n"
                                             "00000000  e1 03 80 *\n"
                                             "00000037\n",
                                             key_id, nonce, tag);

  assert_ok (result);
  assert_out (result, wanted);
}

static void
test_raw_needs_neither_cipher_nor_key (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("", LINE (ID_A, "0", "\"state\": 1"));

  run_ok (folder, "rm -f secret.key; mkdir -m 700 plugins\n"
                  "cp \"$EVENTSEAL_PLUGIN_PATH\"/store-bdb.so plugins\n"
                  "EVENTSEAL_PLUGIN_PATH=$PWD/plugins\n"
                  "eventseal raw " ID_A " 0 | grep -q aes-cbc");
}

static void
test_raw_shows_what_is_no_envelope (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("", LINE (ID_A, "0", "\"state\": 1"));
  g_autoptr (Result) result = NULL;

  replace_data (folder, ID_A, 0, spoil);
  result = run (folder, "eventseal raw " ID_A " 0");
  assert_ok (result);
  assert_out (result, "*\nsize        4 bytes\nformat      *version 2*\n\n"
                      "00000000  e2 00 00 01 *");
}

static void
test_raw_of_an_unknown_event (void)
{
  g_autoptr (EvsTestFolder) folder =
      imported ("", LINE (ID_A, "0", "\"state\": 1"));

  run_fails (folder, "eventseal raw " ID_A " 1", 1, ID_A " version 1: *");
  run_fails (folder, "eventseal raw " ID_B " 0", 1, ID_B " version 0: *");
}

/* Zero bytes tempt hexdump to leave lines out; one in the middle differs. */
static void
append_zeros (GString *lines, gsize size)
{
  g_autofree guchar *state = g_malloc0 (size + 1);
  g_autofree char *text = NULL;

  state[size / 2] = 'x';
  text = g_base64_encode (state, size);
  g_string_append_printf (lines,
                          "{\"originator_id\": \"" ID_A "\", \"topic\": \"T\", "
                          "\"state_base64\": \"%s\"}\n",
                          text);
}

static void
test_raw_dumps_as_hexdump_does (void)
{
  static const gsize sizes[] = { 0,  1,  12, 13, 14,  28,  29,
                                 61, 77, 93, 94, 109, 110, 1000 };
  g_autoptr (EvsTestFolder) folder = initialised ("--plain");
  g_autoptr (GString) lines = g_string_new (NULL);

  if (HEXDUMP[0] == '\0')
    {
      g_test_skip ("configure found no hexdump");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    append_zeros (lines, sizes[i]);
  write_file (folder, "in", lines->str);
  run_ok (folder, "eventseal import in >summary\n"
                  "sed 's/.*\"\\(.*\\)\"}$/\\1/' in |\n"
                  "while read -r text\n"
                  "do\n"
                  "  eventseal raw " ID_A " ${i:=0} | sed '1,/^$/d' >dump\n"
                  "  { printf '\\341\\000\\000'; echo $text | base64 -d; } |\n"
                  "    LC_ALL=C " HEXDUMP " -C | cmp - dump >&2\n"
                  "  i=$((i + 1))\n"
                  "done");
}

int
main (int argc, char *argv[])
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/show/aligns-columns", test_show_aligns_columns);
  g_test_add_func ("/show/holds-nothing-a-terminal-obeys",
                   test_show_holds_nothing_a_terminal_obeys);
  g_test_add_func ("/show/fits-the-terminal", test_show_fits_the_terminal);
  g_test_add_func ("/show/of-an-unknown-sequence",
                   test_show_of_an_unknown_sequence);
  g_test_add_func ("/raw/shows-a-plain-record", test_raw_shows_a_plain_record);
  g_test_add_func ("/raw/shows-a-sealed-record",
                   test_raw_shows_a_sealed_record);
  g_test_add_func ("/raw/needs-neither-cipher-nor-key",
                   test_raw_needs_neither_cipher_nor_key);
  g_test_add_func ("/raw/shows-what-is-no-envelope",
                   test_raw_shows_what_is_no_envelope);
  g_test_add_func ("/raw/of-an-unknown-event", test_raw_of_an_unknown_event);
  g_test_add_func ("/raw/dumps-as-hexdump-does",
                   test_raw_dumps_as_hexdump_does);
  return g_test_run ();
}
