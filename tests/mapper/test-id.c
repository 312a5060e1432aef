/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include <eventseal/evs-buffer.h>
#include <eventseal/evs-id.h>

#include <string.h>

static const char text[] = "00112233-4455-6677-8899-aabbccddeeff";
static const EvsId id = { { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                            0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF } };

static void
test_format (void)
{
  g_autofree char *formatted = evs_id_to_string (&id);

  g_assert_cmpstr (formatted, ==, text);
}

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *upper = g_ascii_strup (text, -1);
  EvsId parsed;

  g_assert_true (evs_id_parse (text, -1, &parsed, &error));
  g_assert_true (evs_id_equal (&parsed, &id));
  g_assert_true (evs_id_parse (upper, -1, &parsed, &error));
  g_assert_true (evs_id_equal (&parsed, &id));
  g_assert_true (evs_id_parse ("00112233-4455-6677-8899-aabbccddeeff, etc.",
                               EVS_ID_STRING_LENGTH, &parsed, &error));
  g_assert_no_error (error);
}

static void
test_parse_refuses (void)
{
  static const char *const wrong[] = {
    "",
    "00112233",
    "00112233-4455-6677-8899-aabbccddeef",
    "00112233-4455-6677-8899-aabbccddeeff0",
    "00112233-4455-6677-8899-aabbccddeefg",
    "00112233-4455-6677-8899_aabbccddeeff",
    "0011223-34455-6677-8899-aabbccddeeff",
    "{0112233-4455-6677-8899-aabbccddeef}",
    " 0112233-4455-6677-8899-aabbccddeeff",
    "00112233-4455-6677-8899-aabbccddee\xC3\xBC"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      EvsId parsed = id;

      g_assert_false (evs_id_parse (wrong[i], -1, &parsed, &error));
      evs_assert_error (error, EVS_ERROR_INVALID,
                        "\"*\": not a UUID, which is 8-4-4-4-12 hexadecimal "
                        "digits");
      g_assert_true (evs_id_equal (&parsed, &id));
    }
}

/* What is shown comes from outside: one line, and not all of it. */
static void
test_message_is_one_short_line (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *long_text = g_strnfill (1000, 'x');
  EvsId parsed;

  g_assert_false (evs_id_parse ("a\nb", -1, &parsed, &error));
  evs_assert_error (error, EVS_ERROR_INVALID, "\"a\\nb\": *");
  g_assert_false (evs_id_parse (long_text, -1, &parsed, &error));
  g_assert_cmpuint (strlen (error->message), <, 120);
  evs_assert_error (error, EVS_ERROR_INVALID, "\"xxxx*…\": *");
}

static void
test_random (void)
{
  EvsId one;
  EvsId two;

  evs_id_init_random (&one);
  evs_id_init_random (&two);
  g_assert_false (evs_id_equal (&one, &two));
  g_assert_cmphex (one.bytes[6] & 0xF0, ==, 0x40);
  g_assert_cmphex (one.bytes[8] & 0xC0, ==, 0x80);
}

static void
test_copy (void)
{
  g_autoptr (EvsId) copy = g_boxed_copy (EVS_TYPE_ID, &id);

  g_assert_true (copy != &id);
  g_assert_true (evs_id_equal (copy, &id));
}

/* ------------------------------------------------------------------ buffers */

static void
test_buffer_grows (void)
{
  g_auto (EvsBuffer) buffer = { NULL, 0, 0 };

  for (guint i = 0; i < 10000; i++)
    evs_buffer_append (&buffer, &i, sizeof i);

  g_assert_cmpuint (buffer.size, ==, 10000 * sizeof (guint));
  for (guint i = 0; i < 10000; i++)
    g_assert_cmpmem (buffer.data + i * sizeof i, sizeof i, &i, sizeof i);
}

static void
test_buffer_keeps_its_memory (void)
{
  g_auto (EvsBuffer) buffer = { NULL, 0, 0 };
  guint8 *data;

  evs_buffer_reserve (&buffer, 5000);
  data = buffer.data;
  g_assert_cmpuint (buffer.size, ==, 0);
  g_assert_true (evs_buffer_reserve (&buffer, buffer.capacity) == data);
}

static void
test_empty_buffer (void)
{
  g_auto (EvsBuffer) buffer = { NULL, 0, 0 };

  evs_buffer_append (&buffer, NULL, 0);
  g_assert_nonnull (evs_buffer_reserve (&buffer, 0));
  g_assert_cmpuint (buffer.size, ==, 0);
  evs_buffer_clear (&buffer);
  g_assert_null (buffer.data);
  g_assert_cmpuint (buffer.capacity, ==, 0);
  evs_buffer_append (&buffer, "again", 5);
  g_assert_cmpuint (buffer.size, ==, 5);
  g_assert_cmpmem (buffer.data, 5, "again", 5);
}

static void
test_buffer_of_impossible_size (void)
{
  if (g_test_subprocess ())
    {
      EvsBuffer buffer = { NULL, 0, 0 };

      evs_buffer_append (&buffer, "x", 1);
      evs_buffer_reserve (&buffer, G_MAXSIZE);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*no memory is that large*");
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  g_test_add_func ("/id/format", test_format);
  g_test_add_func ("/id/parse", test_parse);
  g_test_add_func ("/id/parse-refuses", test_parse_refuses);
  g_test_add_func ("/id/message-is-one-short-line",
                   test_message_is_one_short_line);
  g_test_add_func ("/id/random", test_random);
  g_test_add_func ("/id/copy", test_copy);
  g_test_add_func ("/buffer/grows", test_buffer_grows);
  g_test_add_func ("/buffer/keeps-its-memory", test_buffer_keeps_its_memory);
  g_test_add_func ("/buffer/empty", test_empty_buffer);
  g_test_add_func ("/buffer/impossible-size", test_buffer_of_impossible_size);
  return g_test_run ();
}
